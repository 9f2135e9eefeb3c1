#include "shell/settings.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/utf8.h"
#include "format/json.h"

static int
refuse(const struct setting *s, const char *format, const char *why,
       struct diag *d)
{
	/* PATH may be long, and is not what was asked for */
	bool shown = strcmp(s->name, "PATH") != 0;

	diag_set(d, -EINVAL, "cannot write %s for %s, which %s%s%s%s", s->name,
	         format, why, shown ? ": '" : "", shown ? s->value : "",
	         shown ? "'" : "");
	diag_hint(d, "activate-run ENV_DIR COMMAND takes any name");
	return d->code;
}

/* Refuse S if its value is no text. */
static int
need_utf8(const struct setting *s, const char *format, struct diag *d)
{
	if (s->value && !utf8_is_valid(s->value, strlen(s->value)))
		return refuse(s, format, "holds UTF-8 only", d);
	return 0;
}

/* Refuse S if its value is no text, or has one of the bytes ENDS, which end a
 * line. */
static int
need_line(const struct setting *s, const char *ends, const char *format,
          struct diag *d)
{
	if (s->value && strpbrk(s->value, ends))
		return refuse(s, format, "has no way to write a line end", d);
	return need_utf8(s, format, d);
}

/* Refuse S if it is to be unset, and an empty value is not the same: it is for
 * Python's own variables. */
static int
need_value(const struct setting *s, const char *format, struct diag *d)
{
	if (s->value || strcmp(s->name, "PYTHONHOME") == 0)
		return 0;
	diag_set(d, -EINVAL, "cannot write %s for %s, which has no way to unset "
	         "it", s->name, format);
	diag_hint(d, "deactivate COMMAND runs a command outside the "
	          "environment");
	return d->code;
}

static const struct setting *
find(const struct setting *s, const char *name)
{
	while (s->name && strcmp(s->name, name) != 0)
		s++;
	return s;
}

/*
 * S, or the first row behind it that has to be said where nothing can be unset:
 * what an activation saved may stay, its own shell alone reads it.
 */
static const struct setting *
settable(const struct setting *s)
{
	while (s->name && !s->value && strncmp(s->name, "_OLD_", 5) == 0)
		s++;
	return s;
}

static const char *
value_of(const struct setting *s)
{
	return s->value ? s->value : "";
}

static void
put_line(struct buf *out, const struct setting *s)
{
	buf_fmt(out, "%s=%s\n", s->name, value_of(s));
}

/* The text S between double quotes of a Dockerfile. */
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
settings_docker(struct buf *out, const struct setting *s, struct diag *d)
{
	static const char format[] = "a Dockerfile";
	const struct setting *dir = find(s, "VIRTUAL_ENV");

	for (; (s = settable(s))->name; s++) {
		bool is_path = strcmp(s->name, "PATH") == 0;
		const struct setting *from = is_path ? dir : s;
		int err = need_value(s, format, d);

		if (strcmp(s->name, "PYTHONHOME") == 0)
			continue;
		if (err == 0)
			err = need_line(from, "\n", format, d);
		if (err < 0)
			return err;
		buf_fmt(out, "ENV %s=\"", s->name);
		put_docker(out, value_of(from));
		buf_puts(out, is_path ? "/bin:$PATH\"\n" : "\"\n");
	}
	return 0;
}

int
settings_env(struct buf *out, const struct setting *s, struct diag *d)
{
	static const char format[] = "docker's --env-file";

	for (; (s = settable(s))->name; s++) {
		int err = need_value(s, format, d);

		if (err == 0)
			err = need_line(s, "\r\n", format, d);
		if (err < 0)
			return err;
		put_line(out, s);
	}
	return 0;
}

int
settings_env0(struct buf *out, const struct setting *s, struct diag *d)
{
	for (; (s = settable(s))->name; s++) {
		int err = need_value(s, "env", d);

		if (err < 0)
			return err;
		buf_fmt(out, "%s=%s", s->name, value_of(s));
		buf_putc(out, '\0');
	}
	return 0;
}

/* Write the lines of S after a word that is in none of them. */
static void
put_heredoc(struct buf *out, const struct setting *s)
{
	struct buf word;

	buf_init(&word, out->arena);
	buf_puts(&word, "EOF");
	while (strstr(s->value, buf_str(&word)))
		buf_putc(&word, '_');
	buf_fmt(out, "%s<<%s\n%s\n%s\n", s->name, word.data, s->value,
	        word.data);
}

int
settings_github(struct buf *out, const struct setting *s, struct diag *d)
{
	static const char format[] = "GITHUB_ENV";

	for (; (s = settable(s))->name; s++) {
		int err = need_value(s, format, d);

		if (strcmp(s->name, "PATH") == 0)
			continue;
		if (err == 0)
			err = need_utf8(s, format, d);
		if (err < 0)
			return err;
		if (strchr(value_of(s), '\n'))
			put_heredoc(out, s);
		else
			put_line(out, s);
	}
	return 0;
}

int
settings_github_path(struct buf *out, const struct setting *s, struct diag *d)
{
	static const char format[] = "GITHUB_PATH";
	const struct setting *dir = find(s, "VIRTUAL_ENV");
	int err = need_value(dir, format, d);

	if (err == 0)
		err = need_line(dir, "\r\n", format, d);
	if (err == 0)
		buf_fmt(out, "%s/bin\n", value_of(dir));
	return err;
}

/* Refuse S if systemd would: to it noncharacters of Unicode are no UTF-8. */
static int
need_characters(const struct setting *s, struct diag *d)
{
	int err = need_utf8(s, "systemd", d);
	const char *p = value_of(s);

	for (size_t n = strlen(p), len; err == 0 && n > 0; p += len, n -= len) {
		uint32_t cp;

		len = utf8_decode(p, n, &cp);
		if ((cp & 0xfffe) == 0xfffe || (cp >= 0xfdd0 && cp <= 0xfdef))
			err = refuse(s, "systemd", "takes no noncharacters", d);
	}
	return err;
}

/* One word of a unit: C's escapes, and '%' is said by two. */
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
settings_systemd(struct buf *out, const struct setting *s, struct diag *d)
{
	for (; s->name; s++) {
		int err = need_characters(s, d);

		if (err < 0)
			return err;
		if (!s->value) {
			buf_fmt(out, "UnsetEnvironment=%s\n", s->name);
			continue;
		}
		buf_fmt(out, "Environment=\"%s=", s->name);
		put_systemd(out, s->value);
		buf_puts(out, "\"\n");
	}
	return 0;
}

int
settings_json(struct buf *out, const struct setting *s, struct diag *d)
{
	(void)d;
	buf_putc(out, '{');
	for (; s->name; s++)
		json_member(out, s->name, s->value);
	buf_puts(out, "}\n");
	return 0;
}

/* The entries of the search path at P, as strings. */
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
settings_nu(struct buf *out, const struct setting *s, struct diag *d)
{
	struct buf entry;

	buf_init(&entry, out->arena);
	buf_putc(out, '{');
	for (; s->name; s++) {
		int err = need_utf8(s, "nu", d);

		if (err < 0)
			return err;
		json_key(out, s->name);
		if (s->value && strcmp(s->name, "PATH") == 0)
			put_list(out, &entry, s->value);
		else
			json_string(out, s->value);
	}
	buf_puts(out, "}\n");
	return 0;
}

/*
 * The value is literal from the first quote to the last one, as `set` gets it
 * when the line is parsed. Two bytes end a line, and Ctrl-Z the input.
 */
int
settings_cmd(struct buf *out, const struct setting *s, struct diag *d)
{
	static const char format[] = "cmd";
	static const size_t longest = 8190;

	for (; s->name; s++) {
		bool is_path = strcmp(s->name, "PATH") == 0;
		size_t start = out->len;
		int err = need_line(s, "\r\n\032", format, d);

		if (err < 0)
			return err;
		if (is_path && strpbrk(value_of(s), ";\""))
			return refuse(s, format, "reads ';' and '\"' there", d);
		buf_fmt(out, "set \"%s=", s->name);
		for (const char *p = value_of(s); *p; p++) {
			if (is_path && *p == ':')
				buf_putc(out, ';');
			else
				buf_putc(out, *p);
		}
		buf_puts(out, "\"\n");
		if (out->len - start > longest)
			return refuse(s, format, "reads no line as long", d);
	}
	return 0;
}
