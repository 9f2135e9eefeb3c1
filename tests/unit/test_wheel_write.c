/* write: an interrupt, and what is wrong with one of several wheels. */
#include "wheel/write.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/diag.h"
#include "os/signals.h"
#include "os/walk.h"
#include "publish/sink.h"
#include "tests/unit/unit.h"
#include "tests/unit/zip_maker.h"
#include "wheel/fates.h"

static int
put_dir(struct sink *s, const char *path)
{
	(void)s;
	(void)path;
	return 0;
}

static struct sink *
another(struct sink *s, struct arena *a)
{
	/* what comes next needs another piece of memory */
	struct sink *copy = arena_alloc(a, 60 * 1024);

	if (copy)
		*copy = *s;
	return copy;
}

static void
drop(struct sink *s)
{
	(void)s;
}

/* Write a wheel of 2 files with 4 workers while SIGINT waits; return what it returns. */
static int
write_interrupted(struct diag *d, struct arena *a)
{
	const struct sink_ops ops = { .dir = put_dir, .another = another,
		                      .drop = drop };
	struct sink sink = { &ops };
	struct zip_member members[] = { { .name = "x" }, { .name = "y" } };
	struct wheel_file list[] = {
		{ .path = "lib/x", .size = 1 << 20 },
		{ .path = "lib/y", .size = 1 << 20, .source = 1 },
	};
	unsigned char fates[2] = { 0, 0 };
	struct wheel w = { .file = "/a.whl", .dist_info = "a.dist-info/",
		           .zip = { .members = members, .count = 2 } };
	const struct wheel_choice choice = { .file = w.file, .wheel = &w };
	const struct wheel_install install = { .choice = &choice,
		                               .files = { list, 2, "lib" },
		                               .fates = fates };
	const struct wheel_write how = { .list = &install, .count = 1,
		                         .env_dir = "/env", .workers = 4 };
	sigset_t set;
	int number, err;

	rows_init(&w.rows, 2, a);
	/* a job in the background may have been started with it ignored */
	signal(SIGINT, SIG_DFL);
	signals_hold();
	kill(getpid(), SIGINT); /* of the process: all threads see it */
	err = wheel_write(&how, &sink, d);
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigwait(&set, &number);
	signals_release();
	return err;
}

static void
an_interrupt_is_said(void **state)
{
	struct arena a;
	struct diag d;

	(void)state;
	arena_init(&a, NULL, 0);
	diag_init(&d, &a);
	assert_int_equal(write_interrupted(&d, &a), -EINTR);
	assert_int_equal(d.code, -EINTR);
	assert_string_equal(buf_str(&d.text), "cannot write '/env/lib/x': "
	                                      "Interrupted system call");
	arena_free(&a);
}

static int
begin(struct sink *s, const char *path, mode_t mode, uint64_t size)
{
	(void)s, (void)path, (void)mode, (void)size;
	return 0;
}

static int
write_piece(struct sink *s, const void *p, size_t n)
{
	(void)s, (void)p, (void)n;
	return 0;
}

static int
end_file(struct sink *s)
{
	(void)s;
	return 0;
}

static const struct sink_ops ops = { .dir = put_dir, .begin = begin,
	                             .write = write_piece, .end = end_file,
	                             .another = another, .drop = drop };

enum { WHEELS = 8 };

/* Wheels that were chosen, each with a module. */
struct fixture {
	const char *dir;
	char paths[WHEELS][128];
	struct wheel_source source;
	struct wheel_choice choices[WHEELS];
	struct wheel_install installs[WHEELS];
	struct wheel_file files[WHEELS];
	struct arena arena;
	struct diag diag;
};

/* Write wheel number N, whose RECORD is right or not. */
static void
write_wheel(struct fixture *f, size_t n, bool right)
{
	const struct made_member members[] = {
		{ .name = "a-1.0.dist-info/METADATA",
		  .text = "Metadata-Version: 2.1\nName: a\nVersion: 1.0\n" },
		{ .name = "a-1.0.dist-info/RECORD",
		  .text = right ? "a/x.py,,1\n"
		                : "a/x.py,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm"
		                  "5NMpJWZG3hSuFU,1\n" },
		{ .name = "a-1.0.dist-info/WHEEL",
		  .text = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n"
		          "Tag: py3-none-any\n" },
		{ .name = "a/x.py", .text = "x" },
	};
	FILE *out;

	snprintf(f->paths[n], sizeof(f->paths[n]),
	         "%s/%zu/a-1.0-py3-none-any.whl", f->dir, n);
	mkdir(arena_fmt(&f->arena, "%s/%zu", f->dir, n), 0777);
	out = fopen(f->paths[n], "w");
	assert_non_null(out);
	make_zip(members, 4, false, false);
	assert_int_equal(fwrite(made.data, 1, made.size, out), made.size);
	fclose(out);
}

/* Choose the wheels, of which those from number WRONG on have another module than
 * RECORD says. */
static void
set_up(struct fixture *f, size_t wrong)
{
	static unsigned char fates[1];

	*f = (struct fixture){ .dir = unit_tmpdir() };
	arena_init(&f->arena, NULL, 0);
	diag_init(&f->diag, &f->arena);
	wheel_source_init(&f->source);
	for (size_t i = 0; i < WHEELS; i++) {
		struct wheel_choice *c = &f->choices[i];

		write_wheel(f, i, i < wrong);
		*c = (struct wheel_choice){ .file = f->paths[i],
			                    .walk = &walk_host };
		assert_int_equal(wheel_source_open(&f->source, c, &f->diag), 0);
		c->origin = f->source.file.origin;
		c->wheel = wheel_source_keep(&f->source);
		/* enough for a worker, so it says */
		f->files[i] = (struct wheel_file){ .path = "lib/x.py",
			                           .size = 1 << 20,
			                           .source = 3 };
		f->installs[i] = (struct wheel_install){
			.choice = c,
			.files = { &f->files[i], 1, "lib" },
			.fates = fates,
		};
	}
}

static int
write_wheels(struct fixture *f, size_t workers)
{
	struct sink sink = { &ops };
	const struct wheel_write how = { .list = f->installs, .count = WHEELS,
		                         .source = &f->source,
		                         .env_dir = "/env",
		                         .workers = workers };

	diag_clear(&f->diag);
	return wheel_write(&how, &sink, &f->diag);
}

/* Let the wheels be written, by one worker and by several, and expect an error that
 * says TEXT of wheel number N. */
static void
expect(struct fixture *f, int err, size_t n, const char *text)
{
	char *said = arena_fmt(&f->arena, "%s: %s", f->paths[n], text);

	for (size_t workers = 1; workers < 6; workers++) {
		assert_int_equal(write_wheels(f, workers), err);
		assert_int_equal(f->diag.code, err);
		assert_string_equal(buf_str(&f->diag.text), said);
	}
}

static void
tear_down(struct fixture *f)
{
	wheel_source_close(&f->source);
	arena_free(&f->arena);
	unit_rmdir(f->dir);
}

static void
the_first_of_several_errors_is_reported(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f, 3);
	for (int i = 0; i < 20; i++)
		expect(&f, -EINVAL, 3, "a/x.py: its content does not have the "
		                       "hash that RECORD says");
	tear_down(&f);
}

static void
a_digest_that_record_lacks_is_added(void **state)
{
	struct row_text text;
	struct fixture f;

	(void)state;
	set_up(&f, WHEELS);
	assert_int_equal(write_wheels(&f, 3), 0);
	for (size_t i = 0; i < WHEELS; i++)
		assert_string_equal(
			rows_get(&f.choices[i].wheel->rows, 3, 1, &text).hash,
			"sha256=LXEWQrcmsEQBYnyp-6wy9chTD7GQPMTbAiWHF5IaSIE");
	/* what is written again is what was written */
	assert_int_equal(write_wheels(&f, 3), 0);
	tear_down(&f);
}

static void
a_wheel_that_changed_since_it_was_chosen_is_an_error(void **state)
{
	const struct timespec times[2] = { { 1, 0 }, { 1, 0 } };
	struct fixture f;

	(void)state;
	set_up(&f, WHEELS);
	assert_int_equal(utimensat(AT_FDCWD, f.paths[5], times, 0), 0);
	expect(&f, -EINVAL, 5, "it has changed");
	tear_down(&f);
}

static void
a_wheel_replaced_since_it_was_chosen_is_an_error(void **state)
{
	char kept[160];
	struct fixture f;

	(void)state;
	set_up(&f, WHEELS);
	/* by one with the same bytes; the old file is still there */
	snprintf(kept, sizeof(kept), "%s/kept", f.dir);
	assert_int_equal(rename(f.paths[2], kept), 0);
	write_wheel(&f, 2, true);
	expect(&f, -EINVAL, 2, "it has changed");
	tear_down(&f);
}

static void
a_wheel_without_its_locked_hash_is_an_error(void **state)
{
	const struct digest_value lock = { .kind = DIGEST_SHA512 };
	struct fixture f;

	(void)state;
	set_up(&f, WHEELS);
	f.choices[6].lock = &lock;
	expect(&f, -EINVAL, 6, "it has changed");
	tear_down(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_interrupt_is_said),
		cmocka_unit_test(the_first_of_several_errors_is_reported),
		cmocka_unit_test(a_digest_that_record_lacks_is_added),
		cmocka_unit_test(
			a_wheel_that_changed_since_it_was_chosen_is_an_error),
		cmocka_unit_test(
			a_wheel_replaced_since_it_was_chosen_is_an_error),
		cmocka_unit_test(a_wheel_without_its_locked_hash_is_an_error),
	};

	return RUN(tests);
}
