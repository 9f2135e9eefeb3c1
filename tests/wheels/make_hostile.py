#!/usr/bin/env python3
"""usage: make_hostile.py DIR [MACHINE]

Writes a wheel for every rule, and for what was tried to get around it, each
into a directory of its own below DIR, and DIR/cases, a list of [rule, what it
is, the wheel's directory, outcome, word, files].

The outcome is `refused` (with the word in the message), `warned` (installed,
with the word in a warning) or `installed`. The files are what is then in the
environment: PATH, PATH@MODE, PATH=TEXT (it has a line TEXT, with ENV for the
environment's path), !PATH (is not there). Wheels are for CPython 3.13.1 with
glibc on MACHINE. Those that are refused would make a file CANARY, if any.
"""

import base64
import hashlib
import json
import os
import sys

import hostile_zip
from wheel_bytes import (DATA, INFO, METADATA, SITE, WHEEL, Member, archive,
                         deflate, demo, row)

FILE = "demo-1.0-py3-none-any.whl"
INSTALLED = SITE + "demo/__init__.py"


class Corpus:
    def __init__(self, top):
        self.top = top
        self.cases = []

    def add(self, rule, what, outcome, word, content, file=FILE, files=()):
        """CONTENT: the members of an archive, or its bytes."""
        place = os.path.join(self.top, f"{len(self.cases) + 1:03}")
        os.mkdir(place)
        with open(os.path.join(place, file), "wb") as f:
            f.write(content if isinstance(content, bytes)
                    else archive(content))
        self.cases.append((rule, what, place, outcome, word, files))

    def bad(self, rule, what, word, content, file=FILE):
        self.add(rule, what, "refused", word, content, file)

    def good(self, rule, what, content=None, *files, file=FILE):
        self.add(rule, what, "installed", "", content or demo(), file,
                 (INSTALLED, *files))

    def odd(self, rule, what, word, content, *files, file=FILE):
        self.add(rule, what, "warned", word, content, file,
                 (INSTALLED, *files))


def file_names(c):
    for name in ("demo-1.0-py3-none.whl", "demo-1.0-1-x-py3-none-any.whl",
                 "demo--py3-none-any.whl", "-1.0-py3-none-any.whl",
                 "demo.whl", ".whl", "demo-1.0-py3-none-any.zip",
                 "demo-1.0-py3-none-any.WHL", "demo-1.0-py3-none-any-.whl",
                 "demo-1.0-x1-py3-none-any.whl"):
        c.bad("1.1", "a file name of the wrong form", "name is not that",
              demo(), name)
    for name in ("demo-1.0-1-py3-none-any.whl",
                 "demo-1.0-1abc-py3-none-any.whl"):
        c.good("1.1", "a build number", file=name)
    for name in ("_demo", "demo!", "demo_", "d\u00e9mo", "demo\x1b[2J",
                 "demo\n", "demo x"):
        c.bad("1.2", "no name of a project", "name is not that", demo(),
              name + "-1.0-py3-none-any.whl")
    for name in ("Demo-1.0-py3-none-any.whl", "DEMO-1.0-py3-none-any.whl"):
        c.good("1.2", "the same name otherwise written", file=name)
    for name in ("d.e_mo", "d_e__mo", "D.E.MO"):
        c.good("1.2", "separators are all the same", demo(
            metadata=METADATA.replace("demo", "d-e-mo"),
            info="d_e_mo-1.0.dist-info/"), SITE + "d_e_mo-1.0.dist-info/RECORD",
            file=name + "-1.0-py3-none-any.whl")
    for version in ("abc", "1.0.x", "1..0", "1.0+", "1!", "1.0;2"):
        c.bad("1.3", f"no version: {version}", "name is not that", demo(),
              f"demo-{version}-py3-none-any.whl")
    for version, said in (("1.0.0", "1.0"), ("v1.0", "1.0"), ("1!2.0", "1!2"),
                          ("1.0+cu118.1", "1.0+cu118.1"),
                          ("1.0+cu118_1", "1.0+cu118.1"),
                          ("1.0_1", "1.0.post1"), ("1.0rc1", "1.0-rc.1")):
        info = f"demo-{version}.dist-info/"
        c.good("1.3", f"version {version} of {said}",
               demo(info=info, metadata=METADATA.replace("1.0", said)),
               SITE + info + "RECORD",
               file=f"demo-{version}-py3-none-any.whl")
    for tags in ("py2.py3-none-any", "py3.py2-none.abi3-any.win32",
                 "PY3-None-Any"):
        c.good("1.4", "one of the tags fits", file=f"demo-1.0-{tags}.whl")
    for tags in ("py2..py3-none-any", "py3.-none-any", "py3-none-.any",
                 "py3,x-none-any", "py3-none-any%", "py3-no ne-any"):
        c.bad("1.4", "no set of tags", "name is not that", demo(),
              f"demo-1.0-{tags}.whl")
    c.good("1.5", "WHEEL's Tag is another",
           demo(wheel=WHEEL.replace("py3-none-any", "py2-none-win32")))


def tags(c, machine):
    other = "aarch64" if machine == "x86_64" else "x86_64"
    linux = f"linux_{machine}"
    for tag in (f"cp313-cp313-{linux}", f"cp313-abi3-{linux}",
                f"cp313-none-{linux}", f"cp36-abi3-{linux}",
                f"cp32-abi3-{linux}", f"py313-none-{linux}",
                f"py3-none-{linux}", f"py30-none-{linux}", "cp313-none-any",
                "py313-none-any", "py30-none-any", "py312-none-any",
                f"py3-none-manylinux_2_17_{machine}.manylinux2014_{machine}",
                f"cp313-cp313-manylinux_2_17_{machine}",
                f"cp39-abi3-musllinux_1_1_{machine}.manylinux2014_{machine}"):
        c.good("2.2", tag, demo(wheel=WHEEL.replace("py3-none-any", tag)),
               file=f"demo-1.0-{tag}.whl")
    for tag in ("cp312-none-any", "cp3-none-any", "py3-abi3-any",
                "cp313-abi3-any", "cp313-cp313-any", f"cp314-abi3-{linux}",
                f"cp31-abi3-{linux}", f"cp312-cp312-{linux}",
                f"cp313-cp312-{linux}", f"cp312-none-{linux}",
                f"cp313-cp313t-{linux}", f"cp313t-cp313-{linux}",
                f"cp313-cp313m-{linux}", f"cp313-cp313d-{linux}",
                f"cp313-abi3t-{linux}", "py314-none-any", "py2-none-any",
                "py27-none-any", "py4-none-any", "py-none-any",
                f"pp310-pypy310_pp73-{linux}", "pp313-none-any",
                "jy313-none-any", "cp3130-none-any", "py3130-none-any",
                "py03-none-any"):
        c.bad("2.2", f"not for CPython 3.13: {tag}", "is not compatible", demo(),
              f"demo-1.0-{tag}.whl")
    for platform in (f"linux_{other}", f"manylinux_2_17_{other}", "win_amd64",
                     "win32", "macosx_11_0_arm64", "macosx_10_9_universal2",
                     "ios_13_0_arm64_iphoneos", "android_21_arm64_v8a",
                     f"musllinux_1_1_{machine}", f"musllinux_1_2_{machine}",
                     "linux", f"manylinux_{machine}", "manylinux2014",
                     f"manylinux_2_{machine}", f"manylinux_3_17_{machine}",
                     f"manylinux2_17_{machine}", f"manylinux_1_17_{machine}",
                     f"manylinux3000_{machine}", f"xlinux_{machine}",
                     f"linux_{machine}_", "anyany", f"manylinux_2_17{machine}",
                     f"manylinux_2_99999999999999999999_{machine}",
                     f"manylinux_2_4294967313_{machine}"):
        c.bad("2.3", f"not for this platform: {platform}", "is not compatible",
              demo(), f"demo-1.0-cp313-cp313-{platform}.whl")


def dist_info(c):
    c.bad("3.1", "no .dist-info", "no directory .dist-info",
          [Member("demo/__init__.py")])
    c.bad("3.1", "no member at all", "no directory .dist-info", [])
    c.bad("3.1", ".dist-info is a file", "no directory .dist-info",
          [Member("demo-1.0.dist-info", "x")])
    c.bad("3.1", ".dist-info is not at the top", "no directory .dist-info",
          demo(info="x/" + INFO))
    for other in ("other-1.0.dist-info/METADATA", "demo-2.0.dist-info/RECORD",
                  "demo-1.0-.dist-info/x", "Demo-1.0.dist-info/METADATA",
                  ".dist-info/x"):
        c.bad("3.1", f"two .dist-info, the other {other}", "two directories",
              demo(Member(other, "x")))
    for info in ("other-1.0", "demo_x-1.0", "demo", "dem-1.0", "demo1.0",
                 "demo-", "-1.0", "demo-x-1.0", "", "demo-1.0-1"):
        c.bad("3.1", f"the .dist-info of another: '{info}'", "dist-info",
              demo(info=info + ".dist-info/"))
    c.bad("3.1", ".dist-info of another version", "2.0",
          demo(info="demo-2.0.dist-info/"))
    c.bad("3.1", "a project called demo.dist, .dist-info without version",
          "dist-info", demo(info="demo.dist-info/", metadata=METADATA.replace(
              "demo", "demo.dist")), "demo.dist-1.0-py3-none-any.whl")
    c.good("3.1", ".dist-info, otherwise written",
           demo(info="DEMO-1.0.0.dist-info/"),
           SITE + "DEMO-1.0.0.dist-info/RECORD")
    for name in ("METADATA", "WHEEL", "RECORD"):
        c.bad("3.2", f"no {name}", f"it has no {INFO}{name}",
              demo(drop=[name]))
        c.bad("3.2", f"{name} is a directory", f"it has no {INFO}{name}",
              [*demo(drop=[name]), Member(INFO + name + "/", method=0)])
        c.bad("3.2", f"{name} in small letters", f"it has no {INFO}{name}", [
            Member(m.name.replace(name.encode(), name.lower().encode()),
                   m.data) for m in demo()])
    for wheel in ("Wheel-Version: 2.0\n", "Wheel-Version: 10.0\n",
                  "Wheel-Version: 0.9\n", "Wheel-Version: x\n",
                  "Wheel-Version: \n", "Wheel-Version: 1\n", "", "\n",
                  "Root-Is-Purelib: true\n", "Wheel-Version: 1.x\n",
                  "Wheel-Version: -1.0\n", "Wheel-Version: 1.0.\n",
                  "\n\nWheel-Version: 1.0\n",
                  "Wheel-Version: 2.0\nWheel-Version: 1.0\n",
                  "Wheel-Version : 1.0\n"):
        c.bad("3.3", f"WHEEL says {wheel!r}", "Wheel-Version",
              demo(wheel=wheel))
    c.bad("3.3", "WHEEL is not UTF-8", "UTF-8", demo(wheel=WHEEL.encode() +
                                                     b"X: \xff\n"))
    c.odd("3.3", "a newer minor version", "newer",
          demo(wheel=WHEEL.replace("1.0", "1.9")))
    for wheel in (WHEEL.replace("\n", "\r\n"), WHEEL.lower(), WHEEL[:-1],
                  WHEEL + "Wheel-Version: 2.0\n",
                  WHEEL.replace("Version:", "Version:\n "),
                  WHEEL.replace("true", "True"),
                  WHEEL.replace("true", "false"), "Wheel-Version: 1.0\n"):
        c.good("3.3", f"WHEEL says {wheel!r}", demo(wheel=wheel))


def metadata(c):
    for change in (("Name: demo", "Name: other"), ("Name: demo\n", ""),
                   ("Name: demo", "Name: "), ("Name: demo", "Name: demo x"),
                   ("Name: demo", "Name: demo_x"), ("Name", "\nName"),
                   ("Name: demo", "Name: other\nName: demo"),
                   ("Name: demo", "Name: \x1b[31mdemo")):
        c.bad("3.5", f"METADATA with {change[1]!r}", "its Name is not",
              demo(metadata=METADATA.replace(*change)))
    c.odd("3.5", "METADATA has a local version that the name lacks",
          "untidy: its parts differ in their local version",
          demo(metadata=METADATA.replace("Version: 1.0", "Version: 1.0+x")))
    c.odd("3.1", ".dist-info and .data have a local version", "local version",
          demo(Member("demo-1.0+x.data/scripts/tool", "x"),
               info="demo-1.0+x.dist-info/"), "bin/tool")
    for line in ("Version: 2.0", "", "Version: 1.1+x", "Version: 1.0rc1",
                 "Version: x", "Version: 1.0 2", "Version: ", "\nVersion: 1.0"):
        c.bad("3.5", f"METADATA with {line!r}", "its Version is not", demo(
            metadata=METADATA.replace("\nVersion: 1.0", "\n" + line)))
    for text in (METADATA.replace("\n", "\r\n"), METADATA + "\nbody \x0c\n",
                 METADATA.replace("demo", "De.Mo").replace("De.Mo", "DEMO"),
                 METADATA + "Name: other\n", METADATA + "X-Odd: \u20ac\n"):
        c.good("3.5", f"METADATA is {text!r}", demo(metadata=text))
    for spec in (">=4.0", "<3.13", "!=3.13.*", "==3.12.*", ">3.13.1",
                 "~=3.13.2", "===3.13", ">=3.8,<3.13", "<=3.13.0", "==3.13",
                 ">=3.14a1"):
        c.bad("3.6", f"Requires-Python {spec}", "requires Python",
              demo(metadata=f"{METADATA}Requires-Python: {spec}\n"))
    for spec in (">=3.6", "~=3.12", "===3.13.1", "==3.13.*", ">= 3.8 , < 4",
                 "!=3.12.*", "<=3.13.1", ">=2.7, !=3.0.*, !=3.1.*"):
        c.good("3.6", f"Requires-Python {spec}",
               demo(metadata=f"{METADATA}Requires-Python: {spec}\n"))
    for spec in ("garbage", ">=three", "=3.8", ">=3.8;x"):
        c.odd("3.6", f"Requires-Python {spec}", "cannot be parsed",
              demo(metadata=f"{METADATA}Requires-Python: {spec}\n"))
    c.good("3.7", "what it requires is not there",
           demo(metadata=METADATA + "Requires-Dist: absent>=99\n"))


def layout(c):
    c.good("4.1", "each scheme", demo(
        Member(DATA + "purelib/pure.py"), Member(DATA + "platlib/plat.py"),
        Member(DATA + "headers/demo.h"), Member(DATA + "scripts/tool", "x"),
        Member(DATA + "data/share/demo/file"), Member(DATA + "data/top")),
        SITE + "pure.py", SITE + "plat.py", "bin/tool", "share/demo/file",
        "include/site/python3.13/demo/demo.h", "top",
        SITE + INFO + "RECORD=../../../share/demo/file,sha256=47DEQpj8HBSa-_"
        "TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0\r", "!" + SITE + DATA[:-1])
    for name in ("other/CANARY", "CANARY", "Purelib/CANARY", "scripts",
                 "stdlib/CANARY", "include/CANARY", "purelibx/CANARY",
                 "pure/CANARY"):
        c.bad("4.1", f".data/{name}", name, demo(Member(DATA + name, "x")))
    for name in ("Demo-1.0", "demo-1.0.0", "DEMO-1.0", "demo-01.0"):
        c.good("4.1", f".data spelt {name}", demo(
            Member(f"{name}.data/scripts/tool", "x")), "bin/tool")
    c.bad("4.1", "metadata of another project", "of another project", demo(
        Member(DATA + "purelib/other-1.0.dist-info/METADATA", "CANARY")))
    for name in ("other-1.0", "demo", "demo-2.0", "demo-1.0-1", "-1.0"):
        c.bad("4.1", f"another's .data: {name}", "it is not in", demo(
            Member(name + ".data/scripts/CANARY", "x")))
    for name in ("purelib/demo/__init__.py", "platlib/demo/__init__.py",
                 f"data/{SITE}demo/__init__.py"):
        c.bad("4.2", f".data/{name} over the root's", "same place",
              demo(Member(DATA + name, "CANARY")))
    c.bad("4.2", "scripts over data/bin", "same place", demo(
        Member(DATA + "scripts/tool"),
        Member(DATA + "data/bin/tool", "CANARY")))
    c.bad("4.2", "a file over a directory", "demo", demo(
        Member(DATA + "purelib/demo", "CANARY")))
    c.bad("4.2", "a directory over a file", "init", demo(
        Member(DATA + "purelib/demo/__init__.py/CANARY", "CANARY")))
    for name in ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json",
                 "METADATA"):
        c.bad("4.2", f".data/purelib over the installer's {name}", name,
              demo(Member(f"{DATA}purelib/{INFO}{name}", "CANARY")))
    names = ("python", "python3", "python3.13", "python3.13t", "pythonw",
             "PYTHON", "Python3", "pypy", "pypy3.10", "graalpy", "activate",
             "activate.csh", "activate.fish", "Activate.ps1", "ACTIVATE")
    for name in names:
        c.bad("4.3", f".data/scripts/{name}", "replace",
              demo(Member(DATA + "scripts/" + name, "#!CANARY")))
        c.bad("4.3", f"an entry point called {name}", name, demo(
            scripts=f"[console_scripts]\n{name} = demo:main\n"))
    for name in ("pyvenv.cfg", "PyVenv.cfg", "lib64", "lib64/CANARY",
                 "LIB64/x", ".gitignore", "bin/python", "BIN/python3",
                 "bin/python/CANARY", "bin/python3.13"):
        c.bad("4.3", f".data/data/{name}", "replace",
              demo(Member(DATA + "data/" + name, "CANARY")))
    for name in ("bin", "lib", "include", "lib/python3.13",
                 SITE[:-1], SITE + "demo"):
        c.bad("4.3", f".data/data/{name}: a file where a directory is", name,
              demo(Member(DATA + "data/" + name, "CANARY")))
    c.good("4.3", "names much like them", demo(
        Member(DATA + "scripts/pythonize"), Member(DATA + "scripts/pythons"),
        Member(DATA + "scripts/activate-it"), Member(DATA + "scripts/pypi"),
        Member(DATA + "data/lib/lib64"), Member(DATA + "data/x/pyvenv.cfg")),
        "bin/pythonize", "bin/pythons", "bin/activate-it", "bin/pypi",
        "lib/lib64", "x/pyvenv.cfg")
    c.good("4.4", "a directory in scripts",
           demo(Member(DATA + "scripts/sub/tool", "#!python\n")),
           "bin/sub/tool")
    c.good("4.4", "a script that an entry point makes anew", demo(
        Member(DATA + "scripts/tool", "STALE"),
        scripts="[console_scripts]\ntool = demo:main\n"),
        "bin/tool=from demo import main", "bin/tool@755")
    c.bad("4.4", "a script called as one that pip's entry point makes",
          "pip3", demo(Member(DATA + "scripts/pip3", "CANARY"),
                       scripts="[console_scripts]\npip = demo:main\n"))
    c.good("4.5", "a .pth, an empty directory", demo(
        Member("demo.pth", "import CANARY\n"), Member("empty/", method=0),
        Member("empty/deep/", packed=deflate(b""))),
        SITE + "demo.pth", "!" + SITE + "empty")
    c.good("4.6", "compiled code", demo(
        Member("demo/__pycache__/__init__.cpython-313.pyc", "CANARY"),
        Member("demo/only.pyc", "x"), Member("demo/x__pycache__/y.pyc", "x"),
        Member("__pycache__/top.cpython-313.pyc", "CANARY")),
        "!" + SITE + "demo/__pycache__", SITE + "demo/only.pyc",
        SITE + "demo/x__pycache__/y.pyc", "!" + SITE + "__pycache__")


def scripts(c):
    for first, want in (("#!python\n", "#!ENV/bin/python"),
                        ("#!python3 -E\n", "#!ENV/bin/python"),
                        ("#!pythonw\r\n", "#!ENV/bin/python"),
                        ("#!python", "#!ENV/bin/python"),
                        ("#! python\n", "#! python"),
                        ("#!/usr/bin/python\n", "#!/usr/bin/python"),
                        ("#!pytho\n", "#!pytho"), ("#!", "#!"), ("", None)):
        c.good("5.1", f"a script that starts with {first!r}", demo(
            Member(DATA + "scripts/tool", first, mode=0o100755)),
            "bin/tool@755", *([f"bin/tool={want}"] if want else []))
    c.bad("5.1", "a script whose hash is wrong, first line or not", "hash",
          demo(Member(DATA + "scripts/tool", "#!python\nx", mode=0o100755),
               record=lambda t: t.replace(row(DATA + "scripts/tool",
                                              "#!python\nx"),
                                          row(DATA + "scripts/tool",
                                              "#!python\ny"))))
    for line in ("../CANARY = demo:f", "/tmp/CANARY = demo:f",
                 "a/CANARY = demo:f", ".. = demo:f", ". = demo:f",
                 "a\0b = demo:f", " = demo:f", "no equals sign",
                 "a\x1bb = demo:f", "a = demo", "a = ", "a = demo:",
                 "a = :f", "a = demo:f()", "a = demo:f;x", "a = demo:f g",
                 "a = os:system('touch CANARY')#:x", "a = demo;x:f",
                 "a = demo:f.", "a = .demo:f", "a = demo..x:f", "a = 1demo:f",
                 "a = demo:f [x", "a = demo:f\n  b:f", "a: demo:f",
                 "a = demo:f\na = demo:g", "a = demo:f\n[console_scripts]",
                 "a = demo:f\n[broken", "a = demo:f\n[]", "a = demo:f\rb = d:g",
                 "a = demo:f\x0bb = d:g", "a = demo:f\u2028b = d:g",
                 "a = demo:f\n [gui_scripts]\nb = d:g", "a=demo-x:f"):
        c.bad("5.2", f"entry point {line!r}", "entry_points.txt",
              demo(scripts=f"[console_scripts]\n{line}\n"))
    c.bad("5.2", "an entry point in no section", "no section",
          demo(scripts="a = demo:f\n[console_scripts]\n"))
    c.bad("5.2", "entry points are not UTF-8", "UTF-8",
          demo(scripts=b"[console_scripts]\n\xff = demo:f\n"))
    c.bad("5.2", "entry points in UTF-16", "entry_points.txt",
          demo(scripts="[console_scripts]\na = d:f\n".encode("utf-16")))
    c.bad("5.2", "a name too long for a file", "long",
          demo(scripts=f"[console_scripts]\n{'a' * 256} = demo:f\n"))
    for line, want in (("a = demo:f", "    sys.exit(f())"),
                       ("a=demo:f", "from demo import f"),
                       ("a = demo.sub : f.g ", "    sys.exit(f.g())"),
                       ("a = demo:f [x,y]", "from demo import f"),
                       ("# x\n; y\na = demo:f", "from demo import f"),
                       ("a = demo:f\n\n[other]\n../x = y\n  z",
                        "from demo import f"),
                       ("a = demo:f\n[gui_scripts]\na = demo:g",
                        "from demo import g"),
                       ("a = demo:\u0192", "from demo import \u0192")):
        c.good("5.2", f"entry point {line!r}", demo(
            scripts=f"[console_scripts]\n{line}\n"), "bin/a=" + want,
            "bin/a@755", "bin/a=#!ENV/bin/python")
    for name in ("a,b", "a:b", "a b", "-x", "a\\b", "caf\u00e9", "a(b)", "a'b",
                 "...", "~", "*"):
        c.good("5.2", f"a script called {name}", demo(
            scripts=f"[console_scripts]\n{name} = demo:f\n"),
            f"bin/{name}@755")
    c.good("5.2", "no entry points in the file", demo(scripts=""))
    c.good("5.2", "CRLF", demo(scripts="[gui_scripts]\r\na = demo:f\r\n"),
           "bin/a=from demo import f")
    c.good("12.1", "pip's own scripts", demo(
        scripts="[console_scripts]\npip = demo:f\npip3.9 = demo:f\n"
        "pip3 = demo:f\npip4x = demo:f\neasy_install = demo:f\n"
        "easy_install-3.6 = demo:f\n"), "bin/pip", "bin/pip3", "bin/pip3.13",
        "!bin/pip3.9", "bin/pip4x", "bin/easy_install-3.13",
        "!bin/easy_install-3.6")
    c.good("6", "what the installer writes is in the wheel", demo(
        Member(INFO + "INSTALLER", "evil\n"), Member(INFO + "REQUESTED", "x"),
        Member(INFO + "direct_url.json", "{}")),
        SITE + INFO + "INSTALLER=pip", SITE + INFO + "REQUESTED=")


def record(c):
    init = row("demo/__init__.py", "x = 1\n")

    def bad(what, word, change):
        c.bad("7.1", what, word, demo(record=change))
    bad("not UTF-8", "UTF-8", lambda t: t.encode() + b"\xff,,\n")
    bad("a quote is not closed", "quote", lambda t: '"demo,,\n' + t)
    bad("a quote in a field", "quote", lambda t: 'de"mo,,\n' + t)
    bad("text after a quote", "quote", lambda t: '"demo"x,,\n' + t)
    bad("two fields", "three fields", lambda t: t + "x,\n")
    bad("four fields", "three fields", lambda t: t + "x,,,\n")
    bad("an empty line", "three fields", lambda t: "\n" + t)
    bad("NUL", "control", lambda t: t + "x\0,,\n")
    bad("ESC", "control", lambda t: t + "\x1b[2J,,\n")
    bad("CR alone", "control", lambda t: t.replace("\n", "\r"))
    bad("a byte order mark", "byte order", lambda t: "\ufeff" + t)
    bad("a line separator", "separator", lambda t: t + "x\u2028,,\n")
    for path in ("../../../../tmp/CANARY", "demo/../CANARY", "..", "demo/..",
                 "/../CANARY"):
        bad(f"a row for {path}", "RECORD", lambda t, p=path: t + f"{p},,\n")
    bad("a row that contradicts", "twice",
        lambda t: t + row("demo/__init__.py", "CANARY"))
    c.odd("7.1", "a row with a slash in front", "1 row starts with a slash",
          demo(record=lambda t: t.replace(init, "/" + init)), SITE + INFO +
          "RECORD=" + init.strip() + "\r")
    c.odd("7.1", "a row for an absolute path", "1 row starts with a slash",
          demo(record=lambda t: t + "/tmp/CANARY,,\n"))
    c.odd("7.1", "nothing", "files are not in its RECORD",
          demo(record=lambda t: ""))
    c.good("7.1", "doubled rows", demo(record=lambda t: t + init))
    c.good("7.1", "CRLF", demo(record=lambda t: t.replace("\n", "\r\n")))
    c.good("7.1", "no end of the last line", demo(record=lambda t: t[:-1]))
    c.good("7.1", "all is quoted", demo(
        record=lambda t: '"' + t[:-1].replace(",", '","').replace(
            "\n", '"\n"') + '"\n'))
    c.good("7.1", "names that need quotes", demo(
        Member('demo/a,b "c".txt', "x")), SITE + 'demo/a,b "c".txt',
        SITE + INFO + 'RECORD="demo/a,b ""c"".txt",sha256=LXEWQrcmsEQBYnyp-6wy'
        "9chTD7GQPMTbAiWHF5IaSIE,1\r")
    for what, word, change in (
            ("another hash", "hash", row("demo/__init__.py", "x = 2\n")),
            ("another size", "size", init.replace(",6\n", ",7\n")),
            ("a size with a sign", "size", init.replace(",6\n", ",+6\n")),
            ("a size of 2^64 more", "size",
             init.replace(",6\n", ",18446744073709551622\n")),
            ("a size in hex", "size", init.replace(",6\n", ",0x6\n")),
            ("a size that is none", "size", init.replace(",6\n", ",six\n")),
            ("a hash cut short", "sha256 or better",
             init.replace(",6\n", "X").replace("gX", "X")[:60] + ",6\n"),
            ("another padded hash", "does not have the hash", "demo/__init__.py,"
             "sha256=" + "A" * 43 + "==,6\n"),
            ("another hash in hex", "hash", "demo/__init__.py,sha256=" +
             hashlib.sha256(b"x = 2\n").hexdigest() + ",6\n"),
            ("hex of half a hash", "sha256 or better",
             "demo/__init__.py,sha256=" + "00" * 16 + ",6\n"),
            ("no hash, another size", "size", "demo/__init__.py,,7\n")):
        c.bad("7.2", what, word, demo(
            record=lambda t, x=change: t.replace(init, x)))
    for what, word, change in (
            ("md5", "1 file has no sha256 hash",
             row("demo/__init__.py", "x = 1\n", "md5")),
            ("sha1", "1 file has no sha256 hash",
             row("demo/__init__.py", "x = 1\n", "sha1")),
            ("sha224", "1 file has no sha256 hash",
             row("demo/__init__.py", "x = 1\n", "sha224")),
            ("no hash", "1 file has no sha256 hash", "demo/__init__.py,,6\n"),
            ("an empty hash", "1 file has no sha256 hash",
             "demo/__init__.py,sha256=,6\n"),
            ("a hash in hex", "1 hash is hexadecimal or padded",
             "demo/__init__.py,sha256=" +
             hashlib.sha256(b"x = 1\n").hexdigest() + ",6\n"),
            ("a padded hash", "1 hash is hexadecimal or padded",
             "demo/__init__.py,sha256=" + base64.b64encode(
                 hashlib.sha256(b"x = 1\n").digest()).decode() + ",6\n"),
            ("no row", "1 file is not in its RECORD", ""),
            ("another case in the path", "1 file is not in its RECORD",
             init.replace("demo", "Demo")),
            ("./ in front of the path", "1 file is not in its RECORD",
             "./" + init)):
        c.odd("7.2", what, word, demo(
            record=lambda t, x=change: t.replace(init, x)))
    for what, change in (
            ("sha384", row("demo/__init__.py", "x = 1\n", "sha384")),
            ("sha512", row("demo/__init__.py", "x = 1\n", "sha512")),
            ("no size", init.replace(",6\n", ",\n")),
            ("zeros in front of the size", init.replace(",6\n", ",006\n"))):
        c.good("7.2", what, demo(
            record=lambda t, x=change: t.replace(init, x)))
    c.good("7.2", "a row of what is not there is dropped", demo(
        record=lambda t: t + row("demo/gone.py", "")),
        "!" + SITE + "demo/gone.py")
    c.good("7.2", "signatures have no row", [
        *demo(), Member(INFO + "RECORD.jws", "{}"),
        Member(INFO + "RECORD.p7s", "x")],
        "!" + SITE + INFO + "RECORD.jws", "!" + SITE + INFO + "RECORD.p7s")
    c.good("7.2", "RECORD has a hash of itself", demo(
        record=lambda t: t.replace("RECORD,,", "RECORD,sha256=x,1")),
        SITE + INFO + "RECORD=" + INFO + "RECORD,,\r")


def modes(c):
    for mode, want in ((0o100755, 755), (0o755, 644), (0o100644, 644),
                       (0o104755, 755), (0o102711, 755), (0o101777, 755),
                       (0o100600, 644), (0o100001, 755), (0, 644),
                       (0o100000, 644), (0o120777, 644), (0o060777, 644),
                       (0o010777, 644), (0o040755, 644), (0o140777, 644),
                       (0o170777, 644)):
        c.good("8.1", f"mode {mode:o}", demo(
            Member("demo/file", "/etc/passwd", mode=mode)),
            f"{SITE}demo/file@{want}", f"{SITE}demo/file=/etc/passwd")
    c.good("8.1", "made on Windows", demo(
        Member("demo/file", "x", mode=0o100755, central={"system": 0})),
        SITE + "demo/file@755")
    c.bad("9.4", "a file below a link", "directory of it", demo(
        Member("link", "/tmp", mode=0o120777), Member("link/CANARY", "x")))


def main(top, machine):
    c = Corpus(top)
    file_names(c)
    tags(c, machine)
    dist_info(c)
    metadata(c)
    layout(c)
    scripts(c)
    record(c)
    modes(c)
    hostile_zip.add(c)
    with open(os.path.join(top, "cases"), "w", encoding="ascii") as f:
        json.dump(c.cases, f)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else os.uname().machine)
