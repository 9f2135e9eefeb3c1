/*
 * The input is a requirements file: each requirement that is read has a name
 * that can be found, a version and a hash, and reads alike by itself. Of those
 * that are selected, each project has one.
 */
#include "resolve/requirements.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "resolve/marker.h"
#include "tests/fuzz/fuzz.h"

static void
round_trip(const struct requirement *q, struct arena *a, struct diag *d)
{
	static const char *const kinds[] = { "sha256", "sha384", "sha512" };
	struct requirements again;
	struct buf b;

	buf_init(&b, a);
	buf_fmt(&b, "%s==%s", q->name, q->version);
	for (size_t i = 0; i < q->hash_count; i++) {
		if (i == 0 && q->marker)
			buf_fmt(&b, ";%s", q->marker);
		buf_fmt(&b, " --hash=%s:", kinds[q->hashes[i].kind]);
		digest_put_hex(&b, q->hashes[i].kind, q->hashes[i].sum);
	}
	check(requirements_parse(&again, b.data, b.len, a, d) == 0);
	check(again.count == 1);
	check(strcmp(again.list->name, q->name) == 0);
	check(strcmp(again.list->version, q->version) == 0);
	check(!again.list->marker == !q->marker);
	check(!q->marker || strcmp(again.list->marker, q->marker) == 0);
	check(again.list->hash_count == q->hash_count);
	for (size_t i = 0; i < q->hash_count; i++)
		check(memcmp(again.list->hashes[i].sum, q->hashes[i].sum,
		             digest_size(q->hashes[i].kind)) == 0);
}

static void
select_some(struct requirements *r, struct arena *a, struct diag *d)
{
	static const struct marker_facts facts = {
		.fact = { [MARKER_SYS_PLATFORM] = { "linux", NULL } },
		.extra = "",
	};
	size_t before = r->count;

	if (requirements_select(r, &facts, a, d) != 0) {
		check(d->code < 0 && d->text.len > 0);
		return;
	}
	check(r->count <= before);
	for (size_t i = 0; i < r->count; i++)
		check(r->list[i].hash_count > 0 &&
		      (i == 0 || strcmp(r->list[i - 1].name,
		                        r->list[i].name) < 0));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct requirements r;
	struct arena a;
	struct diag d;

	arena_init(&a, NULL, 0);
	diag_init(&d, &a);
	if (requirements_parse(&r, (const char *)data, size, &a, &d) != 0) {
		check(d.code < 0 && d.text.len > 0);
		r.count = 0;
	}
	for (size_t i = 0; i < r.count; i++) {
		check(requirements_find(&r, r.list[i].name,
		                        i > 0 ? &r.list[i - 1] : NULL) ==
		      &r.list[i]);
		check(r.list[i].hash_count > 0);
		round_trip(&r.list[i], &a, &d);
	}
	if (r.count > 0)
		select_some(&r, &a, &d);
	arena_free(&a);
	return 0;
}
