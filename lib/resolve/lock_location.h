#pragma once
/*
 * lock_location: the files that a lock names by a path or a URL.
 */
struct arena;
struct lock_package;
struct lock_table;
struct lock_wheel;
struct toml;

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

/* Check that FILE, the name that the table T has, is one of a wheel of P.
 * Return 0, or -EINVAL with a diag. */
int lock_check_wheel(const struct lock_table *t, const struct lock_package *p,
                     const char *file, struct arena *a);

/* Set the size of W to the member "size" of T. Return 0, also if there is
 * none; or -EINVAL with a diag. */
int lock_read_size(const struct lock_table *t, struct lock_wheel *w);

/* Make space in P, from A, for the wheels that the member "wheels" of T lists, and set
 * *FIRST to the first of them; NULL: there is none. Return 0, or -EINVAL with a diag. */
int lock_make_wheels(struct lock_package *p, const struct lock_table *t,
                     const struct toml **first, struct arena *a);
