#!/bin/bash
# The keys of each room: its includes. A room that holds one it should not have fails here (docs/architecture.md, "Keys").
. "$(dirname "$0")/lib.sh"
cd "$here/.." || exit 1

# keys FOLDER: every include of its files, one per line, as "file include"
keys() {
	grep -HoE '^#include [<"][^>"]+' $(find "$@" -name '*.[ch]') | sed -E 's/:#include [<"]/ /'
}

# room NAME FOLDER ALLOWED: ALLOWED is a regex over includes; the C library, the room's own headers and error.h are always fine
room() {
	local libc='(assert|ctype|errno|fcntl|inttypes|langinfo|libintl|limits|locale|math|poll|sched|setjmp|signal|spawn|stdarg|stdbool|stddef|stdint|stdio|stdlib|string|strings|time|unistd|wchar|dirent|dlfcn|sys/(mman|random|resource|stat|statfs|statvfs|types|uio|wait|time))\.h'
	local own="$2/[^ ]*"
	is "$1 holds only its keys" "$(keys "$2" | grep -vE " ($libc|$own|pipeline/(error|arena|reason)\.h|$3)\$" || true)" ""
}

room decode stages/decode 'pipeline/(document|config|stage|text|encoded|plain)\.h|qpdf/qpdf-c\.h|poppler\.h|glib.*\.h|gio.*\.h|cairo.*\.h|archive(_entry)?\.h|leptonica/[a-z_]+\.h|(nss|cert|certdb|cms|secerr)\.h|sodium\.h|jpeglib\.h|zlib\.h'
room image stages/image 'pipeline/(document|config|stage|text)\.h|leptonica/[a-z_]+\.h|zbar\.h'
room ocr stages/ocr 'pipeline/(document|config|stage|text|plain)\.h|stages/image/[a-z_]+\.h|leptonica/[a-z_]+\.h|tesseract/capi\.h|sodium\.h|immintrin\.h'
room intake stages/intake 'pipeline/(document|store|text|config|csv)\.h|stages/decode/decode\.h|jansson\.h'
room split stages/split 'pipeline/(document|config|stage|text|schema)\.h|pcre2\.h|stages/extract/[a-z_]+\.h'
room extract stages/extract 'pipeline/(document|config|stage|text|schema)\.h|pcre2\.h|stages/split/[a-z_]+\.h'
room index stages/index 'pipeline/(bitmap|document|indexing|places|stage|text|tokens|plain|key|serial|store|schema|shape)\.h|pipeline/catalogue/(catalogue|texts|texts_sets|papers|words|visible)\.h|utf8proc\.h'
room reuse stages/reuse 'pipeline/(document|stage|text|schema|config|key|store|serial|yaml)\.h|pipeline/catalogue/(catalogue|papers|judgement|audit|accounts|decisions|ledger|signatures)\.h|sodium\.h'
room export stages/export 'pipeline/(document|text|plain|serial|store|encoded|schema|config)\.h|pipeline/catalogue/(catalogue|papers|judgement|signatures)\.h|stages/reuse/[a-z_]+\.h|jansson\.h|leptonica/[a-z_]+\.h|zlib\.h|sodium\.h'

is "one file knows SQLite" "$(grep -rl '#include <sqlite3.h>' pipeline stages)" "pipeline/catalogue/sqlite.c"
is "one file knows Tesseract" "$(grep -rl 'tesseract/capi.h>' pipeline stages)" "stages/ocr/tesseract.c"
is "the net knows no Tesseract, no page and no settings" "$(keys stages/ocr/net | grep -E ' (tesseract/|pipeline/(document|config|stage)|stages/(image|ocr/[a-z]+\.h))' || true)" ""
is "the language knows no Tesseract, no page and no settings" "$(keys stages/ocr/language | grep -E ' (tesseract/|leptonica/|pipeline/(document|config|stage)|stages/image)' || true)" ""
is "the catalogue knows no room" "$(keys pipeline/catalogue | grep -E ' stages/' || true)" ""
is "the desk knows no foreign format" "$(keys pipeline/commands | grep -E 'qpdf|poppler|leptonica|archive\.h$|tesseract|sqlite3' || true)" ""
needs() { readelf -d "$1" | sed -nE 's/.*NEEDED.*\[(lib[a-z0-9+-]+).*/\1/p' | sort | tr '\n' ' '; }
foreign='lib(lept|tesseract|archive|poppler|qpdf|zbar|nss|smime|jpeg|tiff|png|cairo|glib|stdc)'
unlike "the desk is linked with nothing that opens files" "$(needs "$SOHOA")" "$foreign"
like "the worker is" "$(needs "$SOHOA-worker")" "$foreign"
is "the worker is linked with no catalogue" "$(nm "$SOHOA-worker" | grep -cE ' catalogue_open$' || true)" 0
is "rooms do not print" "$(grep -nE '\b(printf|puts|putchar|perror)\(|\bstdout\b' $(find stages -name '*.c') | grep -vE '^\S+:[0-9]+:\s*/?\*' || true)" ""
is "rooms do not exit" "$(grep -nE '\b_?exit\(|\babort\(' $(find stages -name '*.c') || true)" ""
is "every room of the list has a folder" "$(sed -nE 's/^\t\{ "([a-z]+)".*/\1/p' pipeline/stages.c pipeline/record_stages.c | while read -r r; do [[ -d stages/$r ]] || echo "$r"; done)" ""
done_testing
