"""Images: built by buildah and run by podman, without a network or a daemon."""

import json
import os
import re
import shutil
import subprocess
import tarfile
import time

from tap import Failure, Skip

EPOCH = "1700000000"
# No network; nothing is left in /run; cgroups of one version, as crun wants.
# The rest of the machine sees none of it.
ALONE = ["unshare", "--mount", "--net", "sh", "-c",
         "mount -t tmpfs none /run && mkdir -p /var/lib/containers &&"
         " mount -t tmpfs none /var/lib/containers &&"
         " { umount -R /sys/fs/cgroup 2>/dev/null;"
         " mount -t cgroup2 none /sys/fs/cgroup; } && exec \"$@\"", "-"]


class Built:
    """An image: SECONDS of its build and of each step, its layers, DIGEST."""

    def __init__(self, name, seconds, steps, oci):
        self.name = name
        self.seconds = seconds
        self.steps = steps
        self.oci = oci
        with open(oci + "/index.json", encoding="utf-8") as file:
            self.digest = json.load(file)["manifests"][0]["digest"]
        self.layers = self.blob(self.digest)["layers"]

    def blob_path(self, digest):
        """The file of DIGEST."""
        return os.path.join(self.oci, "blobs", *digest.split(":"))

    def blob(self, digest):
        """The JSON of DIGEST."""
        with open(self.blob_path(digest), encoding="utf-8") as file:
            return json.load(file)

    def members(self, number):
        """The entries of a layer, as tarfile's."""
        with tarfile.open(self.blob_path(self.layers[number]["digest"])) as tar:
            return tar.getmembers()

    def seconds_of(self, *words):
        """How long the steps took that have one of WORDS in them."""
        return sum(seconds for step, seconds in self.steps
                   if any(word in step for word in words))


class Containers:
    """A store of images below DIRECTORY."""

    def __init__(self, directory):
        self.directory = directory
        self.store = ["--root", directory + "/store", "--runroot",
                      directory + "/run", "--storage-driver", "overlay"]
        self.buildah = ["buildah", *self.store]

    @staticmethod
    def check_tools():
        """Skip: images cannot be built or run here."""
        for tool in ("buildah", "podman", "crun"):
            if not shutil.which(tool):
                raise Skip("no " + tool)

    def build(self, place, dockerfile, context, name, alone=ALONE):
        """Build and name an image; seconds, those of each step, what was said.
        ALONE: in which namespaces."""
        argv = [*alone, *self.buildah, "build", "--isolation=chroot",
                "--pull-never", "--timestamp", EPOCH,
                "--build-arg", "SOURCE_DATE_EPOCH=" + EPOCH,
                "-t", "localhost/" + name, "-f", dockerfile, context]
        place.commands.append(" ".join(argv))
        said, steps = [], []
        begin = time.monotonic()
        with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True,
                              stdin=subprocess.DEVNULL,
                              stderr=subprocess.STDOUT) as process:
            for line in process.stdout:
                now = time.monotonic()
                said.append(line)
                if re.match(r"(\[.*\] )?(STEP|COMMIT)", line):
                    steps.append((line, now))
        end = time.monotonic()
        if process.returncode:
            raise Failure("buildah: exit status %d\n%s" % (
                process.returncode, "".join(said)))
        ends = [begun for _, begun in steps[1:]] + [end]
        lasted = [(step, until - begun)
                  for (step, begun), until in zip(steps, ends)]
        return end - begin, lasted, "".join(said)

    def has(self, name):
        """Is there such an image?"""
        return subprocess.run(
            [*ALONE, *self.buildah, "inspect", "localhost/" + name],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            check=False).returncode == 0

    def built(self, place, dockerfile, context, name):
        """Build, name and export an image; it and what the build said."""
        seconds, steps, said = self.build(place, dockerfile, context, name)
        oci = place.path(name + ".oci")
        place.run([*ALONE, *self.buildah, "push", "-q", "localhost/" + name,
                   "oci:" + oci])
        return Built(name, seconds, steps, oci), said

    def remove(self, place, *names):
        """Remove images, and what is left of their builds."""
        place.run([*ALONE, *self.buildah, "rmi", "--force",
                   *["localhost/" + name for name in names]])
        place.run([*ALONE, *self.buildah, "rmi", "--prune"])

    def run(self, place, name, *words, options=(), status=0):
        """Start an image as it says, with WORDS; what it says."""
        limits = ["--ulimit", "nofile=1024:1024", "--ulimit",
                  "nproc=1024:1024"]
        return place.run(
            [*ALONE, "podman", *self.store, "--tmpdir",
             self.directory + "/run/podman", "--cgroup-manager", "cgroupfs",
             "--events-backend", "none", "run", "--rm", "--network", "none",
             "--cgroups=disabled", "--runtime", "crun", *limits, *options,
             "localhost/" + name, *words], status=status)
