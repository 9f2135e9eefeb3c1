#include "python/path.h"

#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "format/pathname.h"
#include "os/walk.h"

/* Take the last component off; what it was a link to decides where to. */
static void
go_up(const struct walk *w, struct buf *b)
{
	char *here = buf_str(b), *real, *parent;

	if (b->len == 0)
		return;
	if (walk_resolve(w, b->arena, here, &real) < 0)
		real = here; /* not there: the caller will find out */
	parent = pathname_dir(b->arena, real);
	buf_init(b, b->arena);
	if (strcmp(parent, "/") != 0)
		buf_puts(b, parent);
}

char *
path_absolute(const struct walk *w, struct arena *a, const char *cwd,
              const char *path)
{
	const char *p = pathname_join(a, cwd, path);
	struct buf b;

	buf_init(&b, a);
	while (*p) {
		size_t n = strcspn(p, "/");

		if (n == 2 && p[0] == '.' && p[1] == '.') {
			go_up(w, &b);
		} else if (n > 0 && !(n == 1 && p[0] == '.')) {
			buf_putc(&b, '/');
			buf_add(&b, p, n);
		}
		p += n;
		p += *p == '/';
	}
	if (b.len == 0)
		buf_putc(&b, '/');
	return buf_str(&b);
}

int
path_follow(const struct walk *w, struct arena *a, const char **path,
            unsigned *count)
{
	char *target;
	int err = ++*count > PATH_MAX_LINKS
	                  ? -EINVAL : walk_readlink(w, a, *path, &target);

	if (err == 0)
		*path = path_absolute(w, a, pathname_dir(a, *path), target);
	return err;
}

int
path_leave_directory(const struct walk *w, struct arena *a, const char *path,
                     const char **out)
{
	const char *dir = pathname_dir(a, path);
	unsigned count = 0;
	int err;

	*out = NULL;
	while ((err = path_follow(w, a, &path, &count)) == 0) {
		if (strcmp(pathname_dir(a, path), dir) == 0)
			continue;
		*out = path;
		break;
	}
	return err;
}

bool
path_is_refusal(int code)
{
	static const int codes[] = {
		ENOENT, ENOTDIR, EACCES, EPERM, ELOOP, ENAMETOOLONG, EISDIR,
		EINVAL, ENXIO, ENOEXEC, EXDEV, EOVERFLOW,
	};

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		if (code == -codes[i])
			return true;
	}
	return false;
}
