#include "python/machine.h"

#include "format/elf.h"

static const struct machine machines[] = {
	{ "x86_64", "x86_64-linux-gnu", ELF_X86_64, true, false, true },
	{ "aarch64", "aarch64-linux-gnu", ELF_AARCH64, true, false, true },
	{ "i686", "i386-linux-gnu", ELF_386, false, false, true },
	{ "armv7l", "arm-linux-gnueabihf", ELF_ARM, false, false, true },
	{ "armv7l", "arm-linux-gnueabi", ELF_ARM, false, false, true },
	{ "riscv64", "riscv64-linux-gnu", ELF_RISCV, true, false, true },
	{ "ppc64le", "powerpc64le-linux-gnu", ELF_PPC64, true, false, true },
	{ "ppc64", "powerpc64-linux-gnu", ELF_PPC64, true, true, true },
	{ "ppc", "powerpc-linux-gnu", ELF_PPC, false, true, false },
	{ "s390x", "s390x-linux-gnu", ELF_S390, true, true, true },
	{ "mips64", "mips64el-linux-gnuabi64", ELF_MIPS, true, false, false },
	{ "mips", "mipsel-linux-gnu", ELF_MIPS, false, false, false },
	{ "mips", "mips-linux-gnu", ELF_MIPS, false, true, false },
	{ "loongarch64", "loongarch64-linux-gnu",
	  ELF_LOONGARCH, true, false, true },
	{ "alpha", "alpha-linux-gnu", ELF_ALPHA, true, false, false },
	{ "sparc64", "sparc64-linux-gnu", ELF_SPARCV9, true, true, false },
	{ "parisc", "hppa-linux-gnu", ELF_PARISC, false, true, false },
	{ "m68k", "m68k-linux-gnu", ELF_68K, false, true, false },
	{ "sh4", "sh4-linux-gnu", ELF_SH, false, false, false },
	{ "x86_64", "x86_64-linux-gnux32", ELF_X86_64, false, false, false },
};

const struct machine *
machine_at(size_t i)
{
	return i < sizeof(machines) / sizeof(machines[0]) ? &machines[i] : NULL;
}

bool
machine_is(const struct machine *m, unsigned elf, bool is_64bit,
           bool big_endian)
{
	return m->elf == elf && m->is_64bit == is_64bit &&
	       m->big_endian == big_endian;
}

const struct machine *
machine_find(unsigned elf, bool is_64bit, bool big_endian)
{
	const struct machine *m;

	for (size_t i = 0; (m = machine_at(i)); i++) {
		if (machine_is(m, elf, is_64bit, big_endian))
			return m;
	}
	return NULL;
}
