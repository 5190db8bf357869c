/* calibration.h - written by `make calibrate`; see confidence.h. Fitted on 12319 words of clean, 12317 words of mild, 12258 words of bad,
 * drawn pages that no test uses. */
#ifndef SOHOA_OCR_CALIBRATION_H
#define SOHOA_OCR_CALIBRATION_H

/* 1, ln of the odds of the least sure letter, no syllable though it should be one, need not be one, fewer than two letters, changed by the language */
#define CALIBRATION { 1.156, 0.622, -1.811, -1.810, -0.303, 3.886 }

#endif
