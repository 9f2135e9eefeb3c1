#include "venv/detect.h"

#include <stdbool.h>
#include <string.h>

#include "base/env.h"
#include "format/pathname.h"
#include "os/process.h"
#include "venv/shell.h"

enum { MAX_DEPTH = 16 };

/* True if the program NAME only starts another one. */
static bool
is_launcher(const char *name)
{
	static const char *const launchers[] = {
		"busybox", "bwrap", "chroot", "chrt", "doas", "env", "flock",
		"ionice", "nice", "nohup", "runuser", "script", "setarch", "setpriv",
		"setsid", "stdbuf", "strace", "su", "sudo", "taskset", "time",
		"timeout", "unshare", "xargs",
	};

	for (size_t i = 0; i < sizeof(launchers) / sizeof(*launchers); i++) {
		if (strcmp(name, launchers[i]) == 0)
			return true;
	}
	return false;
}

/* The name P goes by: "ash" for "busybox ash". */
static const char *
called(const struct process *p)
{
	const char *name = pathname_base(p->argv[0]);

	if (strcmp(name, "busybox") == 0 && p->argv[1][0])
		return p->argv[1];
	return name;
}

const struct shell *
detect_shell(struct arena *a, const char *const *env)
{
	const char *shell = env_get(env, "SHELL");
	int pid = process_parent();
	struct process p;

	for (int depth = 0; pid > 0 && depth < MAX_DEPTH; depth++) {
		const char *name, *program;
		const struct shell *sh;

		if (process_look(a, pid, &p) < 0)
			break;
		name = called(&p);
		program = pathname_base(p.exe);
		sh = NULL;
		if (strcmp(program, "busybox") != 0)
			sh = shell_find(program);
		if (!sh)
			sh = shell_find(name);
		if (sh)
			return sh;
		if (!is_launcher(name) && !is_launcher(program))
			break;
		pid = p.parent;
	}
	return shell ? shell_find(shell) : NULL;
}
