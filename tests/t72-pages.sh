#!/bin/bash
# A better scan, a late page, a page in the wrong place, a dossier under a wrong code: put right, kept with who, when and why, and never undone by
# what comes later; confirmations that rested on it fall; after a SIGKILL all is there or nothing.
. "$(dirname "$0")/lib.sh"

export SOHOA_ARCHIVE=$TMP/kho
me=$(id -un)
"$SOHOA" init "$SOHOA_ARCHIVE" >/dev/null
small_batch "$TMP/lo"
"$SOHOA" user add "$me" --name "Trần Thị Lan" --role admin,officer >/dev/null
"$SOHOA" intake -q "$TMP/lo" >/dev/null
"$SOHOA" run -q -j1 >/dev/null
query() { sqlite3 -cmd '.timeout 5000' "$SOHOA_ARCHIVE/catalogue.db" "$1"; }
pages() { # DOSSIER: the run as file:page
	query "SELECT f.shown || ':' || p.file_page FROM page p JOIN file f ON f.id = p.file_id WHERE p.dossier_id = $1 AND p.number > 0 ORDER BY p.number" | paste -sd' '
}
numbers() { # DOSSIER: the numbers of its papers
	query "SELECT ifnull(f.value, '-') FROM document d JOIN field f ON f.document_id = d.id AND f.name = 'number' WHERE d.dossier_id = $1 ORDER BY d.number" | paste -sd' '
}
last_decision() { query "SELECT kind FROM decision WHERE document_id = $1 ORDER BY id DESC LIMIT 1"; }
object() { local hash; hash=$(query "$1"); cat "$SOHOA_ARCHIVE/objects/${hash:0:2}/$hash"; }
is "before" "$(pages 1); $(numbers 1)" "1.png:1 2.tif:1; 12/QĐ-UBND 13/QĐ-UBND"

# --- a better scan, under the name of the one before
"$SOHOA" set 1.1 place="An Hòa" --reason "mờ" >/dev/null
"$SOHOA" cut HS-01 2 >/dev/null
"$SOHOA" run -q -j1 >/dev/null
"$SOHOA" confirm 1.1 >/dev/null
"$SOHOA" confirm 1.2 >/dev/null
mkdir "$TMP/new"
decision 112 "công nhận kết quả xét tuyển" "Điều 1. Công nhận kết quả xét tuyển viên chức năm nay." | draw "$TMP/new/1.png" 150
exits "a page is replaced" 0 "$SOHOA" page replace HS-01 1 "$TMP/new/1.png" --reason "quét mờ"
is "the new one stands in its place" "$(pages 1)" "1 (2).png:1 2.tif:1"
is "the confirmation of its paper fell" "$(last_decision 100001)" void
exits "it is read" 0 "$SOHOA" run -q -j1
is "with its own number" "$(numbers 1)" "112/QĐ-UBND 13/QĐ-UBND"
is "what was said of the page holds" "$(query "SELECT value || ' ' || source FROM field WHERE document_id = 100001 AND name = 'place'")" "An Hòa human"
is "the old page is kept, with its text" "$(query "SELECT state, reason, text IS NOT NULL FROM page WHERE number < 0")" "set-aside|replaced|1"
is "and not found any more" "$("$SOHOA" search --json 12/QĐ-UBND | jq .total)" 0
like "counted as replaced" "$("$SOHOA" status)" "pages found 6 = 4 in papers \\+ 1 blank .* \\+ 1 replaced"
is "who, why and what" "$(object "SELECT object FROM placement" | jq -r '.who + " " + .reason + " " + .page.file + " " + .file.name')" "$me quét mờ 1.png 1 (2).png"
exits "retry does not bring it back" 0 "$SOHOA" retry
is "still replaced" "$(query "SELECT count(*) FROM page WHERE state = 'waiting'")" 0
exits "the same file once more" 1 "$SOHOA" page replace HS-01 2 "$TMP/new/1.png"

# --- a late page
decision 99 "phụ lục kèm theo" "Điều 1. Quyết định này thay thế Quyết định số 14/QĐ-UBND." | draw "$TMP/new/phu-luc.tif" 150
"$SOHOA" confirm 1.1 >/dev/null
exits "a page is put in" 0 "$SOHOA" page insert HS-01 1 "$TMP/new/phu-luc.tif"
is "behind the first" "$(pages 1)" "1 (2).png:1 phu-luc.tif:1 2.tif:1"
is "confirmations from there on fell" "$(last_decision 100001) $(last_decision 100002)" "void void"
"$SOHOA" run -q -j1 >/dev/null
is "three papers" "$(numbers 1)" "112/QĐ-UBND 99/QĐ-UBND 13/QĐ-UBND"
is "a paper leads to the one it replaces" "$("$SOHOA" show 1.2 --json | jq -c '.links | map([.kind, .named_by, .number, .document])')" '[["replaces",false,"14/QĐ-UBND","2.1"]]'
like "and that one back to it" "$("$SOHOA" show 2.1)" 'is replaced by: 1\.2'
is "a verdict at once" "$(query "SELECT count(*) FROM document WHERE dossier_id = 1 AND verdict = 'eligible'")" 0
exits "in front of all" 0 "$SOHOA" page insert HS-02 0 "$TMP/new/phu-luc.tif"
is "it stands there" "$(pages 2)" "phu-luc.tif:1 tap.tif:1 tap.tif:2 tap.tif:3"
"$SOHOA" run -q -j1 >/dev/null

# --- a page in the wrong place
exits "a page is moved" 0 "$SOHOA" page move HS-01 3 1 --reason "lộn trang"
is "it stands behind the first" "$(pages 1)" "1 (2).png:1 2.tif:1 phu-luc.tif:1"
"$SOHOA" run -q -j1 >/dev/null
is "the papers follow" "$(numbers 1)" "112/QĐ-UBND 13/QĐ-UBND 99/QĐ-UBND"
exits "by file and page, to the front" 0 "$SOHOA" page move HS-01 phu-luc.tif:1 0
is "it stands in front" "$(pages 1)" "phu-luc.tif:1 1 (2).png:1 2.tif:1"
exits "where it stands already" 2 "$SOHOA" page move HS-01 1 0
exits "a page that is not there" 2 "$SOHOA" page move HS-01 9 0
exits "a file that is no scan" 1 "$SOHOA" page insert HS-01 1 "$TMP/lib.txt"

# --- what comes later undoes nothing
decision 15 "bổ sung" "Điều 1. Bổ sung hồ sơ." | draw "$TMP/lo/HS-01/0.png" 150
exits "a file comes in later" 0 "$SOHOA" intake -q "$TMP/lo"
is "only it is new, by its name" "$(pages 1)" "phu-luc.tif:1 0.png:1 1 (2).png:1 2.tif:1"
"$SOHOA" run -q -j1 >/dev/null
is "nothing is ever taken away" "$(query "DELETE FROM placement" 2>&1 | grep -c append-only)" 1

# --- a wrong code
"$SOHOA" confirm 2.1 >/dev/null
exits "a dossier is renamed" 0 "$SOHOA" dossier rename HS-02 H06.12-240227-0001 --reason "gõ sai"
is "its papers are filed under it" "$("$SOHOA" search --json 'hồ sơ:H06.12-240227-0001' | jq '.total > 0')" true
is "and not under the old one" "$("$SOHOA" search --json 'hồ sơ:HS-02' | jq .total)" 0
is "confirmations stay" "$(last_decision 200001)" confirm
exits "it is found by the code it had" 0 "$SOHOA" page move HS-02 1 2
exits "the same folder taken in again" 0 "$SOHOA" intake -q "$TMP/lo"
is "doubles nothing" "$(query "SELECT count(*) FROM dossier")" 2
exits "a code that another one bears" 1 "$SOHOA" dossier rename HS-01 H06.12-240227-0001
exits "a code that is a path" 2 "$SOHOA" dossier rename HS-01 a/b
"$SOHOA" run -q -j1 >/dev/null
exits "everything is as it should be" 0 "$SOHOA" verify

# --- killed between any two steps
fired=0 unsound=0
before=$(query "SELECT count(*) FROM placement")
for ((i = 0; i < 12; i++)); do
	decision $((200 + i)) "thử $i" "Điều 1. Thử lần $i." | draw "$TMP/new/k$i.png" 100
	"$SOHOA" page insert HS-01 1 "$TMP/new/k$i.png" >/dev/null 2>&1 &
	victim=$!
	sleep "0.0$((i * 7 % 60 + 10))"
	kill -KILL $victim 2>/dev/null && fired=$((fired + 1))
	wait $victim 2>/dev/null
	[[ $(query "SELECT count(*) FROM placement") == "$(query "SELECT count(*) FROM audit WHERE act IN ('insert', 'replace', 'move')")" &&
		$(query "SELECT count(*) - $before FROM placement") == "$(query "SELECT count(*) FROM file WHERE shown GLOB 'k*.png'")" &&
		$(query "SELECT count(*) FROM page WHERE number < 0 AND reason IS NOT 'replaced'") == 0 &&
		$(query "SELECT state FROM dossier WHERE id = 1") != taking ]] || unsound=$((unsound + 1))
	"$SOHOA" page insert HS-01 1 "$TMP/new/k$i.png" >/dev/null 2>&1
done
ok "kills met something alive ($fired of 12)" test "$fired" -ge 4
is "after every kill all is there or nothing" "$unsound" 0
is "each page came once" "$(query "SELECT count(*) FROM file WHERE shown GLOB 'k*.png'")" 12
exits "everything is as it should be after the kills" 0 "$SOHOA" verify

query "UPDATE account SET roles = 'scan'" 2>/dev/null
exits "who has no such role may not" 2 "$SOHOA" page move HS-01 2 0
done_testing
