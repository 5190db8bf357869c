/*
 * twice.h - ink that was read twice
 *
 * libtesseract cuts a line into stretches that may overlap where marks or a seal set it off, and a mark's row may be taken for a line of its own. Such ink
 * comes as two words ("PHÓ" and "HÓ"). One of them stays: the surer one, and of two that are as sure the one with more letters.
 */
#ifndef SOHOA_OCR_TWICE_H
#define SOHOA_OCR_TWICE_H

#include "stages/ocr/words.h"

struct stretch_words {
	struct line_word *words;
	int n;
	int turned; /* as line_place has it: words of turned stretches stay as they are */
};

/* Takes the second reading out of each pair, whatever stretches of the page they are of. Words of one stretch are never compared: their boxes may
 * overlap, but each stands for ink of its own. */
void words_once(struct stretch_words *stretches, int n);

#endif
