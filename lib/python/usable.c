#include "python/usable.h"

#include <errno.h>
#include <string.h>

#include "base/diag.h"
#include "os/walk.h"
#include "python/inspect.h"
#include "python/python.h"

/* Return the program of PY that lacks an execute bit; NULL if none does. */
static const char *
without_bit(const struct walk *w, const struct python *py)
{
	if (!walk_is_program(w, py->real))
		return py->real;
	/* a program that hands its name on is linked to in its place */
	return walk_is_program(w, py->executable) ? NULL : py->executable;
}

int
python_inspect_usable(const struct walk *w, struct arena *a,
                      const char *const *env, const char *exe,
                      struct python *py, struct diag *d)
{
	size_t warned = d->warnings.len, noted = d->notes.len;
	int err = python_inspect(w, a, env, exe, py, d);
	const char *program = NULL;

	/* the inspection warns of it and notes a program that starts another:
	 * without either, no look is needed */
	if (err == 0 && (d->warnings.len > warned || d->notes.len > noted))
		program = without_bit(w, py);
	if (!program)
		return err;
	d->warnings.len = warned;
	if (strcmp(program, exe) == 0)
		diag_set(d, -EACCES, "cannot use '%s': it is not executable",
		         exe);
	else
		diag_set(d, -EACCES, "cannot use '%s': '%s' is not executable",
		         exe, program);
	diag_hint(d, "make it executable, or give another Python with --python");
	return d->code;
}
