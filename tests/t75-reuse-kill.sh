#!/bin/bash
# SIGKILL between any two steps of a decision: row, audit entry, code and verdict are there together or not at all, and the step can be given again.
. "$(dirname "$0")/lib.sh"
KILLS=${KILLS:-48}
export SOHOA_ARCHIVE=$TMP/kho
me=$(id -un)
mkdir -p "$TMP/lo/HS-01"
decision 12 "công nhận kết quả xét tuyển" "Điều 1. Công nhận kết quả xét tuyển viên chức." | draw "$TMP/lo/HS-01/1.png" 150
"$SOHOA" init "$SOHOA_ARCHIVE" >/dev/null
"$SOHOA" intake -q "$TMP/lo" >/dev/null
"$SOHOA" run -q >/dev/null
sql() { sqlite3 -cmd '.timeout 5000' "$SOHOA_ARCHIVE/catalogue.db" "$1"; }
is "one paper" "$(sql "SELECT type FROM document")" quyet-dinh
printf 'document,status,decision,day\n1.1,cancelled,5/QĐ-UBND,2026-01-01\n' >"$TMP/list.csv"

# What the flow does, step by step; each may be given twice.
steps=("user add $me --name Lan --role admin,officer,approver" "confirm 1.1" "use 1.1 --for H06.12-240227-0001 --procedure 1.004859 --component can-cu --override x"
	"refuse 1.1 --reason x --code ALTERED" "reinstate 1.1 --reason y" "confirm 1.1" "import-status $TMP/list.csv" "reinstate 1.1 --reason z" "judge")

# Row and entry of the log go together; the verdict that is kept is the one that the decisions give.
sound() {
	[[ $(sql "SELECT count(*) FROM decision") == "$(sql "SELECT count(*) FROM audit WHERE act IN ('confirm', 'refuse', 'cancel', 'reinstate')")" ]] &&
		[[ $(sql "SELECT count(*) FROM ledger") == "$(sql "SELECT count(*) FROM audit WHERE act = 'use'")" ]] &&
		[[ $(sql "SELECT count(*) FROM result_code") == "$(sql "SELECT count(*) FROM audit WHERE act = 'code'")" ]] &&
		[[ $(sql "SELECT count(*) FROM result_code") == "$(sql "SELECT count(DISTINCT document_id) FROM decision WHERE kind = 'confirm'")" ]] &&
		[[ $(sql "SELECT verdict FROM document") == "$("$SOHOA" reuse 1.1 --json | jq -r .verdict)" ]]
}

begun=$(date +%s%N)
"$SOHOA" user list >/dev/null
span=$((($(date +%s%N) - begun) / 1000000 + 20))
fired=0 unsound=0 failed=0
for ((i = 0; i < KILLS; i++)); do
	step=${steps[i * ${#steps[@]} / KILLS]}
	# shellcheck disable=SC2086
	"$SOHOA" $step >/dev/null 2>&1 &
	victim=$!
	sleep "$(awk -v i="$i" -v s="$span" 'BEGIN { srand(i); printf "%.3f", rand() * s * 1.5 / 1000 }')"
	kill -KILL $victim 2>/dev/null && fired=$((fired + 1))
	wait $victim 2>/dev/null
	sound || { unsound=$((unsound + 1)); echo "# after kill $i of: $step"; }
	next=${steps[(i + 1) * ${#steps[@]} / KILLS]:-}
	if [[ $next != "$step" ]]; then # the last kill of this step: it must still be possible to take it
		# shellcheck disable=SC2086
		"$SOHOA" $step >"$TMP/said" 2>&1 || grep -q 'nothing to take back' "$TMP/said" || { failed=$((failed + 1)); sed "s/^/# $step: /" "$TMP/said"; }
	fi
done
is "after every kill all is there or nothing" "$unsound" 0
is "every step can be given again" "$failed" 0
ok "enough kills met something alive ($fired of $KILLS)" test "$fired" -ge $((KILLS / 2))
is "one use however often it was killed" "$(sql "SELECT count(*) FROM ledger")" 1
is "one code" "$(sql "SELECT count(*) FROM result_code")" 1
ok "everything is as it should be" "$SOHOA" verify
done_testing
