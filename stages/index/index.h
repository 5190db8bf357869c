#ifndef SOHOA_INDEX_H
#define SOHOA_INDEX_H

struct record_room;

extern const struct record_room index_room;

#endif
