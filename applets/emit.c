#include "applets/emit.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "applets/applet.h"
#include "applets/cli.h"
#include "base/diag.h"
#include "os/process.h"
#include "shell/shell.h"

enum { STDOUT = 1, STDERR = 2 };

static const char *
shell_names(struct arena *a)
{
	struct buf out;

	buf_init(&out, a);
	for (size_t i = 0; i < shell_count(); i++)
		buf_fmt(&out, "%s%s", i ? ", " : "", shell_at(i)->name);
	return buf_str(&out);
}

static int
choose_shell(struct emit *e, struct diag *d)
{
	const char *name = e->shell_name;

	e->shell = name ? shell_find(name) : shell_detect(e->arena, e->env);
	if (e->shell)
		return 0;
	if (name)
		return diag_set(d, -EINVAL, "unknown shell '%s', not one of %s",
		                name, shell_names(e->arena));
	diag_set(d, -ENOENT, "cannot find out which shell is calling");
	diag_hint(d, "name it with -s, one of %s", shell_names(e->arena));
	return d->code;
}

/* A row of the table: the name, and TEXT beside it, or below if it is long. */
static void
put_row(struct buf *out, const char *name, const char *text)
{
	enum { COLUMN = 15, WIDTH = 80 };
	size_t n = 2 + strlen(name);

	buf_fmt(out, "  %s", name);
	if (COLUMN + strlen(text) > WIDTH) {
		buf_puts(out, "\n   ");
		n = COLUMN - 1;
	}
	do
		buf_putc(out, ' ');
	while (++n < COLUMN);
	buf_fmt(out, "%s\n", text);
}

/* The shells of the table, or else the forms. */
static void
put_rows(const struct emit *e, struct buf *out, bool shells)
{
	for (size_t i = 0; i < shell_count(); i++) {
		const struct shell *sh = shell_at(i);
		const char *text = sh->use;

		if ((sh->before != NULL) != shells ||
		    (e->leaves && sh->enters_only))
			continue;
		if (shells)
			text = arena_fmt(e->arena, "%s%s%s%s", sh->before,
			                 e->prog, e->operand, sh->after);
		put_row(out, sh->name, text);
	}
}

static int
print_help(const struct emit *e)
{
	struct buf out;

	buf_init(&out, e->arena);
	buf_fmt(&out, "%s\nSHELL, and what to type in it:\n", e->usage);
	put_rows(e, &out, true);
	buf_puts(&out, "or, for those without a shell:\n");
	put_rows(e, &out, false);
	return cli_write(e->prog, out.data, out.len);
}

static bool
is_plain(const char *word)
{
	for (const char *p = word; *p; p++) {
		if (!(*p >= 'a' && *p <= 'z') && !(*p >= '0' && *p <= '9') &&
		    !(*p >= 'A' && *p <= 'Z') && !strchr("/._-+", *p))
			return false;
	}
	return *word;
}

/* Append WORD as it has to be typed in the shell; false if that cannot be
 * shown. */
static bool
put_word(const struct emit *e, struct buf *out, const char *word)
{
	const struct shell *sh = e->shell;
	struct buf quoted, shown;

	buf_init(&quoted, e->arena);
	buf_init(&shown, e->arena);
	if (is_plain(word)) {
		buf_puts(out, word);
		return true;
	}
	/* what csh makes of a quoted word inside of `...` depends on too much */
	if (!sh->quote || sh->one_line ||
	    sh->quote(&quoted, word, strlen(word)) < 0)
		return false;
	cli_escape(&shown, quoted.data, quoted.len);
	buf_add(out, shown.data, shown.len);
	return shown.len == quoted.len;
}

static void
print_hint(const struct emit *e)
{
	struct buf out, words;
	bool shown = true;

	buf_init(&out, e->arena);
	buf_init(&words, e->arena);
	for (char **arg = e->argv + 1; *arg && shown; arg++) {
		buf_putc(&words, ' ');
		shown = put_word(e, &words, *arg);
	}
	buf_fmt(&out, "hint: this is for the shell to evaluate: %s%s",
	        e->shell->before, e->prog);
	if (shown)
		buf_add(&out, words.data, words.len);
	else
		buf_puts(&out, e->operand);
	buf_fmt(&out, "%s\n", e->shell->after);
	(void)process_write(STDERR, out.data, out.len);
}

/* Write the failing statement to stdout unless that is a terminal: EXIT. */
static int
fail(const struct emit *e, int exit)
{
	const char *text = e->shell ? e->shell->fail : "false;\n";

	if (text && !process_is_terminal(STDOUT))
		(void)process_write(STDOUT, text, strlen(text));
	return exit;
}

int
emit_run(struct emit *e, int parsed)
{
	struct diag d;
	struct buf code;
	int exit, err;

	if (parsed == EXIT_OK && e->help)
		return print_help(e);
	if (parsed == EXIT_OK && e->version)
		return cli_version(e->prog);
	diag_init(&d, e->arena);
	buf_init(&code, e->arena);
	err = choose_shell(e, &d);
	if (parsed != EXIT_OK)
		return fail(e, parsed);
	if (err == -EINVAL)
		return fail(e, cli_usage(e->prog, "%s", buf_str(&d.text)));
	if (err == 0)
		err = e->make(e, e->request, &code, &d);
	if (err < 0)
		return fail(e, cli_report(e->prog, &d));
	(void)cli_report(e->prog, &d); /* what was warned of */
	exit = cli_write(e->prog, code.data, code.len);
	if (exit == EXIT_OK && e->shell->before && process_is_terminal(STDOUT))
		print_hint(e);
	return exit;
}
