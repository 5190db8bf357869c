/*
 * shape.h - what of a word survives a bad reading
 *
 * Letters that readers take for each other are one letter of the shape, so that most misreadings of a word keep its shape or miss it by one
 * letter. The catalogue keeps the shape of every word (column word.shape): words that resemble a typed one are found by a few
 * look-ups, however many words there are. How much two words differ is another question: stages/index/confusion.h.
 */
#ifndef SOHOA_SHAPE_H
#define SOHOA_SHAPE_H

#define SHAPE_MAX 24 /* bytes with NUL; a longer word is cut: no syllable is longer, and no number is searched by resemblance */

/* The letters that a shape is made of. */
extern const char shape_letters[];

/* Of a folded word (tokens.h), any UTF-8: what is neither a to z nor a digit becomes '?'. Changing the classes asks for a migration
 * that fills word.shape anew. */
void shape_of(const char *word, char shape[SHAPE_MAX]);

#endif
