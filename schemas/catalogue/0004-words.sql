-- Full text anew: the printed text is kept, and what is known of its paper (texts.h, facts); the index holds the terms of pipeline/tokens.h, which
-- it makes by itself ("words" in sqlite.c). Other programs cannot ask page_fts, everything else they can.
DROP TABLE page_fts;
ALTER TABLE page_text DROP COLUMN folded;
ALTER TABLE page_text ADD COLUMN facts TEXT NOT NULL DEFAULT '';
CREATE VIRTUAL TABLE page_fts USING fts5 (exact, facts, content = 'page_text', content_rowid = 'page_id', tokenize = 'words');
INSERT INTO page_fts (page_fts) VALUES ('rebuild');

-- Every folded word that stands on some page: for prefixes and for words that resemble one that was typed.
CREATE TABLE word (
	term TEXT PRIMARY KEY,
	shape TEXT NOT NULL,                -- what of it survives a bad reading (pipeline/shape.h)
	pages INTEGER NOT NULL              -- about how many pages hold it: n stands for 2^n to 2^(n+1)
) WITHOUT ROWID;
CREATE VIRTUAL TABLE page_words USING fts5vocab (page_fts, row);
INSERT INTO word SELECT term, word_shape(term), CAST(log2(doc) AS INTEGER) FROM page_words WHERE term >= '0' AND substr(term, 1, 1) NOT IN ('=', '@');
CREATE INDEX word_by_shape ON word (shape);

-- What a user may see of the pages: the one place that says so. A page has text only when it was read, and a restricted paper shows nothing.
CREATE VIEW visible AS
	SELECT p.id AS page_id, p.document_id, d.dossier_id, s.batch_id, p.number, d.type, d.verdict
	FROM page p JOIN document d ON d.id = p.document_id JOIN dossier s ON s.id = d.dossier_id
	WHERE p.state = 'read' AND d.state <> 'restricted';

-- Ranges of days, and what a paper says of itself, for search by field.
CREATE INDEX field_by_day ON field (value) WHERE name = 'date';
CREATE INDEX document_by_verdict ON document (verdict) WHERE verdict IS NOT NULL;

-- The facts of papers that were indexed before: the next run goes through them once more.
UPDATE document SET state = 'split' WHERE state IN ('indexed', 'judged');
