#include "applets/pyvenv_progress.h"

#include <string.h>

#include "applets/cli.h"
#include "base/buf.h"
#include "os/process.h"

/* milliseconds: a shorter run shows nothing; nobody reads faster */
enum { BEFORE_FIRST = 500, BETWEEN = 100 };

enum { STDERR = 2 };

/* Replace the line by TEXT, of which it shows what fits. */
static void
draw(struct progress_line *l, const char *text, size_t n)
{
	char memory[1024];
	struct arena a;
	struct buf out;

	/* in the last column a terminal may begin a new line */
	if (n > l->columns - 1)
		n = l->columns - 1;
	arena_init(&a, memory, sizeof(memory));
	buf_init(&out, &a);
	buf_putc(&out, '\r');
	buf_add(&out, text, n);
	for (size_t i = n; i < l->shown; i++)
		buf_putc(&out, ' ');
	if (n < l->shown)
		buf_putc(&out, '\r');
	(void)process_write(STDERR, out.data, out.len);
	l->shown = n;
	arena_free(&a);
}

static void
tell(struct progress *p)
{
	struct progress_line *l = (struct progress_line *)p;
	uint64_t now = process_clock();
	char memory[1024];
	struct arena a;
	struct buf text;

	if (now < l->next)
		return;
	l->next = now + BETWEEN;
	arena_init(&a, memory, sizeof(memory));
	buf_init(&text, &a);
	buf_fmt(&text, "%s: installing %zu of %zu: %s ", l->prog, p->number,
	        p->count, p->project);
	cli_escape(&text, p->version, strlen(p->version));
	draw(l, text.data, text.len);
	arena_free(&a);
}

static void
end(struct progress *p)
{
	struct progress_line *l = (struct progress_line *)p;

	if (l->shown > 0)
		draw(l, "", 0);
}

bool
progress_line_begin(struct progress_line *l, const char *prog)
{
	*l = (struct progress_line){
		.progress.tell = tell,
		.progress.end = end,
		.prog = prog,
		.columns = process_columns(STDERR),
		.next = process_clock() + BEFORE_FIRST,
	};
	return l->columns > 1;
}

void
progress_line_end(struct progress_line *l)
{
	end(&l->progress);
}
