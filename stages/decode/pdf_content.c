#include "stages/decode/pdf_content.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#define DEPTH_FORMS 8      /* forms inside forms; producers use 2 or 3 */
#define DEPTH_STATES 64    /* q inside q; the standard's own limit is 28 */
#define DEPTH_NESTED 64    /* arrays and dictionaries inside each other */
#define FORMS_MAX 500      /* forms painted by one page, repeats counted */
#define TOKENS_MAX 20000000L /* over all forms: about a second */
#define NUMBERS_MAX 8      /* operands kept: no operator that matters has more than six */
#define NAME_MAX_BYTES 128 /* the standard's limit is 127 */
#define HUGE_COORDINATE 1e7
#define OFF_AXIS 1e-3      /* a turn below this share of the side is rounding of the producer: 1 px in 1000 */

struct state {
	struct matrix ctm;
	struct rect clip;
	bool clip_strange; /* clipped by something that is no upright rectangle */
	bool blended;      /* transparency or a soft mask is on */
	bool coloured;     /* the fill colour is not black for sure */
	int text_mode;
	bool drawn_font;
};

enum path { PATH_NONE, PATH_RECTANGLE, PATH_OTHER };

enum token { TOKEN_END, TOKEN_NUMBER, TOKEN_NAME, TOKEN_STRING, TOKEN_OPERATOR, TOKEN_OPEN, TOKEN_CLOSE };

struct walk {
	const struct content_doors *doors;
	struct content_summary *out;
	long tokens;
	int forms;
};

struct reader {
	const unsigned char *at, *end;
	char text[NAME_MAX_BYTES]; /* name or operator */
	double number;
	bool empty;                /* string without a byte */
};

struct stream {
	struct state states[DEPTH_STATES];
	int nstates;
	double numbers[NUMBERS_MAX];
	int nnumbers;
	char name[NAME_MAX_BYTES];
	char tag[NAME_MAX_BYTES]; /* the first name of the operands */
	bool letters;             /* a string that is not empty is among the operands */
	enum path path;
	struct rect rectangle;
	bool clip_pending;
};

struct matrix matrix_multiply(struct matrix m, struct matrix n)
{
	return (struct matrix){ m.a * n.a + m.b * n.c,       m.a * n.b + m.b * n.d,
				m.c * n.a + m.d * n.c,       m.c * n.b + m.d * n.d,
				m.e * n.a + m.f * n.c + n.e, m.e * n.b + m.f * n.d + n.f };
}

struct rect matrix_rect(struct matrix m, struct rect r, bool *square)
{
	double px[4] = { r.x0, r.x1, r.x0, r.x1 }, py[4] = { r.y0, r.y0, r.y1, r.y1 };
	struct rect out = { INFINITY, INFINITY, -INFINITY, -INFINITY };
	bool upright = fabs(m.b) <= OFF_AXIS * fabs(m.a) && fabs(m.c) <= OFF_AXIS * fabs(m.d);
	bool turned = fabs(m.a) <= OFF_AXIS * fabs(m.b) && fabs(m.d) <= OFF_AXIS * fabs(m.c);

	for (int i = 0; i < 4; i++) {
		double x = m.a * px[i] + m.c * py[i] + m.e, y = m.b * px[i] + m.d * py[i] + m.f;

		out.x0 = fmin(out.x0, x);
		out.x1 = fmax(out.x1, x);
		out.y0 = fmin(out.y0, y);
		out.y1 = fmax(out.y1, y);
	}
	if (square)
		*square = upright || turned;
	return out;
}

struct rect rect_intersect(struct rect a, struct rect b)
{
	struct rect r = { fmax(a.x0, b.x0), fmax(a.y0, b.y0), fmin(a.x1, b.x1), fmin(a.y1, b.y1) };

	if (!(r.x1 > r.x0 && r.y1 > r.y0))
		return (struct rect){ 0, 0, 0, 0 };
	return r;
}

double rect_area(struct rect r)
{
	return (r.x1 - r.x0) * (r.y1 - r.y0);
}

/* --- tokens --- */

static bool is_space(int c)
{
	return c == 0 || c == '\t' || c == '\n' || c == '\f' || c == '\r' || c == ' ';
}

static bool is_delimiter(int c)
{
	return c == '(' || c == ')' || c == '<' || c == '>' || c == '[' || c == ']' || c == '{' || c == '}' || c == '/' ||
	       c == '%';
}

static void skip_space(struct reader *r)
{
	while (r->at < r->end) {
		if (*r->at == '%')
			while (r->at < r->end && *r->at != '\n' && *r->at != '\r')
				r->at++;
		else if (is_space(*r->at))
			r->at++;
		else
			return;
	}
}

static int hex_value(int c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static enum token read_string(struct reader *r)
{
	int depth = 1;

	r->empty = true;
	for (r->at++; r->at < r->end && depth > 0; r->at++) {
		if (*r->at == '\\' && r->at + 1 < r->end)
			r->at++;
		else if (*r->at == '(')
			depth++;
		else if (*r->at == ')')
			depth--;
		if (depth > 0)
			r->empty = false;
	}
	return TOKEN_STRING;
}

static enum token read_hex_string(struct reader *r)
{
	r->empty = true;
	for (r->at++; r->at < r->end && *r->at != '>'; r->at++)
		if (!is_space(*r->at))
			r->empty = false;
	if (r->at < r->end)
		r->at++;
	return TOKEN_STRING;
}

/* "/Im#31" means "/Im1". A name that is too long is cut, so it will not be found. */
static enum token read_name(struct reader *r)
{
	size_t n = 0;

	for (r->at++; r->at < r->end && !is_space(*r->at) && !is_delimiter(*r->at); r->at++) {
		int c = *r->at;

		if (c == '#' && r->end - r->at > 2 && hex_value(r->at[1]) >= 0 && hex_value(r->at[2]) >= 0) {
			c = hex_value(r->at[1]) * 16 + hex_value(r->at[2]);
			r->at += 2;
		}
		if (c && n < sizeof r->text - 1)
			r->text[n++] = (char)c;
	}
	r->text[n] = '\0';
	return TOKEN_NAME;
}

/* Our own, because strtod listens to the locale. False when the word is no number; broken ones ("--3", "1.2.3") are read as far
 * as they go, as viewers do. */
static bool parse_number(const char *text, double *out)
{
	double value = 0, unit = 1;
	bool negative = false, digits = false, point = false;

	for (; *text == '+' || *text == '-'; text++)
		negative = *text == '-';
	for (; *text; text++) {
		if (*text == '.' && !point)
			point = true;
		else if (*text >= '0' && *text <= '9') {
			digits = true;
			value = value * 10 + (*text - '0');
			if (point)
				unit *= 10;
			if (value > 1e15)
				break; /* more digits than a coordinate has */
		} else if (digits && (*text == '-' || *text == '.'))
			break;
		else
			return false;
	}
	if (!digits && !point)
		return false;
	value /= unit;
	*out = negative ? -value : value;
	return true;
}

static enum token read_word(struct reader *r)
{
	size_t n = 0;

	for (; r->at < r->end && !is_space(*r->at) && !is_delimiter(*r->at); r->at++)
		if (n < sizeof r->text - 1)
			r->text[n++] = (char)*r->at;
	r->text[n] = '\0';
	return parse_number(r->text, &r->number) ? TOKEN_NUMBER : TOKEN_OPERATOR;
}

static enum token read_token(struct reader *r)
{
	skip_space(r);
	if (r->at >= r->end)
		return TOKEN_END;
	switch (*r->at) {
	case '(':
		return read_string(r);
	case '/':
		return read_name(r);
	case '<':
		if (r->end - r->at > 1 && r->at[1] == '<') {
			r->at += 2;
			return TOKEN_OPEN;
		}
		return read_hex_string(r);
	case '>':
		r->at += r->end - r->at > 1 && r->at[1] == '>' ? 2 : 1;
		return TOKEN_CLOSE;
	case '[':
	case '{':
		r->at++;
		return TOKEN_OPEN;
	case ']':
	case '}':
	case ')':
		r->at++;
		return TOKEN_CLOSE;
	default:
		return read_word(r);
	}
}

/* Behind ID: to the first EI that stands alone. */
static void skip_inline_image(struct reader *r)
{
	if (r->at < r->end)
		r->at++;
	for (; r->end - r->at >= 3; r->at++)
		if (is_space(r->at[0]) && r->at[1] == 'E' && r->at[2] == 'I' &&
		    (r->end - r->at == 3 || is_space(r->at[3]) || is_delimiter(r->at[3]))) {
			r->at += 3;
			return;
		}
	r->at = r->end;
}

/* --- painting --- */

static void strange(struct walk *w, const char *why)
{
	if (!w->out->strange)
		w->out->strange = why;
}

static void paint(struct walk *w)
{
	if (w->out->nimages)
		w->out->painted_after = true;
	else
		w->out->painted_before = true;
}

static struct state *top(struct stream *s)
{
	return &s->states[s->nstates - 1];
}

static void paint_image(struct walk *w, const struct state *state, const struct content_object *object)
{
	if (state->clip_strange)
		strange(w, "clip");
	if (state->blended)
		strange(w, "blend");
	if (w->out->nimages < 1000)
		w->out->nimages++;
	if (w->out->nimages > 1)
		return;
	w->out->image = object->handle;
	w->out->image_opaque = object->opaque && !(object->stencil && state->coloured);
	w->out->image_stencil = object->stencil;
	w->out->image_matrix = state->ctm;
	w->out->clip = state->clip;
}

static void show_text(struct walk *w, struct stream *s)
{
	const struct state *state = top(s);

	if (!s->letters)
		return;
	if (state->text_mode == 3 && !state->drawn_font) {
		w->out->hidden_text = true;
		return;
	}
	if (state->text_mode >= 4)
		strange(w, "text as clip");
	w->out->visible_text = true;
	paint(w);
}

static void path_add_rectangle(struct stream *s)
{
	bool square;
	double x = s->numbers[0], y = s->numbers[1], width = s->numbers[2], height = s->numbers[3];
	struct rect r = { fmin(x, x + width), fmin(y, y + height), fmax(x, x + width), fmax(y, y + height) };

	if (s->nnumbers != 4)
		return;
	s->rectangle = matrix_rect(top(s)->ctm, r, &square);
	s->path = s->path == PATH_NONE && square ? PATH_RECTANGLE : PATH_OTHER;
}

static void path_end(struct walk *w, struct stream *s, bool painted)
{
	struct state *state = top(s);

	if (painted && s->path != PATH_NONE)
		paint(w);
	if (s->clip_pending && s->path == PATH_RECTANGLE)
		state->clip = rect_intersect(state->clip, s->rectangle);
	if (s->clip_pending && s->path == PATH_OTHER)
		state->clip_strange = true;
	s->clip_pending = false;
	s->path = PATH_NONE;
}

static void concatenate(struct walk *w, struct stream *s)
{
	const double *n = s->numbers;
	struct matrix m;

	if (s->nnumbers != 6)
		return;
	m = matrix_multiply((struct matrix){ n[0], n[1], n[2], n[3], n[4], n[5] }, top(s)->ctm);
	if (!(fabs(m.a) < HUGE_COORDINATE && fabs(m.b) < HUGE_COORDINATE && fabs(m.c) < HUGE_COORDINATE &&
	      fabs(m.d) < HUGE_COORDINATE && fabs(m.e) < HUGE_COORDINATE && fabs(m.f) < HUGE_COORDINATE)) {
		strange(w, "coordinates");
		return;
	}
	top(s)->ctm = m;
}

static void scan_stream(struct walk *w, const unsigned char *data, size_t size, unsigned resources, struct state first,
			int depth);

static void paint_form(struct walk *w, const struct state *state, const struct content_object *form, int depth)
{
	struct state inside = *state;
	bool square;

	if (depth >= DEPTH_FORMS || ++w->forms > FORMS_MAX) {
		strange(w, "forms too deep or too many");
		return;
	}
	inside.ctm = matrix_multiply(form->matrix, state->ctm);
	inside.clip = rect_intersect(state->clip, matrix_rect(inside.ctm, form->bbox, &square));
	inside.clip_strange = state->clip_strange || !square;
	scan_stream(w, form->data, form->size, form->resources, inside, depth + 1);
}

static void paint_object(struct walk *w, struct stream *s, unsigned resources, int depth)
{
	struct content_object object = { .kind = CONTENT_NOTHING };

	w->doors->object(w->doors->context, resources, s->name, &object);
	if (object.kind == CONTENT_IMAGE)
		paint_image(w, top(s), &object);
	else if (object.kind == CONTENT_FORM)
		paint_form(w, top(s), &object, depth);
	else if (object.kind == CONTENT_STRANGE)
		strange(w, "object");
	w->doors->release(w->doors->context, &object);
}

static void paint_inline_image(struct walk *w, struct stream *s, struct reader *r)
{
	struct content_object object = { .kind = CONTENT_IMAGE };

	skip_inline_image(r);
	paint_image(w, top(s), &object);
	strange(w, "inline image");
}

/* Black in the spaces that scanners use; any other space counts as coloured. */
static void set_fill(struct stream *s, const char *op)
{
	const double *n = s->numbers;
	bool black = false;

	if (!strcmp(op, "g"))
		black = s->nnumbers == 1 && n[0] == 0;
	else if (!strcmp(op, "rg"))
		black = s->nnumbers == 3 && n[0] == 0 && n[1] == 0 && n[2] == 0;
	else if (!strcmp(op, "k"))
		black = s->nnumbers == 4 && n[3] == 1;
	top(s)->coloured = !black;
}

static bool any(const char *word, const char *list)
{
	size_t n = strlen(word);

	for (const char *p = list; *p; p += strcspn(p, " "), p += *p == ' ')
		if (strcspn(p, " ") == n && !memcmp(p, word, n))
			return true;
	return false;
}

static void run_state(struct walk *w, struct stream *s, const char *op, unsigned resources)
{
	if (!strcmp(op, "q")) {
		if (s->nstates == DEPTH_STATES) {
			strange(w, "states too deep");
			return;
		}
		s->states[s->nstates] = s->states[s->nstates - 1];
		s->nstates++;
	} else if (!strcmp(op, "Q")) {
		if (s->nstates > 1)
			s->nstates--;
	} else if (!strcmp(op, "cm")) {
		concatenate(w, s);
	} else if (!strcmp(op, "gs")) {
		if (!w->doors->state_is_plain(w->doors->context, resources, s->name))
			top(s)->blended = true;
	} else if (!strcmp(op, "Tr")) {
		top(s)->text_mode = s->nnumbers == 1 && s->numbers[0] >= 0 && s->numbers[0] <= 7 ? (int)s->numbers[0] : 0;
	} else if (!strcmp(op, "Tf")) {
		top(s)->drawn_font = w->doors->font_is_drawn(w->doors->context, resources, s->name);
	}
}

static void run_operator(struct walk *w, struct stream *s, struct reader *r, unsigned resources, int depth)
{
	const char *op = r->text;

	if (any(op, "q Q cm gs Tr Tf"))
		run_state(w, s, op, resources);
	else if (any(op, "Tj TJ ' \""))
		show_text(w, s);
	else if (any(op, "g rg k sc scn cs"))
		set_fill(s, op);
	else if (!strcmp(op, "re"))
		path_add_rectangle(s);
	else if (any(op, "m l c v y"))
		s->path = PATH_OTHER;
	else if (any(op, "W W*"))
		s->clip_pending = true;
	else if (any(op, "f F f* B B* b b* S s"))
		path_end(w, s, true);
	else if (!strcmp(op, "n"))
		path_end(w, s, false);
	else if (!strcmp(op, "sh"))
		paint(w);
	else if (!strcmp(op, "Do"))
		paint_object(w, s, resources, depth);
	else if (!strcmp(op, "ID"))
		paint_inline_image(w, s, r);
	else if (!strcmp(op, "BDC") && !strcmp(s->tag, "OC"))
		strange(w, "layers");
}

static void forget_operands(struct stream *s)
{
	s->nnumbers = 0;
	s->name[0] = '\0';
	s->tag[0] = '\0';
	s->letters = false;
}

static void keep_name(struct stream *s, const char *name)
{
	if (!s->tag[0])
		memcpy(s->tag, name, strlen(name) + 1);
	memcpy(s->name, name, strlen(name) + 1);
}

static void keep_number(struct stream *s, double number)
{
	if (s->nnumbers == NUMBERS_MAX) { /* operators take the last ones */
		memmove(s->numbers, s->numbers + 1, sizeof s->numbers - sizeof s->numbers[0]);
		s->nnumbers--;
	}
	s->numbers[s->nnumbers++] = number;
}

static void scan_stream(struct walk *w, const unsigned char *data, size_t size, unsigned resources, struct state first,
			int depth)
{
	struct reader r = { .at = data, .end = data + size };
	struct stream s = { .nstates = 1 };
	int nested = 0;

	s.states[0] = first;
	for (;;) {
		enum token token = read_token(&r);

		if (token == TOKEN_END)
			return;
		if (++w->tokens > TOKENS_MAX) {
			strange(w, "too long");
			return;
		}
		if (token == TOKEN_OPEN)
			nested += nested < DEPTH_NESTED;
		else if (token == TOKEN_CLOSE)
			nested -= nested > 0;
		else if (token == TOKEN_STRING)
			s.letters = s.letters || !r.empty;
		else if (token == TOKEN_NUMBER && !nested)
			keep_number(&s, r.number);
		else if (token == TOKEN_NAME && !nested)
			keep_name(&s, r.text);
		else if (token == TOKEN_OPERATOR && !(nested && any(r.text, "true false null"))) {
			nested = 0;
			run_operator(w, &s, &r, resources, depth);
			forget_operands(&s);
		}
	}
}

void content_scan(const unsigned char *data, size_t size, unsigned resources, const struct content_doors *doors,
		  struct content_summary *summary)
{
	struct walk w = { .doors = doors, .out = summary };
	struct state first = { .ctm = { 1, 0, 0, 1, 0, 0 },
			       .clip = { -HUGE_COORDINATE, -HUGE_COORDINATE, HUGE_COORDINATE, HUGE_COORDINATE } };

	*summary = (struct content_summary){ 0 };
	if (size)
		scan_stream(&w, data, size, resources, first, 0);
}
