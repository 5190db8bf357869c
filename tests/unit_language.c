/* The language behind the reader: the file of figures, tokens, the choice over a paragraph, and what it may not touch. */
#include "tests/unit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pipeline/arena.h"
#include "pipeline/config.h"
#include "pipeline/document.h"
#include "pipeline/error.h"
#include "stages/ocr/language/choose.h"
#include "stages/ocr/language/figures.h"
#include "stages/ocr/language/language.h"
#include "stages/ocr/language/ngrams.h"
#include "stages/ocr/capitals.h"
#include "stages/ocr/markers.h"
#include "stages/ocr/net/model.h"
#include "stages/ocr/net/reader.h"
#include "stages/ocr/words.h"

#define VIE "/usr/share/tesseract-ocr/5/tessdata/vie.traineddata"

static struct ngrams *figures;
static struct reader *reader;

static const char *path(void)
{
	static char text[4096];

	snprintf(text, sizeof text, "%s/models/vi.ngrams", config_data_dir());
	return text;
}

static int open_all(void **state)
{
	struct error err = ERROR_INIT;

	figures = ngrams_open(path(), &err);
	reader = reader_open(VIE, "plain", &err);
	return figures && reader ? 0 : -1;
}

static int close_all(void **state)
{
	ngrams_close(figures);
	reader_close(reader);
	return 0;
}

/* ---- the file ---- */

static float ln(const char *a, const char *b, const char *c)
{
	return ngrams_ln(figures, a ? ngrams_find(figures, a) : -1, b ? ngrams_find(figures, b) : -1, ngrams_find(figures, c));
}

static void test_figures(void **state)
{
	static const char *const known[] = { "và", "nghiêng", "ubnd", "hòa", "<num>", "<unk>" }, *const unknown[] = { "hoà", "Và", "xyzzy", "", "nghiênga" };

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		assert_string_equal(ngrams_text(figures, ngrams_find(figures, known[i])), known[i]);
	for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
		assert_int_equal(ngrams_find(figures, unknown[i]), -1);
	assert_true(figures->flags[ngrams_find(figures, "và")] & NGRAMS_VALID);
	assert_true(figures->flags[ngrams_find(figures, "ubnd")] & NGRAMS_SHORT);
	assert_true(ln("ủy", "ban", "nhân") > ln("ủy", "ban", "nhãn") + 5);
	assert_true(ln(NULL, "thành", "phố") > ln(NULL, "thành", "phó") + 3);
	assert_true(ln(NULL, NULL, "và") > ln(NULL, NULL, "nghiêng"));
}

/* What may follow "ủy ban" sums to about one: rounding to a twelfth of a nat leaves a few per cent. */
static void test_probabilities(void **state)
{
	static const char *const before[][2] = { { "ủy", "ban" }, { "nhân", "dân" }, { "xyzzy", "và" }, { NULL, NULL } };

	for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
		int a = before[i][0] ? ngrams_find(figures, before[i][0]) : -1, b = before[i][1] ? ngrams_find(figures, before[i][1]) : -1;
		double sum = 0;

		for (int c = 0; c < (int)figures->head->nwords; c++)
			sum += exp((double)ngrams_ln(figures, a, b, c));
		assert_true(sum > 0.93 && sum < 1.07);
	}
}

static void test_damaged_files(void **state)
{
	static const size_t places[] = { 0, 8, 12, 16, 20, 24, 300, 300000 };
	size_t size = figures->size;
	char *bytes = malloc(size), name[] = "/tmp/sohoa-ngrams-XXXXXX";
	int fd = mkstemp(name);
	FILE *f;

	assert_true(fd >= 0 && bytes);
	close(fd);
	for (size_t i = 0; i < sizeof places / sizeof *places + 2; i++) {
		struct error err = ERROR_INIT;
		size_t n = i == 0 ? size / 2 : i == 1 ? 10 : size;

		memcpy(bytes, figures->head, size);
		if (i > 1)
			memset(bytes + places[i - 2], 0xFF, 4);
		f = fopen(name, "wb");
		assert_non_null(f);
		assert_int_equal(fwrite(bytes, 1, n, f), n);
		fclose(f);
		assert_null(ngrams_open(name, &err));
		assert_non_null(strstr(err.text, name));
	}
	unlink(name);
	free(bytes);
}

/* ---- what it says of letters ---- */

static int letters(const char *text, int *out)
{
	const struct model *m = reader_model(reader);
	int n = 0;

	while (*text) {
		int best = -1;

		for (int i = 0; i < m->nletters; i++)
			if (m->letters[i].ncodes && !strncmp(text, m->letters[i].text, strlen(m->letters[i].text)) &&
			    (best < 0 || strlen(m->letters[i].text) > strlen(m->letters[best].text)))
				best = i;
		assert_true(best >= 0);
		out[n++] = best;
		text += strlen(m->letters[best].text);
	}
	return n;
}

static double weight(struct tongue *t, const char *text, struct context context)
{
	int all[400], n = letters(text, all);

	return tongue_weigh(t, all, n, &context);
}

static void test_weights(void **state)
{
	static const struct { const char *better, *worse; } rows[] = {
		{ "Ủy ban nhân dân thành phố", "Ủy ban nhân dân thành phó" },
		{ "tần suất kiểm tra", "tân suât kiêm tra" },
		{ "nhân dân", "nhândân" },
		{ "hoà bình", "hoá bình" },        /* one tone placement */
		{ "CỘNG HÒA", "CỘNG HOA" },
		{ "CỘNG HÒA", "CộNG HÒA" },        /* capitals inside a word */
		{ "ngày 05 tháng 01", "ngày 05 thảng 01" },
		{ "TMĐT trong nước", "TMĐTtrongnước" }, /* a strange word does not swallow its neighbours */
	};
	struct tongue *t = tongue_new(figures, reader_model(reader));

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (weight(t, rows[i].better, CONTEXT_NONE) <= weight(t, rows[i].worse, CONTEXT_NONE))
			fail_msg("\"%s\" should weigh more than \"%s\"", rows[i].better, rows[i].worse);
	/* digits are all alike: the net alone decides */
	assert_true(fabs(weight(t, "số 1234/QĐ", CONTEXT_NONE) - weight(t, "số 9876/QĐ", CONTEXT_NONE)) < 1e-9);
	tongue_free(t);
}

/* The hook of the search and the whole text say the same. */
static void test_hook(void **state)
{
	struct tongue *t = tongue_new(figures, reader_model(reader));
	const struct language *l = tongue_language(t);
	int all[100], n = letters("Căn cứ Luật số 61/2018/NĐ-CP, hoà", all), at = l->start(l->self);
	struct context none = CONTEXT_NONE;
	double sum = 0;

	for (int i = 0; i < n; i++)
		at = l->next(l->self, at, all[i], &sum);
	l->end(l->self, at, &sum);
	assert_true(fabs(sum - tongue_weigh(t, all, n, &none)) < 1e-9);
	assert_string_equal(ngrams_text(figures, none.b), "hòa");
	tongue_free(t);
}

/* A line ends in the middle of a word that the next line decides. */
static void test_paragraph(void **state)
{
	static const char *const readings[2][2] = { { "Ủy ban nhãn", "Ủy ban nhân" }, { "dân thành phố", NULL } };
	struct tongue *t = tongue_new(figures, reader_model(reader));
	struct symbol symbols[3][50] = { 0 };
	struct reading made[3] = { 0 };
	struct read_line lines[2] = { { .readings = made, .nreadings = 2 }, { .readings = made + 2, .nreadings = 1 } };
	int apart[] = { 1, 2 }, together[] = { 1, 1 }, all[50];

	for (int i = 0; i < 3; i++) {
		const char *text = readings[i / 2][i % 2];
		int n = letters(text, all);

		for (int k = 0; k < n; k++)
			symbols[i][k].letter = all[k];
		made[i] = (struct reading){ .symbols = symbols[i], .nsymbols = n };
	}
	/* the net prefers "nhãn", and so much that the line alone does not turn it */
	made[1].net = weight(t, readings[0][0], tongue_edge(t)) - weight(t, readings[0][1], tongue_edge(t)) - 0.5;
	readings_choose(t, lines, apart, 2);
	assert_int_equal(lines[0].chosen, 0);
	readings_choose(t, lines, together, 2);
	assert_int_equal(lines[0].chosen, 1);
	tongue_free(t);
}

/* ---- what it may not touch ---- */

static void test_allowed(void **state)
{
	static const struct { const char *seen, *chosen; bool allowed; } rows[] = {
		{ "phó", "phố", true },        { "thống", "thông", true },    { "nhândân", "nhân dân", true }, { "CỎ", "CỔ", true },
		{ "(đồng", "(đổng", true },     { "Hải,", "Hái,", true },
		/* a syllable is no stump */
		{ "(Phụ", "(Ph", false },      { "vụ,", "v,", false },        { "Lưu:", "Lư:", true },  { "vụx", "vụ", true },
		/* numbers, dates, codes, notations */
		{ "2025", "2026", false },     { "05/01/2024", "05/01/2021", false }, { "158/QĐ-UBND", "158/QD-UBND", false }, { "l0", "10", false },
		{ "QH15", "QHIS", false },     { "a-b", "à-b", false },       { "x@y", "xạy", false },  { "Điêu 3", "Điều 8", false },
		/* abbreviations and Roman numbers */
		{ "TMĐT", "TMẪT", false },     { "UBND", "ƯBND", false },     { "XIII", "XII", false }, { "BCG", "BGC", false }, { "QLDA", "QUA", false },
		/* signs alone, and no words at all */
		{ "luật", "luật;", false },    { "c)", ")", false },          { "˚.", "”.", false },  { "thành", "thànhx", false }, { "abc", "abcq", false },
		/* a space beside a sign, and large for small */
		{ "gia: “đồng", "gia:“đồng", false }, { "đồng", "Đồng", false }, { "đồnG", "đồng", true },
	};
	struct arena *arena = arena_new();

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (choice_allowed(figures, rows[i].seen, rows[i].chosen, arena) != rows[i].allowed)
			fail_msg("\"%s\" to \"%s\"", rows[i].seen, rows[i].chosen);
	arena_free(arena);
}

static struct line_word word(const char *text, int first, int last)
{
	return (struct line_word){ .text = (char *)(uintptr_t)text, .first = first, .last = last, .sure = 0.9F };
}

static void test_mended_figures(void **state)
{
	static const struct { const char *before, *read, *mended; } rows[] = {
		{ "khoản", "I", "1" },     { "Điều", "l,", "1," },    { "Chương", "I", "I" },     { "khoản", "II", "II" },  { "Phụ", "I", "I" },
		{ "", "“7iếp", "“Tiếp" }, { "là", "7ổng,", "Tổng," }, { "", "7ha", "7ha" },       { "", "7kg", "7kg" },     { "", "17iếp", "17iếp" },
		{ "", "7xyễ", "7xyễ" },   { "khoản", "7", "7" },      { "", "a7iếp", "a7iếp" },
		{ "số", "198/2025/QHI5", "198/2025/QH15" }, { "", "2693/UBKHCNMTI5;", "2693/UBKHCNMT15;" }, { "", "XIII", "XIII" }, { "", "AI4", "AI4" },
		{ "", "QHI5-a", "QHI5-a" }, { "", "I5", "I5" },
	};
	struct arena *arena = arena_new();

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct line_word words[] = { word(rows[i].before, 0, 1), word(rows[i].read, 2, 3) };

		figures_mend(figures, words, 2, arena);
		assert_string_equal(words[1].text, rows[i].mended);
		assert_int_equal(words[1].seen != NULL, strcmp(rows[i].read, rows[i].mended) != 0);
	}
	arena_free(arena);
}

/* A row is what begins the lines of a page, with "~" before what was doubted; then what they should be. */
static void test_markers(void **state)
{
	static const struct { const char *read, *mended; } rows[] = {
		{ "a) b) ~€)", "a) b) c)" },        { "~4) b)", "a) b)" },          { "c) ~đ) ~d)", "c) d) đ)" },       { "c) đ)", "c) đ)" },
		{ "a) ~x)", "a) x)" },              { "7. ~§. ~9.", "7. 8. 9." },   { "4. ~S.", "4. 5." },              { "4. S.", "4. S." },
		{ "11. ~S.", "11. S." },            { "I. ~l.", "I. 1." },          { "b).. ~C)..", "b).. c).." },      { "c) 2. ~á)", "c) 2. a)" },
		{ "~€.", "€." },                    { "đ) ~e)", "đ) e)" },          { "", "" },
	};
	struct arena *arena = arena_new();

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct page page = { 0 };
		char *got = arena_strdup(arena, ""), *rest = arena_strdup(arena, rows[i].read);

		for (char *text = strtok(rest, " "); text; text = strtok(NULL, " ")) {
			struct word *word = arena_push(arena, &page.words, &page.nwords, sizeof *word);

			*word = (struct word){ .text = text + (*text == '~'), .confidence = *text == '~' ? 50 : 99, .line = page.nwords };
		}
		markers_mend(&page, arena);
		for (int k = 0; k < page.nwords; k++)
			got = arena_printf(arena, "%s%s%s", got, k ? " " : "", page.words[k].text);
		assert_string_equal(got, rows[i].mended);
	}
	arena_free(arena);
}

/* Lines of a page, parted by "|", and what they should be. */
static void test_recitals(void **state)
{
	static const struct { const char *read, *mended; } rows[] = {
		{ "Căn cứ Luật A, | Căn cứ Nghị định B: | Theo đề nghị của C.", "Căn cứ Luật A; Căn cứ Nghị định B; Theo đề nghị của C." },
		{ "Căn cứ Luật A, | luật B, | luật C; | Căn cứ D,", "Căn cứ Luật A, luật B, luật C; Căn cứ D," }, /* within one, and behind the last */
		{ "Căn cứ A. | Nay, | Căn cứ B,", "Căn cứ A. Nay, Căn cứ B," },
		{ "Kính gửi: | Căn cứ A, | Xét đề nghị B,", "Kính gửi: Căn cứ A; Xét đề nghị B," },
		{ "- Như trên, | Theo đề nghị, | Căn", "- Như trên, Theo đề nghị, Căn" },
	};
	struct arena *arena = arena_new();

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct page page = { 0 };
		char *got = arena_strdup(arena, ""), *rest = arena_strdup(arena, rows[i].read);
		int line = 1;

		for (char *text = strtok(rest, " "); text; text = strtok(NULL, " ")) {
			if (!strcmp(text, "|")) {
				line++;
				continue;
			}
			*(struct word *)arena_push(arena, &page.words, &page.nwords, sizeof(struct word)) =
				(struct word){ .text = text, .confidence = 90, .role = ROLE_BODY, .line = line };
		}
		markers_mend(&page, arena);
		for (int k = 0; k < page.nwords; k++)
			got = arena_printf(arena, "%s%s%s", got, k ? " " : "", page.words[k].text);
		assert_string_equal(got, rows[i].mended);
	}
	arena_free(arena);
}

/* Words of a line, and what they should be. */
static void test_capitals(void **state)
{
	static const struct { const char *read, *mended; } rows[] = {
		{ "cơ quan ngang bỘ;", "cơ quan ngang bộ;" }, { "VỀ việc cử cán", "Về việc cử cán" }, { "SỐ 156, đường Võ", "Số 156, đường Võ" },
		{ "- SỞ Tư pháp (để b/C);", "- Sở Tư pháp (để b/c);" }, { "ỦY ban nhân dân", "Ủy ban nhân dân" }, { "(để bíc);", "(để b/c);" },
		{ "SỞ TƯ PHÁP", "SỞ TƯ PHÁP" }, { "QUYẾT ĐỊNH VỀ việc", "QUYẾT ĐỊNH VỀ việc" }, { "Số: 12/QĐ-UBND", "Số: 12/QĐ-UBND" }, { "TỔ", "TỔ" },
		{ "QĐ của Bộ", "QĐ của Bộ" }, { "theo HĐ số", "theo HĐ số" }, { "Văn An b/C", "Văn An b/C" }, { "SỐ 156", "SỐ 156" }, { "10kVÂ 5", "10kVÂ 5" },
		{ "KHÔNG có", "KHÔNG có" },
	};
	struct arena *arena = arena_new();

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct page page = { 0 };
		char *got = arena_strdup(arena, ""), *rest = arena_strdup(arena, rows[i].read);

		for (char *text = strtok(rest, " "); text; text = strtok(NULL, " "))
			*(struct word *)arena_push(arena, &page.words, &page.nwords, sizeof(struct word)) = (struct word){ .text = text, .line = 1 };
		capitals_mend(&page, arena);
		for (int k = 0; k < page.nwords; k++)
			got = arena_printf(arena, "%s%s%s", got, k ? " " : "", page.words[k].text);
		assert_string_equal(got, rows[i].mended);
	}
	arena_free(arena);
}

static void test_footnote_markers(void **state)
{
	struct word words[] = { { .text = (char *)"!", .role = ROLE_FOOTNOTE, .line = 1 }, { .text = (char *)"!", .role = ROLE_FOOTNOTE, .line = 1 },
				{ .text = (char *)"?", .role = ROLE_FOOTNOTE, .line = 2 }, { .text = (char *)"!", .line = 3 } };
	struct page page = { .words = words, .nwords = 4 };
	struct arena *arena = arena_new();

	markers_mend(&page, arena);
	assert_string_equal(words[0].text, "1");
	assert_string_equal(words[0].seen, "!");
	assert_string_equal(words[1].text, "!");
	assert_string_equal(words[2].text, "2");
	assert_string_equal(words[3].text, "!");
	arena_free(arena);
}

static void test_merge(void **state)
{
	struct line_word chosen[] = { word("Thành", 0, 9), word("phố", 12, 19), word("nhân", 22, 25), word("dân", 27, 30), word("159", 33, 39), word("của", 50, 55) };
	struct line_word seen[] = { word("Thành", 0, 9), word("phó", 12, 18), word("nhândân", 22, 30), word("158", 33, 38), word("'", 41, 42) };
	struct arena *arena = arena_new();
	struct line_word *words;
	int n;

	seen[4].speck = true;
	n = words_merge(figures, chosen, 6, seen, 5, arena, &words);
	assert_int_equal(n, 5);
	assert_string_equal(words[0].text, "Thành");
	assert_null(words[0].seen);
	assert_string_equal(words[1].text, "phố");
	assert_string_equal(words[1].seen, "phó");
	assert_string_equal(words[2].text, "nhân");
	assert_string_equal(words[3].text, "dân");
	assert_string_equal(words[3].seen, "nhândân");
	assert_string_equal(words[4].text, "158"); /* a number stays; what the net saw nothing of does not come in */
	arena_free(arena);
}

static void test_join(void **state)
{
	/* text, left, right; the line is 40 pixels high */
	struct line_word row[] = {
		{ .text = (char *)"07/QĐ-", .left = 0, .right = 90 }, { .text = (char *)"TTg", .left = 96, .right = 140 },
		{ .text = (char *)"luật", .left = 160, .right = 200 }, { .text = (char *)"”;", .left = 207, .right = 215 },
		{ .text = (char *)"-", .left = 230, .right = 236 },   { .text = (char *)"Sở", .left = 242, .right = 270 },
		{ .text = (char *)"A-", .left = 290, .right = 310 },   { .text = (char *)"B", .left = 340, .right = 350 },
		{ .text = (char *)"—-", .left = 370, .right = 384 },   { .text = (char *)"--", .left = 400, .right = 430 },
	};
	struct arena *arena = arena_new();

	assert_int_equal(words_join(row, 10, 40, arena), 8);
	assert_string_equal(row[0].text, "07/QĐ-TTg");
	assert_int_equal(row[0].right, 140);
	assert_string_equal(row[1].text, "luật”;");
	assert_string_equal(row[2].text, "-"); /* a dash of a list */
	assert_string_equal(row[4].text, "A-"); /* too far */
	assert_string_equal(row[6].text, "–");
	assert_string_equal(row[6].seen, "—-");
	assert_string_equal(row[7].text, "--"); /* room for two */
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_figures), cmocka_unit_test(test_probabilities), cmocka_unit_test(test_damaged_files), cmocka_unit_test(test_weights),
		cmocka_unit_test(test_hook),	cmocka_unit_test(test_paragraph),     cmocka_unit_test(test_allowed), cmocka_unit_test(test_mended_figures),	    cmocka_unit_test(test_markers),
		cmocka_unit_test(test_footnote_markers), cmocka_unit_test(test_recitals), cmocka_unit_test(test_capitals),
		cmocka_unit_test(test_merge),
		cmocka_unit_test(test_join),
	};

	return cmocka_run_group_tests(tests, open_all, close_all);
}
