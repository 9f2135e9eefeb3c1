"""
usage: python3 tests/toml/as_tomllib.py [--keep] [PATTERN...]

The TOML that we read is what Python's tomllib reads, and what it refuses is
refused: made-up documents, and small changes of real ones. PATTERN chooses
tests by a part of their names. TOML_MORE=1: many more of them, and the public
suite toml-test, which needs Go's module downloader. TOML_SEED chooses others.
BUILD is where our probe is, and where that suite is kept. The output is TAP.
"""

import datetime
import json
import os
import random
import re
import shutil
import subprocess
import sys

try:
    import tomllib
except ImportError:
    tomllib = None

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.append(ROOT + "/tests")

import generate
import tap
from tap import Skip, want

BUILD = os.environ.get("BUILD", os.path.join(ROOT, "build"))
PROBE = BUILD + "/san/tests/toml/toml_probe"
MORE = os.environ.get("TOML_MORE") == "1"
SEED = os.environ.get("TOML_SEED", "1")
COUNT = 400000 if MORE else 20000
SUITE = "github.com/toml-lang/toml-test/v2@v2.2.0"
KINDS = {"bool": "boolean", "datetime": "offset date-time",
         "datetime-local": "local date-time", "date-local": "local date",
         "time-local": "local time"}


# ---- one form for all -------------------------------------------------------

def moment(kind, text):
    """A date or time as Python writes it."""
    text = re.sub(r"(\.\d{1,6})\d*", lambda m: m[1].ljust(7, "0"),
                  text.upper().replace("Z", "+00:00"))
    cls = {"local date": datetime.date,
           "local time": datetime.time}.get(kind, datetime.datetime)
    return cls.fromisoformat(text).isoformat()


def scalar(kind, text):
    """[KIND, VALUE] of a value that is written as TEXT."""
    if kind == "integer":
        return [kind, int(text, 0)]
    if kind == "float":
        return [kind, repr(float(text)).lstrip("-" if "nan" in text else "")]
    if "date" in kind or "time" in kind:
        return [kind, moment(kind, text)]
    return [kind, text]


def of_probe(node):
    """Read the output of our probe."""
    kind, content = node
    if kind == "table":
        return [kind, [[key, of_probe(value)] for key, value in content]]
    if kind == "array":
        return [kind, [of_probe(value) for value in content]]
    return scalar(kind, content)


def of_python(value):
    """Convert the result of tomllib."""
    if isinstance(value, dict):
        return ["table", [[key, of_python(one)] for key, one in value.items()]]
    if isinstance(value, list):
        return ["array", [of_python(one) for one in value]]
    if isinstance(value, bool):
        return ["boolean", "true" if value else "false"]
    if isinstance(value, datetime.datetime):
        return ["offset date-time" if value.tzinfo else "local date-time",
                value.isoformat()]
    if isinstance(value, (datetime.date, datetime.time)):
        return ["local date" if isinstance(value, datetime.date)
                else "local time", value.isoformat()]
    return [{str: "string", int: "integer", float: "float"}[type(value)],
            repr(value) if isinstance(value, float) else value]


def of_suite(value):
    """Convert the expectation of the public suite."""
    if isinstance(value, list):
        return ["array", [of_suite(one) for one in value]]
    if isinstance(value.get("type"), str):
        kind = value["type"]
        return scalar(KINDS.get(kind, kind), value["value"])
    return ["table", [[key, of_suite(one)] for key, one in value.items()]]


def in_order(tree):
    """A tree with its tables sorted by key."""
    kind, content = tree
    if kind == "table":
        content = sorted([key, in_order(one)] for key, one in content)
    elif kind == "array":
        content = [in_order(one) for one in content]
    return [kind, content]


# ---- asking both ------------------------------------------------------------

def ask_probe(documents):
    """Return our answer to each: a tree, or a string if it is refused."""
    request = b"".join(b"%d\n%s" % (len(one), one) for one in documents)
    done = subprocess.run([PROBE], input=request, check=True,
                          stdout=subprocess.PIPE)
    said = [json.loads(line) for line in done.stdout.splitlines()]
    want(len(said) == len(documents), "%d answers" % len(said))
    return [one if isinstance(one, str) else of_probe(one) for one in said]


def ask_tomllib(document):
    """Return tomllib's answer: a tree, or a string."""
    try:
        return of_python(tomllib.loads(document.decode()))
    except ValueError as error:
        return str(error)


def compare(place, name, documents):
    """Fail unless both say the same of DOCUMENTS, in which both answers are."""
    differences, accepted = [], 0
    for document, ours in zip(documents, ask_probe(documents)):
        theirs = ask_tomllib(document)
        accepted += not isinstance(theirs, str)
        if isinstance(ours, str) != isinstance(theirs, str) or (
                not isinstance(ours, str) and ours != theirs):
            differences.append("%r: %s, but tomllib: %s" % (
                document, ours, theirs))
    place.commands.append("TOML_SEED=" + SEED)
    print("# %s: %d documents, %d valid" % (name, len(documents), accepted))
    want(not differences, "%d of %d differ" % (
        len(differences), len(documents)), *differences[:20])
    want(len(documents) / 10 < accepted < len(documents) * 9 / 10,
         "not both answers are among them", accepted)


# ---- the tests --------------------------------------------------------------

def samples():
    """Real documents to change: those of the fuzzer."""
    directory = ROOT + "/tests/fuzz/toml.corpus"
    for name in sorted(os.listdir(directory)):
        with open(os.path.join(directory, name), "rb") as file:
            yield file.read()


def test_generated(place):
    """Made-up documents."""
    source = random.Random(SEED)
    compare(place, "made-up documents",
            [generate.document(source) for _ in range(COUNT)])


def test_tables(place):
    """Tables that are defined in all ways, many of them twice."""
    source = random.Random(SEED + "tables")
    compare(place, "documents of tables",
            [generate.tables(source) for _ in range(COUNT)])


def test_mutated(place):
    """Valid documents that have been changed."""
    source = random.Random(SEED + "mutated")
    made = [generate.document(source) for _ in range(2000)]
    valid = [one for one in made if not isinstance(ask_tomllib(one), str)]
    valid += list(samples()) * 20
    compare(place, "changed documents",
            [generate.mutate(source, source.choice(valid), valid)
             for _ in range(COUNT)])


def suite():
    """The directory of the public suite."""
    if not shutil.which("go"):
        raise Skip("no Go, which downloads it")
    cache = os.path.join(os.path.abspath(BUILD), "toml", "go")
    os.makedirs(cache, exist_ok=True)
    done = subprocess.run(
        ["go", "mod", "download", "-json", SUITE], cwd=cache, check=False,
        env=dict(os.environ, GOMODCACHE=cache, GOFLAGS="-modcacherw"),
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=600)
    if done.returncode != 0:
        raise Skip("cannot be fetched: %r" % done.stdout[-200:].decode())
    return json.loads(done.stdout)["Dir"] + "/tests"


def test_suite(_):
    """The public suite."""
    directory = suite()

    def read(name):
        with open(os.path.join(directory, name), "rb") as file:
            return file.read()

    names = [name for name in read("files-toml-1.0.0").decode().split()
             if name.endswith(".toml")]
    wrong, counts = [], {"valid": 0, "invalid": 0}
    for name, ours in zip(names, ask_probe([read(name) for name in names])):
        expected = "an error"
        if name.startswith("valid/"):
            expected = in_order(of_suite(json.loads(read(name[:-4] + "json"))))
            agree = not isinstance(ours, str) and in_order(ours) == expected
        else:
            agree = isinstance(ours, str)
        counts[name.partition("/")[0]] += agree
        if not agree:
            wrong.append("%s: %s, expected %s" % (name, ours, expected))
    print("# toml-test: %(valid)d valid and %(invalid)d invalid documents agree"
          % counts)
    want(not wrong, "%d of %d are wrong" % (len(wrong), len(names)), *wrong)
    want(counts == {"valid": 205, "invalid": 474}, "others than expected",
         counts)


def is_oracle():
    """Does this Python read TOML 1.0, not 1.1?"""
    return tomllib and isinstance(ask_tomllib(b'a = "\\e"'), str)


TESTS = [("made-up documents are read as tomllib reads them", test_generated),
         ("tables are defined where tomllib allows it", test_tables),
         ("changed documents are read as tomllib reads them", test_mutated)]
if MORE:
    TESTS.append(("the documents of toml-test are read as it expects",
                  test_suite))


def main(words):
    """All tests, or those asked for."""
    if hasattr(sys, "set_int_max_str_digits"):
        sys.set_int_max_str_digits(0)
    if not is_oracle():
        return tap.skip_suite("TOML as tomllib", "this Python has no tomllib "
                              "that reads TOML 1.0")
    return tap.run_suite(TESTS, words, "BUILD=%s python3 %s" % (
        BUILD, os.path.join(HERE, "as_tomllib.py")), "venvbox-toml.")


if __name__ == "__main__":
    sys.exit(not main(sys.argv[1:]))
