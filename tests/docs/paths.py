"""The files, make goals and suites that the pages for developers name exist."""

import glob
import os
import re

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
PAGES = ("CONTRIBUTING.md", "SECURITY.md", "lib/README.md", "tests/README.md")
# a name with a directory, or with an ending of a source
PATH = re.compile(r"[\w.*-]+(?:/[\w.*-]+)*/?")
ENDING = re.compile(r"\.(?:[ch1]|py|sh|bats|txt|md)$")
# made by a build or by the reader; NAME and the like are for any
NOT_HERE = re.compile(r"^(?:build|/|[*.]\b|\*\.)|[A-Z]{3,}(?!\.md)")


def places(page, near):
    """Return the directories in which PAGE may look for a file; the last one
    named in the same line is NEAR."""
    return [ROOT, os.path.join(ROOT, "lib"),
            os.path.dirname(os.path.join(ROOT, page)), near]


def missing_files(page, text):
    """Yield the names of files in TEXT that do not exist."""
    for line in text.splitlines():
        near = ROOT
        for word in re.findall(r"`([^`\s]+)`|\]\(([^)#:]+)\)", line):
            name = word[0] or word[1]
            if not PATH.fullmatch(name) or NOT_HERE.search(name) or not (
                    "/" in name or ENDING.search(name)):
                continue
            found = [path for place in places(page, near)
                     for path in glob.glob(os.path.join(place, name))]
            if found:
                near = os.path.dirname(found[0])
            else:
                yield f"{page}: {name}"


def missing_goals(page, text, makefile):
    """Yield the goals of make in TEXT that MAKEFILE does not have."""
    suites = re.search(r"^SUITES := ((?:.*\\\n)*.*)", makefile, re.M)[1].split()
    for words in re.findall(r"(?:`|^    |[;&] )make ([^`#\n;&]+)", text, re.M):
        for goal in re.findall(r"(?<!\S)[a-z][a-z-]*(?!\S|=)", words):
            suite = goal.removeprefix("check-")
            if suite != goal and (suite in suites or
                                  os.path.isdir(f"{ROOT}/tests/{suite}")):
                continue
            if not re.search(rf"^(?:[a-z -]* )?{goal}(?: [a-z -]*)?:(?!=)",
                             makefile, re.M):
                yield f"{page}: make {goal}"


def missing_suites(text):
    """Yield the suites in the table of tests/README.md that do not exist, and
    those that are not in it."""
    rows = re.findall(r"^\| (`.*?) \|", text, re.M)
    named = set(re.findall(r"`([a-z-]+)`", " ".join(rows)))
    with open(os.path.join(ROOT, "Makefile"), encoding="utf-8") as file:
        suites = set(re.search(r"^SUITES := ((?:.*\\\n)*.*)", file.read(),
                               re.M)[1].replace("\\", "").split())
    yield from (f"tests/README.md: no suite {name}" for name in named - suites)
    yield from (f"tests/README.md lacks {name}" for name in suites - named)


def flaws():
    """Return what the pages name and is not there."""
    wrong = []
    with open(os.path.join(ROOT, "Makefile"), encoding="utf-8") as file:
        makefile = file.read()
    for page in PAGES:
        with open(os.path.join(ROOT, page), encoding="utf-8") as file:
            text = file.read()
        wrong += missing_files(page, text)
        wrong += missing_goals(page, text, makefile)
        if page == "tests/README.md":
            wrong += missing_suites(text)
    return wrong
