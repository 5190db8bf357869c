#include "pipeline/catalogue/journal_form.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/private.h"
#include "pipeline/error.h"

/* What is kept, parents first. All other tables follow from these and the objects: document, field, field_part, reason, page_text, word, hidden, bitmap, bitmap_term, the index. */
const char *const journal_tables[JOURNAL_TABLES] = { "batch", "dossier", "object", "file", "page", "account", "decision", "ledger", "result_code",
						     "verdict_change", "correction", "placement", "renaming", "withdrawal", "list", "signed_file",
						     "signature", "audit" };

int journal_table_find(const char *name)
{
	for (int i = 0; i < JOURNAL_TABLES; i++)
		if (!strcmp(journal_tables[i], name))
			return i;
	return -1;
}

void journal_body_add(struct journal_body *b, const char *text, size_t size)
{
	if (!b->text || b->size + size > b->room) {
		b->room = 2 * (b->size + size);
		b->text = mem_realloc(b->text, b->room);
	}
	memcpy(b->text + b->size, text, size);
	b->size += size;
}

void journal_hash(const char *after, const char *text, size_t size, char hash[HASH_SIZE])
{
	unsigned char digest[crypto_hash_sha256_BYTES];
	crypto_hash_sha256_state state;

	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, (const unsigned char *)after, strlen(after));
	crypto_hash_sha256_update(&state, (const unsigned char *)text, size);
	crypto_hash_sha256_final(&state, digest);
	sodium_bin2hex(hash, HASH_SIZE, digest, sizeof digest);
}

/* --- how far the catalogue has come ------------------------------------------------------------------------------------ */

static int take_position(void *context, const struct db_row *row, struct error *err)
{
	struct journal_position *at = context;

	if (sscanf(db_column_text(row, 0), "%" SCNd64 " %64s", &at->end, at->hash) != 2)
		at->end = -1;
	return 1;
}

int journal_position_read(struct catalogue *catalogue, struct journal_position *at, struct error *err)
{
	*at = (struct journal_position){ .end = -1 };
	return catalogue_query(catalogue, "SELECT value FROM meta WHERE key = 'journal'", NULL, 0, take_position, at, err) < 0 ? -1 : 0;
}

int journal_position_note(struct catalogue *catalogue, const struct journal_position *at, struct error *err)
{
	char text[HASH_SIZE + 24];

	snprintf(text, sizeof text, "%" PRId64 " %s", at->end, at->hash);
	return catalogue_meta_set(catalogue, "journal", text, err);
}

/* --- reading ---------------------------------------------------------------------------------------------------------- */

int journal_damaged(const struct journal_reader *r, struct error *err)
{
	return error_set(err, REACH_RUN, "journal", _("%s is damaged behind byte %" PRId64), r->path, r->offset);
}

static int header_read(struct journal_reader *r, int *schema, char hash[HASH_SIZE], struct error *err)
{
	ssize_t n = getline(&r->line, &r->line_room, r->file);
	int form = 0;

	if (n <= 0 || sscanf(r->line, "[\"sohoa journal\",%d,%d]", &form, schema) != 2 || form != JOURNAL_FORM || r->line[n - 1] != '\n')
		return error_set(err, REACH_RUN, "journal", _("%s is no journal of this sohoa"), r->path);
	journal_hash("", r->line, (size_t)n, hash);
	r->offset = n;
	return 0;
}

int journal_reader_open(struct journal_reader *r, const char *path, int *schema, char hash[HASH_SIZE], struct error *err)
{
	*r = (struct journal_reader){ .file = fopen(path, "re"), .path = path };
	if (!r->file)
		return error_errno(err, REACH_RUN, "disk-error", _("cannot open %s"), path);
	return header_read(r, schema, hash, err);
}

void journal_reader_close(struct journal_reader *r)
{
	if (r->file)
		fclose(r->file);
	free(r->body.text);
	free(r->line);
}

/* "[\"commit\",\"AFTER\",\"HASH\"]\n" */
static bool commit_line(struct journal_reader *r, size_t n)
{
	static const char head[] = "[\"commit\",\"";
	const size_t at = sizeof head - 1, digits = HASH_SIZE - 1;

	if (n != at + 2 * digits + 6 || memcmp(r->line, head, at) != 0 || memcmp(r->line + at + digits, "\",\"", 3) != 0)
		return false;
	snprintf(r->after, HASH_SIZE, "%s", r->line + at);
	snprintf(r->hash, HASH_SIZE, "%s", r->line + at + digits + 3);
	return true;
}

int journal_reader_next(struct journal_reader *r, struct error *err)
{
	int64_t offset = r->offset;
	ssize_t n;

	r->body.size = 0;
	while ((n = getline(&r->line, &r->line_room, r->file)) > 0 && r->line[n - 1] == '\n') {
		char hash[HASH_SIZE];

		offset += n;
		if (!commit_line(r, (size_t)n)) {
			journal_body_add(&r->body, r->line, (size_t)n);
			continue;
		}
		journal_hash(r->after, r->body.text ? r->body.text : "", r->body.size, hash);
		if (strcmp(hash, r->hash) != 0)
			return journal_damaged(r, err);
		r->offset = offset;
		return 1;
	}
	return ferror(r->file) ? error_errno(err, REACH_RUN, "disk-error", _("cannot read %s"), r->path) : 0;
}
