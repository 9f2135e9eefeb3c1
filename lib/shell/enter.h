#pragma once
/*
 * enter: the environment that is meant, and what an activation needs of it.
 */
struct activation;
struct ctx;

/*
 * Find the nearest environment of the absolute directory CWD and those above
 * it: *ENV_DIR is absolute. In each directory the first of these that is there:
 *
 *   .venv         a directory (or a link to one) with a pyvenv.cfg in it
 *   .venv         a file; its first line is the path of the environment
 *   .python-envs  a file with a path per line; the last one is meant
 *
 * The files are those of the drafts of PEP 832. Lines end with \n or \r\n,
 * except perhaps the last; a UTF-8 byte order mark is no part of the first. A
 * path is taken as it is, relative to the directory of its file: no ~, no
 * variables, no comments; blanks belong to it. In .python-envs blank lines do
 * not count. VIRTUAL_ENV does not count either: which environment is entered
 * must not depend on the one that was.
 *
 * A directory .venv without pyvenv.cfg is passed over, and so is a directory
 * .python-envs, because some keep environments in it. A file that does not lead
 * to an environment is an error that names file and line. Other errors: a link
 * .venv that leads nowhere, one of them that is neither file nor directory (it
 * is never opened), and one that this user may not look at.
 *
 * Other users can put such a thing into a directory above, as in /tmp. So it,
 * and a link to it, must belong to root or to this user, or, if this user is
 * root, to the one whom SUDO_UID in the environment variables ENV names; else
 * -EPERM, with the command that enters it all the same as a hint. -ENOENT if
 * there is none; -EINVAL, or the error of a system call.
 */
int enter_locate(const struct ctx *x, const char *const *env, const char *cwd,
                 char **env_dir);

/*
 * Fill V->env_dir and V->prompt for the environment ENV_DIR, or if NULL the
 * one nearest to the current directory. PROMPT is the one asked for ("." is
 * the name of that directory), or if NULL the environment's own, else its
 * name. Fail with -ENOENT, -EINVAL or another errno unless the environment can
 * be entered: it has a pyvenv.cfg with a home, and PATH can hold its path. One
 * for Windows must be on a drive of WSL or wine; V->windows_dir is then its
 * place now, whatever its activation files record (--env-target).
 */
int enter_look(const struct ctx *x, struct activation *v, const char *env_dir,
               const char *prompt);

/*
 * Find COMMAND in the bin directory of V, which is entered. *PATH is what has
 * this name there, whatever it is; "python" and "python3" always are there,
 * because every environment has them. In an environment for Windows the
 * directory is Scripts, COMMAND.exe is looked for after COMMAND, and "python3"
 * is python.exe if there is no other. *PATH is NULL if COMMAND must be
 * searched elsewhere. Fail with a negative errno if bin is missing or cannot
 * be searched.
 */
int enter_command(const struct ctx *x, char **path, const struct activation *v,
                  const char *command);
