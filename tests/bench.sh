#!/bin/bash
# bench.sh BUILD [FOLDER]: pages per second of the whole walk against the command-line peers, in the same run, one after the other.
#
# FOLDER holds scanned PDFs; without one the samples are used (their images packed into PDFs first, outside the clock). The peers do
# less: they only write text or a PDF; sohoa takes in, reads, splits, extracts, indexes and judges. ROUNDS=n repeats (default 3),
# the median round counts, because machines are noisy.
set -eu
build=$(realpath "${1:?usage: tests/bench.sh BUILD [FOLDER]}")
here=$(cd "$(dirname "$0")/.." && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cores=$(nproc)
mkdir "$tmp/pdf"
if [[ ${2:-} ]]; then
	find "$(realpath "$2")" -maxdepth 1 -iname '*.pdf' -exec cp {} "$tmp/pdf/" \;
else
	while IFS= read -r -d '' f; do
		name=$(sed 's|/|_|g' <<<"${f#"$here"/samples/}")
		case ${f,,} in
		*.pdf) cp "$f" "$tmp/pdf/$name" ;;
		*) img2pdf --output "$tmp/pdf/$name.pdf" "$f" 2>/dev/null || echo "left out: $f" ;;
		esac
	done < <(find "$here"/samples/lo-* -type f \( -iname '*.pdf' -o -iname '*.tif' -o -iname '*.jpg' -o -iname '*.png' \) -print0 | sort -z)
fi
pages=0
for f in "$tmp"/pdf/*.pdf; do
	pages=$((pages + $(pdfinfo "$f" 2>/dev/null | awk '/^Pages:/ { print $2 }')))
done
echo "$pages pages in $(ls "$tmp/pdf" | wc -l) PDFs, $cores cores, $(tesseract --version 2>&1 | head -1)"

peer_tesseract() {
	export OMP_THREAD_LIMIT=1
	local d=$tmp/peer1
	mkdir "$d"
	for f in "$tmp"/pdf/*.pdf; do
		printf '%s\0' "$f"
	done | xargs -0 -P"$cores" -I{} sh -c 'pdftoppm -r 300 -png "$1" "$2/$(basename "$1")"' sh {} "$d" 2>/dev/null
	printf '%s\0' "$d"/*.png | xargs -0 -P"$cores" -I{} tesseract {} {} -l vie >/dev/null 2>&1
}
peer_ocrmypdf() {
	unset OMP_THREAD_LIMIT
	mkdir "$tmp/peer2"
	for f in "$tmp"/pdf/*.pdf; do
		ocrmypdf -q -l vie --force-ocr --output-type pdf --optimize 0 -j "$cores" "$f" "$tmp/peer2/$(basename "$f")" >/dev/null 2>&1 || true
	done
}
whole_walk() {
	"$build/sohoa" init "$tmp/kho" >/dev/null
	"$build/sohoa" intake -A "$tmp/kho" "$tmp/pdf" >/dev/null 2>&1 || [[ $? == 1 ]]
	"$build/sohoa" run -A "$tmp/kho" -j "$cores" >/dev/null 2>&1 || [[ $? == 1 ]]
}
read_only() {
	mkdir "$tmp/texts"
	"$build/sohoa" read -q -j "$cores" -o "$tmp/texts" "$tmp"/pdf/*.pdf 2>/dev/null || [[ $? == 1 ]]
}

names=(peer_tesseract peer_ocrmypdf whole_walk read_only)
for round in $(seq "${ROUNDS:-3}"); do
	for name in "${names[@]}"; do
		rm -rf "$tmp"/peer1 "$tmp"/peer2 "$tmp"/kho "$tmp"/texts
		begun=$(date +%s%N)
		(set -e; $name)
		echo $((($(date +%s%N) - begun) / 1000000)) >>"$tmp/$name.ms"
	done
done
median() { sort -n "$tmp/$1.ms" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
rate() { awk -v p="$pages" -v ms="$(median "$1")" 'BEGIN { printf "%.2f", p * 1000 / ms }'; }
a=$(rate peer_tesseract) b=$(rate peer_ocrmypdf) s=$(rate whole_walk) r=$(rate read_only)
best=$(printf '%s\n%s\n' "$a" "$b" | sort -n | tail -1)
printf '%-46s %s pages/s\n' "pdftoppm -r 300 | xargs -P$cores tesseract" "$a" "ocrmypdf -j $cores (plain PDF)" "$b" \
	"sohoa: init, intake, run" "$s" "sohoa read" "$r"
awk -v s="$s" -v b="$best" 'BEGIN { printf "sohoa against the better peer: %.2f times\n", s / b }'
# The target stands against the first peer; build/bench.txt is what `make accuracy` shows of it.
awk -v s="$s" -v a="$a" -v n="$pages" 'BEGIN { printf "sohoa against pdftoppm and tesseract: %.2f times on %d pages (must 2.5, aim 4)\n", s / a, n }' | tee "$build/bench.txt"

# Resident memory of a worker, at its highest, while it reads everything once more.
mkdir "$tmp/memory"
"$build/sohoa" read -q -j 1 -o "$tmp/memory" "$tmp"/pdf/*.pdf 2>/dev/null &
pid=$!
peak=0
while kill -0 $pid 2>/dev/null; do
	for w in $(pgrep -P $pid 2>/dev/null); do
		now=$(awk '/^VmHWM/ { print $2 }' "/proc/$w/status" 2>/dev/null || true)
		((${now:-0} > peak)) && peak=$now
	done
	sleep 0.2
done
echo "largest resident memory of a worker: $((peak / 1024)) MiB"
