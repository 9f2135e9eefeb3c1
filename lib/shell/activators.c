#include "shell/activators.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/str.h"
#include "format/quote.h"
#include "os/ctx.h"
#include "publish/plan.h"
#include "python/config.h"
#include "python/layout.h"
#include "python/python.h"
#include "python/winpath.h"
#include "shell/activation.h"
#include "shell/activation_file.h"
#include "shell/shell.h"

enum { MAX_FILE = 1024 * 1024, MAX_TEMPLATE = 64 * 1024, MAX_COPIES = 100 };

/* Values that stand for any. */
static const char any_dir[] = "/venvbox-any-directory";
static const char any_prompt[] = "venvbox-any-prompt";

/* uv's file for cmd, which no shell here has a template for. */
static const char batch[] = "activate.bat";

struct keeper {
	struct plan *plan;
	bool asked;
	const struct config *now;
	const struct entries *lib; /* names in lib */
	const struct python *python;
	const struct layout *layout;
	const char *dir;
	struct activators_place place;
	const struct ctx *ctx;
	struct buf warning; /* what differs from ours and is kept */
};

/* The file of one shell. */
struct activator {
	const struct activation_file *kind; /* NULL: no file of ours */
	const char *file;  /* its name in the scripts directory */
	const char *path;  /* in the directory that changes */
	struct node *node;
	const char *text;  /* that is there; NULL: it was not read */
	size_t len;
	const char *link;  /* target, if it is a symbolic link */
	mode_t mode;
};

/* The activation files of all tools, and the text before the directory, and before the
 * prompt, in those of this program and venv, virtualenv and uv. */
static const struct known {
	const char *file;
	const char *keys[4];
	const char *prompt; /* in an environment for Windows */
} known[] = {
	{ "activate", { "VIRTUAL_ENV=", "cygpath -u " }, "VIRTUAL_ENV_PROMPT=" },
	{ "activate.csh", { "setenv VIRTUAL_ENV ", "set _virtualenv_dir=" },
	  NULL },
	{ "activate.fish", { "set -gx VIRTUAL_ENV " },
	  "set -gx VIRTUAL_ENV_PROMPT " },
	{ "Activate.ps1", { "$env:VIRTUAL_ENV = " }, NULL },
	{ "activate.nu", { "$env.VIRTUAL_ENV = ", "const virtual_env = ",
	                   "let virtual_env = " }, NULL },
	{ "activate.xsh", { "\n_virtual_env(", "virtual_env = self._fs_path(",
	                    "virtual_env = " }, NULL },
	{ batch, { "for %%i in (", "set \"VIRTUAL_ENV=", "set VIRTUAL_ENV=" },
	  "set \"VIRTUAL_ENV_PROMPT=" },
};

const char *
activators_file(size_t i)
{
	return i < sizeof(known) / sizeof(*known) ? known[i].file : NULL;
}

static const struct known *
find_known(const char *file)
{
	static const struct known none;

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (strcmp(known[i].file, file) == 0)
			return &known[i];
	}
	return &none;
}

/* Append the value at S, N bytes with what follows, that "set" of cmd has in quotes. */
static void
read_batch(struct buf *out, const char *s, size_t n)
{
	for (size_t i = 0; i < n && !strchr("\"\r\n", s[i]); i++) {
		i += s[i] == '%' && i + 1 < n && s[i + 1] == '%';
		buf_putc(out, s[i]);
	}
}

/* Append to OUT the value at S, of N bytes with what follows: a word without
 * quotes, or in quotes that are the same in all of these shells. -EINVAL if it is
 * no such value. */
static int
read_value(struct buf *out, const char *file, const struct layout *l,
           const char *s, size_t n)
{
	const char *nl = memchr(s, '\n', n), *end;
	size_t line = nl ? (size_t)(nl - s) : n;

	if (strcmp(file, "activate") == 0)
		return shellword_read(out, s, n);
	if (strcmp(file, "activate.nu") == 0 && str_starts(s, "r#'")) {
		s += 2;
		line -= 2;
	}
	if (l->other_paths && strcmp(file, batch) == 0) {
		read_batch(out, s, n);
		return 0;
	}
	if (memchr(s, '\\', line) || memchr(s, '!', line) || line < 2)
		return -EINVAL;
	if (*s != '\'' && *s != '"' && strcmp(file, batch) == 0) {
		buf_add(out, s, strcspn(s, "\"\r\n"));
		return 0;
	}
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

/* Return the directory that the N bytes at TEXT, FILE of an environment of the kind L,
 * record, and set *AT to the place of that value; NULL if there is none. */
static const char *
find_recorded(const char *file, const struct layout *l, const char *text,
              size_t n, const char **at, struct arena *a)
{
	const char *end = text + n;

	for (const char *const *key = find_known(file)->keys; *key; key++) {
		const char *p = text;

		while ((p = memmem(p, (size_t)(end - p), *key, strlen(*key)))) {
			struct buf word;

			p += strlen(*key);
			*at = p;
			buf_init(&word, a);
			if (read_value(&word, file, l, p,
			               (size_t)(end - p)) == 0 &&
			    word.len > 0 &&
			    (l->other_paths ? winpath_is_absolute(buf_str(&word))
			                    : *word.data == '/'))
				return buf_str(&word);
			/* a value may hold the key again: read all but once */
			p += word.len;
		}
	}
	return NULL;
}

/* Return whether PATH leads to the environment P. */
static bool
is_here(const struct ctx *x, const struct activators_place *p, const char *path)
{
	if (p->layout->other_paths)
		return !p->recorded ||
		       winpath_is_same(x->walk, x->arena, p->env, path,
		                       p->recorded);
	return strcmp(path, p->recorded) == 0 ||
	       walk_is_same(x->walk, path, p->env_dir);
}

/* Return the first prompt in the N bytes at TEXT, which are FILE, without the
 * parentheses that venv puts around it up to Python 3.12; NULL if it cannot be told. */
static const char *
find_prompt(const char *file, const struct layout *l, const char *text, size_t n,
            struct arena *a)
{
	const char *key = find_known(file)->prompt;
	const char *s = key ? memmem(text, n, key, strlen(key)) : NULL;
	struct buf word;
	char *prompt;
	size_t len;

	if (!s)
		return NULL;
	s += strlen(key);
	buf_init(&word, a);
	if (read_value(&word, file, l, s, n - (size_t)(s - text)) < 0)
		return NULL;
	prompt = buf_str(&word);
	len = strlen(prompt);
	if (len > 3 && *prompt == '(' && str_ends(prompt, ") "))
		return arena_dup(a, prompt + 1, len - 3);
	return prompt;
}

const char *
activators_fault(const struct ctx *x, const struct activators_place *p,
                 const char *file, const char *text, size_t n)
{
	const char *at, *path, *prompt = NULL;

	path = find_recorded(file, p->layout, text, n, &at, x->arena);
	if (path && !is_here(x, p, path))
		return arena_fmt(x->arena, "enters '%s'", path);
	if (p->prompt)
		prompt = find_prompt(file, p->layout, text, n, x->arena);
	if (!prompt || strcmp(prompt, p->prompt) == 0)
		return NULL;
	return arena_fmt(x->arena, "has the prompt '%s', and pyvenv.cfg '%s'",
	                 prompt, p->prompt);
}

/* Return whether the file records no directory, because it finds its own. */
static bool
finds_itself(const struct activator *f)
{
	for (const char *const *key = find_known(f->file)->keys; *key; key++) {
		const char *p = f->text;

		while ((p = strstr(p, *key))) {
			p += strlen(*key);
			if (p[strspn(p, "'\"r#$b")] == '/')
				return false;
		}
	}
	return true;
}

/* Return whether the file activates another directory than its own, or has another
 * prompt. */
static bool
has_moved(const struct keeper *k, const struct activator *f)
{
	const char *at;

	if (activators_fault(k->ctx, &k->place, f->file, f->text, f->len))
		return true;
	if (find_recorded(f->file, k->layout, f->text, f->len, &at,
	                  k->ctx->arena))
		return false;
	return f->kind->is_recorded &&
	       !(k->layout->other_paths ? k->now->relocatable : finds_itself(f)) &&
	       !strstr(f->text, k->plan->env_dir);
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
	const char *text = f->text;

	for (int way = 0; way < 3; way++) {
		const struct activation v = {
			.env_dir = any_dir,
			.prompt = any_prompt,
			.on_windows = k->layout->other_paths,
			.by_directory = way == 2,
		};
		const char *rest;
		struct buf code;

		buf_init(&code, k->ctx->arena);
		if (activation_file_render(f->kind, &v, way != 0, &code,
		                           k->ctx->diag) < 0)
			return NULL;
		buf_str(&code);
		rest = follow(text, code.data, names);
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
	const char *text = f->text, *rest = NULL;

	for (size_t i = 0; text && !rest && i < sizeof(places) / sizeof(*places); i++) {
		char *path = arena_fmt(k->ctx->arena, "%s/venv/scripts/%s/%s", stdlib,
		                       places[i], f->file);
		char *pattern;
		size_t n;

		if (walk_read(k->ctx->walk, k->ctx->arena, path, MAX_TEMPLATE,
		              &pattern, &n) == 0)
			rest = follow(text, pattern, names);
	}
	return rest;
}

/* The same for venv of this Python, and of those that were here before. */
static const char *
after_venv(const struct keeper *k, const struct activator *f)
{
	const char *rest = f->kind->shell->by_venv && k->python->stdlib
	                           ? after_template(k, f, k->python->stdlib)
	                           : NULL;

	for (size_t i = 0; !rest && i < k->lib->count; i++) {
		char *stdlib = arena_fmt(k->ctx->arena, "%s/../lib/%s",
		                         k->now->home, k->lib->names[i]);

		if (str_starts(k->lib->names[i], "python3."))
			rest = after_template(k, f, stdlib);
	}
	return rest;
}

/* Tell that the file NAME differs, and is kept as COPY; NULL: its lines at
 * the end are. */
static void
note(struct keeper *k, const char *name, const char *copy)
{
	if (k->warning.len > 0)
		buf_puts(&k->warning, ", ");
	buf_fmt(&k->warning, "'%s/%s' ", k->layout->scripts, name);
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

	buf_init(&text, k->ctx->arena);
	buf_add(&text, n->data, n->len);
	buf_puts(&text, rest);
	n->data = buf_str(&text);
	n->len = text.len;
	n->kept = n->len == f->len && memcmp(n->data, f->text, n->len) == 0;
	k->plan->changes -= n->kept;
	if (!n->kept)
		note(k, f->file, NULL);
	return 0;
}

/* Fill the node COPY with the old file: the link, the text, or a copy of what is
 * too large to be read here. */
static void
describe_copy(const struct activator *f, struct node *copy)
{
	copy->kind = f->link ? NODE_LINK : f->text ? NODE_FILE : NODE_COPY;
	copy->data = f->link ? f->link : f->text ? f->text : f->path;
	copy->len = f->text && !f->link ? f->len : strlen(copy->data);
	copy->mode = SINK_EXACT | f->mode;
}

/* Return whether PATH is the COPY already: a run that was killed may have come as
 * far as this. */
static bool
is_copy(const struct keeper *k, const struct node *copy, const char *path)
{
	char *text;
	size_t n;

	if (copy->kind == NODE_LINK)
		return walk_readlink(k->ctx->walk, k->ctx->arena, path,
		                     &text) >= 0 &&
		       strcmp(text, copy->data) == 0;
	if (copy->kind == NODE_COPY)
		return walk_same_content(k->ctx->walk, path, copy->data) == 1;
	return walk_read(k->ctx->walk, k->ctx->arena, path, MAX_FILE, &text,
	                 &n) == 0 &&
	       n == copy->len && memcmp(text, copy->data, n) == 0;
}

/* Keep the old file under a name that nothing else has. */
static int
keep_file(struct keeper *k, struct activator *f)
{
	for (int i = 1; i < MAX_COPIES; i++) {
		struct node copy = {
			.path = i == 1 ? arena_fmt(k->ctx->arena, "%s/%s.orig",
			                           k->layout->scripts, f->file)
			               : arena_fmt(k->ctx->arena,
			                           "%s/%s.orig.%d",
			                           k->layout->scripts, f->file,
			                           i),
		};
		char *path = arena_fmt(k->ctx->arena, "%s/%s", k->dir, copy.path);
		struct stat st;

		describe_copy(f, &copy);
		copy.kept =
			walk_lstat(k->ctx->walk, k->ctx->arena, path, &st) == 0;
		if (copy.kept && !is_copy(k, &copy, path))
			continue;
		note(k, f->file, copy.path);
		plan_append(k->plan, &copy, 1, k->ctx->arena);
		return 0;
	}
	return diag_set(k->ctx->diag, -EEXIST, "cannot keep '%s/%s/%s': there are "
	                "too many copies of it", k->dir, k->layout->scripts,
	                f->file);
}

static int
renew(struct keeper *k, struct activator *f)
{
	bool copied = f->node->kind == NODE_COPY;
	const char *rest = f->text && !copied ? after_ours(k, f) : NULL;

	f->node->mode = SINK_EXACT | f->mode;
	if (!rest && f->text && !copied)
		rest = after_venv(k, f);
	/* a link may lead to what others share: nothing of that is copied */
	if (!rest || (*rest && f->link))
		return keep_file(k, f);
	return *rest ? keep_rest(k, f, rest) : 0;
}

/* Read the file F->file: 1, 0 if there is nothing to keep, or a negative errno. */
static int
read_file(const struct keeper *k, struct activator *f)
{
	char *path = arena_fmt(k->ctx->arena, "%s/%s/%s", k->dir,
	                       k->layout->scripts, f->file);
	char *text, *link = NULL;
	struct stat st;
	int err;

	f->path = path;
	err = walk_lstat(k->ctx->walk, k->ctx->arena, path, &st);
	if (err == 0 && S_ISLNK(st.st_mode)) {
		err = walk_readlink(k->ctx->walk, k->ctx->arena, path, &link);
		if (err >= 0)
			err = walk_stat(k->ctx->walk, path, &st);
	}
	f->link = link;
	f->mode = 0666 & ~022;
	if (err < 0) /* of a link that leads to nothing, nothing is lost */
		return 0;
	if (S_ISREG(st.st_mode))
		f->mode = st.st_mode & 0777;
	if (S_ISREG(st.st_mode) && st.st_size < MAX_FILE &&
	    walk_read(k->ctx->walk, k->ctx->arena, path, MAX_FILE, &text,
	              &f->len) == 0)
		f->text = text;
	return 1;
}

/* Decide about the file KIND, whose node is N. */
static int
decide(struct keeper *k, const struct activation_file *kind, struct node *n)
{
	struct activator f = { .kind = kind, .file = kind->name, .node = n };
	int found = read_file(k, &f);

	if (found < 0)
		return found;
	/* one that lost its text is damage, as one that is missing */
	if ((!found && !f.link) ||
	    (f.text && strspn(f.text, " \t\r\n") == f.len))
		return 0;
	if (k->asked && !found)
		return 0;
	if (k->asked || (f.text && has_moved(k, &f)))
		return renew(k, &f);
	n->kept = true;
	k->plan->changes--;
	return 0;
}

/* Write the directory anew in FILE, another tool's, for which there is no
 * template, if it records another one. */
static int
correct(struct keeper *k, const char *file)
{
	struct activator f = { .file = file };
	const char *dir = k->plan->env_dir, *old, *at;
	struct node n = { .kind = NODE_FILE };
	struct buf text;
	int found = read_file(k, &f);

	if (found <= 0 || !f.text || f.link)
		return found < 0 ? found : 0;
	old = find_recorded(file, k->layout, f.text, f.len, &at, k->ctx->arena);
	if (!old || is_here(k->ctx, &k->place, old))
		return 0;
	if (strpbrk(dir, "\"%!^&\r\n")) {
		diag_warn(k->ctx->diag, "'%s/bin/%s' enters '%s', and cannot hold "
		          "the name of this environment: delete it", k->plan->place, file,
		          old);
		return 0;
	}
	at += *at == '"';
	buf_init(&text, k->ctx->arena);
	buf_add(&text, f.text, (size_t)(at - f.text));
	buf_puts(&text, dir);
	at += strlen(old);
	buf_add(&text, at, (size_t)(f.text + f.len - at));
	n.path = arena_fmt(k->ctx->arena, "bin/%s", file);
	n.data = buf_str(&text);
	n.len = text.len;
	n.mode = SINK_EXACT | f.mode;
	plan_append(k->plan, &n, 1, k->ctx->arena);
	return 0;
}

/* Return the node of P that writes the file FILE in bin; NULL: there is none, or
 * what is there is as it should be. */
static struct node *
find_node(const struct keeper *k, const char *file)
{
	const char *scripts = k->layout->scripts;
	size_t len = strlen(scripts);

	for (size_t i = 0; file && i < k->plan->count; i++) {
		struct node *n = &k->plan->nodes[i];

		if ((n->kind == NODE_FILE || n->kind == NODE_COPY) && !n->kept &&
		    str_starts(n->path, scripts) && n->path[len] == '/' &&
		    strcmp(n->path + len + 1, file) == 0)
			return n;
	}
	return NULL;
}

/* Decide about all files that the plan writes. */
static int
decide_all(struct keeper *k)
{
	struct activation_file kind;
	int err = 0;

	for (size_t i = 0; err == 0 && activation_file_at(&kind, i, k->layout);
	     i++) {
		/* copies that are kept move the nodes */
		struct node *n = find_node(k, kind.name);

		if (n)
			err = decide(k, &kind, n);
	}
	return err;
}

int
activators_plan(const struct ctx *x, struct plan *p, bool asked,
                const struct config *now, const struct entries *lib,
                const struct python *py, const struct layout *l,
                const char *dir)
{
	struct keeper k = {
		.plan = p,
		.asked = asked,
		.now = now,
		.lib = lib,
		.python = py,
		.layout = l,
		.dir = dir,
		.place = {
			.layout = l,
			.env_dir = dir,
			.recorded = p->env_dir,
			.prompt = l->other_paths ? now->prompt : NULL,
		},
		.ctx = x,
	};
	int err;

	buf_init(&k.warning, x->arena);
	err = decide_all(&k);
	/* uv's, on POSIX */
	if (err == 0 && !l->activators)
		err = correct(&k, batch);
	if (err == 0 && k.warning.len > 0)
		diag_warn(x->diag, "activation scripts in '%s' differ from what pyvenv "
		          "and venv write: %s", p->place,
		          buf_str(&k.warning));
	return err;
}
