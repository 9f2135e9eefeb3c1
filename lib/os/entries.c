#include "os/entries.h"

#include <dirent.h>
#include <string.h>

#include "base/arena.h"
#include "os/sys.h"

static char
kind_of(unsigned char type)
{
	if (type == DT_DIR)
		return ENTRY_DIRECTORY;
	return type == DT_UNKNOWN ? ENTRY_UNKNOWN : ENTRY_OTHER;
}

int
entries_read(struct entries *e, struct arena *a, int fd)
{
	_Alignas(struct dirent) char block[4096];
	size_t names = 0, kinds = 0; /* room */
	int err = sys_rewind(fd);

	*e = (struct entries){ .count = 0 };
	if (err < 0)
		return err;
	for (;;) {
		ssize_t n = sys_getdents(fd, block, sizeof(block));

		if (n <= 0)
			return (int)n;
		for (ssize_t at = 0; at < n;) {
			const struct dirent *de = (void *)(block + at);
			const char *name = de->d_name;

			at += de->d_reclen;
			if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
				continue;
			e->names = arena_more(a, e->names, e->count, &names,
			                      sizeof(*e->names));
			e->kinds = arena_more(a, e->kinds, e->count, &kinds, 1);
			e->kinds[e->count] = kind_of(de->d_type);
			e->names[e->count++] = arena_str(a, name);
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
