#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/text.h"
#include "stages/extract/private.h"
#include "stages/extract/value.h"

/* The head ends above this share of the page where neither date nor number tells (Decree 30/2020 appendix I: within the first
 * quarter; forms on A5 are taller). */
#define HEAD_SHARE 0.38
/* Left of this share stands the agency's block where no motto tells: the tab stop of the decree's layout. */
#define BORDER_SHARE 0.45

/* The date stands this share of the page below the motto at most: 4 to 6 % on ten scans. */
#define DATE_SHARE 0.085
#define PLACE_MAX 28 /* letters of the longest place in front of "ngày": "Thành phố Hồ Chí Minh" has 18 */

float name_confidence(struct paper *paper, const struct line *line, float confidence)
{
	for (int i = 0; i < line->nwords && confidence > CHANGED_CONFIDENCE; i++) {
		const struct word *word = line->words[i];

		if (word->seen && (i || strcmp(text_key(paper->arena, word->seen), line->keys[i]) || !surname_alone(paper, word->text)))
			confidence = CHANGED_CONFIDENCE;
	}
	return confidence;
}

void field_fill(struct field *field, enum field_state state, const char *text, const char *value, float confidence,
		const struct page *page, struct box box)
{
	field->state = state;
	field->text = (char *)text;
	field->value = state == FIELD_READ ? (char *)value : NULL;
	field->confidence = confidence < 0 ? 0 : confidence > 100 ? 100 : confidence;
	field->page = page ? page->number : 0;
	field->box = box;
	field->source = SOURCE_MACHINE;
}

/* Specks below a third of the letters' height are no writing. */
bool ink_inside(const struct page *page, struct box box)
{
	for (int i = 0; i < page->nmarks; i++) {
		const struct mark *mark = &page->marks[i];
		struct box cut;

		if (mark->kind == MARK_BANNER || mark->kind == MARK_SECRET)
			continue;
		cut = box_intersect(upright_box(page, mark->box), box);
		if (cut.w && cut.h * 3 >= box.h)
			return true;
	}
	for (int i = 0; i < page->nwords; i++) {
		struct box word = upright_box(page, page->words[i].box), cut = box_intersect(word, box);
		bool dots = strspn(page->words[i].text, "._ ") == strlen(page->words[i].text) || page->words[i].role == ROLE_BANNER;

		if (!dots && cut.w * 2 > word.w && cut.h * 3 >= box.h && word.h * 3 >= box.h)
			return true;
	}
	return false;
}

static bool has_motto(const struct line *line, int *first, int *n)
{
	*first = line_find(line, "conghoaxahoichunghiavietnam", 0, n);
	return *first >= 0;
}

/* Where the left block ends: the motto's left edge, or that of the line under it less the difference of the two. */
static void find_border(struct paper *paper, const struct sheet *sheet)
{
	paper->border = (int)(sheet->width * BORDER_SHARE);
	paper->head_bottom = 0;
	for (int i = 0; i < sheet->nlines && sheet->lines[i].middle < sheet->height / 2; i++) {
		int first, n;
		struct line words;
		bool state = has_motto(&sheet->lines[i], &first, &n);

		if (!state) {
			first = line_find(&sheet->lines[i], "doclaptudohanhphuc", 0, &n);
			if (first < 0 || paper->motto)
				continue;
		}
		words = line_slice(&sheet->lines[i], first, n, paper->arena);
		paper->motto = true;
		paper->border = words.box.x - (state ? sheet->text_height / 2 : sheet->width / 14);
		paper->head_bottom = words.box.y + words.box.h;
		paper->centred = abs(2 * (words.box.x + words.box.w / 2) - sheet->width) < sheet->width / 7;
		if (state)
			return;
	}
}

static int contains(const struct line *line, const char *what)
{
	const char *at = strstr(line->key, what);

	return at ? (int)(at - line->key) : -1;
}

/* "ngày ... tháng ... năm" in this order, whatever stands between. */
static bool is_date_row(const struct line *line)
{
	int day = contains(line, "ngay"), month = contains(line, "thang");

	return day >= 0 && month > day && strstr(line->key + month + 5, "nam");
}

/* Where "Số: 133/GPXD-SXD   Bà Rịa - Vũng Tàu, ngày 05 tháng 01 năm 2020" parts: at the widest gap between the notation and "ngày"; 0 for
 * another line. Long names of places reach far over the border. */
static int number_and_date(const struct sheet *sheet, const struct line *line)
{
	int from = -1, best = 0, widest = 0;

	for (int i = 0; i < line->nwords; i++) {
		struct box word = upright_box(line->page, line->words[i]->box), before;

		if (from < 0 && (i > 3 || word.x > sheet->width / 2))
			return 0;
		if (from < 0 && strchr(line->words[i]->text, '/')) {
			from = i;
			continue;
		}
		if (from < 0)
			continue;
		before = upright_box(line->page, line->words[i - 1]->box);
		if (word.x - before.x - before.w > widest) {
			widest = word.x - before.x - before.w;
			best = i;
		}
		if (!strcmp(line->keys[i], "ngay"))
			return widest > line->height / 3 ? best : 0;
	}
	return 0;
}

/* Word index at which a line crosses from the left block into the right one: at the widest gap near the border, because a long
 * place name reaches over it. */
static int cut_at(const struct paper *paper, const struct sheet *sheet, const struct line *line)
{
	int number = number_and_date(sheet, line);

	int best = 0, widest = sheet->text_height / 2, by_middle = line->nwords;

	for (int i = 0; i < line->nwords; i++) {
		struct box word = upright_box(line->page, line->words[i]->box);

		if (by_middle == line->nwords && word.x + word.w / 2 > paper->border)
			by_middle = i;
		if (i) {
			struct box before = upright_box(line->page, line->words[i - 1]->box);
			int gap = word.x - (before.x + before.w);

			if (gap > widest && abs(word.x - gap / 2 - paper->border) < sheet->width / 7) {
				widest = gap;
				best = i;
			}
		}
	}
	if (line->box.x > sheet->width * 3 / 10 && is_date_row(line) && line->nwords && contains(line, "ngay") <= PLACE_MAX)
		return 0; /* the place of a row of its own */
	if (number && abs(2 * line->box.x + line->box.w - sheet->width) < sheet->width / 3)
		return number;
	if (!by_middle || by_middle == line->nwords)
		return by_middle;
	return best ? best : by_middle;
}

/* The row of the date in the head: "..., ngày ... năm" not far under the motto; "tháng" may be lost under the pen. A citation in the body
 * has its "ngày" far behind the begin of the line. */
static bool is_head_date(const struct paper *paper, const struct sheet *sheet, const struct line *row)
{
	int day = contains(row, "ngay");

	if (day < 0 || day > PLACE_MAX || !strstr(row->key + day + 4, "nam") || !strncmp(row->key, "dangky", 6)) /* "Đăng ký lần đầu, ngày ..." under a title */
		return false;
	return paper->motto ? row->middle > paper->head_bottom && row->middle < paper->head_bottom + (int)(sheet->height * DATE_SHARE) :
			      row->middle < sheet->height / 4;
}

static void add(struct line **rows, int *n, struct line row, struct arena *arena)
{
	struct line *to;

	/* one printed row that the reader parted: joined again, so that "Số:      /TB-UBND" is one row */
	if (*n && abs((*rows)[*n - 1].middle - row.middle) * 2 < row.height && row.nwords + (*rows)[*n - 1].nwords < 200) {
		struct line *last = &(*rows)[*n - 1];
		struct line both = { .page = row.page, .nwords = last->nwords + row.nwords };
		bool swap = row.box.x < last->box.x;
		const struct line *a = swap ? &row : last, *b = swap ? last : &row;

		both.words = arena_array(arena, (size_t)both.nwords, sizeof *both.words);
		memcpy(both.words, a->words, (size_t)a->nwords * sizeof *both.words);
		memcpy(both.words + a->nwords, b->words, (size_t)b->nwords * sizeof *both.words);
		*last = line_slice(&both, 0, both.nwords, arena);
		return;
	}
	to = arena_push(arena, rows, n, sizeof *to);
	*to = row;
}

/* "Số: 49A8680125" under the title of a certificate: no part of the two columns. */
static bool in_the_middle(const struct sheet *sheet, const struct line *line)
{
	return abs(2 * line->box.x + line->box.w - sheet->width) < sheet->width / 6 && line->nwords < 4;
}

/* "Số 118, đường Lý Thường Kiệt": a house, not a paper. */
static bool is_house(const struct line *line, int word)
{
	static const char *const streets[] = { "duong", "pho", "ngo", "ngach", "hem", "kiet", "quoclo", "tinhlo", "to", "khu" };
	const char *number;

	if (word + 2 >= line->nwords)
		return false;
	number = line->words[word + 1]->text;
	if (*number && number[strspn(number, "0123456789")] == ',')
		return true;
	for (size_t i = 0; i < sizeof streets / sizeof *streets; i++)
		if (!strcmp(line->keys[word + 2], streets[i]))
			return true;
	return false;
}

/* "VÀ xác minh thông tin": what the language made of V/v, before small letters. */
static bool is_reference(const struct line *line)
{
	const char *first = line->words[0]->text, *seen = line->words[0]->seen, *second = line->words[1]->text;

	return *first == 'V' && text_length(first) <= 2 && seen && *seen == 'V' && !text_is_upper(text_next(&second));
}

void head_find(struct paper *paper)
{
	const struct sheet *sheet = paper->sheets[0];
	int limit = (int)(sheet->height * HEAD_SHARE);

	paper->date_row = paper->number_row = paper->title = paper->reference = -1;
	find_border(paper, sheet);
	for (int i = 0; i < sheet->nlines && sheet->lines[i].middle < limit + sheet->height / 6; i++) {
		const struct line *line = &sheet->lines[i];
		int cut = cut_at(paper, sheet, line);

		if (cut > 0)
			add(&paper->left, &paper->nleft, line_slice(line, 0, cut, paper->arena), paper->arena);
		if (cut < line->nwords)
			add(&paper->right, &paper->nright, line_slice(line, cut, line->nwords - cut, paper->arena), paper->arena);
	}
	for (int i = 0; i < paper->nright && paper->date_row < 0; i++)
		if (is_head_date(paper, sheet, &paper->right[i]))
			paper->date_row = i;
	for (int i = 0; i < paper->nleft && paper->number_row < 0; i++)
		for (int k = 0; k < paper->left[i].nwords && k < 3; k++)
			if (paper->left[i].middle < limit && number_anchor_at(&paper->left[i], k) && !is_house(&paper->left[i], k) && !in_the_middle(sheet, &paper->left[i])) {
				paper->number_row = i;
				break;
			}
	/* a number whose "Số:" was not read stands on the row of the date */
	for (int i = 0; i < paper->nleft && paper->number_row < 0 && paper->date_row >= 0; i++)
		if (abs(paper->left[i].middle - paper->right[paper->date_row].middle) * 3 < 4 * paper->right[paper->date_row].height)
			paper->number_row = i;
	if (paper->date_row >= 0 && !paper->centred)
		paper->head_bottom = paper->right[paper->date_row].middle + sheet->text_height / 2;
	else if (paper->number_row >= 0 && !paper->centred)
		paper->head_bottom = paper->left[paper->number_row].middle + sheet->text_height / 2;
	for (int i = 0; i < paper->nleft && paper->reference < 0; i++)
		if (paper->left[i].middle > paper->head_bottom - sheet->text_height / 2 && paper->left[i].nwords > 1 &&
		    (!strcmp(paper->left[i].keys[0], "vv") || !strncmp(paper->left[i].text, "V/", 2) || is_reference(&paper->left[i])))
			paper->reference = i;
}

/* One character of a row with where it came from. */
struct cell {
	char folded;
	const char *at; /* in the word's text */
	int size, word;
};

static int row_cells(struct paper *paper, const struct line *line, struct cell **cells)
{
	int n = 0;

	for (int w = 0; w < line->nwords; w++)
		for (const char *p = line->words[w]->text; *p;) {
			struct cell *cell = arena_push(paper->arena, cells, &n, sizeof *cell);
			char one[5] = { 0 };

			cell->at = p;
			cell->word = w;
			text_next(&p);
			cell->size = (int)(p - cell->at);
			memcpy(one, cell->at, (size_t)cell->size);
			cell->folded = *text_fold(paper->arena, one);
		}
	return n;
}

static int cells_find(const struct cell *cells, int n, int from, const char *what)
{
	int size = (int)strlen(what);

	for (int i = from; i + size <= n; i++) {
		int k = 0;

		while (k < size && cells[i + k].folded == what[k])
			k++;
		if (k == size)
			return i;
	}
	return -1;
}

/* The figures between two words of the row, without signs; confidence of the worst word. */
static char *cells_token(struct paper *paper, const struct line *line, const struct cell *cells, int from, int to, float *confidence)
{
	char *token = arena_strdup(paper->arena, "");

	for (int i = from; i < to; i++) {
		const struct word *word = line->words[cells[i].word];

		if (strchr(".,:;_ ", *cells[i].at) && cells[i].size == 1)
			continue;
		token = arena_printf(paper->arena, "%s%.*s", token, cells[i].size, cells[i].at);
		if (word->confidence < *confidence)
			*confidence = word->confidence;
	}
	return token;
}

/* Upright box between two cells that stand in different words: where a day would have been written. */
static struct box gap_between(const struct line *line, const struct cell *a, const struct cell *b)
{
	struct box from = upright_box(line->page, line->words[a->word]->box), to = upright_box(line->page, line->words[b->word]->box);
	int x = from.x + from.w, margin = line->height / 6;

	if (a->word == b->word || to.x - margin <= x + margin)
		return (struct box){ 0, 0, 0, 0 };
	return (struct box){ x + margin, line->middle - line->height / 2, to.x - x - 2 * margin, line->height };
}

/* A letter where only a figure can stand: what the reader says of the letter says little of the figure. */
#define SHAPE_CONFIDENCE 35

static enum field_state part_state(const char *token, int value, bool ink, float confidence, bool repaired)
{
	if (!*token)
		return ink ? FIELD_UNREAD : FIELD_BLANK;
	return value > 0 && confidence >= (repaired ? SHAPE_CONFIDENCE : SURE_CONFIDENCE - 10) ? FIELD_READ : FIELD_UNREAD;
}

bool date_row_read(struct paper *paper, const struct line *line, struct field *field, struct field *place)
{
	struct cell *cells = NULL;
	int n = row_cells(paper, line, &cells);
	int day = cells_find(cells, n, 0, "ngay"), month = day < 0 ? -1 : cells_find(cells, n, day + 4, "thang");
	int year = month < 0 ? -1 : cells_find(cells, n, month + 5, "nam"), end;
	float sure[3] = { 100, 100, 100 }, least;
	bool repaired = false;
	char *tokens[3], iso[DATE_SIZE], *text;
	enum field_state states[3], state;
	struct date d;
	struct line part;

	if (!cells || day < 0)
		return false;
	if (place && day > 0) {
		part = line_slice(line, 0, cells[day - 1].word + 1, paper->arena);
		field_fill(place, part.confidence < NAME_CONFIDENCE ? FIELD_UNREAD : FIELD_READ, part.text, name_clean(paper->arena, part.text),
			   part.confidence > ALONE_CONFIDENCE ? ALONE_CONFIDENCE : part.confidence, line->page, line_evidence(&part));
	}
	if (year < 0) { /* pen or stamp lies over "tháng" or "năm" */
		part = line_slice(line, cells[day].word, line->nwords - cells[day].word, paper->arena);
		field_fill(field, FIELD_UNREAD, part.text, NULL, 0, line->page, line_evidence(&part));
		return true;
	}
	tokens[0] = cells_token(paper, line, cells, day + 4, month, &sure[0]);
	tokens[1] = cells_token(paper, line, cells, month + 5, year, &sure[1]);
	for (end = year + 3; end < n && cells[end].word <= cells[year].word + 1; end++)
		;
	tokens[2] = cells_token(paper, line, cells, year + 3, end, &sure[2]);
	d.day = digits_read(tokens[0], 2, &repaired);
	d.month = digits_read(tokens[1], 2, &repaired);
	d.year = digits_read(tokens[2], 4, &repaired);
	states[0] = part_state(tokens[0], d.day, ink_inside(line->page, gap_between(line, &cells[day + 3], &cells[month])), sure[0], repaired);
	states[1] = part_state(tokens[1], d.month, ink_inside(line->page, gap_between(line, &cells[month + 4], &cells[year])), sure[1], repaired);
	states[2] = part_state(tokens[2], d.year, false, sure[2], repaired);
	least = sure[0] < sure[1] ? sure[0] : sure[1];
	least = least < sure[2] ? least : sure[2];
	part = line_slice(line, cells[day].word, cells[end > day ? end - 1 : day].word - cells[day].word + 1, paper->arena);
	text = part.text;
	state = FIELD_READ;
	for (int i = 0; i < 3; i++) /* unread outweighs blank: ink that was not read is for a person */
		if (states[i] == FIELD_UNREAD || (states[i] == FIELD_BLANK && state == FIELD_READ))
			state = states[i];
	if (state == FIELD_READ && !date_real(d))
		state = FIELD_UNREAD;
	if (state == FIELD_READ)
		date_write(d, iso);
	field_fill(field, state, text, state == FIELD_READ ? arena_strdup(paper->arena, iso) : NULL,
		   state == FIELD_BLANK ? part.confidence : least - (repaired ? REPAIR_COST : 0), line->page, line_evidence(&part));
	field->how |= repaired ? HOW_REPAIRED : 0;
	return true;
}

/* The last row with a date in the right half: place and date over the signature. Fills date and, unless NULL, place. */
static void foot_date(struct paper *paper, struct field *date, struct field *place)
{
	for (int s = paper->nsheets - 1; s >= 0; s--)
		for (int i = paper->sheets[s]->nlines - 1; i >= 0; i--) {
			const struct line *line = &paper->sheets[s]->lines[i];

			if (is_date_row(line) && line->box.x * 5 > paper->sheets[s]->width && line->nwords <= 14 &&
			    line->box.x + line->box.w / 2 > paper->sheets[s]->width * 2 / 5 && date_row_read(paper, line, date, place))
				return;
		}
}

/* Head row, then the labels of the schema, then the last date row of the paper in the right half (over the signature). */
void head_date(struct paper *paper, const struct schema_field *schema, struct field *field)
{
	if (schema->labels.n) {
		label_read(paper, schema, field);
		if (field->state != FIELD_ABSENT)
			return;
	}
	if (paper->date_row >= 0 && date_row_read(paper, &paper->right[paper->date_row], field, NULL))
		return;
	if (schema->zone != ZONE_HEAD_RIGHT)
		foot_date(paper, field, NULL);
}

void head_place(struct paper *paper, const struct schema_field *schema, struct field *field)
{
	struct field date = { 0 };

	if (paper->date_row >= 0)
		date_row_read(paper, &paper->right[paper->date_row], &date, field);
	else if (schema->zone != ZONE_HEAD_RIGHT)
		foot_date(paper, &date, field);
}
