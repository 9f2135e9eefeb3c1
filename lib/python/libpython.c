#include "python/libpython.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/env.h"
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

/* ld.so.conf and all it includes: a line is a step, a file is as much as many,
 * so that there are at most 64. */
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

/* A library of another machine is passed over, as the linker does. */
static bool
fits(const struct elf *program, const struct elf *lib)
{
	return lib->machine == program->machine &&
	       lib->is_64bit == program->is_64bit &&
	       lib->big_endian == program->big_endian;
}

/* Like every try_ and search_ function here: 0 found, -ENOENT, -ENOMEM. */
static int
try_dir(struct library_search *s, const char *dir)
{
	struct inspection *in = s->in;
	char *real, *path = pathname_join(in->arena, dir, s->name);

	if (!path)
		return -ENOMEM;
	if (file_source_open(s->f, in->walk, path) < 0)
		return -ENOENT;
	if (elf_open(s->lib, &s->f->source) < 0 || !fits(s->program, s->lib)) {
		file_source_close(s->f);
		return -ENOENT;
	}
	if (walk_resolve(in->walk, in->arena, path, &real) < 0)
		real = path;
	in->py->libpython = real;
	s->found = path;
	return 0;
}

/* Length of the "$NAME" or "${NAME}" at P; 0 if it is something else. */
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

/* The directory that ENTRY of a search path stands for; "" if it holds
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

		if (origin) {
			char *dir = pathname_dir(a, s->in->py->real);

			if (!dir)
				return NULL;
			buf_puts(&b, dir);
		} else if (libdir) {
			buf_puts(&b, lib);
		} else if (*p == '$') {
			return arena_str(a, "");
		} else {
			buf_putc(&b, *p);
		}
		p += origin ? origin : libdir ? libdir : 1;
	}
	return buf_str(&b);
}

/* Where a copy of the program finds what this one found by ENTRY. */
static int
keep_origin(struct library_search *s, const char *entry)
{
	size_t n = token_length(entry, "ORIGIN");
	struct buf b;

	if (n == 0)
		return 0;
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
	return s->in->py->libpython_origin ? 0 : -ENOMEM;
}

static int
try_entry(struct library_search *s, const char *entry)
{
	const struct machine *m;
	const char *dir;
	int err = -ENOENT;

	/* what $LIB is, each distribution decides when it builds its libc */
	for (size_t i = 0; strstr(entry, "LIB") && (m = machine_at(i)); i++) {
		char *lib;

		if (!fits_program(s, m))
			continue;
		lib = arena_fmt(s->in->arena, "lib/%s", m->multiarch);
		dir = lib ? expand(s, entry, lib) : NULL;
		err = !dir ? -ENOMEM : *dir == '/' ? try_dir(s, dir) : -ENOENT;
		if (err != -ENOENT)
			return err;
	}
	for (int is_64 = s->program->is_64bit; is_64 >= 0; is_64--) {
		dir = expand(s, entry, is_64 ? "lib64" : "lib");
		err = !dir ? -ENOMEM : *dir == '/' ? try_dir(s, dir) : -ENOENT;
		if (err != -ENOENT || !strstr(entry, "LIB"))
			break;
	}
	return err == 0 ? keep_origin(s, entry) : err;
}

/* A list of directories, separated by any of SEPARATORS. */
static int
try_list(struct library_search *s, const char *list, const char *separators)
{
	int err = -ENOENT;

	while (err == -ENOENT && *list) {
		size_t n = strcspn(list, separators);
		char *entry = arena_dup(s->in->arena, list, n);

		if (!entry)
			return -ENOMEM;
		if (n > 0)
			err = try_entry(s, entry);
		list += n;
		list += *list != '\0';
	}
	return err;
}

static int search_conf(struct library_search *s, const char *path, int depth);

/* The files that PATTERN of an include line means: only its last part may
 * have a star, and only one, as in every ld.so.conf there is. */
static int
search_includes(struct library_search *s, const char *conf,
                const char *pattern, int depth)
{
	struct arena *a = s->in->arena;
	char *dir = pathname_dir(a, conf), *star, *name;
	struct names files;
	int err;

	pattern = dir ? pathname_join(a, dir, pattern) : NULL;
	dir = pattern ? pathname_dir(a, pattern) : NULL;
	name = pattern ? arena_str(a, pathname_base(pattern)) : NULL;
	if (!dir || !name)
		return -ENOMEM;
	star = strchr(name, '*');
	if (!star)
		return search_conf(s, pattern, depth);
	*star = '\0';
	err = names_list(s->in->walk, a, dir, name, star + 1, &files);
	if (err < 0)
		return err == -ENOMEM ? err : -ENOENT;
	for (size_t i = 0; i < files.count; i++) {
		const char *file = pathname_join(a, dir, files.name[i]);

		err = file ? search_conf(s, file, depth) : -ENOMEM;
		if (err != -ENOENT)
			return err;
	}
	return -ENOENT;
}

/* One line of ld.so.conf: a comment, an include, or a directory. */
static int
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
		return -ENOENT;
	if (str_starts(line, "include ") || str_starts(line, "include\t"))
		return search_includes(s, conf, line + 7 +
		                       strspn(line + 7, blanks), depth);
	line[strcspn(line, "=")] = '\0'; /* a type of library behind it */
	return *line == '/' ? try_dir(s, line) : -ENOENT;
}

static int
search_conf(struct library_search *s, const char *path, int depth)
{
	char *text, *line;
	size_t n;
	int err;

	if (depth >= MAX_INCLUDES || s->steps > MAX_STEPS - FILE_STEPS)
		return -ENOENT;
	s->steps += FILE_STEPS;
	err = walk_read(s->in->walk, s->in->arena, path, MAX_CONF, &text, &n);
	if (err < 0)
		return err == -ENOMEM ? err : -ENOENT;
	for (line = text; line; line = text) {
		text = strchr(line, '\n');
		if (text)
			*text++ = '\0';
		err = search_conf_line(s, path, line, depth + 1);
		if (err != -ENOENT)
			return err;
	}
	return -ENOENT;
}

/* The directories of glibc: those of its configuration go before its own. */
static int
search_glibc(struct library_search *s)
{
	const struct machine *m;
	int err = search_conf(s, "/etc/ld.so.conf", 0);

	for (size_t i = 0; err == -ENOENT && (m = machine_at(i)); i++) {
		char *list;

		if (!fits_program(s, m))
			continue;
		list = arena_fmt(s->in->arena, "/lib/%s:/usr/lib/%s",
		                 m->multiarch, m->multiarch);
		err = list ? try_list(s, list, ":") : -ENOMEM;
	}
	if (err == -ENOENT && s->program->is_64bit)
		err = try_list(s, "/lib64:/usr/lib64:/usr/local/lib64", ":");
	if (err == -ENOENT)
		err = try_list(s, "/lib:/usr/lib:/usr/local/lib", ":");
	return err;
}

/* /lib/ld-musl-ARCH.so.1 reads its directories from one file. */
static int
search_musl(struct library_search *s, const char *loader)
{
	struct arena *a = s->in->arena;
	const char *arch = pathname_base(loader);
	char *text, *path;
	size_t n;
	int err;

	path = arena_fmt(a, "/etc/%.*s.path", (int)strcspn(arch, "."), arch);
	if (!path)
		return -ENOMEM;
	err = walk_read(s->in->walk, a, path, MAX_CONF, &text, &n);
	if (err == -ENOMEM)
		return err;
	return try_list(s, err < 0 ? "/lib:/usr/local/lib:/usr/lib" : text,
	                ":\n");
}

/* Where the linker looks after LD_LIBRARY_PATH; RUNPATH may be "". */
static int
search_elsewhere(struct library_search *s, const char *runpath,
                 const char *loader)
{
	int err = try_list(s, runpath, ":");

	if (err == -ENOENT)
		err = str_starts(pathname_base(loader), "ld-musl-")
		          ? search_musl(s, loader)
		          : search_glibc(s);
	return err;
}

/* LD_LIBRARY_PATH led to the library. Set py->library_path if nothing else
 * would. */
static int
note_library_path(struct library_search *s, const char *runpath,
                  const char *loader)
{
	struct python *py = s->in->py, kept = *py;
	struct file_source f;
	struct elf lib;
	struct library_search again = { s->in, s->program, s->name, &f, &lib,
		                        0, NULL };
	int err = search_elsewhere(&again, runpath, loader);

	*py = kept;
	if (err == 0)
		file_source_close(&f);
	if (err != -ENOENT)
		return err; /* found without it as well */
	py->library_path = pathname_dir(s->in->arena, s->found);
	return py->library_path ? 0 : -ENOMEM;
}

/* Try the library that the program names by a path: it is searched nowhere. */
static int
try_path(struct library_search *s, const char *path)
{
	const char *base = pathname_base(path);
	char *dir = arena_dup(s->in->arena, path, (size_t)(base - path));

	s->name = base;
	return dir ? try_entry(s, dir) : -ENOMEM;
}

int
libpython_open(struct inspection *in, const struct elf *e, const char *name,
               struct file_source *f, struct elf *lib)
{
	struct library_search s = { in, e, name, f, lib, 0, NULL };
	const char *loaded = env_get(in->env, "LD_LIBRARY_PATH");
	char built_in[MAX_PATH_TEXT], loader[256];
	bool is_runpath = true;
	int err = -ENOENT;

	if (strchr(name, '/'))
		return try_path(&s, name);
	if (elf_library_path(e, built_in, sizeof(built_in), &is_runpath) < 0)
		built_in[0] = '\0';
	if (elf_interp(e, loader, sizeof(loader)) < 0)
		loader[0] = '\0';
	if (!is_runpath)
		err = try_list(&s, built_in, ":");
	if (err == -ENOENT && loaded) {
		err = try_list(&s, loaded, ":;");
		if (err == 0)
			return note_library_path(&s, is_runpath ? built_in : "",
			                         loader);
	}
	if (err == -ENOENT)
		err = search_elsewhere(&s, is_runpath ? built_in : "", loader);
	return err;
}
