#!/bin/bash
# reindex makes the index anew from the store: after damage, after SIGKILL in the middle, and the answers are those of before. Updates and deletes keep
# the index true (FTS5's own check, rank 1, is a part of `verify`).
. "$(dirname "$0")/lib.sh"
export SOHOA_ARCHIVE=$TMP/kho
query() { sqlite3 -cmd '.timeout 5000' "$SOHOA_ARCHIVE/catalogue.db" "$1"; }
for ((i = 1; i <= 8; i++)); do # enough papers for several transactions
	mkdir -p "$TMP/lo/HS-$i"
	decision $i "công nhận kết quả xét tuyển" "Điều 1. Công nhận kết quả xét tuyển viên chức." | draw "$TMP/lo/HS-$i/1.png" 150
	decision 1$i "cấp đất tái định cư" "Điều 1. Cấp đất cho hộ bà Đỗ Thị Hường." | draw "$TMP/lo/HS-$i/2.png" 150
done
"$SOHOA" init "$SOHOA_ARCHIVE" >/dev/null
"$SOHOA" user add "$(id -un)" --name "Trần Thị Lan" --role admin,officer,archivist >/dev/null
"$SOHOA" intake -q "$TMP/lo" >/dev/null
"$SOHOA" run -q -j2 >/dev/null
answers() {
	for q in 'quyết định' 'tái định cư' 'ngu*' 'số: 12/QĐ-UBND' 'xet tuyên' 'Hừơng~' 'loại: quyết định'; do
		"$SOHOA" search --json --facets "$q" | jq -S 'del(.. | .seconds?, .ms?, .took?)'
	done
	query "SELECT term, shape FROM word ORDER BY 1"
}
answers >"$TMP/want"
ok "there is something to find" test "$(grep -c HS-8 "$TMP/want")" -gt 0
like "fields alone: papers are counted" "$("$SOHOA" search 'loại: quyết định')" '16 papers answer'
like "with a word: pages" "$("$SOHOA" search 'loại: quyết định hường')" '8 pages answer'
exits "reindex" 0 "$SOHOA" reindex -q
exits "the index is true" 0 "$SOHOA" verify
answers >"$TMP/got"
ok "the answers are the same" diff "$TMP/want" "$TMP/got"

# --- damage
query "DELETE FROM page_text WHERE page_id % 3 = 1; DELETE FROM page_fts_data WHERE id > 1000; DELETE FROM word WHERE term > 'm'"
exits "verify sees the damage" 1 "$SOHOA" verify
exits "reindex mends it" 0 "$SOHOA" reindex -q
exits "the index is true" 0 "$SOHOA" verify
answers >"$TMP/got"
ok "the answers are the same" diff "$TMP/want" "$TMP/got"

# --- updates and deletes
"$SOHOA" set 1.1 number=777/QĐ-UBND >/dev/null
"$SOHOA" cut HS-2 2 --join >/dev/null
"$SOHOA" run -q -j1 >/dev/null
exits "the index is true after corrections" 0 "$SOHOA" verify
"$SOHOA" withdraw 3.2 --decision 05/QĐ --reason x >/dev/null
exits "and after a withdrawal" 0 "$SOHOA" verify
answers >"$TMP/want"
"$SOHOA" reindex -q >/dev/null
answers >"$TMP/got"
ok "an index made anew is the one that was kept" diff "$TMP/want" "$TMP/got"

# --- SIGKILL at any write, then the same command, or a run
bad=0 fired=0 kills=${KILLS:-6}
strace -f -qq -o "$TMP/trace" -e trace=pwrite64,fdatasync "$SOHOA" reindex -q >/dev/null 2>&1
times=$(wc -l <"$TMP/trace")
for ((i = 0; i < kills; i++)); do
	(strace -f -qq -o /dev/null -e trace=pwrite64 -e inject=pwrite64:signal=KILL:when=$((1 + i * times / kills / 2)) "$SOHOA" reindex -q) >/dev/null 2>&1 ||
		fired=$((fired + 1))
	if ((i % 2)); then "$SOHOA" run -q -j1; else "$SOHOA" reindex -q; fi >/dev/null
	answers >"$TMP/got"
	if ! diff "$TMP/want" "$TMP/got" >"$TMP/diff" || ! "$SOHOA" verify >"$TMP/said"; then
		bad=$((bad + 1))
		sed "s/^/# kill $i: /" "$TMP/diff" "$TMP/said" | head -20
	fi
done 2>/dev/null
is "after every kill the index is whole" "$bad" 0
ok "the kills met it alive ($fired of $kills)" test "$fired" -ge $((kills / 2))
(strace -f -qq -o /dev/null -e trace=pwrite64 -e inject=pwrite64:signal=KILL:when=$((times / 3)) "$SOHOA" reindex -q) >/dev/null 2>&1
if [[ $(query "SELECT count(*) FROM meta WHERE key = 'reindex'") == 1 ]]; then
	like "a search meanwhile says that the index is not whole" "$("$SOHOA" search 'quyết định' 2>&1)" 'being made anew'
fi
done_testing
