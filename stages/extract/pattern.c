#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "stages/extract/private.h"

/* The words come from strangers and patterns from officers: a match that wanders is given up. PCRE2's own limit is ten
 * million; the patterns of the house stay below a thousand steps on a whole page. */
#define MATCH_LIMIT 200000
#define DEPTH_LIMIT 500

struct pattern {
	pcre2_code *code;
	pcre2_match_data *match;
	pcre2_match_context *limits;
};

struct pattern *pattern_new(const char *text)
{
	struct pattern *pattern = mem_alloc(sizeof *pattern);
	PCRE2_SIZE offset;
	int why;

	pattern->code = pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED, PCRE2_UTF | PCRE2_UCP, &why, &offset, NULL);
	if (!pattern->code) {
		pattern_free(pattern);
		return NULL;
	}
	pcre2_jit_compile(pattern->code, PCRE2_JIT_COMPLETE); /* without JIT it is slower, not wrong */
	pattern->match = pcre2_match_data_create_from_pattern(pattern->code, NULL);
	pattern->limits = pcre2_match_context_create(NULL);
	if (!pattern->match || !pattern->limits) {
		pattern_free(pattern);
		return NULL;
	}
	pcre2_set_match_limit(pattern->limits, MATCH_LIMIT);
	pcre2_set_depth_limit(pattern->limits, DEPTH_LIMIT);
	return pattern;
}

void pattern_free(struct pattern *pattern)
{
	if (!pattern)
		return;
	pcre2_match_context_free(pattern->limits);
	pcre2_match_data_free(pattern->match);
	pcre2_code_free(pattern->code);
	free(pattern);
}

bool pattern_whole(struct pattern *pattern, const char *text)
{
	int rc = pcre2_match(pattern->code, (PCRE2_SPTR)text, strlen(text), 0, PCRE2_ANCHORED | PCRE2_ENDANCHORED, pattern->match,
			     pattern->limits);

	return rc > 0;
}

bool pattern_search(struct pattern *pattern, const char *text, int *offset, int *size)
{
	int rc = pcre2_match(pattern->code, (PCRE2_SPTR)text, strlen(text), 0, 0, pattern->match, pattern->limits);
	PCRE2_SIZE *at;
	int group;

	if (rc <= 0)
		return false;
	at = pcre2_get_ovector_pointer(pattern->match);
	group = rc > 1 && at[2] != PCRE2_UNSET ? 1 : 0;
	*offset = (int)at[2 * group];
	*size = (int)(at[2 * group + 1] - at[2 * group]);
	return true;
}
