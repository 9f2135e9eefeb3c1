"""
What pip says of requirements files. Runs in an environment that has it: reads lines
of JSON, {"path", "cwd", "constraint", "ours"}, where "ours" is the answer of our
probe, and writes a line for each: "theirs", the same in pip's words or {"refused":
REASON}; "ours", in the same form; and "excuses", the intended differences, by file
and line.
"""

import json
import logging
import optparse
import os
import re
import shlex
import sys
import urllib.parse
import warnings

from pip._internal.exceptions import InstallationError, PipError
from pip._internal.models.format_control import FormatControl
from pip._internal.models.link import Link
from pip._internal.models.release_control import ReleaseControl
from pip._internal.models.search_scope import SearchScope
from pip._internal.models.wheel import Wheel
from pip._internal.network.session import PipSession
from pip._internal.req import req_file
from pip._internal.req.constructors import (install_req_from_parsed_requirement,
                                            parse_req_from_line)
from pip._internal.req.req_install import check_invalid_constraint_type
from pip._internal.utils.urls import strip_extras
from pip._internal.utils.filetypes import is_archive_file
from pip._internal.vcs import is_url
from pip._vendor.packaging._parser import Variable
from pip._vendor.packaging.markers import (InvalidMarker, Marker,
                                               UndefinedComparison)
from pip._vendor.packaging.specifiers import SpecifierSet
from pip._vendor.packaging.utils import canonicalize_name

FLAWS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x85\u2028\u2029\ufeff]")
BLANKS = re.compile("[\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")
LENGTHS = {"sha256": 64, "sha384": 96, "sha512": 128}
SETS = ("extras", "dependency_groups")
# pip takes "[x]" at the end of a URL or after "===" for extras as well
ANYTHING = "a URL that ends like extras"
# pip makes a file: URL with "../" anew, without its host and fragment
DROPPED = "a hash that pip drops"


class Session(PipSession):
    """A session without a network."""

    def request(self, method, url, *args, **kwargs):
        if not url.startswith("file:"):
            raise InstallationError("needs the network")
        return super().request(method, url, *args, **kwargs)

    def add_trusted_host(self, *_args, **_kwargs):
        """Any host."""

    def update_index_urls(self, _urls):
        """Not for another file."""


class Finder:
    """As much of pip's finder as a requirements file sets."""

    def __init__(self):
        self.search_scope = SearchScope([], [], False)
        self.format_control = FormatControl()
        self.release_control = ReleaseControl()

    find_links = property(lambda self: self.search_scope.find_links)
    index_urls = property(lambda self: self.search_scope.index_urls)

    def set_release_control(self, control):
        """As pip's."""
        self.release_control = control

    def set_prefer_binary(self):
        """No effect here."""


SESSION = Session()


# ---- what pip reads ---------------------------------------------------------

def place_of(url):
    """The path of a place, None if it is not on this host."""
    if is_url(url):
        link = Link(url)
        return os.path.abspath(link.file_path) if link.is_file else None
    return os.path.abspath(url)


def index_place(url):
    """The path of an index: without a scheme it must look like a path."""
    if not is_url(url) and "/" not in url and not url.startswith("."):
        return None
    return place_of(url)


def location_of(link):
    """Where the link leads."""
    if link is None:
        return None
    if link.is_file:
        return os.path.normpath(os.path.abspath(link.file_path))
    return link.url.partition("#")[0]


def row_of(parsed, req):
    """A requirement in the form that is compared."""
    link = req.link
    if req.constraint:
        problem = check_invalid_constraint_type(req)
        if problem:
            raise InstallationError(problem)
    if link and not req.editable:
        if link.scheme not in ("file", "http", "https", "ftp") and (
                not link.is_vcs):
            raise InstallationError("no such scheme")
        if link.is_wheel:
            name = canonicalize_name(Wheel(link.filename).name)
            if name != canonicalize_name(req.name):
                raise InstallationError("the wheel of another project")
    specifiers = req.req.specifier if req.req else ()
    return {
        "project": canonicalize_name(req.name) if req.name else None,
        "extras": sorted({canonicalize_name(x) for x in req.extras}),
        "specifiers": sorted(map(str, specifiers)),
        "location": location_of(link),
        "wheel": link.filename if link and link.is_wheel else None,
        "marker": str(req.markers) if req.markers else None,
        "hashes": sorted("%s:%s" % (name, one.lower())
                         for name, values in req.hash_options.items()
                         for one in values),
        "url_hash": "%s:%s" % (link.hash_name, link.hash.lower())
                    if link and link.has_hash else None,
        "editable": req.editable,
        "file": re.sub("^line [0-9]+ of ", "", parsed.line_source),
        "line": int(parsed.line_source.split()[1]),
    }


def local_file(name):
    """The path of a file that was read, which may be a file: URL."""
    return Link(name).file_path if name.startswith("file:") else name


def ask_pip(path, constraint):
    """Return pip's reading of the file."""
    finder = Finder()
    options = optparse.Values({"features_enabled": [], "require_hashes": False,
                               "no_require_hashes": False})
    rows = {True: [], False: []}
    seen = set()
    for parsed in req_file.parse_requirements(path, SESSION, finder, options,
                                              constraint):
        req = install_req_from_parsed_requirement(parsed, user_supplied=True)
        row = row_of(parsed, req)
        row["file"] = local_file(row["file"])
        key = row["file"], row["line"], req.constraint
        if key not in seen:
            rows[req.constraint].append(row)
        seen.add(key)
    scope, releases = finder.search_scope, finder.release_control
    places = [[False, place_of(one)] for one in scope.find_links]
    places += [[True, index_place(one)] for one in scope.index_urls]
    return {
        "wanted": rows[False], "constraints": rows[True],
        "places": [one for one in places if one[1]],
        "require_hashes": options.require_hashes,
        "no_require_hashes": options.no_require_hashes,
        "pre": ":all:" in releases.all_releases,
        "all_releases": sorted(releases.all_releases),
        "only_final": sorted(releases.only_final),
        "no_binary": sorted(finder.format_control.no_binary),
        "only_binary": sorted(finder.format_control.only_binary),
    }


def same_form(ours):
    """Our answer in the same form."""
    if "refused" in ours:
        return ours
    for row in ours["wanted"] + ours["constraints"]:
        row["specifiers"] = sorted(map(str, SpecifierSet(row["specifiers"])))
        if row["marker"]:
            row["marker"] = str(Marker(row["marker"]))
        row["hashes"] = sorted(row["hashes"])
        row["file"] = os.path.normpath(row["file"])
        del row["unsupported"]
    for name in ("all_releases", "only_final", "no_binary", "only_binary"):
        ours[name] = sorted(ours[name])
    return ours


# ---- intended differences ---------------------------------------------------

def marker_excuses(text):
    """Comparisons that only packaging takes (tests/markers)."""
    def kinds(markers):
        for item in markers:
            if isinstance(item, list):
                yield from kinds(item)
            elif isinstance(item, tuple):
                names = [x.value for x in (item[0], item[2])
                         if isinstance(x, Variable)]
                if len(names) != 1:
                    yield "a marker that does not compare one variable"
                elif names[0] in SETS and item[1].value not in ("in",
                                                                "not in"):
                    yield "a marker that compares a set"
    if "\\" in text:
        yield "a backslash in a marker"
    try:
        marker = Marker(text)
        yield from kinds(marker._markers)
        marker.evaluate({"extra": "", "extras": set(),
                         "dependency_groups": set()})
    except InvalidMarker:
        pass
    except (UndefinedComparison, KeyError):
        yield "a marker that cannot be evaluated"


def url_excuses(url):
    """Links that only pip takes."""
    if "\t" in url:
        yield "a TAB in a URL"
    if "%00" in url:
        yield "a NUL in a URL"
    parts = urllib.parse.urlsplit(url)
    if parts.scheme == "file" and parts.netloc not in ("", "localhost"):
        yield "a file: URL of another host"
    try:
        link = Link(url)
    except (PipError, ValueError):
        return
    if link.has_hash:
        length = LENGTHS.get(link.hash_name)
        if not length:
            yield "a weak hash in a URL"
        elif not re.fullmatch("[0-9a-fA-F]{%d}" % length, link.hash):
            yield "a hash in a URL that cannot fit"


def requirement_excuses(args, options, constraint):
    """Requirements that only pip takes."""
    text = args.strip()
    try:
        parts = parse_req_from_line(args, None)
    except (PipError, ValueError, AssertionError):
        return
    sign = "; " if is_url(args) else ";"
    name, _, marker = text.partition(sign)
    if name.strip().endswith("]") and re.search("@|===", name):
        yield ANYTHING
    if re.search("===[ )]*$", name):
        yield "=== without a text"
    if is_url(name):
        yield from url_excuses(name.strip())
        if "../" in name:
            yield DROPPED
    yield from marker_excuses(marker)
    try:
        link = parts.link or (parts.requirement and parts.requirement.url and
                              Link(parts.requirement.url))
    except (PipError, ValueError):
        return
    if not link:
        return
    yield from url_excuses(link.url)
    if link.is_wheel and not re.search(r"(-\w+(\.\w+)*){3}\.whl$",
                                       link.filename, re.A):
        yield "a tag with other characters in a wheel's name"
    if marker.strip():
        return
    if parts.requirement and constraint:
        return
    if link.is_vcs:
        yield "needs a build"
    elif not link.is_wheel:
        yield "only wheels can be installed"
    elif not link.is_file and not link.has_hash and not options.hashes:
        yield "needs the network"


def editable_excuses(value):
    """List requirements that only pip installs with -e."""
    if is_url(value) or strip_extras(value)[1] or not os.path.isdir(value):
        yield "-e of something else than a directory"


def line_excuses(text, constraint):
    """Lines that only pip takes."""
    args, words = req_file.break_args_options(text)
    parser = req_file.build_parser()
    try:
        words = shlex.split(words)
        options, rest = parser.parse_args(words)
    except (PipError, ValueError, req_file.OptionParsingError) as error:
        if "--use-feature" in str(getattr(error, "msg", error)):
            yield "an unknown feature"
        return
    if rest or ("--" in words and words[-1] != "--"):
        yield "words that pip ignores"
    named = (len(options.requirements) + len(options.constraints) +
             len(options.editables))
    if named and (args or named > 1 or len([
            one for one in words if one.startswith("-")]) > 1):
        yield "-r, -c or -e among others"
    for name, values in (options.hashes or {}).items():
        if not all(re.fullmatch("[0-9a-fA-F]{%d}" % LENGTHS[name], one)
                   for one in values):
            yield "a hash that cannot fit"
    if options.hashes and not args:
        yield "a hash without a requirement"
    if args:
        yield from requirement_excuses(args, options, constraint)
    elif options.editables:
        yield from editable_excuses(options.editables[0])
    if len(options.find_links) > 1:
        yield "several -f"
    for value in options.find_links:
        if is_url(value):
            yield from url_excuses(value)
    for value in [options.index_url, *options.extra_index_urls]:
        if value and is_url(value) and value != parser.defaults["index_url"]:
            yield from url_excuses(value)


def file_excuses(path, constraint):
    """(line, reason) of a file; line 0 is the whole file."""
    with open(path, "rb") as file:
        data = file.read()
    for mark, encoding in req_file.BOMS:
        if data.startswith(mark):
            if encoding.startswith("utf-32"):
                yield 0, "an encoding"
            text = data[len(mark):].decode(encoding, "replace")
            break
    else:
        text = data.decode("utf-8", "replace")
        if "\ufffd" in text:
            yield from ((n, "an encoding") for n in range(1, 200))
    first = 1  # of the logical line
    for number, one in enumerate(re.split("\r\n|\r|\n", text), 1):
        if FLAWS.search(one):
            yield number, "a control character"
        if BLANKS.search(one.partition(" #")[0]):
            yield first, "a blank that is not ASCII"
        if not one.endswith("\\"):
            first = number + 1
    for number, one in req_file.preprocess(text):
        if FLAWS.search(one):
            yield number, "a control character"
        if BLANKS.search(one):
            yield number, "a blank that is not ASCII"
        for reason in line_excuses(one, constraint):
            yield number, reason


def excuses_of(path, constraint, files):
    """Intended differences in FILES, by "FILE:LINE"."""
    found = {}
    for name, is_constraint in {(path, constraint), *files}:
        try:
            name = local_file(name)
            rows = list(file_excuses(name, is_constraint))
        except (OSError, ValueError):
            continue
        for number, reason in rows:
            found.setdefault("%s:%d" % (name, number), []).append(reason)
    return found


# ---- all --------------------------------------------------------------------

def main():
    """Answer until the end."""
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    optparse.OptionParser.print_usage = lambda *_: None
    read = set()
    get_file_content = req_file.get_file_content

    def recorded(url, session, *, constraint=False):
        read.add((url, constraint))
        return get_file_content(url, session, constraint=constraint)

    req_file.get_file_content = recorded
    for asked in sys.stdin:
        asked = json.loads(asked)
        os.chdir(asked["cwd"])
        read.clear()
        path, constraint = asked["path"], asked["constraint"]
        try:
            theirs = ask_pip(path, constraint)
        except (PipError, ValueError, AssertionError, OSError, LookupError,
                RecursionError) as error:
            theirs = {"refused": "%s: %s" % (type(error).__name__, error)}
        print(json.dumps({
            "theirs": theirs, "ours": same_form(asked["ours"]),
            "excuses": excuses_of(path, constraint, read)}))


if __name__ == "__main__":
    main()
