/*
 * shim_python_exec: Gentoo's python3 is a link to a program that starts the
 * first Python of a list: $EPYTHON, /etc/python-exec/NAME.conf or
 * python-exec.conf, then whatever else is installed, the newest first.
 */
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "format/pathname.h"
#include "os/walk.h"
#include "python/find.h"
#include "python/names.h"
#include "python/shim_tool.h"
#include "python/version.h"

enum { MAX_CONF = 64 * 1024 };

struct list {
	const struct python_search *search;
	struct arena *arena;
	const char *store;   /* has a directory for each Python */
	const char *command; /* a program in it */
	char *conf;          /* text; "" if there is none */
};

/* Set *TARGET and return true if the Python called NAME has the command. */
static bool
try(struct list *l, const char *name, size_t n, const char **target)
{
	if (n == 0 || memchr(name, '/', n) || *name == '.')
		return false;
	*target = arena_fmt(l->arena, "%s/%.*s/%s", l->store, (int)n, name,
	                    l->command);
	return walk_is_program(l->search->walk, *target);
}

/* Return the word of the line at *P; move *P to the next line. */
static const char *
next_word(const char **p, size_t *n)
{
	const char *word = *p + strspn(*p, " \t");

	*n = strcspn(word, " \t\r\n#");
	*p = word + strcspn(word, "\n");
	*p += **p != '\0';
	return word;
}

static bool
is_disabled(const struct list *l, const char *name)
{
	const char *p = l->conf;

	while (*p) {
		size_t n;
		const char *word = next_word(&p, &n);

		if (n == strlen(name) + 1 && *word == '-' &&
		    memcmp(word + 1, name, n - 1) == 0)
			return true;
	}
	return false;
}

static bool
is_newer(const char *a, const char *b)
{
	struct version va, vb;

	a += strcspn(a, "0123456789");
	b += strcspn(b, "0123456789");
	return version_parse(a, strlen(a), &va) > 0 &&
	       (version_parse(b, strlen(b), &vb) == 0 ||
	        version_compare(&va, &vb) > 0);
}

static bool
try_others(struct list *l, const char **target)
{
	struct entries n;

	if (names_list(l->search->walk, l->arena, l->store, "python", "",
	               &n) < 0)
		return false;
	names_sort(&n, is_newer);
	for (size_t i = 0; i < n.count; i++) {
		if (!is_disabled(l, n.names[i]) &&
		    try(l, n.names[i], strlen(n.names[i]), target))
			return true;
	}
	return false;
}

static void
read_conf(struct list *l)
{
	const char *const names[] = { l->command, "python-exec" };
	size_t n;

	for (size_t i = 0; i < 2; i++) {
		char *path = arena_fmt(l->arena, "/etc/python-exec/%s.conf",
		                       names[i]);

		if (walk_read(l->search->walk, l->arena, path, MAX_CONF,
		              &l->conf, &n) == 0)
			return;
	}
	l->conf = arena_str(l->arena, "");
}

enum shim_start
shim_python_exec(const struct python_search *s, struct arena *a,
                 const char *program, const char *command,
                 struct shim_choice *c)
{
	const char *first = env_get(s->env, "EPYTHON"), *p;
	struct list l = { s, a, NULL, command, NULL };
	char *dir = pathname_dir(a, program);

	read_conf(&l);
	l.store = str_ends(dir, "/python-exec") ? dir : "/usr/lib/python-exec";
	c->why = "python-exec, by $EPYTHON";
	if (first && try(&l, first, strlen(first), &c->target))
		return SHIM_STARTS;
	c->why = "python-exec, by its configuration";
	for (p = l.conf; *p;) {
		size_t n;
		const char *word = next_word(&p, &n);

		if (*word != '-' && try(&l, word, n, &c->target))
			return SHIM_STARTS;
	}
	c->why = "python-exec, the newest";
	if (try_others(&l, &c->target))
		return SHIM_STARTS;
	c->why = arena_fmt(a, "python-exec, which finds no %s in %s", command,
	                   l.store);
	return SHIM_REFUSES;
}
