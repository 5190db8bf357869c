/* unit.h - what every unit test includes: cmocka wants these four headers first, in this order */
#ifndef SOHOA_UNIT_H
#define SOHOA_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#endif
