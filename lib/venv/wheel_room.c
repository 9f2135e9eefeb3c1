#include "venv/wheel_writing.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "os/walk.h"
#include "venv/distribution.h"
#include "venv/plan.h"
#include "venv/wheel_write.h"

/* Below 0 if N comes before what is below PATH, of LEN bytes; 0 if it is. */
static int
compare(const struct node *n, const char *path, size_t len)
{
	int order = strncmp(n->path, path, len);

	return order ? order : (unsigned char)n->path[len] - '/';
}

/* True if something below PATH is removed; the plan is sorted. */
static bool
loses_files(const struct plan *p, const char *path)
{
	size_t len = strlen(path), low = 0, high = p->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare(&p->nodes[middle], path, len) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	while (low < p->count && p->nodes[low].kind != NODE_REMOVE &&
	       compare(&p->nodes[low], path, len) == 0)
		low++;
	return low < p->count && compare(&p->nodes[low], path, len) == 0;
}

int
writing_look(struct writing *wr, const char *path)
{
	const struct wheel_write *how = wr->how;
	const struct node *n;
	struct stat st;
	char *full;

	if (!how->there)
		return 0;
	n = plan_find(how->plan, path);
	if (n && n->kind == NODE_REMOVE)
		return 0;
	full = arena_fmt(wr->arena, "%s/%s", how->there, path);
	if (!full)
		return -ENOMEM;
	if (walk_lstat(how->walk, wr->arena, full, &st) < 0)
		return 0;
	if (!S_ISDIR(st.st_mode))
		return -EEXIST;
	return loses_files(how->plan, path) ? 0 : -EISDIR;
}

int
writing_look_for_file(struct writing *wr, const char *path)
{
	const struct wheel_write *how = wr->how;
	const struct distribution_roots roots = distribution_roots_of(how->layout);
	int err = writing_look(wr, path), listed;

	if (err != -EEXIST || !how->adopts)
		return err;
	listed = distribution_lists(how->records, how->walk, how->there, &roots,
	                            path, how->records_arena);
	if (listed != 0)
		return listed < 0 ? listed : err;
	if (wr->adopted_count++ == 0)
		wr->adopted = path;
	return 0;
}
