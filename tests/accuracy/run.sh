#!/bin/bash
# run.sh BUILD [EVAL]: how well pages are read, per page and in total; with EVAL also the fields of its scans.
#
# EVAL/real and EVAL/printed hold pages/NAME.png and truth/NAME.txt, EVAL/scans PDFs whose fields stand in EVAL/fields.jsonl. Without EVAL the
# samples are read and compared with samples/truth.
set -eu
build=$(realpath "${1:?usage: tests/accuracy/run.sh BUILD [EVAL]}")
eval=${2:+$(realpath "$2")}
here=$(cd "$(dirname "$0")/../.." && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
tools=$build/tests/accuracy

# Pages set aside are named on the screen and count as missed.
pages_read() {
	mkdir -p "$1"
	"$build/sohoa" read -q --to "$2" -o "$1" "${@:3}" || [[ $? == 1 ]]
}

if [[ $eval ]]; then
	for set in real printed; do
		echo "== $set"
		pages_read "$tmp/$set" text "$eval/$set"/pages/*.png
		"$tools/score" "$eval/$set/truth" "$tmp/$set"
	done
	echo "== fields"
	pages_read "$tmp/json" json "$eval"/scans/*.pdf
	"$tools/fields" "$eval/fields.jsonl" "$tmp/json" "$here/schemas/documents" || [[ $? == 1 ]]
	exit
fi
pairs=()
for truth in "$here"/samples/truth/*/*.json; do
	code=$(basename "$truth" .json)
	folder=$here/samples/$(basename "$(dirname "$truth")")/$code
	if [[ ! -d $folder ]]; then # the dossier that comes in an archive
		for z in "$here/samples/$(basename "$(dirname "$truth")")"/*.zip; do
			7z x -y -o"$tmp/unpacked" "$z" >/dev/null
		done
		folder=$(find "$tmp/unpacked" -type d -name "$code" | head -1)
	fi
	pages_read "$tmp/$code" text "$folder"/*
	pairs+=("$truth" "$tmp/$code")
done
echo "== samples"
"$tools/score" "${pairs[@]}"
