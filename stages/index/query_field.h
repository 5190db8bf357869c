/*
 * query_field.h - the fields of a query: their names in Vietnamese and English, and what their values mean
 *
 *   số, number       123/QĐ-UBND, 123, 123/QĐ    ký hiệu, symbol   QĐ-UBND          loại, type       name or code of a type
 *   cơ quan, agency  words of the name           người, person     owner, parent, signer, recipient
 *   cccd, id         number of a person          nơi, place        where it was issued
 *   ngày, date       5/3/2024, 3/2024, 2024, 2019..2021, 2019-2021           trước, before; sau, after
 *   hồ sơ, dossier   its code or a part          lô, batch         the same
 *   trạng thái, state     đã xác nhận (confirmed), chưa xác nhận (unconfirmed)
 *   hiệu lực, validity    còn (reusable), cần kiểm tra (needs-check), không (not-reusable), hết hạn (expired), bị thay thế (superseded)
 */
#ifndef SOHOA_QUERY_FIELD_H
#define SOHOA_QUERY_FIELD_H

#include <stdbool.h>
#include <stddef.h>

#include "stages/index/query.h"

/* Whether a field name and its ':' begin at text; *after is where the value begins. */
bool query_field_begins(const char *text, enum query_field_kind *kind, const char **after, struct arena *arena);

/* Whether a word and a ':' begin at text that name no field, but were meant to: a value touches the ':', or the name is one letter from one of ours; then
 * *like is that name, else NULL. Gives the length with the ':', 0 where it is none. */
size_t query_field_unknown(const char *text, const char **like, struct arena *arena);

/* How far the value goes that begins at text (white space in front is gone, quotes are not for here): as far as the kind of value allows,
 * at most `room` bytes. */
int query_field_extent(enum query_field_kind kind, const char *text, int room, const struct schemas *schemas, struct arena *arena);

/* Sets words and condition of a field from its value; false where the value means nothing: then *note is the sentence about it. */
bool query_field_set(struct query_field *field, const char *value, const struct schemas *schemas, const char **note, struct arena *arena);

/* Asks for the years of a range by fact as well, where they are not too many: the index then leaves out what the condition would throw away, and where the range is made of whole
 * years, it knows all. earliest, latest: the years there are, for an end that is open. */
void query_field_years(struct query_field *field, int earliest, int latest, struct arena *arena);

#endif
