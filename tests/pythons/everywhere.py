"""
usage: python3 tests/pythons/everywhere.py [PATTERN...]

The tests of this directory with Pythons that are no part of this machine:
those of four releases of Debian, each in a root of its own; builds of
python-build-standalone; builds that no package has; and with virtualenv. What
is fetched is kept below BUILD/pythons. PATTERN chooses by a part of the names.
The output is TAP.
"""

import os
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.dirname(HERE)
sys.path[1:1] = [TESTS]

import fetch
import tap

BUILD = os.environ.get("BUILD", os.path.dirname(TESTS) + "/build")
PROGRAM = os.environ.get("VENVBOX", BUILD + "/venvbox")
# Run in a new mount namespace: $1 is the root, the rest is the command.
ENTER = """\
set -e
root=$1
shift
for dir in proc dev tests virtualenv tmp; do mkdir -p "$root/$dir"; done
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount --bind "$TESTS" "$root/tests"
mount -o remount,ro,bind "$root/tests"
mount --bind "$MODULES" "$root/virtualenv"
exec chroot "$root" "$@"
"""


def inside(root, modules, argv, **options):
    """Run a command in ROOT, which sees the tests and virtualenv."""
    env = {"TESTS": TESTS, "MODULES": modules or TESTS, "LC_ALL": "C.UTF-8",
           "VENVBOX": "/venvbox", "PATH": os.environ["PATH"], "HOME": "/"}
    shutil.copy(PROGRAM, root + "/venvbox")
    return subprocess.run(
        ["unshare", "--mount", "sh", "-c", ENTER, "sh", root, *argv],
        env=env, stdin=subprocess.DEVNULL, check=False, **options)


def of_debian(store, suite, modules, patterns):
    """All tests with the Pythons of one release; did they pass?"""
    root = store.debian(suite)
    words = ["--label", suite]
    for name in fetch.DEBIANS[suite][1]:
        words += ["--python", "%s=/usr/bin/%s" % (name, name)]
    if modules:
        words += ["--virtualenv", "/virtualenv"]
    sys.stdout.flush()
    shutil.rmtree(root + "/tmp", ignore_errors=True)
    passed = finished(suite, inside(root, modules, [
        "/usr/bin/python3", "/tests/pythons", *words, *patterns]))
    tests = [("%s %s: --root makes what a run inside makes" % (suite, name),
              tap.Place("%s/work-%s-%s" % (store.directory, suite, name)),
              FromOutside(root, name))
             for name in fetch.DEBIANS[suite][1]]
    return run(tests, patterns) and passed


def finished(name, done):
    """Did the tests that DONE ran pass? A crash is a failure of its own."""
    if done.returncode not in (0, 1):
        tap.report("not ok - %s: its tests end, with status %d" % (
            name, done.returncode))
    return done.returncode == 0


def run(tests, patterns):
    """Run rows as of tap.run_all(), those that PATTERNS choose."""
    tests = [row for row in tests if all(p in row[0] for p in patterns)]
    if not patterns:
        print("1..%d" % len(tests))
    for _, place, _ in tests:
        os.makedirs(place.top, exist_ok=True)
    return tap.run_all(tests, "python3 %s/everywhere.py" % HERE)


def contents(top):
    """Each name in TOP and what is there."""
    table = {}
    for directory, names, files in os.walk(top):
        for name in names + files:
            path = os.path.join(directory, name)
            mode = "%06o " % os.lstat(path).st_mode
            if os.path.islink(path):
                value = os.readlink(path).encode()
            elif os.path.isdir(path):
                value = b""
            else:
                with open(path, "rb") as file:
                    value = file.read()
                if name == "pyvenv.cfg":
                    value = b"\n".join(
                        line for line in value.splitlines()
                        if not line.startswith(b"command = "))
            table[os.path.relpath(path, top)] = mode.encode() + value
    return table


def want_equal(ours, theirs, text):
    """Fail unless two tables are equal."""
    tap.want(ours == theirs, text, *[
        "%s: %.200r, %.200r" % (name, ours.get(name), theirs.get(name))
        for name in sorted(ours.keys() | theirs.keys())
        if ours.get(name) != theirs.get(name)])


class FromOutside:
    """The test of one Python in ROOT."""

    def __init__(self, root, name):
        self.root, self.name = root, name

    def __call__(self, place):
        for number, option in enumerate([[], ["--copies"],
                                         ["--system-site-packages"]]):
            words = ["-p", "/usr/bin/" + self.name, *option]
            env = "/tmp/%s-%d" % (self.name, number)
            tables = []
            for argv in ([PROGRAM, "pyvenv", "--root", self.root],
                         ["chroot", self.root, "/venvbox", "pyvenv"]):
                place.run([*argv, *words, env])
                place.run([*argv, "--check", env])
                tables.append(contents(self.root + env))
                shutil.rmtree(self.root + env)
            want_equal(*tables, "from outside and from inside")


def standalone_foreign(store, version):
    """The environment of a foreign machine's Python is that of this one's."""
    def function(place):
        tables = []
        for machine in "amd64", "arm64":
            tree = store.standalone(version, machine)
            root = place.path(machine)
            os.makedirs(root + "/opt")
            os.mkdir(root + "/srv")
            place.run(["cp", "-a", tree, root + "/opt/python"])
            for options in [], ["--system-site-packages"], ["--copies"]:
                env = "/srv/env" + "".join(options)
                words = [PROGRAM, "pyvenv", "--root", root]
                place.run([*words, "-p", "/opt/python/bin/python3", *options,
                           env])
                for action in ["--exist-ok"], ["--upgrade"], ["--check"]:
                    place.run([*words, *action, env])
            originals = contents(root + "/opt/python").values()
            table = contents(root + "/srv")
            for name, value in table.items():
                if b"\177ELF" in value[:20]:
                    tap.want(value[7:] in [data[7:] for data in originals],
                             "a copy is that machine's", name)
                    table[name] = b"copy"
            tables.append(table)
        want_equal(*tables, "of this machine and of the foreign one")
    return function


def of_standalone(store, modules, patterns):
    """All tests with the builds of python-build-standalone."""
    words, tests = [], []
    passed = True
    for version in fetch.STANDALONES:
        place = tap.Place(store.directory + "/work-" + version)
        tests.append(("standalone %s: an environment of an arm64 build is "
                      "that of the amd64 one" % version, place,
                      standalone_foreign(store, version)))
        words += ["--python", "%s=%s/bin/python3" % (
            version, store.standalone(version, "amd64"))]
    if modules:
        words += ["--virtualenv", modules]
    sys.stdout.flush()
    if os.uname().machine == "x86_64":
        passed = finished("standalone", subprocess.run(
            ["python3", HERE, "--label", "standalone", *words, *patterns],
            stdin=subprocess.DEVNULL, check=False))
    else:
        tap.report("ok - standalone # skip the builds are for amd64")
        print("1..1")
    return run(tests, patterns) and passed


def of_built(store, name, modules, patterns):
    """All tests with a Python that is built here."""
    words = ["--python", "%s=%s" % (name, store.built(name))]
    if modules:
        words += ["--virtualenv", modules]
    sys.stdout.flush()
    return finished("built " + name, subprocess.run(
        ["python3", HERE, "--label", "built", *words, *patterns],
        stdin=subprocess.DEVNULL, check=False))


def of_machine(modules, patterns):
    """The environments of virtualenv with the Pythons of this machine."""
    words = ["--virtualenv", modules] if modules else []
    return finished("machine", subprocess.run(
        ["python3", HERE, *words, *patterns], stdin=subprocess.DEVNULL,
        check=False))


def part(name, function, *arguments):
    """Run one of the above; a part that cannot be had is a skip."""
    try:
        return function(*arguments)
    except tap.Skip as reason:
        tap.report("ok - %s # skip %s" % (name, reason))
        print("1..1")
        return True


def main(patterns):
    """All of it."""
    store = fetch.Store(BUILD + "/pythons")
    modules = part("virtualenv", store.virtualenvs)
    if modules is True:
        modules = None
    passed = part("the Pythons of this machine", of_machine, modules, patterns)
    passed &= part("python-build-standalone", of_standalone, store, modules,
                   patterns)
    for name in fetch.BUILDS:
        passed &= part("built " + name, of_built, store, name, modules,
                       patterns)
    for suite in fetch.DEBIANS:
        if os.getuid() != 0:
            tap.report("ok - %s # skip not root: no chroot" % suite)
            print("1..1")
            continue
        passed &= part(suite, of_debian, store, suite, modules, patterns)
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
