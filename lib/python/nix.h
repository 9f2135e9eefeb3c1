#pragma once
/*
 * nix: programs of Nix's makeCWrapper, which only start another one.
 */
#include <stdbool.h>

struct elf;
struct inspection;
struct wrapper;

/* Read the ELF program E. Return true if makeCWrapper made it; then set W, with
 * is_tool if its flags make it a tool. */
bool nix_read(struct inspection *in, const struct elf *e, struct wrapper *w);
