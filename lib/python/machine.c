#include "python/machine.h"

#include "format/elf.h"

static const struct machine machines[] = {
	{ ELF_X86_64, true, false, "x86_64", true, "x86_64-linux-gnu" },
	{ ELF_AARCH64, true, false, "aarch64", true, "aarch64-linux-gnu" },
	{ ELF_386, false, false, "i686", true, "i386-linux-gnu" },
	{ ELF_ARM, false, false, "armv7l", true, "arm-linux-gnueabihf" },
	{ ELF_ARM, false, false, "armv7l", true, "arm-linux-gnueabi" },
	{ ELF_RISCV, true, false, "riscv64", true, "riscv64-linux-gnu" },
	{ ELF_PPC64, true, false, "ppc64le", true, "powerpc64le-linux-gnu" },
	{ ELF_PPC64, true, true, "ppc64", true, "powerpc64-linux-gnu" },
	{ ELF_PPC, false, true, "ppc", false, "powerpc-linux-gnu" },
	{ ELF_S390, true, true, "s390x", true, "s390x-linux-gnu" },
	{ ELF_MIPS, true, false, "mips64", false, "mips64el-linux-gnuabi64" },
	{ ELF_MIPS, false, false, "mips", false, "mipsel-linux-gnu" },
	{ ELF_MIPS, false, true, "mips", false, "mips-linux-gnu" },
	{ ELF_LOONGARCH, true, false, "loongarch64", true,
	  "loongarch64-linux-gnu" },
	{ ELF_ALPHA, true, false, "alpha", false, "alpha-linux-gnu" },
	{ ELF_SPARCV9, true, true, "sparc64", false, "sparc64-linux-gnu" },
	{ ELF_PARISC, false, true, "parisc", false, "hppa-linux-gnu" },
	{ ELF_68K, false, true, "m68k", false, "m68k-linux-gnu" },
	{ ELF_SH, false, false, "sh4", false, "sh4-linux-gnu" },
	{ ELF_X86_64, false, false, "x86_64", false, "x86_64-linux-gnux32" },
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
