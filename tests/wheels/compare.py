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

KIND = {stat.S_IFDIR: "dir", stat.S_IFLNK: "link", stat.S_IFREG: "file"}
RECORD = re.compile(r"lib(64)?/[^/]+/site-packages/[^/]+\.dist-info/RECORD$")
GUARD = ast.dump(ast.parse("__name__ == '__main__'", mode="eval").body)

# WHERE: "tree": NAME is a file; "record": NAME is the file that a row is of;
# "order": NAME is a RECORD. None is "not there".
Difference = collections.namedtuple("Difference", "where name ours theirs")


class Entry:
    """A name in a tree: its type, mode, and content or target."""

    def __init__(self, path):
        status = os.lstat(path)
        self.kind = KIND.get(stat.S_IFMT(status.st_mode), "special")
        self.mode = stat.S_IMODE(status.st_mode)
        self.data = b""
        if self.kind == "link":
            self.data = os.fsencode(os.readlink(path))
        elif self.kind == "file":
            with open(path, "rb") as file:
                self.data = file.read()

    def __eq__(self, other):
        return isinstance(other, Entry) and vars(self) == vars(other)

    def __repr__(self):
        text = self.data if len(self.data) < 500 else self.data[:500] + b"..."
        return "%s %04o %r" % (self.kind, self.mode, text)


def tree(top, compiled=False):
    """What is in TOP: its relative names to entries; what Python has compiled
    only if asked for."""
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
        self.table = table
        self.root = os.path.dirname(os.path.dirname(path))
        self.lines = table[path].data.decode().split("\r\n")
        self.rows = list(csv.reader(self.lines[:-1]))

    def name(self, row):
        """The name in the tree of ROW's file."""
        return os.path.normpath(os.path.join(self.root, row[0]))

    def wrong(self):
        """What this RECORD says that is not so."""
        wrong = [] if self.lines[-1] == "" else ["it does not end"]
        for row in self.rows:
            entry = self.table.get(self.name(row))
            kind, _, text = row[1].partition("=")
            if not entry:
                wrong.append("%s is not there" % row[0])
            elif not kind:
                if not row[0].endswith(".dist-info/RECORD"):
                    wrong.append("%s has no hash" % row[0])
            else:
                digest = hashlib.new(kind, entry.data).digest()
                code = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
                if text != code or row[2] != str(len(entry.data)):
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


def defects(table):
    """What is wrong with the RECORDs of the tree TABLE, in lines: whether they
    are true, and none lists a file twice."""
    wrong = []
    for path in filter(RECORD.match, table):
        listed, record = set(), Record(table, path)
        wrong += ["%s: %s" % (path, text) for text in record.wrong()]
        for name in map(record.name, record.rows):
            if name in listed:
                wrong.append("%s: %s is listed twice" % (path, name))
            listed.add(name)
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
