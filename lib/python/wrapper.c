#include "python/wrapper.h"

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "format/elf.h"
#include "format/source.h"
#include "python/inspection.h"

enum { MAX_WRAPPER = 1 << 20, WINDOW = 16 * 1024, MAX_DOC = 4096 };

const char *const wrapper_settings[WRAPPER_SETTINGS] = { "PYTHONHOME",
	                                                 "PYTHONPATH" };

bool
wrapper_is_option(const char *word, bool *valued)
{
	*valued = strcmp(word, "--check-hash-based-pycs") == 0;
	if (*valued)
		return true;
	if (word[0] != '-' || !word[1])
		return false;
	while (*++word) {
		if (*word == 'W' || *word == 'X') {
			*valued = !word[1];
			return true;
		}
		if (!strchr("bBdEiIOPqRsStuvx", *word))
			return false;
	}
	return true;
}

/* End the word at *P, in quotes or not, with a NUL, and move *P after it. Return the
 * word without its quotes, NULL at the end. */
static char *
cut_nix_word(char **p)
{
	char *word = *p + strspn(*p, " \t\n\\"), *in = word, *out = word;
	bool quoted = *in == '\'';

	if (!*word)
		return NULL;
	for (in += quoted; *in; *out++ = *in++) {
		if (!quoted && strchr(" \t\n", *in))
			break;
		if (quoted && *in == '\'') {
			if (!str_starts(in, "'\\''"))
				break;
			in += 3; /* a quote in the word */
		}
	}
	*p = in + (*in != '\0');
	*out = '\0';
	return word;
}

/* Return whether the words of FLAGS are all options of Python. */
static bool
has_options(const char *flags)
{
	bool valued = false;

	while (*(flags += strspn(flags, " "))) {
		char word[64];
		size_t n = strcspn(flags, " ");

		if (n >= sizeof(word))
			return false;
		memcpy(word, flags, n);
		word[n] = '\0';
		if (valued)
			valued = false;
		else if (!wrapper_is_option(word, &valued))
			return false;
		flags += n;
	}
	return !valued;
}

/* Read TEXT, the options of makeCWrapper after the target. */
static void
read_nix_options(struct wrapper *w, char *text)
{
	static const struct {
		const char *name;
		unsigned values;
	} valued[] = {
		{ "--set", 2 }, { "--set-default", 2 }, { "--prefix", 3 },
		{ "--suffix", 3 }, { "--unset", 1 }, { "--chdir", 1 },
		{ "--argv0", 1 }, { "--add-flag", 1 }, { "--add-flags", 1 },
		{ "--append-flag", 1 }, { "--append-flags", 1 },
	};
	bool moves = false;
	char *word;

	while ((word = cut_nix_word(&text))) {
		const char *value[3] = { "", "", "" };

		for (size_t i = 0; i < sizeof(valued) / sizeof(*valued); i++) {
			if (strcmp(word, valued[i].name) != 0)
				continue;
			for (unsigned k = 0; k < valued[i].values; k++) {
				value[k] = cut_nix_word(&text);
				if (!value[k])
					return;
			}
		}
		if (strcmp(word, "--inherit-argv0") == 0)
			w->keeps_name = true;
		moves |= strcmp(word, "--chdir") == 0;
		if (str_starts(word, "--append-flag") ||
		    (str_starts(word, "--add-flag") && !has_options(value[0])))
			w->is_tool = true;
		for (size_t i = 0; i < WRAPPER_SETTINGS; i++) {
			if (strcmp(value[0], wrapper_settings[i]) == 0 && *value[1])
				w->sets = w->sets ? w->sets : wrapper_settings[i];
		}
	}
	w->keeps_name &= !moves;
}

struct nix_scan {
	struct arena *arena;
	struct wrapper *wrapper;
};

/* Find the command that made the wrapper, which is a text in it: the target in
 * quotes, then options. */
static int
scan_for_nix(void *ctx, const unsigned char *p, size_t n, bool first)
{
	static const char start[] = "makeCWrapper '/";
	struct nix_scan *s = ctx;
	const unsigned char *x = memmem(p, n, start, sizeof(start) - 1);
	const unsigned char *end;
	char *text, *options;

	(void)first;
	if (!x)
		return 0;
	x += sizeof(start) - 3; /* the quote */
	n -= (size_t)(x - p);
	end = memchr(x, '\0', n < MAX_DOC ? n : MAX_DOC);
	text = arena_dup(s->arena, (const char *)x, end ? (size_t)(end - x)
	                 : n < MAX_DOC ? n : MAX_DOC);
	options = text;
	s->wrapper->target = cut_nix_word(&options);
	read_nix_options(s->wrapper, options);
	return 1;
}

bool
wrapper_read_nix(struct inspection *in, const struct elf *e, struct wrapper *w)
{
	struct nix_scan s = { .arena = in->arena, .wrapper = w };

	*w = (struct wrapper){ .target = NULL };
	return e->source->size <= MAX_WRAPPER &&
	       elf_scan(e, 0, ELF_WRITE, arena_alloc(in->arena, WINDOW), WINDOW,
	                MAX_DOC, scan_for_nix, &s) == 1;
}
