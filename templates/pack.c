/*
 * pack: deflate the templates into one C file on stdout (lib/shell/templates.h).
 * Runs on the machine that builds. Its output depends on nothing but the
 * contents, names and order of its arguments.
 *
 * Lines that start with "#:" are for who reads the template and are dropped;
 * "#:leave" and "#:enter" begin the parts that are only for one of the two,
 * "#:locate" and "#:located", where they are, what goes before and behind all
 * others in a file that finds itself.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

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
		die(path, "needs a #:leave and behind it a #:enter");
	if (t->locate == 0)
		t->locate = t->located = t->size;
	if (t->locate < t->enter || t->located < t->locate)
		die(path, "needs a #:located behind #:locate, and both last");
}

static size_t
deflate_text(const char *path, char *text, size_t size,
             unsigned char *out, size_t max)
{
	z_stream z = { 0 };
	size_t n;

	/* fixed codes: no tables to build at run time, for 50 bytes more */
	if (deflateInit2(&z, 9, Z_DEFLATED, -MAX_WBITS, 9, Z_FIXED) != Z_OK)
		die(path, "zlib does not start");
	z.next_in = (unsigned char *)text;
	z.avail_in = (unsigned)size;
	z.next_out = out;
	z.avail_out = (unsigned)max;
	if (deflate(&z, Z_FINISH) != Z_STREAM_END)
		die(path, "does not get smaller");
	n = z.total_out;
	deflateEnd(&z);
	return n;
}

/* Put the array NAME_I of the SIZE bytes at TEXT, deflated: its length. */
static size_t
put_data(const char *path, const char *name, int i, char *text,
         size_t size)
{
	static unsigned char out[MAX_SIZE];
	size_t n = deflate_text(path, text, size, out, sizeof(out));

	printf("\nstatic const unsigned char %s_%d[] = {", name, i);
	for (size_t k = 0; k < n; k++)
		printf("%s%u,", k % PER_LINE == 0 ? "\n\t" : " ", out[k]);
	printf("\n};\n");
	return n;
}

int
main(int argc, char **argv)
{
	static struct text t;
	size_t *deflated = calloc((size_t)argc, sizeof(*deflated));
	size_t *finder = calloc((size_t)argc, sizeof(*finder));

	if (!deflated || !finder)
		die("memory", "out");
	printf("/* made by templates/pack.c */\n"
	       "#include \"shell/templates.h\"\n");
	for (int i = 1; i < argc; i++) {
		read_template(argv[i], &t);
		deflated[i] = put_data(argv[i], "data", i, t.data, t.locate);
		if (t.locate < t.size)
			finder[i] = put_data(argv[i], "finder", i,
			                     t.data + t.locate,
			                     t.size - t.locate);
	}
	printf("\nconst struct template templates[] = {\n");
	for (int i = 1; i < argc; i++) {
		const char *slash = strrchr(argv[i], '/');

		read_template(argv[i], &t);
		printf("\t{ \"%s\", data_%d, %zu, %zu, %zu, %zu,\n\t  ",
		       slash ? slash + 1 : argv[i], i, deflated[i], t.locate,
		       t.leave, t.enter);
		if (finder[i] > 0)
			printf("finder_%d, ", i);
		else
			printf("NULL, ");
		printf("%zu, %zu, %zu },\n", finder[i], t.size - t.locate,
		       t.located - t.locate);
	}
	printf("\t{ NULL, NULL, 0, 0, 0, 0, NULL, 0, 0, 0 },\n};\n");
	free(finder);
	free(deflated);
	return fflush(stdout) != 0 || ferror(stdout);
}
