#include "venv/wheel.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "format/pep440.h"
#include "python/python.h"
#include "python/tags.h"

/* Return 1 if W's Requires-Python accepts PY, 0 if not, -EINVAL if it cannot be
 * parsed. */
static int
fits_python(const struct wheel *w, const struct python *py, int micro,
            struct arena *a)
{
	char *version = arena_fmt(a, "%d.%d.%d", py->major, py->minor, micro);

	return version ? pep440_fits(w->requires_python,
	                             strlen(w->requires_python), version,
	                             strlen(version))
	               : -ENOMEM;
}

/* A release number that nobody knows: both the first and a late one. */
static int
judge_python(const struct wheel *w, const struct python *py, struct diag *d)
{
	struct arena *a = d->text.arena;
	bool known = py->micro >= 0;
	int first, last;

	if (!*w->requires_python)
		return 0;
	first = fits_python(w, py, known ? py->micro : 0, a);
	last = known ? first : fits_python(w, py, 99, a);
	if (first == -ENOMEM || last == -ENOMEM)
		return diag_oom(d);
	if (first < 0) {
		diag_warn(d, "%s: its Requires-Python '%s' cannot be parsed",
		          w->file, w->requires_python);
		return 0;
	}
	if (first == 0 && last == 0)
		return diag_set(d, -EDOM, "%s: it requires Python %s, this "
		                "is %d.%d", w->file, w->requires_python,
		                py->major, py->minor);
	if (first != last)
		diag_warn(d, "%s: it requires Python %s, and the last number "
		          "of this one is not known", w->file,
		          w->requires_python);
	return 0;
}

/* Append ", COUNT WHAT" to OUT unless COUNT is 0. */
static void
put_count(struct buf *out, size_t count, const char *one, const char *many)
{
	if (count > 0)
		buf_fmt(out, "%s%zu %s", out->len ? ", " : "", count,
		        count == 1 ? one : many);
}

/* Give a single warning for everything untidy in the wheel. */
static void
warn_of_untidy(const struct wheel *w, struct diag *d)
{
	const struct untidy *u = &w->untidy;
	struct buf text;

	buf_init(&text, d->text.arena);
	put_count(&text, u->unlisted, "file is not in its RECORD",
	          "files are not in its RECORD");
	put_count(&text, u->unhashed, "file has no sha256 hash there",
	          "files have no sha256 hash there");
	put_count(&text, u->misspelt, "hash is hexadecimal or padded",
	          "hashes are hexadecimal or padded");
	put_count(&text, u->rooted, "row starts with a slash",
	          "rows start with a slash");
	put_count(&text, u->twins, "file is there twice",
	          "files are there twice");
	if (w->other_local)
		buf_fmt(&text, "%sits parts differ in their local version",
		        text.len ? ", " : "");
	if (text.len > 0 && buf_str(&text))
		diag_warn(d, "%s: it is untidy: %s", w->file, text.data);
}

int
wheel_judge(const struct wheel *w, const struct tags *t,
            const struct python *py, struct diag *d)
{
	const struct wheel_name *n = &w->name;
	bool doubt = false;
	int err;

	if (tags_rank(t, n, &doubt) < 0) {
		char *who = tags_describe(t, d->text.arena);

		return who ? diag_set(d, -EDOM, "%s: its tag %s-%s-%s is "
		                      "not compatible with %s", w->file, n->python, n->abi,
		                      n->platform, who)
		           : diag_oom(d);
	}
	err = judge_python(w, py, d);
	if (err < 0)
		return err;
	warn_of_untidy(w, d);
	if (w->newer)
		diag_warn(d, "%s: its Wheel-Version is newer than 1.0",
		          w->file);
	if (doubt)
		diag_warn(d, "%s: whether the C library is new enough for %s "
		          "is not known", w->file, n->platform);
	return 0;
}
