#!/bin/bash
# fuzz.sh BUILD SECONDS NAME...: runs each fuzz program for so long, from seeds made of samples/ and from what was found before.
#
# $SOHOA is the program itself, which makes the seeds of the text forms. The corpus of a program stays in BUILD/corpus/NAME; what broke it is BUILD/found/NAME-*. A finding becomes a unit test, and its input a file
# in tests/fuzz/NAME/, so that it is tried first from then on.
set -u
build=${1:?usage: tests/fuzz.sh BUILD SECONDS NAME...}
seconds=$2
shift 2
cd "$(dirname "$0")/.." || exit 2
export SOHOA_DATA=$PWD ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1 LC_ALL=C.UTF-8
samples=samples/lo-2026-01

# with BYTE FILE...: writes each file behind a byte that chooses, as seeds of the program
with() {
	local byte=$1 file
	shift
	for file; do
		{ printf "%b" "\\x$byte"; cat "$file"; } >"$seeds/$byte-$(basename "$(dirname "$file")")-$(basename "$file")"
	done
}

# The texts of the sample pages as truth has them, one file per page.
page_texts() {
	local n=0 text
	while IFS= read -r text; do
		n=$((n + 1))
		jq -r . <<<"$text" >"$1/page-$n.txt"
	done < <(jq -c '.pages[].text | select(. != null and . != "")' samples/truth/lo-2026-01/*.json)
}

small_pdf() {
	printf '%%PDF-1.4\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj\n'
	printf '3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 200 300]/Contents 4 0 R/Resources<</XObject<</Im0 5 0 R/Fm0 6 0 R>>>>>> endobj\n'
	printf '4 0 obj <</Length 42>> stream\nq 200 0 0 300 0 0 cm /Im0 Do Q q /Fm0 Do Q \nendstream endobj\n'
	printf '5 0 obj <</Type/XObject/Subtype/Image/Width 8/Height 2/BitsPerComponent 1/ColorSpace/DeviceGray/Length 2>> stream\nab\nendstream endobj\n'
	printf '6 0 obj <</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Length 7>> stream\n3 Tr () \nendstream endobj\ntrailer <</Root 1 0 R/Size 7>>\n%%%%EOF\n'
}

make_seeds() {
	local seeds=$2
	mkdir -p "$seeds"
	case $1 in
	pdf_content)
		with 01 "$samples"/*/*.tif
		small_pdf >"$seeds/small.pdf"
		with 01 "$seeds/small.pdf"
		printf '\0q 595 0 0 842 0 0 cm /Im0 Do Q BT /F1 12 Tf 3 Tr 1 0 0 1 72 700 Tm (abc) Tj [<41> -20 (b)] TJ ET' >"$seeds/scan"
		printf '\0q /Fm0 gs 1 0 0 RG 0 0 m 10 10 l h S BI /W 2 /H 2 /BPC 8 /CS /G ID abcd EI /Zz Do Q' >"$seeds/inline" ;;
	query | extract)
		page_texts "$seeds"
		printf '"quyết định" nguyen* 123/QĐ-UBND\nSố: 123/QĐ-UBND Nguyễn Văn An' >"$seeds/query" ;;
	serial)
		rm -rf "$build/fuzz-kho"
		"${SOHOA:?}" init "$build/fuzz-kho" >/dev/null &&
			"${SOHOA:?}" intake -q -A "$build/fuzz-kho" "$samples/H06.12-240227-0001" >/dev/null &&
			"${SOHOA:?}" run -q -A "$build/fuzz-kho" >/dev/null
		local object
		for object in "$build"/fuzz-kho/objects/*/*; do
			[[ $(head -c 1 "$object") == "{" ]] && with 00 "$object" && with 01 "$object"
		done ;;
	archive)
		local pack=$build/fuzz-pack
		rm -rf "$pack" && mkdir -p "$pack/lo/HS-01" "$pack/lo/HS-02"
		cp samples/lo-2026-01/lo.csv "$pack/lo"
		head -c 600 "$samples"/*/to-trinh.tif >"$pack/lo/HS-01/a.tif"
		echo hai >"$pack/lo/HS-02/số 2.txt"
		(cd "$pack" && zip -qr a.zip lo && zip -q0r b.zip lo && tar -cf c.tar lo && tar -czf d.tgz lo && tar -cJf e.txz lo &&
			tar --zstd -cf f.tzst lo && 7z a -bd g.7z lo >/dev/null)
		find "$pack" -maxdepth 1 -type f -exec cp -t "$seeds" {} + ;;
	list)
		cp "$samples/lo.csv" "$seeds"
		printf '\xef\xbb\xbfHộp;Hồ sơ;Tiêu đề;Số tờ;Số trang\r\n1;HS-01;"a;""b""";2;4\r\n' >"$seeds/semicolon" ;;
	esac
}

failed=0
mkdir -p "$build/found"
for name; do
	corpus=$build/corpus/$name
	[[ -d $corpus ]] || make_seeds "$name" "$corpus"
	[[ -d tests/fuzz/$name ]] && cp -n tests/fuzz/"$name"/* "$corpus"
	echo "fuzz $name: ${seconds} s from $(find "$corpus" -type f | wc -l) inputs"
	if ! "$build/tests/fuzz_$name" -max_total_time="$seconds" -max_len=65536 -rss_limit_mb=2048 -timeout=20 -verbosity=0 -print_final_stats=1 \
		-artifact_prefix="$build/found/$name-" "$corpus" >"$build/found/$name.log" 2>&1; then
		failed=$((failed + 1))
		grep -E 'ERROR|SUMMARY|runtime error|Assertion|Test unit written' "$build/found/$name.log"
	fi
	grep -E 'number_of_executed_units|peak_rss' "$build/found/$name.log" | sed 's/^stat:/  /'
done
echo "$failed found something"
((failed == 0))
