/*
 * batch.c - the batch that lies in samples/ (lo-2026-01), and batches of any size for measuring
 */
#include "draw.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define SEED 20240227 /* the day of the notice that the project began from, as near as it tells */

static const struct file_plan notice[] = {
	{ "thong-bao.pdf", "thong-bao", "bitonal-300", 0.3, 0 },
	{ 0 },
};
static const struct file_plan decisions[] = {
	{ "ho-so.tif", "quyet-dinh-cu trang quyet-dinh-moi cong-van", "bitonal-200", -0.8, 0 },
	{ 0 },
};
static const struct file_plan single_pages[] = {
	{ "scan1.jpg", "giay-tiep-nhan", "colour", 0.4, 0 },
	{ "scan2.jpg", "quyet-dinh-ket-qua:1", "colour", -0.5, 0 },
	{ "scan10.jpg", "quyet-dinh-ket-qua:2", "colour", 0.7, 0 },
	{ 0 },
};
static const struct file_plan civil[] = {
	{ "01-giay-khai-sinh.jpg", "giay-khai-sinh", "colour", 0.6, 0 },
	{ "02-giay-chung-nhan-ket-hon.jpg", "giay-chung-nhan-ket-hon", "colour", -0.4, 0 },
	{ "03-xac-nhan-hon-nhan.tif", "giay-xac-nhan-hon-nhan", "bitonal-300", 0.9, 0 },
	{ "04-can-cuoc.jpg", "the-can-cuoc", "fine-colour", 0, 0 },
	{ "05-cccd.jpg", "the-can-cuoc-cong-dan", "fine-colour", 0.5, 0 },
	{ 0 },
};
static const struct file_plan land[] = {
	{ "giay-chung-nhan.pdf", "giay-chung-nhan-qsdd", "colour", 0.3, 0 },
	{ "ban-sao.tif", "ban-sao-chung-thuc", "grey", -0.6, 0 },
	{ "to-trinh.tif", "to-trinh trang", "bitonal-200", 0.5, 180 },
	{ 0 },
};
static const struct file_plan enterprise[] = {
	{ "dkdn.png", "giay-chung-nhan-dkdn", "clean-300", 0, 0 },
	{ "gpxd.jpg", "giay-phep-xay-dung", "colour", -0.7, 0 },
	{ "bao-cao.tif", "bao-cao", "clean-300", 0, 0 },
	{ 0 },
};

static const struct dossier_plan dossiers[] = {
	{ "H06.01-240226-0001", "Thông báo kết luận Hội nghị tổng kết cải cách hành chính năm 2023", "H01", "K1.G03.H01", "Vĩnh viễn",
	  NULL, notice },
	{ "H06.12-240227-0001", "Giao quyền sử dụng con dấu và thay thế quyết định phân công nhiệm vụ", "H01", "K1.G03.H01", "20 năm",
	  NULL, decisions },
	{ "H06.12-240305-0002", "Cấp phép sử dụng tạm thời vỉa hè", "H01", "K1.G03.H01", "10 năm", NULL, single_pages },
	{ "H06.23-240311-0007", "Đăng ký khai sinh và đăng ký kết hôn", "H02", "K1.G03.H02", "Vĩnh viễn", NULL, civil },
	{ "H06.23-240318-0004", "Cấp giấy chứng nhận quyền sử dụng đất lần đầu", "H02", "K1.G03.H02", "Vĩnh viễn", NULL, land },
	{ "H06.09-240322-0011", "Cấp giấy phép xây dựng nhà xưởng", "H02", "K1.G03.H02", "Vĩnh viễn", "gui-bo-sung.zip", enterprise },
};

#define NDOSSIERS (int)(sizeof dossiers / sizeof *dossiers)

int batch_draw(const char *text, const char *samples)
{
	char batch[512], truth[512], top[512], list[640];
	struct place place = { text, batch, truth, "lo-2026-01" };
	FILE *f;

	mkdir(samples, 0777);
	snprintf(top, sizeof top, "%s/truth", samples);
	mkdir(top, 0777);
	snprintf(batch, sizeof batch, "%s/lo-2026-01", samples);
	snprintf(truth, sizeof truth, "%s/truth/lo-2026-01", samples);
	mkdir(batch, 0777);
	snprintf(list, sizeof list, "%s/lo.csv", batch);
	f = fopen(list, "w");
	if (!f) {
		fprintf(stderr, "draw: cannot write %s\n", list);
		return -1;
	}
	fprintf(f, "box,dossier,title,sheets,pages,shelf,retention\n");
	for (int i = 0; i < NDOSSIERS; i++) {
		const struct dossier_plan *d = &dossiers[i];
		int npages = 0;

		if (dossier_draw(d, &place, hash_text(SEED, d->code), &npages)) {
			fclose(f);
			return -1;
		}
		/* every page is a sheet of its own: the stack was scanned on one side */
		fprintf(f, "%s,%s,%s,%d,%d,%s,%s\n", d->box, d->code, d->title, npages, npages, d->shelf, d->retention);
		printf("%-20s %2d pages\n", d->code, npages);
	}
	return fclose(f) ? -1 : 0;
}

/* Batches for measuring take turns through the plans above; the day and the serial number make the code. */
int bench_draw(const char *text, const char *out, int ndossiers, uint64_t seed, const char *noise)
{
	static const char *const levels[][4] = { { "clean", "clean-colour", "clean-300", "clean-colour" },
						 { "mild", "colour", "bitonal-300", "grey" },
						 { "bad", "bad-colour", "bad-200", "bad-200" },
						 { "thin", "thin-colour", "thin-grey", "thin-grey" } };
	static const double tilts[] = { 0, 1, 2, 1 }; /* degrees at most */
	char batch[512], truth[512], top[512], name[64];
	struct place place = { text, batch, truth, name };
	struct timespec begin, end;
	double seconds;
	int level = -1, npages = 0;

	for (int i = 0; i < 4; i++)
		if (!strcmp(levels[i][0], noise))
			level = i;
	if (level < 0)
		return -1;
	snprintf(name, sizeof name, "lo-%llu", (unsigned long long)seed);
	mkdir(out, 0777);
	snprintf(top, sizeof top, "%s/truth", out);
	mkdir(top, 0777);
	snprintf(batch, sizeof batch, "%s/%s", out, name);
	snprintf(truth, sizeof truth, "%s/truth/%s", out, name);
	clock_gettime(CLOCK_MONOTONIC, &begin);
	for (int i = 0; i < ndossiers; i++) {
		struct dossier_plan d = dossiers[i % NDOSSIERS];
		struct file_plan files[8];
		struct chance c = { hash_text(seed + (uint64_t)i, "dossier") };
		char code[64];
		int day = 1 + (int)(chance_next(&c) % 28), month = 1 + (int)(chance_next(&c) % 12), n = 0;

		snprintf(code, sizeof code, "H06.%02d-24%02d%02d-%04d", 1 + i % 40, month, day, 1 + i % 9999);
		d.code = code;
		d.archive = NULL;
		for (; d.files[n].name; n++) {
			const struct scanner *s = scanner_find(d.files[n].scanner);

			files[n] = d.files[n];
			files[n].scanner = levels[level][1 + (s->tone == TONE_BITONAL ? 1 : s->tone == TONE_GREY ? 2 : 0)];
			files[n].skew = level ? chance_between(&c, -tilts[level], tilts[level]) : 0;
			files[n].rotation = level && chance_unit(&c) < 0.05 ? 180 : 0;
		}
		memset(&files[n], 0, sizeof files[n]);
		d.files = files;
		if (dossier_draw(&d, &place, chance_next(&c), &npages))
			return -1;
	}
	clock_gettime(CLOCK_MONOTONIC, &end);
	seconds = (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9;
	printf("%d dossiers, %d pages, %.1f s, %.1f pages/s\n", ndossiers, npages, seconds, npages / seconds);
	return 0;
}
