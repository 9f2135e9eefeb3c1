#include "resolve/marker.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/str.h"
#include "base/strset.h"
#include "format/elf.h"
#include "format/pep440.h"
#include "os/process.h"
#include "python/machine.h"
#include "python/python.h"
#include "wheel/name.h"

enum { MAX_SHOWN = 200 };

/* An operand of a comparison: a variable, or TEXT. */
struct operand {
	bool is_variable;
	struct slice text;
};

struct comparison {
	struct operand left, right;
	enum marker_variable variable; /* the one of the two */
	const char *op; /* "in" for "not in" as well */
	bool negated;
};

struct value {
	enum marker_truth truth;
	enum marker_variable unknown; /* what a MARKER_UNKNOWN depends on */
};

/* Alternatives that are being read: the result before the last "or", and that
 * of the terms after it. */
struct level {
	struct value any, all;
};

struct parser {
	struct slice all;
	const char *s, *end; /* what is left */
	const struct marker_facts *facts; /* NULL: only the syntax matters */
	struct arena *arena;
	struct diag *diag;
};

static const char *const names[MARKER_VARIABLES] = {
	[MARKER_OS_NAME] = "os_name",
	[MARKER_SYS_PLATFORM] = "sys_platform",
	[MARKER_PLATFORM_MACHINE] = "platform_machine",
	[MARKER_PLATFORM_PYTHON_IMPLEMENTATION] =
		"platform_python_implementation",
	[MARKER_PLATFORM_RELEASE] = "platform_release",
	[MARKER_PLATFORM_SYSTEM] = "platform_system",
	[MARKER_PLATFORM_VERSION] = "platform_version",
	[MARKER_PYTHON_VERSION] = "python_version",
	[MARKER_PYTHON_FULL_VERSION] = "python_full_version",
	[MARKER_IMPLEMENTATION_NAME] = "implementation_name",
	[MARKER_IMPLEMENTATION_VERSION] = "implementation_version",
	[MARKER_EXTRA] = "extra",
	[MARKER_EXTRAS] = "extras",
	[MARKER_DEPENDENCY_GROUPS] = "dependency_groups",
};

/* Names of before PEP 508. */
static const struct {
	const char *name;
	enum marker_variable variable;
} old_names[] = {
	{ "os.name", MARKER_OS_NAME },
	{ "sys.platform", MARKER_SYS_PLATFORM },
	{ "platform.machine", MARKER_PLATFORM_MACHINE },
	{ "platform.version", MARKER_PLATFORM_VERSION },
	{ "platform.python_implementation",
	  MARKER_PLATFORM_PYTHON_IMPLEMENTATION },
	{ "python_implementation", MARKER_PLATFORM_PYTHON_IMPLEMENTATION },
};

const char *
marker_variable_name(enum marker_variable v)
{
	return names[v];
}

int
marker_refuse(const char *text, size_t n, enum marker_variable unknown,
              struct diag *d)
{
	return diag_set(d, -EINVAL, "marker '%.*s' depends on %s, which is "
	                "unknown", n < MAX_SHOWN ? (int)n : MAX_SHOWN, text,
	                names[unknown]);
}

static int
refuse(const struct parser *p, const char *at, const char *reason)
{
	return diag_set(p->diag, -EINVAL, "marker '%.*s', character %zu: %s",
	                p->all.n < MAX_SHOWN ? (int)p->all.n : MAX_SHOWN,
	                p->all.s, (size_t)(at - p->all.s) + 1, reason);
}

static bool
is(struct slice t, const char *s)
{
	return t.n == strlen(s) && memcmp(t.s, s, t.n) == 0;
}

static bool
skip_blanks(struct parser *p)
{
	const char *start = p->s;

	while (p->s < p->end && (*p->s == ' ' || *p->s == '\t'))
		p->s++;
	return p->s > start;
}

static bool
take(struct parser *p, char c)
{
	if (p->s == p->end || *p->s != c)
		return false;
	p->s++;
	return true;
}

/* Return the letters, digits, '_' and '.' from here on, without taking them. */
static struct slice
peek_word(const struct parser *p)
{
	struct slice t = { p->s, 0 };

	while (p->s + t.n < p->end &&
	       (ascii_is_alnum(t.s[t.n]) || t.s[t.n] == '_' ||
	        t.s[t.n] == '.'))
		t.n++;
	return t;
}

static bool
take_word(struct parser *p, const char *word)
{
	struct slice t = peek_word(p);

	if (!is(t, word))
		return false;
	p->s += t.n;
	return true;
}

static int
read_literal(struct parser *p, struct slice *t)
{
	const char *open = p->s++;
	const char *close = memchr(p->s, *open, (size_t)(p->end - p->s));

	if (!close)
		return refuse(p, open, "the quote is not closed");
	*t = (struct slice){ p->s, (size_t)(close - p->s) };
	/* readers disagree on escapes */
	if (memchr(t->s, '\\', t->n))
		return refuse(p, open, "a backslash in a quoted text");
	p->s = close + 1;
	return 0;
}

static int
read_variable(struct parser *p, enum marker_variable *v)
{
	struct slice t = peek_word(p);

	for (int i = 0; i < MARKER_VARIABLES; i++) {
		if (is(t, names[i])) {
			*v = (enum marker_variable)i;
			p->s += t.n;
			return 0;
		}
	}
	for (size_t i = 0; i < sizeof(old_names) / sizeof(*old_names); i++) {
		if (is(t, old_names[i].name)) {
			*v = old_names[i].variable;
			p->s += t.n;
			return 0;
		}
	}
	return refuse(p, p->s, "expected a variable or a quoted text");
}

static int
read_operand(struct parser *p, struct comparison *c, struct operand *o)
{
	skip_blanks(p);
	o->is_variable = p->s == p->end || (*p->s != '"' && *p->s != '\'');
	return o->is_variable ? read_variable(p, &c->variable)
	                      : read_literal(p, &o->text);
}

static int
read_operator(struct parser *p, struct comparison *c)
{
	static const char operators[][4] = { "===", "==", "~=", "!=", "<=",
		                             ">=", "<", ">" };

	skip_blanks(p);
	c->negated = take_word(p, "not");
	c->op = "in";
	if ((!c->negated || skip_blanks(p)) && take_word(p, "in"))
		return 0;
	for (size_t i = 0; i < sizeof(operators) / sizeof(*operators); i++) {
		size_t n = strlen(operators[i]);

		if (c->negated || (size_t)(p->end - p->s) < n ||
		    memcmp(p->s, operators[i], n) != 0)
			continue;
		c->op = operators[i];
		p->s += n;
		return 0;
	}
	return refuse(p, p->s, c->negated ? "expected 'in' after 'not'"
	                                  : "expected an operator");
}

static bool
is_op(const struct comparison *c, const char *op)
{
	return strcmp(c->op, op) == 0;
}

/* Return whether the operator is an ordering: < <= > >=. */
static bool
is_order(const struct comparison *c)
{
	return c->op[0] == '<' || c->op[0] == '>';
}

static struct slice
left_of(const struct comparison *c, struct slice value)
{
	return c->left.is_variable ? value : c->left.text;
}

static struct slice
right_of(const struct comparison *c, struct slice value)
{
	return c->right.is_variable ? value : c->right.text;
}

/* Compare as versions, with VALUE for the variable: -EINVAL if the operator and
 * its right side are no specifier. */
static int
compare_versions(const struct comparison *c, struct slice value)
{
	struct slice left = left_of(c, value), right = right_of(c, value);
	const char *op = c->op;

	/* packaging joins the two: < "=3.9" is <= "3.9" */
	if (right.n > 0 && *right.s == '=' &&
	    (is_op(c, "<") || is_op(c, ">") || is_op(c, "=="))) {
		op = is_op(c, "<") ? "<=" : is_op(c, ">") ? ">=" : "===";
		right.s++;
		right.n--;
	}
	return pep440_fits_one(op, strlen(op), right.s, right.n, left.s,
	                       left.n);
}

/* Compare as texts, which have no order, as in packaging. */
static bool
compare_texts(const struct comparison *c, struct slice left, struct slice right)
{
	bool equal = left.n == right.n && memcmp(left.s, right.s, left.n) == 0;

	if (is_op(c, "in"))
		return (memmem(right.s, right.n, left.s, left.n) != NULL) !=
		       c->negated;
	return c->op[0] == '!' ? !equal : equal && c->op[1] == '=';
}

static int
check_text_operator(struct parser *p, const struct comparison *c)
{
	if (!is_op(c, "~=") && !is_op(c, "==="))
		return 0;
	return refuse(p, p->s, "the operator is only for versions");
}

static bool
has_versions(enum marker_variable v)
{
	return v == MARKER_PYTHON_VERSION || v == MARKER_PYTHON_FULL_VERSION ||
	       v == MARKER_IMPLEMENTATION_VERSION ||
	       v == MARKER_PLATFORM_RELEASE;
}

/* Compare with VALUE for the variable, NULL if it is unknown. */
static int
compare_with(struct parser *p, const struct comparison *c, const char *value)
{
	const char *s = value ? value : "0";
	struct slice text = { s, strlen(s) };

	if (has_versions(c->variable) && !is_op(c, "in")) {
		int rc = compare_versions(c, text);

		/* a right side that is unknown may be a version or not */
		if (!value && (rc >= 0 || c->right.is_variable))
			return MARKER_UNKNOWN;
		if (rc >= 0)
			return rc;
	}
	if (check_text_operator(p, c) < 0)
		return -EINVAL;
	if (is_order(c) && c->op[1] != '=')
		return MARKER_FALSE;
	if (!value)
		return MARKER_UNKNOWN;
	return compare_texts(c, left_of(c, text), right_of(c, text));
}

/* Return whether the comparison, which gives RESULT for both ends of F, gives
 * the same for all versions between them. */
static bool
is_certain(const struct comparison *c, const struct marker_fact *f, int result)
{
	struct slice t = c->left.is_variable ? c->right.text : c->left.text;

	if (is_order(c))
		return true;
	if (is_op(c, "in"))
		return false;
	/* the versions that == and ~= accept have no gaps */
	if (!is_op(c, "===") && result == (c->op[0] != '!'))
		return true;
	if (t.n > 2 && memcmp(t.s + t.n - 2, ".*", 2) == 0)
		t.n -= 2;
	return pep440_is_version(t.s, t.n) &&
	       (pep440_compare(t.s, t.n, f->value, strlen(f->value)) < 0 ||
	        pep440_compare(t.s, t.n, f->last, strlen(f->last)) > 0);
}

static int
compare_fact(struct parser *p, const struct comparison *c)
{
	static const struct marker_fact unknown;
	const struct marker_fact *f = p->facts ? &p->facts->fact[c->variable]
	                                       : &unknown;
	int rc = compare_with(p, c, f->value);

	if (rc < 0 || rc == MARKER_UNKNOWN || !f->last)
		return rc;
	return compare_with(p, c, f->last) == rc && is_certain(c, f, rc)
	               ? rc : (int)MARKER_UNKNOWN;
}

static struct slice
normalized(struct parser *p, struct slice t)
{
	struct buf b;

	buf_init(&b, p->arena);
	wheel_name_normalize(&b, t.s, t.n);
	return (struct slice){ buf_str(&b), b.len };
}

/* Return whether NAME is active, or is not if C is "!=". */
static int
compare_active(struct parser *p, const struct comparison *c)
{
	struct slice name = normalized(p, c->left.is_variable ? c->right.text
	                                                      : c->left.text);

	if (!is_op(c, "==") && !is_op(c, "!="))
		return refuse(p, p->s, "only == and != have a meaning for "
		              "'extra' here");
	return strset_has(p->facts->active, name.s, name.n) == is_op(c, "==");
}

static int
compare_extra(struct parser *p, const struct comparison *c)
{
	struct slice text, left, right;

	if (check_text_operator(p, c) < 0)
		return -EINVAL;
	if (!p->facts)
		return MARKER_FALSE;
	if (p->facts->active)
		return compare_active(p, c);
	if (!p->facts->extra)
		return refuse(p, p->s, "'extra' cannot be used here");
	text = (struct slice){ p->facts->extra, strlen(p->facts->extra) };
	left = normalized(p, left_of(c, text));
	right = normalized(p, right_of(c, text));
	return compare_texts(c, left, right);
}

/* "NAME" in extras, or in dependency_groups. */
static int
compare_set(struct parser *p, const struct comparison *c)
{
	struct slice name = c->left.text;
	const struct marker_set *set;

	if (!is_op(c, "in") || c->left.is_variable)
		return refuse(p, p->s, "only \"NAME\" in and not in have a "
		              "meaning for this variable");
	if (!p->facts)
		return MARKER_FALSE;
	set = c->variable == MARKER_EXTRAS ? p->facts->extras
	                                   : p->facts->dependency_groups;
	if (!set)
		return refuse(p, p->s, "'extras' and 'dependency_groups' "
		              "cannot be used here");
	for (size_t i = 0; i < set->count; i++) {
		if (wheel_name_same(name.s, name.n, set->names[i],
		                    strlen(set->names[i])))
			return !c->negated;
	}
	return c->negated;
}

static int
read_comparison(struct parser *p, struct value *v)
{
	struct comparison c = { .op = "" };
	int rc = read_operand(p, &c, &c.left);

	if (rc == 0)
		rc = read_operator(p, &c);
	if (rc == 0)
		rc = read_operand(p, &c, &c.right);
	if (rc < 0)
		return rc;
	/* pip and uv do not agree on what these mean */
	if (c.left.is_variable == c.right.is_variable)
		return refuse(p, p->s, c.left.is_variable ?
		              "a comparison of two variables" :
		              "a comparison without a variable");
	if (c.variable == MARKER_EXTRA)
		rc = compare_extra(p, &c);
	else if (c.variable > MARKER_EXTRA)
		rc = compare_set(p, &c);
	else
		rc = compare_fact(p, &c);
	if (rc < 0)
		return rc;
	v->truth = (enum marker_truth)rc;
	v->unknown = c.variable;
	return 0;
}

/* Return A and B if DECIDES is MARKER_FALSE, A or B if it is MARKER_TRUE. */
static struct value
join(struct value a, struct value b, enum marker_truth decides)
{
	if (a.truth == decides || b.truth == decides)
		return a.truth == decides ? a : b;
	return a.truth == MARKER_UNKNOWN ? a : b;
}

static void
add_term(struct level *l, struct value v)
{
	l->all = join(l->all, v, MARKER_FALSE);
}

static struct value
end_level(const struct level *l)
{
	return join(l->any, l->all, MARKER_TRUE);
}

static int
read_marker(struct parser *p, struct value *result)
{
	static const struct level start = { { MARKER_FALSE, 0 },
		                            { MARKER_TRUE, 0 } };
	struct level stack[MARKER_MAX_DEPTH + 1];
	size_t depth = 0;
	struct value v = start.all;

	stack[0] = start;
	for (;;) {
		for (skip_blanks(p); take(p, '('); skip_blanks(p)) {
			if (depth == MARKER_MAX_DEPTH)
				return refuse(p, p->s - 1, "too many levels of "
				              "parentheses");
			stack[++depth] = start;
		}
		if (read_comparison(p, &v) < 0)
			return p->diag->code;
		add_term(&stack[depth], v);
		skip_blanks(p);
		for (; depth > 0 && take(p, ')'); skip_blanks(p)) {
			v = end_level(&stack[depth]);
			add_term(&stack[--depth], v);
		}
		if (take_word(p, "or")) {
			stack[depth].any = end_level(&stack[depth]);
			stack[depth].all = start.all;
		} else if (!take_word(p, "and")) {
			break;
		}
	}
	if (depth > 0)
		return refuse(p, p->s, "expected 'and', 'or' or ')'");
	if (p->s < p->end)
		return refuse(p, p->s, "expected 'and' or 'or'");
	*result = end_level(&stack[0]);
	return 0;
}

static int
evaluate(struct parser *p, struct value *result)
{
	const char *flaw;

	p->s = p->all.s;
	p->end = p->s + p->all.n;
	if (p->all.n > MARKER_MAX)
		return diag_set(p->diag, -EINVAL, "a marker of %zu bytes",
		                p->all.n);
	flaw = line_flaw(p->all.s, p->all.n);
	return flaw ? refuse(p, p->s, flaw) : read_marker(p, result);
}

int
marker_evaluate(const char *text, size_t n, const struct marker_facts *facts,
                struct arena *a, enum marker_variable *unknown, struct diag *d)
{
	struct parser p = { .all = { text, n }, .facts = facts, .arena = a,
		            .diag = d };
	struct value v = { MARKER_UNKNOWN, 0 };
	int rc = evaluate(&p, &v);

	if (rc < 0)
		return rc;
	*unknown = v.unknown;
	return (int)v.truth;
}

int
marker_check(const char *text, size_t n, struct arena *a, struct diag *d)
{
	struct parser p = { .all = { text, n }, .arena = a, .diag = d };
	struct value ignored;

	return evaluate(&p, &ignored);
}

/* A pair of parentheses that is being written; the first one stands for none. */
struct group {
	size_t start; /* in the output */
	bool joined;  /* by "and" or "or" */
};

static void
put_operand(struct buf *out, const struct comparison *c, const struct operand *o)
{
	const char *quote = "\"";

	if (o->is_variable) {
		buf_puts(out, names[c->variable]);
		return;
	}
	if (memchr(o->text.s, '"', o->text.n))
		quote = "'";
	buf_puts(out, quote);
	if (c->variable == MARKER_EXTRA)
		wheel_name_normalize(out, o->text.s, o->text.n);
	else
		buf_add(out, o->text.s, o->text.n);
	buf_puts(out, quote);
}

/* Return false if there is none. */
static bool
put_comparison(struct buf *out, struct parser *p)
{
	struct comparison c = {
		.op = "",
		.left.text.s = "",
		.right.text.s = "",
	};

	if (read_operand(p, &c, &c.left) < 0 || read_operator(p, &c) < 0 ||
	    read_operand(p, &c, &c.right) < 0)
		return false;
	put_operand(out, &c, &c.left);
	buf_fmt(out, " %s%s ", c.negated ? "not " : "", c.op);
	put_operand(out, &c, &c.right);
	return true;
}

/* Remove the byte at START of the output. */
static void
drop(struct buf *out, size_t start)
{
	memmove(out->data + start, out->data + start + 1, out->len - start - 1);
	out->len--;
}

static void
close_group(struct buf *out, const struct group *g)
{
	if (g->joined)
		buf_putc(out, ')');
	else
		drop(out, g->start);
}

static void
put_marker(struct buf *out, struct parser *p)
{
	struct group stack[MARKER_MAX_DEPTH + 1] = { { out->len, false } };
	size_t depth = 0;

	for (;;) {
		for (skip_blanks(p); take(p, '('); skip_blanks(p)) {
			stack[++depth] = (struct group){ out->len, false };
			buf_putc(out, '(');
		}
		if (!put_comparison(out, p))
			return;
		skip_blanks(p);
		for (; depth > 0 && take(p, ')'); skip_blanks(p))
			close_group(out, &stack[depth--]);
		if (p->s == p->end)
			break;
		stack[depth].joined = true;
		buf_puts(out, take_word(p, "or") ? " or " : " and ");
		take_word(p, "and");
	}
	/* all of it in parentheses */
	if (!stack[0].joined && out->data[stack[0].start] == '(') {
		drop(out, stack[0].start);
		out->len--;
	}
}

void
marker_put(struct buf *out, const char *text, size_t n)
{
	struct diag ignored;
	struct parser p = { .all = { text, n }, .s = text, .end = text + n,
		            .arena = out->arena, .diag = &ignored };

	diag_init(&ignored, out->arena);
	put_marker(out, &p);
}

/* Set the version V: X.Y.Z, with CANDIDATE or another letter and the serial
 * number unless it is a final release; or a range if only X.Y is known. */
static void
set_version(struct marker_fact *v, const struct python *py,
            const char *candidate, struct arena *a)
{
	const char letter[] = { py->level, '\0' };

	if (py->micro < 0) {
		v->value = arena_fmt(a, "%d.%d.0a0", py->major, py->minor);
		v->last = arena_fmt(a, "%d.%d.99999", py->major, py->minor);
	} else if (py->level == 'f') {
		v->value = arena_fmt(a, "%d.%d.%d", py->major, py->minor,
		                     py->micro);
	} else {
		v->value = arena_fmt(a, "%d.%d.%d%s%d", py->major, py->minor,
		                     py->micro, py->level == 'c' ? candidate
		                                                 : letter,
		                     py->serial);
	}
}

/* Return whether a kernel for MACHINE, a name of uname(2), runs programs of PY
 * without an emulator; NAME is that of PY's own machine. */
static bool
runs_on(const char *machine, const struct python *py, const char *name)
{
	switch (py->machine) {
	case ELF_386:
		return strcmp(machine, "x86_64") == 0 ||
		       (strlen(machine) == 4 && str_ends(machine, "86"));
	case ELF_ARM:
		return str_starts(machine, "arm") ||
		       str_starts(machine, "aarch64");
	case ELF_PPC:
	case ELF_MIPS:
	case ELF_PARISC:
	case ELF_SH:
		return str_starts(machine, name);
	default:
		return strcmp(machine, name) == 0;
	}
}

/* Release and version are those of a system that is not known. */
static void
set_windows(struct marker_facts *f, const struct python *py)
{
	f->fact[MARKER_OS_NAME].value = "nt";
	f->fact[MARKER_SYS_PLATFORM].value = "win32";
	f->fact[MARKER_PLATFORM_SYSTEM].value = "Windows";
	/* a 32-bit Python on a 64-bit system says so, too, since 3.12 */
	f->fact[MARKER_PLATFORM_MACHINE].value =
		py->machine == ELF_X86_64    ? "AMD64"
		: py->machine == ELF_AARCH64 ? "ARM64"
		                             : NULL;
}

static void
set_system(struct marker_facts *f, const struct python *py,
           const struct kernel *kernel)
{
	const struct machine *m = machine_find((unsigned)py->machine,
	                                       py->is_64bit, py->big_endian);

	if (py->windows) {
		set_windows(f, py);
		return;
	}
	f->fact[MARKER_OS_NAME].value = "posix";
	f->fact[MARKER_SYS_PLATFORM].value = "linux";
	f->fact[MARKER_PLATFORM_SYSTEM].value = "Linux";
	if (kernel && m && runs_on(kernel->machine, py, m->name)) {
		f->fact[MARKER_PLATFORM_MACHINE].value = kernel->machine;
		f->fact[MARKER_PLATFORM_RELEASE].value = kernel->release;
		f->fact[MARKER_PLATFORM_VERSION].value = kernel->version;
	} else if (m && py->machine != ELF_ARM) {
		/* ARM has armv6l, armv7l, armv8l and more */
		f->fact[MARKER_PLATFORM_MACHINE].value = m->name;
	}
}

void
marker_facts_find(struct marker_facts *f, const struct python *py,
                  const struct kernel *kernel, struct arena *a)
{
	bool pypy = py->implementation == PYTHON_PYPY;

	memset(f, 0, sizeof(*f));
	set_system(f, py, kernel);
	f->fact[MARKER_PLATFORM_PYTHON_IMPLEMENTATION].value =
		pypy ? "PyPy" : "CPython";
	f->fact[MARKER_IMPLEMENTATION_NAME].value =
		python_implementation_name(py);
	f->fact[MARKER_PYTHON_VERSION].value =
		arena_fmt(a, "%d.%d", py->major, py->minor);
	set_version(&f->fact[MARKER_PYTHON_FULL_VERSION], py, "rc", a);
	/* PyPy has a version of its own, which is not looked for */
	if (!pypy)
		set_version(&f->fact[MARKER_IMPLEMENTATION_VERSION], py, "c", a);
}
