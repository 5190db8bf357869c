-- Papers that must not be here (a secret paper, a wrong intake): withdrawn by a decision. What they held is gone from store and catalogue; that they
-- were here, and the hashes of what was destroyed, stay (pipeline/withdraw.h).

CREATE TABLE withdrawal (
	id      INTEGER PRIMARY KEY,
	kind    TEXT NOT NULL CHECK (kind IN ('document', 'dossier', 'batch')),
	subject TEXT NOT NULL,              -- '12.3', 'lo-01/HS-0001', 'lo-01'
	number  TEXT NOT NULL,              -- of the decision that orders it
	reason  TEXT NOT NULL,              -- in the person's words
	who     TEXT NOT NULL,
	made    TEXT NOT NULL,
	state   TEXT NOT NULL CHECK (state IN ('open', 'done')), -- open: bytes of it may still lie in a file
	object  TEXT NOT NULL REFERENCES object
);
CREATE INDEX withdrawal_open ON withdrawal (id) WHERE state = 'open';
CREATE TRIGGER withdrawal_keeps BEFORE UPDATE OF id, kind, subject, number, reason, who, made, object ON withdrawal BEGIN
	SELECT raise(ABORT, 'withdrawals are append-only');
END;
CREATE TRIGGER withdrawal_stays BEFORE DELETE ON withdrawal BEGIN SELECT raise(ABORT, 'withdrawals are append-only'); END;

-- A page that was withdrawn is restricted for good, for the reason 'withdrawn'. A file: its original was taken away with it, in this place.
ALTER TABLE page ADD COLUMN withdrawal_id INTEGER REFERENCES withdrawal;
ALTER TABLE file ADD COLUMN withdrawal_id INTEGER REFERENCES withdrawal;
CREATE INDEX page_by_withdrawal ON page (withdrawal_id) WHERE withdrawal_id IS NOT NULL;
CREATE INDEX file_by_withdrawal ON file (withdrawal_id) WHERE withdrawal_id IS NOT NULL;

-- The tombstone: the object was destroyed. Its row stays for its hash; an original with that hash is not taken in again.
ALTER TABLE object ADD COLUMN withdrawal_id INTEGER REFERENCES withdrawal;
CREATE INDEX object_by_withdrawal ON object (withdrawal_id, hash) WHERE withdrawal_id IS NOT NULL;

-- What a clerk had typed from a withdrawn paper goes with it; nothing else ever does.
DROP TRIGGER correction_stays;
CREATE TRIGGER correction_stays BEFORE DELETE ON correction
	WHEN (SELECT withdrawal_id FROM page WHERE id = old.page_id) IS NULL
	BEGIN SELECT raise(ABORT, 'corrections are append-only'); END;
