#include "pipeline/shape.h"

#include <string.h>

#include "pipeline/text.h"

/* One column a letter: a to z, then 0 to 9. The classes are what looks alike in print: i l j t f 1, c e o 0, u v n w, h b, g q 9, s 5, z 2. What
 * `make confusions` finds besides (c read as g, t as r) is one letter away, which is looked up too. */
static const char from[] = "abcdefghijklmnopqrstuvwxyz0123456789";
static const char to[] =   "abodolgbllklmnopgrslnnvxyzolz34s678g";

const char shape_letters[] = "34678abdgklmnoprsvxyz?";

void shape_of(const char *word, char shape[SHAPE_MAX])
{
	int n = 0;
	while (*word && n < SHAPE_MAX - 1) {
		uint32_t c = text_next(&word);
		const char *at = c && c < 0x80 ? strchr(from, (int)c) : NULL;
		char letter = at ? to[at - from] : '?';
		/* rn is read as m */
		if (letter == 'n' && n && shape[n - 1] == 'r')
			shape[n - 1] = 'm';
		else
			shape[n++] = letter;
	}
	shape[n] = '\0';
}
