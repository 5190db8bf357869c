#!/bin/bash
# run.sh BUILD [EVAL]: how well pages are read: per page, in total against the targets, and as a page to look at, BUILD/accuracy/index.html.
#
# EVAL/real and EVAL/printed hold pages/NAME.png and truth/NAME.txt, EVAL/scans PDFs whose fields stand in EVAL/fields.jsonl. Besides, with or
# without EVAL, DOSSIERS dossiers of SEED are drawn at each level of noise; BUILD/accuracy/drawn keeps them for the next run.
# BUILD/accuracy/ablation.tsv, where there is one, becomes part of the page, and so does what `make bench` left in BUILD/bench.txt.
set -eu
build=$(realpath "${1:?usage: tests/accuracy/run.sh BUILD [EVAL]}")
eval=${2:+$(realpath "$2")}
here=$(cd "$(dirname "$0")/../.." && pwd)
tools=$build/tests/accuracy
out=$build/accuracy
dossiers=${DOSSIERS:-12}
seed=${SEED:-1000}
read=$(mktemp -d)
trap 'rm -rf "$read"' EXIT
mkdir -p "$out"

# Pages set aside are named on the screen and count as missed.
pages_read() {
	mkdir -p "$1"
	"$build/sohoa" read -q --to "$2" -o "$1" "${@:3}" || [[ $? == 1 ]]
}

"$here/tests/accuracy/drawn.sh" "$build"
sets=() options=()
for set in ${eval:+real printed}; do
	pages_read "$read/$set" page "$eval/$set"/pages/*.png
	sets+=("$set" "$eval/$set/truth" "$read/$set" "$eval/$set/pages")
done
for noise in clean mild bad thin; do
	batch=$out/drawn/$dossiers-$seed-$noise
	for truth in "$batch/truth/lo-$seed"/*.json; do
		code=$(basename "$truth" .json)
		pages_read "$read/$noise/$code" page "$batch/lo-$seed/$code"/*
		sets+=("drawn-$noise" "$truth" "$read/$noise/$code" "$batch/lo-$seed/$code")
	done
done
if [[ $eval ]]; then
	pages_read "$read/json" json "$eval"/scans/*.pdf
	"$tools/fields" "$eval/fields.jsonl" "$read/json" "$here/schemas/documents" >"$read/fields.txt" || [[ $? == 1 ]]
	options+=(-f "$read/fields.txt")
fi
[[ ! -e $out/ablation.tsv ]] || options+=(-a "$out/ablation.tsv")
[[ ! -e $build/bench.txt ]] || options+=(-b "$build/bench.txt")
"$tools/report" -e "$("$build/sohoa" version)" "${options[@]}" -o "$out" "${sets[@]}"
