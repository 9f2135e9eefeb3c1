#include "shell/activation.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/diag.h"
#include "base/str.h"
#include "python/layout.h"
#include "shell/environ.h"
#include "shell/shell.h"
#include "shell/templates.h"

/* A template that is being filled in. */
struct page {
	const struct shell *shell;
	int (*quote)(struct buf *out, const char *s, size_t n);
	const struct template *template;
	const char *text;
	const char *finder; /* second text, for a file that finds itself; or NULL */
	size_t header; /* length of the first line: how to use the file */
	struct template_var vars[8];
	size_t nvars;
	struct buf *out;
	struct diag *diag;
};

static void
join_lines(char *text, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (text[i] == '\n')
			text[i] = ' ';
	}
}

/* Load the template of P->shell into P, with the second text if the file
 * FINDS_ITSELF. Return false with a diag if that fails. */
static bool
open_page(struct page *p, bool finds_itself)
{
	const struct template *t = template_find(p->shell->template);
	const char *nl;

	if (!t) {
		diag_set(p->diag, -EINVAL, "cannot find the template '%s'",
		         p->shell->template);
		return false;
	}
	p->template = t;
	p->text = t->text;
	p->finder = finds_itself ? t->finder : NULL;
	nl = memchr(p->text, '\n', t->leave);
	p->header = nl ? (size_t)(nl - p->text) + 1 : 0;
	return true;
}

/* Refuse VALUE if the eval of shell SH loses some of it. */
static int
need_eval(const struct shell *sh, const char *value, struct diag *d)
{
	if (!sh->one_line || (!strchr(value, '\n') &&
	                      utf8_is_valid(value, strlen(value))))
		return 0;
	diag_set(d, -EINVAL, "cannot print '%s' for %s: its eval loses line "
	         "ends and bytes that are not UTF-8", value, sh->name);
	/* nobody can type the name itself */
	diag_hint(d, "source bin/%s, which holds any name", sh->file);
	return d->code;
}

/* Add a variable whose value is CODE of the shell. */
static void
add_code(struct page *p, const char *name, const char *code, size_t n)
{
	p->vars[p->nvars++] = (struct template_var){ name, code, n };
}

/* Add a variable whose value is S, quoted for the shell. */
static int
add_var(struct page *p, const char *name, const char *s)
{
	struct buf b;

	buf_init(&b, p->out->arena);
	if (p->quote(&b, s, strlen(s)) < 0)
		return diag_set(p->diag, -EINVAL, "cannot write '%s' as a value "
		                "for %s", s, p->shell->name);
	add_code(p, name, b.data, b.len);
	return 0;
}

/* Add the name SCRIPTS of the directory with the scripts, and the separators of
 * paths and of PATH for a reader ON_WINDOWS or on another system. */
static void
add_bin(struct page *p, const char *scripts, bool on_windows)
{
	const struct layout *reader = layout_of(on_windows);

	add_code(p, "BIN", scripts, strlen(scripts));
	add_code(p, "SEP", &reader->separator, 1);
	add_code(p, "LIST", &reader->list_separator, 1);
}

/* Let the shell convert the directory, which is the first variable. */
static int
convert_dir(struct page *p)
{
	struct template_var *dir = &p->vars[0];
	const struct template_var quoted = { "DIR", dir->value, dir->len };
	const char *code = p->shell->windows_dir;
	struct buf b;
	int err;

	buf_init(&b, p->out->arena);
	err = template_expand(code, strlen(code), &quoted, 1, &b, p->diag);
	dir->value = buf_str(&b);
	dir->len = b.len;
	return err;
}

/* Add the environment's directory and its name in the prompt, which the code
 * itself may find. */
static int
add_names(struct page *p, const struct activation *v, bool finds_itself)
{
	const struct shell *sh = p->shell;
	const char *here = finds_itself ? sh->here : NULL;
	int err = add_var(p, here ? "RECORDED" : "ENV_DIR",
	                  v->on_windows && v->windows_dir ? v->windows_dir
	                                                  : v->env_dir);

	if (here)
		add_code(p, "ENV_DIR", here, strlen(here));
	add_bin(p, (v->layout ? v->layout : layout_of(v->on_windows))->scripts,
	        v->on_windows);
	if (err == 0 && !here && v->on_windows && sh->windows_dir)
		err = convert_dir(p);
	if (err < 0)
		return err;
	if (!here || !v->by_directory)
		return add_var(p, "PROMPT", v->prompt);
	add_code(p, "PROMPT", sh->here_name, strlen(sh->here_name));
	return 0;
}

/* Add the prompt with a backslash before what the shell would not draw. */
static int
add_drawn(struct page *p, const char *prompt)
{
	struct buf b;

	buf_init(&b, p->out->arena);
	for (; *prompt; prompt++) {
		if (strchr(p->shell->drawn, *prompt))
			buf_putc(&b, '\\');
		buf_putc(&b, *prompt);
	}
	return add_var(p, "DRAWN", buf_str(&b));
}

/* Add the code that leaves an environment, as one value. */
static int
add_leave(struct page *p)
{
	struct buf text;
	int err;

	buf_init(&text, p->out->arena);
	err = template_expand(p->text + p->header,
	                      p->template->enter - p->header, p->vars,
	                      p->nvars, &text, p->diag);
	if (err < 0)
		return err;
	join_lines(text.data, text.len);
	return add_var(p, "LEAVE", buf_str(&text));
}

/* Write [FROM, TO) of TEXT, which is one of P's two. */
static int
put_part(struct page *p, const char *text, size_t from, size_t to)
{
	return template_expand(text + from, to - from, p->vars, p->nvars,
	                       p->out, p->diag);
}

/* Write the whole file, and what is around it in one that finds itself. */
static int
put_file(struct page *p)
{
	const struct template *t = p->template;
	int err = put_part(p, p->text, 0, p->header);

	if (err == 0 && p->finder)
		err = put_part(p, p->finder, 0, t->located);
	if (err == 0)
		err = put_part(p, p->text, p->header, t->leave);
	if (err == 0)
		err = put_part(p, p->text, t->enter, t->size);
	if (err == 0 && p->finder)
		err = put_part(p, p->finder, t->located, t->finder_size);
	return err;
}

/* Write the common part and [FROM, TO) as the shell's eval needs them. */
static int
put_eval(struct page *p, size_t from, size_t to)
{
	int err;

	if (p->shell->one_line) {
		char *line = arena_dup(p->out->arena, p->text,
		                       p->template->size);

		join_lines(line, p->template->size);
		p->text = line;
	}
	err = put_part(p, p->text, p->header, p->template->leave);
	if (err == 0)
		err = put_part(p, p->text, from, to);
	if (err == 0 && p->shell->one_line)
		buf_putc(p->out, '\n');
	return err;
}

/* Write code that sets the variable NAME to VALUE in the shell SH. */
static int
put_variable(const struct shell *sh, const char *name, const char *value,
             struct buf *out, struct diag *d)
{
	int err = need_eval(sh, value, d);

	if (err < 0)
		return err;
	buf_fmt(out, "%s%s%s", sh->set_before, name, sh->set_between);
	err = (sh->quote_eval ? sh->quote_eval : sh->quote)(out, value,
	                                                    strlen(value));
	if (err < 0)
		return diag_set(d, -EINVAL, "cannot write '%s' as a value for "
		                "%s", value, sh->name);
	buf_puts(out, sh->set_after);
	return 0;
}

/* Write code that gives the shell SH, whose variables were ENV, the NORMAL
 * ones, so that it finds the environment that it leaves in PATH. */
static int
put_normal(const struct shell *sh, const char *const *env,
           const char *const *normal, struct buf *out, struct diag *d)
{
	static const char *const names[] = { "VIRTUAL_ENV", "PATH", "WSLENV",
		                             "WINEPATH" };
	int err = 0;

	if (normal == env)
		return 0;
	for (size_t i = 0; err == 0 && i < sizeof(names) / sizeof(*names);
	     i++) {
		const char *old = env_get(env, names[i]);
		const char *new = env_get(normal, names[i]);

		if (old && (!new || strcmp(old, new) != 0))
			err = put_variable(sh, names[i], new ? new : "", out,
			                   d);
	}
	return err;
}

/* Write what has to change to come from the list BEFORE to AFTER, as SH reads
 * it; through W if it is a reader on Windows, else W is NULL. */
static int
put_changes(const struct shell *sh, const struct walk *w,
            const char *const *before, const char *const *after,
            struct buf *out, struct diag *d)
{
	/* nobody here knows what a shell on Windows has */
	static const char *const unknown[] = {
		"VIRTUAL_ENV=", "VIRTUAL_ENV_PROMPT=", "PATH=", "PYTHONHOME=",
		NULL,
	};
	struct variable v[ENVIRON_CHANGES];
	int err = 0;

	if (w)
		err = environ_on_windows(out->arena, w, &after, d);
	if (w)
		before = unknown;
	if (err < 0)
		return err;
	environ_changes(v, before, after);
	return sh->write(out, v, d);
}

/* Write the code that leaves the environment DIR, whose directory of scripts is
 * SCRIPTS; if DIR is NULL, the one that VIRTUAL_ENV names in the shell. */
static int
put_leave(const struct shell *sh, const char *dir, const char *scripts,
          bool on_windows, struct buf *out, struct diag *d)
{
	struct page p = { .shell = sh, .out = out, .diag = d };

	add_bin(&p, scripts, on_windows);
	if (!open_page(&p, false) ||
	    (dir && put_variable(sh, "VIRTUAL_ENV", dir, out, d) < 0))
		return d->code;
	return put_eval(&p, p.template->leave, p.template->enter);
}

/* Write code for the environment that is active where V is entered, so that V's own
 * code can leave it: that looks for one of V's kind. */
static int
put_active(const struct shell *sh, const struct activation *v, struct buf *out,
           struct diag *d)
{
	const char *const *normal =
		environ_normal(out->arena, v->walk, v->env, false);
	const struct layout *l = v->layout ? v->layout : layout_of(false);
	const char *dir = env_get(normal, "VIRTUAL_ENV");
	const char *scripts = environ_scripts(normal, dir);
	int err = put_normal(sh, v->env, normal, out, d);

	return err == 0 && dir && scripts != l->scripts
	               ? put_leave(sh, NULL, scripts, false, out, d) : err;
}

int
activation_render(const struct shell *sh, enum activation_kind kind,
                  const struct activation *v, struct buf *out, struct diag *d)
{
	bool evaluated = kind == ACTIVATION_EVAL;
	bool finds_itself = kind == ACTIVATION_FINDS_ITSELF;
	struct page p = { .shell = sh, .quote = sh->quote, .out = out,
		          .diag = d };
	int err = 0;

	if (evaluated && sh->quote_eval)
		p.quote = sh->quote_eval;
	if (evaluated && sh->write)
		return put_changes(sh, v->on_windows ? v->walk : NULL, v->env,
		                   environ_enter(out->arena, v,
		                                 sh->before != NULL),
		                   out, d);
	if (!open_page(&p, finds_itself))
		return d->code;
	if (evaluated)
		err = need_eval(sh, v->env_dir, d);
	if (err == 0 && evaluated)
		err = need_eval(sh, v->prompt, d);
	if (err == 0)
		err = add_names(&p, v, finds_itself);
	if (err == 0 && sh->drawn)
		err = add_drawn(&p, v->prompt);
	if (err == 0 && sh->one_line)
		err = add_leave(&p);
	if (err < 0)
		return err;
	if (!evaluated)
		return put_file(&p);
	/* what a shell of Windows has is not known here */
	if (!v->on_windows)
		err = put_active(sh, v, out, d);
	return err < 0 ? err
	               : put_eval(&p, p.template->enter, p.template->size);
}

int
deactivation_render(const struct shell *sh, bool on_windows,
                    const struct walk *w, const char *const *env,
                    const char *const *dirs, struct buf *out, struct diag *d)
{
	struct arena *a = out->arena;
	const char *const *normal = environ_normal(a, w, env, true);
	const char *const active[] = { env_get(normal, "VIRTUAL_ENV"), NULL };
	const char *const *dir = *dirs ? dirs : active;
	int err = 0;

	on_windows = on_windows && sh->of_windows &&
	             environ_windows_dir(a, w, normal, *dir);
	if (sh->write)
		return put_changes(sh, on_windows ? w : NULL, env,
		                   environ_leave_all(a, w, env, dirs), out, d);
	if (!on_windows)
		err = put_normal(sh, env, normal, out, d);
	for (; err == 0 && *dir; dir++) {
		const char *name = dir == active ? NULL : *dir;

		if (name && on_windows)
			name = environ_windows_dir(a, w, normal, name);
		/* a shell on Windows has none of POSIX */
		if (!name && dir != active)
			continue;
		err = put_leave(sh, name, environ_scripts(normal, *dir),
		                on_windows, out, d);
	}
	return err;
}
