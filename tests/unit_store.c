/* The store and the locks: what survives, what is refused, what two processes see of each other. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "pipeline/error.h"
#include "pipeline/lock.h"
#include "pipeline/store.h"

#define ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" /* FIPS 180-2, appendix B.1 */

struct place {
	char dir[64];
	struct store *store;
};

static int set_up(void **state)
{
	struct place *p = calloc(1, sizeof *p);
	struct error err = ERROR_INIT;

	*state = p;
	strcpy(p->dir, "/tmp/unit_store.XXXXXX");
	if (!mkdtemp(p->dir) || store_create(p->dir, &err) < 0 || !(p->store = store_open(p->dir, &err)))
		return -1;
	return 0;
}

static int tear_down(void **state)
{
	struct place *p = *state;
	char command[200];

	store_close(p->store);
	snprintf(command, sizeof command, "chmod -R u+w '%s'; rm -rf '%s'", p->dir, p->dir);
	free(p);
	return system(command);
}

static void object_file(const struct place *p, const char *hash, char out[200])
{
	snprintf(out, 200, "%s/objects/%.2s/%s", p->dir, hash, hash);
}

static void test_put_and_get(void **state)
{
	struct place *p = *state;
	struct error err = ERROR_INIT;
	char hash[HASH_SIZE], path[200], *bytes;
	struct stat st;
	size_t size;

	assert_int_equal(store_put(p->store, "abc", 3, hash, &err), 0);
	assert_string_equal(hash, ABC);
	assert_true(store_has(p->store, ABC));
	object_file(p, hash, path);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0440);
	bytes = store_get(p->store, ABC, &size, &err);
	assert_non_null(bytes);
	assert_int_equal(size, 3);
	assert_string_equal(bytes, "abc");
	free(bytes);
	assert_int_equal(store_check(p->store, ABC, &err), 0);
	assert_int_equal(store_put(p->store, "", 0, hash, &err), 0);
	bytes = store_get(p->store, hash, &size, &err);
	assert_non_null(bytes);
	assert_int_equal(size, 0);
	free(bytes);
}

static void test_same_bytes_once(void **state)
{
	struct place *p = *state;
	struct error err = ERROR_INIT;
	char hash[HASH_SIZE];
	bool fresh;

	for (int i = 0; i < 2; i++) {
		struct store_writer *w = store_begin(p->store, &err);

		assert_non_null(w);
		assert_int_equal(store_write(w, "a", 1, &err), 0);
		assert_int_equal(store_write(w, "bc", 2, &err), 0);
		assert_int_equal(store_written(w), 3);
		assert_int_equal(store_commit(w, hash, &fresh, &err), 0);
		assert_string_equal(hash, ABC);
		assert_int_equal(fresh, i == 0);
	}
}

/* Somebody else's name is never an object: no path is ever made from it. */
static void test_names_are_refused(void **state)
{
	struct place *p = *state;
	static const char *const bad[] = { "", "abc", "../../../etc/passwd", "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD",
					   "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a/" };
	struct error err = ERROR_INIT;

	assert_false(store_has(p->store, NULL));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_false(store_has(p->store, bad[i]));
		assert_int_equal(store_fd(p->store, bad[i], &err), -1);
		assert_string_equal(err.reason, "object-missing");
	}
	assert_int_equal(store_fd(p->store, ABC, &err), -1);
	assert_string_equal(err.reason, "object-missing");
}

static void overwrite(const char *path, const char *bytes)
{
	int fd;

	assert_int_equal(chmod(path, 0640), 0);
	fd = open(path, O_WRONLY | O_TRUNC);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, strlen(bytes)), strlen(bytes));
	close(fd);
}

static void test_change_is_found_and_healed(void **state)
{
	struct place *p = *state;
	struct error err = ERROR_INIT;
	char hash[HASH_SIZE], path[200];

	assert_int_equal(store_put(p->store, "abc", 3, hash, &err), 0);
	object_file(p, hash, path);
	overwrite(path, "abd");
	assert_int_equal(store_check(p->store, hash, &err), -1);
	assert_string_equal(err.reason, "object-changed");
	overwrite(path, "ab");
	assert_int_equal(store_check(p->store, hash, &err), -1);
	/* the same bytes come in again: the copy that lost some is replaced */
	assert_int_equal(store_put(p->store, "abc", 3, hash, &err), 0);
	assert_int_equal(store_check(p->store, hash, &err), 0);
}

static int count_one(void *context, const char *hash, int64_t size)
{
	int *n = context;

	assert_true(size == 3 || size == 1);
	return ++*n == 100 ? 7 : 0;
}

static void test_each_and_abandon(void **state)
{
	struct place *p = *state;
	struct error err = ERROR_INIT;
	char hash[HASH_SIZE], byte;
	struct store_writer *w;
	int n = 0;

	for (int i = 0; i < 20; i++) {
		byte = (char)('a' + i);
		assert_int_equal(store_put(p->store, &byte, 1, hash, &err), 0);
	}
	w = store_begin(p->store, &err);
	assert_non_null(w);
	assert_int_equal(store_write(w, "abc", 3, &err), 0);
	store_abandon(w);
	assert_false(store_has(p->store, ABC));
	assert_int_equal(store_each(p->store, count_one, &n, &err), 0);
	assert_int_equal(n, 20);
	n = 99;
	assert_int_equal(store_each(p->store, count_one, &n, &err), 7);
}

static void test_sweep(void **state)
{
	struct place *p = *state;
	struct error err = ERROR_INIT;
	struct flock range = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	char path[200], busy[200];
	int fd;

	snprintf(path, sizeof path, "%s/objects/tmp/leftover", p->dir);
	close(open(path, O_CREAT | O_RDWR, 0440));
	snprintf(busy, sizeof busy, "%s/objects/tmp/in-work", p->dir);
	fd = open(busy, O_CREAT | O_RDWR, 0600);
	assert_int_equal(fcntl(fd, F_OFD_SETLK, &range), 0);
	assert_int_equal(store_sweep(p->store, &err), 0);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(access(busy, F_OK), 0);
	close(fd);
	assert_int_equal(store_sweep(p->store, &err), 0);
	assert_int_equal(access(busy, F_OK), -1);
}

/* A limit on the size of files stands for a full disk: write fails half-way. */
static void test_failed_write_leaves_nothing(void **state)
{
	struct place *p = *state;
	struct error err = ERROR_INIT;
	struct rlimit old, small;
	struct store_writer *w;
	static char block[100000];
	int n = 0;

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small = old;
	small.rlim_cur = 50000;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	w = store_begin(p->store, &err);
	assert_non_null(w);
	assert_int_equal(store_write(w, block, sizeof block, &err), -1);
	assert_int_equal(err.reach, REACH_RUN);
	store_abandon(w);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(store_each(p->store, count_one, &n, &err), 0);
	assert_int_equal(n, 0);
}

/* SIGKILL at different moments: every name that is there stands for whole, right bytes. */
static void test_kill_in_the_middle(void **state)
{
	struct place *p = *state;
	struct error err = ERROR_INIT;
	static char block[60000];

	for (int round = 0; round < 20; round++) {
		pid_t pid = fork();

		assert_true(pid >= 0);
		if (!pid) {
			struct store *own = store_open(p->dir, &err);
			char hash[HASH_SIZE];

			if (!own)
				_exit(1);
			for (int i = 0;; i++) {
				memset(block, round * 16 + i, sizeof block);
				store_put(own, block, sizeof block - (size_t)i, hash, &err);
			}
			_exit(1);
		}
		usleep((useconds_t)(500 + round * 700));
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	assert_int_equal(store_sweep(p->store, &err), 0);
	for (int round = 0; round < 20; round++)
		for (int i = 0; i < 4; i++) {
			char hash[HASH_SIZE];

			memset(block, round * 16 + i, sizeof block);
			hash_bytes(block, sizeof block - (size_t)i, hash);
			if (store_has(p->store, hash))
				assert_int_equal(store_check(p->store, hash, &err), 0);
		}
}

static void test_lock_tells_who(void **state)
{
	struct place *p = *state;
	struct error err = ERROR_INIT;
	struct lock *first, *second;
	char pid[32];
	int busy;

	first = lock_try(p->dir, "run.lock", &busy, &err);
	assert_non_null(first);
	assert_int_equal(busy, 0);
	second = lock_try(p->dir, "run.lock", &busy, &err);
	assert_null(second);
	assert_int_equal(busy, 1);
	assert_string_equal(err.reason, "busy");
	snprintf(pid, sizeof pid, "pid %ld since 2", (long)getpid());
	assert_non_null(strstr(err.text, pid));
	lock_release(first);
	second = lock_try(p->dir, "run.lock", &busy, &err);
	assert_non_null(second);
	lock_release(second);
	assert_null(lock_try("/nonexistent", "run.lock", &busy, &err));
	assert_int_equal(busy, 0);
}

static void test_lock_goes_with_its_process(void **state)
{
	struct place *p = *state;
	struct error err = ERROR_INIT;
	struct lock *lock = lock_open(p->dir, "write.lock", &err);
	int ready[2];
	char byte;
	pid_t pid;

	assert_non_null(lock);
	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (!pid) {
		struct lock *own = lock_open(p->dir, "write.lock", &err);

		if (own && lock_take(own, 0, &err) == 0 && write(ready[1], "x", 1) == 1)
			pause();
		_exit(1);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_int_equal(lock_take(lock, 0, &err), -1);
	assert_string_equal(err.reason, "busy");
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	assert_int_equal(lock_take(lock, 2, &err), 0);
	lock_drop(lock);
	lock_release(lock);
	close(ready[0]);
	close(ready[1]);
}

/* Who takes the lock again as soon as it is dropped, as a long write does, is overtaken by whoever waits. */
static void test_lock_has_a_queue(void **state)
{
	struct place *p = *state;
	struct error err = ERROR_INIT;
	struct lock *lock = lock_open(p->dir, "write.lock", &err);
	volatile int *holds = mmap(NULL, sizeof *holds, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pid = fork();

	if (!pid) {
		struct lock *own = lock_open(p->dir, "write.lock", &err);

		for (int i = 0; i < 250 && own && lock_take(own, 20, &err) == 0; i++) {
			++*holds;
			nanosleep(&(struct timespec){ 0, 10000000 }, NULL);
			lock_drop(own);
		}
		_exit(0);
	}
	while (*holds < 3)
		nanosleep(&(struct timespec){ 0, 1000000 }, NULL);
	for (int i = 0; i < 10; i++) {
		int before = *holds;

		assert_int_equal(lock_take(lock, 20, &err), 0);
		assert_true(*holds - before <= 5); /* the one that stands, and some that begin before we are asked for at all */
		lock_drop(lock);
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	munmap((void *)holds, sizeof *holds);
	lock_release(lock);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_put_and_get, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_same_bytes_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_names_are_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_change_is_found_and_healed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_each_and_abandon, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_sweep, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_failed_write_leaves_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_kill_in_the_middle, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_lock_tells_who, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_lock_goes_with_its_process, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_lock_has_a_queue, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
