-- Of the terms that stand on many pages: which pages (pipeline/catalogue/bitmaps.h). Both tables follow from the index, for the pages below the number that
-- meta has under 'bitmaps'; they are filled by the first run that merges the pieces of the index (texts_compact).
CREATE TABLE bitmap_term (
	id   INTEGER PRIMARY KEY,
	term TEXT NOT NULL UNIQUE
);
CREATE TABLE bitmap (
	id    INTEGER PRIMARY KEY,          -- id of the term * 2^24 + number of the part of 8,192 pages
	pages BLOB NOT NULL                 -- pipeline/bitmap.h; a term without a row for a part is looked for in the index
);

-- The steps at which it is noted how often a word stands on a page are others now (pipeline/tokens.h): few up to eight times, where most words end, and each one up to 17, which the commonest words reach.
INSERT INTO page_fts (page_fts) VALUES ('rebuild');
