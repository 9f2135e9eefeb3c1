"""A small wheel, and archives byte by byte: in order, and wrong where it is
said."""

import base64
import hashlib
import struct
import zlib

INFO = "demo-1.0.dist-info/"
DATA = "demo-1.0.data/"
SITE = "lib/python3.13/site-packages/"
METADATA = "Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n"
WHEEL = ("Wheel-Version: 1.0\nGenerator: by hand\nRoot-Is-Purelib: true\n"
         "Tag: py3-none-any\n")

DEFLATED = 8
DATE = 0x5A21  # 2025-01-01


def deflate(data, level=9):
    packer = zlib.compressobj(level, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def zip64_field(*values):
    return extra(1, struct.pack(f"<{len(values)}Q", *values))


def extra(number, data):
    return struct.pack("<HH", number, len(data)) + data


class Member:
    """A member; LOCAL and CENTRAL change fields of its two headers."""

    def __init__(self, name, data=b"", **how):
        self.name = name.encode() if isinstance(name, str) else name
        self.data = data.encode() if isinstance(data, str) else data
        self.method = how.pop("method", DEFLATED)
        self.mode = how.pop("mode", 0o100644)
        self.flags = how.pop("flags", 0 if self.name.isascii() else 0x800)
        self.packed = how.pop("packed", None)
        self.local = how.pop("local", {})
        self.central = how.pop("central", {})
        self.before = how.pop("before", b"")  # bytes in front of it
        self.descriptor = how.pop("descriptor", None)
        assert not how, how
        if self.packed is None:
            self.packed = deflate(self.data) if self.method == DEFLATED \
                else self.data

    def fields(self, offset):
        """Return what both headers should say."""
        return {"need": 20, "flags": self.flags, "method": self.method,
                "crc": zlib.crc32(self.data), "packed": len(self.packed),
                "size": len(self.data), "name": self.name, "extra": b"",
                "comment": b"", "disk": 0, "mode": self.mode,
                "offset": offset, "system": 3}

    def local_bytes(self, offset):
        f = self.fields(offset)
        if self.flags & 8:
            f.update(crc=0, packed=0, size=0)
        f.update(self.local)
        tail = self.descriptor
        if tail is None:
            tail = b"" if not self.flags & 8 else struct.pack(
                "<IIII", 0x08074b50, zlib.crc32(self.data), len(self.packed),
                len(self.data))
        return struct.pack(
            "<IHHHHHIIIHH", 0x04034b50, f["need"], f["flags"], f["method"], 0,
            DATE, f["crc"], f["packed"], f["size"], len(f["name"]),
            len(f["extra"])) + f["name"] + f["extra"] + self.packed + tail

    def central_bytes(self, offset):
        f = {**self.fields(offset), **self.central}
        return struct.pack(
            "<IBBHHHHHIIIHHHHHII", 0x02014b50, 20, f["system"], f["need"],
            f["flags"], f["method"], 0, DATE, f["crc"], f["packed"], f["size"],
            len(f["name"]), len(f["extra"]), len(f["comment"]), f["disk"], 0,
            f["mode"] << 16, f["offset"]) + f["name"] + f["extra"] + \
            f["comment"]


def archive(members, end=None, comment=b"", prefix=b"", gap=b"", end64=None,
            listed=None, suffix=b""):
    """The archive: END and END64 (None: there is none) change what the end
    records say, LISTED the members that are in the directory."""
    body, offsets = prefix, {}
    for m in members:
        body += m.before
        offsets[m] = len(body) - len(prefix)
        body += m.local_bytes(offsets[m])
    body += gap
    listed = members if listed is None else listed
    directory = b"".join(m.central_bytes(offsets.get(m, 0)) for m in listed)
    f = {"disk": 0, "start_disk": 0, "here": len(listed), "count": len(listed),
         "size": len(directory), "offset": len(body) - len(prefix),
         "comment": len(comment)}
    records = b"" if end64 is None else zip64_records(f, end64)
    f.update(end or {})
    return body + directory + records + struct.pack(
        "<IHHHHIIH", 0x06054b50, f["disk"], f["start_disk"], f["here"],
        f["count"], f["size"], f["offset"], f["comment"]) + comment + suffix


def zip64_records(f, changes):
    g = {"length": 44, "disk": 0, "start_disk": 0, "here": f["here"],
         "count": f["count"], "size": f["size"], "offset": f["offset"],
         "data": b"", "at": f["offset"] + f["size"], "at_disk": 0, "disks": 1,
         **changes}
    return struct.pack("<IQHHIIQQQQ", 0x06064b50, g["length"], 45, 45,
                       g["disk"], g["start_disk"], g["here"], g["count"],
                       g["size"], g["offset"]) + g["data"] + \
        struct.pack("<IIQI", 0x07064b50, g["at_disk"], g["at"], g["disks"])


def project(name, *more):
    """The archive of a wheel of the project NAME, version 1.0."""
    members = demo(*more, info=f"{name}-1.0.dist-info/", module=name,
                   metadata=METADATA.replace("demo", name))
    return archive(members)


def row(name, data, kind="sha256"):
    data = data.encode() if isinstance(data, str) else data
    name = name.decode("utf-8", "replace") if isinstance(name, bytes) else name
    if '"' in name or "," in name:
        name = '"' + name.replace('"', '""') + '"'
    sum_ = base64.urlsafe_b64encode(hashlib.new(kind, data).digest())
    return f"{name},{kind}={sum_.decode().rstrip('=')},{len(data)}\n"


def demo(*more, metadata=METADATA, wheel=WHEEL, record=None, info=INFO,
         drop=(), scripts=None, module="demo"):
    """The members of a wheel in order, MORE among them. RECORD: all of it, or
    what is done to it."""
    members = [Member(module + "/__init__.py", "x = 1\n"), *more,
               Member(info + "METADATA", metadata),
               Member(info + "WHEEL", wheel)]
    if scripts is not None:
        members.append(Member(info + "entry_points.txt", scripts))
    text = "".join(row(m.name, m.data) for m in members
                   if not m.name.endswith(b"/")) + info + "RECORD,,\n"
    if callable(record):
        text = record(text)
    elif record is not None:
        text = record
    members.append(Member(info + "RECORD", text))
    return [m for m in members if m.name.decode("utf-8", "replace")
            not in {info + name for name in drop}]
