#pragma once
/*
 * requirements: the hashes that a requirements file of pip allows
 * ("name==1.2 --hash=sha256:HEX ...", lines continued by a backslash), as
 * pip-compile and uv write them.
 */
#include <stddef.h>

#include "format/digest.h"

struct arena;
struct diag;

struct requirement {
	const char *name;    /* normalised (PEP 503) */
	const char *version; /* as pinned by == or === */
	const struct requirement_hash {
		enum digest_kind kind;
		unsigned char sum[DIGEST_MAX];
	} *hashes;
	size_t hash_count; /* at least one */
};

struct requirements {
	struct requirement *list;
	size_t count;
};

/*
 * Read the N bytes at TEXT. Comments, empty lines, extras, environment markers
 * and options that say where pip looks are known and ignored. -EINVAL with a
 * diag ("line N: reason") for what pip --require-hashes refuses: a requirement
 * that is not pinned or has no hash, a weak hash; and for what leads elsewhere:
 * "-r", "-c", "-e", --no-binary, URLs, paths and options not known.
 */
int requirements_parse(struct requirements *r, const char *text, size_t n,
                       struct arena *a, struct diag *d);

/*
 * The first requirement for the project NAME (normalised) behind AFTER (NULL:
 * of all), or NULL. There are several where their markers differ.
 */
const struct requirement *requirements_find(const struct requirements *r,
                                            const char *name,
                                            const struct requirement *after);
