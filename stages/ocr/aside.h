/*
 * aside.h - words that the reader read and that are no part of the paper's text
 *
 * Told by what they are and where they stand: the lines of an electronic-signature banner and the note of an electronic copy (ROLE_BANNER), text
 * inside the frame of an arrival stamp and garbage out of a seal (ROLE_STAMP), pieces of rules, specks read as signs, marks read once more beside their
 * letters (ROLE_MARGIN). The words stay on the page under that role; in doubt a word stays text. Footnotes, which are text, get their role here too: the
 * rule above them is in the pixels.
 */
#ifndef SOHOA_ASIDE_H
#define SOHOA_ASIDE_H

struct Pix;
struct arena;
struct page;

/* Sets the role of such words. upright: 1-bit ink of the page, upright; NULL where there are no pixels, then stamps are not looked for. */
void aside_mark(struct page *page, struct Pix *upright, struct arena *arena);

#endif
