#!/bin/bash
# Who writes a type of papers is told what is wrong, where, and what the file finds on a scan.
. "$(dirname "$0")/lib.sh"
cd "$here/.." || exit 1

kind() { # the lines under the head of a type "don-thu"
	printf 'code: don-thu\nname: đơn thử\nbase: _header\nfamily: component\nsource: thử\n%s\n' "$1"
}
exits "what the program brings along is right" 0 "$SOHOA" schema check
is "all three are looked at" "$(grep -c 'no mistake' <<<"$said")" 3

kind 'titles: ["ĐƠN THỬ"]
fields:
  - name: applicant
    read: label
    lables: ["Tên tôi là"]' >"$TMP/don-thu.yaml"
exits "a slip of the pen" 1 "$SOHOA" schema check "$TMP/don-thu.yaml"
like "file and line" "$said" "don-thu.yaml:10: expected .*labels.*, found \"lables\""
sed -i 's/lables/labels/' "$TMP/don-thu.yaml"
exits "put right" 0 "$SOHOA" schema check "$TMP/don-thu.yaml"
exits "a base is no type" 3 "$SOHOA" schema check schemas/documents/_header.yaml
exits "a file that is not there" 3 "$SOHOA" schema check "$TMP/none.yaml"

# A folder of one's own: every file with its mistake, that of a base once.
cp -r schemas/documents "$TMP/documents"
sed -i 's/^family: .*/family: letters/' "$TMP/documents/bao-cao.yaml"
echo 'nane: x' >>"$TMP/documents/_civil.yaml"
exits "a folder with mistakes" 1 "$SOHOA" schema check "$TMP/documents"
is "each once" "$(grep -c expected <<<"$said")" 2
like "one of a type" "$said" 'bao-cao.yaml:[0-9]+: expected one of result, .*found "letters"'
like "one of a base" "$said" '_civil.yaml:[0-9]+: expected .*found "nane"'

# On a scan.
printf '\n><b>ĐƠN THỬ</b>\n\nTên tôi là: Đỗ Thị Hường\n\nNội dung: xin cấp lại giấy tờ đã mất của gia đình tôi.\n' | draw "$TMP/scan.png" 150
exits "tried on a scan" 0 "$SOHOA" schema try "$TMP/don-thu.yaml" "$TMP/scan.png"
like "it is taken for the type" "$said" "pages 1 to 1: đơn thử"
like "a field is found" "$said" "applicant +read .*Đỗ Thị Hường"
sed -i -e 's/ĐƠN THỬ/ĐƠN KHÁC HẲN/' -e 's/Tên tôi là/Người viết đơn/' "$TMP/don-thu.yaml"
exits "a title that does not stand there" 1 "$SOHOA" schema try "$TMP/don-thu.yaml" "$TMP/scan.png"
like "the titles that were looked for" "$said" '"ĐƠN KHÁC HẲN"'
like "and the labels" "$said" 'applicant +absent .*"Người viết đơn"'
exits "no scan" 1 "$SOHOA" schema try "$TMP/don-thu.yaml" "$TMP/none.png"
exits "wrong words" 2 "$SOHOA" schema look
done_testing
