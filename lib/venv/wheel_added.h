#pragma once
/*
 * wheel_added: what the installer adds to the members of a wheel: a launcher
 * for each entry point, INSTALLER, REQUESTED, direct_url.json and RECORD.
 */
struct writing;

/* Write all of it, RECORD last. */
int wheel_added_put(struct writing *wr);
