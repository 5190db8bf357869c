#include "stages/decode/certificate.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <cert.h>
#include <certdb.h>
#include <cms.h>
#include <nss.h>
#include <secerr.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/error.h"

enum { ROOT_BYTES_MAX = 1 << 18, ROOTS_MAX = 200 };

static struct {
	CERTCertList *list; /* NULL: no roots were given */
	char version[65];
} roots;

/* --- Roots ---------------------------------------------------------------------------------------------------------- */

static int visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static size_t read_file(const char *path, char bytes[ROOT_BYTES_MAX])
{
	FILE *from = fopen(path, "re");
	size_t n = from ? fread(bytes, 1, ROOT_BYTES_MAX, from) : 0;

	if (from)
		fclose(from);
	return n < ROOT_BYTES_MAX ? n : 0;
}

static int add_root(const char *dir, const char *name, crypto_hash_sha256_state *hash, struct error *err)
{
	static char bytes[ROOT_BYTES_MAX];
	char path[PATH_MAX];
	CERTCertificate *cert;
	size_t n;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	n = read_file(path, bytes);
	cert = n ? CERT_DecodeCertFromPackage(bytes, (int)n) : NULL;
	if (!cert)
		return error_set(err, REACH_RUN, "settings", _("%s is no certificate"), path);
	crypto_hash_sha256_update(hash, cert->derCert.data, cert->derCert.len);
	CERT_AddCertToListTail(roots.list, cert);
	return 0;
}

static int read_roots(const char *dir, struct error *err)
{
	unsigned char digest[crypto_hash_sha256_BYTES];
	crypto_hash_sha256_state hash;
	struct dirent **names;
	int n = scandir(dir, &names, visible, alphasort), ret = 0;

	if (n < 0)
		return error_errno(err, REACH_RUN, "settings", _("cannot read the certificates in %s"), dir);
	roots.list = CERT_NewCertList();
	crypto_hash_sha256_init(&hash);
	for (int i = 0; i < n; i++) {
		if (!ret && i < ROOTS_MAX)
			ret = add_root(dir, names[i]->d_name, &hash, err);
		free(names[i]);
	}
	free(names);
	if (!ret && (!n || n > ROOTS_MAX))
		ret = error_set(err, REACH_RUN, "settings", _("%s holds %d certificates; 1 to %d make sense"), dir, n, ROOTS_MAX);
	crypto_hash_sha256_final(&hash, digest);
	sodium_bin2hex(roots.version, sizeof roots.version, digest, sizeof digest);
	return ret;
}

int certificate_open(const char *dir, struct error *err)
{
	if (NSS_NoDB_Init(NULL) != SECSuccess)
		return error_set(err, REACH_RUN, NULL, _("NSS does not start"));
	return dir ? read_roots(dir, err) : 0;
}

const char *certificate_roots(void)
{
	return roots.list ? roots.version : "none";
}

/* --- One certificate ------------------------------------------------------------------------------------------------ */

/* What a person reads later must be text: other bytes are left out. */
static const char *keep(struct arena *arena, const char *text)
{
	char *copy = arena_strdup(arena, text ? text : ""), *to = copy;

	for (const char *p = copy; *p; p++)
		if ((unsigned char)*p >= 0x20 && *p != 0x7f)
			*to++ = *p;
	*to = '\0';
	return copy;
}

static const char *part(struct arena *arena, const CERTName *name, char *(*get)(const CERTName *))
{
	char *text = get(name);
	const char *copy = keep(arena, text);

	PORT_Free(text);
	return copy;
}

/* libpkix asks no network unless it is told to; both kinds of revocation stay off. */
static void verify(CERTCertificate *cert, long long seconds, struct certificate *out)
{
	PRUint64 none[] = { 0, 0 };
	CERTRevocationFlags revocation = { { 2, none, 0, NULL, 0 }, { 2, none, 0, NULL, 0 } };
	CERTValInParam in[5] = { { .type = cert_pi_trustAnchors }, { .type = cert_pi_useOnlyTrustAnchors }, { .type = cert_pi_date },
				 { .type = cert_pi_revocationFlags }, { .type = cert_pi_end } };
	CERTValOutParam end = { .type = cert_po_end };

	out->trust = "not-verified";
	if (!roots.list)
		return;
	in[0].value.pointer.chain = roots.list;
	in[1].value.scalar.b = PR_TRUE;
	in[2].value.scalar.time = seconds ? (PRTime)seconds * PR_USEC_PER_SEC : PR_Now();
	in[3].value.pointer.revocation = &revocation;
	out->trust = "trusted";
	if (CERT_PKIXVerifyCert(cert, certificateUsageEmailSigner, in, &end, NULL) == SECSuccess)
		return;
	out->trust = "untrusted";
	switch (PORT_GetError()) {
	case SEC_ERROR_UNKNOWN_ISSUER:
	case SEC_ERROR_UNTRUSTED_ISSUER:
	case SEC_ERROR_UNTRUSTED_CERT:
		out->why = "issuer";
		break;
	case SEC_ERROR_EXPIRED_CERTIFICATE:
	case SEC_ERROR_EXPIRED_ISSUER_CERTIFICATE:
		out->why = "time";
		break;
	default:
		out->why = "other";
	}
}

static CERTCertificate *signer_of(NSSCMSMessage *message)
{
	NSSCMSContentInfo *content = NSS_CMSMessage_ContentLevel(message, 0);
	NSSCMSSignedData *data;
	NSSCMSSignerInfo *info;

	if (!content || NSS_CMSContentInfo_GetContentTypeTag(content) != SEC_OID_PKCS7_SIGNED_DATA)
		return NULL;
	data = NSS_CMSContentInfo_GetContent(content);
	if (!data || NSS_CMSSignedData_ImportCerts(data, CERT_GetDefaultCertDB(), certUsageEmailSigner, PR_FALSE) != SECSuccess)
		return NULL;
	info = NSS_CMSSignedData_GetSignerInfo(data, 0);
	return info ? NSS_CMSSignerInfo_GetSigningCertificate(info, CERT_GetDefaultCertDB()) : NULL;
}

int certificate_read(const unsigned char *cms, size_t size, long long seconds, struct arena *arena, struct certificate *out)
{
	SECItem der = { siBuffer, (unsigned char *)cms, (unsigned)size };
	NSSCMSMessage *message = NSS_CMSMessage_CreateFromDER(&der, NULL, NULL, NULL, NULL, NULL, NULL);
	CERTCertificate *cert = message ? signer_of(message) : NULL;

	*out = (struct certificate){ "", "", "", "", "", "not-verified", "" };
	if (cert) {
		out->name = part(arena, &cert->subject, CERT_GetCommonName);
		out->organisation = part(arena, &cert->subject, CERT_GetOrgName);
		out->unit = part(arena, &cert->subject, CERT_GetOrgUnitName);
		out->subject = keep(arena, cert->subjectName);
		out->issuer = keep(arena, cert->issuerName);
		verify(cert, seconds, out);
	}
	if (message)
		NSS_CMSMessage_Destroy(message); /* the certificate belongs to it */
	return cert ? 0 : -1;
}
