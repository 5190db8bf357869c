#!/bin/bash
# The desk: help, wrong usage, exit codes, the manual and completion.
. "$(dirname "$0")/lib.sh"

exits "no command is wrong usage" 2 "$SOHOA"
like "and lists the commands" "$said" "intake"
exits "--help" 0 "$SOHOA" --help
unlike "the worker is not shown" "$said" "^  worker"
exits "--version" 0 "$SOHOA" --version
exits "an unknown command" 2 "$SOHOA" frobnicate
like "is named" "$said" 'frobnicate'
for c in init intake run status retry search show reuse confirm refuse cancel reinstate use judge import-status report user export read withdraw batch reindex verify version man completion; do
	exits "$c --help" 0 "$SOHOA" $c --help
	like "$c says how it is used" "$said" "Usage: sohoa $c"
	exits "$c with an unknown option" 2 "$SOHOA" $c --no-such-option
done
exits "an option without its value" 2 "$SOHOA" search --limit
exits "a command that needs words" 2 "$SOHOA" search
exits "no archive here" 2 env -C "$TMP" "$SOHOA" status
like "says how to make one" "$said" "sohoa init"
exits "init" 0 "$SOHOA" init "$TMP/kho"
exits "init twice is refused" 2 "$SOHOA" init "$TMP/kho"
exits "an empty archive has an empty status" 0 "$SOHOA" status -A "$TMP/kho"
exits "and nothing to run" 0 "$SOHOA" run -A "$TMP/kho"
exits "and nothing to find" 0 "$SOHOA" search -A "$TMP/kho" gi
exits "the archive is found from below" 0 env -C "$TMP/kho/objects" "$SOHOA" status
exits "a wrong setting stops" 3 bash -c "echo 'ocr: {languge: x}' > $TMP/kho/sohoa.yaml; $SOHOA status -A $TMP/kho"
like "and names its line" "$said" 'sohoa.yaml:1.*ocr.languge'
exits "the manual page prints" 0 "$SOHOA" man
like "as roff" "$said" '^\.TH SOHOA 1'
is "and has no roff mistakes" "$("$SOHOA" man | man --warnings -l - 2>&1 >/dev/null)" ""
ok "completion is good bash" bash -c "'$SOHOA' completion | bash -n"
is "completion completes" "$(bash -c "source <('$SOHOA' completion); COMP_WORDS=(sohoa sta); COMP_CWORD=1; _sohoa; echo \${COMPREPLY[@]}")" "status"
is "Vietnamese on the screen without locale data" "$(LC_ALL=vi_VN.UTF-8 "$SOHOA" --help | grep -c 'Cách dùng')" "1"
done_testing
