-- What a scan is worth (document.h, struct quality), so that the pages to scan again are found without opening their texts.

ALTER TABLE page ADD COLUMN grade TEXT CHECK (grade IN ('good', 'usable', 'rescan')); -- NULL: not read, or read before there were grades
ALTER TABLE page ADD COLUMN faults TEXT;    -- names of enum scan_fault, parted by ' '; NULL: none
CREATE INDEX page_to_rescan ON page (dossier_id, number) WHERE grade = 'rescan';
