/*
 * The input is a document. Each value lies inside it, its path is short and has
 * no NUL, and to stop at a value is to hear of no other.
 */
#include "format/toml.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "tests/fuzz/fuzz.h"

struct seen {
	const char *text;
	size_t size, count, stop;
};

static int
look(void *ctx, const struct toml_value *v)
{
	struct seen *s = ctx;

	check(v->text >= s->text && v->len <= s->size &&
	      v->text + v->len <= s->text + s->size);
	check(strlen(v->path) < TOML_MAX_PATH && *v->path != '/');
	return ++s->count == s->stop ? 1 : 0;
}

/* The number of values of a fresh copy, looked at up to STOP. */
static size_t
values(const uint8_t *data, size_t size, size_t stop)
{
	char *text = malloc(size + 1);
	struct seen s = { text, size, 0, stop };
	int err;

	check(text != NULL);
	memcpy(text, data, size);
	err = toml_each(text, size, look, &s);
	check(err == 0 || err == -EINVAL || (err == 1 && s.count == stop));
	free(text);
	return s.count;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t count = values(data, size, 0);

	if (count > 0)
		check(values(data, size, count / 2 + 1) == count / 2 + 1);
	return 0;
}
