#!/bin/bash
# bench.sh BUILD LANGUAGE PAGES...: builds an archive of so many drawn pages each, asks it, and puts the figures into BUILD/search/bench.tsv; with
# several sizes also BUILD/search/curve.svg. Up to 100,000 pages SQLite's own FTS5 is measured beside it.
set -eu
build=$1 language=$2
shift 2
export SOHOA_DATA=$PWD
mkdir -p "$build/search"
: >"$build/search/bench.tsv"
for pages; do
	rm -rf "$build/search/bench-$pages"
	plain=
	((pages <= 100000)) && plain=plain
	"$build/tests/search/bench" "$language" "$build/search/bench-$pages" "$pages" $plain | tee -a "$build/search/bench.tsv"
	rm -rf "$build/search/bench-$pages"
done
(($# > 1)) || exit 0

# One line a class: p95 with readers and a writer (logarithmic) over pages.
awk -F '\t' 'function x(p) { return 80 + (log(p) - log(10000)) / log(100) * 560 }
	function y(v) { return 340 - log(v < 1 ? 1 : v) / log(1000) * 300 }
	/readers/ { split($3, a, " "); v = a[length(a) - 1]; if (!($2 in path)) { order[++n] = $2; path[$2] = "M" } else path[$2] = path[$2] "L"
		path[$2] = path[$2] x($1) " " y(v); last[$2] = y(v) }
	END { print "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"820\" height=\"400\" font-family=\"sans-serif\" font-size=\"12\">"
		print "<text x=\"80\" y=\"20\">p95 in ms, 4 readers beside a writer</text>"
		for (v = 1; v <= 1000; v *= 10) printf "<path d=\"M80 %d H640\" stroke=\"#ccc\"/><text x=\"40\" y=\"%d\">%d</text>\n", y(v), y(v) + 4, v
		for (p = 10000; p <= 1000000; p *= 10) printf "<text x=\"%d\" y=\"365\">%d pages</text>\n", x(p) - 30, p
		split("#1b6 #c40 #06c #a0a #880 #088 #555 #d08", colour, " ")
		for (i = 1; i <= n; i++) printf "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/><text x=\"650\" y=\"%d\" fill=\"%s\">%s</text>\n",
			path[order[i]], colour[i], 30 + 18 * i, colour[i], order[i]
		print "</svg>" }' "$build/search/bench.tsv" >"$build/search/curve.svg"
