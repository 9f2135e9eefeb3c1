#pragma once
/*
 * emit: print code for a shell to evaluate. When something fails, the shell is
 * given a statement that fails, because the status of a command in
 * eval "$(...)" is lost.
 */
struct arena;
struct buf;
struct diag;
struct shell;

struct emit {
	const char *prog;
	struct arena *arena;
	const char *const *env;
	const struct shell *shell; /* NULL until it is known */
};

/* Settle on the shell called NAME, or if NULL the one that calls: 0, or
 * -EINVAL or -ENOENT with a diag. */
int emit_choose(struct emit *e, const char *name, struct diag *d);

/*
 * Write CODE to stdout: an exit code. If that is a terminal, say on stderr what
 * to type so that the command ARGV is evaluated.
 */
int emit_code(const struct emit *e, struct buf *code, char **argv);

/* Write the failing statement to stdout unless that is a terminal: EXIT. */
int emit_failure(const struct emit *e, int exit);
