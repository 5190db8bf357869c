#!/bin/bash
# An old place or agency finds its successor's papers and the other way round, an abbreviation its words; each such hit says through which name.
. "$(dirname "$0")/lib.sh"
export SOHOA_ARCHIVE=$TMP/kho
paper() { # FILE AGENCY PLACE BODY
	{ printf '|%s|<b>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM</b>\n||<b>Độc lập - Tự do - Hạnh phúc</b>\n' "$2"
	  printf '|Số: 12/QĐ-UBND|<i>%s, ngày 15 tháng 5 năm 2024</i>\n\n><b>QUYẾT ĐỊNH</b>\n><b>Về việc giao đất</b>\n\nĐiều 1. %s\n' "$3" "$4"; } | draw "$1" 200
}
mkdir -p "$TMP/lo"/{TRUOC,SAU,PHUONG,HUYEN,SO,KHAC}
paper "$TMP/lo/TRUOC/1.png" "ỦY BAN NHÂN DÂN TỈNH BÀ RỊA - VŨNG TÀU" "Bà Rịa" "Giao đất tại tỉnh Bà Rịa - Vũng Tàu cho hộ bà Đỗ Thị Hường."
paper "$TMP/lo/SAU/1.png" "ỦY BAN NHÂN DÂN THÀNH PHỐ HỒ CHÍ MINH" "Hồ Chí Minh" "Giao đất tại Thành phố Hồ Chí Minh cho hộ ông Lê Văn Tám."
paper "$TMP/lo/PHUONG/1.png" "ỦY BAN NHÂN DÂN PHƯỜNG GIẢNG VÕ" "Giảng Võ" "Giao đất tại phường Giảng Võ, thành phố Hà Nội."
paper "$TMP/lo/HUYEN/1.png" "UBND HUYỆN BẾN LỨC" "Bến Lức" "Giao đất tại huyện Bến Lức, tỉnh Long An."
paper "$TMP/lo/SO/1.png" "SỞ NÔNG NGHIỆP VÀ MÔI TRƯỜNG" "Tây Ninh" "Giao Sở Nông nghiệp và Môi trường tỉnh Tây Ninh lập hồ sơ."
paper "$TMP/lo/KHAC/1.png" "UBND XÃ AN HÒA" "An Hòa" "Giao đất cho hộ ông Trần Văn Bảy."
"$SOHOA" init "$SOHOA_ARCHIVE" >/dev/null
"$SOHOA" intake -q "$TMP/lo" >/dev/null
"$SOHOA" run -q -j2 >/dev/null

# hits QUERY: the dossiers that have every word, and those found through another name: '+' a successor, '~' an abbreviation
hits() { "$SOHOA" search --json "$1" | jq -r '[.hits[] | select(.through or (.pages[0].why | all(. != "missing" and . != "alike"))) | (if .successor then "+" elif .through then "~" else "" end) + .dossier] | join(" ")'; }
is "an old province finds the papers of its successor" "$(hits 'tỉnh Bà Rịa - Vũng Tàu')" "TRUOC +SAU"
is "without its type and marks too" "$(hits 'ba ria vung tau')" "TRUOC +SAU"
is "the new one those of before" "$(hits 'thành phố Hồ Chí Minh')" "SAU +TRUOC"
is "abbreviated" "$(hits 'TP. Hồ Chí Minh')" "~SAU +TRUOC"
like "the hit says through which name" "$("$SOHOA" search 'tỉnh Bà Rịa - Vũng Tàu')" 'found through its successor: tỉnh Bà Rịa - Vũng Tàu → Thành phố Hồ Chí Minh \(2025-07-01\)'
like "--explain tells how it was asked" "$("$SOHOA" search --explain 'tỉnh Bà Rịa - Vũng Tàu')" 'tỉnh Bà Rịa - Vũng Tàu → Thành phố Hồ Chí Minh \(2025-07-01\): 1'
is "words beside the name stay" "$(hits 'tỉnh Bà Rịa - Vũng Tàu Lê Văn Tám')" "+SAU"
is "what stands between quotes too" "$(hits '"tỉnh Bà Rịa - Vũng Tàu"')" "TRUOC +SAU"
is "and the field" "$(hits 'cơ quan: UBND tỉnh Bà Rịa - Vũng Tàu' | tr ' ' '\n' | grep -c '+SAU')" 1
is "an old commune by its name in its district" "$(hits 'phường Ngọc Khánh, quận Ba Đình')" "+PHUONG"
is "an old district finds the communes on its area" "$(hits 'quận Ba Đình, thành phố Hà Nội')" "+PHUONG"
is "a new province the districts and provinces of before" "$(hits 'tỉnh Long An')" "HUYEN +SO"
is "an agency its successor" "$(hits 'Sở Tài nguyên và Môi trường')" "+SO"
is "by its abbreviation an agency is found" "$(hits 'SNNMT')" "~SO"
is "an abbreviation finds its words" "$(hits '"ubnd phường giảng võ"')" "~PHUONG"
is "and words their abbreviation" "$(hits '"ủy ban nhân dân" "xã an hòa"')" "~KHAC"
like "a name of many places asks for more" "$("$SOHOA" search 'huyện Châu Thành' 2>&1)" 'places are called "huyện Châu Thành"'
is "a name of nothing changes nothing" "$(hits 'xã Không Có Tên Này')" ""
like "a printed place is shown with its name of today" "$("$SOHOA" show 6.1)" 'TỈNH BÀ RỊA - [^ ]+ TÀU is now: Thành phố Hồ Chí Minh'
is "also in JSON" "$("$SOHOA" show --json 6.1 | jq -c '.fields.agency.place | [.known, .now]')" '[true,"Thành phố Hồ Chí Minh"]'
done_testing
