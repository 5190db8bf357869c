/* init.c - makes a new archive: a directory with sohoa.yaml, the store and the catalogue */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pipeline/catalogue/catalogue.h"
#include "pipeline/commands/command.h"
#include "pipeline/error.h"
#include "pipeline/store.h"

static const char settings[] =
	"# Settings of this archive. Every line shows the default; take the # away to change it.\n"
	"\n"
	"#reuse:\n"
	"#  code: \"{owner}.{type}.{seq:02}\"      # of a digitised result\n"
	"#  code_electronic: \"{dossier}-KQ({seq})\" # of an electronic result\n"
	"\n"
	"#signature:\n"
	"#  roots: roots           # folder with the certificates (PEM, DER) of the services whose signatures are trusted; without it none is\n"
	"\n"
	"#ocr:\n"
	"#  language: vie          # trained data of Tesseract\n"
	"#  engine: net            # net: our own reader of Tesseract's nets; tesseract: libtesseract itself\n"
	"#  kernel: auto           # auto, plain, avx2, avx512: the same letters at different speeds\n"
	"#  deadline: 120          # seconds for one page\n"
	"\n"
	"#decode:\n"
	"#  deadline: 30           # seconds to open a file or a page\n"
	"\n"
	"#image:\n"
	"#  orientation: true      # turn pages upright\n"
	"#  deskew: true           # straighten crooked scans\n"
	"#  codes: true            # read QR codes and barcodes\n"
	"\n"
	"# What is taken off the reader's copy of a page; the scan stays as it is.\n"
	"#clean:\n"
	"#  colour: true           # seals, stamps and signatures in colour over black text\n"
	"#  enlarge: true          # small letters are read larger\n"
	"#  leaders: true          # dotted lines of forms\n"
	"#  missed: true           # lines that layout passed over are looked for\n"
	"#  paper: true            # shadows\n"
	"#  seals: true            # round seals of black and white scans\n"
	"#  specks: true           # dirt that stands alone\n"
	"#  through: true          # print of the back that shows through thin paper\n"
	"\n"
	"# What is larger is set aside with a reason. docs/limits.md explains each.\n"
	"#limits:\n"
	"#  file_bytes: 2147483648\n"
	"#  file_pages: 5000\n"
	"#  dossier_pages: 20000\n"
	"#  page_side: 30000       # pixels\n"
	"#  page_pixels: 150000000\n"
	"#  archive_depth: 2       # archives inside archives\n"
	"#  archive_entries: 20000\n"
	"#  archive_bytes: 21474836480\n"
	"#  entry_bytes: 2147483648\n";

/* A killed init leaves parts of an archive and nothing else: those may stay, anything foreign may not. */
static int only_ours(const char *dir, struct error *err)
{
	static const char *const ours[] = { ".", "..", "objects", "catalogue.db", "catalogue.db-wal", "catalogue.db-shm", "journal", "journal.new",
					    "write.lock", "sohoa.yaml.new" };
	DIR *d = opendir(dir);
	struct dirent *entry;
	int ret = 0;

	if (!d)
		return errno == ENOENT ? 0 : error_errno(err, REACH_RUN, "disk-error", _("cannot read %s"), dir);
	while (!ret && (entry = readdir(d))) {
		bool known = false;

		for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
			known |= !strcmp(entry->d_name, ours[i]);
		if (!strcmp(entry->d_name, "sohoa.yaml"))
			ret = error_set(err, REACH_DOCUMENT, "settings", _("%s is an archive already"), dir);
		else if (!known)
			ret = error_set(err, REACH_DOCUMENT, "settings", _("%s is not empty (it holds %.200s); name a new directory"), dir,
					entry->d_name);
	}
	closedir(d);
	return ret;
}

/* Last of all: with sohoa.yaml in its place the directory is an archive. */
static int write_settings(const char *dir, struct error *err)
{
	char path[PATH_MAX], fresh[PATH_MAX];
	int fd, ok;

	if (snprintf(path, sizeof path, "%s/sohoa.yaml", dir) >= (int)sizeof path ||
	    snprintf(fresh, sizeof fresh, "%s/sohoa.yaml.new", dir) >= (int)sizeof fresh)
		return error_set(err, REACH_RUN, "settings", _("the name of the archive is too long"));
	fd = open(fresh, O_CREAT | O_TRUNC | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0660);
	if (fd < 0)
		return error_errno(err, REACH_RUN, errno == ENOSPC ? "disk-full" : "disk-error", _("cannot make %s"), fresh);
	ok = write(fd, settings, strlen(settings)) == (ssize_t)strlen(settings) && fsync(fd) == 0;
	if (close(fd) < 0 || !ok || rename(fresh, path) < 0)
		return error_errno(err, REACH_RUN, errno == ENOSPC ? "disk-full" : "disk-error", _("cannot write %s"), path);
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd) < 0)
		ok = 0;
	if (fd >= 0)
		close(fd);
	return ok ? 0 : error_errno(err, REACH_RUN, "disk-error", _("cannot write the directory %s to the disk"), dir);
}

static int make(const char *dir, struct error *err)
{
	char database[PATH_MAX];
	struct catalogue *half;
	bool finished;

	if (only_ours(dir, err) < 0 || store_create(dir, err) < 0)
		return -1;
	snprintf(database, sizeof database, "%s/catalogue.db", dir);
	/* finished by an init that was killed before the settings were written? */
	half = access(database, F_OK) == 0 ? catalogue_open(dir, true, NULL) : NULL;
	finished = half != NULL;
	catalogue_close(half);
	if (!finished && catalogue_create(dir, err) < 0)
		return -1;
	return write_settings(dir, err);
}

static int run(const struct invocation *in)
{
	const char *dir = in->args[0];
	struct error err = ERROR_INIT;

	if (make(dir, &err) < 0) {
		int status = command_fail(in, &err);

		return err.reach == REACH_RUN ? status : EXIT_USAGE; /* nothing is broken: another name will do */
	}
	printf(_("%s is an archive now. Next: `cd %s`, `sohoa intake FOLDER`, `sohoa run`.\n"), dir, dir);
	return EXIT_DONE;
}

const struct command command_init = {
	.name = "init",
	.arguments = "DIR",
	.summary = N_("make a new archive"),
	.help = N_("An archive is one directory. It holds the originals and everything made from them under names that are the hash of their "
		   "content (objects/), the catalogue (catalogue.db), the journal that it can be made from again, and the settings (sohoa.yaml, with every default as a "
		   "comment).\n\n"
		   "DIR is made when it does not exist. A directory that holds anything else is refused. Put it on a local disk: the catalogue "
		   "does not belong on a network drive.\n\n"
		   "  sohoa init /srv/kho\n  cd /srv/kho && sohoa intake /media/scans/lo-01"),
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
