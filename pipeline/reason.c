#include "pipeline/reason.h"

#include <string.h>

#include "pipeline/error.h"

static const struct reason reasons[] = {
	{ "empty", N_("the file is empty"), N_("scan or copy it again") },
	{ "truncated", N_("the file ends too early"), N_("copy it again; if it stays short, scan it again") },
	{ "damaged", N_("the file is damaged"), N_("copy it again; if it stays damaged, scan it again") },
	{ "encrypted", N_("the file needs a password"), N_("save it without a password and take it in again") },
	{ "not-a-document", N_("the content is no scan that sohoa reads"), N_("bring PDF, TIFF, JPEG or PNG") },
	{ "rar", N_("RAR archives are not opened"), N_("unpack it and pack it again as zip") },
	{ "no-pages", N_("the file holds no page"), N_("scan it again") },
	{ "too-large", N_("the file is larger than the limit"), N_("split it, or raise the limit in sohoa.yaml") },
	{ "too-many-pages", N_("more pages than the limit"), N_("split it, or raise the limit in sohoa.yaml") },
	{ "page-too-large", N_("a page is larger than the limit"), N_("scan it at a lower resolution") },
	{ "too-many-entries", N_("the archive holds more entries than the limit"), N_("pack it in several archives") },
	{ "too-deep", N_("archives inside archives beyond the limit"), N_("unpack the inner archives first") },
	{ "bomb", N_("the content unpacks to far more than it should"), N_("ask the sender; do not open it by hand") },
	{ "bad-name", N_("the name points outside its folder"), N_("pack the archive again with plain names") },
	{ "not-a-file", N_("it is a link or a device, not a file"), N_("replace it by the file itself") },
	{ "unreadable", N_("the file cannot be read"), N_("check its permissions and the disk it lies on") },
	{ "changing", N_("the file changed while it was read"), N_("wait until it is complete and take it in again") },
	{ "crashed", N_("the reader crashed on it"), N_("try again with `sohoa retry`; then scan it again") },
	{ "timeout", N_("reading took longer than the limit"), N_("try again with `sohoa retry`; then scan it again") },
	{ "out-of-memory", N_("reading needed more memory than the limit"), N_("scan it at a lower resolution") },
	{ "forbidden-call", N_("the reader tried something that is not allowed"),
	  N_("treat the file with care; tell the administrator") },
	{ "interrupted", N_("the machine stopped each time it was read"), N_("try it alone with `sohoa retry`") },
	{ "font-missing", N_("the page needs a font that is not at hand"), N_("print it to PDF with fonts embedded") },
	{ "secret", N_("it bears a secrecy mark"), N_("hand it to the officer for secret papers; it must not stay here") },
	{ "withdrawn", N_("it was withdrawn by a decision"), N_("it must not be taken in again; ask who decided so") },
	{ "name-taken", N_("another file of that name was received before"), N_("give it a name of its own and take it in again") },
	{ "disk-full", N_("the disk is full"), N_("make room; the same command goes on from there") },
	{ "disk-error", N_("the disk or the file system failed"), N_("look at the disk; then try again") },
	{ "busy", N_("another process holds the archive"), N_("wait until it has ended") },
	{ "catalogue-damaged", N_("the catalogue is damaged"), N_("stop working with it and put the last good copy back") },
	{ "object-missing", N_("an object is missing in the store"), N_("take the file in again, or bring the object back from a copy") },
	{ "object-changed", N_("an object of the store was changed"), N_("bring it back from a copy; look at the disk") },
	/* what speaks against a scan: "scan-" and the name of an enum scan_fault */
	{ "scan-resolution", N_("fewer than 200 dots an inch"), N_("scan it at 200 dpi or more") },
	{ "scan-skew", N_("the sheet lay askew"), N_("lay it straight") },
	{ "scan-contrast", N_("the ink is hardly darker than the paper"), N_("scan it darker, or with more contrast") },
	{ "scan-blur", N_("the letters are blurred"), N_("press the sheet flat; clean the glass") },
	{ "scan-cut", N_("letters touch the edge of the image"), N_("lay the whole sheet on the glass") },
	{ "scan-doubt", N_("many words were read with doubt"), N_("look at the page; scan it finer and cleaner") },
	{ "scan-syllables", N_("many words are no Vietnamese"), N_("look at the page; scan it finer and cleaner") },
	{ "scan-negative", N_("it is a negative, read inverted"), N_("look at the page; if there is a positive, scan that") },
	{ "scan-spread", N_("two pages on one scan, read one after the other"), N_("scan each page by itself where papers begin in the middle") },
	{ "scan-drawing", N_("a sheet of A2 or larger: its title block alone is read"), N_("look for the rest in the image") },
	{ "scan-reduced", N_("more than 40 million pixels: read from a reduced picture"), N_("scan it at 300 dpi: finer is not read better") },
	{ "scan-wordless", N_("no word was read on it"), N_("look at it: a picture or handwriting is kept as an image") },
	{ "other", N_("it could not be read"), N_("look at it and try again with `sohoa retry`") },
};

const struct reason *reason_find(const char *code)
{
	size_t n = sizeof reasons / sizeof *reasons;

	for (size_t i = 0; code && i < n; i++)
		if (!strcmp(reasons[i].code, code))
			return &reasons[i];
	return &reasons[n - 1];
}

const char *reason_title(const char *code)
{
	return _(reason_find(code)->title);
}

const char *reason_advice(const char *code)
{
	return _(reason_find(code)->advice);
}
