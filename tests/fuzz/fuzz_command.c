/*
 * The input is a shell script. Every command and word lies inside it, the reader
 * goes on with each, and a word that is not lost is not empty.
 */
#include "format/command.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	const char *last = text;
	struct command_reader r;
	struct command c;

	if (!text)
		return 0;
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	command_start(&r, text);
	while (command_next(&r, &c) == 1) {
		check(r.p > last && r.p <= text + size);
		last = r.p;
		check(c.text >= text && c.text + c.len <= r.p);
		check(c.assignments <= c.count);
		for (size_t i = 0; i < c.count && i < COMMAND_MAX_WORDS; i++) {
			const struct command_word *w = &c.word[i];

			check(w->n > 0 && w->p >= c.text);
			check(w->p + w->n <= c.text + c.len);
		}
	}
	free(text);
	return 0;
}
