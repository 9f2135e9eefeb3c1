"""
What the library "packaging" says of locks. Runs in an environment that has it:
reads lines of JSON, [LOCK, [REQUEST...]], and writes one for each, a list with
an answer for each request: [SELECTED, STRICTER, LOOSER].

SELECTED is a list of [NAME, VERSION, KIND, FILES], or a text with the reason of
a refusal. STRICTER are reasons why we refuse what the library takes, LOOSER why
we take what it refuses: the intended differences, all of them. One more is in
the requests: we add the groups that are asked for to the default ones.
"""

import json
import logging
import os
import re
import sys
import tomllib
import urllib.parse

sys.path.append(os.path.dirname(os.path.dirname(os.path.abspath(__file__))) +
                "/markers")

import packaging.markers
from packaging.markers import Marker
from packaging.pylock import Pylock, PylockSelectError, PylockValidationError
from packaging.utils import (InvalidSdistFilename,
                             parse_sdist_filename, parse_wheel_filename)
from packaging.version import Version

from oracle import kinds_of

STRONG = {"sha256": 64, "sha384": 96, "sha512": 128}
REFUSALS = (PylockValidationError, PylockSelectError, KeyError,
            packaging.markers.UndefinedComparison)


def file_name(one, named=True):
    """The name of the file of a wheel, source distribution or archive."""
    if named and one.get("name"):
        return one["name"]
    if one.get("path"):
        return re.split(r"[/\\]", one["path"])[-1]
    path = urllib.parse.urlparse(one.get("url") or "").path
    return urllib.parse.unquote(path.rsplit("/", 1)[-1])


# ---- the intended differences -----------------------------------------------

def strict_hashes(one):
    """Hashes protect: one has to be strong, and all strong ones are checked."""
    strong = {kind: value for kind, value in one["hashes"].items()
              if kind in STRONG}
    if not strong:
        yield "no strong hash"
    for kind, value in strong.items():
        if not re.fullmatch("[0-9a-fA-F]{%d}" % STRONG[kind], value):
            yield "a hash that no file has"


def strict_file(one):
    """A size that no file has would never fit; and splitting a URL with blanks
    or ';' is left to others."""
    if not 0 <= one.get("size", 0) < 2 ** 63:
        yield "a size that no file has"
    if re.search("[\0- ;]", one.get("url") or ""):
        yield "a URL with blanks or parameters"


def strict_name(wheel):
    """Nothing but letters, digits and '_' is in a tag, nothing odd in the
    number of a build; it is a file name."""
    parts = file_name(wheel)[:-4].split("-")
    if not all(re.fullmatch(r"[0-9A-Za-z_]+(\.[0-9A-Za-z_]+)*", part)
               for part in parts[-3:]):
        yield "a tag that has other characters"
    if re.search("[\0-\x1f\x7f/]", file_name(wheel)):
        yield "a wheel's name that no file has"


def strict_archive(package, archive):
    """The name of a wheel tells what is in it before it is opened."""
    name = file_name(archive, named=False)
    if not name.endswith(".whl"):
        return
    yield from strict_hashes(archive)
    try:
        project, version = parse_wheel_filename(name)[:2]
    except ValueError:
        yield "an archive whose name is nearly one of a wheel"
        return
    if project != package["name"] or (
            "version" in package and version != Version(package["version"])):
        yield "an archive that is a wheel of another project or version"


def strict_marker(text):
    """The same as for all markers: tests/markers."""
    if "\\" in text:
        yield "a marker with a backslash"
    if re.search("[\x00-\x08\x0a-\x1f\x7f\x85\u2028\u2029\ufeff]", text):
        yield "a marker with a control character"
    for kind in kinds_of(Marker(text)._markers):
        yield "a marker with " + kind


def strict_environments(lock):
    """We read all markers before one of them holds."""
    for text in lock.get("environments", ()):
        yield from strict_marker(text)
        try:
            Marker(text).evaluate(context="requirement")
        except REFUSALS:
            yield "an environment that cannot be evaluated"


def stricter(lock):
    """Why we may refuse LOCK, which the library takes."""
    found = set(strict_environments(lock))
    for package in lock["packages"]:
        found.update(strict_marker(package.get("marker", "os_name == ''")))
        for wheel in package.get("wheels", ()):
            found.update(strict_hashes(wheel))
            found.update(strict_name(wheel))
        files = [package[kind] for kind in ("sdist", "archive")
                 if kind in package] + package.get("wheels", [])
        for one in files:
            found.update(strict_file(one))
        if "archive" in package:
            found.update(strict_archive(package, package["archive"]))
    return sorted(found)


def is_sdist_of(package):
    """Does the library take the file name of its source distribution?"""
    try:
        name, version = parse_sdist_filename(file_name(package["sdist"]))
    except InvalidSdistFilename:
        return False
    return name == package["name"] and (
        "version" not in package or version == Version(package["version"]))


def repair(lock):
    """Change LOCK to one that the library takes, where we take what it refuses;
    return why."""
    found = set()
    for package in lock["packages"]:
        # nothing is installed from it
        if package.get("sdist") and not is_sdist_of(package):
            package["sdist"]["name"] = "%s-%s.tar.gz" % (
                package["name"], Version(package.get("version", "1")))
            found.add("the name of a source distribution")
    return sorted(found)


# ---- asking -----------------------------------------------------------------

def tags_of(lock):
    """All tags of all wheels, because choosing by them is another step."""
    found = set()
    for package in lock.packages:
        for wheel in package.wheels or ():
            found |= parse_wheel_filename(wheel.filename)[-1]
    return sorted(found, key=str)


def describe(package, source):
    """[NAME, VERSION, KIND, FILES] of what was selected."""
    kind = type(source).__name__.replace("Package", "").lower()
    kind = "wheels" if kind == "wheel" else kind
    files = []
    if kind == "wheels":
        files = [wheel.filename for wheel in package.wheels]
    elif kind == "archive":
        name = file_name({"path": source.path, "url": source.url})
        files = [name] if name.endswith(".whl") else []
    return [package.name, str(package.version or ""), kind, files]


def select(lock, request):
    """Return the selection, or the reason of a refusal."""
    groups = None
    if request["groups"] or request["no_default"]:
        groups = request["groups"] + (
            [] if request["no_default"] else list(lock.default_groups or ()))
    try:
        return sorted(describe(*one) for one in lock.select(
            environment=request["environment"], tags=tags_of(lock),
            extras=request["extras"], dependency_groups=groups))
    except REFUSALS as error:
        return repr(error)


def read(lock):
    """The library's object for LOCK, or the reason of a refusal."""
    try:
        return Pylock.from_dict(lock)
    except PylockValidationError as error:
        return repr(error)


def answers(text, requests):
    """An answer for each request."""
    repaired = []
    if text.startswith("\ufeff"):
        text, repaired = text[1:], ["a byte order mark, as uv"]
    try:
        lock = tomllib.loads(text)
    except ValueError as error:
        return [[repr(error), [], []]] * len(requests)
    has_nul = "\\u0000" in json.dumps(lock, default=str)
    if lock.get("environments") == []:
        # pipenv writes it for all environments, and pip takes it so
        del lock["environments"]
        repaired.append("an empty list of environments, as pip")
    made = read(lock)
    if isinstance(made, str):
        try:
            repaired += repair(lock)
        except (AttributeError, KeyError, TypeError, ValueError):
            pass  # it has other flaws
        made = read(lock) if repaired else made
    if isinstance(made, str):
        return [[made, [], []]] * len(requests)
    reasons = ["a NUL character"] * has_nul + stricter(lock)
    return [[select(made, one), reasons, repaired] for one in requests]


def main():
    """Answer until the end."""
    logging.disable()
    for line in sys.stdin:
        print(json.dumps(answers(*json.loads(line))))


if __name__ == "__main__":
    main()
