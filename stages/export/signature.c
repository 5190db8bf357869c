#include "stages/export/signature.h"

#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/signatures.h"
#include "pipeline/error.h"
#include "stages/reuse/reuse.h"

struct phrase {
	const char *word, *phrase;
};

static const char *say(const struct phrase *phrases, const char *word)
{
	while (phrases->word && strcmp(phrases->word, word) != 0)
		phrases++;
	return _(phrases->phrase);
}

const char *signature_integrity(const struct signature *s)
{
	static const struct phrase phrases[] = { { "valid", N_("as it was signed") },
						 { "changed", N_("changed after it was signed") },
						 { "invalid", N_("the signature is not that of its certificate") },
						 { "malformed", N_("the signature is damaged or does not cover the file") },
						 { NULL, N_("could not be checked") } };

	return say(phrases, s->integrity);
}

const char *signature_trust(const struct signature *s)
{
	static const struct phrase phrases[] = { { "issuer", N_("not trusted: none of the given roots vouches for it") },
						 { "time", N_("not trusted: it did not hold when it signed") },
						 { "other", N_("not trusted: it is not made for this") },
						 { NULL, N_("not verified: no roots are given") } };

	return strcmp(s->trust, "trusted") ? say(phrases, s->why) : _("trusted; whether it was revoked is not known here");
}

const char *signature_later(const struct signature *s)
{
	static const struct phrase phrases[] = { { "none", N_("nothing was added") },
						 { "signed", N_("something was added and signed") },
						 { NULL, N_("something was added that nobody signed") } };

	return say(phrases, s->later);
}

const char *signature_signer(const struct reuse_signature *s)
{
	static const char *const phrases[] = { N_("not the agency of the paper"), N_("the agency of the paper"), N_("an office that certifies copies"),
					       N_("who scanned it"), N_("a time service") };

	return _(phrases[s->signer]);
}

char *signature_line(struct arena *arena, const struct reuse_signature *s)
{
	const struct signature *f = s->found;

	return arena_printf(arena, _("%s%s%.10s: file: %s; certificate: %s; afterwards: %s; signer: %s"), *f->name ? f->name : f->subject,
			    *f->signed_at ? ", " : "", f->signed_at, signature_integrity(f), signature_trust(f), signature_later(f), signature_signer(s));
}

const char *signature_level(int level)
{
	static const char *const phrases[] = { N_("a copy"), N_("information only"), N_("scan with the signature of an agency"),
					       N_("electronic copy, signed by who may certify it"), N_("electronic result, signed by the agency") };

	return level >= 0 && level <= 4 ? _(phrases[level]) : "";
}
