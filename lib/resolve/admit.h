#pragma once
/*
 * admit: open a wheel, and verify that it can be installed, its hash first.
 */
#include <stdbool.h>
#include <stddef.h>

#include "format/digest.h"
#include "wheel/tags.h"

struct ctx;
struct layout;
struct python;
struct wheel_choice;
struct wheel_source;

/* The hashes that a wheel must have. */
struct hash_rule {
	const struct digest_value *hashes; /* COUNT of them, at least one */
	size_t count;
	bool all;         /* all of them; else one is enough */
	const char *from; /* which file says so, for messages */
};

struct admission {
	const struct ctx *ctx;
	const struct python *python;
	const struct layout *layout;
	struct tags tags;
	struct wheel_source *source;
	bool digests; /* set the SHA-256 of what is admitted */
};

enum verdict {
	ADMITTED,
	OTHER_BYTES,  /* they do not have the hashes */
	NOT_OURS,     /* it is of another project than the one in ONLY */
	INCOMPATIBLE, /* with this Python */
};

/* Return 1 if the bytes of C obey RULE, and set C's lock to a hash that they have; 0 with
 * the reason in the diag if not; or a negative errno with a diag. */
int admit_bytes(const struct admission *ad, struct wheel_choice *c,
                const struct hash_rule *rule);

/*
 * Open C, whose file is set, verify that it obeys RULE (NULL: there is none) before
 * anything else in it is believed, and fill in the rest. ONLY is the project that it
 * must be of; NULL: any. Return an enum verdict, with the reason in the diag unless
 * it is ADMITTED; a negative errno with a diag if the wheel cannot be read or is
 * damaged.
 */
int admit(const struct admission *ad, struct wheel_choice *c,
          const struct hash_rule *rule, const char *only);
