#include "tests/accuracy/measured.h"

#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/error.h"
#include "pipeline/plain.h"
#include "pipeline/serial.h"
#include "pipeline/text.h"
#include "tests/accuracy/truth.h"

static void load_page(struct measured *m, const char *path, struct arena *arena)
{
	const char *text = file_text(path, arena);
	struct error err = ERROR_INIT;

	m->found = text && page_load(&m->page, text, strlen(text), arena, &err) == 0;
	if (!m->found)
		m->page = (struct page){ .kind = PAGE_CONTENT };
	m->page.number = m->page.file_page = m->image_page;
}

/* Lays the words of the page's text beside those of the truth. */
static void find_fates(struct measured *m, struct arena *arena)
{
	struct letters *read = arena_array(arena, (size_t)m->page.nwords, sizeof *read);

	m->plain = arena_array(arena, (size_t)m->page.nwords, sizeof *m->plain);
	for (int i = 0; i < m->page.nwords; i++)
		if (word_is_plain(&m->page.words[i])) {
			read[m->nplain] = letters_fold(arena, m->page.words[i].text);
			m->plain[m->nplain++] = i;
		}
	m->fates = words_fates(arena, m->truth, m->ntruth, read, m->nplain);
}

int set_add(struct set *set, const char *truth, const char *read, const char *images, struct arena *arena)
{
	struct truth_page *pages;
	int n = truth_load(truth, arena, &pages);

	for (int i = 0; i < n; i++) {
		struct measured *m = arena_push(arena, &set->pages, &set->npages, sizeof *m);

		m->name = pages[i].name;
		m->image = arena_printf(arena, "%s/%s", images, pages[i].file);
		m->image_page = pages[i].file_page;
		m->truth = letters_words(arena, letters_fold(arena, pages[i].text), &m->ntruth);
		load_page(m, arena_printf(arena, "%s/%s.page.json", read, m->name), arena);
		m->score = text_score(arena, pages[i].text, page_plain_text(arena, &m->page));
		find_fates(m, arena);
		score_add(&set->sum, &m->score);
	}
	return n;
}

void score_figures(const struct score *s, double figures[NFIGURES])
{
	figures[FIGURE_CER] = percent(s->ce, s->cn);
	figures[FIGURE_WER] = percent(s->we, s->wn);
	figures[FIGURE_RECALL] = percent(s->common, s->wn);
	figures[FIGURE_PRECISION] = percent(s->common, s->hn);
}

void set_mean(const struct set *set, double figures[NFIGURES])
{
	memset(figures, 0, NFIGURES * sizeof *figures);
	for (int i = 0; i < set->npages; i++) {
		double one[NFIGURES];

		score_figures(&set->pages[i].score, one);
		for (int k = 0; k < NFIGURES; k++)
			figures[k] += one[k] / set->npages;
	}
}

bool word_counts(const struct word *word)
{
	for (const char *text = word->text; *text;)
		if (text_is_word(text_next(&text)))
			return true;
	return false;
}
