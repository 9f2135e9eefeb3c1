"""
usage: python3 tests/solve/as_packaging.py [--keep] [PATTERN...]

What the resolver chooses meets all requirements as the newest "packaging" reads them,
and where it finds nothing there is nothing: made-up problems, small enough to try all
that could be chosen. PATTERN chooses tests by a part of their names. SOLVE_MORE=1: many
more problems. SOLVE_SEED chooses others. BUILD is where our probe is, and where that
library is kept. The output is TAP.
"""

import os
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.append(ROOT + "/tests")

import tap
from registry import environment
from tap import Skip, want

BUILD = os.environ.get("BUILD", os.path.join(ROOT, "build"))
PROBE = BUILD + "/san/tests/solve/solve_probe"
KEPT = BUILD + "/solve"
PYTHON = KEPT + "/env/bin/python"
MORE = os.environ.get("SOLVE_MORE") == "1"
SEED = os.environ.get("SOLVE_SEED", "1")
COUNT = 40000 if MORE else 2000


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
        environment(KEPT, "env", "-U", "packaging")
    except Skip as reason:
        return tap.skip_suite("what is chosen holds", reason)
    return tap.run_suite(TESTS, words, "BUILD=%s SOLVE_SEED=%s python3 %s" % (
        BUILD, SEED, os.path.join(HERE, "as_packaging.py")), "venvbox-solve.")


if __name__ == "__main__":
    sys.exit(not main(sys.argv[1:]))
