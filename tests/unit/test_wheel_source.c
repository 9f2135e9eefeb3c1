/* wheel_source: what is read again must be what was proved. */
#include "wheel/source.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>

#include "base/diag.h"
#include "os/signals.h"
#include "os/walk.h"
#include "resolve/choose.h"
#include "tests/unit/unit.h"
#include "tests/unit/zip_maker.h"

/* Read a file that is no wheel, as C; the diag's text. LOOKED_AT: after it was
 * looked at, and then touched if CHANGED. */
static const char *
open_file(struct wheel_choice c, bool looked_at, bool changed)
{
	static char text[256];
	const char *dir = unit_tmpdir();
	struct wheel_source s;
	struct arena a;
	struct diag d;
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/a-1.0-py3-none-any.whl", dir);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs("abc", f);
	fclose(f);
	c.file = path;
	c.walk = &walk_host;
	arena_init(&a, NULL, 0);
	diag_init(&d, &a);
	wheel_source_init(&s);
	assert_int_equal(wheel_source_open(&s, &c, &d), -EINVAL);
	if (looked_at) {
		c.project = "a";
		c.origin = s.file.origin;
		wheel_source_close(&s);
		if (changed) {
			/* of the year 2514, or what the file system makes of it:
			 * more than an int64_t has of ns */
			const time_t late = (time_t)(UINT64_C(1) << 34);
			const struct timespec times[2] = { { late, 0 },
			                                   { late, 0 } };

			assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
		}
		assert_int_equal(wheel_source_open(&s, &c, &d), -EINVAL);
	}
	snprintf(text, sizeof(text), "%s", buf_str(&d.text));
	wheel_source_close(&s);
	arena_free(&a);
	unit_rmdir(dir);
	return text;
}

static void
another_time_is_a_change(void **state)
{
	const struct wheel_choice c = { .file = NULL };

	(void)state;
	assert_null(strstr(open_file(c, true, false), "it has changed"));
	assert_non_null(strstr(open_file(c, true, true), "it has changed"));
}

static void
another_hash_is_a_change(void **state)
{
	/* FIPS 180-2, example B.1 */
	struct digest_value lock = { .kind = DIGEST_SHA256 };
	struct wheel_choice c = { .lock = &lock };

	(void)state;
	assert_true(digest_parse_hex("ba7816bf8f01cfea414140de5dae2223b00361a3"
	                             "96177a9cb410ff61f20015ad", 64,
	                             DIGEST_SHA256, lock.sum));
	assert_null(strstr(open_file(c, false, false), "it has changed"));
	lock.sum[31] ^= 1;
	assert_non_null(strstr(open_file(c, false, false), "it has changed"));
	c.lock = NULL;
	assert_null(strstr(open_file(c, false, false), "it has changed"));
}

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

/* As if a file could change and keep its times. */
static void
another_index_is_a_change(void **state)
{
	const char *dir = unit_tmpdir();
	char path[128];
	struct wheel_choice c = { .file = path, .walk = &walk_host };
	struct wheel_source s;
	struct arena a;
	struct diag d;

	(void)state;
	snprintf(path, sizeof(path), "%s/a-1.0-py3-none-any.whl", dir);
	write_wheel(path, "a/x.py");
	arena_init(&a, NULL, 0);
	diag_init(&d, &a);
	wheel_source_init(&s);
	assert_int_equal(wheel_source_open(&s, &c, &d), 0);
	c.project = "a";
	c.index = s.wheel.index;
	c.origin = s.file.origin;
	wheel_source_close(&s);
	assert_int_equal(wheel_source_open(&s, &c, &d), 0);
	wheel_source_close(&s);
	write_wheel(path, "a/y.py");
	assert_int_equal(file_open(&s.file, &walk_host, path), 0);
	c.origin = s.file.origin;
	file_close(&s.file);
	assert_int_equal(wheel_source_open(&s, &c, &d), -EINVAL);
	assert_non_null(strstr(buf_str(&d.text), "it has changed"));
	wheel_source_close(&s);
	arena_free(&a);
	unit_rmdir(dir);
}

static void
a_signal_is_no_success(void **state)
{
	const char *dir = unit_tmpdir();
	char path[128];
	struct wheel_choice c = { .file = path, .walk = &walk_host };
	struct wheel_source s;
	struct arena a;
	struct diag d;
	sigset_t set;
	int number;

	(void)state;
	snprintf(path, sizeof(path), "%s/a-1.0-py3-none-any.whl", dir);
	write_wheel(path, "a/x.py");
	arena_init(&a, NULL, 0);
	diag_init(&d, &a);
	wheel_source_init(&s);
	/* a job in the background may have been started with it ignored */
	signal(SIGINT, SIG_DFL);
	signals_hold();
	kill(getpid(), SIGINT);
	assert_int_equal(wheel_source_open(&s, &c, &d), -EINTR);
	assert_false(s.opened);
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigwait(&set, &number);
	signals_release();
	assert_int_equal(wheel_source_open(&s, &c, &d), 0);
	wheel_source_close(&s);
	arena_free(&a);
	unit_rmdir(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_signal_is_no_success),
		cmocka_unit_test(another_hash_is_a_change),
		cmocka_unit_test(another_index_is_a_change),
		cmocka_unit_test(another_time_is_a_change),
	};

	return RUN(tests);
}
