/* templates: variables go in once, and unknown ones are errors. */
#include "shell/templates.h"

#include <errno.h>

#include "base/diag.h"
#include "tests/unit/unit.h"

static const struct template_var vars[] = {
	{ "ENV_DIR", "/opt/@PROMPT@", 13 },
	{ "PROMPT", "a\0b", 3 },
	{ "EMPTY", "", 0 },
};

struct row {
	const char *text;
	const char *want; /* NULL: -EINVAL */
	size_t len;
};

static void
test_rows(void **state)
{
	static const struct row rows[] = {
		{ "", "", 0 },
		{ "plain\n", "plain\n", 6 },
		{ "x=@ENV_DIR@;", "x=/opt/@PROMPT@;", 16 },
		{ "@PROMPT@@PROMPT@", "a\0ba\0b", 6 },
		{ "<@EMPTY@>", "<>", 2 },
		{ "\"$@\" a@b @ @@ @(x) @1@", "\"$@\" a@b @ @@ @(x) @1@", 22 },
		{ "@ENV_DIR", "@ENV_DIR", 8 },
		{ "@@ENV_DIR@@", "@/opt/@PROMPT@@", 15 },
		{ "@lower@", "@lower@", 7 },
		{ "a @ENV@ b", NULL, 0 },
		{ "@ENV_DIRS@", NULL, 0 },
		{ "@_@", NULL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct row *r = &rows[i];
		struct arena a;
		struct buf out;
		struct diag d;
		int err;

		arena_init(&a, NULL, 0);
		diag_init(&d, &a);
		buf_init(&out, &a);
		buf_puts(&out, "before");
		err = template_expand(r->text, strlen(r->text), vars,
		                      COUNT(vars), &out, &d);
		assert_int_equal(err, r->want ? 0 : -EINVAL);
		assert_int_equal(d.code, err);
		assert_int_equal(out.len, 6 + r->len);
		assert_memory_equal(out.data, "before", 6);
		if (r->len > 0)
			assert_memory_equal(out.data + 6, r->want, r->len);
		arena_free(&a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
	};

	return RUN(tests);
}
