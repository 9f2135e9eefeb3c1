#pragma once
/*
 * uvlock_manifest: what a uv.lock says beside its packages: which extras and
 * groups conflict, what is required without a project, and which requirements
 * of packages its author changed.
 */
#include <stddef.h>

struct arena;
struct lock;
struct lock_table;
struct uvlock_graph;

/* Read "conflicts" of the document into the items of G. Return 0, or -EINVAL
 * with a diag. */
int uvlock_conflicts_read(struct uvlock_graph *g);

/* Return 0 if no two names conflict that are asked for or active in G; else
 * -EINVAL with a diag. */
int uvlock_conflicts_check(struct uvlock_graph *g);

/* Ask in G for what the MANIFEST requires itself and in the COUNT groups at
 * GROUPS. Its table may be NULL. Return 0, or -EINVAL with a diag. */
int uvlock_manifest_ask(struct uvlock_graph *g,
                        const struct lock_table *manifest,
                        const char *const *groups, size_t count);

/* Remember in L what overrides, excludes and dependency-metadata of the
 * MANIFEST change. Its table may be NULL. Return 0, or -EINVAL with a diag. */
int uvlock_manifest_changes(const struct lock_table *manifest, struct lock *l,
                            struct arena *a);
