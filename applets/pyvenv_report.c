#include "applets/pyvenv_report.h"

#include <string.h>

#include "applets/cli.h"
#include "base/buf.h"
#include "format/json.h"
#include "python/layout.h"
#include "python/machine.h"
#include "resolve/choose.h"
#include "venv/check.h"
#include "venv/inventory.h"
#include "venv/venv.h"
#include "wheel/fates.h"

static const char *
machine_name(const struct python *py)
{
	const struct machine *m = machine_find((unsigned)py->machine,
	                                       py->is_64bit, py->big_endian);

	return m ? m->name : "unknown";
}

/* Print a name and its value, both escaped: they may be anything. */
static void
put_line(struct buf *out, const char *name, const char *middle,
         const char *value)
{
	cli_escape(out, name, strlen(name));
	if (value) {
		buf_puts(out, middle);
		cli_escape(out, value, strlen(value));
	}
	buf_putc(out, '\n');
}

static const char *
fate_name(unsigned char fate)
{
	static const char *const names[] = {
		[FATE_WRITTEN] = "file",
		[FATE_KEPT] = "keep",
		[FATE_ANOTHERS] = "skip",
	};

	return names[fate];
}

/* Append a line for each file of W. */
static void
put_wheel_files(struct buf *out, const struct wheel_install *w)
{
	for (size_t i = 0; i < w->files.count; i++) {
		buf_fmt(out, "    %s ", fate_name(w->fates[i]));
		put_line(out, w->files.list[i].path, "", NULL);
	}
}

void
report_plan(struct buf *out, const struct venv_result *r, bool verbose)
{
	static const char *const would[] = {
		[VENV_CREATED] = "would create",
		[VENV_REPLACED] = "would replace",
		[VENV_CHANGED] = "would change",
		[VENV_UNCHANGED] = "would not change",
	};

	put_line(out, would[r->outcome], " ", r->env_dir);
	for (size_t i = 0; i < r->plan.count; i++) {
		const struct node *n = &r->plan.nodes[i];
		const char *arrow = n->kind == NODE_LINK   ? " -> "
		                    : n->kind == NODE_COPY ? " <- "
		                                           : " = ";
		bool shown = n->kind == NODE_LINK || n->kind == NODE_COPY ||
		             n->kind == NODE_SAME;

		/* gone already */
		if (n->kind == NODE_REMOVE && n->kept)
			continue;
		buf_fmt(out, "  %s ", n->kept ? "keep" : node_kind_name(n->kind));
		put_line(out, n->path, arrow, shown ? n->data : NULL);
		if (n->kind == NODE_WHEEL && verbose)
			put_wheel_files(out, n->wheel);
	}
}

static void
put_fact(struct buf *out, const char *name, const char *value)
{
	if (!value)
		return;
	buf_puts(out, "  ");
	put_line(out, name, ": ", value);
}

void
report_python(struct buf *out, const char *prog, const struct python *py,
              const struct buf *notes, struct arena *a)
{
	buf_fmt(out, "%s: using ", prog);
	put_line(out, py->executable, ": ", py->why);
	for (size_t i = 0; i < notes->len; i += strlen(notes->data + i) + 1)
		put_fact(out, "looked at", notes->data + i);
	put_fact(out, "implementation", python_implementation_name(py));
	put_fact(out, "version", layout_version(py, a));
	put_fact(out, "version from", py->version_source);
	put_fact(out, "home", py->home);
	put_fact(out, "real file", py->real);
	put_fact(out, "standard library", py->stdlib);
	put_fact(out, "library", py->libpython);
	put_fact(out, "system", py->windows ? "Windows" : NULL);
	buf_fmt(out, "  machine: %s, %s-bit %s-endian, ELF machine %d%s%s\n",
	        machine_name(py), py->is_64bit ? "64" : "32",
	        py->big_endian ? "big" : "little", py->machine,
	        py->free_threaded ? ", free-threaded" : "",
	        py->debug ? ", debug" : "");
}

void
report_wheels(struct buf *out, const char *prog, const struct wheel_set *s)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct wheel_choice *c = &s->list[i];

		buf_fmt(out, "%s: chosen: %s %s, %s", prog, c->project,
		        c->version, c->why);
		put_line(out, "", ": ", c->file);
	}
	for (size_t i = 0; i < s->passed.len;
	     i += strlen(s->passed.data + i) + 1) {
		buf_fmt(out, "%s: passed over: ", prog);
		put_line(out, s->passed.data + i, "", NULL);
	}
}

void
report_check(struct buf *out, const char *env_dir, const struct check *c)
{
	for (size_t i = 0; i < c->count; i++)
		put_line(out, env_dir, ": ", c->problems[i].text);
}

void
report_python_json(struct buf *out, const struct python *py, struct arena *a)
{
	json_member(out, "executable", py->executable);
	json_member(out, "why", py->why);
	json_member(out, "implementation", python_implementation_name(py));
	json_member(out, "version", layout_version(py, a));
	json_member(out, "version_source", py->version_source);
	json_member(out, "home", py->home);
	json_member(out, "real", py->real);
	json_member(out, "prefix", py->prefix);
	json_member(out, "stdlib", py->stdlib);
	json_member(out, "libpython", py->libpython);
	if (py->windows)
		json_flag(out, "windows", true);
	json_flag(out, "free_threaded", py->free_threaded);
	json_flag(out, "debug", py->debug);
	json_flag(out, "is_64bit", py->is_64bit);
	json_flag(out, "big_endian", py->big_endian);
	json_member(out, "machine", machine_name(py));
	json_key(out, "elf_machine");
	buf_fmt(out, "%d", py->machine);
}

static void
put_digest_json(struct buf *out, const unsigned char *sum)
{
	json_key(out, "sha256");
	buf_putc(out, '"');
	digest_put_hex(out, DIGEST_SHA256, sum);
	buf_putc(out, '"');
}

void
report_wheels_json(struct buf *out, const struct wheel_set *s)
{
	buf_puts(out, "\"wheels\": [");
	for (size_t i = 0; i < s->count; i++) {
		const struct wheel_choice *c = &s->list[i];

		buf_puts(out, i > 0 ? ",\n  {" : "\n  {");
		json_member(out, "project", c->project);
		json_member(out, "version", c->version);
		json_member(out, "file", c->file);
		if (c->digested)
			put_digest_json(out, c->sha256);
		json_member(out, "why", c->why);
		buf_putc(out, '}');
	}
	buf_puts(out, "],\n");
}

static void
put_wheel_json(struct buf *out, const struct wheel_install *w)
{
	json_key(out, "files");
	buf_putc(out, '[');
	for (size_t i = 0; i < w->files.count; i++) {
		buf_puts(out, i > 0 ? ",\n    {" : "\n    {");
		json_member(out, "path", w->files.list[i].path);
		json_member(out, "fate", fate_name(w->fates[i]));
		buf_putc(out, '}');
	}
	buf_putc(out, ']');
}

void
report_removed(struct buf *out, const char *prog, const struct venv_result *r)
{
	const struct plan *p = &r->plan;

	if (p->removed_count == 0)
		return;
	buf_fmt(out, "%s: removed from ", prog);
	cli_escape(out, r->env_dir, strlen(r->env_dir));
	for (size_t i = 0; i < p->removed_count; i++)
		buf_fmt(out, "%s %s", i > 0 ? "," : ":", p->removed[i]);
	buf_putc(out, '\n');
}

void
report_result_json(struct buf *out, const struct venv_result *r)
{
	json_member(out, "env_dir", r->env_dir);
	json_member(out, "outcome", venv_outcome_name(r->outcome));
	json_key(out, "removed");
	buf_putc(out, '[');
	for (size_t i = 0; i < r->plan.removed_count; i++) {
		buf_puts(out, i > 0 ? ", " : "");
		json_string(out, r->plan.removed[i]);
	}
	buf_putc(out, ']');
	json_key(out, "plan");
	buf_putc(out, '[');
	for (size_t i = 0; i < r->plan.count; i++) {
		const struct node *n = &r->plan.nodes[i];

		buf_puts(out, i > 0 ? ",\n  {" : "\n  {");
		json_member(out, "kind", node_kind_name(n->kind));
		json_member(out, "path", n->path);
		if (n->kind == NODE_FILE) {
			json_key(out, "size");
			buf_fmt(out, "%zu", n->len);
		} else if (n->data) {
			json_member(out, "target", n->data);
		} else if (n->kind == NODE_WHEEL) {
			put_wheel_json(out, n->wheel);
		}
		json_flag(out, "kept", n->kept);
		buf_putc(out, '}');
	}
	buf_putc(out, ']');
}

void
report_warnings_json(struct buf *out, const struct buf *lines)
{
	json_key(out, "warnings");
	buf_putc(out, '[');
	for (size_t i = 0; i < lines->len; i += strlen(lines->data + i) + 1) {
		buf_puts(out, i > 0 ? ", " : "");
		json_string(out, lines->data + i);
	}
	buf_putc(out, ']');
}

void
report_inventory_json(struct buf *out, const struct inventory *list)
{
	json_key(out, "installed");
	buf_putc(out, '[');
	for (size_t i = 0; i < list->count; i++) {
		const struct inventory_project *p = &list->list[i];

		buf_puts(out, i > 0 ? ",\n  {" : "\n  {");
		json_member(out, "name", p->name);
		json_member(out, "version", *p->version ? p->version : NULL);
		json_flag(out, "requested", p->requested);
		json_member(out, "direct_url", p->direct_url);
		buf_putc(out, '}');
	}
	buf_putc(out, ']');
}

void
report_check_json(struct buf *out, const char *env_dir, const struct check *c)
{
	json_member(out, "env_dir", env_dir);
	json_flag(out, "healthy", c->count == 0);
	json_member(out, "home", c->state.config.home);
	json_member(out, "version", c->state.config.version);
	json_member(out, "base", c->has_base ? c->base.executable : NULL);
	json_key(out, "problems");
	buf_putc(out, '[');
	for (size_t i = 0; i < c->count; i++) {
		buf_puts(out, i > 0 ? ", {" : "{");
		json_member(out, "code", c->problems[i].code);
		json_member(out, "text", c->problems[i].text);
		buf_putc(out, '}');
	}
	buf_putc(out, ']');
}
