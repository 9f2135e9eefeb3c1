/*
 * The input is an ELF file. Whatever it says, nothing outside it is read and
 * every question ends.
 */
#include "format/elf.h"

#include <errno.h>
#include <stdlib.h>

#include "format/source.h"
#include "tests/fuzz/fuzz.h"

static int
sum_up(void *ctx, const unsigned char *p, size_t n, bool first)
{
	unsigned *sum = ctx;

	*sum += first;
	for (size_t i = 0; i < n; i++)
		*sum += p[i];
	return 0;
}

static void
ask(const struct elf *e)
{
	static const char *const names[] = { "Py_Version", "_PyRuntime",
		                             "_Py_RefTotal", "" };
	char text[256], window[512];
	bool is_runpath;
	unsigned sum = 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct elf_symbol sym;
		unsigned char raw[24];

		if (elf_symbol(e, names[i], &sym) == 0 &&
		    elf_read(e, sym.address, raw, sizeof(raw)) == 0)
			sum += (unsigned)elf_number(e, raw, 8);
	}
	for (size_t i = 0; elf_needed(e, i, text, sizeof(text)) != -ENOENT;
	     i++) {
		if (i >= ELF_MAX_NEEDED)
			abort();
	}
	elf_library_path(e, text, sizeof(text), &is_runpath);
	elf_interp(e, text, sizeof(text));
	elf_scan(e, ELF_WRITE, ELF_EXECUTE, window, sizeof(window), 24, sum_up,
	         &sum);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct source s;
	struct elf e;

	source_mem(&s, data, size);
	if (elf_open(&e, &s) == 0)
		ask(&e);
	return 0;
}
