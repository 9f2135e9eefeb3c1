#include "shell/activation_file.h"

#include <errno.h>
#include <string.h>

#include "base/diag.h"
#include "base/str.h"
#include "format/words.h"
#include "python/layout.h"
#include "shell/activation.h"
#include "shell/shell.h"
#include "shell/templates.h"

/* Half of a line of cmd, as a byte may need another one to escape it. */
enum { MAX_VALUE = 4000 };

static const char leave_powershell[] =
	"# For PowerShell: leave the environment that Activate.ps1 has entered.\r\n"
	"if (Test-Path -Path Function:deactivate) {\r\n"
	"\tdeactivate\r\n"
	"} else {\r\n"
	"\tWrite-Warning 'no virtual environment is active'\r\n"
	"}\r\n";

/* The files of Windows. */
static const struct file {
	const char *shell;
	struct activation_file file;
} files[] = {
	{ "sh", { .name = "activate", .is_recorded = true } },
	{ "fish", { .name = "activate.fish", .is_recorded = true } },
	{ "cmd", { .name = "activate.bat", .is_batch = true, .is_recorded = true } },
	{ "cmd", { .name = "deactivate.bat", .is_batch = true } },
	{ "powershell", { .name = "Activate.ps1", .is_copy = true } },
	{ "powershell", { .name = "Deactivate.ps1", .text = leave_powershell } },
};

bool
activation_file_at(struct activation_file *f, size_t i, const struct layout *l)
{
	size_t count = l->activators ? sizeof(files) / sizeof(*files)
	                             : shell_count();

	if (i >= count)
		return false;
	if (!l->activators) {
		const struct shell *sh = shell_at(i);

		*f = (struct activation_file){ .name = sh->file, .shell = sh,
			                       .is_recorded = true };
		return true;
	}
	*f = files[i].file;
	f->shell = shell_find(files[i].shell);
	if (!words_have(l->activators, f->name, strlen(f->name)))
		f->name = NULL;
	return true;
}

unsigned
activation_file_set(const struct layout *l)
{
	struct activation_file f;
	unsigned set = SHELL_SET_NONE;

	for (size_t i = 0; activation_file_at(&f, i, l); i++)
		set |= f.name ? shell_set_of(f.shell) : 0;
	return set;
}

/* How a value is read: once, or a second time for delayed expansion, in a word that has
 * a ! of its own or not. */
enum reading { PLAIN, DELAYED, DELAYED_WITH_MARK };

/* Append the value S as "set" has it in double quotes; DRAWN: as a part of PROMPT. */
static void
put_value(struct buf *out, const char *s, enum reading how, bool drawn)
{
	bool escapes = how == DELAYED_WITH_MARK ||
	               (how == DELAYED && strchr(s, '!'));

	for (; *s; s++) {
		if (*s == '%' || (drawn && *s == '$'))
			buf_putc(out, *s);
		if (escapes && (*s == '^' || *s == '!'))
			buf_putc(out, '^');
		buf_putc(out, *s);
	}
}

/* A file that is being filled in. */
struct batch {
	struct arena *arena;
	struct template_var vars[6];
	size_t count;
};

static void
add(struct batch *b, const char *name, struct buf *value)
{
	b->vars[b->count++] = (struct template_var){ name, buf_str(value),
		                                     value->len };
}

/* Add the command NAME that sets VARIABLE to S, or if that is NULL to the PART of this
 * file's own place. */
static void
add_command(struct batch *b, const char *name, const char *variable,
            const char *s, const char *part, enum reading how)
{
	struct buf out;

	buf_init(&out, b->arena);
	if (!s)
		buf_puts(&out, "for %%i in (\"%~dp0..\") do @");
	buf_fmt(&out, "set \"%s=", variable);
	if (s)
		put_value(&out, s, how, false);
	else
		buf_fmt(&out, "%%%%~%si", part);
	buf_putc(&out, '"');
	add(b, name, &out);
}

/* Add the prompt S, or if that is NULL the variable that holds it. */
static void
add_drawn(struct batch *b, const char *name, const char *s, enum reading how)
{
	struct buf out;

	buf_init(&out, b->arena);
	if (s)
		put_value(&out, s, how, true);
	else
		buf_puts(&out, how == PLAIN ? "%VIRTUAL_ENV_PROMPT%"
		                            : "!VIRTUAL_ENV_PROMPT!");
	add(b, name, &out);
}

/* Refuse the value S if cmd cannot hold it. */
static int
check_value(const char *s, struct diag *d)
{
	if (strlen(s) <= MAX_VALUE && !strpbrk(s, "\"\r\n\032") &&
	    utf8_is_valid(s, strlen(s)))
		return 0;
	return diag_set(d, -EINVAL, "cannot write '%s' as a value for cmd", s);
}

/* Append the N bytes at TEXT with the line ends of Windows. */
static void
put_lines(struct buf *out, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (text[i] == '\n')
			buf_putc(out, '\r');
		buf_putc(out, text[i]);
	}
}

static int
render_batch(const struct activation_file *f, const struct activation *v, bool relocatable,
             struct buf *out, struct diag *d)
{
	const struct template *t = template_find("activate.bat");
	const char *dir = relocatable ? NULL : v->env_dir;
	const char *prompt = relocatable && v->by_directory ? NULL : v->prompt;
	bool leaves = !f->is_recorded;
	struct batch b = { .arena = out->arena };
	struct buf text;
	int err;

	if (check_value(v->env_dir, d) < 0 || check_value(v->prompt, d) < 0)
		return d->code;
	add_command(&b, "SET_DIR", "VIRTUAL_ENV", dir, "f", PLAIN);
	add_command(&b, "SET_PROMPT", "VIRTUAL_ENV_PROMPT", prompt, "nx", PLAIN);
	add_drawn(&b, "DRAWN", prompt, PLAIN);
	add_command(&b, "DELAYED_DIR", "VIRTUAL_ENV", dir, "f", DELAYED);
	add_command(&b, "DELAYED_PROMPT", "VIRTUAL_ENV_PROMPT", prompt, "nx",
	            DELAYED);
	add_drawn(&b, "DELAYED_DRAWN", prompt, DELAYED_WITH_MARK);
	buf_init(&text, b.arena);
	err = template_expand(t->text, t->leave, b.vars, b.count, &text, d);
	if (err == 0 && leaves)
		err = template_expand(t->text + t->leave, t->enter - t->leave,
		                      b.vars, b.count, &text, d);
	if (err == 0 && !leaves)
		err = template_expand(t->text + t->enter, t->size - t->enter,
		                      b.vars, b.count, &text, d);
	if (err == 0)
		put_lines(out, text.data, text.len);
	return err;
}

int
activation_file_render(const struct activation_file *f,
                       const struct activation *v, bool relocatable,
                       struct buf *out, struct diag *d)
{
	if (f->is_batch)
		return render_batch(f, v, relocatable, out, d);
	if (f->text) {
		buf_puts(out, f->text);
		return 0;
	}
	return activation_render(f->shell, relocatable ? ACTIVATION_FINDS_ITSELF
	                                               : ACTIVATION_FILE,
	                         v, out, d);
}
