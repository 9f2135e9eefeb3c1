#include "python/script.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "format/elf.h"
#include "format/source.h"
#include "python/inspection.h"

enum { MAX_SCRIPT = 1 << 20, MAX_WRAPPER = 1 << 20, WINDOW = 16 * 1024,
       MAX_DOC = 4096, MAX_WORD = 4096, MAX_EXPANDED = 16 };

static const char blanks[] = " \t\r";

/* Return whether LINE, the first one without "#!", names a shell. */
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

/* A script in the making of its wrapper. */
struct reading {
	struct inspection *in;
	unsigned expanded; /* variables so far */
	const char *text;
	struct wrapper *wrapper;
};

/* Return whether C ends a word outside of quotes. */
static bool
ends_word(char c)
{
	return !c || strchr(" \t\r\n;&|()<>", c);
}

/* Return whether the script has a command that can give a variable a value in
 * another way than NAME=VALUE. */
static bool
may_assign(const char *text)
{
	static const char *const words[] = {
		". ", "source ", "read ", "for ", "eval ", "unset ", "getopts ",
	};

	for (const char *p = text; p; p = strchr(p, '\n')) {
		p += *p == '\n';
		p += strspn(p, blanks);
		for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
			if (str_starts(p, words[i]))
				return true;
		}
	}
	return false;
}

/* The value of the variable NAME, if the script assigns it once, and a plain text;
 * else NULL. */
static const char *
variable(struct reading *r, const char *name, size_t n)
{
	const char *found = NULL;
	size_t len;
	char quote;

	for (const char *p = r->text; (p = strchr(p, '=')); p++) {
		size_t at = (size_t)(p - r->text);

		size_t plus = at > 0 && p[-1] == '+';

		if (plus && at > n && strncmp(p - n - 1, name, n) == 0)
			return NULL; /* NAME+=VALUE */
		if (at < n || strncmp(p - n, name, n) != 0 ||
		    (at > n && !ends_word(p[-(ptrdiff_t)n - 1])))
			continue;
		if (found)
			return NULL;
		found = p + 1;
	}
	if (!found || may_assign(r->text))
		return NULL;
	quote = '\0';
	if (*found == '"' || *found == '\'')
		quote = *found++;
	len = quote ? strcspn(found, "\"'\n") : strcspn(found, " \t\r\n;&|<>");
	if (memchr(found, '$', len) || memchr(found, '`', len) ||
	    memchr(found, '\\', len) ||
	    (quote ? found[len] != quote : !ends_word(found[len])))
		return NULL;
	return len < MAX_WORD ? arena_dup(r->in->arena, found, len) : NULL;
}

/* Append the variable at *P ("$NAME" or "${NAME}") to OUT. */
static bool
expand(struct reading *r, const char **p, struct buf *out)
{
	const char *name = *p + 1;
	bool braces = *name == '{';
	const char *value;
	size_t n;

	name += braces;
	n = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	           "_0123456789");
	if (n == 0 || (*name >= '0' && *name <= '9') ||
	    (braces && name[n] != '}'))
		return false;
	/* each one is searched for in the whole script */
	value = ++r->expanded < MAX_EXPANDED ? variable(r, name, n) : NULL;
	if (!value)
		return false;
	buf_puts(out, value);
	*p = name + n + braces;
	return true;
}

/* Read one word of a command at *P into OUT, without its quotes. Return false
 * where only a shell could tell what it is. "$@" and "$0" stay as they are. */
static bool
next_word(struct reading *r, const char **p, struct buf *out)
{
	const char *s = *p + strspn(*p, blanks);
	char quote = 0;

	buf_init(out, r->in->arena);
	while (quote ? *s && *s != '\n' : !ends_word(*s)) {
		if (out->len > MAX_WORD)
			return false;
		if (*s == quote) {
			quote = 0;
			s++;
		} else if (!quote && (*s == '"' || *s == '\'')) {
			quote = *s++;
		} else if (quote != '\'' && *s == '$' &&
		           (s[1] == '@' || s[1] == '0')) {
			buf_add(out, s, 2);
			s += 2;
		} else if (quote != '\'' && str_starts(s, "${1+\"$@\"}")) {
			buf_puts(out, "$@");
			s += strlen("${1+\"$@\"}");
		} else if (quote != '\'' && *s == '$') {
			if (!expand(r, &s, out))
				return false;
		} else if (quote != '\'' && (*s == '`' || *s == '\\')) {
			return false;
		} else {
			buf_putc(out, *s++);
		}
	}
	*p = s;
	return !quote;
}

/* Return whether WORD is NAME=VALUE. */
static bool
is_assignment(const char *word)
{
	size_t n = strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789"
	                  "abcdefghijklmnopqrstuvwxyz");

	return n > 0 && word[n] == '=';
}

/* Read the program of an exec, P being what follows that word, past options of
 * exec and past env(1). */
static bool
read_program(struct reading *r, const char **p, struct buf *word,
             bool *keeps_name)
{
	bool by_env = false;

	*keeps_name = false;
	for (;;) {
		if (!next_word(r, p, word) || !buf_str(word))
			return false;
		if (!by_env && strcmp(word->data, "-a") == 0) {
			if (!next_word(r, p, word) || !buf_str(word))
				return false;
			*keeps_name = strcmp(word->data, "$0") == 0;
		} else if (!by_env && (strcmp(word->data, "env") == 0 ||
		                       str_ends(word->data, "/env"))) {
			by_env = true;
		} else if (!(by_env && is_assignment(word->data))) {
			break;
		}
		/* env gives a program its own name */
		*keeps_name &= !by_env;
	}
	return word->data[0] == '/' && !strchr(word->data, '$');
}

/*
 * Read an exec, P being what follows that word: 1 if it starts a known program
 * with the script's arguments, and perhaps options before them; 0 if it only
 * redirects; -1 if it is anything else.
 */
static int
read_exec(struct reading *r, const char *p, char **target, bool *keeps_name)
{
	struct buf word;
	bool passes = false;

	p += strspn(p, blanks);
	if (p[strspn(p, "0123456789")] == '<' ||
	    p[strspn(p, "0123456789")] == '>')
		return 0;
	if (!read_program(r, &p, &word, keeps_name))
		return -1;
	*target = buf_str(&word);
	for (;;) {
		p += strspn(p, blanks);
		if (!*p || strchr("\n;#", *p))
			return passes && *target ? 1 : -1;
		if (passes || ends_word(*p) || !next_word(r, &p, &word) ||
		    !buf_str(&word))
			return -1;
		passes = strcmp(word.data, "$@") == 0;
		if (!passes && strchr(word.data, '$'))
			return -1;
	}
}

/* The next word "exec" of the line at P that is a command; NULL if none is. */
static const char *
find_exec(const char *p, const char *start)
{
	size_t n = strcspn(p, "\n");

	for (const char *end = p + n; p < end; p++) {
		p = memmem(p, (size_t)(end - p), "exec", 4);
		if (!p)
			return NULL;
		if (ends_word(p[4]) && (p == start || ends_word(p[-1])))
			return p;
	}
	return NULL;
}

/* Read one line of the script. Return false if it keeps us from knowing what is
 * started. */
static bool
read_line(struct reading *r, const char *line)
{
	struct wrapper *w = r->wrapper;
	size_t n = strcspn(line, "\n");
	const char *at = find_exec(line, line);

	if (!at) /* another program may get the arguments */
		return !memmem(line, n, "$@", 2) && !memmem(line, n, "$*", 2);
	for (; at; at = find_exec(at + 4, line)) {
		char *target;
		bool keeps_name;
		int is = read_exec(r, at + 4, &target, &keeps_name);

		if (is < 0 || (is > 0 && w->target &&
		               (strcmp(w->target, target) != 0 ||
		                w->keeps_name != keeps_name)))
			return false;
		if (is > 0) {
			w->target = target;
			w->keeps_name = keeps_name;
		}
	}
	return true;
}

/* The variable of Python's that TEXT gives a value to; NULL: neither. */
static const char *
find_setting(const char *text, const char *after)
{
	static const char *const names[] = { "PYTHONHOME", "PYTHONPATH" };

	for (size_t i = 0; i < 2; i++) {
		size_t n = strlen(names[i]);

		for (const char *p = text; (p = strstr(p, names[i])); p += n) {
			if (p[n] && strchr(after, p[n]) &&
			    (p == text || strchr(" \t\n;'\"", p[-1])))
				return names[i];
		}
	}
	return NULL;
}

/* Blank comments out and join lines that are continued. */
static void
tidy(char *p)
{
	bool start = true;

	for (; *p; p++) {
		if (start && *p == '#')
			memset(p, ' ', strcspn(p, "\n"));
		if (p[0] == '\\' && p[1] == '\n')
			p[0] = p[1] = ' ';
		start = *p == '\n' || (start && strchr(blanks, *p));
	}
}

int
script_read(struct inspection *in, struct source *s, struct wrapper *w,
            const char **line)
{
	size_t n = s->size < MAX_SCRIPT ? (size_t)s->size : MAX_SCRIPT;
	char *text = arena_alloc(in->arena, n + 1), *next;
	struct reading r = { .in = in, .wrapper = w };
	int err;

	*w = (struct wrapper){ .target = NULL };
	if (!text)
		return -ENOMEM;
	err = source_read(s, 0, text, n);
	if (err < 0)
		return err;
	text[n] = '\0';
	next = strchr(text, '\n');
	if (next)
		*next++ = '\0';
	*line = text + 2 + strspn(text + 2, blanks);
	if (!next || n == MAX_SCRIPT || strlen(text) > 128 || !is_shell(*line))
		return 0;
	tidy(next);
	r.text = next;
	for (const char *p = next; p; p = strchr(p, '\n')) {
		p += *p == '\n';
		if (!read_line(&r, p))
			return 0;
	}
	w->sets = find_setting(next, "=");
	return w->target != NULL;
}

struct nix_scan {
	struct arena *arena;
	struct wrapper *wrapper;
};

/* The command that made the wrapper is a text in it: the target in quotes, then
 * options. */
static int
scan_for_nix(void *ctx, const unsigned char *p, size_t n, bool first)
{
	static const char start[] = "makeCWrapper '/";
	struct nix_scan *s = ctx;
	const unsigned char *x = memmem(p, n, start, sizeof(start) - 1);
	const unsigned char *end;
	char *text, *quote;

	(void)first;
	if (!x)
		return 0;
	x += sizeof(start) - 2;
	n -= (size_t)(x - p);
	end = memchr(x, '\0', n < MAX_DOC ? n : MAX_DOC);
	text = arena_dup(s->arena, (const char *)x, end ? (size_t)(end - x)
	                 : n < MAX_DOC ? n : MAX_DOC);
	if (!text)
		return -ENOMEM;
	quote = strchr(text, '\'');
	if (!quote)
		return 0;
	*quote++ = '\0';
	s->wrapper->target = text;
	s->wrapper->keeps_name = strstr(quote, "--inherit-argv0") != NULL;
	s->wrapper->sets = find_setting(quote, "' \\");
	return 1;
}

int
script_read_nix(struct inspection *in, const struct elf *e, struct wrapper *w)
{
	struct nix_scan s = { .arena = in->arena, .wrapper = w };
	void *window;
	int err;

	*w = (struct wrapper){ .target = NULL };
	if (e->source->size > MAX_WRAPPER)
		return 0;
	window = arena_alloc(in->arena, WINDOW);
	if (!window)
		return -ENOMEM;
	err = elf_scan(e, 0, ELF_WRITE, window, WINDOW, MAX_DOC, scan_for_nix,
	               &s);
	return err == 1 || err == -ENOMEM ? err : 0;
}
