/*
 * store.h - files by the hash of their content: objects/ab/<sha256 of the bytes>
 *
 * The store is the truth. An object is written to tmp/, hashed, fsynced, linked into place, its directory fsynced; only then may
 * a catalogue transaction name it. Objects are never changed. A failed fsync is never retried: the copy is thrown away and
 * the caller makes it again from its source.
 */
#ifndef SOHOA_STORE_H
#define SOHOA_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HASH_SIZE 65 /* 64 hex digits and NUL */

struct error;
struct store;
struct store_writer;

int store_create(const char *dir, struct error *err); /* the directories of a new archive */
struct store *store_open(const char *dir, struct error *err);
void store_close(struct store *store); /* NULL is fine */

/* A new object in pieces. commit gives its hash; *fresh (may be NULL) tells whether it was new. abandon throws it away. commit and
 * abandon free the writer. Errors of the disk have reach run; full disk has reason "disk-full". */
struct store_writer *store_begin(struct store *store, struct error *err);
int store_write(struct store_writer *writer, const void *bytes, size_t size, struct error *err);
int64_t store_written(const struct store_writer *writer);
/* The bytes so far can be read back through this descriptor (borrowed; offset is the caller's business: use pread or mmap). */
int store_writer_fd(const struct store_writer *writer);
int store_commit(struct store_writer *writer, char hash[HASH_SIZE], bool *fresh, struct error *err);
void store_abandon(struct store_writer *writer);

/* A whole object at once. */
int store_put(struct store *store, const void *bytes, size_t size, char hash[HASH_SIZE], struct error *err);

/* An open read-only descriptor (the caller closes it), or -1 with err. */
int store_fd(struct store *store, const char *hash, struct error *err);
/* The whole object, malloc'ed, with a NUL behind that *size does not count. */
char *store_get(struct store *store, const char *hash, size_t *size, struct error *err);
bool store_has(struct store *store, const char *hash);
/* Reads the object again and compares its hash: 0 right, -1 with err (missing, changed, unreadable). */
int store_check(struct store *store, const char *hash, struct error *err);
/* Every object: fn(context, hash, size); a value other than 0 stops. */
int store_each(struct store *store, int (*fn)(void *context, const char *hash, int64_t size), void *context, struct error *err);
/* Destroys the object; no error when there is none. The name is gone for good, power cut or not, when it returns. */
int store_remove(struct store *store, const char *hash, struct error *err);
/* The hash of what was written so far, for who wants to know it before the object has a name. */
void store_writer_hash(const struct store_writer *writer, char hash[HASH_SIZE]);
/* Removes what a crash left in tmp/. Only under the run lock. */
int store_sweep(struct store *store, struct error *err);

/* SHA-256 of bytes in memory. */
void hash_bytes(const void *bytes, size_t size, char hash[HASH_SIZE]);

#endif
