#pragma once
/*
 * lock_location: the files that a lock names by a path or a URL.
 */
struct arena;

/* Return the file name at the end of PATH, whose separators are '/' and '\'. */
const char *lock_path_file(const char *path);

/* Return the file name at the end of URL, decoded and without query and
 * fragment (RFC 3986); "" if it cannot be a file name. */
char *lock_url_file(const char *url, struct arena *a);

/* Return the absolute path of PATH, which starts at the absolute directory DIR;
 * NULL for a path with a Windows drive or host. A '\' is a '/' in it. */
char *lock_path_resolve(const char *path, const char *dir, struct arena *a);

/* Return the path of a "file:" URL of this host (RFC 8089); else NULL. */
char *lock_url_path(const char *url, struct arena *a);
