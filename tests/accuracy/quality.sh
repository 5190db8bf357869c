#!/bin/bash
# quality.sh BUILD: drawn pages made worse in steps, and how they are read then (worsen.c): the grey and colour pages of four clean dossiers.
set -eu
build=$(realpath "${1:?usage: tests/accuracy/quality.sh BUILD}")
here=$(cd "$(dirname "$0")/../.." && pwd)
seed=1000
DOSSIERS=12 SEED=$seed "$here/tests/accuracy/drawn.sh" "$build"
batch=$build/accuracy/drawn/12-$seed-clean
pairs=()
for truth in "$batch/truth/lo-$seed"/*-000[3-6].json; do
	pairs+=("$truth" "$batch/lo-$seed/$(basename "$truth" .json)")
done
"$build/tests/accuracy/worsen" "${pairs[@]}" 2>/dev/null
