-- The lists that came with a batch (lo.csv), as they were received: objects that no file names. They hold titles of dossiers, so they go when one is withdrawn.
CREATE TABLE list (
	batch_id INTEGER NOT NULL REFERENCES batch,
	hash     TEXT NOT NULL REFERENCES object,
	PRIMARY KEY (batch_id, hash)
) WITHOUT ROWID;
