#!/bin/bash
# Workers: a decoder that is made to crash, hang, take all memory or break out costs one page, and everything else goes on.
. "$(dirname "$0")/lib.sh"
faulty=$BUILD/tests/sohoa-faulty

kho=$TMP/kho
"$faulty" init "$kho" >/dev/null
cat >> "$kho/sohoa.yaml" <<'END'
decode:
  deadline: 2
ocr:
  deadline: 4
worker:
  memory: 600
END
mkdir -p "$TMP/lo/HS-01"
n=0
for fault in none CRASH HANG MEMORY SOCKET EXIT none FORK EXEC KILL TRACE FILES; do
	n=$((n + 1))
	decision $n "việc số $n" "Điều 1. Nội dung $n." | draw "$TMP/lo/HS-01/$n.tif" 150
	[[ $fault == none ]] || printf 'FAULT-%s' "$fault" >> "$TMP/lo/HS-01/$n.tif"
done
exits "intake takes them all" 0 "$faulty" intake -A "$kho" "$TMP/lo"
exits "the run ends and says that some were set aside" 1 "$faulty" run -A "$kho" -j 2
report=$("$faulty" status -A "$kho" --json)
state() { jq -r --arg f "$1.tif" '.[0].set_aside[] | select(.file == $f) | .reason' <<<"$report"; }
is "a crash" "$(state 2)" crashed
is "a hang" "$(state 3)" timeout
is "no memory" "$(state 4)" out-of-memory
is "a system call that is not allowed" "$(state 5)" forbidden-call
is "an exit out of turn" "$(state 6)" crashed
for i in 8 9 10 11; do
	is "breaking out, way $i" "$(state $i)" forbidden-call
done
is "five pages set aside, and the four that tried to break out" "$(jq '.[0].pages.set_aside' <<<"$report")" 9
is "no file was opened or made" "$(state 12)$(ls /tmp/sohoa-escaped 2>/dev/null)" ""
is "the counts close" "$(jq '.[0].closes' <<<"$report")" true
is "three in papers" "$(jq '.[0].pages.in_papers' <<<"$report")" 3
is "three attempts each" "$(sqlite3 "$kho/catalogue.db" "SELECT DISTINCT attempts FROM page WHERE state = 'set-aside'")" 3
like "the good ones are found" "$("$faulty" search -A "$kho" --json 'nội dung 7')" '"total": *[1-9]'
exits "retry puts them back" 0 "$SOHOA" retry -A "$kho"
exits "and a healthy program reads them" 0 "$SOHOA" run -A "$kho" -j 2
is "nothing is set aside any more" "$("$SOHOA" status -A "$kho" --json | jq '.[0].pages.set_aside')" 0
exits "verify agrees" 0 "$SOHOA" verify -A "$kho"

# A second run
(exec 9>"$TMP/hold"; "$faulty" init "$TMP/kho2" >/dev/null; printf 'decode:\n  deadline: 20\nocr:\n  deadline: 20\n' >> "$TMP/kho2/sohoa.yaml"
 mkdir -p "$TMP/lo2/HS"; cp "$TMP/lo/HS-01/3.tif" "$TMP/lo2/HS/"; "$faulty" intake -A "$TMP/kho2" "$TMP/lo2" >/dev/null
 "$faulty" run -A "$TMP/kho2" >/dev/null 2>&1) &
for i in $(seq 100); do
	[[ $(sqlite3 "$TMP/kho2/catalogue.db" "SELECT count(*) FROM page WHERE state = 'running'" 2>/dev/null) == 1 ]] && break
	sleep 0.1
done
exits "a second run is told who works" 75 "$faulty" run -A "$TMP/kho2"
like "with the process" "$said" '[0-9]+'
runner=$(pgrep -f "sohoa-faulty run -A $TMP/kho2" | head -1)
kill -INT "$runner"
sleep 0.5 # two signals at once would count as one
kill -INT "$runner" 2>/dev/null
wait
is "Ctrl-C puts the page in hand back" "$(sqlite3 "$TMP/kho2/catalogue.db" "SELECT state || attempts FROM page")" waiting0
is "no worker is left behind" "$(pgrep -fc "sohoa-faulty-worker" || true)" 0
done_testing
