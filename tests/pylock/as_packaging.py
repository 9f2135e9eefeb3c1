"""
usage: python3 tests/pylock/as_packaging.py [--keep] [PATTERN...]

What a pylock.toml selects is what "packaging" selects from it, for several
Pythons, extras and groups: made-up locks, locks of real applications, and both
after changes. The intended differences are in pylock_oracle.py. PATTERN chooses
tests by a part of their names. PYLOCK_MORE=1: many more, and locks that uv and
pip write now. PYLOCK_SEED chooses others. BUILD is where our probe is, and
where that library and what is fetched are kept. The output is TAP.
"""

import json
import os
import random
import subprocess
import sys

try:
    import tomllib
except ImportError:
    tomllib = None

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path += [ROOT + "/tests", ROOT + "/tests/markers"]

import locks
import tap
from registry import call, environment, once
from tap import want

BUILD = os.environ.get("BUILD", os.path.join(ROOT, "build"))
PROBE = BUILD + "/san/tests/pylock/pylock_probe"
KEPT = BUILD + "/pylock"
PYTHON = KEPT + "/env/bin/python"
MORE = os.environ.get("PYLOCK_MORE") == "1"
SEED = os.environ.get("PYLOCK_SEED", "1")
COUNT = 40000 if MORE else 2000
PACKAGING = "packaging==26.4"


# ---- asking both ------------------------------------------------------------

def ask_oracle(rows):
    """Return the answer of the library to each row (text, requests)."""
    environment(KEPT, "env", PACKAGING)
    text = "".join(json.dumps(row) + "\n" for row in rows)
    done = subprocess.run([PYTHON, HERE + "/pylock_oracle.py"], check=True,
                          input=text.encode(), stdout=subprocess.PIPE)
    return [json.loads(line) for line in done.stdout.splitlines()]


def words_of(request):
    """The lines that tell our probe what is asked for."""
    yield ["reset"]
    yield ["python", request.get("python") or
           request["environment"]["python_full_version"].partition("a")[0]]
    for name, value in request["environment"].items():
        yield ["fact", name] + ([value] if isinstance(value, str) else value)
    for kind in "extra", "group":
        for name in request[kind + "s"]:
            yield [kind, name]
    if request["no_default"]:
        yield ["no-default"]


def read_answer(line):
    """A list as that of the oracle, or the reason of a refusal."""
    words = line.split("\x1f")
    if words[0] != "selected":
        return line
    found = []
    for word in words[1:]:
        name, version, kind, _, *files = word.split("\x1e")[:-1]
        found.append([name, version, kind, files])
    return found


def ask_probe(rows):
    """Return our answer to each row."""
    asked = bytearray()
    for text, requests in rows:
        data = text.encode()
        for request in requests:
            for words in words_of(request):
                asked += "\x1f".join(words).encode() + b"\n"
            asked += b"lock\x1f%d\n" % len(data) + data
    done = subprocess.run([PROBE], input=bytes(asked), check=True,
                          stdout=subprocess.PIPE)
    said = iter(done.stdout.decode().split("\n"))
    return [[read_answer(next(said)) for _ in requests]
            for _, requests in rows]


def judge(mine, theirs, stricter, looser):
    """How the two answers are counted; None: they differ."""
    refused = isinstance(mine, str), isinstance(theirs, str)
    if refused == (True, True):
        return "refused"
    if refused == (True, False):
        return "refused for " + stricter[0] if stricter else None
    if mine != theirs:
        return None
    return "taken in spite of " + looser[0] if looser else "selected"


def compare(place, rows):
    """Fail unless both give the same for ROWS; how often which answer."""
    counts, differences = {}, []
    theirs = ask_oracle(rows)
    for (text, requests), ours, answers in zip(rows, ask_probe(rows), theirs):
        for request, mine, (right, stricter, looser) in zip(
                requests, ours, answers):
            word = judge(mine, right, stricter, looser)
            counts[word] = counts.get(word, 0) + 1
            if not word:
                differences.append("%s\n%r\nwe: %s\npackaging: %s" % (
                    text, request, mine, right))
    place.commands.append("PYLOCK_SEED=" + SEED)
    want(not differences, "%d of %d differ" % (len(differences), sum(
        counts.values())), *differences[:8])
    return counts


def note(name, counts):
    """Print what was compared."""
    tap.put("# %s: %s" % (name, ", ".join(
        "%d %s" % (n, word) for word, n in sorted(counts.items()))))


# ---- the tests --------------------------------------------------------------

def samples():
    """The texts of real locks."""
    for directory, start in ((HERE + "/real", 0),
                             (ROOT + "/tests/fuzz/pylock.corpus", 1)):
        for name in sorted(os.listdir(directory)):
            if name != "README.md":
                with open(os.path.join(directory, name), "rb") as file:
                    text = file.read().decode()[start:]
                yield text


def all_pythons():
    """A request for each environment."""
    return [{"environment": one, "extras": [], "groups": [],
             "no_default": False} for one in locks.ENVIRONMENTS]


def test_generated(place):
    """Made-up locks."""
    source = random.Random(SEED)
    rows = [(locks.lock(source), [locks.request(source) for _ in range(3)])
            for _ in range(COUNT)]
    counts = compare(place, rows)
    note("%d made-up locks, 3 requests" % COUNT, counts)
    for word in "selected", "refused":
        want(counts.get(word, 0) > COUNT / 2, "few are " + word, counts)


def test_real(place):
    """Locks of applications, for all Pythons."""
    rows = [(text, all_pythons()) for text in samples()]
    note("%d locks of applications" % len(rows), compare(place, rows))


def test_changed(place):
    """The same with a flaw, or several."""
    source = random.Random(SEED + "changed")
    source.flaws = 0.5
    found = []
    for text in samples():
        try:
            found.append(tomllib.loads(text))
        except ValueError:
            pass  # of the fuzzer, and no TOML
    rows = [(locks.changed(source, source.choice(found)),
             [locks.request(source) for _ in range(2)])
            for _ in range(COUNT // 4)]
    note("%d changed locks, 2 requests" % len(rows), compare(place, rows))


def choices(request):
    """REQUEST for some of the versions that it may be for."""
    for micro in "0", "1", "2", "4", "5", "18", "99":
        version = request["python"] + "." + micro
        yield dict(request, environment=dict(
            request["environment"], python_full_version=version))


def test_unknown(place):
    """Where the last number of the version is unknown, what is selected is the
    same for all; what is refused is refused for one, or has a marker that
    depends on the number. Only requires-python may be in doubt."""
    source = random.Random(SEED + "unknown")
    rows, full = [], []
    for _ in range(COUNT // 2):
        text, asked = locks.lock(source), locks.request(source)
        asked["python"] = asked["environment"]["python_version"]
        asked["environment"] = dict(asked["environment"], python_full_version=[
            asked["python"] + ".0a0", asked["python"] + ".99999"])
        rows.append((text, [asked]))
        full.append((text, list(choices(asked))))
    counts = {}
    for (text, (asked,)), (mine,), answers in zip(rows, ask_probe(rows),
                                                  ask_oracle(full)):
        theirs = [one for one, _, _ in answers]
        if isinstance(mine, str):
            agree = (any(isinstance(one, str) for one in theirs) or
                     answers[0][1] or "which is unknown" in mine)
            word = "unknown" if "which is unknown" in mine else "refused"
        else:
            agree = any(one == mine for one in theirs) and all(
                one == mine or "does not satisfy the Python version" in one
                for one in theirs)
            word = "selected"
        want(agree, "they differ:", text, asked, mine, *theirs)
        counts[word] = counts.get(word, 0) + 1
    place.commands.append("PYLOCK_SEED=" + SEED)
    note("%d made-up locks, X.Y known" % len(rows), counts)


def make_locks(path):
    """Locks of three applications, for all platforms and one, as uv and pip
    write them today."""
    env = path + ".env"
    call([sys.executable, "-m", "venv", "--clear", env])
    call([env + "/bin/python", "-m", "pip", "install", "-q", "-U", "uv",
          "pip"])
    os.makedirs(path, exist_ok=True)
    for name in "httpie", "datasette", "jupyterlab":
        top = os.path.join(path, name)
        os.makedirs(top, exist_ok=True)
        with open(top + "/pyproject.toml", "w", encoding="utf-8") as file:
            file.write('[project]\nname = "app"\nversion = "1"\n'
                       'requires-python = ">=3.9"\ndependencies = ["%s"]\n'
                       % name)
        uv = [env + "/bin/uv"]
        call(uv + ["lock", "-q"], top)
        call(uv + ["export", "-q", "--format", "pylock.toml", "-o",
                   "pylock.export.toml"], top)
        call(uv + ["pip", "compile", "-q", "--format", "pylock.toml",
                   "pyproject.toml", "-o", "pylock.compile.toml"], top)
        call([env + "/bin/python", "-m", "pip", "lock", "-q", "-o",
              "pylock.pip.toml", name], top)


def test_fresh(place):
    """Locks that tools have just written; and each tool's own format."""
    top = once(KEPT, "locks", make_locks)
    rows, uv_locks = [], 0
    for directory, _, names in os.walk(top):
        for name in sorted(names):
            with open(os.path.join(directory, name), encoding="utf-8") as file:
                text = file.read()
            if name.startswith("pylock."):
                rows.append((text, all_pythons()))
            uv_locks += name == "uv.lock" and format_of(text) == name
    note("%d fresh locks, %d packages" % (len(rows), sum(
        text.count("[[packages]]") for text, _ in rows)), compare(place, rows))
    want(len(rows) == 9 and uv_locks == 3, "not all are there", len(rows),
         uv_locks)


def format_of(text):
    """The format that our probe sees in TEXT."""
    data = text.encode()
    done = subprocess.run([PROBE], input=b"format\x1f%d\n" % len(data) + data,
                          check=True, stdout=subprocess.PIPE)
    return done.stdout.decode().strip()


TESTS = [
    ("made-up locks select what packaging selects", test_generated),
    ("locks of applications select what packaging selects", test_real),
    ("changed locks select what packaging selects", test_changed),
    ("an unknown last number of the version decides nothing", test_unknown)]
if MORE:
    TESTS.append(("locks that uv and pip write now select what packaging "
                  "selects", test_fresh))


def main(words):
    """All tests, or those asked for."""
    if not tomllib:
        return tap.skip_suite("pylock.toml as packaging",
                              "this Python has no tomllib")
    return tap.run_suite(TESTS, words, "BUILD=%s python3 %s" % (
        BUILD, os.path.join(HERE, "as_packaging.py")), "venvbox-pylock.")


if __name__ == "__main__":
    sys.exit(not main(sys.argv[1:]))
