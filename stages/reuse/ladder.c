#include "stages/reuse/ladder.h"

#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/signatures.h"
#include "pipeline/key.h"

const char *ladder_signer_name(enum ladder_signer signer)
{
	static const char *const names[] = { "unknown", "agency", "certifier", "scan", "time" };

	return names[signer];
}

/* Names of offices are written short on certificates and long on papers, or the other way round. */
static const struct {
	const char *abbreviation, *full;
} shorts[] = {
	{ "ubnd ", "uy ban nhan dan " },
	{ "hdnd ", "hoi dong nhan dan " },
	{ "tp. ", "thanh pho " },
	{ "tp ", "thanh pho " },
	{ "tx. ", "thi xa " },
	{ "tt. ", "thi tran " },
};

static const char *full_name(struct arena *arena, const char *name)
{
	const char *key = key_name(arena, name);

	for (size_t i = 0; i < sizeof shorts / sizeof *shorts; i++) {
		const char *at = strstr(key, shorts[i].abbreviation);

		if (at && (at == key || at[-1] == ' '))
			key = arena_printf(arena, "%.*s%s%s", (int)(at - key), key, shorts[i].full, at + strlen(shorts[i].abbreviation));
	}
	return key;
}

static bool same(struct arena *arena, const char *name, const char *agency)
{
	return *name && agency && !strcmp(full_name(arena, name), agency);
}

/* Who may certify copies: Nghị định 23/2015/NĐ-CP, Điều 5. */
static bool certifies(struct arena *arena, const char *name)
{
	static const char *const offices[] = { "phong tu phap", "uy ban nhan dan xa", "uy ban nhan dan phuong", "uy ban nhan dan thi tran", "phong cong chung",
					       "van phong cong chung" };
	const char *key = full_name(arena, name);

	for (size_t i = 0; i < sizeof offices / sizeof *offices; i++)
		if (!strncmp(key, offices[i], strlen(offices[i])))
			return true;
	return false;
}

enum ladder_signer ladder_signer(struct arena *arena, const struct signature *s, const char *agency)
{
	const char *full = agency ? full_name(arena, agency) : NULL;

	if (s->timestamp)
		return SIGNER_TIME;
	/* the holder's own name: an officer's certificate names the agency as organisation, and does not sign for it */
	if (same(arena, s->name, full))
		return SIGNER_AGENCY;
	if (!strcmp(s->place, "top-left"))
		return SIGNER_SCAN;
	return certifies(arena, s->name) ? SIGNER_CERTIFIER : SIGNER_UNKNOWN;
}

bool ladder_stands(const struct signature *s)
{
	return !strcmp(s->integrity, "valid") && !strcmp(s->trust, "trusted") && !strcmp(s->later, "none");
}

int ladder_level(const char *copy, bool scanned, enum ladder_signer signer)
{
	bool photocopy = copy && (!strcmp(copy, "photocopy") || !strcmp(copy, "certified-copy"));

	if (!copy || photocopy)
		return 0;
	/* an electronic certified copy is a picture of the original, signed by who certifies (Nghị định 45/2020/NĐ-CP, Điều 10) */
	if (!strcmp(copy, "e-certified-copy"))
		return signer == SIGNER_CERTIFIER || signer == SIGNER_AGENCY ? 3 : 0;
	if (signer != SIGNER_AGENCY)
		return 0;
	if (scanned) /* Luật Giao dịch điện tử 2023, Điều 12; Nghị định 137/2024/NĐ-CP, Điều 4 */
		return 2;
	return strcmp(copy, "original") ? 3 : 4; /* Nghị định 45/2020/NĐ-CP, Điều 10 and 14; domain levels of docs/reuse.md */
}
