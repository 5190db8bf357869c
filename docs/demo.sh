#!/bin/bash
# demo.sh BUILD: the whole walk on samples/, in an archive of its own under BUILD, shown command by command.
set -eu
cd "$(dirname "$0")/.."
sohoa=${1:-build}/sohoa
kho=${1:-build}/demo
export SOHOA_ARCHIVE=$kho

show() {
	printf '\n$ %s\n' "$*" | sed "s|$sohoa|sohoa|; s|$kho|kho|"
	"$@" || { code=$?; [[ $code == 1 ]] || exit $code; }
}

rm -rf "$kho"
show "$sohoa" init "$kho"
show "$sohoa" intake samples/lo-2026-01
show "$sohoa" run
show "$sohoa" search --limit 3 'giay khai sinh'
show "$sohoa" reuse --owner 077188743920
cat <<END

Where to look next
  sohoa show 1.1                       one paper: fields, confidence, verdict and why
  sohoa show 1.1 --picture page.png    its page with the evidence marked
  sohoa user add $(id -un) --name NAME --role admin,officer      who may decide
  sohoa confirm 1.1                    only then can a verdict be "eligible"
  sohoa export 1.1 --to pdf            two layers: the scan and its text
  (the archive of this demo: export SOHOA_ARCHIVE=$kho)
END
