/* faults.c - what speaks against a scan, on the screen and in JSON */
#include "pipeline/commands/faults.h"

#include <jansson.h>
#include <string.h>

#include "pipeline/reason.h"

/* The next name of the list, as the code of its reason; 0 at the end. */
static int next_code(const char **faults, char code[40])
{
	size_t n;

	*faults += strspn(*faults, " ");
	n = strcspn(*faults, " ");
	snprintf(code, 40, "scan-%.*s", (int)n, *faults);
	*faults += n;
	return n > 0;
}

void faults_print(const char *faults, FILE *to)
{
	char code[40];
	int n = 0;

	while (next_code(&faults, code))
		fprintf(to, "%s%s; %s", n++ ? ". " : "", reason_title(code), reason_advice(code));
}

struct json_t *faults_json(const char *faults)
{
	json_t *list = json_array();
	char code[40];

	while (faults && next_code(&faults, code))
		json_array_append_new(list, json_string(code + strlen("scan-")));
	return list;
}
