#!/bin/bash
# Electronic signatures by made-up people, with keys that are made here and thrown away.
#   sign.sh ca NAME SUBJECT                  a root: NAME.key, NAME.pem
#   sign.sh person CA NAME SUBJECT [DAYS]    somebody whom it vouches for, from DAYS ago on for 100 days (today for ten years without DAYS)
#   sign.sh blank OUT.pdf PAGES              a PDF of empty pages
#   sign.sh sign IN.pdf OUT.pdf NAME [PLACE] one more signature (adbe.pkcs7.detached) at the end of IN, on its first page: none, top-left, top-right, foot
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# subject TEXT: the config of a request whose name may hold any letter
subject() { printf '[req]\ndistinguished_name=d\nprompt=no\nutf8=yes\nstring_mask=utf8only\n[d]\n' >"$work/subject"; tr '/' '\n' <<<"${1#/}" >>"$work/subject"; }

case $1 in
ca)
	subject "$3"
	printf '[x]\nbasicConstraints=critical,CA:true\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n' >>"$work/subject"
	openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -config "$work/subject" -extensions x -utf8 -keyout "$2.key" -out "$2.pem" 2>/dev/null
	;;
person)
	subject "$4"
	printf 'keyUsage=critical,digitalSignature,nonRepudiation\nauthorityKeyIdentifier=keyid\n' >"$work/extensions"
	openssl req -newkey rsa:2048 -nodes -config "$work/subject" -utf8 -keyout "$3.key" -out "$work/request" 2>/dev/null
	if [[ ${5-} ]]; then
		mkdir "$work/db"
		touch "$work/db/index"
		printf '[c]\ndatabase=%s/db/index\nnew_certs_dir=%s\nserial=%s/serial\ndefault_md=sha256\npolicy=p\n[p]\ncommonName=supplied\norganizationName=optional\n' \
			"$work" "$work" "$work" >"$work/ca"
		openssl ca -batch -notext -config "$work/ca" -name c -rand_serial -preserveDN -extfile "$work/extensions" -cert "$2.pem" -keyfile "$2.key" -utf8 \
			-startdate "$(date -u -d "-$5 days" +%Y%m%d000000Z)" -enddate "$(date -u -d "-$5 days +100 days" +%Y%m%d000000Z)" \
			-in "$work/request" -out "$3.pem" 2>/dev/null
	else
		openssl x509 -req -in "$work/request" -CA "$2.pem" -CAkey "$2.key" -CAcreateserial -CAserial "$work/serial" -days 3650 -sha256 \
			-extfile "$work/extensions" -out "$3.pem" 2>/dev/null
	fi
	;;
blank)
	perl - "$2" "$3" <<'P'
my ($out, $pages) = @ARGV;
my @o = (undef, "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [" . join(' ', map { ($_ + 2) . ' 0 R' } 1 .. $pages) . "] /Count $pages >>",
	map { "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>" } 1 .. $pages);
my ($text, @at) = "%PDF-1.7\n";
for (1 .. $#o) { $at[$_] = length $text; $text .= "$_ 0 obj\n$o[$_]\nendobj\n"; }
my $xref = length $text;
$text .= sprintf "xref\n0 %d\n0000000000 65535 f \n", scalar @o;
$text .= sprintf "%010d 00000 n \n", $at[$_] for 1 .. $#o;
open my $f, '>', $out or die; printf $f "%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", $text, scalar @o, $xref;
P
	;;
sign)
	in=$2
	# a table of objects that can be added to, unless it was signed before and must not change
	grep -aq /ByteRange "$2" || { qpdf --object-streams=disable --warning-exit-0 --no-warn "$2" "$work/in.pdf"; in=$work/in.pdf; }
	perl - "$in" "$work/pdf" "$work/part" "${5-none}" <<'P'
use strict;
my ($in, $out, $part, $place) = @ARGV;
my %rect = (none => '0 0 0 0', 'top-left' => '20 790 150 820', 'top-right' => '400 790 580 820', foot => '350 150 550 200');
my $room = 8192; # hex digits of the signature
local $/;
open my $f, '<', $in or die; binmode $f; my $text = <$f>; close $f;
my ($prev) = $text =~ /.*startxref\s+(\d+)/s or die 'no startxref';
my ($trailer) = $text =~ /.*trailer\s*<<(.*?)>>\s*startxref/s or die 'no trailer';
my ($root) = $trailer =~ m{/Root (\d+) 0 R} or die;
my ($size) = $trailer =~ m{/Size (\d+)} or die;
sub object { my ($body) = $text =~ /.*(?:^|\n)$_[0] 0 obj\s*(<<.*?>>)\s*endobj/s or die "no object $_[0]"; $body }
my $catalog = object($root);
my ($pages) = $catalog =~ m{/Pages (\d+) 0 R};
my ($page) = object($pages) =~ m{/Kids \[\s*(\d+) 0 R};
my $body = object($page);
my ($field, $value) = ($size, $size + 1);
my $old = $catalog =~ s{ /AcroForm << /Fields \[([^\]]*)\][^>]*>>}{} ? $1 : '';
$catalog =~ s{>>$}{ /AcroForm << /Fields [$old $field 0 R] /SigFlags 3 >> >>};
$old = $body =~ s{ /Annots \[([^\]]*)\]}{} ? $1 : '';
$body =~ s{>>$}{ /Annots [$old $field 0 R] >>};
my %new = ($root => $catalog, $page => $body,
	$field => "<< /Type /Annot /Subtype /Widget /FT /Sig /T (s$field) /F 132 /Rect [$rect{$place}] /P $page 0 R /V $value 0 R >>",
	$value => "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached /ByteRange [0 AAAAAAAAAA BBBBBBBBBB CCCCCCCCCC] " .
		"/Contents <" . ('0' x $room) . "> >>");
my ($from, %at) = length $text;
for my $i (sort { $a <=> $b } keys %new) { $text .= "\n"; $at{$i} = length $text; $text .= "$i 0 obj\n$new{$i}\nendobj\n"; }
my $xref = length $text;
$text .= "xref\n";
$text .= sprintf "%d 1\n%010d 00000 n \n", $_, $at{$_} for sort { $a <=> $b } keys %at;
$text .= sprintf "trailer\n<< /Size %d /Root %d 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n", $size + 2, $root, $prev, $xref;
my $begin = index($text, '/Contents <' . ('0' x $room), $from) + 10;
my $end = $begin + $room + 2;
substr($text, $from) =~ s/A{10} B{10} C{10}/sprintf "%-10d %-10d %-10d", $begin, $end, length($text) - $end/e;
open $f, '>', $out or die; binmode $f; print $f $text; close $f;
open $f, '>', $part or die; binmode $f; print $f substr($text, 0, $begin), substr($text, $end); close $f;
open $f, '>', "$out.at" or die; print $f $begin + 1; close $f;
P
	openssl cms -sign -binary -in "$work/part" -signer "$4.pem" -inkey "$4.key" -outform DER -out "$work/cms" -md sha256
	perl -e 'local $/; open F, "<", $ARGV[0]; binmode F; my $p = <F>; open F, "<", $ARGV[1]; binmode F; my $c = unpack "H*", <F>; open F, "<", "$ARGV[0].at";
		substr($p, <F>, length $c) = $c; open F, ">", $ARGV[2]; binmode F; print F $p' "$work/pdf" "$work/cms" "$3"
	;;
esac
