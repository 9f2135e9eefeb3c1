"""
Small directories of made wheels, at random: pyvenv chooses from them what the
newest pip does, or there is a reason why not.
"""

import json
import os
import random
import re
import shutil
import subprocess
import sys
import urllib.parse

import bench
from scenarios import newest
from tap import want

HERE = os.path.dirname(os.path.abspath(__file__))
SEED = os.environ.get("SETS_SEED", "1")
NAMES = "aa bb cc dd ee".split()
VERSIONS = ["1.0", "1.1", "1.1.post1", "2.0a1", "2.0rc1", "2.0", "2.1+l.1",
            "3.0.dev1", "1!0.5"]
TAGS = ["py3-none-any"] * 8 + [
    "py2.py3-none-any", "py3-none-win32", "cp27-none-any",
    "py3-none-manylinux_2_5_" + os.uname().machine,
    "cp313-cp313-manylinux_2_17_" + os.uname().machine]
SPECIFIERS = ["", "", "", "<2", ">=1.1", "==1.*", "!=2.0", "~=1.0", ">1,<3",
              ">=2.0a1", "==2.0", "<=2", "===1.1", "==2.1", ">=1!0"]
PYTHONS = [None] * 8 + [">=3", ">=3.9,<4", "<3", ">=4", "nonsense"]
MARKERS = [""] * 6 + ["; python_version >= '3'", "; python_version < '3'",
                      "; sys_platform == 'win32'", "; extra == 'x'",
                      "; extra == 'x' and os_name == 'posix'"]


def specifier(r, name, extras=True):
    """A requirement of NAME at random."""
    extra = "[x]" if extras and r.random() < 0.15 else ""
    return name + extra + r.choice(SPECIFIERS)


def wheel_line(r, name, version):
    """A line for make_wheels.py."""
    build = "-%d" % r.randrange(1, 12) if r.random() < 0.1 else ""
    words = ["house/%s-%s%s-%s.whl" % (name, version, build, r.choice(TAGS))]
    others = [n for n in NAMES if n != name]
    for other in r.sample(others, r.choice([0, 0, 1, 1, 2])):
        words.append("Requires-Dist=%s%s" % (
            specifier(r, other), r.choice(MARKERS)))
    python = r.choice(PYTHONS)
    if python:
        words.append("Requires-Python=" + python)
    words.append("Provides-Extra=x")
    return " ".join('"%s"' % word for word in words)


def make(r, top):
    """Make a directory of wheels, r.txt and c.txt in TOP."""
    os.makedirs(top)
    lines = [wheel_line(r, name, version) for name in NAMES
             for version in r.sample(VERSIONS, r.choice([1, 2, 3, 4]))]
    subprocess.run([sys.executable, "-BS", HERE + "/make_wheels.py", "--lines"],
                   input="\n".join(lines).encode(), cwd=top, check=True)
    for name in NAMES:
        if r.random() < 0.1:
            with open("%s/house/%s-9.0.tar.gz" % (top, name), "wb"):
                pass
    with open(top + "/r.txt", "w", encoding="utf-8") as file:
        if r.random() < 0.15:
            file.write("--pre\n")
        for name in r.sample(NAMES, r.choice([1, 1, 2, 3])):
            file.write(specifier(r, name) + r.choice(MARKERS[:8]) + "\n")
    with open(top + "/c.txt", "w", encoding="utf-8") as file:
        for name in r.sample(NAMES, r.choice([0, 0, 1, 2])):
            file.write(specifier(r, name, extras=False) + "\n")
    return lines


def ours(b, top):
    """Return pyvenv's choice; None: nothing, and why."""
    done = b.run_raw([bench.PROGRAM, "pyvenv", "-q", "-n", "--json", "-p",
                      b.base.exe, "-r", "r.txt", "-c", "c.txt",
                      "--find-links", "house", "env"], cwd=top)
    want(done.returncode in (0, 1), "pyvenv fails: %d" % done.returncode, top)
    if done.returncode:
        return None, done.stderr.decode()
    return {(w["project"], w["version"], os.path.basename(w["file"]))
            for w in json.loads(done.stdout)["wheels"]}, ""


def theirs(b, top, pip):
    """Return pip's choice; None: nothing, and why."""
    done = b.run_raw([b.python, "-m", "pip", "--isolated", "install", "-q",
                      "--no-index", "--only-binary", ":all:", "--dry-run",
                      "--ignore-installed", "--report", "report.json",
                      "--find-links", "house", "-r", "r.txt", "-c", "c.txt"],
                     cwd=top, env={"PYTHONPATH": pip.directory,
                                   "PYTHONDONTWRITEBYTECODE": "1"})
    if done.returncode:
        return None, done.stderr.decode()
    with open(top + "/report.json", encoding="utf-8") as file:
        rows = json.load(file)["install"]
    return {(row["metadata"]["name"], row["metadata"]["version"],
             os.path.basename(urllib.parse.unquote(
                 row["download_info"]["url"])))
            for row in rows}, ""


def reads(top):
    """The files of TOP, for a report."""
    return ["%s: %s" % (name, open(os.path.join(top, name), encoding="utf-8")
                        .read().replace("\n", " | "))
            for name in ("r.txt", "c.txt")]


def is_meant(mine, its, its_why):
    """True if pip gives up at a final version that is for another Python, and
    pyvenv takes a pre-release instead (decisions 17)."""
    return (its is None and "requires a different Python" in its_why and
            any(re.search(r"\d(a|b|rc|\.dev)\d", version)
                for _, version, _ in mine or ()))


def compare(b, count):
    """Compare COUNT directories."""
    pip = newest(b)
    b.make([])
    same = meant = 0
    different = []
    for number in range(count):
        r = random.Random("%s-%d" % (SEED, number))
        top = b.path("set%d" % number)
        lines = make(r, top)
        mine, why = ours(b, top)
        its, its_why = theirs(b, top, pip)
        if mine == its or is_meant(mine, its, its_why):
            same += mine == its
            meant += mine != its
            shutil.rmtree(top)
            continue
        different += ["%s: ours %s %s\n  pip %s %s" % (
            top, sorted(mine or []), why.strip(), sorted(its or []),
            its_why.strip())] + reads(top) + lines
    with open(os.path.join(bench.CACHE, "sets.txt"), "w",
              encoding="utf-8") as file:
        file.write("%d of %d are the same, %d are meant to differ\n" % (
            same, count, meant))
        file.write("\n".join(different))
    # pip's search is another one, and may end at other versions
    want(same + meant >= count * 0.95, "only %d of %d are the same, %d are "
         "meant to differ" % (same, count, meant), *different[:60])


def some(b):
    """Compare a few."""
    compare(b, 12)


def many(b):
    """Compare many."""
    compare(b, 120)


ONCE = [("made directories of wheels", some)]
MORE = [("many made directories of wheels", many)]
