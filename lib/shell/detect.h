#pragma once
/*
 * detect: which shell will evaluate what is printed.
 */
struct arena;
struct shell;

/*
 * The nearest shell among the processes above this one, else the one that SHELL
 * in ENV names; NULL if neither is known. Shells do not export a variable that
 * would tell.
 *
 * A process is judged by its program, then by its arguments and its name, which
 * say what it likes. Those that only start others (env, sudo) are passed over;
 * those that run what their arguments name are that ("busybox sh", "qemu-arm
 * /bin/sh", "python3 /usr/bin/xonsh"). Any other ends the search.
 */
const struct shell *detect_shell(struct arena *a, const char *const *env);
