#pragma once
/*
 * command: the simple commands of a shell script, one after the other.
 * spec: POSIX XCU 2.2 to 2.10, with the words of bash, ksh and zsh that change
 * where a command ends. Nothing is expanded.
 */
#include <stdbool.h>
#include <stddef.h>

enum { COMMAND_MAX_WORDS = 64, COMMAND_MAX_DEPTH = 32, COMMAND_MAX_DOCS = 8 };

/* N bytes at P of the script, with their quotes. */
struct command_word {
	const char *p;
	size_t n;
};

/* A simple command. Redirections are in its text but not among its words, of
 * which there are none if it only redirects. */
struct command {
	const char *text;
	size_t len;
	struct command_word word[COMMAND_MAX_WORDS];
	size_t count;       /* of words; those after the array's end are lost */
	size_t assignments; /* words at the start that are NAME=VALUE */
	char before;        /* what separates it from the last one: 0 (nothing)
	                       '\n' ';' '&' '|' '(' ')', 'a' (&&), 'o' (||) */
	char after;         /* the same for the next one */
	const char *block;  /* identifies the innermost compound command or
	                       branch that it is in; NULL: none */
	bool in_function;
};

/* A script that is read; only P and LIVE are of use to others. */
struct command_reader {
	const char *p; /* NUL-ended text that is still to be read */
	bool live;     /* a here-document with expansions was met */
	char before;
	bool function; /* the body of one is next */
	size_t depth;
	struct {
		const char *start;
		char closer;
		bool is_function;
	} block[COMMAND_MAX_DEPTH];
	size_t docs;
	struct {
		struct command_word end;
		bool strips;
	} doc[COMMAND_MAX_DOCS];
};

/* Start to read the NUL-ended script TEXT. */
void command_start(struct command_reader *r, const char *text);

/* Read the next command into *C. Return 1, 0 at the end of the script, -1 if it
 * cannot be parsed. */
int command_next(struct command_reader *r, struct command *c);

/* Return whether W is the literal TEXT, without quotes. */
bool command_word_is(const struct command_word *w, const char *text);

/* Return the length of the name that starts at P and ends before END; 0 if none
 * does. */
size_t command_name(const char *p, const char *end);
