"""
Applications from the locks that people make of them: pyvenv takes from one
directory of wheels, for several Pythons and machines, what pip and uv take from
it, and installs the same files. Then something is wrong with the directory, and
pyvenv says what.
"""

import functools
import glob
import json
import os
import re
import shutil
import subprocess
import time

import bench
import pypi
from projects import room
from scenarios import newest
from tap import Skip, want

# name: requirements. The first ones are small: make check takes them.
APPLICATIONS = {
    "flask": "flask[async,dotenv]",
    "httpx": "httpx[http2,cli,brotli,zstd]",
    "ansible-core": "ansible-core",
    "boto3": "boto3[crt]",
    "mkdocs-material": "mkdocs-material",
    "django": "django celery psycopg2-binary",
    "fastapi": "fastapi[standard]",
    "pandas": "pandas sqlalchemy",
}
SMALL = 2
MINORS = (3, 9), (3, 11), (3, 13)  # of the Pythons to try
MACHINES = ["x86_64", "aarch64"]
TOOLS = ["uv==0.13.9", "pip==26.3", "pip-tools==7.6.2"]
GLIBCS = 36, 34, 31, 28, 27, 26, 24, 17  # those that wheels name: 2.N
ROOM = 4  # GB


# ---- what has to be fetched --------------------------------------------------

def call(argv, cwd=None):
    """Run a command that may need the registry; skip if it fails."""
    environ = {name: value for name, value in bench.ENVIRON.items()
               if name not in ("PIP_FIND_LINKS", "UV_FIND_LINKS")}
    environ["UV_CACHE_DIR"] = bench.CACHE + "/uv"
    done = subprocess.run(argv, env=environ, cwd=cwd, timeout=1800,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        raise Skip("%s failed: %s" % (
            os.path.basename(argv[0]),
            done.stdout.decode(errors="replace").strip().splitlines()[-1:]))


def once(name, make):
    """Return the directory NAME in the cache, which MAKE fills. Where that
    fails it is tried once a day at most."""
    with pypi.LOCKS[name]:
        return make_once(os.path.join(bench.CACHE, name), make)


def make_once(path, make):
    """Do that for PATH."""
    failed = path + ".failed"
    if os.path.exists(path + ".done"):
        return path
    if (os.path.exists(failed) and
            time.time() - os.path.getmtime(failed) < 86400):
        with open(failed, encoding="utf-8") as file:
            raise Skip(file.read())
    shutil.rmtree(path, ignore_errors=True)
    os.makedirs(path)
    try:
        make(path)
    except Skip as reason:
        with open(failed, "w", encoding="utf-8") as file:
            file.write(str(reason))
        raise
    with open(path + ".done", "w", encoding="utf-8"):
        return path


def base():
    """Return the Python that runs the tools."""
    return bench.BASES[-1]


def tools():
    """Return the directory of the tools' programs."""
    def make(path):
        call([base().exe, "-m", "venv", path])
        call([path + "/bin/python", "-m", "pip", "install", "-q", *TOOLS])
    return once("lock-tools", make) + "/bin"


def locks(name):
    """Return the directory of the application's locks. The ones of uv are for
    every Python, those of pip and pip-compile for the newest Python."""
    words = APPLICATIONS[name].split()
    programs = tools()

    def make(path):
        with open(path + "/pyproject.toml", "w", encoding="utf-8") as file:
            file.write('[project]\nname = "app"\nversion = "0"\n'
                       'requires-python = ">=3.9"\n'
                       "dependencies = %s\n" % json.dumps(words))
        with open(path + "/words.in", "w", encoding="utf-8") as file:
            file.write("\n".join(words) + "\n")
        uv = programs + "/uv"
        call([uv, "lock", "-q", "-p", base().exe], path)
        export = [uv, "export", "-q", "--no-emit-project", "-p", base().exe]
        call([*export, "--format", "pylock.toml", "-o", "pylock.toml"], path)
        call([*export, "--format", "requirements.txt", "-o",
              "requirements.txt"], path)
        call([programs + "/pip", "lock", "-q", "--only-binary", ":all:",
              "-r", "words.in", "-o", "pylock.pip.toml"], path)
        call([programs + "/pip-compile", "-q", "--generate-hashes",
              "--strip-extras", "-o", "compiled.txt", "words.in"], path)
    return once("locks-" + name, make)


def house(name):
    """Return a directory with what the locks need, for all MINORS and MACHINES
    that have it."""
    source = locks(name)

    def download(path, exe, file, machine=None):
        platforms = ["manylinux_2_%d_%s" % (n, machine) for n in GLIBCS]
        platforms += ["manylinux2014_%s" % machine, "linux_%s" % machine]
        call([exe, "-m", "pip", "download", "-q", "--no-deps",
              "--only-binary", ":all:", "-d", path, "-r", source + "/" + file,
              *[word for p in platforms if machine
                for word in ("--platform", p)]])

    def make(path):
        for python in bench.BASES:
            for machine in MACHINES:
                try:
                    download(path, python.exe, "requirements.txt", machine)
                except Skip as reason:
                    # a test says whether that was right
                    with open(path + "-%s-%s.none" % (python.label, machine),
                              "w", encoding="utf-8") as file:
                        file.write(str(reason))
        # as the two that made these files see this machine
        download(path, base().exe, "compiled.txt")
    return once("house-" + name, make)


# ---- what they install -------------------------------------------------------

def install(b, *words, status=0):
    """Make b.env of WORDS. Return its tree."""
    shutil.rmtree(b.env, ignore_errors=True)
    out = b.pyvenv("-q", *words, b.env, status=status)
    want(status or not out, "pyvenv is not silent", out)
    return None if status else b.tree()


def versions(tree):
    """Return the names of the .dist-info directories in TREE."""
    return sorted({match.group(1) for match in map(
        re.compile(r".*/([^/]+)\.dist-info/METADATA$").match, tree) if match})


def native(b, name):
    """Compare with the newest pip what the locks of uv install for this
    Python."""
    room(ROOM)
    source, wheels = locks(name), house(name)
    lock = ["--lock", source + "/pylock.toml", "--find-links", wheels]
    none = "%s-%s-%s.none" % (wheels, b.base.label, os.uname().machine)
    if os.path.exists(none):
        refused(b, lock, "none of the wheels in")
        return
    ours = install(b, *lock)
    b.same(ours, install(b, "-r", source + "/requirements.txt",
                         "--find-links", wheels))
    b.compare(ours, ["--require-hashes", "--find-links", wheels, "-r",
                     source + "/requirements.txt"], newest(b))


def own(b, name):
    """Compare with the newest pip what pip's lock and pip-compile's list
    install for this Python."""
    room(ROOM)
    source, wheels = locks(name), house(name)
    ours = install(b, "-r", source + "/compiled.txt", "--find-links", wheels)
    b.compare(ours, ["--require-hashes", "--find-links", wheels, "-r",
                     source + "/compiled.txt"], newest(b))
    shutil.rmtree(b.env)
    b.same(install(b, "--lock", source + "/pylock.pip.toml", "--find-links",
                   wheels), ours)
    # without a lock: the newest of each, and no more than is needed
    ours = install(b, "--find-links", wheels, *[
        word for r in APPLICATIONS[name].split() for word in ("--install", r)])
    shutil.rmtree(b.env)
    b.make([])
    b.run_pip(newest(b), "install", "-q", "--no-index", "--no-compile",
              "--find-links", wheels, *APPLICATIONS[name].split())
    theirs = versions(b.tree())
    want(versions(ours) == theirs, "not the versions of pip",
         sorted(set(versions(ours)) ^ set(theirs)))


def make_foreign(b, root):
    """Make a Python of aarch64, as this base's, in ROOT; it cannot run."""
    minor = "python%d.%d" % b.base.minor
    for name in ("bin", "lib/%s/lib-dynload" % minor,
                 "lib/%s/encodings" % minor):
        os.makedirs(os.path.join(root, "usr", name))
    os.makedirs(root + "/lib")
    with open("%s/usr/lib/%s/os.py" % (root, minor), "wb"):
        pass
    text = ("const unsigned long Py_Version = 0x%02x%02x%02xf0;"
            "int main(void) { return 1; }" % b.base.version)
    exe = "%s/usr/bin/%s" % (root, minor)
    done = subprocess.run(
        ["gcc", "-rdynamic", "-x", "c", "-o", exe, "-",
         "-Wl,--dynamic-linker=/lib/ld-linux-aarch64.so.1"],
        input=text.encode(), stderr=subprocess.PIPE, check=False)
    want(done.returncode == 0, "gcc fails", done.stderr)
    os.symlink(minor, root + "/usr/bin/python3")
    said = subprocess.check_output(["ldd", "/bin/sh"]).decode()
    shutil.copy(re.search(r"libc\.so\.6 => (\S+)", said).group(1),
                root + "/lib/libc.so.6")
    shutil.copy(re.search(r"(/\S*/ld-linux\S*)", said).group(1),
                root + "/lib/ld-linux-aarch64.so.1")
    for path in exe, root + "/lib/libc.so.6", root + "/lib/ld-linux-aarch64.so.1":
        with open(path, "r+b") as file:
            file.seek(18)
            file.write(b"\xb7\x00")  # EM_AARCH64


def files_of(site):
    """Return {path: content} of what wheels have in the directory SITE, without
    what pyvenv leaves out (compiled code), and where uv has another place."""
    found = {}
    for top, _, names in os.walk(site):
        for name in names:
            path = os.path.relpath(os.path.join(top, name), site)
            if not re.search(r"\.dist-info/(INSTALLER|REQUESTED|RECORD|"
                             r"direct_url\.json|uv_\w+\.json)$|\.lock$|"
                             r"^(bin|include)/|/__pycache__/", path):
                with open(os.path.join(top, name), "rb") as file:
                    found[path] = file.read()
    return found


def foreign(b, name):
    """Compare with uv what the lock installs for aarch64, in a root."""
    room(ROOM)
    source, wheels = locks(name), house(name)
    root = b.path("root")
    make_foreign(b, root)
    lock = ["--lock", source + "/pylock.toml", "--find-links", wheels]
    words = [bench.PROGRAM, "pyvenv", "-q", "--root", root, *lock, "/env"]
    if os.path.exists("%s-%s-aarch64.none" % (wheels, b.base.label)):
        done = b.run_raw(words)
        want(done.returncode == 1 and b"none of the wheels in" in done.stderr,
             "not refused", done.stderr.decode())
        return
    out = b.run(words)
    want(not out, "pyvenv is not silent", out)
    site = "lib/python%d.%d/site-packages" % b.base.minor
    ours = files_of("%s/env/%s" % (root, site))
    b.run([tools() + "/uv", "pip", "install", "-q", "--no-index",
           "--no-deps", "--find-links", wheels, "--require-hashes",
           "--python-platform", "aarch64-manylinux_2_36", "--python-version",
           b.base.version_text, "--no-config", "--target", b.path("target"),
           "-p", b.base.exe, "-r", source + "/requirements.txt"],
          env={"UV_CACHE_DIR": b.path("uv"), "UV_PYTHON_DOWNLOADS": "never"})
    theirs = files_of(b.path("target"))
    different = [path for path in sorted(ours.keys() | theirs.keys())
                 if ours.get(path) != theirs.get(path)]
    want(not different, "not the files of uv", *different[:20])
    # the other file that uv exports
    b.run([bench.PROGRAM, "pyvenv", "-q", "--root", root, "-r",
           source + "/requirements.txt", "--find-links", wheels, "/env2"])
    want(files_of("%s/env2/%s" % (root, site)) == ours,
         "-r does not install what --lock does")


# ---- something is wrong with the directory -----------------------------------

def refused(b, words, *texts):
    """Fail unless pyvenv refuses WORDS, says TEXTS, and makes nothing."""
    shutil.rmtree(b.env, ignore_errors=True)
    done = b.run_raw([bench.PROGRAM, "pyvenv", "-q", "-p", b.base.exe, *words,
                      b.env])
    said = done.stderr.decode()
    want(done.returncode == 1, "not refused", said)
    for text in texts:
        want(text in said, "no '%s' in" % text, said)
    want(not os.path.lexists(b.env), "it was made")


def linked(b, files):
    """Return a new directory of links to FILES."""
    top = b.path("links")
    shutil.rmtree(top, ignore_errors=True)
    os.makedirs(top)
    for file in files:
        os.symlink(file, os.path.join(top, os.path.basename(file)))
    return top


def replace(path, data):
    """Have the file PATH be one of its own with the content DATA."""
    os.remove(path)
    with open(path, "wb") as file:
        file.write(data)


def spoilt(b, name):
    """Spoil the directory for each lock, one wheel in turn."""
    room(ROOM)
    source, wheels = locks(name), house(name)
    files = glob.glob(wheels + "/*.whl")
    for kind, lock in (("--lock", "pylock.toml"), ("-r", "requirements.txt"),
                       ("--lock", "pylock.pip.toml"), ("-r", "compiled.txt")):
        top = linked(b, files)
        words = [kind, os.path.join(source, lock), "--find-links", top]
        shutil.rmtree(b.env, ignore_errors=True)
        plan = json.loads(b.pyvenv("-q", "-n", "--json", *words, b.env))
        chosen = plan["wheels"]
        want(chosen, "nothing is chosen")
        # another wheel that is locked as well would do
        linked(b, [os.path.realpath(row["file"]) for row in chosen])
        for row in chosen[::5] or chosen[:1]:
            spoil_one(b, words, row)
        one, two = chosen[0], chosen[-1]
        for row in one, two:
            os.rename(row["file"], row["file"] + ".away")
        refused(b, words, "2 wheels are missing", one["project"],
                two["project"])
        for row in one, two:
            os.rename(row["file"] + ".away", row["file"])
        want(install(b, *words), "not installed")


def spoil_one(b, words, row):
    """Spoil the file of ROW, a wheel that WORDS choose, in several ways."""
    path, project = row["file"], row["project"]
    real = os.readlink(path)
    with open(real, "rb") as file:
        data = file.read()
    os.remove(path)
    refused(b, words, project)
    source = re.sub(r"-[^-]+-[^-]+-[^-]+\.whl$", ".tar.gz", path)
    os.symlink(real, source)
    refused(b, words, project)
    os.remove(source)
    os.symlink(real, path)
    middle = len(data) // 2
    for other in (data[:-1], b"", data[:middle] + bytes([data[middle] ^ 1]) +
                  data[middle + 1:]):
        replace(path, other)
        refused(b, words, os.path.basename(path) + ": its ")
    os.remove(path)
    os.symlink(real, path)


def pure_wheels(lock, chosen):
    """Return {project: py3-none-any wheel} of those in LOCK of whose wheels
    CHOSEN, rows of a plan, has another."""
    with open(lock, encoding="utf-8") as file:
        text = file.read()
    found = {}
    for row in chosen:
        if row["file"].endswith("-none-any.whl"):
            continue
        stem = os.path.basename(row["file"]).split("-")[0]
        match = re.search(r"/(%s-%s-py3-none-any\.whl)\b" % (
            re.escape(stem), re.escape(row["version"])), text)
        if match:
            found[row["project"]] = match.group(1)
    return found


def pure(b, name):
    """Install the py3-none-any wheels that the lock lists beside native ones."""
    room(ROOM)
    source, wheels = locks(name), house(name)
    lock = source + "/pylock.toml"
    top = linked(b, glob.glob(wheels + "/*.whl"))
    words = ["--lock", lock, "--find-links", top]
    plan = json.loads(b.pyvenv("-q", "-n", "--json", *words, b.env))
    found = pure_wheels(lock, plan["wheels"])
    want(found, "the lock has no such wheel: choose another application")

    def make(path):
        for row in plan["wheels"]:
            if row["project"] in found:
                call([base().exe, "-m", "pip", "download", "-q", "--no-deps",
                      "--only-binary", ":all:", "--platform", "any", "-d",
                      path, "%(project)s==%(version)s" % row])
    kept = once("pure-" + name, make)
    for row in plan["wheels"]:
        if row["project"] in found:
            os.remove(row["file"])
            refused(b, words, row["project"])
            os.symlink(os.path.join(kept, found[row["project"]]),
                       os.path.join(top, found[row["project"]]))
    tree = install(b, *words)
    for row in plan["wheels"]:
        if row["project"] in found:
            said = [entry.data for path, entry in tree.items() if path.endswith(
                "/%s.dist-info/WHEEL" % "-".join(
                    found[row["project"]].split("-")[:2]))]
            want(said and b"Tag: py3-none-any" in said[0], "not the pure wheel")


# ---- the tests ---------------------------------------------------------------

def rows(names, functions):
    """Return the tests of the applications NAMES by FUNCTIONS."""
    return [("application %s, %s" % (name, title),
             functools.partial(function, name=name))
            for name in names for title, function in functions]


EACH = [("locked by uv", native), ("locked by uv, for aarch64", foreign)]
LAST = [("locked by pip and pip-compile", own),
        ("wheels that are missing or damaged", spoilt)]
ONCE = rows(list(APPLICATIONS)[:SMALL], EACH + LAST)
MORE_EACH = rows(APPLICATIONS, EACH)
MORE = rows(list(APPLICATIONS)[SMALL:], EACH + LAST)
MORE += rows(["mkdocs-material"],
             [("a pure wheel is there instead of the native one", pure)])
