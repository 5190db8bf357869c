-- What people decide: users, decisions, the ledger of reuse, codes of digitised results. Append-only: a row says what was done on a day, and
-- what was done cannot be undone, only followed by another row. document_id is no reference: a decision outlives a paper that is parted anew.

CREATE TABLE account (                      -- users; bound to a login of the operating system
	id     INTEGER PRIMARY KEY,
	login  TEXT NOT NULL UNIQUE,
	name   TEXT NOT NULL,               -- as it stands in answers and minutes
	roles  TEXT NOT NULL,               -- names of accounts.h, in their order, parted by ','
	added  TEXT NOT NULL,
	ended  TEXT,                        -- NULL: may act
	object TEXT REFERENCES object       -- the last decision about the account
);

CREATE TABLE decision (
	id          INTEGER PRIMARY KEY,
	document_id INTEGER NOT NULL,
	kind        TEXT NOT NULL CHECK (kind IN ('confirm', 'refuse', 'cancel', 'replace', 'national', 'reinstate', 'void')),
	level       INTEGER NOT NULL DEFAULT 0, -- confirm: 1 as information, 2 with a signed copy
	who         TEXT NOT NULL,
	made        TEXT NOT NULL,
	reading     TEXT NOT NULL DEFAULT '', -- what was looked at (reading.h); 'papers:HASH' of a confirmation before schema 2
	code        TEXT,                   -- refuse: reason code
	reason      TEXT,                   -- in the person's words; void: what changed
	number      TEXT,                   -- of the paper that orders a cancellation
	day         TEXT,                   -- first day a cancellation holds for
	other       TEXT,                   -- replace: the newer paper; national: the database
	signed      TEXT REFERENCES object, -- confirm: the signed copy
	object      TEXT REFERENCES object  -- the decision itself in the store; NULL for void, which follows from what changed
);
CREATE INDEX decision_by_document ON decision (document_id, id);
CREATE TRIGGER decision_keeps BEFORE UPDATE ON decision BEGIN SELECT raise(ABORT, 'decisions are append-only'); END;
CREATE TRIGGER decision_stays BEFORE DELETE ON decision BEGIN SELECT raise(ABORT, 'decisions are append-only'); END;

INSERT INTO decision (id, document_id, kind, level, who, made, reading, reason, object)
	SELECT id, document_id, 'confirm', 1, who, made, 'papers:' || papers, note, object FROM confirmation ORDER BY id;
DROP TABLE confirmation;

CREATE TABLE ledger (                       -- each use of a paper for another dossier, with the verdict of that moment
	id          INTEGER PRIMARY KEY,
	document_id INTEGER NOT NULL,
	dossier     TEXT NOT NULL,          -- code of the dossier it was used for
	procedure   TEXT NOT NULL,
	component   TEXT NOT NULL,
	who         TEXT NOT NULL,
	made        TEXT NOT NULL,
	day         TEXT NOT NULL,          -- day of use
	verdict     TEXT NOT NULL,
	codes       TEXT NOT NULL,          -- reason codes, parted by ' '
	rules       TEXT NOT NULL,          -- version of the rule set
	reading     TEXT NOT NULL,
	override    TEXT,                   -- why it was used although it is not eligible
	object      TEXT NOT NULL REFERENCES object,
	UNIQUE (document_id, dossier, component)
);
CREATE INDEX ledger_by_made ON ledger (made);
CREATE TRIGGER ledger_keeps BEFORE UPDATE ON ledger BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_stays BEFORE DELETE ON ledger BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;

CREATE TABLE result_code (                  -- codes of digitised results (Thông tư 01/2023/TT-VPCP, Điều 10): given once, kept for ever
	code        TEXT PRIMARY KEY,
	document_id INTEGER NOT NULL UNIQUE,
	made        TEXT NOT NULL
);
CREATE TRIGGER result_code_keeps BEFORE UPDATE ON result_code BEGIN SELECT raise(ABORT, 'a code is given once'); END;
CREATE TRIGGER result_code_stays BEFORE DELETE ON result_code BEGIN SELECT raise(ABORT, 'a code is given once'); END;

CREATE TABLE verdict_change (               -- what other rules, or another day, made of a verdict
	id          INTEGER PRIMARY KEY,
	document_id INTEGER NOT NULL,
	made        TEXT NOT NULL,
	before      TEXT, before_codes TEXT NOT NULL, before_rules TEXT,
	after       TEXT NOT NULL, after_codes TEXT NOT NULL, after_rules TEXT NOT NULL
);
CREATE INDEX verdict_change_by_document ON verdict_change (document_id);

-- The last day of validity as judged, for lists of what runs out.
ALTER TABLE document ADD COLUMN ends TEXT;
CREATE INDEX document_by_ends ON document (ends) WHERE ends IS NOT NULL;

-- The values of a field that holds several (both spouses), one row each, so that an owner is found by an index. Kept by triggers, because
-- more than one verb writes fields.
CREATE TABLE field_part (
	name        TEXT NOT NULL,
	part        TEXT NOT NULL,
	document_id INTEGER NOT NULL,
	PRIMARY KEY (name, part, document_id)
) WITHOUT ROWID;
CREATE INDEX field_part_by_document ON field_part (document_id, name);
CREATE TRIGGER field_part_added AFTER INSERT ON field
	WHEN instr(new.key, char(10)) > 0 AND new.key NOT GLOB '*[' || char(1, 45, 9, 11, 45, 31) || ']*' BEGIN -- no text of ours holds other controls
	INSERT OR IGNORE INTO field_part (name, part, document_id)
		SELECT new.name, value, new.document_id
		FROM json_each('["' || replace(replace(replace(new.key, char(92), ''), '"', '\"'), char(10), '","') || '"]') WHERE value <> '';
END;
CREATE TRIGGER field_part_dropped AFTER DELETE ON field WHEN instr(old.key, char(10)) > 0 BEGIN
	DELETE FROM field_part WHERE document_id = old.document_id AND name = old.name;
END;
CREATE TRIGGER field_part_changed AFTER UPDATE OF key ON field BEGIN
	DELETE FROM field_part WHERE document_id = old.document_id AND name = old.name;
	INSERT OR IGNORE INTO field_part (name, part, document_id)
		SELECT new.name, value, new.document_id
		FROM json_each(CASE WHEN instr(new.key, char(10)) > 0 AND new.key NOT GLOB '*[' || char(1, 45, 9, 11, 45, 31) || ']*'
			THEN '["' || replace(replace(replace(new.key, char(92), ''), '"', '\"'), char(10), '","') || '"]' ELSE '[]' END)
		WHERE value <> '';
END;
INSERT OR IGNORE INTO field_part (name, part, document_id)
	SELECT f.name, j.value, f.document_id
	FROM field f, json_each('["' || replace(replace(replace(f.key, char(92), ''), '"', '\"'), char(10), '","') || '"]') j
	WHERE instr(f.key, char(10)) > 0 AND f.key NOT GLOB '*[' || char(1, 45, 9, 11, 45, 31) || ']*' AND j.value <> '';
