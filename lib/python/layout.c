#include "python/layout.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "format/pathname.h"
#include "python/python.h"
#include "python/winpath.h"

static const struct layout posix = {
	.scripts = "bin",
	.libs = "lib",
	.include = "include",
	.script_suffix = "",
	.headers = "include",
	.separator = '/',
	.list_separator = ':',
	.line_end = "\n",
};

/* Lib/venv and the sysconfig scheme "nt_venv" of CPython 3.7.2 to 3.15. */
static const struct layout windows = {
	.scripts = "Scripts",
	.libs = "Lib",
	.lib = "Lib",
	.site_packages = "Lib/site-packages",
	.include = "Include",
	.script_suffix = ".exe",
	.headers = "Include",
	.exe_scripts = true,
	.copies_only = true,
	.other_paths = true,
	.one_case = true,
	.path_max = WINPATH_MAX,
	.separator = '\\',
	.list_separator = ';',
	.line_end = "\r\n",
};

const struct layout *
layout_of(bool on_windows)
{
	return on_windows ? &windows : &posix;
}

static void
add_name(struct layout *l, const char *name)
{
	for (size_t i = 0; i < l->name_count; i++) {
		if (strcmp(l->names[i], name) == 0)
			return;
	}
	if (l->name_count < LAYOUT_MAX_NAMES)
		l->names[l->name_count++] = name;
	l->known_count = l->name_count;
}

static void
add_names(struct layout *l, const struct python *py, struct arena *a)
{
	bool pypy = py->implementation == PYTHON_PYPY;
	bool minor = py->minor >= (pypy ? 8 : 9);
	size_t fixed = 2u + minor + (pypy ? 1u + minor : 0u);

	add_name(l, pathname_base(py->executable));
	add_name(l, "python");
	add_name(l, "python3");
	/* CPython has had this one since 3.9, PyPy since 3.8 */
	if (minor)
		add_name(l, arena_fmt(a, "python3.%d", py->minor));
	if (pypy)
		add_name(l, "pypy3");
	if (pypy && minor)
		add_name(l, "pypy");
	l->odd_first = l->name_count > fixed;
}

/* Add NAME as a copy of SOURCE. */
static void
add_program(struct layout *l, const char *name, const char *source)
{
	size_t before = l->name_count;

	add_name(l, name);
	if (l->name_count > before)
		l->sources[before] = source;
}

/* Add the names that start LAUNCHER: those of "python" or "pythonw". */
static void
add_programs(struct layout *l, const struct python *py, const char *name,
             const char *launcher, const char *other, struct arena *a)
{
	const char *debug = py->debug ? "_d" : "";

	if (launcher && py->minor >= 13)
		add_program(l, arena_fmt(a, "%s.exe", name), launcher);
	if (launcher)
		add_program(l, arena_fmt(a, "%s%s.exe", name, debug), launcher);
	if (other)
		add_program(l, arena_fmt(a, "%s%s.exe", name,
		                         py->debug ? "" : "_d"), other);
	if (!launcher || !py->free_threaded)
		return;
	add_program(l, arena_fmt(a, "%s3.%dt.exe", name, py->minor), launcher);
	add_program(l, arena_fmt(a, "%s3.%dt%s.exe", name, py->minor, debug),
	            launcher);
}

/* Finish the layout of Windows. */
static void
add_windows(struct layout *l, const struct python *py, struct arena *a)
{
	l->activators = py->minor >= 13
		? " activate activate.bat deactivate.bat Activate.ps1 "
		  "Deactivate.ps1 activate.fish "
		: " activate activate.bat deactivate.bat Activate.ps1 "
		  "Deactivate.ps1 ";
	add_programs(l, py, "python", py->launcher, py->other_launcher, a);
	add_programs(l, py, "pythonw", py->gui_launcher, py->other_gui_launcher,
	             a);
}

void
layout_init(struct layout *l, const struct python *py, struct arena *a)
{
	bool pypy = py->implementation == PYTHON_PYPY;
	const char *suffix = py->free_threaded ? "t" : "";

	*l = *layout_of(py->windows);
	l->stdlib_name = arena_fmt(a, "%s%d.%d%s", pypy ? "pypy" : "python",
	                           py->major, py->minor, suffix);
	l->has_command_keys = py->minor >= 11;
	if (py->windows) {
		add_windows(l, py, a);
		return;
	}
	l->lib = arena_fmt(a, "lib/%s", l->stdlib_name);
	l->site_packages = arena_fmt(a, "lib/%s/site-packages",
	                             l->stdlib_name);
	/* PyPy before 3.8 has its packages beside lib */
	if (pypy && py->minor < 8) {
		l->unused_lib = arena_fmt(a, "lib/python%d.%d/site-packages",
		                          py->major, py->minor);
		l->lib = "lib";
		l->site_packages = "site-packages";
	}
	/* 3.15 makes the platform directory instead of a link (gh-133951) */
	if (py->minor < 15 || pypy)
		l->lib64_link = py->is_64bit;
	else if (strcmp(py->platlibdir, "lib") != 0)
		l->platlib = arena_fmt(a, "%s/%s/site-packages",
		                       py->platlibdir, l->stdlib_name);
	/* 3.11 to 3.13 make the scheme's directory (gh-127724) */
	if (py->minor >= 11 && py->minor <= 13)
		l->include = arena_fmt(a, "include/%s%s", l->stdlib_name,
		                       py->debug ? "d" : "");
	add_names(l, py, a);
}

/* Make NAME, which is there, number I of the names. */
static void
move_name(struct layout *l, const char *name, size_t i)
{
	size_t k = i;

	while (strcmp(l->names[k], name) != 0)
		k++;
	name = l->names[k];
	l->names[k] = l->names[i];
	l->names[i] = name;
}

void
layout_minimize(struct layout *l, const struct python *py)
{
	if (!py->windows) {
		move_name(l, "python3", 0);
		move_name(l, "python", 1);
		l->name_count = 2;
	}
	l->odd_first = false;
	l->include = NULL;
	l->unused_lib = NULL;
	l->lib64_link &= strcmp(py->platlibdir, "lib") != 0;
}

const char *
layout_platlib(const struct layout *l)
{
	return l->platlib ? l->platlib : l->site_packages;
}

bool
layout_is_stale_name(const struct layout *l, const char *name)
{
	const char *p = name;

	if (strncmp(p, "python", 6) == 0)
		p += 6;
	else if (strncmp(p, "pypy", 4) == 0)
		p += 4;
	else
		return false;
	for (size_t i = 0; i < l->known_count; i++) {
		if (strcmp(l->names[i], name) == 0)
			return false;
	}
	/* "", 3, 3.11, 3.13t, 3.11d; not "python-config" or "python3-foo" */
	p += strspn(p, "0123456789.");
	p += strspn(p, "td");
	return *p == '\0';
}

char *
layout_version(const struct python *py, struct arena *a)
{
	if (py->micro < 0)
		return arena_fmt(a, "%d.%d", py->major, py->minor);
	return arena_fmt(a, "%d.%d.%d", py->major, py->minor, py->micro);
}

int
layout_check_length(const struct layout *l, const char *env_dir,
                    const char *path, const char *who, struct diag *d)
{
	size_t n;

	if (l->path_max == 0)
		return 0;
	n = winpath_length(env_dir) + 1 + winpath_length(path);
	if (n <= l->path_max)
		return 0;
	diag_set(d, -ENAMETOOLONG, "%s: the path of '%s' below '%s' would have "
	         "%zu characters, and Windows takes %zu", who, path, env_dir, n,
	         l->path_max);
	diag_hint(d, "choose a shorter ENV_DIR, or a shorter --env-target");
	return d->code;
}

bool
layout_is_other_stdlib(const struct layout *l, const char *name)
{
	return (strncmp(name, "python3.", 8) == 0 ||
	        strncmp(name, "pypy3.", 6) == 0) &&
	       strcmp(name, l->stdlib_name) != 0;
}

char *
layout_major_minor(const struct layout *l, struct arena *a)
{
	const char *name = l->stdlib_name; /* python3.13t */

	name += strcspn(name, "0123456789");
	return arena_dup(a, name, strspn(name, "0123456789."));
}
