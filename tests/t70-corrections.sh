#!/bin/bash
# What a clerk puts right holds over every new reading: values, types, cuts; with who, when and why; and confirmations that rested on it fall.
. "$(dirname "$0")/lib.sh"

export SOHOA_ARCHIVE=$TMP/kho
"$SOHOA" init "$SOHOA_ARCHIVE" >/dev/null
small_batch "$TMP/lo"
"$SOHOA" user add "$(id -un)" --name "Trần Thị Lan" --role admin,officer >/dev/null
"$SOHOA" intake -q "$TMP/lo" >/dev/null
"$SOHOA" run -q -j1 >/dev/null
query() { sqlite3 "$SOHOA_ARCHIVE/catalogue.db" "$1"; }
value() { # DOSSIER.NUMBER FIELD
	query "SELECT ifnull(value, 'null') || ' ' || state || ' ' || source FROM field WHERE document_id = ${1%.*} * 100000 + ${1#*.} AND name = '$2'"
}

# --- values
"$SOHOA" confirm 1.1 >/dev/null
is "it is confirmed" "$(query "SELECT kind FROM decision ORDER BY id DESC LIMIT 1")" confirm
exits "a value is set" 0 "$SOHOA" set 1.1 number=112/QĐ-UBND date=16/05/2024 --reason "viết tay"
is "the value is the clerk's" "$(value 1.1 number)" "112/QĐ-UBND read human"
is "a day is kept as a day" "$(value 1.1 date)" "2024-05-16 read human"
is "the confirmation fell" "$(query "SELECT kind FROM decision ORDER BY id DESC LIMIT 1")" void
is "the old value, who and why are kept" "$(query "SELECT before, value, who, reason FROM correction WHERE field = 'number'")" \
	"12/QĐ-UBND|112/QĐ-UBND|$(id -un)|viết tay"
is "the decision lies in the store" "$(hash=$(query "SELECT object FROM correction WHERE field = 'number'"); jq -r .value "$SOHOA_ARCHIVE/objects/${hash:0:2}/$hash")" 112/QĐ-UBND
is "it is judged anew" "$(query "SELECT state FROM document WHERE id % 100000 = 1 AND dossier_id = 1")" judged
like "it is found by the new number" "$("$SOHOA" search 112/QĐ-UBND)" 'HS-01'
exits "what cannot be a day is refused" 2 "$SOHOA" set 1.1 date=31/02/2024
exits "a field the type does not have is refused" 2 "$SOHOA" set 1.1 owner_name=An
exits "a value is taken away" 0 "$SOHOA" set 1.1 place=
is "the paper has none" "$(value 1.1 place)" "null absent human"
exits "the log holds" 0 "$SOHOA" verify

# --- cuts
is "two papers on two pages" "$(query "SELECT first_page, last_page FROM document WHERE dossier_id = 1 ORDER BY id")" $'1|1\n2|2'
exits "pages are joined" 0 "$SOHOA" cut HS-01 2 --join --reason "phụ lục"
"$SOHOA" run -q -j1 >/dev/null
is "one paper" "$(query "SELECT first_page, last_page FROM document WHERE dossier_id = 1 ORDER BY id")" "1|2"
is "what was set outlives the new cut" "$(value 1.1 number)" "112/QĐ-UBND read human"
exits "and parted again" 0 "$SOHOA" cut HS-01 2
"$SOHOA" run -q -j1 >/dev/null
is "the last word holds" "$(query "SELECT first_page, last_page FROM document WHERE dossier_id = 1 ORDER BY id")" $'1|1\n2|2'
exits "a page that is not there" 2 "$SOHOA" cut HS-01 9
exits "by name of file" 0 "$SOHOA" cut HS-02 tap.tif:2
"$SOHOA" run -q -j1 >/dev/null
is "the second page begins a paper, the blank one stays with it" "$(query "SELECT first_page, last_page FROM document WHERE dossier_id = 2 ORDER BY id")" $'1|1\n2|3'

# --- types
exits "the type is set" 0 "$SOHOA" set 1.2 "type=thông báo"
"$SOHOA" run -q -j1 >/dev/null
is "the paper is of that type" "$(query "SELECT type FROM document WHERE id % 100000 = 2 AND dossier_id = 1")" thong-bao
exits "there is no such type" 2 "$SOHOA" set 1.2 "type=giấy gì đó"
is "nothing is ever taken away" "$(query "DELETE FROM correction" 2>&1 | grep -c append-only)" 1

# --- who may not
query "UPDATE account SET roles = 'scan'" 2>/dev/null
exits "who has no such role may not" 2 "$SOHOA" set 1.1 number=1/QĐ-UBND
done_testing
