"""
usage: python3 tests/wheels/make_odd.py DIR

Makes wheels in DIR that are legal and unusual, one oddity or two in each, for
the comparison with pip. As a module: make() writes one wheel.
"""

import base64
import csv
import hashlib
import io
import os
import sys
import zipfile

DATE = (2020, 2, 2, 2, 2, 2)


class Member:
    """A file of a wheel. MODE is what its attributes say, with its type."""

    def __init__(self, data, mode=0o100644, method=zipfile.ZIP_DEFLATED,
                 extra=b"", system=3, zip64=False):
        self.data = data if isinstance(data, bytes) else data.encode()
        self.mode, self.method, self.extra = mode, method, extra
        self.system, self.zip64 = system, zip64

    def write(self, archive, name):
        """Add it to ARCHIVE as NAME."""
        info = zipfile.ZipInfo(name, DATE)
        info.external_attr = self.mode << 16
        info.compress_type = self.method
        info.create_system = self.system
        info.extra = self.extra
        if self.zip64:
            with archive.open(info, "w", force_zip64=True) as out:
                out.write(self.data)
        else:
            archive.writestr(info, self.data)


class Pipe(io.RawIOBase):
    """A file that cannot seek: zipfile then writes data descriptors."""

    def __init__(self, file):
        super().__init__()
        self.file = file

    def writable(self):
        return True

    def write(self, data):
        return self.file.write(data)


def row(name, member, kind="sha256"):
    """The row of RECORD for a member."""
    digest = hashlib.new(kind, member.data).digest()
    text = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return name, "%s=%s" % (kind, text), str(len(member.data))


def metadata(name, version, *more):
    """A METADATA of the few lines that each one has, and MORE."""
    return "".join(line + "\n" for line in [
        "Metadata-Version: 2.1", "Name: " + name, "Version: " + version, *more,
        "", "A wheel to test with."])


def make(directory, stem, files, tag="py3-none-any", build="", name=None,
         more=(), scripts=None, purelib=True, kind="sha256", end="\r\n",
         extra_rows=(), pipe=False, comment=b"", directories=(),
         spoil=lambda members: None):
    """
    Write the wheel STEM (NAME-VERSION) of the members FILES into DIRECTORY;
    its path. SCRIPTS is the text of entry_points.txt; KIND the hash and END
    the line end of RECORD; SPOIL may change the members after RECORD is made.
    """
    project, version = stem.split("-")
    path = os.path.join(directory, "-".join(
        [stem] + ([build] if build else []) + [tag]) + ".whl")
    members = {key: value if isinstance(value, Member) else Member(value)
               for key, value in files.items()}
    info = stem + ".dist-info/"
    members.setdefault(info + "METADATA", Member(
        metadata(name or project, version, *more)))
    members.setdefault(info + "WHEEL", Member(
        "Wheel-Version: 1.0\nGenerator: venvbox tests\n"
        "Root-Is-Purelib: %s\nTag: %s\n" % (str(purelib).lower(), tag)))
    if scripts is not None:
        members[info + "entry_points.txt"] = Member(scripts)
    record = io.StringIO()
    rows = [row(key, member, kind) for key, member in members.items()
            if not key.startswith(info + "RECORD")]
    rows += [*extra_rows, (info + "RECORD", "", "")]
    csv.writer(record, lineterminator=end).writerows(rows)
    members[info + "RECORD"] = Member(record.getvalue())
    spoil(members)
    with open(path, "wb") as file:
        with zipfile.ZipFile(Pipe(file) if pipe else file, "w") as archive:
            for key in directories:
                archive.writestr(zipfile.ZipInfo(key, DATE), b"")
            for key, member in members.items():
                member.write(archive, key)
            archive.comment = comment
    return path


MAIN = "import sys\n\n\ndef main():\n    print(sys.prefix)\n"
SHOW = "import sys\nprint(sys.prefix)\n"


def make_names(top):
    """File names and versions."""
    make(top, "VB_Odd.Name-1.0", {
        "vb_odd.py": "",
        "VB_Odd.Name-1.0.data/headers/vb.h": "#pragma once\n",
        "VB_Odd.Name-1.0.data/headers/sub/vb.h": "",
    }, name="VB-Odd.Name", tag="py2.py3-none-any")
    make(top, "vb_build-1.0", {"vb_build.py": "x = 1\n"}, build="2abc")
    make(top, "vb_local-1.0+cu118.1", {"vb_local.py": "x = 1\n"})
    make(top, "vb_epoch-1!2.0rc1.post2.dev3", {"vb_epoch.py": ""})
    make(top, "vb_tags-1.0.0", {"vb_tags.py": ""},
         tag="cp39.py3.pp39-abi3.none-any.linux_x86_64")
    make(top, "vb_meta-1.0", {}, more=["Requires-Dist: vb-build"])


def make_files(top):
    """Names and modes of members."""
    make(top, "vb_files-1.0", {
        "vb_files/__init__.py": "",
        "vb_files/gr\u00fc\u00dfe.py": "x = 1\n",
        "vb_files/two words \u2603.txt": "x",
        "vb_files/a,b.txt": "x",
        'vb_files/say "hi", you.txt': "x",
        "vb_files/it's $HOME `id` %n.txt": "x",
        "vb_files/-rf": "x",
        "vb_files/a.py": "", "vb_files/A.py": "x = 2\n",
        "vb_files/e\u0301.txt": "nfd", "vb_files/\u00e9.txt": "nfc",
        "vb_files/a-b/c": "", "vb_files/a/b": "", "vb_files/a.b": "",
        "vb_files/" + "n" * 200: "x",
        "vb_files/" + "d/" * 60 + "deep": "x",
        "vb_files/x-1.0.dist-info/METADATA": "Name: x\n",
        "vb_files/x-1.0.data/scripts/x": "#!python\n",
        "vb_files/.hidden/.x": "",
        "vb_files.pth": "import sys\n",
        "vb_files-1.0.dist-info/licenses/a b/COPYING": "free",
        "vb_files-1.0.dist-info/top_level.txt": "vb_files\n",
    })
    make(top, "vb_modes-1.0", {
        "vb_modes/program": Member("#!/bin/sh\n", 0o100755),
        "vb_modes/owner": Member("x", 0o100744),
        "vb_modes/others": Member("x", 0o100001),
        "vb_modes/secret": Member("x", 0o100600),
        "vb_modes/setuid": Member("x", 0o106755),
        "vb_modes/none": Member("x", 0o100000),
        "vb_modes/untyped": Member("x", 0o755),
        "vb_modes/nothing": Member("x", 0),
        "vb_modes/dos": Member("x", 0o100755, system=0),
        "vb_modes/all": Member("x", 0o100777),
    })
    make(top, "vb_dirs-1.0", {"vb_dirs/full/x": "x"}, directories=[
        "vb_dirs/", "vb_dirs/empty/", "vb_dirs/full/"])


def make_archives(top):
    """How an archive may be written."""
    body = "".join("line %d\n" % n for n in range(9999))
    noise = hashlib.sha512(b"x").digest() * 2000
    make(top, "vb_pipe-1.0", {
        "vb_pipe/text": body, "vb_pipe/empty": "",
        "vb_pipe/stored": Member(body, method=zipfile.ZIP_STORED),
    }, pipe=True)
    make(top, "vb_zip-1.0", {
        "vb_zip/stored": Member(body, method=zipfile.ZIP_STORED),
        "vb_zip/empty": "",
        "vb_zip/empty stored": Member("", method=zipfile.ZIP_STORED),
        "vb_zip/zip64": Member(body, zip64=True),
        "vb_zip/time": Member(body, extra=b"UT\5\0\3\0\0\0\0"),
        "vb_zip/noise": noise,
        "vb_zip/zeros": bytes(3000000),
    }, comment=b"a comment")


def make_records(top):
    """RECORD, WHEEL and METADATA."""
    for kind in "sha384", "sha512":
        make(top, "vb_%s-1.0" % kind, {"vb_%s.py" % kind: SHOW}, kind=kind)
    make(top, "vb_lines-1.0", {
        "vb_lines.py": "",
        "vb_lines-1.0.dist-info/WHEEL":
            "Wheel-Version: 1.0\r\nROOT-IS-PURELIB: TRUE\r\n"
            "wheel-version: 7.0\r\nTag: py3-none-any",
        "vb_lines-1.0.dist-info/METADATA":
            "Metadata-Version: 2.1\r\nNAME: vb_LINES\r\nversion: 1.0.0\r\n"
            "Summary: two\r\n  lines",
    }, end="\n")
    make(top, "vb_quoted-1.0", {"vb_quoted.py": ""}, spoil=quote_all)
    make(top, "vb_new-1.0", {
        "vb_new.py": "",
        "vb_new-1.0.dist-info/WHEEL":
            "Wheel-Version: 1.9\nRoot-Is-Purelib: true\n"
            "Tag: py3-none-any\n"})
    # what pip makes a doubled row of, and what it keeps
    make(top, "vb_shipped-1.0", {
        "vb_shipped.py": "",
        "vb_shipped-1.0.dist-info/INSTALLER": "somebody\n",
        "vb_shipped-1.0.dist-info/REQUESTED": "",
        "vb_shipped-1.0.dist-info/direct_url.json": "{}"})
    make(top, "vb_stale-1.0", {"vb_stale.py": ""}, extra_rows=[
        row("vb_stale/gone.py", Member("gone"))])
    make(top, "vb_compiled-1.0", {
        "vb_compiled/__init__.py": "",
        "vb_compiled/__pycache__/__init__.cpython-311.pyc": b"\0",
        "vb_compiled/legacy.pyc": b"\0"})
    make(top, "vb_signed-1.0", {
        "vb_signed.py": "",
        "vb_signed-1.0.dist-info/RECORD.jws": "{}",
        "vb_signed-1.0.dist-info/RECORD.p7s": "x"})


def quote_all(members):
    """Quotes around each field of RECORD, and no end of its last line."""
    name = next(key for key in members if key.endswith("/RECORD"))
    rows = csv.reader(io.StringIO(members[name].data.decode()))
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    members[name] = Member(out.getvalue().rstrip("\n"))


def make_data(top):
    """The directories of .data."""
    make(top, "vb_data-1.0", {
        "vb_root.py": "",
        "vb_data-1.0.data/purelib/vb_pure/__init__.py": "",
        "vb_data-1.0.data/platlib/vb_plat/__init__.py": "",
        "vb_data-1.0.data/headers/vb_data.h": "",
        "vb_data-1.0.data/data/share/vb_data/x.txt": "x",
        "vb_data-1.0.data/data/etc/vb_data.conf": Member("x", 0o100755),
        "vb_data-1.0.data/data/bin/vb_tool": Member("#!python\n", 0o100755),
        "vb_data-1.0.data/data/vb_at_the_top": "x",
    })
    make(top, "vb_plat-1.0", {
        "vb_platroot.py": "",
        "vb_plat-1.0.data/purelib/vb_platpure.py": "",
    }, purelib=False)


def make_scripts(top):
    """Scripts and entry points."""
    run = 0o100755
    data = "vb_scripts-1.0.data/scripts/"
    scripts = {
        "vb_plain": "#!python\n" + SHOW,
        "vb_windowed": "#!pythonw\n" + SHOW,
        "vb_args": "#!python -E -s\n" + SHOW,
        "vb_three": "#!python3.99\n" + SHOW,
        "vb_crlf": "#!python\r\n" + SHOW.replace("\n", "\r\n"),
        "vb_latin": b"#!python\n# -*- coding: latin-1 -*-\nx = '\xe9'\n",
        "vb_noline": "#!python",
        "vb_blank": "#! python\n" + SHOW,
        "vb_other": "#!/usr/bin/python\n" + SHOW,
        "vb_sh": "#!/bin/sh\necho \"$0\"\n",
        "vb_empty": "",
        "vb_short": "#!py",
        "vb_binary": b"\x7fELF\0\1\2#!python\n",
    }
    files = {data + key: Member(value, run) for key, value in scripts.items()}
    files[data + "vb_unable"] = Member("#!python\n" + SHOW)
    files[data + "vb.dir/inner"] = Member("#!python\n" + SHOW, run)
    make(top, "vb_scripts-1.0", files)
    make(top, "vb_entries-1.0", {
        "vb_entries/__init__.py": "",
        "vb_entries/cli.py": MAIN + "\n\nclass C:\n    go = main\n",
    }, scripts=(
        "# a comment\n"
        "[console_scripts]\n"
        "vb-console = vb_entries.cli:main\n"
        "VB_Upper.dot = vb_entries.cli:C.go\n"
        "vb-tight=vb_entries.cli:main\n"
        "vb+plus  =  vb_entries.cli:main  [extra,other]\n"
        "\n\n[gui_scripts]\n"
        "vb-gui = vb_entries.cli:main\n"
        "[vb.plugins]\n"
        "anything at all = vb_entries.nothing\n"))
    make(top, "vb_both-1.0", {
        "vb_both.py": MAIN,
        # an entry point makes it anew
        "vb_both-1.0.data/scripts/vb-console2": Member("#!python\n", run),
    }, scripts="[console_scripts]\nvb-console2 = vb_both:main\n")
    make(top, "vb_noscripts-1.0", {"vb_noscripts.py": ""},
         scripts="\n[vb.plugins]\nx = vb_noscripts\n")


def make_all(top):
    """All of them; their paths."""
    os.makedirs(top, exist_ok=True)
    for function in (make_names, make_files, make_archives, make_records,
                     make_data, make_scripts):
        function(top)
    return sorted(os.path.join(top, name) for name in os.listdir(top))


if __name__ == "__main__":
    print("\n".join(make_all(sys.argv[1])))
