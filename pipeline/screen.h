/*
 * screen.h - the language that a person reads
 *
 * Called once by each program, before anything is said.
 */
#ifndef SOHOA_SCREEN_H
#define SOHOA_SCREEN_H

void screen_choose_language(void);

#endif
