"""
usage: tests/image/run [--keep] [PATTERN...]

Images built and run, foreign systems made on this one, machines booted.
PATTERN chooses tests by a part of their names; --keep keeps their directories.
BUILD is where the program is, and where what was downloaded is kept.
"""

import os
import shutil
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.append(ROOT + "/tests")

import boot
import cache
import images
import roots
import tap


def main(words):
    """The whole suite."""
    build = os.path.abspath(
        os.environ.get("BUILD", os.path.join(ROOT, "build")))
    store = cache.Cache(os.path.join(build, "image"), build)
    work = os.path.join(store.directory, "work")
    shutil.rmtree(work, ignore_errors=True)
    os.mkdir(work)
    for name in list(os.environ):
        if name.startswith(("PYTHON", "PYVENV", "VIRTUAL_ENV", "UV_")):
            del os.environ[name]
    os.environ.update(LC_ALL="C.UTF-8", TZ="UTC", HOME=work, TMPDIR=work)
    os.umask(0o022)
    tap.JOBS = 1  # times are measured, and the parts share a store of images
    patterns = [word for word in words if word != "--keep"]
    keep = "--keep" in words
    tests = []
    shared = images.Images(store)
    for name, function in (images.tests(shared) + roots.tests(store) +
                           boot.tests(store)):
        if all(pattern in name for pattern in patterns):
            top = os.path.join(work, str(len(tests)))
            os.mkdir(top)
            tests.append((name, tap.Place(top), function))
    try:
        passed = tap.run_all(
            tests, "BUILD=%s %s/run" % (build, HERE), keep)
        for line in shared.table():
            print("# " + line)
        return 0 if passed else 1
    finally:
        if not keep:
            shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
