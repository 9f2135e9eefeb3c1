"""A test: its directory, the commands it runs, and its verdict."""

import os

import compare
import intended
from tap import Failure, Place


class Case(Place):
    """
    The test of SCENARIO with BASE, in the new directory TOP. Environments of
    ours are made in TOP/ours, the reference ones in TOP/them, both under the
    same name, so that all paths are alike but for the parent directory.
    """

    def __init__(self, base, scenario, top, program):
        super().__init__(top)
        self.base = base
        self.scenario = scenario
        self.program = program
        for side in "ours", "them", "base":
            os.makedirs(os.path.join(top, side, "here"))

    def ours(self, *options, base=None, name="env"):
        """Make ours/NAME by our pyvenv, from BASE."""
        out = self.run([self.program, "pyvenv", "-p", (base or self.base).exe,
                        *options, self.path("ours", name)],
                       cwd=self.path("ours", "here"))
        if out:
            raise Failure("pyvenv is not silent: " + out)
        return self.path("ours", name)

    def theirs(self, *options, base=None, name="env", side="them"):
        """Make SIDE/NAME by BASE's own venv."""
        self.run([(base or self.base).exe, "-m", "venv", "--without-pip",
                  *options, self.path(side, name)],
                 cwd=self.path(side, "here"))
        return self.path(side, name)

    def compare(self, ours, theirs):
        """Fail unless two environments are alike, but for what is meant."""
        self.compare_tables(compare.everything(self, ours),
                            compare.everything(self, theirs))

    def compare_behaviour(self, ours, theirs):
        """The same of what their Pythons say only."""
        self.compare_tables(*[
            compare.placeholder(compare.behaviour(self, env),
                                os.path.dirname(env))
            for env in (ours, theirs)])

    def compare_tables(self, ours, theirs):
        """The same of two tables."""
        found = compare.differences(ours, theirs)
        left = intended.unintended(self.base, self.scenario, found)
        if left:
            raise Failure("\n".join("%s: ours: %s, theirs: %s" % row
                                    for row in left))

    def starts(self, env, name="python"):
        """Fail unless ENV's NAME is the Python of an environment ENV."""
        out = self.run([os.path.join(env, "bin", name), "-c",
                        "import sys; print(sys.prefix, sys.executable, "
                        "'%d.%d.%d' % sys.version_info[:3])"])
        want = "%s %s/bin/%s %s\n" % (env, env, name,
                                    self.base.version_text)
        if out != want:
            raise Failure("bin/%s says %sand not %s" % (name, out, want))
