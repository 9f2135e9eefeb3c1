#include "format/pathname.h"

#include <stdbool.h>
#include <string.h>

#include "base/buf.h"

/* Drop the last component of OUT, but nothing of its first ROOT bytes. */
static void
pop(struct buf *out, size_t root)
{
	while (out->len > root && out->data[--out->len] != '/')
		;
	if (out->len < root)
		out->len = root;
}

static void
append_normal(struct buf *out, size_t root, const char *path)
{
	while (*path) {
		size_t n;

		path += strspn(path, "/");
		n = strcspn(path, "/");
		if (n == 2 && path[0] == '.' && path[1] == '.') {
			pop(out, root);
		} else if (n > 0 && !(n == 1 && path[0] == '.')) {
			if (out->len > root)
				buf_putc(out, '/');
			buf_add(out, path, n);
		}
		path += n;
	}
}

char *
pathname_absolute(struct arena *a, const char *cwd, const char *path)
{
	bool absolute = path[0] == '/';
	const char *first = absolute ? path : cwd;
	struct buf out;
	size_t root;

	buf_init(&out, a);
	buf_puts(&out, strspn(first, "/") == 2 ? "//" : "/");
	root = out.len;
	if (!absolute)
		append_normal(&out, root, cwd);
	append_normal(&out, root, path);
	return buf_str(&out);
}

char *
pathname_join(struct arena *a, const char *dir, const char *name)
{
	size_t n = strlen(dir);

	if (name[0] == '/' || n == 0)
		return arena_str(a, name);
	return arena_fmt(a, "%s%s%s", dir, dir[n - 1] == '/' ? "" : "/", name);
}

const char *
pathname_base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

char *
pathname_dir(struct arena *a, const char *path)
{
	size_t head = (size_t)(pathname_base(path) - path);
	size_t n = head;

	while (n > 0 && path[n - 1] == '/')
		n--;
	/* nothing but slashes stays as it is */
	return arena_dup(a, path, n > 0 ? n : head);
}

bool
pathname_holds(const char *dir, const char *inner)
{
	size_t n = strlen(dir);

	if (strncmp(inner, dir, n) != 0)
		return false;
	return inner[n] == '/' || inner[n] == '\0' || strcmp(dir, "/") == 0;
}
