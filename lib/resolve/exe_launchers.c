#include "resolve/exe_launchers.h"

#include <errno.h>
#include <string.h>

#include "format/elf.h"
#include "os/ctx.h"
#include "python/python.h"
#include "resolve/choose.h"
#include "resolve/seeds.h"
#include "wheel/launcher.h"

enum { MAX_LAUNCHER = 1024 * 1024 };

/* Return whether a wheel of S has a script to be started. */
static bool
has_scripts(const struct wheel_set *s)
{
	for (size_t i = 0; i < s->count; i++) {
		if (wheel_files_have(&s->list[i].files, WHEEL_LAUNCHER))
			return true;
	}
	return false;
}

/* Find the wheel of pip. Return false if there is none. */
static bool
find_pip(const struct ctx *x, const struct wheel_set *s,
         const struct python *py, struct wheel_choice *pip)
{
	const struct wheel_choice *chosen = wheel_set_find(s, "pip");

	if (chosen) {
		*pip = *chosen;
		return true;
	}
	*pip = (struct wheel_choice){ .walk = x->walk };
	pip->file = seeds_find(x, py, "pip");
	return pip->file != NULL;
}

/* Load the member NAME of W, whose bytes RECORD has to confirm. */
static int
load(const struct ctx *x, const struct wheel *w, struct inflater *in,
     const char *name, const char **out, size_t *size)
{
	const struct zip_member *m = zip_find(&w->zip, name);
	struct digest_value want;
	unsigned char got[DIGEST_MAX];
	char *text = NULL;
	int err;

	if (!m)
		return diag_set(x->diag, -ENOENT, "%s: it has no %s", w->file,
		                name);
	err = wheel_digest(w, m, in, got, x->diag);
	if (err == 0 &&
	    (rows_digest(&w->rows, (size_t)(m - w->zip.members), &want) <= 0 ||
	     want.kind != DIGEST_SHA256 ||
	     memcmp(want.sum, got, digest_size(want.kind)) != 0))
		err = diag_set(x->diag, -EINVAL, "%s: %s: its content does not "
		               "have the hash that RECORD says", w->file, name);
	if (err == 0)
		err = zip_load(&w->zip, m, MAX_LAUNCHER, in, x->arena, &text,
		               x->diag);
	if (err < 0)
		return err;
	*out = text;
	*size = (size_t)m->size;
	return 0;
}

int
exe_launchers_find(const struct ctx *x, const struct wheel_set *s,
                   const struct python *py, struct exe_launchers *exe)
{
	const char *machine = py->machine == ELF_386       ? "32"
	                      : py->machine == ELF_AARCH64 ? "64-arm"
	                                                   : "64";
	struct wheel_source *source = s->source;
	struct wheel_choice pip;
	int err;

	*exe = (struct exe_launchers){ .console = NULL };
	if (!has_scripts(s))
		return 0;
	exe->missing = !find_pip(x, s, py, &pip);
	if (exe->missing) {
		/* what is there already needs none */
		diag_clear(x->diag);
		return 0;
	}
	err = wheel_source_open(source, &pip, x->diag);
	if (err == 0)
		err = load(x, &source->wheel, source->inflater,
		           arena_fmt(x->arena, "pip/_vendor/distlib/t%s.exe",
		                     machine),
		           &exe->console, &exe->console_size);
	if (err == 0)
		err = load(x, &source->wheel, source->inflater,
		           arena_fmt(x->arena, "pip/_vendor/distlib/w%s.exe",
		                     machine),
		           &exe->gui, &exe->gui_size);
	return err;
}
