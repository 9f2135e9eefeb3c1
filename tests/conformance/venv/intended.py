"""
The differences that are meant: the one list of them.

A rule names one entry (X.Y is the version), both values (regular expressions;
None: not there), where it holds, and why. A rule that holds for a test that
was run and was never needed fails the suite, so the list cannot grow stale.
"""

import re


class Rule:
    """An intended difference."""

    def __init__(self, key, ours, theirs, why, first=(3, 3), last=(3, 99),
                 pypy=None, scenarios=None):
        self.key, self.ours, self.theirs, self.why = key, ours, theirs, why
        self.first, self.last, self.pypy = first, last, pypy
        self.scenarios = scenarios
        self.wanted = self.used = False

    def holds(self, base, scenario):
        """Is this rule about SCENARIO with BASE?"""
        return (self.first <= base.minor <= self.last and
                self.pypy in (None, base.pypy) and
                (self.scenarios is None or scenario in self.scenarios))

    def covers(self, base, difference):
        """Is DIFFERENCE of environments of BASE the one that is meant?"""
        key, ours, theirs = difference
        name = self.key.replace("X.Y", "%d.%d" % base.minor)

        def fits(pattern, value):
            if pattern is None or value is None:
                return pattern is value
            return re.fullmatch(pattern, value) is not None

        return (key == name and fits(self.ours, ours) and
                fits(self.theirs, theirs))


FILE = "file 0644"
COPIES = {"copies", "upgrade of copies from another Python",
          "minimal, with copies and system site packages"}
PROGRAM_LINK = {"base through a link to the program"}
COPIED_BASE = {"base is an environment of copies"}
NESTED = {"base is an environment"} | COPIED_BASE

RULES = [
    Rule("tree:.gitignore", FILE, None, last=(3, 12),
         why="useful to every version; 3.13 began to write it"),
    Rule("tree:bin/Activate.ps1", FILE, None, last=(3, 7),
         why="PowerShell runs on Linux whatever the Python; 3.8 began"),
    Rule("tree:bin/\U0001d70bthon", None, "link .*|file 0755",
         first=(3, 14), last=(3, 14), pypy=False,
         why="a joke of 3.14 alone; not every file system can hold it"),
    Rule("cfg:command", r"pyvenv .*@/.*", r"\S+ -m venv .*@/.*",
         first=(3, 11),
         why="it tells the command that was given"),
    Rule("cfg:prompt", "'here'", r"'\.'", last=(3, 8), first=(3, 8),
         scenarios={"prompts"},
         why=". is the name of the directory for every version; 3.9 began"),
    Rule("cfg:prompt", "['\"].*", None, last=(3, 7), scenarios={"prompts"},
         why="kept for --upgrade; 3.8 began to write it"),

    # venv records the link, and with it a directory without a Python library
    # (gh-106045); ours records the program it leads to.
    Rule("run:sys._home", "'/.*/bin'", "'/.*/links'",
         scenarios=PROGRAM_LINK, why="gh-106045"),
    Rule("run:sysconfig.var.projectbase", "'/.*/bin'", "'/.*/links'",
         first=(3, 11), scenarios=PROGRAM_LINK, why="gh-106045"),

    # Until 3.10 an environment made in an environment depends on that one.
    Rule("run:sys._home", "'/.*/bin'", "'@/outer/bin'", last=(3, 10),
         scenarios=NESTED, why="it must not die with the outer one"),
    Rule("run:realpath", "'/.*/bin/python3.*'", "'@/outer/bin/python'",
         last=(3, 10), scenarios=COPIED_BASE, why="the same"),
    Rule("run:sysconfig.var.projectbase", "'/.*/bin'", "'@/outer/bin'",
         last=(3, 10), scenarios=COPIED_BASE, why="the same"),

    # PyPy 3.7 looks for packages in a directory that its venv does not make,
    # and for its library where the program really is.
    Rule("tree:site-packages", "dir 0755", None, last=(3, 7), pypy=True,
         why="packages put there are found"),
    Rule("run:sys.path", r".*'@/env/site-packages'.*", r".*", last=(3, 7),
         pypy=True, why="the same"),
    Rule("tree:bin/libpypy3-c.so", None, "link .*", last=(3, 7), pypy=True,
         why="a link to the program needs none"),

    # PyPy's own --copies copies the directory of its library, which can be
    # /usr/lib: our copies are compared with its links.
    Rule("run:realpath", "'@/env/bin/python'", "'/.*/bin/pypy3.*'", pypy=True,
         scenarios=COPIES, why="a copy is no link"),
    Rule("run:sysconfig.var.projectbase", "'@/env/bin'", "'/.*/bin'",
         pypy=True, scenarios=COPIES, why="a copy is no link"),
] + [
    Rule("tree:bin/" + name, "file 0755", "link .*", pypy=True,
         scenarios=COPIES, why="a copy is no link")
    for name in ("pypy", "pypy3", "python", "python3", "pythonX.Y")
] + [
    Rule("tree:bin/" + name, "file 0755", "link .*", last=(3, 7), pypy=True,
         scenarios=COPIES, why="a copy is no link")
    for name in ("libpypy3-c.so", "pypy3-c")
]


def unintended(base, scenario, found):
    """The rows of FOUND that no rule covers."""
    rules = [rule for rule in RULES if rule.holds(base, scenario)]
    left = []
    for rule in rules:
        rule.wanted = True
    for difference in found:
        covering = [rule for rule in rules if rule.covers(base, difference)]
        for rule in covering:
            rule.used = True
        if not covering:
            left.append(difference)
    return left


def stale():
    """The rules that could have been needed and never were."""
    return [rule for rule in RULES if rule.wanted and not rule.used]
