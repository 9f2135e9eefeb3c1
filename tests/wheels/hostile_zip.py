"""The part of the corpus that is about the archive itself (rules 9)."""

import struct
import zlib

from wheel_bytes import (INFO, METADATA, SITE, Member, archive, deflate, demo,
                         extra, row, zip64_field)

MIB = 1024 * 1024


def end(c):
    whole = archive(demo())
    for what, content in (("empty", b""), ("one byte", b"P"),
                          ("21 bytes", whole[-22:-1]), ("text", b"x" * 4096),
                          ("no end record", whole[:-22]),
                          ("cut in the middle", whole[:len(whole) // 2]),
                          ("gzip", b"\x1f\x8b\x08" + whole[3:-30]),
                          ("ELF", b"\x7fELF" + bytes(100))):
        c.bad("9.2(1)", what, "not a zip archive", content)
    c.bad("9.2(1)", "cut by one byte", "cut short", whole[:-1])
    c.bad("9.2(1)", "only an end record", "no directory .dist-info",
          archive([]))
    for suffix in (b"\0", b"x", b"\n", whole, b"\0" * 65535, whole[-22:]):
        c.bad("9.2(1)", f"{len(suffix)} bytes after it", "",
              whole + suffix)
    for n in (-1, 1, 60000):
        c.bad("9.2(1)", f"a comment said to be {n} bytes longer", "",
              archive(demo(), comment=b"hello", end={"comment": 5 + n}))
    c.good("9.2(1)", "a comment", archive(demo(), comment=b"hello"))
    c.good("9.2(1)", "the longest comment",
           archive(demo(), comment=b"x" * 65535))
    evil = archive(demo(Member("CANARY", "x")))
    for comment in (evil, whole[-22:], b"PK\5\6", b"\1", b"x\x08"):
        c.bad("9.2(1)", "a comment with an archive in it", "",
              archive(demo(), comment=comment))
    for field in ("disk", "start_disk"):
        c.bad("9.2(2)", f"{field} is 1", "disks",
              archive(demo(), end={field: 1}))
    c.bad("9.2(2)", "fewer members on this disk", "disks",
          archive(demo(), end={"here": 3}))
    for n in (-1, 1, -4, 65531, 1000):
        c.bad("9.2(5)", f"{n} members more than it has", "",
              archive(demo(), end={"count": 4 + n, "here": 4 + n}))
    for field in ("size", "offset"):
        for n in (-1, 1, 46, 2 ** 31):
            members = demo()
            size = sum(len(m.central_bytes(0)) for m in members)
            offset = len(archive(members)) - 22 - size
            value = (size if field == "size" else offset) + n
            c.bad("9.2(4)", f"the directory's {field} is {n} off", "",
                  archive(members, end={field: value}))
    for prefix in (b"#", b"MZ" + b"\0" * 1000, whole):
        c.bad("9.2(4)", f"{len(prefix)} bytes in front of it",
              "in front of the archive", archive(demo(), prefix=prefix))
    shifted = archive(demo(Member("a", before=b"#!/bin/sh\n")))
    c.bad("9.2(6)", "bytes in front, and offsets that count them", "",
          shifted)


def zip64(c):
    c.good("9.2(3)", "zip64 records", archive(demo(), end64={}))
    c.good("9.2(3)", "zip64 records, the others masked", archive(
        demo(), end64={}, end={"here": 0xffff, "count": 0xffff,
                               "size": 0xffffffff, "offset": 0xffffffff}))
    for what in ({"length": 43}, {"length": 45}, {"length": 0}, {"disk": 1},
                 {"start_disk": 1}, {"here": 1}, {"at_disk": 1},
                 {"disks": 2}, {"disks": 2 ** 32 - 1},
                 {"data": b"12345678", "length": 52}):
        c.bad("9.2(3)", f"zip64 end record with {what}", "",
              archive(demo(), end64=what))
    offset = len(archive(demo())) - 22
    for n in (-1, 1, -22, 2 ** 63):
        c.bad("9.2(3)", f"the locator is {n} off", "", archive(
            demo(), end64={"at": (offset + n) % 2 ** 64}))
    for what in ({"count": 3, "here": 3}, {"count": 2 ** 63,
                                           "here": 2 ** 63},
                 {"size": 1}, {"offset": 1}, {"offset": 2 ** 64 - 1},
                 {"size": 2 ** 64 - 1}):
        c.bad("9.2(3)", f"both end records, zip64 with {what}", "",
              archive(demo(), end64=what))
        masked = {"here": 0xffff, "count": 0xffff, "size": 0xffffffff,
                  "offset": 0xffffffff}
        c.bad("9.2(3)", f"masked, zip64 with {what}", "",
              archive(demo(), end64=what, end=masked))
    c.bad("9.2(3)", "masked without zip64 records", "", archive(
        demo(), end={"size": 0xffffffff, "offset": 0xffffffff}))
    c.bad("9.2(3)", "zip64 locator, no record", "", archive(
        demo(), suffix=b"")[:-22] + struct.pack(
            "<IIQI", 0x07064b50, 0, offset, 1) + archive(demo())[-22:])


def framing(c):
    c.bad("9.2(6)", "bytes between members", "no member's",
          demo(Member("a", before=b"hidden")))
    c.bad("9.2(6)", "bytes after the last member", "",
          archive(demo(), gap=b"hidden"))
    hidden = Member("CANARY", "x")
    c.bad("9.2(6)", "a hidden member", "", demo(
        Member("a", before=hidden.local_bytes(0))))
    c.bad("9.2(6)", "a hidden last member", "",
          archive([*demo(), hidden], listed=demo()))
    members = demo(hidden)
    c.bad("9.2(6)", "a member that is not listed", "", archive(
        members, listed=[m for m in members if m is not hidden]))
    members = demo(Member("a", "x"), Member("b", "x"))
    first = len(members[0].local_bytes(0))
    members[2].central["offset"] = first
    c.bad("9.2(6)", "two members at one place", "", members)
    inner = Member("b", "y", method=0)
    outer = Member("a", inner.local_bytes(0), method=0)
    inside = Member("b", "y", method=0,
                    central={"offset": first + 30 + 1})
    members = demo(outer)
    c.bad("9.2(6)", "a member inside another", "overlaps", archive(
        members, listed=[*members, inside]))
    c.bad("9.2(6)", "an entry without local header", "", archive(
        demo(), listed=[*demo(), Member("CANARY", central={"offset": 5})]))
    kernel = deflate(b"CANARY" * 100)
    c.bad("9.2(6)", "overlapping members (a better bomb)", "", demo(
        Member("a", b"CANARY" * 100, packed=kernel,
               central={"packed": len(kernel) + 100})))
    for field, value in (("name", b"CANARY"), ("name", b"A"), ("name", b""),
                         ("name", b"aa"), ("flags", 2), ("flags", 0x800),
                         ("method", 0), ("method", 12), ("crc", 1),
                         ("crc", 0), ("packed", 1), ("packed", 0),
                         ("size", 1), ("size", 0), ("size", 2 ** 32 - 1)):
        c.bad("9.2(7)", f"the local header has another {field}: {value!r}",
              "a: its", demo(Member("a", "content", local={field: value})))
    c.bad("9.2(7)", "the local header is cut short by its extra field",
          "", demo(Member("a", "x", local={"extra": extra(
              1, b"")[:2] + b"\xff\xff"})))


def descriptors(c):
    crc, packed = zlib.crc32(b"content"), len(deflate(b"content"))

    def add(outcome, what, word, *more, **how):
        member = Member("demo/a", "content", flags=8, **how)
        c.add("9.2(7)", f"data descriptor: {what}", outcome, word,
              demo(member), files=more)

    def tail(*values, signature=0x08074b50, form="<IIII"):
        return struct.pack(form, signature, *values)
    add("installed", "in order", "", SITE + "demo/a=content")
    add("installed", "the local header says the same", "",
        SITE + "demo/a=content",
        local={"crc": crc, "packed": packed, "size": 7})
    add("installed", "8 bytes each", "", SITE + "demo/a=content",
        local={"extra": zip64_field(7, packed), "packed": 2 ** 32 - 1,
               "size": 2 ** 32 - 1},
        descriptor=tail(crc, packed, 7, form="<IIQQ"))
    word = "data descriptor"
    add("refused", "without signature", word,
        descriptor=struct.pack("<III", crc, packed, 7))
    add("refused", "missing", word, descriptor=b"")
    add("refused", "another signature", word,
        descriptor=tail(crc, packed, 7, signature=0x08074b51))
    for values in ((crc + 1, packed, 7), (crc, packed + 1, 7),
                   (crc, packed, 8), (crc, 7, packed), (0, 0, 0)):
        add("refused", "it lies", word, descriptor=tail(*values))
    add("refused", "8 bytes each, without zip64", word,
        descriptor=tail(crc, packed, 7, form="<IIQQ"))
    add("refused", "the local header says something else", "a: its",
        local={"crc": crc + 1, "packed": packed, "size": 7})
    add("refused", "the local header says another size", "a: its",
        local={"crc": crc, "packed": packed, "size": 8})
    add("refused", "only the local header has it", "a: its",
        central={"flags": 0})


def extras(c):
    def bad(what, field, both=True, word="a: "):
        where = {"central": {"extra": field}}
        if both:
            where["local"] = {"extra": field}
        c.bad("9.2(8)", what, word, demo(Member("a", "x", **where)))
    for field in (b"x", b"xxx", extra(0x5455, b"")[:2] + b"\1\0",
                  extra(0x5455, b"12345") + b"\0", b"\0\0\0\xff"):
        bad(f"damaged: {field!r}", field, word="damaged extra")
    bad("two zip64 fields", zip64_field() + zip64_field(), word="zip64")
    bad("zip64 without need", zip64_field(1, 1), word="zip64")
    bad("zip64 of 7 bytes", extra(1, b"1234567"), word="zip64")

    def named(name, crc=zlib.crc32(b"a")):
        return extra(0x7075, struct.pack("<BI", 1, crc) + name)
    for name in (b"CANARY", b"A", b"", b"aa"):
        bad(f"Unicode name {name!r}", named(name), word="Unicode name")
        bad(f"Unicode name {name!r}, only in one place", named(name), False,
            "Unicode name")
    bad("Unicode name without any bytes", extra(0x7075, b""),
        word="Unicode name")
    bad("two Unicode names", named(b"a") + named(b"CANARY"),
        word="Unicode name")
    masked = {"size": 2 ** 32 - 1, "packed": 2 ** 32 - 1,
              "offset": 2 ** 32 - 1}
    where = len(demo()[0].local_bytes(0))
    for what, field in (("missing", b""), ("one too few", zip64_field(1, 3)),
                        ("one too many", zip64_field(1, 3, where, 0)),
                        ("the disk, too", extra(1, struct.pack(
                            "<QQQI", 1, 3, where, 0))),
                        ("other sizes", zip64_field(2, 3, where)),
                        ("another place", zip64_field(1, 3, where + 1)),
                        ("no place at all", zip64_field(1, 3, 2 ** 64 - 1)),
                        ("packed 2^64-1", zip64_field(1, 2 ** 64 - 1, where)),
                        ("a size of 2^64-1", zip64_field(2 ** 64 - 1, 3,
                                                         where))):
        c.bad("9.2(8)", f"masked, zip64 field: {what}", "a", demo(Member(
            "a", "x", central={**masked, "extra": field})))
    c.good("9.2(8)", "all in the zip64 field", demo(Member(
        "demo/a", "x", central={**masked,
                                "extra": zip64_field(1, 3, where)})),
        SITE + "demo/a=x")
    for number in (0x5455, 0x7875, 0x000a, 0xcafe, 0x0000, 0xffff):
        c.good("9.2(8)", f"extra field {number:04x}", demo(Member(
            "demo/a", "x", local={"extra": extra(number, b"123")},
            central={"extra": extra(number, b"1234")})), SITE + "demo/a=x")
    c.good("9.2(8)", "the same Unicode name", demo(Member(
        "a", "x", central={"extra": named(b"a")})), SITE + "a")
    c.good("9.2(8)", "a comment of a member", demo(Member(
        "a", "x", central={"comment": b"hello"})), SITE + "a")


def methods(c):
    for bit, word in ((0, "encrypted"), (6, "encrypted"), (13, "encrypted"),
                      (4, "unknown flags"), (5, "unknown flags"),
                      (7, "unknown flags"), (14, "unknown flags"),
                      (15, "unknown flags")):
        c.bad("9.2(9)", f"flag bit {bit}", "a: " + word,
              demo(Member("a", "x", flags=1 << bit)))
    for bit in (1, 2):
        c.good("9.2(9)", f"flag bit {bit}",
               demo(Member("a", "x", flags=1 << bit)), SITE + "a=x")
    for need, word in ((46, "newer version"), (63, "newer version")):
        c.bad("9.2(9)", f"needs version {need}", word, demo(Member(
            "a", "x", central={"need": need}, local={"need": need})))
    c.good("9.2(9)", "needs version 4.5", demo(Member(
        "a", "x", central={"need": 45}, local={"need": 45})), SITE + "a=x")
    c.bad("9.2(9)", "on another disk", "disk",
          demo(Member("a", "x", central={"disk": 1})))
    for method, word in ((12, "bzip2"), (14, "LZMA"), (95, "xz"),
                         (93, "zstd"), (9, "deflate64"), (1, "method"),
                         (6, "method"), (7, "method"), (99, "method"),
                         (65535, "method")):
        c.bad("9.2(10)", f"method {method}", "a: packed by",
              demo(Member("a", "x", method=method)))
        c.bad("9.2(10)", f"method {method}, named", word,
              demo(Member("a", "x", method=method)))
    for size in (0, 6, 8):
        c.bad("9.2(10)", f"stored, and said to have {size} bytes",
              "a: not packed", demo(Member(
                  "a", "content", method=0, local={"size": size},
                  central={"size": size})))
    c.good("9.2(10)", "all is stored", [
        Member(m.name, m.data, method=0) for m in demo()])


def streams(c):
    def bad(what, word, data, packed, **said):
        said.setdefault("size", len(data))
        c.bad("9.2(11)", what, "a: " + word, demo(Member(
            "a", data, packed=packed, local=dict(said),
            central=dict(said))))
    text = b"CANARY" * 10
    whole = deflate(text)
    bad("more than it says", "it holds more", text[:59], whole)
    bad("twice what it says", "it holds more", text[:30], whole)
    bad("less than it says", "it holds fewer", text, deflate(text[:59]))
    bad("less than it says, and that checksum", "",
        text[:59], deflate(text[:59]), size=60)
    bad("bytes after the stream", "its packed bytes", text, whole + b"x")
    bad("a second stream after it", "its packed bytes", text, whole + whole)
    bad("a stream without end", "its packed bytes", text, whole[:-1])
    bad("a stream of no bytes", "its packed bytes", b"", b"")
    bad("a block of type 3", "its packed bytes", text, b"\7" + whole[1:])
    bad("a stored block with a wrong length", "its packed bytes", text,
        b"\1\x3c\0\0\0" + text)
    bad("a distance too far", "its packed bytes", b"aaaaaa", b"K\4\1\xff")
    bad("zlib's header", "its packed bytes", text, zlib.compress(text))
    bad("another checksum", "its checksum", text, whole, crc=1)
    bad("one bit of the checksum", "its checksum", text, whole,
        crc=zlib.crc32(text) ^ 0x80000000)
    c.bad("9.2(11)", "stored, another checksum", "a: its checksum",
          demo(Member("a", "x", method=0, local={"crc": 1},
                      central={"crc": 1})))
    for name in ("METADATA", "WHEEL", "RECORD"):
        members = demo()
        for m in members:
            if m.name.decode() == INFO + name:
                m.local["crc"] = m.central["crc"] = 1
        c.bad("9.2(11)", f"{name} has another checksum",
              f"{INFO}{name}: its checksum", members)
    for form in (zlib.Z_FIXED, zlib.Z_HUFFMAN_ONLY, zlib.Z_RLE):
        packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9, form)
        packed = packer.compress(text) + packer.flush()
        c.good("9.2(11)", f"deflate by strategy {form}",
               demo(Member("a", text, packed=packed)), SITE + "a")
    packer = zlib.compressobj(0, zlib.DEFLATED, -15)
    packed = packer.compress(text) + packer.flush(zlib.Z_FULL_FLUSH) + \
        packer.flush()
    c.good("9.2(11)", "empty and stored blocks",
           demo(Member("a", text, packed=packed)), SITE + "a")


def limits(c):
    def claim(size, packed=deflate(b"x")):
        said = {"size": size}
        return demo(Member("a", "x", packed=packed, local=dict(said),
                           central=dict(said)),
                    record=lambda t: t.replace(row("a", "x"), row(
                        "a", "x").replace(",1\n", f",{size}\n")))
    n = len(deflate(b"x"))
    most = 1032 * n + 64
    c.bad("9.2(12)", "the most that it may claim", "holds fewer",
          claim(most))
    c.bad("9.2(12)", "clearly more than can be", "claims more",
          claim(most + 1032))
    c.bad("9.2(12)", "4 GiB less two", "claims more", claim(2 ** 32 - 2))
    said = {"size": 2 ** 32 - 1, "extra": zip64_field(2 ** 36, 3)}
    c.bad("9.2(12)", "64 GiB", "a: ", demo(Member(
        "a", "x", local={**said, "packed": 2 ** 32 - 1},
        central={"size": 2 ** 32 - 1, "extra": zip64_field(2 ** 36)})))
    c.good("9.2(12)", "24 MiB of zeros, 1:1027 and true",
           demo(Member("demo/zeros", bytes(24 * MIB))), SITE + "demo/zeros")
    for name in ("METADATA", "WHEEL", "RECORD"):
        content = bytes(8 * MIB + 1)
        big = Member(INFO + name, content)
        kept = [m for m in demo() if m.name != big.name]
        c.bad("9.2(12)", f"{name} of 8 MiB and a byte",
              "longer than" if name == "RECORD" else name + ": more than",
              [*kept, big])
    c.good("9.2(12)", "METADATA of 1 MiB",
           demo(metadata=METADATA + "\n" + "x" * MIB))


def names(c):
    for name in (b"", b"/tmp/CANARY", b"/", b"a\\CANARY", b"\\CANARY",
                 b"C:CANARY", b"c:/CANARY", b"a\0CANARY", b"CANARY\0.txt",
                 b"a\nCANARY", b"a\x1b[2JCANARY", b"a\x7fCANARY", b"a\tb",
                 b"\r", "a\u0085CANARY".encode(), "a\u009bCANARY".encode(),
                 b"../CANARY", b"../site-packages_evil/CANARY",
                 b"../../../../CANARY", b"demo/../CANARY", b"demo/..", b"..",
                 b".", b"./CANARY", b"a/./CANARY", b"a//CANARY", b"a/.",
                 b"//CANARY", b"a/../../CANARY", b"a//", b"../",
                 b"a/..\\CANARY", b"x" * 256, b"a/" + b"x" * 256 + b"/b",
                 b"x/" * 2048 + b"y", "\u00e9".encode() * 128,
                 b"a" * 60000):
        c.bad("9.3", f"name {name[:40]!r}", "", demo(Member(name, "CANARY")))
        if not name.startswith(b"/") and name[1:2] not in b"\\:":
            c.bad("9.3", f"name {name[:40]!r} in .data/data", "", demo(
                Member(b"demo-1.0.data/data/" + name, "CANARY")))
    for name, flags in ((b"\xff", 0x800), (b"\xc0\xaf", 0x800),
                        (b"\xed\xa0\x80", 0x800), (b"\xf4\x90\x80\x80", 0x800),
                        (b"\xe2\x82", 0x800), (b"caf\xc3\xa9", 0),
                        (b"caf\x82", 0)):
        c.bad("9.2(9)", f"name {name!r}, flags {flags:x}", "UTF-8", demo(
            Member(name, "CANARY", flags=flags), record=lambda t: t))
    for name in ("x" * 255, "caf\u00e9", "\U0001f40d", "a b", "con.py",
                 "trailing.", "...", "-rf", "~", "$HOME", "a:b", "*?[",
                 "\u202e", "x/" * 120 + "y"):
        c.good("9.3", f"name {name[:40]!r}",
               demo(Member("demo/" + name, "x")), SITE + "demo/" + name)
    c.good("9.3", "twins but for case or composition", demo(
        Member("demo/X", "1"), Member("demo/x", "2"),
        Member("demo/\u00e9", "3"), Member("demo/e\u0301", "4")),
        SITE + "demo/X=1", SITE + "demo/x=2", SITE + "demo/\u00e9=3",
        SITE + "demo/e\u0301=4")
    c.bad("9.3", "a name twice, other content", "this name",
          demo(Member("a", "x"), Member("a", "CANARY")))
    c.odd("9.3", "a name twice, the same content", "1 file is there twice",
          demo(Member("a", "x"), Member("a", "x")), SITE + "a=x")
    c.good("9.3", "a directory twice",
           archive(demo(Member("a/", method=0), Member("a/", method=0))))
    for what, members in (
            ("then a directory", (Member("a", "x"), Member("a/CANARY"))),
            ("after a directory", (Member("a/CANARY"), Member("a", "x"))),
            ("and a directory", (Member("a", "x"), Member("a/", method=0))),
            ("deeper", (Member("a/b", "x"), Member("a/b/c/d/CANARY")))):
        c.bad("9.3", f"a file {what}", "directory of it", demo(*members))
    c.bad("9.3", "RECORD is a directory, too", "directory of it",
          demo(Member(INFO + "RECORD/CANARY", "x")))
    c.bad("9.3", "a directory with contents", "a/: a directory with",
          demo(Member("a/", "CANARY")))
    c.bad("9.3", "a path too long with what is in front of it", "long",
          demo(Member("x/" * 2031 + "CANARY", "x")))
    deep = Member("x/" * 1000 + "CANARY", "x")
    c.bad("9.3", "a deep tree, then a wrong checksum", "checksum", demo(
        deep, Member("y", "x", local={"crc": 1}, central={"crc": 1})))


def add(c):
    end(c)
    zip64(c)
    framing(c)
    descriptors(c)
    extras(c)
    methods(c)
    streams(c)
    limits(c)
    names(c)
