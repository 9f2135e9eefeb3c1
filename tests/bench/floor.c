/*
 * The floor that pyvenv is measured against: only the system calls that an
 * environment is made of, with all names and contents known beforehand. No
 * Python is looked for, nothing is staged, no error is handled. The tree comes
 * from floor_tree.h, which the benchmark makes from a real environment.
 */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define DIR_NODE(path) mkdirat(fd, path, 0777);
#define LINK_NODE(path, target) symlinkat(target, fd, path);
#define FILE_NODE(path, text) \
	{ \
		int f = openat(fd, path, O_WRONLY | O_CREAT | O_EXCL, 0644); \
		if (write(f, text, sizeof(text) - 1) < 0) \
			return 1; \
		close(f); \
	}

int
main(int argc, char **argv)
{
	int fd;

	if (argc != 2 || mkdir(argv[1], 0777) < 0)
		return 1;
	fd = open(argv[1], O_RDONLY | O_DIRECTORY);
#include "floor_tree.h"
	return 0;
}
