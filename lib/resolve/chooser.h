#pragma once
/*
 * chooser: what the parts of wheel_set_choose() share.
 */
#include "base/strset.h"
#include "os/process.h"
#include "resolve/admit.h"
#include "resolve/asked.h"
#include "resolve/catalogue.h"
#include "resolve/choose.h"
#include "resolve/installed.h"
#include "resolve/lock.h"
#include "resolve/marker.h"
#include "resolve/missing.h"
#include "resolve/release.h"

struct chooser {
	struct wheel_set *set;
	size_t room; /* in the list of SET */
	const struct wheel_request *request;
	const struct ctx *ctx;
	struct ctx host; /* the same, without a root */
	struct admission admission;
	struct catalogue catalogue; /* of --find-links */
	struct installed installed; /* what is there already */
	struct missing missing;
	struct kernel kernel;
	struct marker_facts facts;
	struct release **releases; /* in SET, whose requirements count */
	size_t release_count, release_room;
	struct release *given;     /* --wheel FILE */
	size_t given_count;
	struct lock lock;          /* if there is a --lock */
	struct asked asked;        /* if there is -r, -c or --install */
};

/* Add C to the set. */
void chooser_add(struct chooser *ch, const struct wheel_choice *c);

/* Add R, which is usable, to the set; what it requires counts. */
void chooser_add_release(struct chooser *ch, struct release *r);

/* Return the installed PROJECT (normalised); NULL if it is not there, if its version is
 * unknown, or if files of it are missing. */
const struct installed_project *chooser_installed(const struct chooser *ch,
                                                  const char *project);

/* Note that PROJECT, which is installed, is needed as it is. */
void chooser_keep(struct chooser *ch, const char *project);

/* Return the release of PROJECT (normalised) that --wheel gives; NULL. */
struct release *chooser_given(const struct chooser *ch, const char *project);

/* Remember why a wheel of PROJECT (NULL: it does not matter which) is missing. */
void chooser_miss(struct chooser *ch, const char *project, const char *reason);

/* Return whether direct_url.json may name a file of the host. */
bool chooser_may_be_direct(const struct chooser *ch);

/* Read --lock. */
int locked_read(struct chooser *ch);

/* Add the wheels of the lock to the set. */
int locked_choose(struct chooser *ch);

/* Set RULE to the lock's for FILE, a wheel of PROJECT; if FILE is NULL, for one that is
 * appended to this program. Return false if the lock has none. */
bool locked_rule(const struct chooser *ch, const char *project, const char *file,
                 struct hash_rule *rule);

/* Find wheels for all that is asked for and for what these require, and add them to the
 * set. Return 0, also if something is missing, which is remembered; -ENOENT with a diag
 * if the requirements exclude each other; or another negative errno. */
int resolution_choose(struct chooser *ch);

/* Return whether all requirements and constraints for PROJECT (normalised) accept
 * VERSION. */
bool constraints_accept(const struct asked *a, const char *project,
                        const char *version);

/* Remember which wheels of the set the constraints do not allow. Return 0, or
 * -EINTR. */
int constraints_check(struct chooser *ch);

/* Return 0 if the set meets all requirements of its releases; else -ENOENT with a
 * diag that lists those that it does not meet. */
int set_check(struct chooser *ch);
