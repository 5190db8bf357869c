#!/bin/bash
# SIGKILL at many moments of intake and run: the group, the runner alone, a worker alone. Started again, with no command to recover, the
# final export is byte for byte the one of an undisturbed run.
. "$(dirname "$0")/lib.sh"
KILLS=${KILLS:-102} # a third of each kind
small_batch "$TMP/lo"

walk() { # ARCHIVE
	"$SOHOA" intake -A "$1" "$TMP/lo" >/dev/null 2>&1
	"$SOHOA" run -A "$1" -j 2 -q >/dev/null 2>&1
}
export_all() { # ARCHIVE OUT
	mkdir -p "$2"
	for code in HS-01 HS-02; do
		for form in json pdf; do
			"$SOHOA" export -A "$1" "$code" --to $form -o "$2/$code-$form" >/dev/null 2>&1
		done
	done
	"$SOHOA" search -A "$1" --json 'quyết định' >"$2/search.json"
	"$SOHOA" status -A "$1" --json | jq 'map(del(.taken))' >"$2/status.json"
}

"$SOHOA" init "$TMP/good" >/dev/null
begun=$(date +%s%N)
walk "$TMP/good"
span=$((($(date +%s%N) - begun) / 1000000))
export_all "$TMP/good" "$TMP/want"
is "the undisturbed run exports" "$(find "$TMP/want" -name '*.pdf' | wc -l)" 3

# One kill: starts a walk, kills at its moment, walks again, compares. Says "fired", "differs" or "doubled" into the lane's file.
kill_once() { # I SAY
	local i=$1 say=$2 kho=$TMP/kho$1 leader victim
	"$SOHOA" init "$kho" >/dev/null
	setsid bash -c '"$SOHOA" intake -A "$1" "$2" >/dev/null 2>&1; "$SOHOA" run -A "$1" -j 2 -q >/dev/null 2>&1' sh "$kho" "$TMP/lo" &
	leader=$!
	sleep "$(awk -v i="$i" -v n="$KILLS" -v s="$span" 'BEGIN { printf "%.3f", (i + 0.5) * s / n / 1000 }')"
	case $((i % 3)) in
	0) kill -KILL -- "-$leader" 2>/dev/null && echo fired >>"$say"; pkill -KILL -f -- "-A $kho " ;;
	1) pkill -KILL -f -- "(intake|run) -A $kho " && echo fired >>"$say" ;;
	2) victim=$(pgrep -P "$(pgrep -f -- "run -A $kho " | tail -1)" 2>/dev/null | head -1)
	   [[ $victim ]] && kill -KILL "$victim" 2>/dev/null && echo fired >>"$say" ;;
	esac
	wait $leader 2>/dev/null
	walk "$kho"
	export_all "$kho" "$TMP/got$i"
	if ! diff -r "$TMP/want" "$TMP/got$i" >"$TMP/diff$i"; then
		echo differs >>"$say"
		echo "# kill $i at $((i * span / KILLS)) ms:"
		head -5 "$TMP/diff$i" | sed 's/^/# /'
	fi
	"$SOHOA" verify -A "$kho" >"$TMP/verify$i" 2>&1 || { echo differs >>"$say"; sed 's/^/# /' "$TMP/verify$i"; }
	[[ $(sqlite3 "$kho/catalogue.db" "SELECT count(*) FROM file") == 3 ]] || echo doubled >>"$say"
	rm -rf "$kho" "$TMP/got$i"
}

lane() { # FIRST
	for ((n = $1; n < KILLS; n += 2)); do
		kill_once "$n" "$TMP/lane$1"
	done
}
touch "$TMP/lane0" "$TMP/lane1"
lane 0 &
lane 1 &
wait
count() { cat "$TMP/lane0" "$TMP/lane1" | grep -c "$1" || true; }
bad=$(count differs) doubled=$(count doubled) fired=$(count fired)
is "after every kill the export is the undisturbed one" "$bad" 0
is "nothing is doubled" "$doubled" 0
ok "enough kills met something alive ($fired of $KILLS)" test "$fired" -ge $((KILLS * 3 / 4))
done_testing
