/* elf_scan: the windows over the segments, and where a scan ends. */
#include "format/elf.h"

#include <errno.h>

#include "format/source.h"
#include "tests/unit/unit.h"

enum { SIZE = 4096, LARGE = 40 << 20, WINDOW = 64 << 10 };

struct seen {
	size_t windows, hits;
	size_t total;
};

static int
count_hits(void *ctx, const unsigned char *p, size_t n, bool first)
{
	struct seen *seen = ctx;

	assert_int_equal(first, seen->windows == 0);
	seen->windows++;
	seen->total += n;
	for (size_t i = 0; i + 8 <= n; i++)
		seen->hits += memcmp(p + i, "xdebugpy", 8) == 0;
	return seen->hits > 1;
}

static int
count_bytes(void *ctx, const unsigned char *p, size_t n, bool first)
{
	size_t *total = ctx;

	(void)p;
	(void)first;
	*total += n;
	return 0;
}

/* Return what elf_open() makes of SIZE bytes at MEM, all of them in one
 * segment. */
static void
open_segment(struct elf *e, struct source *s, const void *mem, size_t size)
{
	source_mem(s, mem, size);
	memset(e, 0, sizeof(*e));
	e->source = s;
	e->segments = 1;
	e->segment[0].size = size;
	e->segment[0].flags = ELF_READ | ELF_WRITE;
}

static void
test_scan(void **state)
{
	struct seen seen = { 0, 0, 0 };
	char window[64], byte[SIZE] = "";
	struct source s;
	struct elf e;

	(void)state;
	open_segment(&e, &s, byte, SIZE);
	memcpy(byte + 0xc00 - 4, "xdebugpy", 8); /* across two windows */
	assert_int_equal(elf_scan(&e, ELF_WRITE, 0, window, sizeof(window), 7,
	                          count_hits, &seen), 0);
	assert_int_equal(seen.hits, 1);
	assert_int_equal(seen.total, SIZE + 7 * (seen.windows - 1));
	memcpy(byte + 0xd00, "xdebugpy", 8);
	memset(&seen, 0, sizeof(seen));
	assert_int_equal(elf_scan(&e, ELF_WRITE, 0, window, sizeof(window), 7,
	                          count_hits, &seen), 1);
	memset(&seen, 0, sizeof(seen));
	assert_int_equal(elf_scan(&e, ELF_EXECUTE, 0, window, sizeof(window),
	                          7, count_hits, &seen), 0);
	assert_int_equal(elf_scan(&e, 0, ELF_WRITE, window, sizeof(window), 7,
	                          count_hits, &seen), 0);
	assert_int_equal(seen.windows, 0);
	assert_int_equal(elf_scan(&e, 0, 0, window, 7, 7, count_hits, &seen),
	                 -EINVAL);
	/* a segment may claim more than the file holds */
	e.segment[0].size = UINT64_MAX;
	assert_int_equal(elf_scan(&e, ELF_WRITE, 0, window, sizeof(window), 7,
	                          count_hits, &seen), 1);
}

/* However large the segments are and however many, a scan ends. */
static void
test_budget(void **state)
{
	char *large = calloc(1, LARGE), *window = malloc(WINDOW);
	size_t total = 0;
	struct source s;
	struct elf e;

	(void)state;
	assert_non_null(large);
	assert_non_null(window);
	open_segment(&e, &s, large, LARGE);
	assert_int_equal(elf_scan(&e, ELF_WRITE, 0, window, WINDOW, 0,
	                          count_bytes, &total), 0);
	assert_int_equal(total, LARGE);
	total = 0;
	e.segment[e.segments++] = e.segment[0];
	assert_int_equal(elf_scan(&e, ELF_WRITE, 0, window, WINDOW, 0,
	                          count_bytes, &total), -ENOENT);
	assert_int_equal(total, 64 << 20);
	free(window);
	free(large);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scan),
		cmocka_unit_test(test_budget),
	};

	return RUN(tests);
}
