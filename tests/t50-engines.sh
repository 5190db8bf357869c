#!/bin/bash
# The two engines and the kernels: who reads, the same letters from every kernel, and nothing mixed in silence.
. "$(dirname "$0")/lib.sh"
unset SOHOA_ENGINE

# setting TEXT: a settings file with it
setting() {
	printf 'ocr:\n  %s\n' "$1" >"$TMP/settings.yaml"
	echo "$TMP/settings.yaml"
}

like "our reader by default" "$("$SOHOA" version)" 'engine: net \[1,36,.*, kernel (plain|avx2|avx512)'
like "the model by its hash" "$("$SOHOA" version)" 'model: net, .* vie [0-9a-f]{64}'
like "for a script" "$("$SOHOA" version --json | jq -r '.engine + .version')" '^net .*[0-9]$'
like "libtesseract where it is asked for" "$("$SOHOA" version -s "$(setting 'engine: tesseract')")" 'engine: tesseract$'
exits "an engine that is none" 3 "$SOHOA" version -s "$(setting 'engine: abacus')"
like "is named" "$said" 'abacus'
exits "a kernel that is none" 3 "$SOHOA" version -s "$(setting 'kernel: abacus')"
mkdir "$TMP/models"
head -c 300000 /usr/share/tesseract-ocr/5/tessdata/vie.traineddata >"$TMP/models/vie.traineddata"
exits "a model cut short" 3 "$SOHOA" version -s "$(setting "tessdata: $TMP/models")"

page=$SAMPLES/lo-2026-01/H06.12-240227-0001/ho-so.tif
mkdir "$TMP"/plain "$TMP"/avx2 "$TMP"/avx512 "$TMP"/tesseract
for kernel in plain avx2 avx512; do
	"$SOHOA" version -s "$(setting "kernel: $kernel")" >/dev/null 2>&1 || continue
	"$SOHOA" read -q --to tsv -s "$TMP/settings.yaml" -o "$TMP/$kernel" "$page"
	ok "$kernel reads the same words, boxes and confidences" diff -r "$TMP/plain" "$TMP/$kernel"
done
"$SOHOA" read -q --to text -s "$(setting 'engine: tesseract')" -o "$TMP/tesseract" "$page"
like "libtesseract reads too" "$(cat "$TMP/tesseract"/*)" 'Số: 229/QĐ-UBND'

# The recipe of a page tells the engines apart, and a page that is there is not read again by another.
export SOHOA_ARCHIVE=$TMP/kho
"$SOHOA" init "$SOHOA_ARCHIVE" >/dev/null
"$SOHOA" intake -q "$SAMPLES/lo-2026-01/H06.12-240227-0001" >/dev/null
"$SOHOA" run -q >/dev/null
net=$(sqlite3 "$TMP/kho/catalogue.db" 'SELECT DISTINCT recipe FROM page WHERE recipe IS NOT NULL')
is "one recipe" "$(wc -l <<<"$net")" 1
rm -rf "$TMP/kho"
"$SOHOA" init "$SOHOA_ARCHIVE" >/dev/null
cp "$TMP/settings.yaml" "$TMP/kho/sohoa.yaml"
"$SOHOA" intake -q "$SAMPLES/lo-2026-01/H06.12-240227-0001" >/dev/null
"$SOHOA" run -q >/dev/null
other=$(sqlite3 "$TMP/kho/catalogue.db" 'SELECT DISTINCT recipe FROM page WHERE recipe IS NOT NULL')
ok "another for the other engine" test "$net" != "$other" -a "${#other}" = 64
done_testing
