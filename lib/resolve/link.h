#pragma once
/*
 * link: the URL of a requirement, taken apart as pip 26 does (its
 * models/link.py): where the file is, how it is called, and the hash in the
 * fragment.
 */
#include <stdbool.h>

#include "base/str.h"
#include "format/digest.h"

struct arena;
struct buf;
struct diag;

enum link_kind {
	LINK_FILE,    /* file:, of this host */
	LINK_NETWORK, /* http, https, ftp */
	LINK_SOURCE   /* of a version control system, such as git+https: */
};

struct link {
	enum link_kind kind;
	const char *url;       /* without its fragment */
	const char *path;      /* of a LINK_FILE, decoded; may be relative; else NULL */
	const char *file_name; /* the last part of the path, decoded; may be "" */
	const char *egg;       /* the name in "#egg=NAME", else NULL */
	const struct digest_value *hash; /* "#sha256=HEX" or the like, else NULL */
};

/* Return whether the N bytes at S start with a scheme that pip takes for a
 * URL. */
bool link_is_url(const char *s, size_t n);

/*
 * Take the URL of N bytes at S apart; what L points to is in A. Return 0, or
 * -EINVAL with a diag "REASON": another scheme, a file: URL of another host,
 * "%00", a hash that is weak or of another length, an invalid egg fragment.
 */
int link_parse(struct link *l, const char *s, size_t n, struct arena *a,
               struct diag *d);

/* Return the N bytes at S with each %XX decoded, from A; NULL if one is a NUL. */
char *link_decode(const char *s, size_t n, struct arena *a);

/* Append the N bytes at S, a message, with "****" for the user and password in
 * each URL. */
void link_put_redacted(struct buf *out, const char *s, size_t n);

/* Return the extension of the file NAME, ".whl" or ".tar.gz" for example; empty
 * if it has none. */
struct slice link_extension(const char *name);

/* Return whether NAME ends like an archive that pip installs from; any case. */
bool link_is_archive(const char *name);

/* Return whether NAME ends in ".whl" and pip takes it for a wheel. */
bool link_is_wheel(const char *name);
