/* user.c - the users of an archive and their roles */
#include <jansson.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/accounts.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/commands/decide.h"
#include "pipeline/error.h"

#define LOGIN_MAX_BYTES 64

/* In a new archive there is nobody yet who could allow it. */
static int may(const struct invocation *in, struct desk *desk, int64_t accounts, unsigned roles)
{
	struct error err = ERROR_INIT;
	int allowed = accounts ? accounts_may(desk->archive.catalogue, ACT_ACCOUNTS, desk->arena, &desk->account, &err) : 1;

	if (allowed < 0)
		return command_fail(in, &err);
	if (!allowed)
		return command_usage(in, _("%s is no admin of this archive"), catalogue_who(desk->archive.catalogue));
	if (!accounts && !(roles & (1u << ROLE_ADMIN)))
		return command_usage(in, _("the first user must be an admin, who adds the others: --role admin,..."));
	return 0;
}

static int write_it(struct desk *desk, json_t *json, const char *login, const char *name, const char *roles, struct error *err)
{
	struct catalogue *c = desk->archive.catalogue;
	char hash[HASH_SIZE], made[21];
	int64_t size;
	int done;

	catalogue_now(made);
	json_object_set_new(json, "who", json_string(catalogue_who(c)));
	json_object_set_new(json, "made", json_string(made));
	if (desk_put(&desk->archive, json, hash, &size, err) < 0 || catalogue_begin(c, err) < 0)
		return -1;
	done = roles ? accounts_put(c, login, name, roles, hash, size, err) : accounts_end(c, login, hash, size, err);
	if (done < 0 || (!roles && !done)) {
		catalogue_rollback(c);
		return done;
	}
	return catalogue_commit(c, err) < 0 ? -1 : 1;
}

static int add(const struct invocation *in, struct desk *desk, const char *login)
{
	const char *role = option(in, "role"), *name = option(in, "name");
	struct error err = ERROR_INIT;
	int64_t accounts;
	unsigned roles;
	char *set;
	int status;

	if (!name || !role)
		return command_usage(in, _("a user needs --name and --role"));
	if (accounts_roles_parse(role, &roles, &err) < 0)
		return command_usage(in, "%s", err.text);
	if (!getpwnam(login))
		return command_usage(in, _("there is no login \"%s\" on this machine"), login);
	if (accounts_count(desk->archive.catalogue, &accounts, &err) < 0)
		return command_fail(in, &err);
	status = may(in, desk, accounts, roles);
	if (status)
		return status;
	set = accounts_roles_format(desk->arena, roles);
	if (write_it(desk, json_pack("{s:i, s:s, s:s, s:s, s:s}", "form", 2, "decision", "user", "login", login, "name", name, "roles", set), login,
		     name, set, &err) < 0)
		return command_fail(in, &err);
	printf(_("%s (%s) is a user of this archive: %s\n"), name, login, set);
	return EXIT_DONE;
}

/* The last admin cannot go: nobody could add another. */
static int last_admin(struct desk *desk, const char *login, struct error *err)
{
	struct account *list;
	int n, others = 0;

	if (accounts_all(desk->archive.catalogue, desk->arena, &list, &n, err) < 0)
		return -1;
	for (int i = 0; i < n; i++)
		others += !list[i].ended && strcmp(list[i].login, login) != 0 && strstr(list[i].roles, accounts_role_name(ROLE_ADMIN));
	return others == 0;
}

static int end(const struct invocation *in, struct desk *desk, const char *login)
{
	struct error err = ERROR_INIT;
	int status = may(in, desk, 1, 0), done;

	if (status)
		return status;
	done = last_admin(desk, login, &err);
	if (done > 0)
		return command_usage(in, _("%s is the last admin; add another one first"), login);
	if (!done)
		done = write_it(desk, json_pack("{s:i, s:s, s:s}", "form", 2, "decision", "user-end", "login", login), login, NULL, NULL, &err);
	if (done < 0)
		return command_fail(in, &err);
	if (!done)
		return command_usage(in, _("%s is no user of this archive"), login);
	printf(_("%s is no user any more; what was decided stays.\n"), login);
	return EXIT_DONE;
}

static int list(const struct invocation *in, struct desk *desk)
{
	struct error err = ERROR_INIT;
	struct account *accounts;
	int n;

	if (accounts_all(desk->archive.catalogue, desk->arena, &accounts, &n, &err) < 0)
		return command_fail(in, &err);
	for (int i = 0; i < n; i++)
		printf("%-16s %-28s %s%s%s\n", accounts[i].login, accounts[i].name, accounts[i].roles, accounts[i].ended ? _("; ended ") : "",
		       accounts[i].ended ? accounts[i].ended : "");
	if (!n)
		puts(_("There are no users yet."));
	return EXIT_DONE;
}

static int act(const struct invocation *in, struct desk *desk)
{
	const char *what = in->args[0], *login = in->nargs > 1 ? in->args[1] : NULL, *name;
	int status = desk_text(in, "name", &name);

	if (status)
		return status;
	if (!strcmp(what, "list") && !login)
		return list(in, desk);
	if (!login || (strcmp(what, "add") != 0 && strcmp(what, "end") != 0))
		return command_usage(in, _("say: add LOGIN, end LOGIN or list"));
	if (!*login || strlen(login) > LOGIN_MAX_BYTES)
		return command_usage(in, _("a login has 1 to %d bytes"), LOGIN_MAX_BYTES);
	return strcmp(what, "add") ? end(in, desk, login) : add(in, desk, login);
}

static int run(const struct invocation *in)
{
	struct desk desk = { .arena = arena_new() };
	int status = archive_open(in, true, &desk.archive);

	if (!status)
		status = act(in, &desk);
	desk_close(&desk);
	return status;
}

static const struct command_option options[] = {
	{ "name", 0, "NAME", N_("the person's name, as answers and minutes show it") },
	{ "role", 0, "ROLES", N_("scan, entry, check, reception, officer, approver, archivist, admin, auditor; several parted by commas") },
	{ NULL, 0, NULL, NULL },
};

const struct command command_user = {
	.name = "user",
	.arguments = N_("add LOGIN | end LOGIN | list"),
	.summary = N_("say who may confirm, cancel and use papers"),
	.help = N_("A user is a login of the operating system with a name and roles. reception puts papers to other dossiers; officer confirms, refuses "
		   "and uses; approver does that too, cancels, reinstates and may use a paper that is not eligible, with a reason; archivist cancels, "
		   "reinstates and takes in lists; admin adds users. The first user of a new archive may be added by anybody and must be an admin. "
		   "Ending a user deletes nothing. Adding one again gives other roles.\n\n"
		   "  sohoa user add lan --name \"Nguyễn Thị Lan\" --role officer\n  sohoa user end lan\n  sohoa user list"),
	.options = options,
	.min_args = 1,
	.max_args = 2,
	.run = run,
};
