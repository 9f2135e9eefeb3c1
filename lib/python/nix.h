#pragma once
/*
 * nix: programs of Nix's makeCWrapper, which only start another one.
 */
struct elf;
struct inspection;
struct wrapper;

/* Read the ELF program E: 1 if makeCWrapper made it, W->is_tool if its flags make it
 * a tool; 0 if not; -ENOMEM. */
int nix_read(struct inspection *in, const struct elf *e, struct wrapper *w);
