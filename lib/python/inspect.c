/*
 * inspect: learn all facts of one interpreter from its files.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include "base/diag.h"
#include "format/elf.h"
#include "format/pathname.h"
#include "os/file_source.h"
#include "os/walk.h"
#include "python/inspection.h"
#include "python/landmark.h"
#include "python/path.h"
#include "python/python.h"
#include "python/wrapper.h"

enum { MAX_HOPS = 8, MAX_INSPECTIONS = 32 };

int
inspection_refuse(struct inspection *in, int code, const char *reason, ...)
{
	va_list ap;

	diag_set(in->diag, code, "cannot use '%s': ", in->asked);
	va_start(ap, reason);
	buf_vfmt(&in->diag->text, reason, ap);
	va_end(ap);
	return code;
}

/* Report why PATH, which is ASKED or its target, cannot be reached. */
static int
refuse_path(struct inspection *in, int code, const char *path)
{
	char *target;

	if (code == -ENOENT &&
	    walk_readlink(in->walk, in->arena, path, &target) >= 0)
		return inspection_refuse(in, code, "broken symlink to %s "
		                         "(was that Python removed?)", target);
	if (strcmp(path, in->asked) != 0)
		return inspection_refuse(in, code, "%s: %s", path,
		                         diag_reason(code));
	return inspection_refuse(in, code, "%s", diag_reason(code));
}

/* Report that the file is no Python, and what it is instead. */
static int
refuse_content(struct inspection *in, struct source *s)
{
	unsigned char m[4] = { 0 };

	if (s->size == 0)
		return inspection_refuse(in, -ENOEXEC, "the file is empty");
	if (source_read(s, 0, m, s->size < 4 ? (size_t)s->size : 4) < 0)
		return inspection_refuse(in, -ENOEXEC, "it cannot be read");
	if (memcmp(m, "\177ELF", 4) == 0)
		return inspection_refuse(in, -ENOEXEC,
		                         "the ELF program is damaged");
	if (memcmp(m, "\xcf\xfa\xed\xfe", 4) == 0 ||
	    memcmp(m, "\xce\xfa\xed\xfe", 4) == 0 ||
	    memcmp(m, "\xca\xfe\xba\xbe", 4) == 0)
		return inspection_refuse(in, -ENOEXEC,
		                         "this is a macOS program");
	return inspection_refuse(in, -ENOEXEC, "not a program");
}

static int
refuse_program(struct inspection *in)
{
	static const char *const others[] = { "micropython", "graalpy",
		                              "graalpython", "jython",
		                              "ironpython", "rustpython" };
	const char *name = pathname_base(in->py->real);

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (strncmp(name, others[i], strlen(others[i])) != 0)
			continue;
		return inspection_refuse(in, -ENOEXEC, i == 0
			? "%s has no virtual environments"
			: "%s is not supported", others[i]);
	}
	return inspection_refuse(in, -ENOEXEC, "an ELF program but not a "
	                         "Python I recognise (no Py_Version symbol, "
	                         "no libpython, name not pythonX.Y)");
}

/* Return whether the program is in the tree that Python was built in: it is beside
 * its sources, so that its library is not in PREFIX, the directory above. */
static bool
is_build_tree(struct inspection *in, const char *prefix)
{
	char *dir = pathname_dir(in->arena, in->py->real);

	return strcmp(pathname_dir(in->arena, dir), prefix) != 0 &&
	       walk_is_file(in->walk, pathname_join(in->arena, dir,
	                                            "pybuilddir.txt"));
}

static int
refuse_build_tree(struct inspection *in)
{
	inspection_refuse(in, -ENOEXEC, "it is in the tree it was built in");
	diag_hint(in->diag, "run 'make install' there, and give the Python that "
	          "this installs");
	return in->diag->code;
}

/* Find the library that the program was built with. */
static int
find_landmark(struct inspection *in, const struct identity *id,
              struct landmark *lm)
{
	static const char *const built_in[] = { "/usr/local", "/usr" };
	struct python *py = in->py;
	char *dir = pathname_dir(in->arena, py->real);
	struct buf looked;
	int err;

	buf_init(&looked, in->arena);
	err = landmark_search(in->walk, in->arena, dir, py, lm, &looked);
	for (size_t i = 0; i < 2 && err == -ENOENT && !id->by_name; i++)
		err = landmark_in(in->walk, in->arena, built_in[i], py, lm);
	if (err != -ENOENT)
		return err;
	if (is_build_tree(in, ""))
		return refuse_build_tree(in);
	if (id->by_name)
		return refuse_program(in);
	return inspection_refuse(in, -ENOEXEC, "it is Python %d.%d but its "
	                         "standard library was not found (%s in %s)",
	                         py->major, py->minor,
	                         landmark_name(in->arena, py),
	                         looked.len ? buf_str(&looked) : "/");
}

static void
warn_of_missing(struct inspection *in, const struct elf *e)
{
	struct python *py = in->py;
	char loader[256];
	/* beside a standard library in a zip it is where it always is */
	char *dynload = arena_fmt(in->arena, "%s/%s/python%d.%d%s/lib-dynload",
	                          strcmp(py->prefix, "/") == 0 ? "" : py->prefix,
	                          py->platlibdir, py->major, py->minor,
	                          py->free_threaded ? "t" : "");
	char *encodings = pathname_join(in->arena, py->stdlib, "encodings");

	if (py->implementation == PYTHON_CPYTHON && e->is_dynamic &&
	    !walk_is_dir(in->walk, dynload))
		diag_warn(in->diag, "'%s' has no %s: parts of its standard "
		          "library are missing", in->asked, dynload);
	/* on the host it would not be the running system's Python */
	if (in->walk->rootfd < 0)
		return;
	if (walk_is_dir(in->walk, py->stdlib) &&
	    !walk_is_dir(in->walk, encodings))
		diag_warn(in->diag, "'%s' has no %s: this interpreter will not "
		          "start", in->asked, encodings);
	if (elf_interp(e, loader, sizeof(loader)) == 0 &&
	    !walk_is_file(in->walk, loader))
		diag_warn(in->diag, "'%s' needs the loader %s, which is not "
		          "found: this interpreter will not start", in->asked,
		          loader);
}

/* Learn all facts of the ELF program E, which is the Python ID; EXE leads to it,
 * through PROGRAM if that is not NULL. */
static int
inspect_elf(struct inspection *in, const struct elf *e,
            const struct identity *id, const char *exe, const char *program)
{
	struct python *py = in->py;
	struct landmark lm;
	int err;

	if (py->major != 3 || py->minor < 3)
		return inspection_refuse(in, -ENOEXEC, "Python %d.%d is too "
		                         "old (3.3+ has venv)", py->major,
		                         py->minor);
	py->is_64bit = e->is_64bit;
	py->big_endian = e->big_endian;
	py->machine = (int)e->machine;
	err = find_landmark(in, id, &lm);
	if (err < 0)
		return err;
	if (is_build_tree(in, lm.prefix))
		return refuse_build_tree(in);
	base_exe_choose(in, exe, program, &lm);
	identify_micro(in, e, id);
	warn_of_missing(in, e);
	return 0;
}

/* Inspect the program E, as inspect_file() does. Only a program that does not start
 * another one is known by its name. */
static int
inspect_program(struct inspection *in, const struct elf *e, const char *exe,
                const char *program, struct wrapper *w)
{
	struct identity id;
	int known = identify_program(in, e, &id);

	if (known < 0)
		return known;
	if ((known == 0 || id.by_name) && wrapper_read_nix(in, e, w)) {
		if (!w->is_tool)
			return 0;
		in->py->is_unclear = true;
		return inspection_refuse(in, -ENOEXEC, "it starts %s with "
		                         "arguments of its own", w->target);
	}
	return known ? inspect_elf(in, e, &id, exe, program)
	             : refuse_program(in);
}

/* Inspect the file py->real, to which EXE leads. If it only starts another program,
 * set *W and nothing else. */
static int
inspect_file(struct inspection *in, struct file_source *f, const char *exe,
             const char *program, struct wrapper *w)
{
	struct source *s = &f->source;
	struct elf e;
	const char *line;
	char magic[2];
	int err;

	if (source_read(s, 0, magic, 2) == 0 && memcmp(magic, "#!", 2) == 0) {
		err = wrapper_read_script(in, s, w, &line);
		if (err < 0 || w->target)
			return err;
		in->py->is_unclear = true;
		inspection_refuse(in, -ENOEXEC, "a script (#!%s), not a "
		                  "Python program", line);
		diag_hint(in->diag, "give the interpreter it starts");
		return -ENOEXEC;
	}
	if (source_read(s, 0, magic, 2) == 0 && memcmp(magic, "MZ", 2) == 0)
		return windows_inspect(in, s, exe);
	err = elf_open(&e, s);
	if (err == -ENOEXEC || err == -ERANGE)
		return refuse_content(in, s);
	return err < 0 ? err : inspect_program(in, &e, exe, program, w);
}

/* Return 1 and set *BASE if EXE belongs to an environment, or is a link to a
 * program that does; else set the real path and return 0. */
static int
leave_environment(struct inspection *in, const char *exe, const char **base)
{
	char *real;
	int err = venv_base(in, exe, base);

	if (err != 0)
		return err;
	err = walk_resolve(in->walk, in->arena, exe, &real);
	if (err < 0)
		return refuse_path(in, err, exe);
	in->py->real = real;
	return venv_base_of_links(in, exe, real, base);
}

static int
open_program(struct inspection *in, const char *exe, struct file_source *f)
{
	int err = file_source_open(f, in->walk, in->py->real);

	if (err == -EISDIR)
		return inspection_refuse(in, -ENOEXEC, "it is a directory");
	if (err == -EINVAL || err == -ENXIO)
		return inspection_refuse(in, -ENOEXEC,
		                         "it is not a regular file");
	return err < 0 ? refuse_path(in, err, exe) : 0;
}

/* Programs that only start another one, each with its own argv[0]: an environment
 * can be linked to the first. */
struct chain {
	size_t count;
	struct {
		const char *exe;
		struct wrapper wrapper;
	} hop[MAX_HOPS + 1];
};

/* Warn if the environment will bypass what the wrapper W, EXE, sets. */
static void
warn_of_setting(struct inspection *in, const char *exe, const struct wrapper *w)
{
	if (w->sets)
		diag_warn(in->diag, "'%s' sets %s and starts '%s': the "
		          "environment will not see that", exe, w->sets,
		          w->target);
}

/* Forget the wrappers of C, which the environment will bypass. */
static void
drop_chain(struct inspection *in, struct chain *c)
{
	for (size_t i = 0; i < c->count; i++)
		warn_of_setting(in, c->hop[i].exe, &c->hop[i].wrapper);
	c->count = 0;
}

/* Go from the program EXE, which only starts W->target, to that. Add EXE to C if it
 * passes its name on, so that the Python finds the environment. */
static void
pass_wrapper(struct inspection *in, const char *exe, const struct wrapper *w,
             struct chain *c)
{
	diag_note(in->diag, "%s only starts %s", exe, w->target);
	/* PYTHONHOME makes Python look nowhere else */
	if (w->keeps_name && !(w->sets && strcmp(w->sets, "PYTHONHOME") == 0)) {
		if (w->is_script && c->count > 0) {
			in->py->wrapper = c->hop[0].exe;
			drop_chain(in, c);
		}
		c->hop[c->count].exe = exe;
		c->hop[c->count++].wrapper = *w;
		return;
	}
	drop_chain(in, c);
	in->py->wrapper = exe;
	warn_of_setting(in, exe, w);
}

/* Inspect the file py->real, to which EXE leads, after the wrappers of C, as
 * inspect_file() does. */
static int
inspect_target(struct inspection *in, const char *exe, const struct chain *c,
               struct wrapper *w)
{
	const char *outer = c->count > 0 ? c->hop[0].exe : NULL;
	struct file_source f;
	int err = open_program(in, exe, &f);

	if (err < 0)
		return err;
	err = inspect_file(in, &f, outer ? outer : exe, outer ? exe : NULL, w);
	file_source_close(&f);
	if (err < 0 || w->target)
		return err;
	if (!in->py->windows && (f.mode & 0111) == 0)
		diag_warn(in->diag, "'%s' is not executable", in->py->real);
	for (size_t i = 0; i < c->count; i++) {
		if (c->hop[i].wrapper.sets &&
		    !walk_is_same(in->walk, outer, in->py->executable))
			warn_of_setting(in, c->hop[i].exe, &c->hop[i].wrapper);
	}
	return 0;
}

static int
refuse_chain(struct inspection *in, const char *wrapper, const char *target)
{
	if (!wrapper)
		return inspection_refuse(in, -ELOOP, "too many environments in "
		                         "a row, or environments that name "
		                         "each other");
	inspection_refuse(in, -ELOOP, "too many wrappers in a row, or wrappers "
	                  "that start each other: '%s' starts '%s'", wrapper,
	                  target);
	diag_hint(in->diag, "give the interpreter that they start in the end");
	return in->diag->code;
}

/*
 * Follow EXE from environment to environment, and through programs that only
 * start others, to the base.
 */
static int
follow(struct inspection *in, const char *exe)
{
	struct chain chain = { .count = 0 };
	const char *last = NULL; /* wrapper */

	for (int hop = 0; hop <= MAX_HOPS; hop++) {
		struct wrapper w = { .target = NULL };
		const char *next = NULL;
		int err = leave_environment(in, exe, &next);

		if (err < 0)
			return err;
		if (err == 1) {
			exe = next;
			drop_chain(in, &chain);
			continue;
		}
		err = inspect_target(in, exe, &chain, &w);
		if (err < 0 || !w.target)
			return err;
		pass_wrapper(in, exe, &w, &chain);
		last = exe;
		exe = w.target;
	}
	return refuse_chain(in, last, exe);
}

static int
inspect(struct inspection *in, const char *exe)
{
	int err;

	memset(in->py, 0, sizeof(*in->py));
	in->diag->code = 0;
	in->asked = exe = path_absolute(in->walk, in->arena, "/", exe);
	err = follow(in, exe);
	if (err < 0 && windows_is_store_alias(in->asked))
		return windows_refuse_store_alias(in);
	/* a file that cannot be read fails with nothing said yet */
	return err < 0 && in->diag->code == 0 ? refuse_path(in, err, exe) : err;
}

int
inspection_of(const struct inspection *in, const char *exe, struct python *py,
              struct diag *d)
{
	struct inspection inner = { in->walk, in->arena, in->env, exe, py,
		                    in->depth + 1, in->budget, d };

	/* every copy has several candidates: without a limit for all of them
	 * the search would be exponential */
	if (inner.depth > MAX_HOPS || !in->budget || *in->budget == 0)
		return inspection_refuse(&inner, -ELOOP, "environments that "
		                         "name each other");
	--*in->budget;
	return inspect(&inner, exe);
}

bool
inspection_identify(struct inspection *in, const char *path)
{
	struct file_source f;
	struct identity id;
	struct elf e;
	char *real;
	bool debug;
	int known = 0;

	if (walk_resolve(in->walk, in->arena, path, &real) < 0 ||
	    file_source_open(&f, in->walk, real) < 0)
		return false;
	*in->py = (struct python){ .real = real };
	if (elf_open(&e, &f.source) == 0) {
		known = identify_program(in, &e, &id);
		if (known == 0 && identify_interpreter(in, &e, &debug)) {
			*in->py = (struct python){ .real = real,
				                   .debug = debug };
			known = 1;
		}
	}
	file_source_close(&f);
	return known == 1;
}

int
python_inspect(const struct walk *w, struct arena *a, const char *const *env,
               const char *exe, struct python *py, struct diag *d)
{
	unsigned budget = MAX_INSPECTIONS;
	struct inspection in = { w, a, env, exe, py, 0, &budget, d };

	return inspect(&in, exe);
}

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
