#include "os/kernel.h"

#include <errno.h>
#include <sys/utsname.h>

#include "base/arena.h"

int
kernel_read(struct kernel *k, struct arena *a)
{
	struct utsname u;

	if (uname(&u) < 0)
		return -errno;
	k->machine = arena_str(a, u.machine);
	k->release = arena_str(a, u.release);
	k->version = arena_str(a, u.version);
	return 0;
}
