#pragma once
/*
 * apply: carry out a plan. It decides nothing.
 */
struct diag;
struct plan;
struct progress;
struct sink;
struct venv_options;
struct walk;

enum { APPLY_NO_LINKS = 1 };

/*
 * Write the nodes of P to S, which changes or makes a directory. With an epoch in O
 * everything gets that time. PROGRESS may be NULL. -EINTR when an interrupt waits.
 * APPLY_NO_LINKS: the file system has no symbolic links.
 */
int apply_plan(const struct plan *p, const struct venv_options *o,
               struct progress *progress, struct sink *s, const struct walk *w,
               struct diag *d);
