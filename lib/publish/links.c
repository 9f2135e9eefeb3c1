#include "publish/links.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>

#include "base/diag.h"
#include "os/sys.h"
#include "publish/work.h"

/* Put the new link beside its place and rename it over what is there, so that
 * the name is never missing. */
static int
link_over(int dfd, const char *self, const char *name, bool symlink)
{
	char temp[WORK_NAME_SIZE];
	int err;

	work_name(temp, name);
	err = symlink ? sys_symlink(self, dfd, temp)
	              : sys_link(AT_FDCWD, self, dfd, temp);
	if (err < 0)
		return err;
	err = sys_rename(dfd, temp, dfd, name, 0);
	/* a rename between two names of one file leaves both */
	(void)sys_unlink(dfd, temp);
	return err;
}

int
links_install(const char *dir, const char *name, bool symlink,
              struct arena *a, struct diag *d)
{
	char self[PATH_MAX];
	const char *target = self;
	char *slash;
	ssize_t n = sys_readlink(AT_FDCWD, "/proc/self/exe", self,
	                         sizeof(self));
	int dfd, err;

	if (n < 0)
		return diag_sys(d, (int)n, "find the program by",
		                "/proc/self/exe");
	slash = strrchr(self, '/');
	if (!dir) {
		dir = slash == self
		              ? "/"
		              : arena_dup(a, self, (size_t)(slash - self));
		target = symlink ? slash + 1 : self;
	}
	dfd = sys_open(AT_FDCWD, dir, O_RDONLY | O_DIRECTORY, 0);
	if (dfd < 0)
		return diag_sys(d, dfd, "open", dir);
	err = link_over(dfd, target, name, symlink);
	sys_drop(&dfd);
	if (err < 0)
		diag_sys(d, err, "link", arena_fmt(a, "%s/%s", dir, name));
	if (err == -EXDEV)
		diag_hint(d, "-s makes symlinks, which work across file "
		          "systems");
	return err;
}
