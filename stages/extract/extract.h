/*
 * extract.h - from the words of a paper to its type and its fields
 *
 * Driven by schemas/documents (pipeline/schema.h): no rule of law stands in this room. It looks at a paper the way Decree 30/2020,
 * appendix I, lays it out: the head in two columns, title and subject, body, signature block; forms are read by their labels.
 *
 * States. A field is *read* only when the whole of it was read with confidence and fits its grammar; only then it has a value.
 * *blank*: the place was found and holds no ink. *unread*: there is ink that was not read with confidence, or what was read
 * cannot be right. *absent*: the paper has no such place. `text` keeps what is printed in all but the last. A date of which only
 * the day is empty ("ngày     tháng 02 năm 2024") is *blank*: a paper without its day is not dated, and month and year
 * stay readable in `text`. Written over by hand it is *unread*. A number without its figures is *blank* in the same way.
 *
 * owner_name, owner_birth and owner_id hold several values, parted by '\n' in the order printed, where a paper has several owners
 * (marriage). A date without end ("Lâu dài", "Không thời hạn") has the value "never".
 *
 * document->copy: "original" "extract" "agency-copy" "certified-copy" "e-certified-copy" "photocopy", by what is printed. level: 1
 * for a scan that says nothing more, 0 for a photocopy or a paper certified copy; the levels above need a signature that the
 * words do not show (domain 1.6).
 */
#ifndef SOHOA_EXTRACT_H
#define SOHOA_EXTRACT_H

struct paper_room;

extern const struct paper_room extract_room;

#endif
