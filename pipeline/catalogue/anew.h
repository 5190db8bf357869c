/*
 * anew.h - a second catalogue beside the one of an archive, made from the journal
 *
 * For pipeline/rebuild.h, which holds run.lock and write.lock meanwhile and fills in what follows from the objects. Until anew_place has renamed it, it is
 * a file that nobody knows: whatever ends before leaves only that behind, and anew_clear takes it away.
 */
#ifndef SOHOA_CATALOGUE_ANEW_H
#define SOHOA_CATALOGUE_ANEW_H

struct catalogue;
struct error;

/* With the rows of the journal, under the newest schema; no papers, fields, texts or verdicts yet. */
struct catalogue *anew_open(const char *dir, struct error *err);
/* Closes it, in any case, and puts it in the place of the catalogue, which nobody may have open. */
int anew_place(struct catalogue *catalogue, const char *dir, struct error *err);
void anew_clear(const char *dir);

#endif
