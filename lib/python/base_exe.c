#include "python/base_exe.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "format/pathname.h"
#include "os/walk.h"
#include "python/inspection.h"
#include "python/landmark.h"
#include "python/path.h"
#include "python/python.h"

enum { MAX_LINKS = 40 };

static int
accept(struct inspection *in, const char *exe, const char *dir,
       const struct landmark *lm)
{
	struct python *py = in->py;

	py->executable = exe;
	py->home = dir;
	py->prefix = lm->prefix;
	py->platlibdir = lm->platlibdir;
	py->stdlib = lm->stdlib;
	return 1;
}

/* Try C and what it is a link to, one link after the other: 1 if one was
 * accepted, else 0. REAL_DIR is where LM was found from. */
static int
try_chain(struct inspection *in, const char *c, const char *real_dir,
          const struct landmark *lm)
{
	const char *tried = "";

	for (int i = 0; i <= MAX_LINKS; i++) {
		char *dir = pathname_dir(in->arena, c), *target;
		struct landmark found;
		int err;

		if (!dir)
			return -ENOMEM;
		if (strcmp(dir, real_dir) == 0)
			return accept(in, c, dir, lm);
		err = strcmp(dir, tried) == 0
		          ? -ENOENT
		          : landmark_search(in->walk, in->arena, dir, in->py,
		                            &found, NULL);
		if (err == -ENOMEM)
			return err;
		if (err == 0 && found.dev == lm->dev && found.ino == lm->ino)
			return accept(in, c, dir, &found);
		tried = dir;
		err = walk_readlink(in->walk, in->arena, c, &target);
		if (err < 0)
			return err == -ENOMEM ? err : 0;
		c = path_absolute(in->walk, in->arena, dir, target);
		if (!c)
			return -ENOMEM;
	}
	return 0;
}

int
base_exe_choose(struct inspection *in, const char *exe, const char *program,
                const struct landmark *lm)
{
	char *real_dir = pathname_dir(in->arena, in->py->real);
	int done;

	if (!real_dir)
		return -ENOMEM;
	done = try_chain(in, exe, real_dir, lm);
	if (done == 0 && program)
		done = try_chain(in, program, real_dir, lm);
	if (done == 0)
		done = accept(in, in->py->real, real_dir, lm);
	return done < 0 ? done : 0;
}
