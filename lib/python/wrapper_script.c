#include "python/wrapper.h"

#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "format/command.h"
#include "format/source.h"
#include "format/words.h"
#include "python/inspection.h"

enum { MAX_SCRIPT = 1 << 20, MAX_WORD = 4096, MAX_EXPANDED = 16 };

static const char blanks[] = " \t\r";

/* Find the word that starts at *P and ends at a blank; return its length and
 * move *P after it. */
static size_t
cut_word(const char **p, const char **word)
{
	size_t n;

	*word = *p += strspn(*p, blanks);
	n = strcspn(*p, blanks);
	*p += n;
	return n;
}

/* Make the path WORD of *N bytes the name at its end. */
static const char *
cut_name(const char *word, size_t *n)
{
	size_t start = *n;

	while (start > 0 && word[start - 1] != '/')
		start--;
	*n -= start;
	return word + start;
}

/* Return whether LINE, the first one without "#!", names a shell. */
static bool
is_shell(const char *line)
{
	const char *word, *name;
	size_t n = cut_word(&line, &word);

	name = cut_name(word, &n);
	if (n == 3 && memcmp(name, "env", 3) == 0) {
		n = cut_word(&line, &word);
		if (n >= 2 && memcmp(word, "-S", 2) == 0) {
			word += 2;
			n = n > 2 ? n - 2 : cut_word(&line, &word);
		}
		name = cut_name(word, &n);
	} else if (n == 7 && memcmp(name, "busybox", 7) == 0) {
		n = cut_word(&line, &name);
	}
	return words_have(" sh bash dash ksh zsh ash mksh ", name, n);
}

/* A script that is being read. */
struct reading {
	struct inspection *in;
	struct wrapper *wrapper;
	const char *text;
	const char *end;   /* of what is executed */
	unsigned expanded; /* variables so far */
	bool is_opaque;    /* it executes text that is not in it, or variables may
	                      change in a way that is not seen */
	bool moves;        /* a relative $0 leads elsewhere in its end */
};

/* Read the next command that is executed, as command_next() does. */
static int
next_command(const struct reading *r, struct command_reader *reader,
             struct command *c)
{
	return r->end && reader->p >= r->end ? 0 : command_next(reader, c);
}

/* Return word I of C, an empty one if there is none. */
static struct command_word
word_at(const struct command *c, size_t i)
{
	static const struct command_word none = { "", 0 };

	return i < c->count && i < COMMAND_MAX_WORDS ? c->word[i] : none;
}

/* Return the index of the word of C that names the command it executes. */
static size_t
name_index(const struct command *c)
{
	size_t i = c->assignments;
	struct command_word w = word_at(c, i);

	while (words_have(" command builtin ", w.p, w.n))
		w = word_at(c, ++i);
	return i;
}

/* Return whether C executes a command of LIST. */
static bool
executes(const struct command *c, const char *list)
{
	struct command_word w = word_at(c, name_index(c));

	return words_have(list, w.p, w.n);
}

/* Return whether C has the text S. */
static bool
contains(const struct command *c, const char *s)
{
	return memmem(c->text, c->len, s, strlen(s)) != NULL;
}

/* Return whether C is an exec of a program. */
static bool
is_exec(const struct command *c)
{
	return executes(c, " exec ") && c->count > name_index(c) + 1;
}

/* Return whether the shell itself executes C, if it comes there. */
static bool
is_unconditional(const struct command *c)
{
	return c->before != 'a' && c->before != 'o' && c->before != '|' &&
	       c->after != '|' && c->after != '&';
}

/* Return whether W, the name of the executed command, may be any command of the
 * shell's: it is not literal, and not certainly a path. */
static bool
is_dynamic(const struct command_word *w)
{
	bool literal = true, path = false;
	unsigned braces = 0;

	for (size_t i = 0; i < w->n; i++) {
		char c = w->p[i];

		if (c == '`' || (c == '(' && i > 0 && w->p[i - 1] == '$'))
			return true;
		literal &= !strchr("$'\"\\", c);
		braces += c == '{';
		braces -= c == '}' && braces > 0;
		path |= c == '/' && braces == 0;
	}
	return !literal && !path;
}

/* Return whether C can execute text that is not in the script, or give a value to
 * a variable whose name is not there. */
static bool
is_opaque(const struct command *c)
{
	size_t i = name_index(c);
	struct command_word w = word_at(c, i);

	if (c->count > COMMAND_MAX_WORDS ||
	    executes(c, " . source eval alias coproc trap "))
		return true;
	if (is_dynamic(&w))
		return true;
	if (!executes(c, " export readonly declare typeset local read unset "
	              "getopts mapfile readarray let printf set "))
		return false;
	if (executes(c, " printf ") && !contains(c, "-v"))
		return false;
	while (++i < c->count) {
		w = word_at(c, i);
		for (size_t k = 0; k < w.n && w.p[k] != '='; k++) {
			if (strchr("$`", w.p[k]))
				return true;
		}
	}
	return false;
}

/* Return whether C sets the script's own arguments. */
static bool
sets_arguments(const struct command *c)
{
	size_t i = name_index(c);
	bool valued = false;

	if (!executes(c, " set "))
		return false;
	while (++i < c->count) {
		struct command_word w = word_at(c, i);
		bool option = w.n > 1 && (*w.p == '-' || *w.p == '+') &&
		              w.p[1] != '-';

		if (!option && !valued)
			return true;
		valued = option && w.p[w.n - 1] == 'o';
	}
	return false;
}

/* Find where the script ends, at the latest with an exec that every run comes to,
 * and what can happen on the way. Return false if that cannot be parsed. */
static bool
survey(struct reading *r)
{
	struct command_reader reader;
	struct command c;
	int more;

	command_start(&reader, r->text);
	while ((more = command_next(&reader, &c)) == 1) {
		if (sets_arguments(&c))
			return false;
		r->is_opaque |= is_opaque(&c);
		r->moves |= executes(&c, " cd pushd popd chdir ") ||
		            contains(&c, "BASH_ARGV0");
		if (is_exec(&c) && !c.block && is_unconditional(&c))
			break;
	}
	r->end = reader.p;
	r->is_opaque |= reader.live;
	return more >= 0;
}

enum word_kind {
	WORD_UNKNOWN, /* only a shell could tell what it is */
	WORD_TEXT,
	WORD_NAME,    /* "$0" */
	WORD_ARGS,    /* "$@" */
};

static enum word_kind read_word(struct reading *r, const struct command *user,
                                const struct command_word *w, struct buf *out);

/* Return whether the shell itself gives a value to the variable NAME. */
static bool
is_special(const char *name, size_t n)
{
	return words_have(" PWD OLDPWD RANDOM SRANDOM SECONDS LINENO REPLY "
	                  "OPTARG OPTIND MAPFILE PPID UID EUID _ IFS "
	                  "EPOCHSECONDS EPOCHREALTIME PIPESTATUS COLUMNS LINES "
	                  "HOSTNAME GROUPS DIRSTACK FUNCNAME SHLVL ", name, n) ||
	       (n >= 4 && memcmp(name, "BASH", 4) == 0);
}

/* Return word I of C as the value that C does nothing but give to NAME, for all
 * what follows; an empty one if it is something else. */
static struct command_word
assigned(const struct command *c, size_t i, const char *name, size_t n)
{
	struct command_word w = word_at(c, i), none = { NULL, 0 };

	if (w.n <= n || memcmp(w.p, name, n) != 0 || w.p[n] != '=')
		return none;
	if (c->assignments < c->count) {
		if (c->assignments > 0 ||
		    !executes(c, " export readonly declare typeset "))
			return none;
		for (size_t k = 1; k < i; k++) {
			struct command_word o = word_at(c, k);

			if (*o.p == '-' && strspn(o.p, "-rxg") < o.n)
				return none;
		}
	}
	return (struct command_word){ w.p + n + 1, w.n - n - 1 };
}

/* Return whether C always gives its value before USER is executed. */
static bool
is_certain(const struct command *c, const struct command *user)
{
	return c->text < user->text && (!c->block || c->block == user->block) &&
	       is_unconditional(c);
}

/* Return whether "${" is before the name at P in C. */
static bool
is_in_braces(const struct command *c, const char *p)
{
	return p - c->text > 1 && p[-1] == '{' && p[-2] == '$';
}

/* Return whether C, apart from word SKIP, can give a value to NAME. */
static bool
may_change(const struct command *c, size_t skip, const char *name, size_t n)
{
	const char *p = c->text, *end = p + c->len;
	/* these use words as nothing but text */
	bool harmless = executes(c, " echo [ test exit true false ") &&
	                !contains(c, "((") && !contains(c, "$(") &&
	                !contains(c, "$[") && !contains(c, "`");
	struct command_word skipped = word_at(c, skip);

	while (p < end) {
		size_t k = command_name(p, end);
		char before = '\0';
		const char *q = p + k;
		bool braces = is_in_braces(c, p);

		if (p > c->text)
			before = p[-1];
		p += k ? k : 1;
		if (k != n || memcmp(q - k, name, n) != 0 ||
		    q - k == skipped.p)
			continue;
		if (braces) {
			q += q < end && *q == ':';
			if (q < end && *q == '=')
				return true;
		} else if (before != '$' && !harmless &&
		           !(executes(c, " export readonly ") &&
		             strchr(blanks, before) &&
		             (q == end || strchr(" \t\r", *q)))) {
			return true;
		}
	}
	return false;
}

/* Return the value that the variable NAME has in the command USER: a text that the
 * script gives to it, once, and that nothing can change; NULL if it is not known. */
static const char *
variable(struct reading *r, const struct command *user, const char *name,
         size_t n)
{
	struct command_word value = { NULL, 0 };
	struct command_reader reader;
	struct command c;
	struct buf out;

	if (r->is_opaque || is_special(name, n))
		return NULL;
	command_start(&reader, r->text);
	while (next_command(r, &reader, &c) == 1) {
		size_t skip = COMMAND_MAX_WORDS;

		for (size_t i = 0; !value.p && i < c.count; i++) {
			value = assigned(&c, i, name, n);
			if (value.p)
				skip = i;
		}
		if ((skip < COMMAND_MAX_WORDS && !is_certain(&c, user)) ||
		    may_change(&c, skip, name, n))
			return NULL;
	}
	if (!value.p || read_word(r, NULL, &value, &out) != WORD_TEXT)
		return NULL;
	return out.data;
}

/* Append the variable at *P ("$NAME" or "${NAME}") of a word that ends at END. */
static bool
expand(struct reading *r, const struct command *user, const char **p,
       const char *end, bool quoted, struct buf *out)
{
	const char *name = *p + 1, *value;
	bool braces = name < end && *name == '{';
	size_t n;

	name += braces;
	n = command_name(name, end);
	if (!user || n == 0 ||
	    (braces && (name + n == end || name[n] != '}')))
		return false;
	/* each one is searched for in the whole script */
	value = ++r->expanded < MAX_EXPANDED ? variable(r, user, name, n)
	                                     : NULL;
	if (!value || (!quoted && (strpbrk(value, " \t\n*?[\\") || !*value ||
	                           strstr(r->text, "IFS"))))
		return false;
	buf_puts(out, value);
	*p = name + n + braces;
	return true;
}

/* Return whether W is one of the NULL-ended LIST. */
static bool
is_one_of(const struct command_word *w, const char *const *list)
{
	while (*list && !command_word_is(w, *list))
		list++;
	return *list != NULL;
}

/* Read the word W of the command USER into OUT, without its quotes. USER NULL: of
 * an assignment, in which nothing may be expanded. */
static enum word_kind
read_word(struct reading *r, const struct command *user,
          const struct command_word *w, struct buf *out)
{
	static const char *const args[] = { "\"$@\"", "$@", "\"${@}\"", "${@}",
		"${1+\"$@\"}", "${1:+\"$@\"}", NULL };
	static const char *const names[] = { "\"$0\"", "\"${0}\"",
		"\"$BASH_SOURCE\"", "\"${BASH_SOURCE}\"",
		"\"${BASH_SOURCE[0]}\"", NULL };
	const char *s = w->p, *end = s + w->n;
	char quote = 0;

	buf_init(out, r->in->arena);
	if (is_one_of(w, args))
		return WORD_ARGS;
	if (is_one_of(w, names))
		return WORD_NAME;
	while (s < end) {
		if (out->len > MAX_WORD)
			return WORD_UNKNOWN;
		if (*s == quote) {
			quote = 0;
			s++;
		} else if (!quote && (*s == '"' || *s == '\'')) {
			quote = *s++;
		} else if (quote != '\'' && *s == '$') {
			if (!expand(r, user, &s, end, quote, out))
				return WORD_UNKNOWN;
		} else if (quote != '\'' && *s == '\\' && s[1] == '\n') {
			s += 2;
		} else if ((quote != '\'' && (*s == '`' || *s == '\\')) ||
		           (!quote && strchr("*?[]{}~()<>", *s))) {
			return WORD_UNKNOWN;
		} else {
			buf_putc(out, *s++);
		}
	}
	buf_str(out);
	return WORD_TEXT;
}

/* An exec whose words are read one after the other. */
struct exec {
	struct reading *r;
	const struct command *c;
	size_t next; /* word */
	bool keeps_name;
	struct buf word; /* the last one */
};

static enum word_kind
take_word(struct exec *x)
{
	struct command_word w = word_at(x->c, x->next);

	if (x->next >= x->c->count || x->next >= COMMAND_MAX_WORDS)
		return WORD_UNKNOWN;
	x->next++;
	return read_word(x->r, x->c, &w, &x->word);
}

/* Return whether the next word is an option, not "-" alone. */
static bool
has_option(const struct exec *x)
{
	struct command_word w = word_at(x->c, x->next);

	return w.n > 1 && *w.p == '-';
}

/* Read the options of exec. Return false if they are not known. */
static bool
read_exec_options(struct exec *x)
{
	bool login = false;

	while (has_option(x)) {
		struct command_word w = word_at(x->c, x->next++);

		if (command_word_is(&w, "--"))
			break;
		for (size_t i = 1; i < w.n; i++) {
			struct command_word name = { w.p + i + 1, w.n - i - 1 };

			if (w.p[i] == 'l')
				login = true;
			if (w.p[i] != 'a') {
				if (w.p[i] != 'l' && w.p[i] != 'c')
					return false;
				continue;
			}
			if (name.n == 0)
				name = word_at(x->c, x->next++);
			x->keeps_name = read_word(x->r, x->c, &name, &x->word) ==
			                WORD_NAME;
			break;
		}
	}
	x->keeps_name &= !login && !x->r->moves && !x->r->is_opaque;
	return true;
}

/* Read the options and assignments of env(1). Return false if they are not
 * known. */
static bool
read_env_options(struct exec *x)
{
	static const char *const plain[] = { "-", "-i",
		"--ignore-environment", NULL };
	static const char *const valued[] = { "-u", "-C", "--unset", "--chdir",
		NULL };

	for (;; x->next++) {
		struct command_word w = word_at(x->c, x->next);

		if (command_word_is(&w, "--")) {
			x->next++;
			break;
		}
		if (is_one_of(&w, valued))
			x->next++;
		else if (is_one_of(&w, plain) ||
		         (w.n > 2 && memcmp(w.p, "-u", 2) == 0) ||
		         (w.n > 8 && memcmp(w.p, "--unset=", 8) == 0) ||
		         (w.n > 8 && memcmp(w.p, "--chdir=", 8) == 0))
			continue;
		else if (w.n > 0 && *w.p == '-')
			return false;
		else
			break;
	}
	for (;; x->next++) {
		struct command_word w = word_at(x->c, x->next);
		const char *end = w.p + w.n;
		const char *name = w.p + (*w.p == '"' || *w.p == '\'');
		size_t n = command_name(name, end);

		if (n == 0 || name + n == end || name[n] != '=')
			return true;
	}
}

/* Return whether C, an exec, starts a known program with the script's arguments,
 * and perhaps options of Python before them. Then that is *TARGET. */
static bool
read_exec(struct reading *r, const struct command *c, const char **target,
          bool *keeps_name)
{
	struct exec x = { .r = r, .c = c, .next = name_index(c) + 1 };
	bool valued = false;
	enum word_kind kind;

	if (c->in_function || c->before == '|' || c->after == '|' ||
	    c->after == '&' || !read_exec_options(&x) ||
	    take_word(&x) != WORD_TEXT)
		return false;
	if (strcmp(x.word.data, "env") == 0 || str_ends(x.word.data, "/env")) {
		/* it gives a program its own name */
		x.keeps_name = false;
		if (!read_env_options(&x) || take_word(&x) != WORD_TEXT)
			return false;
	}
	if (x.word.data[0] != '/')
		return false;
	*target = x.word.data;
	*keeps_name = x.keeps_name;
	while ((kind = take_word(&x)) == WORD_TEXT) {
		if (valued)
			valued = false;
		else if (!wrapper_is_option(x.word.data, &valued))
			return false;
	}
	return kind == WORD_ARGS && !valued && x.next == c->count;
}

/* Read the command C. Return false if the program that is started cannot be known
 * because of it. */
static bool
read_command(struct reading *r, const struct command *c)
{
	struct wrapper *w = r->wrapper;
	const char *target;
	bool keeps_name;

	if (!is_exec(c)) /* another program may get the arguments */
		return !contains(c, "$@") && !contains(c, "$*") &&
		       !contains(c, "${@") && !contains(c, "${*");
	if (!read_exec(r, c, &target, &keeps_name) ||
	    (w->target && (strcmp(w->target, target) != 0 ||
	                   w->keeps_name != keeps_name)))
		return false;
	w->target = target;
	w->keeps_name = keeps_name;
	return true;
}

/* Return whether the value at P, of a word in the quote QUOTE, is empty. */
static bool
is_empty(const char *p, const char *end, char quote)
{
	if (p < end && (*p == '"' || *p == '\'')) {
		if (*p == quote)
			return true;
		if (end - p < 2 || p[1] != *p)
			return false;
		p += 2;
	}
	return p >= end || strchr(" \t\r\n;&|)}", *p);
}

/* Return whether C gives the variable NAME a value that is not empty. */
static bool
sets_variable(const struct command *c, const char *name)
{
	const char *p = c->text, *end = p + c->len;
	bool harmless = executes(c, " echo [ test ");
	size_t n = strlen(name);

	for (; (p = memmem(p, (size_t)(end - p), name, n)); p += n) {
		char before = '\n';
		const char *q = p + n;
		bool braces = is_in_braces(c, p);

		if (p > c->text)
			before = p[-1];
		if (!braces && (harmless || !strchr(" \t\n;&|('\"", before)))
			continue;
		if (q < end && *q == (braces ? ':' : '+'))
			q++;
		if (q < end && *q == '=' && !is_empty(q + 1, end, before))
			return true;
	}
	return false;
}

/* Find the variable of Python's that the script sets; NULL: none. */
static const char *
find_setting(const struct reading *r)
{
	for (size_t i = 0; i < WRAPPER_SETTINGS; i++) {
		struct command_reader reader;
		struct command c;

		command_start(&reader, r->text);
		while (next_command(r, &reader, &c) == 1) {
			if (sets_variable(&c, wrapper_settings[i]))
				return wrapper_settings[i];
		}
	}
	return NULL;
}

/* Learn from the lines after the first which program the script starts. */
static bool
read_commands(struct reading *r)
{
	struct command_reader reader;
	struct command c;
	int more;

	if (!survey(r))
		return false;
	command_start(&reader, r->text);
	while ((more = next_command(r, &reader, &c)) == 1) {
		if (!read_command(r, &c))
			return false;
	}
	r->wrapper->sets = find_setting(r);
	return more == 0 && r->wrapper->target;
}

int
wrapper_read_script(struct inspection *in, struct source *s,
                    struct wrapper *w, const char **line)
{
	size_t n = s->size < MAX_SCRIPT ? (size_t)s->size : MAX_SCRIPT;
	char *text = arena_alloc(in->arena, n + 1), *next;
	struct reading r = { .in = in, .wrapper = w };
	int err = source_read(s, 0, text, n);

	*w = (struct wrapper){ .is_script = true };
	if (err < 0)
		return err;
	text[n] = '\0';
	next = strchr(text, '\n');
	if (next)
		*next++ = '\0';
	*line = text + 2 + strspn(text + 2, blanks);
	if (!next || n == MAX_SCRIPT || strlen(text) > 128 || !is_shell(*line))
		return 0;
	r.text = next;
	/* a shell skips a NUL */
	if (strlen(next) != n - (size_t)(next - text) || !read_commands(&r))
		w->target = NULL;
	return 0;
}
