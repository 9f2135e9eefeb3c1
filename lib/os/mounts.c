#include "os/mounts.h"

#include <fcntl.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "format/pathname.h"
#include "os/sys.h"

/* The whole of the file: its size is not to be known beforehand. */
static char *
read_mountinfo(struct arena *a)
{
	char block[4096];
	struct buf text;
	ssize_t n;
	int fd = sys_open(AT_FDCWD, "/proc/self/mountinfo", O_RDONLY, 0);

	if (fd < 0)
		return NULL;
	buf_init(&text, a);
	while ((n = sys_read(fd, block, sizeof(block))) > 0)
		buf_add(&text, block, (size_t)n);
	sys_drop(&fd);
	return buf_str(&text);
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

bool
mounts_below(struct arena *a, const char *dir)
{
	char *line = read_mountinfo(a);

	while (line && *line) {
		char *end = line + strcspn(line, "\n");
		char *next = *end ? end + 1 : end;
		char *point;

		*end = '\0';
		point = mount_point(line);
		if (point) {
			unescape(point);
			if (pathname_holds(dir, point) &&
			    strcmp(dir, point) != 0)
				return true;
		}
		line = next;
	}
	return false;
}
