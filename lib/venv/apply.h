#pragma once
/*
 * apply: carry out a plan. It decides nothing.
 */
struct arena;
struct diag;
struct layout;
struct plan;
struct sink;
struct venv_options;
struct walk;

enum { APPLY_NO_LINKS = 1 };

/*
 * Write the nodes of P, which L has been laid out for, to S; DIR is the
 * directory that S changes (NULL: it makes a new one). With an epoch in O
 * everything gets that time. -EINTR when an interrupt waits. APPLY_NO_LINKS: the
 * file system has no symbolic links.
 */
int apply_plan(const struct plan *p, const struct venv_options *o,
               const struct layout *l, const char *dir, struct sink *s,
               const struct walk *w, struct diag *d);

/* Look whether the wheels of P could be written over what is in DIR (NULL: a new
 * one is made), without writing or verifying their contents. */
int apply_foresee(const struct plan *p, const struct venv_options *o,
                  const struct layout *l, const char *dir,
                  const struct walk *w, struct diag *d);
