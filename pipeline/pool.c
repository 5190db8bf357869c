#include "pipeline/pool.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "pipeline/arena.h"
#include "pipeline/clock.h"
#include "pipeline/config.h"
#include "pipeline/document.h"
#include "stages/decode/decode.h"

#define WORKER_SOCKET 3 /* the descriptor a worker finds its end of the socket pair at */
#define START_DEADLINE 60 /* seconds to load the models from a cold disk */
#define STARTS_MAX 3      /* workers in a row that die before they are ready: something is wrong with the machine */
#define UNPACK_SILENCE 60 /* seconds without a byte out of an archive */

enum worker_state { WORKER_NONE, WORKER_STARTING, WORKER_IDLE, WORKER_BUSY };

struct worker_process {
	enum worker_state state;
	pid_t pid;
	int sock;
	int deadline;     /* seconds between signs of life for the job in hand */
	int64_t until;    /* monotonic milliseconds; the worker is killed then */
	bool timed_out;
};

struct pool {
	const struct config *config;
	enum pool_kind kind;
	int nworkers, failed_starts;
	char *recipe;
	struct worker_process workers[];
};

int pool_deadline_decode(const struct config *config)
{
	return (int)config_int(config, "decode", "deadline", 30);
}

int pool_deadline_page(const struct config *config)
{
	long ocr = config_int(config, "ocr", "deadline", 120), decode = pool_deadline_decode(config);

	return (int)(ocr > decode ? ocr : decode) + 5; /* the reader's own deadline comes first and says more */
}

struct pool *pool_open(const struct config *config, enum pool_kind kind, int nworkers, struct error *err)
{
	struct pool *pool = mem_alloc(sizeof *pool + (size_t)nworkers * sizeof *pool->workers);

	pool->config = config;
	pool->kind = kind;
	pool->nworkers = nworkers;
	for (int i = 0; i < nworkers; i++)
		pool->workers[i] = (struct worker_process){ .sock = -1 };
	return pool;
}

/* ---- one process ---- */

/* The settings travel as arguments: a worker opens no file of ours. */
static char **arguments(const struct pool *pool)
{
	int n = config_count(pool->config), k = 0;
	char **argv = mem_alloc((size_t)(n + 3) * sizeof *argv);

	argv[k++] = mem_strdup(config_worker());
	argv[k++] = mem_strdup(pool->kind == POOL_SIGNATURES ? "signatures" : pool->kind == POOL_FILES ? "files" : "pages");
	for (int i = 0; i < n; i++) {
		const char *section, *key, *value;
		size_t size;

		config_at(pool->config, i, &section, &key, &value);
		size = strlen(section) + strlen(key) + strlen(value) + 3;
		argv[k] = mem_alloc(size);
		snprintf(argv[k++], size, "%s.%s=%s", section, key, value);
	}
	return argv;
}

/* OpenMP is off before the library loads: leaving it on cost 7 times the time on two cores. */
static char **environment(void)
{
	int n = 0, k = 0;
	char **env;

	while (environ[n])
		n++;
	env = mem_alloc((size_t)(n + 2) * sizeof *env);
	for (int i = 0; i < n; i++)
		if (strncmp(environ[i], "OMP_", 4))
			env[k++] = environ[i];
	env[k] = (char *)"OMP_THREAD_LIMIT=1";
	return env;
}

static int spawn(struct pool *pool, pid_t *pid, int child_end)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	char **argv = arguments(pool), **env = environment();
	sigset_t none;
	int ret;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	if (!getenv("SOHOA_WORKER_STDERR")) /* libraries talk; what matters comes back as an error */
		posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, child_end, WORKER_SOCKET);
	posix_spawnattr_init(&attr);
	sigemptyset(&none);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setpgroup(&attr, 0); /* Ctrl-C is for the runner: pages in hand are finished */
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
	ret = posix_spawn(pid, config_worker(), &actions, &attr, argv, env);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attr);
	for (int i = 0; argv[i]; i++)
		free(argv[i]);
	free(argv);
	free(env);
	return ret;
}

static int start(struct pool *pool, struct worker_process *w, struct error *err)
{
	int pair[2], ret;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return error_errno(err, REACH_RUN, NULL, _("cannot start a worker"));
	if (pair[1] == WORKER_SOCKET) { /* dup2 onto itself would keep close-on-exec */
		int other = fcntl(pair[1], F_DUPFD_CLOEXEC, WORKER_SOCKET + 1);

		close(pair[1]);
		pair[1] = other;
	}
	ret = spawn(pool, &w->pid, pair[1]);
	close(pair[1]);
	if (ret) {
		close(pair[0]);
		errno = ret;
		return error_errno(err, REACH_RUN, NULL, _("cannot start a worker (%s)"), config_worker());
	}
	w->sock = pair[0];
	w->state = WORKER_STARTING;
	w->timed_out = false;
	w->until = clock_ms() + START_DEADLINE * 1000;
	return 0;
}

/* Ends the process and says why it ended: by whom it was killed tells what happened. */
static void reap(struct worker_process *w, struct error *why)
{
	int status = 0, signal = 0;

	close(w->sock);
	kill(w->pid, w->timed_out ? SIGKILL : SIGTERM);
	for (int i = 0; waitpid(w->pid, &status, WNOHANG) == 0; i++) {
		struct timespec moment = { 0, 2000000 };

		if (i == 100) /* 0.2 s of grace to finish dying by itself, so that the true status is seen */
			kill(w->pid, SIGKILL);
		nanosleep(&moment, NULL);
	}
	if (WIFSIGNALED(status))
		signal = WTERMSIG(status);
	if (w->timed_out)
		error_set(why, REACH_PAGE, "timeout", _("no answer within the time allowed"));
	else if (signal == SIGSYS)
		error_set(why, REACH_PAGE, "forbidden-call", _("the reader made a system call that is not allowed"));
	else if (signal == SIGKILL || (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_NO_MEMORY))
		error_set(why, REACH_PAGE, "out-of-memory", _("the reader ran out of memory"));
	else if (signal)
		error_set(why, REACH_PAGE, "crashed", _("the reader crashed (%s)"), strsignal(signal));
	else
		error_set(why, REACH_PAGE, "crashed", _("the reader ended by itself (status %d)"), WEXITSTATUS(status));
	*w = (struct worker_process){ .sock = -1 };
}

void pool_close(struct pool *pool)
{
	if (!pool)
		return;
	for (int i = 0; i < pool->nworkers; i++) {
		struct worker_process *w = &pool->workers[i];

		if (w->state == WORKER_NONE)
			continue;
		kill(w->pid, SIGKILL);
		close(w->sock);
		waitpid(w->pid, NULL, 0);
	}
	free(pool->recipe);
	free(pool);
}

int pool_idle(const struct pool *pool)
{
	for (int i = 0; i < pool->nworkers; i++)
		if (pool->workers[i].state == WORKER_IDLE)
			return i;
	return -1;
}

int pool_busy(const struct pool *pool)
{
	int n = 0;

	for (int i = 0; i < pool->nworkers; i++)
		n += pool->workers[i].state == WORKER_BUSY;
	return n;
}

int pool_give(struct pool *pool, int worker, enum message_kind kind, const void *payload, size_t size, int fd, int deadline,
	      struct error *err)
{
	struct worker_process *w = &pool->workers[worker];

	w->state = WORKER_BUSY;
	w->deadline = deadline;
	w->until = clock_ms() + (int64_t)deadline * 1000;
	/* A worker that died while idle is found here; the next wait reports it like any death, and the job is tried again. */
	if (message_send(w->sock, kind, payload, size, fd) < 0)
		shutdown(w->sock, SHUT_RDWR);
	return 0;
}

static void died(struct worker_process *w, int index, struct pool_event *event)
{
	*event = (struct pool_event){ .worker = index, .died = true };
	reap(w, &event->error);
}

/* One message of one worker. 1 when it ends a job, 0 when not, -1 when the pool cannot go on. */
static int hear(struct pool *pool, int index, struct pool_event *event, struct error *err)
{
	struct worker_process *w = &pool->workers[index];
	struct message m;
	bool starting = w->state == WORKER_STARTING;

	if (message_receive(w->sock, &m, MESSAGE_MAX) <= 0) {
		died(w, index, event);
		if (!starting)
			return 1;
		if (++pool->failed_starts < STARTS_MAX)
			return 0;
		return error_set(err, REACH_RUN, event->error.reason, _("workers cannot get ready: %s"), event->error.text);
	}
	w->until = clock_ms() + (int64_t)w->deadline * 1000;
	*event = (struct pool_event){ .worker = index };
	switch ((int)m.kind) {
	case MESSAGE_READY:
		pool->failed_starts = 0;
		w->state = WORKER_IDLE;
		if (!pool->recipe) {
			pool->recipe = m.payload;
			m.payload = NULL;
		}
		message_release(&m);
		return 0;
	case MESSAGE_STAGE: /* opening and turning a page have less time than reading it */
		if (!strcmp(m.payload, "decode") || !strcmp(m.payload, "image"))
			w->until = clock_ms() + (int64_t)pool_deadline_decode(pool->config) * 1000;
		message_release(&m);
		return 0;
	case MESSAGE_DONE:
		event->payload = m.payload;
		event->size = m.size;
		m.payload = NULL;
		message_release(&m);
		w->state = WORKER_IDLE;
		return 1;
	case MESSAGE_FAILED:
		message_parse_error(m.payload, m.size, &event->error);
		message_release(&m);
		if (starting) /* not the job's fault: a model is missing, the kernel refuses the sandbox */
			return error_set(err, REACH_RUN, event->error.reason, "%s", event->error.text);
		w->state = WORKER_IDLE;
		return 1;
	default: /* a worker that speaks out of turn has been taken over */
		message_release(&m);
		kill(w->pid, SIGKILL);
		died(w, index, event);
		error_set(&event->error, REACH_PAGE, "crashed", _("the reader gave an answer that makes no sense"));
		return 1;
	}
}

static int start_missing(struct pool *pool, struct error *err)
{
	for (int i = 0; i < pool->nworkers; i++)
		if (pool->workers[i].state == WORKER_NONE && start(pool, &pool->workers[i], err) < 0)
			return -1;
	return 0;
}

/* Kills who is over time; gives the milliseconds until the next one may be. */
static int watch_clock(struct pool *pool, int milliseconds)
{
	int64_t now = clock_ms();

	for (int i = 0; i < pool->nworkers; i++) {
		struct worker_process *w = &pool->workers[i];

		if (w->state != WORKER_BUSY && w->state != WORKER_STARTING)
			continue;
		if (w->until <= now && !w->timed_out) {
			w->timed_out = true;
			kill(w->pid, SIGKILL);
		}
		if (w->until > now && (milliseconds < 0 || w->until - now < milliseconds))
			milliseconds = (int)(w->until - now) + 1;
	}
	return milliseconds;
}

static bool anyone(const struct pool *pool, enum worker_state state)
{
	for (int i = 0; i < pool->nworkers; i++)
		if (pool->workers[i].state == state)
			return true;
	return false;
}

int pool_wait(struct pool *pool, int milliseconds, struct pool_event *event, struct error *err)
{
	int64_t until = milliseconds < 0 ? INT64_MAX : clock_ms() + milliseconds;

	for (;;) {
		struct pollfd *fds = NULL;
		int64_t left;
		int n, ret = 0;

		if (start_missing(pool, err) < 0)
			return -1;
		left = until == INT64_MAX ? -1 : until - clock_ms();
		if (until != INT64_MAX && left < 0)
			left = 0;
		left = watch_clock(pool, (int)left);
		fds = mem_alloc((size_t)pool->nworkers * sizeof *fds);
		for (int i = 0; i < pool->nworkers; i++)
			fds[i] = (struct pollfd){ pool->workers[i].sock, POLLIN, 0 };
		n = poll(fds, (nfds_t)pool->nworkers, (int)left);
		if (n < 0) {
			free(fds);
			return errno == EINTR ? 0 : error_errno(err, REACH_RUN, NULL, _("cannot wait for workers"));
		}
		for (int i = 0; i < pool->nworkers && !ret; i++)
			if (fds[i].revents)
				ret = hear(pool, i, event, err);
		free(fds);
		if (ret)
			return ret;
		if (n && anyone(pool, WORKER_IDLE)) /* somebody got ready: the caller may have work */
			return 0;
		if (!n && clock_ms() >= until)
			return 0;
	}
}

const char *pool_recipe(struct pool *pool, struct error *err)
{
	struct pool_event event;

	while (!pool->recipe)
		if (pool_wait(pool, -1, &event, err) < 0)
			return NULL;
	return pool->recipe;
}

/* ---- one job at a time ---- */

static int idle_worker(struct pool *pool, struct error *err)
{
	struct pool_event event;

	while (pool_idle(pool) < 0)
		if (pool_wait(pool, -1, &event, err) < 0)
			return -1;
	return pool_idle(pool);
}

int pool_do(struct pool *pool, enum message_kind kind, const void *payload, size_t size, int fd, int deadline, char **result,
	    size_t *result_size, struct error *err)
{
	struct pool_event event;
	int worker = idle_worker(pool, err), ret;

	if (worker < 0 || pool_give(pool, worker, kind, payload, size, fd, deadline, err) < 0)
		return -1;
	do
		ret = pool_wait(pool, -1, &event, err);
	while (ret == 0);
	if (ret < 0)
		return -1;
	if (event.error.reach != REACH_NONE) {
		if (err)
			*err = event.error;
		return -1;
	}
	*result = event.payload;
	*result_size = event.size;
	return 0;
}

/* The media types a worker may name; its own text never travels on. */
static const char *const media[] = { MEDIA_PDF, MEDIA_TIFF, MEDIA_JPEG, MEDIA_PNG, MEDIA_ZIP, MEDIA_7Z, MEDIA_TAR, NULL };

int pool_inspect(struct pool *pool, int fd, struct inspection *inspection, struct error *err)
{
	char *text;
	size_t size;
	json_t *json;
	const char *name;
	json_int_t pages;

	if (pool_do(pool, MESSAGE_INSPECT, NULL, 0, fd, pool_deadline_decode(pool->config), &text, &size, err) < 0) {
		if (err && err->reach == REACH_PAGE)
			err->reach = REACH_DOCUMENT;
		return -1;
	}
	json = json_loadb(text, size, 0, NULL);
	free(text);
	name = json_string_value(json_object_get(json, "media"));
	pages = json_integer_value(json_object_get(json, "pages"));
	*inspection = (struct inspection){ .archive = json_is_true(json_object_get(json, "archive")) };
	for (int i = 0; name && media[i]; i++)
		if (!strcmp(media[i], name))
			inspection->media = media[i];
	json_decref(json);
	if (!inspection->media || pages < 0 || pages > 1000000 || (pages == 0) != inspection->archive)
		return error_set(err, REACH_DOCUMENT, "crashed", _("the reader gave an answer that makes no sense"));
	inspection->pages = (int)pages;
	return 0;
}

/* Hands one message of an unpacking worker to the sink. 1 go on, 0 done, -1. */
static int deliver(const struct message *m, const struct unpack_sink *sink, struct error *err)
{
	struct error why = ERROR_INIT;
	size_t head;

	switch ((int)m->kind) {
	case MESSAGE_MEMBER:
		return sink->begin(sink->context, (const unsigned char *)m->payload, m->size, err) < 0 ? -1 : 1;
	case MESSAGE_BYTES:
		return sink->bytes(sink->context, m->payload, m->size, err) < 0 ? -1 : 1;
	case MESSAGE_MEMBER_END:
		return sink->end(sink->context, err) < 0 ? -1 : 1;
	case MESSAGE_REFUSED:
		head = strlen(m->payload);
		message_parse_error(m->payload, head, &why);
		head += head < m->size;
		return sink->refuse(sink->context, (const unsigned char *)m->payload + head, m->size - head, &why, err) < 0 ? -1 : 1;
	case MESSAGE_STAGE:
		return 1;
	case MESSAGE_DONE:
		return 0;
	case MESSAGE_FAILED:
		message_parse_error(m->payload, m->size, err);
		return -1;
	default:
		return error_set(err, REACH_DOCUMENT, "crashed", _("the reader gave an answer that makes no sense"));
	}
}

static int receive_timed(struct worker_process *w, struct message *m, struct error *err)
{
	struct pollfd fd = { w->sock, POLLIN, 0 };
	int ret;

	do
		ret = poll(&fd, 1, UNPACK_SILENCE * 1000);
	while (ret < 0 && errno == EINTR);
	if (ret == 0)
		w->timed_out = true;
	if (ret > 0 && message_receive(w->sock, m, (size_t)1 << 24) == 1)
		return 0;
	w->deadline = UNPACK_SILENCE;
	reap(w, err);
	if (err)
		err->reach = REACH_DOCUMENT;
	return -1;
}

int pool_unpack(struct pool *pool, int fd, const struct unpack_sink *sink, struct error *err)
{
	int index = idle_worker(pool, err), ret;
	struct worker_process *w;

	if (index < 0 || pool_give(pool, index, MESSAGE_UNPACK, NULL, 0, fd, UNPACK_SILENCE, err) < 0)
		return -1;
	w = &pool->workers[index];
	do {
		struct message m;
		bool ended;

		if (receive_timed(w, &m, err) < 0)
			return -1;
		ret = deliver(&m, sink, err);
		ended = m.kind == MESSAGE_DONE || m.kind == MESSAGE_FAILED;
		message_release(&m);
		if (ended)
			w->state = WORKER_IDLE;
	} while (ret == 1);
	if (ret < 0 && w->state == WORKER_BUSY) { /* the sink gave up in the middle: what the worker still says is of no use */
		struct error ignored = ERROR_INIT;

		w->timed_out = true;
		reap(w, &ignored);
	}
	return ret;
}
