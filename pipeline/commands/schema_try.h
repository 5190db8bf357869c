/*
 * schema_try.h - a type that is being written, tried on a scan
 */
#ifndef SOHOA_COMMAND_SCHEMA_TRY_H
#define SOHOA_COMMAND_SCHEMA_TRY_H

struct invocation;

/* file: of the type, CODE.yaml. Prints what it finds on the scan. The exit code. */
int schema_try(const struct invocation *in, const char *file, const char *scan);

#endif
