"""
usage: make_wheels.py --lines  lines FILE [NAME=TEXT...], quoted as for a shell
       make_wheels.py          one wheel, its words ended by NUL

Make wheels as the tests say; the words are explained in helpers.bash.
"""

import os
import re
import shlex
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from wheel_bytes import METADATA, WHEEL, Member, archive, demo

HEADER = re.compile(r"(Requires-Dist|Requires-Python|Provides-Extra|Name|"
                    r"Version)=(.*)", re.S)


def tags(file):
    """The content of WHEEL for the tags in the name FILE."""
    pythons, abis, platforms = (
        part.split(".") for part in file[:-len(".whl")].split("-")[-3:])
    lines = "".join("Tag: %s-%s-%s\n" % (python, abi, platform)
                    for python in pythons for abi in abis
                    for platform in platforms)
    return WHEEL.replace("Tag: py3-none-any\n", lines)


def make(path, words):
    """Make the wheel PATH."""
    file = os.path.basename(path)
    name, version = file.split("-")[:2]
    stem = "%s-%s" % (name, version)
    members, scripts = [], None
    metadata = METADATA.replace("demo", name).replace(
        "Version: 1.0", "Version: " + version)
    for word in words:
        header = HEADER.fullmatch(word)
        key, _, text = word.partition("=")
        if header:
            key, text = header.groups()
            if key in ("Name", "Version"):
                metadata = re.sub(r"(?m)^%s: .*\n" % key, "", metadata)
            metadata += "%s: %s\n" % (key, text)
        elif key == "scripts":
            scripts = "[console_scripts]\n%s\n" % text
        else:
            members.append(Member(key.replace("@", stem + ".data/data/"), text))
    made = demo(*members, info=stem + ".dist-info/", scripts=scripts,
                metadata=metadata, wheel=tags(file))
    if name != "demo":
        made = made[1:]
        record = next(m for m in made if m.name.endswith(b"RECORD"))
        made[-1] = Member(record.name, record.data.split(b"\n", 1)[1])
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "wb") as out:
        out.write(archive(made))


def main():
    """Make what standard input lists."""
    text = sys.stdin.buffer.read().decode("utf-8", "surrogateescape")
    if "--lines" not in sys.argv:
        words = text.split("\0")[:-1]
        make(words[0], words[1:])
        return
    for line in text.splitlines():
        words = shlex.split(line, comments=True)
        if words:
            make(words[0], words[1:])


main()
