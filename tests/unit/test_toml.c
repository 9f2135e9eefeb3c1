/* toml: the tree of a document, and what is refused. */
#include "format/toml.h"

#include <errno.h>

#include "base/diag.h"
#include "tests/unit/unit.h"

/* Append NODE: strings in quotes, arrays in brackets, tables in braces. */
static void
put(struct buf *out, const struct toml *node)
{
	bool table = node->kind == TOML_TABLE;

	if (node->key)
		buf_fmt(out, "%s=", node->key);
	if (node->text) {
		bool quoted = node->kind == TOML_STRING;

		buf_puts(out, quoted ? "'" : "");
		buf_add(out, node->text, node->len);
		buf_puts(out, quoted ? "'" : "");
		return;
	}
	buf_puts(out, table ? "{" : "[");
	for (const struct toml *c = node->child; c; c = c->next) {
		put(out, c);
		buf_puts(out, c->next ? "," : "");
	}
	buf_puts(out, table ? "}" : "]");
}

/* Return the tree of the N bytes at TEXT, or the message. */
static const char *
read_bytes(struct arena *a, const char *text, size_t n)
{
	char *copy = unit_exact(text, n);
	struct toml *root;
	struct diag d;
	struct buf out;

	diag_init(&d, a);
	buf_init(&out, a);
	if (toml_parse(&root, copy, n, a, &d) == 0) {
		free(copy); /* the tree does not need it */
		put(&out, root);
		return buf_str(&out);
	}
	free(copy);
	assert_int_equal(d.code, -EINVAL);
	return buf_str(&d.text);
}

static void
check(const char *text, const char *want)
{
	struct arena a;

	arena_init(&a, NULL, 0);
	assert_string_equal(read_bytes(&a, text, strlen(text)), want);
	arena_free(&a);
}

/* Each of PAIRS, a document and its tree or message, up to NULL. */
static void
check_all(const char *const (*pairs)[2])
{
	for (; (*pairs)[0]; pairs++)
		check((*pairs)[0], (*pairs)[1]);
}

static void
test_values(void **state)
{
	static const char *const pairs[][2] = {
		{ "", "{}" },
		{ "# only this", "{}" },
		{ "a = 1 # x\r\nb = true\n", "{a=1,b=true}" },
		{ "a = +1_000\nb = 0xF_f", "{a=+1000,b=0xFf}" },
		{ "a = [1, '2',\n# x\n 3,\n]", "{a=[1,'2',3]}" },
		{ "a = [[1], []]", "{a=[[1],[]]}" },
		{ "a = {b = 1, 'c' = {d = '2'}}", "{a={b=1,c={d='2'}}}" },
		{ "a = {b.c = 1, b.d = 2}", "{a={b={c=1,d=2}}}" },
		{ "a = 2026-11-28 10:00:00Z\nb = -1.5e3",
		  "{a=2026-11-28 10:00:00Z,b=-1.5e3}" },
		{ "a = [ 1979-05-27 , 07:32:00.5 ]",
		  "{a=[1979-05-27,07:32:00.5]}" },
		{ "a = [+inf, -nan, 1e6]", "{a=[+inf,-nan,1e6]}" },
		{ "a = 2024-02-29", "{a=2024-02-29}" },
		{ NULL, NULL },
	};

	(void)state;
	check_all(pairs);
}

static void
test_strings(void **state)
{
	static const char *const pairs[][2] = {
		{ "a = \"x\\n\\u00e9\\U0001F600\\\"\"",
		  "{a='x\n\303\251\360\237\230\200\"'}" },
		{ "a = '\\n'", "{a='\\n'}" },
		{ "a = \"\"\"\n[b]\nc = 1\"\"\"\"\"", "{a='[b]\nc = 1\"\"'}" },
		{ "a = '''x'y'''", "{a='x'y'}" },
		{ "a = '''x\r\ny'''", "{a='x\ny'}" },
		{ "a = \"\"\"x\\\n   y\\  \r\n\n z\"\"\"", "{a='xyz'}" },
		{ "'a\t' = 1\n\"\\u0062\" = 2", "{a\t=1,b=2}" },
		{ "a = 'x", "line 1: a string is not closed" },
		{ "a = 'x\n'", "line 1: a string is not closed" },
		{ "a = '''\n\n'", "line 2: a string is not closed" },
		{ "a = \"\\q\"", "line 1: an unknown escape sequence" },
		{ "a = \"\\x41\"", "line 1: an unknown escape sequence" },
		{ "a = \"\"\"\\ x\"\"\"", "line 1: an unknown escape sequence" },
		{ "a = \"\\u12\"",
		  "line 1: too few digits in an escape sequence" },
		{ "a = \"\\uD800\"",
		  "line 1: an escape sequence that is not a character" },
		{ "'''a''' = 1", "line 1: expected '=' after a key" },
		{ NULL, NULL },
	};

	(void)state;
	check_all(pairs);
}

static void
test_tables(void **state)
{
	static const char *const pairs[][2] = {
		{ "[t]\na = '1'\n[u.\"v\"]\nb = '2'", "{t={a='1'},u={v={b='2'}}}" },
		{ "[ t . u ]\na.b = 1", "{t={u={a={b=1}}}}" },
		{ "[[a]]\nb = 1\n[[a]]\nb = 2", "{a=[{b=1},{b=2}]}" },
		{ "[[a]]\n[a.b]\nc = 1\n[[a]]\n[a.b]\n[[a.d]]",
		  "{a=[{b={c=1}},{b={},d=[{}]}]}" },
		{ "[a.b]\n[a]\nc = 1", "{a={b={},c=1}}" },
		{ "a.b = 1\n[a.c]", "{a={b=1,c={}}}" },
		{ "[a.b.c]\n[a]\nb.d = 1", "{a={b={c={},d=1}}}" },
		{ "a = 1\na = 2", "line 2: key 'a' is there twice" },
		{ "[a]\n[a]", "line 2: key 'a' is there twice" },
		{ "[a]\nb.c = 1\n[a.b]", "line 3: key 'b' is there twice" },
		{ "[a.b]\n[a]\nb.c = 1", "line 3: key 'b' is defined elsewhere" },
		{ "a = {}\n[a.b]", "line 2: key 'a' cannot be extended" },
		{ "a = {}\na.b = 1", "line 2: key 'a' cannot be extended" },
		{ "a = {b = {}, b.c = 1}", "line 1: key 'b' cannot be extended" },
		{ "a = {b = 1, b = 2}", "line 1: key 'b' is there twice" },
		{ "a = 1\na.b = 1", "line 2: key 'a' is not a table" },
		{ "a = [{}]\n[[a]]", "line 2: key 'a' is not an array of tables" },
		{ "[a]\n[[a]]", "line 2: key 'a' is not an array of tables" },
		{ "[[a]]\n[a]", "line 2: key 'a' is there twice" },
		{ "[[a]]\n[c]\nd=1\n[b]\na.x = 1\n[a.y]\n[[a.y]]",
		  "line 7: key 'y' is not an array of tables" },
		{ NULL, NULL },
	};

	(void)state;
	check_all(pairs);
}

static void
test_flaws(void **state)
{
	static const char *const pairs[][2] = {
		{ "\xef\xbb\xbf" "a = 1", "line 1: expected a key" },
		{ "a = 1\nb", "line 2: expected '=' after a key" },
		{ "a = ", "line 1: expected a value" },
		{ "a = [1", "line 1: expected ',' or ']' in an array" },
		{ "a = [1 2]", "line 1: expected ',' or ']' in an array" },
		{ "a = {b = 1", "line 1: expected ',' or '}' in an inline table" },
		{ "a = {b = 1,}", "line 1: expected a key" },
		{ "a = {\nb = 1}", "line 1: expected a key" },
		{ "a = 'x' y", "line 1: expected the end of the line" },
		{ "[a", "line 1: expected ']'" },
		{ "[[a]", "line 1: expected ']]'" },
		{ "[a] b = 1", "line 1: expected the end of the line" },
		{ "= 1", "line 1: expected a key" },
		{ "a. = 1", "line 1: expected a key" },
		{ "a = 01", "line 1: expected the end of the line" },
		{ "a = 1__0", "line 1: expected the end of the line" },
		{ "a = 2023-02-29", "line 1: there is no such date" },
		{ "a = 0000-01-01", "line 1: there is no such date" },
		{ "a = 12:00:60", "line 1: expected the end of the line" },
		{ "a = 1\n#\x01", "line 2: a control character" },
		{ "a = 1\r", "line 1: a carriage return without a line feed" },
		{ "a = '\xed\xa0\x80'", "line 1: not UTF-8" },
		{ NULL, NULL },
	};
	struct arena a;

	(void)state;
	check_all(pairs);
	arena_init(&a, NULL, 0);
	assert_string_equal(read_bytes(&a, "a = '\0'", 7),
	                    "line 1: a control character");
	arena_free(&a);
}

static void
test_depth(void **state)
{
	char text[512] = "a = ";
	struct arena a;
	const char *said;

	(void)state;
	arena_init(&a, NULL, 0);
	for (int i = 0; i < TOML_MAX_DEPTH; i++)
		strcat(text, "[");
	for (int i = 0; i < TOML_MAX_DEPTH; i++)
		strcat(text, "]");
	said = read_bytes(&a, text, strlen(text));
	assert_memory_equal(said, "{a=[[[", 6);
	text[3] = '[';
	strcat(text, "]");
	said = read_bytes(&a, text, strlen(text));
	assert_string_equal(said, "line 1: more than 64 levels");
	strcpy(text, "a");
	for (int i = 0; i < TOML_MAX_DEPTH; i++)
		strcat(text, ".a");
	strcat(text, "=1");
	said = read_bytes(&a, text, strlen(text));
	assert_string_equal(said, "line 1: more than 64 levels");
	said = read_bytes(&a, text + 2, strlen(text + 2));
	assert_memory_equal(said, "{a={a={a={", 10);
	arena_free(&a);
}

static void
test_accessors(void **state)
{
	static const char text[] =
		"name = 'x'\nnul = \"a\\u0000\"\nmax = 9223372036854775807\n"
		"over = 9223372036854775808\nmin = -9223372036854775808\n"
		"under = -9223372036854775809\nhex = 0x1_F\noctal = 0o17\n"
		"binary = 0b11\nzero = -0\n\n[[table]]\n";
	static const struct {
		const char *key;
		bool fits;
		int64_t value;
	} integers[] = {
		{ "max", true, INT64_MAX }, { "over", false, 0 },
		{ "min", true, INT64_MIN }, { "under", false, 0 },
		{ "hex", true, 31 }, { "octal", true, 15 },
		{ "binary", true, 3 }, { "zero", true, 0 },
		{ "name", false, 0 }, { "none", false, 0 },
	};
	struct toml *root, *table;
	struct arena a;
	struct diag d;

	(void)state;
	arena_init(&a, NULL, 0);
	diag_init(&d, &a);
	assert_int_equal(toml_parse(&root, text, strlen(text), &a, &d), 0);
	assert_string_equal(toml_string(toml_find(root, "name")), "x");
	assert_null(toml_string(toml_find(root, "nul")));
	assert_int_equal(toml_find(root, "nul")->len, 2);
	assert_null(toml_string(toml_find(root, "max")));
	assert_null(toml_string(toml_find(root, "none")));
	assert_null(toml_find(toml_find(root, "none"), "none"));
	assert_null(toml_find(toml_find(root, "name"), "none"));
	for (size_t i = 0; i < COUNT(integers); i++) {
		int64_t value = 0;

		assert_int_equal(toml_integer(toml_find(root, integers[i].key),
		                              &value), integers[i].fits);
		assert_true(value == integers[i].value);
	}
	table = toml_find(root, "table");
	assert_string_equal(toml_kind_name(table->kind), "an array");
	assert_int_equal(table->line, 12);
	assert_int_equal(toml_find(root, "zero")->line, 10);
	assert_false(toml_key_is(table->child, "table"));
	arena_free(&a);
}

/* Read COUNT lines BEFORE, a number, AFTER; the document has MEMBERS then. */
static void
read_many(const char *before, const char *after, int count, int members)
{
	size_t size = 0;
	char *text = malloc((size_t)count * 64);
	struct toml *root;
	struct arena a;
	struct diag d;
	int n = 0;

	assert_non_null(text);
	for (int i = 0; i < count; i++)
		size += (size_t)sprintf(text + size, "%s%d%s\n", before, i,
		                        after);
	arena_init(&a, NULL, 0);
	diag_init(&d, &a);
	assert_int_equal(toml_parse(&root, text, size, &a, &d), 0);
	for (struct toml *c = root->child; c; c = c->next, n++)
		assert_ptr_equal(toml_find(root, c->key), c);
	assert_int_equal(n, members);
	arena_free(&a);
	free(text);
}

/* Each would take a minute if the time were quadratic. */
static void
test_many(void **state)
{
	(void)state;
	read_many("key", " = 1", 200000, 200000);
	read_many("[[table]]\na = ", "", 200000, 1);
	read_many("[table.t", "]", 200000, 1);
	read_many("a.b.c.k", " = ''", 200000, 1);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_flaws),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_accessors),
		cmocka_unit_test(test_many),
	};

	return RUN(tests);
}
