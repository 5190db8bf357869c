/*
 * measure.c - what bad readings do to words, and how search gets over it
 *
 *   measure confusions ARCHIVE TRUTH     writes stages/index/confusion_table.h to stdout
 *   measure recall ARCHIVE TRUTH         recall at 10 of names and subjects, SQLite's own FTS5 beside it
 *
 * ARCHIVE holds the drawn dossiers as they were read, TRUTH the folder of their truth (samples/README.md). tests/search/measure.sh draws and reads.
 */
#include <dirent.h>
#include <jansson.h>
#include <math.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/papers.h"
#include "pipeline/catalogue/private.h"
#include "pipeline/error.h"
#include "pipeline/text.h"
#include "pipeline/tokens.h"
#include "stages/index/search.h"

#define WORDS_MAX 2000 /* of a page */
#define BLOCKS_MAX 8192
#define BEST 10
#define SHARED_MAX 8   /* a name or subject on more pages cannot show all of them among ten */

static struct error err;
static struct catalogue *catalogue;
static struct arena *arena;

static void check(int ret)
{
	if (ret < 0) {
		fprintf(stderr, "measure: %s\n", err.text);
		exit(1);
	}
}

/* --- truth ---------------------------------------------------------------------------------------------------------------- */

struct truths {
	json_t **items;
	int n;
	char **pages; /* their texts, folded */
	int npages;
};

static void truths_load(struct truths *t, const char *dir)
{
	struct dirent **names;
	int n = scandir(dir, &names, NULL, alphasort);
	*t = (struct truths){ 0 };
	for (int i = 0; i < n; i++) {
		const char *path = arena_printf(arena, "%s/%s", dir, names[i]->d_name);
		json_t *json = strstr(names[i]->d_name, ".json") ? json_load_file(path, 0, NULL) : NULL;
		if (json)
			*(json_t **)arena_push(arena, &t->items, &t->n, sizeof json) = json;
		free(names[i]);
	}
	if (n > 0)
		free(names);
}

static const char *text_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static int keep_text(void *context, const struct db_row *row, struct error *e)
{
	*(char **)context = arena_strdup(arena, db_column_text(row, 0));
	return 1;
}

/* What was read of a page; NULL where nothing is indexed. */
static char *read_text(const char *dossier, const char *file, int64_t file_page)
{
	char *text = NULL;
	check(catalogue_query(catalogue,
			      "SELECT t.exact FROM page_text t JOIN page p ON p.id = t.page_id JOIN file f ON f.id = p.file_id"
			      " JOIN dossier s ON s.id = p.dossier_id WHERE s.code = $1 AND f.shown = $2 AND p.file_page = $3",
			      DB_ARGS(DB_T(dossier), DB_T(file), DB_I(file_page)), keep_text, &text, &err));
	return text;
}

/* --- confusions ----------------------------------------------------------------------------------------------------------- */

struct block {
	char meant[4], read[4];
	int count;
};
static struct block blocks[BLOCKS_MAX];
static int nblocks;
static long letters[128], pairs[128][128], words_compared;

static void block_count(const char *meant, int m, const char *read, int r)
{
	struct block one = { "", "", 1 };
	if (m > 2 || r > 2)
		return;
	memcpy(one.meant, meant, (size_t)m);
	memcpy(one.read, read, (size_t)r);
	for (int i = 0; i < nblocks; i++)
		if (!strcmp(blocks[i].meant, one.meant) && !strcmp(blocks[i].read, one.read)) {
			blocks[i].count++;
			return;
		}
	if (nblocks < BLOCKS_MAX)
		blocks[nblocks++] = one;
}

static int least(int a, int b, int c)
{
	int m = a < b ? a : b;
	return m < c ? m : c;
}

/* Lays two words along each other letter by letter; what differs in a row is one block. */
static void letters_align(const char *meant, const char *read)
{
	int table[32][32], m = (int)strlen(meant), r = (int)strlen(read), em, er;
	for (int i = 0; i <= m; i++)
		for (int k = 0; k <= r; k++)
			table[i][k] = !i ? k : !k ? i : least(table[i - 1][k] + 1, table[i][k - 1] + 1, table[i - 1][k - 1] + (meant[i - 1] != read[k - 1]));
	em = m, er = r;
	while (m || r) {
		bool same = m && r && meant[m - 1] == read[r - 1] && table[m][r] == table[m - 1][r - 1];
		if (same) {
			if (em > m || er > r)
				block_count(meant + m, em - m, read + r, er - r);
			m--, r--;
			em = m, er = r;
		} else if (m && r && table[m][r] == table[m - 1][r - 1] + 1) {
			m--, r--;
		} else if (m && table[m][r] == table[m - 1][r] + 1) {
			m--;
		} else {
			r--;
		}
	}
	if (em > 0 || er > 0)
		block_count(meant, em, read, er);
}

static int distance(const char *a, const char *b)
{
	int row[32], n = (int)strlen(b);
	for (int k = 0; k <= n; k++)
		row[k] = k;
	for (int i = 1; a[i - 1]; i++) {
		int corner = row[0];
		row[0] = i;
		for (int k = 1; k <= n; k++) {
			int above = row[k];
			row[k] = least(above + 1, row[k - 1] + 1, corner + (a[i - 1] != b[k - 1]));
			corner = above;
		}
	}
	return row[n];
}

static bool is_plain(const char *word)
{
	size_t n = strlen(word);
	return n >= 2 && n < 30 && strspn(word, "abcdefghijklmnopqrstuvwxyz0123456789") == n;
}

/* A word that differs counts as a misreading when at most half of its letters differ. */
static bool is_misreading(const char *meant, const char *read)
{
	return is_plain(meant) && is_plain(read) && strcspn(meant, "0123456789") > 0 && distance(meant, read) * 2 <= (int)strlen(meant);
}

static void word_count(const char *word)
{
	words_compared++;
	for (; *word; word++) {
		unsigned char a = (unsigned char)word[0] & 127, b = (unsigned char)word[1] & 127;
		letters[a]++;
		if (b)
			pairs[a][b]++;
	}
}

/* Lays the words of a page along those that should be there (cheapest edits), and counts the words that took another's place. */
static void words_align(const struct word_form *meant, int m, const struct word_form *read, int r)
{
	static unsigned short cost[WORDS_MAX + 1][WORDS_MAX + 1];
	for (int i = 0; i <= m; i++)
		for (int k = 0; k <= r; k++) {
			if (!i || !k) {
				cost[i][k] = (unsigned short)(2 * (i + k));
				continue;
			}
			bool same = !strcmp(meant[i - 1].folded, read[k - 1].folded);
			int step = same ? 0 : is_misreading(meant[i - 1].folded, read[k - 1].folded) ? 1 : 5;
			cost[i][k] = (unsigned short)least(cost[i - 1][k] + 2, cost[i][k - 1] + 2, cost[i - 1][k - 1] + step);
		}
	while (m && r) {
		const char *a = meant[m - 1].folded, *b = read[r - 1].folded;
		bool same = !strcmp(a, b), other = !same && is_misreading(a, b);
		if ((same || other) && cost[m][r] == cost[m - 1][r - 1] + (same ? 0 : 1)) {
			if (is_plain(a))
				word_count(a);
			if (other)
				letters_align(a, b);
			m--, r--;
		} else if (cost[m][r] == cost[m - 1][r] + 2) {
			m--;
		} else {
			r--;
		}
	}
}

static int by_count(const void *a, const void *b)
{
	const struct block *p = a, *q = b;
	return p->count != q->count ? q->count - p->count : strcmp(p->meant, q->meant) ? strcmp(p->meant, q->meant) : strcmp(p->read, q->read);
}

/* cost = log of the chance, measured in chances of 1 : 10,000, which is what a letter never seen to become another one costs. */
static void table_print(int npages)
{
	qsort(blocks, (size_t)nblocks, sizeof *blocks, by_count);
	printf("/* Written by `make confusions`: %d drawn pages of the noise level \"bad\", %ld words. Rows: meant, read, cost; the count behind it. */\n",
	       npages, words_compared);
	puts("#define CONFUSION_COSTS \\");
	for (int i = 0; i < nblocks && blocks[i].count >= 3; i++) {
		const struct block *b = &blocks[i];
		long all = !b->meant[0] ? words_compared : b->meant[1] ? pairs[(int)b->meant[0]][(int)b->meant[1]] : letters[(int)b->meant[0]];
		double cost = log((double)b->count / (double)(all > b->count ? all : b->count + 1)) / log(1e-4);
		if (cost < 1)
			printf("\t{ \"%s\", \"%s\", %.2ff }, /* %d */ \\\n", b->meant, b->read, fmax(cost, 0.15), b->count);
	}
	puts("\t{ \"rn\", \"m\", 0.50f } /* known of readers everywhere */");
}

static void confusions(const struct truths *t)
{
	int npages = 0;
	for (int i = 0; i < t->n; i += 2) { /* every other dossier; recall is asked of the ones between */
		size_t k;
		json_t *page;
		json_array_foreach(json_object_get(t->items[i], "pages"), k, page) {
			const char *wanted = text_of(page, "text");
			char *read = read_text(text_of(t->items[i], "dossier"), text_of(page, "file"), json_integer_value(json_object_get(page, "page")));
			int m, r;
			if (!wanted || !read)
				continue;
			struct word_form *a = tokens_forms(arena, text_nfc(arena, wanted), &m), *b = tokens_forms(arena, read, &r);
			if (m <= WORDS_MAX && r <= WORDS_MAX)
				words_align(a, m, b, r);
			npages++;
		}
	}
	table_print(npages);
}

/* --- recall --------------------------------------------------------------------------------------------------------------- */

static char *folded(const char *text)
{
	char *out = text_fold(arena, text);
	for (char *p = out; *p; p++)
		if (*p == '\n')
			*p = ' ';
	return out;
}

/* On how many pages of the truth the value stands, white space and line ends apart. */
static int pages_with(const struct truths *t, const char *value)
{
	char *wanted = folded(value);
	int n = 0;
	for (int i = 0; i < t->npages; i++)
		n += strstr(t->pages[i], wanted) != NULL;
	return n;
}

static bool is_page(const json_t *document, const char *file, int file_page)
{
	size_t k;
	json_t *page;
	json_array_foreach(json_object_get(document, "pages"), k, page)
		if (!strcmp(text_of(page, "file"), file) && json_integer_value(json_object_get(page, "page")) == file_page)
			return true;
	return false;
}

static bool ours_finds(const char *value, const char *dossier, const json_t *document)
{
	struct search_query query = { .text = value, .limit = BEST };
	struct search_result result;
	check(index_search(catalogue, &query, &result, arena, &err));
	for (int i = 0; i < result.nhits; i++)
		for (int k = 0; k < result.hits[i].npages; k++)
			if (!strcmp(result.hits[i].dossier, dossier) && is_page(document, result.hits[i].pages[k].file, result.hits[i].pages[k].file_page))
				return true;
	return false;
}

static sqlite3 *plain_open(void)
{
	sqlite3 *db;
	if (sqlite3_open(":memory:", &db) ||
	    sqlite3_exec(db, "CREATE VIRTUAL TABLE t USING fts5 (text, dossier UNINDEXED, file UNINDEXED, page UNINDEXED,"
			     " tokenize = 'unicode61 remove_diacritics 2')", NULL, NULL, NULL))
		exit(1);
	return db;
}

static int plain_add(void *context, const struct db_row *row, struct error *e)
{
	sqlite3_stmt *stmt;
	sqlite3_prepare_v2(context, "INSERT INTO t VALUES (?1, ?2, ?3, ?4)", -1, &stmt, NULL);
	for (int i = 0; i < 3; i++)
		sqlite3_bind_text(stmt, i + 1, db_column_text(row, i), -1, SQLITE_TRANSIENT);
	sqlite3_bind_int64(stmt, 4, db_column_int(row, 3));
	sqlite3_step(stmt);
	sqlite3_finalize(stmt);
	return 0;
}

static bool plain_finds(sqlite3 *db, const char *value, const char *between, const char *dossier, const json_t *document)
{
	char *match = arena_strdup(arena, "");
	sqlite3_stmt *stmt;
	int n;
	bool found = false;
	struct token *tokens = tokens_cut(arena, value, &n);
	for (int i = 0; i < n; i++)
		match = arena_printf(arena, "%s%s\"%.*s\"", match, i ? between : "", tokens[i].length, value + tokens[i].start);
	sqlite3_prepare_v2(db, "SELECT dossier, file, page FROM t WHERE t MATCH ?1 ORDER BY rank LIMIT 10", -1, &stmt, NULL);
	sqlite3_bind_text(stmt, 1, match, -1, SQLITE_TRANSIENT);
	while (sqlite3_step(stmt) == SQLITE_ROW)
		found |= !strcmp((const char *)sqlite3_column_text(stmt, 0), dossier) &&
			 is_page(document, (const char *)sqlite3_column_text(stmt, 1), sqlite3_column_int(stmt, 2));
	sqlite3_finalize(stmt);
	return found;
}

/* Whether any word was read on the pages of a paper. */
static bool is_read(const char *dossier, const json_t *document)
{
	size_t k;
	json_t *page;
	json_array_foreach(json_object_get(document, "pages"), k, page) {
		const char *text = read_text(dossier, text_of(page, "file"), json_integer_value(json_object_get(page, "page")));
		if (text && *text)
			return true;
	}
	return false;
}

static void recall_of(const struct truths *t, sqlite3 *db, const char *field)
{
	int n = 0, ours = 0, bare = 0, all = 0, any = 0, unread = 0;
	for (int i = 1; i < t->n; i += 2) { /* see confusions */
		const char *dossier = text_of(t->items[i], "dossier");
		size_t k;
		json_t *document;
		json_array_foreach(json_object_get(t->items[i], "documents"), k, document) {
			const char *value = text_of(json_object_get(json_object_get(document, "fields"), field), "value");
			int pages = value && !strchr(value, '\n') ? pages_with(t, value) : 0;
			if (pages == 0 || pages > SHARED_MAX)
				continue;
			bool found = ours_finds(value, dossier, document);
			n++;
			unread += !found && !is_read(dossier, document);
			ours += found;
			bare += ours_finds(text_fold(arena, value), dossier, document);
			all += plain_finds(db, value, " ", dossier, document);
			any += plain_finds(db, value, " OR ", dossier, document);
			if (!found && getenv("MISSED"))
				printf("missed\t%s\t%s\t%s\n", field, value, dossier);
		}
	}
	printf("%-12s %5d queries; recall@10 ours %.3f (%d of the missed papers were not read at all; typed without marks %.3f), plain FTS5 all words %.3f, any word %.3f\n", field, n,
	       (double)ours / n, unread, (double)bare / n, (double)all / n, (double)any / n);
}

static void recall(struct truths *t)
{
	for (int i = 0; i < t->n; i++) {
		size_t k;
		json_t *page;
		json_array_foreach(json_object_get(t->items[i], "pages"), k, page)
			if (text_of(page, "text"))
				*(char **)arena_push(arena, &t->pages, &t->npages, sizeof *t->pages) = folded(text_of(page, "text"));
	}
	sqlite3 *db = plain_open();
	check(catalogue_query(catalogue,
			      "SELECT t.exact, s.code, f.shown, p.file_page FROM page_text t JOIN page p ON p.id = t.page_id JOIN file f ON f.id = p.file_id"
			      " JOIN dossier s ON s.id = p.dossier_id", NULL, 0, plain_add, db, &err));
	recall_of(t, db, "owner_name");
	recall_of(t, db, "subject");
	sqlite3_close(db);
}

int main(int argc, char **argv)
{
	struct truths truths;
	if (argc != 4 || (strcmp(argv[1], "confusions") != 0 && strcmp(argv[1], "recall") != 0)) {
		fputs("measure confusions|recall ARCHIVE TRUTH\n", stderr);
		return 2;
	}
	arena = arena_new();
	catalogue = catalogue_open(argv[2], false, &err);
	if (!catalogue)
		check(-1);
	truths_load(&truths, argv[3]);
	if (argv[1][0] == 'c')
		confusions(&truths);
	else
		recall(&truths);
	for (int i = 0; i < truths.n; i++)
		json_decref(truths.items[i]);
	catalogue_close(catalogue);
	arena_free(arena);
	return 0;
}
