"""
usage: python3 tests/conformance/venv [--keep] [PATTERN...]

For every interpreter found and every scenario: the environment that our
pyvenv makes is the one that this interpreter's own venv makes. PATTERN
chooses tests by a part of their names; --keep keeps their directories.
VENVBOX chooses another program. The output is TAP.
"""

import os
import shutil
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
sys.path.append(ROOT + "/tests")

import bases
import case
import intended
import scenarios
import tap


def choose(found, patterns, work, program):
    """The tests to be run, rows as of tap.run_all()."""
    tests = []
    for base in found:
        for scenario in scenarios.ALL:
            name = "%s: %s" % (base.label, scenario.name)
            if not patterns or any(p in name for p in patterns):
                place = case.Case(base, scenario.name, os.path.join(
                    work, str(len(tests))), program)
                tests.append((name, place, scenario.function))
    return tests


def main(patterns):
    """The whole suite; nothing of this process's environment gets into it."""
    program = os.environ.get("VENVBOX", os.path.join(ROOT, "build/venvbox"))
    work = os.path.realpath(tempfile.mkdtemp(prefix="venvbox-conformance."))
    os.environ.clear()
    os.environ.update(PATH="/usr/bin:/bin", LC_ALL="C.UTF-8", TZ="UTC",
                      HOME=work + "/home", PYTHONDONTWRITEBYTECODE="1",
                      PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_NO_INPUT="1",
                      PIP_ROOT_USER_ACTION="ignore")
    os.umask(0o022)
    found, absent = bases.find_all()
    scenarios.NEIGHBOURS.update(zip(found, found[-1:] + found[:-1]))
    for reason in absent:
        tap.report("ok - every interpreter # skip " + reason)
    tests = choose(found, patterns, work, program)
    try:
        passed = tap.run_all(tests, "VENVBOX=%s python3 %s" % (program, HERE),
                             KEEP)
        if not patterns:
            stale = intended.stale()
            tap.report(("not ok" if stale else "ok") +
                   " - every intended difference is there",
                   "\n".join(rule.key + ": " + rule.why for rule in stale))
            passed &= not stale
            print("1..%d" % (len(tests) + len(absent) + 1))
    finally:
        if KEEP:
            print("# kept: " + work)
        else:
            shutil.rmtree(work)
    return 0 if passed else 1


KEEP = "--keep" in sys.argv
sys.exit(main([arg for arg in sys.argv[1:] if arg != "--keep"]))
