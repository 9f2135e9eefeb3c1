"""The runs of the sweep: one row a scenario."""

import fcntl
import os
import subprocess
import sys

import tree

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../wheels"))
import wheel_bytes  # noqa: E402 pylint: disable=wrong-import-position

NOBODY = 65534

# A kill may leave beside a work directory: the old state or the new one; a
# mixture, by a change; a mixture, where ENV_DIR is replaced in place; no ENV_DIR,
# between the two renames that replace it.
EITHER, CHANGE, IN_PLACE, TWO_RENAMES = "either", "change", "in place", "gap"


class Scenario:
    """A command on one state of the directory `box`, where ENV_DIR is."""

    def __init__(self, name, before, *args, env="env", cwd=None, uid=0,
                 mount=None, fault=None, kill=EITHER, steps=1):
        self.name = name
        self.before = before      # makes the old state: before(lab, env)
        self.args = args
        self.env = env            # below the box
        self.cwd = cwd            # below the box; then ENV_DIR is "."
        self.uid = uid
        self.mount = mount        # "bind" or "tmpfs", at ENV_DIR
        self.fault = fault        # of strace, all the time: forces a fallback
        self.kill = kill
        self.steps = steps        # the slice takes so many times fewer points

    def prepare(self, lab):
        """Make the old state in the empty box."""
        env = os.path.join(lab.box, self.env)
        if self.mount:
            os.mkdir(env)
            source = ["tmpfs", "-t", "tmpfs"] if self.mount == "tmpfs" \
                else ["--bind", env]
            subprocess.run(["mount", *source, env], check=True)
        if self.before:
            self.before(lab, env)
        if self.uid:
            for name in ["", *tree.take(env)]:
                os.chown(os.path.join(env, name), self.uid, self.uid,
                         follow_symlinks=False)

    def finish(self, lab):
        """Undo what prepare() did outside of the box's contents."""
        if self.mount:
            subprocess.run(["umount", os.path.join(lab.box, self.env)],
                           check=True)


def write(path, text, mode=0o644):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    os.chmod(path, mode)


def add_packages(env):
    """Make files of a user in an environment, which an upgrade must keep."""
    lib = os.path.join(env, "lib")
    name = next(n for n in os.listdir(lib) if n.startswith("python3."))
    write(f"{lib}/{name}/site-packages/pkg/__init__.py", "x = 1\n")
    write(f"{env}/bin/tool", "#!/bin/sh\n", 0o755)
    os.link(f"{env}/bin/tool", f"{env}/bin/tool-too")
    os.symlink("nowhere", f"{env}/dangling")
    os.mkdir(f"{env}/private", 0o700)
    write(f"{env}/private/key", "k", 0o600)


def some_files(_, env):
    write(f"{env}/README", "mine")
    write(f"{env}/bin/python", "not a link")
    write(f"{env}/a/b/c", "deep", 0o600)
    os.symlink("a/b", f"{env}/link")


def no_environment(lab, env):
    """A directory with nothing where an environment has its own files."""
    some_files(lab, env)
    os.unlink(f"{env}/bin/python")


def other_version(lab, env):
    if lab.other_python:
        lab.run_clean("--exist-ok", "-p", lab.other_python, env)
        add_packages(env)
    else:
        damaged(lab, env)


def damaged(lab, env):
    lab.run_clean("--exist-ok", env)
    add_packages(env)
    os.unlink(f"{env}/bin/python")
    write(f"{env}/bin/activate", "damaged")


def make_wheel(version, *files):
    """A wheel so small that one thread writes it: the path of its file."""
    path = os.path.join(os.environ["SWEEP_TOP"],
                        f"demo-{version}-py3-none-any.whl")
    members = [wheel_bytes.Member(f, f"# {version}\n") for f in files]
    # other processes of the sweep want the same file, and must not see it change
    with open(path + ".lock", "wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if os.path.exists(path):
            return path
        with open(path + ".part", "wb") as f:
            f.write(wheel_bytes.archive(wheel_bytes.demo(
                *members, info=f"demo-{version}.dist-info/",
                metadata=wheel_bytes.METADATA.replace("n: 1.0",
                                                      "n: " + version),
                scripts=f"[console_scripts]\ntool{version} = demo:f\n")))
        os.rename(path + ".part", path)
    return path


def older_wheel(lab, env):
    """Another version, of which a directory goes, and compiled code."""
    lab.run_clean("--exist-ok", "--wheel", make_wheel("0.9", "old/a.py"), env)
    lib = os.path.join(env, "lib")
    name = next(n for n in os.listdir(lib) if n.startswith("python3."))
    write(f"{lib}/{name}/site-packages/old/__pycache__/a.cpython-300.pyc", "x")
    write(f"{env}/bin/tool", "#!/bin/sh\n", 0o755)


MODES = (
    ("clear", some_files, ("--clear",)),
    # without -p it would keep the Python that it has
    ("upgrade", other_version, ("--upgrade", "-p", "3")),
    ("repair", damaged, ("--exist-ok",)),
)

# Where it cannot be done as usual, and what a kill within --clear leaves there.
FALLBACKS = (
    ("in .", IN_PLACE, {"cwd": "env", "steps": 2}),
    ("on a tmpfs mount", IN_PLACE, {"mount": "tmpfs", "steps": 5}),
    ("on a bind mount", IN_PLACE, {"mount": "bind", "steps": 5}),
    ("parent not writable", IN_PLACE, {"uid": NOBODY, "steps": 5}),
    ("no renameat2", TWO_RENAMES,
     {"fault": "renameat2:error=ENOSYS", "steps": 5}),
    ("no RENAME_EXCHANGE", TWO_RENAMES,
     {"fault": "renameat2:error=EINVAL", "steps": 5}),
)


def rows():
    yield Scenario("new", None)
    yield Scenario("new, missing parents", None, env="p/q/env")
    yield Scenario("new, copies", None, "--copies", steps=3)
    yield Scenario("new, copies, no hard links", None, "--copies", steps=3,
                   fault="linkat:error=EPERM")
    for error in ("ENOSYS", "EINVAL"):
        yield Scenario(f"new, renameat2 says {error}", None, steps=3,
                       fault=f"renameat2:error={error}")
    yield Scenario("adopt a directory", no_environment, "--exist-ok", kill=CHANGE)
    for name, before, options in MODES:
        clears = options == ("--clear",)
        yield Scenario(name, before, *options, kill=EITHER if clears else CHANGE)
        for why, kill, how in FALLBACKS:
            yield Scenario(f"{name}, {why}", before, *options,
                           kill=kill if clears else CHANGE, **how)
        if not clears:
            # a name is missing between two renames
            yield Scenario(f"{name}, no RENAME_EXCHANGE, no hard links",
                           before, *options, kill=IN_PLACE, steps=5,
                           fault="renameat2,linkat:error=EINVAL")
    root = ("--root", "/", "-p", "/usr/bin/python3")
    yield Scenario("new in a root", None, *root, steps=3)
    yield Scenario("upgrade in a root, no openat2", other_version, *root,
                   "--upgrade", fault="openat2:error=ENOSYS", steps=5,
                   kill=CHANGE)
    wheel = make_wheel("1.0", "demo/a/b.py",
                       "demo-1.0.data/scripts/demo-script")
    yield Scenario("new with wheel", None, "--wheel", wheel, steps=2)
    yield Scenario("upgrade with wheel", older_wheel, "--upgrade", "--wheel",
                   wheel, kill=CHANGE, steps=2)
    yield Scenario("upgrade with wheel, in .", older_wheel, "--upgrade",
                   "--wheel", wheel, cwd="env", kill=CHANGE, steps=2)
