/*
 * lock.h - the two locks of an archive (OFD locks on files beside the catalogue)
 *
 * run.lock is held for a whole run, write.lock for each write transaction and each checkpoint only. The file of a held run.lock
 * tells who holds it.
 */
#ifndef SOHOA_LOCK_H
#define SOHOA_LOCK_H

struct error;
struct lock;

/* Takes the lock or fails at once; the error names who holds it (pid, since). *busy is set to 1 when somebody holds it. */
struct lock *lock_try(const char *dir, const char *name, int *busy, struct error *err);
void lock_release(struct lock *lock); /* NULL is fine */

/* A lock that is opened once and taken many times; lock_take waits up to `seconds`, behind who waited before. */
struct lock *lock_open(const char *dir, const char *name, struct error *err);
int lock_take(struct lock *lock, int seconds, struct error *err);
void lock_drop(struct lock *lock);

#endif
