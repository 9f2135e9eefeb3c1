"""
The scenarios: with every interpreter (EACH), with Debian's, the oldest and the
newest (SOME), with the newest (ONCE), or only if asked for MORE.
"""

import glob
import json
import os
import re
import shutil

import allowed
import bench
import bundled
import compare
import make_odd
import pypi
from tap import Skip, want

EACH, SOME, ONCE, MORE = [], [], [], []


def scenario(name, into):
    """Decorator: a function of a Bench is the scenario NAME."""
    def register(function):
        into.append((name, function))
        return function
    return register


# ---- what pip installs -------------------------------------------------------

@scenario("odd wheels, and those that come with it", EACH)
def odd(b):
    b.compare_with_pip(bench.ODD + bundled.wheels(b.base))


@scenario("wheels that the world uses", ONCE)
def few(b):
    b.compare_with_pip(pypi.fetch(b.base, b.pip(), bench.CACHE, bench.ENVIRON,
                                  "few-" + b.base.label, pypi.FEW))


@scenario("a musllinux wheel is refused with glibc", ONCE)
def musl(b):
    wheels = pypi.fetch(b.base, b.pip(), bench.CACHE, bench.ENVIRON,
                        "musl-" + b.base.label, pypi.MUSL)
    done = b.run_raw([bench.PROGRAM, "pyvenv", "-p", b.base.exe,
                      "--wheel", wheels[0], b.env])
    want(done.returncode == 1 and b"is not compatible" in done.stderr and
         not os.path.exists(b.env), "not refused: %r" % done.stderr)


@scenario("wheels of a directory", ONCE)
def directory(b):
    top = os.path.dirname(bench.ODD[0])
    ours = b.make([top])
    # pip calls the directory of headers as it was asked, ours has one way
    names = [os.path.basename(wheel).split("-")[0].replace("_", "-")
             for wheel in bench.ODD]
    b.compare(ours, ["--pre", "--find-links", top, *names])


@scenario("wheels by relative paths, and through a link", ONCE)
def relative(b):
    top = b.path("here")
    os.makedirs(top + "/sub")
    for wheel in bench.ODD[:2]:
        shutil.copy(wheel, top)
    os.symlink(top, b.path("link"))
    names = [os.path.basename(wheel) for wheel in bench.ODD[:2]]
    words = ["../here//./" + names[0], "../link/sub/../" + names[1]]
    b.cwd = top
    b.compare_with_pip(words)


@scenario("an environment whose path has a blank, is long", ONCE)
def paths(b):
    # pip does not start the others, it only says their interpreter's name
    wheels = [w for w in bench.ODD if "/vb_scripts-" not in w]
    for name in "two words", "l" * 150:
        b.settle(b.path(name))
        b.compare_with_pip(wheels)


@scenario("an umask of 077, of 002, of 0", ONCE)
def umasks(b):
    wheels = [w for w in bench.ODD if "modes" in w or "scripts" in w]
    for b.umask in "077", "002", "0":
        b.compare_with_pip(wheels)
        shutil.rmtree(b.env)


# ---- a life with pip ---------------------------------------------------------

def life(version):
    """Members of the wheel vb_life: what is added, changed, gone, and a file
    of 1.0 that is a directory in 2.0."""
    files = {
        "vb_life/__init__.py": "version = %r\n" % version,
        "vb_life/same.py": make_odd.MAIN,
        "vb_life/only%s/__init__.py" % version[0]: "",
        "vb_life/only%s.txt" % version[0]: "x",
        "vb_life_%s.py" % version[0]: "",
        "vb_life-%s.data/data/share/life%s/x" % (version, version[0]): "x",
        "vb_life-%s.data/scripts/life-script" % version:
            make_odd.Member("#!python\n" + make_odd.SHOW, 0o100755),
    }
    files["vb_life/turn%s" % ("/x.py" if version == "2.0" else "")] = ""
    return files


def make_life(b, version, **more):
    """The wheel vb_life; its path."""
    os.makedirs(b.path("wheels"), exist_ok=True)
    return make_odd.make(
        b.path("wheels"), "vb_life-" + version, life(version), scripts=(
            "[console_scripts]\nlife = vb_life.same:main\n"
            "life%s = vb_life.same:main\n" % version[0]), **more)


def files_of(table):
    """TABLE without directories: pip leaves some of its own, and removes some
    that it did not make."""
    return {name: entry for name, entry in table.items()
            if entry.kind != "dir"}


@scenario("pip lists, checks, shows, upgrades and uninstalls it", SOME)
def pip_life(b):
    before = b.make([])
    shutil.rmtree(b.env)
    seeds = bundled.wheels(b.base)
    b.make(seeds + bench.ODD + [make_life(b, "1.0")])
    pip = [b.python, "-m", "pip", "--disable-pip-version-check"]
    listed = json.loads(b.run(pip + ["list", "--format", "json"]))
    # PyPy has some of its own
    names = sorted(entry["name"] for entry in listed
                   if entry["name"].lower().startswith("vb"))
    want(len(names) == len(bench.ODD) + 1, "pip list: " + " ".join(names))
    b.run(pip + ["check"])
    shown = b.run(pip + ["show", "-f", "vb-life", "vb-entries", "vb-data"])
    for file in "../../../bin/life", "../../../bin/vb-gui", "vb_root.py":
        want("\n  %s\n" % file in shown, "pip show -f has no " + file)
    see_metadata(b)
    out = b.run([b.env + "/bin/life"])
    want(out == b.env + "\n", "bin/life says " + out)
    b.run(pip + ["install", "-q", "--no-index", "--upgrade",
                 make_life(b, "2.0")])
    want(b.run([b.python, "-c", "import vb_life; print(vb_life.version)"]) ==
         "2.0\n", "pip install --upgrade did not")
    b.run(pip + ["uninstall", "-q", "-y", *names, "setuptools", "pip"])
    b.same(files_of(b.tree(compiled=True)), files_of(before))


def see_metadata(b):
    """importlib.metadata sees what is installed, and its files are there."""
    if b.base.minor < (3, 8):
        return
    out = b.run([b.python, "-c", """
import importlib.metadata as m
names = set()
for d in m.distributions():
    names.add(d.metadata["Name"])
    for f in d.files or ():
        assert f.locate().exists(), f
assert m.version("vb_local") == "1.0+cu118.1"
assert [e.value for e in m.distribution("vb_entries").entry_points
        if e.name == "vb-gui"] == ["vb_entries.cli:main"]
print(len(names))
"""])
    want(int(out) >= len(bench.ODD), "importlib.metadata sees " + out)


# ---- pip itself --------------------------------------------------------------

def as_by_python(table, env):
    """TABLE of an environment that ensurepip filled: without the rows of what
    was compiled; launchers start the name python, not the one that ensurepip
    was run by."""
    for name, entry in table.items():
        if name.endswith(".dist-info/RECORD"):
            lines = entry.data.decode().split("\r\n")
            entry.data = "\r\n".join(
                line for line in lines if not line.endswith(".pyc,,")).encode()
        elif name.startswith("bin/"):
            entry.data = re.sub(rb"^(#!%s/bin/)(python|pypy)[\d.]*\n" %
                                re.escape(env.encode()), rb"\1python\n",
                                entry.data)
    return table


@scenario("--with-pip is what ensurepip leaves", SOME)
def ensurepip(b):
    """Compare with what `python -m venv` leaves."""
    setuptools = ["--with-setuptools"] if b.base.minor < (3, 12) else []
    ours = b.make([], "--with-pip", *setuptools)
    shutil.rmtree(b.env)
    b.run([b.base.exe, "-m", "venv", b.env])
    theirs = as_by_python(b.tree(), b.env)
    version = bundled.Pip(bundled.seed(b.base, "pip"), bench.CACHE).version
    found = [row for row in compare.differences(ours, theirs)
             # another suite looks at what venv writes; Debian's PyPy keeps
             # wheels there
             if not re.match(r"\.gitignore|bin/(python|pypy|activate|Activate)|"
                             "share", row.name)]
    b.judge(bench.allowed.unmeant(found, theirs, version))



@scenario("without --with-setuptools there is none", ONCE)
def no_setuptools(b):
    names = b.make([], "--with-pip")
    want(not [name for name in names if "/setuptools" in name and
              "/pip/" not in name], "setuptools is there")


# ---- what is there already ---------------------------------------------------

def compile_all(b):
    """Have Python compile what is in the environment, in three ways."""
    for flags in [], ["-OO"]:
        b.run([b.python, *flags, "-m", "compileall", "-q",
               *glob.glob(b.env + "/lib/*/site-packages")])


@scenario("--upgrade --wheel replaces an older version without a trace", EACH)
def upgrade(b):
    old, new = make_life(b, "1.0"), make_life(b, "2.0")
    fresh = b.make([new])
    shutil.rmtree(b.env)
    b.make([old])
    compile_all(b)
    ours = b.make([new], "--upgrade")
    b.same(b.tree(compiled=True), fresh)
    b.same(ours, fresh)
    b.say(compare.defects(ours))


@scenario("--upgrade --wheel where somebody has removed files", ONCE)
def upgrade_rest(b):
    old, new = make_life(b, "1.0"), make_life(b, "2.0")
    fresh = b.make([new])
    shutil.rmtree(b.env)
    b.make([old])
    shutil.rmtree(b.env + "/share")
    os.remove(b.env + "/bin/life1")
    plan = b.pyvenv("-n", "--upgrade", "--wheel", new, b.env)
    want("life1" not in plan and "remove bin/life\n" in plan, plan)
    b.same(b.make([new], "--upgrade"), fresh)


@scenario("in place: --upgrade --wheel, --clear --wheel, a bad wheel", ONCE)
def in_place(b):
    new = make_life(b, "2.0")
    fresh = files_of(b.make([new]))
    words = ["-q", "--wheel", new, "."]
    shutil.rmtree(b.env)
    b.make([make_life(b, "1.0")])
    before = files_of(b.tree())
    bad = make_life(b, "2.0", spoil=spoil)
    for mode in "--upgrade", "--clear":
        b.pyvenv(mode, "--wheel", bad, ".", cwd=b.env, status=1)
        b.same(files_of(b.tree()), before)
    make_life(b, "2.0")
    b.pyvenv(*words, "--upgrade", cwd=b.env)
    b.same(files_of(b.tree()), fresh)  # what is left empty stays
    b.pyvenv(*words, "--clear", cwd=b.env)
    b.same(files_of(b.tree()), fresh)


@scenario("--upgrade --wheel of an older version replaces a newer one", ONCE)
def downgrade(b):
    old, new = make_life(b, "1.0"), make_life(b, "2.0")
    fresh = b.make([old])
    shutil.rmtree(b.env)
    b.make([new])
    compile_all(b)
    ours = b.make([old], "--upgrade")
    b.same(b.tree(compiled=True), fresh)
    b.same(ours, fresh)


def everything(top):
    """Return the files of TOP with times and inodes."""
    rows = {}
    for directory, names, files in os.walk(top):
        for name in names + files + ["."]:
            path = os.path.join(directory, name)
            status = os.lstat(path)
            rows[os.path.relpath(path, top)] = (
                status.st_mtime_ns, status.st_ino, status.st_mode)
    return rows


def spoil(members):
    """A content that is not the one of RECORD, in the last member written."""
    members["vb_life_2.py"].data = b"spoiled\n"


@scenario("a bad newer wheel leaves the older one as it is", ONCE)
def bad_upgrade(b):
    b.make([make_life(b, "1.0")])
    compile_all(b)
    before, entries = everything(b.env), compare.tree(b.env, True)
    bad = make_life(b, "2.0", spoil=spoil)
    for mode in "--upgrade", "--exist-ok", "--clear":
        b.pyvenv("-q", mode, "--wheel", bad, b.env, status=1)
        want(entries == compare.tree(b.env, True), mode + ": changed")
        want(before == everything(b.env), mode + ": touched")


@scenario("--exist-ok --wheel twice: nothing happens the second time", ONCE)
def exist_ok(b):
    wheels = bench.ODD + [make_life(b, "1.0")]
    fresh = b.make(wheels)
    shutil.rmtree(b.env)
    b.make([])
    b.same(b.make(wheels, "--exist-ok"), fresh)
    before = everything(b.env)
    b.make(wheels, "--exist-ok")
    want(everything(b.env) == before, "something was touched")
    b.make([make_life(b, "2.0")], "--exist-ok")
    want("2.0" in b.run([b.python, "-c",
                         "import vb_life; print(vb_life.version)"]),
         "--exist-ok kept the other version")


@scenario("--clear --wheel, and several directories, are alike", ONCE)
def several(b):
    wheel = make_life(b, "1.0")
    fresh = b.make([wheel])
    os.mkdir(b.env + "/mine")
    b.make([make_life(b, "2.0")], "--upgrade")
    b.same(b.make([wheel], "--clear"), fresh)
    shutil.rmtree(b.env)
    names = [b.path(name) for name in ("one", "two", "three")]
    b.pyvenv("--wheel", wheel, *names)
    for name in names:
        os.rename(name, b.env)
        table = b.tree()
        b.say(compare.defects(table))
        for path, entry in table.items():
            if path.startswith("bin/"):
                entry.data = entry.data.replace(name.encode(), b.env.encode())
        b.judge([row for row in compare.differences(table, fresh)
                 if not re.match("bin/[Aa]ctivate", row.name) and
                 (row.where, row.name[:4]) != ("record", "bin/")])
        shutil.rmtree(b.env)


@scenario("-n, -v and --json say what is installed", ONCE)
def said(b):
    wheel = make_life(b, "1.0")
    plan = b.pyvenv("-n", "--wheel", wheel, b.env)
    want(re.search(r"(?m)^  wheel .*/vb_life-1\.0\.dist-info$", plan), plan)
    want(not os.path.exists(b.env), "-n makes it")
    facts = json.loads(b.pyvenv("--json", "--wheel", wheel, b.env))
    want([(w["project"], w["version"], w["file"]) for w in facts["wheels"]] ==
         [("vb-life", "1.0", wheel)], str(facts["wheels"]))
    shutil.rmtree(b.env)
    done = b.run_raw([bench.PROGRAM, "pyvenv", "-v", "-p", b.base.exe,
                      "--wheel", wheel, b.env])
    want(b"chosen: vb-life 1.0, given by --wheel: " in done.stderr and
         not done.stdout, repr(done))
    plan = b.pyvenv("-n", "--upgrade", "--wheel", make_life(b, "2.0"), b.env)
    for line in (r"  wheel .*/vb_life-2\.0\.dist-info", r"  remove .*/vb_life_1\.py",
                 r"  remove bin/life1"):
        want(re.search("(?m)^%s$" % line, plan), plan)


@scenario("SOURCE_DATE_EPOCH fixes all times", ONCE)
def epoch(b):
    epoch_of = {"SOURCE_DATE_EPOCH": "1500000000"}
    wheels = [arg for wheel in bench.ODD for arg in ("--wheel", wheel)]
    trees = []
    for _ in range(2):
        b.pyvenv("-q", *wheels, b.env, env=epoch_of)
        trees.append(compare.tree(b.env))
        wrong = [name for name, (time, _, _) in everything(b.env).items()
                 if time != 1500000000 * 10 ** 9]
        want(not wrong, "another time: " + " ".join(wrong[:9]))
        shutil.rmtree(b.env)
    want(trees[0] == trees[1], "two runs differ")
    b.pyvenv("-q", b.env, "--wheel", make_life(b, "1.0"), env=epoch_of)
    b.pyvenv("-q", b.env, "--upgrade", "--wheel", make_life(b, "2.0"),
             env=epoch_of)
    upgraded = everything(b.env)
    shutil.rmtree(b.env)
    b.pyvenv("-q", b.env, "--wheel", make_life(b, "2.0"), env=epoch_of)
    want({name: row[0] for name, row in everything(b.env).items()} ==
         {name: row[0] for name, row in upgraded.items()},
         "--upgrade leaves other times")


# ---- launchers ---------------------------------------------------------------

# with a blank, what starts the interpreter is a line of sh
NAMES = [b"two  words", b"it 's", b'say "hi" ', b"a $HOME ${x} `id` $(id)",
         b"back \\slash", b"end \\", b"tab\there", b" '''", b"' '", b'" "',
         b" \\'\\\\' \\\\\\", b"' '''", b"a \\n\\x41\\u0041\\N{DASH}",
         b"%s !x #y ;z &|<>*?[~", b"it's", b'"', b"$HOME`id`", b"\\", b"-e",
         b"l" * 200, b"l" * 100 + b"/" + b"m" * 200,
         "gr\u00fc\u00dfe \u2603".encode(), "\u2603".encode(),
         b"plain-\xff", b"blank \xff\xfe \\ '"]


def runs(b, env, argv, prefix):
    """Fail unless ARGV prints ENV's prefix and gives its arguments on."""
    done = b.run_raw([*argv, b"two words", b"$x\\"],
                     env={"PYTHONDONTWRITEBYTECODE": "1"})
    wanted = repr([os.fsdecode(prefix), "two words", "$x\\"]).encode(
        "ascii", "backslashreplace")
    want(done.returncode == 0 and done.stdout.strip() == wanted,
         "%r: status %d, %r%r, wanted %r" % (
             argv, done.returncode, done.stdout, done.stderr, wanted))


@scenario("launchers start with any name", ONCE)
def launchers(b):
    code = "import sys\n\n\ndef main():\n    print(ascii([sys.prefix] + " \
        "sys.argv[1:]))\n"
    os.mkdir(b.path("wheels"))
    wheel = make_odd.make(b.path("wheels"), "vb_run-1.0", {
        "vb_run.py": code,
        "vb_run-1.0.data/scripts/vb-script": make_odd.Member(
            "#!python -E\n" + code + "\n\nmain()\n", 0o100755),
    }, scripts="[console_scripts]\nvb-run = vb_run:main\n")
    for number, name in enumerate(NAMES):
        env = os.path.join(os.fsencode(b.path("n%d" % number)), name)
        b.run([bench.PROGRAM, "pyvenv", "-p", b.base.exe, "--wheel", wheel,
               b"--", env])
        for script in b"vb-run", b"vb-script":
            script = env + b"/bin/" + script
            runs(b, env, [script], env)
            runs(b, env, [env + b"/bin/python", script], env)
            if shutil.which("busybox"):
                with open(script, "rb") as file:
                    shell = file.readline().startswith(b"#!/bin/sh")
                if shell:
                    runs(b, env, ["busybox", "sh", script], env)


# ---- more of the same --------------------------------------------------------

@scenario("many wheels that the world uses", MORE)
def many(b):
    b.compare_with_pip(pypi.fetch(b.base, b.pip(), bench.CACHE, bench.ENVIRON,
                                  "many-" + b.base.label, pypi.MANY))


def fetched(b, name, words):
    return pypi.fetch(b.base, b.pip(), bench.CACHE, bench.ENVIRON,
                      name + "-" + b.base.label, words)


def newest(b):
    """The newest pip."""
    pip = bundled.Pip(fetched(b, "pip", ["pip"])[0], bench.CACHE)
    pip.compile(b.base)
    return pip


@scenario("odd wheels by the newest pip", MORE)
def newest_pip(b):
    b.compare_with_pip(bench.ODD, newest(b))


@scenario("untidy wheels of the world, by the newest pip", MORE)
def untidy(b):
    for wheel in fetched(b, "untidy", pypi.UNTIDY):
        b.compare_with_pip([wheel], newest(b))
        shutil.rmtree(b.env)


@scenario("wheels of CUDA, which share files, by the newest pip", MORE)
def cuda(b):
    wheels = fetched(b, "sharing", pypi.SHARING)
    b.compare_with_pip(wheels, newest(b))
    uninstall_one(b, wheels, newest(b))


@scenario("two wheels with different files, by the newest pip", MORE)
def different(b):
    wheels = [w for w in fetched(b, "untidy", pypi.UNTIDY)
              if "socket" in w or "parser" in w]
    share(b, wheels, newest(b))


# ---- files that wheels share -------------------------------------------------

def make_sharing(b, name, text):
    """A wheel of the project NAME, and files that others have, too."""
    os.makedirs(b.path("wheels"), exist_ok=True)
    return make_odd.make(
        b.path("wheels"), name + "-1.0", {
            "vb_ns/__init__.py": "", "vb_ns/%s.py" % name: "",
            "tests/__init__.py": text, "LICENSE": text,
            "%s-1.0.data/data/share/doc/x" % name: text},
        scripts="[console_scripts]\nvb-tool = vb_ns.%s:main\n" % text)


def uninstall_one(b, wheels, pip):
    """Let pip remove the first of WHEELS: it leaves the same after our
    installation as after its own."""
    name = os.path.basename(wheels[0]).split("-")[0]
    trees = []
    for ours in True, False:
        shutil.rmtree(b.env, ignore_errors=True)
        if ours:
            b.pyvenv("-q", *[x for w in wheels for x in ("--wheel", w)], b.env)
        else:
            b.make([])
            for wheel in wheels:
                b.run_pip(pip, "install", "-q", "--no-index", "--no-deps",
                          "--no-compile", wheel)
        b.run_pip(pip, "uninstall", "-q", "-y", name)
        trees.append({name: entry for name, entry in files_of(b.tree()).items()
                      if os.path.basename(name) not in
                      ("RECORD", "REQUESTED", "direct_url.json")})
    b.same(*trees)


def share(b, wheels, pip):
    """WHEELS, sorted by project, are as pip leaves them that installs one after
    the other, at once or one by one; and so after pip removes one."""
    words = [x for w in wheels for x in ("--wheel", w)]
    b.make([])
    for wheel in wheels:
        b.run_pip(pip, "install", "-q", "--no-index", "--no-deps",
                  "--no-compile", wheel)
    theirs = b.tree()
    shutil.rmtree(b.env)
    b.pyvenv("-q", *words, b.env)
    b.judge(allowed.unmeant(compare.differences(b.tree(), theirs), theirs,
                            pip.version))
    shutil.rmtree(b.env)
    b.make([])
    b.run_pip(pip, "install", "-q", "--no-index", "--no-deps", "--no-compile",
              wheels[0])
    for wheel in wheels[1:]:
        b.pyvenv("-q", "--exist-ok", "--wheel", wheel, b.env)
    b.judge(allowed.unmeant(compare.differences(b.tree(), theirs), theirs,
                            pip.version))
    uninstall_one(b, wheels, pip)


@scenario("wheels share files, with equal bytes or others", SOME)
def sharing(b):
    for other in "one", "two":
        share(b, [make_sharing(b, "vb_share_one", "one"),
                  make_sharing(b, "vb_share_two", other)], b.pip())
        shutil.rmtree(b.env)


@scenario("an upgrade of a wheel keeps what another one shares", SOME)
def keep_shared(b):
    one, two = (make_sharing(b, "vb_share_" + name, "one")
                for name in ("one", "two"))
    b.make([one, two])
    newer = make_odd.make(b.path("wheels"), "vb_share_one-2.0", {"vb_x.py": ""})
    b.pyvenv("-q", "--upgrade", "--wheel", newer, b.env)
    found = b.tree()
    shutil.rmtree(b.env)
    b.same(files_of(found), files_of(b.make([newer, two])))
