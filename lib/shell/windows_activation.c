#include "shell/windows_activation.h"

#include <errno.h>
#include <string.h>

#include "base/diag.h"
#include "base/str.h"
#include "format/words.h"
#include "python/layout.h"
#include "shell/activation.h"
#include "shell/shell.h"
#include "shell/templates.h"

static const char leave_powershell[] =
	"# For PowerShell: leave the environment that Activate.ps1 has entered.\r\n"
	"if (Test-Path -Path Function:deactivate) {\r\n"
	"\tdeactivate\r\n"
	"} else {\r\n"
	"\tWrite-Warning 'no virtual environment is active'\r\n"
	"}\r\n";

/* The files. */
static const struct file {
	const char *name;
	const char *shell; /* in whose set it is: cmd has no bit of its own */
	const char *text;  /* the whole of it */
	bool is_batch, is_copy;
} files[] = {
	{ "activate", "sh", NULL, false, false },
	{ "activate.fish", "fish", NULL, false, false },
	{ "activate.bat", "powershell", NULL, true, false },
	{ "deactivate.bat", "powershell", NULL, true, false },
	{ "Activate.ps1", "powershell", NULL, false, true },
	{ "Deactivate.ps1", "powershell", leave_powershell, false, false },
};

enum { FILES = sizeof(files) / sizeof(*files) };

static const struct file *
find(const char *name)
{
	size_t i = 0;

	while (strcmp(files[i].name, name) != 0)
		i++;
	return &files[i];
}

const char *
windows_activation_file(size_t i, const struct layout *l, unsigned set)
{
	const struct file *f = &files[i];

	if (i >= FILES)
		return NULL;
	if (!words_have(l->activators, f->name, strlen(f->name)))
		return "";
	return set & shell_set_of(shell_find(f->shell)) ? f->name : "";
}

bool
windows_activation_is_copy(const char *file)
{
	return find(file)->is_copy;
}

bool
windows_activation_records(const char *file)
{
	const struct file *f = find(file);

	return !f->text && !f->is_copy && *file == 'a';
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

/* Refuse the value S, which cmd cannot hold. */
static int
check_value(const char *s, struct diag *d)
{
	if (!strpbrk(s, "\"\r\n\032") && utf8_is_valid(s, strlen(s)))
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
render_batch(const struct file *f, const struct activation *v, bool relocatable,
             struct buf *out, struct diag *d)
{
	const struct template *t = template_find("activate.bat");
	const char *dir = relocatable ? NULL : v->env_dir;
	const char *prompt = relocatable && v->by_directory ? NULL : v->prompt;
	bool leaves = strcmp(f->name, "deactivate.bat") == 0;
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
windows_activation_render(const char *file, const struct activation *v,
                          bool relocatable, struct buf *out, struct diag *d)
{
	const struct file *f = find(file);

	if (f->is_batch)
		return render_batch(f, v, relocatable, out, d);
	if (f->text) {
		buf_puts(out, f->text);
		return 0;
	}
	return activation_render(shell_find(f->shell), relocatable
	                         ? ACTIVATION_FINDS_ITSELF : ACTIVATION_FILE, v,
	                         out, d);
}
