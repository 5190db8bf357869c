/*
 * bench.c - search over many drawn pages: how fast it is built, how large it is, how fast it answers
 *
 *   bench LANGUAGE DIR PAGES [plain | build]
 *
 * Makes an archive of drawn pages in DIR, or fills up the one that is there, and prints, as columns parted by tabs, what `make bench-search` shows. Readers are
 * processes of their own, as people's requests are; a writer adds 50 pages a second beside them. "plain": SQLite's own FTS5
 * (unicode61 remove_diacritics 2) over the same pages, for comparison. "build": nothing is asked.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "pipeline/ahead.h"
#include "pipeline/arena.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/private.h"
#include "pipeline/catalogue/texts.h"
#include "pipeline/catalogue/words.h"
#include "pipeline/error.h"
#include "pipeline/key.h"
#include "pipeline/reindex.h"
#include "pipeline/store.h"
#include "pipeline/text.h"
#include "stages/index/search.h"
#include "tests/search/drawn_text.h"

#define PAGES_OF_DOCUMENT 2
#define DOCUMENTS_OF_DOSSIER 10
#define DOSSIERS_OF_BATCH 500
#define PAGES_AT_ONCE 2000  /* of one transaction while rows are added */
#define LOG_MAX (64 << 20)  /* as the runner does */
#define READERS 4
#define WRITES_A_SECOND 50
#define QUERIES 200         /* of a class: the slowest twentieth are ten then */
#define TOP 20

enum class { RARE, MIDDLING, THREE, PHRASE, FIELD_WORD, PREFIX, FUZZY, COMMONEST, FACETED, CLASSES };
static const char *const class_names[CLASSES] = { "rare word", "middling word", "three words", "phrase", "field and word", "prefix", "fuzzy",
						  "commonest words", "word and facets" };

struct query_row {
	char text[160];
	enum class class;
	double ms[2], processor[2]; /* by rounds: alone, and with the others */
};

static const char page_text[] = "drawn"; /* stands for the object of every page: there are none in the store */

/* The texts of the pages one behind the other, in a file without a name: drawing a page takes longer than making its terms, and is no part of building. */
struct ready_texts {
	int file;
	int64_t *ends; /* of page i, from ends[i - 1] */
	int64_t n;
};

static struct error err;
static const char *dir;
static struct drawn_text *drawn;
static struct ready_texts ready = { .file = -1 };

static void check(int ret)
{
	if (ret < 0) {
		fprintf(stderr, "bench: %s\n", err.text);
		exit(1);
	}
}

static double seconds_of(clockid_t clock)
{
	struct timespec t;
	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double now(void)
{
	return seconds_of(CLOCK_MONOTONIC);
}

/* Of this process alone: what others do on the machine is no part of it. */
static double processor(void)
{
	return seconds_of(CLOCK_PROCESS_CPUTIME_ID);
}

static double peak_mb(void)
{
	struct rusage usage;
	getrusage(RUSAGE_SELF, &usage);
	return (double)usage.ru_maxrss / 1024;
}

/* --- texts ---------------------------------------------------------------------------------------------------------------- */

/* Draws the texts of pages 1 to n, unless they are there. */
static void texts_draw(int64_t n)
{
	char path[4096];
	struct drawn_page *page = malloc(sizeof *page);
	struct arena *arena = arena_new();
	if (ready.n < n) {
		snprintf(path, sizeof path, "%s/texts", dir);
		FILE *out = fopen(path, "we");
		ready.file = open(path, O_RDONLY | O_CLOEXEC);
		ready.ends = mem_alloc((size_t)(n + 1) * sizeof *ready.ends);
		if (!out || ready.file < 0 || unlink(path) < 0)
			check(error_errno(&err, REACH_RUN, "disk-error", "cannot write %s", path));
		for (int64_t i = 1; i <= n; i++) {
			drawn_page_make(drawn, (uint64_t)i, page);
			char *text = text_nfc(arena, page->text);
			fputs(text, out);
			ready.ends[i] = ready.ends[i - 1] + (int64_t)strlen(text);
			arena_reset(arena);
		}
		if (ferror(out) || fclose(out))
			check(error_errno(&err, REACH_RUN, "disk-error", "cannot write %s", path));
		ready.n = n;
	}
	arena_free(arena);
	free(page);
}

/* As store_get gives an object; called by several threads at once. */
static int text_read(void *context, int64_t page, const char *hash, char **text, struct arena *arena, struct error *e)
{
	size_t size = (size_t)(ready.ends[page] - ready.ends[page - 1]);
	*text = arena_alloc(arena, size + 1);
	if (pread(ready.file, *text, size, ready.ends[page - 1]) != (ssize_t)size)
		return error_errno(e, REACH_RUN, "disk-error", "cannot read the texts");
	(*text)[size] = '\0';
	return 0;
}

/* --- building ------------------------------------------------------------------------------------------------------------- */

static void sql(struct catalogue *c, const char *text, const struct db_value *args, int nargs)
{
	check(catalogue_query(c, text, args, nargs, NULL, NULL, &err));
}

static void field(struct catalogue *c, struct arena *arena, int64_t document, const char *name, const char *value)
{
	sql(c, "INSERT INTO field (document_id, name, value, text, state, confidence, page, x, y, w, h, source, position, key)"
	    " VALUES ($1, $2, $3, $3, 'read', 90, 1, 0, 0, 0, 0, 'machine', 0, $4)",
	    DB_ARGS(DB_I(document), DB_T(name), DB_T(value), DB_T(key_field(arena, name, value))));
}

/* The rows around a page as intake and extract leave them; the document. */
static int64_t rows_add(struct catalogue *c, struct arena *arena, int64_t page, const struct drawn_page *p)
{
	static const char *const types[] = { "quyet-dinh", "giay-khai-sinh", "cong-van", "to-trinh", "thong-bao", "bao-cao" };
	int64_t at = page - 1, document = at / PAGES_OF_DOCUMENT, dossier = document / DOCUMENTS_OF_DOSSIER, batch = dossier / DOSSIERS_OF_BATCH;
	int64_t id = (dossier + 1) * DOCUMENTS_PER_DOSSIER + document % DOCUMENTS_OF_DOSSIER + 1;
	int64_t number = at % (PAGES_OF_DOCUMENT * DOCUMENTS_OF_DOSSIER) + 1;
	if (at % (PAGES_OF_DOCUMENT * DOCUMENTS_OF_DOSSIER * DOSSIERS_OF_BATCH) == 0)
		sql(c, "INSERT OR IGNORE INTO batch VALUES ($1, 'lo-' || $1, 'drawn', '2026-11-24T00:00:00Z', 'taken')", DB_ARGS(DB_I(batch + 1)));
	if (number == 1) {
		sql(c, "INSERT INTO dossier (id, batch_id, code, state) VALUES ($1, $2, 'HS-' || $1, 'done')",
		    DB_ARGS(DB_I(dossier + 1), DB_I(batch + 1)));
		sql(c, "INSERT INTO file (id, dossier_id, position, name, shown, state) VALUES ($1, $1, 1, 'a.pdf', 'a.pdf', 'accepted')",
		    DB_ARGS(DB_I(dossier + 1)));
	}
	if (at % PAGES_OF_DOCUMENT == 0) {
		sql(c, "INSERT INTO document (id, dossier_id, number, type, title, first_page, last_page, state, verdict)"
		    " VALUES ($1, $2, $3, $4, $5, $6, $7, 'judged', $8)",
		    DB_ARGS(DB_I(id), DB_I(dossier + 1), DB_I(id % DOCUMENTS_PER_DOSSIER), DB_T(types[document % 6]), DB_T(p->name), DB_I(number),
			    DB_I(number + PAGES_OF_DOCUMENT - 1), DB_T(document % 3 ? "needs-check" : "eligible")));
		field(c, arena, id, "number", p->number);
		field(c, arena, id, "date", p->day);
		field(c, arena, id, "agency", p->agency);
		field(c, arena, id, "owner_name", p->name);
		field(c, arena, id, "owner_id", p->id);
	}
	sql(c, "INSERT INTO page (id, dossier_id, file_id, file_page, number, state, text, document_id) VALUES ($1, $2, $2, $3, $3, 'read', $5, $4)",
	    DB_ARGS(DB_I(page), DB_I(dossier + 1), DB_I(number), DB_I(id), DB_T(page_text)));
	return id;
}

static int64_t last_page(struct catalogue *c)
{
	int64_t last;
	check(catalogue_int(c, "SELECT max(id) FROM page", NULL, 0, 0, &last, &err));
	return last;
}

/* Adds pages until there are so many, and makes the index of all of them as `sohoa reindex` does; gives the pages a second of that. */
static double build(int64_t pages)
{
	struct text_source source = { text_read, NULL };
	struct catalogue *c = catalogue_open(dir, true, &err);
	struct arena *arena = arena_new();
	struct drawn_page *page = malloc(sizeof *page);
	if (!c)
		check(-1);
	int64_t first = last_page(c) + 1;
	for (int64_t n = first; n <= pages; n += PAGES_AT_ONCE) {
		check(catalogue_begin(c, &err));
		sql(c, "INSERT OR IGNORE INTO object (hash, size, kind) VALUES ($1, 0, 'page')", DB_ARGS(DB_T(page_text)));
		for (int64_t i = n; i < n + PAGES_AT_ONCE && i <= pages; i++) {
			drawn_page_make(drawn, (uint64_t)i, page);
			rows_add(c, arena, i, page);
			arena_reset(arena);
		}
		check(catalogue_commit(c, &err));
		check(catalogue_checkpoint(c, LOG_MAX, &err));
	}
	if (first <= pages)
		texts_draw(pages);
	double start = now(), began = seconds_of(CLOCK_THREAD_CPUTIME_ID), busy = processor();
	if (first <= pages) {
		check(reindex_begin(c, &err));
		check(reindex_resume(c, &source, NULL, NULL, NULL, &err));
		check(catalogue_checkpoint(c, 0, &err));
		printf("%" PRId64 "\tbuilt\t%.0f pages/s of the processor of the thread that writes, %.0f of all threads\n", pages,
		       (double)pages / (seconds_of(CLOCK_THREAD_CPUTIME_ID) - began), (double)pages / (processor() - busy));
	}
	double seconds = now() - start;
	free(page);
	arena_free(arena);
	catalogue_close(c);
	return first <= pages ? (double)pages / seconds : 0;
}

static double bytes_of(const char *like)
{
	struct catalogue *c = catalogue_open(dir, false, &err);
	int64_t n = 0;
	if (!c)
		check(-1);
	/* pgsize of a whole table goes round at 2 GB; pageno is the number of its pages there */
	check(catalogue_int(c, "SELECT sum(pageno) * (SELECT page_size FROM pragma_page_size) FROM dbstat WHERE aggregate = 1 AND name LIKE $1",
			    DB_ARGS(DB_T(like)), 0, &n, &err));
	catalogue_close(c);
	return (double)n;
}

/* --- queries -------------------------------------------------------------------------------------------------------------- */

struct page_words {
	char *words[512];
	int n;
};

/* The words of a page that have letters only and are not damaged; cuts page->text. */
static void words_of(struct drawn_page *page, struct page_words *words)
{
	char *save = NULL;
	words->n = 0;
	for (char *word = strtok_r(page->text, " ,.", &save); word && words->n < 512; word = strtok_r(NULL, " ,.", &save))
		if (!strpbrk(word, "0123456789:/"))
			words->words[words->n++] = word;
}

static int64_t pages_with(struct catalogue *c, const char *word)
{
	struct arena *arena = arena_new();
	const char *terms[] = { text_fold(arena, word) };
	struct texts_node node = { .kind = TEXTS_PHRASE, .terms = terms, .nterms = 1 };
	struct texts_question question = { .words = &node };
	int64_t count;
	check(texts_count(c, &question, 1000000, &count, &err));
	arena_free(arena);
	return count;
}

/* About the share of the pages that hold a word. */
static double share_of(struct catalogue *c, const char *word, int64_t pages)
{
	struct arena *arena = arena_new();
	int level;
	check(words_level(c, text_fold(arena, word), &level, &err));
	arena_free(arena);
	return exp2(level + 0.5) / (double)pages;
}

static void query_of_page(struct catalogue *c, enum class class, int64_t pages, uint64_t *chance, struct query_row *row)
{
	static const char *const common[] = { "và", "của", "các", "có", "được", "cho", "trong", "không", "là", "theo", "của các", "có trong được", "người" };
	struct drawn_page *page = malloc(sizeof *page);
	struct page_words words;
	row->class = class;
	for (int attempt = 0;; attempt++) {
		drawn_page_make(drawn, chance_next(chance) % (uint64_t)pages + 1, page);
		words_of(page, &words);
		if (words.n <= 4)
			continue;
		int at = (int)(chance_next(chance) % (uint64_t)(words.n - 4));
		const char *word = words.words[at];
		if (class == RARE || class == MIDDLING || class == FACETED) {
			double share = share_of(c, word, pages);
			if (attempt < 3000 && (class == RARE ? share > 0.002 : share < 0.005 || share > 0.05))
				continue;
			snprintf(row->text, sizeof row->text, "%s", word);
		} else if (class == THREE) {
			snprintf(row->text, sizeof row->text, "%s %s %s", word, words.words[(at + 31) % words.n], words.words[(at + 77) % words.n]);
		} else if (class == PHRASE) {
			snprintf(row->text, sizeof row->text, "\"%s %s %s\"", word, words.words[at + 1], words.words[at + 2]);
		} else if (class == FIELD_WORD) {
			snprintf(row->text, sizeof row->text, at % 2 ? "%s loại:quyet-dinh" : "%s ngày:%.4s", word, page->day);
		} else if (class == PREFIX) {
			snprintf(row->text, sizeof row->text, "%.3s*", word);
		} else if (class == FUZZY) {
			char damaged[64];
			snprintf(damaged, sizeof damaged, "%s", word);
			damaged[strlen(damaged) - 1] = "qxzj"[at % 4];
			snprintf(row->text, sizeof row->text, "%s~ %s", damaged, words.words[at + 1]);
		} else {
			snprintf(row->text, sizeof row->text, "%s", common[chance_next(chance) % (sizeof common / sizeof *common)]);
		}
		break;
	}
	free(page);
}

static void ask(struct catalogue *c, const struct query_row *row, int limit, struct arena *arena, struct search_result *result)
{
	struct search_query query = { .text = row->text, .limit = limit, .facets = row->class == FACETED };
	check(index_search(c, &query, result, arena, &err));
}

static void reader(struct query_row *rows, int n, int round, int first, int step)
{
	struct catalogue *c = catalogue_open(dir, false, &err);
	struct arena *arena = arena_new();
	struct search_result result;
	if (!c)
		check(-1);
	ask(c, &rows[first], TOP, arena, &result); /* its statements are made by the first */
	arena_reset(arena);
	for (int i = first; i < n; i += step) {
		double start = now(), busy = processor();
		ask(c, &rows[i], TOP, arena, &result);
		rows[i].ms[round] = (now() - start) * 1000;
		rows[i].processor[round] = (processor() - busy) * 1000;
		arena_reset(arena);
	}
	arena_free(arena);
	catalogue_close(c);
}

static void writer(volatile int64_t *written)
{
	struct catalogue *c = catalogue_open(dir, true, &err);
	struct arena *arena = arena_new();
	struct drawn_page *page = malloc(sizeof *page);
	double start = now();
	if (!c)
		check(-1);
	int64_t pages = last_page(c); /* an archive may be asked more than once */
	for (int64_t i = 1;; i++) {
		double ahead = (double)i / WRITES_A_SECOND - (now() - start);
		if (ahead > 0)
			usleep((useconds_t)(ahead * 1e6));
		drawn_page_make(drawn, (uint64_t)(pages + i), page);
		check(catalogue_begin(c, &err));
		char *facts = texts_facts(c, rows_add(c, arena, pages + i, page), &err);
		check(texts_put(c, pages + i, text_nfc(arena, page->text), facts, &err));
		free(facts);
		check(catalogue_commit(c, &err));
		check(catalogue_checkpoint(c, LOG_MAX, &err));
		*written = i;
		arena_reset(arena);
	}
}

static void run_together(struct query_row *rows, int n, int64_t pages)
{
	volatile int64_t *written = mmap(NULL, sizeof *written, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	double start = now();
	pid_t readers[READERS], writing = fork();
	if (writing == 0)
		writer(written);
	for (int i = 0; i < READERS; i++)
		if ((readers[i] = fork()) == 0) {
			reader(rows, n, 1, i, READERS);
			_exit(0);
		}
	for (int i = 0; i < READERS; i++)
		waitpid(readers[i], NULL, 0);
	printf("%" PRId64 "\twriter\t%.0f pages/s for %.1f s\n", pages, (double)*written / (now() - start), now() - start);
	kill(writing, SIGKILL);
	waitpid(writing, NULL, 0);
}

static int by_number(const void *a, const void *b)
{
	double p = *(const double *)a, q = *(const double *)b;
	return p < q ? -1 : p > q;
}

/* Sorts. */
static double percentile(double *all, int n, double share)
{
	qsort(all, (size_t)n, sizeof *all, by_number);
	return n ? all[(int)fmin(n - 1, floor(share * n))] : 0;
}

/* Milliseconds of a class in one round, or those of the processor. */
static double class_percentile(const struct query_row *rows, int n, enum class class, int round, bool of_processor, double share)
{
	double all[QUERIES];
	int count = 0;
	for (int i = 0; i < n; i++)
		if (rows[i].class == class)
			all[count++] = of_processor ? rows[i].processor[round] : rows[i].ms[round];
	return percentile(all, count, share);
}

/* --- the order that stops early ------------------------------------------------------------------------------------------- */

struct top {
	int64_t pages[TOP];
	int n;
};

static int top_row(void *context, const struct db_row *row, struct error *e)
{
	struct top *top = context;
	top->pages[top->n++] = db_column_int(row, 0);
	return 0;
}

/* Of the 20 best pages by full BM25: how many are among our first 20, and among the pages that were read at all. */
static void overlap(struct catalogue *c, const struct query_row *row, double *first, double *any)
{
	struct arena *arena = arena_new();
	struct search_result result;
	struct top top = { .n = 0 };
	char *match = text_fold(arena, row->text);
	int seen = 0, all = 0, read = 0;
	check(catalogue_query(c, "SELECT rowid FROM page_fts WHERE page_fts MATCH $1 ORDER BY bm25(page_fts) LIMIT 20", DB_ARGS(DB_T(match)), top_row,
			      &top, &err));
	ask(c, row, 10000, arena, &result);
	for (int i = 0; i < result.nhits; i++)
		for (int k = 0; k < result.hits[i].npages; k++, read++)
			for (int t = 0; t < top.n; t++)
				if (top.pages[t] == result.hits[i].pages[k].page_id) {
					all++;
					seen += read < TOP;
				}
	*first += top.n ? (double)seen / top.n : 1;
	*any += top.n ? (double)all / top.n : 1;
	arena_free(arena);
}

/* --- SQLite's own full text ----------------------------------------------------------------------------------------------- */

static void plain_check(sqlite3 *db, int code)
{
	if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW) {
		fprintf(stderr, "plain: %s\n", sqlite3_errmsg(db));
		exit(1);
	}
}

/* As ours is asked: each word must stand on the page; phrases stay phrases; a prefix stays one. */
static void plain_query(const char *text, char out[400])
{
	if (*text == '"' || strchr(text, '*')) {
		snprintf(out, 400, "%s", text);
		return;
	}
	char copy[160], *save = NULL;
	size_t at = 0;
	snprintf(copy, sizeof copy, "%s", text);
	for (char *word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save))
		if (!strchr(word, ':'))
			at += (size_t)snprintf(out + at, 400 - at, "\"%.*s\" ", (int)strcspn(word, "~"), word);
}

static int64_t plain_count(sqlite3 *db, const char *match)
{
	sqlite3_stmt *stmt;
	plain_check(db, sqlite3_prepare_v2(db, "SELECT count(*) FROM t WHERE t MATCH ?1", -1, &stmt, NULL));
	sqlite3_bind_text(stmt, 1, match, -1, SQLITE_TRANSIENT);
	plain_check(db, sqlite3_step(stmt));
	int64_t n = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	return n;
}

/* Sets p95 in ms of each class and the pages a second it was built with. Recall is over the words without marks, as an office types them: pages that
 * plain FTS5 finds, of those that hold the word with any marks. */
static void plain(int64_t pages, struct query_row *rows, int n, double p95[CLASSES], double *rate)
{
	char path[4096], match[400];
	sqlite3 *db;
	sqlite3_stmt *stmt;
	struct arena *arena = arena_new();
	struct catalogue *c = catalogue_open(dir, false, &err);
	struct stat st;
	double ours = 0, theirs = 0;
	texts_draw(pages);
	double start = now(), busy = processor();
	snprintf(path, sizeof path, "%s/plain.db", dir);
	plain_check(NULL, sqlite3_open(path, &db));
	plain_check(db, sqlite3_exec(db, "PRAGMA journal_mode = WAL; CREATE VIRTUAL TABLE t USING fts5 (text, tokenize = 'unicode61 remove_diacritics 2');"
					 "BEGIN", NULL, NULL, NULL));
	plain_check(db, sqlite3_prepare_v2(db, "INSERT INTO t (rowid, text) VALUES (?1, ?2)", -1, &stmt, NULL));
	for (int64_t i = 1; i <= pages; i++) {
		char *text;
		check(text_read(NULL, i, page_text, &text, arena, &err));
		sqlite3_bind_int64(stmt, 1, i);
		sqlite3_bind_text(stmt, 2, text, -1, SQLITE_STATIC);
		plain_check(db, sqlite3_step(stmt));
		arena_reset(arena);
		sqlite3_reset(stmt);
		if (i % PAGES_AT_ONCE == 0)
			plain_check(db, sqlite3_exec(db, "COMMIT; BEGIN", NULL, NULL, NULL));
	}
	sqlite3_finalize(stmt);
	plain_check(db, sqlite3_exec(db, "COMMIT; PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL, NULL));
	*rate = (double)pages / (now() - start);
	printf("plain FTS5\tbuilt\t%.0f pages/s, %.0f of the processor\n", *rate, (double)pages / (processor() - busy));
	stat(path, &st);
	printf("plain FTS5\tsize with text\t%.1f MB\n", (double)st.st_size / 1e6);
	for (int k = 0; k < CLASSES; k++) {
		double all[QUERIES];
		int count = 0;
		for (int i = 0; i < n; i++) {
			if (rows[i].class != (enum class)k)
				continue;
			plain_query(rows[i].text, match);
			double begin = now();
			plain_check(db, sqlite3_prepare_v2(db, "SELECT rowid, snippet(t, 0, '[', ']', '...', 20) FROM t WHERE t MATCH ?1 ORDER BY rank LIMIT 20",
							   -1, &stmt, NULL));
			sqlite3_bind_text(stmt, 1, match, -1, SQLITE_TRANSIENT);
			while (sqlite3_step(stmt) == SQLITE_ROW)
				;
			sqlite3_finalize(stmt);
			all[count++] = (now() - begin) * 1000;
			if (k == RARE || k == MIDDLING) {
				ours += (double)pages_with(c, rows[i].text);
				theirs += (double)plain_count(db, text_fold(arena, match));
			}
		}
		p95[k] = percentile(all, count, 0.95);
	}
	printf("plain FTS5\trecall of words typed without marks\t%.3f\n", ours > 0 ? theirs / ours : 1);
	sqlite3_close(db);
	catalogue_close(c);
	arena_free(arena);
}

static void classes_print(int64_t pages, const struct query_row *rows, int n, const double fts5[CLASSES])
{
	for (int k = 0; k < CLASSES; k++) {
		double p95 = class_percentile(rows, n, (enum class)k, 0, false, 0.95);
		printf("%" PRId64 "\t%s\talone p50 %.1f p95 %.1f ms\twith %d readers and a writer p50 %.1f p95 %.1f ms, of the processor p95 %.1f ms",
		       pages, class_names[k], class_percentile(rows, n, (enum class)k, 0, false, 0.5), p95, READERS,
		       class_percentile(rows, n, (enum class)k, 1, false, 0.5), class_percentile(rows, n, (enum class)k, 1, false, 0.95),
		       class_percentile(rows, n, (enum class)k, 1, true, 0.95));
		if (fts5[k] > 0)
			printf("\tplain FTS5 p95 %.1f ms, ours alone %.2f x", fts5[k], p95 / fts5[k]);
		putchar('\n');
	}
}

int main(int argc, char **argv)
{
	if (argc < 4) {
		fputs("bench LANGUAGE DIR PAGES [plain | build]\n", stderr);
		return 2;
	}
	int64_t pages = strtoll(argv[3], NULL, 10);
	uint64_t chance = 7;
	double fts5[CLASSES] = { 0 }, fts5_rate = 0, rate = 0;
	int n = CLASSES * QUERIES;
	struct query_row *rows = mmap(NULL, sizeof *rows * (size_t)n, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	dir = argv[2];
	drawn = drawn_text_open(argv[1]);
	if (!drawn)
		return 1;
	if (access(dir, F_OK) != 0) {
		check(mkdir(dir, 0700));
		check(store_create(dir, &err));
		check(catalogue_create(dir, &err));
	}
	double before = peak_mb();
	rate = build(pages);
	if (rate > 0) {
		printf("%" PRId64 "\tbuilt\t%.0f pages/s\n", pages, rate);
		printf("%" PRId64 "\tpeak memory while building\t%.0f MB (%.0f of them the drawn language)\n", pages, peak_mb(), before);
	}
	double index = bytes_of("page_fts%") + bytes_of("word%") + bytes_of("bitmap%"), kept = bytes_of("page_text");
	struct catalogue *c = catalogue_open(dir, false, &err);
	int64_t text = 0, facts = 0;
	check(catalogue_int(c, "SELECT sum(length(CAST(exact AS BLOB))) FROM page_text", NULL, 0, 0, &text, &err));
	check(catalogue_int(c, "SELECT sum(length(CAST(facts AS BLOB))) FROM page_text", NULL, 0, 0, &facts, &err));
	printf("%" PRId64 "\ttext\t%.1f MB, facts %.1f MB, their table %.1f MB\n", pages, (double)text / 1e6, (double)facts / 1e6, kept / 1e6);
	printf("%" PRId64 "\tindex\t%.1f MB, %.2f x the text\n", pages, index / 1e6, index / (double)text);
	if (argc > 4 && !strcmp(argv[4], "build"))
		return 0;
	for (int i = 0; i < n; i++)
		query_of_page(c, (enum class)(i % CLASSES), pages, &chance, &rows[i]);
	catalogue_close(c);
	reader(rows, n, 0, 0, 1); /* warm */
	reader(rows, n, 0, 0, 1);
	run_together(rows, n, pages);
	printf("%" PRId64 "\tpeak memory with all\t%.0f MB\n", pages, peak_mb());
	double first = 0, any = 0;
	int commonest = 0;
	c = catalogue_open(dir, false, &err);
	for (int i = 0; i < n && commonest < 20; i++)
		if (rows[i].class == COMMONEST) {
			overlap(c, &rows[i], &first, &any);
			commonest++;
		}
	catalogue_close(c);
	printf("%" PRId64 "\tcommonest words\toverlap@20 with full BM25 %.2f; of its 20 among the pages read %.2f\n", pages, first / commonest, any / commonest);
	if (argc > 4)
		plain(pages, rows, n, fts5, &fts5_rate);
	if (fts5_rate > 0 && rate > 0)
		printf("%" PRId64 "\tbuilt\t%.2f x as fast as plain FTS5\n", pages, rate / fts5_rate);
	classes_print(pages, rows, n, fts5);
	if (getenv("BENCH_SLOW"))
		for (int i = 0; i < n; i++)
			if (rows[i].ms[0] > strtod(getenv("BENCH_SLOW"), NULL))
				printf("slow\t%s\t%s\t%.1f ms\n", class_names[rows[i].class], rows[i].text, rows[i].ms[0]);
	drawn_text_close(drawn);
	return 0;
}
