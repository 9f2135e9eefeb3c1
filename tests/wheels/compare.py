"""
What an environment is, file by file, and how one that we made differs from one
that pip installed into: byte for byte, but for launchers, whose meaning counts.
"""

import ast
import base64
import collections
import csv
import hashlib
import os
import re
import shlex
import stat

BIG = 1 << 24  # bytes; a larger file is kept in memory as its SHA-256
KIND = {stat.S_IFDIR: "dir", stat.S_IFLNK: "link", stat.S_IFREG: "file"}
RECORD = re.compile(r"lib(64)?/[^/]+/site-packages/[^/]+\.dist-info/RECORD$")
GUARD = ast.dump(ast.parse("__name__ == '__main__'", mode="eval").body)

# WHERE: "tree": NAME is a file; "record": NAME is the file that a row is of;
# "order": NAME is a RECORD. None is "not there".
Difference = collections.namedtuple("Difference", "where name ours theirs")


class Entry:
    """A name in a tree: its type, mode, and content or target. For a big file,
    data is its SHA-256 and big its size."""

    def __init__(self, path):
        status = os.lstat(path)
        self.kind = KIND.get(stat.S_IFMT(status.st_mode), "special")
        self.mode = stat.S_IMODE(status.st_mode)
        self.data, self.big = b"", 0
        if self.kind == "link":
            self.data = os.fsencode(os.readlink(path))
        elif self.kind == "file":
            self.big = status.st_size if status.st_size > BIG else 0
            with open(path, "rb") as file:
                self.data = big_digest(file) if self.big else file.read()

    def has(self, kind, code, size):
        """Return True if a row of RECORD with this hash and size is true."""
        if not self.big:
            digest = hashlib.new(kind, self.data).digest()
        else:
            digest = self.data if kind == "sha256" else b""
        text = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        return (code, size) == (text, str(self.big or len(self.data)))

    def __eq__(self, other):
        return isinstance(other, Entry) and vars(self) == vars(other)

    def __repr__(self):
        text = self.data if len(self.data) < 500 else self.data[:500] + b"..."
        return "%s %04o %r" % (self.kind, self.mode, text)


def big_digest(file):
    """Return the SHA-256 of the rest of FILE."""
    found = hashlib.sha256()
    for part in iter(lambda: file.read(BIG), b""):
        found.update(part)
    return found.digest()


def tree(top, compiled=False):
    """Return the files of TOP: its relative names to entries; what Python has
    compiled only if asked for."""
    table = {}
    for directory, names, files in os.walk(top):
        if "__pycache__" in names and not compiled:
            names.remove("__pycache__")
        for name in names + files:
            path = os.path.join(directory, name)
            table[os.path.relpath(path, top)] = Entry(path)
    return table


def launcher(data):
    """A launcher taken apart: the interpreter that it starts, what it imports
    and how it ends; None if it is none."""
    lines = data.decode("utf-8", "surrogateescape").splitlines(True)
    if lines[:1] == ["#!/bin/sh\n"] and lines[3:]:
        # '''exec' INTERPRETER "$0" "$@"
        start = shlex.split(lines[1])[1:]
        del lines[1:3]
    else:
        start = [lines[0][2:-1], "$0", "$@"] if lines else []
    try:
        body = ast.parse("".join(lines[1:]).replace("coding", "")).body
    except SyntaxError:
        return None
    imports = [ast.dump(node) for node in body
               if isinstance(node, ast.ImportFrom)]
    guards = [node for node in body if isinstance(node, ast.If)]
    if (len(imports) != 1 or len(guards) != 1 or
            ast.dump(guards[0].test) != GUARD):
        return None
    return start, imports, ast.dump(guards[0].body[-1])


def same_launcher(ours, theirs):
    """True if two entries are launchers of the same meaning."""
    if (ours.kind, ours.mode) != (theirs.kind, theirs.mode):
        return False
    return launcher(ours.data) == launcher(theirs.data) is not None


class Record:
    """The RECORD at PATH of the tree TABLE."""

    def __init__(self, table, path):
        self.table, self.path = table, path
        name = os.path.basename(os.path.dirname(path)).split("-")[0]
        self.project = re.sub("[-_.]+", "-", name).lower()
        self.root = os.path.dirname(os.path.dirname(path))
        self.lines = table[path].data.decode().split("\r\n")
        self.rows = list(csv.reader(self.lines[:-1]))

    def name(self, row):
        """The name in the tree of ROW's file."""
        return os.path.normpath(os.path.join(self.root, row[0]))

    def is_true(self, name, entry):
        """Return True if a row says that the file NAME is ENTRY."""
        return any(entry.has(*row[1].split("=", 1), row[2]) for row in self.rows
                   if row[1] and self.name(row) == name)

    def wrong(self, others):
        """Return the errors of this RECORD, in lines. Do not compare the files
        in OTHERS: another project has overwritten them."""
        wrong = [] if self.lines[-1] == "" else ["it does not end"]
        for row in self.rows:
            entry = self.table.get(self.name(row))
            kind, _, text = row[1].partition("=")
            if not entry:
                wrong.append("%s is not there" % row[0])
            elif not kind:
                if not row[0].endswith(".dist-info/RECORD"):
                    wrong.append("%s has no hash" % row[0])
            elif self.name(row) not in others:
                if not entry.has(kind, text, row[2]):
                    wrong.append("hash or size of %s" % row[0])
        return wrong

    def table_without(self, names):
        """(name of the file, line) of each row, in their order; lines of the
        files NAMES without hash and size."""
        out = []
        for row, line in zip(self.rows, self.lines):
            name = self.name(row)
            if name in names:
                line = line[:-len(",".join(row[1:]))] + "*"
            out.append((name, line))
        return out


def records(table):
    """Return the RECORDs of the tree TABLE, sorted by project."""
    found = [Record(table, path) for path in filter(RECORD.match, table)]
    return sorted(found, key=lambda record: record.project)


def defects(table):
    """Return the errors of the RECORDs of the tree TABLE, in lines: false rows
    and files listed twice. If several list a file, only the last one's row has
    to be true."""
    wrong, later = [], set()
    for record in reversed(records(table)):
        listed = set()
        wrong += ["%s: %s" % (record.path, text)
                  for text in record.wrong(later)]
        for name in map(record.name, record.rows):
            if name in listed:
                wrong.append("%s: %s is listed twice" % (record.path, name))
            listed.add(name)
        later |= listed
    return wrong


def record_differences(path, ours, theirs, launchers):
    """The differences of two RECORDs."""
    a = Record(ours, path).table_without(launchers)
    b = Record(theirs, path).table_without(launchers)
    count = collections.Counter
    rows = [Difference("record", name, line, None)
            for name, line in (count(a) - count(b)).elements()]
    rows += [Difference("record", name, None, line)
             for name, line in (count(b) - count(a)).elements()]
    both = [list(dict.fromkeys(row for row in side if row in a and row in b))
            for side in (a, b)]
    if both[0] != both[1]:
        rows.append(Difference("order", path, *both))
    return rows


def differences(ours, theirs):
    """The differences of two trees."""
    launchers = {name for name in ours.keys() & theirs.keys()
                 if ours[name] != theirs[name] and
                 same_launcher(ours[name], theirs[name])}
    found = []
    for name in sorted((ours.keys() | theirs.keys()) - launchers):
        a, b = ours.get(name), theirs.get(name)
        if a and b and a != b and RECORD.match(name):
            found += record_differences(name, ours, theirs, launchers)
            if (a.kind, a.mode) == (b.kind, b.mode):
                continue
        if a != b:
            found.append(Difference("tree", name, a, b))
    return found
