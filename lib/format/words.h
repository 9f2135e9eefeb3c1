#pragma once
/*
 * words: short lists of names as one string, " env sudo ", a blank before and
 * after each: a table of pointers would cost more than the names.
 */
#include <stdbool.h>
#include <stddef.h>

/* Return whether the N bytes at WORD (no blank among them) are a word of
 * LIST. */
bool words_have(const char *list, const char *word, size_t n);

/*
 * Return whether the program NAME is one of LIST, as it is or up to its first
 * digit, '-' or '.': "ksh93", "bash-static" and "python3.11" are in " ksh bash
 * python ".
 */
bool words_have_program(const char *list, const char *name);
