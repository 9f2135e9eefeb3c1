/*
 * inspect_probe [-r ROOT] [-f] PATH: the facts of one interpreter as
 * KEY=VALUE lines, for the comparison with what that interpreter says of
 * itself. -f: PATH is a request (may be missing) for python_find().
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/diag.h"
#include "os/walk.h"
#include "python/find.h"
#include "python/python.h"

static void
put(const char *key, const char *value)
{
	printf("%s=%s\n", key, value ? value : "");
}

static void
put_lines(const char *key, const struct buf *lines)
{
	const char *p = lines->data;
	const char *end = p ? p + lines->len : p;

	for (; p < end; p += strlen(p) + 1)
		put(key, p);
}

static void
put_facts(const struct python *py)
{
	char version[64];

	if (py->micro < 0)
		snprintf(version, sizeof(version), "%d.%d", py->major,
		         py->minor);
	else
		snprintf(version, sizeof(version), "%d.%d.%d.%c.%d", py->major,
		         py->minor, py->micro, py->level, py->serial);
	put("implementation", python_implementation_name(py));
	put("version", version);
	put("free_threaded", py->free_threaded ? "1" : "0");
	put("debug", py->debug ? "1" : "0");
	put("64bit", py->is_64bit ? "1" : "0");
	put("big_endian", py->big_endian ? "1" : "0");
	printf("machine=%d\n", py->machine);
	put("executable", py->executable);
	put("home", py->home);
	put("real", py->real);
	put("prefix", py->prefix);
	put("platlibdir", py->platlibdir);
	put("stdlib", py->stdlib);
	put("libpython", py->libpython);
	put("libpython_origin", py->libpython_origin);
	put("requested", py->requested);
	put("why", py->why);
	put("version_source", py->version_source);
}

int
main(int argc, char **argv)
{
	extern char **environ;
	const char *const *env = (const char *const *)environ;
	static char memory[16 * 1024];
	struct walk walk = walk_host;
	struct arena a;
	struct python py;
	struct diag d;
	char cwd[4096];
	int find = 0, err, c;

	arena_init(&a, memory, sizeof(memory));
	diag_init(&d, &a);
	while ((c = getopt(argc, argv, "r:fa:")) != -1) {
		if (c == 'f')
			find = 1;
		else if (c == 'r')
			walk = (struct walk){ open(optarg, O_PATH), optarg };
		else
			return 2;
	}
	if (find) {
		struct python_search s = { &walk, env, getcwd(cwd, sizeof(cwd)),
			                   getenv("PROBE_ARGV0"), argv[optind],
			                   getenv("PROBE_EXPLAIN") };

		err = python_find(&s, &a, &py, &d);
	} else {
		err = python_inspect(&walk, &a, env, argv[optind], &py, &d);
	}
	if (err == 0) {
		put_facts(&py);
	} else {
		printf("code=%d\n", -err);
		put("error", buf_str(&d.text));
		if (d.hint.len)
			put("hint", buf_str(&d.hint));
	}
	put_lines("note", &d.notes);
	put_lines("warning", &d.warnings);
	arena_free(&a);
	return err != 0;
}
