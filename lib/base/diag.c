#include "base/diag.h"

#include <errno.h>
#include <string.h>

void
diag_init(struct diag *d, struct arena *arena)
{
	d->code = 0;
	buf_init(&d->text, arena);
	buf_init(&d->hint, arena);
	buf_init(&d->notes, arena);
	buf_init(&d->warnings, arena);
	buf_init(&d->alarms, arena);
}

void
diag_clear(struct diag *d)
{
	d->code = 0;
	d->text.len = 0;
	d->hint.len = 0;
	d->notes.len = 0;
}

int
diag_set(struct diag *d, int code, const char *fmt, ...)
{
	va_list ap;

	diag_clear(d);
	d->code = code;
	va_start(ap, fmt);
	buf_vfmt(&d->text, fmt, ap);
	va_end(ap);
	return code;
}

int
diag_prefix(struct diag *d, int err, const char *fmt, ...)
{
	struct buf text;
	va_list ap;

	if (!d->code)
		return err;
	buf_init(&text, d->text.arena);
	va_start(ap, fmt);
	buf_vfmt(&text, fmt, ap);
	va_end(ap);
	buf_add(&text, d->text.data, d->text.len);
	d->text = text;
	return d->code;
}

const char *
diag_reason(int code)
{
	return strerror(-code);
}

int
diag_sys(struct diag *d, int code, const char *verb, const char *path)
{
	return diag_set(d, code, "cannot %s '%s': %s", verb, path,
	                diag_reason(code));
}

void
diag_hint(struct diag *d, const char *fmt, ...)
{
	va_list ap;

	d->hint.len = 0;
	va_start(ap, fmt);
	buf_vfmt(&d->hint, fmt, ap);
	va_end(ap);
}

__attribute__((format(printf, 2, 0))) static void
add_line(struct buf *lines, const char *fmt, va_list ap)
{
	buf_vfmt(lines, fmt, ap);
	buf_putc(lines, '\0');
}

void
diag_note(struct diag *d, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_line(&d->notes, fmt, ap);
	va_end(ap);
}

void
diag_warn(struct diag *d, const char *fmt, ...)
{
	struct buf *w = &d->warnings;
	size_t start = w->len, i = 0;
	va_list ap;

	va_start(ap, fmt);
	add_line(w, fmt, ap);
	va_end(ap);
	while (i < start && strcmp(w->data + i, w->data + start) != 0)
		i += strlen(w->data + i) + 1;
	/* a plan may be made again */
	if (i < start)
		w->len = start;
}

void
diag_alarm(struct diag *d, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_line(&d->alarms, fmt, ap);
	va_end(ap);
}
