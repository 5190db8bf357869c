#!/bin/bash
# What a scan is worth: the pages to scan again stand in the report of the batch, with the reason, and with their paper.
. "$(dirname "$0")/lib.sh"

export SOHOA_ARCHIVE=$TMP/kho
HS=$TMP/lo-01/HS-01
mkdir -p "$HS"
decision 1 "cấp giấy phép số 1" "Điều 1. Cấp giấy phép cho hộ bà Đỗ Thị Hường." | draw "$HS/1-tot.png" 200
decision 2 "cấp giấy phép số 2" "Điều 1. Cấp giấy phép cho hộ ông Trần Văn Tý." | draw "$HS/2-tho.png" 100
"$SOHOA" init "$SOHOA_ARCHIVE" >/dev/null
exits "taken in" 0 "$SOHOA" intake -q "$TMP/lo-01"
exits "read: a poor scan is set aside nowhere" 0 "$SOHOA" run -q
report=$(LC_ALL=C "$SOHOA" status)
like "the scans are counted" "$report" 'scans: 1 good, 0 usable, 1 to scan again'
like "the page to scan again is named, with the reason and what to do" "$report" 'HS-01/2-tho.png, page 1: fewer than 200 dots an inch; scan it at 200 dpi'
unlike "the good one is not" "$report" '1-tot'
is "for scripts" "$("$SOHOA" status --json | jq -c '.[0] | [.scans, .rescan]')" \
	'[{"good":1,"usable":0,"rescan":1},[{"dossier":"HS-01","file":"2-tho.png","page":1,"faults":["resolution"]}]]'
like "it stands with its paper" "$(LC_ALL=C "$SOHOA" show 1.2)" 'scan of page 1: to scan again: fewer than 200 dots'
unlike "a good scan needs no word" "$(LC_ALL=C "$SOHOA" show 1.1)" 'scan of page'
is "in JSON too" "$("$SOHOA" show --json 1.1 | jq -c '.pages')$("$SOHOA" show --json 1.2 | jq -c '.pages')" \
	'[{"file":"1-tot.png","page":1,"scan":"good"}][{"file":"2-tho.png","page":1,"scan":"rescan"}]'

# Two pages on one scan, and a page on which nothing was read: told, and read as far as that is safe.
mkdir -p "$TMP/lo-02/HS-02"
for i in {1..9}; do echo "|Điều $i. Công nhận kết quả thi|Điều 1$i. Giao phòng Nội vụ"; done | draw "$TMP/lo-02/HS-02/1-doi.png" 200 297 210
exits "taken in" 0 "$SOHOA" intake -q "$TMP/lo-02"
exits "read" 0 "$SOHOA" run -q
report=$(LC_ALL=C "$SOHOA" status)
like "counted" "$report" 'scans that are not simply a page: 1'
like "named, with what to do" "$report" 'HS-02/1-doi.png, page 1: two pages on one scan, read one after the other; scan each'
like "in Vietnamese" "$(LC_ALL=C.UTF-8 LANGUAGE=vi "$SOHOA" status)" 'bản quét không chỉ là một trang: 1'
is "for scripts" "$("$SOHOA" status --json | jq -c "map(.states) | add")" '[{"dossier":"HS-02","file":"1-doi.png","page":1,"faults":["spread"]}]'
like "with its paper" "$(LC_ALL=C "$SOHOA" show 2.1)" 'scan of page 1: usable: two pages on one scan'

# The page text says how it was measured.
"$SOHOA" read -q --to page -o "$TMP" "$HS/2-tho.png"
is "measures stand in the page text" "$(jq -c '[.grade, .faults, .dpi, (.sharpness > 0.3), .cut]' "$TMP/2-tho.page.json")" '["rescan",["resolution"],100,true,0]'
done_testing
