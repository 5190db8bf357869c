/* stages/index/{tokens,query,rank,snippet}.c: what was typed, how it is cut, how a page answers. */
#include "tests/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/texts.h"
#include "pipeline/text.h"
#include "pipeline/error.h"
#include "pipeline/schema.h"
#include "pipeline/shape.h"
#include "pipeline/text.h"
#include "pipeline/tokens.h"
#include "stages/index/confusion.h"
#include "stages/index/query.h"
#include "stages/index/query_words.h"
#include "stages/index/rank.h"
#include "stages/index/snippet.h"
#include "stages/index/spelling.h"
#include "pipeline/tokens.h"

static struct arena *arena;
static struct terms *terms;

static int setup(void **state)
{
	(void)state;
	arena = arena_new();
	terms = terms_new();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	terms_free(terms);
	arena_free(arena);
	return 0;
}

/* --- terms ---------------------------------------------------------------------------------------------------------------- */

static int term_write(void *context, bool beside, const char *term, int size, int start, int end)
{
	char **out = context;
	assert_true(start < end || !end); /* made beforehand, a term has no place */
	*out = arena_printf(arena, beside ? "%s|%.*s" : **out ? "%s %.*s" : "%s%.*s", *out, size, term);
	return 0;
}

static char *terms_text(const char *text)
{
	char *out = arena_strdup(arena, "");
	text = text_nfc(arena, text);
	assert_int_equal(terms_each(terms, text, (int)strlen(text), term_write, &out), 0);
	return out;
}

static void test_terms(void **state)
{
	(void)state;
	static const struct {
		const char *in, *out;
	} rows[] = {
		{ "Số: 123/QĐ-UBND", "so|=số 123 qd|=qđ ubnd" },
		{ "Hoà HÒA hoa hoa", "hoa|=hòa|&hoa&hoa hoa|=hòa|&hoa&hoa|+ahoa hoa|&hoa&hoa hoa|+bhoa" },
		{ "hoà hoà xe Của các, của xe", "hoa|=hòa|&hoa&hoa hoa|+ahoa xe cua|=của|&cua&cac cac|=các|&cac&cua cua|=của|+acua xe|+axe" },
		{ "\xC3\x90\xE1\xBA\xA5t Nguye\xCC\x82\xCC\x83n", "dat|=đất nguyen|=nguyễn" },
		{ "001 204 012 345", "001|#001204012345 204 012 345" },
		{ "1.234.567 đ", "1|#1234567 234 567 d|=đ" }, { "12 34", "12 34" }, { "ngày 05/01/2024", "ngay|=ngày 05 01 2024" },
		{ "漢字 Ωμέγα", "漢字 ωμέγα" }, { "", "" }, { " - ", "" },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_string_equal(terms_text(rows[i].in), rows[i].out);
	/* the same text gives the same terms, whatever came between: the index takes a row out by them */
	const char *before = terms_text(rows[0].in);
	for (int i = 0; i < 100000; i++) {
		char word[16];
		snprintf(word, sizeof word, "x%d", i);
		terms_each(terms, word, (int)strlen(word), term_write, &(char *){ arena_strdup(arena, "") });
		if (i % 1000 == 0)
			assert_string_equal(terms_text(rows[0].in), before);
	}
}

static int word_write(void *context, const char *word)
{
	char **out = context;
	*out = arena_printf(arena, "%s %s", *out, word);
	return 0;
}

/* Terms that were made beforehand are those that are made on the spot, and those of no other text. */
static void test_terms_ready(void **state)
{
	(void)state;
	static const char *const texts[] = { "hoà hoà xe Của các, của xe, số 001 204 012 345", "Hoà", "" };
	struct terms *maker = terms_new();
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		const char *text = text_nfc(arena, texts[i]), *want = terms_text(text);
		char *words = arena_strdup(arena, ""), *got = arena_strdup(arena, "");
		struct terms_ready ready;
		assert_int_equal(terms_words(terms, text, (int)strlen(text), word_write, &words), 0);
		terms_make(maker, text, &ready, arena);
		terms_text("chữ khác");
		terms_give(terms, &ready);
		assert_string_equal(terms_text(text), want);
		assert_int_equal(terms_words(terms, text, (int)strlen(text), word_write, &got), 0);
		assert_string_equal(got, words);
		assert_string_equal(terms_text("Số"), "so|=số");
		terms_give(terms, NULL);
		assert_string_equal(terms_text(text), want);
	}
	terms_free(maker);
}

/* The fast ways of text_is_word and text_next say what the slow ones would. */
static void test_words_of_latin(void **state)
{
	(void)state;
	for (uint32_t c = 1; c < 0x2000; c++) {
		char bytes[5] = { 0 };
		const char *p = bytes;
		text_put(bytes, c);
		assert_int_equal(text_next(&p), c);
		assert_int_equal(*p, 0);
		if (c < 0x250 || (c >= 0x1E00 && c < 0x1F00))
			assert_int_equal(text_is_word(c), text_is_letter(c) || text_is_digit(c) || c == 0xB2 || c == 0xB3 || c == 0xB9 ||
								  (c >= 0xBC && c <= 0xBE));
	}
}

/* Told from the forms of the words. */
static bool words_follow(const struct word_form *forms, int n, const char *const *words, int nwords)
{
	for (int i = 0; i + nwords <= n; i++) {
		int k = 0;
		while (k < nwords && !strcmp(forms[i + k].folded, words[k]))
			k++;
		if (k == nwords)
			return true;
	}
	return false;
}

/* The scan of a text says what the slow ways would, whatever character stands in a word, at its end or between two: its words, their folded forms, and whether words
 * follow each other. */
static void test_scan(void **state)
{
	(void)state;
	static const char *const wanted[][3] = { { "dong" }, { "dongx" }, { "thon", "dong" }, { "dong", "thon" }, { "thon", "dong", "hai" }, { "dong", "hai", "thon" },
						 { "thonadong", "hai" }, { "a", "dong" }, { "thon", "hai" }, { "thon", "thon", "dong" }, { "dthon", "dong" },
						 { "thonthonthonthonthonthonthontho" }, { "thonthonthonthonthonthonthonth" } };
	static const char *const around[] = { "thôn Thôn%sĐông Hải", "thon %s dong hai", "%sthôn%s%sdong%s", "x thon Dong%s hải thôn",
					      "thonthonthonthonthonthonthonth%s" };
	for (uint32_t c = 0x20; c < 0x12000; c++)
		for (size_t a = 0; a < sizeof around / sizeof *around && (c < 0xD800 || c > 0xDFFF); a++) {
			char bytes[5] = { 0 }, text[100];
			int n;
			text_put(bytes, c);
			snprintf(text, sizeof text, around[a], bytes, bytes, bytes, bytes);
			const char *nfc = text_nfc(arena, text);
			const struct word_form *forms = tokens_forms(arena, nfc, &n);
			int ncut;
			const struct token *cut = tokens_cut(arena, nfc, &ncut);
			assert_int_equal(n, ncut);
			for (int i = 0; i < n; i++) {
				const char *word = arena_strndup(arena, nfc + cut[i].start, (size_t)cut[i].length);
				assert_int_equal(forms[i].start, cut[i].start);
				assert_int_equal(forms[i].length, cut[i].length);
				assert_string_equal(forms[i].folded, text_fold(arena, word));
			}
			for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
				int nwords = wanted[i][2] ? 3 : wanted[i][1] ? 2 : 1;
				if (tokens_follow(nfc, wanted[i], nwords) != words_follow(forms, n, wanted[i], nwords))
					fail_msg("U+%04X in \"%s\", %s...", (unsigned)c, around[a], wanted[i][0]);
			}
			arena_reset(arena);
		}
}

/* --- queries -------------------------------------------------------------------------------------------------------------- */

/* "quyet dinh|nguyen*|..." : the terms, parted by '|' */
static char *terms_of(const char *text)
{
	struct query query;
	char *out = arena_strdup(arena, "");
	query_parse(&query, text, NULL, arena);
	for (int i = 0; i < query.nterms; i++) {
		out = arena_printf(arena, i ? "%s|" : "%s", out);
		for (int k = 0; k < query.terms[i].ntokens; k++)
			out = arena_printf(arena, k ? "%s %s" : "%s%s", out, query.terms[i].tokens[k].folded);
		if (query.terms[i].prefix)
			out = arena_printf(arena, "%s*", out);
	}
	return out;
}

static void test_parse(void **state)
{
	(void)state;
	static const struct {
		const char *in, *out;
	} rows[] = {
		{ "giấy chứng nhận", "giay|chung|nhan" },
		{ "\"quyết định\" số", "quyet dinh|so" },
		{ "“quyết định” «đất đai»", "quyet dinh|dat dai" },
		{ "\"quyết định", "quyet dinh" },
		{ "123/QĐ-UBND", "123 qd ubnd" },
		{ "123 / qđ - ubnd", "123 qd ubnd" },
		{ "số 123/QĐ - UBND ngày", "so|123 qd ubnd|ngay" },
		{ "Bà Rịa - Vũng Tàu", "ba|ria|vung|tau" },
		{ "nguy*", "nguy*" }, { "n*", "" }, { "ng* đ*", "ng*" }, { "\"quyết đ\"*", "quyet d*" }, { "\"quyết đị\"*", "quyet di*" }, { "a*b", "b" },
		{ "*", "" }, { "\"\"", "" }, { "", "" }, { "   ", "" }, { "😀 … — !", "" },
		{ "a NEAR(d e)", "a|near|d|e" },
		{ "exact:x ^y {z} - w +v", "x|y|z|w|v" }, { "-w v", "w|v" }, { "Tel 12 -34", "tel|12|34" },
		{ "quyê\xCC\x81t\xE2\x80\x8E \xE2\x80\xAEđ\xC2\xADất\xEF\xBB\xBF", "quyet|dat" }, { "đất\x01\x1Bnhà\r", "dat|nha" },
		{ "001 204 012 345", "001 204 012 345" }, { "năm 2023 2024", "nam|2023|2024" }, { "2021 2022 2023", "2021|2022|2023" },
		{ "số 0312 345 678 ngày", "so|0312 345 678|ngay" },
		{ "Nguye\xCC\x82\xCC\x83n", "nguyen" },
		{ "\xC3\x90\xE1\xBA\xA5t", "dat" },
		{ "\xFF\xFE" "a\xE1\xBA", "a" },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_string_equal(terms_of(rows[i].in), rows[i].out);
}

static void test_parse_keys(void **state)
{
	(void)state;
	struct query query;
	query_parse(&query, "05 / QĐ - UBND", NULL, arena);
	assert_string_equal(query.terms[0].key, query.key);
	const char *spaced = query.key;
	query_parse(&query, "05/qd-ubnd", NULL, arena);
	assert_string_equal(query.key, spaced);
	query_parse(&query, "001 204 012 345", NULL, arena);
	assert_int_equal(query.nterms, 1);
	assert_string_equal(query.terms[0].digits, "001204012345");
	assert_string_equal(query.key, "001204012345");
	query_parse(&query, "nguyễn văn an", NULL, arena);
	assert_null(query.key);
	assert_string_equal(query.name, "nguyen van an");
	query_parse(&query, "7", NULL, arena);
	assert_null(query.key);
}

static void test_parse_limits(void **state)
{
	(void)state;
	struct query query;
	char *many = arena_alloc(arena, 100001);
	for (int i = 0; i < 100000; i++)
		many[i] = "ab "[i % 3];
	query_parse(&query, many, NULL, arena);
	assert_true(query.cut);
	assert_int_equal(query.nterms, QUERY_TERMS_MAX);
	many[0] = '"';
	query_parse(&query, many, NULL, arena);
	assert_true(query.cut);
	assert_int_equal(query.ntokens, QUERY_TOKENS_MAX);
}

/* The words as the index is asked for them: "(all a (any b c))"; a phrase's terms are parted by '+'. */
static char *asked(const struct texts_node *node)
{
	char *out = arena_strdup(arena, "");
	if (!node)
		return out;
	for (int i = 0; node->kind == TEXTS_PHRASE && i < node->nterms; i++)
		out = arena_printf(arena, i ? "%s+%s" : "%s%s", out, node->terms[i]);
	if (node->kind == TEXTS_PHRASE)
		return node->prefix ? arena_printf(arena, "%s*", out) : out;
	for (int i = 0; i < node->nparts; i++)
		out = arena_printf(arena, "%s %s", out, asked(&node->parts[i]));
	if (node->nparts == 1)
		out = arena_strdup(arena, out + 1);
	else
		out = arena_printf(arena, "(%s%s)", node->kind == TEXTS_ALL ? "all" : "any", out);
	return node->but ? arena_printf(arena, "%s BUT %s", out, asked(node->but)) : out;
}

/* Operators, and that plain words stay plain. */
static void test_operators(void **state)
{
	(void)state;
	static const struct {
		const char *in, *out;
	} rows[] = {
		{ "a OR b", "(any a b)" }, { "khai sinh hoặc kết hôn", "(any (all khai sinh) (all ket hon))" },
		{ "a AND b", "(all a b)" }, { "a VÀ b", "(all a b)" }, { "a và b", "(all a b)" }, { "và", "va" }, { "và và", "(all va va)" },
		{ "a NOT b", "a BUT b" }, { "a KHÔNG b c", "(all a c) BUT b" }, { "a không b", "(all a khong b)" },
		{ "ĐẤT KHÔNG TRANH CHẤP", "(all dat khong tranh chap)" }, { "NOT a", "" }, { "a OR NOT b", "a" },
		{ "(a OR b) c", "(all (any a b) c)" }, { "a (b)", "(all a b)" }, { "a ((b OR (c))", "(all a (any b c))" }, { "a) b", "(all a b)" },
		{ "a NOT (b OR c)", "a BUT (any b c)" }, { "a NOT NOT b", "(all a b)" }, { "OR", "" }, { "a OR", "a" }, { "OR a", "a" },
		{ "a or b", "(any a b)" }, { "a HOẶC b", "(any a b)" }, { "a hoac b", "(any a b)" }, { "a and b", "(all a b)" }, { "a & b", "(all a b)" },
		{ "a va b", "(all a b)" }, { "va chạm", "(all va cham)" }, { "và chạm", "cham" }, { "va", "va" },
		{ "a KHÔNG CÓ b", "a BUT b" }, { "a KHONG CO b", "a BUT b" }, { "a NOT CÓ b", "(all a b) BUT co" }, { "a không có b", "(all a khong co b)" },
		{ "a -b c", "(all a c) BUT b" }, { "a !b", "a BUT b" }, { "a -\"b c\"", "a BUT b+c" }, { "a -(b OR c)", "a BUT (any b c)" },
		{ "a - b", "(all a b)" }, { "a! b", "(all a b)" }, { "a-b", "a+b" }, { "a --b", "(all a b)" }, { "a -4", "(all a 4)" },
		{ "-a", "a" }, { "- a\n- b", "(all a b)" },
		{ "a AND OR b", "(any a b)" }, { "()", "" }, { "\"a OR b\"", "a+or+b" }, { "a OR* b", "(all a or* b)" },
		{ "001204012345", "(any 001204012345 001204012345 #001204012345)" },
		{ "001 204 012 345", "(any 001+204+012+345 001204012345 #001204012345)" },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct query query;
		query_parse(&query, rows[i].in, NULL, arena);
		if (strcmp(asked(query_words(&query, QUERY_FOLDED, arena)), rows[i].out))
			print_message("query: %s\n", rows[i].in);
		assert_string_equal(asked(query_words(&query, QUERY_FOLDED, arena)), rows[i].out);
	}
}

static void test_forms(void **state)
{
	(void)state;
	struct query query;
	query_parse(&query, "hoà kỹ an", NULL, arena);
	assert_string_equal(asked(query_words(&query, QUERY_FOLDED, arena)), "(all hoa (any ky ki) an)");
	assert_string_equal(asked(query_words(&query, QUERY_EXACT, arena)), "(all =hòa =kỹ an)");
	assert_string_equal(asked(query_words(&query, QUERY_BOTH, arena)), "(all (any hoa =hòa) (any ky ki =kỹ) an)");
	struct query phrase;
	query_parse(&phrase, "\"hoà an\"", NULL, arena);
	assert_string_equal(asked(query_words(&phrase, QUERY_BOTH, arena)), "&hoa&an");
	assert_string_equal(asked(query_words(&phrase, QUERY_EXACT, arena)), "(all &hoa&an =hòa)");
	query_parse(&phrase, "\"hoà an thửa\"", NULL, arena); /* one that is not frequent leads to few pages by itself */
	assert_string_equal(asked(query_words(&phrase, QUERY_BOTH, arena)), "&hoa&an+an+thua");
	assert_string_equal(asked(query_words(&phrase, QUERY_EXACT, arena)), "(all &hoa&an+an+thua =hòa =thửa)");
	query_parse(&phrase, "\"của các nhà lý\"", NULL, arena);
	assert_string_equal(asked(query_words(&phrase, QUERY_FOLDED, arena)), "(any &cua&cac+&cac&nha+&nha&ly &cua&cac+&cac&nha+nha+li)");
	query_parse(&phrase, "\"của cá\"*", NULL, arena);
	assert_string_equal(asked(query_words(&phrase, QUERY_FOLDED, arena)), "cua+ca*");
}

/* Fields: their facts, days, what was typed of them; what is no value is left out with a sentence. */
static void test_fields(void **state)
{
	(void)state;
	static const struct {
		const char *in, *words, *low, *high;
		int notes;
	} rows[] = {
		{ "số:123/QĐ-UBND", "(any @n123/QD-UBND @n123/QD-UBND-*)", NULL, NULL, 0 },
		{ "Số: 123 / qđ - ubnd đất", "(all dat (any @n123/QD-UBND @n123/QD-UBND-*))", NULL, NULL, 0 },
		{ "number:0123", "(any @n0123 @h0123)", NULL, NULL, 0 },
		{ "ký hiệu:QĐ-UBND", "(any @kQD-UBND @kQD-UBND-*)", NULL, NULL, 0 },
		{ "cơ quan: Ủy ban xã Hòa Bình", "@auy+@aban+@axa+@ahoa+@abinh", NULL, NULL, 0 },
		{ "agency:\"ủy ban\" đất", "(all dat @auy+@aban)", NULL, NULL, 0 },
		{ "người:Nguyễn Văn An, đất", "(all dat @pnguyen+@pvan+@pan)", NULL, NULL, 0 },
		{ "người:An lô:01", "(all @pan @b01)", NULL, NULL, 0 },
		{ "người:An người:Bình", "(any @pan @pbinh)", NULL, NULL, 0 },
		{ "cccd: 001 204 012 345 đất", "(all dat @i001204012345*)", NULL, NULL, 0 },
		{ "hồ sơ:H06.12-240227-0001", "@dh06+@d12+@d240227+@d0001", NULL, NULL, 0 },
		{ "đất NOT người:An", "dat BUT @pan", NULL, NULL, 0 },
		{ "NOT người:An", "@b BUT @pan", NULL, NULL, 0 },
		{ "ngày:2021", "@y2021", NULL, NULL, 0 },
		{ "ngày:5/3/2021", "@y2021", "2021-03-05", "2021-03-05~", 0 },
		{ "ngày: 3/2021 đất", "(all dat @y2021)", "2021-03", "2021-03~", 0 },
		{ "ngày: 5 tháng 3 năm 2021 đất", "(all dat @y2021)", "2021-03-05", "2021-03-05~", 0 },
		{ "ngày:2019..2021", "(any @y2019 @y2020 @y2021)", NULL, NULL, 0 },
		{ "date:2024-03-05", "@y2024", "2024-03-05", "2024-03-05~", 0 },
		{ "ngày:1900..2021", "", "1900", "2021~", 0 },
		{ "ngày:..2021", "", NULL, "2021~", 0 },
		{ "trước:2020", "", NULL, "2020", 0 },
		{ "sau:3/2020", "", "2020-03~", NULL, 0 },
		{ "ngày:45/3/2021 đất", "dat", NULL, NULL, 1 },
		{ "ngày:hôm qua đất", "(all qua dat)", NULL, NULL, 1 },
		{ "hiệu lực:mai đất", "dat", NULL, NULL, 1 },
		{ "kí hiệu:QĐ", "(any @kQD @kQD-*)", NULL, NULL, 0 },
		{ "mã hồ sơ:01", "@d01", NULL, NULL, 0 },
		{ "người:“Văn An” đất", "(all dat @pvan+@pan)", NULL, NULL, 0 },
		{ "đất -người:An", "dat BUT @pan", NULL, NULL, 1 },
		{ "ngày:2019-2021", "(any @y2019 @y2020 @y2021)", NULL, NULL, 0 },
		{ "ngày:1/2/2021-3/2021", "@y2021", "2021-02-01", "2021-03~", 0 },
		{ "ngày:2021–2022", "(any @y2021 @y2022)", NULL, NULL, 0 },
		{ "ngày: 2021 den 2022", "(any @y2021 @y2022)", NULL, NULL, 0 },
		{ "ngày: từ ngày 1/2/2021 đến ngày 3/4/2021", "@y2021", "2021-02-01", "2021-04-03~", 0 },
		{ "ngày:2022..2021", "(any @y2021 @y2022)", NULL, NULL, 0 },
		{ "ngày:5/2021..2021", "@y2021", "2021-05", "2021~", 0 },
		{ "ngày:29/2/2024", "@y2024", "2024-02-29", "2024-02-29~", 0 },
		{ "ngày:29/2/2023 đất", "dat", NULL, NULL, 1 },
		{ "ngày:31/4/2023 đất", "dat", NULL, NULL, 1 },
		{ "tháng:3/2021", "@y2021", "2021-03", "2021-03~", 0 },
		{ "loia:đất", "dat", NULL, NULL, 1 },
		{ "ngươi: đất", "@pdat", NULL, NULL, 0 },
		{ "ngoui: đất", "dat", NULL, NULL, 1 },
		{ "mst:0312345678", "(any 0312345678 0312345678 #0312345678)", NULL, NULL, 1 },
		{ "Kính gửi: đất", "(all kinh gui dat)", NULL, NULL, 0 },
		{ "https://a lúc 12:30", "(all https+a luc 12+30)", NULL, NULL, 0 },
		{ "số: số: số:", "", NULL, NULL, 1 },
		{ "đất OR người:An", "(all dat @pan)", NULL, NULL, 1 },
		{ "người:An OR người:Bình", "(any @pan @pbinh)", NULL, NULL, 0 },
		{ "(đất OR nhà) người:An", "(all (any dat nha) @pan)", NULL, NULL, 0 },
		{ "cccd:abc đất", "dat", NULL, NULL, 1 },
		{ "người:\"\" đất", "dat", NULL, NULL, 1 },
		{ "a* đất", "dat", NULL, NULL, 1 },
		{ "giờ:12 đất", "(all 12 dat)", NULL, NULL, 1 },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct query query;
		query_parse(&query, rows[i].in, NULL, arena);
		const char *words = asked(query_words(&query, QUERY_FOLDED, arena));
		const struct query_field *field = query.nfields && query.fields[0].conditioned ? &query.fields[0] : NULL;
		if (strcmp(words, rows[i].words) || query.nnotes != rows[i].notes)
			print_message("query: %s\n", rows[i].in);
		assert_string_equal(words, rows[i].words);
		assert_int_equal(query.nnotes, rows[i].notes);
		assert_string_equal(field && field->condition.low ? field->condition.low : "-", rows[i].low ? rows[i].low : "-");
		assert_string_equal(field && field->condition.high ? field->condition.high : "-", rows[i].high ? rows[i].high : "-");
	}
}

static void test_types(void **state)
{
	(void)state;
	struct error err = ERROR_INIT;
	struct schemas *schemas = schemas_open("schemas/documents", &err);
	assert_non_null(schemas);
	static const struct {
		const char *in, *out;
	} rows[] = {
		{ "loại:quyết định đất đai", "(all (all dat dai) @tquyet-dinh)" }, { "loại:quyet-dinh", "@tquyet-dinh" },
		{ "type:\"Giấy khai sinh\"", "@tgiay-khai-sinh" }, { "loại:khai sinh", "(any @tgiay-khai-sinh @ttrich-luc-khai-sinh)" },
		{ "loại:abc đất", "(all abc dat)" }, { "loại:\"abc đất\"", "abc+dat" }, { "LOẠI:“Giấy Khai Sinh” đất", "(all dat @tgiay-khai-sinh)" },
		{ "loại:kết hôn lô:01", "(all (any @tgiay-chung-nhan-ket-hon @ttrich-luc-ket-hon) @b01)" },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct query query;
		query_parse(&query, rows[i].in, schemas, arena);
		assert_string_equal(asked(query_words(&query, QUERY_FOLDED, arena)), rows[i].out);
	}
	schemas_close(schemas);
}

static void test_shapes(void **state)
{
	(void)state;
	static const char *const alike[][2] = { { "liem", "1iem" }, { "nguyen", "ngnyen" }, { "hoang", "boang" }, { "rnai", "mai" } };
	char shapes[2][SHAPE_MAX];
	for (size_t i = 0; i < sizeof alike / sizeof *alike; i++) {
		shape_of(alike[i][0], shapes[0]);
		shape_of(alike[i][1], shapes[1]);
		assert_string_equal(shapes[0], shapes[1]);
	}
	shape_of("mộtchữrấtdàikhôngnghĩagìcả", shapes[0]);
	assert_int_equal(strlen(shapes[0]), SHAPE_MAX - 1);
	assert_true(confusion_likeness("liem", "1iem") > confusion_likeness("liem", "xiem"));
	assert_true(confusion_likeness("nguyen", "nguyen") >= 1);
	assert_true(confusion_likeness("an", "binh") < 0.1f);
}

static void test_same_sound(void **state)
{
	(void)state;
	assert_string_equal(spelling_of_sound(arena, "kỹ"), "kĩ");
	assert_string_equal(spelling_of_sound(arena, "quý"), "quí");
	assert_string_equal(spelling_of_sound(arena, "thuý"), "thuý");
	assert_string_equal(spelling_of_sound(arena, "y"), "y");
	assert_string_equal(spelling_of_sound(arena, "hay"), "hay");
}

/* --- rank ----------------------------------------------------------------------------------------------------------------- */

static struct rank rank_of(const char *query_text, const char *page)
{
	struct query query;
	struct rank rank;
	query_parse(&query, query_text, NULL, arena);
	rank_page(&rank, &query, 0, page, arena);
	return rank;
}

/* In each row every page ranks above the next one. */
static void test_rank_order(void **state)
{
	(void)state;
	static const char *const rows[][5] = {
		{ "đường", "con đường", "con duong", "ông Dương" },
		{ "duong", "duong đường", "con đường xa" },
		{ "Hoà", "Hòa", "hoa", "hoạ" },
		{ "kỹ", "kỹ sư", "kĩ sư", "ky su", "ký tên" },
		{ "quyết định", "quyết định", "quyết rồi mới định", "quyet dinh", "quyệt đỉnh" },
		{ "\"đất đai\"", "luật đất đai", "luat dat dai", "đạt dài" },
		{ "ngu*", "người xa", "xa xa xa xa xa xa xa xa xa xa xa xa người" },
		/* one misread word in place is better than all words here and there */
		{ "giấy chứng nhận kết hôn", "giấy chửng nhận kết hôn",
		  "hôn nhân, rồi viết ra một lời kết rất dài ở cuối trang; nhận việc, sau đó mới đi làm chứng cho ai đó về một tờ giấy" },
		{ "đ", "đ", "d" },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		for (int k = 2; k < 5 && rows[i][k]; k++) {
			struct rank better = rank_of(rows[i][0], rows[i][k - 1]), worse = rank_of(rows[i][0], rows[i][k]);
			assert_true(better.by_text && worse.by_text);
			if (better.score <= worse.score)
				print_message("%s: '%s' %f, '%s' %f\n", rows[i][0], rows[i][k - 1], better.score, rows[i][k],
					      worse.score);
			assert_true(better.score > worse.score);
		}
}

static void test_rank_equal(void **state)
{
	(void)state;
	assert_true(rank_of("hoà", "hòa") .score == rank_of("hoà", "hoà").score);
	assert_true(rank_of("hòa", "hoà").score == rank_of("hoà", "hoà").score);
	assert_true(rank_of("nguyen", "Nguyễn").score == rank_of("nguyen", "nguyên").score);
	assert_false(rank_of("nguyen van", "nguyen").whole);
	assert_true(rank_of("đất", "\xC4\x90\xE1\xBA\xA5T").by_text);
}

/* --- snippets ------------------------------------------------------------------------------------------------------------- */

static char *marked(const char *query, const char *page)
{
	struct snippet snippet;
	struct rank rank = rank_of(query, page);
	snippet_make(&snippet, page, &rank, arena);
	char *out = arena_strdup(arena, snippet.more_before ? "… " : "");
	const char *p = snippet.text;
	assert_true(text_length(snippet.text) <= SNIPPET_MAX);
	int at = 0, next = 0;
	for (;; at++) {
		if (next < snippet.nspans && at == snippet.spans[next].start + snippet.spans[next].length) {
			out = arena_printf(arena, "%s]", out);
			next++;
		}
		if (next < snippet.nspans && at == snippet.spans[next].start)
			out = arena_printf(arena, "%s[", out);
		if (!*p)
			break;
		const char *start = p;
		text_next(&p);
		out = arena_printf(arena, "%s%.*s", out, (int)(p - start), start);
	}
	assert_int_equal(next, snippet.nspans);
	return arena_printf(arena, "%s%s", out, snippet.more_after ? " …" : "");
}

static void test_snippets(void **state)
{
	(void)state;
	static const struct {
		const char *query, *page, *out;
	} rows[] = {
		{ "dinh", "QUYẾT\nĐỊNH:\n\nĐiều 1.", "QUYẾT [ĐỊNH]: Điều 1." },
		{ "\"quyet dinh\"", "(Quyết  định)", "([Quyết] [định])" },
		{ "hoà", "Cộng hòa", "Cộng [hòa]" },
		{ "123/QĐ-UBND", "Số: 123/QĐ-UBND", "Số: [123]/[QĐ]-[UBND]" },
		{ "khong", "một trang", "một trang" },
		{ "khong", "", "" },
		{ "a", "a\x1B[31m\xE2\x80\xAE b", "[a][31m b" },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_string_equal(marked(rows[i].query, rows[i].page), rows[i].out);
}

static void test_snippet_window(void **state)
{
	(void)state;
	char *page = arena_alloc(arena, 20000), *end = page;
	for (int i = 0; i < 1000; i++)
		end += sprintf(end, i == 500 ? "Nguyễn " : "chữ%d ", i % 7);
	char *out = marked("nguyen", page);
	assert_non_null(strstr(out, "[Nguyễn]"));
	assert_true(strncmp(out, "… chữ", strlen("… chữ")) == 0);
	assert_true(text_length(out) > 140);
	size_t before = text_length(arena_strndup(arena, out, (size_t)(strstr(out, "[Nguyễn]") - out)));
	assert_in_range(before, 65, 90); /* in the middle */
	/* one endless word */
	memset(page, 'x', 5000);
	page[5000] = '\0';
	marked("x*", page);
	marked("xx*", page);
	/* hits far apart */
	end = page;
	end += sprintf(end, "đất ");
	for (int i = 0; i < 15; i++)
		end += sprintf(end, "mộtchữrấtdàikhôngnghĩa%d ", i);
	sprintf(end, "nhà");
	assert_non_null(strstr(marked("đất nhà", page), "[đất]"));
}

static void test_random(void **state)
{
	(void)state;
	static const char *const pieces[] = { "đất", " ", "\"", "*", "/", "-", "1", "\xCC\xA3", "Nguyễn", "\xFF", "\n", "😀", "hoà", "a", ":", "(",
					      "\xE2\x80\xAE", "ky" };
	uint32_t seed = 3;
	for (int row = 0; row < 3000; row++) {
		char *texts[2];
		for (int k = 0; k < 2; k++) {
			texts[k] = arena_strdup(arena, "");
			for (int i = 0; i < 12 + 60 * k; i++) {
				seed = seed * 1664525u + 1013904223u;
				texts[k] = arena_printf(arena, "%s%s", texts[k], pieces[(seed >> 9) % (sizeof pieces / sizeof *pieces)]);
			}
		}
		struct query query;
		query_parse(&query, texts[0], NULL, arena);
		query_words(&query, QUERY_FOLDED, arena);
		query_words(&query, QUERY_EXACT, arena);
		marked(texts[0], text_nfc(arena, texts[1]));
		arena_reset(arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_terms),
		cmocka_unit_test(test_terms_ready),
		cmocka_unit_test(test_words_of_latin), cmocka_unit_test(test_scan),
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_parse_keys),
		cmocka_unit_test(test_parse_limits),
		cmocka_unit_test(test_operators),
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_same_sound),
		cmocka_unit_test(test_rank_order),
		cmocka_unit_test(test_rank_equal),
		cmocka_unit_test(test_snippets),
		cmocka_unit_test(test_snippet_window),
		cmocka_unit_test(test_random),
	};
	return cmocka_run_group_tests_name("query", tests, setup, teardown);
}
