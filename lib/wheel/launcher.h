#pragma once
/*
 * launcher: the scripts in bin/ that start a Python program: the first lines,
 * and the text for an entry point (PyPA specification "Entry points").
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct buf;
struct entry_point;

/* The programs of Windows to which a script is appended: those that pip brings. */
struct exe_launchers {
	const char *console, *gui; /* NULL: not found */
	size_t console_size, gui_size;
	bool missing; /* they were looked for */
};

/* The interpreter that a script starts; absolute paths. */
struct launch {
	const char *python; /* the environment's Python */
	const char *base;   /* NULL; or the script finds its Python next to
	                       itself, wherever it is, and this is the Python
	                       that helps if it must read a link */
	const struct exe_launchers *exe; /* scripts are for Windows; or NULL */
};

/*
 * Append the N bytes of Python at BODY, with lines before them that start it. A
 * path with blanks, or too long for the kernel (127 bytes were the limit before
 * Linux 5.1), gets lines that sh and Python both can read. So does a path that
 * is not UTF-8, with a line that declares its coding (PEP 263), which is only
 * right before ASCII text: -EINVAL if BODY is not ASCII. Lines of sh for a base
 * Python go after the comments that BODY starts with. On Windows it is one line, as
 * pip writes it, which only says what the script is for.
 */
int launcher_put_program(struct buf *out, const struct launch *launch,
                         const char *body, size_t n);

/* Append the whole script for E: 0 or -EINVAL. On Windows it is a program: one of
 * LAUNCH->exe, the path of the Python, and the script in a zip archive, as distlib puts
 * them together; -EINVAL if there is none. */
int launcher_put_script(struct buf *out, const struct launch *launch,
                        const struct entry_point *e);

/* The interpreter that the first lines of a script start. */
struct launcher_start {
	const char *program; /* path of what it starts, sh not counted; NULL: it
	                        is no script, or only knows when it runs */
	uint64_t offset; /* of these lines, in bytes: 0 in a text */
	size_t length; /* of the lines that start it, if launcher_put_program()
	                        can write them anew; else 0 */
};

/*
 * Read how the script whose first N bytes are at S starts what runs it:
 * "#!PROGRAM", or "#!/bin/sh" and the lines of pip, uv and this program that sh
 * and Python both can read. PROGRAM is from the arena.
 */
void launcher_read(struct launcher_start *start, const char *s, size_t n,
                   struct arena *a);

/*
 * Return the length of the first line, with its end, of a script that asks for
 * the environment's Python ("#!python..."); 0 if the N bytes at S do not; N if
 * the line has no end.
 */
size_t launcher_placeholder(const char *s, size_t n);
