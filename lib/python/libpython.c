/*
 * libpython: the shared library of an interpreter, where the dynamic linker finds
 * it.
 */
#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "format/elf.h"
#include "format/pathname.h"
#include "os/file_source.h"
#include "os/walk.h"
#include "python/inspection.h"
#include "python/machine.h"
#include "python/names.h"
#include "python/python.h"

enum { MAX_CONF = 64 * 1024, MAX_INCLUDES = 4, MAX_PATH_TEXT = 4096 };

/* Limits for ld.so.conf and the files it includes: a line is one step, a file as
 * much as many, so that there are at most 64 files. */
enum { MAX_STEPS = 2048, FILE_STEPS = 32 };

struct library_search {
	struct inspection *in;
	const struct elf *program;
	const char *name;      /* of the library */
	struct file_source *f; /* opened on success */
	struct elf *lib;
	int steps;             /* through ld.so.conf */
	const char *found;     /* its path, links not resolved */
};

static bool
fits_program(const struct library_search *s, const struct machine *m)
{
	return machine_is(m, s->program->machine, s->program->is_64bit,
	                  s->program->big_endian);
}

bool
libpython_open_file(const struct walk *w, const char *path,
                    const struct elf *program, struct file_source *f,
                    struct elf *lib)
{
	if (file_source_open(f, w, path) < 0)
		return false;
	if (elf_open(lib, &f->source) == 0 &&
	    lib->machine == program->machine &&
	    lib->is_64bit == program->is_64bit &&
	    lib->big_endian == program->big_endian)
		return true;
	file_source_close(f);
	return false;
}

/* The try_ and search_ functions return true if they have found the library. */

static bool
try_dir(struct library_search *s, const char *dir)
{
	struct inspection *in = s->in;
	char *real, *path = pathname_join(in->arena, dir, s->name);

	if (!libpython_open_file(in->walk, path, s->program, s->f, s->lib))
		return false;
	if (walk_resolve(in->walk, in->arena, path, &real) < 0)
		real = path;
	in->py->libpython = real;
	s->found = path;
	return true;
}

/* Return the length of the "$NAME" or "${NAME}" at P; 0 if it is neither. */
static size_t
token_length(const char *p, const char *name)
{
	size_t n = strlen(name);

	if (p[0] != '$')
		return 0;
	if (strncmp(p + 1, name, n) == 0)
		return n + 1;
	if (p[1] == '{' && strncmp(p + 2, name, n) == 0 && p[n + 2] == '}')
		return n + 3;
	return 0;
}

/* Return the directory that ENTRY of a search path stands for; "" if it holds
 * something that only the dynamic linker knows. */
static char *
expand(struct library_search *s, const char *entry, const char *lib)
{
	struct arena *a = s->in->arena;
	const char *p = entry;
	struct buf b;

	buf_init(&b, a);
	while (*p) {
		size_t origin = token_length(p, "ORIGIN");
		size_t libdir = token_length(p, "LIB");

		if (origin)
			buf_puts(&b, pathname_dir(a, s->in->py->real));
		else if (libdir)
			buf_puts(&b, lib);
		else if (*p == '$')
			return arena_str(a, "");
		else
			buf_putc(&b, *p);
		p += origin ? origin : libdir ? libdir : 1;
	}
	return buf_str(&b);
}

/* Set where a copy of the program finds what this one found by ENTRY. */
static void
keep_origin(struct library_search *s, const char *entry)
{
	size_t n = token_length(entry, "ORIGIN");
	struct buf b;

	if (n == 0)
		return;
	entry += n;
	entry += strspn(entry, "/");
	n = strlen(entry);
	while (n > 0 && entry[n - 1] == '/')
		n--;
	buf_init(&b, s->in->arena);
	buf_add(&b, entry, n);
	if (n > 0)
		buf_putc(&b, '/');
	buf_puts(&b, s->name);
	s->in->py->libpython_origin = buf_str(&b);
}

/* Try the directory that ENTRY is if $LIB stands for LIB. */
static bool
try_expanded(struct library_search *s, const char *entry, const char *lib)
{
	const char *dir = expand(s, entry, lib);

	return *dir == '/' && try_dir(s, dir);
}

static bool
try_entry(struct library_search *s, const char *entry)
{
	const struct machine *m;
	bool found = false, has_lib = strstr(entry, "LIB");

	/* each distribution chooses its $LIB when it builds its libc */
	for (size_t i = 0; has_lib && (m = machine_at(i)); i++) {
		if (fits_program(s, m) &&
		    try_expanded(s, entry, arena_fmt(s->in->arena, "lib/%s",
		                                     m->multiarch)))
			return true;
	}
	if (s->program->is_64bit)
		found = try_expanded(s, entry, "lib64");
	if (!found && (has_lib || !s->program->is_64bit))
		found = try_expanded(s, entry, "lib");
	if (found)
		keep_origin(s, entry);
	return found;
}

/* Try a list of directories, separated by any of SEPARATORS. */
static bool
try_list(struct library_search *s, const char *list, const char *separators)
{
	while (*list) {
		size_t n = strcspn(list, separators);

		if (n > 0 && try_entry(s, arena_dup(s->in->arena, list, n)))
			return true;
		list += n;
		list += *list != '\0';
	}
	return false;
}

static bool search_conf(struct library_search *s, const char *path, int depth);

/* Search the files that PATTERN of an include line means. Only its last part may
 * have a star, and only one, as in every ld.so.conf there is. */
static bool
search_includes(struct library_search *s, const char *conf,
                const char *pattern, int depth)
{
	struct arena *a = s->in->arena;
	char *path = pathname_join(a, pathname_dir(a, conf), pattern);
	char *dir = pathname_dir(a, path);
	char *name = arena_str(a, pathname_base(path));
	char *star = strchr(name, '*');
	struct entries files;

	if (!star)
		return search_conf(s, path, depth);
	*star = '\0';
	if (names_list(s->in->walk, a, dir, name, star + 1, &files) < 0)
		return false;
	for (size_t i = 0; i < files.count; i++) {
		if (search_conf(s, pathname_join(a, dir, files.names[i]), depth))
			return true;
	}
	return false;
}

/* Read one line of ld.so.conf: a comment, an include, or a directory. */
static bool
search_conf_line(struct library_search *s, const char *conf, char *line,
                 int depth)
{
	static const char blanks[] = " \t\r";
	size_t n;

	line += strspn(line, blanks);
	line[strcspn(line, "#")] = '\0';
	n = strlen(line);
	while (n > 0 && strchr(blanks, line[n - 1]))
		line[--n] = '\0';
	if (n == 0 || s->steps++ >= MAX_STEPS)
		return false;
	if (str_starts(line, "include ") || str_starts(line, "include\t"))
		return search_includes(s, conf, line + 7 +
		                       strspn(line + 7, blanks), depth);
	line[strcspn(line, "=")] = '\0'; /* a type of library follows it */
	return *line == '/' && try_dir(s, line);
}

static bool
search_conf(struct library_search *s, const char *path, int depth)
{
	char *text, *line;
	size_t n;

	if (depth >= MAX_INCLUDES || s->steps > MAX_STEPS - FILE_STEPS)
		return false;
	s->steps += FILE_STEPS;
	if (walk_read(s->in->walk, s->in->arena, path, MAX_CONF, &text, &n) < 0)
		return false;
	for (line = text; line; line = text) {
		text = strchr(line, '\n');
		if (text)
			*text++ = '\0';
		if (search_conf_line(s, path, line, depth + 1))
			return true;
	}
	return false;
}

/* Search the directories of glibc: those of its configuration come before its
 * own. */
static bool
search_glibc(struct library_search *s)
{
	const struct machine *m;

	if (search_conf(s, "/etc/ld.so.conf", 0))
		return true;
	for (size_t i = 0; (m = machine_at(i)); i++) {
		if (fits_program(s, m) &&
		    try_list(s, arena_fmt(s->in->arena, "/lib/%s:/usr/lib/%s",
		                          m->multiarch, m->multiarch), ":"))
			return true;
	}
	return (s->program->is_64bit &&
	        try_list(s, "/lib64:/usr/lib64:/usr/local/lib64", ":")) ||
	       try_list(s, "/lib:/usr/lib:/usr/local/lib", ":");
}

/* Search the directories of /lib/ld-musl-ARCH.so.1, which reads them from one
 * file. */
static bool
search_musl(struct library_search *s, const char *loader)
{
	struct arena *a = s->in->arena;
	const char *arch = pathname_base(loader);
	char *path = arena_fmt(a, "/etc/%.*s.path", (int)strcspn(arch, "."),
	                       arch);
	char *text;
	size_t n;

	if (walk_read(s->in->walk, a, path, MAX_CONF, &text, &n) < 0)
		return try_list(s, "/lib:/usr/local/lib:/usr/lib", ":");
	return try_list(s, text, ":\n");
}

/* Search where the linker looks after LD_LIBRARY_PATH; RUNPATH may be "". */
static bool
search_elsewhere(struct library_search *s, const char *runpath,
                 const char *loader)
{
	return try_list(s, runpath, ":") ||
	       (str_starts(pathname_base(loader), "ld-musl-")
	                ? search_musl(s, loader)
	                : search_glibc(s));
}

/* Set py->library_path if nothing but LD_LIBRARY_PATH leads to the library. */
static void
note_library_path(struct library_search *s, const char *runpath,
                  const char *loader)
{
	struct python *py = s->in->py, kept = *py;
	struct file_source f;
	struct elf lib;
	struct library_search again = { s->in, s->program, s->name, &f, &lib,
		                        0, NULL };
	bool found = search_elsewhere(&again, runpath, loader);

	*py = kept;
	if (found)
		file_source_close(&f);
	else
		py->library_path = pathname_dir(s->in->arena, s->found);
}

/* Try the library that the program names by a path: it is searched nowhere
 * else. */
static bool
try_path(struct library_search *s, const char *path)
{
	const char *base = pathname_base(path);

	s->name = base;
	return try_entry(s, arena_dup(s->in->arena, path,
	                              (size_t)(base - path)));
}

bool
libpython_open(struct inspection *in, const struct elf *e, const char *name,
               struct file_source *f, struct elf *lib)
{
	struct library_search s = { in, e, name, f, lib, 0, NULL };
	const char *loaded = env_get(in->env, "LD_LIBRARY_PATH");
	char built_in[MAX_PATH_TEXT], loader[256];
	bool is_runpath = true;

	if (strchr(name, '/'))
		return try_path(&s, name);
	if (elf_library_path(e, built_in, sizeof(built_in), &is_runpath) < 0)
		built_in[0] = '\0';
	if (elf_interp(e, loader, sizeof(loader)) < 0)
		loader[0] = '\0';
	if (!is_runpath && try_list(&s, built_in, ":"))
		return true;
	if (loaded && try_list(&s, loaded, ":;")) {
		note_library_path(&s, is_runpath ? built_in : "", loader);
		return true;
	}
	return search_elsewhere(&s, is_runpath ? built_in : "", loader);
}
