#pragma once
/*
 * create: make, replace, upgrade or repair one environment, all or nothing.
 */
#include <stdbool.h>

#include "publish/plan.h"

struct ctx;
struct layout;
struct python;
struct venv_call;
struct venv_options;

enum venv_outcome {
	VENV_CREATED,   /* where nothing was */
	VENV_REPLACED,  /* instead of what was there */
	VENV_CHANGED,   /* what was there was upgraded or repaired */
	VENV_UNCHANGED, /* it was as it should be */
};

struct venv_result {
	const char *env_dir; /* absolute, as recorded */
	enum venv_outcome outcome;
	struct plan plan;    /* no nodes if nothing had to be planned */
};

/*
 * Make ENV_DIR (as the caller gave it) an environment for PY as CALL says. With
 * DRY_RUN only R is filled.
 */
int venv_create(const struct ctx *x, struct venv_result *r,
                const struct venv_call *call, const struct python *py,
                const char *env_dir, bool dry_run);

/* Change O and L so that nothing is made but what an environment needs. */
void venv_minimize(struct venv_options *o, struct layout *l,
                   const struct python *py);

/* Word for an outcome: "created", ... */
const char *venv_outcome_name(enum venv_outcome outcome);
