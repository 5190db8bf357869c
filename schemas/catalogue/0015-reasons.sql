-- Papers of one reason are looked for by it (hiệu lực:hết hạn): pipeline/catalogue/texts_narrow.c.
CREATE INDEX reason_by_code ON reason (code);
