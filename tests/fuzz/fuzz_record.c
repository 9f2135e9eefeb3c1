/*
 * The input is a RECORD: rows that were read, sorted and written are read
 * again as the same rows, in order.
 */
#include "wheel/record.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "tests/fuzz/fuzz.h"

static int
compare(const struct record_row *x, const struct record_row *y)
{
	int c = strcmp(x->path, y->path);

	if (c == 0)
		c = strcmp(x->hash, y->hash);
	return c ? c : strcmp(x->size, y->size);
}

static void
round_trip(struct record *r, struct arena *a, struct diag *d)
{
	struct record again;
	struct buf b;

	record_sort(r);
	buf_init(&b, a);
	for (size_t i = 0; i < r->count; i++) {
		check(i == 0 || compare(&r->rows[i - 1], &r->rows[i]) <= 0);
		record_put(&b, &r->rows[i]);
	}
	check(record_parse(&again, b.data, b.len, a, d) == 0);
	check(again.count == r->count);
	for (size_t i = 0; i < r->count; i++)
		check(compare(&again.rows[i], &r->rows[i]) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a;
	struct diag d;
	struct record r;

	arena_init(&a, NULL, 0);
	diag_init(&d, &a);
	if (record_parse(&r, (const char *)data, size, &a, &d) == 0)
		round_trip(&r, &a, &d);
	else
		check(d.code < 0 && d.text.len > 0);
	diag_clear(&d);
	check(record_parse_installed(&r, (const char *)data, size, &a, &d) == 0 ||
	      d.code < 0);
	arena_free(&a);
	return 0;
}
