"""
usage: python3 tests/wheels/as_pip.py [--keep] [--more] [PATTERN...]
       python3 tests/wheels/as_pip.py [-p LABEL] WHEEL...

What our pyvenv installs is what pip does: for every interpreter found and the
pip that comes with it. PATTERN chooses tests by a part of their names; --keep
keeps their directories; --more runs those that take longer, too. With wheels,
compares just these. VENVBOX chooses another program, BUILD where wheels are
kept that were fetched; KEEP=1 keeps those of several GB, too. The output is
TAP.
"""

import os
import shutil
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path += [ROOT + "/tests", ROOT + "/tests/conformance/venv"]

import allowed
import applications
import bases
import bench
import checking
import make_odd
import mirror
import projects
import sets
import scenarios
import tap


def tests_of(found, wheels):
    """Rows (base, name, function)."""
    if wheels:
        return [(base, "given wheels", lambda b: b.compare_with_pip(wheels))
                for base in found]
    own = [base for base in found if not base.label.startswith("debian")]
    some = [base for base in found if base not in own] + own[:1] + own[1:][-1:]
    last = found[-1:]
    several = [base for base in own if base.minor in applications.MINORS]
    bench.BASES = several
    kinds = [(found, scenarios.EACH),
             (found if MORE else some, scenarios.SOME + checking.SOME),
             (last, scenarios.ONCE + projects.ONCE + checking.ONCE +
              applications.ONCE + sets.ONCE),
             (last if MORE else [],
              scenarios.MORE + projects.MORE + checking.MORE +
              applications.MORE + sets.MORE),
             ([base for base in several if base not in last] if MORE else [],
              applications.MORE_EACH),
             # there are old wheels for it
             ([base for base in several if base.minor == (3, 11)][:1]
              if MORE else [], mirror.MORE)]
    return [(base, name, function) for which, rows in kinds
            for base in which for name, function in rows]


def main(words):
    """The whole suite; nothing of this process's environment gets into it."""
    work = os.path.realpath(tempfile.mkdtemp(prefix="venvbox-wheels."))
    build = os.environ.get("BUILD", os.path.join(ROOT, "build"))
    bench.PROGRAM = os.environ.get("VENVBOX", os.path.join(build, "venvbox"))
    bench.CACHE = os.path.join(build, "wheels")
    bench.ENVIRON = dict(os.environ)
    os.environ.clear()
    os.environ.update(PATH="/usr/bin:/bin", LC_ALL="C.UTF-8", TZ="UTC",
                      HOME=work + "/home", PIP_CONFIG_FILE="/dev/null",
                      PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_NO_INPUT="1",
                      PIP_ROOT_USER_ACTION="ignore")
    os.umask(0o022)
    os.makedirs(bench.CACHE, exist_ok=True)
    bench.ODD = make_odd.make_all(work + "/odd wheels ~%41+\u00e9@,='$")
    wheels = [os.path.abspath(word) for word in words if word.endswith(".whl")]
    patterns = [word for word in words if not word.endswith(".whl")]
    found, absent = bases.find_all()
    for reason in absent:
        tap.report("ok - every interpreter # skip " + reason)
    rows = []
    for base, name, function in tests_of(found, wheels):
        name = "%s: %s" % (base.label, name)
        if not patterns or any(p in name for p in patterns):
            place = bench.Bench(os.path.join(work, str(len(rows))), base)
            rows.append((name, place, function))
    try:
        passed = tap.run_all(rows, "BUILD=%s python3 %s" % (
            build, os.path.join(HERE, "as_pip.py")), KEEP)
        if not words:
            stale = allowed.stale()
            tap.report(("not ok" if stale else "ok") +
                       " - every allowed difference is there",
                       "\n".join(stale))
            passed &= not stale
        print("1..%d" % (len(rows) + len(absent) + (not words)))
    finally:
        if KEEP:
            print("# kept: " + work)
        else:
            shutil.rmtree(work)
    return 0 if passed else 1


KEEP = "--keep" in sys.argv
MORE = "--more" in sys.argv or "WHEELS_MORE" in os.environ
sys.exit(main([arg for arg in sys.argv[1:]
               if arg not in ("--keep", "--more")]))
