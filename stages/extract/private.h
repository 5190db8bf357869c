/*
 * private.h - what the files of this room share: the room's own state, and one paper while it is read
 */
#ifndef SOHOA_EXTRACT_PRIVATE_H
#define SOHOA_EXTRACT_PRIVATE_H

#include <stdbool.h>

#include "pipeline/document.h"
#include "pipeline/schema.h"
#include "stages/split/layout.h"

struct arena;
struct error;
struct pattern; /* a compiled PCRE2 pattern with its limits: pattern.c */

/* A confidence is the chance that every letter is right (stages/ocr/confidence.h). The limits were found on ten scans.
 *
 * A word below this is no evidence for a number or a day: stamped or written figures that were misread stood below it, machine-printed ones that were right above. */
#define SURE_CONFIDENCE 50
/* Figures that stand apart from the notation ("Số: 195 /CĐ-TTg") were stamped or written in later: they count from nine chances in ten, and never as sure. */
#define STAMPED_CONFIDENCE 90
/* A number inside a printed sentence needs less: nobody writes or stamps there. */
#define PRINTED_CONFIDENCE 40
/* One reading of free words, however sure the letters, is no more than this: 90 and more stands for what a second reading or a list agrees with.
 * Of 78 values of the clean stacks that were wrong at 90 and more, 60 were such words (make accuracy-papers NOISE=clean). */
#define ALONE_CONFIDENCE 89
/* A name or position below this goes to a person: under a seal the readers give 0..75, beside it 85..99. */
#define NAME_CONFIDENCE 75
/* Free words of which nothing but their letters is asked. */
#define FREE_CONFIDENCE 70
/* A name that the language model changed goes to a person: it knows frequent names, not whose this is. */
#define CHANGED_CONFIDENCE (NAME_CONFIDENCE - 10)
/* A first word that is no known surname may be one of a people we have no table of; read worse than this it is more likely a misreading. */
#define SURNAME_CONFIDENCE 90
#define SURNAME_SURE 98
/* What a repair (O for 0, D for Đ) and a doubtful cross-check take off, and what a second reading that agrees adds. */
#define REPAIR_COST 10
#define DOUBT_COST 30
#define SECOND_READING_GAIN 10

struct extractor {
	struct schemas *schemas;
	struct arena *arena;
	struct pattern ***patterns; /* by type and field in the order of the schemas; NULL where a field has none */
};

struct paper {
	struct extractor *extractor;
	struct arena *arena;
	struct document *document;
	struct sheet **sheets; /* one per page that has words, in order */
	int nsheets;
	const struct schema *type;

	/* The head of the first page. Rows are lines cut at the border, top to bottom. */
	bool motto;        /* Quốc hiệu was found */
	bool centred;      /* ... in the middle of the page: there are no two columns */
	int border;        /* x, upright: left of it the agency's block, right of it the motto's */
	int head_bottom;   /* y, upright: the title stands below */
	struct line *left, *right;
	int nleft, nright;
	int date_row;      /* index in right of the row "..., ngày ... tháng ... năm ...", or -1 */
	int number_row;    /* index in left of the row "Số: ...", or -1 */

	int title;         /* index of the title's first line in sheets[0]->lines, or -1 */
	int title_lines;   /* how many lines the title has */
	int reference;     /* index in left of the row "V/v ...", or -1 */

	const struct line *signing; /* the agency over the signature, or NULL: foot.c */
};

/* pattern.c: NULL where the pattern is wrong (schemas_open has refused such a one). */
struct pattern *pattern_new(const char *text);
void pattern_free(struct pattern *pattern);
bool pattern_whole(struct pattern *pattern, const char *text);
/* Group 1, or the whole match where there is none: offset and size in bytes. */
bool pattern_search(struct pattern *pattern, const char *text, int *offset, int *size);

/* extract.c */
struct pattern *paper_pattern(const struct paper *paper, const struct schema *type, const char *field);

/* head.c: finds the columns; later the fields. */
void head_find(struct paper *paper);
void head_date(struct paper *paper, const struct schema_field *schema, struct field *field);
void head_place(struct paper *paper, const struct schema_field *schema, struct field *field);
/* The row "ngày ... tháng ... năm ..." of any line into a field; false when the line holds none. */
bool date_row_read(struct paper *paper, const struct line *line, struct field *field, struct field *place);

/* spelling.c: the text with the words of the list put right; whether it begins with one of them, whether all of it is theirs, and behind how many
 * bytes of it (with the blank) none of theirs stands any more. */
char *spelling_right(struct paper *paper, const struct schema_list *spellings, const char *text, bool *begins, bool *whole, int *known);

/* again.c: a name as it stands elsewhere on the paper, where the letters are the same and it was read better; *sure rises where both agree. The line
 * `own` itself does not count. And with a surname that there is, where but one has these letters: not where the first word, read with
 * confidence `sure`, is sure, for there are more surnames than the table has (Giàng beside Giang). */
char *again_read(struct paper *paper, const struct line *own, char *text, float *sure);
char *surname_right(struct paper *paper, char *name, float sure);
/* Whether the word, as printed in small letters, is a surname of the table; and whether it is one whose letters no other one bears. */
bool surname_known(const char *word);
bool surname_alone(struct paper *paper, const char *word);
/* The confidence of a name: less where its first word, read with confidence `first`, is no surname that is known. */
float surname_doubt(struct paper *paper, const char *name, float first, float sure);
/* The one surname from which what the net saw differs in a single letter; NULL where none or several do. */
char *surname_near(struct paper *paper, const struct word *word);
/* The whole name of a line whose first word was lost, where the rest stands elsewhere behind a surname; NULL where it does not. */
char *surname_again(struct paper *paper, const struct line *own, float *sure);

/* repeated.c: the words of the rows, one under the other, put right by what the body says again; NULL where it changes nothing. */
char *repeated_right(struct paper *paper, const struct line *rows, int nrows);
/* What was read in a stamp touches the begin of the row. */
bool stamp_beside(const struct line *row);

/* agency.c: agency_put fills in a name, official words put right, its place as it stands again on the paper. own: the line it stands in. */
void agency_put(struct paper *paper, const struct schema_field *schema, const struct line *own, const char *text, float sure, struct box box,
		struct field *field);
void agency_read(struct paper *paper, const struct schema_field *schema, struct field *field);
bool agency_signs(const struct line *line); /* an agency's own name, as it stands over the signature of a certificate */
void agency_at_foot(struct paper *paper, const struct schema_field *schema, const struct line *line, struct field *field); /* when the head named none */

/* number.c */
void number_read(struct paper *paper, const struct schema_field *schema, struct field *field);
/* Offset behind "Số:" in the word, or -1; forms with OCR damage too (Só:, S6:, Sô:). */
int number_anchor(const char *word);
bool number_anchor_at(const struct line *line, int word);
/* The number as the grammar of the type has it, or NULL. digits_missing: a 1 was put where the figures should stand, to ask for
 * the notation only. */
char *number_normal(struct paper *paper, const struct schema *type, const char *text, bool *repaired);
bool number_fits(struct paper *paper, const struct schema *type);

/* type.c */
void type_find(struct paper *paper);
void copy_find(struct paper *paper);

/* mrz.c: birth and last day from the machine readable lines of an identity card, against what was read or in its place. */
void mrz_read(struct paper *paper);
/* code.c: what the QR code of a card says, against what was read or in its place. */
void code_read(struct paper *paper);

/* subject.c, foot.c, label.c */
void subject_read(struct paper *paper, struct field *field);
void foot_read(struct paper *paper, const struct schema_field *schema, struct field *position, struct field *signer, struct field *recipients);
void label_read(struct paper *paper, const struct schema_field *schema, struct field *field);
void pattern_read(struct paper *paper, const struct schema_field *schema, struct field *field);

/* stamps.c: which part is meant the name of the field tells. */
void certified_read(struct paper *paper, const struct schema_field *schema, struct field *field);
void arrival_read(struct paper *paper, struct field *field);

/* order.c */
void order_read(struct paper *paper, struct field *field);

/* cites.c */
void cites_read(struct paper *paper, const struct schema_field *schema, struct field *field);
void grounds_read(struct paper *paper, const struct schema_field *schema, struct field *field);

/* True when ink that is no read word lies in the upright box: marks, or words that were left out of the lines. */
bool ink_inside(const struct page *page, struct box box);
/* No more than CHANGED_CONFIDENCE where the language model changed a word of the line; that it put the only marks a surname can have changes nothing. */
float name_confidence(struct paper *paper, const struct line *line, float confidence);

void field_fill(struct field *field, enum field_state state, const char *text, const char *value, float confidence,
		const struct page *page, struct box box);

#endif
