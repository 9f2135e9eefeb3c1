#pragma once
/*
 * asked: the requirements and constraints that -r, -c and --install select for one
 * Python.
 */
#include <stdbool.h>
#include <stddef.h>

#include "resolve/requirement_file.h"

struct ctx;
struct hash_rule;
struct marker_facts;
struct wheel_request;

struct asked_requirement {
	const struct requirement *requirement; /* its marker holds */
	const char *project; /* normalised */
	const char *from;    /* "requirements.txt:3", for messages */
	size_t index;        /* in the order in which they are read */
	bool constraint;     /* these are read last */
};

struct asked {
	struct asked_requirement *list; /* by project, in the order of INDEX */
	size_t count, room;
	struct requirement_files files;
	bool hash_mode; /* all that is chosen needs a hash */
};

/*
 * Read the files and requirements of R, relative to X's host paths, into A, and keep
 * those whose markers hold with FACTS. Return 0, or a negative errno with a diag.
 */
int asked_read(const struct ctx *x, struct asked *a,
               const struct wheel_request *r, const struct marker_facts *facts);

/* Return the requirements and constraints for PROJECT (normalised), and set *COUNT. */
const struct asked_requirement *
asked_find(const struct asked *a, const char *project, size_t *count);

/*
 * Set RULE to the hashes that all requirements for PROJECT allow, in the memory of X.
 * Return 1, 0 if none has hashes, or -EINVAL with a diag if they have none in common.
 */
int asked_rule(const struct ctx *x, const struct asked *a, const char *project,
               struct hash_rule *rule);
