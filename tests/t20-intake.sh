#!/bin/bash
# What comes in: every refusal has its own reason and stops nothing else; names, order, archives, duplicates, lists.
. "$(dirname "$0")/lib.sh"

kho=$TMP/kho
lo=$TMP/lo-01
HS=$lo/HS-01
export SOHOA_ARCHIVE=$kho

# fresh [SETTINGS]: an empty archive
fresh() {
	rm -rf "$kho"
	"$SOHOA" init "$kho" >/dev/null || exit 1
	[[ $# == 0 ]] || printf '%s\n' "$@" >"$kho/sohoa.yaml"
}

# take PATH...: takes in; the report as JSON in $report, the exit code in $code
take() {
	report=$("$SOHOA" intake --json -q "$@" 2>"$TMP/said")
	code=$?
}

# reason NAME: why a file was set aside in the last report ("-" when it was not)
reason() {
	jq -r --arg f "$1" '[.[].items[] | select(.file == $f) | .reason // "-"] | first // "-"' <<<"$report"
}

page() {
	decision "$1" "cấp giấy phép số $1" "Điều 1. Cấp giấy phép cho hộ bà Đỗ Thị Hường." | draw "$2" 100
}

# ---- each refusal has its own reason, and the good file beside it is taken ----

mkdir -p "$HS"
page 1 "$HS/01-tot.png"
page 2 "$HS/tot.pdf"
: >"$HS/rong.pdf"
head -c 400 "$HS/01-tot.png" >"$HS/cut.png"
printf 'ghi chu cua van thu\n' >"$HS/ghi-chu.pdf"
cp "$HS/01-tot.png" "$TMP/other.png"
page 3 "$TMP/3.png" && mv "$TMP/3.png" "$HS/duoi-sai.jpg"
qpdf --encrypt mat-khau chu 256 -- "$HS/tot.pdf" "$HS/khoa.pdf"
printf '%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%%%EOF\n' \
	>"$HS/khong-trang.pdf"
printf 'Rar!\x1a\x07\x01\x00xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' >"$HS/goi.rar"
ln -s /etc/hostname "$HS/lien-ket.png"
mkfifo "$HS/ong.png"
fresh
take "$lo"
is "something was set aside" "$code" 1
is "a file without bytes" "$(reason rong.pdf)" empty
is "a file cut off" "$(reason cut.png)" truncated
is "a text that calls itself PDF" "$(reason ghi-chu.pdf)" not-a-document
is "a PDF with a password" "$(reason khoa.pdf)" encrypted
is "a PDF without pages" "$(reason khong-trang.pdf)" no-pages
is "a RAR archive" "$(reason goi.rar)" rar
is "a link is not followed" "$(reason lien-ket.png)" not-a-file
is "a pipe is not opened" "$(reason ong.png)" not-a-file
is "a wrong ending is accepted" "$(reason duoi-sai.jpg)" -
is "and noted" "$(jq '[.[].items[] | select(.wrong_extension)] | length' <<<"$report")" 1
is "the good files are taken" "$(jq -c '.[0].files | [.received, .accepted, .set_aside]' <<<"$report")" "[11,3,8]"
said=$("$SOHOA" intake -q "$lo" 2>&1)
like "each says what to do" "$said" 'goi\.rar: .*pack it again as zip'
like "in the language of the screen" "$(LC_ALL=vi_VN.UTF-8 LANGUAGE=vi "$SOHOA" intake -q "$lo" 2>&1)" 'goi\.rar: .*nén lại thành zip'
exits "the others go on" 1 "$SOHOA" run -q -j2
is "to papers" "$("$SOHOA" search --json 'cấp giấy phép' | jq .total)" 3
is "an explanation is part of the JSON" "$("$SOHOA" search --json --explain 'cấp (giấy OR phép)' | jq -c '[.understood, .plan != "", .part]')" \
	'["(cấp AND (giấy OR phép))",true,false]'
exits "nothing is lost" 0 "$SOHOA" verify
rm -rf "$lo"

# An unreadable file: for root every file is readable, so another user tries.
if [[ $(id -u) == 0 ]] && command -v setpriv >/dev/null; then
	mkdir -p "$HS"
	page 1 "$HS/1.png"
	page 2 "$HS/2.png"
	chmod 000 "$HS/2.png"
	fresh
	chmod 755 "$TMP"
	chown -R 65534 "$TMP"
	report=$(setpriv --reuid=65534 --clear-groups "$SOHOA" intake --json -q "$lo" 2>/dev/null)
	if [[ $report ]]; then
		is "a file without permission" "$(reason 2.png)" unreadable
	else
		is "a file without permission # SKIP the program cannot be reached by another user" 1 1
	fi
	chown -R 0 "$TMP"
elif [[ $(id -u) != 0 ]]; then
	mkdir -p "$HS"
	page 1 "$HS/1.png"
	page 2 "$HS/2.png"
	chmod 000 "$HS/2.png"
	fresh
	take "$lo"
	is "a file without permission" "$(reason 2.png)" unreadable
fi
rm -rf "$lo"

# ---- limits: each from its own setting ----

mkdir -p "$HS"
page 1 "$HS/nho.png"
decision 2 "a" "b" | draw "$HS/lon.png" 200
{ printf 'trang 1\n\f'; printf 'trang 2\n\f'; printf 'trang 3\n'; } | draw "$HS/ba-trang.tif" 100
fresh 'limits: {page_side: 700}'
take "$lo"
is "a side too long" "$code $(reason lon.png) $(reason nho.png)" "1 page-too-large -"
fresh 'limits: {page_pixels: 300000}'
take "$lo"
is "too many pixels" "$code $(reason lon.png) $(reason nho.png)" "1 page-too-large -"
fresh 'limits: {file_pages: 2}'
take "$lo"
is "too many pages" "$code $(reason ba-trang.tif) $(reason nho.png)" "1 too-many-pages -"
fresh "limits: {file_bytes: $(($(stat -c %s "$HS/nho.png") + 10))}"
take "$lo"
is "too many bytes" "$code $(reason lon.png) $(reason nho.png)" "1 too-large -"
rm -rf "$lo"

mkdir -p "$TMP/goi/HS-01" "$TMP/goi/HS-02"
for n in 1 2 3; do page $n "$TMP/goi/HS-01/$n.png"; done
(cd "$TMP/goi" && zip -qr ../ba.zip HS-01)
fresh 'limits: {archive_entries: 2}'
take "$TMP/ba.zip"
is "too many entries" "$code $(jq -r '[.[].items[].reason] | unique | .[]' <<<"$report")" "1 too-many-entries"
fresh 'limits: {archive_bytes: 2000}'
take "$TMP/ba.zip"
like "too many bytes in all" "$code $(jq -r '[.[].items[].reason] | unique | .[]' <<<"$report")" "^1 too-large"
fresh 'limits: {archive_ratio: 2, archive_ratio_from: 1}'
head -c 300000 /dev/zero >"$TMP/goi/HS-02/khong.png"
(cd "$TMP/goi" && zip -qr ../bom.zip HS-02)
take "$TMP/bom.zip"
is "a bomb" "$code $(jq -r '[.[].items[].reason] | unique | .[]' <<<"$report")" "1 bomb"
(cd "$TMP" && zip -q 1.zip ba.zip && zip -q 2.zip 1.zip)
fresh 'limits: {archive_depth: 2}'
take "$TMP/2.zip"
is "archives in archives in archives" "$code $(jq -r '[.[].items[].reason] | unique | .[]' <<<"$report")" "1 too-deep"
take "$TMP/1.zip"
is "two deep are opened" "$code $(jq '.[0].files.accepted' <<<"$report")" "0 3"

# ---- names in archives are only names ----

mkdir -p "$TMP/xau/HS-01"
page 1 "$TMP/xau/HS-01/a.png"
page 2 "$TMP/xau/HS-01/b.png"
page 3 "$TMP/xau/HS-01/c.png"
ln -s /etc/passwd "$TMP/xau/HS-01/d.png"
(cd "$TMP/xau" && tar -cPf ../xau.tar --transform 's|^HS-01/a.png$|../../a.png|' --transform "s|^HS-01/b.png$|/tmp/b.png|" HS-01/*.png)
[[ $(id -u) == 0 ]] && (cd "$TMP/xau" && mknod HS-01/e.png c 1 5 2>/dev/null && tar -rf ../xau.tar HS-01/e.png)
fresh
take "$TMP/xau.tar"
is "what points outside is refused" "$code $(jq '[.[].items[] | select(.reason == "bad-name")] | length' <<<"$report")" "1 2"
is "links and devices are refused" "$(jq '[.[].items[] | select(.reason == "not-a-file") | .file | .[-5:]] | unique | length' <<<"$report")" \
	"$([[ -e $TMP/xau/HS-01/e.png ]] && echo 2 || echo 1)"
is "the good one is taken" "$(jq '.[0].files.accepted' <<<"$report")" 1
is "nothing is written by a name" "$(find "$TMP" /tmp/b.png -maxdepth 1 -name '[ab].png' 2>/dev/null)" ""

mkdir -p "$TMP/bytes/HS-01"
page 1 "$TMP/bytes/HS-01/"$'quy\xea\xcft.png'
fresh
take "$TMP/bytes"
is "a name that is no UTF-8 is accepted" "$code" 0
exits "and its pages are read" 0 "$SOHOA" run -q
ok "JSON stays UTF-8" bash -c "'$SOHOA' search --json 'giay phep' | iconv -f UTF-8 -t UTF-8 | jq -e '.total == 1'"

# ---- every kind of archive gives what the folder gives ----

mkdir -p "$TMP/goc/lo-02/HS-01" "$TMP/goc/lo-02/HS-02"
page 1 "$TMP/goc/lo-02/HS-01/1.png"
page 2 "$TMP/goc/lo-02/HS-01/2.png"
page 3 "$TMP/goc/lo-02/HS-02/1.png"
cd "$TMP/goc" || exit 1
zip -qr ../g.zip lo-02
7z a -bd ../g.7z lo-02 >/dev/null
tar -cf ../g.tar lo-02
tar -czf ../g.tar.gz lo-02
tar -cJf ../g.tar.xz lo-02
tar --zstd -cf ../g.tar.zst lo-02
cd "$TMP" || exit 1
fresh
take "$TMP/goc/lo-02"
wanted=$(find "$kho/objects" -type f -size +1k | sed 's|.*/||' | sort)
for kind in zip 7z tar tar.gz tar.xz tar.zst; do
	fresh
	take "$TMP/g.$kind"
	is "$kind" "$code $(jq -c '.[0].files | [.received, .accepted]' <<<"$report") $(find "$kho/objects" -type f -size +1k | sed 's|.*/||' | sort)" \
		"0 [3,3] $wanted"
done

# ---- duplicates: one object, both places; blank pages are no duplicates ----

mkdir -p "$TMP/doi/HS-01" "$TMP/doi/HS-02"
page 1 "$TMP/doi/HS-01/1.png"
cp "$TMP/doi/HS-01/1.png" "$TMP/doi/HS-02/1.png"
printf '\n' | draw "$TMP/doi/HS-01/2.png" 100
cp "$TMP/doi/HS-01/2.png" "$TMP/doi/HS-02/2.png"
fresh
take "$TMP/doi"
is "a duplicate is no error" "$code" 0
is "it is noted" "$(jq -r '[.[].items[] | select(.duplicate and .file == "1.png") | .dossier] | .[]' <<<"$report")" "HS-02"
is "one object" "$(find "$kho/objects" -type f -name "$(sha256sum <"$TMP/doi/HS-01/1.png" | cut -d' ' -f1)" | wc -l)" 1
exits "both are read" 0 "$SOHOA" run -q
is "both places are filled" "$("$SOHOA" search --json 'giay phep' | jq -r '[.hits[].dossier] | sort | join(" ")')" "HS-01 HS-02"
unlike "no blank page is called a duplicate" "$("$SOHOA" status; "$SOHOA" intake -q "$TMP/doi")" '2\.png: noted'
is "the same folder again doubles nothing" "$("$SOHOA" status --json | jq -c '[.. | objects | select(has("received")) | .received] | first')" 4

# ---- order and lists: a paper may span files ----

mkdir -p "$TMP/lo-03/HS-01"
cd "$TMP/lo-03/HS-01" || exit 1
decision 71 "thành lập tổ thẩm định" "Điều 1. Thành lập tổ thẩm định gồm các ông bà sau đây." | draw "trang 2.png" 150
printf '2\nĐiều 2. Tổ thẩm định có nhiệm vụ giúp việc cho Ủy ban.\nĐiều 3. Quyết định này có hiệu lực từ ngày ký./.' | draw "trang 10.png" 150
cd "$TMP" || exit 1
printf '\xef\xbb\xbfhồ sơ,tiêu đề,hộp,giá,thời hạn,số tờ,số trang\nHS-01,Tổ thẩm định,H07,K2.G01,20 năm,,3\nHS-09,Không có,H07,K2.G01,,1,1\n' \
	>"$TMP/lo-03/lo.csv"
fresh
take "$TMP/lo-03"
is "differences from the list make the exit code 1" "$code" 1
is "they are listed" "$(jq -c '[.[0].differences[] | [.dossier, .kind, .declared, .found]] | sort' <<<"$report")" \
	'[["HS-01","pages",3,2],["HS-09","missing",1,0]]'
exits "and stay so in the report of the run" 1 "$SOHOA" run -q
like "which names them" "$("$SOHOA" status)" 'HS-01: pages declared 3, found 2'
is "2 comes before 10, and the paper spans both files" "$("$SOHOA" show --json 1.1 | jq -c '[.pages[].file]')" '["trang 2.png","trang 10.png"]'
is "the shelf stands in the hit" "$("$SOHOA" search --json 'to tham dinh' | jq -r '.hits[0] | .box + " " + .shelf')" "H07 K2.G01"
exits "verify finds everything in its place" 0 "$SOHOA" verify

# ---- a full disk: nothing acknowledged is lost, the same command goes on ----

if [[ $(id -u) == 0 ]] && mkdir -p "$TMP/dia" && mount -t tmpfs -o size=3m none "$TMP/dia" 2>/dev/null; then
	mkdir -p "$TMP/day/HS-01"
	for n in 1 2 3 4 5 6; do # noise does not compress: each half a MiB and more
		head -c 600000 /dev/urandom >"$TMP/noise"
		{ printf 'P5\n600 1000\n255\n'; cat "$TMP/noise"; } >"$TMP/noise.pgm"
		perl -e 'use Compress::Zlib; sub c { my($t,$d)=@_; pack("N",length $d).$t.$d.pack("N",crc32($t.$d)) }
			open F,"<",$ARGV[0]; binmode F; read F,my $n,600000; my $r=join "",map{"\0".substr($n,$_*600,600)}0..999;
			print "\x89PNG\r\n\x1a\n".c("IHDR",pack("NNCCCCC",600,1000,8,0,0,0,0)).c("IDAT",compress($r)).c("IEND","")' \
			"$TMP/noise" >"$TMP/day/HS-01/$n.png"
	done
	"$SOHOA" init "$TMP/dia/kho" >/dev/null
	exits "a full disk says: try later" 75 "$SOHOA" intake -q -A "$TMP/dia/kho" "$TMP/day"
	like "in words" "$said" 'disk is full|[Nn]o space left'
	mount -o remount,size=30m "$TMP/dia"
	exits "with room the same command goes on" 0 "$SOHOA" intake -q -A "$TMP/dia/kho" "$TMP/day"
	is "all are there, none twice" "$("$SOHOA" status --json -A "$TMP/dia/kho" | jq -c '[.. | objects | select(has("received")) | .received] | first')" 6
	exits "and whole" 0 "$SOHOA" verify -A "$TMP/dia/kho"
	umount "$TMP/dia"
fi
done_testing
