/*
 * identify: which Python an ELF program is.
 */
#include <errno.h>
#include <string.h>

#include "base/diag.h"
#include "format/elf.h"
#include "format/pathname.h"
#include "os/file_source.h"
#include "os/walk.h"
#include "python/inspection.h"
#include "python/python.h"
#include "python/version.h"

enum { MAX_BANNER = 256, WINDOW = 64 * 1024, MAX_HEADER = 8 * 1024,
       MAX_LIBRARY_NAME = 512 };

/* _PyRuntime has started with this since 3.13, for debuggers. */
static const char cookie[] = "xdebugpy";
enum { COOKIE_SIZE = 8 + 8 + 8 };

static const char *
skip(const char *s, const char *word)
{
	size_t n = strlen(word);

	return s && strncmp(s, word, n) == 0 ? s + n : NULL;
}

/* Read the "python3.12", "python3.13td" or "pypy3.9" at S into *PY and FLAGS.
 * Return its end, NULL if S is nothing like that. */
static const char *
read_name(const char *s, struct python *py, char flags[8])
{
	const char *pypy = skip(s, "pypy");
	const char *p = pypy ? pypy : skip(s, "python");
	struct version v;
	size_t n;

	if (!p)
		return NULL;
	p += version_parse(p, strlen(p), &v);
	n = strspn(p, "tdmu");
	if (v.minor < 0 || v.micro >= 0 || n > 4)
		return NULL;
	memcpy(flags, p, n);
	flags[n] = '\0';
	py->implementation = pypy ? PYTHON_PYPY : PYTHON_CPYTHON;
	py->major = v.major;
	py->minor = v.minor;
	py->free_threaded = strchr(flags, 't') != NULL;
	py->debug = strchr(flags, 'd') != NULL;
	return p + n;
}

static bool
is_one_of(const char *s, const char *const *list)
{
	while (*list && strcmp(s, *list) != 0)
		list++;
	return *list != NULL;
}

/* Read the name of a library. Red Hat's collections add their own name:
 * "libpython3.8.so.rh-python38-1.0". PyPy before 7.3.6 had one name for all
 * versions: then the minor is -1. */
static bool
read_library_name(const char *name, struct python *py, char flags[8])
{
	const char *start = skip(name, "lib");
	const char *rest = start ? read_name(start, py, flags) : NULL;

	if (start && strcmp(name, "libpypy3-c.so") == 0) {
		py->implementation = PYTHON_PYPY;
		py->major = 3;
		py->minor = -1;
		return true;
	}
	return rest && (strcmp(rest, ".so") == 0 ||
	                strcmp(rest, "-c.so") == 0 || skip(rest, ".so."));
}

static bool
read_program_name(const char *name, struct python *py, char flags[8])
{
	static const char *const tails[] = { "", "-dbg", "-nopie", NULL };
	const char *rest = read_name(name, py, flags);

	return rest && is_one_of(rest, tails);
}

static void
keep_version(struct python *py, const struct version *v, const char *source)
{
	py->major = v->major;
	py->minor = v->minor;
	py->micro = v->micro;
	py->level = v->level;
	py->serial = v->serial;
	py->version_source = source;
}

/* Take the version of a debugger's cookie and whether there is a GIL. */
static bool
read_cookie(const struct elf *e, const unsigned char *p, struct version *v,
            bool *free_threaded)
{
	uint64_t gil = elf_number(e, p + 16, 8);

	if (memcmp(p, cookie, 8) != 0 || gil > 1 ||
	    !version_from_hex(elf_number(e, p + 8, 8), v))
		return false;
	*free_threaded = gil == 1;
	return true;
}

/* Find the cookie of E by its symbol. */
static bool
find_cookie(const struct elf *e, struct version *v, bool *free_threaded)
{
	unsigned char raw[COOKIE_SIZE];
	struct elf_symbol sym;

	return elf_symbol(e, "_PyRuntime", &sym) == 0 &&
	       elf_read(e, sym.address, raw, sizeof(raw)) == 0 &&
	       read_cookie(e, raw, v, free_threaded);
}

/* Learn from the symbols of E whether it runs without a GIL. */
static void
learn_threading(const struct elf *e, struct python *py)
{
	struct elf_symbol sym;
	struct version v;

	if (py->major == 3 && py->minor < 13)
		return;
	if (find_cookie(e, &v, &py->free_threaded))
		return;
	if (elf_symbol(e, "_Py_MergeZeroLocalRefcount", &sym) == 0)
		py->free_threaded = true;
}

/* Return whether the program is called as one that may have a cookie. */
static bool
is_called_new(const struct python *py)
{
	const char *name = pathname_base(py->real);
	struct version v;

	return skip(name, "python") &&
	       version_parse(name + 6, strlen(name + 6), &v) > 0 &&
	       v.major == 3 && v.minor >= 13;
}

/* Learn from the symbols of E, a program or a libpython: false if it does not
 * tell its version. */
static bool
learn_from_symbols(const struct elf *e, struct python *py)
{
	unsigned char raw[8];
	struct elf_symbol sym;
	struct version v;
	size_t size = e->is_64bit ? 8 : 4;

	/* a cookie is all that there is to know: one symbol less to find */
	if (is_called_new(py) && find_cookie(e, &v, &py->free_threaded)) {
		py->implementation = PYTHON_CPYTHON;
		keep_version(py, &v, "symbol _PyRuntime");
		return true;
	}
	if (elf_symbol(e, "Py_Version", &sym) < 0)
		return false;
	if (sym.size == 4 || sym.size == 8)
		size = (size_t)sym.size;
	if (elf_read(e, sym.address, raw, size) < 0 ||
	    !version_from_hex(elf_number(e, raw, size), &v))
		return false;
	py->implementation = PYTHON_CPYTHON;
	keep_version(py, &v, "symbol Py_Version");
	learn_threading(e, py);
	return true;
}

static bool
has_symbol(const struct elf *e, const char *name)
{
	struct elf_symbol sym;

	return elf_symbol(e, name, &sym) == 0;
}

/* Return whether E only starts its library: a program that embeds Python does
 * more. */
static bool
starts_library(const struct elf *e)
{
	static const char *const mains[] = {
		"Py_BytesMain", "Py_Main", "Py_RunMain", "_Py_UnixMain",
		"pypy_main_startup", NULL
	};

	return elf_refers(e, mains);
}

/* Search for the banner "3.9.16 (7.3.11, ...)\n[PyPy 7.3.11 with ...". */
static int
scan_for_banner(void *ctx, const unsigned char *p, size_t n, bool first)
{
	static const char mark[] = ")\n[PyPy ";
	struct version *v = ctx;
	const unsigned char *end = p + n, *at = p;

	(void)first;
	while ((at = memmem(at, (size_t)(end - at), mark, sizeof(mark) - 1))) {
		const unsigned char *start = at++;
		size_t length;

		while (start > p && start[-1] && at - start < MAX_BANNER)
			start--;
		length = version_parse((const char *)start,
		                       (size_t)(end - start), v);
		if (length > 0 && v->micro >= 0 && v->major == 3 &&
		    start[length] == ' ')
			return 1;
	}
	return 0;
}

/* Learn from the text that the interpreter prints: PyPy's library has its version
 * nowhere else. It is among 20 MB of data. */
static bool
learn_from_banner(struct inspection *in, const struct elf *lib)
{
	struct version v;
	int minor = in->py->minor;

	if (elf_scan(lib, ELF_WRITE, 0, arena_alloc(in->arena, WINDOW), WINDOW,
	             2 * (size_t)MAX_BANNER, scan_for_banner, &v) != 1 ||
	    (minor >= 0 && v.minor != minor))
		return false;
	keep_version(in->py, &v, "text in its library");
	return true;
}

/* Learn from the library NAME, or at least from its name. Return as
 * identify_program() does. */
static int
learn_from_library(struct inspection *in, const struct elf *e,
                   const char *name)
{
	struct python *py = in->py;
	struct file_source f;
	struct elf lib;
	bool told;

	py->version_source = "name of its library";
	if (!libpython_open(in, e, name, &f, &lib)) {
		if (py->minor < 0)
			return inspection_refuse(in, -ENOEXEC, "it needs %s, "
			                         "which is not found", name);
		py->missing_library = arena_str(in->arena, name);
		diag_warn(in->diag, "'%s' needs %s, which is not found: this "
		          "interpreter will not start", in->asked, name);
		return 1;
	}
	if (py->library_path)
		diag_warn(in->diag, "'%s' needs %s, found by LD_LIBRARY_PATH "
		          "only: %s", in->asked, name, py->library_path);
	told = py->minor >= 0 || learn_from_banner(in, &lib);
	if (py->implementation == PYTHON_CPYTHON && py->minor >= 11 &&
	    learn_from_symbols(&lib, py))
		py->version_source = "symbol Py_Version of its library";
	file_source_close(&f);
	return told ? 1 : inspection_refuse(in, -ENOEXEC, "its library %s does "
	                                    "not tell its version", name);
}

struct cookie_scan {
	const struct elf *elf;
	struct version version;
	bool free_threaded;
};

static int
scan_for_cookie(void *ctx, const unsigned char *p, size_t n, bool first)
{
	struct cookie_scan *s = ctx;

	(void)first;
	for (size_t i = 0; i + COOKIE_SIZE <= n; i++) {
		const unsigned char *x = memchr(p + i, cookie[0],
		                                n - COOKIE_SIZE + 1 - i);

		if (!x)
			return 0;
		i = (size_t)(x - p);
		if (read_cookie(s->elf, x, &s->version, &s->free_threaded))
			return 1;
	}
	return 0;
}

/* Learn from the cookie in the data, which a static program without symbols still
 * has. */
static bool
learn_from_data(struct inspection *in, const struct elf *e)
{
	struct cookie_scan s = { .elf = e };

	if (elf_scan(e, ELF_WRITE, 0, arena_alloc(in->arena, WINDOW), WINDOW,
	             COOKIE_SIZE, scan_for_cookie, &s) <= 0)
		return false;
	in->py->implementation = PYTHON_CPYTHON;
	keep_version(in->py, &s.version, "debugger's cookie in its data");
	in->py->free_threaded = s.free_threaded;
	return true;
}

static int
scan_for_variable(void *ctx, const unsigned char *p, size_t n, bool first)
{
	static const char name[] = "PYTHONHASHSEED";

	(void)ctx, (void)first;
	return memmem(p, n, name, sizeof(name)) != NULL;
}

/* Return whether E has an interpreter in it, if not its version: by symbols, or
 * by the name of a variable that every Python since 3.2 asks for. */
static bool
contains_interpreter(struct inspection *in, const struct elf *e)
{
	static const char *const symbols[] = {
		"Py_BytesMain", "Py_Main", "Py_RunMain", "Py_Initialize",
		"pypy_main_startup", "rpython_startup_code",
	};

	for (size_t i = 0; i < sizeof(symbols) / sizeof(symbols[0]); i++) {
		if (has_symbol(e, symbols[i]))
			return true;
	}
	return elf_scan(e, 0, ELF_WRITE, arena_alloc(in->arena, WINDOW), WINDOW,
	                64, scan_for_variable, NULL) == 1;
}

static bool
is_debug(const struct elf *e)
{
	return has_symbol(e, "_Py_RefTotal") ||
	       has_symbol(e, "_Py_NegativeRefcount");
}

bool
identify_interpreter(struct inspection *in, const struct elf *e, bool *debug)
{
	*debug = is_debug(e);
	return contains_interpreter(in, e);
}

int
identify_program(struct inspection *in, const struct elf *e,
                 struct identity *id)
{
	struct python *py = in->py;
	char name[MAX_LIBRARY_NAME];

	id->by_name = false;
	id->flags[0] = '\0';
	py->micro = -1;
	py->level = 'f';
	if (e->has_soname && !e->has_interp)
		return 0; /* libpython itself */
	if (learn_from_symbols(e, py)) {
		py->debug = is_debug(e);
		return 1;
	}
	for (size_t i = 0;; i++) {
		int err = elf_needed(e, i, name, sizeof(name));

		if (err == -ENOENT)
			break;
		/* it may be a path: python-build-standalone writes one */
		if (err == 0 && read_library_name(pathname_base(name), py,
		                                  id->flags))
			return starts_library(e)
			           ? learn_from_library(in, e, name) : 0;
	}
	if (learn_from_data(in, e))
		return 1;
	if (!read_program_name(pathname_base(py->real), py, id->flags) ||
	    !contains_interpreter(in, e))
		return 0;
	/* a copy may have lost the letter */
	py->debug |= is_debug(e);
	py->version_source = "name of the file";
	id->by_name = true;
	return 1;
}

/* Read the version in a patchlevel.h, if its X.Y is the one we know. */
static bool
read_patchlevel(const char *text, struct python *py)
{
	static const char define[] = "#define PY_VERSION";
	const char *p = text;
	struct version v;

	while ((p = strstr(p, define)) != NULL) {
		p += sizeof(define) - 1;
		if (*p != ' ' && *p != '\t')
			continue;
		p += strspn(p, " \t");
		if (*p++ != '"')
			continue;
		if (version_parse(p, strcspn(p, "\""), &v) == 0 ||
		    v.major != py->major || v.minor != py->minor ||
		    v.micro < 0)
			return false;
		keep_version(py, &v, "patchlevel.h");
		return true;
	}
	return false;
}

static bool
learn_from_patchlevel(struct inspection *in, const char *flags)
{
	struct python *py = in->py;
	bool pypy = py->implementation == PYTHON_PYPY;
	char *path = arena_fmt(in->arena, "%s/include/%s%d.%d%s/patchlevel.h",
	                       py->prefix, pypy ? "pypy" : "python", py->major,
	                       py->minor, flags);
	char *text;
	size_t n;

	return walk_read(in->walk, in->arena, path, MAX_HEADER, &text, &n) == 0 &&
	       read_patchlevel(text, py);
}

/* Search for "X.Y.Z" as a whole string in the constants of a program. */
struct text_scan {
	const char *start; /* "X.Y." */
	struct hit {
		struct version version;
		bool found, differs; /* there are two, not the same */
	} alone, tail;               /* after a NUL; after other text */
};

static void
keep_hit(struct hit *h, const struct version *v)
{
	if (!h->found)
		h->version = *v;
	else if (version_compare(&h->version, v) != 0)
		h->differs = true;
	h->found = true;
}

static int
scan_for_text(void *ctx, const unsigned char *p, size_t n, bool first)
{
	struct text_scan *s = ctx;
	size_t len = strlen(s->start);

	for (size_t i = !first; i + len < n; i++) {
		const unsigned char *x = memmem(p + i, n - i, s->start, len);
		struct version v;
		size_t end;

		if (!x)
			return 0;
		i = (size_t)(x - p);
		if (i > 0 && ((p[i - 1] >= '0' && p[i - 1] <= '9') ||
		              p[i - 1] == '.'))
			continue;
		end = i + version_parse((const char *)x, n - i, &v);
		end += end < n && p[end] == '+';
		if (v.micro >= 0 && end < n && p[end] == '\0')
			keep_hit(i == 0 || p[i - 1] == '\0' ? &s->alone
			                                    : &s->tail, &v);
	}
	return 0;
}

/* Learn from the constants. The linker keeps only the longest of strings with one
 * tail: the version may be the end of the prefix "~/.pyenv/versions/3.10.13". */
static void
learn_from_text(struct inspection *in, const struct elf *e)
{
	struct python *py = in->py;
	struct text_scan s = {
		.start = arena_fmt(in->arena, "%d.%d.", py->major, py->minor),
	};
	const struct hit *h;
	void *window = arena_alloc(in->arena, WINDOW);

	if (elf_scan(e, 0, ELF_WRITE | ELF_EXECUTE, window, WINDOW, 64,
	             scan_for_text, &s) < 0)
		return;
	/* except on x86, linkers put constants beside the code */
	if (!s.alone.found && !s.tail.found &&
	    elf_scan(e, ELF_EXECUTE, ELF_WRITE, window, WINDOW, 64,
	             scan_for_text, &s) < 0)
		return;
	h = s.alone.found ? &s.alone : &s.tail;
	if (h->found && !h->differs)
		keep_version(py, &h->version, "text in the program");
}

/* Apart from its caller, which most often has no use for so large a frame: each page
 * of it is touched. */
static void __attribute__((noinline))
learn_from_own_library(struct inspection *in)
{
	const struct python *py = in->py;
	struct file_source f;
	struct elf lib;

	if (file_source_open(&f, in->walk, py->libpython) < 0)
		return;
	if (elf_open(&lib, &f.source) == 0) {
		if (py->implementation == PYTHON_PYPY)
			learn_from_banner(in, &lib);
		else
			learn_from_text(in, &lib);
	}
	file_source_close(&f);
}

void
identify_micro(struct inspection *in, const struct elf *e,
               const struct identity *id)
{
	const char *const flags[] = { id->flags, "m", "" };
	struct python *py = in->py;

	if (py->micro >= 0)
		return;
	for (size_t i = 0; i < 3; i++) {
		if ((i == 0 || strcmp(flags[i], id->flags) != 0) &&
		    learn_from_patchlevel(in, flags[i]))
			return;
	}
	if (!py->libpython) {
		learn_from_text(in, e);
		return;
	}
	learn_from_own_library(in);
}
