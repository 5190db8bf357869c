/*
 * truth.h - what stands on pages, and what was read of them
 */
#ifndef SOHOA_ACCURACY_TRUTH_H
#define SOHOA_ACCURACY_TRUTH_H

struct arena;

struct truth_page {
	char *name;    /* of what `sohoa read` writes for it, without ending */
	char *file;    /* its image, within the folder of its set or dossier */
	int file_page; /* 1-based */
	char *text;
};

/* path: a folder of NAME.txt for NAME.png, or CODE.json, the truth of a drawn dossier (blank pages are left out). Pages in the arena; their number, or -1. */
int truth_load(const char *path, struct arena *arena, struct truth_page **pages);

/* The whole file, or NULL. */
char *file_text(const char *path, struct arena *arena);

#endif
