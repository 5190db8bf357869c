/*
 * signature.h - electronic signatures of a PDF: is what was signed what is here?
 *
 * Poppler checks them with NSS, which opens files and keeps state: only a worker of a kind of its own calls this (pool.h, POOL_SIGNATURES). Right
 * means: the bytes are those that were signed, and the signature is that of the certificate inside. Whether the certificate itself is to be trusted is
 * not asked: that needs the lists of the certification services, which an archive without a network does not have. The name is shown to the
 * officer, who answers for it.
 */
#ifndef SOHOA_DECODE_SIGNATURE_H
#define SOHOA_DECODE_SIGNATURE_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct error;

struct pdf_signature {
	bool right;        /* bytes and certificate fit the signature */
	const char *state; /* "valid", "invalid", "changed", "malformed", "unchecked" */
	const char *signer; /* name in the certificate, or "" */
	const char *signed_at; /* "2026-11-24T03:45:48Z" as the signer's machine says, or "" */
};

struct pdf_signatures {
	int pages;         /* of the PDF */
	bool whole;        /* some signature covers the file from its first byte to its last */
	struct pdf_signature *list;
	int n;
};

/* What stands in the arena. -1: no PDF. */
int pdf_signatures_check(const unsigned char *bytes, size_t size, struct arena *arena, struct pdf_signatures *found, struct error *err);

#endif
