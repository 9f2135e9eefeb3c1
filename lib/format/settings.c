#include "format/settings.h"

#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/utf8.h"
#include "format/json.h"

/* Refuse S if its value is no text. */
static int
need_utf8(const struct setting *s, const char *format, struct diag *d)
{
	size_t n = s->value ? strlen(s->value) : 0;

	for (size_t i = 0; i < n;) {
		uint32_t cp;
		size_t len = utf8_decode(s->value + i, n - i, &cp);

		if (len == 0)
			return diag_set(d, -EINVAL, "cannot write %s for %s, "
			                "which holds UTF-8 only: '%s'", s->name,
			                format, s->value);
		i += len;
	}
	return 0;
}

int
settings_env0(struct buf *out, const struct setting *s, struct diag *d)
{
	(void)d;
	for (; s->name; s++) {
		buf_fmt(out, "%s=%s", s->name, s->value ? s->value : "");
		buf_putc(out, '\0');
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
	out->failed |= entry->failed;
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
