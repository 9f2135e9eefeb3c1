#include "publish/target.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "format/pathname.h"
#include "os/entries.h"
#include "os/signals.h"
#include "os/sys.h"

enum { SIGNAL_STEP = 64, MAX_DEPTH = 100 };

/* Read the whole file: its size is not known beforehand. NULL: there is none. */
static char *
read_mountinfo(struct arena *a)
{
	struct buf text;
	ssize_t n = -1;
	int fd = sys_open(AT_FDCWD, "/proc/self/mountinfo",
	                  O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);

	if (fd < 0)
		return NULL;
	buf_init(&text, a);
	/* in a root of somebody else's, any file may have that name */
	if (sys_is_proc(fd)) {
		char block[4096];

		while ((n = sys_read(fd, block, sizeof(block))) > 0)
			buf_add(&text, block, (size_t)n);
	}
	sys_drop(&fd);
	return n == 0 ? buf_str(&text) : NULL;
}

/* Blanks, line ends and backslashes are written as \\ and three octal digits. */
static void
unescape(char *s)
{
	char *out = s;

	while (*s) {
		if (*s == '\\' && s[1] && s[2] && s[3]) {
			*out++ = (char)((s[1] - '0') * 64 + (s[2] - '0') * 8 +
			                (s[3] - '0'));
			s += 4;
		} else {
			*out++ = *s++;
		}
	}
	*out = '\0';
}

/* The fifth field of LINE, where something is mounted; NULL if it is short. */
static char *
mount_point(char *line)
{
	for (int i = 0; line && i < 4; i++) {
		line = strchr(line, ' ');
		if (line)
			line++;
	}
	if (line)
		line[strcspn(line, " ")] = '\0';
	return line;
}

/* Search the text of mountinfo. */
static const char *
search_text(char *line, const char *dir)
{
	size_t n = strlen(dir);

	n -= n == 1; /* the root directory */
	while (*line) {
		char *end = line + strcspn(line, "\n");
		char *next = *end ? end + 1 : end;
		char *point;

		*end = '\0';
		point = mount_point(line);
		if (point) {
			unescape(point);
			if (pathname_holds(dir, point) && strlen(point) > n + 1)
				return point + n + 1;
		}
		line = next;
	}
	return NULL;
}

struct search {
	struct arena *arena;
	const char *found;
	unsigned looked;
};

static int search_dir(struct search *s, int fd, const char *path, int depth);

static int
search_entry(struct search *s, int dfd, const char *name, const char *path,
             int depth)
{
	int is = sys_is_mount(dfd, name), fd, err;

	if (++s->looked % SIGNAL_STEP == 0 && signals_pending())
		return -EINTR;
	if (is == 1) {
		s->found = path;
		return 0;
	}
	if (is < 0)
		return is == -ENOENT ? 0 : is;
	fd = sys_open(dfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
	if (fd < 0) /* no directory, or one that nobody can enter */
		return 0;
	err = depth < MAX_DEPTH ? search_dir(s, fd, path, depth + 1) : 0;
	sys_drop(&fd);
	return err;
}

/* Ask of each entry below FD. */
static int
search_dir(struct search *s, int fd, const char *path, int depth)
{
	struct entries e;
	struct arena a;
	int err;

	arena_init(&a, NULL, 0);
	err = entries_read(&e, &a, fd);
	for (size_t i = 0; err == 0 && !s->found && i < e.count; i++) {
		const char *name = e.names[i];
		char *child = arena_fmt(&a, "%s%s%s", path, *path ? "/" : "",
		                        name);

		err = search_entry(s, fd, name, child, depth);
		if (s->found == child)
			s->found = arena_str(s->arena, child);
	}
	arena_free(&a);
	return err;
}

int
mounts_below(struct arena *a, int fd, const char *dir, const char **mount)
{
	struct search s = { .arena = a };
	struct arena shortly;
	char *text;
	int err = 0;

	arena_init(&shortly, NULL, 0);
	text = read_mountinfo(&shortly);
	*mount = text ? search_text(text, dir) : NULL;
	if (*mount)
		*mount = arena_str(a, *mount);
	arena_free(&shortly);
	if (!text) {
		err = search_dir(&s, fd, "", 0);
		*mount = s.found;
	}
	/* neither tells, or there is no descriptor to look with */
	return err == -EINTR || err == -ENOMEM ? err : 0;
}
