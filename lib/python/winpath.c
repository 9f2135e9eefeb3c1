#include "python/winpath.h"

#include <errno.h>
#include <string.h>

#include "base/diag.h"
#include "base/str.h"
#include "format/pathname.h"
#include "os/process.h"
#include "os/walk.h"

static bool
is_letter(char c)
{
	return ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z';
}

static bool
is_separator(char c)
{
	return c == '\\' || c == '/';
}

bool
winpath_is_absolute(const char *path)
{
	return (is_letter(path[0]) && path[1] == ':' && is_separator(path[2])) ||
	       (is_separator(path[0]) && path[0] == path[1] &&
	        path[2] && !is_separator(path[2]));
}

/* Return whether the N bytes at S are a digit that Windows takes for the number of a
 * port: superscripts too. */
static bool
is_port(const char *s, size_t n)
{
	static const char *const raised[] = { "\302\271", "\302\262", "\302\263" };

	for (size_t i = 0; n == 2 && i < sizeof(raised) / sizeof(*raised); i++) {
		if (memcmp(s, raised[i], 2) == 0)
			return true;
	}
	return n == 1 && *s >= '1' && *s <= '9';
}

/* Return whether the N bytes at NAME are that of a device, whatever follows a dot:
 * CON, NUL, COM1, ... */
static bool
is_device(const char *name, size_t n)
{
	static const char *const plain[] = { "con", "prn", "aux", "nul",
		                             "conin$", "conout$" };
	const char *dot = memchr(name, '.', n);

	n = dot ? (size_t)(dot - name) : n;
	while (n > 0 && name[n - 1] == ' ')
		n--;
	for (size_t i = 0; i < sizeof(plain) / sizeof(*plain); i++) {
		if (ascii_same(name, n, plain[i]))
			return true;
	}
	return n > 3 && (ascii_same(name, 3, "com") ||
	                 ascii_same(name, 3, "lpt")) &&
	       is_port(name + 3, n - 3);
}

const char *
winpath_name_fault(const char *name, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if ((unsigned char)name[i] < 0x20 ||
		    strchr("<>:\"|?*\\/", name[i]))
			return "it has a character that Windows does not allow "
			       "in a name";
	}
	if (n > 0 && (name[n - 1] == '.' || name[n - 1] == ' '))
		return "Windows removes a dot or a blank at the end of a name";
	if (is_device(name, n))
		return "Windows has a device of that name";
	return utf8_is_valid(name, n) ? NULL : "it is not UTF-8";
}

size_t
winpath_length(const char *path)
{
	size_t n = 0;

	/* a byte that continues a character adds nothing, one of four bytes has
	 * two units */
	for (; *path; path++)
		n += (*path & 0xc0) == 0x80 ? 0U : 1U + ((*path & 0xf8) == 0xf0);
	return n;
}

static int
refuse(const char *path, const char *option, const char *because,
       struct diag *d)
{
	return diag_set(d, -EINVAL, "cannot use '%s' as %s: %s", path, option,
	                because);
}

/* Append the names of REST to OUT, each after a backslash; none goes above ROOT, the
 * length of the drive. Return what is wrong with one, or NULL. */
static const char *
put_names(struct buf *out, size_t root, const char *rest)
{
	const char *fault = NULL;

	while (*rest && !fault) {
		size_t n = strcspn(rest, "\\/");

		if (n == 2 && memcmp(rest, "..", 2) == 0) {
			while (out->len > root &&
			       out->data[out->len - 1] != '\\')
				out->len--;
			out->len -= out->len > root;
		} else if (n > 0 && !(n == 1 && *rest == '.')) {
			fault = winpath_name_fault(rest, n);
			buf_putc(out, '\\');
			buf_add(out, rest, n);
		}
		rest += n + (rest[n] != '\0');
	}
	return fault;
}

int
winpath_normalize(const char *path, const char *option, struct arena *a,
                  char **out, struct diag *d)
{
	const char *rest = path + 2, *fault;
	size_t root = 2;
	struct buf b;

	buf_init(&b, a);
	if (!winpath_is_absolute(path)) {
		(void)refuse(path, option, "it is not an absolute path of "
		             "Windows", d);
		diag_hint(d, "give one such as 'C:\\Python312\\python.exe'");
		return d->code;
	}
	if (is_letter(*path)) {
		buf_add(&b, path, 2);
	} else {
		size_t host = strcspn(rest, "\\/");

		/* \\HOST\SHARE is the drive */
		rest += host + (rest[host] != '\0');
		rest += strcspn(rest, "\\/");
		buf_puts(&b, "\\");
		fault = put_names(&b, 1, arena_dup(a, path, (size_t)(rest - path)));
		/* both are there, and neither is "." or ".." */
		if (!fault && (b.len <= host + 3 || b.data[host + 2] != '\\'))
			fault = "it does not begin with \\\\HOST\\SHARE";
		if (fault)
			return refuse(path, option, fault, d);
		root = b.len;
	}
	fault = put_names(&b, root, rest);
	if (b.len == 2)
		buf_putc(&b, '\\');
	*out = buf_str(&b);
	if (!fault && winpath_length(*out) > WINPATH_MAX)
		fault = "it is longer than Windows takes";
	return fault ? refuse(path, option, fault, d) : 0;
}

const char *
winpath_base(const char *path)
{
	const char *base = path;

	for (; *path; path++) {
		if (is_separator(*path))
			base = path + 1;
	}
	return base;
}

char *
winpath_dir(const char *path, struct arena *a)
{
	size_t n = (size_t)(winpath_base(path) - path);

	/* "C:\" keeps its backslash */
	while (n > 3 && is_separator(path[n - 1]))
		n--;
	return arena_dup(a, path, n);
}

/* ---- drives ------------------------------------------------------------------ */

/* Return whether the visit is over. */
typedef bool drive_fn(void *ctx, const struct winpath_drive *d);

/* Return the N bytes at S, a field of /proc/mounts, without its escapes \OOO. */
static char *
unescape(const char *s, size_t n, struct arena *a)
{
	struct buf b;

	buf_init(&b, a);
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '\\' && n - i > 3 && s[i + 1] >= '0' &&
		    s[i + 1] <= '3' && s[i + 2] >= '0' && s[i + 2] <= '7' &&
		    s[i + 3] >= '0' && s[i + 3] <= '7') {
			buf_putc(&b, (char)((s[i + 1] - '0') << 6 |
			                    (s[i + 2] - '0') << 3 |
			                    (s[i + 3] - '0')));
			i += 3;
		} else {
			buf_putc(&b, s[i]);
		}
	}
	return buf_str(&b);
}

/* Return the drive in the options of a 9p mount, N bytes at S; NULL: none. */
static char *
drive_of_options(const char *s, size_t n, struct arena *a)
{
	const char *path = memmem(s, n, ";path=", 6);

	if (!memmem(s, n, "aname=drvfs;", 12) || !path)
		return NULL;
	path += 6;
	return unescape(path, strcspn(path, ";, \n"), a);
}

bool
winpath_parse_mount(const char *line, struct winpath_drive *d, struct arena *a)
{
	const char *field[4];
	size_t len[4], n;
	char *name = NULL;

	for (int i = 0; i < 4; i++) {
		field[i] = line;
		len[i] = strcspn(line, " \n");
		line += len[i];
		line += *line == ' ';
	}
	if (len[2] == 5 && memcmp(field[2], "drvfs", 5) == 0)
		name = unescape(field[0], len[0], a);
	else if (len[2] == 2 && memcmp(field[2], "9p", 2) == 0)
		name = drive_of_options(field[3], len[3], a);
	if (!name)
		return false;
	n = strlen(name);
	while (n > 0 && is_separator(name[n - 1]))
		name[--n] = '\0';
	d->name = name;
	d->place = unescape(field[1], len[1], a);
	return winpath_is_absolute(arena_fmt(a, "%s\\", name)) &&
	       *d->place == '/';
}

/* Visit the drives that WSL has mounted. */
static bool
each_mounted(struct arena *a, drive_fn *fn, void *ctx)
{
	const char *line = process_mounts(a);

	while (line && *line) {
		struct winpath_drive d;

		if (winpath_parse_mount(line, &d, a) && fn(ctx, &d))
			return true;
		line += strcspn(line, "\n");
		line += *line == '\n';
	}
	return false;
}

/* Visit the drives of wine. */
static bool
each_of_wine(const struct walk *w, struct arena *a, const char *const *env,
             drive_fn *fn, void *ctx)
{
	const char *prefix = env ? env_get(env, "WINEPREFIX") : NULL;
	const char *home = env ? env_get(env, "HOME") : NULL;
	char *dir, *real;

	if (!prefix || *prefix != '/')
		prefix = home && *home == '/' ? pathname_join(a, home, ".wine")
		                              : NULL;
	if (!prefix)
		return false;
	dir = pathname_join(a, prefix, "dosdevices");
	for (int letter = 'a'; letter <= 'z'; letter++) {
		struct winpath_drive d = { .name = arena_fmt(a, "%c:", letter) };

		if (walk_resolve(w, a, pathname_join(a, dir, d.name), &real) < 0)
			continue;
		d.name = arena_fmt(a, "%c:", letter - 'a' + 'A');
		d.place = real;
		if (fn(ctx, &d))
			return true;
	}
	return false;
}

static void
replace(char *path, char old, char new)
{
	for (; *path; path++) {
		if (*path == old)
			*path = new;
	}
}

/* A search for the drive that PATH is on: the one whose directory is the nearest. */
struct drive_search {
	const char *path; /* without links */
	struct winpath_drive best;
};

static bool
keep_nearest(void *ctx, const struct winpath_drive *d)
{
	struct drive_search *s = ctx;

	if (pathname_holds(d->place, s->path) &&
	    (!s->best.name || strlen(d->place) > strlen(s->best.place)))
		s->best = *d;
	return false;
}

/* Return PATH without links, as far as it exists; NULL if that cannot be told. */
static char *
resolve_part(const struct walk *w, struct arena *a, const char *path)
{
	char *dir = arena_str(a, path), *real;
	int err;

	while ((err = walk_resolve(w, a, dir, &real)) == -ENOENT &&
	       strcmp(dir, "/") != 0)
		dir = pathname_dir(a, dir);
	if (err < 0)
		return NULL;
	path += strlen(dir);
	path += *path == '/';
	return *path ? pathname_join(a, real, path) : real;
}

char *
winpath_from_host(const struct walk *w, struct arena *a,
                  const char *const *env, const char *path)
{
	struct drive_search s = { .path = NULL };
	char *out;
	size_t n;

	if (w->rootfd >= 0)
		return NULL;
	s.path = resolve_part(w, a, path);
	if (!s.path)
		return NULL;
	(void)each_mounted(a, keep_nearest, &s);
	if (!s.best.name)
		(void)each_of_wine(w, a, env, keep_nearest, &s);
	if (!s.best.name)
		return NULL;
	n = strcmp(s.best.place, "/") == 0 ? 0 : strlen(s.best.place);
	/* Windows has no way to write this name */
	if (strchr(s.path + n, '\\'))
		return NULL;
	out = arena_fmt(a, "%s%s", s.best.name,
	                s.path[n] ? s.path + n : "/");
	replace(out, '/', '\\');
	n = strlen(out);
	if (n > 3 && out[n - 1] == '\\')
		out[n - 1] = '\0';
	return out;
}

/* A search for the drive of a path of Windows. */
struct name_search {
	const char *path;
	struct winpath_drive found;
};

static bool
keep_named(void *ctx, const struct winpath_drive *d)
{
	struct name_search *s = ctx;
	size_t n = strlen(d->name);

	if (!ascii_starts(s->path, d->name) || !is_separator(s->path[n]))
		return false;
	s->found = *d;
	return true;
}

char *
winpath_to_host(const struct walk *w, struct arena *a,
                const char *const *env, const char *path)
{
	struct name_search s = { .path = path };
	char *rest;

	if (w->rootfd >= 0 || !winpath_is_absolute(path) ||
	    (!each_mounted(a, keep_named, &s) &&
	     !each_of_wine(w, a, env, keep_named, &s)))
		return NULL;
	rest = arena_str(a, path + strlen(s.found.name));
	replace(rest, '\\', '/');
	/* nothing is above a drive */
	rest = pathname_absolute(a, "/", rest + strspn(rest, "/"));
	return pathname_absolute(a, s.found.place, rest + 1);
}

bool
winpath_is_same(const struct walk *w, struct arena *a, const char *const *env,
                const char *p, const char *q)
{
	const char *here, *there;
	size_t i = 0;

	while (p[i] && (ascii_lower(p[i]) == ascii_lower(q[i]) ||
	                (is_separator(p[i]) && is_separator(q[i]))))
		i++;
	if (!p[i] && !q[i])
		return true;
	here = winpath_to_host(w, a, env, p);
	there = winpath_to_host(w, a, env, q);
	return here && there && walk_is_same(w, here, there);
}
