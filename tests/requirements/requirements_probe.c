/*
 * requirements_probe: read requirements files, for the comparison with pip. Standard
 * input has a line for each: "r" or "c" (a constraints file), the current directory,
 * the absolute path and the name of the file, with the byte US (0x1f) between them. The
 * answer is a line of JSON: what was read, or {"refused": REASON}. The line "t", the
 * directory and a text has one requirement instead. ${NAME} are of the environment.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "os/ctx.h"
#include "resolve/requirement_file.h"

extern char **environ;

static void
put_string(const char *s)
{
	if (!s) {
		printf("null");
		return;
	}
	putchar('"');
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c < 0x20 || c == '"' || c == '\\' || c == 0x7f)
			printf("\\u%04x", c);
		else
			putchar(c);
	}
	putchar('"');
}

static void
put_member(const char *name, const char *value)
{
	printf("\"%s\": ", name);
	put_string(value);
	printf(", ");
}

static void
put_hash(const struct digest_value *h, struct arena *a)
{
	static const char *const kinds[] = { "sha256", "sha384", "sha512" };
	struct buf b;

	buf_init(&b, a);
	buf_fmt(&b, "%s:", kinds[h->kind]);
	digest_put_hex(&b, h->kind, h->sum);
	put_string(buf_str(&b));
}

static void
put_requirement(const struct requirement *q, struct arena *a)
{
	putchar('{');
	put_member("project", q->project);
	put_member("specifiers", q->specifiers);
	put_member("location", q->location);
	put_member("wheel", q->wheel);
	put_member("marker", q->marker);
	put_member("unsupported", q->unsupported);
	put_member("file", q->file);
	printf("\"extras\": [");
	for (size_t i = 0; i < q->extra_count; i++) {
		printf(i ? ", " : "");
		put_string(q->extras[i]);
	}
	printf("], \"hashes\": [");
	for (size_t i = 0; i < q->hash_count; i++) {
		printf(i ? ", " : "");
		put_hash(&q->hashes[i], a);
	}
	printf("], \"url_hash\": ");
	if (q->url_hash)
		put_hash(q->url_hash, a);
	else
		printf("null");
	printf(", \"editable\": %s, \"line\": %zu}",
	       q->editable ? "true" : "false", q->line);
}

static void
put_list(const char *name, const struct requirement_list *l, struct arena *a)
{
	printf("\"%s\": [", name);
	for (size_t i = 0; i < l->count; i++) {
		printf(i ? ", " : "");
		put_requirement(&l->list[i], a);
	}
	printf("], ");
}

static void
put_names(const char *name, const struct name_list *l)
{
	printf("\"%s\": [%s", name, l->all ? "\":all:\"" : "");
	for (size_t i = 0; i < l->count; i++) {
		printf(i || l->all ? ", " : "");
		put_string(l->names[i]);
	}
	printf("], ");
}

static void
put_files(const struct requirement_files *f, struct arena *a)
{
	putchar('{');
	put_list("wanted", &f->wanted, a);
	put_list("constraints", &f->constraints, a);
	put_names("all_releases", &f->all_releases);
	put_names("only_final", &f->only_final);
	put_names("no_binary", &f->no_binary);
	put_names("only_binary", &f->only_binary);
	printf("\"require_hashes\": %s, \"no_require_hashes\": %s, "
	       "\"pre\": %s, \"places\": [", f->require_hashes ? "true" : "false",
	       f->no_require_hashes ? "true" : "false",
	       f->pre ? "true" : "false");
	for (size_t i = 0; i < f->place_count; i++) {
		printf("%s[%s, ", i ? ", " : "",
		       f->places[i].index ? "true" : "false");
		put_string(f->places[i].path);
		putchar(']');
	}
	puts("]}");
}

static void
answer(char **words, const struct ctx *x)
{
	struct requirement_files f;
	struct requirement r;
	int rc;

	requirement_files_init(&f);
	if (words[0][0] == 't')
		rc = requirement_parse(x, &r, words[2], "--install", words[1]);
	else
		rc = requirement_files_read(x, &f, words[3], words[2],
		                            words[0][0] == 'c', words[1],
		                            (const char *const *)environ);
	if (rc < 0) {
		printf("{");
		put_member("hint", buf_str(&x->diag->hint));
		printf("\"refused\": ");
		put_string(buf_str(&x->diag->text));
		puts("}");
	} else if (words[0][0] == 't') {
		put_requirement(&r, x->arena);
		putchar('\n');
	} else {
		put_files(&f, x->arena);
	}
}

int
main(void)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t n;

	while ((n = getline(&line, &room, stdin)) > 0) {
		char *words[5] = { line };
		size_t count = 1;
		struct arena a;
		struct diag d;
		struct ctx x = { .walk = &walk_host, .arena = &a, .diag = &d };

		line[n - 1] = '\0';
		for (char *p = line; (p = strchr(p, 0x1f)) && count < 4;
		     words[count++] = p)
			*p++ = '\0';
		if (count < 3)
			return 2;
		arena_init(&a, NULL, 0);
		diag_init(&d, &a);
		answer(words, &x);
		arena_free(&a);
	}
	free(line);
	return 0;
}
