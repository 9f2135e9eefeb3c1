/*
 * pack: write the templates as one C file to stdout (lib/shell/templates.h).
 * It runs on the machine that builds. Its output depends only on the contents,
 * names and order of its arguments.
 *
 * Lines that start with "#:" are comments for readers of the template and are
 * dropped. "#:leave" and "#:enter" begin the parts that only leave or only
 * enter. "#:locate" and "#:located", where present, begin the text that a file
 * which finds itself has before and after all others.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_SIZE = 64 * 1024, PER_LINE = 12 };

struct text {
	char data[MAX_SIZE];
	size_t size;
	size_t leave;
	size_t enter;
	size_t locate;
	size_t located;
};

static void
die(const char *path, const char *why)
{
	(void)fprintf(stderr, "pack: %s: %s\n", path, why);
	exit(1);
}

static void
read_template(const char *path, struct text *t)
{
	char line[1024];
	FILE *f = fopen(path, "rb");

	if (!f)
		die(path, "cannot open");
	memset(t, 0, sizeof(*t));
	while (fgets(line, sizeof(line), f)) {
		size_t n = strlen(line);

		if (line[n - 1] != '\n')
			die(path, "line too long or without an end");
		if (strcmp(line, "#:leave\n") == 0)
			t->leave = t->size;
		if (strcmp(line, "#:enter\n") == 0)
			t->enter = t->size;
		if (strcmp(line, "#:locate\n") == 0)
			t->locate = t->size;
		if (strcmp(line, "#:located\n") == 0)
			t->located = t->size;
		if (strncmp(line + strspn(line, "\t "), "#:", 2) == 0)
			continue;
		if (n > sizeof(t->data) - t->size)
			die(path, "too large");
		memcpy(t->data + t->size, line, n);
		t->size += n;
	}
	if (ferror(f) || fclose(f) != 0)
		die(path, "cannot read");
	if (t->leave == 0 || t->enter < t->leave)
		die(path, "needs a #:leave and a #:enter after it");
	if (t->locate == 0)
		t->locate = t->located = t->size;
	if (t->locate < t->enter || t->located < t->locate)
		die(path, "needs a #:located after #:locate, and both last");
}

/* Write the array NAME_I of the SIZE bytes at TEXT. */
static void
put_text(const char *name, int i, const char *text, size_t size)
{
	printf("\nstatic const char %s_%d[] = {", name, i);
	for (size_t k = 0; k < size; k++)
		printf("%s'\\%03o',", k % PER_LINE == 0 ? "\n\t" : " ",
		       (unsigned char)text[k]);
	printf("\n};\n");
}

int
main(int argc, char **argv)
{
	static struct text t;

	printf("/* made by templates/pack.c */\n"
	       "#include \"shell/templates.h\"\n");
	for (int i = 1; i < argc; i++) {
		read_template(argv[i], &t);
		put_text("text", i, t.data, t.locate);
		if (t.locate < t.size)
			put_text("finder", i, t.data + t.locate,
			         t.size - t.locate);
	}
	printf("\nconst struct template templates[] = {\n");
	for (int i = 1; i < argc; i++) {
		const char *slash = strrchr(argv[i], '/');

		read_template(argv[i], &t);
		printf("\t{ \"%s\", text_%d, %zu, %zu, %zu,\n\t  ",
		       slash ? slash + 1 : argv[i], i, t.locate, t.leave,
		       t.enter);
		if (t.locate < t.size)
			printf("finder_%d, ", i);
		else
			printf("NULL, ");
		printf("%zu, %zu },\n", t.size - t.locate, t.located - t.locate);
	}
	printf("\t{ NULL, NULL, 0, 0, 0, NULL, 0, 0 },\n};\n");
	return fflush(stdout) != 0 || ferror(stdout);
}
