#include "format/command.h"

#include <string.h>

static const char blanks[] = " \t\r";

/* Return whether C ends a word outside of quotes. */
static bool
ends_word(char c)
{
	return !c || strchr(" \t\r\n;&|()<>", c);
}

static bool
is_name_byte(char c)
{
	return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9');
}

size_t
command_name(const char *p, const char *end)
{
	size_t n = 0;

	if (p < end && *p >= '0' && *p <= '9')
		return 0;
	while (p + n < end && is_name_byte(p[n]))
		n++;
	return n;
}

bool
command_word_is(const struct command_word *w, const char *text)
{
	return strlen(text) == w->n && memcmp(w->p, text, w->n) == 0;
}

void
command_start(struct command_reader *r, const char *text)
{
	*r = (struct command_reader){ .p = text };
}

/* Return the end of the text in single quotes at P, NULL if it has none.
 * ESCAPES: a backslash can stand before the quote, as in $'...'. */
static const char *
skip_single(const char *p, bool escapes)
{
	for (p++; *p && *p != '\''; p++)
		p += escapes && *p == '\\' && p[1];
	return *p ? p + 1 : NULL;
}

/* Return what follows CLOSER, which ends what P is in, NULL if it is not there.
 * QUOTED: single quotes are bytes like others. */
static const char *
skip_nested(const char *p, char closer, bool quoted, unsigned depth)
{
	if (depth > COMMAND_MAX_DEPTH)
		return NULL;
	while (p && *p && *p != closer) {
		if (*p == '\\' && p[1])
			p += 2;
		else if (*p == '\'' && !quoted)
			p = skip_single(p, p[-1] == '$');
		else if (*p == '"' || *p == '`')
			p = skip_nested(p + 1, *p, *p == '"', depth + 1);
		else if (*p == '$' && p[1] == '(')
			p = skip_nested(p + 2, ')', false, depth + 1);
		else if (*p == '$' && p[1] == '{')
			p = skip_nested(p + 2, '}', quoted, depth + 1);
		else if (*p == '(' && closer == ')')
			p = skip_nested(p + 1, ')', false, depth + 1);
		else
			p++;
	}
	return p && *p ? p + 1 : NULL;
}

/* Return the end of the word at P, NULL if a quote in it is not closed. */
static const char *
skip_word(const char *p)
{
	const char *start = p;

	if ((*p == '<' || *p == '>') && p[1] == '(')
		p = skip_nested(p + 2, ')', false, 0);
	while (p) {
		if (*p == '\\' && p[1])
			p += 2;
		else if (*p == '\'')
			p = skip_single(p, p > start && p[-1] == '$');
		else if (*p == '"' || *p == '`')
			p = skip_nested(p + 1, *p, *p == '"', 0);
		else if (*p == '$' && (p[1] == '(' || p[1] == '{'))
			p = skip_nested(p + 2, p[1] == '(' ? ')' : '}', false,
			                0);
		else if (*p == '(' && p > start && p[-1] == '=')
			p = skip_nested(p + 1, ')', false, 0); /* an array */
		else if (ends_word(*p))
			break;
		else
			p++;
	}
	return p;
}

/* Return what follows the blanks and continued line ends at P. */
static const char *
skip_blanks(const char *p)
{
	for (;;) {
		p += strspn(p, blanks);
		if (p[0] != '\\' || p[1] != '\n')
			return p;
		p += 2;
	}
}

/* Return whether the line P of N bytes is the word END, without its quotes. */
static bool
is_doc_end(const char *p, size_t n, const struct command_word *end)
{
	size_t at = 0;

	for (size_t i = 0; i < end->n; i++) {
		if (strchr("'\"\\", end->p[i]))
			continue;
		if (at == n || p[at++] != end->p[i])
			return false;
	}
	return at == n;
}

/* Read past the here-documents that start after the line end at R->p. */
static void
skip_docs(struct command_reader *r)
{
	for (size_t i = 0; i < r->docs; i++) {
		const struct command_word *end = &r->doc[i].end;
		bool is_literal = false, ended = false;

		for (size_t k = 0; k < end->n; k++)
			is_literal |= strchr("'\"\\", end->p[k]) != NULL;
		while (*r->p && !ended) {
			const char *line = r->p + (r->doc[i].strips
			                           ? strspn(r->p, "\t") : 0);
			size_t n = strcspn(line, "\n");

			ended = is_doc_end(line, n, end);
			r->live |= !is_literal && !ended &&
			           (memchr(line, '`', n) ||
			            memmem(line, n, "${", 2) ||
			            memmem(line, n, "$(", 2) ||
			            memmem(line, n, "$[", 2));
			r->p = line + n + (line[n] == '\n');
		}
	}
	r->docs = 0;
}

/* Read the redirection at R->p. Return false if it cannot be parsed. */
static bool
skip_redirection(struct command_reader *r)
{
	const char *p = r->p + (*r->p == '&'), *end;
	bool is_doc = p[0] == '<' && p[1] == '<' && p[2] != '<', strips;

	p += strspn(p, "<>");
	strips = is_doc && *p == '-';
	p += strips || (!is_doc && (*p == '&' || *p == '|'));
	p = skip_blanks(p);
	end = skip_word(p);
	if (!end || end == p)
		return false;
	r->p = end;
	if (!is_doc)
		return true;
	if (r->docs == COMMAND_MAX_DOCS)
		return false;
	r->doc[r->docs].end = (struct command_word){ p, (size_t)(end - p) };
	r->doc[r->docs++].strips = strips;
	return true;
}

static bool
open_block(struct command_reader *r, char closer)
{
	if (r->depth == COMMAND_MAX_DEPTH)
		return false;
	r->block[r->depth].start = r->p;
	r->block[r->depth].closer = closer;
	r->block[r->depth++].is_function = r->function;
	r->function = false;
	return true;
}

static bool
close_block(struct command_reader *r, char closer)
{
	if (r->depth == 0 || r->block[r->depth - 1].closer != closer)
		return false;
	r->depth--;
	return true;
}

/* Begin another branch of the innermost block. */
static void
start_branch(struct command_reader *r)
{
	if (r->depth > 0)
		r->block[r->depth - 1].start = r->p;
}

/* Obey the word W where a command starts, if the shell reserves it. Return 1, 0
 * if it does not, -1 if it does not belong here. The first words of "for" and
 * "case" are left to be read as a command. */
static int
read_reserved(struct command_reader *r, const struct command_word *w)
{
	static const struct {
		const char *word;
		char opens, closes;
		bool is_command;
	} words[] = {
		{ "if", 'f', 0, false }, { "fi", 0, 'f', false },
		{ "then", 0, 0, false }, { "else", 0, 0, false },
		{ "elif", 0, 0, false }, { "while", 'd', 0, false },
		{ "until", 'd', 0, false }, { "for", 'd', 0, true },
		{ "select", 'd', 0, true }, { "do", 0, 0, false },
		{ "done", 0, 'd', false }, { "case", 'e', 0, true },
		{ "esac", 0, 'e', false }, { "{", '}', 0, false },
		{ "}", 0, '}', false }, { "!", 0, 0, false },
		{ "time", 0, 0, false },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (!command_word_is(w, words[i].word))
			continue;
		if ((words[i].opens && !open_block(r, words[i].opens)) ||
		    (words[i].closes && !close_block(r, words[i].closes)))
			return -1;
		if (w->p[0] == 'e' && w->p[1] == 'l') /* else, elif */
			start_branch(r);
		if (w->p[0] != '!' && !command_word_is(w, "time"))
			r->before = ';';
		return !words[i].is_command;
	}
	return 0;
}

/* Return the separator that the operator at R->p is, and read past it. */
static char
read_operator(struct command_reader *r)
{
	char op = *r->p++;

	if (op == '\n') {
		skip_docs(r);
	} else if (op == ';' && (*r->p == ';' || *r->p == '&')) {
		r->p += strspn(r->p, ";&"); /* the end of a clause */
		start_branch(r);
	} else if (op == '&' && *r->p == '&') {
		r->p++;
		op = 'a';
	} else if (op == '|' && *r->p == '|') {
		r->p++;
		op = 'o';
	} else if (op == '|' && *r->p == '&') {
		r->p++;
	}
	return op;
}

/* Read a parenthesis after the words of C. Return 1, 0 if it made C the name of a
 * function, -1 if it does not belong here. */
static int
read_parenthesis(struct command_reader *r, char op, const struct command *c)
{
	if (op == '(') {
		const char *p = skip_blanks(r->p);

		if (*p != ')')
			return open_block(r, ')') ? 1 : -1;
		r->p = p + 1;
		r->function = true;
		return c->count > 1 ? -1 : 0;
	}
	if (close_block(r, ')'))
		return 1;
	/* the end of a pattern */
	return r->depth > 0 && r->block[r->depth - 1].closer == 'e' ? 1 : -1;
}

/* Return whether W is NAME=VALUE, NAME+=VALUE or NAME[...]=VALUE. */
static bool
is_assignment(const struct command_word *w)
{
	const char *end = w->p + w->n;
	size_t n = command_name(w->p, end);
	const char *p = w->p + n;

	if (n > 0 && p < end && *p == '[')
		return memmem(p, (size_t)(end - p), "]=", 2) ||
		       memmem(p, (size_t)(end - p), "]+=", 3);
	p += n > 0 && end - p > 1 && *p == '+';
	return n > 0 && p < end && *p == '=';
}

static void
add_word(struct command_reader *r, struct command *c,
         const struct command_word *w)
{
	if (c->count == 0) {
		c->block = r->depth > 0 ? r->block[r->depth - 1].start : NULL;
		for (size_t i = 0; i < r->depth; i++)
			c->in_function |= r->block[i].is_function;
		r->function = false;
	}
	if (c->count == c->assignments && is_assignment(w))
		c->assignments++;
	if (c->count < COMMAND_MAX_WORDS)
		c->word[c->count] = *w;
	c->count++;
}

/* Read the word or redirection at R->p into C. Return false if it cannot be
 * parsed. */
static bool
read_word(struct command_reader *r, struct command *c)
{
	const char *end = skip_word(r->p);
	struct command_word w = { r->p, end ? (size_t)(end - r->p) : 0 };
	int reserved = 0;

	if (!end)
		return false;
	r->p = end;
	if ((*end == '<' || *end == '>') && end[1] != '(' &&
	    (strspn(w.p, "0123456789") >= w.n ||
	     (w.n > 2 && *w.p == '{' && end[-1] == '}')))
		return skip_redirection(r);
	if (c->count == 0)
		reserved = read_reserved(r, &w);
	if (reserved != 0)
		return reserved > 0;
	if (c->count == 0 && command_word_is(&w, "function")) {
		r->p = skip_blanks(r->p);
		r->p = skip_word(r->p);
		r->function = true;
		return r->p != NULL;
	}
	if (!c->text)
		c->text = w.p;
	add_word(r, c, &w);
	return true;
}

/* Read what is in [[ ]], where operators are words; C has its start. */
static bool
read_condition(struct command_reader *r, struct command *c)
{
	const char *start = r->p;

	for (;;) {
		const char *p = r->p + strspn(r->p, " \t\r\n\\&|()<>;"), *end;
		struct command_word w = { p, 0 };

		end = *p ? skip_word(p) : NULL;
		if (!end || end == p)
			return false;
		r->p = end;
		w.n = (size_t)(end - p);
		if (command_word_is(&w, "]]"))
			break;
	}
	add_word(r, c, &(struct command_word){ start, (size_t)(r->p - start) });
	return true;
}

/* Read one operator after the words of C. Return 1 if C is complete, 0 if it goes
 * on or has not begun, -1 if it cannot be parsed. */
static int
end_command(struct command_reader *r, struct command *c)
{
	char op = read_operator(r);

	if (op == '(' || op == ')') {
		int done = read_parenthesis(r, op, c);

		if (done < 0)
			return -1;
		if (done == 0)
			*c = (struct command){ .text = NULL };
	}
	c->after = op;
	/* a line may end after an operator */
	if (c->count > 0 || op != '\n' || !r->before ||
	    !strchr("ao|", r->before))
		r->before = op;
	return c->text != NULL;
}

/* Read the part of a command at R->p into C. Return 1 if C is complete, 0 if it
 * goes on or has not begun, -1 if it cannot be parsed. */
static int
read_part(struct command_reader *r, struct command *c)
{
	const char *p = r->p;
	bool first = c->count == 0;

	if ((*p == '&' && p[1] == '>') ||
	    ((*p == '<' || *p == '>') && p[1] != '(')) {
		if (!c->text)
			c->text = p;
		return skip_redirection(r) ? 0 : -1;
	}
	if (strchr("\n;&|()", *p))
		return end_command(r, c);
	if (!read_word(r, c))
		return -1;
	if (!first || c->count == 0)
		return 0;
	c->before = r->before;
	return command_word_is(&c->word[0], "[[") && !read_condition(r, c)
	           ? -1 : 0;
}

int
command_next(struct command_reader *r, struct command *c)
{
	int done = 0;

	*c = (struct command){ .text = NULL };
	while (done == 0) {
		r->p = skip_blanks(r->p);
		if (!*r->p)
			return c->text != NULL;
		if (*r->p == '#') {
			r->p += strcspn(r->p, "\n");
			continue;
		}
		done = read_part(r, c);
		if (done == 0 && c->text)
			c->len = (size_t)(r->p - c->text);
	}
	return done;
}
