/* zip: the names that members may have, and what is read of them. */
#include "format/zip.h"

#include <errno.h>

#include "base/diag.h"
#include "format/inflate.h"
#include "format/source.h"
#include "tests/unit/zip_maker.h"

static struct arena arena;
static struct diag diag;
static struct zip zip;
static struct source source;

static int
open_made(void)
{
	arena_free(&arena);
	arena_init(&arena, NULL, 0);
	diag_init(&diag, &arena);
	source_mem(&source, made.data, made.size);
	return zip_open(&zip, &source, 0, made.size, &arena, &diag);
}

/* Make an archive of empty files (directories) with these names. */
static int
open_names(const char *const *names, size_t n, unsigned flags)
{
	static struct made_member m[MADE_MEMBERS];

	for (size_t i = 0; i < n; i++)
		m[i] = (struct made_member){ names[i], "", 0, flags, 0100644 };
	make_zip(m, n, false, false);
	return open_made();
}

static void
assert_said(int err, const char *why)
{
	if (!why) {
		assert_int_equal(err, 0);
		return;
	}
	assert_int_equal(err, -EINVAL);
	assert_string_equal(buf_str(&diag.text), why);
}

#define ABSOLUTE "an absolute path"
#define DRIVE    "a path with a drive letter"
#define DOTS     "a path with an empty, . or .. part"
#define CONTROL  "a control character in its name"
#define NOT_UTF8 "its name is not UTF-8"

static void
test_name(void **state)
{
	static const struct {
		const char *name, *why;
	} rows[] = {
		{ "a", NULL },
		{ "a/", NULL },
		{ "...", NULL },
		{ "..a/.b/c..", NULL },
		{ "ab:c", NULL },
		{ " a\"'$(b) ~", NULL },
		{ "\xc3\xa9/\xf0\x9f\x90\x8d", NULL },
		{ "/", ABSOLUTE },
		{ "/etc/passwd", ABSOLUTE },
		{ "c:a", DRIVE },
		{ "Z:", DRIVE },
		{ ".", DOTS },
		{ "..", DOTS },
		{ "../a", DOTS },
		{ "./a", DOTS },
		{ "a/..", DOTS },
		{ "a/../b", DOTS },
		{ "a/./b", DOTS },
		{ "a//b", DOTS },
		{ "a//", DOTS },
		{ "a/../", DOTS },
		{ "a\\b", "a backslash in its name" },
		{ "a\nb", CONTROL },
		{ "\x1b[2J", CONTROL },
		{ "a\x7f", CONTROL },
		{ "a\xc2\x9b", CONTROL },
		{ "\xff", NOT_UTF8 },
		{ "a\xc3", NOT_UTF8 },
		{ "\xc0\xaf", NOT_UTF8 },
		{ "\xed\xa0\x80", NOT_UTF8 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int err = open_names(&rows[i].name, 1, 0x800);
		char want[200];

		snprintf(want, sizeof(want), "%s: %s", rows[i].name,
		         rows[i].why ? rows[i].why : "");
		assert_said(err, rows[i].why ? want : NULL);
		assert_true(err || strcmp(zip.members[0].name,
		                          rows[i].name) == 0);
	}
	assert_said(open_names(&(const char *){ "\xc3\xa9" }, 1, 0),
	            "\xc3\xa9: a name that is not marked as UTF-8");
	/* a NUL ends what some readers take of it; the message too */
	open_names(&(const char *){ "a.py|.txt" }, 1, 0);
	made.data[made.local[0] + 34] = made.data[made.entry[0] + 50] = 0;
	assert_said(open_made(), "a.py: " CONTROL);
	make_zip(&(struct made_member){ "", "", 0, 0, 0100644 }, 1, true,
	         false);
	assert_said(open_made(), "a member without a name");
}

static void
test_length(void **state)
{
	char name[MADE_MAX / 64];

	(void)state;
	memset(name, 'a', sizeof(name));
	name[255] = '\0';
	assert_int_equal(open_names(&(const char *){ name }, 1, 0), 0);
	name[255] = 'a';
	name[256] = '\0';
	assert_int_equal(open_names(&(const char *){ name }, 1, 0), -EINVAL);
	assert_non_null(strstr(buf_str(&diag.text), "a: its name is too long"));
	name[256] = 'a';
	for (size_t i = 200; i < sizeof(name); i += 200)
		name[i] = '/';
	name[4095] = '\0';
	assert_int_equal(open_names(&(const char *){ name }, 1, 0), 0);
	name[4095] = 'a';
	name[4096] = '\0';
	assert_int_equal(open_names(&(const char *){ name }, 1, 0), -EINVAL);
	/* not all of it is shown */
	assert_true(strlen(buf_str(&diag.text)) < 300);
}

#define BENEATH "a directory of it is a file in the archive"

static void
test_pairs(void **state)
{
	static const struct {
		const char *names[4];
		const char *why;
	} rows[] = {
		{ { "a", "b", "a-", "A" }, NULL },
		{ { "a/", "a/b", "a/c/d", "a/c/" }, NULL },
		{ { "a/b", "a/b.c", "a/b-c/d", "a/bc" }, NULL },
		/* of equal size and checksum: twins */
		{ { "a", "a" }, NULL },
		{ { "b/", "a", "b/" }, NULL },
		{ { "a", "a/" }, "a/: " BENEATH },
		{ { "a/b", "a" }, "a/b: " BENEATH },
		/* others are sorted between them */
		{ { "a", "a-b", "a.c", "a/b" }, "a/b: " BENEATH },
		{ { "a/b/c/d", "a/b-", "a/b", "a/b/" }, "a/b/: " BENEATH },
		{ { "a/x", "a/b/c/e", "a/b/c/", "a/b" }, "a/b/c/: " BENEATH },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		size_t n = 0;

		while (n < 4 && rows[i].names[n])
			n++;
		assert_said(open_names(rows[i].names, n, 0), rows[i].why);
	}
}

/* As many as are not sorted by hand, in an order that is not theirs. */
static void
test_sorted(void **state)
{
	static char text[MADE_MEMBERS][24];
	static const char *names[MADE_MEMBERS];

	(void)state;
	for (unsigned n = 1; n <= MADE_MEMBERS; n = n * 2 + 1) {
		for (unsigned i = 0; i < n; i++) {
			snprintf(text[i], sizeof(text[i]), "d%u/f%u",
			         i * 7 % 13, i * 2654435761U);
			names[i] = text[i];
		}
		assert_int_equal(open_names(names, n, 0), 0);
		assert_int_equal(zip.count, n);
		for (unsigned i = 0; i < n; i++) {
			const struct zip_member *m = zip_find(&zip, names[i]);

			assert_non_null(m);
			assert_true(m == zip.members ||
			            strcmp(m[-1].name, m->name) < 0);
		}
	}
}

static char long_text[100001];

static int
collect(void *ctx, const void *p, size_t n)
{
	size_t *got = ctx;

	assert_true(n > 0 && n <= 64 * 1024);
	assert_memory_equal(long_text + *got, p, n);
	*got += n;
	return *got > 50000 ? -ECANCELED : 0;
}

static void
test_read(void **state)
{
	(void)state;
	memset(long_text, 'x', sizeof(long_text) - 1);
	for (unsigned method = 0; method <= 8; method += 8) {
		struct made_member m = { "a", long_text, method, 0, 0100644 };
		struct inflater *in;
		size_t got = 0;
		char *text;

		make_zip(&m, 1, false, false);
		assert_int_equal(open_made(), 0);
		in = inflater_new(&arena);
		assert_int_equal(zip_load(&zip, zip.members, 100000, in, &arena,
		                          &text, &diag), 0);
		assert_string_equal(text, long_text);
		assert_int_equal(zip_load(&zip, zip.members, 99999, in, &arena,
		                          &text, &diag), -EFBIG);
		assert_string_equal(buf_str(&diag.text),
		                    "a: more than 99999 bytes");
		/* what PUT says goes up as it is */
		diag_clear(&diag);
		assert_int_equal(zip_read(&zip, zip.members, in, collect, &got,
		                          &diag), -ECANCELED);
		assert_int_equal(diag.code, 0);
		assert_in_range(got, 50001, sizeof(long_text) - 2);
	}
}

/* Both headers tell the same lie about the bytes. */
static void
test_damaged(void **state)
{
	static const struct {
		unsigned method, local, entry;
		int by;
		const char *why;
	} rows[] = {
		{ 8, 22, 24, -1, "a: it holds more bytes than it says" },
		{ 8, 22, 24, 1, "a: it holds fewer bytes than it says" },
		{ 8, 14, 16, 1, "a: its checksum is wrong" },
		{ 0, 14, 16, 1, "a: its checksum is wrong" },
		{ 8, 31, 0, 6, "a: its packed bytes are damaged" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct made_member m = { "a", "some text, some text",
			                 rows[i].method, 0, 0100644 };
		unsigned char *local, *entry;
		char *text;

		make_zip(&m, 1, false, false);
		local = &made.data[made.local[0] + rows[i].local];
		entry = &made.data[made.entry[0] + rows[i].entry];
		*local = (unsigned char)(*local + rows[i].by);
		if (rows[i].entry)
			*entry = *local;
		assert_int_equal(open_made(), 0);
		assert_said(zip_load(&zip, zip.members, 100,
		                     inflater_new(&arena), &arena, &text,
		                     &diag), rows[i].why);
	}
}

/* The packed bytes go on after the end of their stream. */
static void
test_longer(void **state)
{
	struct made_member m = { "a", "some text, some text", 8, 0, 0100644 };
	char *text;

	(void)state;
	make_zip(&m, 1, false, false);
	memmove(made.data + made.directory + 1, made.data + made.directory,
	        made.size - made.directory);
	made.size++;
	made.data[made.directory] = 0;
	made.data[made.local[0] + 18]++;
	made.data[made.entry[0] + 1 + 20]++;
	made.data[made.end + 1 + 16]++;
	assert_int_equal(open_made(), 0);
	assert_said(zip_load(&zip, zip.members, 100, inflater_new(&arena),
	                     &arena, &text, &diag),
	            "a: its packed bytes are damaged");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_name),
		cmocka_unit_test(test_length),
		cmocka_unit_test(test_pairs),
		cmocka_unit_test(test_sorted),
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_longer),
	};
	int failed = RUN(tests);

	arena_free(&arena);
	return failed;
}
