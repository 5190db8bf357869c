#!/bin/bash
# ablation.sh BUILD [EVAL]: what each step of cleaning earns: the same pages with one step switched off at a time, and with all of them off.
#
# Pages: EVAL/real and EVAL/printed where given, and the drawn dossiers of run.sh (DOSSIERS of SEED at each level of noise). One process reads a
# set; milliseconds are its processor time in the image and ocr rooms, which noise of the machine touches little. Writes BUILD/accuracy/ablation.tsv.
set -eu
build=$(realpath "${1:?usage: tests/accuracy/ablation.sh BUILD [EVAL]}")
eval=${2:+$(realpath "$2")}
out=$build/accuracy
dossiers=${DOSSIERS:-12}
seed=${SEED:-1000}
steps=(colour enlarge leaders missed paper seals specks through)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# settings STEP...: a file with these switched off
settings() {
	echo "clean:" >"$tmp/off.yaml"
	printf '  %s: false\n' "$@" >>"$tmp/off.yaml"
}

# set_read NAME: reads the pages of a set; names its truth and texts in `pairs`
set_read() {
	local o=$tmp/read/$1 truth code
	rm -rf "$o"
	pairs=()
	case $1 in
	real | printed)
		mkdir -p "$o"
		"$build/tests/accuracy/rooms" -s "$tmp/off.yaml" -o "$o" "$eval/$1"/pages/*.png 2>/dev/null >"$o.log"
		pairs=("$eval/$1/truth" "$o")
		;;
	*)
		local batch=$out/drawn/$dossiers-$seed-$1
		for truth in "$batch/truth/lo-$seed"/*.json; do
			code=$(basename "$truth" .json)
			mkdir -p "$o/$code"
			"$build/tests/accuracy/rooms" -s "$tmp/off.yaml" -o "$o/$code" "$batch/lo-$seed/$code"/* 2>/dev/null >>"$o.log"
			pairs+=("$truth" "$o/$code")
		done
		;;
	esac
}

# row NAME: one line of the table with the settings that are written
row() {
	for set in "${sets[@]}"; do
		set_read "$set"
		"$build/tests/accuracy/score" "${pairs[@]}" | tail -n 1 | sed -E 's/.*CER ([0-9.]+)%.*recall ([0-9.]+)%.*precision ([0-9.]+)%.*/\1\t\2\t\3/' >"$tmp/score"
		awk '/ dpi  decode/ { n++; for (i = 1; i < NF; i++) if ($i == "image" || $i == "Tesseract" || $i == "it") ms += $(i + 1) }
			END { printf "%.0f\n", ms / n }' "$tmp/read/$set.log" >"$tmp/ms"
		rm -f "$tmp/read/$set.log"
		printf '%s\t%s\t%s\t%s\n' "$set" "$1" "$(cat "$tmp/score")" "$(cat "$tmp/ms")"
	done
}

mkdir -p "$tmp/read" "$out"
sets=(${eval:+real printed} clean mild bad thin)
{
	printf 'pages\tswitched off\tCER %%\tword recall %%\tword precision %%\tms/page\n'
	echo "clean:" >"$tmp/off.yaml"
	row "nothing"
	for step in "${steps[@]}"; do
		settings "$step"
		row "$step"
	done
	settings "${steps[@]}"
	row "all"
} >"$tmp/table"
{ head -n 1 "$tmp/table"; for set in "${sets[@]}"; do grep "^$set	" "$tmp/table"; done; } | tee "$out/ablation.tsv"
