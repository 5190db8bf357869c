#!/bin/bash
# drawn.sh BUILD: draws DOSSIERS dossiers of SEED at each level of noise into BUILD/accuracy/drawn, unless they lie there from the last run.
set -eu
build=$(realpath "${1:?usage: tests/accuracy/drawn.sh BUILD}")
here=$(cd "$(dirname "$0")/../.." && pwd)
dossiers=${DOSSIERS:-12}
seed=${SEED:-1000} # seeds of the calibration are others: see tests/accuracy/calibrate.sh
for noise in clean mild bad thin; do
	batch=$build/accuracy/drawn/$dossiers-$seed-$noise
	[[ ! -e $batch/whole ]] || continue
	rm -rf "$batch"
	mkdir -p "$batch"
	"$build/draw" -t "$here/samples/draw/text" -o "$batch" --bench "$dossiers" --seed "$seed" --noise "$noise" >/dev/null
	touch "$batch/whole"
done
