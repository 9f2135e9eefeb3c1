/* uvlock: the packages that a uv.lock selects. */
#include "resolve/uvlock.h"

#include "base/buf.h"
#include "tests/unit/lock_fixture.h"

#define A "59bb03251907983d1603d27c3087ddb1e93299ea2163adcdba37899a4fb12ffb"
#define HEAD "version = 1\nrevision = 5\nrequires-python = \">=3.9\"\n"
#define PYPI "source = { registry = \"https://pypi.org/simple\" }\n"
#define WHEEL(file) "wheels = [{ url = \"https://h/" file "\", " \
                    "hash = \"sha256:" A "\", size = 12 }]\n"
#define PACKAGE(name, v) "[[package]]\nname = \"" name "\"\nversion = \"" v \
                         "\"\n" PYPI WHEEL(name "-" v "-py3-none-any.whl")
#define APP "[[package]]\nname = \"app\"\nversion = \"0.1\"\n" \
            "source = { virtual = \".\" }\n"

static const char *extras[4], *groups[4];

static int
begin(void **state)
{
	int rc = lock_set_up(state, uvlock_read, "/locks/uv.lock");

	request.extras = extras;
	request.groups = groups;
	return rc;
}

/* Take TEXT, which selects these names, with blanks between them. */
static void
take(struct fixture *f, const char *text, const char *names)
{
	struct buf b;

	if (read_lock(f, text) != 0)
		fail_msg("%s", buf_str(&f->diag.text));
	buf_init(&b, &f->arena);
	for (size_t i = 0; i < got.count; i++)
		buf_fmt(&b, "%s%s-%s", i > 0 ? " " : "",
		        got.packages[i].project,
		        got.packages[i].version ? got.packages[i].version : "");
	assert_string_equal(buf_str(&b), names);
}

static void
ask(const char *extra, const char *group)
{
	request.extra_count = extra != NULL;
	request.group_count = group != NULL;
	extras[0] = extra;
	groups[0] = group;
}

static void
test_wheels(void **state)
{
	struct fixture *f = *state;
	const struct lock_package *p;

	take(f, HEAD APP
	     "dependencies = [{ name = \"aa\" }, { name = \"local\" }, "
	     "{ name = \"file\" }]\n"
	     PACKAGE("aa", "1.0")
	     "sdist = { url = \"https://h/aa-1.0.tar.gz\" }\n"
	     PACKAGE("unneeded", "1.0")
	     "[[package]]\nname = \"local\"\nversion = \"2\"\n"
	     "source = { registry = \"../w\" }\n"
	     "wheels = [{ path = \"local-2-py3-none-any.whl\" }]\n"
	     "[[package]]\nname = \"file\"\nversion = \"3\"\n"
	     "source = { path = \"dist/file-3-py3-none-any.whl\" }\n"
	     "wheels = [{ filename = \"file-3-py3-none-any.whl\", "
	     "hash = \"sha256:" A "\" }]\n",
	     "aa-1.0 file-3 local-2");
	assert_false(got.empty);
	p = &got.packages[0];
	assert_int_equal(p->kind, LOCK_WHEELS);
	assert_true(p->has_sdist);
	assert_string_equal(p->where, "package[1]");
	assert_string_equal(p->wheels[0].file, "aa-1.0-py3-none-any.whl");
	assert_null(p->wheels[0].path);
	assert_int_equal(p->wheels[0].hash_count, 1);
	assert_int_equal(p->wheels[0].hashes[0].sum[0], 0x59);
	assert_int_equal(p->wheels[0].size, 12);
	p = &got.packages[1];
	assert_int_equal(p->kind, LOCK_ARCHIVE);
	assert_string_equal(p->wheels[0].path,
	                    "/locks/dist/file-3-py3-none-any.whl");
	p = &got.packages[2];
	assert_int_equal(p->kind, LOCK_WHEELS);
	assert_int_equal(p->wheels[0].hash_count, 0);
	assert_string_equal(p->wheels[0].path,
	                    "/locks/../w/local-2-py3-none-any.whl");
}

static void
test_other_sources(void **state)
{
	struct fixture *f = *state;

	take(f, HEAD
	     "[[package]]\nname = \"app\"\nsource = { editable = \".\" }\n"
	     "dependencies = [{ name = \"d\" }, { name = \"g\" }, "
	     "{ name = \"m\" }, { name = \"s\" }, { name = \"u\" }]\n"
	     "[[package]]\nname = \"d\"\nsource = { directory = \"../d\" }\n"
	     "[[package]]\nname = \"g\"\nversion = \"1\"\n"
	     "source = { git = \"https://h/g#1\" }\n"
	     "[[package]]\nname = \"m\"\nsource = { virtual = \"m\" }\n"
	     "[[package]]\nname = \"s\"\nversion = \"1\"\n" PYPI
	     "sdist = { url = \"https://h/s-1.tar.gz\" }\n"
	     "[[package]]\nname = \"u\"\nversion = \"1\"\n"
	     "source = { url = \"https://h/u-1.tar.gz\" }\n"
	     "sdist = { hash = \"sha256:" A "\" }\n",
	     "app- d- g-1 s-1 u-1");
	assert_int_equal(got.packages[0].kind, LOCK_DIRECTORY);
	assert_true(got.packages[0].editable);
	assert_string_equal(got.packages[1].directory, "../d");
	assert_false(got.packages[1].editable);
	assert_int_equal(got.packages[2].kind, LOCK_VCS);
	assert_int_equal(got.packages[3].kind, LOCK_SDIST);
	assert_int_equal(got.packages[4].kind, LOCK_ARCHIVE);
	assert_int_equal(got.packages[4].wheel_count, 0);
}

static void
test_edges(void **state)
{
	struct fixture *f = *state;
	static const char text[] =
		HEAD APP
		"dependencies = [{ name = \"aa\", extra = [\"x\"] }, "
		"{ name = \"bb\", marker = \"sys_platform == 'win32'\" }]\n"
		"[package.optional-dependencies]\n"
		"pg = [{ name = \"cc\", version = \"2\", source = { registry = "
		"\"https://pypi.org/simple\" } }]\n"
		"[package.dev-dependencies]\ndev = [{ name = \"dd\" }]\n"
		"prod = [{ name = \"bb\" }]\n"
		"[package.metadata]\nprovides-extras = [\"pg\", \"none\"]\n"
		"[package.metadata.requires-dev]\nempty = []\n"
		PACKAGE("aa", "1")
		"[package.optional-dependencies]\n"
		"x = [{ name = \"ee\" }]\ny = [{ name = \"bb\" }]\n"
		PACKAGE("bb", "1") PACKAGE("cc", "1") PACKAGE("cc", "2")
		PACKAGE("dd", "1") "dependencies = [{ name = \"ee\" }]\n"
		PACKAGE("ee", "1") "dependencies = [{ name = \"aa\" }]\n";

	take(f, text, "aa-1 dd-1 ee-1");
	request.no_default_groups = true;
	take(f, text, "aa-1 ee-1");
	ask("PG", "Prod");
	take(f, text, "aa-1 bb-1 cc-2 ee-1");
	ask("none", "empty");
	take(f, text, "aa-1 ee-1");
	ask("x", NULL);
	refuse(f, text, "it does not declare the extra 'x'");
	assert_string_equal(buf_str(&f->diag.hint), "it declares pg, none");
	ask(NULL, "pg");
	refuse(f, text, "it does not declare the group 'pg'");
	assert_string_equal(buf_str(&f->diag.hint),
	                    "it declares empty, dev, prod");
}

#define CONFLICTS "conflicts = [[{ package = \"app\", extra = \"a\" }, " \
	"{ package = \"app\", extra = \"b\" }], [{ package = \"app\", " \
	"group = \"g\" }, { package = \"bb\", extra = \"x\" }]]\n"

static void
test_conflicts(void **state)
{
	struct fixture *f = *state;
	static const char text[] =
		HEAD CONFLICTS APP
		"dependencies = [{ name = \"aa\", version = \"1\", marker = "
		"\"extra == 'extra-3-app-a'\" }, { name = \"aa\", version = "
		"\"2\", marker = \"extra != 'extra-3-app-a'\" }]\n"
		"[package.optional-dependencies]\na = [{ name = \"bb\", "
		"extra = [\"x\"] }]\nb = [{ name = \"bb\" }]\n"
		"[package.dev-dependencies]\ng = [{ name = \"bb\" }]\n"
		PACKAGE("aa", "1") PACKAGE("aa", "2")
		PACKAGE("bb", "1") "dependencies = [{ name = \"cc\", marker = "
		"\"extra == 'extra-2-bb-x' or extra == 'group-3-app-g'\" }]\n"
		PACKAGE("cc", "1");

	take(f, text, "aa-2");
	ask("a", NULL);
	take(f, text, "aa-1 bb-1 cc-1");
	ask("b", NULL);
	take(f, text, "aa-2 bb-1");
	ask(NULL, "g");
	take(f, text, "aa-2 bb-1 cc-1");
	ask("a", NULL);
	extras[request.extra_count++] = "b";
	refuse(f, text, "the extra 'a' of app and the extra 'b' of app cannot "
	       "be installed together");
}

static void
test_a_default_group_in_a_conflict(void **state)
{
	struct fixture *f = *state;
	static const char text[] =
		HEAD "conflicts = [[{ package = \"app\", group = \"dev\" }, "
		"{ package = \"app\", group = \"g\" }]]\n" APP
		"[package.metadata.requires-dev]\ndev = []\ng = []\n";

	take(f, text, "");
	assert_true(got.empty);
	ask(NULL, "g");
	refuse(f, text, "the group 'dev' of app and the group 'g' of app "
	       "cannot be installed together");
	assert_string_equal(buf_str(&f->diag.hint), "--no-default-groups "
	                    "leaves out the group 'dev'");
	request.no_default_groups = true;
	take(f, text, "");
}

static void
test_projects(void **state)
{
	struct fixture *f = *state;

	take(f, HEAD "[manifest]\nmembers = [\"m-a\", \"m-b\"]\n"
	     "[manifest.dependency-groups]\ndev = [{ name = \"bb\", extras = "
	     "[\"x\"], marker = \"sys_platform == 'linux'\" }]\n"
	     "[[package]]\nname = \"m-a\"\nsource = { virtual = \"m-a\" }\n"
	     "dependencies = [{ name = \"aa\" }]\n"
	     "[[package]]\nname = \"m-b\"\nsource = { editable = \"m-b\" }\n"
	     PACKAGE("aa", "1")
	     PACKAGE("bb", "1") "resolution-markers = [\"sys_platform == "
	     "'win32'\"]\n"
	     PACKAGE("bb", "2") "resolution-markers = [\"sys_platform == "
	     "'linux'\"]\n[package.optional-dependencies]\n"
	     "x = [{ name = \"cc\" }]\n"
	     PACKAGE("cc", "1"),
	     "aa-1 bb-2 cc-1 m-b-");
	take(f, HEAD "[manifest]\nrequirements = [{ name = \"aa\" }]\n"
	     PACKAGE("aa", "1"), "aa-1");
	take(f, HEAD, "");
	assert_true(got.empty);
	refuse(f, HEAD PACKAGE("aa", "1"), "package: none of them has the "
	       "lock's own directory as its source");
	refuse(f, HEAD APP "[[package]]\nname = \"b\"\n"
	       "source = { editable = \".\" }\n",
	       "package: 'app' and 'b' have the lock's own directory as their "
	       "source");
	refuse(f, HEAD "[manifest]\nmembers = [\"m\"]\n" PACKAGE("aa", "1"),
	       "manifest.members[0]: 'm' is in the lock 0 times");
}

static void
test_changed_requirements(void **state)
{
	struct fixture *f = *state;
	struct arena *a = &f->arena;

	take(f, HEAD "[manifest]\noverrides = [{ name = \"aa\", specifier = "
	     "\"<2\" }, { package = { name = \"bb\", version = \"1.0\" }, "
	     "dependencies = [{ name = \"cc\" }] }]\n"
	     "excludes = [\"dd\", { package = { name = \"bb\" }, "
	     "dependencies = [\"ee\"] }]\n"
	     "[[manifest.dependency-metadata]]\nname = \"ff\"\n"
	     "version = \"1\"\n" APP, "");
	assert_true(lock_is_excepted(&got, "x", "1", "aa", a));
	assert_true(lock_is_excepted(&got, "x", "1", "dd", a));
	assert_true(lock_is_excepted(&got, "bb", "1", "cc", a));
	assert_false(lock_is_excepted(&got, "bb", "2", "cc", a));
	assert_true(lock_is_excepted(&got, "bb", "2", "ee", a));
	assert_false(lock_is_excepted(&got, "x", "2", "ee", a));
	assert_true(lock_is_excepted(&got, "ff", "1.0", "x", a));
	assert_false(lock_is_excepted(&got, "ff", "1.1", "x", a));
}

static void
test_another_environment(void **state)
{
	struct fixture *f = *state;

	refuse(f, "version = 1\nrequires-python = \">=3.13\"\n" APP,
	       "requires-python: it requires Python >=3.13, this is 3.12.5");
	refuse(f, HEAD "supported-markers = [\"sys_platform == 'win32'\"]\n"
	       APP, "supported-markers: the lock was not made for this environment");
	take(f, HEAD "supported-markers = [\"sys_platform == 'win32'\", "
	     "\"sys_platform == 'linux'\"]\n" APP, "");
	refuse(f, HEAD APP "dependencies = [{ name = \"aa\", marker = "
	       "\"platform_release == '6'\" }]\n" PACKAGE("aa", "1"),
	       "package[0].dependencies[0].marker: marker 'platform_release == "
	       "'6'' depends on platform_release, which is unknown");
}

#define AFTER_APP(text) HEAD APP "dependencies = [{ name = \"aa\" }]\n" \
	"[[package]]\nname = \"aa\"\nversion = \"1\"\n" text

static void
test_flaws(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *text, *reason;
	} rows[] = {
		{ "", "version: it is missing" },
		{ "version = 2", "version: 2 is not supported, only 1" },
		{ "version = '1'",
		  "version: expected an integer, not a string" },
		{ HEAD "package = 1", "package: expected an array, not an "
		  "integer" },
		{ HEAD "[[package]]\n", "package[0].name: it is missing" },
		{ HEAD "[[package]]\nname = \"A\"\n",
		  "package[0].name: 'A' is not a normalized name" },
		{ HEAD "conflicts = [[1]]\n" APP,
		  "conflicts[0]: expected tables in it" },
		{ HEAD "conflicts = [[{ extra = \"x\" }]]\n" APP,
		  "conflicts[0].item[0].package: it is missing" },
		{ HEAD APP "dependencies = [{ name = \"aa\" }]\n",
		  "package[0].dependencies[0]: 'aa' is not in the lock" },
		{ HEAD APP "dependencies = [{ name = \"aa\" }]\n"
		  PACKAGE("aa", "1") PACKAGE("aa", "2"),
		  "package[0].dependencies[0]: package[1] and package[2] fit" },
		{ HEAD APP "dependencies = [{ name = \"aa\", version = \"1\" }"
		  ", { name = \"aa\", version = \"2\" }]\n"
		  PACKAGE("aa", "1") PACKAGE("aa", "2"),
		  "package[2]: aa is selected already, by package[1]" },
		{ HEAD APP "dependencies = [{ name = \"aa\", marker = "
		  "\"x\" }]\n" PACKAGE("aa", "1"),
		  "package[0].dependencies[0].marker: marker 'x', character 1: expected a variable or a quoted text" },
		{ HEAD APP "dependencies = [{ name = \"aa\", marker = "
		  "\"extra in 'x'\" }]\n", "package[0].dependencies[0].marker: "
		  "marker 'extra in 'x'', character 13: only == and != have a "
		  "meaning for 'extra' here" },
		{ AFTER_APP(""), "package[1].source: it is missing" },
		{ AFTER_APP("source = { x = \"y\" }\n"),
		  "package[1].source: its kind is not known" },
		{ AFTER_APP(PYPI),
		  "package[1]: it has no wheels and no sdist" },
		{ AFTER_APP(PYPI WHEEL("bb-1-py3-none-any.whl")),
		  "package[1].wheels[0]: 'bb-1-py3-none-any.whl' is not a "
		  "wheel of aa" },
		{ AFTER_APP(PYPI "wheels = [{ size = 1 }]\n"),
		  "package[1].wheels[0]: it has no url, path or filename" },
		{ AFTER_APP(PYPI "wheels = [{ filename = "
		            "\"aa-1-py3-none-any.whl\", hash = \"md5:00\" }]\n"),
		  "package[1].wheels[0].hash: it is no sha256, sha384 or "
		  "sha512" },
		{ AFTER_APP(PYPI "wheels = [{ filename = "
		            "\"aa-1-py3-none-any.whl\", hash = \"sha256:0\" "
		            "}]\n"),
		  "package[1].wheels[0].hash: sha256 needs 64 hexadecimal "
		  "digits" },
		{ HEAD "[manifest]\noverrides = [1]\n" APP,
		  "manifest.overrides[0]: it does not name a project" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		refuse(f, rows[i].text, rows[i].reason);
}

#define T(name) cmocka_unit_test_setup_teardown(name, begin, tear_down)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		T(test_wheels), T(test_other_sources), T(test_edges),
		T(test_conflicts), T(test_a_default_group_in_a_conflict),
		T(test_projects), T(test_changed_requirements),
		T(test_another_environment), T(test_flaws),
	};

	return RUN(tests);
}
