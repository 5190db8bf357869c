/* Archives are taken apart member by member; nothing in them is believed. */
#include "tests/unit.h"

#include <archive.h>
#include <archive_entry.h>

#include "tests/decode_fixtures.h"

static struct config *config;

/* What came out, one line an event: "file NAME SIZE", "refused NAME REASON", "dropped NAME REASON". */
struct record {
	struct bytes log;
	struct bytes name;
	size_t size;
	bool open;
};

static int on_begin(void *context, const unsigned char *name, size_t size, struct error *err)
{
	struct record *r = context;

	assert_false(r->open);
	bytes_release(&r->name);
	bytes_add(&r->name, name, size);
	r->size = 0;
	r->open = true;
	return 0;
}

static int on_bytes(void *context, const void *bytes, size_t size, struct error *err)
{
	struct record *r = context;

	assert_true(r->open);
	r->size += size;
	return 0;
}

static int on_end(void *context, struct error *err)
{
	struct record *r = context;

	assert_true(r->open);
	r->open = false;
	bytes_print(&r->log, "file %s %zu\n", r->name.data, r->size);
	return 0;
}

static int on_refuse(void *context, const unsigned char *name, size_t size, const struct error *why, struct error *err)
{
	struct record *r = context;

	assert_non_null(why->reason);
	assert_true(why->text[0]);
	bytes_print(&r->log, "%s %.*s %s\n", r->open ? "dropped" : "refused", (int)size, name, why->reason);
	r->open = false;
	return 0;
}

/* The events, and "failed REASON" when the archive could not be read on. */
static char *unpack(struct bytes file)
{
	struct record r = { .size = 0 };
	struct unpack_sink sink = { &r, on_begin, on_bytes, on_end, on_refuse };
	struct error err = ERROR_INIT;

	bytes_add(&r.log, "", 0);
	if (decode_unpack(config, file.data, file.size, &sink, &err) < 0) {
		assert_true(err.text[0]);
		bytes_print(&r.log, "failed %s\n", err.reason);
	}
	bytes_release(&r.name);
	return (char *)r.log.data;
}

static const char *inspect(struct bytes file, bool *archive)
{
	struct inspection inspection;
	struct error err = ERROR_INIT;
	int status = decode_inspect(config, file.data, file.size, &inspection, &err);

	if (archive)
		*archive = inspection.archive;
	return status ? err.reason : inspection.media;
}

/* --- making archives --- */

static la_ssize_t write_bytes(struct archive *a, void *to, const void *data, size_t size)
{
	bytes_add(to, data, size);
	return (la_ssize_t)size;
}

struct maker {
	struct archive *a;
	struct bytes file;
};

static void make_begin(struct maker *m, const char *format, const char *filter)
{
	m->file = (struct bytes){ NULL, 0, 0 };
	m->a = archive_write_new();
	assert_int_equal(archive_write_set_format_by_name(m->a, format), ARCHIVE_OK);
	if (filter)
		assert_int_equal(archive_write_add_filter_by_name(m->a, filter), ARCHIVE_OK);
	archive_write_set_bytes_in_last_block(m->a, 1);
	archive_write_open(m->a, &m->file, NULL, write_bytes, NULL);
}

static void make_entry(struct maker *m, const char *name, unsigned type, const char *link, size_t size)
{
	struct archive_entry *e = archive_entry_new();
	char *zeros = calloc(1, size + 1);

	archive_entry_copy_pathname(e, name);
	archive_entry_set_filetype(e, type);
	archive_entry_set_perm(e, 0644);
	archive_entry_set_size(e, type == AE_IFREG ? (la_int64_t)size : 0);
	if (link && type == AE_IFLNK)
		archive_entry_copy_symlink(e, link);
	else if (link)
		archive_entry_copy_hardlink(e, link);
	assert_true(archive_write_header(m->a, e) >= ARCHIVE_WARN);
	if (type == AE_IFREG && size && !link)
		archive_write_data(m->a, zeros, size);
	free(zeros);
	archive_entry_free(e);
}

static struct bytes make_end(struct maker *m)
{
	archive_write_close(m->a);
	archive_write_free(m->a);
	return m->file;
}

static void expect(struct bytes file, const char *wanted)
{
	char *got = unpack(file);

	assert_string_equal(got, wanted);
	free(got);
}

/* --- tests --- */

static void test_formats(void **state)
{
	static const struct { const char *format, *filter, *media; } rows[] = {
		{ "zip", NULL, MEDIA_ZIP },   { "ustar", NULL, MEDIA_TAR },  { "ustar", "gzip", MEDIA_TAR },
		{ "ustar", "xz", MEDIA_TAR }, { "ustar", "zstd", MEDIA_TAR }, { "pax", NULL, MEDIA_TAR },
		{ "gnutar", NULL, MEDIA_TAR }, { "v7tar", NULL, MEDIA_TAR },  { "7zip", NULL, MEDIA_7Z },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct maker m;
		struct bytes file;
		bool archive = false;

		make_begin(&m, rows[i].format, rows[i].filter);
		make_entry(&m, "HS-01/", AE_IFDIR, NULL, 0);
		make_entry(&m, "HS-01/1.tif", AE_IFREG, NULL, 1000);
		make_entry(&m, "HS-01/2.tif", AE_IFREG, NULL, 70000);
		file = make_end(&m);
		assert_string_equal(inspect(file, &archive), rows[i].media);
		assert_true(archive);
		expect(file, "file HS-01/1.tif 1000\nfile HS-01/2.tif 70000\n");
		bytes_release(&file);
	}
}

static void test_evil_names(void **state)
{
	struct maker m;
	struct bytes file;

	make_begin(&m, "ustar", NULL);
	make_entry(&m, "../up.tif", AE_IFREG, NULL, 5);
	make_entry(&m, "a/../../up.tif", AE_IFREG, NULL, 5);
	make_entry(&m, "a/..", AE_IFREG, NULL, 5);
	make_entry(&m, "/etc/passwd", AE_IFREG, NULL, 5);
	make_entry(&m, "C:\\x.tif", AE_IFREG, NULL, 5);
	make_entry(&m, "a\\..\\x.tif", AE_IFREG, NULL, 5);
	make_entry(&m, "link.tif", AE_IFLNK, "/etc/passwd", 0);
	make_entry(&m, "hard.tif", AE_IFREG, "good..tif", 0);
	make_entry(&m, "pipe.tif", AE_IFIFO, NULL, 0);
	make_entry(&m, "disk.tif", AE_IFBLK, NULL, 0);
	make_entry(&m, "good..tif", AE_IFREG, NULL, 5);
	file = make_end(&m);
	expect(file, "refused ../up.tif bad-name\nrefused a/../../up.tif bad-name\nrefused a/.. bad-name\n"
		     "refused /etc/passwd bad-name\nrefused C:\\x.tif bad-name\nrefused a\\..\\x.tif bad-name\n"
		     "refused link.tif not-a-file\nrefused hard.tif not-a-file\nrefused pipe.tif not-a-file\n"
		     "refused disk.tif not-a-file\nfile good..tif 5\n");
	bytes_release(&file);
}

/* One stored member by hand, so that the name is exactly these bytes. */
static struct bytes zip_named(const char *name, unsigned flags)
{
	struct bytes b = { NULL, 0, 0 };
	unsigned char local[30] = "PK\3\4\x0a", central[46] = "PK\1\2\x14\0\x0a", end[22] = "PK\5\6";
	size_t n = strlen(name), at;

	local[6] = (unsigned char)flags;
	local[7] = (unsigned char)(flags >> 8);
	local[26] = (unsigned char)n;
	memcpy(central + 8, local + 6, 2);
	central[28] = (unsigned char)n;
	bytes_add(&b, local, 30);
	bytes_add(&b, name, n);
	at = b.size;
	bytes_add(&b, central, 46);
	bytes_add(&b, name, n);
	end[8] = end[10] = 1;
	end[12] = (unsigned char)(b.size - at);
	end[16] = (unsigned char)at;
	bytes_add(&b, end, 22);
	return b;
}

/* Names arrive as they stand in the archive: UTF-8 where marked so, and bytes of another encoding untouched. */
static void test_names_as_bytes(void **state)
{
	static const struct { const char *name; unsigned flags; } rows[] = {
		{ "Quyết định số 5.tif", 0x800 }, { "Quyết định số 5.tif", 0 }, { "Quy\xd5t \xae\xd8nh.tif", 0 },
	};
	struct maker m;
	struct bytes file;
	char wanted[100];

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		file = zip_named(rows[i].name, rows[i].flags);
		snprintf(wanted, sizeof wanted, "file %s 0\n", rows[i].name);
		expect(file, wanted);
		bytes_release(&file);
	}
	make_begin(&m, "gnutar", NULL);
	make_entry(&m, "Quy\xd5t.tif", AE_IFREG, NULL, 3);
	make_entry(&m, "Quyết.tif", AE_IFREG, NULL, 3);
	file = make_end(&m);
	expect(file, "file Quy\xd5t.tif 3\nfile Quyết.tif 3\n");
	bytes_release(&file);
}

static void test_long_names(void **state)
{
	for (int n = 1023; n <= 1025; n++) {
		char name[1100], wanted[1200];
		struct maker m;
		struct bytes file;

		memset(name, 'a', (size_t)n);
		name[n] = '\0';
		make_begin(&m, "gnutar", NULL);
		make_entry(&m, name, AE_IFREG, NULL, 1);
		file = make_end(&m);
		if (n > 1024)
			snprintf(wanted, sizeof wanted, "refused %s bad-name\n", name);
		else
			snprintf(wanted, sizeof wanted, "file %s 1\n", name);
		expect(file, wanted);
		bytes_release(&file);
	}
}

static struct bytes zeros(const char *format, const char *filter, size_t size)
{
	struct maker m;

	make_begin(&m, format, filter);
	make_entry(&m, "zeros", AE_IFREG, NULL, size);
	make_entry(&m, "last", AE_IFREG, NULL, 1);
	return make_end(&m);
}

static void test_bomb(void **state)
{
	struct bytes file = zeros("ustar", "gzip", 3 << 20), zip = zeros("zip", NULL, 3 << 20);

	expect(file, "file zeros 3145728\nfile last 1\n"); /* below 100 MiB every ratio is fine */
	config_set(config, "limits", "archive_ratio_from", "2097152");
	expect(file, "dropped zeros bomb\nrefused  bomb\n");
	expect(zip, "dropped zeros bomb\nrefused  bomb\n");
	config_set(config, "limits", "archive_ratio", "100000");
	expect(file, "file zeros 3145728\nfile last 1\n");
	config_set(config, "limits", "archive_ratio", "200");
	config_set(config, "limits", "archive_ratio_from", "104857600");
	bytes_release(&file);
	bytes_release(&zip);
}

static void test_limits(void **state)
{
	static const struct { size_t size; const char *entry, *total; } rows[] = {
		{ (1 << 20) - 1, "file zeros 1048575\nfile last 1\n", "file zeros 1048575\nfile last 1\n" },
		{ 1 << 20, "file zeros 1048576\nfile last 1\n", "file zeros 1048576\ndropped last too-large\nrefused  too-large\n" },
		{ (1 << 20) + 1, "dropped zeros too-large\nfile last 1\n", "dropped zeros too-large\nrefused  too-large\n" },
	};

	for (size_t i = 0; i < 3; i++) {
		struct bytes file = zeros("ustar", NULL, rows[i].size);

		config_set(config, "limits", "entry_bytes", "1048576");
		expect(file, rows[i].entry);
		config_set(config, "limits", "entry_bytes", "2147483648");
		config_set(config, "limits", "archive_bytes", "1048576");
		expect(file, rows[i].total);
		config_set(config, "limits", "archive_bytes", "21474836480");
		bytes_release(&file);
	}
	for (int n = 1; n <= 3; n++) {
		struct bytes file = zeros("zip", NULL, 1);
		char number[20];

		snprintf(number, sizeof number, "%d", n);
		config_set(config, "limits", "archive_entries", number);
		expect(file, n < 2 ? "file zeros 1\nrefused  too-many-entries\n" : "file zeros 1\nfile last 1\n");
		config_set(config, "limits", "archive_entries", "20000");
		bytes_release(&file);
	}
}

static void test_refused_whole(void **state)
{
	struct bytes zip = zeros("zip", NULL, 50000), seven = zeros("7zip", NULL, 50000), tar = zeros("ustar", "gzip", 50000);
	struct bytes office = zip_named("[Content_Types].xml", 0), secret = zip_named("a.tif", 1), twice = { NULL, 0, 0 };
	struct bytes text = { NULL, 0, 0 };
	struct maker m;
	char *got;

	for (size_t part = 1; part < 10; part++) {
		struct bytes cut = { zip.data, zip.size * part / 10, 0 };

		assert_string_equal(inspect(cut, NULL), "truncated");
		cut = (struct bytes){ seven.data, seven.size * part / 10, 0 };
		assert_string_equal(inspect(cut, NULL), "truncated");
		cut = (struct bytes){ tar.data, tar.size * part / 10, 0 };
		got = unpack(cut);
		assert_non_null(strstr(got, "failed "));
		assert_null(strstr(got, "file last"));
		free(got);
	}
	assert_string_equal(inspect(office, NULL), "not-a-document");
	expect(secret, "refused a.tif encrypted\n");
	/* a tar packed twice, and a packed file that is no tar */
	make_begin(&m, "raw", "gzip");
	make_entry(&m, "x", AE_IFREG, NULL, 0);
	archive_write_data(m.a, tar.data, tar.size);
	twice = make_end(&m);
	assert_string_equal(inspect(twice, NULL), "bomb");
	make_begin(&m, "raw", "xz");
	make_entry(&m, "x", AE_IFREG, NULL, 0);
	archive_write_data(m.a, "just a text", 11);
	text = make_end(&m);
	assert_string_equal(inspect(text, NULL), "not-a-document");
	bytes_release(&zip);
	bytes_release(&seven);
	bytes_release(&tar);
	bytes_release(&office);
	bytes_release(&secret);
	bytes_release(&twice);
	bytes_release(&text);
}

static void test_damage(void **state)
{
	static const char *const formats[][2] = { { "zip", NULL }, { "7zip", NULL }, { "ustar", "gzip" }, { "ustar", "zstd" } };
	unsigned seed = 7;

	for (size_t i = 0; i < 4; i++) {
		struct bytes file = zeros(formats[i][0], formats[i][1], 5000);

		for (int round = 0; round < 200; round++) {
			struct bytes bad = { NULL, 0, 0 };

			bytes_add(&bad, file.data, file.size);
			for (int n = 0; n < 3; n++) {
				seed = seed * 1103515245 + 12345;
				bad.data[(seed >> 8) % bad.size] ^= (unsigned char)(1u << (seed & 7));
			}
			free(unpack(bad));
			inspect(bad, NULL);
			bytes_release(&bad);
		}
		bytes_release(&file);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_formats),    cmocka_unit_test(test_evil_names), cmocka_unit_test(test_names_as_bytes),
		cmocka_unit_test(test_long_names), cmocka_unit_test(test_bomb),       cmocka_unit_test(test_limits),
		cmocka_unit_test(test_refused_whole), cmocka_unit_test(test_damage),
	};
	int status;

	config = config_open(NULL, NULL);
	status = cmocka_run_group_tests_name("decode: archives", tests, NULL, NULL);
	config_close(config);
	return status;
}
