/* clock.h - how much time has gone by */
#ifndef SOHOA_CLOCK_H
#define SOHOA_CLOCK_H

#include <stdint.h>

/* Milliseconds since some moment before the start, by a clock that nobody sets. */
int64_t clock_ms(void);

#endif
