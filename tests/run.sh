#!/bin/bash
# run.sh BUILD [NAME...]: runs the tests (all, or those whose name holds NAME) and ends with "N passed, N failed".
#
# Units are programs made with cmocka, the whole house is walked by shell scripts; both speak TAP, prove(1) runs them.
set -u
build=${1:?usage: tests/run.sh BUILD [NAME...]}
shift
cd "$(dirname "$0")/.." || exit 2
export SOHOA="$PWD/$build/sohoa" BUILD="$PWD/$build" LANG=C.UTF-8 LC_ALL=C.UTF-8 CMOCKA_MESSAGE_OUTPUT=TAP
unset SOHOA_ARCHIVE LANGUAGE

all=("$build"/tests/unit_* tests/t[0-9]*.sh)
list=()
for test in "${all[@]}"; do
	[[ $test == *.d || ! -e $test ]] && continue
	((!$#)) && list+=("$test")
	for name; do
		[[ $test == *"$name"* ]] && list+=("$test") && break
	done
done

log=$(mktemp)
trap 'rm -f "$log"' EXIT
prove --verbose --merge --timer --exec tests/exec.sh "${list[@]}" >"$log" 2>&1
status=$?
# A test that fails shows all it said; the others one line each.
awk '/^(\[[0-9:]+\] )?[^ ]+ \.\. ?$/ { if (bad) printf "%s", text; text = ""; bad = 0 }
	{ text = text $0 "\n" } /^not ok|Failed|Dubious|No plan/ { bad = 1 }
	/ (ok|skipped)[ :].*ms|^ok$|^Files=|^Result:/ { print } END { if (bad) printf "%s", text }' "$log"
passed=$(grep -cE '^ok [0-9]+ - ' "$log")
failed=$(grep -cE '^not ok [0-9]+ - ' "$log")
((status && !failed)) && failed=1
cp "$log" "$build/tests.log"
echo "$passed passed, $failed failed"
((failed == 0))
