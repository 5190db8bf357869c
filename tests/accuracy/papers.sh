#!/bin/bash
# papers.sh BUILD STACKS SEED NOISE...: stacks are drawn once, their pages read once; split and extract run every time.
set -eu
build=$(realpath "${1:?usage: tests/accuracy/papers.sh BUILD STACKS SEED NOISE...}")
here=$(cd "$(dirname "$0")/../.." && pwd)
for noise in "${@:4}"; do
	dir=$build/accuracy/$noise-$2-$3${ONLY:+-$ONLY}
	if [[ ! -e $dir/drawn || -n $(find "$build/draw" "$here/samples/draw/text" -newer "$dir/drawn") ]]; then
		rm -rf "$dir"
		mkdir -p "$dir"
		"$build/draw" -t "$here/samples/draw/text" -o "$dir" --stacks "$2" --seed "$3" --noise "$noise" ${ONLY:+--only "$ONLY"}
		touch "$dir/drawn"
	fi
	[[ -z ${FRESH-} ]] || rm -rf "$dir/pages"
	mkdir -p "$dir/pages"
	echo "== $noise"
	"$build/tests/accuracy/papers" ${VERBOSE:+-v} "$dir/pages" "$dir/chong-$3" "$dir/truth/chong-$3"
done
