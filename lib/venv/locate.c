#include "venv/locate.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "format/pathname.h"
#include "os/walk.h"

int
locate_env(const struct walk *w, struct arena *a, const char *cwd,
           char **env_dir, struct diag *d)
{
	const char *dir = cwd;

	for (;;) {
		char *env = pathname_join(a, dir, ".venv");
		char *cfg = env ? pathname_join(a, env, "pyvenv.cfg") : NULL;

		if (!cfg)
			return diag_oom(d);
		if (walk_is_file(w, cfg)) {
			*env_dir = env;
			return 0;
		}
		if (strspn(dir, "/") == strlen(dir))
			break;
		dir = pathname_dir(a, dir);
		if (!dir)
			return diag_oom(d);
	}
	diag_set(d, -ENOENT, "cannot find an environment: no .venv in '%s' or "
	         "above", cwd);
	diag_hint(d, "name its directory");
	return d->code;
}
