"""Wheels to measure with, and how a program is measured: for the benchmarks
that are written in Python."""

import base64
import contextlib
import glob
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
PYTHON = os.path.realpath("/usr/bin/python3")
WORDS = "def return self import for in if else None value index x node = ( )".split()
CPUS = sorted(os.sched_getaffinity(0))
PARENTS = "/dev/shm", "/var/tmp"
IMAGE_SIZE = 8 << 30  # bytes; only what is written takes space


def write_wheel(into, name, files):
    """Write a wheel of FILES, pairs of name and content. Return its path."""
    info = name + "-1.0.dist-info/"
    path = os.path.join(into, name + "-1.0-py3-none-any.whl")
    rows = []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        for member, data in [*files,
                             (info + "METADATA", b"Metadata-Version: 2.1\n"
                              b"Name: %s\nVersion: 1.0\n" % name.encode()),
                             (info + "WHEEL", b"Wheel-Version: 1.0\n"
                              b"Root-Is-Purelib: true\nTag: py3-none-any\n")]:
            sum_ = base64.urlsafe_b64encode(hashlib.sha256(data).digest())
            rows.append("%s,sha256=%s,%d\n" % (
                member, sum_.decode().rstrip("="), len(data)))
            z.writestr(member, data)
        z.writestr(info + "RECORD", "".join(rows) + info + "RECORD,,\n")
    return path


def texts(count, rnd):
    """Yield COUNT contents like small sources, no two equal."""
    for i in range(count):
        words = rnd.choices(WORDS, k=rnd.randint(10, 500))
        yield ("# %d\n" % i + " ".join(words) + "\n").encode()


def small_files(name, count, rnd):
    """Return COUNT small files of the package NAME, for write_wheel()."""
    return [("%s/d%d/m%d.py" % (name, i // 40, i), data)
            for i, data in enumerate(texts(count, rnd))]


def large_files(limit):
    """Yield programs and libraries of this machine, up to LIMIT bytes."""
    for path in sorted(glob.glob("/usr/lib/*/lib*.so*") + [PYTHON]):
        size = os.path.getsize(path)
        if not os.path.islink(path) and 100000 < size <= limit:
            limit -= size
            with open(path, "rb") as f:
                yield "large/" + os.path.basename(path), f.read()


def bundled_pip():
    """Find the wheel of pip that the distribution has."""
    found = glob.glob("/usr/share/python-wheels/pip-*.whl") + glob.glob(
        "/usr/lib/python3*/ensurepip/_bundled/pip-*.whl")
    if not found:
        sys.exit("no wheel of pip on this machine: package python3-pip-whl")
    return found[0]


def run(argv, cpus, environ=None):
    """Run ARGV on CPUS. Return the seconds of the clock, and those of the
    processors in it and its children."""
    os.sched_setaffinity(0, cpus)
    try:
        before = time.perf_counter()
        pid = os.posix_spawn(argv[0], argv, environ or os.environ)
        try:
            _, status, usage = os.wait4(pid, 0)
        except BaseException:  # such as SystemExit, at a signal
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            raise
        elapsed = time.perf_counter() - before
    finally:
        os.sched_setaffinity(0, CPUS)
    if status:
        sys.exit("failed: " + " ".join(argv))
    return elapsed, usage.ru_utime + usage.ru_stime


def pyvenv(build, env, wheels=()):
    """Return the command by which BUILD's pyvenv makes ENV with WHEELS."""
    words = [word for wheel in wheels for word in ("--wheel", wheel)]
    return [build + "/pyvenv", "-q", "-p", PYTHON, *words, env]


def compile_wheel_floor(build, top):
    """Compile wheel_floor.c with the zlib of BUILD. Return the program."""
    floor = os.path.join(top, "wheel_floor")
    subprocess.run(
        ["sh", "-ec", "eval $(sed -n 's/^\\(ZLIB[A-Z_]*\\) := \\(.*\\)/"
         "\\1=\"\\2\"/p' \"$1/toolchain.mk\"); cd \"$(dirname \"$1\")\"; "
         "exec musl-gcc -static -O2 -D_GNU_SOURCE $ZLIB_CPPFLAGS "
         "-I\"$1/inc\" \"$2\" -o \"$3\" $ZLIB", "-", build,
         HERE + "/wheel_floor.c", floor], check=True)
    return floor


def compile_floor(build, top):
    """Compile floor.c, which writes the tree of an environment that BUILD's
    pyvenv makes. Return the program."""
    work = os.path.join(top, "floor.tree")
    os.mkdir(work)
    subprocess.run(
        ["sh", "-ec", "cd \"$1\"; here=$2 python=$3; shift 3; \"$@\"; "
         "\"$python\" \"$here/tree_header.py\" model >floor_tree.h; "
         "musl-gcc -static -Os -I. \"$here/floor.c\" -o floor; "
         "./floor copy; diff -r --no-dereference model copy", "-", work, HERE,
         PYTHON, *pyvenv(build, "model")], check=True)
    return work + "/floor"


class Place:
    """A new directory TOP on one file system, whose LABEL is for people."""

    def __init__(self, parent):
        self.parent = parent
        self.kind = filesystem(parent)
        self.label = "%s (%s)" % (parent, self.kind)
        self.made = self.top = tempfile.mkdtemp(prefix="venvbox-bench.",
                                                dir=parent)
        self.mounted = False

    def mount_image(self):
        """Let TOP be on an ext4 of its own, with a journal, in a file. Return
        whether that can be had."""
        image, top = self.made + "/image", self.made + "/disk"
        os.mkdir(top)
        with open(image, "wb") as file:
            file.truncate(IMAGE_SIZE)
        for argv in (["mkfs.ext4", "-q", "-F", image],
                     ["mount", "-o", "loop", image, top]):
            if subprocess.run(argv, check=False).returncode:
                return False
        self.top = top
        self.mounted = True
        self.label = "%s (ext4 in an image)" % self.parent
        return True

    def remove(self):
        """Remove the directory with all that is in it."""
        if self.mounted:
            subprocess.run(["umount", "-l", self.top], check=True)
        shutil.rmtree(self.made)


def filesystem(path):
    """Return the type of the file system that PATH is on."""
    best = "", "?"
    with open("/proc/self/mounts", encoding="utf-8") as file:
        for line in file:
            _, top, kind = line.split()[:3]
            if os.path.join(path, "").startswith(os.path.join(top, "")):
                best = max(best, (top, kind), key=lambda row: len(row[0]))
    return best[1]


def lacks_journal(path):
    """Return whether PATH is on an ext4 without a journal. That one looks at
    every inode freed in the last minutes before it takes another: a run that
    follows a removal takes up to 30 times as long."""
    if filesystem(path) != "ext4":
        return False
    number = os.stat(path).st_dev
    device = os.path.basename(os.path.realpath("/sys/dev/block/%d:%d" % (
        os.major(number), os.minor(number))))
    return not glob.glob("/proc/fs/jbd2/%s-*" % glob.escape(device))


def enter_namespace():
    """Start this program again where its mounts end with it. Return whether it
    was started so: only root can."""
    if "BENCH_NAMESPACE" in os.environ:
        return True
    if os.geteuid() or subprocess.run(["unshare", "-m", "true"],
                                      check=False).returncode:
        return False
    os.environ["BENCH_NAMESPACE"] = "1"
    sys.stdout.flush()
    os.execvp("unshare", ["unshare", "-m", sys.executable, *sys.argv])


@contextlib.contextmanager
def new_places():
    """Make a directory on a tmpfs and one on a disk, and remove them. Call it
    first of all: it may start this program again."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    bare = [path for path in PARENTS if lacks_journal(path)]
    may_mount = bare and enter_namespace()
    places = []
    try:
        for parent in PARENTS:
            places.append(Place(parent))
            if parent in bare and not (may_mount and
                                       places[-1].mount_image()):
                print(parent + " is an ext4 without a journal, and another "
                      "cannot be mounted: its figures are worth nothing")
        yield places
    finally:
        for place in places:
            place.remove()
