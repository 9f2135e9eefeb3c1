"""The interpreters to test with: real ones of this machine, and fixtures."""

import glob
import json
import os
import shutil
import subprocess

DEBIAN = "/usr/bin/python3"
PYPY = "/usr/bin/pypy3"
PYENV = os.path.expanduser("~/.pyenv/versions/3.*/bin/python3")

FACTS = """
import json, os, sys
json.dump({
    "version": sys.version_info[:3],
    "pypy": sys.implementation.name == "pypy",
    "real": os.path.realpath(sys.executable),
    "stdlib": os.path.dirname(os.__file__),
    "abiflags": getattr(sys, "abiflags", ""),
}, sys.stdout)
"""


class Base:
    """A base interpreter: EXE is the name it is asked for by."""

    def __init__(self, label, exe):
        facts = json.loads(subprocess.check_output([exe, "-c", FACTS]))
        self.label = label
        self.exe = exe
        self.version = tuple(facts["version"])
        self.minor = self.version[:2]
        self.pypy = facts["pypy"]
        self.real = facts["real"]
        self.stdlib = facts["stdlib"]

    @property
    def version_text(self):
        return "%d.%d.%d" % self.version

    @property
    def lib_name(self):
        return "%s%d.%d" % (("pypy" if self.pypy else "python",) + self.minor)

    @property
    def bin_names(self):
        """Every name in bin that has to start the environment."""
        names = {os.path.basename(self.exe), "python", "python3"}
        if self.minor >= (3, 9):
            names.add("python%d.%d" % self.minor)
        if self.pypy:
            names |= {"pypy", "pypy3"}
        return sorted(names)

    def at(self, exe, label=None):
        """The same interpreter under another name."""
        return Base(label or self.label, exe)


def find_all():
    """(bases, reasons of what is not there)."""
    bases, absent = [], []
    for label, exe in ("debian", DEBIAN), ("debian-pypy", PYPY):
        if os.access(exe, os.X_OK):
            bases.append(Base(label, exe))
        else:
            absent.append("no " + exe)
    versions = glob.glob(PYENV)
    for exe in versions:
        name = exe.split("/")[-3]
        bases.append(Base("pyenv-" + name, exe))
    if not versions:
        absent.append("no ~/.pyenv/versions/3.*/bin/python3")
    bases.sort(key=lambda b: (not b.label.startswith("debian"), b.version))
    return bases, absent


def needed_library(exe):
    """Name of the libpython or libpypy that EXE needs, and where it is."""
    out = subprocess.run(["ldd", exe], stdout=subprocess.PIPE, check=True,
                         universal_newlines=True).stdout
    for line in out.splitlines():
        words = line.split()
        if words and words[0].startswith(("libpython", "libpypy")):
            return words[0], words[2]
    return None, None


def make_origin_fixture(base, top, beside):
    """
    An installation in TOP whose program looks for its library by $ORIGIN:
    in the same directory (BESIDE) or in ../lib. None if BASE has no library.
    """
    name, path = needed_library(base.real)
    if not name:
        return None
    os.makedirs(top + "/bin")
    os.mkdir(top + "/lib")
    exe = top + "/bin/" + os.path.basename(base.real)
    shutil.copy(base.real, exe)
    shutil.copy(path, top + ("/bin/" if beside else "/lib/") + name)
    subprocess.run(["patchelf", "--set-rpath",
                    "$ORIGIN" if beside else "$ORIGIN/../lib", exe],
                   check=True)
    os.symlink(base.stdlib, top + "/lib/" + base.lib_name)
    link = top + "/bin/" + os.path.basename(base.exe)
    if link != exe:
        os.symlink(os.path.basename(exe), link)
    return base.at(link)
