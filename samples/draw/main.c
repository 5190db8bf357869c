/*
 * draw - draws the sample dossiers and their truth
 *
 *   draw -t TEXT -o SAMPLES                          the batch of samples/
 *   draw -t TEXT -o DIR --bench N [--seed S] [--noise clean|mild|bad|thin]
 *   draw -t TEXT -o DIR --stacks N [--seed S] [--noise clean|office|bad] [--only TEMPLATE]
 *   draw --check COMMITTED FRESH                     compares two samples folders
 */
#include "draw.h"

#include <getopt.h>
#include <leptonica/allheaders.h>
#include <stdlib.h>

static int usage(void)
{
	fprintf(stderr, "draw -t TEXT -o DIR [--bench N] [--seed S] [--noise clean|mild|bad|thin]\n"
			"draw -t TEXT -o DIR --stacks N [--seed S] [--noise clean|office|bad] [--only TEMPLATE]\n"
			"draw --check COMMITTED FRESH\n");
	return 2;
}

int main(int argc, char **argv)
{
	static const struct option options[] = { { "bench", required_argument, NULL, 'b' }, { "seed", required_argument, NULL, 's' },
						 { "noise", required_argument, NULL, 'n' }, { "check", no_argument, NULL, 'c' },
						 { "stacks", required_argument, NULL, 'k' }, { "only", required_argument, NULL, 'p' }, { 0 } };
	const char *text = "samples/draw/text", *out = NULL, *noise = NULL, *only = NULL;
	uint64_t seed = 1;
	int ndossiers = 0, nstacks = 0, option;
	bool check = false;

	setMsgSeverity(L_SEVERITY_ERROR);
	l_pdfSetDateAndVersion(0); /* a date in a PDF would make every drawing another file */
	while ((option = getopt_long(argc, argv, "t:o:", options, NULL)) != -1) {
		switch (option) {
		case 't': text = optarg; break;
		case 'o': out = optarg; break;
		case 'b': ndossiers = atoi(optarg); break;
		case 's': seed = strtoull(optarg, NULL, 10); break;
		case 'k': nstacks = atoi(optarg); break;
		case 'n': noise = optarg; break;
		case 'p': only = optarg; break;
		case 'c': check = true; break;
		default: return usage();
		}
	}
	if (check)
		return optind + 2 == argc ? check_samples(argv[optind], argv[optind + 1]) ? 1 : 0 : usage();
	if (!out || optind != argc)
		return usage();
	if (nstacks)
		return stacks_draw(text, out, nstacks, seed, noise ? noise : "office", only) ? 1 : 0;
	return (ndossiers ? bench_draw(text, out, ndossiers, seed, noise ? noise : "mild") : batch_draw(text, out)) ? 1 : 0;
}
