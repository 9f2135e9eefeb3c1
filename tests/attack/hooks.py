#!/usr/bin/env python3
"""usage: hooks.py BINARY [TEST]

The build with hooks shows the system calls that strace shows. Speaks TAP.
"""

import collections
import os
import sys

import lab as bench
from lab import NAME

# of the C library's start, memory and threads: nothing in a file system
UNHOOKED = {
    "arch_prctl", "brk", "clone", "clone3", "futex", "getcwd", "getpid",
    "geteuid", "getppid", "getuid", "madvise", "membarrier", "mmap", "mprotect",
    "munmap", "nanosleep", "prctl", "readlink", "rt_sigaction",
    "rt_sigpending", "rt_sigprocmask", "rt_sigreturn", "rt_sigtimedwait",
    "sched_getaffinity", "set_robust_list", "set_tid_address",
    "setpriority", "sigaltstack", "tkill", "umask", "uname", "ioctl",
}
SAME = {"stat": "newfstatat", "lstat": "newfstatat", "access": "faccessat",
        "open": "openat", "chmod": "fchmodat", "mkdir": "mkdirat"}


def counts(lab, scene, mode):
    bench.wipe(scene)
    os.mkdir(scene)
    env = os.path.join(scene, NAME)
    wheels = [bench.make_wheel(lab.top, v, "demo/a.py", "demo/sub/b.py")
              for v in ("1.0", "2.0")]
    if mode:
        lab.made("--wheel", wheels[0], env)
    calls = lab.traced(*mode, "--wheel", wheels[1], env).calls
    # the C library makes the older calls where they do the same
    return collections.Counter(SAME.get(c.name, c.name) for c in calls)


def test_complete(lab, tap):
    """the hooks show each call that strace shows"""
    if not bench.may_trace():
        print(f"ok - {test_complete.__doc__} # skip strace may not trace")
        return
    failures, shots = [], 0
    scene = os.path.join(lab.top, "box")
    for mode in (), ("--clear",), ("--upgrade",), ("--exist-ok",):
        traced = counts(lab, scene, mode)
        plain, lab.hooked = lab.hooked, lab.hooks()
        hooked = counts(lab, scene, mode)
        lab.hooked = plain
        shots += sum(hooked.values())
        failures += [f"{mode}: {name}: strace {traced[name]}, hooks "
                     f"{hooked[name]}" for name in traced | hooked
                     if name not in UNHOOKED and traced[name] != hooked[name]]
    tap.result(test_complete.__doc__, failures, shots)


if __name__ == "__main__":
    sys.exit(bench.main([test_complete], *sys.argv[1:]))
