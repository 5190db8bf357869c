#!/bin/bash
# The catalogue is made anew from the journal and the store: after what people said and decided of all kinds, with the database lost, damaged or an old
# copy, and after SIGKILL at calls that write, it is row for row the one that was, and exports and answers are byte for byte the same.
. "$(dirname "$0")/lib.sh"
export SOHOA_ARCHIVE=$TMP/kho
query() { sqlite3 -cmd '.timeout 5000' "${2:-$SOHOA_ARCHIVE}/catalogue.db" "$1"; }
me=$(id -un)
last_entry() { query "SELECT max(id) FROM audit"; }

# Every table but those of the index and what meta says of the files; the log up to entry $1.
rows() {
	for table in $(query "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'page_fts%' AND name NOT IN ('meta', 'audit', 'page_words') ORDER BY 1"); do
		echo "-- $table"
		case $table in
		word) query "SELECT term, shape FROM word ORDER BY 1" ;;
		*) query "SELECT * FROM $table" | sort ;;
		esac
	done
	query "SELECT * FROM audit WHERE id <= $1 ORDER BY id"
}
outputs() { # DIR
	rm -rf "$1"
	mkdir -p "$1"
	for dossier in $(query "SELECT id FROM dossier"); do
		for form in json pdf; do
			"$SOHOA" export "$dossier" --to $form -o "$1/$dossier-$form" >/dev/null 2>&1
		done
	done
	for document in $(query "SELECT dossier_id || '.' || number FROM document"); do
		"$SOHOA" show "$document" --json
	done >"$1/show" 2>&1
	for q in 'quyết định' 'tái định cư' 'ngu*' 'số: 112/QĐ-UBND' 'HS-02x' 'xet tuyên' 'khai sinh' 'loại: quyết định'; do
		"$SOHOA" search --json --facets "$q" | jq -S 'del(.. | .seconds?, .ms?, .took?)'
	done >"$1/search" 2>&1
	"$SOHOA" status --json >"$1/status"
	"$SOHOA" report ledger --to json | grep -v '^ "made"' >"$1/ledger"
	"$SOHOA" user list >"$1/users"
}
lose() { chmod -R u+w "$SOHOA_ARCHIVE" && rm -f "$SOHOA_ARCHIVE"/catalogue.db*; }

# --- an archive in which everything was said that can be said
"$SOHOA" init "$SOHOA_ARCHIVE" >/dev/null
"$SOHOA" user add "$me" --name "Trần Thị Lan" --role admin,officer,approver,archivist >/dev/null
"$SOHOA" user add nobody --name "Người Khác" --role scan >/dev/null
"$SOHOA" user end nobody >/dev/null
small_batch "$TMP/lo"
printf 'dossier,title,box,shelf\nHS-01,Hồ sơ bà Quỳnh Như,H01,K1\nHS-02,Tổ công tác,H01,K2\nHS-09,Thiếu,H02,K2\n' >"$TMP/lo/lo.csv"
printf 'no scan at all' >"$TMP/lo/HS-02/$(printf 'x\xff').tif"
mkdir -p "$TMP/mat/HS-05" "$TMP/new"
decision 21 "chuyện phải rút" "Điều 1. Không được ở đây." | draw "$TMP/mat/HS-05/1.png" 150
decision 22 "chuyện ở lại" "Điều 1. Ở lại đây." | draw "$TMP/mat/HS-05/2.png" 150
"$SOHOA" intake -q "$TMP/lo" >/dev/null
cp -r "$SAMPLES/lo-2026-01/H06.23-240311-0007" "$TMP/mat/"
"$SOHOA" intake -q "$TMP/mat" >/dev/null
"$SOHOA" run -q -j2 >/dev/null
"$SOHOA" confirm 1.2 >/dev/null
"$SOHOA" set 1.1 number=112/QĐ-UBND place="An Hòa" --reason "viết tay" >/dev/null
"$SOHOA" confirm 1.1 >/dev/null
"$SOHOA" cut HS-02 tap.tif:2 --reason "hai quyết định" >/dev/null
decision 113 "cấp đất tái định cư" "Điều 1. Cấp đất cho hộ bà Đỗ Thị Hường, bản rõ." | draw "$TMP/new/2.tif" 150
"$SOHOA" page replace HS-01 2 "$TMP/new/2.tif" --reason "quét mờ" >/dev/null
decision 99 "phụ lục kèm theo" "Điều 1. Thay thế Quyết định số 14/QĐ-UBND." | draw "$TMP/new/phu-luc.tif" 150
"$SOHOA" page insert HS-02 1 "$TMP/new/phu-luc.tif" >/dev/null
"$SOHOA" page move HS-02 1 2 >/dev/null
"$SOHOA" run -q -j2 >/dev/null
"$SOHOA" dossier rename HS-02 HS-02x --reason "gõ nhầm" >/dev/null
"$SOHOA" withdraw 5.1 --decision 05/QĐ --reason "nhận nhầm" >/dev/null
for document in $(query "SELECT dossier_id || '.' || number FROM document WHERE dossier_id = 4"); do "$SOHOA" confirm "$document" >/dev/null; done
"$SOHOA" refuse 2.1 --code ALTERED --reason "tẩy xóa" >/dev/null 2>&1
"$SOHOA" use 1.1 --for H06.12-240227-0001 --procedure 1.004859 --component can-cu --override "thử" >/dev/null
"$SOHOA" cancel 1.1 --number 9/QĐ --reason "thu hồi" >/dev/null 2>&1
for table in decision correction placement renaming withdrawal ledger result_code list account; do
	ok "there is something in $table" test "$(query "SELECT count(*) FROM $table")" -gt 0
done
is "a confirmation fell" "$(query "SELECT count(*) > 0 FROM decision WHERE kind = 'void'")" 1
"$SOHOA" reindex -q >/dev/null # a word that no page has any more stays in the list of words until then
exits "everything is as it should be" 0 "$SOHOA" verify
entry=$(last_entry)
rows "$entry" >"$TMP/rows"
outputs "$TMP/want"
ok "there is something to compare" test "$(find "$TMP/want" -name '*.pdf' | wc -l)" -gt 10
unlike "the journal holds nothing of a withdrawn paper" "$(cat "$SOHOA_ARCHIVE/journal")" 'phải rút'
same() { # NAME
	rows "$entry" >"$TMP/got-rows"
	outputs "$TMP/got"
	ok "$1: every row is the one it was" diff "$TMP/rows" "$TMP/got-rows"
	ok "$1: every output is byte for byte the one it was" diff -r "$TMP/want" "$TMP/got"
}

# --- beside a whole catalogue
exits "rebuild" 0 "$SOHOA" rebuild -q
like "it says what is there again" "$said" 'dossiers, [0-9]+ papers'
same "a whole catalogue"
is "the log tells of it" "$(query "SELECT count(*) FROM audit WHERE act = 'rebuild'")" 1
exits "everything is as it should be" 0 "$SOHOA" verify

# --- lost
lose
exits "without a catalogue nothing can be asked" 3 "$SOHOA" search 'quyết định'
like "and what helps is said" "$said" 'sohoa rebuild'
exits "no new one is made over it" 2 "$SOHOA" init "$SOHOA_ARCHIVE"
mv "$SOHOA_ARCHIVE/sohoa.yaml" "$TMP/"
ok "not even without its settings" bash -c "! \"$SOHOA\" init \"$SOHOA_ARCHIVE\" && ! test -e \"$SOHOA_ARCHIVE/catalogue.db\""
mv "$TMP/sohoa.yaml" "$SOHOA_ARCHIVE/"
exits "rebuild" 0 "$SOHOA" rebuild -q
same "a lost catalogue"
exits "everything is as it should be" 0 "$SOHOA" verify

# --- damaged
"$SOHOA" reindex -q >/dev/null # something in the write-ahead log
dd if=/dev/urandom of="$SOHOA_ARCHIVE/catalogue.db" bs=4096 count=3 conv=notrunc status=none
exits "a damaged one is refused" 3 "$SOHOA" status
exits "rebuild" 0 "$SOHOA" rebuild -q
same "a damaged catalogue"

# --- an old copy
cp -r "$SOHOA_ARCHIVE" "$TMP/copy"
"$SOHOA" set 1.1 place="An Phú" --reason "đọc lại" >/dev/null
"$SOHOA" confirm 1.1 >/dev/null
entry=$(last_entry)
rows "$entry" >"$TMP/rows"
outputs "$TMP/want"
cp "$TMP/copy/catalogue.db"* "$SOHOA_ARCHIVE/"
exits "an old copy of the catalogue is noticed before it is written to" 3 "$SOHOA" confirm 1.1
like "and what helps is said" "$said" 'sohoa rebuild'
exits "rebuild" 0 "$SOHOA" rebuild -q
same "an old copy"
rm "$SOHOA_ARCHIVE/journal"
exits "a journal that is not there is made from the catalogue" 0 "$SOHOA" verify
lose
"$SOHOA" rebuild -q >/dev/null
same "a journal that was made from the catalogue"

# --- the journal itself
cp "$SOHOA_ARCHIVE/journal" "$TMP/journal"
sed -i '40s/[0-9]/x/' "$SOHOA_ARCHIVE/journal"
exits "a changed line is found" 1 "$SOHOA" verify
like "and named" "$said" 'journal is damaged'
cp "$TMP/journal" "$SOHOA_ARCHIVE/journal"
printf '["page",{"id":1,' >>"$SOHOA_ARCHIVE/journal"
exits "what a kill left at its end is cut off" 0 "$SOHOA" verify
is "nothing else" "$(cmp "$TMP/journal" "$SOHOA_ARCHIVE/journal" 2>&1)" ""
is "every table is kept or follows from others" "$(query "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'page_fts%' ORDER BY 1" |
	grep -vxE "$(sed -n '/^const char \*const journal_tables/,/};/p' "$here/../pipeline/catalogue/journal_form.c" | grep -oE '"[a-z_]+"' | tr -d '"' | paste -sd'|')" | paste -sd' ')" \
	"bitmap bitmap_term document field field_part hidden meta page_text page_words reason word"

# --- an archive from before there were journals
chmod -R u+w "$TMP/copy"; rm -rf "$TMP/copy"
cp -r "$SOHOA_ARCHIVE" "$TMP/copy"
rm "$TMP/copy/journal"
query "DELETE FROM meta WHERE key = 'journal'" "$TMP/copy"
SOHOA_ARCHIVE=$TMP/copy "$SOHOA" verify >/dev/null
rm "$TMP/copy"/catalogue.db*
SOHOA_ARCHIVE=$TMP/copy "$SOHOA" rebuild -q >/dev/null
SOHOA_ARCHIVE=$TMP/copy rows "$entry" >"$TMP/got-rows"
ok "has one as soon as somebody writes" diff "$TMP/rows" "$TMP/got-rows"

# --- what the store lost
"$SOHOA" cut HS-05 2 >/dev/null
"$SOHOA" run -q -j1 >/dev/null
outputs "$TMP/want"
"$SOHOA" cut HS-05 2 >/dev/null # waits for a run
hash=$(query "SELECT text FROM page WHERE dossier_id = 2 AND number = 2")
rm -f "$SOHOA_ARCHIVE/objects/${hash:0:2}/$hash"
lose
exits "a text that is lost is told" 1 "$SOHOA" rebuild -q
like "with its dossier" "$said" 'HS-02x: .*'"$hash"
like "and what waits" "$said" '2 dossiers wait'
exits "the run reads it again" 1 "$SOHOA" run -q -j1
exits "everything is as it should be" 0 "$SOHOA" verify
outputs "$TMP/got"
ok "and the papers are the same" diff -r "$TMP/want" "$TMP/got"

# --- SIGKILL of a rebuild at any call that writes: the old catalogue is there, or the new one; and of a correction: it is there whole or not at all
"$SOHOA" reindex -q >/dev/null
entry=$(last_entry)
rows "$entry" >"$TMP/rows"
outputs "$TMP/want"
chmod -R u+w "$TMP/copy"; rm -rf "$TMP/copy"
cp -r "$SOHOA_ARCHIVE" "$TMP/copy"
back() { chmod -R u+w "$SOHOA_ARCHIVE"; rm -rf "$SOHOA_ARCHIVE"; cp -r "$TMP/copy" "$SOHOA_ARCHIVE"; }
calls=(pwrite64 fsync unlink rename)
strace -f -qq -o "$TMP/trace" -e trace=pwrite64,fsync,unlink,rename "$SOHOA" rebuild -q >/dev/null 2>&1
kills=${KILLS:-8} bad=0 fired=0
for ((i = 0; i < kills; i++)); do
	call=${calls[i % 4]} times=$(grep -c " $call(" "$TMP/trace")
	back
	((i % 3 == 2)) && lose # nothing but the journal
	(strace -f -qq -o /dev/null -e trace="$call" -e inject="$call:signal=KILL:when=$((1 + i / 4 * times / ((kills + 3) / 4)))" "$SOHOA" rebuild -q) >/dev/null 2>&1 ||
		fired=$((fired + 1))
	if [[ ! -e $SOHOA_ARCHIVE/catalogue.db ]] || ((i % 2)); then "$SOHOA" rebuild -q >/dev/null; fi
	"$SOHOA" run -q -j1 >/dev/null
	rows "$entry" >"$TMP/got-rows"
	if ! diff "$TMP/rows" "$TMP/got-rows" >"$TMP/diff" || ! "$SOHOA" verify >"$TMP/said" || [[ -e $SOHOA_ARCHIVE/catalogue.new ]]; then
		bad=$((bad + 1))
		sed "s/^/# kill $i at $call: /" "$TMP/diff" "$TMP/said" | head -20
	fi
done 2>/dev/null
is "after every kill of a rebuild nothing is lost" "$bad" 0
ok "the kills met it alive ($fired of $kills)" test "$fired" -ge $((kills * 3 / 4))

back
strace -f -qq -o "$TMP/trace" -e trace=write,pwrite64,fdatasync "$SOHOA" set 1.1 place="Sau" >/dev/null 2>&1
bad=0 fired=0 there=0
for ((i = 0; i < kills; i++)); do
	call=$( ((i % 3 == 0)) && echo write || ((i % 3 == 1)) && echo pwrite64 || echo fdatasync)
	times=$(grep -c " $call(" "$TMP/trace")
	back
	(strace -f -qq -o /dev/null -e trace="$call" -e inject="$call:signal=KILL:when=$((1 + i / 3 * times / ((kills + 2) / 3)))" "$SOHOA" set 1.1 place="Sau") >/dev/null 2>&1 ||
		fired=$((fired + 1))
	before=$(query "SELECT count(*) FROM correction WHERE value = 'Sau'")
	((i % 2)) && "$SOHOA" verify >/dev/null # the next command puts file and catalogue into step; without it the journal alone decides
	entry=$(last_entry)
	rows "$entry" >"$TMP/rows-now"
	lose
	"$SOHOA" rebuild -q >/dev/null
	after=$(query "SELECT count(*) FROM correction WHERE value = 'Sau'")
	rows "$entry" >"$TMP/got-rows"
	there=$((there + after))
	# written to the journal and not committed: nobody was told, and it counts where nothing else was written since
	if { ((i % 2)) || ((before == after)); } && ! diff "$TMP/rows-now" "$TMP/got-rows" >"$TMP/diff" || ((after < before)) || ! "$SOHOA" verify >"$TMP/said"; then
		bad=$((bad + 1))
		sed "s/^/# kill $i at $call ($before, $after): /" "$TMP/diff" "$TMP/said" | head -20
	fi
done 2>/dev/null
is "after every kill of a correction it is there whole or not at all" "$bad" 0
ok "the kills met it alive ($fired of $kills, $there there)" test "$fired" -ge $((kills * 3 / 4))
done_testing
