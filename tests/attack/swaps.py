#!/usr/bin/env python3
"""usage: swaps.py BINARY [TEST]

The directory in which a run of root makes its work directory belongs to another
user, who puts another thing in the place of the work directory: after it was
made, and after each file or directory that is opened from then on. Speaks TAP.
"""

import fcntl
import os
import shutil
import subprocess
import sys

import lab as bench
from lab import NAME, NOBODY, as_user, differences, identity, look, write

MODES = {
    "new": [],
    "--clear": ["--clear"],
    "--upgrade": ["--upgrade", "--prompt", "other"],
    "--exist-ok": ["--exist-ok"],
}
SWAPS = "own directory", "link", "full directory", "empty directory", \
    "locked directory"


class Scene:
    """A parent directory of NOBODY, with ENV_DIR and directories of root."""

    def __init__(self, lab, mode):
        self.lab, self.mode = lab, mode
        self.parent = os.path.join(lab.top, "parent")
        self.env = os.path.join(self.parent, NAME)
        self.victim = os.path.join(lab.top, "victim")
        # W is beside ENV_DIR, or in it
        self.place = self.parent if mode in ("new", "--clear") else self.env
        self.made = {}
        self.lock = -1

    def set_up(self):
        for path in self.parent, self.victim:
            bench.wipe(path)
        os.mkdir(self.parent)
        if self.mode != "new":
            self.lab.made(self.env)
            write(f"{self.env}/file", "of nobody")
        if self.mode == "--exist-ok":
            os.unlink(f"{self.env}/bin/python")
        if self.mode != "new":
            bench.give(self.env, NOBODY)
        write(f"{self.victim}/new/bin/activate", "precious")
        write(f"{self.victim}/pyvenv.cfg", "precious")
        for name in "full directory", "empty directory", "locked directory":
            os.mkdir(f"{self.place}/{name}", 0o700)
        # the work directory that another run has just made
        if self.lock >= 0:
            os.close(self.lock)
        self.lock = os.open(f"{self.place}/locked directory", os.O_RDONLY)
        fcntl.flock(self.lock, fcntl.LOCK_EX)
        write(f"{self.place}/full directory/new/bin/activate", "precious", 0o600)
        write(f"{self.place}/full directory/of", "precious", 0o600)
        os.chown(self.parent, NOBODY, NOBODY)
        with as_user(NOBODY):
            os.mkdir(f"{self.place}/own directory", 0o777)
            os.chmod(f"{self.place}/own directory", 0o777)
            os.symlink(self.victim, f"{self.place}/link")
        self.made = {name: (identity(f"{self.place}/{name}"), self.see(name))
                     for name in SWAPS}
        self.before = look(self.victim)

    def see(self, name):
        return look(os.path.join(self.place, name))

    def swap(self, what):
        """Put WHAT where the work directory is."""
        with as_user(NOBODY):
            work = bench.work_names(self.place)
            if work:
                os.rename(f"{self.place}/{work[0]}", f"{self.place}/taken")
                os.rename(f"{self.place}/{what}", f"{self.place}/{work[0]}")

    def judge(self):
        """Return the changes outside ENV_DIR: words, or ""."""
        wrong = differences(self.before, look(self.victim))
        if wrong:
            return "victim: " + wrong
        for name in SWAPS:
            inode, before = self.made[name]
            now = next((look(f"{self.place}/{n}")
                        for n in os.listdir(self.place)
                        if identity(f"{self.place}/{n}") == inode), None)
            if now is None and len(before) == 1 and name != "link":
                continue  # an empty directory, which rmdir(2) may take
            if now is None or differences(before, now):
                return f"{name}: " + (differences(before, now) if now else "gone")
        return ""

    def judge_env(self, code, stderr):
        """ENV_DIR is there and works, or is as before."""
        if code not in (0, 1):
            return f"exit code {code}: {stderr}"
        if code == 1 and self.mode == "new" and os.path.lexists(self.env):
            return "exit code 1, but ENV_DIR is there"
        if code == 1 and not stderr.startswith("pyvenv: "):
            return f"exit code 1 without a reason: {stderr!r}"
        if code == 0:
            status, text = self.lab.plain("--check", self.env)
            # a work directory that was renamed is nothing of ours
            if status != 0:
                return f"exit code 0, but --check: {text}"
        return ""


def shoot(scene, call, what):
    scene.set_up()
    result = scene.lab.traced(*MODES[scene.mode], scene.env,
                              stop=(call.name, call.number),
                              act=lambda: scene.swap(what))
    wrong = "not reached" if not result.reached else \
        scene.judge() or scene.judge_env(result.code, result.stderr)
    return f"{what} at {call.line.strip()}: {wrong}" if wrong else ""


def points(calls):
    """The call that makes W, and each open after it."""
    started = False
    for call in calls:
        if call.name == "mkdirat" and ".venvbox-" in call.line:
            started = True
            yield call
        elif started and (call.name in bench.OPENS or bench.ALL):
            yield call


def test_swaps(lab, tap):
    """what another user puts in the place of the work directory is not used"""
    for mode, options in MODES.items():
        scene = Scene(lab, mode)
        scene.set_up()
        result = lab.traced(*options, scene.env)
        failures, shots = [], 0
        if result.code != 0:
            failures.append(f"a clean run: {result.code}: {result.stderr}")
        for call in points(result.calls):
            for what in SWAPS:
                shots += 1
                failures += filter(None, [shoot(scene, call, what)])
        if shots < 12:
            failures.append("too few points")
        tap.result(f"{mode}: {test_swaps.__doc__}", failures, shots)


def test_env_dir(lab, tap):
    """another directory that is put in the place of ENV_DIR is not deleted"""
    scene = Scene(lab, "--clear")

    def act():
        with as_user(NOBODY):
            os.rename(scene.env, f"{scene.parent}/taken")
            os.rename(f"{scene.parent}/full directory", scene.env)

    for how in "with exchange", "without exchange":
        faults = [] if how == "with exchange" else [
            bench.inject("renameat2", "1+", "error=EINVAL")]
        failures, shots, refused = [], 0, 0
        scene.set_up()
        # the first rename takes ENV_DIR away: no shot after it
        for call in bench.calls_from(
                lab.traced("--clear", scene.env, faults=faults).calls,
                "mkdirat("):
            if call.name.startswith("rename"):
                break
            shots += 1
            scene.set_up()
            result = lab.traced("--clear", scene.env, act=act, faults=faults,
                                stop=(call.name, call.number))
            refused += "another directory was put" in result.stderr
            wrong = "not reached" if not result.reached else scene.judge() or (
                "exit code 0" if result.code != 1 else
                "" if identity(scene.env) == scene.made["full directory"][0]
                else "ENV_DIR is not the other directory")
            if wrong:
                failures.append(f"{call.line.strip()}: {wrong}: {result.stderr}")
        if shots < 12 or not refused:
            failures.append(f"too few points: {shots}, {refused} refused")
        tap.result(f"{how}: {test_env_dir.__doc__}", failures, shots)


def enter(place):
    """Try to get into the work directories in PLACE: what succeeded."""
    done = []
    with as_user(NOBODY):
        for name in bench.work_names(place):
            for act in (os.listdir, os.scandir,
                        lambda w: os.mkdir(f"{w}/mine"),
                        lambda w: os.listdir(f"{w}/new"),
                        lambda w: os.readlink(f"{w}/of"),
                        lambda w: os.chmod(w, 0o777),
                        lambda w: os.symlink("x", f"{w}/new/mine")):
                try:
                    act(f"{place}/{name}")
                    done.append(f"into {name}")
                except (PermissionError, FileNotFoundError):
                    pass
    return done


def set_default_acl(path):
    """Let files made in PATH give NOBODY all rights; False: no ACLs."""
    return shutil.which("setfacl") and subprocess.run(
        ["setfacl", "-d", "-m", f"u:{NOBODY}:rwx,o::rwx", path],
        check=False).returncode == 0


def test_private(lab, tap):
    """no other user gets into the work directory, whatever the umask and its
    parent's ACL and setgid bit"""
    for mode, options in MODES.items():
        scene = Scene(lab, mode)
        failures, shots, entered = [], 0, []

        def set_up(scene=scene):
            scene.set_up()
            set_default_acl(scene.place)
            os.chmod(scene.place, 0o2777)

        def act(scene=scene, entered=entered):
            entered.extend(enter(scene.place))

        set_up()
        old = os.umask(0)
        calls = list(points(lab.traced(*options, scene.env).calls))
        for call in calls:
            set_up()
            result = lab.traced(*options, scene.env, act=act,
                                stop=(call.name, call.number))
            shots += 1
            if entered:
                failures.append(f"{call.line.strip()}: {entered}")
                entered.clear()
            if result.code != 0 or not result.reached:
                failures.append(f"{call.line.strip()}: {result.code}: "
                                + result.stderr)
        os.umask(old)
        tap.result(f"{mode}: {' '.join(test_private.__doc__.split())}",
                   failures or ([] if shots > 3 else ["no points"]), shots)


if __name__ == "__main__":
    sys.exit(bench.main([test_swaps, test_env_dir, test_private], *sys.argv[1:]))
