"""Machines that start with nothing but an initramfs."""

import os
import shutil
import subprocess

import cache
from tap import Failure, Skip, want

SECONDS = 100
# The first process: neither /proc nor /dev nor /tmp is there.
INIT = """\
#!/bin/busybox sh
/usr/bin/pyvenv --wheel /hello-1.0-py3-none-any.whl /opt/venv &&
	/usr/bin/pyvenv --check /opt/venv &&
	/opt/venv/bin/hello from process $$
/bin/busybox poweroff -f
"""
# An emulated processor: where there are others, they may not work.
QEMU = ["qemu-system-x86_64", "-accel", "tcg", "-cpu", "max",
        "-M", "pc,hpet=off", "-nodefaults", "-serial", "stdio",
        "-display", "none", "-m", "512", "-no-reboot"]
# panic=-1: when the first process ends, so does the machine
KERNEL = "console=ttyS0 quiet panic=-1 loglevel=3 nokaslr "


class Boot:
    """The parts that the tests of machines share."""

    def __init__(self, store):
        self.cache = store

    def tree(self, place, *packages):
        """A new directory with Debian's smallest Python and PACKAGES."""
        if cache.host_arch() != "amd64":
            raise Skip("this machine is no amd64")
        for tool in (QEMU[0], "cpio"):
            if not shutil.which(tool):
                raise Skip("no " + tool)
        name = "-".join(["boot", *packages])
        tree = place.path("tree")
        place.run(["cp", "-a", "--reflink=auto", self.cache.root(
            name, "amd64", "python3-minimal", *packages), tree])
        shutil.rmtree(tree + "/usr/share")
        return tree

    @staticmethod
    def pack(place, tree):
        """The initramfs of TREE."""
        path = place.path("initrd")
        place.run(["sh", "-c", "cd %s && find . -print0 | cpio --null -o "
                   "-H newc --quiet -R 0:0 | gzip -1 >%s" % (tree, path)])
        return path

    def boot(self, place, initrd, words):
        """Start a machine; what it says until it is off."""
        kernel = self.cache.get("kernel", [
            "sh", cache.HERE + "/debian_kernel.sh", "amd64", "{}"])
        argv = [*QEMU, "-kernel", kernel + "/vmlinuz", "-initrd", initrd,
                "-append", KERNEL + words]
        place.commands.append(" ".join(argv))
        try:
            done = subprocess.run(argv, stdin=subprocess.DEVNULL, check=False,
                                  stdout=subprocess.PIPE, timeout=SECONDS,
                                  stderr=subprocess.STDOUT)
        except subprocess.TimeoutExpired as late:
            raise Failure("after %d seconds it had said:\n%s" % (
                SECONDS, late.stdout.decode(errors="replace"))) from late
        return done.stdout.decode(errors="replace").replace("\r", "")

    def check_made(self, place):
        """The first process makes an environment and uses it."""
        tree = self.tree(place, "busybox-static")
        shutil.copy(self.cache.program, tree + "/usr/bin/pyvenv")
        shutil.copy(self.cache.wheel, tree)
        with open(tree + "/init", "w", encoding="utf-8") as file:
            file.write(INIT)
        os.chmod(tree + "/init", 0o755)
        said = self.boot(place, self.pack(place, tree), "")
        want("hello: /opt/venv /usr x86_64 little 0 None from process 1\n"
             in said and "pyvenv: " not in said,
             "the environment is made and its program run", said)

    def check_appended(self, place):
        """An archive is appended, and what is in it is the first process."""
        tree = self.tree(place)
        shutil.copy(self.cache.program, tree + "/usr/bin/activate-run")
        initrd = self.pack(place, tree)
        argv = [self.cache.program, "pyvenv", "--root", tree, "--archive",
                "cpio", "--minimal", "--wheel", self.cache.wheel, "/opt/venv"]
        place.commands.append("%s >>%s" % (" ".join(argv), initrd))
        with open(initrd, "ab") as file:
            file.write(bytes(-file.tell() % 4))  # the kernel wants it aligned
            file.flush()
            done = subprocess.run(argv, stdout=file, check=False,
                                  stderr=subprocess.PIPE, text=True)
        want(done.returncode == 0, "the archive is made", done.stderr)
        want(not os.path.lexists(tree + "/opt"), "nothing is made in the root")
        want(not os.path.lexists(tree + "/bin/sh"), "there is no shell")
        said = self.boot(place, initrd, "rdinit=/usr/bin/activate-run -- "
                         "/opt/venv hello at boot")
        want("hello: /opt/venv /usr x86_64 little 0 /opt/venv at boot\n"
             in said, "the program in the archive runs", said)
        want("Attempted to kill init! exitcode=0x00000000" in said,
             "it was the first process, and its status is 0", said)


def tests(store):
    """Rows (name, function)."""
    boot = Boot(store)
    return [("boot: the first process makes an environment and uses it",
             boot.check_made),
            ("boot: an appended archive; its program is the first process",
             boot.check_appended)]
