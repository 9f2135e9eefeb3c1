"""The tests of one Python."""

import glob
import json
import os
import shutil

import compare
from tap import Failure, Skip, want

# base: another one, which is first in PATH while its environments are changed
OTHERS = {}
# "old" (before Python 3.8) and "new" to a directory with virtualenv's modules,
# and "python" to the one that runs them
VIRTUALENVS = {}
ACTIONS = ["--exist-ok", "--upgrade"]


def pyvenv(case, *words):
    """Run our pyvenv where python3 is another Python; it says nothing."""
    bin_dir = case.path("other")
    other = OTHERS.get(case.base)
    if other and not os.path.exists(bin_dir):
        os.mkdir(bin_dir)
        os.symlink(other.exe, bin_dir + "/python3")
    out = case.run([case.program, "pyvenv", *words], env={
        "PATH": bin_dir + ":" + os.environ["PATH"]})
    want(not out, "pyvenv is silent", out)


def healthy(case, env):
    """--check finds nothing but what packages of the machine's Python lack."""
    done = case.run_raw([case.program, "pyvenv", "--check", "--json", env])
    found = [problem for one in json.loads(done.stdout)["environments"]
             for problem in one["problems"]
             if not problem["code"].startswith("requirement-")]
    want(not found, "--check: " + env, found)


def inodes(top):
    """Each name in TOP: its inode, its time of modification, its type."""
    table = {}
    for directory, names, files in os.walk(top):
        for name in [".", *names, *files]:
            path = os.path.join(directory, name)
            found = os.lstat(path)
            table[path] = "%d %d %o" % (
                found.st_ino, found.st_mtime_ns, found.st_mode)
    return table


def unchanged(case, env, *words):
    """Run our pyvenv, which leaves ENV exactly as it is."""
    before = inodes(env)
    pyvenv(case, *words, env)
    changed = compare.differences(before, inodes(env))
    want(not changed, "changed by a second pyvenv " + " ".join(words),
         *["%s: %s, now %s" % row for row in changed])


def stable(case, env, *options):
    """ENV is healthy, and neither action changes anything the second time,
    with or without the Python's name."""
    for action in ACTIONS:
        for python in [], ["-p", case.base.exe]:
            pyvenv(case, action, *python, *options, env)
            unchanged(case, env, action, *python, *options)
            healthy(case, env)


def starts(case, env):
    """Does the Python of ENV start? Some copies lack their library."""
    return case.run_raw([env + "/bin/python", "-c", ""]).returncode == 0


def as_its_own(case, *options):
    """Our environment is that of the Python's own venv, and stays so."""
    # PyPy's own --copies copies the directory of its library, /usr/lib here
    of_venv = [] if case.base.pypy and "--copies" in options else options
    theirs = case.theirs(*of_venv)
    if not starts(case, theirs):
        for library in glob.glob(os.path.dirname(case.base.stdlib) +
                                 "/libpython3.*.so.*"):
            shutil.copy(library, theirs + "/lib")
    env = case.ours(*options)
    case.compare(env, theirs)
    healthy(case, env)
    unchanged(case, env, "--exist-ok", *options)
    stable(case, env, *options)
    case.compare(env, theirs)


def kept(case, env):
    """ENV, made by another tool, is healthy; it keeps its Python whatever is
    done to it, and leads to its base."""
    before = compare.behaviour(case, env)
    # python3 or python3.X, and for PyPy a link or what it leads to
    renamed = {"run:sys._base_executable"}
    if case.base.pypy:
        renamed.add("run:sys._home")
    if case.base.pypy and case.base.minor < (3, 8):
        renamed.add("run:sys.path")  # its venv makes no site-packages
    healthy(case, env)
    for action in ACTIONS:
        pyvenv(case, action, env)
        changed = [row for row in
                   compare.differences(before, compare.behaviour(case, env))
                   if row[0] not in renamed]
        want(not changed, "changed by " + action,
             *["%s: %s, now %s" % row for row in changed])
    stable(case, env)
    inner = case.path("base", "env")
    pyvenv(case, "-p", env + "/bin/python", inner)
    outer = case.ours()
    ours, theirs = [{key: value for key, value in
                     compare.everything(case, top).items()
                     if key in ("run:realpath", "run:sys.version", "cfg:home",
                                "cfg:version", "run:sys.base_prefix",
                                "run:sys._base_executable")}
                    for top in (inner, outer)]
    want(ours == theirs, "made from the environment and from its base",
         ours, theirs)



def default(case):
    """Without options."""
    as_its_own(case)


def system_site(case):
    """With the packages of the base."""
    as_its_own(case, "--system-site-packages")


def copies(case):
    """With a copy of the interpreter."""
    as_its_own(case, "--copies")


def started(case, env):
    """Return ENV if its Python starts; if not, --check says so, and --exist-ok
    mends it."""
    if not starts(case, env):
        case.run([case.program, "pyvenv", "--check", env], status=1)
        pyvenv(case, "--exist-ok", env)
        want(starts(case, env), "a copy that does not start is mended")
    return env


def of_venv(case):
    """Made by the Python's own venv."""
    kept(case, case.theirs())


def of_venv_copies(case):
    """The same with --copies."""
    if case.base.pypy:
        if os.path.dirname(case.base.stdlib) == "/usr/lib" and not SMALL:
            raise Skip("PyPy's own --copies copies all of /usr/lib")
    try:
        env = case.theirs("--copies")
    except Failure as failure:
        raise Skip("its own venv cannot: " + str(failure).splitlines()[1][:90]
                   ) from None
    kept(case, started(case, env))


def virtualenv(case, *options):
    """An environment made by virtualenv."""
    modules = VIRTUALENVS.get("old" if case.base.minor < (3, 8) else "new")
    if not modules:
        raise Skip("no virtualenv")
    env = case.path("them", "env")
    case.run([VIRTUALENVS["python"], "-m", "virtualenv", "-q", "--no-pip",
              "--no-setuptools", "--no-periodic-update",
              *(["--no-wheel"] if case.base.minor < (3, 9) else []),
              "--app-data", case.path("data"),
              *options, "-p", case.base.exe, env],
             env={"PYTHONPATH": modules})
    return env


def of_virtualenv(case):
    """Made by virtualenv."""
    kept(case, virtualenv(case))


def of_virtualenv_copies(case):
    """The same with copies."""
    env = virtualenv(case, "--copies")
    if case.base.pypy and case.base.minor < (3, 8) and not starts(case, env):
        raise Skip("virtualenv's copy finds no library in its home")
    kept(case, started(case, env))


# /usr/lib is small enough to be copied
SMALL = False
# name in the list of intended differences, title, function
ALL = [
    ("default", "an environment is what its own venv makes, and stays so",
     default),
    ("system site packages", "one with system site packages is what its own "
     "venv makes, and stays so", system_site),
    ("copies", "one of copies is what its own venv makes, and stays so",
     copies),
    ("own", "an environment of its own venv keeps its Python", of_venv),
    ("own copies", "an environment of copies of its own venv keeps its Python",
     of_venv_copies),
    ("virtualenv", "an environment of virtualenv keeps its Python",
     of_virtualenv),
    ("virtualenv copies", "an environment of copies of virtualenv keeps its "
     "Python", of_virtualenv_copies),
]
