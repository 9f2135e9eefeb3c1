#pragma once
/*
 * stable: names of an interpreter that outlive a patch release. Homebrew and uv
 * keep each release in a directory of its own, which the next one removes, and
 * a link that always leads to the newest.
 */
struct inspection;

/*
 * Replace the release's directory in executable, home, prefix and stdlib of
 * in->py by the link to it, where that leads to the same place:
 * Cellar/python@3.12/3.12.1 by opt/python@3.12, and cpython-3.12.1-PLATFORM by
 * cpython-3.12-PLATFORM.
 */
void stable_names(struct inspection *in);
