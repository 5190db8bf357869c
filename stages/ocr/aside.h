/*
 * aside.h - words that the reader read and that are no part of the paper's text
 *
 * Told by what they are and where they stand: the lines of an electronic-signature banner (ROLE_BANNER), text inside the frame of an
 * arrival stamp and garbage out of a seal (ROLE_STAMP), pieces of rules and specks read as signs (ROLE_MARGIN). The words stay on the page under that role;
 * in doubt a word stays text.
 */
#ifndef SOHOA_ASIDE_H
#define SOHOA_ASIDE_H

struct Pix;
struct arena;
struct page;

/* Sets the role of such words. upright: 1-bit ink of the page, upright; NULL where there are no pixels, then stamps are not looked for. */
void aside_mark(struct page *page, struct Pix *upright, struct arena *arena);

#endif
