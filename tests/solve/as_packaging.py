"""
usage: python3 tests/solve/as_packaging.py [--keep] [PATTERN...]

What the resolver chooses meets all requirements as the newest "packaging" reads them,
and where it finds nothing there is nothing: made-up problems, small enough to try all
that could be chosen. PATTERN chooses tests by a part of their names. SOLVE_MORE=1: many
more problems. SOLVE_SEED chooses others. BUILD is where our probe is, and where that
library is kept. The output is TAP.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.append(ROOT + "/tests")

import tap
from tap import Skip, want

BUILD = os.environ.get("BUILD", os.path.join(ROOT, "build"))
PROBE = BUILD + "/san/tests/solve/solve_probe"
KEPT = BUILD + "/solve"
PYTHON = KEPT + "/env/bin/python"
MORE = os.environ.get("SOLVE_MORE") == "1"
SEED = os.environ.get("SOLVE_SEED", "1")
COUNT = 40000 if MORE else 2000


def make_env():
    """Make an environment with the library. Where that fails it is tried once a day
    at most."""
    failed = KEPT + "/failed"
    if os.path.exists(KEPT + "/done"):
        return
    if os.path.exists(failed) and time.time() - os.path.getmtime(failed) < 86400:
        raise Skip("packaging cannot be fetched: see " + failed)
    os.makedirs(KEPT, exist_ok=True)
    try:
        for argv in ([sys.executable, "-m", "venv", "--clear", KEPT + "/env"],
                     [PYTHON, "-m", "pip", "--disable-pip-version-check",
                      "install", "-q", "--retries", "1", "--timeout", "10",
                      "-U", "packaging"]):
            subprocess.run(argv, stdout=subprocess.PIPE, check=True,
                           stderr=subprocess.STDOUT, timeout=900,
                           stdin=subprocess.DEVNULL)
    except (subprocess.SubprocessError, OSError) as error:
        with open(failed, "wb") as file:
            file.write((getattr(error, "stdout", None) or b"") +
                       str(error).encode())
        raise Skip("packaging cannot be fetched: see " + failed) from error
    with open(KEPT + "/done", "wb"):
        return


def judged(kind, least):
    """A test of problems of KIND, of which LEAST in 100 have a solution and as many
    have none."""
    def test(place):
        out = place.run([PYTHON, HERE + "/judge.py", PROBE, kind, SEED,
                         str(COUNT)], status=None,
                        env={"PYTHONDONTWRITEBYTECODE": "1"})
        counts, _, errors = out.partition("\n")
        tap.put("# %s: %s" % (kind, counts))
        want(not errors.strip(), counts, errors)
        for word in "solved", "none":
            share = [int(part.split()[0]) for part in
                     counts.partition(";")[0].split(", ")
                     if part.split(" ", 1)[1] == word]
            want(share and share[0] >= COUNT * least / 100,
                 "few problems are " + word, counts)
    return test


TESTS = [("problems of all kinds", judged("mixed", 20)),
         ("problems with few solutions", judged("dense", 1)),
         ("problems of pre-releases, installed and unusable candidates",
          judged("pre-releases", 20)),
         ("problems of extras and circles", judged("extras", 20)),
         ("problems with hardly any solution", judged("pairs", 0))]


def main(words):
    """All tests, or those asked for."""
    try:
        make_env()
    except Skip as reason:
        tap.report("ok - what is chosen holds # skip %s" % reason)
        print("1..1")
        return True
    work = tempfile.mkdtemp(prefix="venvbox-solve.")
    rows = []
    for name, function in TESTS:
        if not words or any(word in name for word in words):
            place = tap.Place(os.path.join(work, str(len(rows))))
            os.makedirs(place.top)
            rows.append((name, place, function))
    passed = tap.run_all(rows, "BUILD=%s SOLVE_SEED=%s python3 %s" % (
        BUILD, SEED, os.path.join(HERE, "as_packaging.py")))
    print("1..%d" % len(rows))
    shutil.rmtree(work)
    return passed


if __name__ == "__main__":
    sys.exit(not main([word for word in sys.argv[1:] if word != "--keep"]))
