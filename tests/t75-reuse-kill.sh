#!/bin/bash
# SIGKILL between any two steps of the whole way, from the scan to the ledger, and inside each: row, audit entry, code, signatures and verdict are there
# together or not at all, each step can be given again, and at the end the archive knows what one knows where nothing was killed.
. "$(dirname "$0")/lib.sh"
KILLS=${KILLS:-5} # of each step
me=$(id -un)
sign=$here/sign.sh
"$sign" ca "$TMP/root" "/CN=Gốc mẫu"
"$sign" person "$TMP/root" "$TMP/agency" "/CN=Ủy ban nhân dân xã An Hòa/O=Tỉnh Mẫu"
mkdir -p "$TMP/lo/HS-01" "$TMP/roots"
cp "$TMP/root.pem" "$TMP/roots/"
decision 12 "công nhận kết quả xét tuyển" "Điều 1. Công nhận kết quả xét tuyển viên chức." >"$TMP/text"
draw "$TMP/scan.pdf" 150 <"$TMP/text"
"$sign" sign "$TMP/scan.pdf" "$TMP/lo/HS-01/1.pdf" "$TMP/agency" foot
"$sign" blank "$TMP/blank.pdf" 1
"$sign" sign "$TMP/blank.pdf" "$TMP/copy.pdf" "$TMP/agency"
printf 'document,status,decision,day\n1.1,cancelled,5/QĐ-UBND,2026-01-01\n' >"$TMP/list.csv"

# What the flow does, step by step; each may be given twice. The first `judge` is given new roots: it checks the signatures once more.
steps=("intake -q $TMP/lo" "run -q" "judge" "confirm 1.1" "use 1.1 --for H06.12-240227-0001 --procedure 1.004859 --component can-cu --override x"
	"refuse 1.1 --reason x --code ALTERED" "reinstate 1.1 --reason y" "confirm 1.1 --signed $TMP/copy.pdf" "import-status $TMP/list.csv" "reinstate 1.1 --reason z"
	"cancel 1.1 --reason q --decision 6/QĐ-UBND" "user add $me --name Lan --role admin" "judge" "export 1.1 -o $TMP/out.pdf")

sql() { sqlite3 -cmd '.timeout 5000' "$SOHOA_ARCHIVE/catalogue.db" "$1"; }
start() { # ARCHIVE
	export SOHOA_ARCHIVE=$1
	"$SOHOA" init "$1" >/dev/null
	"$SOHOA" user add "$me" --name Lan --role admin,officer,approver >/dev/null
}
before() { # STEP: what the settings say from here on
	[[ $1 == 2 ]] && printf 'signature:\n  roots: %s\n' "$TMP/roots" >>"$SOHOA_ARCHIVE/sohoa.yaml"
}
step() {
	# shellcheck disable=SC2086
	"$SOHOA" ${steps[$1]} >"$TMP/said" 2>&1 || grep -q 'nothing to take back' "$TMP/said"
}

# Row and entry of the log go together; the verdict that is kept is the one that the decisions give.
sound() {
	[[ $(sql "SELECT count(*) FROM decision") == "$(sql "SELECT count(*) FROM audit WHERE act IN ('confirm', 'refuse', 'cancel', 'reinstate')")" ]] &&
		[[ $(sql "SELECT count(*) FROM ledger") == "$(sql "SELECT count(*) FROM audit WHERE act = 'use'")" ]] &&
		[[ $(sql "SELECT count(*) FROM result_code") == "$(sql "SELECT count(*) FROM audit WHERE act = 'code'")" ]] &&
		[[ $(sql "SELECT count(*) FROM result_code") == "$(sql "SELECT count(DISTINCT document_id) FROM decision WHERE kind = 'confirm'")" ]] &&
		[[ $(sql "SELECT count(*) FROM signed_file WHERE state = 'checked'") == "$(sql "SELECT count(DISTINCT hash) FROM signature")" ]] &&
		[[ $(sql "SELECT verdict FROM document WHERE state = 'judged'") == "$(judged)" ]]
}
judged() { [[ -z $(sql "SELECT 1 FROM document WHERE state = 'judged'") ]] || "$SOHOA" reuse 1.1 --json | jq -r .verdict; }
# What the archive knows, times left out and a step that was taken twice told once.
knows() {
	"$SOHOA" reuse 1.1 --json | jq -S 'del(.decisions, .confirmed)'
	sql "SELECT DISTINCT kind, number, reason, signed IS NOT NULL FROM decision ORDER BY 1, 2, 3, 4; SELECT document_id, code FROM result_code;
		SELECT dossier, procedure, component, verdict FROM ledger; SELECT state, roots = 'none' FROM signed_file;
		SELECT integrity, trust, later, name FROM signature; SELECT login, roles FROM account"
}

start "$TMP/good"
spans=() failed=0
for s in "${!steps[@]}"; do
	before "$s"
	begun=$(date +%s%N)
	step "$s" || { failed=1; sed "s/^/# ${steps[s]}: /" "$TMP/said"; }
	spans+=($((($(date +%s%N) - begun) / 1000000 + 2)))
done
is "every step can be taken" "$failed" 0
is "one paper" "$(sql "SELECT type FROM document")" quyet-dinh
is "whose signature is trusted" "$(sql "SELECT integrity || ' ' || trust FROM signature")" "valid trusted"
knows >"$TMP/want"

start "$TMP/kho"
fired=0 unsound=0 failed=0
for s in "${!steps[@]}"; do
	before "$s"
	for ((i = 0; i < KILLS; i++)); do
		# shellcheck disable=SC2086
		"$SOHOA" ${steps[s]} >/dev/null 2>&1 &
		victim=$!
		sleep "$(awk -v i="$i" -v n="$KILLS" -v s="${spans[s]}" 'BEGIN { printf "%.3f", (i + 0.5) * s / n / 1000 }')"
		kill -KILL $victim 2>/dev/null && fired=$((fired + 1))
		wait $victim 2>/dev/null
		sound || { unsound=$((unsound + 1)); echo "# after kill $i of: ${steps[s]}"; }
	done
	step "$s" || { failed=$((failed + 1)); sed "s/^/# ${steps[s]}: /" "$TMP/said"; }
	sound || { unsound=$((unsound + 1)); echo "# after: ${steps[s]}"; }
done
is "after every kill all is there or nothing" "$unsound" 0
is "every step can be given again" "$failed" 0
# a step that was once done to its end takes less time when it is given again: later kills of it often come too late
ok "enough kills met something alive ($fired of $((KILLS * ${#steps[@]})))" test "$fired" -ge $((${#steps[@]} * 3 / 2))
is "one use however often it was killed" "$(sql "SELECT count(*) FROM ledger")" 1
is "one code" "$(sql "SELECT count(*) FROM result_code")" 1
is "the archive knows what one knows where nothing was killed" "$(knows)" "$(cat "$TMP/want")"
ok "everything is as it should be" "$SOHOA" verify
done_testing
