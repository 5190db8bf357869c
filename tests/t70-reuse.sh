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
