#include "venv/activators.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/str.h"
#include "format/shellword.h"
#include "os/walk.h"
#include "publish/sink.h"
#include "python/python.h"
#include "venv/activation.h"
#include "venv/options.h"
#include "venv/plan.h"
#include "venv/shell.h"
#include "venv/state.h"

enum { MAX_FILE = 1024 * 1024, MAX_TEMPLATE = 64 * 1024, MAX_COPIES = 100 };

/* Values that stand for any. */
static const char any_dir[] = "/venvbox-any-directory";
static const char any_prompt[] = "venvbox-any-prompt";

struct keeper {
	struct plan *plan;
	const struct venv_options *given;
	const struct state *now;
	const struct python *python;
	const char *dir;
	const struct walk *walk;
	struct arena *arena;
	struct diag *diag;
	struct buf warning; /* what was found changed by others */
};

/* The file of one shell. */
struct activator {
	const struct shell *shell;
	struct node *node;
	const char *text; /* that is there */
	size_t len;
	mode_t mode;
};

/* The text before the directory in the file of SH; NULL: it has a form that is
 * not read here. */
static const char *
key_of(const struct shell *sh)
{
	static const char *const keys[][2] = {
		{ "sh", "VIRTUAL_ENV=" },
		{ "csh", "setenv VIRTUAL_ENV " },
		{ "fish", "set -gx VIRTUAL_ENV " },
		{ "powershell", "$env:VIRTUAL_ENV = " },
		{ "nu", "$env.VIRTUAL_ENV = " },
		{ "xonsh", "\n_virtual_env(" },
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		if (strcmp(keys[i][0], shell_name(sh)) == 0)
			return keys[i][1];
	}
	return NULL;
}

/* Append to OUT the value at S, of N bytes with what follows: a word without
 * quotes, or in quotes that are the same in all of these shells. -EINVAL if it is
 * no such value. */
static int
read_value(struct buf *out, const struct shell *sh, const char *s, size_t n)
{
	const char *nl = memchr(s, '\n', n), *end;
	size_t line = nl ? (size_t)(nl - s) : n;

	if (strcmp(shell_name(sh), "sh") == 0)
		return shellword_read(out, s, n);
	if (memchr(s, '\\', line) || memchr(s, '!', line) || line < 2)
		return -EINVAL;
	if (*s != '\'' && *s != '"')
		return memchr(s, '\'', line) ? -EINVAL
		                             : shellword_read(out, s, line);
	end = memchr(s + 1, *s, line - 1);
	/* a doubled quote is one quote to some */
	if (!end || end[1] == *s)
		return -EINVAL;
	buf_add(out, s + 1, (size_t)(end - s) - 1);
	return 0;
}

const char *
activators_recorded(const struct shell *sh, const char *text, size_t n,
                    struct arena *a)
{
	const char *key = key_of(sh), *end = text + n, *p = text;

	while (key && (p = memmem(p, (size_t)(end - p), key, strlen(key)))) {
		struct buf word;

		p += strlen(key);
		buf_init(&word, a);
		if (read_value(&word, sh, p, (size_t)(end - p)) == 0 &&
		    word.len > 0 && *word.data == '/')
			return buf_str(&word);
	}
	return NULL;
}

/* Return true if PATH leads to the environment. */
static bool
is_here(const struct keeper *k, const char *path)
{
	return strcmp(path, k->plan->env_dir) == 0 ||
	       walk_is_same(k->walk, path, k->dir);
}

/* Return true if the file records no directory, because it finds its own. */
static bool
finds_itself(const struct activator *f)
{
	const char *key = key_of(f->shell);
	const char *p = f->text;

	if (!key)
		return true;
	while ((p = strstr(p, key))) {
		p += strlen(key);
		if (*p == '/' || *p == '\'' || *p == '"')
			return false;
	}
	return true;
}

/* Return true if the file activates another directory than its own. */
static bool
has_moved(const struct keeper *k, const struct activator *f)
{
	const char *path = activators_recorded(f->shell, f->text, f->len,
	                                       k->arena);

	if (path)
		return !is_here(k, path);
	return !finds_itself(f) && !strstr(f->text, k->plan->env_dir);
}

/* Return true if the caller's options change activation scripts. */
static bool
asks(const struct keeper *k)
{
	const struct venv_options *o = k->given;
	const struct config *cfg = &k->now->config;

	return o->mode == VENV_UPGRADE || o->activators ||
	       (o->relocatable && !cfg->relocatable) ||
	       (o->prompt &&
	        (!cfg->prompt || strcmp(o->prompt, cfg->prompt) != 0));
}

/* The length of a placeholder at S, and of the quotes around it, or 0. */
static size_t
placeholder(const char *s, const char *const *names)
{
	size_t quotes = strspn(s, "'\"");
	size_t n = 0;

	for (size_t i = 0; names[i] && n == 0; i++) {
		if (str_starts(s + quotes, names[i]))
			n = strlen(names[i]);
	}
	if (n > 0 && s[quotes] == '_') {
		/* up to the end of __VENV_NAME__ */
		n += strspn(s + quotes + n, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
		while (s[quotes + n] == '_')
			n += 1 + strspn(s + quotes + n + 1,
			                "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
	}
	return n > 0 ? quotes + n + strspn(s + quotes + n, "'\"") : 0;
}

/* If TEXT begins as PATTERN, in which each of the placeholders NAMES stands for
 * any value, return what follows, else NULL. */
static const char *
follow(const char *text, const char *pattern, const char *const *names)
{
	while (*pattern) {
		const char *start = pattern;
		size_t n = 0, len;

		while (*pattern && (n = placeholder(pattern, names)) == 0)
			pattern++;
		len = (size_t)(pattern - start);
		if (strncmp(text, start, len) != 0)
			return NULL;
		text += len;
		if (n == 0)
			break;
		pattern += n;
		/* the value ends where the next constant begins */
		for (len = 0; pattern[len] &&
		              placeholder(pattern + len, names) == 0;)
			len++;
		text = memmem(text, strlen(text), pattern, len);
		if (!text)
			return NULL;
	}
	return text;
}

/* Find the text in the file after this program's own. */
static const char *
after_ours(const struct keeper *k, const struct activator *f)
{
	static const char *const names[] = { any_dir, any_prompt, NULL };

	for (int way = 0; way < 3; way++) {
		const struct activation v = {
			.env_dir = any_dir,
			.prompt = any_prompt,
			.by_directory = way == 2,
		};
		const char *rest;
		struct buf code;

		buf_init(&code, k->arena);
		if (activation_render(f->shell, way ? ACTIVATION_FINDS_ITSELF
		                                    : ACTIVATION_FILE,
		                      &v, &code, k->diag) < 0 ||
		    !buf_str(&code))
			return NULL;
		rest = follow(f->text, code.data, names);
		if (rest)
			return rest;
	}
	return NULL;
}

/* The same after the text of a template of venv in the library STDLIB. */
static const char *
after_template(const struct keeper *k, const struct activator *f,
               const char *stdlib)
{
	static const char *const places[] = { "common", "posix" };
	static const char *const names[] = { "__VENV_", NULL };
	const char *rest = NULL;

	for (size_t i = 0; !rest && i < sizeof(places) / sizeof(*places); i++) {
		char *path = arena_fmt(k->arena, "%s/venv/scripts/%s/%s", stdlib,
		                       places[i], shell_file(f->shell));
		char *pattern;
		size_t n;

		if (path && walk_read(k->walk, k->arena, path, MAX_TEMPLATE,
		                      &pattern, &n) == 0)
			rest = follow(f->text, pattern, names);
	}
	return rest;
}

/* The same for venv of this Python, and of those that were here before. */
static const char *
after_venv(const struct keeper *k, const struct activator *f)
{
	const struct state *s = k->now;
	const char *rest = shell_is_by_venv(f->shell) && k->python->stdlib
	                           ? after_template(k, f, k->python->stdlib)
	                           : NULL;

	for (size_t i = 0; !rest && i < s->lib.count; i++) {
		char *stdlib = arena_fmt(k->arena, "%s/../lib/%s",
		                         s->config.home, s->lib.names[i]);

		if (stdlib && str_starts(s->lib.names[i], "python3."))
			rest = after_template(k, f, stdlib);
	}
	return rest;
}

/* Tell that the file NAME was changed, and is kept as COPY; NULL: its lines at
 * the end are. */
static void
note(struct keeper *k, const char *name, const char *copy)
{
	if (k->warning.len > 0)
		buf_puts(&k->warning, ", ");
	buf_fmt(&k->warning, "'bin/%s' ", name);
	if (copy)
		buf_fmt(&k->warning, "is kept as '%s'", copy);
	else
		buf_puts(&k->warning, "keeps the lines at its end");
}

/* Add REST to the new text of the file. */
static int
keep_rest(struct keeper *k, struct activator *f, const char *rest)
{
	struct node *n = f->node;
	struct buf text;

	buf_init(&text, k->arena);
	buf_add(&text, n->data, n->len);
	buf_puts(&text, rest);
	n->data = buf_str(&text);
	n->len = text.len;
	if (!n->data)
		return diag_oom(k->diag);
	n->kept = n->len == f->len && memcmp(n->data, f->text, n->len) == 0;
	k->plan->changes -= n->kept;
	if (!n->kept)
		note(k, shell_file(f->shell), NULL);
	return 0;
}

/* Keep the old file under a name that nothing else has. */
static int
keep_file(struct keeper *k, struct activator *f)
{
	const char *name = shell_file(f->shell);

	for (int i = 1; i < MAX_COPIES; i++) {
		struct node copy = {
			.kind = NODE_FILE,
			.path = i == 1 ? arena_fmt(k->arena, "bin/%s.orig",
			                           name)
			               : arena_fmt(k->arena, "bin/%s.orig.%d",
			                           name, i),
			.data = f->text,
			.len = f->len,
			.mode = SINK_EXACT | f->mode,
		};
		char *path = copy.path ? arena_fmt(k->arena, "%s/%s", k->dir,
		                                   copy.path) : NULL;
		struct stat st;
		char *text;
		size_t n;

		if (!path)
			return diag_oom(k->diag);
		if (walk_lstat(k->walk, k->arena, path, &st) == 0) {
			/* a run that was killed may have come as far as this */
			if (walk_read(k->walk, k->arena, path, MAX_FILE, &text,
			              &n) < 0 ||
			    n != f->len || memcmp(text, f->text, n) != 0)
				continue;
			copy.kept = true;
		}
		note(k, name, copy.path);
		return plan_append(k->plan, &copy, 1, k->arena, k->diag);
	}
	return diag_set(k->diag, -EEXIST, "cannot keep '%s/bin/%s': there are "
	                "too many copies of it", k->plan->env_dir, name);
}

static int
renew(struct keeper *k, struct activator *f)
{
	const char *rest = after_ours(k, f);

	f->node->mode = SINK_EXACT | f->mode;
	if (!rest)
		rest = after_venv(k, f);
	if (!rest)
		return keep_file(k, f);
	return *rest ? keep_rest(k, f, rest) : 0;
}

/* Decide about the file of the shell SH, whose node is N. */
static int
decide(struct keeper *k, const struct shell *sh, struct node *n)
{
	struct activator f = { .shell = sh, .node = n };
	char *path = arena_fmt(k->arena, "%s/%s", k->dir, n->path), *text;
	struct stat st;

	if (!path)
		return diag_oom(k->diag);
	if (walk_lstat(k->walk, k->arena, path, &st) < 0)
		return 0;
	if (!S_ISREG(st.st_mode) || st.st_size >= MAX_FILE ||
	    walk_read(k->walk, k->arena, path, MAX_FILE, &text, &f.len) < 0) {
		/* nothing that could be read: a link, or not ours to read */
		n->kept = !asks(k);
		k->plan->changes -= n->kept;
		return 0;
	}
	f.text = text;
	f.mode = st.st_mode & 0777;
	/* one that lost its text is damage, as one that is missing */
	if (strspn(text, " \t\r\n") == f.len)
		return 0;
	if (asks(k) || has_moved(k, &f))
		return renew(k, &f);
	n->kept = true;
	k->plan->changes--;
	return 0;
}

/* Return the node of P that writes the file FILE in bin; NULL: there is none, or
 * what is there is as it should be. */
static struct node *
find_node(struct plan *p, const char *file)
{
	for (size_t i = 0; file && i < p->count; i++) {
		struct node *n = &p->nodes[i];

		if (n->kind == NODE_FILE && !n->kept &&
		    str_starts(n->path, "bin/") &&
		    strcmp(n->path + 4, file) == 0)
			return n;
	}
	return NULL;
}

int
activators_plan(struct plan *p, const struct venv_options *given,
                const struct state *now, const struct python *py,
                const char *dir, const struct walk *w, struct arena *a,
                struct diag *d)
{
	struct keeper k = {
		.plan = p,
		.given = given,
		.now = now,
		.python = py,
		.dir = dir,
		.walk = w,
		.arena = a,
		.diag = d,
	};
	int err = 0;

	buf_init(&k.warning, a);
	for (size_t i = 0; err == 0 && i < shell_count(); i++) {
		/* copies that are kept move the nodes */
		struct node *n = find_node(p, shell_file(shell_at(i)));

		if (n)
			err = decide(&k, shell_at(i), n);
	}
	if (err == 0 && k.warning.len > 0)
		diag_warn(d, "activation scripts in '%s' were changed by others: "
		          "%s", p->env_dir, buf_str(&k.warning));
	return err;
}
