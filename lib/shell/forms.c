#include "shell/forms.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/diag.h"
#include "base/str.h"
#include "format/json.h"
#include "format/words.h"
#include "python/winpath.h"

static int
refuse(const struct variable *v, const char *format, const char *why,
       struct diag *d)
{
	/* PATH may be long, and is not what was asked for */
	bool shown = strcmp(v->name, "PATH") != 0;

	diag_set(d, -EINVAL, "cannot write %s for %s, which %s%s%s%s", v->name,
	         format, why, shown ? ": '" : "", shown ? v->value : "",
	         shown ? "'" : "");
	diag_hint(d, "activate-run ENV_DIR COMMAND takes any name");
	return d->code;
}

/* Refuse V if its value is no text. */
static int
need_utf8(const struct variable *v, const char *format, struct diag *d)
{
	if (v->value && !utf8_is_valid(v->value, strlen(v->value)))
		return refuse(v, format, "holds UTF-8 only", d);
	return 0;
}

/* Refuse V if its value is no text, or has one of the bytes ENDS, which end a
 * line. */
static int
need_line(const struct variable *v, const char *ends, const char *format,
          struct diag *d)
{
	if (v->value && strpbrk(v->value, ends))
		return refuse(v, format, "has no way to write a line end", d);
	return need_utf8(v, format, d);
}

/* Refuse V if it is to be unset, and an empty value is not the same. */
static int
need_value(const struct variable *v, const char *format, struct diag *d)
{
	if (v->value || words_have(" PYTHONHOME WSLENV WINEPATH ", v->name,
	                           strlen(v->name)))
		return 0;
	diag_set(d, -EINVAL, "cannot write %s for %s, which has no way to unset "
	         "it", v->name, format);
	diag_hint(d, "deactivate COMMAND runs a command outside the "
	          "environment");
	return d->code;
}

static const struct variable *
find(const struct variable *v, const char *name)
{
	while (v->name && strcmp(v->name, name) != 0)
		v++;
	return v;
}

/*
 * Return V, or the first row after it that a form must write that cannot unset:
 * what an activation saved may stay, because only its own shell reads it.
 */
static const struct variable *
settable(const struct variable *v)
{
	while (v->name && !v->value && strncmp(v->name, "_OLD_", 5) == 0)
		v++;
	return v;
}

static const char *
value_of(const struct variable *v)
{
	return v->value ? v->value : "";
}

/* Return the first directory of the search path V under the name
 * VIRTUAL_ENV, so that a message shows it. */
static struct variable
first_entry(const struct variable *v, struct arena *a)
{
	struct variable first = { "VIRTUAL_ENV", v->value };

	if (first.value)
		first.value = arena_dup(a, v->value, strcspn(v->value, ":"));
	return first;
}

static void
put_line(struct buf *out, const struct variable *v)
{
	buf_fmt(out, "%s=%s\n", v->name, value_of(v));
}

/* Write S for the double quotes of a Dockerfile. */
static void
put_docker(struct buf *out, const char *s)
{
	for (; *s; s++) {
		if (strchr("\\\"$", *s))
			buf_putc(out, '\\');
		buf_putc(out, *s);
	}
}

int
form_docker(struct buf *out, const struct variable *v, struct diag *d)
{
	static const char format[] = "a Dockerfile";

	for (; (v = settable(v))->name; v++) {
		bool is_path = strcmp(v->name, "PATH") == 0;
		const struct variable first = first_entry(v, out->arena);
		const struct variable *from = is_path ? &first : v;
		int err = need_value(v, format, d);

		if (strcmp(v->name, "PYTHONHOME") == 0)
			continue;
		if (err == 0)
			err = need_line(from, "\n", format, d);
		if (err < 0)
			return err;
		buf_fmt(out, "ENV %s=\"", v->name);
		put_docker(out, value_of(from));
		buf_puts(out, is_path ? ":$PATH\"\n" : "\"\n");
	}
	return 0;
}

int
form_env(struct buf *out, const struct variable *v, struct diag *d)
{
	static const char format[] = "docker's --env-file";

	for (; (v = settable(v))->name; v++) {
		int err = need_value(v, format, d);

		if (err == 0)
			err = need_line(v, "\r\n", format, d);
		if (err < 0)
			return err;
		put_line(out, v);
	}
	return 0;
}

int
form_env0(struct buf *out, const struct variable *v, struct diag *d)
{
	for (; (v = settable(v))->name; v++) {
		int err = need_value(v, "env", d);

		if (err < 0)
			return err;
		buf_fmt(out, "%s=%s", v->name, value_of(v));
		buf_putc(out, '\0');
	}
	return 0;
}

/* Write the lines of V after a word that is in none of them. */
static void
put_heredoc(struct buf *out, const struct variable *v)
{
	struct buf word;

	buf_init(&word, out->arena);
	buf_puts(&word, "EOF");
	while (strstr(v->value, buf_str(&word)))
		buf_putc(&word, '_');
	buf_fmt(out, "%s<<%s\n%s\n%s\n", v->name, word.data, v->value,
	        word.data);
}

int
form_github(struct buf *out, const struct variable *v, struct diag *d)
{
	static const char format[] = "GITHUB_ENV";

	for (; (v = settable(v))->name; v++) {
		int err = need_value(v, format, d);

		if (strcmp(v->name, "PATH") == 0)
			continue;
		if (err == 0)
			err = need_utf8(v, format, d);
		if (err < 0)
			return err;
		if (strchr(value_of(v), '\n'))
			put_heredoc(out, v);
		else
			put_line(out, v);
	}
	return 0;
}

int
form_github_path(struct buf *out, const struct variable *v, struct diag *d)
{
	static const char format[] = "GITHUB_PATH";
	const struct variable first = first_entry(find(v, "PATH"), out->arena);
	int err = need_value(find(v, "VIRTUAL_ENV"), format, d);

	if (err == 0)
		err = need_value(&first, format, d);
	if (err == 0)
		err = need_line(&first, "\r\n", format, d);
	if (err == 0)
		buf_fmt(out, "%s\n", first.value);
	return err;
}

/* Refuse V if systemd would: to it noncharacters of Unicode are no UTF-8. */
static int
need_characters(const struct variable *v, struct diag *d)
{
	int err = need_utf8(v, "systemd", d);
	const char *p = value_of(v);

	for (size_t n = strlen(p), len; err == 0 && n > 0; p += len, n -= len) {
		uint32_t cp;

		len = utf8_decode(p, n, &cp);
		if ((cp & 0xfffe) == 0xfffe || (cp >= 0xfdd0 && cp <= 0xfdef))
			err = refuse(v, "systemd", "takes no noncharacters", d);
	}
	return err;
}

/* Write S as one word of a unit: with C's escapes, and '%' doubled. */
static void
put_systemd(struct buf *out, const char *s)
{
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c < 0x20 || c == 0x7f) {
			buf_fmt(out, "\\x%x%x", c >> 4U, c & 15U);
			continue;
		}
		if (c == '"' || c == '\\')
			buf_putc(out, '\\');
		else if (c == '%')
			buf_putc(out, '%');
		buf_putc(out, *s);
	}
}

int
form_systemd(struct buf *out, const struct variable *v, struct diag *d)
{
	for (; v->name; v++) {
		int err = need_characters(v, d);

		if (err < 0)
			return err;
		if (!v->value) {
			buf_fmt(out, "UnsetEnvironment=%s\n", v->name);
			continue;
		}
		buf_fmt(out, "Environment=\"%s=", v->name);
		put_systemd(out, v->value);
		buf_puts(out, "\"\n");
	}
	return 0;
}

int
form_json(struct buf *out, const struct variable *v, struct diag *d)
{
	(void)d;
	buf_putc(out, '{');
	for (; v->name; v++)
		json_member(out, v->name, v->value);
	buf_puts(out, "}\n");
	return 0;
}

/* Write the entries of the search path P as strings. */
static void
put_list(struct buf *out, struct buf *entry, const char *p)
{
	const char *lead = "[";

	for (;; p++) {
		size_t n = strcspn(p, ":");

		entry->len = 0;
		buf_add(entry, p, n);
		buf_puts(out, lead);
		json_string(out, buf_str(entry));
		lead = ", ";
		p += n;
		if (*p == '\0')
			break;
	}
	buf_putc(out, ']');
}

int
form_nu(struct buf *out, const struct variable *v, struct diag *d)
{
	struct buf entry;

	buf_init(&entry, out->arena);
	buf_putc(out, '{');
	for (; v->name; v++) {
		int err = need_utf8(v, "nu", d);

		if (err < 0)
			return err;
		json_key(out, v->name);
		if (v->value && strcmp(v->name, "PATH") == 0)
			put_list(out, &entry, v->value);
		else
			json_string(out, v->value);
	}
	buf_puts(out, "}\n");
	return 0;
}

/*
 * A value is literal from the first quote to the last one, because `set` gets
 * it when the line is parsed. Two bytes end a line, and Ctrl-Z the input.
 */
int
form_cmd(struct buf *out, const struct variable *v, struct diag *d)
{
	static const char format[] = "cmd";
	static const size_t longest = 8190;

	for (; v->name; v++) {
		/* one of Windows stays as it is */
		bool is_path = strcmp(v->name, "PATH") == 0 &&
		               (*value_of(v) == '/' ||
		                !winpath_is_absolute(value_of(v)));
		size_t start = out->len;
		int err = need_line(v, "\r\n\032", format, d);

		if (err < 0)
			return err;
		if (is_path && strpbrk(value_of(v), ";\""))
			return refuse(v, format, "reads ';' and '\"' there", d);
		buf_fmt(out, "set \"%s=", v->name);
		for (const char *p = value_of(v); *p; p++) {
			if (is_path && *p == ':')
				buf_putc(out, ';');
			else
				buf_putc(out, *p);
		}
		buf_puts(out, "\"\n");
		if (out->len - start > longest)
			return refuse(v, format, "reads no line as long", d);
	}
	return 0;
}
