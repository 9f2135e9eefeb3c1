/*
 * The input is an archive. What is taken has clean names, sorted, each found
 * again, and members that fill the archive; what is read of it is of the size
 * and has the checksum it says. Something in front changes nothing but the
 * start.
 */
#include "format/zip.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/diag.h"
#include "format/inflate.h"
#include "format/source.h"
#include "tests/fuzz/fuzz.h"

enum { FRONT = 37, MAX_READ = 1 << 20 };

static void
check_name(const struct zip_member *m)
{
	static const char *const bad[] = { "//", "/./", "/../", "\\" };
	char path[4200] = "/";

	check(m->len > 0 && m->len < 4096 && strlen(m->name) == m->len);
	check(m->name[0] != '/');
	check(m->directory == (m->name[m->len - 1] == '/'));
	memcpy(path + 1, m->name, m->len);
	strcpy(path + 1 + m->len, m->directory ? "" : "/");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		check(!strstr(path, bad[i]));
	for (size_t i = 0; i < m->len; i++)
		check((unsigned char)m->name[i] >= ' ' && m->name[i] != 127);
}

struct sum {
	size_t size;
	uint32_t crc;
};

static int
add(void *ctx, const void *p, size_t n)
{
	struct sum *s = ctx;

	s->crc = (uint32_t)crc32(s->crc, p, (unsigned)n);
	s->size += n;
	return s->size > MAX_READ ? -EFBIG : 0;
}

static void
read_member(const struct zip *z, const struct zip_member *m,
            struct inflater *in, struct arena *a, struct diag *d)
{
	struct sum s = { 0 }, again = { 0 };
	int err = zip_read(z, m, in, add, &s, d);
	char *text;

	check(err == 0 || err == -EINVAL || err == -EFBIG);
	if (err == 0)
		check(s.size == m->size && s.crc == m->crc);
	if (err == -EFBIG)
		return;
	diag_clear(d);
	check(zip_load(z, m, MAX_READ, in, a, &text, d) ==
	      (m->size > MAX_READ ? -EFBIG : err));
	if (err == 0) {
		add(&again, text, (size_t)m->size);
		check(again.crc == s.crc && text[m->size] == '\0');
	}
}

static void
check_members(const struct zip *z, struct arena *a, struct diag *d)
{
	struct inflater *in = inflater_new(a);
	uint64_t bytes = 0;

	for (size_t i = 0; i < z->count; i++) {
		const struct zip_member *m = &z->members[i];

		check_name(m);
		check(i == 0 || strcmp(m[-1].name, m->name) < !!m->twin);
		check(!m->twin || (m->size == m[-1].size && m->crc == m[-1].crc));
		check(strcmp(zip_find(z, m->name)->name, m->name) == 0);
		check(m->offset <= z->size && m->packed <= z->size - m->offset);
		bytes += m->packed + 30 + 46 + 2 * m->len;
		read_member(z, m, in, a, d);
	}
	check(bytes + 22 <= z->size);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned char *longer = malloc(FRONT + size);
	struct arena a;
	struct diag d;
	struct zip z;
	struct source bytes, with_front;
	const char *why;
	uint64_t start;
	int err;

	if (!longer)
		return 0;
	memset(longer, 'x', FRONT);
	if (size)
		memcpy(longer + FRONT, data, size);
	arena_init(&a, NULL, 0);
	diag_init(&d, &a);
	source_mem(&bytes, data, size);
	source_mem(&with_front, longer, FRONT + size);
	err = zip_open(&z, &bytes, 0, size, &a, &d);
	check(err == (d.code ? -EINVAL : 0));
	if (err == 0) {
		check_members(&z, &a, &d);
		why = zip_start(&with_front, FRONT + size, &start);
		check(z.count == 0 ? why != NULL : !why && start == FRONT);
		check(zip_open(&z, &with_front, FRONT, size, &a, &d) == 0);
		check(zip_open(&z, &with_front, 0, FRONT + size, &a, &d) ==
		      -EINVAL);
	} else if (!zip_start(&bytes, size, &start)) {
		check(start < size);
	}
	arena_free(&a);
	free(longer);
	return 0;
}
