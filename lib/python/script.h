#pragma once
/*
 * script: programs that do nothing but start another one.
 */
#include <stddef.h>

struct elf;
struct inspection;
struct source;

/*
 * 1 and *TARGET, an absolute path, if the script in S only execs that program
 * with its own arguments (as Nix and Homebrew wrap theirs), else 0; *LINE is
 * its first line without "#!". -ENOMEM, or the error of a read.
 */
int script_target(struct inspection *in, struct source *s,
                  const char **target, const char **line);

/* The same for the ELF program E that Nix's makeCWrapper made. */
int script_nix_target(struct inspection *in, const struct elf *e,
                      const char **target);
