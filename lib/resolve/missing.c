#include "resolve/missing.h"

#include <errno.h>
#include <string.h>

#include "base/diag.h"

struct missing_wheel {
	const char *project;
	const char *reason;
	const char *hint; /* "": none */
	struct buf notes;
};

void
missing_init(struct missing *m, struct arena *a)
{
	*m = (struct missing){ .arena = a };
	strset_init(&m->reasons, a);
}

static void
add(struct missing *m, const struct missing_wheel *w)
{
	if (!strset_add(&m->reasons, w->reason, strlen(w->reason)))
		return;
	m->list = arena_more(m->arena, m->list, m->count, &m->room, sizeof(*w));
	m->list[m->count++] = *w;
}

void
missing_add(struct missing *m, const char *project, const char *reason)
{
	add(m, &(struct missing_wheel){ .project = project, .reason = reason,
	                                .hint = "" });
}

int
missing_add_failure(struct missing *m, const char *project, int err,
                    struct diag *d)
{
	struct missing_wheel w = { .project = project };

	if (err == -EINTR)
		return err;
	w.reason = arena_str(m->arena, buf_str(&d->text));
	w.hint = arena_str(m->arena, buf_str(&d->hint));
	buf_init(&w.notes, m->arena);
	buf_add(&w.notes, d->notes.data, d->notes.len);
	diag_clear(d);
	add(m, &w);
	return 0;
}

static int
report_one(const struct missing_wheel *w, struct diag *d)
{
	diag_set(d, -ENOENT, "%s", w->reason);
	buf_add(&d->notes, w->notes.data, w->notes.len);
	if (*w->hint)
		diag_hint(d, "%s", w->hint);
	return d->code;
}

int
missing_report(const struct missing *m,
               bool (*has)(void *ctx, const char *project), void *ctx,
               struct diag *d)
{
	const struct missing_wheel *first = NULL;
	size_t count = 0;

	for (size_t i = 0; i < m->count; i++) {
		struct missing_wheel *w = &m->list[i];

		if (w->project && has(ctx, w->project))
			w->reason = NULL;
		if (w->reason && count++ == 0)
			first = w;
	}
	if (count <= 1)
		return count == 0 ? 0 : report_one(first, d);
	diag_set(d, -ENOENT, "cannot install everything that is asked for: %zu "
	         "wheels are missing or cannot be used", count);
	for (size_t i = 0; i < m->count; i++) {
		const struct missing_wheel *w = &m->list[i];

		if (w->reason)
			diag_note(d, "%s%s%s", w->reason, *w->hint ? ": " : "",
			          w->hint);
	}
	return d->code;
}
