#!/bin/bash
# profile.sh BUILD [FOLDER]: where the time of reading goes: per room, per library, per function, as shares of processor time.
#
# FOLDER holds scans (PDF, TIFF, JPEG, PNG); without one the samples are read. One process walks all pages through decode, image and ocr
# (tests/accuracy/rooms.c, whose clocks give the rooms); perf samples it for the rest (package linux-perf). Where perf may not count, callgrind
# (package valgrind) counts the instructions of the first two files, which is slow and knows no waiting.
set -eu
build=$(realpath "${1:?usage: tests/profile.sh BUILD [FOLDER]}")
here=$(cd "$(dirname "$0")/.." && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
rooms=$build/tests/accuracy/rooms
mapfile -d '' files < <(find "$(realpath "${2:-$here/samples/lo-2026-01}")" -type f \( -iname '*.pdf' -o -iname '*.tif' -o -iname '*.jpg' -o -iname '*.png' \) -print0 | sort -z)
((${#files[@]})) || { echo "profile: no scans in ${2:-samples}" >&2; exit 2; }

found() { # KEYS OPTION...: what perf found, parted by '|', without what it says around it
	perf report -i "$tmp/perf" --stdio -g none --percent-limit 0.7 -t '|' -s "$@" 2>/dev/null | grep -v '^#\|^ *$' | sed -E 's/\[[.k]\] //g; s/ *\| */|/g'
}

if perf record -q -F 499 -o "$tmp/perf" true 2>/dev/null; then
	"$rooms" "${files[@]}" 2>/dev/null | tail -n 3
	perf record -q -F 199 --call-graph dwarf,8192 -o "$tmp/perf" "$rooms" "${files[@]}" 2>/dev/null >/dev/null
	printf '\nfunctions of ours, with all that they call\n'
	found dso,symbol --children | awk -F'|' '$3 == "rooms" && $4 !~ /inlined|^main|^_start/ { printf "%8s  %s\n", $1, $4 }' | head -n 40
	printf '\nby library\n'
	found dso --no-children | awk -F'|' '{ printf "%8s  %s\n", $1, $2 }' | head -n 12
	printf '\nby function, alone\n'
	found symbol,dso --no-children | awk -F'|' '{ printf "%8s  %-48s %s\n", $1, $2, $3 }' | head -n 30
elif command -v valgrind >/dev/null; then
	"$rooms" "${files[@]}" 2>/dev/null | tail -n 3
	printf '\nby function (instructions of %d files)\n' "$((${#files[@]} < 2 ? ${#files[@]} : 2))"
	valgrind -q --tool=callgrind --callgrind-out-file="$tmp/callgrind" "$rooms" "${files[@]:0:2}" >/dev/null 2>&1
	callgrind_annotate "$tmp/callgrind" | grep -E '^ *[0-9,]+ \(' | head -n 40
else
	"$rooms" "${files[@]}" 2>/dev/null | tail -n 3
	echo "profile: neither perf (linux-perf) nor valgrind is there: no functions" >&2
fi
