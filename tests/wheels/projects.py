"""
The projects and applications of projects.txt, as people use them: the newest
pip installs the same files, finds the same in what we installed, and uninstalls
it without a trace. Ten small ones at once, the others only if asked for MORE.
"""

import functools
import json
import os
import shutil

import bench
import compare
import make_odd
import pypi
from scenarios import newest
from tap import Skip, want

LIST = os.path.join(os.path.dirname(os.path.abspath(__file__)), "projects.txt")
ROOM = 2       # GB that have to be free on the disk
BIG_ROOM = 16  # the same for a line "big" of the list


def uninstall(b, pip):
    """Have PIP check, list and uninstall all of the environment. Return what it
    said, and what is left."""
    listing = ["list", "--local", "--format", "json"]  # PyPy has its own
    said = [b.ask_pip(pip, "check"), b.ask_pip(pip, *listing)]
    projects = json.loads(said[1][1])
    out = b.run_pip(pip, "uninstall", "-y",
                    *[project["name"] for project in projects])
    for project in projects:
        line = "Successfully uninstalled %(name)s-%(version)s\n" % project
        want(line in out, "no line: " + line, out)
    want(b.ask_pip(pip, *listing) == (0, "[]\n"), "pip still lists something")
    return said, b.tree()


def prove(b, wheels, pip):
    """Fail unless WHEELS are installed as by PIP, which then sees and leaves
    the same as after its own installation."""
    fresh = b.make([])
    shutil.rmtree(b.env)
    ours = b.make(wheels)
    said, left = uninstall(b, pip)
    want(len(json.loads(said[1][1])) == len(wheels), "pip lists others", said)
    b.compare(ours, wheels, pip)
    its_said, its_left = uninstall(b, pip)
    want(said == its_said, "pip does not say the same", said, its_said)
    b.judge(row for row in compare.differences(left, fresh)
            if row.ours != its_left.get(row.name))


def fetched(b, name, words, **how):
    """Return the wheels of WORDS, as the newest pip downloads them."""
    return pypi.fetch(b.base, newest(b), bench.CACHE, bench.ENVIRON,
                      "%s-%s" % (name, b.base.label), words, **how)


def room(size):
    """Skip if the disk has not SIZE GB."""
    free = shutil.disk_usage(bench.CACHE).free // 10**9
    if free < size:
        raise Skip("%d GB are free, this needs %d GB" % (free, size))


def project(b, name):
    """Prove the newest wheel of the project NAME."""
    room(ROOM)
    prove(b, fetched(b, "top-" + name, [name]), newest(b))


def at_once(b, names):
    """Prove all projects NAMES that have a wheel, in one environment."""
    room(ROOM)
    wheels = []
    for name in names:
        try:
            wheels += fetched(b, "top-" + name, [name])
        except Skip:  # the project's own test says why
            pass
    want(wheels, "no project has a wheel")
    prove(b, wheels, newest(b))


def application(b, name, words):
    """Prove the wheels of WORDS and of all that they require."""
    room(ROOM)
    prove(b, fetched(b, "app-" + name, words, deps=True, limit=1800), newest(b))


def big(b, name, words):
    """Prove an application of several GB; delete its wheels unless $KEEP is
    set."""
    room(BIG_ROOM)
    b.move(os.path.join(bench.CACHE, "place-of-" + name))
    try:
        wheels = fetched(b, "big-" + name, words, deps=True, limit=3600)
        prove(b, wheels, newest(b))
    finally:
        if "KEEP" not in bench.ENVIRON:
            pypi.forget(bench.CACHE, "big-%s-%s" % (name, b.base.label))


def ten(b, words):
    """Prove the wheels of WORDS alone, in one environment."""
    prove(b, fetched(b, "ten", words), newest(b))


def overwritten(b):
    """Need the rule for files of two wheels, without a registry."""
    b.compare_with_pip([make_odd.make(b.top, "vb_both_%s-1.0" % name, {
        "tests/__init__.py": name,
        "vb_both_%s-1.0.data/data/share/x" % name: name,
    }) for name in ("one", "two")])


def read():
    """Return the rows (name, function) for make check and for MORE."""
    words = {"top": [], "ten": [], "app": [], "big": []}
    with open(LIST, encoding="utf-8") as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                kind, *row = line.split()
                words[kind].append(row)
    bind = functools.partial
    some = [("different files of two wheels, installed at once", overwritten),
            ("ten small projects",
             bind(ten, words=[name for row in words["ten"] for name in row]))]
    more = [("project " + name, bind(project, name=name))
            for name, in words["top"]]
    more.append(("the %d projects at once" % len(more),
                 bind(at_once, names=[name for name, in words["top"]])))
    more += [("application " + name, bind(function, name=name, words=row))
             for kind, function in (("app", application), ("big", big))
             for name, *row in words[kind]]
    return some, more


ONCE, MORE = read()
