"""Dockerfiles: an environment of a base without python3-venv."""

import os
import re
import shutil
import subprocess
import time

import cache
from containers import ALONE, Containers
from tap import Failure, Skip, want

HERE = cache.HERE
SHELLS = {"sh", "bash", "dash", "busybox", "ash", "zsh"}
# by an unprivileged user in a build step
RAN = r"hello: /opt/venv /usr .* 1000 None from the build"
BASE = "FROM scratch\nADD root.tar /\n"
WITH_VENV = """\
FROM localhost/python
RUN apt-get update -qq && \
 apt-get install -qq -y --no-install-recommends python3-venv >/dev/null
"""


class Images:
    """The parts that the tests of images share."""

    def __init__(self, store):
        self.cache = store
        self.containers = Containers(store.directory)
        self.rows = []
        self.idle = []  # seconds of steps that do next to nothing

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

    def context(self, place, *extra):
        """A directory with what Dockerfiles copy from."""
        self.base_distroless(place)
        context = place.path("context")
        os.mkdir(context)
        for path in (self.cache.wheel, *extra):
            shutil.copy(path, context)
        self.cache.program_with_pip(context + "/pyvenv")
        shutil.copy(self.cache.program, context + "/activate-run")
        return context

    def twice(self, place, tool, context, said):
        """Build TOOL's image, and once more; both. SAID is what has to be said
        in both builds."""
        both = []
        for name in (tool + "-1", tool + "-2"):
            image, text = self.containers.built(
                place, "%s/%s.Dockerfile" % (HERE, tool), context, name)
            want(re.search(said, text), "the build says: " + said, text)
            both.append(image)
        return both

    def row(self, what, both, seconds):
        """Keep what the table says of these images."""
        files = [member for member in both[0].members(1) if member.isfile()]
        self.rows.append([
            what, "%.2f" % seconds,
            "%.1f" % min(image.seconds for image in both),
            "%d" % len(files), "%d" % sum(member.size for member in files),
            "%d" % both[0].layers[1]["size"],
            both[0].layers[1]["digest"][7:19],
            "yes" if both[0].digest == both[1].digest else "no"])

    def compare(self, place, what, tool, context):
        """Build with TOOL, and keep what is to be compared."""
        both = self.twice(place, tool, context, RAN)
        self.idle += [image.seconds_of('RUN ["/opt/venv/bin/hello"')
                      for image in both]
        self.row(what, both, min(image.seconds_of(
            'RUN ["%s"' % tool, '"-m", "venv"') for image in both))
        return both

    def check_final(self, place, both):
        """The image has no shell, runs by activate-run, and is the same when
        it is built again."""
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

    def check_pyvenv(self, place):
        """Our Dockerfile: what is in the image, and that it runs."""
        self.base_python(place)
        both = self.compare(place, "pyvenv", "pyvenv", self.context(place))
        self.check_final(place, both)
        self.containers.remove(place, "pyvenv-1", "pyvenv-2")

    def check_archive(self, place):
        """An archive that was made of the final image's files."""
        self.containers.check_tools()
        context = self.context(place)
        root = self.cache.root("distroless", cache.host_arch(), "python3")
        argv = [context + "/pyvenv", "--root", root, "--archive", "tar",
                "--with-pip", "--wheel", self.cache.wheel, "/opt/venv"]
        place.commands.append(" ".join(argv))
        begin = time.monotonic()
        with open(context + "/env.tar", "wb") as file:
            made = subprocess.run(argv, stdout=file, check=False)
        seconds = time.monotonic() - begin
        want(made.returncode == 0 and not os.path.lexists(root + "/opt"),
             "an archive is made, and nothing in the root")
        both = self.twice(place, "archive", context, "ADD env.tar")
        self.row("pyvenv --archive", both, seconds)
        self.check_final(place, both)
        self.containers.remove(place, "archive-1", "archive-2")

    def check_relocatable(self, place):
        """An environment that is copied between stages, and moved by that."""
        self.base_python(place)
        image, text = self.containers.built(
            place, HERE + "/relocatable.Dockerfile", self.context(place),
            "relocatable")
        for said in (r"hello: /srv/my app/env /usr .* None from the build",
                     r"hello: /srv/my app/env /usr .* /srv/my app/env in "
                     r"/srv/my app/env"):
            want(re.search(said, text), "the build says: " + said, text)
        said = self.containers.run(place, image.name, "one", "two words")
        want(said.startswith("hello: /opt/venv /usr ") and
             said.endswith(" 1000 /opt/venv one two words\n"),
             "it runs in the last place", said)
        self.containers.remove(place, "relocatable")

    def check_venv(self, place):
        """The same with Python's own module, to compare."""
        self.base_venv(place)
        self.compare(place, "python3 -m venv", "venv", self.context(place))
        self.containers.remove(place, "venv-1", "venv-2")

    def check_uv(self, place):
        """The same with uv, to compare."""
        self.base_python(place)
        uv = self.cache.uv()
        version = place.run([uv, "--version"]).split()[1]
        self.compare(place, "uv " + version, "uv",
                     self.context(place, uv, self.cache.pip()))
        self.containers.remove(place, "uv-1", "uv-2")

    def table(self):
        """Lines that compare what was measured."""
        if not self.rows:
            return []
        rows = [["made by", "env, s", "build, s", "files", "bytes",
                 "layer.gz", "its digest", "image same twice"], *self.rows]
        widths = [max(map(len, column)) for column in zip(*rows)]
        return ["  ".join(cell.ljust(width)
                          for cell, width in zip(row, widths)).rstrip()
                for row in rows] + ["buildah and a program that only prints: "
                                    "%.2f s" % min(self.idle, default=0)]


def tests(images):
    """Rows (name, function)."""
    return [("image: pyvenv, pip install, USER, a final stage without a shell",
             images.check_pyvenv),
            ("image: of an archive, with no step that runs anything",
             images.check_archive),
            ("image: a relocatable environment, copied between stages",
             images.check_relocatable),
            ("image: the same by python3 -m venv", images.check_venv),
            ("image: the same by uv", images.check_uv)]
