#include "pipeline/catalogue/audit.h"

#include <inttypes.h>
#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/private.h"
#include "pipeline/error.h"
#include "pipeline/store.h"

/* The chain shows that an entry was changed, taken out, put in or moved. It cannot show that the newest entries were cut off, or that somebody
 * computed the whole chain anew: for that its last hash must be kept outside the machine (printed, or sent to another one). */

static const char first_hash[HASH_SIZE] = "0000000000000000000000000000000000000000000000000000000000000000";

enum { MADE, WHO, ACT, SUBJECT, DETAIL, NPARTS };

/* The length before each part keeps "ab"+"c" and "a"+"bc" apart. */
static void chain(const char *before, const char *const parts[NPARTS], char hash[HASH_SIZE])
{
	unsigned char digest[crypto_hash_sha256_BYTES];
	crypto_hash_sha256_state state;
	char length[24];

	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, (const unsigned char *)before, HASH_SIZE - 1);
	for (int i = 0; i < NPARTS; i++) {
		size_t n = strlen(parts[i]);

		snprintf(length, sizeof length, "%zu:", n);
		crypto_hash_sha256_update(&state, (const unsigned char *)length, strlen(length));
		crypto_hash_sha256_update(&state, (const unsigned char *)parts[i], n);
		crypto_hash_sha256_update(&state, (const unsigned char *)"\n", 1);
	}
	crypto_hash_sha256_final(&state, digest);
	sodium_bin2hex(hash, HASH_SIZE, digest, sizeof digest);
}

struct tail {
	int64_t id;
	char hash[HASH_SIZE];
};

static int read_tail(void *context, const struct db_row *row, struct error *err)
{
	struct tail *tail = context;

	tail->id = db_column_int(row, 0);
	snprintf(tail->hash, sizeof tail->hash, "%s", db_column_text(row, 1));
	return 0;
}

int audit_add(struct catalogue *catalogue, const char *act, const char *subject, const char *detail, struct error *err)
{
	struct tail tail = { 0, "" };
	char made[21], hash[HASH_SIZE];
	const char *parts[NPARTS] = { made, catalogue_who(catalogue), act, subject, detail ? detail : "" };

	if (catalogue_alone(catalogue)) /* it is being made from entries that are there already */
		return 0;
	if (!catalogue_in_transaction(catalogue))
		return error_set(err, REACH_RUN, "catalogue", "audit entry \"%s\" outside a transaction", act);
	memcpy(tail.hash, first_hash, HASH_SIZE);
	if (catalogue_query(catalogue, "SELECT id, hash FROM audit ORDER BY id DESC LIMIT 1", NULL, 0, read_tail, &tail, err) < 0)
		return -1;
	catalogue_now(made);
	chain(tail.hash, parts, hash);
	return catalogue_query(catalogue,
			       "INSERT INTO audit (id, made, who, act, subject, detail, hash) VALUES ($1, $2, $3, $4, $5, $6, $7)",
			       DB_ARGS(DB_I(tail.id + 1), DB_T(made), DB_T(parts[WHO]), DB_T(act), DB_T(subject), DB_T(parts[DETAIL]),
				       DB_T(hash)),
			       NULL, NULL, err);
}

int audit_note(struct catalogue *catalogue, const char *act, const char *kind, int64_t id, struct json_t *detail, struct error *err)
{
	char *text = detail ? json_dumps(detail, JSON_COMPACT) : NULL;
	char subject[64];
	int ret;

	snprintf(subject, sizeof subject, id ? "%s %" PRId64 : "%s", kind, id);
	ret = detail && !text ? error_set(err, REACH_RUN, "catalogue", "audit entry \"%s\" of %s has no detail", act, subject)
			      : audit_add(catalogue, act, subject, text, err);
	free(text);
	json_decref(detail);
	return ret;
}

static int check_entry(void *context, const struct db_row *row, struct error *err)
{
	struct tail *tail = context;
	const char *parts[NPARTS], *stored = db_column_text(row, 1 + NPARTS);
	char hash[HASH_SIZE];

	if (db_column_int(row, 0) != tail->id + 1)
		return error_set(err, REACH_RUN, "audit", _("the audit log has no entry %" PRId64 ": one was taken out or put in"),
				 tail->id + 1);
	for (int i = 0; i < NPARTS; i++) {
		parts[i] = db_column_text(row, 1 + i);
		/* Bytes behind a NUL would be shown to nobody and hashed by nobody. */
		if (!parts[i] || (int64_t)strlen(parts[i]) != row->columns[1 + i].size)
			return error_set(err, REACH_RUN, "audit", _("entry %" PRId64 " of the audit log is no text"), tail->id + 1);
	}
	chain(tail->hash, parts, hash);
	if (!stored || strcmp(hash, stored))
		return error_set(err, REACH_RUN, "audit", _("entry %" PRId64 " of the audit log was changed"), tail->id + 1);
	tail->id++;
	memcpy(tail->hash, hash, HASH_SIZE);
	return 0;
}

int audit_verify(struct catalogue *catalogue, int64_t *entries, struct error *err)
{
	struct tail tail = { 0, "" };

	memcpy(tail.hash, first_hash, HASH_SIZE);
	if (catalogue_query(catalogue, "SELECT id, made, who, act, subject, detail, hash FROM audit ORDER BY id", NULL, 0, check_entry,
			    &tail, err) < 0)
		return -1;
	*entries = tail.id;
	return 0;
}
