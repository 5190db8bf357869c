/*
 * people.c - the cast of a dossier: people, places, days and numbers, all made up
 *
 * A person is the hash of the dossier's seed and a key, so that {name:w} and {id:w} on two papers speak of the same woman.
 * The first letter of a key gives the part: m man, w woman, c child of m, o older (turned 40 in 2025), s and any other a
 * grown-up official. Identity numbers have the true structure (province, century and sex, year, six digits) and made-up
 * digits; tax numbers have a right check digit.
 */
#include "draw.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))

static const char *const surnames[] = { "Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng", "Bùi",
	"Đỗ", "Hồ", "Ngô", "Dương", "Lý", "Đinh", "Trịnh", "Mai", "Đoàn" };
static const char *const middle_m[] = { "Văn", "Hữu", "Đức", "Quốc", "Minh", "Thanh", "Công", "Xuân", "Khắc", "Đình" };
static const char *const middle_w[] = { "Thị", "Thị Ngọc", "Thị Thu", "Thị Minh", "Ngọc", "Thị Kim", "Thị Thanh", "Thùy", "Thị Hồng" };
static const char *const given_m[] = { "Bình", "Cường", "Dũng", "Đạt", "Hải", "Hiếu", "Hòa", "Khải", "Lộc", "Nghĩa", "Phúc",
	"Quyết", "Sơn", "Thắng", "Toàn", "Tuấn", "Vượng", "Kiên", "Nhân", "Thịnh" };
static const char *const given_w[] = { "Ánh", "Diễm", "Duyên", "Hạnh", "Hiền", "Hường", "Lan", "Liễu", "Mỹ", "Nga", "Nhung",
	"Phượng", "Quyên", "Thảo", "Thủy", "Trâm", "Tuyết", "Uyên", "Vân", "Yến" };
static const char *const communes[] = { "Tân Lộc", "Phước Hải Đông", "Hòa Thuận", "Long Mỹ Trung", "Suối Ngọc", "Bình Châu Tây" };
static const char *const districts[] = { "Đất Hồng", "Xuyên Sơn", "Châu Hải" };
static const char *const streets[] = { "Trần Hưng Đạo", "Lê Lợi", "Nguyễn Huệ", "Hùng Vương", "Võ Thị Sáu", "Lý Thường Kiệt" };
/* Provinces before July 2025 with the code that numbers of persons born there begin with (TT 07/2016/TT-BCA). The first where nothing varies. */
static const struct {
	const char *name, *code;
} provinces[] = { { "Bà Rịa - Vũng Tàu", "077" }, { "Đồng Nai", "075" }, { "Thừa Thiên Huế", "046" }, { "Quảng Ngãi", "051" }, { "Lạng Sơn", "020" },
		  { "Nghệ An", "040" }, { "Đắk Lắk", "066" }, { "Bến Tre", "083" }, { "Hải Dương", "030" }, { "Vĩnh Phúc", "026" }, { "Cà Mau", "096" } };
static const char *const trades[] = { "Thương mại và Dịch vụ", "Xây dựng", "Cơ khí", "Chế biến Hải sản", "Vận tải" };
static const char *const marks[] = { "Hải Đăng Xanh", "Sóng Biển Đông", "Phú Quý Hưng", "Đại Thuận Phát" };

struct person {
	bool woman;
	int birth; /* days since 1970-01-01 */
	char name[128];
	char id[16];
};

int day_from_date(int y, int m, int d)
{
	y -= m <= 2;
	int era = y / 400, yoe = y - era * 400;
	int doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;

	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

void day_to_date(int days, int *y, int *m, int *d)
{
	int z = days + 719468, era = z / 146097, doe = z - era * 146097;
	int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;

	*d = doy - (153 * mp + 2) / 5 + 1;
	*m = mp + (mp < 10 ? 3 : -9);
	*y = yoe + era * 400 + (*m <= 2);
}

static uint64_t draw_for(const struct cast *cast, const char *what, const char *key)
{
	struct chance c = { hash_text(hash_text(cast->seed, what), key) };

	return chance_next(&c);
}

static size_t province_of(const struct cast *cast)
{
	return cast->vary ? draw_for(cast, "province", "") % COUNT(provinces) : 0;
}

static void person_make(const struct cast *cast, const char *key, struct person *p)
{
	struct chance c = { hash_text(hash_text(cast->seed, "person"), key) };
	int today, month, day, year;
	uint64_t middle, given;
	const char *surname = surnames[chance_next(&c) % COUNT(surnames)];

	p->woman = key[0] == 'w' || (key[0] == 'c' && chance_next(&c) % 2);
	day_to_date(cast->day, &today, &month, &day);
	year = key[0] == 'c' ? today : today - 24 - (int)(chance_next(&c) % 14);
	if (key[0] == 'o')
		year = 1985;
	month = 1 + (int)(chance_next(&c) % 12); /* one draw a statement: compilers differ in the order of arguments */
	day = 1 + (int)(chance_next(&c) % 28);
	p->birth = day_from_date(year, month, day);
	if (key[0] == 'c')
		p->birth = cast->day - 4 - (int)(chance_next(&c) % 25);
	if (key[0] == 'c') { /* a child bears the father's surname */
		struct person father;

		person_make(cast, "m", &father);
		for (size_t i = 0; i < COUNT(surnames); i++)
			if (!strncmp(father.name, surnames[i], strlen(surnames[i])))
				surname = surnames[i];
	}
	middle = chance_next(&c);
	given = chance_next(&c);
	snprintf(p->name, sizeof p->name, "%s %s %s", surname,
		 p->woman ? middle_w[middle % COUNT(middle_w)] : middle_m[middle % COUNT(middle_m)],
		 p->woman ? given_w[given % COUNT(given_w)] : given_m[given % COUNT(given_m)]);
	day_to_date(p->birth, &year, &month, &day);
	snprintf(p->id, sizeof p->id, "%s%d%02d%06u", provinces[province_of(cast)].code, (year >= 2000 ? 2 : 0) + p->woman, year % 100,
		 (unsigned)(chance_next(&c) % 1000000));
}

static const char *small_number(int n, char *out, size_t size)
{
	static const char *const units[] = { "không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín" };
	int tens = n / 10, unit = n % 10;

	if (n <= 10)
		snprintf(out, size, "%s", n == 10 ? "mười" : units[n]);
	else if (tens == 1)
		snprintf(out, size, "mười %s", unit == 5 ? "lăm" : units[unit]);
	else if (unit == 0)
		snprintf(out, size, "%s mươi", units[tens]);
	else
		snprintf(out, size, "%s mươi %s", units[tens], unit == 1 ? "mốt" : unit == 5 ? "lăm" : unit == 4 ? "tư" : units[unit]);
	return out;
}

static void date_words(int days, char *out, size_t size)
{
	int y, m, d;
	char a[64], b[64], c[64];

	day_to_date(days, &y, &m, &d);
	small_number(d, a, sizeof a);
	small_number(m, b, sizeof b);
	small_number(y % 100, c, sizeof c);
	if (m == 4)
		snprintf(b, sizeof b, "tư");
	snprintf(out, size, "Ngày %s tháng %s năm %s không trăm %s%s", a, b, y >= 2000 ? "hai nghìn" : "một nghìn chín trăm",
		 y % 100 < 10 ? "linh " : "", c);
	if (y < 2000)
		snprintf(out, size, "Ngày %s tháng %s năm một nghìn chín trăm %s", a, b, c);
}

/* A day in one of the forms in use: "long" with NĐ 30's leading zeros (day < 10, months 1 and 2). */
static int date_text(const char *form, int days, char *out, size_t size)
{
	int y, m, d;

	day_to_date(days, &y, &m, &d);
	if (!strcmp(form, "long"))
		snprintf(out, size, m < 3 ? "ngày %02d tháng %02d năm %d" : "ngày %02d tháng %d năm %d", d, m, y);
	else if (!strcmp(form, "dmy"))
		snprintf(out, size, "%02d/%02d/%d", d, m, y);
	else if (!strcmp(form, "iso"))
		snprintf(out, size, "%d-%02d-%02d", y, m, d);
	else if (!strcmp(form, "dd"))
		snprintf(out, size, "%02d", d);
	else if (!strcmp(form, "mm"))
		snprintf(out, size, m < 3 ? "%02d" : "%d", m);
	else if (!strcmp(form, "year"))
		snprintf(out, size, "%d", y);
	else if (!strcmp(form, "words"))
		date_words(days, out, size);
	else
		return -1;
	return 0;
}

/* The milestone (25, 40, 60 years) a card issued on `issued` is valid to; two years before one, the next (Luật Căn cước 2023). */
static int card_expires(int birth, int issued)
{
	static const int ages[] = { 25, 40, 60, 99 };
	int y, m, d;

	day_to_date(birth, &y, &m, &d);
	for (size_t i = 0; i + 1 < COUNT(ages); i++)
		if (day_from_date(y + ages[i] - 2, m, d) > issued)
			return day_from_date(y + ages[i], m, d);
	return day_from_date(y + ages[COUNT(ages) - 1], m, d);
}

static void tax_number(uint64_t draw, char *out, size_t size)
{
	static const int weight[] = { 31, 29, 23, 19, 17, 13, 7, 5, 3 };
	int sum;

	do { /* a remainder of 10 is never issued */
		snprintf(out, size, "35%07u", (unsigned)(draw++ % 10000000));
		sum = 0;
		for (int i = 0; i < 9; i++)
			sum += (out[i] - '0') * weight[i];
	} while (sum % 11 == 0);
	out[9] = (char)('0' + 10 - sum % 11);
	out[10] = 0;
}

/* Capitals of the letters Vietnamese has: Latin, Latin-1, Latin Extended-A/Additional pairs and ơ ư đ. */
static void upper(char *s)
{
	/* NOLINTNEXTLINE(clang-analyzer-core.uninitialized.Branch): letters are whole, so no step passes the end */
	for (unsigned char *p = (unsigned char *)s; *p; p++) {
		if (*p < 0x80) {
			if (*p >= 'a' && *p <= 'z')
				*p -= 32;
			continue;
		}
		if (*p == 0xc3 && p[1] >= 0xa0) /* à..ý */
			p[1] -= 0x20;
		else if (*p == 0xc6 && p[1] == 0xa1) /* ơ */
			p[1] = 0xa0;
		else if (*p == 0xc6 && p[1] == 0xb0) /* ư */
			p[1] = 0xaf;
		else if ((*p == 0xc4 || *p == 0xc5) && (p[1] == 0x83 || p[1] == 0x91 || p[1] == 0xa9)) /* ă đ ĩ ũ */
			p[1]--;
		else if (*p == 0xe1 && (p[1] == 0xba || p[1] == 0xbb) && (p[2] & 1))
			p[2]--;
		p += (*p >= 0xe0) ? 2 : 1;
	}
}

/* ICAO 9303 check digit: weights 7, 3, 1; A is 10; '<' is 0. */
static int mrz_digit(const char *text)
{
	static const int weight[] = { 7, 3, 1 };
	int sum = 0;

	for (int i = 0; text[i]; i++)
		sum += weight[i % 3] * (text[i] >= 'A' ? text[i] - 'A' + 10 : text[i] == '<' ? 0 : text[i] - '0');
	return sum % 10;
}

/* Capitals without marks, '<' between: "Bùi Thùy Hường" is BUI<<THUY<HUONG. */
static void mrz_name(const char *name, char *out, size_t size)
{
	char *parts = g_utf8_normalize(name, -1, G_NORMALIZE_NFD);
	size_t n = 0;
	bool first = true;

	for (const char *p = parts; *p && n + 2 < size; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);

		if (c == ' ') {
			out[n++] = '<';
			if (first)
				out[n++] = '<';
			first = false;
		} else if (c == 0x111 || c == 0x110)
			out[n++] = 'D';
		else if (c < 0x80)
			out[n++] = (char)g_ascii_toupper((char)c);
	}
	while (n + 1 < size)
		out[n++] = '<';
	out[n] = 0;
	g_free(parts);
}

/* The three lines of 30 of a card (ICAO 9303, TD1), parted by '|'. */
static char *mrz(const struct person *p, int expires)
{
	int y, m, d;
	char birth[32], end[32], upper_line[64], lower_line[64], all[160], name[31], out[200];

	day_to_date(p->birth, &y, &m, &d);
	snprintf(birth, sizeof birth, "%02d%02d%02d", y % 100, m, d);
	day_to_date(expires, &y, &m, &d);
	snprintf(end, sizeof end, "%02d%02d%02d", y % 100, m, d);
	snprintf(upper_line, sizeof upper_line, "IDVNM%.9s", p->id + 3);
	snprintf(upper_line + 14, sizeof upper_line - 14, "%d%.12s<<%d", mrz_digit(upper_line + 5), p->id, mrz_digit(p->id));
	snprintf(lower_line, sizeof lower_line, "%.6s%d%c%.6s%dVNM<<<<<<<<<<<", birth, mrz_digit(birth), p->woman ? 'F' : 'M', end,
		 mrz_digit(end));
	snprintf(all, sizeof all, "%s%.7s%.7s%s", upper_line + 5, lower_line, lower_line + 8, lower_line + 18);
	mrz_name(p->name, name, sizeof name);
	snprintf(out, sizeof out, "%s|%s%d|%s", upper_line, lower_line, mrz_digit(all), name);
	return strdup(out);
}

/* Person fillers: name NAME id birth birthwords birthiso sex address, and the validity of a card issued on a given day. */
static char *person_text(const struct cast *cast, const char *verb, const char *key, const char *more)
{
	struct person p;
	char out[256];
	int number = (int)(draw_for(cast, "house", key) % 240) + 1;

	person_make(cast, key, &p);
	if (!strcmp(verb, "name") || !strcmp(verb, "NAME"))
		snprintf(out, sizeof out, "%s", p.name);
	else if (!strcmp(verb, "id"))
		snprintf(out, sizeof out, "%s", p.id);
	else if (!strcmp(verb, "sex"))
		snprintf(out, sizeof out, "%s", p.woman ? "Nữ" : "Nam");
	else if (!strcmp(verb, "mr"))
		snprintf(out, sizeof out, "%s", p.woman ? "Bà" : "Ông");
	else if (!strcmp(verb, "birth"))
		date_text(*more ? more : "dmy", p.birth, out, sizeof out);
	else if (!strcmp(verb, "address"))
		snprintf(out, sizeof out, "Số %d, đường %s", number, streets[draw_for(cast, "street", key) % COUNT(streets)]);
	else if (!strcmp(verb, "expires"))
		date_text(strchr(more, ',') ? strchr(more, ',') + 1 : "dmy", card_expires(p.birth, cast->day + atoi(more)), out,
			  sizeof out);
	else if (!strcmp(verb, "mrz"))
		return mrz(&p, card_expires(p.birth, cast->day + atoi(more)));
	else
		return NULL;
	if (!strcmp(verb, "NAME"))
		upper(out);
	return strdup(out);
}

static char *thing_text(const struct cast *cast, const char *verb, const char *key, const char *more)
{
	const char *commune = communes[draw_for(cast, "commune", "") % COUNT(communes)];
	const char *district = districts[draw_for(cast, "district", "") % COUNT(districts)];
	uint64_t draw = draw_for(cast, verb, key);
	char out[256] = "";

	if (!strcmp(verb, "commune") || !strcmp(verb, "COMMUNE"))
		snprintf(out, sizeof out, "%s", commune);
	else if (!strcmp(verb, "district") || !strcmp(verb, "DISTRICT"))
		snprintf(out, sizeof out, "%s", district);
	else if (!strcmp(verb, "province") || !strcmp(verb, "PROVINCE"))
		snprintf(out, sizeof out, "%s", provinces[province_of(cast)].name);
	else if (!strcmp(verb, "company") || !strcmp(verb, "COMPANY"))
		snprintf(out, sizeof out, "Công ty TNHH %s %s", trades[draw_for(cast, "company", key) % COUNT(trades)],
			 marks[draw_for(cast, "company", key) / 7 % COUNT(marks)]);
	else if (!strcmp(verb, "mst"))
		tax_number(draw, out, sizeof out);
	else if (!strcmp(verb, "num")) /* below 10 with a leading zero, as NĐ 30 has it */
		snprintf(out, sizeof out, "%02d", 1 + (int)(draw % (uint64_t)(*more ? atoi(more) : 900)));
	else if (!strcmp(verb, "digits")) { /* as many as asked, to nine; the first is no zero */
		for (int i = 0; i < atoi(more) && i < 9; i++, draw /= 10)
			out[i] = (char)('0' + (i ? draw % 10 : 1 + draw % 9));
	} else if (!strcmp(verb, "dossier"))
		snprintf(out, sizeof out, "%s", cast->dossier);
	else
		return NULL;
	if (verb[0] >= 'A' && verb[0] <= 'Z')
		upper(out);
	return strdup(out);
}

char *filler_text(const struct cast *cast, const char *filler)
{
	char verb[32] = "", key[64] = "", more[64] = "", out[256], *found;

	sscanf(filler, "%31[^:]:%63[^:]:%63[^\n]", verb, key, more);
	if (!date_text(verb, cast->day + atoi(key), out, sizeof out))
		return strdup(out);
	found = thing_text(cast, verb, key, more);
	return found ? found : person_text(cast, verb, key, more);
}
