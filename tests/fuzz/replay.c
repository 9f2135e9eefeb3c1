/*
 * replay: runs every file of the corpus directories given through a fuzz
 * target, without libFuzzer, so that gcc's sanitizers see the corpus too.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
replay_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	size_t size;
	uint8_t *data;
	long end;

	if (!f || fseek(f, 0, SEEK_END) != 0 || (end = ftell(f)) < 0) {
		perror(path);
		exit(2);
	}
	rewind(f);
	size = (size_t)end;
	/* exactly as large as the input: one byte too far is seen */
	data = malloc(size ? size : 1);
	if (!data || fread(data, 1, size, f) != size) {
		perror(path);
		exit(2);
	}
	fclose(f);
	LLVMFuzzerTestOneInput(data, size);
	free(data);
}

static unsigned
replay_dir(const char *dir)
{
	char path[4096];
	struct dirent *e;
	unsigned n = 0;
	DIR *d = opendir(dir);

	if (!d) {
		perror(dir);
		exit(2);
	}
	while ((e = readdir(d))) {
		if (e->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
		/* for a crash, the last line names the input */
		fprintf(stderr, "# %s\n", path);
		replay_file(path);
		n++;
	}
	closedir(d);
	return n;
}

int
main(int argc, char **argv)
{
	unsigned n = 0;

	for (int i = 1; i < argc; i++)
		n += replay_dir(argv[i]);
	printf("%u\n", n);
	return n > 0 ? 0 : 1;
}
