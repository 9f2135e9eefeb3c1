/*
 * The input is a byte that chooses what is asked for, and a uv.lock. What is
 * selected is sorted and complete.
 */
#include "resolve/uvlock.h"

#include <errno.h>
#include <string.h>

#include "base/diag.h"
#include "python/python.h"
#include "resolve/lock_format.h"
#include "resolve/marker.h"
#include "tests/fuzz/fuzz.h"
#include "wheel/name.h"

static const struct python known = { .major = 3, .minor = 12, .micro = 5,
	                             .level = 'f' };
static const struct python unknown = { .major = 3, .minor = 12, .micro = -1 };

static void
look_at_wheel(const struct lock_wheel *w, const struct lock_package *p,
              struct arena *a, struct diag *d)
{
	struct wheel_name name;

	check(wheel_name_parse(&name, w->file, a, d) == 0);
	check(wheel_name_same(name.project, strlen(name.project), p->project,
	                      strlen(p->project)));
	check(!w->path || w->path[0] == '/');
	check(w->hash_count <= 1 && (w->hash_count == 0 || w->hashes));
	check(w->size <= INT64_MAX && (w->sized || w->size == 0));
}

static void
look(const struct lock *l, struct arena *a, struct diag *d)
{
	check(!l->empty || l->count == 0);
	for (size_t i = 0; i < l->count; i++) {
		const struct lock_package *p = &l->packages[i];

		check(memcmp(p->where, "package[", 8) == 0);
		check(i == 0 || strcmp(p[-1].project, p->project) < 0);
		check((p->kind == LOCK_DIRECTORY) == (p->directory != NULL));
		check(p->kind == LOCK_WHEELS || p->source);
		check(p->kind != LOCK_WHEELS || p->wheel_count > 0);
		check(p->kind != LOCK_ARCHIVE || p->wheel_count <= 1);
		check(p->kind <= LOCK_ARCHIVE || p->wheel_count == 0);
		check(p->kind != LOCK_SDIST || p->has_sdist);
		for (size_t w = 0; w < p->wheel_count; w++)
			look_at_wheel(&p->wheels[w], p, a, d);
		lock_is_excepted(l, p->project, p->version, "x", a);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *names[] = { "pg", "my", "g1", "prod" };
	unsigned choice = size ? *data : 0;
	const char *text = size ? (const char *)data + 1 : "";
	size_t n = size ? size - 1 : 0;
	struct marker_facts facts = {
		.fact = { [MARKER_SYS_PLATFORM] = { "linux", NULL },
		          [MARKER_PYTHON_VERSION] = { "3.12", NULL },
		          [MARKER_PYTHON_FULL_VERSION] = { "3.12.5", NULL } },
	};
	struct lock_request r = { .path = "/d/uv.lock", .extras = names,
		                  .groups = names + 2, .python = &known,
		                  .facts = &facts };
	struct lock l;
	struct arena a;
	struct diag d;

	arena_init(&a, NULL, 0);
	diag_init(&d, &a);
	r.extra_count = choice & 3;
	if (r.extra_count == 3)
		r.extra_count = 0;
	r.group_count = choice >> 2 & 1;
	r.no_default_groups = choice & 8;
	if (choice & 16) {
		r.python = &unknown;
		facts.fact[MARKER_PYTHON_FULL_VERSION] =
			(struct marker_fact){ "3.12.0a0", "3.12.99999" };
	}
	if (uvlock_read(&l, text, n, &r, &a, &d) == 0)
		look(&l, &a, &d);
	else
		check(d.code < 0 && d.text.len > 0);
	lock_format_find(text, n);
	arena_free(&a);
	return 0;
}
