/*
 * signature.h - an electronic signature in words: four findings, and the rung of the legal ladder that came of them
 */
#ifndef SOHOA_EXPORT_SIGNATURE_H
#define SOHOA_EXPORT_SIGNATURE_H

struct arena;
struct reuse_signature;
struct signature;

/* Each one finding, translated, static. */
const char *signature_integrity(const struct signature *signature);
const char *signature_trust(const struct signature *signature);
const char *signature_later(const struct signature *signature);
const char *signature_signer(const struct reuse_signature *signature);

/* "NAME, 2026-11-24 03:45: file: ...; certificate: ...; later: ...; signer: ..." on one line, in the arena. */
char *signature_line(struct arena *arena, const struct reuse_signature *signature);

/* What a rung is, translated, static: "electronic result of the agency". */
const char *signature_level(int level);

#endif
