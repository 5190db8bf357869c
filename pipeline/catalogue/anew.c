#include "pipeline/catalogue/anew.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/journal.h"
#include "pipeline/catalogue/private.h"
#include "pipeline/error.h"

#define ANEW_FILE "catalogue.new"
#define OTHERS_WAIT 30 /* seconds for a reader of the old one to end: a search lasts a second */

static void path_of(const char *dir, const char *name, const char *end, char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, "%s/%s%s", dir, name, end);
}

static void remove_all(const char *dir, const char *name)
{
	static const char *const ends[] = { "", "-wal", "-shm", "-journal" };
	char path[PATH_MAX];

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		path_of(dir, name, ends[i], path);
		unlink(path);
	}
}

void anew_clear(const char *dir)
{
	remove_all(dir, ANEW_FILE);
}

static int make_file(const char *dir, struct error *err)
{
	char path[PATH_MAX];
	int fd;

	path_of(dir, ANEW_FILE, "", path);
	fd = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0660);
	if (fd < 0)
		return error_errno(err, REACH_RUN, error_disk_reason(errno), _("cannot make %s"), path);
	close(fd);
	return 0;
}

/* Rows come in the order they were written, parents behind their children too: references are checked at the end (check_database). Nothing of it must last
 * until it is whole, so nothing waits for the disk. */
static int fill(struct catalogue *catalogue, const char *dir, struct error *err)
{
	struct db *db = catalogue_db(catalogue);
	int schema;

	if (db->driver->script(db, "PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF", err) < 0 || journal_schema(dir, &schema, err) < 0 ||
	    catalogue_migrate(catalogue, schema, err) < 0 || journal_replay(catalogue, dir, err) < 0)
		return -1;
	if (catalogue_migrate(catalogue, 0, err) < 0)
		return -1;
	return db->driver->script(db, "PRAGMA foreign_keys = ON", err);
}

struct catalogue *anew_open(const char *dir, struct error *err)
{
	struct catalogue *catalogue;

	anew_clear(dir);
	if (make_file(dir, err) < 0)
		return NULL;
	catalogue = catalogue_open_alone(dir, ANEW_FILE, err);
	if (catalogue && fill(catalogue, dir, err) == 0)
		return catalogue;
	catalogue_close(catalogue);
	anew_clear(dir);
	return NULL;
}

static int sync_path(const char *path, struct error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), ret = 0;

	if (fd < 0 || fsync(fd) < 0)
		ret = error_errno(err, REACH_RUN, error_disk_reason(errno), _("cannot write %s to the disk"), path);
	if (fd >= 0)
		close(fd);
	return ret;
}

/* The old one as one file that nobody has open: a log that stayed beside it would be taken for one of the new one. One that is damaged beyond that only
 * loses its log: it is worth nothing any more. */
static int settle_old(const char *dir, struct error *err)
{
	struct error why = ERROR_INIT;
	char path[PATH_MAX];

	path_of(dir, CATALOGUE_FILE, "", path);
	if (access(path, F_OK) == 0 && db_sqlite.settle(path, OTHERS_WAIT, &why) < 0 && (!why.reason || strcmp(why.reason, "catalogue-damaged") != 0)) {
		*err = why;
		return -1;
	}
	for (int i = 0; i < 2; i++) {
		path_of(dir, CATALOGUE_FILE, i ? "-shm" : "-wal", path);
		if (unlink(path) < 0 && errno != ENOENT)
			return error_errno(err, REACH_RUN, "disk-error", _("cannot remove %s"), path);
	}
	return 0;
}

int anew_place(struct catalogue *catalogue, const char *dir, struct error *err)
{
	char fresh[PATH_MAX], path[PATH_MAX];

	path_of(dir, ANEW_FILE, "", fresh);
	path_of(dir, CATALOGUE_FILE, "", path);
	catalogue_close(catalogue);
	if (db_sqlite.settle(fresh, 1, err) < 0 || sync_path(fresh, err) < 0 || settle_old(dir, err) < 0)
		return -1;
	if (rename(fresh, path) < 0)
		return error_errno(err, REACH_RUN, "disk-error", _("cannot write %s"), path);
	return sync_path(dir, err);
}
