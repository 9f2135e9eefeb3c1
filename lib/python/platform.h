#pragma once
/*
 * platform: the platforms whose compiled code runs in a Python: its machine
 * and the C library that its loader will load, from their files alone
 * (PEP 600, PEP 656; spec/wheels.md 2.3).
 */
#include <stdbool.h>
#include <stddef.h>

struct arena;
struct python;
struct walk;

/* NONE: it loads nothing; BIONIC: Android's, whose version is not known. */
enum libc { LIBC_NONE, LIBC_GLIBC, LIBC_MUSL, LIBC_BIONIC };

struct platform {
	const struct python *python;
	const struct walk *walk;
	struct arena *arena;
	bool learnt;
	const char *arch; /* "x86_64", "armv7l"; "": none that wheels are for */
	enum libc libc;
	int major, minor; /* of the library; MINOR -1: not known */
};

/* Fill in what needs no file to be read: all but LIBC, MAJOR and MINOR. */
void platform_init(struct platform *p, const struct python *py,
                   const struct walk *w, struct arena *a);

/* Return the platform tag of PY, a Python of Windows. */
const char *platform_of_windows(const struct python *py);

/* Learn the rest from files, once. They may leave it unknown. */
void platform_learn(struct platform *p);

/*
 * Return 0 for the platform tag of a Python of Windows, or the rank of the tag, N bytes at S, in the list of the platforms that P
 * can use, from 0 (best) to 255; -1 if it is not in the list. Set *DOUBT if that
 * depends on an unknown version.
 */
int platform_rank(struct platform *p, const char *s, size_t n, bool *doubt);
