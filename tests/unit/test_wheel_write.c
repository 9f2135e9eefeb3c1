/* write: an interrupt. */
#include "wheel/write.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "base/diag.h"
#include "os/signals.h"
#include "publish/sink.h"
#include "tests/unit/unit.h"
#include "wheel/files.h"
#include "wheel/wheel.h"

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
	const struct wheel_files files = { list, 2, "lib" };
	const unsigned char fates[2] = { 0, 0 };
	const struct wheel_write how = { .files = &files, .fates = fates,
		                         .env_dir = "/env", .workers = 4 };
	struct wheel w = { .file = "/a.whl", .dist_info = "a.dist-info/",
		           .zip = { .members = members, .count = 2 } };
	sigset_t set;
	int number, err;

	rows_init(&w.rows, 2, a);
	/* a job in the background may have been started with it ignored */
	signal(SIGINT, SIG_DFL);
	signals_hold();
	kill(getpid(), SIGINT); /* of the process: all threads see it */
	err = wheel_write(&w, &how, &sink, a, d);
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_interrupt_is_said),
	};

	return RUN(tests);
}
