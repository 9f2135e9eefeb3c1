#pragma once
/*
 * links: other names for the running program.
 */
#include <stdbool.h>

struct arena;
struct diag;

/*
 * Make DIR/NAME (DIR is the program's own directory if NULL) a hard link to
 * the running program, or a symlink. What has that name is replaced, if it is
 * not a directory.
 */
int links_install(const char *dir, const char *name, bool symlink,
                  struct arena *a, struct diag *d);
