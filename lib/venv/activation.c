#include "venv/activation.h"

#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "format/expand.h"
#include "format/inflate.h"
#include "venv/shell.h"
#include "venv/shell_row.h"
#include "venv/templates.h"

/* The inflated template of SH in *TEXT. */
static int
load(const struct shell *sh, struct arena *a, const struct template **t,
     char **text, struct diag *d)
{
	int err;

	*t = templates;
	while ((*t)->name && strcmp((*t)->name, sh->template) != 0)
		(*t)++;
	if (!(*t)->name)
		return diag_set(d, -EINVAL, "cannot find the template '%s'",
		                sh->template);
	err = inflate_raw(a, (*t)->data, (*t)->deflated, (*t)->size, text);
	if (err < 0)
		return diag_set(d, err, "cannot inflate the template '%s'",
		                sh->template);
	return 0;
}

/* Set VAR to VALUE, quoted for SH. */
static int
set_var(struct expand_var *var, const char *name, const char *value,
        const struct shell *sh, struct arena *a, struct diag *d)
{
	struct buf b;

	buf_init(&b, a);
	if (sh->quote(&b, value, strlen(value)) < 0)
		return diag_set(d, -EINVAL,
		                "cannot write '%s' for the shell %s", value,
		                sh->name);
	if (b.failed)
		return diag_oom(d);
	var->name = name;
	var->value = b.data;
	var->len = b.len;
	return 0;
}

/* The first line of a template says how to use the file. */
static size_t
header_length(const char *text, size_t size)
{
	const char *nl = memchr(text, '\n', size);

	return nl ? (size_t)(nl - text) + 1 : 0;
}

int
activation_render(const struct shell *sh, enum activation_form form,
                  const struct activation *v, struct buf *out, struct diag *d)
{
	struct expand_var vars[2];
	const struct template *t;
	size_t start = 0;
	char *text;
	int err = load(sh, out->arena, &t, &text, d);

	if (err == 0)
		err = set_var(&vars[0], "ENV_DIR", v->env_dir, sh, out->arena,
		              d);
	if (err == 0)
		err = set_var(&vars[1], "PROMPT", v->prompt, sh, out->arena, d);
	if (err < 0)
		return err;
	if (form == ACTIVATION_EVAL)
		start = header_length(text, t->leave);
	err = expand(text + start, t->leave - start, vars, 2, out, d);
	if (err == 0)
		err = expand(text + t->enter, t->size - t->enter, vars, 2, out,
		             d);
	return err;
}
