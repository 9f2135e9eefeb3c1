"""
Wheels that the world uses, one of each kind, in a cache. They are looked for
once a day at most where they cannot be had.
"""

import os
import subprocess
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


def fetch(base, pip, cache, environ, name, words):
    """
    The wheels that pip finds for BASE by WORDS, in CACHE/NAME. Skip: they
    cannot be had.
    """
    directory = os.path.join(cache, name)
    done, failed = directory + ".done", directory + ".failed"
    if not os.path.exists(done):
        if (os.path.exists(failed) and
                time.time() - os.path.getmtime(failed) < 86400):
            raise Skip("wheels could not be had, see " + failed)
        try:
            got = subprocess.run(
                [base.exe, "-m", "pip", "download", "-q", "--no-deps",
                 "--retries", "1", "--timeout", "10", "--only-binary", ":all:",
                 "-d", directory, *words], stdout=subprocess.PIPE, timeout=300,
                stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                env=dict(environ, PYTHONPATH=pip.directory), check=False)
            said, status = got.stdout, got.returncode
        except subprocess.TimeoutExpired:
            said, status = b"it takes too long\n", 1
        with open(failed if status else done, "wb") as file:
            file.write(said)
        if status:
            raise Skip("wheels could not be had, see " + failed)
    return sorted(os.path.join(directory, file)
                  for file in os.listdir(directory))
