#pragma once
/*
 * forms: changes of environment variables written for readers that are no
 * shell: programs, their files, and shells that take values instead of code.
 *
 * Each function appends the list V, ended by a row without a name, to OUT. It
 * returns 0, or -EINVAL with a diag if the format cannot express it. Values may
 * hold any byte; none is ever code. A form that cannot unset a variable leaves
 * out _OLD_*, in which activations save others.
 */
struct buf;
struct diag;

struct variable {
	const char *name;
	const char *value; /* NULL: unset it */
};

/* Write ENV instructions of a Dockerfile. PATH puts its first directory before
 * the one that the builder has; PYTHONHOME is left out. */
int form_docker(struct buf *out, const struct variable *v, struct diag *d);

/* Write lines NAME=VALUE, literally, as docker run --env-file reads them. As
 * all forms that cannot unset a variable, make PYTHONHOME empty and refuse
 * others. */
int form_env(struct buf *out, const struct variable *v, struct diag *d);

/* Write NAME=VALUE, each ended by a NUL, as xargs -0 env takes it. */
int form_env0(struct buf *out, const struct variable *v, struct diag *d);

/* Write what a step of GitHub Actions appends to its file GITHUB_ENV: no PATH. */
int form_github(struct buf *out, const struct variable *v, struct diag *d);

/* Write what it appends to the file GITHUB_PATH: the first directory of
 * PATH. */
int form_github_path(struct buf *out, const struct variable *v,
                     struct diag *d);

/* Write Environment= and UnsetEnvironment= of a unit, systemd.exec(5). */
int form_systemd(struct buf *out, const struct variable *v, struct diag *d);

/* Write a JSON object of strings, null where a variable is to be unset. */
int form_json(struct buf *out, const struct variable *v, struct diag *d);

/* Write the JSON object that Nushell's load-env takes: PATH is a list. */
int form_nu(struct buf *out, const struct variable *v, struct diag *d);

/*
 * Write lines set "NAME=VALUE" for cmd.exe, for use with for /f "tokens=1*" %i
 * in (...) do @set %j, or with "delims=" and @%i. PATH is divided by ';',
 * unless it is one of Windows already. The console must read UTF-8 (chcp
 * 65001) if a value is not ASCII. With delayed expansion (cmd /v:on) a '!' is
 * lost, but nothing is run.
 */
int form_cmd(struct buf *out, const struct variable *v, struct diag *d);
