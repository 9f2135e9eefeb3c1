"""
Tests of the suites that are written in Python: each has a directory of its
own and runs commands; two run at a time; the results are printed as TAP.
"""

import concurrent.futures
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import traceback

JOBS = 2


class Failure(Exception):
    """The test failed; the text says why, in lines."""


class Skip(Exception):
    """The test cannot run here; the text says why."""


def want(true, text, *details):
    """Fail unless TRUE."""
    if not true:
        raise Failure("\n".join([text, *map(str, details)]))


class Place:
    """Where a test runs: the new directory TOP, and what was run there."""

    def __init__(self, top):
        self.top = top
        self.commands = []

    def path(self, *names):
        """A path in this test's directory."""
        return os.path.join(self.top, *names)

    def run(self, argv, cwd=None, status=0, env=None):
        """Run a command, which has to exit with STATUS; its output. ENV is
        added to the environment."""
        done = self.run_raw(argv, cwd, env)
        out = done.stdout.decode(errors="replace")
        if done.returncode < 0 or status not in (None, done.returncode):
            raise Failure("exit status %d of: %s\n%s%s" % (
                done.returncode, self.commands[-1], out,
                done.stderr.decode(errors="replace")))
        return out

    def run_raw(self, argv, cwd=None, env=None):
        """Run a command; what subprocess.run() says of it."""
        cwd = cwd or self.top
        words = ["%s=%s" % (name, shlex.quote(value))
                 for name, value in (env or {}).items()]
        words += [shlex.quote(os.fsdecode(a)) if len(a) < 500 else "..."
                  for a in argv]
        self.commands.append("cd %s && %s" % (
            shlex.quote(cwd), " ".join(words)))
        return subprocess.run(argv, cwd=cwd, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=600,
                              env=dict(os.environ, **env or {}),
                              stdin=subprocess.DEVNULL, check=False)


def perform(name, place, function, again):
    """Run one test; (its result line, the lines that explain a failure)."""
    try:
        function(place)
    except Skip as reason:
        return "ok - %s # skip %s" % (name, reason), ""
    except Failure as failure:
        text = str(failure)
    except Exception:  # whatever it is, this test has failed, not the suite
        text = traceback.format_exc()
    else:
        return "ok - " + name, ""
    text += "\n".join(["", "What was run:", *place.commands,
                       "Again, and kept:", "%s --keep '%s'" % (again, name)])
    return "not ok - " + name, text


def put(line):
    """Print LINE in one piece, because tests run at the same time."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def report(line, text=""):
    """Print a result and what explains it."""
    put(line)
    for detail in text.splitlines():
        put("#   " + detail.encode("utf-8", "backslashreplace").decode())


def run_all(tests, again, keep=False):
    """
    Run and report TESTS, rows (name, its Place, function of that), in their
    order; did all pass? AGAIN is the command that runs one.
    """
    passed = True
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        results = [(pool.submit(perform, *test, again), test[1])
                   for test in tests]
        for result, place in results:
            line, text = result.result()
            report(line, text)
            passed &= line.startswith("ok")
            if not keep:
                shutil.rmtree(place.top, ignore_errors=True)
    return passed


def run_suite(tests, words, again, prefix):
    """
    Run TESTS, rows (name, function), or those whose names have one of WORDS; did all
    pass? With --keep among WORDS their directories stay. AGAIN is the command that
    runs one, PREFIX that of the directory for all.
    """
    keep = "--keep" in words
    words = [word for word in words if word != "--keep"]
    work = tempfile.mkdtemp(prefix=prefix)
    rows = []
    for name, function in tests:
        if not words or any(word in name for word in words):
            place = Place(os.path.join(work, str(len(rows))))
            os.makedirs(place.top)
            rows.append((name, place, function))
    passed = run_all(rows, again, keep)
    print("1..%d" % len(rows))
    if not keep:
        shutil.rmtree(work, ignore_errors=True)
    return passed


def skip_suite(what, reason):
    """Report that a suite cannot be run."""
    report("ok - %s # skip %s" % (what, reason))
    print("1..1")
    return True
