#include "publish/plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

const char *
node_kind_name(enum node_kind kind)
{
	static const char *const names[] = {
		[NODE_DIR] = "dir",   [NODE_FILE] = "file",
		[NODE_LINK] = "link", [NODE_COPY] = "copy",
		[NODE_SAME] = "same", [NODE_REMOVE] = "remove",
		[NODE_WHEEL] = "wheel",
	};

	return names[kind];
}

static int
by_path(const void *a, const void *b)
{
	return strcmp(((const struct node *)a)->path,
	              ((const struct node *)b)->path);
}

void
plan_sort(struct plan *p)
{
	if (p->count > 0)
		qsort(p->nodes, p->count, sizeof(*p->nodes), by_path);
}

void
plan_append(struct plan *p, const struct node *nodes, size_t count,
            struct arena *a)
{
	struct node *all = arena_alloc(a, (p->count + count) * sizeof(*all));

	memcpy(all, p->nodes, p->count * sizeof(*all));
	memcpy(all + p->count, nodes, count * sizeof(*all));
	for (size_t i = 0; i < count; i++)
		p->changes += !nodes[i].kept;
	p->nodes = all;
	p->count += count;
	plan_sort(p);
}

const struct node *
plan_find_n(const struct plan *p, const char *path, size_t n)
{
	size_t low = 0, high = p->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct node *node = &p->nodes[middle];
		int order = strncmp(path, node->path, n);

		if (order == 0)
			order = node->path[n] ? -1 : 0;
		if (order == 0)
			return node->kind == NODE_WHEEL ? NULL : node;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

const struct node *
plan_find(const struct plan *p, const char *path)
{
	return plan_find_n(p, path, strlen(path));
}
