/* file_source: the cache gives what the file has, whatever the order. */
#include "os/file_source.h"

#include <errno.h>
#include <fcntl.h>

#include "tests/unit/unit.h"

enum { SIZE = 20 * FILE_SOURCE_PAGE + 123 };

static unsigned char want[SIZE];
static int fd;

static int
setup(void **state)
{
	char name[] = "/tmp/venvbox-unit.XXXXXX";

	(void)state;
	for (size_t i = 0; i < SIZE; i++)
		want[i] = (unsigned char)(i * 7 + i / 251);
	fd = mkstemp(name);
	unlink(name);
	return write(fd, want, SIZE) == SIZE ? 0 : -1;
}

static int
teardown(void **state)
{
	(void)state;
	return close(fd);
}

static void
same(struct file_source *f, uint64_t off, size_t n)
{
	unsigned char *got = malloc(n ? n : 1);

	assert_int_equal(source_read(&f->source, off, got, n), 0);
	assert_memory_equal(got, want + off, n);
	free(got);
}

static void
test_every_kind_of_read(void **state)
{
	static const size_t sizes[] = { 0, 1, 16, FILE_SOURCE_PAGE - 1,
	                                FILE_SOURCE_PAGE, FILE_SOURCE_PAGE + 1,
	                                3 * FILE_SOURCE_PAGE };
	struct file_source f;

	(void)state;
	file_source_init(&f, fd, SIZE);
	for (size_t i = 0; i < COUNT(sizes); i++) {
		for (uint64_t off = 0; off + sizes[i] <= SIZE; off += 1021)
			same(&f, off, sizes[i]);
		same(&f, SIZE - sizes[i], sizes[i]);
	}
}

static void
test_random_reads(void **state)
{
	struct file_source f;
	uint32_t x = 1;

	(void)state;
	file_source_init(&f, fd, SIZE);
	for (int i = 0; i < 20000; i++) {
		size_t off, n;

		x = x * 1664525u + 1013904223u;
		off = (x >> 8) % SIZE;
		n = (x >> 3) % 64;
		same(&f, off, n > SIZE - off ? SIZE - off : n);
	}
}

static void
test_ends_where_it_is_said_to(void **state)
{
	struct file_source f;
	char c[16];

	(void)state;
	file_source_init(&f, fd, 5000);
	assert_int_equal(source_read(&f.source, 4990, c, 10), 0);
	assert_int_equal(source_read(&f.source, 4990, c, 11), -ERANGE);
	assert_int_equal(source_read(&f.source, 5000, c, 1), -ERANGE);
}

static void
test_truncated_meanwhile(void **state)
{
	struct file_source f;
	char big[2 * FILE_SOURCE_PAGE], c;

	(void)state;
	file_source_init(&f, fd, SIZE + 10000);
	assert_int_equal(source_read(&f.source, SIZE, &c, 1), -ERANGE);
	assert_int_equal(source_read(&f.source, SIZE - 10, big, sizeof(big)),
	                 -ERANGE);
	/* the failed page is not taken for a good one, nor for the one whose
	 * place it took */
	file_source_init(&f, fd, SIZE + 10000);
	for (uint64_t page = 0; page < FILE_SOURCE_PAGES; page++)
		same(&f, page * FILE_SOURCE_PAGE, 100);
	assert_int_equal(source_read(&f.source, SIZE, &c, 1), -ERANGE);
	assert_int_equal(source_read(&f.source, SIZE, &c, 1), -ERANGE);
	same(&f, 0, 100);
}

static void
test_read_error(void **state)
{
	struct file_source f;
	char big[2 * FILE_SOURCE_PAGE];
	int dir = open("/", O_RDONLY | O_DIRECTORY);

	(void)state;
	file_source_init(&f, dir, SIZE);
	assert_int_equal(source_read(&f.source, 0, big, 1), -EISDIR);
	assert_int_equal(source_read(&f.source, 0, big, sizeof(big)), -EISDIR);
	close(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_kind_of_read),
		cmocka_unit_test(test_random_reads),
		cmocka_unit_test(test_ends_where_it_is_said_to),
		cmocka_unit_test(test_truncated_meanwhile),
		cmocka_unit_test(test_read_error),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
