#include "applets/emit.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "applets/applet.h"
#include "applets/cli.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "os/process.h"
#include "venv/detect.h"
#include "venv/shell.h"
#include "venv/shell_row.h"

enum { STDOUT = 1, STDERR = 2 };

static const char *
shell_names(struct arena *a)
{
	struct buf out;
	const char *s;

	buf_init(&out, a);
	for (size_t i = 0; i < shell_count(); i++)
		buf_fmt(&out, "%s%s", i ? ", " : "", shell_name(shell_at(i)));
	s = buf_str(&out);
	return s ? s : "";
}

int
emit_choose(struct emit *e, const char *name, struct diag *d)
{
	e->shell = name ? shell_find(name) : detect_shell(e->arena, e->env);
	if (e->shell)
		return 0;
	if (name)
		return diag_set(d, -EINVAL, "unknown shell '%s', not one of %s",
		                name, shell_names(e->arena));
	diag_set(d, -ENOENT, "cannot tell which shell this is for");
	diag_hint(d, "name it with -s, one of %s", shell_names(e->arena));
	return d->code;
}

/* Append WORD as it has to be typed in the shell. */
static void
put_word(const struct emit *e, struct buf *out, const char *word)
{
	struct buf quoted;

	buf_init(&quoted, e->arena);
	for (const char *p = word; *p || p == word; p++) {
		bool plain = (*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') ||
		             (*p >= 'A' && *p <= 'Z') ||
		             (*p && strchr("/._-+", *p));

		if (!plain) {
			if (e->shell->quote(&quoted, word, strlen(word)) == 0)
				cli_escape(out, quoted.data, quoted.len);
			return;
		}
	}
	buf_puts(out, word);
}

static void
print_hint(const struct emit *e, char **argv)
{
	struct buf out;

	buf_init(&out, e->arena);
	buf_fmt(&out, "hint: this is for the shell to evaluate: %s%s",
	        e->shell->before, e->prog);
	for (argv++; *argv; argv++) {
		buf_putc(&out, ' ');
		put_word(e, &out, *argv);
	}
	buf_fmt(&out, "%s\n", e->shell->after);
	(void)process_write(STDERR, out.data, out.len);
}

int
emit_code(const struct emit *e, struct buf *code, char **argv)
{
	int exit = cli_write(e->prog, code->data, code->len);

	if (exit == EXIT_OK && process_is_terminal(STDOUT))
		print_hint(e, argv);
	return exit;
}

int
emit_failure(const struct emit *e, int exit)
{
	const char *fail = e->shell ? e->shell->fail : "false;\n";

	if (!process_is_terminal(STDOUT))
		(void)process_write(STDOUT, fail, strlen(fail));
	return exit;
}
