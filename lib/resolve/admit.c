#include "resolve/admit.h"

#include <errno.h>
#include <string.h>

#include "os/ctx.h"
#include "python/layout.h"
#include "wheel/source.h"

/* Return the name of C's file for messages. */
static const char *
title(const struct wheel_choice *c)
{
	return c->file ? c->file : "the wheel appended to this program";
}

static bool
has_hash(const struct wheel_source *s, const struct digest_value *h)
{
	return memcmp(s->sum[h->kind], h->sum, digest_size(h->kind)) == 0;
}

int
admit_bytes(const struct admission *ad, struct wheel_choice *c,
            const struct hash_rule *rule)
{
	size_t fitting = 0;
	int err = wheel_source_find(ad->source, c, ad->ctx->diag);

	for (size_t i = 0; err == 0 && i < rule->count; i++) {
		const unsigned char *sum;
		const struct digest_value *h = &rule->hashes[i];

		err = wheel_source_sum(ad->source, h->kind, &sum,
		                       ad->ctx->diag);
		if (err < 0 || !has_hash(ad->source, h))
			continue;
		fitting++;
		c->lock = h;
	}
	if (err < 0)
		return err;
	if (rule->all ? fitting == rule->count : fitting > 0)
		return 1;
	diag_set(ad->ctx->diag, -EINVAL, "%s: its hash is not in '%s'", title(c),
	         rule->from);
	return 0;
}

/* Fill in what is known of C once its wheel is open. */
static void
identify(const struct admission *ad, struct wheel_choice *c)
{
	const struct wheel *w = &ad->source->wheel;
	struct arena *a = ad->ctx->arena;

	c->origin = ad->source->file.origin;
	c->project = wheel_name_normalized(a, w->name.project,
	                                   strlen(w->name.project));
	c->version = arena_str(a, w->name.version);
	c->dist_info = arena_dup(a, w->dist_info, strlen(w->dist_info) - 1);
	c->purelib = w->purelib;
	c->platlib = ad->layout->platlib != NULL;
}

/* Set the SHA-256 of C, whose wheel is open. */
static int
digest_it(const struct admission *ad, struct wheel_choice *c)
{
	const unsigned char *sum;
	int err = wheel_source_sum(ad->source, DIGEST_SHA256, &sum,
	                           ad->ctx->diag);

	if (err < 0)
		return err;
	memcpy(c->sha256, sum, sizeof(c->sha256));
	c->digested = true;
	return 0;
}

int
admit(const struct admission *ad, struct wheel_choice *c,
      const struct hash_rule *rule, const char *only)
{
	struct diag *d = ad->ctx->diag;
	int err = rule ? admit_bytes(ad, c, rule) : 1;

	if (err <= 0)
		return err < 0 ? err : OTHER_BYTES;
	err = wheel_source_open(ad->source, c, d);
	if (err < 0)
		return err;
	identify(ad, c);
	if (only && strcmp(c->project, only) != 0) {
		diag_set(d, -EINVAL, "%s: it is a wheel of %s, not of %s",
		         title(c), c->project, only);
		return NOT_OURS;
	}
	if (!wheel_judge(&ad->source->wheel, &ad->tags, ad->python, d))
		return INCOMPATIBLE;
	err = ad->digests ? digest_it(ad, c) : 0;
	if (err == 0)
		err = wheel_files_list(&c->files, &ad->source->wheel, ad->layout,
		                       c->direct, ad->source->inflater,
		                       ad->ctx->arena, d);
	if (err == 0)
		c->wheel = wheel_source_keep(ad->source);
	return err;
}
