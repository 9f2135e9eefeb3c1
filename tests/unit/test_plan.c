/* plan: golden plans, and what merging with a directory does to one. */
#include "publish/plan.h"
#include "venv/planner.h"

#include <errno.h>

#include "base/diag.h"
#include "python/layout.h"
#include "python/python.h"
#include "shell/shell.h"
#include "tests/unit/unit.h"
#include "venv/state.h"
#include "venv/venv.h"

struct fixture {
	struct arena arena;
	struct diag diag;
	struct python python;
	struct layout layout;
	struct venv_options options;
	struct plan plan;
};

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	arena_init(&f->arena, NULL, 0);
	diag_init(&f->diag, &f->arena);
	f->python = (struct python){
		.major = 3,
		.minor = 11,
		.micro = 2,
		.is_64bit = true,
		.executable = "/usr/bin/python3",
		.home = "/usr/bin",
		.real = "/usr/bin/python3.11",
		.platlibdir = "lib",
	};
	f->options = (struct venv_options){
		.system_site = -1,
		.copies = -1,
		.activators = SHELL_SET_NONE,
		.ignore_files = true,
		.command = "pyvenv",
	};
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	arena_free(&f->arena);
	free(f);
	return 0;
}

static int
plan(struct fixture *f)
{
	layout_init(&f->layout, &f->python, &f->arena);
	return plan_new(&f->plan, &f->options, &f->python, &f->layout,
	                "/opt/venv", "/opt/venv", &f->arena, &f->diag);
}

/* The plan as lines "kind path data". */
static const char *
listing(const struct fixture *f)
{
	static char out[4096];
	size_t n = 0;

	out[0] = '\0';
	for (size_t i = 0; i < f->plan.count; i++) {
		const struct node *v = &f->plan.nodes[i];
		bool data = v->data && v->kind != NODE_FILE;

		n += (size_t)snprintf(out + n, sizeof(out) - n, "%s%s %s%s%s\n",
		                      v->kept ? "kept " : "",
		                      node_kind_name(v->kind), v->path,
		                      data ? " " : "", data ? v->data : "");
	}
	return out;
}

static const struct node *
node(const struct fixture *f, const char *path)
{
	for (size_t i = 0; i < f->plan.count; i++) {
		if (strcmp(f->plan.nodes[i].path, path) == 0)
			return &f->plan.nodes[i];
	}
	fail_msg("no node %s", path);
	return NULL;
}

static void
test_links(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(plan(f), 0);
	assert_string_equal(listing(f),
		"file .gitignore\n"
		"dir bin\n"
		"link bin/python python3\n"
		"link bin/python3 /usr/bin/python3\n"
		"link bin/python3.11 python3\n"
		"dir include\n"
		"dir include/python3.11\n"
		"dir lib\n"
		"dir lib/python3.11\n"
		"dir lib/python3.11/site-packages\n"
		"link lib64 lib\n"
		"file pyvenv.cfg\n");
	assert_int_equal(f->plan.changes, f->plan.count);
	assert_string_equal(node(f, "pyvenv.cfg")->data,
		"home = /usr/bin\n"
		"include-system-site-packages = false\n"
		"version = 3.11.2\n"
		"executable = /usr/bin/python3.11\n"
		"command = pyvenv /opt/venv\n");
}

/* A copy comes before its other names, whatever those are. */
static void
test_copies(void **state)
{
	struct fixture *f = *state;

	f->options.copies = 1;
	f->options.ignore_files = false;
	f->python.libpython = "/opt/py/lib/libpython3.11.so.1.0";
	f->python.libpython_origin = "../lib/libpython3.11.so.1.0";
	assert_int_equal(plan(f), 0);
	assert_string_equal(listing(f),
		"dir bin\n"
		"copy bin/python /usr/bin/python3.11\n"
		"same bin/python3 bin/python\n"
		"same bin/python3.11 bin/python\n"
		"dir include\n"
		"dir include/python3.11\n"
		"dir lib\n"
		"copy lib/libpython3.11.so.1.0 /opt/py/lib/libpython3.11.so.1.0\n"
		"dir lib/python3.11\n"
		"dir lib/python3.11/site-packages\n"
		"link lib64 lib\n"
		"file pyvenv.cfg\n");
}

static void
test_copy_out_of_reach(void **state)
{
	struct fixture *f = *state;

	f->options.copies = 1;
	f->python.libpython = "/opt/lib/libpython3.11.so.1.0";
	f->python.libpython_origin = "../../lib/libpython3.11.so.1.0";
	assert_int_equal(plan(f), -EINVAL);
	assert_non_null(strstr(buf_str(&f->diag.text), "outside"));
}

static void
test_config(void **state)
{
	static const struct {
		const char *prompt, *line;
	} cases[] = {
		{ "plain", "prompt = 'plain'\n" },
		{ "", "prompt = ''\n" },
		{ "it's", "prompt = \"it's\"\n" },
		{ "a\nhome = /evil", "prompt = 'a\\nhome = /evil'\n" },
	};
	struct fixture *f = *state;

	f->options.system_site = 1;
	for (size_t i = 0; i < COUNT(cases); i++) {
		f->options.prompt = cases[i].prompt;
		assert_int_equal(plan(f), 0);
		assert_non_null(strstr(node(f, "pyvenv.cfg")->data,
		                       cases[i].line));
		assert_non_null(strstr(node(f, "pyvenv.cfg")->data,
			"\ninclude-system-site-packages = true\n"));
	}
	f->python.minor = 7; /* its venv knew no prompt; --upgrade wants it */
	f->options.prompt = "plain";
	assert_int_equal(plan(f), 0);
	assert_string_equal(node(f, "pyvenv.cfg")->data,
		"home = /usr/bin\n"
		"include-system-site-packages = true\n"
		"version = 3.7.2\n"
		"prompt = 'plain'\n");
}

static void
test_unwritable_home(void **state)
{
	static const char *const homes[] = {
		"/opt/a\nb", "/opt/ ", "/opt/\xff", "/opt/a\rb",
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT(homes); i++) {
		f->python.home = homes[i];
		assert_int_equal(plan(f), -EINVAL);
		assert_true(f->diag.hint.len > 0);
	}
}

static int
merge(struct fixture *f, const struct present *present, char **bin, size_t n,
      bool environment)
{
	struct state s = { .bin = { .names = bin, .count = n },
	                   .environment = environment };

	s.present = arena_zero(&f->arena, f->plan.count, sizeof(*present));
	for (size_t i = 0; i < f->plan.count; i++)
		s.present[i] = present[i];
	return plan_merge(&f->plan, &s, &f->layout, &f->arena, &f->diag);
}

/* All is there as it should be, but for one stale name and one wrong link. */
static void
test_merge(void **state)
{
	struct fixture *f = *state;
	struct present now[16] = { { 0 } };
	char stale[] = "python3.10", other[] = "pip3.10", own[] = "python3";
	char *bin[] = { stale, other, own };

	assert_int_equal(plan(f), 0);
	for (size_t i = 0; i < f->plan.count; i++) {
		const struct node *v = &f->plan.nodes[i];

		now[i].kind = v->kind == NODE_DIR    ? PRESENT_DIR
		              : v->kind == NODE_FILE ? PRESENT_FILE
		                                     : PRESENT_LINK;
		now[i].data = v->data;
		now[i].len = v->len;
		if (strcmp(v->path, "bin/python3") == 0) {
			now[i].data = "/gone/bin/python3";
			now[i].len = strlen(now[i].data);
		}
	}
	assert_int_equal(merge(f, now, bin, COUNT(bin), true), 0);
	assert_int_equal(f->plan.changes, 2);
	assert_false(node(f, "bin/python3")->kept);
	assert_true(node(f, "bin/python")->kept);
	assert_true(node(f, "pyvenv.cfg")->kept);
	assert_int_equal(node(f, "bin/python3.10")->kind, NODE_REMOVE);
}

static void
test_in_the_way(void **state)
{
	static const struct {
		const char *path;
		enum present_kind kind;
		bool ok;
	} cases[] = {
		{ "bin", PRESENT_FILE, false },
		{ "bin", PRESENT_LINK, false },
		{ "lib", PRESENT_LINK, false },
		{ "pyvenv.cfg", PRESENT_DIR, false },
		{ "bin/python", PRESENT_DIR, false },
		{ "bin/python", PRESENT_OTHER, false },
		{ "lib64", PRESENT_DIR, true },
		{ "bin/python", PRESENT_FILE, true },
		{ "pyvenv.cfg", PRESENT_LINK, true },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct present now[16] = { { 0 } };
		int err;

		assert_int_equal(plan(f), 0);
		now[node(f, cases[i].path) - f->plan.nodes].kind =
			cases[i].kind;
		err = merge(f, now, NULL, 0, true);
		assert_int_equal(err, cases[i].ok ? 0 : -ENOTEMPTY);
	}
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct present now[16] = { { 0 } };
		bool is_file = cases[i].kind == PRESENT_FILE ||
		               cases[i].kind == PRESENT_LINK;

		assert_int_equal(plan(f), 0);
		now[node(f, cases[i].path) - f->plan.nodes].kind =
			cases[i].kind;
		/* no environment yet: its files are not ours to replace */
		assert_int_equal(merge(f, now, NULL, 0, false),
		                 cases[i].ok && !is_file ? 0 : -ENOTEMPTY);
		if (is_file)
			assert_string_equal(f->diag.notes.data, cases[i].path);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_links, setup, teardown),
		cmocka_unit_test_setup_teardown(test_copies, setup, teardown),
		cmocka_unit_test_setup_teardown(test_copy_out_of_reach, setup,
		                                teardown),
		cmocka_unit_test_setup_teardown(test_config, setup, teardown),
		cmocka_unit_test_setup_teardown(test_unwritable_home, setup,
		                                teardown),
		cmocka_unit_test_setup_teardown(test_merge, setup, teardown),
		cmocka_unit_test_setup_teardown(test_in_the_way, setup,
		                                teardown),
	};

	return RUN(tests);
}
