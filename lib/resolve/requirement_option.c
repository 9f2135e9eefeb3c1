#include "resolve/requirement_option.h"

#include <errno.h>

#include "base/buf.h"
#include "base/diag.h"

enum { MAX_SHOWN = 100 };

static const struct option {
	char name[20];
	char letter; /* 0: none */
	bool has_value;
	unsigned char kind;
} options_known[] = {
	{ "--requirement", 'r', true, OPTION_REQUIREMENT },
	{ "--constraint", 'c', true, OPTION_CONSTRAINT },
	{ "--editable", 'e', true, OPTION_EDITABLE },
	{ "--find-links", 'f', true, OPTION_FIND_LINKS },
	{ "--index-url", 'i', true, OPTION_INDEX_URL },
	{ "--pypi-url", 0, true, OPTION_INDEX_URL },
	{ "--extra-index-url", 0, true, OPTION_EXTRA_INDEX_URL },
	{ "--no-index", 0, false, OPTION_NO_INDEX },
	{ "--no-binary", 0, true, OPTION_NO_BINARY },
	{ "--only-binary", 0, true, OPTION_ONLY_BINARY },
	{ "--all-releases", 0, true, OPTION_ALL_RELEASES },
	{ "--only-final", 0, true, OPTION_ONLY_FINAL },
	{ "--pre", 0, false, OPTION_PRE },
	{ "--require-hashes", 0, false, OPTION_REQUIRE_HASHES },
	{ "--no-require-hashes", 0, false, OPTION_NO_REQUIRE_HASHES },
	{ "--hash", 0, true, OPTION_HASH },
	{ "--config-settings", 'C', true, OPTION_NO_EFFECT },
	{ "--trusted-host", 0, true, OPTION_NO_EFFECT },
	{ "--use-feature", 0, true, OPTION_NO_EFFECT },
	{ "--prefer-binary", 0, false, OPTION_NO_EFFECT },
};

enum { KNOWN = sizeof(options_known) / sizeof(options_known[0]) };

void
requirement_line_split(struct slice line, struct slice *requirement,
                       struct slice *options)
{
	size_t i = 0;

	while (i < line.n && (line.s[i] != '-' ||
	                      (i > 0 && line.s[i - 1] != ' ')))
		i++;
	*options = (struct slice){ line.s + i, line.n - i };
	/* the space between belongs to neither */
	*requirement = (struct slice){ line.s, i < line.n && i > 0 ? i - 1 : i };
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Append the character after a backslash. Between double quotes a backslash
 * only escapes itself and them. Return false if there is none. */
static bool
put_escaped(struct buf *b, struct slice *t, char quote)
{
	char c;

	if (t->n < 2)
		return false;
	c = t->s[1];
	if (quote && c != '"' && c != '\\')
		buf_putc(b, '\\');
	buf_putc(b, c);
	t->s += 2;
	t->n -= 2;
	return true;
}

/* Append the word at the start of T, without its quotes. Return false if a
 * quote is not closed or nothing follows a backslash. */
static bool
take_word(struct slice *t, struct buf *b)
{
	char quote = 0;

	while (t->n > 0 && (quote || !is_blank(*t->s))) {
		char c = *t->s;

		if (c == '\\' && quote != '\'') {
			if (!put_escaped(b, t, quote))
				return false;
			continue;
		}
		if (quote && c == quote)
			quote = '\0';
		else if (!quote && (c == '"' || c == '\''))
			quote = c;
		else
			buf_putc(b, c);
		t->s++;
		t->n--;
	}
	return quote == 0;
}

/* Set *WORD to the next word, NULL at the end. */
static int
next_word(struct slice *t, char **word, struct arena *a, struct diag *d)
{
	struct buf b;

	*word = NULL;
	while (t->n > 0 && is_blank(*t->s)) {
		t->s++;
		t->n--;
	}
	if (t->n == 0)
		return 0;
	buf_init(&b, a);
	if (!take_word(t, &b))
		return diag_set(d, -EINVAL, "a quote is not closed, or nothing "
		                "follows the last backslash");
	*word = buf_str(&b);
	return 0;
}

/* Find the long option that the N bytes at NAME are, or are the start of. Set
 * *AMBIGUOUS if they start several. */
static const struct option *
find_long(const char *name, size_t n, bool *ambiguous)
{
	const struct option *found = NULL;

	*ambiguous = false;
	for (size_t i = 0; i < KNOWN; i++) {
		const struct option *o = &options_known[i];

		if (strncmp(o->name, name, n) != 0)
			continue;
		if (!o->name[n]) {
			*ambiguous = false;
			return o;
		}
		*ambiguous = found != NULL || *ambiguous;
		found = o;
	}
	return found;
}

static const struct option *
find_short(char letter)
{
	for (size_t i = 0; i < KNOWN; i++) {
		if (letter && options_known[i].letter == letter)
			return &options_known[i];
	}
	return NULL;
}

static int
refuse_word(const char *word, struct diag *d)
{
	return diag_set(d, -EINVAL, "'%.*s' is not an option, and pip would "
	                "ignore it", MAX_SHOWN, word);
}

/* Return the option WORD and set *VALUE to the value in the same word, NULL if
 * there is none. Return NULL, with a diag, if it is not one. */
static const struct option *
find_option(const char *word, const char **value, struct diag *d)
{
	bool is_long = word[0] == '-' && word[1] == '-', ambiguous = false;
	size_t n = is_long ? strcspn(word, "=") : 2;
	const struct option *o;

	if (word[0] != '-' || !word[1]) {
		refuse_word(word, d);
		return NULL;
	}
	o = is_long ? find_long(word, n, &ambiguous) : find_short(word[1]);
	if (!o || ambiguous) {
		diag_set(d, -EINVAL, "%s: %.*s", ambiguous ? "ambiguous option"
		                                           : "no such option",
		         n < MAX_SHOWN ? (int)n : MAX_SHOWN, word);
		return NULL;
	}
	*value = !word[n] ? NULL : word + n + is_long;
	return o;
}

/* Set *WORD to the word that starts the next option, NULL at the end. */
static int
next_option_word(struct slice *options, char **word, struct arena *a, struct diag *d)
{
	int rc = next_word(options, word, a, d);

	if (rc < 0 || !*word || strcmp(*word, "--") != 0)
		return rc;
	rc = next_word(options, word, a, d);
	return rc == 0 && *word ? refuse_word(*word, d) : rc;
}

/* Check the value of O, taking the next word if its own has none. */
static int
take_value(const struct option *known, struct requirement_option *o,
           struct slice *options, struct arena *a, struct diag *d)
{
	char *next = NULL;

	if (!known->has_value)
		return o->value ? diag_set(d, -EINVAL, "%s takes no value",
		                           o->name) : 0;
	if (!o->value) {
		if (next_word(options, &next, a, d) < 0)
			return d->code;
		o->value = next;
	}
	if (!o->value)
		return diag_set(d, -EINVAL, "%s needs a value", o->name);
	if (known->letter == 'C' && !strchr(o->value, '='))
		return diag_set(d, -EINVAL, "the value of %s is not KEY=VALUE",
		                o->name);
	return 0;
}

int
requirement_option_next(struct slice *options, struct requirement_option *o,
                        struct arena *a, struct diag *d)
{
	const struct option *known;
	char *word;

	if (next_option_word(options, &word, a, d) < 0)
		return d->code;
	if (!word)
		return 0;
	known = find_option(word, &o->value, d);
	if (!known)
		return d->code;
	o->kind = known->kind;
	o->name = known->name;
	return take_value(known, o, options, a, d) < 0 ? d->code : 1;
}
