#!/bin/bash
# A secrecy mark sets a paper aside before anything is known of it: its words reach no object, catalogue, index, log or screen.
. "$(dirname "$0")/lib.sh"

# paper NUMBER STAMP WORD: a decision whose body holds WORD, with a stamp under its number when STAMP is not empty
paper() {
	printf '|UBND XÃ AN HÒA|<b>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM</b>\n||<b>Độc lập - Tự do - Hạnh phúc</b>\n'
	printf '|Số: %s/QĐ-UBND|<i>An Hòa, ngày 15 tháng 5 năm 2024</i>\n' "$1"
	[[ -z $2 ]] || printf '#<b>%s</b>\n' "$2"
	printf '\n><b>QUYẾT ĐỊNH</b>\n><b>Về việc bảo vệ %s</b>\n\nĐiều 1. Giao cho bà Đỗ Thị Hường trông %s của xã.\n' "$3" "$3"
	printf 'Điều 2. Mật độ xây dựng không quá 40%%; bí mật nhà nước theo luật.\n'
}

export SOHOA_ARCHIVE=$TMP/kho
lo=$TMP/lo-mat
mkdir -p "$lo"/HS-0{1,2,3,4,5}
paper 11 'MẬT' 'xưởng ngọc trai' | draw "$lo/HS-01/mau.jpg" 200                          # a red stamp, in colour
paper 12 'TỐI MẬT' 'xưởng ngọc trai' | draw "$lo/HS-02/den.tif" 200                      # the same in black and white
{ paper 13 'TUYỆT MẬT' 'xưởng ngọc trai'; printf '\f2\nĐiều 3. Không ai được vào xưởng ngọc trai.\n'; } | draw "$lo/HS-03/hai-trang.tif" 200
paper 14 '' 'vườn hoa hồng' | draw "$lo/HS-04/thuong.tif" 200                            # "Mật độ xây dựng" is no mark
paper 15 'KHẨN' 'vườn hoa hồng' | draw "$lo/HS-05/khan.tif" 200                          # nor is urgency
"$SOHOA" init "$SOHOA_ARCHIVE" >/dev/null
exits "taken in" 0 "$SOHOA" intake -q "$lo"
exits "secret papers are set aside" 1 "$SOHOA" run -j2
run=$said
exits "and stay so" 1 "$SOHOA" status
status=$said
like "with their reason" "$status" 'HS-01.*secrecy mark'
like "counted by themselves" "$status" 'pages found 6 = 2 in papers \+ 0 blank \+ 0 separators \+ [0-9]+ restricted'
is "every page of theirs" "$("$SOHOA" status --json | jq '[.. | objects | .restricted? // empty] | first')" 4
is "what says 'Mật độ' is not restricted" "$("$SOHOA" search --json '"vườn hoa hồng"' | jq .total)" 2
is "nothing of the others is found" "$("$SOHOA" search --json 'ngoc trai' | jq .total)" 0
all=$run$status$("$SOHOA" verify; "$SOHOA" search 'ngoc'; "$SOHOA" search 'trai'
	for d in 1.1 2.1 3.1; do "$SOHOA" show $d; "$SOHOA" show --json $d; "$SOHOA" export --to text $d; "$SOHOA" export --to json $d; "$SOHOA" reuse $d; done 2>&1)
unlike "nothing is said of them" "$all" 'ngọc|ngoc trai'
exits "their page is not shown" 1 "$SOHOA" show --picture "$TMP/p.png" 1.1
ok "nor drawn" test ! -e "$TMP/p.png"
exits "nor exported" 1 "$SOHOA" export --to pdf -o "$TMP/p.pdf" 1.1
# The words, with marks and folded, lie in no file but the originals (which hold pictures).
is "nothing of them lies in the archive" "$(grep -rlaE 'ngọc|ngoc|1[123]/QĐ-UBND|1[123]qdubnd' "$SOHOA_ARCHIVE")" ""
ok "where words of the others do lie" grep -rqaE 'vườn hoa hồng' "$SOHOA_ARCHIVE/catalogue.db" "$SOHOA_ARCHIVE/catalogue.db-wal" "$SOHOA_ARCHIVE/objects"
mkdir -p "$TMP/doc"
exits "reading without an archive withholds them too" 1 "$SOHOA" read -q -o "$TMP/doc" "$lo/HS-01/mau.jpg" "$lo/HS-04/thuong.tif"
is "and writes nothing of them" "$(grep -rl 'ngọc' "$TMP/doc")" ""
ok "the other is read" grep -q 'vườn hoa hồng' "$TMP/doc/thuong.txt"
exits "verify finds everything in its place" 0 "$SOHOA" verify
done_testing
