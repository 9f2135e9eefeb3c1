/*
 * The input is an entry_points.txt, and the headers of METADATA: what is read
 * from it is safe to be made a file and code, and lies inside of it.
 */
#include "wheel/metadata.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "tests/fuzz/fuzz.h"

/* No byte of S that could be something else than part of a name. */
static void
check_word(const char *s, const char *also)
{
	check(*s != '\0');
	for (; *s; s++)
		check((*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') ||
		      (*s >= '0' && *s <= '9') || *s == '_' ||
		      (unsigned char)*s >= 0x80 || strchr(also, *s));
}

static void
check_scripts(const char *text, size_t n)
{
	struct entry_points e;
	struct arena a;
	struct diag d;

	arena_init(&a, NULL, 0);
	diag_init(&d, &a);
	if (metadata_entry_points(&e, text, n, &a, &d) < 0) {
		check(d.code == -EINVAL && d.text.len > 0);
		e.count = 0;
	}
	for (size_t i = 0; i < e.count; i++) {
		const struct entry_point *p = &e.list[i];

		check(*p->name && !strpbrk(p->name, "/=\n\r"));
		check(strcmp(p->name, ".") != 0 && strcmp(p->name, "..") != 0);
		check_word(p->module, ".");
		check_word(p->attribute, ".");
		check(i == 0 || strcmp(p[-1].name, p->name) < 0);
	}
	arena_free(&a);
}

static void
check_headers(const char *text, size_t n)
{
	static const char *const names[] = { "Tag", "A", "" };
	const char *last = text, *value;
	size_t len;

	for (size_t i = 0; i < 3; i++, last = text) {
		size_t at = 0;

		while (metadata_next(text, n, &at, names[i], &value, &len)) {
			check(value >= last && value + len <= text + n);
			check(len == 0 || !memchr(" \t\r\n", *value, 4));
			last = value;
		}
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = size ? (const char *)data : "";

	check_scripts(text, size);
	check_headers(text, size);
	return 0;
}
