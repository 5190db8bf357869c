#include "pipeline/config.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pipeline/arena.h"
#include "pipeline/error.h"
#include "pipeline/yaml.h"

struct setting {
	char *section, *key, *value;
};

struct config {
	struct setting *settings;
	int n;
};

static struct setting *find(const struct config *config, const char *section, const char *key)
{
	for (int i = 0; config && i < config->n; i++)
		if (!strcmp(config->settings[i].section, section) && !strcmp(config->settings[i].key, key))
			return &config->settings[i];
	return NULL;
}

void config_set(struct config *config, const char *section, const char *key, const char *value)
{
	struct setting *s = find(config, section, key);

	if (!s) {
		config->settings = mem_realloc(config->settings, (size_t)(config->n + 1) * sizeof *s);
		s = &config->settings[config->n++];
		*s = (struct setting){ mem_strdup(section), mem_strdup(key), NULL };
	}
	free(s->value);
	s->value = mem_strdup(value);
}

/* What a value must look like. The list of keys is the one place where a misspelt setting is caught. */
enum kind { TEXT, NUMBER, SWITCH };

static const struct {
	const char *section, *key;
	enum kind kind;
} known[] = {
	{ "archive", "name", TEXT },
	{ "clean", "colour", SWITCH },
	{ "clean", "enlarge", SWITCH },
	{ "clean", "leaders", SWITCH },
	{ "clean", "missed", SWITCH },
	{ "clean", "paper", SWITCH },
	{ "clean", "seals", SWITCH },
	{ "clean", "specks", SWITCH },
	{ "clean", "through", SWITCH },
	{ "image", "codes", SWITCH },
	{ "image", "deskew", SWITCH },
	{ "image", "orientation", SWITCH },
	{ "limits", "archive_bytes", NUMBER },
	{ "limits", "archive_depth", NUMBER },
	{ "limits", "archive_entries", NUMBER },
	{ "limits", "archive_ratio", NUMBER },
	{ "limits", "archive_ratio_from", NUMBER },
	{ "limits", "dossier_pages", NUMBER },
	{ "limits", "entry_bytes", NUMBER },
	{ "limits", "file_bytes", NUMBER },
	{ "limits", "file_pages", NUMBER },
	{ "limits", "name_bytes", NUMBER },
	{ "limits", "page_pixels", NUMBER },
	{ "limits", "page_ratio", NUMBER },
	{ "limits", "page_ratio_from", NUMBER },
	{ "limits", "page_side", NUMBER },
	{ "ocr", "confidence", TEXT },
	{ "ocr", "deadline", NUMBER },
	{ "ocr", "direct_lines", SWITCH },
	{ "ocr", "engine", TEXT },
	{ "ocr", "kernel", TEXT },
	{ "ocr", "language", TEXT },
	{ "ocr", "no_openmp", SWITCH },
	{ "ocr", "tessdata", TEXT },
	{ "decode", "deadline", NUMBER },
	{ "reuse", "code", TEXT },
	{ "reuse", "code_electronic", TEXT },
	{ "signature", "roots", TEXT },
	{ "worker", "memory", NUMBER },
	{ "worker", "sandbox", SWITCH },
};

static int check(struct yaml_value *value, const char *section, const char *key, struct error *err)
{
	long number;
	bool truth;

	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		if (strcmp(known[i].section, section) || strcmp(known[i].key, key))
			continue;
		if (!yaml_text(value))
			return error_set(err, REACH_RUN, "settings", _("%s: %s.%s takes a single value"), yaml_where(value), section, key);
		if (known[i].kind == NUMBER && (yaml_int(value, &number) < 0 || number < 0))
			return error_set(err, REACH_RUN, "settings", _("%s: %s.%s takes a decimal number, not \"%s\""),
					 yaml_where(value), section, key, yaml_text(value));
		if (known[i].kind == SWITCH && yaml_bool(value, &truth) < 0)
			return error_set(err, REACH_RUN, "settings", _("%s: %s.%s takes true or false, not \"%s\""),
					 yaml_where(value), section, key, yaml_text(value));
		return 0;
	}
	return error_set(err, REACH_RUN, "settings", _("%s: there is no setting %s.%s"), yaml_where(value), section, key);
}

static int load(struct config *config, struct yaml_file *file, struct error *err)
{
	struct yaml_value *root = yaml_root(file);

	if (!root)
		return 0;
	if (!yaml_is_map(root))
		return error_set(err, REACH_RUN, "settings", _("%s: expected sections such as \"ocr:\""), yaml_where(root));
	for (int i = 0; i < yaml_count(root); i++) {
		struct yaml_value *section = yaml_at(root, i);
		const char *name = yaml_key(root, i);

		if (yaml_text(section) && !*yaml_text(section))
			continue; /* a section whose lines are all comments */
		if (!name || !yaml_is_map(section))
			return error_set(err, REACH_RUN, "settings", _("%s: expected lines \"key: value\" below a section"),
					 yaml_where(section));
		for (int k = 0; k < yaml_count(section); k++) {
			const char *key = yaml_key(section, k);

			if (!key)
				return error_set(err, REACH_RUN, "settings", _("%s: a key must be a word"),
						 yaml_where(yaml_at(section, k)));
			if (check(yaml_at(section, k), name, key, err) < 0)
				return -1;
			config_set(config, name, key, yaml_text(yaml_at(section, k)));
		}
	}
	return 0;
}

struct config *config_open(const char *path, struct error *err)
{
	struct config *config = mem_alloc(sizeof *config);
	struct yaml_file *file;
	int ret;

	if (!path || (access(path, F_OK) < 0 && errno == ENOENT))
		return config;
	file = yaml_open(path, err);
	if (!file) {
		config_close(config);
		return NULL;
	}
	ret = load(config, file, err);
	yaml_close(file);
	if (ret < 0) {
		config_close(config);
		return NULL;
	}
	return config;
}

void config_close(struct config *config)
{
	if (!config)
		return;
	for (int i = 0; i < config->n; i++) {
		free(config->settings[i].section);
		free(config->settings[i].key);
		free(config->settings[i].value);
	}
	free(config->settings);
	free(config);
}

const char *config_text(const struct config *config, const char *section, const char *key, const char *otherwise)
{
	const struct setting *s = find(config, section, key);

	return s ? s->value : otherwise;
}

long config_int(const struct config *config, const char *section, const char *key, long otherwise)
{
	const struct setting *s = find(config, section, key);

	return s ? strtol(s->value, NULL, 10) : otherwise;
}

bool config_bool(const struct config *config, const char *section, const char *key, bool otherwise)
{
	const struct setting *s = find(config, section, key);

	return s ? !strcmp(s->value, "true") : otherwise;
}

int config_count(const struct config *config)
{
	return config->n;
}

void config_at(const struct config *config, int i, const char **section, const char **key, const char **value)
{
	*section = config->settings[i].section;
	*key = config->settings[i].key;
	*value = config->settings[i].value;
}

const char *config_program(void)
{
	static char path[PATH_MAX];

	if (!path[0]) {
		ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);

		if (n <= 0)
			snprintf(path, sizeof path, "%s/bin/sohoa", SOHOA_PREFIX);
		else
			path[n] = '\0';
	}
	return path;
}

const char *config_worker(void)
{
	static char path[PATH_MAX + 32];
	const char *program = config_program(), *slash = strrchr(program, '/');

	if (path[0])
		return path;
	snprintf(path, sizeof path, "%s-worker", program);
	if (slash && access(path, X_OK) < 0)
		snprintf(path, sizeof path, "%.*s/../libexec%s-worker", (int)(slash - program), program, slash);
	return path;
}

/* The nearest folder above the program that holds schemas/catalogue, at most three up: build/sohoa, build/tests/unit_x. */
static bool beside_program(char *out, size_t size)
{
	char dir[PATH_MAX], probe[PATH_MAX + 32];

	snprintf(dir, sizeof dir, "%s", config_program());
	for (int up = 0; up < 4; up++) {
		char *slash = strrchr(dir, '/');

		if (!slash)
			return false;
		*slash = '\0';
		snprintf(probe, sizeof probe, "%s/schemas/catalogue", dir);
		if (access(probe, F_OK) == 0) {
			snprintf(out, size, "%s", dir);
			return true;
		}
	}
	return false;
}

const char *config_data_dir(void)
{
	static char dir[PATH_MAX];
	const char *given = getenv("SOHOA_DATA");

	if (given && *given)
		return given;
	if (!dir[0] && !beside_program(dir, sizeof dir))
		snprintf(dir, sizeof dir, "%s/share/sohoa", SOHOA_PREFIX);
	return dir;
}
