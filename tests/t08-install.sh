#!/bin/bash
# make install: the program works from its prefix, and with SOHOA_DATA from anywhere.
. "$(dirname "$0")/lib.sh"
cd "$here/.." || exit 1
unset MAKEFLAGS MAKELEVEL

prefix=$TMP/usr
ok "it builds and installs below a prefix" make -j2 BUILD="$TMP/build" CFLAGS=-O0 prefix="$prefix" install
rm -rf "$TMP/build"
for f in bin/sohoa libexec/sohoa-worker share/sohoa/schemas/reasons.yaml share/sohoa/schemas/documents/quyet-dinh.yaml share/man/man1/sohoa.1 \
	share/bash-completion/completions/sohoa share/locale/vi/LC_MESSAGES/sohoa.mo; do
	ok "$f is there" test -s "$prefix/$f"
done
cd "$TMP" || exit 1
exits "the installed program makes an archive" 0 "$prefix/bin/sohoa" init kho
small_batch lo
exits "takes a batch in" 0 "$prefix/bin/sohoa" intake -q -A kho lo
exits "and reads it with the installed schemas" 0 "$prefix/bin/sohoa" run -q -A kho
like "the screen is translated" "$(LC_ALL=vi_VN.UTF-8 "$prefix/bin/sohoa" --help)" "Cách dùng"
mkdir "$TMP/else"
mv "$prefix" "$TMP/else/usr"
exits "moved away it works with SOHOA_DATA" 0 env SOHOA_DATA="$TMP/else/usr/share/sohoa" "$TMP/else/usr/bin/sohoa" read -q -o "$TMP" lo/HS-01/1.png
ok "and has read" grep -q QUYẾT "$TMP/1.txt"
done_testing
