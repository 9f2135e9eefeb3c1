/* command: where the commands of a shell script start and end. */
#include "format/command.h"

#include "base/buf.h"
#include "tests/unit/unit.h"

/* Describe the commands of TEXT: "[WORD|WORD]" with the separators around it where
 * they are not line ends, "?" if it cannot be parsed. */
static const char *
describe(const char *text)
{
	static char out[1024];
	struct command_reader r;
	struct command c;
	size_t n = 0;
	int more;

	command_start(&r, text);
	while ((more = command_next(&r, &c)) == 1) {
		if (c.before && c.before != '\n' && c.before != ';')
			out[n++] = c.before;
		out[n++] = '[';
		for (size_t i = 0; i < c.count; i++) {
			if (i > 0)
				out[n++] = '|';
			memcpy(out + n, c.word[i].p, c.word[i].n);
			n += c.word[i].n;
		}
		out[n++] = ']';
	}
	if (more < 0)
		out[n++] = '?';
	out[n] = '\0';
	return out;
}

static void
test_commands(void **state)
{
	static const struct {
		const char *text, *commands;
	} cases[] = {
		{ "", "" },
		{ "a b\nc", "[a|b][c]" },
		{ "a;b&c&&d||e|f|&g", "[a][b]&[c]a[d]o[e]|[f]|[g]" },
		{ "a &&\n\n# x\n b |\nc", "[a]a[b]|[c]" },
		{ "a # b; c\nd#e", "[a][d#e]" },
		{ "a \\\n b\\\nc", "[a|b\\\nc]" },
		{ "a 'b;c' \"d;$(e \"f)\")\" `g;h`", "[a|'b;c'|\"d;$(e \"f)\")\"|`g;h`]" },
		{ "a $'it\\'s' ${b:-c;d} $((1<<2))", "[a|$'it\\'s'|${b:-c;d}|$((1<<2))]" },
		{ "a \"${b:-it's}\" c", "[a|\"${b:-it's}\"|c]" },
		{ "a >b 2>&1 c &>d <<<e {f}>g 3<h", "[a|c]" },
		{ "a <(b; c) d >(e)", "[a|<(b; c)|d|>(e)]" },
		{ "A=(b;c) d", "[A=(b;c)|d]" },
		{ "(a;b) || c", "([a][b]o[c]" },
		{ "{ a; }; b", "[a][b]" },
		{ "if a; then b; elif c; then d; else e; fi", "[a][b][c][d][e]" },
		{ "while a; do b; done >c; d", "[a][b][][d]" },
		{ "for a in b c; do d; done", "[for|a|in|b|c][d]" },
		{ "for ((i=0;i<3;i++)); do a; done", "[for]([i=0][i][i++][a]" },
		{ "case a in b|c) d;; (e) f;; esac; g",
		  "[case|a|in|b]|[c])[d]([e])[f][g]" },
		{ "! a; time b", "[a][b]" },
		{ "echo if then fi", "[echo|if|then|fi]" },
		{ "[[ a && b < c || ( d ) ]] && e", "[[[| a && b < c || ( d ) ]]]a[e]" },
		{ "f() { a; }\nf () (b)\nfunction g { c; }\nd", "[a]([b][c][d]" },
		{ "cat <<E; a\nb; $(\nE\nc", "[cat][a][c]" },
		{ "cat <<-'E' <<\"F\"\n\tb\n\tE\nE\nF\nc", "[cat][c]" },
		{ "a 'b", "?" }, { "a \"b", "?" }, { "a $(b", "?" }, { "a ${b", "?" },
		{ "a `b", "?" }, { "a; fi", "[a]?" }, { "a; }", "[a]?" },
		{ "a )", "?" }, { "a >", "?" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *got = describe(cases[i].text);

		if (strcmp(got, cases[i].commands) != 0)
			fail_msg("%s: %s, not %s", cases[i].text, got,
			         cases[i].commands);
	}
}

static void
test_assignments(void **state)
{
	static const struct {
		const char *text;
		size_t assignments;
	} cases[] = {
		{ "A=b C=d e F=g", 2 }, { "A=", 1 }, { "A+=b c", 1 },
		{ "A[1]=b c", 1 }, { "a", 0 }, { "1=b", 0 }, { "a-b=c", 0 },
		{ "=a", 0 }, { "\"A\"=b", 0 }, { "A+", 0 }, { "export A=b", 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct command_reader r;
		struct command c;

		command_start(&r, cases[i].text);
		assert_int_equal(command_next(&r, &c), 1);
		if (c.assignments != cases[i].assignments)
			fail_msg("%s: %zu", cases[i].text, c.assignments);
	}
}

static void
test_blocks(void **state)
{
	struct command_reader r;
	struct command c[8];
	const char *text = "a; if b; then c; else d; fi; f() { { e; }; }; g; "
	                   "case x in";

	(void)state;
	command_start(&r, text);
	for (size_t i = 0; i < 7; i++)
		assert_int_equal(command_next(&r, &c[i]), 1);
	assert_null(c[0].block);
	assert_non_null(c[1].block);
	assert_ptr_equal(c[1].block, c[2].block);
	assert_ptr_not_equal(c[2].block, c[3].block);
	assert_true(c[4].in_function);
	assert_false(c[3].in_function);
	assert_false(c[5].in_function);
	assert_null(c[5].block);
}

static void
test_documents(void **state)
{
	static const struct {
		const char *text;
		bool live;
	} cases[] = {
		{ "a <<E\nb $c\nE", false }, { "a <<E\n${b}\nE", true },
		{ "a <<E\n`b`\nE", true }, { "a <<E\n$(b)\nE", true },
		{ "a <<'E'\n${b}\nE", false }, { "a <<\\E\n${b}\nE", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct command_reader r;
		struct command c;

		command_start(&r, cases[i].text);
		while (command_next(&r, &c) == 1)
			;
		if (r.live != cases[i].live)
			fail_msg("%s", cases[i].text);
	}
}

/* A script of any depth and length ends. */
static void
test_limits(void **state)
{
	static char text[1 << 16];
	struct command_reader r;
	struct command c;

	(void)state;
	for (const char *p = "({$\"`<"; *p; p++) {
		memset(text, *p, sizeof(text) - 1);
		command_start(&r, text);
		while (command_next(&r, &c) == 1)
			;
	}
	for (size_t i = 0; i + 2 < sizeof(text); i += 2)
		memcpy(text + i, "a ", 2);
	text[sizeof(text) - 2] = '\0';
	command_start(&r, text);
	assert_int_equal(command_next(&r, &c), 1);
	assert_int_equal(c.count, sizeof(text) / 2 - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_commands),
		cmocka_unit_test(test_assignments),
		cmocka_unit_test(test_blocks),
		cmocka_unit_test(test_documents),
		cmocka_unit_test(test_limits),
	};

	return RUN(tests);
}
