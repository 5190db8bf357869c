#!/bin/bash
# memory.sh BUILD: resident memory of a worker at its highest while it reads one page in colour. Fails above 450 MiB for A4 at 300 dpi
# and above 900 MiB for A3 at 600 dpi: an office computer of 8 GB reads on all its cores.
set -eu
build=$(realpath "${1:?usage: tests/memory.sh BUILD}")
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# peak FILE: MiB
peak() {
	local pid most=0 now w
	"$build/sohoa" read -q -j 1 -o "$tmp" "$1" 2>/dev/null &
	pid=$!
	while kill -0 $pid 2>/dev/null; do
		for w in $(pgrep -P $pid); do
			now=$(awk '/^VmHWM/ { print $2 }' "/proc/$w/status" 2>/dev/null || true)
			((${now:-0} <= most)) || most=$now
		done
		sleep 0.05
	done
	echo $((most / 1024))
}

failed=0
{ for i in {1..40}; do echo "Điều $i. Công nhận kết quả xét tuyển viên chức năm 2024 của huyện."; done; printf '\n#BẢN SAO\n'; } >"$tmp/text"
while read -r name dpi wide high limit; do
	"$build/tests/page" "$tmp/$name.jpg" "$dpi" "$wide" "$high" <"$tmp/text"
	now=$(peak "$tmp/$name.jpg")
	echo "$name, $dpi dpi, $wide x $high mm, colour: $now MiB of $limit"
	((now > 0 && now <= limit)) || failed=1
done <<'EOF'
A4 300 210 297 450
A4-lying 300 297 210 450
A3 600 297 420 900
EOF
exit $failed
