-- The journal (pipeline/catalogue/journal.h) names a row by its number: what it keeps has one that stays.
CREATE TABLE old_list AS SELECT * FROM list;
DROP TABLE list;
CREATE TABLE list (
	id       INTEGER PRIMARY KEY,
	batch_id INTEGER NOT NULL REFERENCES batch,
	hash     TEXT NOT NULL REFERENCES object,
	UNIQUE (batch_id, hash)
);
INSERT INTO list (batch_id, hash) SELECT batch_id, hash FROM old_list ORDER BY 1, 2;
DROP TABLE old_list;

CREATE TABLE old_signature AS SELECT * FROM signature;
CREATE TABLE old_signed_file AS SELECT * FROM signed_file;
DROP TABLE signature;
DROP TABLE signed_file;
CREATE TABLE signed_file (
	id       INTEGER PRIMARY KEY,
	hash     TEXT NOT NULL UNIQUE REFERENCES object,
	state    TEXT NOT NULL CHECK (state IN ('waiting', 'checked', 'failed')),
	attempts INTEGER NOT NULL DEFAULT 0, -- counted before the work starts
	roots    TEXT,                      -- SHA-256 of the roots that certificates were held against, or 'none'
	reason   TEXT                       -- failed: why
);
CREATE TABLE signature (
	id           INTEGER PRIMARY KEY,
	hash         TEXT NOT NULL REFERENCES signed_file (hash),
	position     INTEGER NOT NULL,      -- 1-based, in the order they were put on
	integrity    TEXT NOT NULL CHECK (integrity IN ('valid', 'invalid', 'changed', 'malformed', 'unchecked')),
	trust        TEXT NOT NULL CHECK (trust IN ('trusted', 'untrusted', 'not-verified')),
	why          TEXT NOT NULL,         -- untrusted: 'issuer', 'time', 'other'
	later        TEXT NOT NULL CHECK (later IN ('none', 'signed', 'unsigned')),
	place        TEXT NOT NULL CHECK (place IN ('none', 'top-left', 'top-right', 'elsewhere')),
	page         INTEGER NOT NULL,      -- in its file; 0: no picture
	timestamp    INTEGER NOT NULL,      -- 1: of a time service
	signed_at    TEXT NOT NULL,
	name         TEXT NOT NULL,         -- CN, O and OU of the certificate
	organisation TEXT NOT NULL,
	unit         TEXT NOT NULL,
	subject      TEXT NOT NULL,
	issuer       TEXT NOT NULL,
	UNIQUE (hash, position)
);
INSERT INTO signed_file (hash, state, attempts, roots, reason) SELECT hash, state, attempts, roots, reason FROM old_signed_file ORDER BY hash;
INSERT INTO signature (hash, position, integrity, trust, why, later, place, page, timestamp, signed_at, name, organisation, unit, subject, issuer)
	SELECT hash, position, integrity, trust, why, later, place, page, timestamp, signed_at, name, organisation, unit, subject, issuer
	FROM old_signature ORDER BY hash, position;
DROP TABLE old_signature;
DROP TABLE old_signed_file;
