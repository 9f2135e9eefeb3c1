#include "shell/templates.h"

#include <errno.h>
#include <string.h>

#include "base/diag.h"

const struct template *
template_find(const char *name)
{
	for (const struct template *t = templates; t->name; t++) {
		if (strcmp(t->name, name) == 0)
			return t;
	}
	return NULL;
}

/* Return the length of the NAME of "@NAME@" at P, which is at its first '@'; 0
 * if there is none. */
static size_t
name_length(const char *p, size_t n)
{
	size_t i = 1;

	while (i < n && ((p[i] >= 'A' && p[i] <= 'Z') || p[i] == '_'))
		i++;
	return i < n && p[i] == '@' ? i - 1 : 0;
}

static const struct template_var *
find(const struct template_var *vars, size_t n, const char *name, size_t len)
{
	for (size_t i = 0; i < n; i++) {
		if (strlen(vars[i].name) == len &&
		    memcmp(vars[i].name, name, len) == 0)
			return &vars[i];
	}
	return NULL;
}

int
template_expand(const char *text, size_t len, const struct template_var *vars,
                size_t n, struct buf *out, struct diag *d)
{
	size_t start = out->len;

	while (len > 0) {
		const char *at = memchr(text, '@', len);
		size_t plain = at ? (size_t)(at - text) : len;
		const struct template_var *var;
		size_t name;

		buf_add(out, text, plain);
		text += plain;
		len -= plain;
		if (!at)
			break;
		name = name_length(text, len);
		if (name == 0) {
			buf_putc(out, '@');
			text++;
			len--;
			continue;
		}
		var = find(vars, n, text + 1, name);
		if (!var) {
			out->len = start;
			return diag_set(d, -EINVAL,
			                "cannot expand the template: "
			                "no variable '%.*s'",
			                (int)name, text + 1);
		}
		buf_add(out, var->value, var->len);
		text += name + 2;
		len -= name + 2;
	}
	return 0;
}
