#include "resolve/lock_format.h"

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"
#include "format/toml.h"
#include "resolve/dependency.h"

/* The commands of poetry-plugin-export 1.10 and pipenv 2026.10 were tried, that
 * of pdm 2.29 was read in its source. */
static const struct {
	const char *name, *command;
} formats[] = {
	[LOCK_PYLOCK] = { "pylock.toml", NULL },
	[LOCK_UV] = { "uv.lock", NULL },
	[LOCK_POETRY] = { "poetry.lock",
	                  "poetry export -f pylock.toml -o pylock.toml" },
	[LOCK_PDM] = { "pdm.lock", "pdm export -f pylock -o pylock.toml" },
	[LOCK_PIPFILE] = { "Pipfile.lock", "pipenv pylock --generate" },
	[LOCK_REQUIREMENTS] = { "requirements.txt", NULL },
	[LOCK_UNKNOWN] = { NULL, NULL },
};

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Take the next line that is not a comment, without blanks around it. Return
 * false at the end. */
static bool
next_line(struct slice *text, struct slice *line)
{
	while (text->n > 0) {
		const char *nl = memchr(text->s, '\n', text->n);
		size_t n = nl ? (size_t)(nl - text->s) + 1 : text->n;

		*line = (struct slice){ text->s, n };
		text->s += n;
		text->n -= n;
		for (; line->n > 0 && is_space(*line->s); line->n--)
			line->s++;
		while (line->n > 0 && is_space(line->s[line->n - 1]))
			line->n--;
		if (line->n > 0 && *line->s != '#')
			return true;
	}
	return false;
}

static bool
starts(struct slice line, const char *text)
{
	size_t n = strlen(text);

	return line.n >= n && memcmp(line.s, text, n) == 0;
}

/* Return whether LINE is "KEY = ...". */
static bool
has_key(struct slice line, const char *key)
{
	size_t n = strlen(key);

	if (!starts(line, key))
		return false;
	while (n < line.n && (line.s[n] == ' ' || line.s[n] == '\t'))
		n++;
	return n < line.n && line.s[n] == '=';
}

/* Return whether lock-version stands before the first table. Poetry has one
 * too, in its table "metadata". */
static bool
has_lock_version(struct slice text)
{
	struct slice line;

	while (next_line(&text, &line) && *line.s != '[') {
		if (has_key(line, "lock-version"))
			return true;
	}
	return false;
}

static enum lock_format
format_of_document(const struct toml *root)
{
	const struct toml *metadata = toml_find(root, "metadata");
	const struct toml *list = toml_find(root, "package");
	int64_t version;

	if (toml_find(root, "lock-version"))
		return LOCK_PYLOCK;
	if (toml_find(metadata, "content-hash"))
		return LOCK_POETRY;
	if (toml_find(metadata, "lock_version") ||
	    toml_find(metadata, "content_hash"))
		return LOCK_PDM;
	if (!toml_integer(toml_find(root, "version"), &version))
		return LOCK_UNKNOWN;
	/* Cargo.lock has texts there */
	for (list = list ? list->child : NULL; list; list = list->next) {
		const struct toml *source = toml_find(list, "source");

		if (source)
			return source->kind == TOML_TABLE ? LOCK_UV
			                                  : LOCK_UNKNOWN;
	}
	return toml_find(root, "requires-python") ? LOCK_UV : LOCK_UNKNOWN;
}

/* Return whether the first line is one of a requirements file. */
static bool
is_requirements(struct slice text)
{
	struct slice line, name;

	if (!next_line(&text, &line))
		return false;
	if (*line.s == '-' || *line.s == '.' || *line.s == '/')
		return true;
	if (!dependency_take_name(&line, &name))
		return false;
	while (line.n > 0 && is_space(*line.s)) {
		line.s++;
		line.n--;
	}
	return line.n == 0 || starts(line, "==") ||
	       strchr("<>!~;[(@\\#", *line.s) || starts(line, "--hash");
}

/* Set *FORMAT if the text is TOML; else return false. */
static bool
find_in_toml(struct slice text, enum lock_format *format)
{
	struct arena a;
	struct diag ignored;
	struct toml *root;
	bool is_toml;

	arena_init(&a, NULL, 0);
	diag_init(&ignored, &a);
	is_toml = toml_parse(&root, text.s, text.n, &a, &ignored) == 0;
	if (is_toml)
		*format = format_of_document(root);
	arena_free(&a);
	return is_toml;
}

enum lock_format
lock_format_find(const char *text, size_t n)
{
	struct slice all = { text, n }, rest, line;
	enum lock_format format;

	if (starts(all, "\xef\xbb\xbf")) {
		all.s += 3;
		all.n -= 3;
	}
	rest = all;
	if (memchr(all.s, '\0', all.n) || !next_line(&rest, &line))
		return LOCK_UNKNOWN;
	if (*line.s == '{')
		return memmem(all.s, all.n, "\"_meta\"", 7) ? LOCK_PIPFILE
		                                            : LOCK_UNKNOWN;
	if (has_lock_version(all))
		return LOCK_PYLOCK;
	if (find_in_toml(all, &format))
		return format;
	return is_requirements(all) ? LOCK_REQUIREMENTS : LOCK_UNKNOWN;
}

const char *
lock_format_name(enum lock_format format)
{
	return formats[format].name;
}

const char *
lock_format_export(enum lock_format format)
{
	return formats[format].command;
}
