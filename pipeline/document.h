/*
 * document.h - what travels: batch, dossier, page, word, document, field
 *
 * Read this page first. A dossier is one ordered run of pages over all its files; a stretch of that run is one document
 * (a paper), which carries fields and ends as a record. Each member names the room that fills it. Everything inside a dossier
 * or page belongs to the arena it was made with.
 *
 * All boxes are pixels in the frame of the page *as received* (not turned, not deskewed): a box always lands on ink.
 */
#ifndef SOHOA_DOCUMENT_H
#define SOHOA_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

struct box {
	int x, y, w, h; /* left, top, width, height in pixels; w == 0 means no box */
};

/* The bytes of one original while a worker reads it; never leaves the worker. */
struct original {
	uint64_t serial;   /* differs for every original a worker opens: a decoder may keep the last one open by it */
	const unsigned char *data;
	size_t size;
	const char *media; /* by content: MEDIA_PDF, ... */
};

#define MEDIA_PDF "application/pdf"
#define MEDIA_TIFF "image/tiff"
#define MEDIA_JPEG "image/jpeg"
#define MEDIA_PNG "image/png"
#define MEDIA_ZIP "application/zip"
#define MEDIA_7Z "application/x-7z-compressed"
#define MEDIA_TAR "application/x-tar" /* also packed with gzip, xz or zstd */

/* What a piece of text is on an administrative page. */
enum role {
	ROLE_BODY,
	ROLE_HEADER,      /* agency, motto, number, place and date */
	ROLE_FOOT,        /* recipients, signer */
	ROLE_FOOTNOTE,
	ROLE_STAMP,       /* text read out of a seal or an arrival stamp: no part of the paper */
	ROLE_BANNER,      /* electronic signature text */
	ROLE_MARGIN,      /* pen notes, file holes, edge text */
	ROLE_PAGE_NUMBER
};

struct word {
	char *text;       /* ocr, or decode from a trusted text layer; NFC, no white space, never empty */
	float confidence; /* 0..100 as the reader reports it; 100 from a text layer */
	struct box box;
	int block, paragraph, line; /* 1-based, counted within the page; words stand in reading order */
	enum role role;
	char *seen;       /* ocr: what the net alone read where the language model chose otherwise (for several words: all of them, on each); else NULL */
};

enum mark_kind {
	MARK_INK,       /* ink that no word covers: handwriting, drawings (image or ocr) */
	MARK_SEAL,      /* round seal (image) */
	MARK_STAMP,     /* arrival stamp, copy stamp (image) */
	MARK_SIGNATURE, /* pen signature (image) */
	MARK_BANNER,    /* the appearance of an annotation: electronic signature (decode) */
	MARK_SECRET     /* secrecy mark (ocr); such a page carries no words */
};

struct mark {
	enum mark_kind kind;
	struct box box;
	float confidence; /* 0..100 */
};

struct code { /* QR or barcode (image) */
	char *kind; /* "QR-Code", "CODE-128", "CODE-39": the names zbar uses; "PATCH": the bars of a separator sheet */
	char *text; /* UTF-8 */
	struct box box;
};

enum page_kind {
	PAGE_CONTENT,
	PAGE_BLANK,    /* nothing was put on it (image) */
	PAGE_SEPARATOR /* a sheet that only parts papers (split) */
};

/* What a person said about where papers begin; it stands over what split finds. */
enum page_cut { CUT_FREE, CUT_BEGINS, CUT_GOES_ON };

enum word_source { WORDS_OCR, WORDS_TEXT_LAYER };

/* Whether a scan will do, and what speaks against it (ocr judges; thresholds stand there). */
enum scan_grade { SCAN_GOOD, SCAN_USABLE, SCAN_RESCAN };
enum scan_fault {
	FAULT_RESOLUTION, /* fewer dots an inch than the rules ask for */
	FAULT_SKEW,       /* laid on the glass askew */
	FAULT_CONTRAST,   /* ink hardly darker than its paper */
	FAULT_BLUR,       /* letters without edges */
	FAULT_CUT,        /* letters touch the edge of the image */
	FAULT_DOUBT,      /* many words that the reader doubts */
	FAULT_SYLLABLES,  /* many words that are no Vietnamese */
	FAULT_NEGATIVE,   /* light letters on dark paper: read inverted (image) */
	FAULT_SPREAD,     /* two pages on one scan, beside each other or one above the other: read one after the other (image) */
	FAULT_DRAWING,    /* a sheet of A2 or larger: of it the title block alone is read (image) */
	FAULT_REDUCED,    /* more pixels than the reader takes: it saw a smaller picture */
	FAULT_WORDLESS,   /* something is there, and no word of it was read: a picture, handwriting */
	NFAULTS
};

/* What the page looked like, measured apart from any change (image). */
struct quality {
	float ink;      /* share of dark pixels, 0..1 */
	float contrast; /* difference of the medians of ink and paper, 0..255 */
	float x_height; /* median height of small letters in pixels as received; 0 where none was found */
	float confidence; /* mean word confidence weighted by letters, 0..100; -1 where no word was read (ocr) */
	float sharpness; /* share of the height of an edge that its steepest step takes, 0..1; 0 where that says nothing: 1-bit pages, no ink */
	int cut;         /* pieces of ink like letters that touch the worst edge of the image */
	float doubtful;  /* share of words that are doubted, 0..1 (ocr) */
	float invalid;   /* share of words that are no Vietnamese syllable, of those that should be one, 0..1 (ocr) */
	enum scan_grade grade; /* (ocr) */
	unsigned faults;       /* a bit (1 << enum scan_fault) for each (image, ocr) */
};

struct page {
	/* set by who asks for the page */
	int number;    /* 1-based in the run of its dossier */
	char *file;    /* name of its file as shown to people (escaped UTF-8) */
	int file_page; /* 1-based in its file */
	const struct original *original; /* only while a worker reads the page; else NULL */
	enum page_cut cut; /* for split */
	char *said_type;   /* for extract: type of the paper that holds this page, as a person said, or NULL */

	/* decode */
	int width, height; /* pixels as received */
	int dpi;           /* resolution as received: from the file where credible, else from the size of the sheet */
	bool rendered;     /* drawn by the PDF renderer rather than taken as the scanned image itself */
	enum word_source source;
	char *other_text;  /* a text the file brought along and we did not trust (a scanner's own OCR), or NULL */

	/* image */
	int rotation;      /* 0, 90, 180, 270: turn clockwise by this to stand upright */
	float skew;        /* degrees, after rotation: positive when text lines climb to the right */
	enum page_kind kind;
	struct quality quality;
	struct mark *marks;
	int nmarks;
	struct code *codes;
	int ncodes;

	/* ocr (decode, when source is WORDS_TEXT_LAYER) */
	struct word *words;
	int nwords;

	/* image, only while a worker reads the page: FAULT_SPREAD, where the second page begins in the upright frame: the right one, or where `stacked` the lower one */
	int gutter;
	bool stacked;
	bool noise; /* ocr, only while a worker reads the page: nothing but grain, which was not read (quality says rescan) */
	/* ocr: a secrecy mark stands on the page; words and other_text have been wiped */
	bool secret;
	/* split: this page begins a paper of its own (national motto or title in its head) */
	bool begins;
};

enum field_state {
	FIELD_ABSENT, /* the paper has no such place */
	FIELD_BLANK,  /* the place was found and holds no ink */
	FIELD_UNREAD, /* ink is there and was not read with confidence */
	FIELD_READ
};

enum field_source { SOURCE_MACHINE, SOURCE_CODE, SOURCE_HUMAN };

/* How a value was found, and what speaks for or against it: bits of field.how. */
enum field_how {
	HOW_PLACE = 1 << 0,        /* where the form has it: head, foot, title */
	HOW_LABEL = 1 << 1,        /* behind its label */
	HOW_PATTERN = 1 << 2,      /* by its own form, wherever it stands */
	HOW_CODE = 1 << 3,         /* a QR code or the machine-readable zone of a card says it */
	HOW_REPAIRED = 1 << 4,     /* letters were taken for what they look like (O for 0), where the grammar allows one reading only */
	HOW_CONFIRMED = 1 << 5,    /* a second, independent reading says the same */
	HOW_CONTRADICTED = 1 << 6  /* a second, independent reading says something else: a matter for a person */
};

struct field {
	const char *name; /* as in the schema: "number", "owner_name" */
	char *text;       /* as printed, or NULL; several lines are parted by '\n' */
	char *value;      /* normalised (dates ISO 8601 as far as known), or NULL; never set unless state is FIELD_READ */
	enum field_state state;
	float confidence; /* 0..100 */
	int page;         /* number of the page in the run of the dossier, 0 where none */
	struct box box;   /* the evidence on that page */
	enum field_source source;
	unsigned how;     /* bits of enum field_how; 0: nothing was found, or it was read before this was kept */
};

/* One paper: pages first..last of the dossier's run. */
struct document {
	int number;             /* split: 1-based in its dossier */
	int first, last;        /* split: page numbers in the run; blank pages between are part of it */
	float cut_confidence;   /* split: 0..100 that the paper begins at `first` */
	char *cut_reason;       /* split: "start", "motto", "title", "file", ... */
	char *type;             /* extract: schema code ("quyet-dinh"), or "khac" */
	float type_confidence;  /* extract */
	char *copy;             /* extract: "original", "extract", "agency-copy", "certified-copy", "photocopy" */
	int level;              /* extract: legal ladder 0..4 as far as the paper alone shows it (domain: L0-L4) */
	struct field *fields;   /* extract: every field of the schema, in the schema's order */
	int nfields;
};

struct dossier {
	char *code, *title; /* intake */
	struct page *pages; /* in order; a page that could not be read has no words and `lost` pages are named by the runner */
	int npages;
	struct document *documents; /* split */
	int ndocuments;
};

/* Whether a page belongs to a restricted paper: it bears a secrecy mark itself, or the page before it (blank ones aside) was
 * restricted and it begins no paper of its own. The text of such a page is kept nowhere. */
bool page_restricted(bool before, const struct page *page);

struct box box_union(struct box a, struct box b);     /* the smallest box around both; a box with w == 0 is none */
struct box box_intersect(struct box a, struct box b); /* w == 0 where they do not meet */
int64_t box_area(struct box b);

/* The field of that name, or NULL. Borrowed. */
struct field *field_find(const struct document *document, const char *name);

/* The words used in files and on the screen for scripts; parse gives -1 for an unknown word. */
const char *field_state_name(enum field_state state);   /* "absent" "blank" "unread" "read" */
int field_state_parse(const char *name);
const char *field_source_name(enum field_source source); /* "machine" "code" "human" */
int field_source_parse(const char *name);
#define FIELD_HOW_SIZE 80
/* "label repaired confirmed": the names of the bits, parted by ' '; "" where there is none. parse passes over other words. */
void field_how_format(unsigned how, char text[FIELD_HOW_SIZE]);
unsigned field_how_parse(const char *text);
const char *mark_kind_name(enum mark_kind kind);         /* "ink" "seal" "stamp" "signature" "banner" "secret" */
int mark_kind_parse(const char *name);
const char *role_name(enum role role);                   /* "body" "header" ... "page-number" */
int role_parse(const char *name);
const char *page_kind_name(enum page_kind kind);         /* "content" "blank" "separator" */
int page_kind_parse(const char *name);
const char *scan_grade_name(enum scan_grade grade);      /* "good" "usable" "rescan" */
int scan_grade_parse(const char *name);
const char *scan_fault_name(enum scan_fault fault);      /* "resolution" "skew" "contrast" "blur" "cut" "doubt" "syllables" "negative" ... */
int scan_fault_parse(const char *name);
#define SCAN_FAULTS_SIZE 128
/* The faults that tell what a page is rather than how well it was scanned; a batch report lists them. */
#define SCAN_STATES (1U << FAULT_NEGATIVE | 1U << FAULT_SPREAD | 1U << FAULT_DRAWING | 1U << FAULT_REDUCED | 1U << FAULT_WORDLESS)
/* The names of all faults, parted by ' '; "" where there is none. */
void scan_faults_format(unsigned faults, char text[SCAN_FAULTS_SIZE]);

#endif
