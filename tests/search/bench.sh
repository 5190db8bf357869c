#!/bin/bash
# bench.sh BUILD LANGUAGE PAGES...: fills one archive with so many drawn pages, the smallest number first, asks it at each size, and puts the figures into
# BUILD/search/bench.tsv and, with several sizes, the picture of them into BUILD/search/curve.svg. At 100,000 pages and below SQLite's own FTS5 is measured
# beside it.
set -eu
build=$1 language=$2
shift 2
export SOHOA_DATA=$PWD
mkdir -p "$build/search"
rm -rf "$build/search/bench"
: >"$build/search/bench.tsv"
for pages in $(printf '%s\n' "$@" | sort -n); do
	plain=
	((pages <= 100000)) && plain=plain
	"$build/tests/search/bench" "$language" "$build/search/bench" "$pages" $plain | tee -a "$build/search/bench.tsv"
	rm -f "$build/search/bench/plain.db"*
done
rm -rf "$build/search/bench"
(($# == 1)) || tests/search/curve.sh <"$build/search/bench.tsv" >"$build/search/curve.svg"
