/*
 * pylock_probe: read locks, for the comparison with the library "packaging".
 * Standard input has requests: a line of words with the byte US (0x1f)
 * between them, each followed by its bytes if it has any:
 *
 *   reset                   forget all facts, extras and groups
 *   python X.Y[.Z]          the version for requires-python; without Z, its
 *                           last number is unknown
 *   fact NAME VALUE [LAST]  NAME is VALUE, or a version from VALUE to LAST
 *   extra NAME              select the extra
 *   group NAME              select the group
 *   no-default              leave out the default groups
 *   lock N                  the next N bytes are a lock: answer a line,
 *                           "refused REASON" or "selected" and a word for each
 *                           package: NAME, VERSION, KIND, SOURCE and files,
 *                           with the byte RS (0x1e) after each
 *   uvlock N                the same, of a uv.lock
 *   format N                the next N bytes are a text: answer its format's
 *                           name
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "format/pep440.h"
#include "python/python.h"
#include "resolve/lock_format.h"
#include "resolve/marker.h"
#include "resolve/pylock.h"
#include "resolve/uvlock.h"

enum { MAX_WORDS = 8, MAX_NAMES = 16 };

static struct arena memory; /* of what is kept until "reset" */
static struct python python;
static struct marker_facts facts;
static const char *extras[MAX_NAMES], *groups[MAX_NAMES];
static struct lock_request request;

static void
forget(void)
{
	arena_free(&memory);
	arena_init(&memory, NULL, 0);
	memset(&facts, 0, sizeof(facts));
	request = (struct lock_request){ .path = "/locks/pylock.toml",
		                         .extras = extras, .groups = groups,
		                         .python = &python, .facts = &facts };
}

static void
set_fact(char **words)
{
	for (int i = 0; i < MARKER_FACTS; i++) {
		if (strcmp(marker_variable_name((enum marker_variable)i),
		           words[1]) == 0)
			facts.fact[i] = (struct marker_fact){
				arena_str(&memory, words[2]),
				words[3] ? arena_str(&memory, words[3]) : NULL
			};
	}
}

static void
set_python(const char *version)
{
	python.micro = -1;
	if (sscanf(version, "%d.%d.%d", &python.major, &python.minor,
	           &python.micro) < 2)
		exit(2);
}

static void
add_name(const char **names, size_t *count, const char *name)
{
	if (*count < MAX_NAMES)
		names[(*count)++] = arena_str(&memory, name);
}

static void
set(char **words)
{
	if (strcmp(words[0], "reset") == 0)
		forget();
	else if (strcmp(words[0], "no-default") == 0)
		request.no_default_groups = true;
	else if (words[1] && strcmp(words[0], "python") == 0)
		set_python(words[1]);
	else if (words[1] && strcmp(words[0], "extra") == 0)
		add_name(extras, &request.extra_count, words[1]);
	else if (words[1] && strcmp(words[0], "group") == 0)
		add_name(groups, &request.group_count, words[1]);
	else if (words[1] && words[2] && strcmp(words[0], "fact") == 0)
		set_fact(words);
}

/* Messages and names with control characters would break the lines. */
static void
put(const char *text, char end)
{
	for (; text && *text; text++)
		putchar((unsigned char)*text < ' ' ? '?' : *text);
	putchar(end);
}

static void
put_package(const struct lock_package *p, struct arena *a)
{
	static const char *const kinds[] = { "wheels", "archive", "sdist",
		                             "directory", "vcs" };

	struct buf version;

	buf_init(&version, a);
	if (p->version)
		pep440_put(&version, p->version, strlen(p->version));
	put(p->project, '\x1e');
	put(buf_str(&version), '\x1e');
	put(kinds[p->kind], '\x1e');
	put(p->source, '\x1e');
	for (size_t i = 0; i < p->wheel_count; i++)
		put(p->wheels[i].file, '\x1e');
}

static void
answer_lock(const char *text, size_t n,
            int (*read_lock)(struct lock *l, const char *text, size_t n,
                             const struct lock_request *r, struct arena *a,
                             struct diag *d))
{
	struct arena a;
	struct diag d;
	struct lock l;

	arena_init(&a, NULL, 0);
	diag_init(&d, &a);
	if (read_lock(&l, text, n, &request, &a, &d) < 0) {
		printf("refused ");
		put(buf_str(&d.text), '\n');
	} else {
		printf("selected");
		for (size_t i = 0; i < l.count; i++) {
			putchar('\x1f');
			put_package(&l.packages[i], &a);
		}
		putchar('\n');
	}
	arena_free(&a);
}

static void
answer(const char *what, size_t n)
{
	char *text = malloc(n + 1);
	const char *name;

	if (!text || fread(text, 1, n, stdin) != n)
		exit(2);
	if (strcmp(what, "lock") == 0) {
		answer_lock(text, n, pylock_read);
	} else if (strcmp(what, "uvlock") == 0) {
		answer_lock(text, n, uvlock_read);
	} else {
		name = lock_format_name(lock_format_find(text, n));
		puts(name ? name : "unknown");
	}
	free(text);
}

int
main(void)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t n;

	forget();
	while ((n = getline(&line, &room, stdin)) > 0) {
		char *words[MAX_WORDS + 1] = { line };
		size_t count = 1;

		line[n - 1] = '\0';
		for (char *p = line; (p = strchr(p, 0x1f)) && count < MAX_WORDS;
		     words[count++] = p)
			*p++ = '\0';
		if (strcmp(line, "lock") == 0 || strcmp(line, "uvlock") == 0 ||
		    strcmp(line, "format") == 0)
			answer(line, strtoul(words[1] ? words[1] : "", NULL,
			                     10));
		else
			set(words);
	}
	arena_free(&memory);
	free(line);
	return 0;
}
