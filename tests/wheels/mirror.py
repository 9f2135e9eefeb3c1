"""
A directory with several versions of fifty projects from PyPI: pyvenv chooses from
it what the newest pip and uv choose, or there is a reason why not.
"""

import collections
import glob
import json
import os
import random
import re
import subprocess

import applications
import bench
from scenarios import newest
from tap import want

SEED = os.environ.get("SETS_SEED", "1")
COUNT = 60
# versions of the time; "": of today
DAYS = "2023-02-01", "2024-01-01", "2025-01-01", "2026-01-01", ""
PROJECTS = """
alembic attrs babel black boto3 celery cffi click cryptography django docutils
fastapi flake8 flask gunicorn httpx isort itsdangerous jinja2 jmespath jsonschema
markdown mkdocs mypy networkx packaging paramiko pydantic pynacl pytest
python-dateutil pytz pyyaml redis referencing requests rich setuptools sphinx
sqlalchemy starlette tenacity tox tqdm typer typing-extensions uvicorn virtualenv
werkzeug wheel
""".split()
OPERATORS = "<=", ">=", "<", "==", "!=", "~="


def mirror(b):
    """Return the directory, made once."""
    programs = applications.tools()
    python = "%d.%d" % b.base.minor

    def make(path):
        with open(path + "/roots.in", "w", encoding="utf-8") as file:
            file.write("\n".join(PROJECTS) + "\n")
        for day in DAYS:
            pins = "%s/pins%s.txt" % (path, day)
            applications.call(
                [programs + "/uv", "pip", "compile", "-q", "--no-header",
                 "--no-annotate", "--only-binary", ":all:",
                 "--python-version", python, "-o", pins,
                 *(["--exclude-newer", day] if day else []),
                 path + "/roots.in"])
            applications.call(
                [b.base.exe, "-m", "pip", "download", "-q", "--no-deps",
                 "--only-binary", ":all:", "-d", path + "/house", "-r", pins])
    return applications.once("mirror-" + python, make)


def normal(name):
    """The name as PEP 503 has it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def requirements(r, versions):
    """Some requirements at random."""
    lines = []
    for name in r.sample(PROJECTS, r.randint(1, 6)):
        there = versions[normal(name)]
        lines.append(name if r.random() < 0.6 else
                     name + r.choice(OPERATORS) + r.choice(there))
    return lines


def ours(b, top):
    """Return pyvenv's choice, {project: version}; None: nothing."""
    done = b.run_raw([bench.PROGRAM, "pyvenv", "-q", "-n", "--json", "-p",
                      b.base.exe, "--find-links", top + "/house", "-r",
                      "r.txt", "env"], cwd=b.path("set"))
    want(done.returncode in (0, 1), "pyvenv fails", done.stderr.decode())
    return None if done.returncode else {
        w["project"]: w["version"] for w in json.loads(done.stdout)["wheels"]}


def of_pip(b, top, pip):
    """Return pip's choice."""
    report = b.path("set") + "/report.json"
    done = b.run_raw([b.python, "-m", "pip", "--isolated", "install", "-q",
                      "--no-index", "--only-binary", ":all:", "--dry-run",
                      "--ignore-installed", "--report", report, "--find-links",
                      top + "/house", "-r", "r.txt"], cwd=b.path("set"),
                     env={"PYTHONPATH": pip.directory})
    if done.returncode:
        return None
    with open(report, encoding="utf-8") as file:
        return {normal(row["metadata"]["name"]): row["metadata"]["version"]
                for row in json.load(file)["install"]}


def of_uv(b, top):
    """Return uv's choice."""
    done = subprocess.run(
        [applications.tools() + "/uv", "pip", "compile", "-q", "--no-index",
         "--offline", "--find-links", top + "/house", "--no-annotate",
         "--no-header", "--only-binary", ":all:", "--python", b.base.exe,
         "r.txt"], cwd=b.path("set"), env=bench.ENVIRON,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, check=False)
    rows = re.findall(r"(?m)^([\w.-]+)(?:\[.*?\])?==(\S+)", done.stdout.decode())
    return None if done.returncode else {normal(n): v for n, v in rows}


def compare(b):
    """Compare sets of requirements."""
    pip, top = newest(b), mirror(b)
    versions = collections.defaultdict(list)
    b.make([])
    os.makedirs(b.path("set"))
    for file in sorted(glob.glob(top + "/house/*.whl")):
        name, version = os.path.basename(file).split("-")[:2]
        versions[normal(name)].append(version)
    same, different = collections.Counter(), []
    for number in range(COUNT):
        r = random.Random("%s-%d" % (SEED, number))
        lines = requirements(r, versions)
        with open(b.path("set") + "/r.txt", "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
        mine = ours(b, top)
        for tool, its in ("pip", of_pip(b, top, pip)), ("uv", of_uv(b, top)):
            same[tool] += mine == its
            if mine != its:
                different.append("%s: %s: ours %s, its %s" % (
                    tool, lines, mine, its))
    want(min(same.values()) >= COUNT * 0.95, "of %d, pip has %d and uv %d" % (
        COUNT, same["pip"], same["uv"]), *different[:40])


MORE = [("a directory with several versions of fifty projects", compare)]
