/*
 * draw.h - the generator of samples: papers drawn as vectors, scanned by a made-up scanner, with the truth beside them
 *
 * A template (samples/draw/text/NAME.txt) says what stands on a paper; `template_load` fills in made-up people, places, dates
 * and numbers; `paper_draw` lays it out (Nghị định 30/2020/NĐ-CP, Phụ lục I, for administrative papers) on leaves, which are
 * Cairo recordings in points; `scan_leaf` turns a leaf into pixels as a scanner would; `dossier_draw` writes files and truth.
 *
 * Everything follows from one seed: the same seed gives the same bytes on the same versions of fonts and libraries.
 * Only `make samples` builds this; sohoa never links it.
 */
#ifndef SAMPLES_DRAW_H
#define SAMPLES_DRAW_H

#include <cairo.h>
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct Pix;

#define MM(x) ((x) * 72.0 / 25.4) /* millimetres to points */

/* ---- chance: splitmix64, so that a seed means the same everywhere ---- */
struct chance {
	uint64_t state;
};
uint64_t chance_next(struct chance *);
double chance_unit(struct chance *);                       /* [0, 1) */
double chance_between(struct chance *, double low, double high);
double chance_normal(struct chance *);                     /* mean 0, deviation 1 */
uint64_t hash_text(uint64_t seed, const char *text);       /* FNV-1a started from seed */
uint64_t hash_bytes(uint64_t seed, const void *data, size_t size);

/* ---- people, places, days: all made up ---- */
struct cast {
	uint64_t seed;
	int day;               /* the dossier's day, days since 1970-01-01 */
	const char *dossier;   /* its code */
	bool vary;             /* blocks of templates, provinces and layouts are drawn by chance; else always the first */
};
/*
 * The text of one filler `{verb:key:more}` (without braces), or NULL when there is no such verb. The same key gives the same
 * person or number throughout a dossier. The caller frees. Verbs stand in samples/README.md.
 */
char *filler_text(const struct cast *cast, const char *filler);
int day_from_date(int year, int month, int day);
void day_to_date(int days, int *year, int *month, int *day);

/* ---- templates ---- */
struct line {
	char *kind; /* "para" */
	char *text; /* fillers filled in; never NULL */
};
struct template {
	char name[64];
	struct line *lines;
	int nlines;
};
/* Reads DIRECTORY/NAME.txt; on a fault says so on stderr and returns NULL. */
struct template *template_load(const char *directory, const char *name, const struct cast *cast);
void template_free(struct template *);
const char *template_find(const struct template *, const char *kind); /* the first line of that kind, or NULL */

/* ---- leaves ---- */
struct leaf {
	cairo_surface_t *record; /* a recording in points */
	cairo_t *cr;
	double width, height;    /* points */
	bool blank;
	char *text;              /* what is printed, one line per printed line, in reading order */
	size_t ntext;
	json_t *marks;           /* ["seal", "signature", ...] */
	json_t *codes;           /* texts of QR codes */
};
struct paper {
	struct leaf **leaves;
	int nleaves;
	json_t *document;        /* truth: type, code, fields, handwritten, verdict, reasons */
};
struct leaf *leaf_new(double width, double height);
void leaf_free(struct leaf *);
void leaf_say(struct leaf *, const char *text); /* one line of truth */
void leaf_mark(struct leaf *, const char *mark);
struct paper *paper_draw(const struct template *, const struct cast *);
struct paper *paper_blank(void); /* an empty A4 page; it has no document */
void paper_free(struct paper *);
json_t *paper_truth(const struct template *); /* what a reader should find on it */

/* ---- text on a leaf ---- */
enum align { ALIGN_LEFT, ALIGN_CENTRE, ALIGN_RIGHT, ALIGN_JUSTIFY };
struct style {
	double size;      /* points */
	bool bold, italic, sans, mono;
	enum align align;
	double indent;    /* first line, points */
	double spacing;   /* line spacing as a factor, 0 for 1.0 */
	bool silent;      /* leave it out of the truth (stamps, seals) */
	double r, g, b;   /* colour */
};
void text_family(const char *family); /* in the place of Liberation Serif from now on; NULL: that again */
/* Draws in a column of `width` points from the top `y`; returns the height used. */
double text_draw(struct leaf *, double x, double y, double width, const char *text, struct style);
double text_height(double width, const char *text, struct style);
double text_width(const char *text, struct style);
/*
 * Draws the lines of a paragraph from line *from on until `room` points are used; sets *from to the first line left, or to -1
 * when all is drawn. Returns the height used.
 */
double text_flow(struct leaf *, double x, double y, double width, double room, const char *text, struct style, int *from);

/* ---- marks ---- */
void draw_rule(struct leaf *, double x0, double x1, double y, double thick);
void draw_dots(struct leaf *, double x0, double x1, double y);
void draw_seal(struct leaf *, double x, double y, double radius, const char *around, const char *middle);
void draw_signature(struct leaf *, double x, double y, double width, uint64_t seed);
void draw_digits(struct leaf *, double x, double y, double height, const char *digits, uint64_t seed); /* by pen */
/* Words by hand on the line y from x on, no further than `end`; what does not fit goes on below, from `left`. How much lower its last line is. One writer has one
 * face. */
double draw_hand(struct leaf *, double x, double y, double end, double left, double size, const char *text, uint64_t writer, uint64_t seed);
void draw_arrival(struct leaf *, double x, double y, const char *agency, const char *number, const char *date, uint64_t seed);
void draw_box_text(struct leaf *, double x, double y, double w, double h, const char *text, bool silent);
int draw_qr(struct leaf *, double x, double y, double size, const char *text);
void draw_emblem(struct leaf *, double x, double y, double radius);
void draw_plot(struct leaf *, double x, double y, double w, double h, uint64_t seed); /* the sketch of a parcel */
void draw_portrait(struct leaf *, double x, double y, double w, double h);
/* look: B blue, K black, else red; n without a frame; t put on crooked. */
void draw_copy_stamp(struct leaf *, double x, double y, double w, double h, const char *text, const char *look, uint64_t seed);
void draw_rosette(struct leaf *, double x, double y, double w, double h, double r, double g, double b);

/* ---- the scanner ---- */
enum tone { TONE_BITONAL, TONE_GREY, TONE_COLOUR };
struct scanner {
	int dpi;
	enum tone tone;
	double skew;     /* degrees, positive when text lines climb to the right */
	int rotation;    /* 0 or 180: turn clockwise by this to stand upright */
	double grain;    /* deviation of the noise, grey levels */
	double specks;   /* dark specks per square inch */
	double blur;     /* 0 sharp .. 1 */
	double shadow;   /* darkening at the binding edge, grey levels */
	double fade;     /* 0 full ink .. 1 none */
	bool holes;      /* two punch holes at the left */
	bool border;     /* the dark lid shows around a crooked page */
	double fold;     /* millimetres from the binding edge that the shadow reaches; 0: two thirds of an inch */
	double through;  /* how much of its darkness the print of the back has on this side */
};
struct Pix *scan_leaf(const struct leaf *, const struct leaf *back, const struct scanner *, uint64_t seed); /* back may be NULL */
struct Pix *scan_reduce(struct Pix *, const struct scanner *); /* takes pix; gives 1, 8 or 32 bit */
extern const struct scanner scanners[]; /* the ready ones by name order of scanner_names */
extern const char *const scanner_names[];
const struct scanner *scanner_find(const char *name);

/* ---- dossiers ---- */
struct file_plan {
	const char *name;     /* scan1.jpg, ho-so.tif, x.pdf, y.png */
	const char *papers;   /* "quyet-dinh:1-2 trang:1" template names; ":n" or ":n-m" picks leaves */
	const char *scanner;
	double skew;
	int rotation;
};
struct dossier_plan {
	const char *code, *title, *box, *shelf, *retention;
	const char *archive;  /* NULL, or the name of the zip beside the folders that holds it */
	const struct file_plan *files; /* ends with name NULL */
};
struct place {
	const char *text;     /* folder of templates */
	const char *batch;    /* folder that receives dossiers */
	const char *truth;    /* folder that receives truth */
	const char *name;     /* of the batch */
};
/* Draws, writes files and truth; adds the pages to *npages. 0 or -1 with a line on stderr. */
int dossier_draw(const struct dossier_plan *, const struct place *, uint64_t seed, int *npages);
/* One page of the truth: where it lies, how it was scanned, what stands on it. */
json_t *page_truth(const struct leaf *, const char *file, int number, struct Pix *, const struct scanner *);
/* Stacks of 1 to 40 pages, papers of all kinds one behind the other: what splitting and extracting are measured by. */
/* only: the template of all papers, or NULL for any. */
int stacks_draw(const char *text, const char *out, int nstacks, uint64_t seed, const char *noise, const char *only);
int batch_draw(const char *text, const char *samples);
int bench_draw(const char *text, const char *out, int ndossiers, uint64_t seed, const char *noise);
int check_samples(const char *committed, const char *fresh);
int file_write_pages(const char *path, struct Pix **pages, int npages, int dpi);
int zip_write(const char *path, const char *const *names, const char *const *files, int n);

#endif
