"""Where a test installs wheels: by us, and by the pip of an interpreter."""

import os
import shutil

import allowed
import bundled
import compare
from tap import Failure, Place

# set by as_pip.py: our program; directories; the environment it was run in
PROGRAM = ""
CACHE = ""
ODD = []
BASES = []  # those of the applications, the newest one last
ENVIRON = {}


def environ_of(pip):
    """Return the variables that have a Python run PIP and leave no trace."""
    return {"PYTHONPATH": pip.directory, "PYTHONDONTWRITEBYTECODE": "1"}


class Bench(Place):
    """The place of a test with BASE."""

    def __init__(self, top, base):
        super().__init__(top)
        os.makedirs(top)
        self.base = base
        self.umask = ""
        self.cwd = top
        self.settle(self.path("env"))

    def move(self, top):
        """Use the directory TOP, made anew, from now on."""
        shutil.rmtree(top, ignore_errors=True)
        os.makedirs(top)
        self.top = self.cwd = top
        self.settle(self.path("env"))

    def settle(self, env):
        """From now on the environment is ENV."""
        self.env = env
        self.python = os.path.join(env, "bin/python")

    def run_raw(self, argv, cwd=None, env=None):
        """As of Place, with this place's umask and directory."""
        if self.umask:
            argv = ["sh", "-c", "umask %s; exec \"$@\"" % self.umask, "-",
                    *argv]
        return super().run_raw(argv, cwd or self.cwd, env)

    def pip(self):
        """The pip that comes with the base."""
        pip = bundled.Pip(bundled.seed(self.base, "pip"), CACHE)
        pip.compile(self.base)
        return pip

    def pyvenv(self, *words, cwd=None, env=None, status=0):
        """Run our pyvenv for the base; its output."""
        out = self.run([PROGRAM, "pyvenv", "-p", self.base.exe, *words],
                       cwd=cwd, env=env, status=status)
        litter = [name for _, names, files in os.walk(self.top)
                  for name in names + files if name.startswith(".venvbox-")]
        if litter:
            raise Failure("left behind: " + " ".join(litter))
        return out

    def make(self, wheels, *options):
        """Make the environment of WHEELS by ours alone; its tree."""
        words = [word for wheel in wheels for word in ("--wheel", wheel)]
        out = self.pyvenv("-q", *words, *options, self.env)
        if out:
            raise Failure("pyvenv is not silent: " + out)
        return self.tree()

    def tree(self, compiled=False):
        """Return the files of the environment but for pyvenv.cfg, which has the
        command."""
        table = compare.tree(self.env, compiled)
        del table["pyvenv.cfg"]
        return table

    def run_pip(self, pip, *words, status=0):
        """Run PIP, without installing it, in the environment; its output."""
        return self.run([self.python, "-m", "pip", *words], status=status,
                        env=environ_of(pip))

    def ask_pip(self, pip, *words):
        """Run PIP as run_pip() does; return its exit status and output."""
        done = self.run_raw([self.python, "-m", "pip", *words],
                            env=environ_of(pip))
        return done.returncode, done.stdout.decode()

    def compare_with_pip(self, wheels, pip=None):
        """Fail unless WHEELS are installed as by PIP."""
        self.compare(self.make(wheels), wheels, pip)

    def compare(self, ours, words, pip=None):
        """Fail unless OURS is the tree that `pip install WORDS` leaves."""
        pip = pip or self.pip()
        shutil.rmtree(self.env)
        self.make([])
        self.run_pip(pip, "install", "-q", "--no-index", "--no-deps",
                     "--no-compile", *words)
        theirs = self.tree()
        found = compare.differences(ours, theirs)
        self.judge(allowed.unmeant(found, theirs, pip.version))
        self.say(compare.defects(ours))

    def same(self, ours, theirs):
        """Fail unless two trees are alike."""
        self.judge(compare.differences(ours, theirs))

    def judge(self, found):
        """Fail if differences were FOUND."""
        self.say(["%s %s:\n  ours:   %s\n  theirs: %s" % row for row in found])

    def say(self, lines):
        """Fail because of LINES, if any."""
        if lines:
            raise Failure("\n".join(lines))
