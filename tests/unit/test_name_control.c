/* name_control: which projects are in a pair of lists, as pip has it. */
#include "resolve/name_control.h"

#include "base/buf.h"
#include "tests/unit/fixture.h"

static void
put_list(struct buf *b, const struct name_list *l)
{
	buf_puts(b, l->all ? "*" : "");
	for (size_t i = l->count; i-- > 0;)
		buf_fmt(b, "%s,", l->names[i]);
}

/* Return both lists after OPTIONS, "0VALUE", "1VALUE" or "+" for --pre with blanks
 * between them, as "NAMES|NAMES". */
static const char *
after(struct fixture *f, const char *options)
{
	struct name_control c = { .steps = NULL };
	struct name_list zero, one;
	struct buf b;

	for (char *s = arena_str(&f->arena, options), *word;
	     (word = strtok(s, " ")); s = NULL) {
		if (*word == '+')
			name_control_add_all(&c, 0, &f->arena);
		else
			name_control_add(&c, *word - '0', word + 1, &f->arena);
	}
	name_control_lists(&c, &zero, &one, &f->arena);
	buf_init(&b, &f->arena);
	put_list(&b, &zero);
	buf_puts(&b, "|");
	put_list(&b, &one);
	return buf_str(&b);
}

static void
test_lists(void **state)
{
	static const char *const rows[][2] = {
		{ "", "|" },
		{ "0A_b,c", "a-b,c,|" },
		{ "0a 0a,A", "a,|" },
		{ "0a 1a", "|a," },
		{ "0a,b 1:all:", "|*" },
		{ "0:all: 1a", "*|a," },
		{ "0:all: 1:all:", "|*" },
		{ "0:all:,a", "*|" },
		{ "0:all:,:none:,a", "a,|" },
		{ "0a,:all:,b,:none:,c 1d", "c,|d," },
		{ "0a 0:none: 0b", "b,|" },
		{ "0a 1a 1:none:", "|" },
		{ "1a + 0b", "*b,|a," },
		{ "+ 1:all:", "|*" },
		{ "+ 0:none:", "|" },
		{ "0", ",|" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT(rows); i++)
		assert_string_equal(after(f, rows[i][0]), rows[i][1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_lists, set_up, tear_down),
	};

	return RUN(tests);
}
