/*
 * constraints: whether the chosen wheels are those that -c allows. The search obeys
 * constraints anyway; a lock, and pip of --with-pip, are not searched for.
 */
#include <stdlib.h>
#include <string.h>

#include "format/pathname.h"
#include "format/pep440.h"
#include "os/ctx.h"
#include "resolve/chooser.h"

bool
constraints_accept(const struct asked *a, const char *project, const char *version)
{
	size_t n;
	const struct asked_requirement *q = asked_find(a, project, &n);

	for (size_t i = 0; i < n; i++) {
		const char *s = q[i].requirement->specifiers;

		if (*s && pep440_fits(s, strlen(s), version, strlen(version)) <= 0)
			return false;
	}
	return true;
}

/* Refuse C if Q, a constraint for its project, does not allow it. */
static void
check_version(struct chooser *ch, const struct wheel_choice *c,
              const struct asked_requirement *q)
{
	const char *s = q->requirement->specifiers;
	const char *wheel = q->requirement->wheel;
	struct arena *a = ch->ctx->arena;

	if (*s && pep440_fits(s, strlen(s), c->version, strlen(c->version)) <= 0)
		chooser_miss(ch, NULL, arena_fmt(a, "%s allows only %s%s, and "
		                                 "%s %s is chosen", q->from,
		                                 q->project, s, q->project,
		                                 c->version));
	else if (wheel && c->file && strcmp(wheel, pathname_base(c->file)) != 0)
		chooser_miss(ch, NULL, arena_fmt(a, "%s allows only '%s', and '%s' "
		                                 "is chosen", q->from, wheel,
		                                 c->file));
}

/* Refuse C if the constraints for its project do not have its hash. */
static int
check_hash(struct chooser *ch, const struct wheel_choice *c)
{
	struct wheel_choice copy = *c; /* which keeps the lock's hash */
	struct hash_rule rule;
	int rc = 0;

	/* a wheel that is appended to the program was admitted by this rule */
	if (c->file)
		rc = asked_rule(ch->ctx, &ch->asked, c->project, &rule);
	if (rc == 0)
		return 0;
	if (rc > 0)
		rc = admit_bytes(&ch->admission, &copy, &rule);
	return rc > 0 ? 0 : missing_add_failure(&ch->missing, NULL, rc,
	                                        ch->ctx->diag);
}

int
constraints_check(struct chooser *ch)
{
	int err = 0;

	for (size_t i = 0; err == 0 && i < ch->set->count; i++) {
		const struct wheel_choice *c = &ch->set->list[i];
		size_t n;
		const struct asked_requirement *q =
			asked_find(&ch->asked, c->project, &n);

		for (size_t k = 0; k < n; k++) {
			if (q[k].constraint)
				check_version(ch, c, &q[k]);
		}
		if (n > 0 && (ch->request->lock || c->seed))
			err = check_hash(ch, c);
	}
	return err;
}
