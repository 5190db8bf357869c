#!/bin/bash
# What people type is answered, or a sentence says how to write it; never an error. The answers in JSON are whole, pages of results lose and repeat nothing.
. "$(dirname "$0")/lib.sh"
export SOHOA_ARCHIVE=$TMP/kho LC_ALL=C.UTF-8
for ((i = 1; i <= 3; i++)); do
	mkdir -p "$TMP/lo/HS-$i"
	decision $i "công nhận kết quả xét tuyển" "Điều 1. Công nhận kết quả xét tuyển của ông Nguyễn Văn Dương, đường Lê Lợi." | draw "$TMP/lo/HS-$i/1.png" 150
	decision 1$i "cấp đất tái định cư" "Điều 1. Cấp đất cho hộ bà Đỗ Thị Hường." | draw "$TMP/lo/HS-$i/2.png" 150
done
"$SOHOA" init "$SOHOA_ARCHIVE" >/dev/null
"$SOHOA" intake -q "$TMP/lo" >/dev/null
"$SOHOA" run -q -j2 >/dev/null

# --- every example of the help, in both languages
for language in en vi; do
	LANGUAGE=$language "$SOHOA" help search | grep '^ sohoa search' >"$TMP/examples"
	is "the help has its examples ($language)" "$(wc -l <"$TMP/examples")" 3
	while read -r _ rest; do
		exits "sohoa $rest" 0 bash -c "'$SOHOA' $rest"
	done <"$TMP/examples"
done

# --- whatever is typed
answered() { # QUERY: both ways it is an answer in whole UTF-8
	"$SOHOA" search --json --facets -- "$1" 2>/dev/null | iconv -f UTF-8 -t UTF-8 | jq -e '.notes != null and (.hits | length) >= 0 and .understood != null' >/dev/null &&
		"$SOHOA" search --explain -- "$1" 2>&1 | iconv -f UTF-8 -t UTF-8 >/dev/null
}
long=$(printf 'ươ%.0s' $(seq 1 300))
bad=
for q in '!@#$%^&*()_+-=[]{}|;:,./<>?' '"' '""' '" "' '"đất' '“đất' 'đất)' '((đất' ')(' AND OR NOT NEAR 'NEAR(đất nhà, 5)' '^đất' '*' '**' 'n*' ':' 'a:' ':a' + - '{}' \
	'{a b}:đất' '- đất' '-đất' 'đ*t' '~' 'đất~*' $'đất\x01\x1b[31m' $'\xff\xfe\xc3' $'đất\xff' $'\xe2\x80\xaeđất' $'đ\xe2\x80\x8eất' 😀 '' ' ' $'\t\n' \
	"a' OR 1=1 --" 'đất OR OR' 'NOT NOT' "$long" "đất $long" "\"$long $long\"" "người:$long" "loại:$long" "$long:đất" 'hiệu lực:abc' 'số: số:' \
	"$(head -c 10240 /dev/zero | tr '\0' a)" "$(printf 'đất %.0s' $(seq 1 2000))" "$(printf 'loại:%.0s' $(seq 1 2000))" "$(printf '(%.0s' $(seq 1 10240))"; do
	answered "$q" || bad="$bad [${q:0:40}]"
done
is "every query is answered" "$bad" ""
notes() { "$SOHOA" search --json -- "$1" | jq -r '.notes | join(" ")'; }
like "n* is left out, and it says so" "$(notes 'n* đất')" '"n\*" would be nearly every word'
is "the rest is answered" "$("$SOHOA" search --json 'n* đất' | jq .total)" 3
like "an unknown field" "$(notes 'giờ:12')" 'no field "giờ:"; its value'
like "a misspelt one" "$(notes 'loia:đất')" 'did you mean loại:'
like "no day" "$(notes 'ngày:31/2/2024 đất')" '"ngày:31/2/2024" is no day'
is "each sentence once" "$("$SOHOA" search --json 'số: số: số: đất' | jq '.notes | length')" 1
like "nothing to look for" "$("$SOHOA" search '()' 2>&1)" 'holds no word'
like "what leaves pages out says so" "$(notes 'quyết định -đất')" 'with "đất" are left out'
like "an option that there is none of" "$("$SOHOA" search -- 2>&1; "$SOHOA" search --json '-đất' 2>&1)" 'there is no option -đất'

# --- order, pages of results, facets
is "accents as typed come first" "$("$SOHOA" search --json -n 1 'Hường' | jq -r '.hits[0].pages[0].why[]')" as-typed
for sort in relevance newest oldest date; do
	all=$("$SOHOA" search --json -n 100 --sort $sort 'quyết định' | jq -r '.hits[].document')
	after= got=
	while :; do
		"$SOHOA" search --json -n 4 --sort $sort ${after:+--after "$after"} 'quyết định' >"$TMP/page"
		got+=$(jq -r '.hits[].document' "$TMP/page")$'\n'
		after=$(jq -r '.next // ""' "$TMP/page")
		[[ $after ]] || break
	done
	is "--sort $sort: the pages of results are the whole" "$got" "$all"$'\n'
done
is "what comes near is answered in any order" "$("$SOHOA" search --json --sort newest 'cấp đất tái định cư khẩn' | jq '[.total, .hits[0].pages[0].page]' -c)" '[0,1]'
is "facets count what is found" "$("$SOHOA" search --json --facets 'lô:lo' -n 0 | jq -c '[.total, (.facets.type | map(.count) | add), .facets_more.type]')" '[6,6,0]'
done_testing
