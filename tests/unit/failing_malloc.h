#pragma once
/*
 * failing_malloc: memory that runs out when a test wants it to, for a test that
 * the Makefile links with --wrap=malloc.
 */
#include <stddef.h>
#include <stdint.h>

void *__real_malloc(size_t n);
void *__wrap_malloc(size_t n);

/* Calls of malloc until one fails; negative: none fails. */
static int mallocs_left = -1;

void *
__wrap_malloc(size_t n)
{
	/* as malloc does, where a sanitizer's would make an end */
	if (mallocs_left == 0 || n > PTRDIFF_MAX)
		return NULL;
	if (mallocs_left > 0)
		mallocs_left--;
	return __real_malloc(n);
}
