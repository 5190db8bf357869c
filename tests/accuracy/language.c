#include "tests/accuracy/language.h"

#include <stddef.h>
#include <string.h>

#include "pipeline/arena.h"

static bool is_damaged(const struct measured *m, int k, struct arena *arena)
{
	struct letters seen = letters_fold(arena, m->page.words[m->plain[k]].seen), truth;

	if (m->fates[k].kind != FATE_WRONG)
		return false;
	truth = m->truth[m->fates[k].truth];
	return seen.n == truth.n && !memcmp(seen.c, truth.c, truth.n * sizeof *truth.c);
}

struct language_work language_work(const struct set *set, struct arena *arena)
{
	struct language_work work = { 0 };

	for (int i = 0; i < set->npages; i++) {
		const struct measured *m = &set->pages[i];

		for (int k = 0; k < m->nplain; k++) {
			if (!m->page.words[m->plain[k]].seen)
				continue;
			if (m->fates[k].kind == FATE_EXTRA)
				work.beside++;
			else if (m->fates[k].kind != FATE_WRONG)
				work.mended++;
			else if (is_damaged(m, k, arena))
				work.damaged++;
			else
				work.vain++;
		}
	}
	return work;
}

void language_damages(const struct set *set, struct arena *arena, void (*each)(void *context, const struct measured *page, const char *seen, const char *chosen),
		      void *context)
{
	for (int i = 0; i < set->npages; i++) {
		const struct measured *m = &set->pages[i];

		for (int k = 0; k < m->nplain; k++) {
			const struct word *word = &m->page.words[m->plain[k]];

			if (word->seen && is_damaged(m, k, arena))
				each(context, m, word->seen, word->text);
		}
	}
}
