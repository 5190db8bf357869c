#!/bin/bash
# Electronic signatures of received PDFs: four findings that say nothing of each other, and which of them lift a paper. All people, offices and keys are
# made here.
. "$(dirname "$0")/lib.sh"
export SOHOA_ARCHIVE=$TMP/kho
me=$(id -un)
sign=$here/sign.sh
"$sign" ca "$TMP/root" "/CN=Gốc mẫu"
"$sign" ca "$TMP/foreign" "/CN=Gốc lạ"
"$sign" person "$TMP/root" "$TMP/agency" "/CN=Ủy ban nhân dân xã An Hòa/O=Tỉnh Mẫu"
"$sign" person "$TMP/foreign" "$TMP/stranger" "/CN=Ủy ban nhân dân xã An Hòa"
"$sign" person "$TMP/root" "$TMP/late" "/CN=UBND xã An Hòa" 900
"$sign" person "$TMP/root" "$TMP/portal" "/CN=Cổng Dịch vụ công quốc gia"
"$sign" person "$TMP/root" "$TMP/clerk" "/CN=Lê Thị Quét/O=Ủy ban nhân dân xã An Hòa"

decision 21 "công nhận kết quả" "Điều 1. Công nhận kết quả." >"$TMP/text"
lo=$TMP/lo/HS-01
mkdir -p "$lo"
draw "$TMP/text.text.pdf" 150 <"$TMP/text"
draw "$TMP/scan.pdf" 150 <"$TMP/text"
{ printf '><b>SAO Y</b>\n'; cat "$TMP/text"; } | draw "$TMP/copy.text.pdf" 150
t=$TMP/text.text.pdf
"$sign" sign "$t" "$lo/01-agency.pdf" "$TMP/agency" foot
"$sign" sign "$TMP/scan.pdf" "$lo/02-scan.pdf" "$TMP/agency" top-right
"$sign" sign "$TMP/copy.text.pdf" "$lo/03-copy.pdf" "$TMP/agency" top-right
"$sign" sign "$t" "$lo/04-portal.pdf" "$TMP/portal" foot
"$sign" sign "$TMP/scan.pdf" "$lo/05-clerk.pdf" "$TMP/clerk" top-left
"$sign" sign "$t" "$lo/06-stranger.pdf" "$TMP/stranger" foot
"$sign" sign "$t" "$lo/07-late.pdf" "$TMP/late" foot
sed 's/MediaBox \[ 0 0 /MediaBox [ 0 1 /' "$lo/01-agency.pdf" >"$lo/08-changed.pdf"
{ cat "$lo/01-agency.pdf"; printf '%% more\n%%%%EOF\n'; } >"$lo/09-added.pdf"
"$sign" sign "$lo/01-agency.pdf" "$lo/10-portal-after.pdf" "$TMP/portal" none
"$sign" sign "$lo/05-clerk.pdf" "$lo/11-clerk-agency.pdf" "$TMP/agency" none
# a range that leaves out more than the signature: bytes nobody signed
perl -pe 's/ByteRange \[0 (\d+) +/"ByteRange [0 " . ($1 - 1) . (" " x (12 - length($1 - 1)))/e' "$lo/01-agency.pdf" >"$lo/12-gap.pdf"
cp "$t" "$lo/13-none.pdf"
ok "the changed file was changed, and is as long" test "$(cmp "$lo/01-agency.pdf" "$lo/08-changed.pdf" | wc -l)$(stat -c %s "$lo/08-changed.pdf")" = "1$(stat -c %s "$lo/01-agency.pdf")"

"$SOHOA" init "$SOHOA_ARCHIVE" >/dev/null
"$SOHOA" intake -q "$TMP/lo" >/dev/null
exits "read" 0 "$SOHOA" run -q -j2
sql() { sqlite3 "$SOHOA_ARCHIVE/catalogue.db" "$1"; }
is "thirteen papers" "$(sql "SELECT count(*) FROM document WHERE type = 'quyet-dinh'")" 13
# findings N: of the last signature in file number N
findings() { "$SOHOA" reuse "1.$1" --json | jq -r '.signatures[-1] | "\(.integrity) \(.trust) \(.later) \(.signer)"'; }
level() { "$SOHOA" reuse "1.$1" --json | jq .level; }
levels() { for n in $(seq 13); do level "$n"; done | tr '\n' ' '; }

# --- without roots nobody is trusted

is "integrity and signer are found all the same" "$(findings 1)" "valid not-verified none agency"
is "and nothing is lifted" "$(levels)" "1 1 1 1 1 1 1 1 1 1 1 1 1 "
is "a signature that was damaged is not right" "$(findings 12)" "malformed not-verified unsigned agency"
like "and said to a person" "$("$SOHOA" reuse 1.1)" 'signature in 01-agency.pdf: Ủy ban nhân dân xã An Hòa, [0-9-]+: file: as it was signed; certificate: not verified'

# --- roots of the settings

mkdir "$SOHOA_ARCHIVE/roots"
cp "$TMP/root.pem" "$SOHOA_ARCHIVE/roots/"
printf 'signature:\n  roots: roots\n' >>"$SOHOA_ARCHIVE/sohoa.yaml"
"$SOHOA" user add "$me" --name "Nguyễn Thị Lan" --role admin,officer,approver >/dev/null
exits "certificates are held against other roots when papers are judged anew" 0 "$SOHOA" judge
is "once" "$(sql "SELECT count(DISTINCT roots) FROM signed_file s WHERE EXISTS (SELECT 1 FROM signature WHERE hash = s.hash)")" 1
is "the agency's own, as text" "$(findings 1) $(level 1)" "valid trusted none agency 4"
is "a scan of paper" "$(findings 2) $(level 2)" "valid trusted none agency 2"
is "an electronic copy" "$(findings 3) $(level 3)" "valid trusted none agency 3"
is "a portal" "$(findings 4) $(level 4)" "valid trusted none unknown 1"
is "who scanned it is kept as that" "$(findings 5) $(level 5)" "valid trusted none scan 1"
is "nobody vouches for it" "$(findings 6) $(level 6)" "valid untrusted none agency 1"
is "a certificate that had run out" "$(findings 7) $(level 7)" "valid untrusted none agency 1"
is "why" "$(for n in 6 7; do "$SOHOA" reuse "1.$n" --json | jq -r '.signatures[0].why'; done | tr '\n' ' ')" "issuer time "
is "changed after it was signed" "$(findings 8) $(level 8)" "changed trusted none agency 1"
like "stands against the paper" "$("$SOHOA" reuse 1.8)" 'ALTERED: The file was changed after Ủy ban nhân dân xã An Hòa signed it'
is "something was added" "$(findings 9) $(level 9)" "valid trusted unsigned agency 1"
like "stands against it too" "$("$SOHOA" reuse 1.9)" 'ALTERED'
is "a later signature of a portal covers the agency's" "$("$SOHOA" reuse 1.10 --json | jq -c '[.signatures[] | [.signer, .later]]') $(level 10)" \
	'[["agency","signed"],["unknown","none"]] 1'
unlike "and speaks against nothing" "$("$SOHOA" reuse 1.10)" 'ALTERED'
is "scanned by a clerk, then signed by the agency" "$("$SOHOA" reuse 1.11 --json | jq -c '[.signatures[] | [.signer, .later]]') $(level 11)" \
	'[["scan","signed"],["agency","none"]] 2'
is "bytes that nobody signed" "$(findings 12) $(level 12)" "malformed trusted unsigned agency 1"
is "no signature" "$(findings 13) $(level 13)" "null null null null 1"
is "nothing passes by a signature alone" "$(sql "SELECT count(*) FROM document WHERE verdict = 'eligible'")" 0

# --- a copy that was signed elsewhere, where roots are given

"$sign" sign "$TMP/scan.pdf" "$TMP/right.pdf" "$TMP/agency"
"$sign" sign "$TMP/scan.pdf" "$TMP/wrong.pdf" "$TMP/stranger"
exits "not taken from whom no root vouches for" 2 "$SOHOA" confirm 1.13 --signed "$TMP/wrong.pdf"
like "with the reason" "$said" 'not trusted: none of the given roots vouches for it'
exits "taken" 0 "$SOHOA" confirm 1.13 --signed "$TMP/right.pdf"
is "L2, not more" "$(level 13)" 2

# --- who signed is forgotten with the paper

"$SOHOA" user add "$me" --name "Nguyễn Thị Lan" --role admin,officer,approver,archivist >/dev/null
of_portal="SELECT count(*) FROM signature s JOIN file f ON f.hash = s.hash WHERE f.shown = '04-portal.pdf'"
is "known" "$(sql "$of_portal")" 1
exits "withdrawn" 0 "$SOHOA" withdraw 1.4 --decision 07/QĐ-UBND --reason "nhận nhầm"
is "not known" "$(sql "$of_portal")" 0

# --- what breaks a worker, and roots that are none

echo nonsense >"$SOHOA_ARCHIVE/roots/x.pem"
exits "a file that is no certificate is told" 3 "$SOHOA" judge
like "by its name" "$said" 'roots/x.pem is no certificate'
rm "$SOHOA_ARCHIVE/roots/x.pem"
ok "everything is as it should be" "$SOHOA" verify
done_testing
