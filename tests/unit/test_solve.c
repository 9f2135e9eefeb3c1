/* solve: which versions are chosen, in which order they are tried, what is said if there
 * are none. tests/solve compares more with an exhaustive search. */
#include "resolve/solve.h"

#include <errno.h>
#include <signal.h>

#include "base/strset.h"
#include "os/signals.h"
#include "tests/unit/fixture.h"

enum { MAX_ITEMS = 400, MAX_NEEDS = 16 };

/*
 * A world: lines "PROJECT VERSION WORD...", the newest version of a project first. A
 * WORD is a need ("aa[x,y]<2", "aa@2.0" for one file), "x?aa<2" for the extra x,
 * "installed", "unusable" or "broken".
 */
static struct {
	struct fixture *f;
	const char *const *lines; /* ended by NULL */
	struct item {
		struct solve_candidate candidate;
		const char *project, *line;
		bool unusable, broken;
		size_t calls;
	} items[MAX_ITEMS];
	size_t count, listed;
	const char *all_releases, *only_final; /* a project, or NULL */
} world;

/* The problem, as the tests set it; and what came of it. */
static struct solve_problem problem;
static struct solve_result result;

static char *
copy_word(const char **text)
{
	size_t n = strcspn(*text, " ");
	char *word = arena_dup(&world.f->arena, *text, n);

	*text += n + strspn(*text + n, " ");
	return word;
}

static struct item *
find_item(const char *project, const char *version)
{
	for (size_t i = 0; i < world.count; i++) {
		if (strcmp(world.items[i].project, project) == 0 &&
		    strcmp(world.items[i].candidate.version, version) == 0)
			return &world.items[i];
	}
	fail_msg("no %s %s", project, version);
	return NULL;
}

static struct solve_need
make_need(char *word)
{
	struct solve_need n = { .specifiers = "" };
	const char **extras = arena_zero(&world.f->arena, 8, sizeof(*extras));
	size_t end = strcspn(word, "[<>=!~@");
	char *rest = word + end;

	n.project = arena_dup(&world.f->arena, word, end);
	n.extras = extras;
	if (*rest == '[') {
		char *close = strchr(rest, ']');

		*close = '\0';
		for (char *e = strtok(rest + 1, ","); e; e = strtok(NULL, ","))
			extras[n.extra_count++] = e;
		rest = close + 1;
	}
	if (*rest == '@')
		n.file = find_item(n.project, rest + 1);
	else
		n.specifiers = rest;
	return n;
}

/* Read the needs in TEXT, for EXTRA or NULL. */
static size_t
read_needs(const char *text, const char *extra, struct solve_need *list)
{
	size_t count = 0;

	while (*text) {
		char *word = copy_word(&text), *mark = strchr(word, '?');

		if (mark)
			*mark = '\0';
		if (strcmp(word, "installed") == 0 || !mark != !extra ||
		    (mark && strcmp(word, extra) != 0) ||
		    strcmp(word, "unusable") == 0 || strcmp(word, "broken") == 0)
			continue;
		assert_true(count < MAX_NEEDS);
		list[count++] = make_need(mark ? mark + 1 : word);
	}
	return count;
}

static int
candidates(void *ctx, const char *project, struct solve_candidate **list,
           size_t *count)
{
	(void)ctx;
	world.listed++;
	*list = arena_zero(&world.f->arena, MAX_ITEMS, sizeof(**list));
	*count = 0;
	if (strcmp(project, "error") == 0)
		return diag_set(&world.f->diag, -EIO, "cannot list");
	for (size_t i = 0; i < world.count; i++) {
		if (strcmp(world.items[i].project, project) == 0)
			(*list)[(*count)++] = world.items[i].candidate;
	}
	return 0;
}

static int
needs(void *ctx, struct solve_candidate *c, const char *extra,
      const struct solve_need **list, size_t *count)
{
	struct item *it = c->caller;
	struct solve_need *made = arena_zero(&world.f->arena, MAX_NEEDS,
	                                     sizeof(*made));

	assert_null(ctx);
	it->calls++;
	if (it->unusable) {
		diag_set(&world.f->diag, -EINVAL, "%s %s needs Python >=4",
		         it->project, c->version);
		return SOLVE_UNUSABLE;
	}
	if (it->broken)
		return diag_set(&world.f->diag, -EIO, "cannot read it");
	*count = read_needs(it->line, extra, made);
	*list = made;
	return 0;
}

static bool
all_releases(void *ctx, const char *project)
{
	(void)ctx;
	return world.all_releases && strcmp(world.all_releases, project) == 0;
}

static bool
only_final(void *ctx, const char *project)
{
	(void)ctx;
	return world.only_final && strcmp(world.only_final, project) == 0;
}

/* Set the world and an empty problem. */
static void
set_world(void **state, const char *const *lines)
{
	memset(&world, 0, sizeof(world));
	world.f = *state;
	problem = (struct solve_problem){ .all_releases = all_releases,
		                          .only_final = only_final,
		                          .candidates = candidates,
		                          .needs = needs };
	for (; *lines; lines++) {
		struct item *it = &world.items[world.count++];
		const char *text = *lines;

		assert_true(world.count < MAX_ITEMS);
		it->project = copy_word(&text);
		it->candidate.version = copy_word(&text);
		it->candidate.caller = it;
		it->candidate.installed = strstr(text, "installed") != NULL;
		it->unusable = strstr(text, "unusable") != NULL;
		it->broken = strstr(text, "broken") != NULL;
		it->line = text;
	}
}

#define WORLD(...) \
	set_world(state, (const char *const[]){ __VA_ARGS__, NULL })

/* Return the needs in TEXT, which come from lines of FILE. */
static struct solve_need *
user_needs(const char *file, const char *text, size_t *count)
{
	struct solve_need *list = arena_zero(&world.f->arena, 64, sizeof(*list));

	*count = read_needs(text, NULL, list);
	for (size_t i = 0; i < *count; i++)
		list[i].from = arena_fmt(&world.f->arena, "%s:%zu", file, i + 1);
	return list;
}

static int
run(const char *roots, const char *constraints)
{
	for (size_t i = 0; i < world.count; i++)
		world.items[i].calls = 0;
	world.listed = 0;
	diag_clear(&world.f->diag);
	problem.roots = user_needs("r.txt", roots, &problem.root_count);
	problem.constraints = user_needs("c.txt", constraints,
	                                 &problem.constraint_count);
	return solve(&result, &problem, &world.f->arena, &world.f->diag);
}

/* Return the picks as "aa[x]==1.0 bb==2.0". */
static const char *
picks(void)
{
	struct buf b;

	buf_init(&b, &world.f->arena);
	for (size_t i = 0; i < result.count; i++) {
		const struct solve_pick *p = &result.picks[i];

		buf_fmt(&b, "%s%s", i ? " " : "", p->project);
		for (size_t k = 0; k < p->extra_count; k++)
			buf_fmt(&b, "%c%s", k ? ',' : '[', p->extras[k]);
		buf_fmt(&b, "%s==%s", p->extra_count ? "]" : "",
		        p->candidate->version);
	}
	return buf_str(&b);
}

static void
assert_picks_with(const char *roots, const char *constraints, const char *want)
{
	int rc = run(roots, constraints);

	if (rc != 0)
		fail_msg("%s: %s", roots, buf_str(&world.f->diag.text));
	assert_string_equal(picks(), want);
	/* a constraint asks for nothing */
	for (size_t i = 0; i < result.count; i++) {
		assert_non_null(result.picks[i].from);
		assert_null(strstr(result.picks[i].from, "c.txt"));
	}
}

static void
assert_picks(const char *roots, const char *want)
{
	assert_picks_with(roots, "", want);
}

/* The text and notes, with "\n" after each. */
static void
assert_none_with(const char *roots, const char *constraints, const char *want)
{
	struct diag *d = &world.f->diag;
	int rc = run(roots, constraints);
	struct buf b;

	if (rc == 0)
		fail_msg("%s: %s", roots, picks());
	assert_int_equal(rc, -ENOENT);
	assert_int_equal(d->code, -ENOENT);
	buf_init(&b, &world.f->arena);
	buf_fmt(&b, "%s\n", buf_str(&d->text));
	for (size_t i = 0; i < d->notes.len; i += strlen(d->notes.data + i) + 1)
		buf_fmt(&b, "%s\n", d->notes.data + i);
	assert_string_equal(buf_str(&b), want);
}

static void
assert_none(const char *roots, const char *want)
{
	assert_none_with(roots, "", want);
}

#define CANNOT "cannot find versions that meet all requirements: "

/* ---- tests ------------------------------------------------------------------- */

static void
test_newest(void **state)
{
	WORLD("aa 2.0", "aa 1.0", "bb 2.0 aa<2", "bb 1.0", "cc 1.10 dd", "cc 1.9",
	      "dd 1.0");
	assert_picks("", "");
	assert_picks("aa", "aa==2.0");
	assert_picks("aa<2", "aa==1.0");
	assert_picks("cc", "cc==1.10 dd==1.0");
	assert_picks("bb", "aa==1.0 bb==2.0");
	assert_picks("aa aa<2 bb", "aa==1.0 bb==2.0");
	/* an older one where the newest cannot be */
	assert_picks("aa==2.0 bb", "aa==2.0 bb==1.0");
}

static void
test_result(void **state)
{
	WORLD("aa 1.0 bb[x]", "bb 2.0 x?cc", "cc 1.0", "dd 1.0");
	assert_picks("dd aa", "aa==1.0 bb[x]==2.0 cc==1.0 dd==1.0");
	assert_true(result.picks[0].root && result.picks[3].root);
	assert_false(result.picks[1].root || result.picks[2].root);
	assert_string_equal(result.picks[0].from, "r.txt:2");
	assert_string_equal(result.picks[1].from, "aa 1.0");
	assert_string_equal(result.picks[2].from, "bb 2.0");
	assert_string_equal(result.picks[3].from, "r.txt:1");
	/* a constraint does not ask for it, though it came first */
	assert_picks_with("aa", "cc bb", "aa==1.0 bb[x]==2.0 cc==1.0");
	assert_string_equal(result.picks[1].from, "aa 1.0");
	assert_string_equal(result.picks[2].from, "bb 2.0");
	assert_ptr_equal(result.picks[0].candidate->caller,
	                 find_item("aa", "1.0"));
}

static void
test_detours(void **state)
{
	/* as pip: a newer bb rather than a newer aa */
	WORLD("aa 3.0", "aa 2.0", "aa 1.0", "bb 2.0 aa<3", "bb 1.0");
	assert_picks("aa bb", "aa==2.0 bb==2.0");
	/* what only the dropped pick needed is gone */
	WORLD("aa 2.0 dd", "aa 1.0", "bb 2.0 aa<2", "bb 1.0", "dd 1.0");
	assert_picks("aa bb", "aa==1.0 bb==2.0");
	/* a circle: neither can have its newest */
	WORLD("aa 2.0 bb<2", "aa 1.0", "bb 2.0 aa<2", "bb 1.0");
	assert_picks("aa bb", "aa==2.0 bb==1.0");
	WORLD("aa 2.0 aa<2", "aa 1.0");
	assert_picks("aa", "aa==1.0");
}

static void
test_order(void **state)
{
	/* pinned first, then those with an upper bound, then by the order */
	WORLD("aa 2.0 bb<2", "aa 1.0", "bb 2.0 aa<2", "bb 1.0");
	assert_picks("aa bb", "aa==2.0 bb==1.0");
	assert_picks("bb aa", "aa==1.0 bb==2.0");
	assert_picks("aa bb<3", "aa==1.0 bb==2.0");
	assert_picks("aa<3 bb==2.0", "aa==1.0 bb==2.0");
	assert_picks("aa<3 bb===2.0", "aa==1.0 bb==2.0");
	assert_picks("aa bb==2.*", "aa==1.0 bb==2.0");
}

static void
test_conflict(void **state)
{
	WORLD("aa 2.0", "aa 1.0", "bb 1.0 aa<2", "cc 2.0 bb", "cc 1.0 bb");
	assert_none("aa==2.0 bb", CANNOT "bb 1.0 needs aa<2, but r.txt:1 asks for "
	            "aa==2.0\nr.txt:2 asks for bb\naa: 2.0, 1.0 are there\n");
	assert_none("aa==2.0 cc", CANNOT "bb 1.0 needs aa<2, but r.txt:1 asks for "
	            "aa==2.0\ncc 2.0 needs bb\nr.txt:2 asks for cc\n"
	            "aa: 2.0, 1.0 are there\n");
	assert_none("aa==2.0 aa==1.0", CANNOT "r.txt:1 asks for aa==2.0, but "
	            "r.txt:2 asks for aa==1.0\naa: 2.0, 1.0 are there\n");
	assert_none("bb>1", CANNOT "r.txt:1 asks for bb>1, but no such version is "
	            "there\nbb: 1.0 is there\n");
	assert_none_with("bb", "aa>2", CANNOT "bb 1.0 needs aa<2, but c.txt:1 "
	                 "allows only aa>2\nr.txt:1 asks for bb\n"
	                 "aa: 2.0, 1.0 are there\n");
	WORLD("aa 1.0 bb==2.0", "bb 2.0 aa==2.0", "aa 0.5 bb==1.0",
	      "bb 1.0 aa==1.0");
	assert_int_equal(run("aa", ""), -ENOENT);
}

static void
test_missing(void **state)
{
	WORLD("aa 2.0 xx>1", "aa 1.0", "bb 1.0 xx[x]");
	assert_picks("aa", "aa==1.0");
	assert_none("xx aa yy>1", "no wheel of xx is in the directories, and r.txt:1 "
	            "asks for it\nno wheel of yy is in the directories, and r.txt:3 "
	            "asks for it\n");
	assert_none("bb", "no wheel of xx is in the directories, and bb 1.0 asks "
	            "for it\nr.txt:1 asks for bb\n");
	assert_picks_with("aa", "xx>1", "aa==1.0");
}

static void
test_many_versions(void **state)
{
	WORLD("aa 12", "aa 11", "aa 10", "aa 9", "aa 8", "aa 7", "aa 6", "aa 5",
	      "aa 4", "aa 3", "aa 2", "aa 1");
	assert_none("aa>12", CANNOT "r.txt:1 asks for aa>12, but no such version is "
	            "there\naa: 12, 11, 10, 9, 8, 7, 6, 5, 4, 3 and 2 more are "
	            "there\n");
}

static void
test_extras(void **state)
{
	WORLD("aa 1.0 bb x?cc y?dd", "bb 1.0 aa[y]", "cc 1.0", "dd 1.0",
	      "mm 2.0 all?mm[x,y] x?cc y?dd<1", "mm 1.0 all?mm[x] x?cc",
	      "ee 2.0 x?cc>1", "ee 1.0");
	assert_picks("bb", "aa[y]==1.0 bb==1.0 dd==1.0");
	assert_picks("aa[x] bb", "aa[x,y]==1.0 bb==1.0 cc==1.0 dd==1.0");
	assert_picks("aa[none]", "aa[none,y]==1.0 bb==1.0 dd==1.0");
	/* self-references, of which the older version has one that holds */
	assert_picks("mm[x]", "cc==1.0 mm[x]==2.0");
	assert_picks("mm[all]", "cc==1.0 mm[all,x]==1.0");
	/* the extra of a pick is wanted later */
	assert_picks("ee", "ee==2.0");
	assert_picks("ee ee[x]", "ee[x]==1.0");
}

static void
test_constraints(void **state)
{
	WORLD("aa 2.0 bb", "aa 1.0", "bb 2.0", "bb 1.0");
	assert_picks_with("aa", "bb<2", "aa==2.0 bb==1.0");
	assert_picks_with("aa", "aa<2 bb==7 zz==1", "aa==1.0");
	assert_picks_with("aa", "bb==7", "aa==1.0");
}

static void
test_prereleases(void **state)
{
	WORLD("aa 3.0a1", "aa 2.0", "aa 2.0rc1", "aa 1.0", "bb 1.0.dev2", "bb 1.0a1",
	      "cc 1.0 aa>=2.0a1,<=2.0rc1", "dd 1.0 aa<2.5 aa!=2.0a1");
	assert_picks("aa", "aa==2.0");
	assert_picks("aa>2.5", "aa==3.0a1");
	assert_picks("aa>=1.0a1", "aa==3.0a1");
	assert_picks("aa!=1.0a1", "aa==2.0");
	assert_picks("aa==2.0.*", "aa==2.0");
	assert_picks("bb", "bb==1.0.dev2");
	assert_picks("aa cc", "aa==2.0rc1 cc==1.0");
	assert_picks("aa dd", "aa==2.0 dd==1.0");
	assert_picks_with("aa", "aa<=2.0rc1", "aa==2.0rc1");
	problem.pre = true;
	assert_picks("aa bb", "aa==3.0a1 bb==1.0.dev2");
	world.only_final = "aa";
	assert_picks("aa bb", "aa==2.0 bb==1.0.dev2");
	assert_int_equal(run("aa>2.5", ""), -ENOENT);
	assert_picks("aa@3.0a1", "aa==3.0a1");
	world.only_final = NULL;
	problem.pre = false;
	world.all_releases = "aa";
	assert_picks("aa", "aa==3.0a1");
}

static void
test_installed_prerelease(void **state)
{
	WORLD("aa 2.0", "aa 2.0rc1 installed", "bb 1.0 aa!=2.0rc1");
	assert_picks("aa", "aa==2.0rc1");
	assert_picks("aa bb", "aa==2.0 bb==1.0");
	world.only_final = "aa";
	assert_picks("aa", "aa==2.0rc1");
}

static void
test_admitted_late(void **state)
{
	/* zz admits the pre-release of aa, after all finals have failed */
	WORLD("aa 2.0a1", "aa 1.0 zz==0", "zz 2.0 qq", "zz 1.0 aa>=0.1a1",
	      "qq 1.0 aa!=2.0a1");
	assert_picks("aa zz", "aa==2.0a1 zz==1.0");
	/* a pre-release that nothing asks for any more is not kept */
	WORLD("aa 2.0a1", "aa 1.0", "bb 2.0 aa>=1.5a1 cc", "bb 1.0",
	      "cc 1.0 bb<2");
	assert_picks("bb aa", "aa==1.0 bb==1.0");
	/* what is not admitted does not count, but does not end the search either */
	WORLD("aa 2.0a1", "aa 1.0 dd>1", "dd 1.0");
	assert_int_equal(run("aa", ""), -ENOENT);
	assert_true(result.steps < 20);
}

static void
test_installed(void **state)
{
	WORLD("aa 3.0", "aa 2.0 installed", "aa 1.0", "bb 1.0 aa>2");
	assert_picks("aa", "aa==2.0");
	assert_picks("aa<2", "aa==1.0");
	assert_picks("aa bb", "aa==3.0 bb==1.0");
}

static void
test_files(void **state)
{
	WORLD("aa 2.0", "aa 1.0", "aa 1.0a1", "bb 1.0 aa>1", "bb 0.9 aa@1.0");
	assert_picks("aa@1.0", "aa==1.0");
	assert_picks("aa@1.0a1", "aa==1.0a1");
	assert_picks("aa@2.0 bb", "aa==2.0 bb==1.0");
	assert_picks("aa@1.0 bb", "aa==1.0 bb==0.9");
	assert_none("aa@1.0 bb>=1", CANNOT "bb 1.0 needs aa>1, but r.txt:1 asks for "
	            "aa of one file\nr.txt:2 asks for bb>=1\naa: 2.0, 1.0, 1.0a1 are "
	            "there\n");
}

static void
test_unusable(void **state)
{
	WORLD("aa 2.0 unusable", "aa 1.0", "bb 1.0 aa>1", "cc 2.0 unusable",
	      "cc 2.0a1");
	assert_picks("aa", "aa==1.0");
	/* the final release does not keep the pre-release out */
	assert_picks("cc", "cc==2.0a1");
	assert_none("bb", CANNOT "bb 1.0 needs aa>1, but no such version can be "
	            "used\nr.txt:1 asks for bb\naa: 2.0, 1.0 are there\n"
	            "aa 2.0 needs Python >=4\n");
	assert_int_equal(find_item("aa", "2.0")->calls, 1);
}

static void
test_calls(void **state)
{
	WORLD("aa 3.0 bb", "aa 2.0", "aa 1.0", "bb 2.0", "bb 1.0", "cc 1.0");
	assert_picks("aa", "aa==3.0 bb==2.0");
	assert_int_equal(find_item("aa", "3.0")->calls, 1);
	assert_int_equal(find_item("bb", "2.0")->calls, 1);
	assert_int_equal(find_item("aa", "2.0")->calls, 0);
	assert_int_equal(find_item("bb", "1.0")->calls, 0);
	assert_int_equal(world.listed, 2);
}

static void
test_errors(void **state)
{
	WORLD("aa 1.0 broken", "bb 1.0 aa", "cc 2.0 error", "cc 1.0");
	assert_int_equal(run("bb", ""), -EIO);
	assert_string_equal(buf_str(&world.f->diag.text), "cannot read it");
	assert_int_equal(run("cc", ""), -EIO);
	assert_string_equal(buf_str(&world.f->diag.text), "cannot list");
	assert_int_equal(run("error", ""), -EIO);
	assert_picks("cc<2", "cc==1.0");
}

static void
test_same_result(void **state)
{
	const char *first;

	WORLD("aa 2.0 bb<2", "aa 1.0 cc", "bb 2.0 aa<2", "bb 1.0 dd", "cc 2.0 dd<1",
	      "cc 1.0", "dd 1.0", "dd 0.5 aa<2");
	assert_int_equal(run("bb cc aa", ""), 0);
	first = picks();
	for (uint64_t seed = 1; seed < 20; seed++) {
		strset_seed = seed * 0x9e3779b97f4a7c15;
		assert_int_equal(run("bb cc aa", ""), 0);
		assert_string_equal(picks(), first);
	}
	strset_seed = 0;
}

/* N + 1 pigeons and N holes, which only a search through all finds out. */
static void
set_pigeons(void **state, size_t n)
{
	struct arena *a = &((struct fixture *)*state)->arena;
	const char **lines = arena_zero(a, MAX_ITEMS, sizeof(*lines));
	size_t count = 0;

	for (size_t pigeon = 0; pigeon <= n; pigeon++) {
		for (size_t hole = n; hole > 0; hole--)
			lines[count++] = arena_fmt(a, "pigeon%zu %zu hole%zu==%zu",
			                           pigeon, hole, hole, pigeon);
	}
	for (size_t hole = 1; hole <= n; hole++) {
		for (size_t pigeon = n + 1; pigeon > 0; pigeon--)
			lines[count++] = arena_fmt(a, "hole%zu %zu", hole,
			                           pigeon - 1);
	}
	set_world(state, lines);
}

static const char *
pigeons(void **state, size_t n)
{
	struct buf b;

	buf_init(&b, &((struct fixture *)*state)->arena);
	for (size_t pigeon = 0; pigeon <= n; pigeon++)
		buf_fmt(&b, "pigeon%zu ", pigeon);
	return buf_str(&b);
}

static void
test_limits(void **state)
{
	set_pigeons(state, 5);
	assert_int_equal(run(pigeons(state, 5), ""), -ENOENT);
	assert_true(result.steps < SOLVE_MAX_STEPS);
	set_pigeons(state, 12);
	assert_int_equal(run(pigeons(state, 12), ""), -E2BIG);
	assert_true(result.steps <= SOLVE_MAX_STEPS + 1);
	assert_true(result.memory <= 65 * 1024 * 1024);
	assert_string_equal(buf_str(&world.f->diag.hint), "pin versions with -c");
	assert_picks(pigeons(state, 1), "hole11==1 hole12==0 pigeon0==12 "
	             "pigeon1==11");
}

static void
on_signal(int number)
{
	(void)number;
}

static void
test_interrupted(void **state)
{
	struct sigaction act = { .sa_handler = on_signal };

	assert_int_equal(sigaction(SIGTERM, &act, NULL), 0);
	set_pigeons(state, 12);
	signals_hold();
	assert_int_equal(raise(SIGTERM), 0);
	assert_int_equal(run(pigeons(state, 12), ""), -EINTR);
	assert_int_equal(world.f->diag.code, 0);
	signals_release();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_newest, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_result, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_detours, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_order, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_conflict, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_missing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_many_versions, set_up,
		                                tear_down),
		cmocka_unit_test_setup_teardown(test_extras, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_constraints, set_up,
		                                tear_down),
		cmocka_unit_test_setup_teardown(test_prereleases, set_up,
		                                tear_down),
		cmocka_unit_test_setup_teardown(test_installed_prerelease, set_up,
		                                tear_down),
		cmocka_unit_test_setup_teardown(test_admitted_late, set_up,
		                                tear_down),
		cmocka_unit_test_setup_teardown(test_installed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_files, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_unusable, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_calls, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_errors, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_same_result, set_up,
		                                tear_down),
		cmocka_unit_test_setup_teardown(test_limits, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_interrupted, set_up,
		                                tear_down),
	};

	return RUN(tests);
}
