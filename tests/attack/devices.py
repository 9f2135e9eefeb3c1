#!/usr/bin/env python3
"""usage: devices.py BINARY [TEST]

Files of an environment are, or lead to, a terminal, a pipe or a device: none is
opened, and no terminal becomes the controlling one. Speaks TAP.
"""

import glob
import os
import pty
import shutil
import stat
import sys

import lab as bench
from lab import NAME

FILES = "pyvenv.cfg", "bin/activate", "bin/python", ".gitignore", \
    "lib/python3*/site-packages/demo-1.0.dist-info/RECORD", \
    "lib/python3*/site-packages/demo/a.py"
MODES = (
    ("plain",), ("--exist-ok",), ("--upgrade", "--prompt", "x"), ("--clear",),
    ("--check",), ("--upgrade", "--wheel", "NEW"),
    ("--exist-ok", "--wheel", "NEW"),
)


class Scene:
    def __init__(self, lab):
        self.lab = lab
        self.env = os.path.join(lab.top, "box", NAME)
        self.model = os.path.join(lab.top, "model")
        for path in self.model, os.path.dirname(self.env):
            bench.wipe(path)
        os.mkdir(os.path.dirname(self.env))
        old = bench.make_wheel(lab.top, "1.0", "demo/a.py")
        self.new = bench.make_wheel(lab.top, "2.0", "demo/a.py")
        lab.made("--wheel", old, self.env)
        os.rename(self.env, self.model)

    def set_up(self, file, make):
        """FILE of the environment is what MAKE makes: its path."""
        bench.wipe(self.env)
        shutil.copytree(self.model, self.env, symlinks=True)
        path, = glob.glob(os.path.join(self.env, file))
        os.unlink(path)
        make(path)
        return path

    def args(self, mode):
        words = [self.new if w == "NEW" else w for w in mode if w != "plain"]
        return [*words, self.env]


def opened(calls, text):
    """The calls that opened what strace shows as TEXT."""
    return [c.line for c in calls if c.name in bench.OPENS and
            text in c.line.rpartition(" = ")[2]]


def try_each(lab, make, target=None):
    """Each file and mode: what was opened."""
    scene = Scene(lab)
    failures, shots, control = [], 0, 0
    for file in FILES:
        for mode in MODES:
            path = scene.set_up(file, make)
            result = lab.traced(*scene.args(mode),
                                calls="open,openat,openat2")
            shots += 1
            failures += [f"{file}, {' '.join(mode)}: {line}"
                         for line in opened(result.calls, f"<{target or path}>")
                         if target or not made_anew(path)]
            control += len(opened(result.calls, f"<{scene.env}"))
            if result.code not in (0, 1):
                failures.append(f"{file}, {' '.join(mode)}: exit code "
                                f"{result.code}: {result.stderr}")
    if control == 0:
        failures.append("the trace shows no open file")
    return failures, shots


def made_anew(path):
    """The run has put a file of its own there."""
    return os.path.lexists(path) and stat.S_ISREG(os.lstat(path).st_mode)


def link_to(target):
    return lambda path: os.symlink(target, path)


def test_terminal(lab, tap):
    """a terminal that files of an environment lead to is not opened"""
    master, slave = pty.openpty()
    name = os.ttyname(slave)
    os.close(slave)
    failures, shots = try_each(lab, link_to(name), name)
    tap.result(test_terminal.__doc__, failures, shots)
    os.close(master)


def test_controlling(lab, tap):
    """a session leader gets no controlling terminal from an environment"""
    scene = Scene(lab)
    master, slave = pty.openpty()
    name = os.ttyname(slave)
    os.close(slave)
    failures, shots = [], 0
    numbers = []

    def look():
        with open(f"/proc/{lab.stopped}/stat", encoding="ascii") as f:
            fields = f.read().rpartition(")")[2].split()
        numbers.append((int(fields[3]) == lab.stopped, int(fields[4])))

    for file in FILES[:3]:
        for mode in MODES[:5]:
            scene.set_up(file, link_to(name))
            calls = lab.traced(*scene.args(mode), by=("setsid",)).calls
            last = [c for c in calls if c.name in ("close", "rt_sigprocmask",
                                                   "write", "munmap")][-1]
            scene.set_up(file, link_to(name))
            lab.traced(*scene.args(mode), by=("setsid",), act=look,
                       stop=(last.name, last.number))
            shots += 1
    if numbers != [(True, 0)] * shots:
        failures.append(f"(leader, terminal): {numbers}")
    tap.result(test_controlling.__doc__, failures, shots)
    os.close(master)


def test_pipe(lab, tap):
    """a named pipe in an environment is not opened"""
    target = os.path.join(lab.top, "fifo")
    os.mkfifo(target)
    one, shots = try_each(lab, link_to(target), target)
    other, more = try_each(lab, os.mkfifo)
    tap.result(test_pipe.__doc__, one + other, shots + more)


def test_device(lab, tap):
    """a device in an environment is not opened"""
    target = os.path.join(lab.top, "full")

    def make(path):
        os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 7))

    try:
        make(target)
    except PermissionError:
        print("ok - a device in an environment is not opened # skip no mknod")
        return
    one, shots = try_each(lab, link_to(target), target)
    other, more = try_each(lab, make)
    tap.result(test_device.__doc__, one + other, shots + more)


if __name__ == "__main__":
    sys.exit(bench.main([test_terminal, test_controlling, test_pipe,
                         test_device], *sys.argv[1:]))
