/*
 * tokens_common.h - the folded syllables that stand most often in Vietnamese, in the order of strcmp
 *
 * For tokens.c alone. The 128 most frequent ones of syllables.tsv.xz (models/README.md: 97 million syllables of law, administrative procedures, news and
 * encyclopedia), marks taken away: 57 of 100 syllables of a text are among them, and 27 of 100 pairs are of two of them. Another list gives other terms, so
 * with another list every index must be made anew.
 */
#ifndef SOHOA_TOKENS_COMMON_H
#define SOHOA_TOKENS_COMMON_H

static const char *const tokens_common[] = {
	"an", "anh", "ban", "bao", "bi", "bien", "biet", "bo", "ca", "cac", "can", "cao", "cap", "chi", "chinh", "cho", "chu",
	"chuc", "chung", "chuyen", "co", "con", "cong", "cua", "cung", "da", "dai", "dan", "dang", "dao", "dau", "day", "de", "den",
	"dien", "dieu", "dinh", "do", "doi", "dong", "du", "dung", "duoc", "duong", "gia", "giao", "hai", "hang", "hanh", "hien",
	"ho", "hoa", "hoc", "hoi", "hop", "khi", "khong", "ky", "la", "lai", "lam", "luc", "ly", "moi", "mot", "my", "nam", "nay",
	"ngay", "nguoi", "nguyen", "nha", "nhan", "nhat", "nhieu", "nhu", "nhung", "noi", "nuoc", "o", "ong", "phai", "phan",
	"phat", "phong", "phu", "qua", "quan", "quoc", "quy", "ra", "san", "sau", "se", "so", "su", "tai", "thang", "thanh", "the",
	"theo", "thi", "thoi", "thong", "thu", "thuc", "thuong", "tien", "tin", "tinh", "to", "toi", "tra", "tren", "trong",
	"trung", "truong", "tu", "va", "van", "vao", "ve", "vi", "viec", "vien", "viet", "voi", "vu",
};

#endif
