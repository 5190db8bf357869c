#!/bin/bash
# calibrate.sh BUILD [EVAL]: fits the weights of word confidences and writes stages/ocr/calibration.h.
#
# Fitted on dossiers of seed 2000 at each level of noise, tried on dossiers of seed 1000 and, with EVAL, on EVAL/real and EVAL/printed. Seeds of
# dossiers follow one another (1000 to 1011), so the two share none. What was read stays in BUILD/accuracy/raw; KEPT=1 fits it once more, SEEDS=2000 leaves out the trial on drawn pages.
set -eu
build=$(realpath "${1:?usage: tests/accuracy/calibrate.sh BUILD [EVAL]}")
eval=${2:+$(realpath "$2")}
here=$(cd "$(dirname "$0")/../.." && pwd)
dossiers=${DOSSIERS:-12}
read=$build/accuracy/raw
[[ ${KEPT:-} ]] || rm -rf "$read"
mkdir -p "$read"
printf 'ocr:\n  confidence: raw\n' >"$read/settings.yaml"

pages_read() {
	[[ ! -e $1 ]] || return 0
	mkdir -p "$1"
	"$build/sohoa" read -q -s "$read/settings.yaml" --to page -o "$1" "${@:2}" || [[ $? == 1 ]]
}

sets=()
for seed in ${SEEDS:-2000 1000}; do
	DOSSIERS=$dossiers SEED=$seed "$here/tests/accuracy/drawn.sh" "$build"
	for noise in clean mild bad; do
		batch=$build/accuracy/drawn/$dossiers-$seed-$noise
		for truth in "$batch/truth/lo-$seed"/*.json; do
			code=$(basename "$truth" .json)
			pages_read "$read/$seed/$noise/$code" "$batch/lo-$seed/$code"/*
			sets+=("$([[ $seed == 2000 ]] && echo fit || echo drawn)-$noise" "$truth" "$read/$seed/$noise/$code" "$batch/lo-$seed/$code")
		done
	done
done
for set in ${eval:+real printed}; do
	pages_read "$read/$set" "$eval/$set"/pages/*.png
	sets+=("$set" "$eval/$set/truth" "$read/$set" "$eval/$set/pages")
done
"$build/tests/accuracy/calibrate" -o "$here/stages/ocr/calibration.h" "${sets[@]}"
