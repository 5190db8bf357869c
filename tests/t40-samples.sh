#!/bin/bash
# The whole walk on samples/ against their truth: cuts, types, fields, verdicts. Nothing may be invented.
. "$(dirname "$0")/lib.sh"

export SOHOA_ARCHIVE=$TMP/kho
"$SOHOA" init "$SOHOA_ARCHIVE" >/dev/null
exits "taken in" 0 "$SOHOA" intake -q "$SAMPLES/lo-2026-01"
exits "read" 0 "$SOHOA" run -q -j2
like "the counts close" "$("$SOHOA" status)" '25 = 23 in papers \+ 2 blank \+ 0 separators'

# What is there and what should be, one paper a line: [key, paper].
papers='{key: (.dossier + " " + ([.pages[] | "\(.file):\(.page)"] | join(" "))), value: .}'
for dossier in "$SAMPLES"/truth/lo-2026-01/*.json; do
	"$SOHOA" export -o "$TMP/json" --to json "$(basename "$dossier" .json)" >/dev/null
done
# The empty back of a sheet is listed with its paper; the truth lists what is written.
blank=$(jq -c '[.dossier as $d | .pages[] | select(.kind == "blank") | "\($d) \(.file):\(.page)"]' "$SAMPLES"/truth/lo-2026-01/*.json | jq -sc add)
find "$TMP/json" -name '*.json' -exec cat {} + | jq -sc --argjson blank "$blank" \
	"[.[] | .dossier as \$d | .pages |= map(select(\"\(\$d) \(.file):\(.page)\" as \$p | \$blank | index(\$p) | not)) | $papers] | from_entries" >"$TMP/got"
jq -sc "[.[] | .dossier as \$d | .documents[] | .dossier = \$d | $papers] | from_entries" "$SAMPLES"/truth/lo-2026-01/*.json >"$TMP/wanted"

# both FILTER: with $got and $wanted bound to the two objects
both() {
	jq -rn --slurpfile g "$TMP/got" --slurpfile w "$TMP/wanted" "\$g[0] as \$got | \$w[0] as \$wanted | $1"
}

is "every paper is cut where it begins and ends" "$(both '$got | keys_unsorted | sort | .[]')" "$(both '$wanted | keys | .[]')"
is "every paper is recognised" "$(both '$got | to_entries | sort_by(.key) | .[] | .key + " " + .value.type')" \
	"$(both '$wanted | to_entries | sort_by(.key) | .[] | .key + " " + .value.type')"
is "the same verdicts" "$(both '$got | to_entries | sort_by(.key) | .[] | .key + " " + .value.verdict')" \
	"$(both '$wanted | to_entries | sort_by(.key) | .[] | .key + " " + .value.verdict')"
is "every reason of the truth is given" \
	"$(both '$wanted | to_entries[] | .key as $k | (.value.reasons - [$got[$k].reasons[]?.code])[] | $k + " " + .')" ""
# What a pen wrote may be read, figure by figure, or wait for a person.
is "what is blank has no value, and what a pen wrote no other" \
	"$(both '$wanted | to_entries[] | .key as $k | .value.fields | to_entries[] | select(.value.state != "read") | .key as $f | .value.state as $s |
		$got[$k].fields[$f] | select((.state != $s or .value != null) and (.state == "read" and .value == $wanted[$k].fields[$f].written | not)) | "\($k) \($f) \(.state)"')" ""
is "each value that was read says where it stands" \
	"$(both '$got | to_entries[] | .key as $k | .value.fields | to_entries[] | select(.value.state == "read" and (.value.box == null or .value.page == null)) |
		"\($k) \(.key)"')" ""

# A name of agency, place or person may come out with a mark amiss; figures may not.
figures='["number", "date", "owner_id", "owner_birth", "expires", "replaces"]'
is "no figure is wrong" \
	"$(both "\$wanted | to_entries[] | .key as \$k | .value.fields | to_entries[] | select(.value.state == \"read\") | .key as \$f | .value.value as \$v |
		select($figures | index(\$f)) | \$got[\$k].fields[\$f] // {} | select(.state == \"read\" and .value != \$v) | \"\(\$k) \(\$f) \(.value)\"")" ""

# At least as many as were right when this was written (tesseract 5.3.0, vie of Debian 12); raise them with the reading.
right=$(both '[$wanted | to_entries[] | .key as $k | .value.fields | to_entries[] | select(.value.state == "read") | .key as $f | .value.value as $v |
	select($got[$k].fields[$f].value == $v) | $f] | group_by(.) | map({key: .[0], value: length}) | from_entries')
echo "# right: $(jq -c . <<<"$right")"
while read -r field least; do
	ok "$field: at least $least" jq -e --arg f "$field" --argjson n "$least" '(.[$f] // 0) >= $n' <<<"$right"
done <<'L'
agency 11
number 12
date 12
place 8
subject 4
position 13
signer 13
owner_name 7
owner_id 7
owner_birth 5
expires 1
replaces 1
L
done_testing
