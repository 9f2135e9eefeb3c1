#include "shell/enter.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/str.h"
#include "format/pathname.h"
#include "format/quote.h"
#include "os/ctx.h"
#include "os/process.h"

enum { MAX_FILE = 64 * 1024 };

struct search {
	const struct walk *walk;
	struct arena *arena;
	struct diag *diag;
	const char *const *env;
	const char *dir; /* that is searched now */
	char *found;     /* the environment; NULL: none yet */
};

struct line {
	const char *start;
	size_t len;
	unsigned number;
};

/* Return whether the error CODE means that there is no such file. Nobody can
 * enter a path that is too long either. */
static bool
is_absent(int code)
{
	return code == -ENOENT || code == -ENOTDIR || code == -ENAMETOOLONG;
}

/* Return the first line of the LEN bytes at TEXT, of a LIST the last that is
 * not blank. */
static struct line
pick(const char *text, size_t len, bool list)
{
	struct line picked = { text, 0, 1 };
	const char *end = text + len;
	unsigned number = 1;

	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		text += 3;
	for (; text < end; number++) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		size_t n = (size_t)((newline ? newline : end) - text);
		size_t next = n + 1;

		if (newline && n > 0 && text[n - 1] == '\r')
			n--;
		if (!list || strspn(text, " \t") < n)
			picked = (struct line){ text, n, number };
		if (!list || !newline)
			break;
		text += next;
	}
	return picked;
}

static int
refuse(const struct search *s, int code, const char *path, const char *why)
{
	diag_set(s->diag, code, "cannot use '%s': %s", path, why);
	diag_hint(s->diag, "name the directory of the environment");
	return code;
}

/* Return 1 if DIR has a pyvenv.cfg, 0 if not, or a negative errno. */
static int
has_cfg(const struct search *s, const char *dir)
{
	char *cfg = pathname_join(s->arena, dir, "pyvenv.cfg");
	struct stat st;
	int err = walk_stat(s->walk, cfg, &st);

	if (err == 0)
		return S_ISREG(st.st_mode);
	return is_absent(err) ? 0 : err;
}

/* Return why PATH, which has no pyvenv.cfg, is no environment. */
static const char *
fault_of(const struct search *s, const char *path)
{
	struct stat st;
	int err = walk_stat(s->walk, path, &st);

	if (err == 0 && S_ISDIR(st.st_mode))
		return "it has no pyvenv.cfg";
	return diag_reason(err < 0 ? err : -ENOTDIR);
}

/* Find the environment that the file PATH names in LINE. */
static int
follow_line(struct search *s, const char *path, const struct line *line)
{
	char *env;
	int has;

	if (line->len >= PATH_MAX)
		return refuse(s, -ENAMETOOLONG, path, "its line is too long for "
		              "a path");
	env = pathname_absolute(s->arena, s->dir,
	                        arena_dup(s->arena, line->start, line->len));
	has = has_cfg(s, env);
	if (has == 1) {
		s->found = env;
		return 0;
	}
	return refuse(s, has < 0 ? has : -ENOENT, path,
	              arena_fmt(s->arena, "line %u names '%s': %s",
	                        line->number, env,
	                        has < 0 ? diag_reason(has)
	                                : fault_of(s, env)));
}

static int
follow(struct search *s, const char *path, bool list)
{
	struct line line;
	char *text;
	size_t len;
	int err = walk_read(s->walk, s->arena, path, MAX_FILE + 1, &text, &len);

	if (err < 0)
		return refuse(s, err, path, diag_reason(err));
	if (len > MAX_FILE)
		return refuse(s, -EINVAL, path, "it is larger than 64 KB");
	if (memchr(text, '\0', len))
		return refuse(s, -EINVAL, path, "it has a NUL byte in it");
	line = pick(text, len, list);
	if (line.len == 0)
		return refuse(s, -EINVAL, path, list ? "no line names an "
		              "environment" : "its first line is empty");
	return follow_line(s, path, &line);
}


/* Return whether the user OWNER is trusted to choose which environment is
 * entered: root, this user, and the one that sudo has made root. */
static bool
is_trusted(const struct search *s, uid_t owner)
{
	const char *sudo = env_get(s->env, "SUDO_UID");
	uid_t user = process_user();
	uint64_t uid = 0;
	size_t n = sudo ? strspn(sudo, "0123456789") : 0;

	if (owner == 0 || owner == user)
		return true;
	if (user != 0 || n == 0 || n > 10 || sudo[n])
		return false;
	for (; *sudo; sudo++)
		uid = uid * 10 + (uint64_t)(*sudo - '0');
	return owner == uid;
}

/* Refuse PATH, which belongs to another user. */
static int
refuse_owner(const struct search *s, const char *path, const struct stat *st)
{
	struct buf command;

	diag_set(s->diag, -EPERM, "cannot use '%s': it belongs to another user, "
	         "number %lu", path, (unsigned long)st->st_uid);
	if (S_ISDIR(st->st_mode) || S_ISLNK(st->st_mode)) {
		buf_init(&command, s->arena);
		(void)quote_posix(&command, path, strlen(path));
		diag_hint(s->diag, "if you trust that user: activate-print %s",
		          buf_str(&command));
	} else {
		diag_hint(s->diag, "name the directory of the environment");
	}
	return -EPERM;
}

/* Look at NAME: an environment, or a file that names one, or a LIST of them. */
static int
try_name(struct search *s, const char *name, bool list)
{
	char *path = pathname_join(s->arena, s->dir, name);
	struct stat st, link;
	int has = 0, err = walk_lstat(s->walk, s->arena, path, &st);

	if (is_absent(err))
		return 0;
	link = st;
	if (err == 0 && S_ISLNK(st.st_mode)) {
		err = walk_stat(s->walk, path, &st);
		if (is_absent(err))
			return refuse(s, err, path, "the link leads nowhere");
	}
	if (err < 0)
		return refuse(s, err, path, diag_reason(err));
	if (S_ISDIR(st.st_mode) && !list)
		has = has_cfg(s, path);
	if (S_ISDIR(st.st_mode) && has == 0)
		return 0; /* some keep environments in .python-envs/ */
	if (!is_trusted(s, link.st_uid))
		return refuse_owner(s, path, &link);
	if (!is_trusted(s, st.st_uid))
		return refuse_owner(s, path, &st);
	if (S_ISREG(st.st_mode))
		return follow(s, path, list);
	if (!S_ISDIR(st.st_mode))
		return refuse(s, -EINVAL, path, "it is neither a directory nor "
		              "a file");
	if (has < 0)
		return refuse(s, has, path, diag_reason(has));
	s->found = path;
	return 0;
}

int
enter_locate(const struct ctx *x, const char *const *env, const char *cwd,
             char **env_dir)
{
	struct search s = { x->walk, x->arena, x->diag, env, cwd, NULL };

	for (;;) {
		int err = try_name(&s, ".venv", false);

		if (err == 0 && !s.found)
			err = try_name(&s, ".python-envs", true);
		if (err < 0)
			return err;
		if (s.found) {
			*env_dir = s.found;
			return 0;
		}
		if (strspn(s.dir, "/") == strlen(s.dir))
			break;
		s.dir = pathname_dir(x->arena, s.dir);
	}
	diag_set(x->diag, -ENOENT, "cannot find an environment: no .venv in '%s' or "
	         "above", cwd);
	diag_hint(x->diag, "name its directory");
	return x->diag->code;
}
