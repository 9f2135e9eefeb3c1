"""Make small PE files for tests: `make_pe.py FILE [KEY=VALUE...]`.

Keys: machine (x64, x86, arm64), imports (names separated by commas), version
(3.12.4, 3.13.0rc1), subsystem (console, gui), text (bytes that tell one file from
another).
"""
import re
import struct
import sys

MACHINES = {"x64": 0x8664, "x86": 0x14C, "arm64": 0xAA64}
TEXT, RESOURCES = 0x400, 0x800


def file_version(text):
    """The four parts that CPython puts in its resources for a version."""
    x, y, z, level, serial = re.fullmatch(
        r"(\d+)\.(\d+)\.(\d+)(?:(a|b|rc)(\d+))?", text).groups()
    number = {"a": 10, "b": 11, "rc": 12, None: 15}[level] * 10
    return int(x), int(y), int(z) * 1000 + number + int(serial or 0), 1013


def version_info(text):
    a, b, c, d = file_version(text)
    key = "VS_VERSION_INFO\0".encode("utf-16-le")
    fixed = struct.pack("<II4H", 0xFEEF04BD, 0x10000, b, a, d, c).ljust(52, b"\0")
    return struct.pack("<HHH", 92, 52, 0) + key + b"\0\0" + fixed


def make(machine="x64", imports="python312.dll", version="", subsystem="console",
         text=""):
    wide = machine != "x86"
    names = [n for n in imports.split(",") if n]
    table, strings = b"", b""
    start = 0x1000 + 20 * (len(names) + 1)
    for name in names:
        table += struct.pack("<5I", 0, 0, 0, start + len(strings), 0)
        strings += name.encode() + b"\0"
    data = table + bytes(20) + strings
    directories = [(0, 0), (0x1000, len(data))] + [(0, 0)] * 14
    optional = struct.pack("<H", 0x20B if wide else 0x10B).ljust(68, b"\0")
    optional += struct.pack("<H", {"console": 3, "gui": 2}[subsystem])
    optional = optional.ljust(108 if wide else 92, b"\0") + struct.pack("<I", 16)
    optional += b"".join(struct.pack("<II", *d) for d in directories)

    def section(name, address, offset):
        return struct.pack("<8s4I", name, 0x400, address, 0x400, offset).ljust(
            40, b"\0")

    head = b"MZ".ljust(60, b"\0") + struct.pack("<I", 64)
    head += b"PE\0\0" + struct.pack("<HHIIIHH", MACHINES[machine], 2, 0, 0, 0,
                                    len(optional), 2)
    head += optional + section(b".rdata", 0x1000, TEXT)
    head += section(b".rsrc", 0x2000, RESOURCES)
    resources = bytes(8) + (version_info(version) if version else b"")
    return (head.ljust(TEXT, b"\0") + data.ljust(0x400, b"\0")
            + resources.ljust(0x400, b"\0") + text.encode())


if __name__ == "__main__":
    with open(sys.argv[1], "wb") as out:
        out.write(make(**dict(a.split("=", 1) for a in sys.argv[2:])))
