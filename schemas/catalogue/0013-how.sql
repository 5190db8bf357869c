-- How a value was found and what speaks for or against it (document.h, enum field_how), why a paper begins where it does, and how sure both are: told by
-- the papers object since there were papers, and now where a person asks. NULL: read before, until the next reading or rebuild.
ALTER TABLE field ADD COLUMN how TEXT;
ALTER TABLE document ADD COLUMN cut_reason TEXT;
ALTER TABLE document ADD COLUMN cut_confidence REAL;
ALTER TABLE document ADD COLUMN type_confidence REAL;
