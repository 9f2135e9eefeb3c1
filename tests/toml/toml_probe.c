/*
 * toml_probe: read documents, for the comparison with Python's tomllib. Standard
 * input has for each a line with its length in bytes, then the document. The
 * answer is a line of JSON: [KIND, TEXT] for a value, [KIND, [ELEMENT...]] for an
 * array, [KIND, [[KEY, MEMBER]...]] for a table, or the reason as a string if it
 * is refused.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "format/toml.h"

static void
print_string(const char *s, size_t n)
{
	putchar('"');
	for (; n > 0; s++, n--) {
		unsigned char c = (unsigned char)*s;

		if (c < 0x20 || c == '"' || c == '\\' || c == 0x7f)
			printf("\\u%04x", c);
		else
			putchar(c);
	}
	putchar('"');
}

static void
print_node(const struct toml *t)
{
	const char *name = strchr(toml_kind_name(t->kind), ' ') + 1;

	printf("[\"%s\",", name);
	if (t->text) {
		print_string(t->text, t->len);
	} else {
		putchar('[');
		for (const struct toml *c = t->child; c; c = c->next) {
			if (c->key) {
				putchar('[');
				print_string(c->key, c->key_len);
				putchar(',');
			}
			print_node(c);
			printf("%s%s", c->key ? "]" : "", c->next ? "," : "");
		}
		putchar(']');
	}
	putchar(']');
}

int
main(void)
{
	size_t n;

	while (scanf("%zu", &n) == 1 && getchar() == '\n') {
		char *text = malloc(n ? n : 1);
		struct toml *root;
		struct arena a;
		struct diag d;

		if (!text || fread(text, 1, n, stdin) != n)
			return 2;
		arena_init(&a, NULL, 0);
		diag_init(&d, &a);
		if (toml_parse(&root, text, n, &a, &d) < 0)
			print_string(d.text.data, d.text.len);
		else
			print_node(root);
		putchar('\n');
		arena_free(&a);
		free(text);
	}
	return 0;
}
