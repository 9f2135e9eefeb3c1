#pragma once
/*
 * archive: environments to standard output, for another machine to unpack.
 */
#include <stddef.h>

struct archive_format;
struct ctx;
struct python;
struct venv_call;

/*
 * Write the COUNT environments ENV_DIRS (as the caller gave them) for PY, made
 * as CALL says, as one archive in format F. What is on the disk in their places is
 * not looked at. Nothing is written unless all of them can be made; after that
 * an archive without its end mark may be left by a file that changes, or cannot
 * be read or written.
 */
int venv_archive(const struct ctx *x, const struct archive_format *f,
                 const struct venv_call *call, const struct python *py,
                 char *const *env_dirs, size_t count);
