/*
 * config.h - the settings of one archive (sohoa.yaml) and where the program's own data lie
 *
 * A default stands where the value is used: config_int(config, "ocr", "deadline", 120). A missing file is an empty one.
 * A value of the wrong kind is reported by config_open, with file and line.
 */
#ifndef SOHOA_CONFIG_H
#define SOHOA_CONFIG_H

#include <stdbool.h>

struct config;
struct error;

/* path may be NULL: defaults only. */
struct config *config_open(const char *path, struct error *err);
void config_close(struct config *config); /* NULL is fine */

/* Borrowed from config or from the caller's default. */
const char *config_text(const struct config *config, const char *section, const char *key, const char *otherwise);
long config_int(const struct config *config, const char *section, const char *key, long otherwise);
bool config_bool(const struct config *config, const char *section, const char *key, bool otherwise);

/* Sets or overrides one value in memory ("ocr.language=eng" on the command line). */
void config_set(struct config *config, const char *section, const char *key, const char *value);

/* All values, for handing them to a worker. Borrowed. */
int config_count(const struct config *config);
void config_at(const struct config *config, int i, const char **section, const char **key, const char **value);

/* The directory of the program's own data (schemas/, locale/): $SOHOA_DATA, else beside the program in a build tree, else
 * the installed one. Borrowed, never NULL. */
const char *config_data_dir(void);
/* The path of this very program. Borrowed, never NULL. */
const char *config_program(void);
/* That of the worker's program: this one's with "-worker" behind it, else, where it is installed, in libexec beside the folder of this one.
 * Borrowed, never NULL. */
const char *config_worker(void);

#endif
