#include "shell/shell.h"

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "format/pathname.h"
#include "format/words.h"
#include "os/process.h"

enum { MAX_DEPTH = 16 };

/* Programs that only start another one; in some builds they do not become it. */
static const char launchers[] =
	" bwrap chroot chrt doas env firejail flock ionice ltrace nice nohup "
	"nsenter pkexec proot runuser script setarch setpriv setsid stdbuf strace "
	"su sudo taskset time timeout unshare uv xargs ";

/* Programs that are what their arguments name: applets, programs run by an
 * emulator or by the dynamic linker, and scripts that are shells (xonsh). */
static const struct carrier {
	const char *names;
	const char *valued; /* options with a value in the next argument */
	bool scripts;       /* what it runs is text: sh.py is no sh */
} carriers[] = {
	{ " busybox coreutils toybox ", "", false },
	{ " ld ", " --argv0 --audit --glibc-hwcaps-mask --glibc-hwcaps-prepend "
	          "--inhibit-rpath --library-path --preload ", false },
	{ " buildkit_qemu_emulator qemu rosetta ",
	  " -0 -B -D -E -L -R -U -cpu -d -dfilter -g -p -plugin -r -s -seed "
	  "-trace ", false },
	{ " pypy python ", " -W -X --check-hash-based-pycs ", true },
};

static const struct carrier *
find_carrier(const char *name)
{
	for (size_t i = 0; i < sizeof(carriers) / sizeof(*carriers); i++) {
		if (words_have_program(carriers[i].names, name))
			return &carriers[i];
	}
	return NULL;
}

/* Return the name of the program PATH, without the dot of one that a wrapper
 * runs (".xonsh-wrapped"). */
static const char *
bare(const char *path)
{
	const char *name = pathname_base(path);

	return name + strspn(name, ".");
}

/* Do the same with a TITLE that a process gave itself: "xonsh --no-rc -c a/b". */
static const char *
titled(struct arena *a, const char *title)
{
	return bare(arena_dup(a, title, strcspn(title, " ")));
}

/* Return the first of the arguments after ARG that is no option of the carrier
 * C, "" if there is none. */
static const char *
operand(const struct carrier *c, const char *arg, const char *end)
{
	for (;;) {
		arg += strlen(arg) + 1;
		if (arg >= end || strcmp(arg, "-c") == 0)
			return "";
		if (arg[0] != '-' || arg[1] == '\0')
			return arg;
		if (words_have(c->valued, arg, strlen(arg)))
			arg += strlen(arg) + 1;
	}
}

/* Return the program that the arguments of a process name: "sh" for "busybox
 * sh" and for "qemu-arm -cpu max /bin/busybox sh". */
static const char *
called(struct arena *a, const struct process_args *args)
{
	const char *end = args->block + args->len;
	const char *arg = args->block;
	const char *name = titled(a, arg);
	const struct carrier *c;

	while ((c = find_carrier(name)) != NULL) {
		arg = operand(c, arg, end);
		name = titled(a, arg);
		if (c->scripts && strchr(name, '.'))
			return "";
	}
	return name;
}

/* Return whether the program NAME is known: as the shell *SH, or as a launcher
 * (NULL). "-su" is no launcher but a login shell. */
static bool
is_known(const char *name, const struct shell **sh)
{
	if (find_carrier(name))
		return false;
	*sh = shell_of_program(name);
	return *sh || words_have_program(launchers, name);
}

/* Do the same with process PID: first by what is hardest to forge. */
static bool
look(struct arena *a, int pid, const struct shell **sh)
{
	struct process_args args;

	if (is_known(bare(process_program(a, pid)), sh))
		return true;
	process_arguments(a, pid, &args);
	return is_known(called(a, &args), sh) ||
	       is_known(titled(a, process_name(a, pid)), sh);
}

const struct shell *
shell_detect(struct arena *a, const char *const *env)
{
	const char *shell = env_get(env, "SHELL");
	int pid = process_parent();
	const struct shell *sh;

	for (int depth = 0; pid > 0 && depth < MAX_DEPTH; depth++) {
		if (!look(a, pid, &sh))
			break;
		if (sh)
			return sh;
		pid = process_parent_of(a, pid);
	}
	return shell ? shell_of_program(shell) : NULL;
}
