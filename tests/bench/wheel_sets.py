"""The sets of wheels that tests/bench/peers installs."""

import hashlib
import os
import random
import sys
import types
import zipfile

import measure

sys.path += [os.path.join(os.path.dirname(measure.HERE), name)
             for name in ("", "wheels")]

import pypi
from tap import Skip

# pure ones: a small web application
SMALL = ["annotated-doc", "anyio", "certifi", "click", "h11", "httpcore",
         "httpx", "idna", "markdown-it-py", "mdurl", "pygments", "rich",
         "shellingham", "starlette", "typer", "typing-extensions", "uvicorn"]
# Django, Celery and what often comes with them
MEDIUM = ["amqp", "annotated-types", "asgiref", "attrs", "billiard", "boto3",
          "botocore", "celery", "certifi", "charset-normalizer", "click",
          "click-didyoumean", "click-plugins", "click-repl", "django",
          "django-cors-headers", "django-filter", "djangorestframework",
          "drf-spectacular", "gunicorn", "idna", "inflection", "jinja2",
          "jmespath", "jsonschema", "jsonschema-specifications", "kombu",
          "markupsafe", "packaging", "prompt-toolkit", "pydantic",
          "pydantic-core", "pydantic-settings", "python-dateutil",
          "python-dotenv", "pyyaml", "redis", "referencing", "requests",
          "rpds-py", "s3transfer", "sentry-sdk", "six", "sqlparse",
          "structlog", "typing-extensions", "typing-inspection", "tzlocal",
          "uritemplate", "urllib3", "vine", "wcwidth", "whitenoise"]
LARGE = ["cloudpickle", "joblib", "narwhals", "numpy", "pandas",
         "python-dateutil", "scikit-learn", "scipy", "six", "threadpoolctl",
         "tzdata"]


class WheelSet:
    """Wheels to install together."""

    def __init__(self, name, wheels, share, largest=False):
        self.name = name
        self.wheels = disjoint(wheels)
        self.share = share      # one round of SHARE is run
        self.largest = largest  # whether no bar compares it with a warm cache
        self.members = self.packed = self.unpacked = 0
        for wheel in self.wheels:
            with zipfile.ZipFile(wheel) as archive:
                self.members += len(archive.namelist())
                self.packed += os.path.getsize(wheel)
                self.unpacked += sum(i.file_size for i in archive.infolist())

    def __str__(self):
        return "%s: %d wheel%s, %d members, %.1f MB packed, %.1f unpacked" % (
            self.name, len(self.wheels), "s" if len(self.wheels) > 1 else "",
            self.members, self.packed / 1e6, self.unpacked / 1e6)


class Lock:
    """A lock of a set of wheels with their hashes, in files of the new
    directory TOP: pylock.toml, and requirements for those who do not find the
    wheels of a pylock.toml in a directory."""

    def __init__(self, wheels, top):
        os.mkdir(top)
        self.directory = top + "/wheels"
        self.pylock = top + "/pylock.toml"
        self.requirements = top + "/requirements.txt"
        os.mkdir(self.directory)
        for wheel in wheels:
            os.symlink(wheel, os.path.join(self.directory,
                                           os.path.basename(wheel)))
        rows = [self.row(wheel) for wheel in wheels]
        with open(self.pylock, "w", encoding="utf-8") as file:
            file.write('lock-version = "1.0"\ncreated-by = "bench"\n')
            file.writelines(
                '[[packages]]\nname = "%s"\nversion = "%s"\nwheels = [{name = '
                '"%s", url = "https://x.example/%s", hashes = {sha256 = "%s"}}'
                ']\n' % (name, version, wheel, wheel, digest)
                for name, version, wheel, digest in rows)
        with open(self.requirements, "w", encoding="utf-8") as file:
            file.writelines("%s==%s --hash=sha256:%s\n" % (
                name, version, digest) for name, version, _, digest in rows)

    @staticmethod
    def row(wheel):
        """Return the project, the version, the name and the hash of WHEEL."""
        file_name = os.path.basename(wheel)
        project, version = file_name.split("-")[:2]
        with open(wheel, "rb") as file:
            digest = hashlib.sha256(file.read()).hexdigest()
        return project.replace("_", "-").lower(), version, file_name, digest


def disjoint(wheels):
    """Return WHEELS without those that have a file of an earlier one: the
    floor program writes each file once."""
    taken, kept = {}, []
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            names = [n for n in archive.namelist() if not n.endswith("/")]
        shared = [name for name in names if name in taken]
        if shared:
            print("%s is left out: it has %s, as %s does" % (
                os.path.basename(wheel), shared[0], taken[shared[0]]))
            continue
        taken.update((name, os.path.basename(wheel)) for name in names)
        kept.append(wheel)
    return kept


def made_up(top, name, count, files, rnd):
    """Write COUNT wheels of FILES small files each. Return their paths."""
    names = ["%s%02d" % (name, i) for i in range(count)]
    return [measure.write_wheel(top, n, measure.small_files(n, files, rnd))
            for n in names]


def fetch(python, directory, cache, name, words):
    """Return the wheels of WORDS and of what these require, fetched by the pip
    that PYTHON finds in DIRECTORY. Skip: there is no registry."""
    return pypi.fetch(types.SimpleNamespace(exe=python),
                      types.SimpleNamespace(directory=directory), cache,
                      dict(os.environ), name, words, deps=True)


def wheel_sets(top, cache, fetcher):
    """Return all sets. FETCHER is None, or the Python and the directory of a
    pip that may ask a registry. Made-up wheels are written to TOP."""
    rnd = random.Random(1)
    rows = [("small application", SMALL, 1,
             lambda: made_up(top, "small", 15, 40, rnd)),
            ("medium application", MEDIUM, 2,
             lambda: made_up(top, "medium", 50, 150, rnd)),
            ("large files", LARGE, 3, lambda: [measure.write_wheel(
                top, "large", measure.large_files(60 << 20))])]
    sets = [WheelSet("pip alone", [measure.bundled_pip()], 1)]
    for name, words, share, make in rows:
        try:
            if not fetcher:
                raise Skip("there is no pip from a registry")
            wheels = fetch(*fetcher, cache,
                           name.replace(" ", "-") + "-complete", words)
        except Skip as why:
            print("%s: made-up wheels, because %s" % (name, why))
            wheels = make()
        sets.append(WheelSet(name, wheels, share, name == "large files"))
    many = measure.write_wheel(top, "many",
                               measure.small_files("many", 10000, rnd))
    return [*sets, WheelSet("10,000 small files", [many], 2)]
