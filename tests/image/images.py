"""Dockerfiles: an environment of a base without python3-venv."""

import os
import shutil
import subprocess

import cache
from containers import ALONE, Containers
from tap import Failure, Skip, want

HERE = cache.HERE
SHELLS = {"sh", "bash", "dash", "busybox", "ash", "zsh"}
BASE = "FROM scratch\nADD root.tar /\n"
WITH_VENV = """\
FROM localhost/python
RUN apt-get update -qq && \
 apt-get install -qq -y --no-install-recommends python3-venv >/dev/null
"""


class Images:
    """What the tests of images share."""

    def __init__(self, store):
        self.cache = store
        self.containers = Containers(store.directory)
        self.rows = []

    def import_root(self, place, root, name):
        """Make an image of the directory ROOT."""
        context = place.path(name + ".base")
        os.mkdir(context)
        place.run(["tar", "-C", root, "--exclude=./dev/*", "--exclude=./proc/*",
                   "--exclude=./sys/*", "--exclude=./var/cache/apt/*.bin",
                   "--exclude=./var/cache/apt/archives/*.deb",
                   "--exclude=./var/lib/apt/lists/*",
                   "-cf", context + "/root.tar", "."])
        self.build_text(place, context, BASE, name)

    def build_text(self, place, context, text, name, alone=ALONE):
        """Build an image by a Dockerfile of this TEXT."""
        with open(context + "/Dockerfile", "w", encoding="utf-8") as file:
            file.write(text)
        self.containers.build(place, context + "/Dockerfile", context, name,
                              alone)

    def base_python(self, place):
        """localhost/python: Debian's smallest system, with its python3."""
        self.containers.check_tools()
        if self.containers.has("python"):
            return
        mirror = subprocess.run(
            ["apt-get", "indextargets", "--format", "$(REPO_URI)",
             "Created-By: Packages", "Codename: " + cache.codename()],
            stdout=subprocess.PIPE, text=True, check=True).stdout.split()
        if not shutil.which("debootstrap"):
            raise Skip("no debootstrap")
        directory = self.cache.get("python", [
            "debootstrap", "--variant=minbase", "--include=python3",
            cache.codename(), "{}/root", *mirror[:1]])
        self.import_root(place, directory + "/root", "python")
        shutil.rmtree(directory)
        os.unlink(directory + ".done")

    def base_venv(self, place):
        """localhost/python-venv: the same with python3-venv."""
        self.base_python(place)
        if not self.containers.has("python-venv"):
            os.mkdir(place.path("empty"))
            try:
                self.build_text(place, place.path("empty"), WITH_VENV,
                                "python-venv", alone=[])
            except Failure as failure:
                raise Skip("python3-venv could not be had: " +
                           str(failure).splitlines()[-1]) from failure

    def base_distroless(self, place):
        """localhost/distroless: python3 and its libraries, no shell."""
        if not self.containers.has("distroless"):
            root = self.cache.root("distroless", cache.host_arch(), "python3")
            self.import_root(place, root, "distroless")

    def twice(self, place, tool, extra=()):
        """Build TOOL's Dockerfile, and once more; the second image."""
        self.base_distroless(place)
        context = place.path("context")
        os.mkdir(context)
        for path in (self.cache.wheel, *extra):
            shutil.copy(path, context)
        self.cache.program_with_pip(context + "/pyvenv")
        shutil.copy(self.cache.program, context + "/activate-run")
        dockerfile = "%s/%s.Dockerfile" % (HERE, tool)
        both = []
        for name in (tool + "-1", tool + "-2"):
            image, said = self.containers.built(place, dockerfile, context,
                                                name)
            want("hello: /opt/venv /usr" in said and
                 " 1000 None from the build" in said,
                 "the program ran as user 1000 in a build step", said)
            both.append(image)
        return both

    def row(self, what, both, *steps):
        """Keep what the table says of these images."""
        files = [member for member in both[0].members(1) if member.isfile()]
        self.rows.append([
            what,
            "%.2f" % min(image.seconds_of(*steps) for image in both),
            "%.1f" % min(image.seconds for image in both),
            "%d" % len(files), "%d" % sum(member.size for member in files),
            "%d" % both[0].layers[1]["size"],
            both[0].digest[7:19],
            "yes" if both[0].digest == both[1].digest else "no"])

    def check_pyvenv(self, place):
        """Our Dockerfile: what is in the image, and that it runs."""
        self.base_python(place)
        both = self.twice(place, "pyvenv")
        self.row("pyvenv", both, "pyvenv")
        image = both[0]
        names = [member.name for number in range(len(image.layers))
                 for member in image.members(number)]
        want(not SHELLS & {os.path.basename(name) for name in names},
             "the final image has no shell")
        said = self.containers.run(place, image.name, "one", "two words")
        want(said.startswith("hello: /opt/venv /usr ") and
             said.endswith(" 1000 /opt/venv one two words\n"),
             "activate-run starts the program as user 1000", said)
        self.containers.run(place, image.name, "-c", "echo",
                            options=["--entrypoint", "/bin/sh"], status=127)
        said = self.containers.run(
            place, image.name, "list", "--format=freeze",
            options=["--entrypoint", "/opt/venv/bin/pip"])
        want("hello==1.0\n" in said and "pip==" in said,
             "pip lists itself and the program", said)
        want(both[0].digest == both[1].digest,
             "a second build has the same digest",
             both[0].layers, both[1].layers)
        self.containers.remove(place, "pyvenv-1", "pyvenv-2")

    def check_venv(self, place):
        """The same with Python's own module, to compare."""
        self.base_venv(place)
        both = self.twice(place, "venv")
        self.row("python3 -m venv", both, "-m venv", '"venv"')
        self.containers.remove(place, "venv-1", "venv-2")

    def check_uv(self, place):
        """The same with uv, to compare."""
        self.base_python(place)
        uv = self.cache.uv()
        both = self.twice(place, "uv", [uv, self.cache.pip()])
        self.row("uv " + place.run([uv, "--version"]).split()[1], both,
                 "RUN uv", '["uv"')
        self.containers.remove(place, "uv-1", "uv-2")

    def table(self):
        """Lines that compare what was measured."""
        if not self.rows:
            return []
        rows = [["made by", "env, s", "build, s", "files", "bytes",
                 "layer.gz", "digest", "same twice"], *self.rows]
        widths = [max(map(len, column)) for column in zip(*rows)]
        return ["  ".join(cell.ljust(width)
                          for cell, width in zip(row, widths)).rstrip()
                for row in rows]


def tests(images):
    """Rows (name, function)."""
    return [("image: pyvenv, pip install, USER, a final stage without a shell",
             images.check_pyvenv),
            ("image: the same by python3 -m venv", images.check_venv),
            ("image: the same by uv", images.check_uv)]
