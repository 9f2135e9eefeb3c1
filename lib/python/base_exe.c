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

static void
accept(struct inspection *in, const char *exe, const char *dir,
       const struct landmark *lm)
{
	struct python *py = in->py;

	py->executable = exe;
	py->home = dir;
	py->prefix = lm->prefix;
	py->platlibdir = lm->platlibdir;
	py->stdlib = lm->stdlib;
}

/* Try C and the links that it leads through. Return true if one was accepted.
 * REAL_DIR is the directory from which LM was found. */
static bool
try_chain(struct inspection *in, const char *c, const char *real_dir,
          const struct landmark *lm)
{
	const char *tried = "";

	for (int i = 0; i <= MAX_LINKS; i++) {
		char *dir = pathname_dir(in->arena, c), *target;
		struct landmark found;

		if (strcmp(dir, real_dir) == 0) {
			accept(in, c, dir, lm);
			return true;
		}
		if (strcmp(dir, tried) != 0 &&
		    landmark_search(in->walk, in->arena, dir, in->py, &found,
		                    NULL) == 0 &&
		    found.dev == lm->dev && found.ino == lm->ino) {
			accept(in, c, dir, &found);
			return true;
		}
		tried = dir;
		if (walk_readlink(in->walk, in->arena, c, &target) < 0)
			return false;
		c = path_absolute(in->walk, in->arena, dir, target);
	}
	return false;
}

void
base_exe_choose(struct inspection *in, const char *exe, const char *program,
                const struct landmark *lm)
{
	char *real_dir = pathname_dir(in->arena, in->py->real);

	if (!try_chain(in, exe, real_dir, lm) &&
	    !(program && try_chain(in, program, real_dir, lm)))
		accept(in, in->py->real, real_dir, lm);
}
