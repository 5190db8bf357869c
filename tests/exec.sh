#!/bin/bash
# How prove starts one test: no test may take longer than fifteen minutes, nor leave a process behind.
export LSAN_OPTIONS=suppressions=$PWD/tests/lsan.supp:print_suppressions=0
case $1 in
*.sh) exec timeout --kill-after=5 900 bash "$1" ;;
*) exec timeout --kill-after=5 900 "$1" ;;
esac
