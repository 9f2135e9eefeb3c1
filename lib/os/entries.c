#include "os/entries.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "os/sys.h"

static int
add(struct entries *e, struct arena *a, const char *name, size_t *cap)
{
	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return 0;
	if (e->count == *cap) {
		size_t more = *cap ? *cap * 2 : 16;
		char **names = arena_grow(a, e->names,
		                          *cap * sizeof(*names),
		                          more * sizeof(*names));

		if (!names)
			return -ENOMEM;
		e->names = names;
		*cap = more;
	}
	e->names[e->count] = arena_str(a, name);
	return e->names[e->count++] ? 0 : -ENOMEM;
}

int
entries_read(struct entries *e, struct arena *a, int fd)
{
	_Alignas(struct dirent) char block[4096];
	size_t cap = 0;
	int err = sys_rewind(fd);

	e->names = NULL;
	e->count = 0;
	while (err == 0) {
		ssize_t n = sys_getdents(fd, block, sizeof(block));

		if (n <= 0)
			return (int)n;
		for (ssize_t at = 0; at < n && err == 0;) {
			struct dirent *de = (struct dirent *)(block + at);

			at += de->d_reclen;
			err = add(e, a, de->d_name, &cap);
		}
	}
	return err;
}

int
entries_none(int fd)
{
	_Alignas(struct dirent) char block[1024];

	for (;;) {
		ssize_t n = sys_getdents(fd, block, sizeof(block));

		if (n <= 0)
			return n < 0 ? (int)n : 1;
		for (ssize_t at = 0; at < n;) {
			const struct dirent *de = (void *)(block + at);

			if (strcmp(de->d_name, ".") != 0 &&
			    strcmp(de->d_name, "..") != 0)
				return 0;
			at += de->d_reclen;
		}
	}
}
