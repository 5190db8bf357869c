/*
 * faults.h - what speaks against a scan, on the screen and in JSON
 */
#ifndef SOHOA_COMMANDS_FAULTS_H
#define SOHOA_COMMANDS_FAULTS_H

#include <stdio.h>

struct json_t;

/* faults: names of enum scan_fault, parted by ' '. "the letters are blurred; press the sheet flat; ...": each with what to do. */
void faults_print(const char *faults, FILE *to);
/* The names as an array; NULL gives an empty one. */
struct json_t *faults_json(const char *faults);

#endif
