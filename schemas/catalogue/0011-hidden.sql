-- Pages that have text and may not be seen: those of page_text that the view `visible` does not give. Nearly always none, because what is restricted loses
-- its text in the same transaction. A search counts ten thousand pages by "not one of these" in the time in which it looked up a few hundred in the
-- view; the view stays the one place that says what may be seen, and these triggers ask it whenever an answer of its may become another one. The verbs that
-- write page_text ask it themselves (texts.c): a statement with a trigger is a savepoint, at each of which FTS5 writes out what it holds in memory.
CREATE TABLE hidden (page_id INTEGER PRIMARY KEY);
INSERT INTO hidden SELECT page_id FROM page_text t WHERE NOT EXISTS (SELECT 1 FROM visible v WHERE v.page_id = t.page_id);
CREATE TRIGGER hidden_by_page AFTER UPDATE OF state, document_id ON page
	WHEN EXISTS (SELECT 1 FROM page_text t WHERE t.page_id = new.id) BEGIN
	DELETE FROM hidden WHERE page_id = new.id;
	INSERT INTO hidden SELECT new.id WHERE NOT EXISTS (SELECT 1 FROM visible v WHERE v.page_id = new.id);
END;
CREATE TRIGGER hidden_by_document AFTER UPDATE OF state ON document WHEN (old.state = 'restricted') <> (new.state = 'restricted') BEGIN
	DELETE FROM hidden WHERE page_id IN (SELECT id FROM page WHERE document_id = new.id);
	INSERT INTO hidden SELECT t.page_id FROM page p JOIN page_text t ON t.page_id = p.id
		WHERE p.document_id = new.id AND NOT EXISTS (SELECT 1 FROM visible v WHERE v.page_id = p.id);
END;
-- A paper that goes or comes with pages that name it already.
CREATE TRIGGER hidden_without_document AFTER DELETE ON document BEGIN
	INSERT OR IGNORE INTO hidden SELECT t.page_id FROM page p JOIN page_text t ON t.page_id = p.id WHERE p.document_id = old.id;
END;
CREATE TRIGGER hidden_with_document AFTER INSERT ON document BEGIN
	DELETE FROM hidden WHERE page_id IN (SELECT v.page_id FROM visible v WHERE v.document_id = new.id);
END;

-- The terms of a page are others now (pipeline/tokens.h): marks once on a page, pairs of the most frequent words.
INSERT INTO page_fts (page_fts) VALUES ('rebuild');
-- 1 MB of words in memory, as FTS5 has it by itself: what fits into the cache of a processor is filled faster than 16 MB by more than the pieces it makes cost
-- in merging (make bench-search, 60,000 pages, both at once: 1,273 and 1,049 pages a second of the processor).
INSERT INTO page_fts (page_fts, rank) VALUES ('hashsize', 1048576);
