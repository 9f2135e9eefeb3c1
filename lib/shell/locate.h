#pragma once
/*
 * locate: the environment that is meant when none is named.
 */
struct arena;
struct diag;
struct walk;

/*
 * The nearest environment of the absolute directory CWD and those above it:
 * *ENV_DIR is absolute. In each directory the first of these that is there:
 *
 *   .venv         a directory (or a link to one) with a pyvenv.cfg in it
 *   .venv         a file; its first line is the path of the environment
 *   .python-envs  a file with a path per line; the last one is meant
 *
 * The files are those of the drafts of PEP 832. Lines end with \n or \r\n, the
 * last one perhaps with nothing; a UTF-8 byte order mark is no part of the
 * first. A path is taken as it is, relative to the directory of its file: no ~,
 * no variables, no comments, blanks belong to it. In .python-envs lines of
 * nothing but blanks do not count, and VIRTUAL_ENV does not either: which
 * environment is entered must not depend on the one that was.
 *
 * A directory .venv without pyvenv.cfg says nothing and is passed over, and
 * so is a directory .python-envs, as some keep environments in. But a file
 * that does not lead to an environment is an error that names file and line;
 * so is a link .venv that leads nowhere, one of them that is no file (it is
 * never opened), and what may not be looked at.
 *
 * Other users can put such a thing into a directory above, as in /tmp. So it, and
 * a link to it, must belong to root or to this user, or, if this user is root, to
 * the one whom SUDO_UID in the environment variables ENV names: else -EPERM, with
 * the command that enters it all the same as a hint.
 * -ENOENT if there is none; -EINVAL, or the error of a system call.
 */
int locate_env(const struct walk *w, struct arena *a, const char *const *env,
               const char *cwd, char **env_dir, struct diag *d);
