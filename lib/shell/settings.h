#pragma once
/*
 * settings: environment variables to set and to unset, as text for those who
 * take them in: programs, files of programs, shells that read no code.
 *
 * Each function appends the list at S, ended by a row without a name, to OUT:
 * 0, or -EINVAL with a diag where the format has no way to say it. Values may
 * hold any byte; none is ever code. What cannot unset leaves out variables
 * _OLD_*, in which activations save others.
 */
struct buf;
struct diag;

struct setting {
	const char *name;
	const char *value; /* NULL: unset it */
};

/* ENV instructions of a Dockerfile. PATH puts VIRTUAL_ENV/bin before the one
 * that the builder has; PYTHONHOME is left out. */
int settings_docker(struct buf *out, const struct setting *s, struct diag *d);

/* Lines NAME=VALUE, literally, as docker run --env-file reads them. As in all
 * that cannot unset, only PYTHONHOME can be: it is empty then. */
int settings_env(struct buf *out, const struct setting *s, struct diag *d);

/* NAME=VALUE, each ended by a NUL, as xargs -0 env takes it. */
int settings_env0(struct buf *out, const struct setting *s, struct diag *d);

/* What a step of GitHub Actions appends to its file GITHUB_ENV: no PATH. */
int settings_github(struct buf *out, const struct setting *s, struct diag *d);

/* What it appends to the file GITHUB_PATH: VIRTUAL_ENV/bin. */
int settings_github_path(struct buf *out, const struct setting *s,
                         struct diag *d);

/* Environment= and UnsetEnvironment= of a unit, systemd.exec(5). */
int settings_systemd(struct buf *out, const struct setting *s, struct diag *d);

/* A JSON object of strings, null where a variable is to be unset. */
int settings_json(struct buf *out, const struct setting *s, struct diag *d);

/* The JSON object that Nushell's load-env takes: PATH is a list. */
int settings_nu(struct buf *out, const struct setting *s, struct diag *d);

/*
 * Lines set "NAME=VALUE" for cmd.exe, behind for /f "tokens=1*" %i in (...) do
 * @set %j, or with "delims=" and @%i. PATH is divided by ';' there. The console
 * has to read UTF-8 (chcp 65001) if a value is not ASCII, and where delayed
 * expansion is on (cmd /v:on) a '!' is lost, but nothing is run.
 */
int settings_cmd(struct buf *out, const struct setting *s, struct diag *d);
