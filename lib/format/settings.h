#pragma once
/*
 * settings: environment variables to set and to unset, as text for those who
 * take them in: programs, files of programs, shells that read no code.
 *
 * Each function appends the list at S, ended by a row without a name, to OUT:
 * 0, or -EINVAL with a diag where the format has no way to say it. Values may
 * hold any byte; none is ever code.
 */
struct buf;
struct diag;

struct setting {
	const char *name;
	const char *value; /* NULL: unset it */
};

/* NAME=VALUE, each ended by a NUL, as xargs -0 env takes it. An empty value
 * stands for an unset one. */
int settings_env0(struct buf *out, const struct setting *s, struct diag *d);

/* A JSON object of strings, null where a variable is to be unset. */
int settings_json(struct buf *out, const struct setting *s, struct diag *d);

/* The JSON object that Nushell's load-env takes: PATH is a list. */
int settings_nu(struct buf *out, const struct setting *s, struct diag *d);
