"""usage: make_large.py KIND DIRECTORY [PROGRAM]
       make_large.py KIND ENVIRONMENT

Write what is large in one way: wheels, after the bytes of PROGRAM if it is given, or
projects of an environment. The wheels are hardly larger on disk than they must be.
"""

import base64
import glob
import hashlib
import os
import struct
import sys
import zlib

METADATA = "Metadata-Version: 2.1\nName: %s\nVersion: %s\n"
WHEEL = b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
PIECE = bytes(1 << 20)
NOTHING = hashlib.sha256(b"").digest()


def row(name, digest, size):
    """A row of RECORD."""
    text = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    return f"{name},sha256={text},{size}\n"


class Wheel:
    """A wheel that is written member by member, stored."""

    def __init__(self, directory, project="large", program=None):
        self.project, self.info = project, project + "-1.0.dist-info/"
        name = "program" if program else project + "-1.0-py3-none-any.whl"
        self.file = open(os.path.join(directory, name), "wb")
        if program:
            with open(program, "rb") as file:
                self.file.write(file.read())
            os.fchmod(self.file.fileno(), 0o755)
        self.start = self.file.tell()
        self.central, self.rows = [], []

    def header(self, name, crc, size):
        """Write the local header of a member, and remember its entry."""
        name, at = name.encode(), self.file.tell() - self.start
        common = struct.pack("<HHHHHIIIHH", 20, 0, 0, 0, 0x21, crc, size, size,
                             len(name), 0)
        self.file.write(b"PK\3\4" + common + name)
        self.central.append(b"PK\1\2" + struct.pack("<BB", 20, 3) + common +
                            struct.pack("<HHHII", 0, 0, 0, 0o100644 << 16, at)
                            + name)

    def add(self, name, data):
        """Add a member."""
        self.header(name, zlib.crc32(data), len(data))
        self.file.write(data)
        self.rows.append(row(name, hashlib.sha256(data).digest(), len(data)))

    def add_zeros(self, name, size):
        """Add SIZE zeros, for which the file has a hole."""
        crc, digest = 0, hashlib.sha256()
        for at in range(0, size, len(PIECE)):
            piece = PIECE[:size - at]
            crc = zlib.crc32(piece, crc)
            digest.update(piece)
        self.header(name, crc, size)
        self.file.seek(size, os.SEEK_CUR)
        self.rows.append(row(name, digest.digest(), size))

    def end(self, more_rows=""):
        """Add what each wheel has, and the archive's end."""
        self.add(self.info + "METADATA",
                 (METADATA % (self.project, "1.0")).encode())
        self.add(self.info + "WHEEL", WHEEL)
        text = "".join(self.rows) + more_rows + self.info + "RECORD,,\n"
        self.add(self.info + "RECORD", text.encode())
        at, central = self.file.tell() - self.start, b"".join(self.central)
        count = len(self.central)
        self.file.write(central)
        self.file.write(struct.pack("<IQHHIIQQQQ", 0x06064b50, 44, 45, 45, 0,
                                    0, count, count, len(central), at))
        self.file.write(struct.pack("<IIQI", 0x07064b50, 0, at + len(central),
                                    1))
        self.file.write(struct.pack("<IHHHHIIH", 0x06054b50, 0, 0,
                                    min(count, 0xffff), min(count, 0xffff),
                                    len(central), at, 0))
        self.file.close()


def size(directory, program=None):
    """A member of 2 GB."""
    wheel = Wheel(directory, "pip" if program else "large", program)
    wheel.add_zeros("large/zeros", (2 << 30) - 1 if not program else 1 << 28)
    wheel.end()


def script(directory):
    """A program of 256 MB."""
    wheel = Wheel(directory)
    wheel.add_zeros("large-1.0.data/scripts/large", 1 << 28)
    wheel.end()


def files(directory):
    """100,000 files."""
    wheel = Wheel(directory)
    for i in range(100000):
        wheel.add(f"large/d{i // 100}/m{i}.py", b"x = %d\n" % i)
    wheel.end()


def directories(directory):
    """150,000 directories with a file in each."""
    wheel = Wheel(directory)
    for i in range(150000):
        wheel.add(f"large/d{i}/x", b"")
    wheel.end()


def wheels(directory):
    """500 wheels of 23 files."""
    for i in range(500):
        wheel = Wheel(directory, f"p{i:03}")
        for j in range(20):
            wheel.add(f"p{i:03}/m{j}.py", b"x = %d\n" % j)
        wheel.end()


def rows(directory):
    """A RECORD with 1,000,000 rows of files that are no members."""
    wheel = Wheel(directory)
    wheel.add("large/x.py", b"x = 1\n")
    wheel.end("".join(row(f"large/gone/m{i}.py", NOTHING, 0)
                      for i in range(1000000)))


def site_packages(env):
    """The directory of packages of an environment."""
    return glob.glob(env + "/lib/python3*/site-packages")[0]


def install(site, project, version, record):
    """A .dist-info directory with the rows RECORD."""
    info = f"{project}-{version}.dist-info"
    os.mkdir(f"{site}/{info}")
    for name, text in (
            ("METADATA", METADATA % (project, version)),
            ("RECORD", record + f"{info}/METADATA,,\n{info}/RECORD,,\n")):
        with open(f"{site}/{info}/{name}", "w") as file:
            file.write(text)


def projects(env):
    """16,000 projects with a file in each."""
    site = site_packages(env)
    for i in range(16000):
        os.mkdir(f"{site}/p{i}")
        with open(f"{site}/p{i}/__init__.py", "w"):
            pass
        install(site, f"p{i}", "1.0", row(f"p{i}/__init__.py", NOTHING, 0))


def installed_rows(env):
    """A project whose RECORD has 1,000,000 rows."""
    install(site_packages(env), "large", "0.9",
            "".join(row(f"large/gone/m{i}.py", NOTHING, 0)
                    for i in range(1000000)))


globals()[sys.argv[1]](*sys.argv[2:])
