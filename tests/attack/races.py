#!/usr/bin/env python3
"""usage: races.py BINARY [TEST]

Root installs a wheel in an environment of another user, who exchanges parts of
it with links to a tree of root's, once after each system call of the run. That
tree looks the same as the part, so that each file in it has the name and the
hash that RECORD gives. Speaks TAP.
"""

import hashlib
import os
import shutil
import sys

import lab as bench
from lab import NAME, NOBODY, as_user, differences, look, write

OLD_FILES = "demo/a.py", "demo/sub/b.py", "gone/c.py"
NEW_FILES = "demo/a.py", "demo/sub/b.py", "demo/sub/d.py"
ATTACKED = {"rename", "renameat", "renameat2", "unlink", "unlinkat", "rmdir",
            "open", "openat", "openat2", "mkdir", "mkdirat"}


def exchange(one, other):
    """Exchange two names: three renames, while nobody else runs."""
    os.rename(one, one + ".tmp")
    os.rename(other, one)
    os.rename(one + ".tmp", other)


class Scene:
    def __init__(self, lab):
        self.lab = lab
        self.parent = os.path.join(lab.top, "parent")
        self.env = os.path.join(self.parent, NAME)
        self.victim = os.path.join(lab.top, "victim")
        wheels = os.path.join(lab.top, "wheels")
        os.makedirs(wheels, exist_ok=True)
        self.new = bench.make_wheel(wheels, "2.0", *NEW_FILES)
        old = bench.make_wheel(wheels, "1.0", *OLD_FILES)
        self.model = os.path.join(lab.top, "model", NAME)
        bench.wipe(os.path.dirname(self.model))
        os.mkdir(os.path.dirname(self.model))
        lab.made("--wheel", old, self.model)
        lib = os.path.join(self.model, "lib")
        self.site = "lib/" + next(n for n in os.listdir(lib)
                                  if n.startswith("python3.")) + \
            "/site-packages"
        cache = f"{self.model}/{self.site}/demo/__pycache__"
        write(f"{cache}/a.cpython-311.pyc", "compiled")
        write(f"{self.model}/{self.site}/gone/__pycache__/c.cpython-311.pyc", "c")

    def set_up(self):
        """The environment, and a copy of it that belongs to root."""
        for path in self.parent, self.victim:
            bench.wipe(path)
        os.mkdir(self.parent)
        shutil.copytree(self.model, self.env, symlinks=True)
        shutil.copytree(self.model, self.victim, symlinks=True)
        write(f"{self.victim}/{self.site}/demo/secret.py", "precious", 0o600)
        for tree in self.env, self.victim:
            self.add_rows(tree)
        bench.give(self.parent, NOBODY)
        self.before = look(self.victim)

    def add_rows(self, tree):
        """RECORD names more than the wheel had, with the right hashes."""
        secret = f"{self.victim}/{self.site}/demo/secret.py"
        digest = hashlib.sha256(b"precious").hexdigest()
        with open(f"{tree}/{self.site}/demo-1.0.dist-info/RECORD", "a",
                  encoding="utf-8") as f:
            for name in ("demo/secret.py", "../../../../../victim/pyvenv.cfg",
                         secret, "demo/../../../../../../victim/.gitignore"):
                f.write(f"{name},sha256={digest},8\n")
            f.write("demo/secret.py,,\n../../../../../victim/bin/activate,,\n")

    def point(self, path):
        """Make PATH of the environment a link, and keep what it was."""
        with as_user(NOBODY):
            os.rename(f"{self.env}/{path}", f"{self.parent}/kept")
            os.symlink(f"{self.victim}/{path}", f"{self.env}/{path}")

    def try_to(self, act):
        """ACT as the attacker; the run may have moved what it is about."""
        with as_user(NOBODY):
            try:
                act()
            except OSError:
                pass

    def swapped(self, *paths, link_first=False):
        """(set-up, act): PATHS become links, or are links first and then what
        they were. Once more, and it is as before."""
        pairs = [(f"{self.env}/{p}", f"{self.parent}/link{i}")
                 for i, p in enumerate(paths)]

        def act():
            for real, link in pairs:
                self.try_to(lambda real=real, link=link: exchange(real, link))

        def set_up():
            with as_user(NOBODY):
                for path, (_, link) in zip(paths, pairs):
                    os.symlink(f"{self.victim}/{path}", link)
            if link_first:
                act()
        return set_up, act

    def record_swapped(self):
        """(set-up, act): a package is a link, and RECORD is exchanged."""
        info = f"{self.env}/{self.site}/demo-1.0.dist-info"

        def set_up():
            self.point(f"{self.site}/gone")
            with as_user(NOBODY):
                other = f"{self.parent}/RECORD"
                shutil.copy(f"{info}/RECORD", other)
                text = "".join(
                    f"{name},,\n" for name in
                    ("gone/c.py", "gone/__pycache__/c.cpython-311.pyc",
                     "../../../../../victim/" + self.site + "/demo/a.py",
                     f"{self.victim}/{self.site}/demo/a.py"))
                with open(other, "a", encoding="utf-8") as f:
                    f.write(text)
        return set_up, lambda: self.try_to(
            lambda: exchange(f"{info}/RECORD", f"{self.parent}/RECORD"))

    def info_swapped(self):
        """The .dist-info directory becomes a link to the victim's."""
        return self.swapped(f"{self.site}/demo-1.0.dist-info")


def variants(scene):
    """Title: attack, and how many calls it lasts; None: to the end."""
    site = scene.site
    demo, gone = f"{site}/demo", f"{site}/gone"
    return {
        "packages become links":
            (scene.swapped(demo, gone), None),
        "a package stops being a link":
            (scene.swapped(demo, link_first=True), None),
        "a package that goes stops being a link":
            (scene.swapped(gone, link_first=True), None),
        "packages are links during one call":
            (scene.swapped(demo, gone), 1),
        "a package that goes is a link except during one call":
            (scene.swapped(gone, link_first=True), 1),
        "RECORD is exchanged": (scene.record_swapped(), None),
        ".dist-info becomes a link": (scene.info_swapped(), None),
        "site-packages becomes a link": (scene.swapped(site), None),
        "lib becomes a link": (scene.swapped("lib"), None),
        "bin is a link during one call": (scene.swapped("bin"), 1),
        "ENV_DIR becomes a link": (env_swapped(scene), None),
        "ENV_DIR is a link during one call": (env_swapped(scene), 1),
    }


def env_swapped(scene):
    """ENV_DIR itself: (set-up, act)."""
    link = f"{scene.parent}/link"

    def set_up():
        with as_user(NOBODY):
            os.symlink(scene.victim, link)
    return set_up, lambda: scene.try_to(lambda: exchange(scene.env, link))


def shoot(scene, options, calls, attack):
    """Return the damage of this attack after the first of CALLS, and after the
    others: words or "", and whether the call was reached."""
    set_up, act = attack
    scene.set_up()
    set_up()
    result = scene.lab.traced(*options, scene.env, act=act,
                              stop=[(c.name, c.number) for c in calls])
    wrong = differences(scene.before, look(scene.victim))
    if result.code not in (0, 1):
        wrong = wrong or f"exit code {result.code}: {result.stderr}"
    return (f"at {calls[0].line.strip()}: {wrong}" if wrong else "",
            result.reached)


def run_all(lab, tap, command, options):
    scene = Scene(lab)
    for title, (attack, length) in variants(scene).items():
        scene.set_up()
        attack[0]()
        # the calls that this state has
        result = lab.traced(*options(scene), scene.env)
        failures, shots, hits = [], 0, 0
        wrong = differences(scene.before, look(scene.victim))
        if wrong:
            failures.append("before the attack: " + wrong)
        if result.code != 0 and "package stops" not in title:
            failures.append(f"without an attack: {result.stderr}")
        calls = bench.calls_from(result.calls, scene.parent)
        for k, call in enumerate(calls):
            if bench.ALL or call.name in ATTACKED:
                wrong, hit = shoot(scene, options(scene),
                                   calls[k:k + 1 + (length or 0)], attack)
                failures += [wrong] if wrong else []
                shots += 1
                hits += hit
        # the order of a listing decides which of the last calls there are
        if hits < shots * 0.9:
            failures.append(f"only {hits} calls were reached")
        tap.result(f"{command}: {title}, from any call on, and no file of "
                   "root's changes", failures, shots)


def test_upgrade_wheel(lab, tap):
    """--upgrade --wheel"""
    run_all(lab, tap, "--upgrade --wheel",
            lambda scene: ("--upgrade", "--wheel", scene.new))


def test_clear(lab, tap):
    """--clear"""
    run_all(lab, tap, "--clear",
            lambda scene: ("--clear", "--wheel", scene.new))


def test_repair(lab, tap):
    """--exist-ok --wheel"""
    run_all(lab, tap, "--exist-ok --wheel",
            lambda scene: ("--exist-ok", "--wheel", scene.new))


if __name__ == "__main__":
    sys.exit(bench.main([test_upgrade_wheel, test_clear, test_repair],
                        *sys.argv[1:]))
