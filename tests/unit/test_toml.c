/* toml: the values of a document, and what is none. */
#include "format/toml.h"

#include <errno.h>

#include "base/buf.h"
#include "tests/unit/unit.h"

static int
put(void *ctx, const struct toml_value *v)
{
	struct buf *out = ctx;

	buf_fmt(out, "%s%s", v->path, v->is_string ? "='" : "=");
	buf_add(out, v->text, v->len);
	buf_puts(out, v->is_string ? "';" : ";");
	return 0;
}

/* Return the values of TEXT, and at the end "!" if it is no TOML. */
static const char *
values(struct arena *a, const char *text)
{
	char *copy = arena_str(a, text);
	struct buf out;

	buf_init(&out, a);
	if (toml_each(copy, strlen(copy), put, &out) == -EINVAL)
		buf_putc(&out, '!');
	return buf_str(&out);
}

static void
test_values(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "", "" },
		{ "# only this", "" },
		{ "a = 1 # x\r\nb = true\n", "a=1;b=true;" },
		{ "[t]\na = '1'\n[u.\"v\"]\nb = '2'", "t/a='1';u/v/b='2';" },
		{ "[ t . u ]\na.b = 1", "t/u/a/b=1;" },
		{ "a = [1, '2',\n# x\n 3,\n]", "a/[]=1;a/[]='2';a/[]=3;" },
		{ "a = [[1], []]", "a/[]/[]=1;" },
		{ "a = {b = 1, 'c' = {d = '2'}, }", "a/b=1;a/c/d='2';" },
		{ "[[a]]\nb = 1\n[[a]]\nb = 2", "a/[]/b=1;a/[]/b=2;" },
		{ "a = \"x\\n\\u00e9\\x41\\U0001F600\\\"\"",
		  "a='x\n\303\251A\360\237\230\200\"';" },
		{ "a = '\\n'", "a='\\n';" },
		{ "a = \"\"\"\n[b]\nc = 1\"\"\"\"\"", "a='[b]\nc = 1\"\"';" },
		{ "a = \'\'\'x\'y\'\'\'", "a='x\'y';" },
		{ "a = \"\"\"x\\\n   y\"\"\"", "a='xy';" },
		{ "a = 2026-11-28 10:00:00Z\nb = -1.5e3",
		  "a=2026-11-28 10:00:00Z;b=-1.5e3;" },
		{ "'x/y' = 1\nb = 2", "b=2;" },
		{ "\xef\xbb\xbf" "a = 1", "a=1;" },
		{ "a = 1\nb", "a=1;!" },
		{ "a = ", "!" }, { "a = 'x", "!" }, { "a = 'x\n'", "!" },
		{ "a = [1", "a/[]=1;!" }, { "a = [1 2]", "a/[]=1 2;" },
		{ "a = {b = 1", "a/b=1;!" }, { "a = 'x' y", "a='x';!" },
		{ "[a", "!" }, { "[a] b = 1", "!" }, { "[[a]", "!" },
		{ "a = \"\\q\"", "!" }, { "a = \"\\uD800\"", "!" },
		{ "a = \"\\u12", "!" }, { "= 1", "!" }, { "a. = 1", "!" },
	};
	struct arena a;

	(void)state;
	arena_init(&a, NULL, 0);
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_string_equal(values(&a, cases[i].text), cases[i].want);
	arena_free(&a);
}

static void
test_limits(void **state)
{
	struct arena a;
	char text[4096];

	(void)state;
	arena_init(&a, NULL, 0);
	memset(text, '[', sizeof(text) - 1);
	memcpy(text, "a = ", 4);
	text[sizeof(text) - 1] = '\0';
	assert_string_equal(values(&a, text), "!");
	memset(text, 'k', sizeof(text) - 1);
	memcpy(text + sizeof(text) - 11, " = 1\nb = 2", 11);
	assert_string_equal(values(&a, text), "b=2;");
	arena_free(&a);
}

static int
stop(void *ctx, const struct toml_value *v)
{
	int *count = ctx;

	(void)v;
	return ++*count == 2 ? 7 : 0;
}

static void
test_stop_and_elements(void **state)
{
	char text[] = "[[a]]\nb = 1\nc = 1\n[[a]]\nb = 2\n";
	int count = 0;

	(void)state;
	assert_int_equal(toml_each(text, strlen(text), stop, &count), 7);
	assert_int_equal(count, 2);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_stop_and_elements),
	};

	return RUN(tests);
}
