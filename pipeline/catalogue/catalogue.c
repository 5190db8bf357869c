#include "pipeline/catalogue/catalogue.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/anew.h"
#include "pipeline/catalogue/audit.h"
#include "pipeline/catalogue/bitmaps.h"
#include "pipeline/catalogue/journal.h"
#include "pipeline/catalogue/private.h"
#include "pipeline/catalogue/texts.h"
#include "pipeline/catalogue/words.h"
#include "pipeline/config.h"
#include "pipeline/error.h"
#include "pipeline/lock.h"

#define WRITE_LOCK "write.lock"
#define WRITE_WAIT 30             /* seconds: a writer holds the lock for 100 ms; 300 of them before us is a fault */
#define MIGRATIONS_MAX 1000
#define MIGRATION_BYTES (1 << 20)

struct catalogue {
	struct db *db;
	struct lock *lock;
	struct journal *journal;  /* NULL of one that is read only, or alone */
	struct word_cache *words; /* NULL until a page is indexed */
	struct collected *collected; /* NULL unless the index is made anew */
	char *dir, *who;
	bool writable, alone, in_transaction;
	int looks; /* catalogue_look without its end */
};

struct db *catalogue_db(struct catalogue *catalogue)
{
	return catalogue->db;
}

const char *catalogue_dir(const struct catalogue *catalogue)
{
	return catalogue->dir;
}

bool catalogue_alone(const struct catalogue *catalogue)
{
	return catalogue->alone;
}

struct word_cache **catalogue_word_cache(struct catalogue *catalogue)
{
	return &catalogue->words;
}

struct collected **catalogue_collected(struct catalogue *catalogue)
{
	return &catalogue->collected;
}

struct terms *texts_terms(struct catalogue *catalogue)
{
	return catalogue->db->terms;
}

bool catalogue_in_transaction(const struct catalogue *catalogue)
{
	return catalogue->in_transaction;
}

int catalogue_query(struct catalogue *catalogue, const char *sql, const struct db_value *args, int nargs, db_row_fn *fn,
		    void *context, struct error *err)
{
	return catalogue->db->driver->query(catalogue->db, sql, args, nargs, fn, context, err);
}

struct first {
	int64_t value;
};

static int first_int(void *context, const struct db_row *row, struct error *err)
{
	if (row->columns[0].kind == DB_INT)
		((struct first *)context)->value = db_column_int(row, 0);
	return 1; /* the first row is enough */
}

int catalogue_int(struct catalogue *catalogue, const char *sql, const struct db_value *args, int nargs, int64_t otherwise,
		  int64_t *out, struct error *err)
{
	struct first first = { otherwise };

	if (catalogue_query(catalogue, sql, args, nargs, first_int, &first, err) < 0)
		return -1;
	*out = first.value;
	return 0;
}

int catalogue_meta_set(struct catalogue *catalogue, const char *key, const char *value, struct error *err)
{
	return catalogue_query(catalogue, "INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
			       DB_ARGS(DB_T(key), DB_T(value)), NULL, NULL, err);
}

void catalogue_now(char out[21])
{
	time_t now = time(NULL);
	struct tm tm;

	strftime(out, 21, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &tm));
}

int64_t document_id_parse(const char *text)
{
	char *end;
	long long dossier, number;

	if (*text < '1' || *text > '9')
		return -1;
	errno = 0;
	dossier = strtoll(text, &end, 10);
	if (errno || *end != '.' || dossier > INT64_MAX / DOCUMENTS_PER_DOSSIER - 1 || end[1] < '1' || end[1] > '9')
		return -1;
	number = strtoll(end + 1, &end, 10);
	if (errno || *end || number >= DOCUMENTS_PER_DOSSIER)
		return -1;
	return dossier * DOCUMENTS_PER_DOSSIER + number;
}

void document_id_format(int64_t id, char out[32])
{
	snprintf(out, 32, "%" PRId64 ".%" PRId64, id / DOCUMENTS_PER_DOSSIER, id % DOCUMENTS_PER_DOSSIER);
}

/* --- who acts ------------------------------------------------------------------------------------------------------ */

static char *system_user(void)
{
	struct passwd *user = getpwuid(geteuid());
	char number[24];

	if (user && user->pw_name && *user->pw_name)
		return mem_strdup(user->pw_name);
	snprintf(number, sizeof number, "uid %ld", (long)geteuid());
	return mem_strdup(number);
}

const char *catalogue_who(const struct catalogue *catalogue)
{
	return catalogue->who;
}

void catalogue_set_who(struct catalogue *catalogue, const char *who)
{
	char *copy = mem_strdup(who);

	free(catalogue->who);
	catalogue->who = copy;
}

/* --- transactions -------------------------------------------------------------------------------------------------- */

/* One that is alone has no lock. */
static int take(struct catalogue *catalogue, struct error *err)
{
	return catalogue->lock ? lock_take(catalogue->lock, WRITE_WAIT, err) : 0;
}

static void drop(struct catalogue *catalogue)
{
	if (catalogue->lock)
		lock_drop(catalogue->lock);
}

int catalogue_begin(struct catalogue *catalogue, struct error *err)
{
	struct db *db = catalogue->db;

	if (!catalogue->writable || catalogue->in_transaction || catalogue->looks)
		return error_set(err, REACH_RUN, "catalogue", "catalogue_begin: %s",
				 catalogue->writable ? "inside a transaction" : "opened for reading");
	if (take(catalogue, err) < 0)
		return -1;
	if (db->driver->query(db, "BEGIN IMMEDIATE", NULL, 0, NULL, NULL, err) < 0) {
		drop(catalogue);
		return -1;
	}
	catalogue->in_transaction = true;
	if (catalogue->journal && journal_begin(catalogue->journal, err) < 0) {
		catalogue_rollback(catalogue);
		return -1;
	}
	return 0;
}

void catalogue_rollback(struct catalogue *catalogue)
{
	if (!catalogue->in_transaction)
		return;
	/* It fails only where the engine has rolled back by itself. */
	catalogue->db->driver->query(catalogue->db, "ROLLBACK", NULL, 0, NULL, NULL, NULL);
	catalogue->in_transaction = false;
	word_cache_clear(catalogue->words);
	bitmaps_collected_clear(catalogue->collected);
	if (catalogue->journal)
		journal_rollback(catalogue->journal);
	drop(catalogue);
}

int catalogue_commit(struct catalogue *catalogue, struct error *err)
{
	if ((catalogue->journal && journal_commit(catalogue->journal, err) < 0) ||
	    catalogue->db->driver->query(catalogue->db, "COMMIT", NULL, 0, NULL, NULL, err) < 0) {
		catalogue_rollback(catalogue);
		return -1;
	}
	catalogue->in_transaction = false;
	drop(catalogue);
	return 0;
}

int catalogue_look(struct catalogue *catalogue, struct error *err)
{
	if (catalogue->in_transaction)
		return 0;
	if (!catalogue->looks && catalogue->db->driver->query(catalogue->db, "BEGIN", NULL, 0, NULL, NULL, err) < 0)
		return -1;
	catalogue->looks++;
	return 0;
}

void catalogue_look_end(struct catalogue *catalogue)
{
	if (catalogue->in_transaction || !catalogue->looks)
		return;
	if (!--catalogue->looks) /* nothing was written: no way to fail that matters */
		catalogue->db->driver->query(catalogue->db, "COMMIT", NULL, 0, NULL, NULL, NULL);
}

int catalogue_checkpoint(struct catalogue *catalogue, int64_t above, struct error *err)
{
	struct db *db = catalogue->db;
	int ret;

	if (!catalogue->writable || catalogue->in_transaction)
		return error_set(err, REACH_RUN, "catalogue", "catalogue_checkpoint: %s",
				 catalogue->writable ? "inside a transaction" : "opened for reading");
	if (above ? db->driver->log_waiting(db) <= above : !db->driver->log_size(db))
		return 0;
	if (take(catalogue, err) < 0)
		return -1;
	ret = db->driver->checkpoint(db, !above, err);
	drop(catalogue);
	return ret;
}

int catalogue_durable(struct catalogue *catalogue, bool durable, struct error *err)
{
	if (catalogue->in_transaction)
		return error_set(err, REACH_RUN, "catalogue", "catalogue_durable: inside a transaction");
	return catalogue->alone ? 0 : catalogue->db->driver->durable(catalogue->db, durable, err);
}

#define TRY_AGAIN_NS 100000000L

static int write_journal_anew(struct catalogue *catalogue, struct error *err)
{
	if (!catalogue->journal)
		return 0;
	if (catalogue_begin(catalogue, err) < 0)
		return -1;
	journal_renew(catalogue->journal);
	return catalogue_commit(catalogue, err);
}

int catalogue_compact(struct catalogue *catalogue, int seconds, struct error *err)
{
	struct db *db = catalogue->db;
	char tmp[PATH_MAX];
	int ret;

	if (!catalogue->writable || catalogue->in_transaction)
		return error_set(err, REACH_RUN, "catalogue", "catalogue_compact: %s",
				 catalogue->writable ? "inside a transaction" : "opened for reading");
	if (snprintf(tmp, sizeof tmp, "%s/objects/tmp", catalogue->dir) >= (int)sizeof tmp)
		return error_set(err, REACH_RUN, "disk-error", _("the name of the archive is too long"));
	anew_clear(catalogue->dir); /* what a killed rebuild left */
	if (write_journal_anew(catalogue, err) < 0 || take(catalogue, err) < 0)
		return -1;
	ret = db->driver->compact(db, tmp, err);
	if (!ret)
		ret = db->driver->checkpoint(db, true, err);
	for (int i = 0; !ret && i < seconds * 10 && db->driver->log_size(db); i++) {
		nanosleep(&(struct timespec){ 0, TRY_AGAIN_NS }, NULL);
		ret = db->driver->checkpoint(db, true, err);
	}
	if (!ret && db->driver->log_size(db))
		ret = error_set(err, REACH_RUN, "busy", _("another process has been reading the catalogue for %d seconds; end it and give the command again"), seconds);
	drop(catalogue);
	return ret;
}

/* --- migrations ---------------------------------------------------------------------------------------------------- */

struct migrations {
	char dir[PATH_MAX];
	char *names[MIGRATIONS_MAX + 1]; /* by number; names[0] is unused */
	int latest;
};

static void migrations_release(struct migrations *m)
{
	for (int i = 0; i <= MIGRATIONS_MAX; i++)
		free(m->names[i]);
}

/* The numbered files 0001-first.sql, ... without a gap: a gap means an incomplete installation. */
static int migrations_find(struct migrations *m, struct error *err)
{
	struct dirent *entry;
	DIR *dir;

	memset(m, 0, sizeof *m);
	snprintf(m->dir, sizeof m->dir, "%s/schemas/catalogue", config_data_dir());
	dir = opendir(m->dir);
	if (!dir)
		return error_errno(err, REACH_RUN, "settings", _("cannot read %s"), m->dir);
	while ((entry = readdir(dir))) {
		const char *name = entry->d_name;
		size_t n = strlen(name);
		long number;

		if (n < 9 || strspn(name, "0123456789") != 4 || name[4] != '-' || strcmp(name + n - 4, ".sql"))
			continue;
		number = strtol(name, NULL, 10);
		if (number < 1 || number > MIGRATIONS_MAX)
			continue;
		free(m->names[number]);
		m->names[number] = mem_strdup(name);
		if (number > m->latest)
			m->latest = (int)number;
	}
	closedir(dir);
	for (int i = 1; i <= m->latest; i++)
		if (!m->names[i]) {
			migrations_release(m);
			return error_set(err, REACH_RUN, "settings", _("%s is incomplete: number %04d is missing"), m->dir, i);
		}
	if (!m->latest)
		return error_set(err, REACH_RUN, "settings", _("%s holds no schema"), m->dir);
	return 0;
}

static char *read_text(const char *path, struct error *err)
{
	FILE *file = fopen(path, "re");
	char *text;
	size_t n;

	if (!file) {
		error_errno(err, REACH_RUN, "settings", _("cannot open %s"), path);
		return NULL;
	}
	text = mem_alloc(MIGRATION_BYTES + 1);
	n = fread(text, 1, MIGRATION_BYTES, file);
	text[n] = '\0';
	if (ferror(file) || !feof(file)) {
		error_set(err, REACH_RUN, "settings", _("cannot read %s"), path);
		free(text);
		text = NULL;
	}
	fclose(file);
	return text;
}

static int version_read(struct catalogue *catalogue, int64_t *version, struct error *err)
{
	int64_t tables;

	*version = 0;
	if (catalogue_int(catalogue, "SELECT count(*) FROM sqlite_schema WHERE name = 'meta'", NULL, 0, 0, &tables, err) < 0)
		return -1;
	if (!tables)
		return 0;
	return catalogue_int(catalogue, "SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'version'", NULL, 0, 0, version, err);
}

/* One file in one transaction, with its entry in the audit log: from record 1 on every change has one. */
static int migrate_one(struct catalogue *catalogue, const struct migrations *m, int number, struct error *err)
{
	char path[PATH_MAX + 300], detail[300], version_text[16];
	char *sql;
	int64_t version;
	int ret = -1;

	snprintf(path, sizeof path, "%s/%s", m->dir, m->names[number]);
	sql = read_text(path, err);
	if (!sql)
		return -1;
	if (catalogue_begin(catalogue, err) < 0)
		goto out;
	if (version_read(catalogue, &version, err) < 0)
		goto out;
	if (version >= number) { /* another process was faster */
		ret = 0;
		goto out;
	}
	if (catalogue->journal)
		journal_defer(catalogue->journal);
	snprintf(version_text, sizeof version_text, "%d", number);
	snprintf(detail, sizeof detail, "{\"schema\":\"%.200s\"}", m->names[number]);
	if (catalogue->db->driver->script(catalogue->db, sql, err) < 0 ||
	    catalogue_meta_set(catalogue, "version", version_text, err) < 0 ||
	    audit_add(catalogue, number == 1 ? "init" : "migrate", "catalogue", detail, err) < 0)
		error_prefix(err, "%s: ", m->names[number]);
	else
		ret = catalogue_commit(catalogue, err);
out:
	catalogue_rollback(catalogue);
	free(sql);
	return ret;
}

/* Brings the database to schema `upto` (0: the newest); `fresh` allows to begin at nothing. */
static int migrate(struct catalogue *catalogue, bool fresh, int upto, struct error *err)
{
	struct migrations *m = mem_alloc(sizeof *m);
	int64_t version;
	int ret = -1;

	if (version_read(catalogue, &version, err) < 0 || migrations_find(m, err) < 0) {
		free(m);
		return -1;
	}
	if (!version && !fresh) {
		error_set(err, REACH_RUN, "catalogue", _("the catalogue in %s was never finished; run `sohoa init %s` again"), catalogue->dir,
			  catalogue->dir);
	} else if (version > m->latest || upto > m->latest) {
		error_set(err, REACH_RUN, "catalogue",
			  _("the catalogue in %s was made by a newer sohoa (schema %" PRId64 ", this one knows %d); use that one"),
			  catalogue->dir, version > upto ? version : upto, m->latest);
	} else if (version < m->latest && !catalogue->writable) {
		error_set(err, REACH_RUN, "catalogue",
			  _("the catalogue in %s is of an older sohoa; `sohoa verify` by its owner brings it up to date"),
			  catalogue->dir);
	} else {
		ret = 0;
		for (int i = (int)version + 1; i <= (upto ? upto : m->latest) && !ret; i++)
			ret = migrate_one(catalogue, m, i, err);
	}
	migrations_release(m);
	free(m);
	return ret;
}

int catalogue_migrate(struct catalogue *catalogue, int upto, struct error *err)
{
	return migrate(catalogue, true, upto, err);
}

/* --- open and close ------------------------------------------------------------------------------------------------ */

static struct catalogue *catalogue_of(const char *dir, bool writable)
{
	struct catalogue *catalogue = mem_alloc(sizeof *catalogue);

	catalogue->dir = mem_strdup(dir);
	catalogue->who = system_user();
	catalogue->writable = writable;
	return catalogue;
}

static int no_database(const char *dir, struct error *err)
{
	if (journal_exists(dir))
		return error_set(err, REACH_RUN, "catalogue", _("%s has lost its %s; `sohoa rebuild` makes it anew"), dir, CATALOGUE_FILE);
	return error_set(err, REACH_RUN, "catalogue", _("%s is no archive: it has no %s; make one with `sohoa init`"), dir, CATALOGUE_FILE);
}

static struct catalogue *open_database(const char *dir, bool writable, struct error *err)
{
	struct catalogue *catalogue = catalogue_of(dir, writable);
	char path[PATH_MAX];

	if (snprintf(path, sizeof path, "%s/" CATALOGUE_FILE, dir) >= (int)sizeof path) {
		error_set(err, REACH_RUN, "disk-error", _("the name of the archive is too long"));
		goto fail;
	}
	if (access(path, F_OK) < 0) {
		no_database(dir, err);
		goto fail;
	}
	if (writable && !(catalogue->lock = lock_open(dir, WRITE_LOCK, err)))
		goto fail;
	/* Opening for writing may make the log (or, after a crash, read it anew): beside writers, not between them. */
	if (writable && lock_take(catalogue->lock, WRITE_WAIT, err) < 0)
		goto fail;
	catalogue->db = db_sqlite.open(path, writable, err);
	if (writable)
		lock_drop(catalogue->lock);
	if (catalogue->db)
		return catalogue;
fail:
	catalogue_close(catalogue);
	return NULL;
}

struct catalogue *catalogue_open_alone(const char *dir, const char *name, struct error *err)
{
	struct catalogue *catalogue = catalogue_of(dir, true);
	char path[PATH_MAX];

	catalogue->alone = true;
	snprintf(path, sizeof path, "%s/%s", dir, name);
	catalogue->db = db_sqlite.open(path, true, err);
	if (catalogue->db)
		return catalogue;
	catalogue_close(catalogue);
	return NULL;
}

/* A database that is not finished (an init that was killed) has none yet, nor a table to note it in. */
static int follow(struct catalogue *catalogue, struct error *err)
{
	int64_t version;

	if (version_read(catalogue, &version, err) < 0)
		return -1;
	if (version && catalogue->writable && !catalogue->journal)
		catalogue->journal = journal_new(catalogue, catalogue->dir);
	return 0;
}

/* An empty transaction brings the journal into step. */
static int in_step(struct catalogue *catalogue, struct error *err)
{
	if (!catalogue->writable)
		return 0;
	return catalogue_begin(catalogue, err) < 0 ? -1 : catalogue_commit(catalogue, err);
}

struct catalogue *catalogue_open(const char *dir, bool writable, struct error *err)
{
	struct catalogue *catalogue = open_database(dir, writable, err);

	if (catalogue && (follow(catalogue, err) < 0 || migrate(catalogue, false, 0, err) < 0 || in_step(catalogue, err) < 0)) {
		catalogue_close(catalogue);
		return NULL;
	}
	return catalogue;
}

/* An empty file is an empty database. Made here, so that the driver never makes one by mistake. */
static int make_file(const char *dir, struct error *err)
{
	char path[PATH_MAX];
	int fd;

	snprintf(path, sizeof path, "%s/" CATALOGUE_FILE, dir);
	fd = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0660);
	if (fd < 0 && errno == EEXIST)
		return 0;
	if (fd < 0)
		return error_errno(err, REACH_RUN, error_disk_reason(errno),
				   _("cannot make %s"), path);
	close(fd);
	return 0;
}

/* The journal of an archive that lost its catalogue is not written over. */
static int lost(const char *dir, struct error *err)
{
	char path[PATH_MAX];

	snprintf(path, sizeof path, "%s/" CATALOGUE_FILE, dir);
	return journal_exists(dir) && access(path, F_OK) < 0 ? no_database(dir, err) : 0;
}

int catalogue_create(const char *dir, struct error *err)
{
	struct catalogue *catalogue;
	int64_t version;
	int ret = -1;

	if (lost(dir, err) < 0 || make_file(dir, err) < 0)
		return -1;
	catalogue = open_database(dir, true, err);
	if (!catalogue)
		return -1;
	if (version_read(catalogue, &version, err) == 0) {
		if (version)
			error_set(err, REACH_RUN, "catalogue", _("%s holds an archive already"), dir);
		else if (migrate(catalogue, true, 0, err) == 0 && follow(catalogue, err) == 0)
			ret = in_step(catalogue, err);
	}
	catalogue_close(catalogue);
	return ret;
}

void catalogue_close(struct catalogue *catalogue)
{
	if (!catalogue)
		return;
	if (catalogue->db) {
		catalogue_rollback(catalogue);
		catalogue->db->driver->close(catalogue->db);
	}
	lock_release(catalogue->lock);
	journal_free(catalogue->journal);
	word_cache_free(catalogue->words);
	bitmaps_collect(catalogue, false);
	free(catalogue->dir);
	free(catalogue->who);
	free(catalogue);
}
