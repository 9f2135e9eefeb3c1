/*
 * The input is a RECORD: it gives the same rows in one piece and in many, and what
 * was read and written is read again as the same rows.
 */
#include "wheel/record.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "tests/fuzz/fuzz.h"

static int
put(void *out, const struct record_row *row)
{
	record_put(out, row);
	return 0;
}

/* Read the N bytes at P in pieces of up to PIECE bytes, and write the rows to OUT. */
static int
copy(bool strict, const char *p, size_t n, size_t piece, struct buf *out)
{
	struct record_reader r;
	struct arena a;
	struct diag d;
	int err = 0;

	arena_init(&a, NULL, 0);
	diag_init(&d, &a);
	record_reader_init(&r, strict, put, out, &a);
	for (size_t at = 0; err == 0 && at < n; at += piece)
		err = record_read(&r, p + at, n - at < piece ? n - at : piece,
		                  &d);
	if (err == 0)
		err = record_read_end(&r, &d);
	check(err == d.code && (err == 0 || d.text.len > 0));
	arena_free(&a);
	return err;
}

static void
check_reader(bool strict, const char *p, size_t n, struct arena *a)
{
	struct buf one, many, again;
	int err;

	buf_init(&one, a);
	buf_init(&many, a);
	buf_init(&again, a);
	err = copy(strict, p, n, n + 1, &one);
	check(copy(strict, p, n, 1 + n % 7, &many) == err);
	check(one.len == many.len &&
	      (one.len == 0 || memcmp(one.data, many.data, one.len) == 0));
	if (err < 0)
		return;
	check(copy(strict, one.data, one.len, 5, &again) == 0);
	check(again.len == one.len &&
	      (one.len == 0 || memcmp(again.data, one.data, one.len) == 0));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a;

	arena_init(&a, NULL, 0);
	check_reader(true, (const char *)data, size, &a);
	check_reader(false, (const char *)data, size, &a);
	arena_free(&a);
	return 0;
}
