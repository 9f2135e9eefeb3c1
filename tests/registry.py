"""Things from the registry that comparisons need: made once and kept. Where that fails it
is tried once a day at most."""

import os
import subprocess
import sys
import time

from tap import Skip


def call(argv, cwd=None):
    """Run a command that may need the registry."""
    return subprocess.run(argv, stdout=subprocess.PIPE, cwd=cwd, check=True,
                          stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                          timeout=900).stdout


def once(kept, name, make):
    """The path KEPT/NAME, made by the function MAKE."""
    path = os.path.join(kept, name)
    failed = path + ".failed"
    if os.path.exists(path + ".done"):
        return path
    if (os.path.exists(failed) and
            time.time() - os.path.getmtime(failed) < 86400):
        raise Skip("cannot be fetched: see " + failed)
    os.makedirs(kept, exist_ok=True)
    try:
        make(path)
    except (subprocess.SubprocessError, OSError) as error:
        said = getattr(error, "stdout", None) or b""
        with open(failed, "wb") as file:
            file.write(said + str(error).encode())
        raise Skip("cannot be fetched: see " + failed) from error
    with open(path + ".done", "wb"):
        return path


def environment(kept, name, *words):
    """An environment in which pip has installed WORDS."""
    def make(path):
        call([sys.executable, "-m", "venv", "--clear", path])
        call([path + "/bin/python", "-m", "pip", "--disable-pip-version-check",
              "install", "-q", "--retries", "1", "--timeout", "10", *words])
    return once(kept, name, make)
