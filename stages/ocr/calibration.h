/* calibration.h - written by `make calibrate`; see confidence.h. Fitted on 12326 words of clean, 12320 words of mild, 12281 words of bad,
 * drawn pages that no test uses. */
#ifndef SOHOA_OCR_CALIBRATION_H
#define SOHOA_OCR_CALIBRATION_H

/* 1, ln of the odds of the least sure letter, no syllable though it should be one, need not be one, fewer than two letters, changed by the language */
#define CALIBRATION { 1.239, 0.694, -1.673, -1.410, -0.388, 4.184 }

#endif
