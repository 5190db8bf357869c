-- Pages that a clerk put into, took out of or moved within a dossier, and dossiers that got another code. Append-only; placements hold one after the
-- other over the order of the files' names (placements.h). A page that was replaced keeps its row and text: set aside with the reason 'replaced'.

CREATE TABLE placement (
	id         INTEGER PRIMARY KEY,
	dossier_id INTEGER NOT NULL REFERENCES dossier,
	kind       TEXT NOT NULL CHECK (kind IN ('insert', 'replace', 'move')),
	page_id    INTEGER REFERENCES page, -- replace: the page that went; move: the page that moved
	file_id    INTEGER REFERENCES file, -- insert, replace: the file whose pages came
	after_id   INTEGER REFERENCES page, -- insert, move: the page in front of it; NULL: none
	who        TEXT NOT NULL,
	made       TEXT NOT NULL,
	reason     TEXT,                    -- in the person's words
	object     TEXT NOT NULL REFERENCES object
);
CREATE INDEX placement_by_dossier ON placement (dossier_id, id);
CREATE TRIGGER placement_keeps BEFORE UPDATE ON placement BEGIN SELECT raise(ABORT, 'placements are append-only'); END;
CREATE TRIGGER placement_stays BEFORE DELETE ON placement BEGIN SELECT raise(ABORT, 'placements are append-only'); END;

CREATE TABLE renaming (
	id         INTEGER PRIMARY KEY,
	dossier_id INTEGER NOT NULL REFERENCES dossier,
	before     TEXT NOT NULL,
	code       TEXT NOT NULL,
	who        TEXT NOT NULL,
	made       TEXT NOT NULL,
	reason     TEXT,
	object     TEXT NOT NULL REFERENCES object
);
CREATE INDEX renaming_by_before ON renaming (before, dossier_id);
CREATE TRIGGER renaming_keeps BEFORE UPDATE ON renaming BEGIN SELECT raise(ABORT, 'renamings are append-only'); END;
CREATE TRIGGER renaming_stays BEFORE DELETE ON renaming BEGIN SELECT raise(ABORT, 'renamings are append-only'); END;
