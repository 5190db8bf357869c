#include "pipeline/catalogue/accounts.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/audit.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/private.h"
#include "pipeline/error.h"

static const char *const names[ROLES] = { "scan", "entry", "check", "reception", "officer", "approver", "archivist", "admin", "auditor" };

#define BIT(role) (1u << (role))

static const unsigned allowed[] = {
	[ACT_CONFIRM] = BIT(ROLE_OFFICER) | BIT(ROLE_APPROVER),
	[ACT_USE] = BIT(ROLE_RECEPTION) | BIT(ROLE_OFFICER) | BIT(ROLE_APPROVER),
	[ACT_OVERRIDE] = BIT(ROLE_APPROVER),
	[ACT_CANCEL] = BIT(ROLE_APPROVER) | BIT(ROLE_ARCHIVIST),
	[ACT_IMPORT] = BIT(ROLE_APPROVER) | BIT(ROLE_ARCHIVIST),
	[ACT_JUDGE] = BIT(ROLE_APPROVER) | BIT(ROLE_ARCHIVIST) | BIT(ROLE_ADMIN),
	[ACT_ACCOUNTS] = BIT(ROLE_ADMIN),
	[ACT_WITHDRAW] = BIT(ROLE_APPROVER) | BIT(ROLE_ARCHIVIST),
	[ACT_CORRECT] = BIT(ROLE_ENTRY) | BIT(ROLE_CHECK) | BIT(ROLE_OFFICER) | BIT(ROLE_APPROVER),
};

const char *accounts_role_name(enum role_name role)
{
	return names[role];
}

int accounts_roles_parse(const char *text, unsigned *roles, struct error *err)
{
	*roles = 0;
	while (*text) {
		size_t n = strcspn(text, ",");
		int role = 0;

		while (role < ROLES && (strlen(names[role]) != n || strncmp(names[role], text, n) != 0))
			role++;
		if (role == ROLES)
			return error_set(err, REACH_RUN, NULL,
					 _("there is no role \"%.*s\"; roles are scan, entry, check, reception, officer, approver, archivist, admin, auditor"),
					 (int)n, text);
		*roles |= BIT(role);
		text += n + (text[n] == ',');
	}
	return *roles ? 0 : error_set(err, REACH_RUN, NULL, _("a user needs a role"));
}

char *accounts_roles_format(struct arena *arena, unsigned roles)
{
	char *text = arena_strdup(arena, "");

	for (int role = 0; role < ROLES; role++)
		if (roles & BIT(role))
			text = arena_printf(arena, "%s%s%s", text, *text ? "," : "", names[role]);
	return text;
}

/* --- reading ------------------------------------------------------------------------------------------------------- */

struct list {
	struct arena *arena;
	struct account *items;
	int n;
};

static int take_account(void *context, const struct db_row *row, struct error *err)
{
	struct list *l = context;
	struct account *a = arena_push(l->arena, &l->items, &l->n, sizeof *a);
	const char **texts[] = { &a->login, &a->name, &a->roles, &a->added, &a->ended };

	a->id = db_column_int(row, 0);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		*texts[i] = arena_strdup(l->arena, db_column_text(row, 1 + (int)i));
	return 0;
}

#define COLUMNS "SELECT id, login, name, roles, added, ended FROM account "

int accounts_find(struct catalogue *catalogue, const char *login, struct arena *arena, struct account *account, struct error *err)
{
	struct list l = { arena, NULL, 0 };

	if (catalogue_query(catalogue, COLUMNS "WHERE login = $1", DB_ARGS(DB_T(login)), take_account, &l, err) < 0)
		return -1;
	if (l.n)
		*account = l.items[0];
	return l.n;
}

int accounts_all(struct catalogue *catalogue, struct arena *arena, struct account **list, int *n, struct error *err)
{
	struct list l = { arena, NULL, 0 };

	if (catalogue_query(catalogue, COLUMNS "ORDER BY login", NULL, 0, take_account, &l, err) < 0)
		return -1;
	*list = l.items;
	*n = l.n;
	return 0;
}

int accounts_count(struct catalogue *catalogue, int64_t *n, struct error *err)
{
	return catalogue_int(catalogue, "SELECT count(*) FROM account WHERE ended IS NULL", NULL, 0, 0, n, err);
}

int accounts_may(struct catalogue *catalogue, enum act act, struct arena *arena, struct account *account, struct error *err)
{
	struct account found;
	int there = accounts_find(catalogue, catalogue_who(catalogue), arena, &found, err);
	unsigned roles;

	if (there <= 0 || found.ended)
		return there < 0 ? -1 : 0;
	if (accounts_roles_parse(found.roles, &roles, err) < 0)
		return -1;
	if (account)
		*account = found;
	return (roles & allowed[act]) != 0;
}

/* --- writing ------------------------------------------------------------------------------------------------------- */

static int put_object(struct catalogue *catalogue, const char *hash, int64_t size, struct error *err)
{
	return catalogue_query(catalogue, "INSERT INTO object (hash, size, kind) VALUES ($1, $2, 'decision') ON CONFLICT (hash) DO NOTHING",
			       DB_ARGS(DB_T(hash), DB_I(size)), NULL, NULL, err);
}

int accounts_put(struct catalogue *catalogue, const char *login, const char *name, const char *roles, const char *object, int64_t size,
		 struct error *err)
{
	char made[21];

	catalogue_now(made);
	if (put_object(catalogue, object, size, err) < 0 ||
	    catalogue_query(catalogue,
			    "INSERT INTO account (login, name, roles, added, object) VALUES ($1, $2, $3, $4, $5) "
			    "ON CONFLICT (login) DO UPDATE SET name = excluded.name, roles = excluded.roles, ended = NULL, object = excluded.object",
			    DB_ARGS(DB_T(login), DB_T(name), DB_T(roles), DB_T(made), DB_T(object)), NULL, NULL, err) < 0)
		return -1;
	return audit_note(catalogue, "user", "account", 0, json_pack("{s:s, s:s, s:s}", "login", login, "roles", roles, "decision", object), err);
}

int accounts_end(struct catalogue *catalogue, const char *login, const char *object, int64_t size, struct error *err)
{
	struct db *db = catalogue_db(catalogue);
	char made[21];

	catalogue_now(made);
	if (put_object(catalogue, object, size, err) < 0 ||
	    catalogue_query(catalogue, "UPDATE account SET ended = $2, object = $3 WHERE login = $1 AND ended IS NULL",
			    DB_ARGS(DB_T(login), DB_T(made), DB_T(object)), NULL, NULL, err) < 0)
		return -1;
	if (!db->driver->changes(db))
		return 0;
	return audit_note(catalogue, "user-end", "account", 0, json_pack("{s:s, s:s}", "login", login, "decision", object), err) < 0 ? -1 : 1;
}
