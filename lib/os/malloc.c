/*
 * malloc for the static binary. All memory is taken by arenas, in chunks of 64
 * KB and more, and most runs never need one; so each block is a mapping of its
 * own, and libc's allocator (a twelfth of the binary) stays out.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

/* In front of each block; keeps it aligned for any object. */
struct header {
	_Alignas(max_align_t) size_t size; /* of the mapping */
};

void *
malloc(size_t n)
{
	struct header *h;

	if (n > SIZE_MAX / 2)
		return NULL;
	n += sizeof(*h);
	h = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
	         -1, 0);
	if (h == MAP_FAILED)
		return NULL;
	h->size = n;
	return h + 1;
}

void *
realloc(void *p, size_t n)
{
	struct header *h = p;

	if (!p)
		return malloc(n);
	h--;
	if (n > SIZE_MAX / 2)
		return NULL;
	n += sizeof(*h);
	h = mremap(h, h->size, n, MREMAP_MAYMOVE);
	if (h == MAP_FAILED)
		return NULL;
	h->size = n;
	return h + 1;
}

void
free(void *p)
{
	struct header *h = p;

	if (h) {
		h--;
		munmap(h, h->size);
	}
}
