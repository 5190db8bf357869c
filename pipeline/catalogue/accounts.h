/*
 * accounts.h - who may do what: users of the archive, bound to logins of the operating system
 *
 * Whoever may read the archive's files may ask; a decision needs an account with a role that allows it. Scanning, checking and approving are
 * roles of their own, so that they can be different people (Nghị định 30/2020/NĐ-CP, Phụ lục VI; QCVN 12:2026/BCA).
 */
#ifndef SOHOA_ACCOUNTS_H
#define SOHOA_ACCOUNTS_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct catalogue;
struct error;

/* In the order of a dossier's way through an office. */
enum role_name {
	ROLE_SCAN,      /* nhân viên quét */
	ROLE_ENTRY,     /* nhân viên nhập liệu, sửa OCR */
	ROLE_CHECK,     /* kiểm tra viên */
	ROLE_RECEPTION, /* cán bộ một cửa */
	ROLE_OFFICER,   /* công chức thụ lý */
	ROLE_APPROVER,  /* phê duyệt, ký số */
	ROLE_ARCHIVIST, /* lưu trữ viên */
	ROLE_ADMIN,     /* quản trị */
	ROLE_AUDITOR,   /* giám sát, kiểm toán */
	ROLES
};

enum act {
	ACT_CONFIRM,      /* confirm, refuse: officer, approver */
	ACT_USE,          /* put a paper to another dossier: reception, officer, approver */
	ACT_OVERRIDE,     /* use a paper that is not eligible: approver */
	ACT_CANCEL,       /* cancel, replace, reinstate: approver, archivist */
	ACT_IMPORT,       /* the same from a file: approver, archivist */
	ACT_JUDGE,        /* judge everything anew: approver, archivist, admin */
	ACT_ACCOUNTS,     /* users: admin */
	ACT_CORRECT,      /* set fields, cuts and pages: entry, check, officer, approver */
	ACT_WITHDRAW      /* take papers out of the archive: approver, archivist */
};

struct account {
	int64_t id;
	const char *login, *name, *roles; /* roles: names parted by ',' */
	const char *added, *ended;        /* ended NULL: may act */
};

/* "scan,officer" in any order: 0 and *roles as a set of bits, or -1 with what is wrong. */
int accounts_roles_parse(const char *text, unsigned *roles, struct error *err);
const char *accounts_role_name(enum role_name role);
/* The set as the catalogue keeps it, in the arena. */
char *accounts_roles_format(struct arena *arena, unsigned roles);

/* The account of a login. 1 with strings in the arena, 0 when there is none, -1. */
int accounts_find(struct catalogue *catalogue, const char *login, struct arena *arena, struct account *account, struct error *err);
int accounts_all(struct catalogue *catalogue, struct arena *arena, struct account **list, int *n, struct error *err);
/* How many may act: 0 in a new archive, where the first one may be added by anybody and must be an admin. */
int accounts_count(struct catalogue *catalogue, int64_t *n, struct error *err);

/* Adds an account, or gives an old one other roles and takes it up again; object: its decision in the store, of `size` bytes. In a
 * transaction, with audit entry. */
int accounts_put(struct catalogue *catalogue, const char *login, const char *name, const char *roles, const char *object, int64_t size,
		 struct error *err);
/* Ends an account; what was decided with it stays. 1, 0 when no such account acts, -1. In a transaction, with audit entry. */
int accounts_end(struct catalogue *catalogue, const char *login, const char *object, int64_t size, struct error *err);

/* May catalogue_who do this? 1 with the account (which may be NULL to get), 0, -1. */
int accounts_may(struct catalogue *catalogue, enum act act, struct arena *arena, struct account *account, struct error *err);

#endif
