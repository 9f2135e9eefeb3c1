"""usage: cells.py WHAT SHELL [ARG ...]

Runs cells of the matrix in SHELL and scores them. A cell is: look at the
state, enter an environment, look, leave, look again. WHAT is "names" (each
name as path, as prompt and as both), "states" (what a shell may be like
before, and what may happen in between), "options" (that and each option of the
shell the other way round), "child" (below another kind of shell,
where an environment is active), or several of these with "+" between them.
Prints what is wrong, then "N cells, N wrong, N refused"; the status is 1 if
there was a wrong one. From setup.bash: $E, where the environments are, $BIN
with our programs and $NAMES, a file with the names, a NUL after each. $FORMS, if
there is one, says which forms there are: "file".
"""
import concurrent.futures
import functools
import importlib
import os
import re
import subprocess
import sys
import tempfile

E = os.environb[b"E"]
# cells_posix for all others
MODULES = {"tcsh": "cells_csh", "bsd-csh": "cells_csh", "fish": "cells_fish",
           "nu": "cells_nu", "elvish": "cells_elvish",
           "xonsh": "cells_xonsh"}
VARIABLES = (b"PATH", b"VIRTUAL_ENV", b"VIRTUAL_ENV_PROMPT", b"PYTHONHOME")
# what some shells keep in the environment, until it is left
KEPT = b"_OLD_VIRTUAL_PATH", b"_OLD_VIRTUAL_PYTHONHOME"


class Cell:
    """A cell: the shell code of its parts, and what is wanted then.

    In what is wanted <P> is the PATH from before, <:P> that with a colon in
    front if it is not empty, <D> the directory and None means not set.
    """

    number = 0

    def __init__(self, label, directory, name, form, before="", enter="<E>",
                 leave="deactivate", active=None, after=None, other=b""):
        Cell.number += 1
        self.number = Cell.number
        self.label, self.form = label, form
        self.directory, self.name, self.other = directory, name, other
        self.before, self.enter, self.leave = before, enter, leave
        self.active = {"PATH": "<D>/bin<:P>", "VIRTUAL_ENV": "<D>",
                       "PYTHONHOME": None}
        self.active.update(active or {})
        self.after = after or {}

    def wanted(self, values, path):
        """VALUES in bytes; PATH is the one from before."""
        def fill(text):
            text = os.fsencode(text)
            text = text.replace(b"<:P>", b":" + path if path else b"")
            text = text.replace(b"<P>", path or b"")
            text = text.replace(b"<O>", self.other)
            return text.replace(b"<D>", self.directory)
        return {os.fsencode(k): None if v is None else fill(v)
                for k, v in values.items()}


def split(section):
    """The text in SECTION, and the environment after it as a dictionary."""
    first, *rest = section.split(b"\0")
    text, _, first = first.rpartition(b"\n")
    entries = [e.partition(b"=") for e in [first] + rest if e]
    env = {key: value for key, _, value in entries}
    for key in VARIABLES + KEPT:
        # a shell that has no others does not say them
        env.setdefault(b"@" + key, b"=" + env[key] if key in env else b"")
    return text + b"\n", env


def differing(one, other):
    """The texts ONE and OTHER without the lines that are the same in place."""
    pairs = list(zip(one.split(b"\n"), other.split(b"\n")))
    if one.count(b"\n") != other.count(b"\n"):
        return one, other
    return [b"\n".join(p[i] for p in pairs if p[0] != p[1]) for i in (0, 1)]


def score(cell, seen, shell):
    """Return what is wrong with CELL; SEEN are its sections; or None."""
    if len(seen.get(cell.number, ())) < 3:
        return "it did not come to its end"
    parts = seen[cell.number]
    text, before = split(parts["before"])
    path = before.get(b"@PATH", b"")[1:]

    want = cell.wanted(cell.active, path)
    want.setdefault(b"VIRTUAL_ENV_PROMPT", cell.name)
    want_text = shell.active_text(cell, want)
    if not parts["active"].startswith(want_text):
        return "active: printed %r, wanted %r" % (
            parts["active"][:len(want_text) + 200], want_text)
    env = split(b"\n" + parts["active"][len(want_text):])[1]
    for key, value in want.items():
        got = env.get(b"@" + key)
        if got != (b"" if value is None else b"=" + value):
            return "active: shell has %s %r, wanted %r" % (key, got, value)
        if key in VARIABLES and env.get(key) != value:
            return "active: exported %s is %r, wanted %r" % (
                key, env.get(key), value)

    end_text, end = split(parts["after"])
    want = cell.wanted(cell.after, path)
    for key, value in want.items():
        got = end.get(b"@" + key)
        if got != (b"" if value is None else b"=" + value):
            return "after: %s is %r, wanted %r" % (key, got, value)
        for where in before, end:
            for name in key, b"@" + key:
                where.pop(name, None)
    if before != end:
        return "after: environment %r" % sorted(
            set(before.items()) ^ set(end.items()))
    lines = [shell.lines(t, want) for t in differing(text, end_text)]
    if lines[0] != lines[1]:
        return "after: state %r" % sorted(set(lines[0]) ^ set(lines[1]))
    return None


def run(argv, cells, shell):
    """Run CELLS in one process; what is wrong, as a list of texts."""
    cwd = tempfile.mkdtemp(prefix="cells.", dir=os.getcwd())
    with open(cwd + "/keep", "wb") as script:
        script.write(shell.script(cells))
    with open(cwd + ".out", "ab+") as out:
        # -dash is what login calls dash
        try:
            # -dash is what login calls dash
            status = subprocess.run(
                argv + [cwd + "/keep"], executable=argv[0].lstrip("-"),
                cwd=cwd, stdout=out, stdin=subprocess.DEVNULL, stderr=out,
                timeout=300, check=False).returncode
        except subprocess.TimeoutExpired:
            status = -1
        out.seek(0)
        data = out.read()
    seen, at, wrong = {}, 0, []
    for mark in re.finditer(rb"@@@=(before|active|after) (\d+)\0", data):
        seen.setdefault(int(mark[2]), {})[mark[1].decode()] = \
            data[at:mark.start()]
        at = mark.end()
    if not seen.pop(0, None):
        return ["it did not start: %r" % data]
    for cell in cells:
        what = score(cell, seen, shell)
        if what:
            wrong.append("%s, %s: %s" % (cell.label, cell.form, what))
    if status != 0 or data[at:]:
        wrong.append("status %d, said %r" % (status, data[at:]))
    if os.listdir(cwd) != ["keep"]:
        wrong.append("there are new files: %r" % os.listdir(cwd))
    return wrong


def refuses(cell, shell):
    """Return what is wrong where activate-print must refuse CELL; or None."""
    done = subprocess.run(
        [os.environb[b"BIN"] + b"/activate-print", b"-s", shell.name, b"--",
         cell.directory], check=False, capture_output=True)
    if done.returncode == 1 and done.stdout == shell.fails and done.stderr:
        return []
    return ["%s: not refused" % cell.label]


@functools.cache
def names():
    """The names, as $NAMES has them."""
    with open(os.environ["NAMES"], "rb") as f:
        return f.read().split(b"\0")[:-1]


def name_cells(shell, few):
    """Each name as path, as prompt, and as both."""
    for kind in "path", "prompt", "both":
        for i, name in enumerate(names()):
            path = b"plain" if kind == "prompt" else name
            directory = b"%s/%s/%d/%s" % (E, kind.encode(), i, path)
            prompt = b"plain" if kind == "path" else name
            if not os.path.lexists(directory) or (few and i % 7 != few):
                continue
            for form in shell.forms:
                yield Cell("%s %r" % (kind, name), directory, prompt, form,
                           before=shell.plain)


def state_cells(shell, options):
    name = next(n for n in names() if n.startswith(b"=~"))
    directory = b"%s/both/%d/%s" % (E, names().index(name), name)
    for form in shell.forms:
        # the printed code is that of the file
        for label, how in shell.states(options and form == "file"):
            if how.pop("plain", None) == form:
                yield Cell(label, E + b"/path/0/plain", b"plain", form, **how)
            else:
                yield Cell(label, directory, name, form,
                           other=E + b"/both/1/a  b", **how)


def child_cells(shell):
    """For each other shell: below it another one is entered, or it is left."""
    directory = E + b"/path/0/plain"
    for parent in shell.parents(E + b"/both/1/a  b"):
        for form in shell.forms:
            yield parent, Cell(
                "below " + parent[0], directory, b"plain", form,
                active={"PATH": "<D>/bin:/usr/bin:/bin"},
                after={"PATH": "/usr/bin:/bin", "VIRTUAL_ENV": None,
                       "VIRTUAL_ENV_PROMPT": None})
        yield parent, Cell(
            "below " + parent[0], directory, b"plain", "left",
            enter=shell.leave, leave=shell.nothing,
            active={"PATH": "/usr/bin:/bin", "VIRTUAL_ENV": None,
                    "VIRTUAL_ENV_PROMPT": None},
            after={"PATH": "/usr/bin:/bin", "VIRTUAL_ENV": None,
                   "VIRTUAL_ENV_PROMPT": None})


def main(what, argv):
    module = MODULES.get(argv[0].rpartition("/")[2].lstrip("-"),
                         "cells_posix")
    shell = importlib.import_module(module).Shell(argv)
    if "FORMS" in os.environ:
        shell.forms = os.environ["FORMS"].split()
    groups, wrong, refused = [], [], 0
    if "names" in what or "few" in what:
        cells = list(name_cells(shell, "few" in what and 3))
        for form in shell.forms:
            held = [c for c in cells if c.form == form and shell.holds(c)]
            groups += [(argv, held[i:i + 70])
                       for i in range(0, len(held), 70)]
        for cell in cells:
            if not shell.holds(cell):
                refused += 1
                if cell.form == "printed" and shell.refuses:
                    wrong += refuses(cell, shell)
    if "states" in what or "options" in what:
        cells = list(state_cells(shell, "options" in what))
        groups += [(argv, cells[i:i + shell.together])
                   for i in range(0, len(cells), shell.together)]
    if "child" in what:
        groups += [([*parent[1:], *argv], [cell])
                   for parent, cell in child_cells(shell)]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for result in pool.map(lambda g: run(*g, shell), groups):
            wrong += result
    for text in wrong[:20]:
        print(text[:1000])
    count = sum(len(g[1]) for g in groups)
    print("%d cells, %d wrong, %d refused" % (count, len(wrong), refused))
    return bool(wrong) or count == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1].split("+"), sys.argv[2:]))
