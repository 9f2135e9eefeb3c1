"""
Wheels that the world uses, one of each kind, in a cache. They are looked for
once a day at most where they cannot be had.
"""

import collections
import os
import shutil
import subprocess
import threading
import time

from tap import Skip

# each for what is in it
FEW = ["cryptography",        # the stable ABI
       "greenlet",            # headers
       "httpx",               # pure, a console script
       "jupyterlab_widgets",  # .data/data
       "ninja",               # .data/scripts
       "pybind11-global",     # headers as data
       "qtconsole"]           # a GUI script
MANY = ["black", "numpy", "pip", "rich", "setuptools", "sympy", "wheel",
        "plotly==5.24.1"]     # more than 10,000 files
# each for what is odd in it; of the last two, both have LICENSE and tests/
UNTIDY = ["selenium==4.1.0",               # RECORD's rows start with a slash
          "FMPy==0.3.15",                  # members without a row
          "pydata-sphinx-theme==0.13.1",   # hashes in hexadecimal
          "pytest-socket==0.5.1", "requirements-parser==0.5.0"]
# all have nvidia/__init__.py
SHARING = ["nvidia-nvtx-cu12==12.1.105", "nvidia-cuda-runtime-cu12==12.1.105",
           "nvidia-cuda-cupti-cu12==12.1.105"]
MUSL = ["--platform", "musllinux_1_2_" + os.uname().machine, "markupsafe"]


LOCKS = collections.defaultdict(threading.Lock)  # one for each name


def fetch(base, pip, cache, environ, name, words, deps=False, limit=300):
    """
    Return the wheels that PIP downloads for BASE by WORDS, with DEPS what these
    require, in CACHE/NAME. Skip: they cannot be had, within LIMIT seconds.
    """
    directory = os.path.join(cache, name)
    with LOCKS[name]:
        if not os.path.exists(directory + ".done"):
            argv = [base.exe, "-m", "pip", "download", "-q", "--no-cache-dir",
                    "--retries", "1", "--timeout", "10",
                    "--only-binary", ":all:", "-d", directory, *words]
            argv += [] if deps else ["--no-deps"]
            download(argv, directory,
                     dict(environ, PYTHONPATH=pip.directory), limit)
    return sorted(os.path.join(directory, file)
                  for file in os.listdir(directory))


def forget(cache, name):
    """Delete CACHE/NAME, so that it is downloaded again."""
    if os.path.exists(os.path.join(cache, name + ".done")):
        os.remove(os.path.join(cache, name + ".done"))
    shutil.rmtree(os.path.join(cache, name), ignore_errors=True)


def download(argv, directory, environ, limit):
    """Run pip's ARGV, which fills DIRECTORY, and note how it ended."""
    failed = directory + ".failed"
    if (not os.path.exists(failed) or
            time.time() - os.path.getmtime(failed) >= 86400):
        shutil.rmtree(directory, ignore_errors=True)  # of an interrupted run
        try:
            got = subprocess.run(
                argv, env=environ, timeout=limit, check=False,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT)
            said, status = got.stdout, got.returncode
        except subprocess.TimeoutExpired:
            said, status = b"it takes too long\n", 1
        with open(failed if status else directory + ".done", "wb") as file:
            file.write(said)
        if not status:
            return
    with open(failed, encoding="utf-8", errors="replace") as file:
        last = file.read().strip().rpartition("\n")[2]
    raise Skip("wheels could not be had, see %s: %s" % (failed, last))
