#include "resolve/link.h"

#include <errno.h>

#include "base/buf.h"
#include "base/diag.h"
#include "format/pathname.h"
#include "format/words.h"

/* ---- schemes ---------------------------------------------------------------- */

/* Return the length of the scheme at the start of S, 0 if there is none. */
static size_t
scheme_length(const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && (ascii_is_alnum(s[i]) ||
	                 (s[i] && strchr("+.-", s[i]))))
		i++;
	return i > 0 && i < n && s[i] == ':' && !ascii_is_digit(*s) &&
	       ascii_is_alnum(*s) ? i : 0;
}

/* Set *KIND to that of the scheme of N bytes at S. Return false if it is
 * unknown. */
static bool
find_kind(const char *s, size_t n, enum link_kind *kind)
{
	char scheme[16];

	if (n == 0 || n >= sizeof(scheme))
		return false;
	for (size_t i = 0; i < n; i++)
		scheme[i] = ascii_lower(s[i]);
	if (n == 4 && memcmp(scheme, "file", 4) == 0)
		*kind = LINK_FILE;
	else if (words_have(" http https ftp ", scheme, n))
		*kind = LINK_NETWORK;
	else if (words_have(" git+file git+git git+http git+https git+ssh "
	                    "hg+file hg+http hg+https hg+ssh hg+static-http "
	                    "svn+file svn+http svn+https svn+ssh svn+svn "
	                    "bzr+file bzr+ftp bzr+http bzr+https bzr+lp "
	                    "bzr+sftp bzr+ssh ", scheme, n))
		*kind = LINK_SOURCE;
	else
		return false;
	return true;
}

bool
link_is_url(const char *s, size_t n)
{
	enum link_kind kind;

	return find_kind(s, scheme_length(s, n), &kind);
}

/* ---- names ------------------------------------------------------------------ */

struct slice
link_extension(const char *name)
{
	const char *first = name + strspn(name, "."), *dot = strrchr(first, '.');
	size_t n;

	if (!dot)
		return (struct slice){ name + strlen(name), 0 };
	n = (size_t)(dot - name);
	if (ascii_ends(name, n, ".tar"))
		dot -= 4;
	return (struct slice){ dot, strlen(dot) };
}

bool
link_is_archive(const char *name)
{
	struct slice ext = link_extension(name);
	char lower[16];

	if (ext.n == 0 || ext.n >= sizeof(lower))
		return false;
	for (size_t i = 0; i < ext.n; i++)
		lower[i] = ascii_lower(ext.s[i]);
	return words_have(" .whl .zip .tar.gz .tgz .tar .tar.bz2 .tbz .tar.xz "
	                  ".txz .tlz .tar.lz .tar.lzma ", lower, ext.n);
}

bool
link_is_wheel(const char *name)
{
	struct slice ext = link_extension(name);

	return ext.n == 4 && memcmp(ext.s, ".whl", 4) == 0;
}

/* ---- parts ------------------------------------------------------------------ */

char *
link_decode(const char *s, size_t n, struct arena *a)
{
	char *out = arena_alloc(a, n + 1), *p = out;

	for (size_t i = 0; i < n; i++) {
		int high = -1, low = -1;

		if (s[i] == '%' && n - i > 2) {
			high = ascii_hex(s[i + 1]);
			low = ascii_hex(s[i + 2]);
		}
		*p = s[i];
		if (high >= 0 && low >= 0) {
			*p = (char)(high << 4 | low);
			i += 2;
		}
		if (*p++ == '\0')
			return NULL;
	}
	*p = '\0';
	return out;
}

/* Find "KEY=" after a '#' or '&' in the URL, and set VALUE to what follows, up
 * to the next '&'. Return whether it is there. */
static bool
find_parameter(const char *s, size_t n, const char *key, struct slice *value)
{
	size_t len = strlen(key);

	for (size_t i = 0; i < n; i++) {
		const char *end;

		if ((s[i] != '#' && s[i] != '&') || n - i - 1 <= len ||
		    memcmp(s + i + 1, key, len) != 0 || s[i + 1 + len] != '=')
			continue;
		value->s = s + i + 1 + len + 1;
		value->n = (size_t)(s + n - value->s);
		end = memchr(value->s, '&', value->n);
		if (end)
			value->n = (size_t)(end - value->s);
		return true;
	}
	return false;
}

/* Read the first hash in the URL. */
static int
read_hash(struct link *l, const char *s, size_t n, struct arena *a, struct diag *d)
{
	static const char names[][8] = { "sha512", "sha384", "sha256", "sha224",
	                                 "sha1", "md5" };
	struct slice first = { NULL, 0 }, value;
	const char *name = NULL;
	struct digest_value *h;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (find_parameter(s, n, names[i], &value) &&
		    (!name || value.s < first.s)) {
			first = value;
			name = names[i];
		}
	}
	if (!name)
		return 0;
	h = arena_zero(a, 1, sizeof(*h));
	if (!digest_kind_parse(name, strlen(name), &h->kind))
		return diag_set(d, -EINVAL, "%s is too weak a hash; use sha256",
		                name);
	if (!digest_parse_hex(first.s, first.n, h->kind, h->sum))
		return diag_set(d, -EINVAL, "the %s hash in the URL is not %zu "
		                "hexadecimal digits", name,
		                2 * digest_size(h->kind));
	l->hash = h;
	return 0;
}

static int
read_egg(struct link *l, const char *s, size_t n, struct arena *a, struct diag *d)
{
	struct slice egg;

	if (!find_parameter(s, n, "egg", &egg))
		return 0;
	for (size_t i = 0; i < egg.n; i++) {
		if (!ascii_is_alnum(egg.s[i]) &&
		    (i == 0 || i == egg.n - 1 || !egg.s[i] ||
		     !strchr("._-", egg.s[i])))
			egg.n = 0;
	}
	if (egg.n == 0)
		return diag_set(d, -EINVAL, "its egg fragment is not the name "
		                "of a project");
	l->egg = arena_dup(a, egg.s, egg.n);
	return 0;
}

/* Return the last part of the decoded PATH. */
static const char *
last_part(const char *path, struct arena *a)
{
	size_t n = strlen(path);

	while (n > 0 && path[n - 1] == '/')
		n--;
	return pathname_base(arena_dup(a, path, n));
}

/* Take "//HOST" at the start of REST. */
static struct slice
take_host(struct slice *rest)
{
	struct slice host = { rest->s, 0 };

	if (rest->n < 2 || rest->s[0] != '/' || rest->s[1] != '/')
		return host;
	host.s += 2;
	while (host.n < rest->n - 2 && host.s[host.n] &&
	       !strchr("/?#", host.s[host.n]))
		host.n++;
	rest->s += 2 + host.n;
	rest->n -= 2 + host.n;
	return host;
}

static int
read_path(struct link *l, struct slice rest, struct arena *a, struct diag *d)
{
	struct slice host = take_host(&rest);
	size_t n = 0;
	char *path;

	if (l->kind == LINK_FILE && host.n > 0 &&
	    (host.n != 9 || memcmp(host.s, "localhost", 9) != 0))
		return diag_set(d, -EINVAL, "a file: URL of another host");
	while (n < rest.n && rest.s[n] != '?' && rest.s[n] != '#')
		n++;
	path = link_decode(rest.s, n, a);
	if (!path)
		return diag_set(d, -EINVAL, "it has %%00 in it");
	if (l->kind == LINK_FILE)
		l->path = path;
	l->file_name = last_part(path, a);
	return 0;
}

int
link_parse(struct link *l, const char *s, size_t n, struct arena *a, struct diag *d)
{
	size_t scheme = scheme_length(s, n), whole = 0;
	struct slice rest = { s + scheme + 1, n - scheme - 1 };

	*l = (struct link){ .file_name = "" };
	if (!find_kind(s, scheme, &l->kind))
		return diag_set(d, -EINVAL, "it is not a file:, http: or https: "
		                "URL");
	/* pip fails at "FILE:" */
	if (l->kind == LINK_FILE && memcmp(s, "file", 4) != 0)
		return diag_set(d, -EINVAL, "'file:' must be in lower case");
	if (memchr(s, '\t', n))
		return diag_set(d, -EINVAL, "a TAB in a URL");
	while (whole < n && s[whole] != '#')
		whole++;
	l->url = arena_dup(a, s, whole);
	if (read_path(l, rest, a, d) < 0 || read_hash(l, s, n, a, d) < 0 ||
	    read_egg(l, s, n, a, d) < 0)
		return d->code;
	return 0;
}

void
link_put_redacted(struct buf *out, const char *s, size_t n)
{
	const char *end = s + n, *slashes;

	while ((slashes = memmem(s, (size_t)(end - s), "://", 3))) {
		const char *host = slashes + 3, *at = host;

		while (at < end && *at && !strchr("@/ \t'", *at))
			at++;
		buf_add(out, s, (size_t)(host - s));
		s = host;
		if (at < end && *at == '@') {
			buf_puts(out, "****");
			s = at;
		}
	}
	buf_add(out, s, (size_t)(end - s));
}
