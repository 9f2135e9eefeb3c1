"""Environments as flat tables of texts, and how two differ."""

import json
import os
import re
import stat

PROBE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "probe.py")
with open(PROBE, encoding="utf-8") as probe_file:
    PROBE_CODE = probe_file.read()


def tree(top):
    """List the files of TOP: "tree:NAME" to its type, mode and link target."""
    table = {}
    for directory, names, files in os.walk(top):
        for name in names + files:
            path = os.path.join(directory, name)
            mode = os.lstat(path).st_mode
            if stat.S_ISLNK(mode):
                text = "link " + os.readlink(path)
            elif stat.S_ISDIR(mode):
                text = "dir %04o" % stat.S_IMODE(mode)
            elif stat.S_ISREG(mode):
                text = "file %04o" % stat.S_IMODE(mode)
            else:
                text = "special"
            table["tree:" + os.path.relpath(path, top)] = text
    return table


def contents(top):
    """"text:NAME" to what is in each file of TOP/bin and TOP that is text."""
    table = {}
    for directory in "", "bin/":
        for entry in os.scandir(os.path.join(top, directory)):
            if entry.is_file(follow_symlinks=False):
                with open(entry.path, encoding="utf-8") as file:
                    table["text:" + directory + entry.name] = file.read()
    return table


def config(top):
    """pyvenv.cfg of TOP: "cfg:KEY" to its value, as site.py reads a line."""
    table = {}
    with open(os.path.join(top, "pyvenv.cfg"), encoding="utf-8") as lines:
        for line in lines:
            key, equals, value = line.partition("=")
            key = "cfg:" + key.strip().lower()
            if not equals or key in table:
                raise ValueError("bad line in pyvenv.cfg: %r" % line)
            table[key] = value.strip()
    table["cfg order"] = " ".join(key[4:] for key in table)
    return table


def behaviour(case, top, name="python"):
    """Return what the Python of TOP says of itself: "run:FACT" to its repr."""
    out = case.run([os.path.join(top, "bin", name), "-c", PROBE_CODE])
    return {"run:" + k: repr(v) for k, v in json.loads(out).items()}


def everything(case, top):
    """All of the above, TOP's parent directory replaced by @."""
    table = dict(tree(top), **config(top))
    table.update(behaviour(case, top))
    return placeholder(table, os.path.dirname(top))


def placeholder(table, parent):
    """TABLE with PARENT, a whole path, replaced by @."""
    pattern = re.compile(re.escape(parent) + r"(?=$|[/'])")
    return {key: pattern.sub("@", value) for key, value in table.items()}


def differences(ours, theirs):
    """Rows (key, value of ours, value of theirs); None is "not there"."""
    return [(key, ours.get(key), theirs.get(key))
            for key in sorted(ours.keys() | theirs.keys())
            if ours.get(key) != theirs.get(key)]
