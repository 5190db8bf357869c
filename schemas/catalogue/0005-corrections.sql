-- What a clerk put right: the value or type of a paper, and where papers begin. Append-only; of two about one thing the last holds. A correction
-- hangs on a page, not on a paper: papers are parted anew, pages stay.

CREATE TABLE correction (
	id         INTEGER PRIMARY KEY,
	dossier_id INTEGER NOT NULL REFERENCES dossier,
	page_id    INTEGER NOT NULL REFERENCES page, -- set: the first page of the paper; cut: the page that begins a paper, or does not
	kind       TEXT NOT NULL CHECK (kind IN ('set', 'cut')),
	field      TEXT NOT NULL DEFAULT '',         -- set: its name, or 'type'
	value      TEXT,                             -- set: NULL for "the paper has none"; cut: 'begins' or 'goes-on'
	before     TEXT,                             -- what stood there
	who        TEXT NOT NULL,
	made       TEXT NOT NULL,
	reason     TEXT,                             -- in the person's words
	object     TEXT NOT NULL REFERENCES object
);
CREATE INDEX correction_by_dossier ON correction (dossier_id, id);
CREATE TRIGGER correction_keeps BEFORE UPDATE ON correction BEGIN SELECT raise(ABORT, 'corrections are append-only'); END;
CREATE TRIGGER correction_stays BEFORE DELETE ON correction BEGIN SELECT raise(ABORT, 'corrections are append-only'); END;
