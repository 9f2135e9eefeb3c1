#include "resolve/name_control.h"

#include <string.h>

#include "base/buf.h"
#include "base/strset.h"
#include "wheel/name.h"

struct name_step {
	const char *name; /* NULL: not a project */
	unsigned char which;
	enum { STEP_NAME, STEP_ALL, STEP_ONLY_ALL, STEP_NONE } kind;
};

static void
add_step(struct name_control *c, struct name_step step, struct arena *a)
{
	c->steps = arena_more(a, c->steps, c->count, &c->room,
	                      sizeof(*c->steps));
	c->steps[c->count++] = step;
}

static bool
is_word(const char *s, size_t n, const char *word)
{
	return n == strlen(word) && memcmp(s, word, n) == 0;
}

/* Return what follows the last ":all:" in VALUE, NULL if there is none. */
static const char *
after_all(const char *value)
{
	const char *after = NULL;

	for (;;) {
		size_t n = strcspn(value, ",");

		if (is_word(value, n, ":all:"))
			after = value[n] ? value + n + 1 : value + n;
		if (!value[n])
			return after;
		value += n + 1;
	}
}

/* Return whether ":none:" is one of the names in VALUE. */
static bool
has_none(const char *value)
{
	for (;;) {
		size_t n = strcspn(value, ",");

		if (is_word(value, n, ":none:"))
			return true;
		if (!value[n])
			return false;
		value += n + 1;
	}
}

void
name_control_add(struct name_control *c, int which, const char *value,
                 struct arena *a)
{
	struct name_step step = { .which = (unsigned char)which };
	const char *after = after_all(value);
	struct buf b;

	if (after) {
		step.kind = STEP_ONLY_ALL;
		add_step(c, step, a);
		/* as pip: names after ":all:" count only if ":none:" is there */
		if (!has_none(after))
			return;
		value = after;
	}
	buf_init(&b, a);
	for (;;) {
		size_t n = strcspn(value, ",");

		b.len = 0;
		wheel_name_normalize(&b, value, n);
		step.kind = is_word(value, n, ":none:") ? STEP_NONE : STEP_NAME;
		step.name = step.kind == STEP_NAME
			? arena_dup(a, b.data, b.len) : NULL;
		add_step(c, step, a);
		if (!value[n])
			return;
		value += n + 1;
	}
}

void
name_control_add_all(struct name_control *c, int which, struct arena *a)
{
	add_step(c, (struct name_step){ .which = (unsigned char)which,
	                                .kind = STEP_ALL }, a);
}

static void
add_name(struct name_list *l, size_t *room, const char *name, struct arena *a)
{
	l->names = arena_more(a, l->names, l->count, room, sizeof(*l->names));
	l->names[l->count++] = name;
}

void
name_control_lists(const struct name_control *c, struct name_list *zero,
                   struct name_list *one, struct arena *a)
{
	struct name_list *lists[] = { zero, one };
	bool emptied[2] = { false, false };
	size_t room[2] = { 0, 0 };
	struct strset seen;

	memset(zero, 0, sizeof(*zero));
	memset(one, 0, sizeof(*one));
	strset_init(&seen, a);
	/* backwards: the last word on a project counts */
	for (size_t i = c->count; i-- > 0;) {
		const struct name_step *s = &c->steps[i];
		struct name_list *l = lists[s->which];
		bool *gone = &emptied[s->which];

		if (s->kind == STEP_NAME) {
			if (strset_add(&seen, s->name, strlen(s->name)) && !*gone)
				add_name(l, &room[s->which], s->name, a);
			continue;
		}
		if (s->kind != STEP_NONE && !*gone)
			l->all = true;
		if (s->kind != STEP_ALL)
			*gone = true;
		if (s->kind == STEP_ONLY_ALL)
			return;
	}
}
