#include "wheel/launcher.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "format/quote.h"
#include "wheel/exe_script.h"
#include "wheel/metadata.h"

enum { MAX_SHEBANG = 127 };

static const char coding_line[] = "# -*- coding: latin-1 -*-\n";

/*
 * Write PATH as a word of sh inside a string of Python, in which only "\\\\" is
 * a backslash and three quotes in a row end it.
 */
static void
put_word(struct buf *out, const char *path)
{
	while (*path) {
		size_t n = strcspn(path, "'\\");

		if (n > 0)
			buf_fmt(out, "'%.*s'", (int)n, path);
		path += n;
		for (; *path == '\''; path++)
			buf_puts(out, "\"'\"");
		for (; *path == '\\'; path++)
			buf_puts(out, "\"\\\\\"");
	}
}

static bool
is_ascii(const char *s, size_t n)
{
	while (n > 0 && !(*s & 0x80)) {
		s++;
		n--;
	}
	return n == 0;
}

/* Return the length of the lines at the start of BODY, N bytes, that are
 * comments, or empty, for Python and for sh. */
static size_t
comment_lines(const char *body, size_t n)
{
	size_t len = 0;
	const char *end;

	while (len < n && (body[len] == '#' || body[len] == '\n') &&
	       (end = memchr(body + len, '\n', n - len)) != NULL)
		len = (size_t)(end - body) + 1;
	return len;
}

/* Return whether BODY, N bytes, starts with what may be its docstring. */
static bool
starts_with_string(const char *body, size_t n)
{
	size_t i = n > 0 && strchr("rRuU", *body) ? 1 : 0;

	return i < n && (body[i] == '"' || body[i] == '\'');
}

/*
 * Write lines that find the Python next to the script, whatever the script's
 * path is: $0 has it if it names no link. Only a program can read a link, and
 * one that exists is the base Python, which must not import anything from the
 * current directory. What is below bin may be a link to another place. All that
 * is written here is code for sh, and one string for Python.
 */
static void
put_finder(struct buf *out, const char *base)
{
	buf_puts(out,
	         "''':'\n"
	         "[ -h \"$0\" ] || [ \"${0#-}\" != \"$0\" ] || "
	         "[ \"${0##*/bin/}\" != \"${0##*/}\" ] || "
	         "[ ! -f \"${0%/bin/*}/pyvenv.cfg\" ] || "
	         "exec \"${0%/bin/*}/bin/python\" \"$0\" \"$@\"\n"
	         "exec ");
	put_word(out, base);
	buf_puts(out,
	         " -ESsc 'import sys\n"
	         "sys.path = [p for p in sys.path if p]\n"
	         "import os\n"
	         "path = os.path.dirname(os.path.realpath(sys.argv[1]))\n"
	         "if not os.path.exists(os.path.dirname(path) + "
	         "\"/pyvenv.cfg\"):\n"
	         "    sys.exit(sys.argv[1] + \": it is in no environment\")\n"
	         "path += \"/python\"\n"
	         "sys.argv[1] = os.path.join(\".\", sys.argv[1])\n"
	         "os.execv(path, [path] + sys.argv[1:])' \"$0\" \"$@\"\n"
	         "'''");
}

int
launcher_put_program(struct buf *out, const struct launch *launch,
                     const char *body, size_t n)
{
	const char *python = launch->base ? launch->base : launch->python;
	bool text = utf8_is_valid(python, strlen(python));
	bool simple = text && !launch->base &&
	              strlen(python) + 3 <= MAX_SHEBANG &&
	              !strpbrk(python, " \t\n\r");
	size_t comments = launch->base && !launch->exe ? comment_lines(body, n) : 0;

	if (launch->exe) {
		buf_fmt(out, "#!%s\r\n", launch->python);
		buf_add(out, body, n);
		return 0;
	}
	if (!text && !is_ascii(body, n))
		return -EINVAL;
	buf_fmt(out, "#!%s\n", simple ? python : "/bin/sh");
	/* Python 3.13 wants UTF-8 on a line before the one that declares the
	 * coding */
	if (!text)
		buf_puts(out, coding_line);
	/* one of them may declare the coding (PEP 263) */
	buf_add(out, body, comments);
	body += comments;
	n -= comments;
	if (launch->base) {
		put_finder(out, python);
		/* two strings in a row are one docstring, after which imports
		 * from __future__ may follow */
		buf_putc(out, starts_with_string(body, n) ? ' ' : '\n');
	} else if (!simple) {
		/* to sh the first word is exec, to Python all of it is a
		 * string */
		buf_puts(out, "'''exec' ");
		put_word(out, python);
		buf_puts(out, " \"$0\" \"$@\"\n' '''\n");
	}
	buf_add(out, body, n);
	return 0;
}

int
launcher_put_script(struct buf *out, const struct launch *launch,
                    const struct entry_point *e)
{
	size_t n = strcspn(e->attribute, ".");
	struct buf body;

	buf_init(&body, out->arena);
	/* .pyw and .exe are what Windows adds to the name */
	buf_fmt(&body,
	        "import re\n"
	        "import sys\n"
	        "from %s import %.*s\n"
	        "\n"
	        "if __name__ == '__main__':\n"
	        "    sys.argv[0] = re.sub(r'(-script\\.pyw|\\.exe)?$', '', "
	        "sys.argv[0])\n"
	        "    sys.exit(%s())\n",
	        e->module, (int)n, e->attribute, e->attribute);
	if (launch->exe)
		return exe_script_put(out, launch, e, &body);
	return launcher_put_program(out, launch, body.data, body.len);
}

size_t
launcher_placeholder(const char *s, size_t n)
{
	static const char mark[] = "#!python";
	const char *end;

	if (n < sizeof(mark) - 1 || memcmp(s, mark, sizeof(mark) - 1) != 0)
		return 0;
	end = memchr(s, '\n', n);
	return end ? (size_t)(end - s) + 1 : n;
}

/* Return the length of the word of sh at S, with its quotes. */
static size_t
word_length(const char *s)
{
	size_t i = 0;
	char quote = '\0';

	for (; s[i] && (quote || !strchr(" \t\n;", s[i])); i++) {
		if (s[i] == '\\' && quote != '\'' && s[i + 1])
			i++;
		else if (quote && s[i] == quote)
			quote = '\0';
		else if (!quote && (s[i] == '\'' || s[i] == '"'))
			quote = s[i];
	}
	return i;
}

/* Read into START the lines after the first one, which is "#!/bin/sh" and FIRST
 * bytes long. */
static void
read_exec(struct launcher_start *start, const char *s, size_t n, size_t first,
          struct arena *a)
{
	static const char lead[] = "'''exec' ";
	static const char tail[] = " \"$0\" \"$@\"\n' '''\n";
	const char *p = s + first;
	struct buf word;
	const char *end;

	if (str_starts(p, coding_line))
		p += sizeof(coding_line) - 1;
	if (!str_starts(p, lead))
		return;
	p += sizeof(lead) - 1;
	buf_init(&word, a);
	if (shellword_read(&word, p, (size_t)(s + n - p)) < 0 || word.len == 0)
		return;
	start->program = buf_str(&word);
	end = p + word_length(p);
	if (str_starts(end, tail))
		start->length = (size_t)(end - s) + sizeof(tail) - 1;
}

void
launcher_read(struct launcher_start *start, const char *s, size_t n,
              struct arena *a)
{
	size_t line, skipped, len;
	const char *end;

	*start = (struct launcher_start){ .length = 0 };
	if (n < 2 || memcmp(s, "#!", 2) != 0)
		return;
	end = memchr(s, '\n', n);
	line = end ? (size_t)(end - s) : n;
	if (strnlen(s, line) < line)
		return;
	skipped = 2 + strspn(s + 2, " \t");
	len = strcspn(s + skipped, " \t\r\n");
	if (len == 7 && line == 9 && memcmp(s + 2, "/bin/sh", 7) == 0 && end)
		read_exec(start, s, n, line + 1, a);
	if (start->program)
		return;
	start->program = arena_dup(a, s + skipped, len);
	if (end && skipped == 2 && len == line - 2)
		start->length = line + 1;
}
