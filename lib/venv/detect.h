#pragma once
/*
 * detect: which shell will evaluate what is printed.
 */
struct arena;
struct shell;

/*
 * The nearest shell among the processes above this one, past env, sudo and the
 * like, else the one that SHELL in ENV names; NULL if neither is known. Shells
 * do not export a variable that would tell.
 */
const struct shell *detect_shell(struct arena *a, const char *const *env);
