#pragma once
/*
 * files: every file of a wheel in an environment, where its members go and what an
 * installer adds (spec/wheels.md 4; PyPA specification "Recording installed
 * projects").
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct diag;
struct inflater;
struct layout;
struct wheel;
struct zip_member;

enum wheel_file_kind {
	WHEEL_MEMBER,     /* as it is in the archive */
	WHEEL_SCRIPT,     /* a member whose first line may ask for the
	                     interpreter */
	WHEEL_LAUNCHER,   /* starts an entry point */
	WHEEL_INSTALLER,
	WHEEL_REQUESTED,
	WHEEL_DIRECT_URL, /* direct_url.json (PEP 610) */
	WHEEL_RECORD,
};

struct wheel_file {
	const char *path;  /* relative to the environment directory */
	uint64_t size;     /* of a member, in bytes */
	uint32_t source;   /* number of the member, or of the entry point */
	unsigned char kind;
	bool executable;   /* the archive says so */
};

struct wheel_files {
	struct wheel_file *list; /* sorted by path; no two equal */
	size_t count;
	const char *root;        /* what RECORD's paths are relative to:
	                            site-packages, or the second one */
};

/*
 * Fill F for W in an environment of layout L, in A; DIRECT: with a
 * direct_url.json. Left out are directories, RECORD and its signatures, compiled
 * code (it would hide the source), and what the installer writes anew. -EINVAL
 * with a diag ("FILE: MEMBER: reason") if one would replace a part of the
 * environment itself, has no place, or two with different bytes have one. Where the
 * layout has one file for names that differ only in case, they have the first one's
 * spelling.
 */
int wheel_files_list(struct wheel_files *f, const struct wheel *w,
                     const struct layout *l, bool direct, struct inflater *in,
                     struct arena *a, struct diag *d);

/* Bring F into the order of its paths. */
void wheel_files_sort(struct wheel_files *f);

/* Return whether F has a file of KIND. */
bool wheel_files_have(const struct wheel_files *f, enum wheel_file_kind kind);

/* Take the files of KIND, which is not a member's, out of F. */
void wheel_files_drop(struct wheel_files *f, enum wheel_file_kind kind);

/* Look at the beginning of the script M of W: return 1 if its first line asks for the
 * environment's Python and will be changed, 0 if not, or a negative errno. *PROGRAM:
 * it can be executed, even if the wheel was made where files have no x bits. */
int wheel_script_look(const struct wheel *w, const struct zip_member *m,
                      struct inflater *in, bool *program, struct diag *d);

/* Call FN with each directory, the first N bytes of PATH, that PATH is in and LAST, the
 * path before it in a sorted list, is not: parents first, until FN returns other
 * than 0. */
int wheel_files_new_directories(const char *path, const char *last,
                                int (*fn)(void *ctx, const char *path, size_t n),
                                void *ctx);

/* Do the same for all files of F: each directory once. */
int wheel_files_each_directory(const struct wheel_files *f,
                               int (*fn)(void *ctx, const char *path, size_t n),
                               void *ctx);

/* Return whether PATH, relative to an environment of layout L, is a part of the
 * environment that no wheel may replace. */
bool wheel_files_protected(const struct layout *l, const char *path);
