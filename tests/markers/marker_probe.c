/*
 * marker_probe: evaluate markers, for the comparison with the library
 * "packaging". Standard input has one request a line, its words with the byte
 * US (0x1f) between them:
 *
 *   reset                   forget all facts
 *   fact NAME VALUE [LAST]  NAME is VALUE, or a version from VALUE to LAST
 *   set NAME [MEMBER...]    members of extras or dependency_groups
 *   marker TEXT             answer "true", "false", "unknown NAME" or
 *                           "refused REASON"
 *   dependency TEXT         answer "read" and the dependency specifier as it is
 *                           written, or "refused REASON"
 *   select FILE             answer "selected" and NAME==VERSION of each line
 *                           of a requirements file that is wanted, or "refused"
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "os/ctx.h"
#include "resolve/asked.h"
#include "resolve/choose.h"
#include "resolve/dependency.h"
#include "resolve/marker.h"

enum { MAX_WORDS = 64 };

static struct arena memory; /* of what the facts are, since "reset" */
static struct marker_facts facts;
static struct marker_set sets[2];
static const char *members[2][MAX_WORDS];

static enum marker_variable
variable(const char *name)
{
	for (int i = 0; i < MARKER_VARIABLES; i++) {
		if (strcmp(marker_variable_name((enum marker_variable)i),
		           name) == 0)
			return (enum marker_variable)i;
	}
	fprintf(stderr, "marker_probe: %s?\n", name);
	exit(2);
}

static const char *
keep(const char *word)
{
	return word ? arena_str(&memory, word) : NULL;
}

static void
forget(void)
{
	arena_free(&memory);
	arena_init(&memory, NULL, 0);
	memset(&facts, 0, sizeof(facts));
}

static void
set_fact(const char *name, const char *value, const char *last)
{
	enum marker_variable v = variable(name);

	if (v == MARKER_EXTRA)
		facts.extra = keep(value);
	else if (v < MARKER_FACTS)
		facts.fact[v] = (struct marker_fact){ keep(value), keep(last) };
}

static void
set_members(const char *name, char **words)
{
	int i = variable(name) == MARKER_DEPENDENCY_GROUPS;
	struct marker_set *set = &sets[i];

	set->names = members[i];
	for (set->count = 0; words[set->count]; set->count++)
		members[i][set->count] = keep(words[set->count]);
	*(i ? &facts.dependency_groups : &facts.extras) = set;
}

static void
answer_refused(struct diag *d)
{
	printf("refused %s\n", buf_str(&d->text));
}

static void
answer_marker(const char *text, size_t n, struct arena *a, struct diag *d)
{
	enum marker_variable unknown;
	int rc = marker_evaluate(text, n, &facts, a, &unknown, d);

	if (rc < 0)
		answer_refused(d);
	else if (rc == MARKER_UNKNOWN)
		printf("unknown %s\n", marker_variable_name(unknown));
	else
		puts(rc ? "true" : "false");
}

static void
answer_dependency(const char *text, size_t n, struct arena *a, struct diag *d)
{
	struct dependency dependency;
	struct buf b;

	if (dependency_parse(&dependency, text, n, a, d) < 0) {
		answer_refused(d);
		return;
	}
	buf_init(&b, a);
	dependency_put(&b, &dependency);
	printf("read %s\n", buf_str(&b));
}

static void
answer_select(const char *path, struct arena *a, struct diag *d)
{
	const struct ctx x = { &walk_host, a, d };
	const struct wheel_request request = {
		.files = { .list = &path, .count = 1 },
		.cwd = "/",
	};
	struct asked asked = { .count = 0 };

	if (asked_read(&x, &asked, &request, &facts) < 0) {
		answer_refused(d);
		return;
	}
	printf("selected");
	for (size_t i = 0; i < asked.count; i++)
		printf(" %s%s", asked.list[i].project,
		       asked.list[i].requirement->specifiers);
	putchar('\n');
}

static void
answer(char **words, size_t n, struct arena *a, struct diag *d)
{
	if (strcmp(words[0], "reset") == 0)
		forget();
	else if (strcmp(words[0], "fact") == 0 && words[1])
		set_fact(words[1], words[2], words[2] ? words[3] : NULL);
	else if (strcmp(words[0], "set") == 0 && words[1])
		set_members(words[1], words + 2);
	else if (strcmp(words[0], "marker") == 0 && words[1])
		answer_marker(words[1], n, a, d);
	else if (strcmp(words[0], "dependency") == 0 && words[1])
		answer_dependency(words[1], n, a, d);
	else if (strcmp(words[0], "select") == 0 && words[1])
		answer_select(words[1], a, d);
}

int
main(void)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t n;

	arena_init(&memory, NULL, 0);
	while ((n = getline(&line, &room, stdin)) > 0) {
		char *words[MAX_WORDS + 1] = { line };
		size_t count = 1;
		struct arena a;
		struct diag d;

		line[n - 1] = '\0';
		for (char *p = line; (p = strchr(p, 0x1f)) && count < MAX_WORDS;
		     words[count++] = p)
			*p++ = '\0';
		arena_init(&a, NULL, 0);
		diag_init(&d, &a);
		answer(words, (size_t)(line + n - 1 - words[count - 1]), &a,
		       &d);
		arena_free(&a);
	}
	forget();
	free(line);
	return 0;
}
