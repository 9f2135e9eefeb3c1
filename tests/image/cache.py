"""Files that take long to get or to make, and are kept."""

import glob
import os
import shutil
import subprocess
import zipfile

import hello_wheel
from tap import Skip

HERE = os.path.dirname(os.path.abspath(__file__))
WHEELS = "/usr/share/python-wheels"


def codename():
    """The name of this Debian's release."""
    with open("/etc/os-release", encoding="utf-8") as file:
        found = [line.split("=", 1)[1].strip().strip('"') for line in file
                 if line.startswith("VERSION_CODENAME=")]
    if not found or not shutil.which("apt-get"):
        raise Skip("this is no Debian")
    return found[0]


def host_arch():
    """This machine, as Debian calls it."""
    return subprocess.run(["dpkg", "--print-architecture"], check=True,
                          stdout=subprocess.PIPE, text=True).stdout.strip()


class Cache:
    """DIRECTORY, which has a directory for each thing; the program of BUILD."""

    def __init__(self, directory, build):
        self.directory = directory
        self.program = os.path.join(build, "venvbox")
        os.makedirs(directory, exist_ok=True)
        self.wheel = hello_wheel.make(directory)

    def get(self, name, argv):
        """The directory NAME, which ARGV, given its path for {}, has filled.
        Skip: it could not."""
        directory = os.path.join(self.directory, name)
        if not os.path.exists(directory + ".done"):
            shutil.rmtree(directory, ignore_errors=True)
            os.mkdir(directory)
            with open(directory + ".log", "wb") as log:
                done = subprocess.run(
                    [word.replace("{}", directory) for word in argv],
                    stdin=subprocess.DEVNULL, stdout=log, timeout=900,
                    stderr=subprocess.STDOUT, check=False)
            if done.returncode:
                raise Skip("%s could not be had, see %s.log" % (
                    name, directory))
            with open(directory + ".done", "wb"):
                pass
        return directory

    def root(self, name, arch, *packages):
        """A system of ARCH with Debian's PACKAGES, not installed."""
        codename()
        return self.get(name, ["sh", HERE + "/debian_root.sh", arch, "{}",
                               *packages]) + "/root"

    def uv(self):
        """The program uv."""
        directory = self.get("uv", [
            "python3", self.pip() + "/pip", "download", "-q", "--no-deps",
            "--only-binary", ":all:", "--retries", "1", "-d", "{}", "uv"])
        path = os.path.join(directory, "uv")
        if not os.path.exists(path):
            with zipfile.ZipFile(glob.glob(directory + "/*.whl")[0]) as wheel:
                name = [name for name in wheel.namelist()
                        if name.endswith(".data/scripts/uv")][0]
                with open(path, "wb") as file:
                    file.write(wheel.read(name))
            os.chmod(path, 0o755)
        return path

    @staticmethod
    def pip():
        """Debian's wheel of pip, the one that its python3-venv installs."""
        found = glob.glob(WHEELS + "/pip-*.whl")
        if not found:
            raise Skip("no wheel of pip in " + WHEELS)
        return found[0]

    def program_with_pip(self, path):
        """Write our program with pip appended to PATH."""
        with open(path, "wb") as out:
            for part in (self.program, self.pip()):
                with open(part, "rb") as file:
                    shutil.copyfileobj(file, out)
        os.chmod(path, 0o755)
