/* journal: publishing into a directory, and picking up after a kill. */
#include "os/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "tests/unit/unit.h"

struct fixture {
	const char *path;
	int dfd;
	int fd; /* of the work directory */
};

static int
setup(void **state)
{
	static struct fixture f;

	f.path = unit_tmpdir();
	f.dfd = open(f.path, O_RDONLY | O_DIRECTORY);
	f.fd = -1;
	*state = &f;
	return f.dfd < 0 ? -1 : 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	close(f->fd);
	close(f->dfd);
	unit_rmdir(f->path);
	return 0;
}

static void
run(const struct fixture *f, const char *script)
{
	char command[1024];

	snprintf(command, sizeof(command), "cd '%s' && { %s; }", f->path,
	         script);
	assert_int_equal(system(command), 0);
}

/* The directory as find(1) prints it, sorted, with contents of files. */
static const char *
shot(const struct fixture *f)
{
	static char out[4096];
	char command[256];
	size_t n;
	FILE *p;

	snprintf(command, sizeof(command), "cd '%s' && find . -mindepth 1 "
	         "-printf '%%y %%P %%l\\n' | LC_ALL=C sort; "
	         "find . -type f | LC_ALL=C sort | xargs cat", f->path);
	p = popen(command, "r");
	assert_non_null(p);
	n = fread(out, 1, sizeof(out) - 1, p);
	out[n] = '\0';
	assert_int_equal(pclose(p), 0);
	return out;
}

static const char old_tree[] =
	"mkdir -p bin lib/python3.11; echo old >cfg; echo mine >lib/mine;"
	"ln -s /gone bin/python; ln -s /gone bin/python3.11; echo s >bin/script";

static const char new_tree[] =
	"cd .venvbox-stage/new; mkdir -p bin lib/python3.12; echo new >cfg;"
	"ln -s /here bin/python; ln -s .venvbox-gone bin/python3.11";

static const char merged[] =
	"d bin \nd lib \nd lib/python3.11 \nd lib/python3.12 \n"
	"f bin/script \nf cfg \nf lib/mine \n"
	"l bin/python /here\ns\nnew\nmine\n";

static const char cleared[] =
	"d bin \nd lib \nd lib/python3.12 \nf cfg \n"
	"l bin/python /here\nnew\n";

static void
begin(struct fixture *f)
{
	int newfd = -1;

	f->fd = journal_begin(f->dfd, &newfd);
	assert_true(f->fd >= 0 && newfd >= 0);
	close(newfd);
}

/* A run that is gone has no fd, and hence no lock. */
static void
begin_and_die(struct fixture *f)
{
	begin(f);
	close(f->fd);
	f->fd = -1;
}

static void
test_merge(void **state)
{
	struct fixture *f = *state;

	run(f, old_tree);
	begin(f);
	run(f, new_tree);
	assert_int_equal(journal_commit(f->dfd, f->fd, false), 0);
	assert_string_equal(shot(f), merged);
}

static void
test_clear(void **state)
{
	struct fixture *f = *state;

	run(f, old_tree);
	begin(f);
	run(f, "cd .venvbox-stage/new; mkdir -p bin lib/python3.12;"
	    "echo new >cfg; ln -s /here bin/python");
	assert_int_equal(journal_commit(f->dfd, f->fd, true), 0);
	assert_string_equal(shot(f), cleared);
}

static void
test_abort(void **state)
{
	struct fixture *f = *state;
	char before[4096];

	run(f, old_tree);
	strcpy(before, shot(f));
	begin(f);
	run(f, new_tree);
	assert_true(journal_found(f->dfd));
	assert_int_equal(journal_abort(f->dfd, f->fd), 0);
	assert_false(journal_found(f->dfd));
	assert_string_equal(shot(f), before);
}

/* What each possible moment of a kill leaves, and what becomes of it. */
static void
test_recover(void **state)
{
	static const struct {
		const char *moment, *want;
	} cases[] = {
		/* behind the commit, nothing moved yet */
		{ "mv .venvbox-stage .venvbox-merge", merged },
		/* one old entry aside, its successor not yet there */
		{ "mv .venvbox-stage .venvbox-merge;"
		  "mv cfg .venvbox-merge/old/cfg", merged },
		/* one entry done, in a directory that is half done */
		{ "mv .venvbox-stage .venvbox-merge; mkdir .venvbox-merge/old/bin;"
		  "mv bin/python .venvbox-merge/old/bin/python;"
		  "mv .venvbox-merge/new/bin/python bin/python", merged },
		/* a removal done */
		{ "mv .venvbox-stage .venvbox-merge; mkdir .venvbox-merge/old/bin;"
		  "mv bin/python3.11 .venvbox-merge/old/bin/python3.11", merged },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		run(f, old_tree);
		begin_and_die(f);
		run(f, new_tree);
		run(f, cases[i].moment);
		assert_int_equal(journal_recover(f->dfd), 0);
		assert_string_equal(shot(f), cases[i].want);
		run(f, "rm -rf -- *");
	}
}

static void
test_recover_clear(void **state)
{
	static const char *const moments[] = {
		"mv .venvbox-stage .venvbox-clear",
		"mv .venvbox-stage .venvbox-clear; mv lib .venvbox-clear/old/lib",
		/* a directory that had to be moved entry by entry */
		"mv .venvbox-stage .venvbox-clear; mkdir .venvbox-clear/old/lib;"
		"mv lib/mine .venvbox-clear/old/lib/mine",
		"mv .venvbox-stage .venvbox-clear; mv lib bin cfg .venvbox-clear/old;"
		"mv .venvbox-clear .venvbox-merge; mv .venvbox-merge/new/cfg .",
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT(moments); i++) {
		run(f, old_tree);
		begin_and_die(f);
		run(f, "cd .venvbox-stage/new; mkdir -p bin lib/python3.12;"
		    "echo new >cfg; ln -s /here bin/python");
		run(f, moments[i]);
		assert_int_equal(journal_recover(f->dfd), 0);
		assert_string_equal(shot(f), cleared);
		run(f, "rm -rf -- *");
	}
}

/* A journal that came along in a copy of another directory is not obeyed. */
static void
test_of_another(void **state)
{
	struct fixture *f = *state;
	char before[4096];

	run(f, old_tree);
	begin_and_die(f);
	run(f, new_tree);
	run(f, "mv .venvbox-stage .venvbox-clear; ln -sfn 1 .venvbox-clear/of");
	strcpy(before, shot(f));
	assert_int_equal(journal_recover(f->dfd), -ESTALE);
	assert_string_equal(shot(f), before);
	run(f, "rm .venvbox-clear/of");
	assert_int_equal(journal_recover(f->dfd), -ESTALE);
}

static void
test_discard(void **state)
{
	struct fixture *f = *state;
	char before[4096];

	run(f, old_tree);
	strcpy(before, shot(f));
	begin_and_die(f);
	run(f, new_tree);
	assert_int_equal(journal_recover(f->dfd), 0);
	assert_string_equal(shot(f), before);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_merge, setup, teardown),
		cmocka_unit_test_setup_teardown(test_clear, setup, teardown),
		cmocka_unit_test_setup_teardown(test_abort, setup, teardown),
		cmocka_unit_test_setup_teardown(test_recover, setup, teardown),
		cmocka_unit_test_setup_teardown(test_recover_clear, setup,
		                                teardown),
		cmocka_unit_test_setup_teardown(test_of_another, setup,
		                                teardown),
		cmocka_unit_test_setup_teardown(test_discard, setup, teardown),
	};

	return RUN(tests);
}
