#!/bin/bash
# curve.sh <bench.tsv >curve.svg: p95 over pages, both logarithmic. A line for each class of queries, whole when asked alone, broken beside readers and a
# writer; a ring where SQLite's own FTS5 stands at 100,000 pages.
exec awk -F '\t' '
	function x(pages) { return 60 + log(pages / 10000) / log(100) * 540 }
	function y(ms) { return 420 - log(ms < 1 ? 1 : ms) / log(10000) * 360 }
	function p95(text) { sub(/.*p95 /, "", text); return text + 0 }
	function point(kind, class, ms) {
		path[kind, class] = path[kind, class] (path[kind, class] ? "L" : "M") sprintf("%.0f %.0f", x($1), y(ms))
	}
	$3 ~ /^alone/ {
		if (!($2 in seen)) {
			seen[$2] = ++n
			name[n] = $2
		}
		sub(/, of the processor.*/, "", $4)
		sub(/, ours.*/, "", $5)
		point("alone", $2, p95($3))
		point("together", $2, p95($4))
		if ($5 && $1 == 100000)
			fts5[$2] = p95($5)
	}
	END {
		print "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"820\" height=\"470\" font-family=\"sans-serif\" font-size=\"12\">"
		print "<rect width=\"820\" height=\"470\" fill=\"white\"/>"
		print "<text x=\"60\" y=\"24\">p95 in ms: whole lines alone, broken ones with 4 readers and a writer, rings plain FTS5 alone</text>"
		for (ms = 1; ms <= 10000; ms *= 10)
			printf "<path d=\"M60 %.0f H600\" stroke=\"#ccc\"/><text x=\"52\" y=\"%.0f\" text-anchor=\"end\">%d</text>\n", y(ms), y(ms) + 4, ms
		for (pages = 10000; pages <= 1000000; pages *= 10)
			printf "<path d=\"M%.0f 60 V420\" stroke=\"#eee\"/><text x=\"%.0f\" y=\"442\" text-anchor=\"middle\">%d</text>\n",
				x(pages), x(pages), pages
		print "<text x=\"330\" y=\"462\" text-anchor=\"middle\">pages</text>"
		split("#1b6 #c40 #06c #a0a #880 #088 #555 #d08 #333", colour, " ")
		for (i = 1; i <= n; i++) {
			line = "fill=\"none\" stroke=\"" colour[i] "\" stroke-width=\"2\""
			printf "<path d=\"%s\" %s/>\n", path["alone", name[i]], line
			printf "<path d=\"%s\" %s stroke-dasharray=\"4 4\" stroke-opacity=\"0.6\"/>\n", path["together", name[i]], line
			if (name[i] in fts5)
				printf "<circle cx=\"%.0f\" cy=\"%.0f\" r=\"5\" %s/>\n", x(100000), y(fts5[name[i]]), line
			printf "<text x=\"620\" y=\"%d\" fill=\"%s\">%s</text>\n", 60 + 20 * i, colour[i], name[i]
		}
		print "</svg>"
	}'
