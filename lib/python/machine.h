#pragma once
/*
 * machine: the architectures that Pythons are made for, under all the names
 * that they have.
 */
#include <stdbool.h>
#include <stddef.h>

struct machine {
	const char *name;      /* as uname(2) has it */
	const char *multiarch; /* Debian's directory of its libraries */
	unsigned elf;          /* e_machine of the gABI */
	bool is_64bit, big_endian;
	bool has_wheels;       /* NAME is in platform tags, too (PEP 600) */
};

/* Return row I of the table; NULL after the last one. A machine with different
 * ABIs has several rows: the most common one comes first. */
const struct machine *machine_at(size_t i);

/* Return whether M is the machine of a file with these facts. */
bool machine_is(const struct machine *m, unsigned elf, bool is_64bit,
                bool big_endian);

/* Return the first row of that machine; NULL if it is not known. */
const struct machine *machine_find(unsigned elf, bool is_64bit,
                                   bool big_endian);
