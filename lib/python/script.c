#include "python/script.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "format/elf.h"
#include "format/source.h"
#include "python/inspection.h"

enum { MAX_SCRIPT = 4096, MAX_WRAPPER = 1 << 20, WINDOW = 16 * 1024 };

static const char blanks[] = " \t\r";

/* One word of a shell line, quotes taken off; false where only a shell could
 * tell what it is. *LINE moves behind it. */
static bool
next_word(char **line, char **word, bool *quoted)
{
	char *p = *line + strspn(*line, blanks);
	size_t n;

	*quoted = *p == '"' || *p == '\'';
	if (*quoted) {
		char *end = strchr(p + 1, *p);

		if (!end || (end[1] && !strchr(blanks, end[1])))
			return false;
		*word = p + 1;
		*line = end + (end[1] ? 2 : 1);
		*end = '\0';
		return true;
	}
	n = strcspn(p, blanks);
	if (n == 0 || strcspn(p, "\"'\\`;&|<>()") < n)
		return false;
	*word = p;
	*line = p + n + (p[n] ? 1 : 0);
	p[n] = '\0';
	return true;
}

/* The end of the word at P; NULL if it ends the command too, runs another one
 * or goes on in the next line. */
static char *
word_end(char *p)
{
	char quote = '\0';

	for (; *p && (quote || !strchr(blanks, *p)); p++) {
		if (*p == quote)
			quote = '\0';
		else if (!quote && (*p == '"' || *p == '\''))
			quote = *p;
		else if ((quote != '\'' && (strchr("`\\", *p) ||
		                            (*p == '$' && p[1] == '('))) ||
		         (!quote && strchr(";&|<>()", *p)))
			return NULL;
	}
	return quote ? NULL : p;
}

/* Move behind NAME=VALUE words, and behind a NAME where it may be BARE. */
static char *
skip_assignments(char *p, bool bare)
{
	for (;;) {
		char *end;

		p += strspn(p, blanks);
		end = p + strspn(p, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");
		if (end == p)
			return p;
		if (*end == '=')
			end = word_end(end + 1);
		else if (!bare || (*end && !strchr(blanks, *end)))
			return p;
		if (!end)
			return p;
		p = end;
	}
}

/* The arguments of COMMAND if it is what line P runs, else NULL. */
static char *
arguments(char *p, const char *command)
{
	size_t n = strlen(command);

	return strncmp(p, command, n) == 0 && p[n] && strchr(blanks, p[n])
	       ? p + n : NULL;
}

/* True if LINE, the first one without "#!", names a shell. */
static bool
is_shell(const char *line)
{
	static const char *const shells[] = { "sh", "bash", "dash", "ksh",
		                              "zsh" };
	size_t n = strcspn(line, blanks), start;

	if (str_ends_n(line, n, "/env")) {
		line += n + strspn(line + n, blanks);
		n = strcspn(line, blanks);
	}
	for (start = n; start > 0 && line[start - 1] != '/'; start--)
		;
	for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++) {
		if (strlen(shells[i]) == n - start &&
		    memcmp(line + start, shells[i], n - start) == 0)
			return true;
	}
	return false;
}

/* The program of `exec [-a "$0"] "/program" "$@"`; NULL if the rest of an
 * exec line, P, is anything else. */
static char *
exec_target(char *p)
{
	char *word, *target;
	bool quoted;

	if (!next_word(&p, &target, &quoted))
		return NULL;
	if (!quoted && strcmp(target, "-a") == 0) {
		if (!next_word(&p, &word, &quoted) || strcmp(word, "$0") != 0 ||
		    !next_word(&p, &target, &quoted))
			return NULL;
	}
	if (target[0] != '/' || strpbrk(target, "$`\\") ||
	    !next_word(&p, &word, &quoted) || strcmp(word, "$@") != 0)
		return NULL;
	return p[strspn(p, blanks)] == '\0' ? target : NULL;
}

static char *
cut_line(char *p)
{
	char *nl = strchr(p, '\n');

	if (nl)
		*nl++ = '\0';
	return nl;
}

int
script_target(struct inspection *in, struct source *s, const char **target,
              const char **line)
{
	size_t n = s->size < MAX_SCRIPT ? (size_t)s->size : MAX_SCRIPT;
	char *text = arena_alloc(in->arena, n + 1), *next;
	int err;

	if (!text)
		return -ENOMEM;
	err = source_read(s, 0, text, n);
	if (err < 0)
		return err;
	text[n] = '\0';
	next = cut_line(text);
	*line = text + 2 + strspn(text + 2, blanks);
	if (n == MAX_SCRIPT || strlen(text) > 128 || !is_shell(*line))
		return 0;
	*target = NULL;
	while (next) {
		char *p = next, *rest;

		next = cut_line(p);
		p = skip_assignments(p, false);
		rest = arguments(p, "exec");
		if (rest && !*target) {
			*target = exec_target(rest);
			if (!*target)
				return 0;
			continue;
		}
		rest = arguments(p, "export");
		if (rest)
			p = skip_assignments(rest, true);
		/* anything else might decide whether the exec is run */
		if (*p && *p != '#')
			return 0;
	}
	return *target != NULL;
}

struct nix_scan {
	struct arena *arena;
	char *target;
};

static int
scan_for_nix(void *ctx, const unsigned char *p, size_t n, bool first)
{
	static const char start[] = "makeCWrapper '/";
	struct nix_scan *s = ctx;
	const unsigned char *x = memmem(p, n, start, sizeof(start) - 1);
	const unsigned char *end;

	(void)first;
	if (!x)
		return 0;
	x += sizeof(start) - 2;
	end = memchr(x, '\'', n - (size_t)(x - p));
	if (!end || memchr(x, '\0', (size_t)(end - x)))
		return 0;
	s->target = arena_dup(s->arena, (const char *)x, (size_t)(end - x));
	return s->target ? 1 : -ENOMEM;
}

int
script_nix_target(struct inspection *in, const struct elf *e,
                  const char **target)
{
	struct nix_scan s = { .arena = in->arena };
	void *window;
	int err;

	if (e->source->size > MAX_WRAPPER)
		return 0;
	window = arena_alloc(in->arena, WINDOW);
	if (!window)
		return -ENOMEM;
	err = elf_scan(e, 0, ELF_WRITE, window, WINDOW, 4096, scan_for_nix,
	               &s);
	*target = s.target;
	return err == 1 || err == -ENOMEM ? err : 0;
}
