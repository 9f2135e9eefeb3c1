"""The wheels and pips that come with the interpreters."""

import glob
import os
import re
import shutil
import subprocess
import threading
import zipfile

DISTRIBUTION = "/usr/share/python-wheels"


def versions(text):
    """The numbers in TEXT, to compare by."""
    return tuple(int(n) for n in re.findall(r"\d+", text))


def seed(base, project):
    """The wheel of PROJECT that ensurepip of BASE takes; None: it has none."""
    found = glob.glob(os.path.join(base.stdlib, "ensurepip/_bundled",
                                   project + "-*.whl"))
    if not found:
        found = glob.glob(os.path.join(DISTRIBUTION, project + "-*.whl"))
    return max(found, key=lambda path: versions(os.path.basename(path)),
               default=None)


def wheels(base):
    """All wheels that come with BASE, the newest of each project."""
    found = [seed(base, project) for project in ("pip", "setuptools")]
    return [path for path in found if path]


class Pip:
    """
    The pip of a wheel, which runs without being installed: only its code is
    unpacked, below CACHE, and compiled once, as pip is mostly import time.
    """

    def __init__(self, wheel, cache):
        self.version = versions(os.path.basename(wheel).split("-")[1])
        self.directory = os.path.join(
            cache, os.path.basename(wheel)[:-len(".whl")])
        if not os.path.isdir(self.directory):
            temporary = self.directory + ".tmp%d" % threading.get_ident()
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(temporary, [
                    name for name in archive.namelist()
                    if name.startswith("pip/")])
            try:
                os.rename(temporary, self.directory)
            except OSError:  # another test was faster
                shutil.rmtree(temporary)

    def compile(self, base):
        """Have BASE compile it."""
        done = os.path.join(self.directory, "compiled-by-" + base.label)
        if not os.path.exists(done):
            subprocess.run([base.exe, "-m", "compileall", "-q",
                            self.directory], check=False,
                           stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)
            with open(done, "w", encoding="utf-8"):
                pass
