#include "os/entries.h"

#include <dirent.h>
#include <string.h>

#include "base/arena.h"
#include "os/sys.h"

static void
add(struct entries *e, struct arena *a, const char *name, size_t *room)
{
	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return;
	e->names = arena_more(a, e->names, e->count, room, sizeof(*e->names));
	e->names[e->count++] = arena_str(a, name);
}

int
entries_read(struct entries *e, struct arena *a, int fd)
{
	_Alignas(struct dirent) char block[4096];
	size_t room = 0;
	int err = sys_rewind(fd);

	e->names = NULL;
	e->count = 0;
	if (err < 0)
		return err;
	for (;;) {
		ssize_t n = sys_getdents(fd, block, sizeof(block));

		if (n <= 0)
			return (int)n;
		for (ssize_t at = 0; at < n;) {
			struct dirent *de = (struct dirent *)(block + at);

			at += de->d_reclen;
			add(e, a, de->d_name, &room);
		}
	}
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
