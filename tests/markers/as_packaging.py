"""
usage: python3 tests/markers/as_packaging.py [--keep] [PATTERN...]

What markers say is what the newest "packaging" says of them: made-up markers
and facts, the markers of real projects, and those in locks. PATTERN chooses
tests by a part of their names. MARKERS_MORE=1: many more made-up ones, and the
locks of uv and pip-compile. MARKERS_SEED chooses others. BUILD is where our
probe is, and where that library and what is fetched are kept. The output is
TAP.
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
from registry import call, environment, once
from tap import Failure, Skip, want

BUILD = os.environ.get("BUILD", os.path.join(ROOT, "build"))
PROBE = BUILD + "/san/tests/markers/marker_probe"
KEPT = BUILD + "/markers"
PYTHON = KEPT + "/env/bin/python"
MORE = os.environ.get("MARKERS_MORE") == "1"
SEED = os.environ.get("MARKERS_SEED", "1")
COUNT = 100000 if MORE else 6000

PROJECTS = """
aiohttp anyio apache-airflow black boto3 build celery cffi click cryptography
dask Django fastapi Flask gunicorn httpx hypothesis importlib-metadata ipython
jinja2 jsonschema jupyterlab keyring matplotlib mypy numba numpy
opentelemetry-sdk pandas pillow pip-tools poetry psycopg pydantic pytest pyzmq
redis requests rich scikit-learn scipy scrapy setuptools sphinx sqlalchemy
streamlit torch tox transformers trio twine typer uvicorn virtualenv
""".split()
LOCKED = """
black cryptography ipython jupyterlab keyring pandas psycopg[binary] pytest
requests rich torch tox twine uvicorn[standard] importlib-metadata
""".split()


# ---- what has to be fetched -------------------------------------------------

def pip(*words):
    """Run that environment's pip."""
    return call([PYTHON, "-m", "pip", "--disable-pip-version-check", *words])


def make_report(path):
    """The METADATA of the newest releases that this Python can use."""
    pip("install", "-q", "--dry-run", "--no-deps", "--ignore-installed",
        "--only-binary", ":all:", "--report", path, *PROJECTS)


def make_locks(path):
    """The same projects locked by uv, for all platforms and for some, exported
    from a project, and by pip-compile."""
    pip("install", "-q", "uv", "pip-tools")
    os.makedirs(path, exist_ok=True)
    with open(path + "/in.txt", "w", encoding="utf-8") as file:
        file.write("\n".join(LOCKED) + "\n")
    uv, tools = [PYTHON, "-m", "uv"], [PYTHON, "-m", "piptools"]
    for version in "3.8", "3.10", "3.12":
        call(uv + ["pip", "compile", "-q", "--universal", "--generate-hashes",
                   "--python-version", version, "in.txt", "-o",
                   "uv-%s.txt" % version], path)
    call(tools + ["compile", "-q", "--generate-hashes", "--allow-unsafe",
                  "--strip-extras", "in.txt", "-o", "pip-compile.txt"], path)
    with open(path + "/pyproject.toml", "w", encoding="utf-8") as file:
        file.write('[project]\nname = "app"\nversion = "1"\n'
                   'requires-python = ">=3.9"\ndependencies = %s\n' %
                   json.dumps(LOCKED))
    call(uv + ["lock", "-q"], path)
    call(uv + ["export", "-q", "--no-emit-project", "-o", "export.txt"], path)


# ---- asking both ------------------------------------------------------------

def ask_oracle(rows):
    """For each row (marker, list of facts) what the library says, as
    oracle.py writes it."""
    text = "".join(json.dumps(row) + "\n" for row in rows)
    done = subprocess.run([PYTHON, HERE + "/oracle.py"], check=True,
                          input=text.encode(), stdout=subprocess.PIPE)
    return [json.loads(line) for line in done.stdout.splitlines()]


def lines_of_facts(facts):
    """Requests to our probe that set FACTS: a tuple is a range, None is not
    known."""
    yield "reset"
    for name, value in facts.items():
        if value is None:
            continue
        words = [value] if isinstance(value, str) else list(value)
        yield "\x1f".join(["set" if isinstance(value, list) else "fact", name,
                           *words])


def ask_probe(rows):
    """For each row (request, list of facts) what we say, a line each."""
    lines = []
    for request, environments in rows:
        for facts in environments:
            lines += [*lines_of_facts(facts), "\x1f".join(request)]
    done = subprocess.run([PROBE], input=("\n".join(lines) + "\n").encode(),
                          check=True, stdout=subprocess.PIPE)
    said = iter(done.stdout.decode().split("\n"))
    return [[next(said) for _ in environments] for _, environments in rows]


def refused_on_purpose(text, kinds):
    """Why we may refuse what the library takes; "" if we may not."""
    if kinds:
        return kinds[0]
    if "\\" in text:
        return "a backslash"
    if re.search("[\x00-\x08\x0a-\x1f\x7f\x85\u2028\u2029\ufeff]", text):
        return "a control character"
    return ""


def compare(place, rows):
    """Fail unless both give the same for ROWS; how often which answer, and
    what was refused on purpose."""
    ours = ask_probe([(("marker", text), facts) for text, facts in rows])
    theirs = ask_oracle(rows)
    counts, differences = {}, []
    for (text, facts), said, (answers, kinds) in zip(rows, ours, theirs):
        for fact, mine, theirs_one in zip(facts, said, answers):
            word = mine.split()[0]
            right = (theirs_one if theirs_one == "refused"
                     else "true" if theirs_one else "false")
            purpose = word == "refused" and refused_on_purpose(text, kinds)
            if purpose and right != word:
                word = right = "refused for " + purpose
            counts[word] = counts.get(word, 0) + 1
            if word != right:
                differences.append("%r: %s, but packaging: %s\n  %r" % (
                    text, mine, theirs_one, fact))
    place.commands.append("MARKERS_SEED=" + SEED)
    want(not differences, "%d of %d differ" % (len(differences), len(rows)),
         *differences[:20])
    return counts


def note(name, counts):
    """Print what was compared."""
    tap.put("# %s: %s" % (name, ", ".join(
        "%d %s" % (n, word) for word, n in sorted(counts.items()))))


# ---- the tests --------------------------------------------------------------

def markers_of_projects():
    """The markers in METADATA, each once."""
    with open(once(KEPT, "report.json", make_report), encoding="utf-8") as file:
        found = json.load(file)["install"]
    lines = [line for one in found
             for line in one["metadata"].get("requires_dist", ())]
    markers = sorted({line.partition(";")[2].strip() for line in lines
                      if ";" in line})
    tap.put("# %d projects, %d requirements, %d different markers" % (
        len(found), len(lines), len(markers)))
    return markers


def test_generated(place):
    """Made-up markers, each with three sets of facts."""
    source = random.Random(SEED)
    rows = [(generate.marker(source),
             [generate.facts(source) for _ in range(3)])
            for _ in range(COUNT)]
    rows = [row for row in rows if "\n" not in row[0] and "\x1f" not in row[0]]
    counts = compare(place, rows)
    note("%d generated markers, 3 sets of facts" % len(rows), counts)
    want(min(counts.get(word, 0) for word in ("true", "false", "refused")) >
         COUNT / 10, "not all answers are among them", counts)


def test_projects(place):
    """Real markers, with real facts."""
    source = random.Random(SEED)
    rows = [(text, [generate.facts(source) for _ in range(20)])
            for text in markers_of_projects()]
    note("markers of projects, 20 sets of facts", compare(place, rows))


def choices(source, facts):
    """Ten variants of FACTS with all that is unknown filled in."""
    for _ in range(10):
        made = generate.facts(source)
        full = {}
        for name, value in facts.items():
            if isinstance(value, tuple):
                value = value[0].partition("a")[0][:-1] + source.choice(
                    ["0a1", "0rc1", "0", "1", "3", "4", "5", "18", "25"])
            full[name] = made[name] if value is None else value
        yield full


def test_unknown(place):
    """Decisions in spite of unknown facts are those of the library, whatever
    the facts are."""
    source = random.Random(SEED + "unknown")
    rows, decided = [], 0
    for _ in range(COUNT):
        facts = generate.facts(source)
        for name in ("extra", "extras", "dependency_groups"):
            facts.setdefault(name, "" if name == "extra" else [])
        for name in generate.TEXTS:
            if source.random() < 0.4:
                facts[name] = None
        if source.random() < 0.7:
            minor = source.choice(["3.9", "3.12", "3.13"])
            facts["python_full_version"] = (minor + ".0a0", minor + ".99999")
        rows.append((generate.marker(source), facts))
    said = ask_probe([(("marker", text), [facts]) for text, facts in rows])
    sure = [(text, list(choices(source, facts)), answer[0])
            for (text, facts), answer in zip(rows, said)
            if answer[0] in ("true", "false")]
    for (text, facts, mine), (answers, _) in zip(
            sure, ask_oracle([row[:2] for row in sure])):
        for fact, theirs in zip(facts, answers):
            decided += 1
            # for some values "3" ~= VARIABLE has no meaning
            if theirs != "refused" and (mine == "true") != theirs:
                raise Failure("%r: %s, but packaging: %s\n  %r" % (
                    text, mine, theirs, fact))
    words = [answer[0].split()[0] for answer in said]
    note("%d markers with unknown facts" % len(rows),
         {word: words.count(word) for word in set(words)})
    want(decided > COUNT, "few are decided", decided)
    place.commands.append("MARKERS_SEED=" + SEED)


def test_dependencies(place):
    """The same dependency specifiers are read, and written alike."""
    source = random.Random(SEED + "dependencies")
    texts = [generate.dependency(source) for _ in range(COUNT)]
    texts = [text for text in texts if not re.search("[\n\x1f]", text)]
    said = ask_probe([(("dependency", text), [{}]) for text in texts])
    again = [answer.partition(" ")[2] for answer, in said]
    # what we write means the same to the library
    theirs = ask_oracle(texts)
    ours = ask_oracle(again)
    counts, differences = {}, []
    for text, (answer,), (want_one, kinds), (got, _) in zip(
            texts, said, theirs, ours):
        refused = answer.startswith("refused")
        word = "refused" if refused else "read"
        if refused and want_one and refused_on_purpose(text, kinds):
            word += " on purpose"
        elif refused != (want_one is None) or not refused and got != want_one:
            differences.append("%r: %s, but packaging: %s" % (
                text, answer, want_one))
        counts[word] = counts.get(word, 0) + 1
    place.commands.append("MARKERS_SEED=" + SEED)
    want(not differences, "%d of %d differ" % (len(differences), len(texts)),
         *differences[:20])
    note("%d dependency specifiers" % len(texts), counts)
    want(min(counts["read"], counts["refused"]) > COUNT / 10,
         "not all answers are among them", counts)


def lines_of_lock(path):
    """Rows (name==version, marker) of a lock."""
    with open(path, encoding="utf-8") as file:
        text = re.sub(r"^\s*#.*\n", "", file.read().replace("\\\n", ""),
                      flags=re.M)
    for line in text.splitlines():
        pin = re.match(r"([\w.-]+)(?:\[.*?\])?==(\S+)(?: ?; ?(.*?))?\s*(--|$)",
                       line)
        if pin:
            yield "%s==%s" % pin.group(1, 2), pin.group(3) or ""


def test_locks(place):
    """Select the same lines of locks."""
    directory = once(KEPT, "locks", make_locks)
    source = random.Random(SEED)
    names = sorted(name for name in os.listdir(directory)
                   if name.endswith(".txt") and name != "in.txt")
    want(len(names) == 5, "other locks than expected", names)
    for name in names:
        path = os.path.join(directory, name)
        lines = list(lines_of_lock(path))
        markers = sorted({marker for _, marker in lines if marker})
        environments = [real_facts(source) for _ in range(40)]
        note(name + ", %d lines" % len(lines),
             compare(place, [(text, environments) for text in markers]))
        answers = dict(zip(markers, (row for row, _ in ask_oracle(
            [(text, environments) for text in markers]))))
        ours, = ask_probe([(("select", path), environments)])
        for i, said in enumerate(ours):
            expected = sorted(pin for pin, marker in lines
                              if not marker or answers[marker][i])
            want(said.split()[0] == "selected" and
                 sorted(said.split()[1:]) == expected,
                 "%s: %s" % (name, said), expected, environments[i])


def real_facts(source):
    """Facts of an interpreter that there may be."""
    minor = source.randint(8, 15)
    made = generate.facts(source)
    made.update(python_version="3.%d" % minor, extra="",
                python_full_version="3.%d.%d" % (minor, source.randint(0, 20)))
    return made


TESTS = [("generated markers", test_generated),
         ("markers with unknown facts", test_unknown),
         ("dependency specifiers", test_dependencies),
         ("markers in the METADATA of projects", test_projects)]
if MORE:
    TESTS.append(("markers in locks", test_locks))


def main(words):
    """All tests, or those asked for."""
    os.environ.update(LC_ALL="C.UTF-8", PIP_CONFIG_FILE="/dev/null")
    try:
        environment(KEPT, "env", "-U", "packaging", "pip")
        version = call([PYTHON, "-c", "import packaging; "
                        "print(packaging.__version__)"]).decode().strip()
    except Skip as reason:
        return tap.skip_suite("markers as packaging", reason)
    print("# packaging " + version)
    return tap.run_suite(TESTS, words, "BUILD=%s python3 %s" % (
        BUILD, os.path.join(HERE, "as_packaging.py")), "venvbox-markers.")


if __name__ == "__main__":
    sys.exit(not main(sys.argv[1:]))
