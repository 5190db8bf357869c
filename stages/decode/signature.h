/*
 * signature.h - electronic signatures of a PDF: what was signed, is it what is here, who signed, and what came later
 *
 * Three questions with three answers that say nothing of each other: libqpdf finds the signatures and what they cover, poppler tells whether the
 * bytes are those that were signed, certificate.h whether a given root vouches for the signer. Whether the signer is the agency of the paper is for
 * stages/reuse to say. Poppler and the certificates use NSS, which keeps state: only the worker for signatures calls this (pool.h, POOL_SIGNATURES).
 */
#ifndef SOHOA_DECODE_SIGNATURE_H
#define SOHOA_DECODE_SIGNATURE_H

#include <stdbool.h>
#include <stddef.h>

#include "stages/decode/certificate.h"

struct arena;
struct error;

/* No pointer is NULL; "" where nothing is known. */
struct pdf_signature {
	const char *field;     /* its name in the file */
	const char *integrity; /* "valid", "invalid", "changed", "malformed", "unchecked": it could not be checked */
	const char *later;     /* behind what it covers: "none", "signed" (another right signature covers the file to its end), "unsigned" */
	const char *place;     /* of its picture: "none", "top-left", "top-right", "elsewhere" */
	int page;              /* of its picture, 1-based; 0: none */
	bool timestamp;        /* of a time service: says when, not who */
	const char *signed_at; /* "2026-11-24T03:45:48Z" as the signer's machine says */
	struct certificate certificate;
	/* from here on between the files of the reader */
	const unsigned char *cms;
	size_t cms_size, covers; /* covers: the file from its first byte up to here, its own bytes left out; 0: no such cover */
	long long claimed;       /* /M of the dictionary, seconds since 1970; 0: none */
};

struct pdf_signatures {
	int pages; /* of the PDF; 0 where it bears no signature: nobody looked */
	struct pdf_signature *list; /* in the order they were put on */
	int n;
};

/* What stands in the arena. -1: no PDF that can be opened. */
int pdf_signatures_check(const unsigned char *bytes, size_t size, struct arena *arena, struct pdf_signatures *found, struct error *err);

/* signature_fields.c: fields that bear a signature, with all that libqpdf knows; integrity "malformed" where the ranges are not as they must be, else
 * "unchecked". */
int pdf_signature_fields(const unsigned char *bytes, size_t size, struct arena *arena, struct pdf_signatures *found, struct error *err);

#endif
