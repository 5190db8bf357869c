/*
 * certificate.h - who stands on the certificate of an electronic signature, and whether a root that we were given vouches for it
 *
 * NSS keeps one state per process, the same that poppler uses: only the worker for signatures calls this (pool.h, POOL_SIGNATURES). Nobody is asked
 * over a network: whether a certificate was revoked in the meantime is not known here.
 */
#ifndef SOHOA_DECODE_CERTIFICATE_H
#define SOHOA_DECODE_CERTIFICATE_H

#include <stddef.h>

struct arena;
struct error;

struct certificate {
	const char *name, *organisation, *unit; /* of the holder: CN, O, OU; "" where it has none */
	const char *subject, *issuer;           /* all of both, as RFC 1485 writes it */
	const char *trust;                      /* "trusted", "untrusted", "not-verified": no roots were given */
	const char *why;                        /* untrusted: "issuer" nobody vouches for it, "time" it did not hold when it signed, "other"; else "" */
};

/* Starts NSS and reads the roots: every file of the folder that holds one certificate, DER or PEM. dir NULL: no roots. Before the process locks itself in. */
int certificate_open(const char *dir, struct error *err);
/* SHA-256 over the roots in order of their names, 64 hex digits; "none" without roots. */
const char *certificate_roots(void);

/* The certificate of the first signer of a CMS message (/Contents of a signature; zeros may follow). seconds: when it was signed, since 1970; 0: now.
 * Strings in the arena. -1: nothing that can be read. */
int certificate_read(const unsigned char *cms, size_t size, long long seconds, struct arena *arena, struct certificate *out);

#endif
