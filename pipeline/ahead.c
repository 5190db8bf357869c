#include "pipeline/ahead.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pipeline/arena.h"
#include "pipeline/error.h"
#include "pipeline/store.h"

#define SLOTS 2048     /* pages that are asked for and not taken yet: some 10 KB each when they are ready */
#define WAKE_EACH 32   /* pages that are asked for: waking a thread takes as long as making one ready */
#define THREADS_MAX 4  /* the database is one thread; four make ready what it can take */

enum slot_state { SLOT_ASKED, SLOT_MADE };

struct slot {
	enum slot_state state;
	int64_t page;
	char hash[HASH_SIZE];
	struct arena *arena; /* of what was made; kept for the next page */
	struct terms_ready ready;
	int ret;
	struct error err;
};

/* A ring: slots first..next-1 are made or being made, next..end-1 wait. The numbers only grow. */
struct ahead {
	const struct text_source *source;
	pthread_mutex_t lock;
	pthread_cond_t asked, made;
	pthread_t threads[THREADS_MAX];
	int nthreads;
	uint64_t first, next, end;
	bool stop;
	struct slot slots[SLOTS];
};

static struct slot *slot_of(struct ahead *ahead, uint64_t number)
{
	return &ahead->slots[number % SLOTS];
}

static void slot_make(const struct text_source *source, struct slot *slot, struct terms *terms)
{
	char *text = NULL;
	if (slot->arena)
		arena_reset(slot->arena);
	else
		slot->arena = arena_new();
	slot->ready = (struct terms_ready){ 0 };
	slot->ret = source->text(source->context, slot->page, slot->hash, &text, slot->arena, &slot->err);
	if (slot->ret == 0 && text)
		terms_make(terms, text, &slot->ready, slot->arena);
}

static void *work(void *context)
{
	struct ahead *ahead = context;
	struct terms *terms = terms_new();
	pthread_mutex_lock(&ahead->lock);
	for (;;) {
		while (!ahead->stop && ahead->next == ahead->end)
			pthread_cond_wait(&ahead->asked, &ahead->lock);
		if (ahead->stop)
			break;
		struct slot *slot = slot_of(ahead, ahead->next++);
		pthread_mutex_unlock(&ahead->lock);
		slot_make(ahead->source, slot, terms);
		pthread_mutex_lock(&ahead->lock);
		slot->state = SLOT_MADE;
		pthread_cond_signal(&ahead->made);
	}
	pthread_mutex_unlock(&ahead->lock);
	terms_free(terms);
	return NULL;
}

/* Signals are for the thread that was there before. Where no thread can be had there is none, and nothing is asked for. */
struct ahead *ahead_start(const struct text_source *source)
{
	struct ahead *ahead = mem_alloc(sizeof *ahead);
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	int wanted = processors > THREADS_MAX ? THREADS_MAX : processors > 1 ? (int)processors : 1;
	sigset_t all, before;
	ahead->source = source;
	pthread_mutex_init(&ahead->lock, NULL);
	pthread_cond_init(&ahead->asked, NULL);
	pthread_cond_init(&ahead->made, NULL);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	while (ahead->nthreads < wanted && pthread_create(&ahead->threads[ahead->nthreads], NULL, work, ahead) == 0)
		ahead->nthreads++;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return ahead;
}

void ahead_stop(struct ahead *ahead)
{
	if (!ahead)
		return;
	pthread_mutex_lock(&ahead->lock);
	ahead->stop = true;
	pthread_cond_broadcast(&ahead->asked);
	pthread_mutex_unlock(&ahead->lock);
	for (int i = 0; i < ahead->nthreads; i++)
		pthread_join(ahead->threads[i], NULL);
	for (int i = 0; i < SLOTS; i++)
		arena_free(ahead->slots[i].arena);
	pthread_cond_destroy(&ahead->made);
	pthread_cond_destroy(&ahead->asked);
	pthread_mutex_destroy(&ahead->lock);
	free(ahead);
}

bool ahead_ask(struct ahead *ahead, int64_t page, const char *hash)
{
	if (!ahead->nthreads || ahead->end - ahead->first == SLOTS - 1 || /* the one that was taken last is still in use */
	    strlen(hash) >= HASH_SIZE)
		return false;
	pthread_mutex_lock(&ahead->lock);
	struct slot *slot = slot_of(ahead, ahead->end++);
	slot->state = SLOT_ASKED;
	slot->page = page;
	strcpy(slot->hash, hash);
	if (ahead->end % WAKE_EACH == 0)
		pthread_cond_broadcast(&ahead->asked);
	pthread_mutex_unlock(&ahead->lock);
	return true;
}

int ahead_take(struct ahead *ahead, int64_t page, const char *hash, const struct terms_ready **ready, struct error *err)
{
	/* first and end are changed by this thread alone. */
	uint64_t number = ahead->first;
	while (number < ahead->end && slot_of(ahead, number)->page != page)
		number++;
	if (number == ahead->end)
		return 0;
	struct slot *slot = slot_of(ahead, number);
	pthread_mutex_lock(&ahead->lock);
	if (ahead->next < ahead->end)
		pthread_cond_broadcast(&ahead->asked);
	for (uint64_t i = ahead->first; i <= number; i++)
		while (slot_of(ahead, i)->state != SLOT_MADE)
			pthread_cond_wait(&ahead->made, &ahead->lock);
	pthread_mutex_unlock(&ahead->lock);
	ahead->first = number + 1;
	if (strcmp(slot->hash, hash) != 0)
		return 0;
	if (slot->ret < 0) {
		*err = slot->err;
		return -1;
	}
	*ready = &slot->ready;
	return 1;
}
