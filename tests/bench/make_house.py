"""
usage: make_house.py DIRECTORY

Make DIRECTORY/house with 3,000 tiny wheels, 20 versions of each of 150
projects, and what locks one version of each: pylock.toml, hashes.txt,
pinned.txt, which has no hashes, and free.txt, which has no versions. Each
project requires the next two.
"""

import hashlib
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE) + "/wheels")
from wheel_bytes import archive, demo

PROJECTS, VERSIONS, LOCKED = 150, 20, 17


def wheel(number, version):
    """Return the content of a wheel."""
    name = "project%03d" % number
    needs = "".join("Requires-Dist: project%03d>=1.%d\n" % (
        n, version) for n in (number + 1, number + 2) if n < PROJECTS)
    return archive(demo(
        module=name, info="%s-1.%d.dist-info/" % (name, version),
        metadata="Metadata-Version: 2.1\nName: %s\nVersion: 1.%d\n%s" % (
            name, version, needs)))


def main(top):
    """Make it all."""
    os.makedirs(top + "/house")
    lock = ['lock-version = "1.0"\ncreated-by = "make_house"\n']
    hashes, pinned = [], []
    for number in range(PROJECTS):
        name = "project%03d" % number
        for version in range(VERSIONS):
            file = "%s-1.%d-py3-none-any.whl" % (name, version)
            data = wheel(number, version)
            with open("%s/house/%s" % (top, file), "wb") as out:
                out.write(data)
            if version != LOCKED:
                continue
            total = hashlib.sha256(data).hexdigest()
            lock.append('[[packages]]\nname = "%s"\nversion = "1.%d"\nwheels = '
                        '[{name = "%s", url = "https://x.example/%s", size = %d'
                        ', hashes = {sha256 = "%s"}}]\n' % (
                            name, version, file, file, len(data), total))
            pinned.append("%s==1.%d\n" % (name, version))
            hashes.append("%s==1.%d --hash=sha256:%s\n" % (
                name, version, total))
    for name, lines in (("pylock.toml", lock), ("hashes.txt", hashes),
                        ("pinned.txt", pinned),
                        ("free.txt", ["project%03d\n" % number
                                      for number in range(PROJECTS)])):
        with open(os.path.join(top, name), "w", encoding="utf-8") as out:
            out.write("".join(lines))


main(sys.argv[1])
