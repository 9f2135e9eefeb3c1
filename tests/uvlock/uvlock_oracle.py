"""
For tests/uvlock: what "uv export" says is installed in an environment. Each
line of standard input is a JSON list of the text of an export and of
environments; the answer is a list of what is in it for each: [NAME, VERSION],
where the version of a project in a directory is "". Needs the library
"packaging".
"""

import json
import os
import re
import sys

from packaging.markers import Marker
from packaging.utils import canonicalize_name, parse_wheel_filename
from packaging.version import Version


def read_place(text):
    """The project and version at a path, or in a direct URL."""
    base = os.path.basename(text.rstrip("/"))
    if base.endswith(".whl"):
        name, version, _, _ = parse_wheel_filename(base)
        return [name, str(version)]
    # the directories of made-up projects have their names
    return [canonicalize_name("app" if base == "." else base), ""]


def read_line(line):
    """[NAME, VERSION] and marker of a line."""
    text, _, marker = line.partition(" ; ")
    text = text.strip()
    if text.startswith("-e "):
        return read_place(text[3:].strip()), marker
    match = re.fullmatch(r"([\w.-]+)(\[.*\])?==(\S+)", text)
    if match:
        return [canonicalize_name(match[1]), str(Version(match[3]))], marker
    match = re.fullmatch(r"([\w.-]+)(\[.*\])? @ (\S+)", text)
    return read_place(match[3] if match else text), marker


def answers(text, environments):
    """An answer for each environment."""
    lines = [read_line(line) for line in text.splitlines()
             if line.strip() and not line.startswith("#")]
    return [sorted(one for one, marker in lines if not marker.strip() or
                   Marker(marker).evaluate(environment))
            for environment in environments]


def main():
    """Answer until the end."""
    for line in sys.stdin:
        print(json.dumps(answers(*json.loads(line))))


if __name__ == "__main__":
    main()
