#include "applets/cli.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include "applets/applet.h"
#include "base/diag.h"
#include "base/str.h"
#include "os/process.h"

enum { STDOUT = 1, STDERR = 2 };

static void
escape_byte(struct buf *out, unsigned char c)
{
	switch (c) {
	case '\n':
		buf_puts(out, "\\n");
		break;
	case '\t':
		buf_puts(out, "\\t");
		break;
	case '\r':
		buf_puts(out, "\\r");
		break;
	default:
		buf_fmt(out, "\\x%x%x", c >> 4, c & 0xfU);
		break;
	}
}

/* Terminals obey the controls from 0x80 to 0x9f as well, and some put text into
 * another order or line. */
static bool
is_control(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7f && cp <= 0x9f) ||
	       (cp >= 0x200e && cp <= 0x200f) ||
	       (cp >= 0x2028 && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069);
}

void
cli_escape(struct buf *out, const char *s, size_t n)
{
	for (size_t i = 0; i < n;) {
		uint32_t cp;
		size_t len = utf8_decode(s + i, n - i, &cp);

		if (len > 0 && !is_control(cp)) {
			buf_add(out, s + i, len);
			i += len;
			continue;
		}
		for (size_t end = i + (len > 0 ? len : 1); i < end; i++)
			escape_byte(out, (unsigned char)s[i]);
	}
}

static void
put_line(struct buf *out, const char *lead, const char *s, size_t n)
{
	buf_puts(out, lead);
	cli_escape(out, s, n);
	buf_putc(out, '\n');
}

/* A line for each string of LINES, which are ended by NUL. */
static void
put_lines(struct buf *out, const char *lead, const struct buf *lines)
{
	const char *p = lines->data;
	const char *end = p + lines->len;

	while (p < end) {
		size_t n = strlen(p);

		put_line(out, lead, p, n);
		p += n + 1;
	}
}

static void
print_message(const struct buf *out)
{
	/* nobody is left to tell when stderr does not take it */
	if (out->len > 0)
		(void)process_write(STDERR, out->data, out->len);
}

int
cli_report(const char *prog, struct diag *d)
{
	struct buf out;
	bool failed = d->code != 0;
	const char *lead = arena_fmt(d->text.arena, "%s: warning: ", prog);

	buf_init(&out, d->text.arena);
	put_lines(&out, lead, &d->warnings);
	put_lines(&out, lead, &d->alarms);
	if (failed) {
		buf_fmt(&out, "%s: ", prog);
		put_line(&out, "", d->text.data, d->text.len);
		put_lines(&out, "  ", &d->notes);
		if (d->hint.len > 0)
			put_line(&out, "hint: ", d->hint.data, d->hint.len);
	}
	print_message(&out);
	diag_clear(d);
	d->warnings.len = d->alarms.len = 0;
	return failed ? EXIT_FAILED : EXIT_OK;
}

int
cli_write(const char *prog, const void *p, size_t n)
{
	int err = process_write(STDOUT, p, n);
	struct arena a;
	struct diag d;

	if (err == 0)
		return EXIT_OK;
	arena_init(&a, NULL, 0);
	diag_init(&d, &a);
	diag_set(&d, err, "cannot write to standard output: %s",
	         strerror(-err));
	cli_report(prog, &d);
	arena_free(&a);
	return EXIT_FAILED;
}

void
cli_exhausted(const char *prog)
{
	static const char text[] = ": out of memory\n";

	(void)process_write(STDERR, prog, strlen(prog));
	(void)process_write(STDERR, text, sizeof(text) - 1);
}

int
cli_version(const char *prog)
{
	char memory[256];
	struct buf out;
	struct arena a;
	int code;

	arena_init(&a, memory, sizeof(memory));
	buf_init(&out, &a);
	buf_fmt(&out, "%s %s\n", prog, VENVBOX_VERSION);
	code = cli_write(prog, out.data, out.len);
	arena_free(&a);
	return code;
}

int
cli_usage(const char *prog, const char *fmt, ...)
{
	struct buf text, out;
	struct arena a;
	va_list ap;

	arena_init(&a, NULL, 0);
	buf_init(&text, &a);
	buf_init(&out, &a);
	va_start(ap, fmt);
	buf_vfmt(&text, fmt, ap);
	va_end(ap);
	buf_fmt(&out, "%s: ", prog);
	put_line(&out, "", text.data, text.len);
	buf_fmt(&out, "hint: try '%s --help'\n", prog);
	print_message(&out);
	arena_free(&a);
	return EXIT_USAGE;
}

/* A long option that getopt_long() did not settle on: WORD as it was given. */
static int
unknown_option(const char *prog, const char *word, const struct option *longs)
{
	size_t n = strcspn(word, "=");
	size_t matches = 0;

	for (; longs->name; longs++) {
		if (n > 2 && strncmp(longs->name, word + 2, n - 2) == 0)
			matches++;
	}
	if (matches > 1)
		return cli_usage(prog, "option '%.*s' is ambiguous", (int)n,
		                 word);
	return cli_usage(prog, "unknown option '%.*s'", (int)n, word);
}

/* The word getopt_long() is at: it goes on when a word's letters are used up. */
static const char *
word_with_byte(char **argv)
{
	const char *next = argv[optind];

	for (const char *p = next; p && *next == '-' && *p; p++) {
		if ((unsigned char)*p >= 128)
			return next;
	}
	return argv[optind - 1];
}

int
cli_bad_option(const char *prog, char **argv, int c, const char *shorts,
               const struct option *longs)
{
	bool has_letter = optopt > 0 && optopt < 128 && optopt != ':' &&
	                  strchr(shorts, optopt);
	const struct option *known = longs;

	if (optopt > 0 && optopt < 128 && !has_letter)
		return cli_usage(prog, "unknown option '-%c'", optopt);
	while (known->name && known->val != optopt)
		known++;
	if (optopt == 0)
		return unknown_option(prog, argv[optind - 1], longs);
	/* a byte that is no ASCII comes back as some other number */
	if (!known->name && !has_letter)
		return unknown_option(prog, word_with_byte(argv), longs);
	if (c == ':' && has_letter)
		return cli_usage(prog, "option '-%c' needs an argument",
		                 optopt);
	if (c == ':')
		return cli_usage(prog, "option '--%s' needs an argument",
		                 known->name);
	return cli_usage(prog, "option '--%s' takes no argument", known->name);
}

int
cli_exec(const char *prog, char **argv, const char *const *env,
         struct arena *a)
{
	struct diag d;
	int err;

	diag_init(&d, a);
	err = process_exec(a, argv, env, &d);
	cli_report(prog, &d);
	return err == -ENOENT ? EXIT_NOT_FOUND : EXIT_CANNOT_RUN;
}
