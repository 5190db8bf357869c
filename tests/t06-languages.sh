#!/bin/bash
# Every text that a person reads has its Vietnamese, and the Vietnamese fits (formats, accents in NFC).
. "$(dirname "$0")/lib.sh"
cd "$here/.." || exit 1
sources=$(find pipeline stages -name '*.c')

# shellcheck disable=SC2086
po/schemas.sh | xgettext --language=C --from-code=UTF-8 -k_ -kN_ --no-wrap -o "$TMP/now.pot" $sources - 2>"$TMP/said"
is "the texts of the sources and the schemas can be collected" "$(cat "$TMP/said")" ""
msgmerge --quiet --no-fuzzy-matching --no-wrap -o "$TMP/vi.po" po/vi.po "$TMP/now.pot"
is "nothing is untranslated" "$(LC_ALL=C msgfmt --statistics -o /dev/null "$TMP/vi.po" 2>&1 | grep -o '[0-9]* untranslated')" ""
is "nothing is fuzzy" "$(msgattrib --only-fuzzy --no-obsolete "$TMP/vi.po" | grep -c '^msgid' || true)" 0
ok "formats fit" msgfmt --check -o /dev/null "$TMP/vi.po"
is "the Vietnamese is NFC" "$(perl -MUnicode::Normalize -CSD -ne 'print if $_ ne NFC($_)' po/vi.po)" ""
done_testing
