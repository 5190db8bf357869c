-- The catalogue: what exists, where, in which state. It can be rebuilt from the store; the store is the truth.
-- Times are UTC text "2026-11-24T03:45:48Z". Names of files are kept as bytes; `shown` is their escaped form.
-- A migration is a new numbered file beside this one; meta.version is the number of the last one applied.

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);

CREATE TABLE batch (
	id      INTEGER PRIMARY KEY,
	code    TEXT NOT NULL UNIQUE,       -- name of the top folder or archive, shown form
	source  TEXT NOT NULL,              -- path it was taken from, shown form
	taken   TEXT NOT NULL,
	state   TEXT NOT NULL CHECK (state IN ('taking', 'taken'))
);

CREATE TABLE dossier (
	id        INTEGER PRIMARY KEY,
	batch_id  INTEGER NOT NULL REFERENCES batch,
	code      TEXT NOT NULL,
	title     TEXT,                     -- the rest from the list (lo.csv): where the paper original lies
	box       TEXT,
	shelf     TEXT,
	retention TEXT,
	sheets    INTEGER,                  -- declared; NULL where nothing was declared
	pages     INTEGER,
	listed    INTEGER NOT NULL DEFAULT 0, -- 1: stands in the list of its batch
	state     TEXT NOT NULL CHECK (state IN ('taking', 'waiting', 'reading', 'split', 'done', 'set-aside')),
	attempts  INTEGER NOT NULL DEFAULT 0, -- of the paper rooms
	reason    TEXT,
	detail    TEXT,
	papers    TEXT,                     -- hash of the stored papers (serial.h), NULL until split
	UNIQUE (batch_id, code)
);
CREATE INDEX dossier_by_state ON dossier (state, id);

CREATE TABLE object (
	hash  TEXT PRIMARY KEY,             -- SHA-256 of the bytes, lower-case hex; objects/ab/<hash>
	size  INTEGER NOT NULL,
	kind  TEXT NOT NULL                 -- 'original', 'page', 'papers', 'receipt', 'decision'
);

CREATE TABLE file (
	id         INTEGER PRIMARY KEY,
	dossier_id INTEGER NOT NULL REFERENCES dossier,
	position   INTEGER NOT NULL,        -- 1-based, natural name order within the dossier
	name       BLOB NOT NULL,           -- as received, relative to the dossier; names are only names
	shown      TEXT NOT NULL,
	hash       TEXT REFERENCES object,  -- NULL where nothing could be kept (unreadable, refused before reading)
	media      TEXT,
	pages      INTEGER NOT NULL DEFAULT 0,
	state      TEXT NOT NULL CHECK (state IN ('accepted', 'set-aside')),
	reason     TEXT,                    -- code of reason.h when set aside
	detail     TEXT,                    -- the sentence that came with it
	note       TEXT,                    -- 'duplicate', 'wrong-extension', ... ; comma-separated
	UNIQUE (dossier_id, name)
);
CREATE INDEX file_by_hash ON file (hash);

CREATE TABLE page (
	id            INTEGER PRIMARY KEY,
	dossier_id    INTEGER NOT NULL REFERENCES dossier,
	file_id       INTEGER NOT NULL REFERENCES file,
	file_page     INTEGER NOT NULL,     -- 1-based in the file
	number        INTEGER NOT NULL,     -- 1-based in the run of the dossier; below 0 while the dossier is being taken in
	state         TEXT NOT NULL CHECK (state IN
			('waiting', 'running', 'read', 'blank', 'separator', 'restricted', 'set-aside')),
	attempts      INTEGER NOT NULL DEFAULT 0, -- failed ones, counted before the work starts
	interruptions INTEGER NOT NULL DEFAULT 0, -- starts that ended because the runner itself ended
	reason        TEXT,
	detail        TEXT,
	text          TEXT REFERENCES object, -- hash of the page text (serial.h)
	recipe        TEXT,                 -- hash of program version, model and settings that made it
	document_id   INTEGER REFERENCES document, -- NULL: not split yet, or a loose blank or separator
	confidence    REAL,                 -- mean word confidence; NULL where no word
	UNIQUE (dossier_id, number),
	UNIQUE (file_id, file_page)
);
CREATE INDEX page_waiting ON page (dossier_id, number) WHERE state IN ('waiting', 'running');
CREATE INDEX page_by_document ON page (document_id);

CREATE TABLE document (
	id         INTEGER PRIMARY KEY,     -- dossier_id * 100000 + number: the same in every run; shown as "12.3"
	dossier_id INTEGER NOT NULL REFERENCES dossier,
	number     INTEGER NOT NULL,
	type       TEXT NOT NULL,
	title      TEXT,                    -- a line for lists: subject or type and owner
	first_page INTEGER NOT NULL,        -- numbers in the run of the dossier
	last_page  INTEGER NOT NULL,
	copy       TEXT,
	level      INTEGER NOT NULL DEFAULT 0,
	state      TEXT NOT NULL CHECK (state IN ('split', 'indexed', 'judged', 'restricted')),
	verdict    TEXT CHECK (verdict IN ('eligible', 'needs-check', 'not-eligible')),
	rules      TEXT,                    -- version (hash) of the rule set the verdict was made with
	judged     TEXT,                    -- the date of use the verdict holds for
	UNIQUE (dossier_id, number)
);
CREATE INDEX document_by_state ON document (state, id);

CREATE TABLE field (
	document_id INTEGER NOT NULL REFERENCES document,
	name        TEXT NOT NULL,
	value       TEXT,
	text        TEXT,
	state       TEXT NOT NULL CHECK (state IN ('absent', 'blank', 'unread', 'read')),
	confidence  REAL NOT NULL,
	page        INTEGER NOT NULL,       -- number in the run of the dossier; 0 none
	x INTEGER NOT NULL, y INTEGER NOT NULL, w INTEGER NOT NULL, h INTEGER NOT NULL,
	source      TEXT NOT NULL CHECK (source IN ('machine', 'code', 'human')),
	position    INTEGER NOT NULL,       -- its place in the schema
	key         TEXT,                   -- the value made comparable: numbers without spaces in capitals, names folded
	PRIMARY KEY (document_id, name)
) WITHOUT ROWID;
CREATE INDEX field_by_key ON field (name, key) WHERE key IS NOT NULL;

CREATE TABLE reason (                       -- why a verdict is not "eligible"
	document_id INTEGER NOT NULL REFERENCES document,
	code        TEXT NOT NULL,          -- domain codes: EXPIRED, NO_NUMBER, ...
	rule        TEXT NOT NULL,          -- id of the rule in schemas/reasons.yaml or the document schema
	field       TEXT,                   -- the evidence
	page        INTEGER NOT NULL DEFAULT 0,
	detail      TEXT,
	PRIMARY KEY (document_id, code)
) WITHOUT ROWID;

CREATE TABLE confirmation (
	id          INTEGER PRIMARY KEY,
	document_id INTEGER NOT NULL REFERENCES document,
	who         TEXT NOT NULL,
	made        TEXT NOT NULL,
	papers      TEXT NOT NULL,          -- hash of the papers object whose reading was confirmed
	object      TEXT NOT NULL REFERENCES object, -- the decision itself in the store
	note        TEXT
);
CREATE INDEX confirmation_by_document ON confirmation (document_id);

-- Full text: two forms of each page (text.h), external content, so that one verb keeps table and index in step.
CREATE TABLE page_text (
	page_id INTEGER PRIMARY KEY REFERENCES page,
	exact   TEXT NOT NULL,
	folded  TEXT NOT NULL
);
CREATE VIRTUAL TABLE page_fts USING fts5 (exact, folded,
	content = 'page_text', content_rowid = 'page_id', tokenize = 'unicode61 remove_diacritics 0');

CREATE TABLE audit (
	id      INTEGER PRIMARY KEY,
	made    TEXT NOT NULL,
	who     TEXT NOT NULL,
	act     TEXT NOT NULL,              -- 'init', 'intake', 'read', 'set-aside', 'confirm', 'export', ...
	subject TEXT NOT NULL,              -- 'batch 1', 'page 17', 'document 12.3'
	detail  TEXT NOT NULL,              -- JSON, never text of a restricted paper
	hash    TEXT NOT NULL               -- SHA-256 over the previous hash and this entry, see audit.h
);
CREATE TRIGGER audit_keeps BEFORE UPDATE ON audit BEGIN SELECT raise(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_stays BEFORE DELETE ON audit BEGIN SELECT raise(ABORT, 'the audit log is append-only'); END;
