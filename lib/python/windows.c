/*
 * windows: learn the facts of a Python for Windows from its files.
 */
#include <errno.h>
#include <string.h>

#include "base/diag.h"
#include "base/str.h"
#include "format/elf.h"
#include "format/pathname.h"
#include "format/pe.h"
#include "os/file_source.h"
#include "os/walk.h"
#include "python/config.h"
#include "python/inspection.h"
#include "python/names.h"
#include "python/python.h"
#include "python/winpath.h"

enum { MAX_LIBRARY_NAME = 64 };

/* Facts from the names of imported libraries. */
enum kind { NO_PYTHON, MSVC_PYTHON, MINGW_PYTHON, PYPY };

/* Refuse with the way out HINT. */
static int
refuse(struct inspection *in, const char *reason, const char *hint)
{
	inspection_refuse(in, -ENOEXEC, "%s", reason);
	diag_hint(in->diag, "%s", hint);
	return in->diag->code;
}

bool
windows_is_store_alias(const char *path)
{
	while ((path = strchr(path, '/')) &&
	       !ascii_starts(path, "/WindowsApps/"))
		path++;
	return path != NULL;
}

int
windows_refuse_store_alias(struct inspection *in)
{
	return refuse(in, "it is an alias of the Microsoft Store, which only "
	              "Windows can follow",
	              "give a Python that was installed from python.org, NuGet "
	              "or uv");
}

/* Read NAME, of the library that a program imports, into *PY: "python312.dll",
 * "python313t.dll", "python312_d.dll", but not "python3.dll". */
static enum kind
read_library_name(const char *name, struct python *py)
{
	const char *p = name + 6;
	int minor = 0;

	if (ascii_starts(name, "libpython3."))
		return MINGW_PYTHON;
	if (ascii_starts(name, "libpypy"))
		return PYPY;
	if (!ascii_starts(name, "python3") || !ascii_is_digit(name[7]))
		return NO_PYTHON;
	for (p++; ascii_is_digit(*p) && minor < 1000; p++)
		minor = minor * 10 + (*p - '0');
	py->free_threaded = ascii_lower(*p) == 't';
	p += py->free_threaded;
	py->debug = ascii_starts(p, "_d");
	p += py->debug ? 2 : 0;
	py->major = 3;
	py->minor = minor;
	return ascii_same(p, strlen(p), ".dll") ? MSVC_PYTHON : NO_PYTHON;
}

/* Find the Python library that the program P imports; its name goes to LIBRARY. */
static enum kind
find_library(const struct pe *p, struct python *py,
             char library[MAX_LIBRARY_NAME])
{
	for (size_t i = 0;; i++) {
		int err = pe_import(p, i, library, MAX_LIBRARY_NAME);
		enum kind kind;

		if (err == -ENAMETOOLONG)
			continue;
		if (err < 0)
			return NO_PYTHON;
		kind = read_library_name(library, py);
		if (kind != NO_PYTHON)
			return kind;
	}
}

/* Take the rest of the version from that of a file. Return false if it is of another
 * Python. */
static bool
take_version(struct python *py, const struct pe *p)
{
	static const char levels[] = { [10] = 'a', [11] = 'b', [12] = 'c',
		                       [15] = 'f' };
	unsigned v[4], level;

	if (pe_version(p, v) < 0 || v[0] != (unsigned)py->major ||
	    v[1] != (unsigned)py->minor)
		return false;
	/* FIELD3 of PC/python_ver_rc.h: micro * 1000 + level * 10 + serial */
	level = v[2] % 1000 / 10;
	if (level >= sizeof(levels) || !levels[level])
		return false;
	py->micro = (int)(v[2] / 1000);
	py->level = levels[level];
	py->serial = (int)(v[2] % 10);
	return true;
}

static char *
inside(struct inspection *in, const char *name)
{
	return pathname_join(in->arena, in->py->prefix, name);
}

/* Learn the version of the program P; its LIBRARY has the same. */
static void
learn_version(struct inspection *in, const struct pe *p, const char *library)
{
	struct file_source f;
	struct python *py = in->py;
	struct pe dll;

	py->micro = -1;
	py->level = 'f';
	py->version_source = "its version resource";
	if (take_version(py, p))
		return;
	py->version_source = "the name of its library";
	if (file_source_open(&f, in->walk, inside(in, library)) < 0)
		return;
	if (pe_open(&dll, &f.source) == 0 && take_version(py, &dll))
		py->version_source = "the version resource of its library";
	file_source_close(&f);
}

/* Learn for which machine P is. Return false if Python has no name for that. */
static bool
learn_machine(struct python *py, const struct pe *p)
{
	static const struct {
		unsigned pe, elf;
	} machines[] = {
		{ PE_X86_64, ELF_X86_64 },
		{ PE_386, ELF_386 },
		{ PE_ARM64, ELF_AARCH64 },
	};

	for (size_t i = 0; i < sizeof(machines) / sizeof(*machines); i++) {
		if (p->machine != machines[i].pe)
			continue;
		py->machine = (int)machines[i].elf;
		py->is_64bit = p->is_64bit;
		return true;
	}
	return false;
}

/* Return the launcher NAME ("python" or "pythonw") of the installation, or its DEBUG
 * one ("_d", or ""): what its own venv copies, or that of conda beside the program;
 * NULL if it has none. */
static const char *
find_launcher(struct inspection *in, const char *name, const char *debug)
{
	const struct python *py = in->py;
	const char *w = name[6] ? "w" : "";
	const char *own = arena_fmt(in->arena, "venv%slauncher%s%s.exe", w,
	                            py->free_threaded ? "t" : "", debug);
	const char *paths[] = {
		py->minor < 13
			? arena_fmt(in->arena, "%s/venv/scripts/nt/%s%s.exe",
			            py->stdlib, name, debug)
			: arena_fmt(in->arena, "%s/venv/scripts/nt/%s",
			            py->stdlib, own),
		inside(in, own),
	};

	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		if (walk_is_file(in->walk, paths[i]))
			return paths[i];
	}
	return NULL;
}

/* Return whether the installation has a ._pth file, with which Python knows no
 * environments: named as the LIBRARY or as the program. */
static bool
is_isolated(struct inspection *in, const char *library)
{
	struct arena *a = in->arena;
	const char *names[] = { library, pathname_base(in->py->real) };

	for (size_t i = 0; i < 2; i++) {
		const char *dot = strrchr(names[i], '.');
		size_t n = dot ? (size_t)(dot - names[i]) : strlen(names[i]);
		char *name = arena_fmt(a, "%.*s._pth", (int)n, names[i]);

		if (walk_is_file(in->walk, inside(in, name)))
			return true;
	}
	return false;
}

/* Return the interpreter of a Python in the directory DIR of the install manager; NULL
 * if DIR is not that. */
static const char *
find_managed(struct inspection *in, const char *dir)
{
	struct entries e;

	if (names_list(in->walk, in->arena, dir, "pythoncore-", "", &e) < 0 ||
	    e.count == 0)
		return NULL;
	return arena_fmt(in->arena, "%s/%s/python.exe", dir,
	                 e.names[e.count - 1]);
}

/* Refuse a program that starts Python, but does not contain it. */
static int
refuse_launcher(struct inspection *in)
{
	char *dir = pathname_dir(in->arena, in->py->real);
	const char *managed = find_managed(in, pathname_dir(in->arena, dir));

	if (!managed)
		return refuse(in, "it is a Windows program that does not load "
		              "Python (python3XX.dll)",
		              "give the python.exe beside that library");
	inspection_refuse(in, -ENOEXEC, "it is an alias of the Python install "
	                  "manager");
	diag_hint(in->diag, "give the Python itself, such as '%s'", managed);
	return in->diag->code;
}

static int
refuse_kind(struct inspection *in, enum kind kind)
{
	if (kind == MINGW_PYTHON)
		return refuse(in, "it is the Python of MSYS2 or MinGW, whose "
		              "environments have another layout",
		              "give a Python from python.org, NuGet, conda or uv");
	if (kind == PYPY)
		return refuse(in, "PyPy for Windows is not supported",
		              "give CPython");
	return refuse_launcher(in);
}

/* Refuse what has no environments, or none that can be made from here. */
static int
check(struct inspection *in, const char *library)
{
	const struct python *py = in->py;
	char *zip = arena_fmt(in->arena, "python3%d.zip", py->minor);

	if (py->minor < 7 || (py->minor == 7 && py->micro >= 0 &&
	                      py->micro < 2))
		return refuse(in, "Python for Windows before 3.7.2 has no "
		              "launcher for environments",
		              "give a newer one");
	if (is_isolated(in, library))
		return refuse(in, "it is an embeddable Python, with a ._pth "
		              "file, which knows no environments",
		              "give a full installation: NuGet's package "
		              "'python' needs no installer");
	if (!walk_is_file(in->walk, pathname_join(in->arena, py->stdlib,
	                                          "os.py"))) {
		inspection_refuse(in, -ENOEXEC, "it is Python 3.%d for Windows "
		                  "but its standard library was not found "
		                  "(%s/os.py)", py->minor, py->stdlib);
		diag_hint(in->diag, walk_is_file(in->walk, inside(in, zip))
		          ? "an embeddable Python, with its library in a zip, "
		            "has no environments: give a full installation"
		          : "give the python.exe at the top of an installation");
		return in->diag->code;
	}
	return 0;
}

/* Find the launchers of the build with the names DEBUG that is installed beside. */
static void
learn_other(struct inspection *in, const char *debug)
{
	struct python *py = in->py;

	if (walk_is_file(in->walk,
	                 inside(in, arena_fmt(in->arena, "python%s.exe", debug))))
		py->other_launcher = find_launcher(in, "python", debug);
	if (walk_is_file(in->walk,
	                 inside(in, arena_fmt(in->arena, "pythonw%s.exe", debug))))
		py->other_gui_launcher = find_launcher(in, "pythonw", debug);
}

/* Find the launchers and the script that are to be copied. */
static int
learn_launchers(struct inspection *in)
{
	struct python *py = in->py;
	const char *debug = py->debug ? "_d" : "";
	char *script = arena_fmt(in->arena, "%s/venv/scripts/common/Activate.ps1",
	                         py->stdlib);

	/* that of 3.7 has the environment's name written in */
	if (py->minor >= 8 && walk_is_file(in->walk, script))
		py->activate_ps1 = script;
	py->launcher = find_launcher(in, "python", debug);
	py->gui_launcher = find_launcher(in, "pythonw", debug);
	/* up to 3.12 venv makes both, if both programs are there */
	if (py->minor < 13)
		learn_other(in, py->debug ? "" : "_d");
	if (py->launcher)
		return 0;
	inspection_refuse(in, -ENOEXEC, "it has no launcher for environments "
	                  "(%s/venv/scripts/nt/%s)", py->stdlib,
	                  py->minor < 13 ? "python.exe" : "venvlauncher.exe");
	diag_hint(in->diag, walk_is_dir(in->walk, inside(in, "conda-meta"))
	          ? "in conda, the package 'python' has it: update that, or "
	            "give another Python"
	          : "give an installation with the whole standard library");
	return in->diag->code;
}

/* Give *PY the paths of EXE. */
static void
learn_paths(struct inspection *in, const char *exe)
{
	struct python *py = in->py;

	py->windows = true;
	py->executable = exe;
	py->home = pathname_dir(in->arena, exe);
	py->prefix = pathname_dir(in->arena, py->real);
	py->platlibdir = "Lib";
	py->stdlib = inside(in, "Lib");
}

int
windows_inspect(struct inspection *in, struct source *s, const char *exe)
{
	struct python *py = in->py;
	char library[MAX_LIBRARY_NAME];
	struct pe p;
	enum kind kind;
	int err = pe_open(&p, s);

	if (err == -ENOEXEC || err == -ERANGE)
		return inspection_refuse(in, -ENOEXEC,
		                         "the Windows program is damaged");
	if (err < 0)
		return err;
	if (p.is_library)
		return refuse(in, "it is a library of Windows",
		              "give the python.exe beside it");
	kind = find_library(&p, py, library);
	if (kind != MSVC_PYTHON)
		return refuse_kind(in, kind);
	if (!learn_machine(py, &p))
		return inspection_refuse(in, -ENOEXEC, "it is for a machine that "
		                         "Python for Windows does not run on "
		                         "(0x%x)", p.machine);
	learn_paths(in, exe);
	learn_version(in, &p, library);
	err = check(in, library);
	return err < 0 ? err : learn_launchers(in);
}

int
windows_base(struct inspection *in, const char *exe, const struct config *c,
             const char **base)
{
	const char *home = c->home;

	if (*home != '/')
		home = winpath_to_host(in->walk, in->arena, in->env, home);
	if (!home) {
		inspection_refuse(in, -ENOEXEC, "it belongs to an environment "
		                  "whose Python is in '%s', a directory of "
		                  "Windows that is not mounted here", c->home);
		diag_hint(in->diag, "give the python.exe that is meant with "
		          "--python, and its path on Windows with "
		          "--python-target");
		return in->diag->code;
	}
	/* the name that launchers know */
	*base = pathname_join(in->arena, home, strstr(pathname_base(exe), "_d")
	                                       ? "python_d.exe" : "python.exe");
	if (walk_is_file(in->walk, *base))
		return 1;
	return inspection_refuse(in, -ENOEXEC, "it belongs to an environment "
	                         "whose Python '%s' is gone", *base);
}

int
python_windows_program(const struct walk *w, const char *path)
{
	struct file_source f;
	struct pe p;
	int err = file_source_open(&f, w, path);

	if (err < 0)
		return err;
	err = pe_open(&p, &f.source);
	file_source_close(&f);
	return err == -ERANGE || (err == 0 && p.is_library) ? -ENOEXEC : err;
}
