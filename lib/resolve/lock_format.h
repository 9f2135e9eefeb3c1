#pragma once
/*
 * lock_format: which tool's lock file a text is. Its content decides, not its
 * name.
 */
#include <stddef.h>

enum lock_format {
	LOCK_PYLOCK,       /* pylock.toml, PEP 751 */
	LOCK_UV,           /* uv.lock */
	LOCK_POETRY,       /* poetry.lock */
	LOCK_PDM,          /* pdm.lock */
	LOCK_PIPFILE,      /* Pipfile.lock */
	LOCK_REQUIREMENTS, /* a requirements file of pip */
	LOCK_UNKNOWN
};

/* Return the format of the N bytes at TEXT, which may have errors in it. */
enum lock_format lock_format_find(const char *text, size_t n);

/* Return the usual file name of the format, such as "uv.lock"; NULL for
 * LOCK_UNKNOWN. */
const char *lock_format_name(enum lock_format format);

/* Return the command that makes a pylock.toml from a file of the format; NULL
 * for those without one. */
const char *lock_format_export(enum lock_format format);
