#include "pipeline/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "pipeline/error.h"

#define OPEN_FILES_MAX 64 /* fonts that poppler keeps open; originals and the socket */

/* Rights that newer kernels know and Debian 12's header does not name (Documentation/userspace-api/landlock.rst). */
#define ACCESS_TRUNCATE (1ULL << 14) /* ABI 3 */
#define ACCESS_IOCTL_DEV (1ULL << 15) /* ABI 5 */
#define ACCESS_ABI_1 ((1ULL << 13) - 1)
#define ACCESS_READ (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)

static int limit(int what, rlim_t value)
{
	struct rlimit r = { value, value };

	return setrlimit((__rlimit_resource_t)what, &r);
}

int sandbox_limits(size_t memory, struct error *err)
{
	pid_t parent = getppid();

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent || parent == 1)
		return error_set(err, REACH_RUN, NULL, _("the worker's parent is gone"));
	if (limit(RLIMIT_CORE, 0) < 0 || limit(RLIMIT_FSIZE, 0) < 0 || limit(RLIMIT_NOFILE, OPEN_FILES_MAX) < 0 ||
	    (memory && limit(RLIMIT_AS, memory) < 0))
		return error_errno(err, REACH_RUN, NULL, _("cannot limit the worker"));
	return 0;
}

static int landlock_close(const char *const *readable)
{
	struct landlock_ruleset_attr attr = { .handled_access_fs = ACCESS_ABI_1 };
	int rules, abi = (int)syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

	if (abi < 1)
		return -1;
	if (abi >= 2)
		attr.handled_access_fs |= LANDLOCK_ACCESS_FS_REFER;
	if (abi >= 3)
		attr.handled_access_fs |= ACCESS_TRUNCATE;
	if (abi >= 5)
		attr.handled_access_fs |= ACCESS_IOCTL_DEV;
	rules = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof attr, 0);
	if (rules < 0)
		return -1;
	for (int i = 0; readable[i]; i++) {
		struct landlock_path_beneath_attr beneath = { .allowed_access = ACCESS_READ };
		struct stat st;

		beneath.parent_fd = open(readable[i], O_PATH | O_CLOEXEC);
		if (beneath.parent_fd < 0)
			continue;
		if (fstat(beneath.parent_fd, &st) == 0 && !S_ISDIR(st.st_mode)) /* a right for folders on a file is refused */
			beneath.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE;
		syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0);
		close(beneath.parent_fd);
	}
	if (syscall(SYS_landlock_restrict_self, rules, 0) < 0) {
		close(rules);
		return -1;
	}
	close(rules);
	return 0;
}

/* What reading pages needs, found with strace over all formats; each group says why. */
static const int allowed[] = {
	SCMP_SYS(read), SCMP_SYS(pread64), SCMP_SYS(readv), SCMP_SYS(lseek), SCMP_SYS(close), SCMP_SYS(fstat), SCMP_SYS(newfstatat), /* fstat of today's libc */
	SCMP_SYS(fcntl),
	SCMP_SYS(write), SCMP_SYS(writev),                                        /* to stderr: messages of libraries */
	SCMP_SYS(recvmsg), SCMP_SYS(recvfrom), SCMP_SYS(sendmsg), SCMP_SYS(sendto), SCMP_SYS(poll), SCMP_SYS(ppoll), /* the socket pair */
	SCMP_SYS(brk), SCMP_SYS(mmap), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(mprotect), SCMP_SYS(madvise), /* memory */
	SCMP_SYS(futex), SCMP_SYS(rseq), SCMP_SYS(set_robust_list), SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity),
	SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday), SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep), SCMP_SYS(times),
	SCMP_SYS(getrusage), SCMP_SYS(getrandom), SCMP_SYS(sysinfo), SCMP_SYS(uname),
	SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(sigaltstack),
	SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(tgkill),                     /* abort() */
	SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(restart_syscall),
	SCMP_SYS(getdents64),                                                     /* font folders, under Landlock only */
};

/* Answered "not permitted" instead of death: libraries ask for them in passing and live without. */
static const int refused[] = {
	SCMP_SYS(open), SCMP_SYS(stat), SCMP_SYS(lstat), SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(faccessat2),
	SCMP_SYS(readlink), SCMP_SYS(readlinkat), SCMP_SYS(getcwd), SCMP_SYS(ioctl), SCMP_SYS(prlimit64), SCMP_SYS(statfs),
	SCMP_SYS(fstatfs), SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getegid), SCMP_SYS(statx),
	SCMP_SYS(fadvise64), SCMP_SYS(unlink), SCMP_SYS(utimensat), SCMP_SYS(utime), SCMP_SYS(utimes),
};

static int add(scmp_filter_ctx filter, uint32_t action, const int *calls, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (seccomp_rule_add(filter, action, calls[i], 0) < 0)
			return -1;
	return 0;
}

/* Under Landlock files may be opened, for reading; libraries that try to write a log are told no and live on. */
static int open_for_reading(scmp_filter_ctx filter)
{
	static const scmp_datum_t writes[][2] = { { O_ACCMODE, O_WRONLY }, { O_ACCMODE, O_RDWR }, { O_ACCMODE, O_ACCMODE },
						  { O_CREAT, O_CREAT },	   { O_TRUNC, O_TRUNC } };

	for (size_t i = 0; i < sizeof writes / sizeof *writes; i++)
		if (seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(openat), 1,
				     SCMP_A2(SCMP_CMP_MASKED_EQ, writes[i][0], writes[i][1])) < 0)
			return -1;
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1,
				SCMP_A2(SCMP_CMP_MASKED_EQ, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY));
}

/* A thread of its own, never a process: flags that a filter can see are those of clone, so clone3 is said not to be there and libc asks the old way. */
static int allow_threads(scmp_filter_ctx filter)
{
	if (seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) < 0 ||
	    seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(prctl), 0) < 0 || /* names of threads */
	    seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(sched_getattr), 0) < 0 ||
	    seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(eventfd2), 0) < 0) /* how threads wake each other */
		return -1;
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
}

int sandbox_lock(const char *const *readable, bool threads, int *landlock, struct error *err)
{
	scmp_filter_ctx filter = NULL;
	int ret = -1;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return error_errno(err, REACH_RUN, NULL, _("cannot lock the worker in"));
	*landlock = landlock_close(readable) == 0;
	filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	if (!filter || add(filter, SCMP_ACT_ALLOW, allowed, sizeof allowed / sizeof *allowed) < 0 ||
	    add(filter, SCMP_ACT_ERRNO(EPERM), refused, sizeof refused / sizeof *refused) < 0)
		goto out;
	if (*landlock ? open_for_reading(filter) < 0 : seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(openat), 0) < 0)
		goto out;
	if ((threads && allow_threads(filter) < 0) || seccomp_load(filter) < 0)
		goto out;
	ret = 0;
out:
	seccomp_release(filter);
	return ret < 0 ? error_set(err, REACH_RUN, NULL, _("cannot lock the worker in: the kernel refuses seccomp")) : 0;
}
