#!/bin/bash
# sign.sh OUT.pdf [PAGES]: a small PDF with an electronic signature (adbe.pkcs7.detached) by a made-up person, whose key is made here and thrown away.
set -eu
out=$1 pages=${2:-1}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj "/CN=Chi cuc Mau/O=Mau" -keyout "$work/key" -out "$work/cert" 2>/dev/null
perl - "$pages" "$work/pdf" "$work/part" <<'P'
use strict;
my ($pages, $pdf, $part) = @ARGV;
my $room = 8192; # hex digits of the signature
my @objects;
my $kids = join ' ', map { ($_ + 10) . ' 0 R' } 1 .. $pages;
$objects[1] = "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [3 0 R] /SigFlags 3 >> >>";
$objects[2] = "<< /Type /Pages /Kids [$kids] /Count $pages >>";
$objects[3] = "<< /Type /Annot /Subtype /Widget /FT /Sig /T (s) /F 132 /Rect [0 0 0 0] /P 11 0 R /V 4 0 R >>";
$objects[4] = "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached /M (D:20260302090000Z) /ByteRange [0 AAAAAAAAAA BBBBBBBBBB CCCCCCCCCC] " .
	"/Contents <" . ('0' x $room) . "> >>";
$objects[10 + $_] = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]" . ($_ == 1 ? " /Annots [3 0 R]" : "") . " >>" for 1 .. $pages;
my $text = "%PDF-1.7\n";
my @at;
for my $i (grep { $objects[$_] } 1 .. $#objects) {
	$at[$i] = length $text;
	$text .= "$i 0 obj\n$objects[$i]\nendobj\n";
}
my $xref = length $text;
$text .= "xref\n0 1\n0000000000 65535 f \n";
$text .= sprintf("%d 1\n%010d 00000 n \n", $_, $at[$_]) for grep { $objects[$_] } 1 .. $#objects;
$text .= sprintf("trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", scalar @objects, $xref);
my $begin = index($text, '/Contents <') + 10;
my $end = $begin + $room + 2;
$text =~ s/AAAAAAAAAA/sprintf "%-10d", $begin/e;
$text =~ s/BBBBBBBBBB/sprintf "%-10d", $end/e;
$text =~ s/CCCCCCCCCC/sprintf "%-10d", length($text) - $end/e;
open my $f, '>', $pdf or die; print $f $text; close $f;
open $f, '>', $part or die; print $f substr($text, 0, $begin), substr($text, $end); close $f;
P
openssl cms -sign -binary -in "$work/part" -signer "$work/cert" -inkey "$work/key" -outform DER -out "$work/cms" -md sha256
perl -e 'local $/; open F, "<", $ARGV[0]; my $p = <F>; open F, "<", $ARGV[1]; my $c = unpack "H*", <F>; my $at = index($p, "/Contents <") + 11;
	substr($p, $at, length $c) = $c; open F, ">", $ARGV[2]; print F $p' "$work/pdf" "$work/cms" "$out"
