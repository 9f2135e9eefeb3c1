/*
 * shim_python_exec: Gentoo's python3 is a link to a program that starts the
 * first Python of a list: $EPYTHON, /etc/python-exec/NAME.conf or
 * python-exec.conf, then whatever else is installed, the newest first.
 */
#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/str.h"
#include "format/pathname.h"
#include "os/walk.h"
#include "python/find.h"
#include "python/names.h"
#include "python/shim.h"
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

/* 1 and *TARGET if the Python called NAME has the command. */
static int
try(struct list *l, const char *name, size_t n, const char **target)
{
	if (n == 0 || memchr(name, '/', n) || *name == '.')
		return 0;
	*target = arena_fmt(l->arena, "%s/%.*s/%s", l->store, (int)n, name,
	                    l->command);
	if (!*target)
		return -ENOMEM;
	return walk_is_program(l->search->walk, *target);
}

/* The word that the line at *P has; *P moves to the next line. */
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

static int
try_others(struct list *l, const char **target)
{
	struct names n;
	int err = names_list(l->search->walk, l->arena, l->store, "python", "",
	                     &n);

	if (err < 0)
		return err == -ENOMEM ? err : 0;
	err = 0;
	names_sort(&n, is_newer);
	for (size_t i = 0; i < n.count && err == 0; i++) {
		if (!is_disabled(l, n.name[i]))
			err = try(l, n.name[i], strlen(n.name[i]), target);
	}
	return err;
}

static int
read_conf(struct list *l)
{
	const char *const names[] = { l->command, "python-exec" };
	size_t n;
	int err = -ENOENT;

	for (size_t i = 0; i < 2 && err < 0 && err != -ENOMEM; i++) {
		char *path = arena_fmt(l->arena, "/etc/python-exec/%s.conf",
		                       names[i]);

		err = path ? walk_read(l->search->walk, l->arena, path,
		                       MAX_CONF, &l->conf, &n) : -ENOMEM;
	}
	if (err < 0)
		l->conf = arena_str(l->arena, "");
	return l->conf && err != -ENOMEM ? 0 : -ENOMEM;
}

int
shim_python_exec(const struct python_search *s, struct arena *a,
                 const char *program, const char *command,
                 struct shim_choice *c)
{
	const char *first = env_get(s->env, "EPYTHON"), *p;
	struct list l = { s, a, NULL, command, NULL };
	char *dir = pathname_dir(a, program);
	int err;

	if (!dir || read_conf(&l) < 0)
		return -ENOMEM;
	l.store = str_ends(dir, "/python-exec") ? dir : "/usr/lib/python-exec";
	c->why = "python-exec, by $EPYTHON";
	err = first ? try(&l, first, strlen(first), &c->target) : 0;
	if (err == 0)
		c->why = "python-exec, by its configuration";
	for (p = l.conf; *p && err == 0;) {
		size_t n;
		const char *word = next_word(&p, &n);

		if (*word != '-')
			err = try(&l, word, n, &c->target);
	}
	if (err == 0) {
		c->why = "python-exec, the newest";
		err = try_others(&l, &c->target);
	}
	if (err != 0)
		return err;
	c->why = arena_fmt(a, "python-exec, which finds no %s in %s", command,
	                   l.store);
	return c->why ? -ENOENT : -ENOMEM;
}
