/*
 * secrecy.h - is there a secrecy mark on the page?
 *
 * MẬT, TỐI MẬT, TUYỆT MẬT as a stamp or boxed line of its own in capitals, in the upper part of the page (Decree 30/2020, box 10a; Law on
 * protection of state secrets, 29/2018/QH14, article 8: the degree is shown by a stamp). The word in running text ("mật độ xây dựng", "bí mật") is none. In doubt,
 * a line that stands alone counts: a false alarm costs an officer a look, a leak costs more.
 */
#ifndef SOHOA_SECRECY_H
#define SOHOA_SECRECY_H

#include <stdbool.h>

#include "pipeline/document.h"

struct arena;

/* True when a line of its own reads as a secrecy mark; letters as printed, accents may be damaged. */
bool secrecy_line(struct arena *arena, const char *line);

/* Looks at the words of a page; where a mark stands into *box (frame as received). */
bool secrecy_find(const struct page *page, struct arena *arena, struct box *box);

/* Wipes all text from the page and leaves the one mark. */
void secrecy_wipe(struct page *page, struct box box, struct arena *arena);

#endif
