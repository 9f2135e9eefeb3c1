/* wheel_source: what is read again must be what was proved. */
#include "wheel/source.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/diag.h"
#include "os/walk.h"
#include "resolve/choose.h"
#include "resolve/requirements.h"
#include "tests/unit/unit.h"

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(another_hash_is_a_change),
		cmocka_unit_test(another_time_is_a_change),
	};

	return RUN(tests);
}
