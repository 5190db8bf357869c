/* unit.h - what every unit test includes: cmocka wants these four headers first, in this order */
#ifndef SOHOA_UNIT_H
#define SOHOA_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

/* The call gives 0, or the test fails with what it said; the file has a `struct error err`. */
#define OK(call)                                             \
	do {                                                 \
		err.text[0] = '\0';                          \
		if ((call) < 0)                              \
			fail_msg("%s: %s", #call, err.text); \
	} while (0)

#endif
