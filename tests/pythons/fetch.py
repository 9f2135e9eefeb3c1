"""Fetch Pythons that this machine lacks, once, and keep them."""

import gzip
import json
import os
import shutil
import subprocess
import zipfile

from tap import Skip

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.dirname(HERE)
# release of Debian to its packages to unpack, and the Pythons in them
DEBIANS = {
    "bullseye": (["libc-bin", "python3", "python3.9-dbg", "pypy3"],
                 ["python3.9", "python3.9d", "pypy3"]),
    "bookworm": (["libc-bin", "python3", "python3.11-dbg", "pypy3",
                  "pypy3-venv"],
                 ["python3.11", "python3.11d", "pypy3"]),
    "trixie": (["libc-bin", "python3", "python3.13-dbg", "pypy3",
                "pypy3-venv"],
               ["python3.13", "python3.13d", "pypy3"]),
    "sid": (["libc-bin", "python3", "python3.13-dbg", "python3.14-dbg",
             "python3.15-dbg", "pypy3", "pypy3-venv"],
            ["python3.13", "python3.13d", "python3.14", "python3.14d",
             "python3.15", "python3.15d", "pypy3"]),
}
# a Go module that carries the trees of python-build-standalone
MODULE = "github.com/kluctl/go-embed-python"
STANDALONES = {"3.10.16": "v0.0.0-3.10.16-20241219-1",
               "3.11.11": "v0.0.0-3.11.11-20241219-1",
               "3.14.6": "v0.0.0-3.14.6-20260610-1"}
# builds of Debian 13's source that no package has: options of configure, and
# the program
SOURCE = "trixie", "python3.13"
BUILDS = {
    "no-gil": (["--disable-gil", "--with-platlibdir=lib64"], "python3.13t"),
    "static": (["--with-platlibdir=lib32", "--disable-shared",
                "MODULE_BUILDTYPE=static", "LDFLAGS=-static",
                "LINKFORSHARED= "], "python3.13"),
}
VIRTUALENVS = {"old": "virtualenv==20.21.1",  # the last for 3.6 and 3.7
               "new": "virtualenv"}


class Store:
    """DIRECTORY, which has a directory for each thing."""

    def __init__(self, directory):
        self.directory = directory
        os.makedirs(directory, exist_ok=True)

    def get(self, name, fill):
        """Return the directory NAME, which FILL(directory, log) has filled,
        now or earlier. Skip: it could not."""
        directory = os.path.join(self.directory, name)
        if os.path.exists(directory + ".done"):
            return directory
        shutil.rmtree(directory, ignore_errors=True)
        os.mkdir(directory)
        try:
            with open(directory + ".log", "wb") as log:
                fill(directory, log)
        except (subprocess.SubprocessError, OSError) as error:
            raise Skip("%s is not to be had (%s), see %s.log" % (
                name, str(error).split("\n", maxsplit=1)[0][:80],
                directory)) from None
        with open(directory + ".done", "wb"):
            pass
        return directory

    def debian(self, suite):
        """The root directory of a Debian with its Pythons."""
        if not shutil.which("apt-get"):
            raise Skip("no apt-get")
        arch = subprocess.check_output(
            ["dpkg", "--print-architecture"], text=True).strip()

        def fill(directory, log):
            run(["sh", TESTS + "/image/debian_root.sh", arch, directory,
                 *DEBIANS[suite][0]], log, SUITE=suite)
            # a link in /usr/lib leads there, which PyPy's venv wants to copy
            certificates = directory + "/root/etc/ssl/certs"
            os.makedirs(certificates, exist_ok=True)
            with open(certificates + "/ca-certificates.crt", "ab"):
                pass
        return self.get(suite, fill) + "/root"

    def standalone(self, version, machine):
        """A tree of python-build-standalone."""
        if not shutil.which("go"):
            raise Skip("no go")

        def fill(directory, log):
            unpack_module(self.module(version), machine, directory)
        return self.get("standalone-%s-%s" % (version, machine), fill)

    def module(self, version):
        """The archive of the Go module with VERSION."""
        def fill(directory, log):
            run(["go", "mod", "download",
                 MODULE + "@" + STANDALONES[version]], log,
                cwd=directory, GOMODCACHE=directory + "/cache",
                GOFLAGS="-modcacherw")
            shutil.move("%s/cache/cache/download/%s/@v/%s.zip" % (
                directory, MODULE, STANDALONES[version]),
                directory + "/module.zip")
            shutil.rmtree(directory + "/cache")
        return self.get("module-" + version, fill) + "/module.zip"

    def source(self):
        """The directory of CPython's source."""
        if not shutil.which("apt-get"):
            raise Skip("no apt-get")

        def fill(directory, log):
            suite, package = SOURCE
            arch = subprocess.check_output(
                ["dpkg", "--print-architecture"], text=True).strip()
            run(["sh", TESTS + "/isolated_apt.sh", arch, directory + "/apt",
                 "apt-get", "source", "--download-only", package], log,
                cwd=directory, SUITE=suite, SOURCES="1")
            run(["sh", "-c", "mkdir source && tar -xf *.orig.tar.xz "
                 "-C source --strip-components=1"], log, cwd=directory)
        return self.get("source", fill) + "/source"

    def built(self, name):
        """A Python that is built here: its program."""
        options, program = BUILDS[name]
        source = self.source()

        def fill(directory, log):
            work = directory + "/build"
            os.mkdir(work)
            run([source + "/configure", "-q", "--prefix=" + directory +
                 "/python", "--disable-test-modules", "--with-ensurepip=no",
                 "CFLAGS=-O0 -g0", *options], log, cwd=work)
            run(["make", "-s", "-j2"], log, cwd=work)
            # byte code of the library would take as long as all the rest
            run(["make", "-s", "commoninstall", "bininstall",
                 "COMPILEALL_OPTS=-h"], log, cwd=work)
            shutil.rmtree(work)
        return "%s/python/bin/%s" % (self.get("built-" + name, fill), program)

    def virtualenvs(self):
        """The directory of virtualenv's modules, DIR/old and DIR/new."""
        def fill(directory, log):
            run(["python3", "-m", "venv", directory + "/pip"], log)
            for name, requirement in VIRTUALENVS.items():
                run([directory + "/pip/bin/pip", "install", "-q", "--target",
                     directory + "/" + name, "--python-version", "3.9",
                     "--only-binary", ":all:", requirement], log)
            shutil.rmtree(directory + "/pip")
        return self.get("virtualenv", fill)


def run(argv, log, cwd=None, **env):
    """Run a command; what it says goes to LOG."""
    subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                   cwd=cwd, env=dict(os.environ, **env), timeout=3600,
                   check=True)


def unpack_module(path, machine, top):
    """Write the tree of MACHINE in the module to TOP."""
    with zipfile.ZipFile(path) as module:
        (listing,) = [name for name in module.namelist()
                      if name.endswith("/linux-%s/files.json" % machine)]
        start = listing[:-len("files.json")]
        names = set(module.namelist())
        for file in json.loads(module.read(listing))["files"]:
            path = os.path.join(top, file["name"])
            os.makedirs(os.path.dirname(path), exist_ok=True)
            member = start + file["name"]
            if "symlink" in file:
                os.symlink(file["symlink"], path)
            elif file["perm"] & 1 << 31:
                os.makedirs(path, exist_ok=True)
            elif member in names or member + ".gz" in names:
                packed = member not in names
                data = module.read(member + (".gz" if packed else ""))
                with open(path, "wb") as out:
                    out.write(gzip.decompress(data) if packed else data)
                # venv copies the modes of its templates, pyvenv does not
                os.chmod(path, file["perm"] & 0o755)
            else:
                raise OSError("the module has no " + file["name"])
