#pragma once
/*
 * facts: what environment markers can ask of a Python for Linux, from its files
 * (spec/locks.md 2.5, 2.6).
 */
struct arena;
struct kernel;
struct marker_facts;
struct python;

/*
 * Set F to the facts of PY; variables about extras stay NULL. KERNEL is the one
 * that PY will run on, or NULL if that is not the running one: with a root, for an
 * archive. Then the release and version of the system are unknown, and so is the
 * machine unless the ELF file tells it. PY and KERNEL must outlive F.
 */
void facts_find(struct marker_facts *f, const struct python *py,
                const struct kernel *kernel, struct arena *a);
