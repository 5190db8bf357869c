-- What a user may see, as before; the batch is looked up only where somebody asks for it, because every page that answers goes through here.
DROP VIEW visible;
CREATE VIEW visible AS
	SELECT p.id AS page_id, p.document_id, d.dossier_id, (SELECT s.batch_id FROM dossier s WHERE s.id = d.dossier_id) AS batch_id,
		p.number, d.type, d.verdict
	FROM page p JOIN document d ON d.id = p.document_id
	WHERE p.state = 'read' AND d.state <> 'restricted';

-- Words wait in memory until they fill 16 MB (1 MB before), so that a batch of pages makes few pieces of the index to be merged again.
INSERT INTO page_fts (page_fts, rank) VALUES ('hashsize', 16777216);
-- What is merged at the end of a run (texts_compact): two pieces of one age are enough (4 before).
INSERT INTO page_fts (page_fts, rank) VALUES ('usermerge', 2);
