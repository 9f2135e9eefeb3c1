#pragma once
/*
 * activation: code that enters and leaves an environment, for each shell.
 *
 * Files in bin/ and the code that activate-print prints come from the same
 * template. Values are data: they are quoted for the shell, never executed.
 */
#include <stdbool.h>

struct buf;
struct diag;
struct layout;
struct shell;
struct walk;

struct activation {
	const char *env_dir; /* absolute path of the environment */
	const char *prompt;  /* its name in the prompt, without parentheses */
	const char *const *env; /* where it is entered; forms that hold values
	                           (nu, docker, ...) are made from it */
	const struct walk *walk; /* where PATH of ENV is looked up; NULL: it is
	                            only read */
	const struct layout *layout; /* NULL: that of POSIX */
	const char *windows_dir; /* the path of ENV_DIR for programs of Windows
	                            that run on this host; NULL: unknown */
	bool in_wsl;       /* WSL starts these, not wine */
	bool on_windows;   /* it is for a reader on Windows: ENV_DIR is a path
	                      there, or else WINDOWS_DIR is set */
	bool by_directory; /* PROMPT is the directory's name, and stays so when
	                      that is moved */
};

enum activation_kind {
	ACTIVATION_FILE, /* sourced from bin/ */
	ACTIVATION_FINDS_ITSELF, /* the same wherever bin/ is then, as far as
	                            the shell can know */
	ACTIVATION_EVAL, /* printed, in the form that is evaluated or read */
};

/*
 * Append to OUT the code that activates V in shell SH. -EINVAL if the shell
 * cannot hold a value, or V is for a reader on Windows whose PATH is not
 * known here.
 */
int activation_render(const struct shell *sh, enum activation_kind kind,
                      const struct activation *v, struct buf *out,
                      struct diag *d);

/*
 * Append to OUT the code for shell SH that leaves the environment that is
 * active in the list ENV, whose PATH is looked up in W, even if no activation
 * defined a function for that; or, if there are any, each of the environments
 * DIRS (environ_inherited()). ON_WINDOWS: write for a shell on Windows if SH
 * can be one and the environment is for Windows. -EINVAL if the form cannot
 * express it.
 */
int deactivation_render(const struct shell *sh, bool on_windows,
                        const struct walk *w, const char *const *env,
                        const char *const *dirs, struct buf *out,
                        struct diag *d);
