#!/bin/bash
# May it be used again: users, decisions, the counter's checklist, what is refused, over the real binary and a real dossier.
. "$(dirname "$0")/lib.sh"
export SOHOA_ARCHIVE=$TMP/kho
me=$(id -un)
today=$(date +%F)
mkdir -p "$TMP/lo"
cp -r "$SAMPLES/lo-2026-01/H06.23-240311-0007" "$TMP/lo/"
"$SOHOA" init "$SOHOA_ARCHIVE" >/dev/null
"$SOHOA" intake -q "$TMP/lo" >/dev/null
"$SOHOA" run -q -j2 >/dev/null
sql() { sqlite3 "$SOHOA_ARCHIVE/catalogue.db" "$1"; }
owner=$(sql "SELECT f.key FROM field f JOIN document d ON d.id = f.document_id WHERE f.name = 'owner_id' AND d.type = 'can-cuoc' LIMIT 1")
child=$(sql "SELECT f.key FROM field f JOIN document d ON d.id = f.document_id WHERE f.name = 'owner_id' AND d.type = 'giay-khai-sinh' LIMIT 1")
birth=$(sql "SELECT dossier_id || '.' || number FROM document WHERE type = 'giay-khai-sinh' LIMIT 1")
like "the sample dossier holds a card and a birth certificate" "$owner $child $birth" '^[0-9]{12} [0-9]{12} 1\.[0-9]+$'
state() { sql "SELECT count(*) FROM decision; SELECT count(*) FROM ledger; SELECT count(*) FROM account; SELECT count(*) FROM audit" | tr '\n' ' '; }

# --- who may

exits "nobody decides in an archive without users" 2 "$SOHOA" confirm "$birth"
like "and is told how to make the first" "$said" "user add $me"
exits "the first user must be an admin" 2 "$SOHOA" user add "$me" --name "Nguyễn Thị Lan" --role officer
exits "a login must exist" 2 "$SOHOA" user add no-such-login --name X --role admin
exits "a role must exist" 2 "$SOHOA" user add "$me" --name X --role king
exits "the first user" 0 "$SOHOA" user add "$me" --name "Nguyễn Thị Lan" --role admin
exits "an admin does not confirm by that alone" 2 "$SOHOA" confirm "$birth"
exits "roles are given" 0 "$SOHOA" user add "$me" --name "Nguyễn Thị Lan" --role admin,officer
exits "the last admin cannot go" 2 "$SOHOA" user end "$me"
like "users are listed" "$("$SOHOA" user list)" "^$me +Nguyễn Thị Lan +officer,admin"

# --- decisions

like "not confirmed, not eligible" "$("$SOHOA" reuse "$birth")" 'NOT_CHECKED'
exits "confirmed" 0 "$SOHOA" confirm "$birth" --note "compared"
like "by name" "$said" 'confirmed by Nguyễn Thị Lan'
is "and eligible" "$(sql "SELECT verdict FROM document WHERE type = 'giay-khai-sinh'")" eligible
exits "an officer does not cancel" 2 "$SOHOA" cancel "$birth" --reason x --decision 1/QĐ-UBND
"$SOHOA" user add "$me" --name "Nguyễn Thị Lan" --role admin,officer,approver >/dev/null
exits "a refusal says why" 2 "$SOHOA" refuse "$birth"
exits "with a code there is" 2 "$SOHOA" refuse "$birth" --reason x --code PURPLE
exits "refused" 0 "$SOHOA" refuse "$birth" --reason "viết đè" --code ALTERED
like "with its code" "$said" 'ALTERED: An officer refused it: viết đè'
exits "reinstated" 0 "$SOHOA" reinstate "$birth" --reason "xem lại"
exits "nothing to take back" 2 "$SOHOA" reinstate "$birth" --reason "xem lại"
exits "confirmed again" 0 "$SOHOA" confirm "$birth"
exits "no cancellation from the future" 2 "$SOHOA" cancel "$birth" --reason x --decision 1/QĐ-UBND --day 2099-01-01
exits "nor from no day" 2 "$SOHOA" cancel "$birth" --reason x --decision 1/QĐ-UBND --day 2026-02-30
exits "nor without its order" 2 "$SOHOA" cancel "$birth" --reason x
exits "cancelled" 0 "$SOHOA" cancel "$birth" --reason "cấp sai" --decision 77/QĐ-UBND
like "and marked" "$said" 'CANCELLED: It has been cancelled \(77/QĐ-UBND'
like "still found" "$("$SOHOA" reuse --owner "$child")" "^$birth "
exits "reinstated again" 0 "$SOHOA" reinstate "$birth" --reason "tòa hủy"
is "the confirmation before the cancellation counts" "$(sql "SELECT verdict FROM document WHERE type = 'giay-khai-sinh'")" eligible
is "a field that changes takes the confirmation with it" \
	"$(sql "UPDATE field SET value = 'KHÁC' WHERE name = 'owner_name' AND document_id IN (SELECT id FROM document WHERE type = 'giay-khai-sinh')"
	   "$SOHOA" reuse "$birth" --json | jq -r .verdict)" needs-check
sql "UPDATE field SET value = text WHERE name = 'owner_name' AND document_id IN (SELECT id FROM document WHERE type = 'giay-khai-sinh')"

# --- the counter

ask() { "$SOHOA" reuse --owner "$owner" --procedure 2.001263 --child "$child" "$@"; }
like "a draft says so" "$(ask)" 'has not been approved'
is "and lets nothing pass" "$(ask --json | jq '[.components[].candidates[].verdict | select(. == "eligible")] | length')" 0
is "each component has its papers, or the citizen is asked" "$(ask --json | jq -c '[.components[] | [.code, .advice, [.candidates[].type]]]')" \
	'[["don","ask-the-citizen",[]],["nhan-than",null,["căn cước"]],["ly-lich-tu-phap","ask-the-citizen",[]],["hon-nhan",null,["giấy chứng nhận kết hôn"]],["suc-khoe","ask-the-citizen",[]],["khai-sinh-con",null,["giấy khai sinh"]],["suc-khoe-con","ask-the-citizen",[]],["cha-me-chet","name-the-person",[]]]'
is "each reason names rule, source and place" "$(ask --json | jq '[.components[].candidates[].reasons[] | select(.rule == null or .source == null or .sentence == "")] | length')" 0
mkdir "$SOHOA_ARCHIVE/procedures"
sed -e '/^components:/i approved: {by: "Trần Văn Bình", decision: "12/QĐ-UBND", date: 2026-03-02}' -e 's/^    whose: child/&\n    level: 1/' \
	"$here/../schemas/procedures/2.001263.yaml" >"$SOHOA_ARCHIVE/procedures/2.001263.yaml"
like "an agency approves by a file of its own" "$(ask)" 'approved by Trần Văn Bình, 12/QĐ-UBND, 2026-03-02'
is "then a confirmed paper passes" "$(ask --json | jq -r '.components[] | select(.code == "khai-sinh-con").candidates[0].verdict')" eligible
is "an old day has the rules of that day" \
	"$("$SOHOA" reuse --owner "$owner" --procedure 1.000894 --on 2023-05-01 --json | jq '[.components[].code | select(startswith("hon-nhan"))] | length')" 2
is "and today those of today" "$("$SOHOA" reuse --owner "$owner" --procedure 1.000894 --json | jq '[.components[].code | select(startswith("hon-nhan"))] | length')" 0
name=$(sql "SELECT text FROM field WHERE name = 'owner_name' AND document_id IN (SELECT id FROM document WHERE type = 'giay-khai-sinh')")
like "without a number: what agrees" "$("$SOHOA" reuse --name "$name" --born 2024 --mother "Ai Đó")" 'agrees in: name and date of birth$'
unlike "another date of birth is another person" "$("$SOHOA" reuse --name "$name" --born 1999)" "^$birth "
exits "the printable page" 0 ask --html "$TMP/a.html"
like "stands alone" "$(grep -o '<img alt="" src="data:image/png;base64' "$TMP/a.html" | wc -l)" '^[3-9]'
unlike "asks nobody outside" "$(sed 's/base64,[^"]*//g' "$TMP/a.html")" 'http|<script'

is "who asked about whom is in the log" \
	"$(sql "SELECT who || ' ' || (detail ->> 'owner') || ' ' || (detail ->> 'child') || ' ' || (detail ->> 'procedure') FROM audit WHERE act = 'ask' ORDER BY id DESC LIMIT 1")" \
	"$me $owner $child 2.001263"
is "a report masks numbers and names" "$("$SOHOA" report questions --to json | jq -r '.rows | (map(select(.about == "...")) | length > 0), (last | .about, .procedure)' | tr '\n' ' ')" \
	"true ...${owner: -4} 2.001263 "

# --- two people, where the kind of paper asks for them: two logins, the second in a user namespace of its own

second() { unshare --user --map-user=1 "$@"; }
other=$(second id -un)
unlike "the second login is another" "$other" "^$me\$"
mkdir "$TMP/two"
cp -r "$here/../schemas" "$TMP/two/"
sed -i 's/^family: result/&\npeople: 2/' "$TMP/two/schemas/documents/giay-khai-sinh.yaml"
export SOHOA_DATA=$TMP/two
"$SOHOA" judge >/dev/null
verdict() { "$SOHOA" reuse "$birth" --json | jq -r .verdict; }
is "one confirmation is not enough any more" "$(verdict)" needs-check
like "and says so" "$("$SOHOA" reuse "$birth")" 'NOT_CHECKED: Too few people have confirmed it yet \(1/2\)'
exits "the same person once more" 0 "$SOHOA" confirm "$birth"
is "is still one" "$(verdict)" needs-check
exits "the other is no user yet" 2 second "$SOHOA" confirm "$birth"
like "and told so" "$said" "$other is no user"
"$SOHOA" user add "$other" --name "Trần Văn Bình" --role officer >/dev/null
exits "the other confirms" 0 second "$SOHOA" confirm "$birth"
is "two are enough" "$(verdict)" eligible
is "both stand in the log" "$(sql "SELECT group_concat(DISTINCT who) FROM decision WHERE kind = 'confirm'")" "$me,$other"
exits "a user that was ended" 0 "$SOHOA" user end "$other"
exits "decides no more" 2 second "$SOHOA" refuse "$birth" --reason x
is "what was decided stays" "$(verdict)" eligible
unset SOHOA_DATA
"$SOHOA" judge >/dev/null

# --- a copy that was signed elsewhere

level() { "$SOHOA" reuse "$birth" --json | jq .level; }
"$here/sign.sh" ca "$TMP/ca" "/CN=Goc mau"
"$here/sign.sh" person "$TMP/ca" "$TMP/agency" "/CN=Chi cuc Mau"
for n in 1 2; do "$here/sign.sh" blank "$TMP/blank$n.pdf" $n; done
"$here/sign.sh" sign "$TMP/blank1.pdf" "$TMP/signed.pdf" "$TMP/agency"
"$here/sign.sh" sign "$TMP/blank2.pdf" "$TMP/two.pdf" "$TMP/agency"
sed 's/595 842/595 843/' "$TMP/signed.pdf" >"$TMP/changed.pdf"
{ cat "$TMP/signed.pdf"; echo "% more"; } >"$TMP/added.pdf"
"$SOHOA" export "$birth" -o "$TMP/unsigned.pdf"
before=$(state | cut -d' ' -f1)
for bad in two changed added unsigned; do
	exits "not taken: $bad" 2 "$SOHOA" confirm "$birth" --signed "$TMP/$bad.pdf"
done
exits "nor what is no PDF" 2 "$SOHOA" confirm "$birth" --signed "$SOHOA_ARCHIVE/sohoa.yaml"
exits "nor what is not there" 2 "$SOHOA" confirm "$birth" --signed "$TMP/no-such.pdf"
is "nothing was decided" "$(state | cut -d' ' -f1) $(level)" "$before 1"
exits "a right one is" 0 "$SOHOA" confirm "$birth" --signed "$TMP/signed.pdf"
like "with the name on its certificate" "$said" 'signed by Chi cuc Mau'
is "and lifts the paper to L2" "$(level)" 2
ok "the copy is kept as it was" cmp "$TMP/signed.pdf" "$SOHOA_ARCHIVE/objects/$(sql "SELECT substr(signed, 1, 2) || '/' || signed FROM decision WHERE signed IS NOT NULL")"

# --- the ledger

take() { "$SOHOA" use "$birth" --for H06.12-240227-0001 --procedure 2.001263 --owner "$child" "$@"; }
card=$(sql "SELECT dossier_id || '.' || number FROM document WHERE type = 'can-cuoc' LIMIT 1")
before=$(state)
exits "a paper of somebody else" 2 "$SOHOA" use "$birth" --for H06.12-240227-0001 --procedure 2.001263 --owner "$owner"
exits "no code of a dossier" 2 "$SOHOA" use "$birth" --for HS-1 --procedure 2.001263
exits "a dossier of the future" 2 "$SOHOA" use "$birth" --for H06.12-991231-0001 --procedure 2.001263
exits "an unknown procedure" 2 "$SOHOA" use "$birth" --for H06.12-240227-0001 --procedure 9.999999
exits "a component there is not" 2 take --component purple
exits "a component for another kind" 2 take --component nhan-than
exits "confirmed by nobody" 2 "$SOHOA" use "$card" --for H06.12-240227-0001 --procedure 2.001263
is "nothing was written" "$(state)" "$before"
exits "used" 0 take
exits "once more" 0 take
is "is one use" "$(sql "SELECT count(*) FROM ledger")" 1
is "with the verdict of that moment" "$(sql "SELECT verdict || ' ' || component || ' ' || dossier FROM ledger")" "eligible khai-sinh-con H06.12-240227-0001"
exits "who may, may override, with a reason" 0 "$SOHOA" use "$card" --for H06.12-240227-0001 --procedure 2.001263 --override "đã xem bản chính"
is "which is listed" "$("$SOHOA" report overrides --to json | jq -r '.rows[].override')" "đã xem bản chính"
code=$(sql "SELECT code FROM result_code WHERE document_id IN (SELECT id FROM document WHERE type = 'giay-khai-sinh')")
is "the result has its code" "$code" "$child.giay-khai-sinh.01"
like "a cancellation lists the uses it touches" "$("$SOHOA" cancel "$birth" --reason x --decision 9/QĐ-UBND)" 'H06.12-240227-0001, procedure 2.001263'
exits "a cancelled paper is refused" 2 take --component khai-sinh-con
"$SOHOA" reinstate "$birth" --reason y >/dev/null
is "the ledger cannot be changed" "$(sql "DELETE FROM ledger" 2>&1 | grep -c 'append-only')" 1

# --- lists of other systems

printf 'mã kết quả;trạng thái;số quyết định;từ ngày;CSDL\n%s;Thu hồi;88/QĐ-UBND;2026-01-01;\nX.1;huỷ;1/Q;;\n%s;đã có trong CSDL quốc gia;;;CSDL hộ tịch\n%s;thu hồi;1/Q;2099-01-01;\n' \
	"$code" "$code" "$code" >"$TMP/list.csv"
before=$(state)
exits "a dry run" 1 "$SOHOA" import-status "$TMP/list.csv" --dry-run
like "tells line by line" "$said" 'line 3: no paper has the result code X.1'
like "and what would be" "$said" 'Dry run: 2 lines would be recorded, 0 stand already, 2 cannot be taken'
is "and writes nothing" "$(state)" "$before"
exits "taken in" 1 "$SOHOA" import-status "$TMP/list.csv"
exits "again" 1 "$SOHOA" import-status "$TMP/list.csv"
like "changes nothing" "$said" '0 lines recorded, 2 stand already'
like "counts" "$("$SOHOA" reuse "$birth")" 'CANCELLED: It has been cancelled \(88/QĐ-UBND, 2026-01-01'
like "before its day it did not" "$("$SOHOA" reuse "$birth" --on 2025-12-31)" 'needs check|eligible$'
printf 'a,b\n1,2\n' >"$TMP/none.csv"
exits "a list without columns" 2 "$SOHOA" import-status "$TMP/none.csv"
exits "no list" 2 "$SOHOA" import-status "$TMP/no-such.csv"
"$SOHOA" reinstate "$birth" --reason z >/dev/null

# --- reports

is "the three shares" "$("$SOHOA" report --to json | jq -c '.rows[] | [.agency, .field, .dossiers, .dossiers_share, .results_digitised, .reused, .reused_share]')" \
	'["H06.23","hộ tịch",1,"100,0 %",1,1,"100,0 %"]'
for r in uses verdicts why-not expiring chains overrides ledger questions changes; do
	for f in text csv json html; do
		"$SOHOA" report $r --to $f -o "$TMP/$r.$f" || echo "$r $f"
	done
done >"$TMP/failed"
is "every report in every form" "$(cat "$TMP/failed")" ""
ok "JSON is JSON" jq -e . "$TMP"/*.json
like "CSV has a head" "$(head -1 "$TMP/ledger.csv")" '^made,day,who,document,code,'
exits "no such report" 2 "$SOHOA" report weather
exits "no such form" 2 "$SOHOA" report --to png

# --- changed rules

data=$TMP/data
mkdir "$data"
cp -r "$here/../schemas" "$data/"
sed -i 's/below: 70/below: 99/' "$data/schemas/reasons.yaml"
exits "judged anew under other rules" 0 env SOHOA_DATA="$data" "$SOHOA" judge
like "the difference is listed" "$said" '-> .*LOW_CONFIDENCE'
exits "once" 0 env SOHOA_DATA="$data" "$SOHOA" judge
like "is enough" "$said" 'Judged anew: 0 papers'
like "and kept" "$("$SOHOA" report changes)" 'LOW_CONFIDENCE'
"$SOHOA" judge >/dev/null

# --- bad input writes nothing

before=$(state)
exits "unknown procedure" 2 "$SOHOA" reuse --owner "$owner" --procedure 9.999999
exits "malformed number" 2 "$SOHOA" reuse --owner 12345
exits "malformed number of the spouse" 2 "$SOHOA" reuse --owner "$owner" --procedure 1.000894 --spouse x
exits "a day of the future" 2 "$SOHOA" reuse --owner "$owner" --on 2099-01-01
exits "no day" 2 "$SOHOA" reuse --owner "$owner" --on 2026-02-30
exits "a page needs a procedure" 2 "$SOHOA" reuse --owner "$owner" --html "$TMP/b.html"
is "nothing was written" "$(state)" "$before"
ok "everything is as it should be" "$SOHOA" verify
done_testing
