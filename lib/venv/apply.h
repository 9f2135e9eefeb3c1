#pragma once
/*
 * apply: carry out a plan. It decides nothing.
 */
struct arena;
struct diag;
struct plan;
struct sink;
struct venv_options;
struct walk;

/*
 * Write the nodes of P to S. With an epoch in O everything gets that time.
 * -EINTR when an interrupt waits.
 */
int apply_plan(const struct plan *p, const struct venv_options *o,
               struct sink *s, const struct walk *w, struct diag *d);
