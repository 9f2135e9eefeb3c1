/* requirement_file: requirements, and the files that name each other. */
#include "resolve/requirement_file.h"

#include <errno.h>
#include <signal.h>

#include "base/buf.h"
#include "os/ctx.h"
#include "os/signals.h"
#include "tests/unit/files.h"
#include "tests/unit/fixture.h"

#define A "59bb03251907983d1603d27c3087ddb1e93299ea2163adcdba37899a4fb12ffb"
#define WHEEL "aa-1.0-py3-none-any.whl"

static const char *const env[] = { "NAME=bb", NULL };
static struct requirement_files got;

static int
set_up_files(void **state)
{
	return set_up(state) || files_set_up(state);
}

static int
tear_down_files(void **state)
{
	return tear_down(state) || files_tear_down(state);
}

static struct ctx
ctx_of(struct fixture *f)
{
	return (struct ctx){ .walk = &walk_host, .arena = &f->arena,
	                     .diag = &f->diag };
}

/* Read FILE, in the current directory, in addition to what was read. */
static int
read_more(struct fixture *f, const char *file, bool constraint)
{
	struct ctx x = ctx_of(f);

	diag_clear(&f->diag);
	return requirement_files_read(&x, &got, file,
	                              arena_fmt(&f->arena, "%s/%s", files_top,
	                                        file), constraint, files_top,
	                              env);
}

static int
read_text(struct fixture *f, const char *text)
{
	files_put("r.txt", text);
	requirement_files_init(&got);
	return read_more(f, "r.txt", false);
}

static void
assert_read(struct fixture *f, const char *text)
{
	if (read_text(f, text) != 0)
		fail_msg("%s: %s", text, buf_str(&f->diag.text));
}

static void
assert_refused(struct fixture *f, const char *text, const char *reason)
{
	if (read_text(f, text) == 0)
		fail_msg("%s is taken", text);
	assert_string_equal(buf_str(&f->diag.text), reason);
}

/* Assert that TEXT after the temporary directory is that of PATH. */
static void
assert_path(const char *path, const char *text)
{
	assert_non_null(path);
	assert_memory_equal(path, files_top, strlen(files_top));
	assert_string_equal(path + strlen(files_top), text);
}

static void
test_requirements(void **state)
{
	struct fixture *f = *state;
	const struct requirement *q;

	assert_read(f, "A_b [X.y, a,x_Y] (>= 1,<2) ; os.name=='x' \\\n"
	            "  --hash=sha256:" A " --hash sha256:" A "\n"
	            "${NAME}\n");
	assert_int_equal(got.wanted.count, 2);
	q = &got.wanted.list[0];
	assert_string_equal(q->project, "a-b");
	assert_int_equal(q->extra_count, 2);
	assert_string_equal(q->extras[0], "a");
	assert_string_equal(q->extras[1], "x-y");
	assert_string_equal(q->specifiers, ">= 1,<2");
	assert_string_equal(q->marker, "os.name=='x'");
	assert_int_equal(q->hash_count, 2);
	assert_null(q->location);
	assert_string_equal(q->file, "r.txt");
	assert_int_equal(q->line, 1);
	q = &got.wanted.list[1];
	assert_string_equal(q->project, "bb");
	assert_string_equal(q->specifiers, "");
	assert_null(q->marker);
	assert_int_equal(q->line, 3);
}

static void
test_places_of_requirements(void **state)
{
	struct fixture *f = *state;
	const struct requirement *q;

	assert_read(f, "./" WHEEL "[X] ; os_name=='x'\n"
	            "d/../" WHEEL "\n"
	            "aa @ file:d/a%61-1.0-py3-none-any.whl#sha256=" A "\n"
	            "https://h/" WHEEL "?x#sha256=" A "\n"
	            "bb @ git+https://h/bb ; os_name=='x'\n");
	q = got.wanted.list;
	assert_string_equal(q->project, "aa");
	assert_string_equal(q->specifiers, "==1.0");
	assert_string_equal(q->wheel, WHEEL);
	assert_string_equal(q->extras[0], "x");
	assert_path(q->location, "/" WHEEL);
	assert_path(q[1].location, "/" WHEEL);
	assert_path(q[2].location, "/d/" WHEEL);
	assert_string_equal(q[2].specifiers, "");
	assert_non_null(q[2].url_hash);
	assert_string_equal(q[3].location, "https://h/" WHEEL "?x");
	assert_string_equal(q[3].wheel, WHEEL);
	assert_null(q[3].unsupported);
	assert_string_equal(q[4].project, "bb");
	assert_non_null(q[4].unsupported);
}

static void
test_unsupported(void **state)
{
	struct fixture *f = *state;

	files_dir("src");
	assert_refused(f, "\naa\n./src", "r.txt: line 3: './src': it is a source "
	               "tree, and only wheels can be installed");
	assert_refused(f, "aa-1.tar.gz", "r.txt: line 1: 'aa-1.tar.gz': only "
	               "wheels can be installed");
	assert_refused(f, "git+https://h/x", "r.txt: line 1: 'git+https://h/x': "
	               "it needs a build, and only wheels can be installed");
	assert_refused(f, "aa @ https://h/" WHEEL, "r.txt: line 1: 'aa @ "
	               "https://h/" WHEEL "': it needs the network, unless it "
	               "has a hash");
	assert_refused(f, "bb @ file:///" WHEEL, "r.txt: line 1: 'bb @ file:///"
	               WHEEL "': it is a wheel of aa");
	assert_refused(f, "https://u:p@h/x.zip", "r.txt: line 1: "
	               "'https://****@h/x.zip': only wheels can be installed");
	assert_refused(f, "./broken.whl", "r.txt: line 1: './broken.whl': its "
	               "name is not that of a wheel: it is not "
	               "NAME-VERSION[-BUILD]-PYTHON-ABI-PLATFORM.whl");
	assert_read(f, "aa @ https://h/" WHEEL " --hash=sha256:" A);
	assert_read(f, "./src ; os_name=='x'");
	assert_non_null(got.wanted.list->unsupported);
}

static void
test_editable(void **state)
{
	struct fixture *f = *state;

	files_dir("src");
	assert_read(f, "-e src");
	assert_true(got.wanted.list->editable);
	assert_null(got.wanted.list->project);
	assert_path(got.wanted.list->location, "/src");
	assert_refused(f, "-e src[x]", "r.txt: line 1: -e 'src[x]': it needs a "
	               "build, and only wheels can be installed");
	assert_refused(f, "-e git+https://h/x#egg=x", "r.txt: line 1: -e "
	               "'git+https://h/x#egg=x': it needs a build, and only "
	               "wheels can be installed");
	assert_int_equal(read_text(f, "-e file:src"), -EINVAL);
	assert_int_equal(read_text(f, "-e none"), -EINVAL);
}

static void
test_refused(void **state)
{
	static const char *const lines[] = {
		"aa 1.0", "aa=1.0", "aa==1.0 bb", "aa>=1.*", "aa~=1", "\"aa\"",
		"aa==1.0#c", "aa; ", "aa\\ ", "aa\t--hash=sha256:" A,
		"aa; extra = 'x'", "./none", "aa @ ./x.whl", "aa[x", "-U",
		"--no-deps", "--group x", "aa --foo", "aa -r b.txt", "aa -e b",
		"aa --no-binary -x", "-r a -r b", "-r a --pre", "-c http://h/c",
		"-e a -e b", "-r https://h/r", "--hash=sha256:" A, "aa --hash=x",
		"aa==1 \\\n# c\n--hash=sha256:" A, "-i file://h/x", "-f file:%00",
		"aa --hash=md5:00", "aa --hash=SHA256:" A, "aa;os_name=='x",
		"aa --hash=sha256:" A "0", "file:///x.whl;y", "x\x01",
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT(lines); i++) {
		/* pip takes "aa; " and "aa;" */
		if (strcmp(lines[i], "aa; ") == 0) {
			assert_read(f, lines[i]);
			continue;
		}
		if (read_text(f, lines[i]) >= 0)
			fail_msg("%s is taken", lines[i]);
		assert_memory_equal(buf_str(&f->diag.text), "r.txt: line ", 12);
	}
	assert_refused(f, "aa=1", "r.txt: line 1: Invalid requirement: 'aa=1', "
	               "character 3: it is not a valid version specifier");
	assert_string_equal(buf_str(&f->diag.hint), "did you mean '=='?");
	assert_int_equal(read_text(f, "lock-version = \"1.0\""), -EINVAL);
	assert_string_equal(buf_str(&f->diag.hint), "if it is a lock, use --lock");
	assert_int_equal(read_text(f, "./none"), -EINVAL);
	assert_string_equal(buf_str(&f->diag.hint), "there is no wheel or "
	                    "directory './none'");
}

static void
test_options(void **state)
{
	struct fixture *f = *state;

	files_dir("wheels");
	assert_read(f, "--pre --require-hashes --no-require-hashes\n"
	            "--only-final Aa --no-binary :all: --only-binary=B_b\n"
	            "--trusted-host h --use-feature=x -C a=b --prefer-binary\n"
	            "-f https://h -f wheels -f none -f file:u%20v\n"
	            "-i https://h --extra-index-url file:///e\n"
	            "bb --only-binary cc --pre -i file:///z\n");
	assert_true(got.pre && got.all_releases.all);
	assert_true(got.require_hashes && got.no_require_hashes);
	assert_int_equal(got.only_final.count, 1);
	assert_string_equal(got.only_final.names[0], "aa");
	assert_true(got.no_binary.all);
	assert_int_equal(got.only_binary.count, 2);
	assert_int_equal(got.place_count, 4);
	assert_path(got.places[0].path, "/wheels");
	assert_path(got.places[1].path, "/none");
	assert_path(got.places[2].path, "/u v");
	assert_string_equal(got.places[3].path, "/e");
	assert_true(got.places[3].index && !got.places[2].index);
	assert_read(f, "--extra-index-url file:///a -i file:///b\n"
	            "-i file:///c --extra-index-url ./d\n");
	assert_int_equal(got.place_count, 2);
	assert_string_equal(got.places[0].path, "/c");
	assert_path(got.places[1].path, "/d");
	assert_read(f, "-i file:///a --no-index\n-i file:///b\n-f x\n");
	assert_int_equal(got.place_count, 1);
}

static void
test_nested(void **state)
{
	struct fixture *f = *state;

	files_dir("d");
	files_dir("d/wheels");
	files_put("d/a.txt", "a\n-r b.txt\n-c '../c d.txt'\n-f wheels\n./" WHEEL);
	files_put("d/b.txt", "b\n");
	files_put("c d.txt", "c<2\n-r d/b.txt\n");
	assert_read(f, "-r d/a.txt\n-rd/b.txt\nz\n");
	assert_int_equal(got.wanted.count, 4);
	assert_string_equal(got.wanted.list[1].project, "b");
	assert_string_equal(got.wanted.list[1].file, "d/b.txt");
	assert_path(got.wanted.list[2].location, "/" WHEEL);
	assert_path(got.places[0].path, "/d/wheels");
	assert_int_equal(got.constraints.count, 1);
	assert_string_equal(got.constraints.list[0].file, "d/../c d.txt");
	files_put("d/b.txt", "b\n\nx=1\n");
	assert_refused(f, "-r d/a.txt", "d/b.txt: line 3: Invalid requirement: "
	               "'x=1', character 2: it is not a valid version specifier");
}

static void
test_missing_and_cycles(void **state)
{
	struct fixture *f = *state;

	assert_refused(f, "\n-r none.txt", "r.txt: line 2: cannot read "
	               "'none.txt': No such file or directory");
	assert_refused(f, "-r .", "r.txt: line 1: cannot read '.': it is not a "
	               "regular file");
	files_put("a.txt", "-c r.txt\n");
	assert_refused(f, "-r a.txt", "a.txt: line 1: 'r.txt' includes itself");
	assert_int_equal(read_more(f, "none", false), -ENOENT);
	assert_string_equal(buf_str(&f->diag.text), "cannot read 'none': No such "
	                    "file or directory");
	files_link(".", "l");
	assert_refused(f, "-r l/r.txt", "l/l/l/l/l/l/l/l/l/l/l/l/l/l/l/l/l/l/l/l/"
	               "l/l/l/l/l/l/l/l/l/l/l/l/l/l/l/l/l/l/l/l/r.txt: line 1: "
	               "cannot read 'l/l/l/l/l/l/l/l/l/l/l/l/l/l/l/l/l/l/l/l/l/"
	               "l/l/l/l/l/l/l/l/l/l/l/l/l/l/l/l/l/l/l/l/r.txt': Too many "
	               "levels of symbolic links");
}

static void
test_deep(void **state)
{
	struct fixture *f = *state;
	char name[32], text[32];

	for (int i = 0; i <= REQUIREMENT_FILES_DEPTH; i++) {
		snprintf(name, sizeof(name), "n%d.txt", i);
		snprintf(text, sizeof(text), "-r n%d.txt\n", i + 1);
		files_put(name, text);
	}
	files_put("n100.txt", "x\n");
	assert_refused(f, "-r n0.txt", "n99.txt: line 1: 'n100.txt': files "
	               "include each other more than 100 deep");
	assert_read(f, "-r n1.txt");
}

static void
test_constraints(void **state)
{
	struct fixture *f = *state;
	static const char *const refused[] = {
		"aa[x]", "-e .", "x.zip", "./" WHEEL "[x]", "https://h/x.zip",
	};

	requirement_files_init(&got);
	files_put("c.txt", "aa<2\n./" WHEEL "\nbb @ git+https://h/x\naa[]\n"
	          "cc @ https://h/cc-1-py3-none-any.whl\n");
	assert_int_equal(read_more(f, "c.txt", true), 0);
	assert_int_equal(got.wanted.count, 0);
	assert_int_equal(got.constraints.count, 5);
	assert_non_null(got.constraints.list[2].unsupported);
	assert_non_null(got.constraints.list[4].unsupported);
	for (size_t i = 0; i < COUNT(refused); i++) {
		requirement_files_init(&got);
		files_put("c.txt", refused[i]);
		assert_int_equal(read_more(f, "c.txt", true), -EINVAL);
	}
}

static void
test_single(void **state)
{
	struct fixture *f = *state;
	struct ctx x = ctx_of(f);
	struct requirement q;

	assert_int_equal(requirement_parse(&x, &q, "aa[x]>1 ; os_name=='x'",
	                                   "--install", files_top), 0);
	assert_string_equal(q.project, "aa");
	assert_string_equal(q.marker, "os_name=='x'");
	assert_int_equal(requirement_parse(&x, &q, WHEEL, "--install",
	                                   files_top), 0);
	assert_path(q.location, "/" WHEEL);
	assert_int_equal(requirement_parse(&x, &q, "aa --hash=sha256:" A,
	                                   "--install", files_top), -EINVAL);
	assert_int_equal(requirement_parse(&x, &q, "aa\n", "--install",
	                                   files_top), -EINVAL);
	assert_string_equal(buf_str(&f->diag.text), "--install: a control character");
}

/* Many lines: the sanitizers would not end in time if it were not linear. */
static void
test_many_lines(void **state)
{
	struct fixture *f = *state;
	FILE *file = fopen("r.txt", "w");

	assert_non_null(file);
	for (int i = 0; i < 50000; i++)
		fprintf(file, "p%d==1.%d ; os_name=='x'\n--no-binary p%d\n-f d%d "
		        "-i file:///%d\n", i, i, i, i, i);
	assert_int_equal(fclose(file), 0);
	requirement_files_init(&got);
	assert_int_equal(read_more(f, "r.txt", false), 0);
	assert_int_equal(got.wanted.count, 50000);
	assert_int_equal(got.no_binary.count, 50000);
	assert_int_equal(got.place_count, 50001);
}

static void
test_signal(void **state)
{
	struct fixture *f = *state;
	FILE *file = fopen("r.txt", "w");

	assert_non_null(file);
	for (int i = 0; i < 5000; i++)
		fprintf(file, "p%d\n", i);
	assert_int_equal(fclose(file), 0);
	files_put("top.txt", "\n-r r.txt\n");
	requirement_files_init(&got);
	signals_hold();
	assert_int_equal(raise(SIGTERM), 0);
	assert_int_equal(read_more(f, "top.txt", false), -EINTR);
	assert_int_equal(f->diag.code, 0);
	/* an ignored signal no longer waits */
	assert_true(signal(SIGTERM, SIG_IGN) != SIG_ERR);
	signals_release();
	assert_true(signal(SIGTERM, SIG_DFL) != SIG_ERR);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, set_up_files, tear_down_files)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_requirements),
		TEST(test_places_of_requirements),
		TEST(test_unsupported),
		TEST(test_editable),
		TEST(test_refused),
		TEST(test_options),
		TEST(test_nested),
		TEST(test_missing_and_cycles),
		TEST(test_deep),
		TEST(test_constraints),
		TEST(test_single),
		TEST(test_many_lines),
		TEST(test_signal),
	};

	return RUN(tests);
}
