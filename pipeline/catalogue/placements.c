#include "pipeline/catalogue/placements.h"

#include <jansson.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/catalogue/audit.h"
#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/private.h"
#include "pipeline/catalogue/texts.h"
#include "pipeline/error.h"

static const char *const names[] = { "insert", "replace", "move" };

const char *placement_kind_name(enum placement_kind kind)
{
	return names[kind];
}

static int run(struct catalogue *catalogue, const char *sql, const struct db_value *args, int nargs, struct error *err)
{
	return catalogue_query(catalogue, sql, args, nargs, NULL, NULL, err);
}

static struct db_value id_or_null(int64_t id)
{
	return id ? DB_I(id) : DB_N;
}

int placements_busy(struct catalogue *catalogue, int64_t dossier, struct error *err)
{
	int64_t busy;

	if (catalogue_int(catalogue, "SELECT 1 FROM dossier WHERE id = $1 AND (state = 'reading' OR EXISTS "
				     "(SELECT 1 FROM page WHERE dossier_id = $1 AND state = 'running'))", DB_ARGS(DB_I(dossier)), 0, &busy, err) < 0)
		return -1;
	return (int)busy;
}

/* Out of the run and the index; and the last word of a person about it goes over to the page that came. */
static int replace_page(struct catalogue *catalogue, const struct placement *p, struct error *err)
{
	int64_t first;

	if (catalogue_int(catalogue, "SELECT id FROM page WHERE file_id = $1 AND file_page = 1", DB_ARGS(DB_I(p->file)), 0, &first, err) < 0 ||
	    texts_remove(catalogue, p->page, err) < 0 ||
	    run(catalogue, "UPDATE page SET state = 'set-aside', reason = 'replaced', detail = NULL, document_id = NULL WHERE id = $1",
		DB_ARGS(DB_I(p->page)), err) < 0)
		return -1;
	return run(catalogue,
		   "INSERT INTO correction (dossier_id, page_id, kind, field, value, before, who, made, reason, object) "
		   "SELECT dossier_id, $2, kind, field, value, before, who, made, reason, object FROM correction c WHERE page_id = $1 AND id = "
		   "(SELECT max(id) FROM correction l WHERE l.page_id = c.page_id AND l.kind = c.kind AND l.field = c.field) ORDER BY id",
		   DB_ARGS(DB_I(p->page), DB_I(first)), err);
}

int placements_add(struct catalogue *catalogue, const struct placement *p, int64_t size, struct error *err)
{
	if (run(catalogue, "INSERT INTO object (hash, size, kind) VALUES ($1, $2, 'decision') ON CONFLICT (hash) DO NOTHING",
		DB_ARGS(DB_T(p->object), DB_I(size)), err) < 0 ||
	    run(catalogue, "INSERT INTO placement (dossier_id, kind, page_id, file_id, after_id, who, made, reason, object) "
			   "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
		DB_ARGS(DB_I(p->dossier), DB_T(names[p->kind]), id_or_null(p->page), id_or_null(p->file), id_or_null(p->after),
			DB_T(catalogue_who(catalogue)), DB_T(p->made), DB_T(p->reason), DB_T(p->object)),
		err) < 0 ||
	    (p->kind == PLACEMENT_REPLACE && replace_page(catalogue, p, err) < 0) ||
	    run(catalogue, "UPDATE dossier SET state = 'taking' WHERE id = $1", DB_ARGS(DB_I(p->dossier)), err) < 0)
		return -1;
	return audit_note(catalogue, names[p->kind], p->page ? "page" : "file", p->page ? p->page : p->file,
			  json_pack("{s:I,s:s}", "dossier", (json_int_t)p->dossier, "decision", p->object), err);
}

/* --- numbers ------------------------------------------------------------------------------------------------------- */

struct leaf {
	int64_t id, file;
	bool gone;
};

struct step {
	enum placement_kind kind;
	int64_t page, file, after;
};

struct order {
	struct arena *arena;
	struct leaf *leaves;
	struct step *steps;
	int nleaves, nsteps;
};

static int take_leaf(void *context, const struct db_row *row, struct error *err)
{
	struct order *o = context;
	struct leaf *leaf = arena_push(o->arena, &o->leaves, &o->nleaves, sizeof *leaf);

	leaf->id = db_column_int(row, 0);
	leaf->file = db_column_int(row, 1);
	return 0;
}

static int take_step(void *context, const struct db_row *row, struct error *err)
{
	struct order *o = context;
	struct step *step = arena_push(o->arena, &o->steps, &o->nsteps, sizeof *step);
	const char *kind = db_column_text(row, 0);

	while (strcmp(names[step->kind], kind) != 0) /* the table holds no other word */
		step->kind++;
	step->page = db_column_int(row, 1);
	step->file = db_column_int(row, 2);
	step->after = db_column_int(row, 3);
	return 0;
}

static bool moves(const struct step *step, const struct leaf *leaf)
{
	return step->kind == PLACEMENT_MOVE ? leaf->id == step->page : leaf->file == step->file;
}

/* Takes out what moves and puts it behind its page: behind the replaced one, which stays in the list as a place. */
static void take(struct order *o, const struct step *step)
{
	struct leaf *moved = arena_array(o->arena, (size_t)o->nleaves + 1, sizeof *moved);
	int64_t behind = step->kind == PLACEMENT_REPLACE ? step->page : step->after;
	int n = 0, kept = 0, at = 0;

	for (int i = 0; i < o->nleaves; i++)
		if (moves(step, &o->leaves[i]))
			moved[n++] = o->leaves[i];
		else
			o->leaves[kept++] = o->leaves[i];
	for (int i = 0; i < kept; i++)
		if (o->leaves[i].id == behind) {
			at = i + 1;
			o->leaves[i].gone = o->leaves[i].gone || step->kind == PLACEMENT_REPLACE;
		}
	memmove(o->leaves + at + n, o->leaves + at, (size_t)(kept - at) * sizeof *moved);
	if (n)
		memcpy(o->leaves + at, moved, (size_t)n * sizeof *moved);
}

int placements_number(struct catalogue *catalogue, int64_t dossier, bool *any, struct error *err)
{
	struct order o = { .arena = arena_new() };
	int number = 0, ret = -1;

	if (catalogue_query(catalogue, "SELECT kind, page_id, file_id, after_id FROM placement WHERE dossier_id = $1 ORDER BY id", DB_ARGS(DB_I(dossier)),
			    take_step, &o, err) < 0)
		goto out;
	*any = o.nsteps > 0;
	if (*any && catalogue_query(catalogue,
				    "SELECT p.id, p.file_id FROM page p JOIN file f ON f.id = p.file_id WHERE p.dossier_id = $1 "
				    "ORDER BY f.position, p.file_page",
				    DB_ARGS(DB_I(dossier)), take_leaf, &o, err) < 0)
		goto out;
	for (int i = 0; i < o.nsteps; i++)
		take(&o, &o.steps[i]);
	for (int i = 0; i < o.nleaves; i++) {
		if (o.leaves[i].gone)
			continue;
		number++;
		if (run(catalogue, "UPDATE page SET number = $2 WHERE id = $1", DB_ARGS(DB_I(o.leaves[i].id), DB_I(number)), err) < 0)
			goto out;
	}
	ret = 0;
out:
	arena_free(o.arena);
	return ret;
}
