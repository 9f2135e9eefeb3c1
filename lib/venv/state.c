#include "venv/state.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "format/words.h"
#include "os/walk.h"
#include "shell/shell.h"
#include "venv/plan.h"

enum { MAX_CFG = 64 * 1024 };

static int
read_names(struct entries *e, const struct walk *w, struct arena *a,
           const char *path)
{
	int err = walk_entries(w, a, path, e);

	return err == -ENOENT || err == -ENOTDIR ? 0 : err;
}

static int
read_config(struct state *s, const struct walk *w, struct arena *a,
            const char *dir)
{
	char *path = arena_fmt(a, "%s/pyvenv.cfg", dir);
	char *text;
	size_t len;
	int err;

	if (!path)
		return -ENOMEM;
	err = walk_read(w, a, path, MAX_CFG, &text, &len);
	if (err < 0) /* not there, or not a file: no environment */
		return err == -ENOENT || err == -EINVAL ? 0 : err;
	s->has_config = true;
	config_parse(&s->config, text, len, a);
	s->environment = s->config.home;
	s->windows = s->environment &&
	             config_is_of_windows(&s->config, w, a, dir);
	return err;
}

/* LIST of --activators in the command that made the environment, if it was
 * ours and had one. */
static const char *
chosen_activators(const struct config *c, struct arena *a)
{
	/* what follows these is no option, whatever it looks like */
	static const char taking[] = " --prompt --wheel --require-hashes -p "
	                             "--python-target ";
	static const char option[] = "--activators";
	static const char letters[] = ",abcdefghijklmnopqrstuvwxyz";
	const char *s = c->command ? c->command : "";

	while (*s) {
		size_t n = config_word_length(s);
		const char *word = s;

		s += n + (s[n] == ' ');
		if (n == sizeof(option) - 1 && memcmp(word, option, n) == 0)
			return arena_dup(a, s, strspn(s, letters));
		if (words_have(taking, word, n)) {
			s += config_word_length(s);
			s += *s == ' ';
		}
	}
	return NULL;
}

static bool
has_name(const struct entries *e, const char *name)
{
	for (size_t i = 0; i < e->count; i++) {
		if (strcmp(e->names[i], name) == 0)
			return true;
	}
	return false;
}

/* What to keep where nobody has said: all that venv writes if there is any, as
 * one that is missing may be damage, and others that are there. */
static const char *
present_activators(const struct state *s, struct arena *a)
{
	struct buf list;
	bool any = false;

	buf_init(&list, a);
	for (size_t i = 0; i < shell_count(); i++) {
		const struct shell *sh = shell_at(i);
		bool there = shell_file(sh) && has_name(&s->bin, shell_file(sh));

		any |= there;
		if (there || shell_is_by_venv(sh))
			buf_fmt(&list, "%s%s", list.len ? "," : "",
			        shell_name(sh));
	}
	return any ? buf_str(&list) : "none";
}

/* How the environment was made, as far as its files tell. */
static int
read_habits(struct state *s, const struct walk *w, struct arena *a,
            const char *dir)
{
	char *python = arena_fmt(a, "%s/bin/python", dir);
	char *ignore = arena_fmt(a, "%s/.gitignore", dir);
	struct stat st;

	if (!python || !ignore)
		return -ENOMEM;
	s->copies = walk_lstat(w, a, python, &st) == 0 && S_ISREG(st.st_mode);
	s->ignore_file = walk_lstat(w, a, ignore, &st) == 0;
	s->activators = chosen_activators(&s->config, a);
	s->activators_chosen = s->activators != NULL;
	/* an empty or lost bin is damage, not a choice */
	if (s->activators || s->bin.count == 0)
		return 0;
	s->activators = present_activators(s, a);
	return s->activators ? 0 : -ENOMEM;
}

int
state_read(struct state *s, const struct walk *w, struct arena *a,
           const char *dir, struct diag *d)
{
	char *bin = arena_fmt(a, "%s/bin", dir);
	char *lib = arena_fmt(a, "%s/lib", dir);
	int err;

	memset(s, 0, sizeof(*s));
	if (!bin || !lib)
		return diag_oom(d);
	err = read_config(s, w, a, dir);
	if (err == 0)
		err = read_names(&s->bin, w, a, bin);
	if (err == 0)
		err = read_names(&s->lib, w, a, lib);
	if (err == 0)
		err = read_habits(s, w, a, dir);
	return err < 0 ? diag_sys(d, err, "read", dir) : 0;
}

bool
state_has_activators(const struct state *s, const char *list)
{
	bool all = shell_in_list(list, "all");

	for (size_t i = 0; i < shell_count(); i++) {
		const struct shell *sh = shell_at(i);

		if (shell_file(sh) &&
		    (all || shell_in_list(list, shell_name(sh))) &&
		    !has_name(&s->bin, shell_file(sh)))
			return false;
	}
	return true;
}

/* The file that the node N of P copies, itself or by another name. */
static const char *
source_of(const struct plan *p, const struct node *n)
{
	if (n->kind == NODE_SAME)
		n = plan_find(p, n->data);
	return n && n->kind == NODE_COPY ? n->data : NULL;
}

static int
look_at(struct present *now, const struct plan *p, const struct node *n,
        const struct walk *w, struct arena *a, const char *path)
{
	const char *source = source_of(p, n);
	struct stat st;
	char *data;
	int err = walk_lstat(w, a, path, &st);

	*now = (struct present){ .kind = PRESENT_NOTHING };
	if (err < 0) /* below a file: the node of that file will object */
		return err == -ENOENT || err == -ENOTDIR ? 0 : err;
	if (S_ISDIR(st.st_mode)) {
		now->kind = PRESENT_DIR;
	} else if (S_ISREG(st.st_mode)) {
		now->kind = PRESENT_FILE;
		if (source)
			now->equal = (st.st_mode & 0111) &&
			             walk_same_content(w, path, source) == 1;
		if (n->kind != NODE_FILE || (uint64_t)st.st_size != n->len)
			return 0;
		err = walk_read(w, a, path, n->len, &data, &now->len);
		now->data = err < 0 ? NULL : data;
	} else if (S_ISLNK(st.st_mode)) {
		now->kind = PRESENT_LINK;
		err = walk_readlink(w, a, path, &data);
		now->data = err < 0 ? NULL : data;
		now->len = now->data ? strlen(now->data) : 0;
	} else {
		now->kind = PRESENT_OTHER;
	}
	return err;
}

int
state_look(struct state *s, const struct walk *w, struct arena *a,
           const char *dir, const struct plan *p, struct diag *d)
{
	s->present = arena_zero(a, p->count, sizeof(*s->present));
	if (!s->present)
		return diag_oom(d);
	for (size_t i = 0; i < p->count; i++) {
		const struct node *n = &p->nodes[i];
		char *path = arena_fmt(a, "%s/%s", dir, n->path);
		int err;

		if (!path)
			return diag_oom(d);
		err = look_at(&s->present[i], p, n, w, a, path);
		if (err < 0)
			return diag_sys(d, err, "read", path);
	}
	return 0;
}
