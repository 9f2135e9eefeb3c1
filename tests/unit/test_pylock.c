/* pylock: documents of PEP 751, and the packages that they select. */
#include "resolve/pylock.h"

#include "base/buf.h"
#include "tests/unit/lock_fixture.h"

#define A "59bb03251907983d1603d27c3087ddb1e93299ea2163adcdba37899a4fb12ffb"
#define SHA256 "sha256 = \"" A "\""
#define SHA384 "sha384 = \"" A "0123456789abcdef0123456789ABCDEF\""
#define HEAD "lock-version = \"1.0\"\ncreated-by = \"x\"\n"
#define URL "https://h/aa-1.0-py3-none-any.whl"
#define WHEEL "{ url = \"" URL "\", hashes = { " SHA256 " } }"
#define AA "[[packages]]\nname = \"aa\"\nversion = \"1.0\"\n"
#define PACKAGE AA "wheels = [" WHEEL "]\n"

static int
begin(void **state)
{
	return lock_set_up(state, pylock_read, "/locks/pylock.toml");
}

static void
take(struct fixture *f, const char *text)
{
	if (read_lock(f, text) != 0)
		fail_msg("%s", buf_str(&f->diag.text));
}

/* The names of what is selected, with blanks between them. */
static void
assert_selected(struct fixture *f, const char *names)
{
	struct buf b;

	buf_init(&b, &f->arena);
	for (size_t i = 0; i < got.count; i++)
		buf_fmt(&b, "%s%s", i > 0 ? " " : "", got.packages[i].project);
	assert_string_equal(buf_str(&b), names);
}

static void
test_wheel(void **state)
{
	struct fixture *f = *state;
	const struct lock_package *p;

	take(f, HEAD
	     "requires-python = \">=3.9\"\n"
	     "environments = [\"sys_platform == 'win32'\", "
	     "\"sys_platform == 'linux'\"]\n"
	     "[[packages]]\nname = \"zz\"\n"
	     "sdist = { path = \"zz-1.tar.gz\", hashes = { md5 = \"0\" } }\n"
	     AA
	     "[[packages.wheels]]\nurl = \"" URL "\"\nsize = 12\n"
	     "upload-time = 2024-01-01T00:00:00Z\n"
	     "hashes = { blake3 = \"x\", " SHA256 ", " SHA384 " }\n"
	     "[[packages.wheels]]\nname = \"AA-1-py2-none-any.whl\"\n"
	     "path = \"w/aa\"\nhashes = { " SHA256 " }\n"
	     "[packages.sdist]\nurl = \"https://h/aa-1.0.tar.gz\"\n"
	     "hashes = { " SHA256 " }\n");
	assert_selected(f, "aa zz");
	assert_false(got.empty);
	p = &got.packages[0];
	assert_string_equal(p->version, "1.0");
	assert_string_equal(p->where, "packages[1]");
	assert_int_equal(p->kind, LOCK_WHEELS);
	assert_int_equal(p->wheel_count, 2);
	assert_true(p->has_sdist);
	assert_string_equal(p->wheels[0].file, "aa-1.0-py3-none-any.whl");
	assert_null(p->wheels[0].path);
	assert_int_equal(p->wheels[0].hash_count, 2);
	assert_int_equal(p->wheels[0].hashes[0].kind, DIGEST_SHA256);
	assert_int_equal(p->wheels[0].hashes[0].sum[0], 0x59);
	assert_int_equal(p->wheels[0].hashes[1].kind, DIGEST_SHA384);
	assert_int_equal(p->wheels[0].hashes[1].sum[47], 0xef);
	assert_true(p->wheels[0].sized);
	assert_int_equal(p->wheels[0].size, 12);
	assert_string_equal(p->wheels[1].file, "AA-1-py2-none-any.whl");
	assert_string_equal(p->wheels[1].path, "/locks/w/aa");
	assert_false(p->wheels[1].sized);
	p = &got.packages[1];
	assert_int_equal(p->kind, LOCK_SDIST);
	assert_null(p->version);
	assert_int_equal(p->wheel_count, 0);
	assert_string_equal(p->source, "zz-1.tar.gz");
}

static void
test_sources(void **state)
{
	struct fixture *f = *state;

	take(f, HEAD
	     "[[packages]]\nname = \"d\"\nwheels = []\n"
	     "directory = { path = \"../d\", editable = true }\n"
	     "[[packages]]\nname = \"v\"\nvcs = { type = \"git\", "
	     "url = \"https://h/v\", commit-id = \"1\" }\n"
	     "[[packages]]\nname = \"aa\"\narchive = { path = "
	     "'C:\\aa-1-py3-none-any.whl', hashes = { " SHA256 " } }\n"
	     "[[packages]]\nname = \"b\"\narchive = { url = "
	     "\"https://h/get?b-1-py3-none-any.whl\", "
	     "hashes = { x = \"\" } }\n");
	assert_selected(f, "aa b d v");
	assert_int_equal(got.packages[0].kind, LOCK_ARCHIVE);
	assert_int_equal(got.packages[0].wheel_count, 1);
	assert_string_equal(got.packages[0].wheels->file,
	                    "aa-1-py3-none-any.whl");
	assert_null(got.packages[0].wheels->path);
	assert_int_equal(got.packages[1].kind, LOCK_ARCHIVE);
	assert_int_equal(got.packages[1].wheel_count, 0);
	assert_string_equal(got.packages[1].source,
	                    "https://h/get?b-1-py3-none-any.whl");
	assert_int_equal(got.packages[2].kind, LOCK_DIRECTORY);
	assert_string_equal(got.packages[2].directory, "../d");
	assert_true(got.packages[2].editable);
	assert_int_equal(got.packages[3].kind, LOCK_VCS);
	assert_string_equal(got.packages[3].source, "https://h/v");
	assert_null(got.packages[3].directory);
}

static void
test_empty(void **state)
{
	struct fixture *f = *state;

	take(f, "\xef\xbb\xbf" HEAD "packages = []\n");
	assert_true(got.empty);
	assert_int_equal(got.count, 0);
	take(f, HEAD AA "marker = \"sys_platform == 'win32'\"\nwheels = ["
	     WHEEL "]\n");
	assert_false(got.empty);
	assert_int_equal(got.count, 0);
}

/* The path of a wheel that is given by TEXT. */
static void
assert_path(struct fixture *f, const char *text, const char *path)
{
	struct buf b;

	buf_init(&b, &f->arena);
	buf_fmt(&b, HEAD AA "wheels = [{ %s, hashes = { " SHA256 " } }]\n",
	        text);
	take(f, buf_str(&b));
	if (path)
		assert_string_equal(got.packages->wheels->path, path);
	else
		assert_null(got.packages->wheels->path);
	assert_string_equal(got.packages->wheels->file,
	                    "aa-1.0-py3-none-any.whl");
}

#define FILE_NAME "aa-1.0-py3-none-any.whl"

static void
test_paths(void **state)
{
	struct fixture *f = *state;

	assert_path(f, "path = '" FILE_NAME "'", "/locks/" FILE_NAME);
	assert_path(f, "path = '../a%20b/" FILE_NAME "'",
	            "/locks/../a%20b/" FILE_NAME);
	assert_path(f, "path = '/w/" FILE_NAME "', url = 'file:///v'",
	            "/w/" FILE_NAME);
	assert_path(f, "path = 'w\\x\\" FILE_NAME "'",
	            "/locks/w/x/" FILE_NAME);
	assert_path(f, "path = 'c:/w/" FILE_NAME "'", NULL);
	assert_path(f, "path = '\\\\host\\w\\" FILE_NAME "'", NULL);
	assert_path(f, "url = 'file:///a%20b/%61a-1.0-py3-none-any.whl'",
	            "/a b/" FILE_NAME);
	assert_path(f, "url = 'FILE://localhost/" FILE_NAME "?q#f/g'",
	            "/" FILE_NAME);
	assert_path(f, "url = 'file:/w/" FILE_NAME "'", "/w/" FILE_NAME);
	assert_path(f, "url = 'file://host/w/" FILE_NAME "'", NULL);
	assert_path(f, "url = 'file:w/" FILE_NAME "'", NULL);
	assert_path(f, "url = 'file:///%00/" FILE_NAME "'", NULL);
	assert_path(f, "url = 'https://h/x/" FILE_NAME "?a=/b#c'", NULL);
	assert_path(f, "url = 'x/" FILE_NAME "', path = ''", NULL);
	assert_path(f, "url = 'https://h/other.whl', name = '" FILE_NAME "'",
	            NULL);
}

static void
test_markers(void **state)
{
	struct fixture *f = *state;
	static const char *extras[] = { "X_y" }, *groups[] = { "Docs" };
	static const char text[] = HEAD
		"extras = [\"x-y\", \"z\"]\n"
		"dependency-groups = [\"docs\"]\n"
		"default-groups = [\"Dev\"]\n"
		"[[packages]]\nname = \"a\"\ndirectory = { path = \"a\" }\n"
		"marker = \"'X.Y' in extras\"\n"
		"[[packages]]\nname = \"b\"\ndirectory = { path = \"b\" }\n"
		"marker = \"'docs' in dependency_groups\"\n"
		"[[packages]]\nname = \"c\"\ndirectory = { path = \"c\" }\n"
		"marker = \"'dev' in dependency_groups\"\n"
		"[[packages]]\nname = \"d\"\ndirectory = { path = \"d\" }\n"
		"requires-python = \">=4\"\n"
		"marker = \"sys_platform != 'linux'\"\n";

	take(f, text);
	assert_selected(f, "c");
	request.groups = groups;
	request.group_count = 1;
	take(f, text);
	assert_selected(f, "b c");
	request.no_default_groups = true;
	take(f, text);
	assert_selected(f, "b");
	request.extras = extras;
	request.extra_count = 1;
	take(f, text);
	assert_selected(f, "a b");
	extras[0] = "y";
	refuse(f, text, "it does not declare the extra 'y'");
	assert_string_equal(buf_str(&f->diag.hint), "it declares x-y, z");
	extras[0] = "z";
	groups[0] = "x-y";
	refuse(f, text, "it does not declare the group 'x-y'");
	assert_string_equal(buf_str(&f->diag.hint), "it declares docs, Dev");
	groups[0] = "dev";
	take(f, text);
	assert_selected(f, "c");
	request.group_count = 0;
	refuse(f, HEAD "packages = []\n", "it does not declare the extra 'z'");
}

static void
test_conditions(void **state)
{
	struct fixture *f = *state;

	refuse(f, HEAD "requires-python = \">=3.13\"\n" PACKAGE,
	       "requires-python: it requires Python >=3.13, this is 3.12.5");
	refuse(f, HEAD PACKAGE "requires-python = \"<3\"\n",
	       "packages[0].requires-python: it requires Python <3, this is "
	       "3.12.5");
	refuse(f, HEAD "environments = [\"os_name == 'nt'\", "
	       "\"sys_platform == 'win32'\"]\n" PACKAGE,
	       "environments[0]: marker 'os_name == 'nt'' depends on os_name, "
	       "which is unknown");
	refuse(f, HEAD "environments = [\"sys_platform == 'win32'\"]\n" PACKAGE,
	       "environments: the lock was not made for this environment");
	take(f, HEAD "environments = []\n" PACKAGE);
	refuse(f, HEAD PACKAGE "marker = \"os_name == 'nt'\"\n",
	       "packages[0].marker: marker 'os_name == 'nt'' depends on "
	       "os_name, which is unknown");
	refuse(f, HEAD "environments = [\"'x' in extras\"]\n" PACKAGE,
	       "environments[0]: marker ''x' in extras', character 14: "
	       "'extras' and 'dependency_groups' cannot be used here");
	refuse(f, HEAD PACKAGE "[[packages]]\nname = \"b\"\ndirectory = { "
	       "path = \"b\" }\n" PACKAGE,
	       "packages[2]: aa is selected already, by packages[0]");
	take(f, HEAD PACKAGE "marker = \"python_version < '3'\"\n" PACKAGE);
	assert_selected(f, "aa");
	assert_string_equal(got.packages->where, "packages[1]");
}

static void
test_unknown_micro(void **state)
{
	struct fixture *f = *state;
	struct marker_fact *full = &facts.fact[MARKER_PYTHON_FULL_VERSION];

	python.micro = -1;
	*full = (struct marker_fact){ "3.12.0a0", "3.12.99999" };
	take(f, HEAD "requires-python = \">=3.12,!=3.13.*\"\n" PACKAGE);
	assert_int_equal(f->diag.warnings.len, 0);
	take(f, HEAD PACKAGE "requires-python = \">=3.12.4\"\n"
	     "[[packages]]\nname = \"b\"\ndirectory = { path = \"b\" }\n"
	     "requires-python = \">=3.12.3\"\n");
	assert_string_equal(buf_str(&f->diag.warnings),
	                    "/locks/pylock.toml: packages[0].requires-python "
	                    "depends on the last number of the Python's "
	                    "version, which is unknown");
	refuse(f, HEAD "requires-python = \">=3.13\"\n" PACKAGE,
	       "requires-python: it requires Python >=3.13, this is 3.12");
}

static void
test_lock_version(void **state)
{
	struct fixture *f = *state;

	take(f, "lock-version = '1'\ncreated-by = ''\npackages = []\n");
	assert_int_equal(f->diag.warnings.len, 0);
	take(f, "lock-version = '1.1'\ncreated-by = ''\npackages = []\n");
	assert_string_equal(buf_str(&f->diag.warnings),
	                    "/locks/pylock.toml: its lock-version 1.1 is newer "
	                    "than 1.0");
	refuse(f, "lock-version = '2.0'\n",
	       "lock-version: 2.0 is not supported, only 1.x");
	refuse(f, "lock-version = '2.0.dev1'\n",
	       "lock-version: 2.0.dev1 is not supported, only 1.x");
	refuse(f, "lock-version = '0.9'\n",
	       "lock-version: 0.9 is not supported, only 1.x");
	refuse(f, "lock-version = 1\n",
	       "lock-version: expected a string, not an integer");
	refuse(f, "lock-version = 'x'\n", "lock-version: it is not a version");
	refuse(f, "created-by = 'x'\n", "lock-version: it is missing");
}

static const struct {
	const char *text, *reason;
} flaws[] = {
	{ "", "packages: it is missing" },
	{ "packages = {}", "packages: expected an array, not a table" },
	{ "packages = [1]", "packages[0]: expected a table, not an integer" },
	{ "packages = [{}]", "packages[0].name: it is missing" },
	{ "packages = [{ name = 'A' }]",
	  "packages[0].name: 'A' is not a normalized name" },
	{ "packages = [{ name = 'a-' }]",
	  "packages[0].name: 'a-' is not a normalized name" },
	{ "packages = [{ name = 'a--b' }]",
	  "packages[0].name: 'a--b' is not a normalized name" },
	{ "packages = [{ name = 'a', tool = 1 }]",
	  "packages[0].tool: expected a table, not an integer" },
	{ "packages = [{ name = 'a', version = '1-' }]",
	  "packages[0].version: '1-' is not a version" },
	{ "packages = [{ name = 'a', marker = 'x' }]",
	  "packages[0].marker: marker 'x', character 1: expected a variable or "
	  "a quoted text" },
	{ "packages = [{ name = 'a', requires-python = '3' }]",
	  "packages[0].requires-python: '3' are not version specifiers" },
	{ "packages = [{ name = 'a', index = 1 }]",
	  "packages[0].index: expected a string, not an integer" },
	{ "packages = [{ name = 'a', index = \"\\u0000\" }]",
	  "packages[0].index: it has a NUL character" },
	{ "packages = [{ name = 'a', dependencies = [''] }]",
	  "packages[0].dependencies[0]: expected a table, not a string" },
	{ "packages = [{ name = 'a', attestation-identities = [{}] }]",
	  "packages[0].attestation-identities[0].kind: it is missing" },
	{ "packages = [{ name = 'a' }]",
	  "packages[0]: it has no wheels, sdist, archive, directory or vcs" },
	{ "packages = [{ name = 'aa', directory = { path = '' }, wheels = ["
	  WHEEL "] }]",
	  "packages[0]: vcs, directory and archive exclude wheels and sdist" },
	{ "packages = [{ name = 'aa', directory = { path = '' }, archive = "
	  WHEEL " }]",
	  "packages[0]: vcs, directory and archive exclude each other" },
	{ "packages = [{ name = 'a', directory = {} }]",
	  "packages[0].directory.path: it is missing" },
	{ "packages = [{ name = 'a', directory = { path = '', editable = 1 } "
	  "}]",
	  "packages[0].directory.editable: expected a boolean, not an "
	  "integer" },
	{ "packages = [{ name = 'a', vcs = { url = 'x', commit-id = 'x' } }]",
	  "packages[0].vcs.type: it is missing" },
	{ "packages = [{ name = 'a', vcs = { type = 'x', path = 'x' } }]",
	  "packages[0].vcs.commit-id: it is missing" },
	{ "packages = [{ name = 'a', sdist = { path = '', url = '' } }]",
	  "packages[0].sdist: it has neither a path nor a url" },
	{ "packages = [{ name = 'a', sdist = { path = 'x', hashes = {} } }]",
	  "packages[0].sdist.hashes: there are none" },
	{ "packages = [{ name = 'a', sdist = { path = 'x', hashes = { a = 1 } "
	  "} }]",
	  "packages[0].sdist.hashes.a: expected a string, not an integer" },
	{ "packages = [{ name = 'a', sdist = { path = 'x', upload-time = "
	  "2024-01-01 } }]",
	  "packages[0].sdist.upload-time: expected an offset date-time, not a "
	  "local date" },
	{ "packages = [{ name = 'bb', wheels = [" WHEEL "] }]",
	  "packages[0].wheels[0]: 'aa-1.0-py3-none-any.whl' is not a wheel of "
	  "bb" },
	{ "packages = [{ name = 'aa', version = '1.0.1', wheels = [" WHEEL "] "
	  "}]",
	  "packages[0].wheels[0]: 'aa-1.0-py3-none-any.whl' does not have the "
	  "version 1.0.1" },
	{ "packages = [{ name = 'aa', wheels = [{ url = 'http://h', hashes = { "
	  SHA256 " } }] }]",
	  "packages[0].wheels[0]: '': its name is not that of a wheel: it does "
	  "not end in .whl" },
	{ "packages = [{ name = 'aa', wheels = [" WHEEL ", { url = '" URL "', "
	  "hashes = { md5 = '0' } }] }]",
	  "packages[0].wheels[1].hashes: there is no sha256, sha384 or "
	  "sha512" },
	{ "packages = [{ name = 'aa', wheels = [{ url = '" URL "', hashes = { "
	  SHA256 ", sha512 = '0' } }] }]",
	  "packages[0].wheels[0].hashes: sha512 needs 128 hexadecimal digits" },
	{ "packages = [{ name = 'aa', wheels = [{ url = '" URL "', size = -1, "
	  "hashes = { " SHA256 " } }] }]",
	  "packages[0].wheels[0].size: -1 is not the size of a file" },
	{ "environments = ['x']\npackages = []",
	  "environments[0]: marker 'x', character 1: expected a variable or a "
	  "quoted text" },
	{ "extras = ['X']\npackages = []",
	  "extras[0]: 'X' is not a normalized name" },
	{ "default-groups = 'X'\npackages = []",
	  "default-groups: expected an array, not a string" },
	{ "tool = 1\n", "tool: expected a table, not an integer" },
	{ "requires-python = '!'\n",
	  "requires-python: '!' are not version specifiers" },
	{ "packages = [", "line 4: expected a value" },
};

static void
test_flaws(void **state)
{
	struct fixture *f = *state;

	refuse(f, "lock-version = '1.0'\n", "created-by: it is missing");
	for (size_t i = 0; i < COUNT(flaws); i++) {
		struct buf b;

		buf_init(&b, &f->arena);
		buf_fmt(&b, HEAD "%s\n", flaws[i].text);
		refuse(f, buf_str(&b), flaws[i].reason);
	}
}

/* Each marker may look at all groups, so their number has a limit. */
static void
test_groups_bound(void **state)
{
	struct fixture *f = *state;
	struct buf b;

	buf_init(&b, &f->arena);
	buf_puts(&b, HEAD "packages = []\ndefault-groups = [");
	for (int i = 0; i < LOCK_MAX_NAMES; i++)
		buf_fmt(&b, "'g%d', ", i);
	buf_puts(&b, "]\n");
	take(f, buf_str(&b));
	b.len -= 2;
	buf_puts(&b, "'x']\n");
	refuse(f, buf_str(&b), "more than 256 groups are selected");
}

#define T(test) cmocka_unit_test_setup_teardown(test, begin, tear_down)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		T(test_wheel), T(test_sources), T(test_empty), T(test_paths),
		T(test_markers), T(test_conditions), T(test_unknown_micro),
		T(test_lock_version), T(test_flaws), T(test_groups_bound),
	};

	return RUN(tests);
}
