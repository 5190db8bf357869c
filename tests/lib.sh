# lib.sh - TAP for shell tests: source it, call the checks, end with `done_testing`.
#
# $SOHOA is the program, $TMP a folder of the test's own, removed at the end.
set -u
tap_n=0
tap_failed=0
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
SAMPLES=$here/../samples
TMP=$(mktemp -d)
trap 'chmod -R u+rwX "$TMP" 2>/dev/null; rm -rf "$TMP"' EXIT

# ok NAME COMMAND...: passes when the command succeeds
ok() {
	local name=$1 said
	shift
	tap_n=$((tap_n + 1))
	if said=$("$@" 2>&1); then
		echo "ok $tap_n - $name"
	else
		tap_failed=$((tap_failed + 1))
		echo "not ok $tap_n - $name"
		printf '%s\n' "\$ $*" "$said" | head -n 40 | sed 's/^/# /'
	fi
}

# is NAME GOT WANTED
is() {
	tap_n=$((tap_n + 1))
	if [[ $2 == "$3" ]]; then
		echo "ok $tap_n - $1"
	else
		tap_failed=$((tap_failed + 1))
		echo "not ok $tap_n - $1"
		printf '%s\n' "got:" "$2" "wanted:" "$3" | head -n 60 | sed 's/^/# /'
	fi
}

# like NAME TEXT REGEX (extended)
like() {
	tap_n=$((tap_n + 1))
	if grep -qE -- "$3" <<<"$2"; then
		echo "ok $tap_n - $1"
	else
		tap_failed=$((tap_failed + 1))
		echo "not ok $tap_n - $1"
		printf '%s\n' "text:" "$2" "should match: $3" | head -n 60 | sed 's/^/# /'
	fi
}

# unlike NAME TEXT REGEX
unlike() {
	tap_n=$((tap_n + 1))
	if ! grep -qE -- "$3" <<<"$2"; then
		echo "ok $tap_n - $1"
	else
		tap_failed=$((tap_failed + 1))
		echo "not ok $tap_n - $1"
		printf '%s\n' "text:" "$2" "should not match: $3" | head -n 60 | sed 's/^/# /'
	fi
}

# exits NAME CODE COMMAND...: passes when the command ends with that code; what it said is in $said
exits() {
	local name=$1 wanted=$2 code
	shift 2
	said=$("$@" 2>&1)
	code=$?
	is "$name" "$code" "$wanted"
	[[ $code == "$wanted" ]] || printf '%s\n' "\$ $*" "$said" | head -n 40 | sed 's/^/# /'
}

done_testing() {
	echo "1..$tap_n"
	exit $((tap_failed > 0))
}

# decision NUMBER SUBJECT BODY: the text of a small decision for `page`
decision() {
	printf '|UBND XÃ AN HÒA|<b>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM</b>\n||<b>Độc lập - Tự do - Hạnh phúc</b>\n'
	printf '|Số: %s/QĐ-UBND|<i>An Hòa, ngày 15 tháng 5 năm 2024</i>\n\n><b>QUYẾT ĐỊNH</b>\n><b>Về việc %s</b>\n\n%s\n' "$1" "$2" "$3"
}

# draw OUT [DPI [W H]]: a scan from the text on standard input
draw() {
	"$BUILD/tests/page" "$@"
}

# A batch of two dossiers with three papers on four small pages, and a blank page.
small_batch() {
	mkdir -p "$1/HS-01" "$1/HS-02"
	decision 12 "công nhận kết quả xét tuyển" "Điều 1. Công nhận kết quả xét tuyển viên chức." | draw "$1/HS-01/1.png" 150
	decision 13 "cấp đất tái định cư" "Điều 1. Cấp đất cho hộ bà Đỗ Thị Hường." | draw "$1/HS-01/2.tif" 150
	{ decision 14 "thành lập tổ công tác" "Điều 1. Thành lập tổ công tác gồm các ông bà sau."
	  printf '\f2\nĐiều 2. Quyết định này có hiệu lực từ ngày ký./.\n\f'; } | draw "$1/HS-02/tap.tif" 150
}
