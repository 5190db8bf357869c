/*
 * ladder.h - what the electronic signatures of a received file make of a paper: its rung on the legal ladder
 *
 * Pure: what the worker found and what stands on the paper in, a level out. L4 and L3 stand on the signature of the agency itself: a portal that
 * countersigns, a clerk who scanned, a name that no root vouches for raise nothing, however right their signatures are.
 */
#ifndef SOHOA_REUSE_LADDER_H
#define SOHOA_REUSE_LADDER_H

#include <stdbool.h>

struct arena;
struct signature;

/* Who signed, as far as it can be told. */
enum ladder_signer {
	SIGNER_UNKNOWN, /* the certificate names nobody of those below */
	SIGNER_AGENCY,  /* the agency that stands on the paper */
	SIGNER_CERTIFIER, /* an office that certifies copies (Nghị định 23/2015/NĐ-CP, Điều 5) */
	SIGNER_SCAN,    /* at the top left of its page: the officer who scanned it (Thông tư 01/2023/TT-VPCP, Điều 8) */
	SIGNER_TIME     /* a time service */
};

const char *ladder_signer_name(enum ladder_signer signer); /* "unknown" "agency" "certifier" "scan" "time" */

/* agency: folded name of the paper's agency (key_name), or NULL. */
enum ladder_signer ladder_signer(struct arena *arena, const struct signature *signature, const char *agency);

/* The bytes are those that were signed, nothing follows them, and a trusted root vouches for the signer. */
bool ladder_stands(const struct signature *signature);

/* The rung for a paper of that kind of copy, when a file with such a signature holds it; 0: none. scanned: its pages are pictures, so that what was
 * signed is a conversion of paper and no electronic original. */
int ladder_level(const char *copy, bool scanned, enum ladder_signer signer);

#endif
