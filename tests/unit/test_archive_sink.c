/* archive_sink: what it refuses, and what it leaves when it cannot go on. */
#include "publish/archive_sink.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "os/walk.h"
#include "tests/unit/unit.h"

struct fixture {
	struct archive_sink archive;
	struct sink *sink;
	const struct sink_ops *ops;
	FILE *out;
	char path[80]; /* of a file of five bytes */
};

static int
setup_format(void **state, const char *format, bool proves)
{
	static struct fixture f;
	const char *dir = unit_tmpdir();
	FILE *file;

	snprintf(f.path, sizeof(f.path), "%s/file", dir);
	file = fopen(f.path, "w");
	f.out = tmpfile();
	if (!file || !f.out || fputs("five!", file) < 0 || fclose(file) != 0)
		return -1;
	f.sink = &f.archive.sink;
	*state = &f;
	archive_sink_init(&f.archive, archive_format_find(format),
	                  fileno(f.out), 0);
	f.ops = f.sink->ops;
	archive_sink_begin(&f.archive, proves);
	return archive_sink_enter(&f.archive, "/opt/venv", &walk_host);
}

static int
setup(void **state)
{
	return setup_format(state, "tar", false);
}

static int
setup_proof(void **state)
{
	return setup_format(state, "tar", true);
}

static int
setup_cpio(void **state)
{
	return setup_format(state, "cpio", false);
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	archive_sink_drop(&f->archive);
	fclose(f->out);
	*strrchr(f->path, '/') = '\0';
	unit_rmdir(f->path);
	return 0;
}

static int
put(struct fixture *f, const char *path, const char *text)
{
	size_t n = strlen(text);
	int err = f->ops->begin(f->sink, path, 0666, n);

	if (err == 0)
		err = f->ops->write(f->sink, text, n);
	return err == 0 ? f->ops->end(f->sink) : err;
}

static off_t
size_of_output(struct fixture *f)
{
	struct stat st;

	assert_int_equal(fstat(fileno(f->out), &st), 0);
	return st.st_size;
}

static void
formats(void **state)
{
	(void)state;
	assert_non_null(archive_format_find("tar"));
	assert_non_null(archive_format_find("cpio"));
	assert_null(archive_format_find("ta"));
	assert_null(archive_format_find(""));
	assert_int_equal(archive_format_max_time(archive_format_find("cpio")),
	                 UINT32_MAX);
}

/* GNU cpio and Linux stop at it, with whatever is after it. */
static void
no_entry_is_the_end_mark(void **state)
{
	struct fixture *f = *state;
	bool cpio = f->archive.format == archive_format_find("cpio");

	assert_int_equal(archive_sink_enter(&f->archive, "/TRAILER!!!/venv", &walk_host),
	                 cpio ? -EINVAL : 0);
	assert_int_equal(archive_sink_enter(&f->archive, "/TRAILER!!!!", &walk_host), 0);
	assert_int_equal(archive_sink_enter(&f->archive, "/opt/TRAILER!!!", &walk_host), 0);
}

static void
each_directory_once(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(f->ops->dir(f->sink, "bin"), 0);
	assert_int_equal(put(f, "bin/a", "x"), 0);
	assert_int_equal(f->ops->dir(f->sink, "bin"), 0);
	assert_int_equal(put(f, "bin", "x"), -EEXIST);
	assert_int_equal(archive_sink_enter(&f->archive, "/opt/venv", &walk_host),
	                 -EEXIST);
	assert_int_equal(archive_sink_enter(&f->archive, "//opt", &walk_host), -EEXIST);
	assert_int_equal(archive_sink_enter(&f->archive, "/opt/venv/bin/a/b", &walk_host),
	                 -EEXIST);
	assert_int_equal(archive_sink_enter(&f->archive, "/opt/other", &walk_host), 0);
	assert_int_equal(put(f, "a", "x"), 0);
	assert_int_equal(archive_sink_end(&f->archive), 0);
	/* opt, venv, bin, a, its block; other, a, its block; the end */
	assert_int_equal(size_of_output(f), (5 + 3 + 2) * 512);
}

static void
length_of_names(void **state)
{
	struct fixture *f = *state;
	char name[5000];

	memset(name, 'n', sizeof(name));
	name[255] = '\0';
	assert_int_equal(put(f, name, "x"), 0);
	name[255] = 'n';
	name[256] = '\0';
	assert_int_equal(put(f, name, "x"), -ENAMETOOLONG);
	for (size_t i = 0; i < sizeof(name); i += 100)
		name[i] = '/';
	name[256] = 'n';
	name[4096 - sizeof("opt/venv/")] = '\0';
	assert_int_equal(put(f, name + 1, "x"), 0);
	name[4096 - sizeof("opt/venv/")] = 'n';
	name[4096 - sizeof("opt/venv/") + 2] = '\0';
	assert_int_equal(put(f, name + 1, "x"), -ENAMETOOLONG);
	assert_int_equal(f->ops->link(f->sink, "l", name), 0);
	memset(name, 'n', sizeof(name));
	name[4096] = '\0';
	assert_int_equal(f->ops->link(f->sink, "k", name), -ENAMETOOLONG);
}

static void
a_file_has_the_size_that_was_said(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(f->ops->begin(f->sink, "short", 0666, 3), 0);
	assert_int_equal(f->ops->write(f->sink, "ab", 2), 0);
	assert_int_equal(f->ops->end(f->sink), -EIO);
	assert_int_equal(f->ops->begin(f->sink, "long", 0666, 3), 0);
	assert_int_equal(f->ops->write(f->sink, "ab", 2), 0);
	assert_int_equal(f->ops->write(f->sink, "cd", 2), -EIO);
	assert_int_equal(put(f, "empty", ""), 0);
}

static void
a_file_that_no_format_holds(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(f->ops->begin(f->sink, "a", 0666, UINT32_MAX), 0);
	assert_int_equal(f->ops->begin(f->sink, "b", 0666,
	                               (uint64_t)UINT32_MAX + 1), -EFBIG);
}

static void
names_of_a_copy(void **state)
{
	struct fixture *f = *state;
	int fd = open(f->path, O_RDONLY);

	assert_int_equal(f->ops->same(f->sink, "b", "a"), -EINVAL);
	assert_int_equal(f->ops->copy(f->sink, "a", 0755, fd, 2), 0);
	assert_int_equal(f->ops->same(f->sink, "b", "c"), -EINVAL);
	assert_int_equal(f->ops->same(f->sink, "b", "a"), 0);
	close(fd);
	/* a directory is no file to be copied */
	*strrchr(f->path, '/') = '\0';
	fd = open(f->path, O_RDONLY);
	assert_true(f->ops->copy(f->sink, "d", 0755, fd, 1) < 0);
	close(fd);
	strcat(f->path, "/file");
}

static void
nothing_is_written_to_prove(void **state)
{
	struct fixture *f = *state;
	struct arena a;
	struct sink *other;
	int fd = open(f->path, O_RDONLY);

	arena_init(&a, NULL, 0);
	assert_int_equal(put(f, "a", "x"), 0);
	assert_int_equal(f->ops->copy(f->sink, "c", 0755, fd, 1), 0);
	other = f->ops->another(f->sink, &a);
	assert_non_null(other);
	assert_int_equal(other->ops->begin(other, "b", 0666, 1), 0);
	assert_int_equal(other->ops->write(other, "x", 1), 0);
	assert_int_equal(other->ops->end(other), 0);
	other->ops->drop(other);
	assert_int_equal(size_of_output(f), 0);
	archive_sink_begin(&f->archive, false);
	assert_int_equal(archive_sink_enter(&f->archive, "/opt/venv", &walk_host), 0);
	assert_int_equal(put(f, "a", "x"), 0);
	assert_null(f->ops->another(f->sink, &a));
	assert_int_equal(archive_sink_end(&f->archive), 0);
	assert_int_equal(size_of_output(f), (4 + 2) * 512);
	arena_free(&a);
	close(fd);
}

static void
an_error_of_writing_stays(void **state)
{
	struct fixture *f = *state;
	static char large[100 * 1024];

	f->archive.fd = open("/dev/full", O_WRONLY);
	assert_int_equal(f->ops->begin(f->sink, "a", 0666, sizeof(large)), 0);
	assert_int_equal(f->ops->write(f->sink, large, sizeof(large)),
	                 -ENOSPC);
	assert_int_equal(f->archive.err, -ENOSPC);
	close(f->archive.fd);
	f->archive.fd = fileno(f->out);
	assert_int_equal(archive_sink_end(&f->archive), -ENOSPC);
	assert_int_equal(size_of_output(f), 0);
}

/* Another archive may follow that of cpio. */
static void
end_of_cpio(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(put(f, "a", "x"), 0);
	assert_int_equal(archive_sink_end(&f->archive), 0);
	assert_int_equal(size_of_output(f), 512);
	assert_int_equal(f->archive.inode, 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(formats),
		cmocka_unit_test_setup_teardown(each_directory_once, setup,
		                                teardown),
		cmocka_unit_test_setup_teardown(no_entry_is_the_end_mark,
		                                setup, teardown),
		cmocka_unit_test_setup_teardown(no_entry_is_the_end_mark,
		                                setup_cpio, teardown),
		cmocka_unit_test_setup_teardown(length_of_names, setup,
		                                teardown),
		cmocka_unit_test_setup_teardown(
			a_file_has_the_size_that_was_said, setup, teardown),
		cmocka_unit_test_setup_teardown(a_file_that_no_format_holds,
		                                setup_cpio, teardown),
		cmocka_unit_test_setup_teardown(names_of_a_copy, setup,
		                                teardown),
		cmocka_unit_test_setup_teardown(nothing_is_written_to_prove,
		                                setup_proof, teardown),
		cmocka_unit_test_setup_teardown(an_error_of_writing_stays,
		                                setup, teardown),
		cmocka_unit_test_setup_teardown(end_of_cpio, setup_cpio,
		                                teardown),
	};

	return RUN(tests);
}
