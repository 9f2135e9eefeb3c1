"""The members of the JSON that pyvenv prints have the types that pyvenv.1 gives."""

import re

TEXT, FLAG, NUMBER, MAYBE = str, bool, int, (str, type(None))
STRINGS = [TEXT]
# optional members end with "?"
PYTHON = {
    **dict.fromkeys(("executable", "home", "real", "prefix", "stdlib",
                     "implementation", "version", "why", "version_source",
                     "machine"), TEXT),
    **dict.fromkeys(("free_threaded", "debug", "is_64bit", "big_endian"), FLAG),
    "libpython": MAYBE, "elf_machine": NUMBER,
}
WHEEL = {"project": TEXT, "version": TEXT, "file": MAYBE, "sha256": TEXT,
         "why": TEXT}
ENTRY = {"kind": TEXT, "path": TEXT, "kept": FLAG, "size?": NUMBER,
         "target?": TEXT, "files?": [{"path": TEXT, "fate": TEXT}]}
RUN = {
    "python": PYTHON, "wheels?": [WHEEL], "warnings": STRINGS,
    "environments": [{
        "env_dir": TEXT, "outcome": TEXT, "dry_run?": FLAG, "removed": STRINGS,
        "python": PYTHON, "plan": [ENTRY], "warnings": STRINGS}],
}
CHECK = {"environments": [{
    "env_dir": TEXT, "healthy": FLAG, "home": MAYBE, "version": MAYBE,
    "base": MAYBE, "problems": [{"code": TEXT, "text": TEXT}],
    "installed?": [{"name": TEXT, "version": MAYBE, "requested": FLAG,
                    "direct_url": MAYBE}]}]}


def flaws(value, schema, where="."):
    """Return the faults of VALUE, a line each."""
    if isinstance(schema, dict) and isinstance(value, dict):
        names = {n.rstrip("?") for n in schema}
        for name in value.keys() - names:
            yield f"{where}: {name} is not documented"
        for name, inner in schema.items():
            plain = name.rstrip("?")
            if plain in value:
                yield from flaws(value[plain], inner, f"{where}{plain}.")
            elif plain == name:
                yield f"{where}: no {name}"
    elif isinstance(schema, list) and isinstance(value, list):
        for one in value:
            yield from flaws(one, schema[0], where)
    elif isinstance(schema, (dict, list)) or not isinstance(value, schema) or \
            schema is NUMBER and isinstance(value, bool):
        yield f"{where}: {value!r}"


def names(schema):
    """The names of all members of SCHEMA."""
    if isinstance(schema, list):
        yield from names(schema[0])
    elif isinstance(schema, dict):
        for name, inner in schema.items():
            yield name.rstrip("?")
            yield from names(inner)


def documented(page):
    """The names of members in JSON OUTPUT of the man page."""
    with open(page, encoding="utf-8") as f:
        text = f.read()
    part = text[text.index("\n.Sh JSON OUTPUT\n"):]
    part = part[:part.index("\n.Sh ", 5)]
    return set(re.findall(r"\w+", " ".join(
        re.findall(r"^\.(?:It )?Cm (.*)", part, re.M))))
