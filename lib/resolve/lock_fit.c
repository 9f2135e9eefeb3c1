#include "resolve/lock_fit.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "format/pep440.h"
#include "python/python.h"
#include "resolve/lock.h"
#include "resolve/lock_table.h"

enum { MAX_SHOWN = 200 };

/* Return the full version of the Python; NULL if its last number is unknown. */
static const char *
known_version(const struct lock_fit *f)
{
	const struct python *py = f->request->python;
	const struct marker_fact *full =
		&f->facts.fact[MARKER_PYTHON_FULL_VERSION];

	if (full->value && !full->last)
		return full->value;
	if (py->micro < 0)
		return NULL;
	return arena_fmt(f->arena, "%d.%d.%d", py->major, py->minor, py->micro);
}

static bool
accepts(const char *specifiers, const char *version)
{
	return pep440_fits(specifiers, strlen(specifiers), version,
	                   strlen(version)) > 0;
}

/* Check requires-python of T, which is the document or a package. Return 0, 1
 * if the unknown last number of the Python's version decides, or -EINVAL. */
static int
judge_python(const struct lock_fit *f, const struct lock_table *t)
{
	static const char key[] = "requires-python";
	const struct python *py = f->request->python;
	const char *specifiers = toml_string(toml_find(t->toml, key));
	const char *version = known_version(f);
	int fit;

	if (!specifiers)
		return 0;
	if (version)
		fit = accepts(specifiers, version) ? PYTHON_ACCEPTED
		                                   : PYTHON_REFUSED;
	else
		fit = python_judge(py, specifiers, f->arena);
	/* the document's syntax was checked */
	if (fit != PYTHON_REFUSED)
		return fit == PYTHON_IN_DOUBT;
	if (!version)
		version = arena_fmt(f->arena, "%d.%d", py->major, py->minor);
	return lock_table_refuse(t, key, "it requires Python %.*s, this is %s",
	                         MAX_SHOWN, specifiers, version);
}

int
lock_fit_python(struct lock_fit *f, const struct lock_table *t)
{
	int rc = judge_python(f, t);

	if (rc > 0 && !f->warned)
		diag_warn(f->diag, "%s: %s%srequires-python depends on the "
		          "last number of the Python's version, which is "
		          "unknown",
		          f->request->path, lock_table_place(t, f->arena),
		          t->parent ? "." : "");
	f->warned |= rc > 0;
	return rc < 0 ? rc : 0;
}

/* Check that the markers LIST, the member KEY of T, can be parsed. */
static int
check_markers(const struct lock_fit *f, const struct lock_table *t,
              const char *key, const struct toml *list)
{
	for (size_t i = 0; list; list = list->next, i++) {
		struct lock_table e;

		if (marker_check(list->text, list->len, f->arena, f->diag) == 0)
			continue;
		lock_table_enter_element(&e, t, key, i, list);
		return lock_table_prefix(&e, NULL);
	}
	return 0;
}

/* Return 0 if one of the markers LIST holds, 1 if none does, or -EINVAL. */
static int
judge_markers(const struct lock_fit *f, const struct lock_table *t,
              const char *key, const struct toml *list)
{
	struct lock_table at, doubtful = { .toml = NULL };
	enum marker_variable v, unknown = 0;

	for (size_t i = 0; list; list = list->next) {
		int rc = marker_evaluate(list->text, list->len, &f->facts,
		                         f->arena, &v, f->diag);

		lock_table_enter_element(&at, t, key, i++, list);
		if (rc < 0)
			return lock_table_prefix(&at, NULL);
		if (rc == MARKER_TRUE)
			return 0;
		if (rc == MARKER_UNKNOWN && !doubtful.toml) {
			doubtful = at;
			unknown = v;
		}
	}
	if (!doubtful.toml)
		return 1;
	marker_refuse(doubtful.toml->text, doubtful.toml->len, unknown,
	              f->diag);
	return lock_table_prefix(&doubtful, NULL);
}

int
lock_fit_environment(const struct lock_fit *f, const struct lock_table *t,
                     const char *key, const struct toml **listed)
{
	if (lock_table_get_list(t, key, TOML_STRING, listed) < 0 ||
	    check_markers(f, t, key, *listed) < 0)
		return -EINVAL;
	return toml_find(t->toml, key) ? judge_markers(f, t, key, *listed) : 0;
}
