#include "pipeline/screen.h"

#include <libintl.h>
#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pipeline/config.h"

static const char *locale_dir(void)
{
	static char dir[PATH_MAX];
	char program[PATH_MAX], *slash;

	/* in a build tree the catalogues lie beside the program */
	snprintf(program, sizeof program, "%s", config_program());
	slash = strrchr(program, '/');
	if (slash)
		*slash = '\0';
	snprintf(dir, sizeof dir, "%.*s/locale", (int)(sizeof dir - 8), program);
	if (access(dir, F_OK) < 0)
		snprintf(dir, sizeof dir, "%s/share/locale", SOHOA_PREFIX);
	return dir;
}

/* A system without Vietnamese locale data still shows Vietnamese to who asks for it: C.UTF-8 is built into the C library, and
 * gettext then takes the language from LANGUAGE. Numbers keep the C form, which data files need. */
void screen_choose_language(void)
{
	static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
	const char *wanted = NULL;

	for (size_t i = 0; !wanted && i < sizeof names / sizeof *names; i++) {
		wanted = getenv(names[i]);
		if (wanted && !*wanted)
			wanted = NULL;
	}
	if (!setlocale(LC_CTYPE, "") || !strcmp(setlocale(LC_CTYPE, NULL), "C"))
		setlocale(LC_CTYPE, "C.UTF-8");
	if (!setlocale(LC_MESSAGES, "") || !strcmp(setlocale(LC_MESSAGES, NULL), "C"))
		setlocale(LC_MESSAGES, "C.UTF-8");
	if (wanted && !strncmp(wanted, "vi", 2))
		setenv("LANGUAGE", "vi", 0);
	if (wanted && (!strcmp(wanted, "C") || !strcmp(wanted, "POSIX")))
		unsetenv("LANGUAGE");
	bindtextdomain("sohoa", locale_dir());
	bind_textdomain_codeset("sohoa", "UTF-8");
	textdomain("sohoa");
}
