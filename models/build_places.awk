# build_places.awk - models/places.tsv: provinces, districts and communes before and after 1 July 2025, each old one with what took its place
#
#   awk -f models/build_places.awk PLACES.tsv >models/places.tsv        (make places LANGUAGE=DIR)
#
# PLACES.tsv and where it comes from are told in models/README.md: set, level, code, parent, type, name, name with one tone placement. The table itself holds
# no relation; it follows from the codes of the General Statistics Office, which are never given twice (QĐ 19/2025/QĐ-TTg): a new commune bears the code of
# one of the communes it was made of.
#
#   commune   its successors: the new commune that bears its code, and one of its own name among those on the area of its district
#   district  its successors: the new communes on its area, that is those that bear the code of one of its communes, or its name where it had none (islands)
#   province  its successor: the new province of most of the new communes on its area
# The last column is the name folded, as the program compares it (pipeline/places.h, key): made here, because folding 14,000 names takes the program 0.1 s.
BEGIN {
	FS = OFS = "\t"
	letters("a", "à á ả ã ạ ă ằ ắ ẳ ẵ ặ â ầ ấ ẩ ẫ ậ À Á Ả Ã Ạ Ă Ằ Ắ Ẳ Ẵ Ặ Â Ầ Ấ Ẩ Ẫ Ậ")
	letters("e", "è é ẻ ẽ ẹ ê ề ế ể ễ ệ È É Ẻ Ẽ Ẹ Ê Ề Ế Ể Ễ Ệ")
	letters("i", "ì í ỉ ĩ ị Ì Í Ỉ Ĩ Ị")
	letters("o", "ò ó ỏ õ ọ ô ồ ố ổ ỗ ộ ơ ờ ớ ở ỡ ợ Ò Ó Ỏ Õ Ọ Ô Ồ Ố Ổ Ỗ Ộ Ơ Ờ Ớ Ở Ỡ Ợ")
	letters("u", "ù ú ủ ũ ụ ư ừ ứ ử ữ ự Ù Ú Ủ Ũ Ụ Ư Ừ Ứ Ử Ữ Ự")
	letters("y", "ỳ ý ỷ ỹ ỵ Ỳ Ý Ỷ Ỹ Ỵ")
	letters("d", "đ Đ")
}
/^#/ { next }
{
	key = $1 ":" $3
	n++; order[n] = key; row[key] = $1 OFS $2 OFS $3 OFS $4 OFS $5 OFS $7
	level[key] = $2; parent[key] = $4; name[key] = tolower($7)
}
END {
	for (i = 1; i <= n; i++) {
		key = order[i]
		split(key, part, ":")
		code = part[2]
		if (part[1] != "new" || level[key] != "commune")
			continue
		old = "old:" code
		if (level[old] == "commune") {
			add(old, code)
			area("old:" parent[old], code, key)
		} else
			island[code] = name[key]
	}
	for (i = 1; i <= n; i++) { # islands: districts without communes, and Cồn Cỏ, Lý Sơn, Côn Đảo ... by their name
		key = order[i]
		if (level[key] != "district")
			continue
		for (code in island)
			if (island[code] == name[key])
				area(key, code, "new:" code)
	}
	for (i = 1; i <= n; i++) {
		key = order[i]
		if (key !~ /^old/ || level[key] != "commune")
			continue
		m = split(successors["old:" parent[key]], codes, " ")
		for (k = 1; k <= m; k++)
			if (name["new:" codes[k]] == name[key])
				add(key, codes[k])
	}
	for (key in votes) {
		split(key, part, SUBSEP)
		if (votes[key] > most[part[1]]) {
			most[part[1]] = votes[key]
			successors[part[1]] = part[2]
		}
	}
	print "# set", "level", "code", "parent", "type", "name", "successors (codes of the new set)", "key"
	for (i = 1; i <= n; i++) {
		split(row[order[i]], part, OFS)
		print row[order[i]], successors[order[i]], folded(part[6])
	}
}
function letters(plain, marked, list, m, i) {
	m = split(marked, list, " ")
	for (i = 1; i <= m; i++)
		plain_of[list[i]] = plain
}
function folded(text, letter) {
	for (letter in plain_of)
		gsub(letter, plain_of[letter], text)
	text = tolower(text)
	gsub(/[^a-z0-9]+/, " ", text)
	gsub(/^ | $/, "", text)
	sub(/^0+/, "", text)
	return text
}
function add(key, code) {
	if (index(" " successors[key] " ", " " code " ") == 0)
		successors[key] = successors[key] (successors[key] == "" ? "" : " ") code
}
function area(district, code, commune) {
	add(district, code)
	votes["old:" parent[district], parent[commune]]++
}
