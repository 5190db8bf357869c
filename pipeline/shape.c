#include "pipeline/shape.h"

#include <string.h>

#include "pipeline/text.h"

/* One column a letter: a to z, then 0 to 9. The classes are the pairs that `make confusions` finds most often on drawn pages of the noise level
 * "bad" among those that differ in the base letter: i l t f 1, c e o 0, u v n, h b, g q 9, s 5. */
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
		/* rn and m, nn and m: two narrow letters and a broad one */
		if (letter == 'n' && n && shape[n - 1] == 'r')
			shape[n - 1] = 'm';
		else
			shape[n++] = letter;
	}
	shape[n] = '\0';
}
