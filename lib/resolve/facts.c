#include "resolve/facts.h"

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "format/elf.h"
#include "os/kernel.h"
#include "python/machine.h"
#include "python/python.h"
#include "resolve/marker.h"

/* Set the version V: X.Y.Z, with "rc" or the like before the serial number of
 * what is no final release, or a range if only X.Y is known. */
static void
set_version(struct marker_fact *v, const struct python *py,
            const char *candidate, struct arena *a)
{
	const char letter[] = { py->level, '\0' };

	if (py->micro < 0) {
		v->value = arena_fmt(a, "%d.%d.0a0", py->major, py->minor);
		v->last = arena_fmt(a, "%d.%d.99999", py->major, py->minor);
	} else if (py->level == 'f') {
		v->value = arena_fmt(a, "%d.%d.%d", py->major, py->minor,
		                     py->micro);
	} else {
		v->value = arena_fmt(a, "%d.%d.%d%s%d", py->major, py->minor,
		                     py->micro, py->level == 'c' ? candidate
		                                                 : letter,
		                     py->serial);
	}
}

/* Return true if a kernel for MACHINE, a name of uname(2), runs programs of PY
 * without an emulator; NAME is that of PY's own machine. */
static bool
runs(const char *machine, const struct python *py, const char *name)
{
	switch (py->machine) {
	case ELF_386:
		return strcmp(machine, "x86_64") == 0 ||
		       (strlen(machine) == 4 && str_ends(machine, "86"));
	case ELF_ARM:
		return str_starts(machine, "arm") ||
		       str_starts(machine, "aarch64");
	case ELF_PPC:
	case ELF_MIPS:
	case ELF_PARISC:
	case ELF_SH:
		return str_starts(machine, name);
	default:
		return strcmp(machine, name) == 0;
	}
}

static void
set_system(struct marker_facts *f, const struct python *py,
           const struct kernel *kernel)
{
	const struct machine *m = machine_find((unsigned)py->machine,
	                                       py->is_64bit, py->big_endian);

	f->fact[MARKER_OS_NAME].value = "posix";
	f->fact[MARKER_SYS_PLATFORM].value = "linux";
	f->fact[MARKER_PLATFORM_SYSTEM].value = "Linux";
	if (kernel && m && runs(kernel->machine, py, m->name)) {
		f->fact[MARKER_PLATFORM_MACHINE].value = kernel->machine;
		f->fact[MARKER_PLATFORM_RELEASE].value = kernel->release;
		f->fact[MARKER_PLATFORM_VERSION].value = kernel->version;
	} else if (m && py->machine != ELF_ARM) {
		/* of ARM there are armv6l, armv7l, armv8l and more */
		f->fact[MARKER_PLATFORM_MACHINE].value = m->name;
	}
}

void
facts_find(struct marker_facts *f, const struct python *py,
           const struct kernel *kernel, struct arena *a)
{
	bool pypy = py->implementation == PYTHON_PYPY;

	memset(f, 0, sizeof(*f));
	set_system(f, py, kernel);
	f->fact[MARKER_PLATFORM_PYTHON_IMPLEMENTATION].value =
		pypy ? "PyPy" : "CPython";
	f->fact[MARKER_IMPLEMENTATION_NAME].value =
		python_implementation_name(py);
	f->fact[MARKER_PYTHON_VERSION].value =
		arena_fmt(a, "%d.%d", py->major, py->minor);
	set_version(&f->fact[MARKER_PYTHON_FULL_VERSION], py, "rc", a);
	/* PyPy has a version of its own, which is not looked for */
	if (!pypy)
		set_version(&f->fact[MARKER_IMPLEMENTATION_VERSION], py, "c", a);
}
