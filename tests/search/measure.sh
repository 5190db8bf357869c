#!/bin/bash
# measure.sh BUILD confusions|recall: draws DOSSIERS dossiers (seed SEED, noise NOISE), reads them and measures. What was read is kept in
# BUILD/search for the next time.
set -eu
build=$1
dossiers=${DOSSIERS:-150} seed=${SEED:-21} noise=${NOISE:-bad}
work=$build/search/$noise-$seed-$dossiers
export SOHOA_DATA=$PWD
if [[ ! -d $work/kho ]]; then
	rm -rf "$work"
	mkdir -p "$work"
	"$build/draw" -t samples/draw/text -o "$work" --bench "$dossiers" --seed "$seed" --noise "$noise"
	"$build/sohoa" init "$work/new" >/dev/null
	"$build/sohoa" intake -q -A "$work/new" "$work/lo-$seed" >/dev/null || [[ $? = 1 ]]
	"$build/sohoa" run -q -A "$work/new" >/dev/null || [[ $? = 1 ]]
	mv "$work/new" "$work/kho"
fi
"$build/sohoa" run -q -A "$work/kho" >/dev/null || [[ $? = 1 ]]
if [[ $2 = confusions ]]; then
	"$build/tests/search/measure" confusions "$work/kho" "$work/truth/lo-$seed" >"$work/table.h"
	mv "$work/table.h" stages/index/confusion_table.h
else
	"$build/tests/search/measure" recall "$work/kho" "$work/truth/lo-$seed"
fi
