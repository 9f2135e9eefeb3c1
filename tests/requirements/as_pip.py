"""
usage: python3 tests/requirements/as_pip.py [--keep] [PATTERN...]

Requirements files are read as the newest pip reads them: made-up files with all that
they may have, changed ones, and those that tools write. PATTERN chooses tests by a
part of their names. REQUIREMENTS_MORE=1: many more files. REQUIREMENTS_SEED chooses
others. BUILD is where our probe is, and where pip is kept. The output is TAP.

What differs on purpose is in line_excuses() and its neighbours in oracle.py: each
refusal that pip does not share has a reason there, in the line that we name.
"""

import json
import os
import random
import re
import subprocess
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.append(ROOT + "/tests")

import generate
import tap
from registry import environment
from tap import Skip, want

BUILD = os.environ.get("BUILD", os.path.join(ROOT, "build"))
PROBE = BUILD + "/san/tests/requirements/requirements_probe"
KEPT = BUILD + "/requirements"
PYTHON = KEPT + "/env/bin/python"
MORE = os.environ.get("REQUIREMENTS_MORE") == "1"
SEED = os.environ.get("REQUIREMENTS_SEED", "1")
COUNT = 40000 if MORE else 2500


# ---- asking both ------------------------------------------------------------

class World:
    """A directory in which files are read."""

    def __init__(self, top):
        self.top = os.path.join(os.path.realpath(top), "world")
        generate.make_world(self.top)
        self.rows = []
        self.env = dict(os.environ, **{
            name: self.filled(value, "") for name, value in
            generate.VALUES.items()})

    def filled(self, text, case):
        """TEXT with the paths that it names."""
        return text.replace("@WORLD@", self.top).replace("@CASE@", case)

    def add(self, files, constraint):
        """Write the files of a case."""
        top = os.path.join(self.top, "cases", str(len(self.rows)))
        for name, data in files.items():
            path = os.path.join(top, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            data = data.replace(b"@WORLD@", self.top.encode())
            with open(path, "wb") as file:
                file.write(data.replace(b"@CASE@", top.encode()))
        self.rows.append((os.path.join(top, "r.txt"), constraint))

    def ask_probe(self):
        """Return our answer to each case."""
        lines = ["\x1f".join(["rc"[constraint], self.top, path, path]) + "\n"
                 for path, constraint in self.rows]
        done = subprocess.run([PROBE], input="".join(lines).encode(),
                              env=self.env, stdout=subprocess.PIPE, check=True)
        said = done.stdout.decode("utf-8", "surrogateescape").split("\n")
        want(len(said) == len(self.rows) + 1, "%d answers" % len(said))
        return [json.loads(one) for one in said[:-1]]

    def ask_both(self):
        """Return the answer of oracle.py to each case."""
        text = "".join(json.dumps({
            "path": path, "cwd": self.top, "constraint": constraint,
            "ours": ours}) + "\n" for (path, constraint), ours in
            zip(self.rows, self.ask_probe()))
        done = subprocess.run([PYTHON, HERE + "/oracle.py"], env=self.env,
                              input=text.encode(), stdout=subprocess.PIPE,
                              check=True)
        return [json.loads(line) for line in done.stdout.splitlines()]


def reason_of(message, excuses):
    """Why we may refuse what pip takes; "" if there is no reason."""
    for place, reasons in excuses.items():
        path, _, line = place.rpartition(":")
        if (message.startswith("%s: line %s: " % (path, line)) or
                os.path.normpath(message.partition(": line ")[0]) == path and
                ": line %s: " % line in message or
                line == "0" and "'%s': " % path in message):
            return reasons[0]
    return ""


# what we take and pip refuses, by a part of pip's message
TAKEN = {
    "--use-feature: invalid choice": "a feature of another pip",
    "is not installable. Neither": "a directory, if its marker does not hold",
    "(invalid version): ": "'_' for '-' in a wheel's version",
    "(invalid tag component)": "a tag of digits in a wheel's name",
}


def rows_of(answer):
    """All requirements of an answer."""
    return answer.get("wanted", []) + answer.get("constraints", [])


def judge(said):
    """(word, is it right) of one case. If both refuse it and pip names a line, so do
    we, unless we refuse an earlier one."""
    ours, theirs = said["ours"], said["theirs"]
    excuses = {one for many in said["excuses"].values() for one in many}
    if "a URL that ends like extras" in excuses:
        return "either", True
    if "several -f" in excuses:
        ours, theirs = dict(ours, places=[]), dict(theirs, places=[])
    if "a hash that pip drops" in excuses:
        for row in rows_of(ours) + rows_of(theirs):
            row["url_hash"] = None
    if "refused" in ours and "refused" in theirs:
        place = re.search(r"\(from line ([0-9]+) of (.*?)\)$", theirs["refused"],
                          re.M)
        path, _, rest = ours["refused"].partition(": line ")
        same = place and (re.sub("^file://", "", place.group(2)) ==
                          os.path.normpath(path) and
                          rest.startswith(place.group(1) + ": "))
        # an earlier line may be one that only we refuse
        return "refused" + " in the same line" * bool(same), bool(
            same or not place or reason_of(ours["refused"], said["excuses"]))
    if "refused" in ours:
        reason = reason_of(ours["refused"], said["excuses"])
        return "refused: " + reason, bool(reason)
    if "refused" in theirs:
        reasons = [TAKEN[part] for part in TAKEN if part in theirs["refused"]]
        return "taken: " + "".join(reasons), bool(reasons)
    return "read", ours == theirs


def compare(place, name, world):
    """Fail unless both say the same of all cases, which have both answers."""
    counts, wrong = {}, []
    for (path, constraint), said in zip(world.rows, world.ask_both()):
        word, right = judge(said)
        counts[word] = counts.get(word, 0) + 1
        if not right:
            with open(path, "rb") as file:
                data = file.read()
            wrong.append("%s%s %r:\n  ours %s\n  pip  %s\n  %s" % (
                path, " (constraints)" if constraint else "", data,
                json.dumps(said["ours"]), json.dumps(said["theirs"]),
                said["excuses"]))
    place.commands.append("REQUIREMENTS_SEED=" + SEED)
    tap.put("# %s: %d files, %s" % (name, len(world.rows), ", ".join(
        "%d %s" % (n, word) for word, n in sorted(counts.items()))))
    want(not wrong, "%d of %d differ" % (len(wrong), len(world.rows)),
         *wrong[:20])
    return counts


# ---- the tests --------------------------------------------------------------

def made(place, kind):
    """Made-up files."""
    source = random.Random(SEED + kind)
    world = World(place.top)
    for _ in range(COUNT):
        world.add(generate.case(source, kind), source.random() < 0.15)
    counts = compare(place, kind, world)
    want(min(counts.get(word, 0) for word in
             ("read", "refused", "refused in the same line")) > COUNT / 20,
         "not all answers are among them", counts)


def test_lines(place):
    """Files with all kinds of lines."""
    made(place, "lines")


def test_changed(place):
    """Files that were changed in some places."""
    made(place, "changed")


def test_cases(place):
    """The cases of the specification, as requirements and as constraints."""
    world = World(place.top)
    for text in generate.CASES:
        for constraint in False, True:
            world.add({"r.txt": text.encode(), "sub.txt": b"bb\n",
                       "deep/c.txt": b"cc<2\n", "s p.txt": b"dd"}, constraint)
    counts = compare(place, "cases", world)
    want(counts.get("read", 0) >= 40, "few are read", counts)


def test_samples(place):
    """The files in samples/."""
    world = World(place.top)
    names = sorted(os.listdir(HERE + "/samples"))
    for name in names:
        with open(os.path.join(HERE, "samples", name), "rb") as file:
            data = file.read()
        world.add({"r.txt": data, "sub.txt": b"bb\n",
                   "deep/c.txt": b"cc<2\n"}, False)
    counts = compare(place, "samples", world)
    want(counts.get("read", 0) >= 10, "few are read", counts)


TESTS = [("made-up lines are read as pip reads them", test_lines),
         ("changed files are read as pip reads them", test_changed),
         ("special cases are read as pip reads them", test_cases),
         ("files as tools write them are read as pip reads them", test_samples)]


def main(words):
    """All tests, or those asked for."""
    os.environ.update(LC_ALL="C.UTF-8", PIP_CONFIG_FILE="/dev/null")
    try:
        environment(KEPT, "env", "-U", "pip")
    except Skip as reason:
        return tap.skip_suite("requirements files as pip", reason)
    print("# " + subprocess.run([PYTHON, "-m", "pip", "--version"], check=True,
                                stdout=subprocess.PIPE).stdout.decode().split(
                                    " from")[0])
    return tap.run_suite(TESTS, words, "BUILD=%s python3 %s" % (
        BUILD, os.path.join(HERE, "as_pip.py")), "venvbox-requirements.")


if __name__ == "__main__":
    sys.exit(not main(sys.argv[1:]))
