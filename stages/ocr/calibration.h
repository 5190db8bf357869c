/* calibration.h - written by `make calibrate`; see confidence.h. Fitted on 12329 words of clean, 12323 words of mild, 12290 words of bad,
 * drawn pages that no test uses. */
#ifndef SOHOA_OCR_CALIBRATION_H
#define SOHOA_OCR_CALIBRATION_H

/* 1, ln of the odds of the least sure letter, no syllable though it should be one, need not be one, fewer than two letters, changed by the language */
#define CALIBRATION { 1.305, 0.702, -1.708, -1.504, -0.706, 4.905 }

#endif
