/*
 * tokens.h - words of a text as the full-text index cuts them
 *
 * A token is a run of letters and numbers with the marks on them (text_is_word). It is cut here and not by the database, so
 * that every engine indexes the same words and a hit in the folded form marks the printed text by its number.
 */
#ifndef SOHOA_TOKENS_H
#define SOHOA_TOKENS_H

struct arena;

struct token {
	int start, length; /* bytes in the text */
};

/* The tokens of NFC text in order; *n of them, in the arena. */
struct token *tokens_cut(struct arena *arena, const char *text, int *n);

/* The folded form of the index: text_fold, its tokens parted by one space. It has as many tokens as the text, in the same order,
 * and FTS5's unicode61 cuts it at the spaces and nowhere else. */
char *tokens_fold(struct arena *arena, const char *text);

#endif
