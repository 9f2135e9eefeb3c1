#pragma once
/*
 * tags: which wheels a Python can use, from its facts (PEP 425, 600, 656;
 * spec/wheels.md 2).
 */
#include <stdbool.h>
#include <stddef.h>

struct arena;
struct platform;
struct python;
struct walk;
struct wheel_name;

struct tags {
	const struct python *python;
	const char *abi;       /* of its compiled modules: "cp313t" */
	const char *other_abi; /* what a debug build can use too; else "" */
	struct platform *platform; /* learnt when a tag asks for it */
};

/* Set T to what PY, whose files W reads, can use. PY, W and A must outlive T. */
void tags_init(struct tags *t, const struct python *py, const struct walk *w,
               struct arena *a);

/*
 * Return how well the tags of W fit: the smaller the better, from 0; a negative
 * number if T is not compatible. Set *DOUBT if the answer depends on an unknown
 * libc version. Not for threads.
 */
int tags_rank(const struct tags *t, const struct wheel_name *w, bool *doubt);

/* Describe T for a message: "CPython 3.13 on x86_64 glibc 2.36". */
char *tags_describe(const struct tags *t, struct arena *a);
