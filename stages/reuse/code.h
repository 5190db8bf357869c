/*
 * code.h - the code of a digitised result, made from a template of the settings (Thông tư 01/2023/TT-VPCP, Điều 10)
 *
 * The article gives owner, kind of paper and more; the separators differ between systems, so they are a setting. Names in braces are filled in:
 * {owner} (number of the first owner; empty where it is not known, as the article says), {type} (code of the paper type), {dossier}, {year}
 * (of issue), {seq} (the first number that makes the code new; {seq:02} with at least two digits). An electronic result has a code of its
 * own, <mã hồ sơ>-KQ(n) (Nghị định 45/2020/NĐ-CP, Điều 14 khoản 3).
 */
#ifndef SOHOA_REUSE_CODE_H
#define SOHOA_REUSE_CODE_H

struct arena;
struct catalogue;
struct error;
struct reuse_paper;

#define CODE_TEMPLATE "{owner}.{type}.{seq:02}"
#define CODE_TEMPLATE_ELECTRONIC "{dossier}-KQ({seq})"

enum { CODE_SIZE = 200 };

struct code_parts {
	const char *owner, *type, *dossier, *year; /* NULL: empty */
};

/* The code number `seq`; -1 with what is wrong with the template. */
int code_make(const char *template, const struct code_parts *parts, int seq, char out[CODE_SIZE], struct error *err);

/* The paper's code, made now where it has none yet and is the result of a procedure; *code NULL for any other paper. A code never changes.
 * In a transaction. */
int code_give(struct catalogue *catalogue, const struct reuse_paper *paper, const char *template, const char *electronic, struct arena *arena,
	      char **code, struct error *err);

#endif
