#include "python/store.h"

#include <stdbool.h>
#include <string.h>

#include "base/str.h"
#include "format/elf.h"
#include "format/pathname.h"
#include "os/file_source.h"
#include "os/walk.h"
#include "python/find.h"
#include "python/path.h"
#include "python/shim_tool.h"

enum { MAX_LISTED = 20, UV = 3 /* its row */ };

/* The directory of each manager: below that in a variable, or its default below
 * the data directory of the user or the home directory. */
static const struct store {
	const char *variable, *data, *home, *below, *why;
} stores[] = {
	{ "PYENV_ROOT", NULL, "/.pyenv", "/versions", "installed by pyenv" },
	{ "ASDF_DATA_DIR", NULL, "/.asdf", "/installs/python",
	  "installed by asdf" },
	{ "MISE_DATA_DIR", "/mise", "/.local/share/mise", "/installs/python",
	  "installed by mise" },
	[UV] = { "UV_PYTHON_INSTALL_DIR", "/uv/python",
	  "/.local/share/uv/python", "", "installed by uv" },
};

/* Read the version in a name such as "3.12.1", "3.13.0t", "pypy3.9-7.3.11" or
 * "cpython-3.12.1-linux-x86_64-gnu". Return false if there is none. */
static bool
read_version(const char *name, struct version *v)
{
	static const char *const stems[] = { "cpython-", "pypy-", "pypy" };

	for (size_t i = 0; i < sizeof(stems) / sizeof(stems[0]); i++) {
		if (str_starts(name, stems[i])) {
			name += strlen(stems[i]);
			break;
		}
	}
	return version_parse(name, strlen(name), v) > 0;
}

static bool
has_newer_version(const char *a, const char *b)
{
	struct version va, vb;

	if (!read_version(a, &va))
		return false;
	return !read_version(b, &vb) || version_compare(&va, &vb) > 0;
}

/* Return the directory of STORE; "" if nothing says where it would be. */
static char *
store_dir(const struct store *store, const char *const *env, struct arena *a)
{
	const char *base = env_get(env, store->variable);
	const char *below = "";

	if ((!base || !*base) && store->data) {
		base = env_get(env, "XDG_DATA_HOME");
		below = store->data;
	}
	if (!base || !*base) {
		base = env_get(env, "HOME");
		below = store->home;
	}
	if (!base || *base != '/')
		return arena_str(a, "");
	return arena_fmt(a, "%s%s%s", base, below, store->below);
}

/* Try the versions in STORE. */
static enum trial_step
search_dir(struct trial *t, const char *dir, const char *why, bool all)
{
	struct version v;
	struct entries n;
	enum trial_step done = TRIAL_NEXT;
	int err = names_list(t->search->walk, t->arena, dir, "", "", &n);

	if (err < 0)
		return path_is_refusal(err) ? TRIAL_NEXT
		                            : trial_stop(t, err, dir);
	names_sort(&n, has_newer_version);
	for (size_t i = 0; i < n.count && done == TRIAL_NEXT; i++) {
		char *path = arena_fmt(t->arena, "%s/%s/bin/python3", dir,
		                       n.names[i]);

		if (read_version(n.names[i], &v) &&
		    (all || request_may_fit(&t->request, &v)))
			done = trial_program(t, path, why);
	}
	return done;
}

enum trial_step
store_search(struct trial *t, bool all)
{
	enum trial_step done = TRIAL_NEXT;

	/* a shim that was met knows better than the environment */
	for (size_t i = 0; i < t->store_count && done == TRIAL_NEXT; i++) {
		const char *why = arena_fmt(t->arena, "installed by %s",
		                            t->stores[i].tool);

		done = search_dir(t, t->stores[i].dir, why, all);
	}
	for (size_t i = 0; i < sizeof(stores) / sizeof(stores[0]) &&
	     done == TRIAL_NEXT; i++) {
		char *dir = store_dir(&stores[i], t->search->env, t->arena);

		if (*dir)
			done = search_dir(t, dir, stores[i].why, all);
	}
	return done;
}

/* Return whether A sorts before B, higher numbers first, as `sort -rV`. */
static bool
is_newer(const char *a, const char *b)
{
	while (*a && *b) {
		if (ascii_is_digit(*a) && ascii_is_digit(*b)) {
			size_t na, nb;
			int order;

			a += strspn(a, "0");
			b += strspn(b, "0");
			na = strspn(a, "0123456789");
			nb = strspn(b, "0123456789");
			order = na == nb ? memcmp(a, b, na) : 0;
			if (na != nb)
				return na > nb;
			if (order != 0)
				return order > 0;
			a += na;
			b += nb;
		} else if (*a != *b) {
			return *a > *b;
		} else {
			a++;
			b++;
		}
	}
	return *a != '\0';
}

/* Return whether NAME ends as a free-threaded version does: "3.13.0t". */
static bool
is_free_threaded(const char *name, size_t n)
{
	return n >= 2 && name[n - 1] == 't' && ascii_is_digit(name[n - 2]);
}

/* Return whether NAME is a development version or a pre-release. */
static bool
is_special(const char *name)
{
	static const char *const kinds[] = { "-dev", "-src", "-latest", "a",
		                             "b", "rc" };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const char *p = strstr(name, kinds[i]);

		if (p && (kinds[i][0] == '-' || ascii_is_digit(p[strlen(kinds[i])])))
			return true;
	}
	return false;
}

/* Return whether NAME is a release that a request for V accepts. */
static bool
is_release(const char *name, const char *v)
{
	size_t n = strlen(v);
	bool threaded = is_free_threaded(v, n);
	const char *rest = name + (n -= threaded);

	return strncmp(name, v, n) == 0 && (*rest == '.' || *rest == '-') &&
	       !is_special(rest) &&
	       is_free_threaded(name, strlen(name)) == threaded;
}

/* Return whether the range R accepts the version NAME. */
static bool
is_in_range(const char *name, const struct request *r)
{
	struct version v;
	size_t n = version_parse(name, strlen(name), &v);

	return v.micro >= 0 && v.level == 'f' &&
	       (r->free_threaded ? strcmp(name + n, "t") == 0 : !name[n]) &&
	       request_may_fit(r, &v);
}

/* Return the newest installed version that V is the start of, that R takes if it
 * is a range, or of all if V is "latest"; NULL if there is none. */
static const char *
find_newest(struct shim *sh, const char *v, const struct request *r)
{
	bool latest = strcmp(v, "latest") == 0;
	struct entries n;

	if (names_list(sh->search->walk, sh->arena, sh->store, "", "", &n) < 0)
		return NULL;
	names_sort(&n, is_newer);
	for (size_t i = 0; i < n.count; i++) {
		const char *at = n.names[i];
		struct version first;

		if (r ? is_in_range(at, r)
		      : latest ? version_parse(at, strlen(at), &first) > 0 &&
		                 first.minor >= 0 && !is_special(at) &&
		                 !is_free_threaded(at, strlen(at))
		               : is_release(at, v))
			return at;
	}
	return NULL;
}

/* Return the name under which the store would have what V, in the form of uv or
 * of a range, asks for: "3.12.3" for "cpython-3.12.3-linux-x86_64-gnu"; NULL if
 * it is neither. *R is that request. */
static const char *
find_request(struct shim *sh, const char *v, struct request *r)
{
	struct buf b;

	request_parse(v, r);
	if (r->kind == REQUEST_RANGE)
		return find_newest(sh, v, r);
	if (r->kind != REQUEST_VERSION)
		return NULL;
	buf_init(&b, sh->arena);
	if (r->pypy)
		buf_fmt(&b, "pypy%d.%d", r->version.major, r->version.minor);
	else
		request_describe_version(r, &b);
	return buf_str(&b);
}

/* Set *DIR to the directory that uv calls V, as a pin that uv has written calls
 * it. Return false if there is none. */
static bool
kept_by_uv(const struct shim *sh, const char *v, const char **dir)
{
	char *store;

	if (!str_starts(v, "cpython-") && !str_starts(v, "pypy-"))
		return false;
	store = store_dir(&stores[UV], sh->search->env, sh->arena);
	*dir = pathname_join(sh->arena, store, v);
	return *store && walk_is_dir(sh->search->walk, *dir);
}

/* Return whether the Python in directory DIR is for the machine that R names, or
 * cannot be read: the inspection reports that. */
static bool
is_for_machine(struct shim *sh, const struct request *r, const char *dir)
{
	struct file_source f;
	struct elf e;
	bool fits;

	if (!r->arch[0] ||
	    file_source_open(&f, sh->search->walk,
	                     pathname_join(sh->arena, dir, "bin/python3")) < 0)
		return true;
	fits = elf_open(&e, &f.source) < 0 ||
	       request_fits_machine(r, e.machine, e.is_64bit, e.big_endian);
	file_source_close(&f);
	return fits;
}

/* Return whether the name V leads out of the store; pyenv-virtualenv has names such
 * as "3.12.1/envs/mine". */
static bool
leads_out(const struct shim *sh, const char *v)
{
	if (strchr(v, '/') && (sh->has_schemes || *v == '/'))
		return true;
	while (*v) {
		size_t n = strcspn(v, "/");

		if (n <= 2 && strspn(v, ".") >= n)
			return true;
		v += n + (v[n] == '/');
	}
	return false;
}

bool
store_version_dir(struct shim *sh, const char *v, const char **dir)
{
	const struct walk *w = sh->search->walk;
	struct request r = { .arch = "" };
	const char *name = v;

	if (sh->has_schemes && str_starts(v, "path:")) {
		*dir = v + 5;
		if (**dir == '/')
			return walk_is_dir(w, *dir);
		sh->refusal = "a version is a path that is not absolute";
		return false;
	}
	if (leads_out(sh, v))
		return false;
	if (sh->has_schemes && str_starts(v, "ref:"))
		name = arena_fmt(sh->arena, "ref-%s", v + 4);
	else if (str_starts(v, "prefix:"))
		name = v + 7;
	for (int i = 0; i < 5; i++) {
		const char *asked = name;

		if (i == 1 && str_starts(name, "python-"))
			name += 7;
		else if (i == 3)
			name = find_request(sh, v, &r);
		else if (i == 2 || i == 4)
			name = find_newest(sh, asked, NULL);
		if (!name) {
			name = asked;
			continue;
		}
		*dir = pathname_join(sh->arena, sh->store, name);
		if (walk_is_dir(w, *dir) && is_for_machine(sh, &r, *dir))
			return true;
	}
	return kept_by_uv(sh, v, dir);
}

void
store_list(struct shim *sh, const char *name, struct buf *out)
{
	struct entries n;
	size_t count = 0;

	(void)names_list(sh->search->walk, sh->arena, sh->store, "", "", &n);
	names_sort(&n, is_newer);
	for (size_t i = 0; i < n.count; i++) {
		if (n.names[i][0] == '.' || count++ >= MAX_LISTED)
			continue;
		buf_fmt(out, "installed by %s: %s", name, n.names[i]);
		buf_putc(out, '\0');
	}
	if (count == 0)
		buf_fmt(out, "%s has no Python installed", name);
	else if (count > MAX_LISTED)
		buf_fmt(out, "and %zu more", count - MAX_LISTED);
	if (count == 0 || count > MAX_LISTED)
		buf_putc(out, '\0');
}
