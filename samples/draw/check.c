/*
 * check.c - are the committed samples what this generator draws?
 *
 * Truth must agree word for word. Pixels may differ a little with the versions of fonts and libraries: a page whose pixels
 * differ is told, and only a page of another size or count is a fault.
 */
#include "draw.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

/* Compares two truths, pixel hashes apart; counts pages whose pixels differ. */
static int truth_compare(const char *name, json_t *a, json_t *b, int *npages, int *nother)
{
	json_t *pa = json_object_get(a, "pages"), *pb = json_object_get(b, "pages"), *page, *hash;
	size_t i;

	json_array_foreach(pa, i, page) {
		hash = json_object_get(page, "pixels");
		++*npages;
		if (!json_equal(hash, json_object_get(json_array_get(pb, i), "pixels"))) {
			printf("%s page %zu: other pixels\n", name, i + 1);
			++*nother;
		}
		json_object_del(page, "pixels");
		json_object_del(json_array_get(pb, i), "pixels");
	}
	if (json_equal(a, b))
		return 0;
	printf("%s: other truth\n", name);
	return -1;
}

int check_samples(const char *committed, const char *fresh)
{
	char folder[512], path[1024];
	struct dirent *entry;
	int bad = 0, npages = 0, nother = 0, nfiles = 0;
	DIR *dir;

	snprintf(folder, sizeof folder, "%s/truth/lo-2026-01", committed);
	dir = opendir(folder);
	if (!dir) {
		fprintf(stderr, "draw: cannot open %s\n", folder);
		return -1;
	}
	while ((entry = readdir(dir))) {
		json_t *a, *b;

		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
		a = json_load_file(path, 0, NULL);
		snprintf(path, sizeof path, "%s/truth/lo-2026-01/%s", fresh, entry->d_name);
		b = json_load_file(path, 0, NULL);
		if (!a || !b) {
			printf("%s: missing or no JSON\n", entry->d_name);
			bad = -1;
		} else if (truth_compare(entry->d_name, a, b, &npages, &nother))
			bad = -1;
		json_decref(a);
		json_decref(b);
		nfiles++;
	}
	closedir(dir);
	printf("%d dossiers, %d pages: truth %s, %d pages with other pixels\n", nfiles, npages, bad ? "DIFFERS" : "agrees", nother);
	return nfiles ? bad : -1;
}
