/*
 * The floor that the installation of wheels is measured against: the members of
 * wheels inflated and written, by as many threads as there are processors, and
 * nothing else. No checksum, no hash, no RECORD, no script, no error is handled,
 * and the wheels are well formed. A member is inflated in one go and written by
 * one call; its directory is kept open for the next one.
 */
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { MAX_THREADS = 16, BATCH = 16, HEAVY = 1 << 20, ENTRY = 46, LOCAL = 30, END = 22 };

struct member {
	char *path;
	size_t dir; /* bytes of PATH before its last slash */
	const unsigned char *data;
	unsigned packed, size, method;
};

static struct member *members;
static size_t count, heavy, largest;
static atomic_size_t next;
static int top;

static unsigned
le(const unsigned char *p, int n)
{
	unsigned v = 0;

	while (n--)
		v = v << 8 | p[n];
	return v;
}

/* Directories in front of PATH that the one before does not have. */
static void
make_dirs(char *path, const char *before)
{
	size_t same = 0;

	while (path[same] && path[same] == before[same])
		same++;
	for (char *p = path + same; (p = strchr(p, '/')); p++) {
		*p = '\0';
		mkdirat(top, path, 0777);
		*p = '/';
	}
}

static void
list(const unsigned char *zip, size_t size)
{
	const unsigned char *end = zip + size - END, *p = zip + le(end + 16, 4);
	const char *before = "";

	count = 0;
	members = malloc(le(end + 10, 2) * sizeof(*members));
	for (; p < end; p += ENTRY + le(p + 28, 2) + le(p + 30, 2) +
	                     le(p + 32, 2)) {
		struct member *m = &members[count];
		const unsigned char *local = zip + le(p + 42, 4);
		size_t n = le(p + 28, 2);
		char *slash;

		if (p[ENTRY + n - 1] == '/')
			continue;
		m->path = memcpy(calloc(1, n + 1), p + ENTRY, n);
		slash = strrchr(m->path, '/');
		m->dir = slash ? (size_t)(slash - m->path) : 0;
		m->data = local + LOCAL + le(local + 26, 2) + le(local + 28, 2);
		m->method = le(p + 10, 2);
		m->packed = le(p + 20, 4);
		m->size = le(p + 24, 4);
		largest = m->size > largest ? m->size : largest;
		make_dirs(m->path, before);
		before = m->path;
		count++;
	}
}

static void
put(const struct member *m, const unsigned char *data, int *dir,
    const struct member **in)
{
	int fd;

	if (!*in || (*in)->dir != m->dir ||
	    memcmp((*in)->path, m->path, m->dir) != 0) {
		if (*dir >= 0)
			close(*dir);
		*dir = -1;
		if (m->dir) {
			m->path[m->dir] = '\0';
			*dir = openat(top, m->path, O_PATH | O_DIRECTORY);
			m->path[m->dir] = '/';
		}
		*in = m;
	}
	fd = m->dir ? openat(*dir, m->path + m->dir + 1,
	                     O_WRONLY | O_CREAT | O_EXCL, 0666)
	            : openat(top, m->path, O_WRONLY | O_CREAT | O_EXCL, 0666);
	if (fd < 0)
		abort(); /* two wheels with the same file, or no space */
	for (size_t n = 0; n < m->size;)
		n += (size_t)write(fd, data + n, m->size - n);
	close(fd);
}

static void *
work(void *block)
{
	const struct member *in = NULL;
	z_stream z = { .next_in = NULL };
	int dir = -1;

	inflateInit2(&z, -MAX_WBITS);
	for (;;) {
		size_t i = atomic_fetch_add(&next, 1), end = i + 1;

		/* each heavy one by itself, light ones in batches */
		if (i >= heavy) {
			i = heavy + (i - heavy) * BATCH;
			end = i + BATCH;
		}
		if (i >= count)
			break;
		for (; i < end && i < count; i++) {
			const struct member *m = &members[i];

			if (m->method == 0) {
				put(m, m->data, &dir, &in);
				continue;
			}
			inflateReset(&z);
			z.next_in = (unsigned char *)m->data;
			z.avail_in = m->packed;
			z.next_out = block;
			z.avail_out = m->size;
			if (inflate(&z, Z_FINISH) != Z_STREAM_END)
				abort();
			put(m, block, &dir, &in);
		}
	}
	return NULL;
}

/* The heavy members first: none is to be waited for at the end. */
static void
sort(void)
{
	struct member *sorted = malloc((count + 1) * sizeof(*sorted));
	size_t n = 0;

	for (int light = 0; light < 2; light++) {
		for (size_t i = 0; i < count; i++) {
			if ((members[i].size < HEAVY) == light)
				sorted[n++] = members[i];
		}
		if (!light)
			heavy = n;
	}
	free(members);
	members = sorted;
}

/* usage: wheel_floor DIRECTORY WHEEL... */
int
main(int argc, char **argv)
{
	pthread_t threads[MAX_THREADS];
	void *blocks[MAX_THREADS] = { NULL };
	size_t room = 0;
	cpu_set_t set;
	int cpus;

	sched_getaffinity(0, sizeof(set), &set);
	cpus = CPU_COUNT(&set) > MAX_THREADS ? MAX_THREADS : CPU_COUNT(&set);
	mkdir(argv[1], 0777);
	top = open(argv[1], O_RDONLY | O_DIRECTORY);
	for (int i = 2; i < argc; i++) {
		int fd = open(argv[i], O_RDONLY), used;
		struct stat st;
		void *zip;

		fstat(fd, &st);
		zip = mmap(NULL, (size_t)st.st_size, PROT_READ,
		           MAP_PRIVATE | MAP_POPULATE, fd, 0);
		close(fd);
		list(zip, (size_t)st.st_size);
		sort();
		used = count > BATCH ? cpus : 1;
		for (int t = 0; t < cpus && largest > room; t++) {
			free(blocks[t]);
			blocks[t] = malloc(largest);
		}
		room = largest > room ? largest : room;
		atomic_store(&next, 0);
		for (int t = 1; t < used; t++)
			pthread_create(&threads[t], NULL, work, blocks[t]);
		work(blocks[0]);
		for (int t = 1; t < used; t++)
			pthread_join(threads[t], NULL);
		munmap(zip, (size_t)st.st_size);
	}
	return 0;
}
