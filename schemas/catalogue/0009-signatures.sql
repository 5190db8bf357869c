-- Electronic signatures of received PDFs, as the worker for signatures found them (stages/decode/signature.h). They can be found again from the originals.

CREATE TABLE signed_file (                  -- each PDF that was looked at
	hash     TEXT PRIMARY KEY REFERENCES object,
	state    TEXT NOT NULL CHECK (state IN ('waiting', 'checked', 'failed')),
	attempts INTEGER NOT NULL DEFAULT 0, -- counted before the work starts
	roots    TEXT,                      -- SHA-256 of the roots that certificates were held against, or 'none'
	reason   TEXT                       -- failed: why
) WITHOUT ROWID;

CREATE TABLE signature (
	hash         TEXT NOT NULL REFERENCES signed_file,
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
	PRIMARY KEY (hash, position)
) WITHOUT ROWID;

-- Papers of PDFs that were read before are judged once more, after a look at their signatures (runner.c).
UPDATE dossier SET state = 'waiting', attempts = 0 WHERE state IN ('split', 'done') AND id IN
	(SELECT dossier_id FROM file WHERE state = 'accepted' AND media = 'application/pdf');
