/*
 * quality.h - whether a scan will do, or must be made again
 */
#ifndef SOHOA_OCR_QUALITY_H
#define SOHOA_OCR_QUALITY_H

struct page;

/* From what the image room measured and what was read: quality.doubtful, invalid, faults and grade. A text layer is no scan: it is good. */
void quality_judge(struct page *page);

#endif
