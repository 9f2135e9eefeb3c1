#include "resolve/lock_table.h"

#include <errno.h>
#include <stdarg.h>

#include "base/diag.h"

void
lock_table_enter(struct lock_table *t, const struct lock_table *parent,
                 const char *key, const struct toml *toml)
{
	*t = (struct lock_table){ .toml = toml, .parent = parent, .key = key,
		                  .diag = parent->diag };
}

void
lock_table_enter_element(struct lock_table *t, const struct lock_table *parent,
                         const char *key, size_t index, const struct toml *toml)
{
	lock_table_enter(t, parent, key, toml);
	t->is_element = true;
	t->index = index;
}

static void
put_place(struct buf *out, const struct lock_table *t)
{
	if (!t->parent)
		return;
	put_place(out, t->parent);
	buf_fmt(out, "%s%s", out->len > 0 ? "." : "", t->key);
	if (t->is_element)
		buf_fmt(out, "[%zu]", t->index);
}

/* Append the place of T and of its member KEY, if that is not NULL. */
static void
put_member(struct buf *out, const struct lock_table *t, const char *key)
{
	put_place(out, t);
	if (key)
		buf_fmt(out, "%s%s", out->len > 0 ? "." : "", key);
}

char *
lock_table_place(const struct lock_table *t, struct arena *a)
{
	struct buf b;

	buf_init(&b, a);
	put_place(&b, t);
	return buf_str(&b);
}

static int __attribute__((format(printf, 3, 0)))
refuse(const struct lock_table *t, struct buf *b, const char *reason,
       va_list ap)
{
	buf_puts(b, ": ");
	buf_vfmt(b, reason, ap);
	return diag_set(t->diag, -EINVAL, "%s", buf_str(b));
}

int
lock_table_refuse(const struct lock_table *t, const char *key,
                  const char *reason, ...)
{
	struct buf b;
	va_list ap;
	int rc;

	buf_init(&b, t->diag->text.arena);
	put_member(&b, t, key);
	va_start(ap, reason);
	rc = refuse(t, &b, reason, ap);
	va_end(ap);
	return rc;
}

int
lock_table_refuse_element(const struct lock_table *t, const char *key,
                          size_t index, const char *reason, ...)
{
	struct buf b;
	va_list ap;
	int rc;

	buf_init(&b, t->diag->text.arena);
	put_member(&b, t, key);
	buf_fmt(&b, "[%zu]", index);
	va_start(ap, reason);
	rc = refuse(t, &b, reason, ap);
	va_end(ap);
	return rc;
}

int
lock_table_prefix(const struct lock_table *t, const char *key)
{
	struct buf b;

	buf_init(&b, t->diag->text.arena);
	put_member(&b, t, key);
	return diag_prefix(t->diag, -EINVAL, "%s: ", buf_str(&b));
}

int
lock_table_get(const struct lock_table *t, const char *key, enum toml_kind kind,
               const struct toml **value)
{
	*value = toml_find(t->toml, key);
	if (!*value || (*value)->kind == kind)
		return 0;
	return lock_table_refuse(t, key, "expected %s, not %s",
	                         toml_kind_name(kind),
	                         toml_kind_name((*value)->kind));
}

int
lock_table_get_text(const struct lock_table *t, const char *key,
                    const char **value)
{
	const struct toml *node;

	if (lock_table_get(t, key, TOML_STRING, &node) < 0)
		return -EINVAL;
	*value = toml_string(node);
	if (node && !*value)
		return lock_table_refuse(t, key, "it has a NUL character");
	return 0;
}

int
lock_table_need_text(const struct lock_table *t, const char *key,
                     const char **value)
{
	if (lock_table_get_text(t, key, value) < 0)
		return -EINVAL;
	return *value ? 0 : lock_table_refuse(t, key, "it is missing");
}

int
lock_table_get_list(const struct lock_table *t, const char *key,
                    enum toml_kind kind, const struct toml **value)
{
	const struct toml *list;
	size_t i = 0;

	if (lock_table_get(t, key, TOML_ARRAY, &list) < 0)
		return -EINVAL;
	*value = list ? list->child : NULL;
	for (const struct toml *e = *value; e; e = e->next, i++) {
		if (e->kind != kind)
			return lock_table_refuse_element(
				t, key, i, "expected %s, not %s",
				toml_kind_name(kind), toml_kind_name(e->kind));
		if (kind == TOML_STRING && !toml_string(e))
			return lock_table_refuse_element(
				t, key, i, "it has a NUL character");
	}
	return 0;
}
