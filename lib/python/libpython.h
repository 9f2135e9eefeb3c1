#pragma once
/*
 * libpython: find the shared library of an interpreter where the dynamic
 * linker will find it (ld.so(8); musl's own rules for its programs), without
 * ld.so.cache.
 */
#include <stdbool.h>

struct elf;
struct file_source;
struct inspection;

/*
 * Find and open library NAME, which may be a path, for the program E, whose
 * resolved path is py->real. Set py->libpython and py->libpython_origin, fill *F
 * and *LIB; close with file_source_close(). Return false if it is nowhere.
 */
bool libpython_open(struct inspection *in, const struct elf *e,
                    const char *name, struct file_source *f, struct elf *lib);
