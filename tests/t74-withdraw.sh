#!/bin/bash
# A withdrawn paper is in no byte of the archive: words, fields, typed values, images, original; only its tombstone stays. SIGKILL between any two
# steps, and the next command goes on. The original of another paper, and the same bytes in another place, stay unless a person says so.
. "$(dirname "$0")/lib.sh"
export SOHOA_ARCHIVE=$TMP/kho
query() { sqlite3 -cmd '.timeout 5000' "$SOHOA_ARCHIVE/catalogue.db" "$1"; }
object() { echo "$SOHOA_ARCHIVE/objects/${1:0:2}/$1"; }
me=$(id -un)

# words that stand on one paper alone: as they are printed and as the index folds them
words='Hường|hường|huong|định cư|dinh cu'
# in_files REGEX: the files of the archive that hold it, in whatever bytes
in_files() { grep -rlaE -- "$1" "$SOHOA_ARCHIVE" | sort; }
# pixels FILE: the files of the archive that hold 64 bytes from the middle of it
pixels() {
	python3 - "$1" "$SOHOA_ARCHIVE" <<'PY'
import os, sys
whole = open(sys.argv[1], 'rb').read()
piece = whole[len(whole) // 2:][:64]
for base, _, names in os.walk(sys.argv[2]):
    for name in names:
        path = os.path.join(base, name)
        if piece in open(path, 'rb').read():
            print(path)
PY
}

make_archive() {
	chmod -R u+w "$SOHOA_ARCHIVE" 2>/dev/null
	rm -rf "$SOHOA_ARCHIVE"
	"$SOHOA" init "$SOHOA_ARCHIVE" >/dev/null
	"$SOHOA" user add "$me" --name "Trần Thị Lan" --role admin,officer,approver,archivist >/dev/null
	"$SOHOA" intake -q "$TMP/lo" >/dev/null
	"$SOHOA" run -q -j2 >/dev/null
}
small_batch "$TMP/lo"
mkdir -p "$TMP/lo/HS-03"
cp "$TMP/lo/HS-01/2.tif" "$TMP/lo/HS-03/sao.tif" # the same bytes in another place
printf 'dossier,title\nHS-01,Hồ sơ bà Quỳnh Như\nHS-02,Tổ công tác\nHS-03,Bản sao\n' >"$TMP/lo/lo.csv"
make_archive
hash=$(sha256sum "$TMP/lo/HS-01/2.tif" | cut -d' ' -f1)
query "INSERT INTO signed_file (hash, state) VALUES ('$hash', 'checked'); INSERT INTO signature SELECT NULL, '$hash', 1, 'valid', 'not-verified', '', 'none', 'none',
	0, 0, '2024-05-15T00:00:00Z', 'Đỗ Thị Hường', '', '', '', ''" # as if it bore an electronic signature
like "the paper is there" "$("$SOHOA" search 'tái định cư')" 'HS-01'
ok "its words are in the files" test -n "$(in_files "$words")"
is "every object has its row" "$("$SOHOA" verify --json | jq .objects_without_row)" 0
ok "its image too" test -n "$(pixels "$TMP/lo/HS-01/2.tif")"
"$SOHOA" set 1.2 "signer=Đỗ Thị Hường" --reason "đọc sai" >/dev/null
"$SOHOA" confirm 1.2 >/dev/null
"$SOHOA" use 1.2 --for H06.12-240227-0001 --procedure 1.004859 --component can-cu --override "thử" >/dev/null
exits "the index is made anew, of pieces that are not wiped" 0 "$SOHOA" reindex -q
numbers=$(query "SELECT id, first_page, last_page FROM document ORDER BY id")

# --- what is refused
exits "no decision, no withdrawal" 2 "$SOHOA" withdraw 1.2 --reason "mật"
exits "no reason, no withdrawal" 2 "$SOHOA" withdraw 1.2 --decision 05/QĐ
exits "no such paper" 1 "$SOHOA" withdraw 1.9 --decision 05/QĐ --reason x
exits "looking changes nothing" 0 "$SOHOA" withdraw 1.2 --decision 05/QĐ --reason x --dry-run
like "and tells where the same bytes lie" "$said" 'lo/HS-03/sao.tif'
ok "nothing was done" test -e "$(object "$hash")"

# --- one place of two
cp -r "$SOHOA_ARCHIVE" "$TMP/before"
exits "withdrawn in one place: something stays" 1 "$SOHOA" withdraw 1.2 --decision 05/QĐ-UBND --reason "nhận nhầm"
ok "the original stays for the other place" test -e "$(object "$hash")"
unlike "it is found in HS-01 no more" "$("$SOHOA" search '"tái định cư"')" 'HS-01, 2.tif'
like "but in HS-03" "$("$SOHOA" search 'tái định cư')" 'HS-03'
is "what was typed is gone" "$(query "SELECT count(*) FROM correction WHERE kind = 'set'")" 0
is "the confirmation fell" "$(query "SELECT kind FROM decision WHERE document_id = 100002 ORDER BY id DESC LIMIT 1")" void
exits "everything is as it should be" 0 "$SOHOA" verify
like "show tells why" "$("$SOHOA" show 1.2)" 'withdrawn by decision 05/QĐ-UBND'
exits "nothing can be decided about it" 1 "$SOHOA" confirm 1.2
exits "it is not exported" 1 "$SOHOA" export 1.2 --to json
"$SOHOA" withdraw 3.1 --decision 06/QĐ-UBND --reason "mật" >/dev/null
is "with the last place the words go from every file" "$(in_files "$words")" ""
is "and the image" "$(pixels "$TMP/lo/HS-01/2.tif")" ""

# --- everywhere at once
chmod -R u+w "$SOHOA_ARCHIVE"
rm -rf "$SOHOA_ARCHIVE"
cp -r "$TMP/before" "$SOHOA_ARCHIVE"
exits "withdrawn everywhere" 0 "$SOHOA" withdraw 1.2 --decision 05/QĐ-UBND --reason "tài liệu mật" --everywhere
is "no word of it is in any file" "$(in_files "$words")" ""
is "no piece of its image" "$(pixels "$TMP/lo/HS-01/2.tif")" ""
ok "the object is gone" test ! -e "$(object "$hash")"
is "the hash stays in the tombstone" "$(query "SELECT w.number, w.reason, w.who, w.state FROM object o JOIN withdrawal w ON w.id = o.withdrawal_id WHERE o.hash = '$hash'")" \
	"05/QĐ-UBND|tài liệu mật|$me|done"
stone=$(query "SELECT object FROM withdrawal")
is "and in the store" "$(jq -r '.originals[]' "$(object "$stone")")" "$hash"
is "the log is append-only" "$(query "DELETE FROM audit" 2>&1 | grep -c append-only)" 1
is "and tells of it" "$(query "SELECT group_concat(act) FROM audit WHERE act LIKE 'withdraw%'")" withdraw,withdrawn
is "the other papers are found" "$("$SOHOA" search --json 'xét tuyển' | jq '.total // .pages // 1')" "$("$SOHOA" search --json 'xét tuyển' -A "$TMP/before" | jq '.total // .pages // 1')"
exits "everything is as it should be" 0 "$SOHOA" verify
is "the counts close" "$("$SOHOA" status --json | jq '.[0].closes // .[0].counts.closes')" true
exits "a second time there is nothing to do" 0 "$SOHOA" withdraw 1.2 --decision 05/QĐ-UBND --reason "tài liệu mật" --everywhere
is "the row says so" "$(query "SELECT count(*) FROM withdrawal")" 1
like "the use stays in the ledger, marked" "$("$SOHOA" report ledger --to json)" '05/QĐ-UBND'

# --- it does not come back
mkdir -p "$TMP/lo-02/HS-09"
cp "$TMP/lo/HS-01/2.tif" "$TMP/lo-02/HS-09/khac.tif"
exits "the same bytes are not taken in" 1 "$SOHOA" intake -q "$TMP/lo-02"
like "the decision is named" "$said" '05/QĐ-UBND'
ok "and are no object" test ! -e "$(object "$hash")"
(cd "$TMP" && zip -qr lo-03.zip lo-02)
exits "nor out of an archive" 1 "$SOHOA" intake -q "$TMP/lo-03.zip"
exits "nor the folder it came in" 1 "$SOHOA" intake -q "$TMP/lo"
exits "nor as a page" 1 "$SOHOA" page insert HS-02 1 "$TMP/lo/HS-01/2.tif"
is "no piece of its image came back" "$(pixels "$TMP/lo/HS-01/2.tif")" ""
"$SOHOA" run -q -j1 >/dev/null
exits "cut: the dossier is parted again" 0 "$SOHOA" cut HS-01 1
"$SOHOA" run -q -j1 >/dev/null
is "papers keep their numbers" "$(query "SELECT id, first_page, last_page FROM document WHERE dossier_id <= 3 ORDER BY id")" "$numbers"
exits "everything is as it should be" 0 "$SOHOA" verify

# --- an original of several papers
"$SOHOA" cut HS-02 tap.tif:2 >/dev/null
"$SOHOA" run -q -j1 >/dev/null
exits "two papers in one file" 2 "$SOHOA" withdraw 2.2 --decision 07/QĐ --reason x
like "the file is named" "$said" 'tap.tif'
exits "unless its image may go too" 0 "$SOHOA" withdraw 2.2 --decision 07/QĐ --reason x --files
ok "the original is gone" test ! -e "$(object "$(sha256sum "$TMP/lo/HS-02/tap.tif" | cut -d' ' -f1)")"
like "the paper that stays is still found" "$("$SOHOA" search 'tổ công tác')" 'HS-02'
unlike "the other is not" "$("$SOHOA" search 'có hiệu lực từ ngày ký')" 'HS-02'
exits "everything is as it should be" 0 "$SOHOA" verify

# --- a batch
exits "a batch that is not there" 2 "$SOHOA" batch withdraw lo-99 --decision 08/QĐ --reason x
exits "a whole batch" 0 "$SOHOA" batch withdraw lo --decision 08/QĐ-UBND --reason "lô của nơi khác"
is "no word of it is in any file" "$(in_files 'xét tuyển|xet tuyen|[tT]ổ công tác|to cong tac|Quỳnh Như')" ""
is "no original is left" "$(query "SELECT count(*) FROM object WHERE kind = 'original' AND withdrawal_id IS NULL")" 0
is "no text and no papers but empty ones" "$(query "SELECT count(*) FROM page_text"), $(query "SELECT count(*) FROM field")" "0, 0"
exits "everything is as it should be" 0 "$SOHOA" verify
exits "and nothing is found" 0 "$SOHOA" search 'xét tuyển'

# --- who may not
query "UPDATE account SET roles = 'officer'"
exits "an officer may not" 2 "$SOHOA" withdraw 1.1 --decision 05/QĐ --reason x

# --- SIGKILL before any system call that writes, then the next run goes on
rm -rf "$TMP/was"
mv "$TMP/before" "$TMP/was"
fresh() {
	chmod -R u+w "$SOHOA_ARCHIVE"
	rm -rf "$SOHOA_ARCHIVE"
	cp -r "$TMP/was" "$SOHOA_ARCHIVE"
}
killed() { # STRACE-OPTIONS...
	strace -f -qq -o "$TMP/trace" "$@" "$SOHOA" withdraw 1.2 --decision 05/QĐ --reason x --everywhere
}
calls=(pwrite64 fdatasync fsync linkat unlinkat ftruncate)
fresh
killed -e trace="$(IFS=,; echo "${calls[*]}")" >/dev/null 2>&1
cp "$TMP/trace" "$TMP/whole"
kills=${KILLS:-18} bad=0 fired=0
for ((i = 0; i < kills; i++)); do
	call=${calls[i % ${#calls[@]}]} round=$((i / ${#calls[@]})) rounds=$(((kills + ${#calls[@]} - 1) / ${#calls[@]}))
	times=$(grep -c " $call(" "$TMP/whole")
	fresh
	(killed -e trace="$call" -e inject="$call:signal=KILL:when=$((1 + round * times / rounds))") >/dev/null 2>&1 || fired=$((fired + 1))
	if [[ $(query "SELECT count(*) FROM withdrawal") == 0 ]]; then # it had not begun: nothing is lost
		[[ -n $("$SOHOA" search 'tái định cư') && -e $(object "$hash") ]] || { bad=$((bad + 1)); echo "# kill $i: lost before it began"; }
		"$SOHOA" withdraw 1.2 --decision 05/QĐ --reason x --everywhere >/dev/null
	fi
	"$SOHOA" run -q -j1 >/dev/null
	if [[ -n $(in_files "$words") || -n $(pixels "$TMP/lo/HS-01/2.tif") || $(query "SELECT state FROM withdrawal") != "done" ]] ||
		! "$SOHOA" verify >"$TMP/said"; then
		bad=$((bad + 1))
		echo "# kill $i at $call: $(in_files "$words"); $(query "SELECT state FROM withdrawal"); $(cat "$TMP/said")"
	fi
done 2>/dev/null
is "after every kill it is gone from the files" "$bad" 0
ok "the kills met it alive ($fired of $kills)" test "$fired" -ge $((kills * 3 / 4))
done_testing
