"""Systems of other architectures: their environments are made here, by
--root, and used there, under qemu."""

import glob
import os
import re
import shutil

from tap import Skip, want

# Debian's name, the kernel's, qemu's, byte order
MACHINES = [("arm64", "aarch64", "aarch64", "little"),
            ("armhf", "armv7l", "arm", "little"),
            ("s390x", "s390x", "s390x", "big")]
ENV = "/opt/venv"
# what may look at the rest of the machine: it opens and changes nothing
LOOKS = {"access", "execve", "faccessat", "faccessat2", "fstat", "getcwd",
         "lstat", "newfstatat", "readlink", "readlinkat", "stat", "statx"}
FACTS = """\
import sys, sysconfig
print(sys.prefix, sys.exec_prefix, sys.base_prefix, sys.executable,
      sys.byteorder, sys.flags, sys.path, sep="\\n")
for name, path in sorted(sysconfig.get_paths().items()):
    print(name, path)
"""


def traced(files, cwd):
    """The paths that were opened, and those of which anything was changed, by
    what strace wrote to FILES."""
    opened, changed = set(), set()
    for name in files:
        with open(name, encoding="utf-8") as file:
            lines = file.readlines()
        for line in lines:
            call = re.match(r"(\w+)\(", line)
            if not call or call[1] in LOOKS:
                continue
            paths = [os.path.normpath(os.path.join(cwd, start, path))
                     for start, path in re.findall(
                         r'(?:(?:AT_FDCWD|\d+)<([^>]*)>, )?"([^"]*)"', line)]
            if call[1].startswith("symlink"):
                paths = paths[1:]  # not what it leads to
            if call[1].startswith("open"):
                paths += re.findall(r"= \d+<([^>]*)>$", line)
                opened.update(paths)
            if not call[1].startswith("open") or re.search(
                    "O_(WRONLY|RDWR|CREAT|TRUNC)", line):
                changed.update(paths)
    return opened, changed


class Machine:
    """The tests of one architecture."""

    def __init__(self, store, arch, machine, qemu, order):
        self.cache = store
        self.arch = arch
        self.machine = machine
        self.qemu = "qemu-%s-static" % qemu
        self.order = order

    def system(self, place):
        """A new system: its directory. Its python3 and /opt are links that
        would lead to this machine's."""
        qemu = shutil.which(self.qemu)
        if not qemu:
            raise Skip("no " + self.qemu)
        root = place.path("root")
        place.run(["cp", "-a", "--reflink=auto",
                   self.cache.root(self.arch, self.arch, "python3"), root])
        shutil.copy(qemu, root + "/qemu")
        python = os.readlink(root + "/usr/bin/python3")
        os.makedirs(root + "/etc/alternatives")
        os.makedirs(root + "/srv/opt")
        for link, target in (
                ("/usr/bin/python3", "/etc/alternatives/python3"),
                ("/etc/alternatives/python3", "/usr/bin/" + python),
                ("/opt", "/srv/opt")):
            if os.path.islink(root + link):
                os.unlink(root + link)
            os.symlink(target, root + link)
        self.cache.program_with_pip(place.path("pyvenv"))
        return root

    def there(self, place, root, *words):
        """Run something in that system; what it says."""
        return place.run(["unshare", "--net", "chroot", root, "/qemu", *words],
                         env={"HOME": "/", "PIP_NO_CACHE_DIR": "1"})

    def script(self, place, root, name, *words):
        """Run a script of the environment as that kernel would."""
        with open(root + "/srv" + ENV + "/bin/" + name,
                  encoding="utf-8") as file:
            first = file.readline()
        want(first == "#!%s/bin/python\n" % ENV,
             "a script names the environment's python without the root", first)
        return self.there(place, root, first[2:-1], ENV + "/bin/" + name,
                          *words)

    def make(self, place, root, *words):
        """Have our program make the environment; nothing outside of ROOT is
        changed, and only what it was given is read."""
        wheels = [word for word in words if word.endswith(".whl")]
        place.run(["strace", "-ff", "-y", "-s", "4096", "-o",
                   place.path("trace"), "-e",
                   "trace=%file,fchmod,fchown,ftruncate",
                   place.path("pyvenv"), "--root", root, *words, ENV])
        opened, changed = traced(glob.glob(place.path("trace.*")), place.top)
        for trace in glob.glob(place.path("trace.*")):
            os.unlink(trace)
        below = root + "/srv/opt"
        want(below + "/venv" in changed, "what is made was seen")
        elsewhere = {path for path in changed
                     if not (path + "/").startswith(below + "/")}
        want(not elsewhere, "nothing but the environment is changed",
             *sorted(elsewhere))
        outside = {path for path in opened
                   if not (path + "/").startswith(root + "/")}
        given = {place.path("pyvenv"), "/proc/self/exe", *wheels}
        want(outside <= given, "nothing else is opened outside of the root",
             *sorted(outside - given))
        want(set(wheels) <= outside, "what was opened outside was seen")

    def hello(self, place, root):
        """The installed program runs there, in the environment."""
        said = self.script(place, root, "hello", "there")
        want(said == "hello: %s /usr %s %s 0 None there\n" % (
                 ENV, self.machine, self.order),
             "the program runs there", said)

    def check_links(self, place):
        """With links and pip; the same as by Python itself."""
        root = self.system(place)
        self.make(place, root, "--with-pip", "--wheel", self.cache.wheel)
        link = os.readlink(root + "/srv" + ENV + "/bin/python3")
        want(link == "/usr/bin/python3", "the link is as that system sees it",
             link)
        self.hello(place, root)
        said = self.script(place, root, "pip", "list", "--format=freeze")
        want("hello==1.0\n" in said and "pip==" in said,
             "pip lists what is there", said)
        place.run([place.path("pyvenv"), "--root", root, "--check", ENV])
        ours = self.there(place, root, ENV + "/bin/python", "-c", FACTS)
        os.rename(root + "/srv" + ENV, root + "/srv/opt/ours")
        self.there(place, root, "/usr/bin/python3", "-m", "venv",
                   "--without-pip", ENV)
        theirs = self.there(place, root, ENV + "/bin/python", "-c", FACTS)
        want(ours == theirs and self.order in ours,
             "the same paths as in what that system's own venv module makes",
             ours, theirs)

    def check_copies(self, place):
        """With a copy of the interpreter."""
        root = self.system(place)
        self.make(place, root, "--copies", "--wheel", self.cache.wheel)
        python = root + "/srv" + ENV + "/bin/python3"
        want(os.path.isfile(python) and
             not os.path.islink(python), "python3 is a file")
        os.unlink(root + "/usr/bin/python3")
        self.hello(place, root)

    def check_binary(self, place):
        """With a wheel of code for that machine."""
        root = self.system(place)
        version = glob.glob(root + "/usr/bin/python3.*")[0][
            len(root + "/usr/bin/python"):]
        platforms = [word for glibc in ("17", "28", "31") for word in (
            "--platform", "manylinux_2_%s_%s" % (glibc, self.machine))]
        directory = self.cache.get("wheel-" + self.arch, [
            "python3", self.cache.pip() + "/pip", "download", "-q",
            "--no-deps", "--only-binary", ":all:", "--retries", "1",
            "--implementation", "cp", "--python-version", version,
            *platforms, "-d", "{}", "charset-normalizer"])
        wheel = glob.glob(directory + "/*.whl")[0]
        self.make(place, root, "--wheel", wheel)
        said = self.there(
            place, root, ENV + "/bin/python", "-c",
            "import charset_normalizer.md as md; print(md.__file__)")
        want(said.startswith(ENV + "/lib/") and said.endswith(".so\n"),
             "its code is loaded there", said)


def tests(store):
    """Rows (name, function)."""
    rows = []
    for row in MACHINES:
        machine = Machine(store, *row)
        rows += [
            ("root %s: links, pip and a wheel, run there" % row[0],
             machine.check_links),
            ("root %s: copies, run there" % row[0], machine.check_copies),
            ("root %s: a wheel with its code, run there" % row[0],
             machine.check_binary)]
    return rows
