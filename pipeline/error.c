#include "pipeline/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#undef error_set /* the analyser's own */
#undef error_prefix
#undef error_errno

/* vsnprintf may cut inside a UTF-8 character; the stump is taken off. */
static void cut_clean(char *text, size_t size)
{
	size_t n = strlen(text);

	if (n + 1 < size)
		return;
	while (n && ((unsigned char)text[n - 1] & 0xC0) == 0x80)
		n--;
	if (n && (unsigned char)text[n - 1] >= 0xC0)
		n--;
	text[n] = '\0';
}

static void set(struct error *err, enum reach reach, const char *reason, const char *format, va_list args)
{
	err->reach = reach;
	err->reason = reason;
	vsnprintf(err->text, sizeof err->text, format, args);
	cut_clean(err->text, sizeof err->text);
}

int error_set(struct error *err, enum reach reach, const char *reason, const char *format, ...)
{
	va_list args;

	if (!err)
		return -1;
	va_start(args, format);
	set(err, reach, reason, format, args);
	va_end(args);
	return -1;
}

int error_prefix(struct error *err, const char *format, ...)
{
	char old[sizeof err->text];
	va_list args;
	size_t n;

	if (!err)
		return -1;
	memcpy(old, err->text, sizeof old);
	va_start(args, format);
	vsnprintf(err->text, sizeof err->text, format, args);
	va_end(args);
	n = strlen(err->text);
	snprintf(err->text + n, sizeof err->text - n, "%s", old);
	cut_clean(err->text, sizeof err->text);
	return -1;
}

const char *error_disk_reason(int number)
{
	return number == ENOSPC || number == EDQUOT ? "disk-full" : "disk-error";
}

int error_errno(struct error *err, enum reach reach, const char *reason, const char *format, ...)
{
	int number = errno;
	va_list args;
	size_t n;

	if (!err)
		return -1;
	va_start(args, format);
	set(err, reach, reason, format, args);
	va_end(args);
	n = strlen(err->text);
	snprintf(err->text + n, sizeof err->text - n, ": %s", strerror(number));
	cut_clean(err->text, sizeof err->text);
	return -1;
}
