#pragma once
/*
 * made: files of an installed wheel that are not members as they are: scripts and
 * their launchers, and direct_url.json.
 */
#include <stddef.h>
#include <sys/types.h>

#include "wheel/launcher.h"

struct arena;
struct buf;
struct diag;
struct digest_value;
struct inflater;
struct plan;
struct wheel;
struct wheel_file;
struct zip_member;

/* Return the mode of the file F, for a sink. */
mode_t wheel_file_mode(const struct wheel_file *f);

/* Return 0 if the digest GOT of the member M of W is WANT, as RECORD says; if that is
 * NULL, let it say so. -EINVAL with a diag. */
int wheel_judge_digest(const struct wheel *w, const struct zip_member *m,
                       const struct digest_value *want,
                       const unsigned char *got, struct diag *d);

/* Append direct_url.json (PEP 610) of the wheel at the absolute path PATH, whose
 * SHA-256 is SUM, in the words of json.dumps(sort_keys=True). */
void wheel_put_origin(struct buf *out, const char *path,
                      const unsigned char *sum);

/* A script as it is installed. */
struct wheel_script {
	const char *text; /* LEN bytes; NULL: the member as it is */
	size_t len;
	mode_t mode;      /* for a sink */
};

/* Make the script F, a WHEEL_SCRIPT or WHEEL_LAUNCHER of W, in A; what is changed was
 * verified. -EINVAL with a diag, -EFBIG if it is too long to be changed. */
int wheel_script_make(struct wheel_script *s, const struct wheel *w,
                      const struct wheel_file *f, const struct launch *launch,
                      struct inflater *in, struct arena *a, struct diag *d);

/* Return what scripts in the environment that P makes start. */
struct launch wheel_launch(const struct plan *p);
