/* source: a wheel that is opened again must be the one that was verified. */
#include "wheel/source.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/diag.h"
#include "os/signals.h"
#include "os/walk.h"
#include "tests/unit/unit.h"
#include "tests/unit/zip_maker.h"

/* Write a wheel with the module NAME to PATH. */
static void
write_wheel(const char *path, const char *name)
{
	const struct made_member members[] = {
		{ .name = name, .text = "" },
		{ .name = "a-1.0.dist-info/METADATA",
		  .text = "Metadata-Version: 2.1\nName: a\nVersion: 1.0\n" },
		{ .name = "a-1.0.dist-info/WHEEL",
		  .text = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n"
		          "Tag: py3-none-any\n" },
		{ .name = "a-1.0.dist-info/RECORD", .text = "a/gone.py,,\n" },
	};
	FILE *f = fopen(path, "w");

	make_zip(members, 4, false, false);
	assert_non_null(f);
	assert_int_equal(fwrite(made.data, 1, made.size, f), made.size);
	fclose(f);
}

/* A source, and a wheel in a directory of its own that it reads. */
struct fixture {
	const char *dir;
	char path[128];
	struct wheel_choice choice;
	struct wheel_source source;
	struct arena arena;
	struct diag diag;
};

static void
set_up(struct fixture *f)
{
	f->dir = unit_tmpdir();
	snprintf(f->path, sizeof(f->path), "%s/a-1.0-py3-none-any.whl", f->dir);
	write_wheel(f->path, "a/x.py");
	f->choice = (struct wheel_choice){ .file = f->path, .walk = &walk_host };
	arena_init(&f->arena, NULL, 0);
	diag_init(&f->diag, &f->arena);
	wheel_source_init(&f->source);
}

/* Open the wheel of F, and keep it as the one that was chosen. */
static void
choose(struct fixture *f)
{
	assert_int_equal(wheel_source_open(&f->source, &f->choice, &f->diag), 0);
	f->choice.origin = f->source.file.origin;
	f->choice.wheel = wheel_source_keep(&f->source);
}

static void
tear_down(struct fixture *f)
{
	wheel_source_close(&f->source);
	arena_free(&f->arena);
	unit_rmdir(f->dir);
}

/* Open another file, so that the wheel of F has to be opened again. */
static void
open_another(struct fixture *f)
{
	char path[128];
	const struct wheel_choice c = { .file = path, .walk = &walk_host };

	snprintf(path, sizeof(path), "%s/b-1.0-py3-none-any.whl", f->dir);
	write_wheel(path, "a/x.py");
	/* it is read, and refused */
	assert_int_equal(wheel_source_open(&f->source, &c, &f->diag), -EINVAL);
	diag_clear(&f->diag);
	unlink(path);
}

static void
a_kept_wheel_is_opened_without_reading_it(void **state)
{
	struct wheel_source other;
	struct fixture f;
	char *text;

	(void)state;
	set_up(&f);
	choose(&f);
	open_another(&f);
	assert_int_equal(wheel_source_open(&f.source, &f.choice, &f.diag), 0);
	assert_ptr_equal(f.source.wheel.zip.members,
	                 f.choice.wheel->zip.members);
	/* another source can open it, too */
	wheel_source_init(&other);
	assert_int_equal(wheel_source_open(&other, &f.choice, &f.diag), 0);
	assert_int_equal(zip_load(&other.wheel.zip,
	                          zip_find(&other.wheel.zip,
	                                   "a-1.0.dist-info/RECORD"),
	                          100, other.inflater, &f.arena, &text, &f.diag),
	                 0);
	assert_string_equal(text, "a/gone.py,,\n");
	wheel_source_close(&other);
	tear_down(&f);
}

static void
a_refused_wheel_leaves_no_memory(void **state)
{
	struct arena_chunk *chunks;
	struct fixture f;

	(void)state;
	set_up(&f);
	choose(&f);
	chunks = f.source.memory.chunks;
	for (int i = 0; i < 1000; i++) {
		open_another(&f);
		assert_int_equal(wheel_source_open(&f.source, &f.choice,
		                                   &f.diag), 0);
	}
	assert_ptr_equal(f.source.memory.chunks, chunks);
	tear_down(&f);
}

static void
assert_changed(struct fixture *f)
{
	open_another(f);
	assert_int_equal(wheel_source_open(&f->source, &f->choice, &f->diag),
	                 -EINVAL);
	assert_non_null(strstr(buf_str(&f->diag.text), "it has changed"));
	assert_false(f->source.opened);
}

static void
another_time_is_a_change(void **state)
{
	/* of the year 2514, or what the file system makes of it: more than an
	 * int64_t has of ns */
	const time_t late = (time_t)(UINT64_C(1) << 34);
	const struct timespec times[2] = { { late, 0 }, { late, 0 } };
	struct fixture f;

	(void)state;
	set_up(&f);
	choose(&f);
	assert_int_equal(utimensat(AT_FDCWD, f.path, times, 0), 0);
	assert_int_equal(wheel_source_unchanged(&f.source, &f.diag), -EBUSY);
	diag_clear(&f.diag);
	assert_changed(&f);
	tear_down(&f);
}

static void
another_file_is_a_change(void **state)
{
	char path[128];
	struct fixture f;

	(void)state;
	set_up(&f);
	choose(&f);
	/* with the same bytes */
	snprintf(path, sizeof(path), "%s/new", f.dir);
	write_wheel(path, "a/x.py");
	assert_int_equal(rename(path, f.path), 0);
	assert_changed(&f);
	tear_down(&f);
}

static void
a_signal_is_no_success(void **state)
{
	struct fixture f;
	sigset_t set;
	int number;

	(void)state;
	set_up(&f);
	/* a job in the background may have been started with it ignored */
	signal(SIGINT, SIG_DFL);
	signals_hold();
	kill(getpid(), SIGINT);
	assert_int_equal(wheel_source_open(&f.source, &f.choice, &f.diag),
	                 -EINTR);
	assert_false(f.source.opened);
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigwait(&set, &number);
	signals_release();
	assert_int_equal(wheel_source_open(&f.source, &f.choice, &f.diag), 0);
	tear_down(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_kept_wheel_is_opened_without_reading_it),
		cmocka_unit_test(a_refused_wheel_leaves_no_memory),
		cmocka_unit_test(a_signal_is_no_success),
		cmocka_unit_test(another_file_is_a_change),
		cmocka_unit_test(another_time_is_a_change),
	};

	return RUN(tests);
}
