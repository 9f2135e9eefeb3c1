"""
usage: python3 tests/pythons [--keep] [--label TEXT] [--virtualenv DIR]
                             [--python NAME=EXE]... [PATTERN...]

Every promise about environments with every Python of this machine, or with
each EXE. TEXT begins the names of the tests; DIR has the modules of virtualenv
in DIR/old and DIR/new. PATTERN chooses tests by a part of their names; --keep
keeps their directories. VENVBOX chooses another program. The output is TAP.
"""

import argparse
import glob
import os
import shutil
import sys
import tempfile
import traceback

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.dirname(HERE)
sys.path[1:1] = [TESTS, TESTS + "/conformance/venv"]

import bases
import case
import scenarios
import tap


def arguments():
    """Return the options that were given."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--label", default="")
    parser.add_argument("--virtualenv")
    parser.add_argument("--python", action="append", default=[])
    parser.add_argument("patterns", nargs="*")
    return parser.parse_args()


def of_machine(asked):
    """(bases, reasons of what is not there)."""
    if not asked.python:
        return bases.find_all()
    return [bases.Base((asked.label + " " + name).strip(), exe)
            for name, exe in (words.split("=", 1) for words in asked.python)
            ], []


def choose(asked, found, work, program):
    """The tests to be run, rows as of tap.run_all()."""
    tests = []
    for base in found:
        for rule, title, function in scenarios.ALL:
            if rule.startswith("virtualenv") and not asked.virtualenv:
                continue
            name = "%s: %s" % (base.label, title)
            if all(p in name for p in asked.patterns):
                place = case.Case(base, rule, os.path.join(
                    work, str(len(tests))), program)
                tests.append((name, place, function))
    return tests


def set_others(found):
    """To each Python, one of another version, if there is one."""
    for base in found:
        for other in found:
            if (other.minor, other.pypy) != (base.minor, base.pypy):
                scenarios.OTHERS[base] = other
                if other.minor != base.minor:
                    break


def main():
    """The whole suite; nothing of this process's environment gets into it."""
    asked = arguments()
    program = os.environ.get(
        "VENVBOX", os.path.join(os.path.dirname(TESTS), "build/venvbox"))
    work = os.path.realpath(tempfile.mkdtemp(prefix="venvbox-pythons."))
    home = os.environ.get("HOME")
    os.environ.clear()
    os.environ.update(PATH="/usr/bin:/bin", LC_ALL="C.UTF-8", TZ="UTC",
                      HOME=work + "/home", PYTHONDONTWRITEBYTECODE="1")
    os.umask(0o022)
    found, absent = of_machine(asked)
    set_others(found)
    scenarios.SMALL = bool(asked.python)
    if asked.virtualenv:
        scenarios.VIRTUALENVS["python"] = "/usr/bin/python3"
        for path in glob.glob(os.path.abspath(asked.virtualenv) + "/*"):
            scenarios.VIRTUALENVS[os.path.basename(path)] = path
    for reason in absent:
        tap.report("ok - every interpreter # skip " + reason)
    tests = choose(asked, found, work, program)
    try:
        passed = tap.run_all(tests, "VENVBOX=%s HOME=%s python3 %s" % (
            program, home, HERE), asked.keep)
        if not asked.patterns:
            print("1..%d" % (len(tests) + len(absent)))
    finally:
        if asked.keep:
            print("# kept: " + work)
        else:
            shutil.rmtree(work, ignore_errors=True)
    return 0 if passed else 1


try:
    STATUS = main()
except Exception:  # 1 would mean that a test failed
    traceback.print_exc()
    STATUS = 2
sys.exit(STATUS)
