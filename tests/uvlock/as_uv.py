"""
usage: python3 tests/uvlock/as_uv.py [--keep] [PATTERN...]

What a uv.lock selects is what "uv export" writes for it, for several Pythons,
extras and groups: uv locks made-up projects that depend on made-up wheels,
with conflicts, forks, overrides and workspaces. PATTERN chooses tests by a
part of their names. UVLOCK_MORE=1: many more projects, and real ones.
UVLOCK_SEED chooses others. BUILD is where our probe is, and where uv is kept.
The output is TAP.
"""

import concurrent.futures
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
sys.path += [ROOT + "/tests", ROOT + "/tests/pylock", ROOT + "/tests/markers"]

import locks
import projects
import registry
import tap
from as_packaging import KEPT, PROBE, read_answer, words_of
from tap import want

MORE = os.environ.get("UVLOCK_MORE") == "1"
SEED = os.environ.get("UVLOCK_SEED", "1")
COUNT = 800 if MORE else 60
TOOLS = ["uv==0.13.9", "packaging==26.4"]
ENV = KEPT + "/uv"
UV = ENV + "/bin/uv"
# A pre-release is in neither half of a fork at the version that it precedes.
ENVIRONMENTS = [one for one in locks.ENVIRONMENTS
                if "a" not in one["python_full_version"]]


# ---- asking -----------------------------------------------------------------

def run_uv(words, top, offline=True):
    """Run uv in TOP; what subprocess.run() says."""
    env = dict(os.environ, UV_CACHE_DIR=os.path.dirname(top) + "/cache",
               UV_PYTHON=sys.executable, UV_PYTHON_DOWNLOADS="never")
    words = [UV, words[0], "--no-config" if offline else "-q", *words[1:]]
    if offline:
        words += ["--offline"]
    return subprocess.run(words, cwd=top, env=env, check=False, timeout=600,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)


def export(top, selection, offline=True):
    """Return uv's export; None if it refuses, "" if it cannot read its lock."""
    extras, groups, no_default = selection
    words = ["export", "--frozen", "--no-hashes", "--no-header",
             "--no-annotate"]
    words += ["--extra=" + one for one in extras]
    words += ["--group=" + one for one in groups]
    words += ["--no-default-groups"] * no_default
    done = run_uv(words, top, offline)
    if b"Failed to parse `uv.lock`" in done.stderr:
        return ""
    return done.stdout.decode() or "# nothing" if done.returncode == 0 else None


def is_refused_by_sync(top, selection):
    """Does uv refuse to install what it exports? Of extras that conflict, it
    overlooks those in an export that packages need."""
    extras, groups, no_default = selection
    words = ["sync", "--frozen", "--dry-run"]
    words += ["--extra=" + one for one in extras]
    words += ["--group=" + one for one in groups]
    words += ["--no-default-groups"] * no_default
    return b"conflicting extras" in run_uv(words, top).stderr


def ask_oracle(rows):
    """Return the selection of each export for each environment."""
    text = "".join(json.dumps([one, ENVIRONMENTS]) + "\n" for one in rows)
    done = subprocess.run([ENV + "/bin/python", HERE + "/uvlock_oracle.py"],
                          check=True, input=text.encode(),
                          stdout=subprocess.PIPE)
    return [json.loads(line) for line in done.stdout.splitlines()]


def request(environment, selection):
    """Return the request for our probe."""
    extras, groups, no_default = selection
    return {"environment": environment, "extras": extras, "groups": groups,
            "no_default": no_default}


def ask_probe(rows):
    """Return our selection from each lock for each environment."""
    asked = bytearray()
    for text, selection in rows:
        data = text.encode()
        for environment in ENVIRONMENTS:
            for words in words_of(request(environment, selection)):
                asked += "\x1f".join(words).encode() + b"\n"
            asked += b"uvlock\x1f%d\n" % len(data) + data
    done = subprocess.run([PROBE], input=bytes(asked), check=True,
                          stdout=subprocess.PIPE)
    said = iter(done.stdout.decode().split("\n"))
    return [[read_answer(next(said)) for _ in ENVIRONMENTS] for _ in rows]


def is_for(text, environment):
    """Does uv take the lock for the environment?"""
    lock = tomllib.loads(text)
    marker = " or ".join("(%s)" % one
                         for one in lock.get("supported-markers", []))
    return lock["requires-python"], marker, environment


def judge(mine, theirs, fits):
    """How the two answers are counted; None: they differ."""
    if isinstance(mine, str):
        if theirs is None:
            return "refused by both"
        if not fits:
            return "for another environment"
        twice = len({name for name, _ in theirs}) < len(theirs)
        return ("with a project twice"
                if twice and "is selected already" in mine else None)
    if theirs is None or not fits:
        return None
    plain = [[name, "" if kind == "directory" else version]
             for name, version, kind, _ in mine]
    return "selected" if plain == theirs else None


def compare(place, rows):
    """Fail unless both give the same for ROWS of project, lock, selection and
    export; how often which answer."""
    counts, differences = {}, []
    place.commands.append("UVLOCK_SEED=" + SEED)
    answers = iter(ask_oracle([theirs for *_, theirs in rows
                               if theirs is not None]))
    fits = fitting([text for _, text, _, _ in rows])
    for (top, text, selection, exported), ours, fit in zip(
            rows, ask_probe([row[1:3] for row in rows]), fits):
        expected = ([None] * len(ENVIRONMENTS) if exported is None
                    else next(answers))
        for environment, mine, theirs, one in zip(ENVIRONMENTS, ours, expected,
                                                  fit):
            word = judge(mine, theirs, one)
            if not word and "cannot be installed together" in mine and (
                    is_refused_by_sync(top, selection)):
                word = "refused as uv sync does"
            counts[word] = counts.get(word, 0) + 1
            if not word:
                differences.append("%s %r\n%r\nwe: %s\nuv: %s" % (
                    top, selection, environment, mine, theirs))
    want(not differences, "%d of %d differ" % (len(differences), sum(
        counts.values())), *differences[:8])
    return counts


def fitting(texts):
    """For each lock, for which environments it is."""
    code = ("import json, sys\n"
            "from packaging.markers import Marker\n"
            "from packaging.specifiers import SpecifierSet\n"
            "for line in sys.stdin:\n"
            "    python, marker, environments = json.loads(line)\n"
            "    print(json.dumps([SpecifierSet(python).contains(\n"
            "        one['python_full_version'], True) and\n"
            "        (not marker or Marker(marker).evaluate(one))\n"
            "        for one in environments]))\n")
    lines = [json.dumps(is_for(text, ENVIRONMENTS)) for text in texts]
    done = subprocess.run([ENV + "/bin/python", "-c", code], check=True,
                          input="\n".join(lines).encode(),
                          stdout=subprocess.PIPE)
    return [json.loads(line) for line in done.stdout.splitlines()]


# ---- projects ---------------------------------------------------------------

def write_files(top, texts):
    """Write TEXTS below TOP."""
    for path, text in texts.items():
        path = os.path.join(top, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)


def make_project(place, number):
    """Rows for compare() of a made-up project; none if it cannot be locked."""
    source = random.Random("%s %d" % (SEED, number))
    top = place.path(str(number), "app")
    wheels = place.path(str(number), "wheels")
    projects.write_wheels(source, wheels)
    texts, extras, groups = projects.files(source)
    write_files(top, texts)
    words = ["lock", "--no-index", "--find-links=../wheels"]
    if number % 3 == 0:
        index = place.path(str(number), "index")
        projects.write_index(index, wheels)
        words = ["lock", "--default-index=file://" + index]
    run_uv(words, top)
    try:
        with open(top + "/uv.lock", encoding="utf-8") as file:
            text = file.read()
    except FileNotFoundError:
        return []
    rows = [(top, text, one, export(top, one))
            for one in projects.selections(source, extras, groups)]
    return [row for row in rows if row[3] != ""]


def note(name, counts):
    """Print what was compared."""
    tap.put("# %s: %s" % (name, ", ".join(
        "%d %s" % (n, word) for word, n in sorted(counts.items()))))


def test_made_up(place):
    """Made-up projects."""
    registry.environment(KEPT, "uv", *TOOLS)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda n: make_project(place, n), range(COUNT)))
    rows = [row for some in found for row in some]
    counts = compare(place, rows)
    note("%d of %d made-up projects locked" % (
        sum(map(bool, found)), COUNT), counts)
    want(sum(map(bool, found)) > COUNT / 3, "few can be locked")
    want(counts.get("selected", 0) > 2 * COUNT, "few are selected", counts)


REAL = {
    "httpie": ([], []), "datasette": ([], []),
    "jupyterlab": ([], []), "fastapi[all]": ([], []),
}


def test_real(place):
    """Projects that depend on real ones."""
    registry.environment(KEPT, "uv", *TOOLS)
    rows = []
    for at, name in enumerate(REAL):
        top = place.path(str(at), "app")
        write_files(top, {"pyproject.toml": (
            '[project]\nname = "app"\nversion = "1"\n'
            'requires-python = ">=3.9"\ndependencies = ["%s"]\n'
            '[project.optional-dependencies]\npg = ["psycopg[binary]"]\n'
            '[dependency-groups]\ndev = ["pytest"]\nold = ["numpy<2"]\n'
            'new = ["numpy>=2"]\n'
            '[tool.uv]\nconflicts = [[{ group = "old" }, { group = "new" }]]\n'
            % name)})
        done = run_uv(["lock"], top, offline=False)
        want(done.returncode == 0, "uv cannot lock", done.stderr.decode())
        with open(top + "/uv.lock", encoding="utf-8") as file:
            text = file.read()
        rows += [(top, text, one, export(top, one, False)) for one in (
            ([], [], False), (["pg"], [], False), ([], ["old"], True),
            (["pg"], ["new"], False), ([], ["old", "new"], False))]
    counts = compare(place, rows)
    note("%d real projects" % len(REAL), counts)


TESTS = [("made-up projects", test_made_up)]
if MORE:
    TESTS.append(("real projects", test_real))


def main(words):
    """All tests, or those asked for."""
    if not tomllib:
        return tap.skip_suite("uv.lock as uv", "this Python has no tomllib")
    return tap.run_suite(
        [("locks of %s select what uv exports" % name, function)
         for name, function in TESTS], words, "BUILD=%s python3 %s" % (
             os.path.dirname(KEPT), os.path.join(HERE, "as_uv.py")),
        "venvbox-uvlock.")


if __name__ == "__main__":
    sys.exit(not main(sys.argv[1:]))
