"""
usage: python3 tests/conformance/venv [--keep] [PATTERN...]

For every interpreter found and every scenario: the environment that our
pyvenv makes is the one that this interpreter's own venv makes. PATTERN
chooses tests by a part of their names; --keep keeps their directories.
VENVBOX chooses another program. The output is TAP.
"""

import concurrent.futures
import os
import shutil
import sys
import tempfile
import traceback

sys.dont_write_bytecode = True

import bases
import case
import intended
import scenarios

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
JOBS = 2


def perform(base, scenario, top, program):
    """Run one test; (its result line, the lines that explain a failure)."""
    name = "%s: %s" % (base.label, scenario.name)
    test = case.Case(base, scenario.name, top, program)
    try:
        scenario.function(test)
    except case.Skip as reason:
        return "ok - %s # skip %s" % (name, reason), ""
    except case.Failure as failure:
        text = str(failure)
    except Exception:  # whatever it is, this test has failed, not the suite
        text = traceback.format_exc()
    else:
        return "ok - " + name, ""
    text += "\n".join([
        "", "What was run:", *test.commands, "Again, and kept:",
        "VENVBOX=%s python3 %s --keep '%s'" % (program, HERE, name)])
    return "not ok - " + name, text


def report(line, text):
    """Print a result and what explains it."""
    print(line)
    for detail in text.splitlines():
        print("#   " + detail)
    sys.stdout.flush()


def run_all(tests, work, program):
    """Run and report TESTS, JOBS at a time, in their order; did all pass?"""
    passed = True
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        results = [
            pool.submit(perform, base, scenario,
                        os.path.join(work, str(number)), program)
            for number, (base, scenario) in enumerate(tests)]
        for number, result in enumerate(results):
            line, text = result.result()
            report(line, text)
            passed &= line.startswith("ok")
            if not KEEP:
                shutil.rmtree(os.path.join(work, str(number)))
    return passed


def choose(found, patterns):
    """The pairs of base and scenario to be run."""
    tests = []
    for base in found:
        for scenario in scenarios.ALL:
            name = "%s: %s" % (base.label, scenario.name)
            if not patterns or any(p in name for p in patterns):
                tests.append((base, scenario))
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
        report("ok - every interpreter # skip " + reason, "")
    tests = choose(found, patterns)
    try:
        passed = run_all(tests, work, program)
        if not patterns:
            stale = intended.stale()
            report(("not ok" if stale else "ok") +
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
