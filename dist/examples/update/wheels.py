#!/usr/bin/env python3
"""usage: wheels.py DIR

Make the wheels of both releases in DIR/1/wheels and DIR/2/wheels, the same bytes
each time: those of an application that measures something.
"""

import base64
import hashlib
import os
import sys
import zipfile

MAIN = """from gauge import parts


def main():
    print("gauge {version}:", parts.names())
"""
NAMES = """import importlib.metadata


def names():
    found = importlib.metadata.distributions()
    return ", ".join(sorted(d.name + " " + d.version for d in found
                            if d.name.startswith("gauge-")))
"""
# project, version, requirements, number of modules
SAME = ("gauge-store", "2.3", [], 30)
RELEASES = {
    "1": [("gauge", "1.0", ["gauge-bus<2", "gauge-lcd", "gauge-store"], 60),
          ("gauge-bus", "1.4", [], 40), ("gauge-lcd", "0.9", [], 50), SAME],
    "2": [("gauge", "2.0", ["gauge-bus>=2", "gauge-web", "gauge-store"], 70),
          ("gauge-bus", "2.0", [], 40), ("gauge-web", "1.0", [], 50), SAME],
}


def members(project, version, requirements, modules):
    """The files of a wheel, without RECORD."""
    package = project.replace("-", "_")
    info = f"{package}-{version}.dist-info/"
    yield f"{package}/__init__.py", ""
    for i in range(modules):
        yield f"{package}/part{i}.py", f"# {version}\n" + "x = 1\n" * 20 * i
    if project == "gauge":
        yield "gauge/parts.py", NAMES
        yield "gauge/main.py", MAIN.format(version=version)
        yield info + "entry_points.txt", ("[console_scripts]\n"
                                          "gauge = gauge.main:main\n")
    yield info + "METADATA", "".join(
        line + "\n" for line in ["Metadata-Version: 2.1", f"Name: {project}",
                                 f"Version: {version}",
                                 *(f"Requires-Dist: {r}" for r in requirements)])
    yield info + "WHEEL", ("Wheel-Version: 1.0\nGenerator: example\n"
                           "Root-Is-Purelib: true\nTag: py3-none-any\n")


def write_wheel(directory, project, version, requirements, modules):
    stem = f"{project.replace('-', '_')}-{version}"
    files = list(members(project, version, requirements, modules))
    record = ""
    for name, text in files:
        digest = hashlib.sha256(text.encode()).digest()
        record += "{},sha256={},{}\n".format(
            name, base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            len(text))
    name = f"{stem}.dist-info/RECORD"
    files.append((name, record + name + ",,\n"))
    path = os.path.join(directory, stem + "-py3-none-any.whl")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, text in files:
            archive.writestr(zipfile.ZipInfo(name), text)


def main(top):
    for release, projects in RELEASES.items():
        directory = os.path.join(top, release, "wheels")
        os.makedirs(directory, exist_ok=True)
        for project in projects:
            write_wheel(directory, *project)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
