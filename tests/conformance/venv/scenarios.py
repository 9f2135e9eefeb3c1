"""The scenarios: what is made, and what it is compared with."""

import glob
import os
import shutil

import bases
import compare
import wheel
from tap import Failure, Skip

# base: the interpreter that its environments are upgraded from
NEIGHBOURS = {}

ALL = []

PROMPTS = ["plain", "two words", "it's", 'say "hi"', "it's \"both\"",
           "na\u00efve \u2603", "\U0001f40d", "nbsp\u00a0zwsp\u200b",
           "back\\slash", "tab\tbell\a", "", "$(id) `id` %n !x", "."]


class Scenario:
    """A scenario: its name and what to do with a Case."""

    def __init__(self, name, function):
        self.name, self.function = name, function


def scenario(name):
    """Decorator: a function of a Case is the scenario NAME."""
    def register(function):
        ALL.append(Scenario(name, function))
        return function
    return register


def write(path, text=""):
    """A file at PATH, its directories included."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


@scenario("default")
def default(case):
    case.compare(case.ours(), case.theirs())


@scenario("system site packages")
def system_site(case):
    case.compare(case.ours("--system-site-packages"),
                 case.theirs("--system-site-packages"))


@scenario("copies")
def copies(case):
    ours = case.ours("--copies")
    # PyPy's own --copies copies the directory of its library, /usr/lib here
    case.compare(ours, case.theirs(*[] if case.base.pypy else ["--copies"]))


@scenario("minimal")
def minimal(case):
    case.compare_behaviour(case.ours("--minimal"), case.theirs())


@scenario("minimal, with copies and system site packages")
def minimal_copies(case):
    case.compare_behaviour(
        case.ours("--minimal", "--copies", "--system-site-packages"),
        case.theirs("--system-site-packages",
                    *[] if case.base.pypy else ["--copies"]))


@scenario("relocatable, and moved")
def relocatable(case):
    moved = []
    for made in case.ours("--relocatable"), case.theirs():
        os.rename(made, made + " moved")
        moved.append(made + " moved")
    case.compare_behaviour(*moved)


@scenario("python target")
def python_target(case):
    exe = case.base.exe
    link = case.path("base", os.path.basename(exe))
    ours = case.ours("--python-target", link)
    os.symlink(exe, link)
    case.starts(ours)


@scenario("without scm ignore files")
def without_ignore(case):
    option = "--without-scm-ignore-files"
    knows = case.base.minor >= (3, 13)
    case.compare(case.ours(option), case.theirs(*[option] if knows else []))


@scenario("strange name")
def strange_name(case):
    name = "my env's \u2603 $HOME `id` \"q\" %n"
    case.compare(case.ours(name=name), case.theirs(name=name))


@scenario("name to be normalised")
def normalised(case):
    os.mkdir(case.path("ours", "a"))
    os.mkdir(case.path("them", "a"))
    name = "a/..//./missing/env/"
    case.ours(name=name)
    case.theirs(name=name)
    case.compare(case.path("ours", "missing/env"),
                 case.path("them", "missing/env"))


@scenario("through a symlink to the parent")
def parent_symlink(case):
    for side in "ours", "them":
        os.symlink(".", case.path(side, "link"))
    case.compare(case.ours(name="link/env"), case.theirs(name="link/env"))


def fill_old(top, outside):
    """An older environment with what may lie about in one."""
    write(top + "/pyvenv.cfg", "home = /nowhere\nversion = 3.2.9\n")
    write(top + "/lib/python3.2/site-packages/old.py", "1/0\n")
    write(top + "/bin/old-script", "#!/nowhere/python\n")
    write(top + "/.hidden/file", "x")
    os.symlink("/nowhere/python3.2", top + "/bin/python")
    os.symlink("python", top + "/bin/python3.2")
    os.symlink(outside, top + "/include")
    os.mkdir(top + "/lib64")


@scenario("clear")
def clear(case):
    write(case.path("outside", "precious"), "precious")
    for side in "ours", "them":
        fill_old(case.path(side, "env"), case.path("outside"))
    case.compare(case.ours("--clear"), case.theirs("--clear"))
    if os.listdir(case.path("outside")) != ["precious"]:
        raise Failure("--clear followed a link")


@scenario("exist-ok over a damaged environment")
def exist_ok(case):
    for side in "ours", "them":
        env = case.theirs(side=side)
        os.remove(env + "/bin/" + os.path.basename(case.base.exe))
        os.remove(env + "/bin/activate")
        write(env + "/own/file", "mine")
        write(env + "/lib/%s/site-packages/mine.py" % case.base.lib_name)
    case.compare(case.ours("--exist-ok"), case.theirs())


@scenario("upgrade of what is fine")
def upgrade_same(case):
    for side in "ours", "them":
        env = case.theirs(side=side)
        write(env + "/lib/%s/site-packages/mine.py" % case.base.lib_name)
        write(env + "/bin/mine", "#!/bin/sh\n")
    case.compare(case.ours("--upgrade"), case.theirs("--upgrade"))


@scenario("upgrade of our own")
def upgrade_own(case):
    env = case.ours("--system-site-packages", "--prompt", "its prompt")
    before = dict(compare.everything(case, env), **compare.contents(env))
    case.ours("--upgrade")
    after = dict(compare.everything(case, env), **compare.contents(env))
    changed = [row for row in compare.differences(before, after)
               if row[0] not in ("cfg:command", "text:pyvenv.cfg")]
    if changed:
        raise Failure("--upgrade has changed: %s" % changed)


def upgrade_from(case, *options):
    """
    Upgrade an environment of another Python. There is nothing to compare
    with: CPython's --upgrade leaves the links and copies of the old Python in
    place (gh-87679, gh-143768). So it has to be what a new environment is,
    and the packages of the old one.
    """
    old = NEIGHBOURS[case.base]
    if old is case.base:
        raise Skip("there is only one interpreter")
    env = case.ours(*options, base=old)
    write(env + "/lib/%s/site-packages/mine.py" % old.lib_name)
    kept = {key: value for key, value in compare.tree(env).items()
            if old.lib_name in key and not key.startswith("tree:bin/")}
    case.ours("--upgrade")
    ours = compare.everything(case, env)
    # PyPy's own --copies copies the directory of its library, /usr/lib here
    theirs = case.theirs(*[] if case.base.pypy else options)
    case.compare_tables(ours, {**kept, **compare.everything(case, theirs)})


@scenario("upgrade from another Python")
def upgrade_other(case):
    upgrade_from(case)
    theirs_upgraded(case, NEIGHBOURS[case.base])


@scenario("upgrade of copies from another Python")
def upgrade_copies(case):
    upgrade_from(case, "--copies")


def theirs_upgraded(case, old):
    """Fail on the day when what is said there is no longer true."""
    env = case.theirs(base=old, name="up")
    case.theirs("--upgrade", name="up")
    out = case.run([env + "/bin/python", "-c",
                    "import sys; print('%d.%d' % sys.version_info[:2])"],
                   status=None).strip()
    if case.base.minor != old.minor and out == "%d.%d" % case.base.minor:
        raise Failure("venv --upgrade works across versions: compare with it")


def add_path(env):
    """Let the site-packages directory of ENV change sys.path."""
    (directory,) = glob.glob(env + "/lib/*/site-packages")
    write(directory + "/changed.pth", "/usr\n")


def replace(path, old, new):
    """Put NEW in the place of OLD in the file at PATH."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    write(path, text.replace(old, new))


# each change of an environment, and the row that has to tell it
CHANGES = [
    ("tree:extra", lambda env: write(env + "/extra")),
    ("tree:lib64", lambda env: os.remove(env + "/lib64")),
    ("tree:lib64", lambda env: os.symlink("./lib", env + "/lib64")),
    ("tree:bin/activate", lambda env: os.chmod(env + "/bin/activate", 0o755)),
    ("tree:include", lambda env: os.chmod(env + "/include", 0o700)),
    ("run:sys.path", add_path),
    ("cfg:home", lambda env: replace(env + "/pyvenv.cfg", "home = /",
                                     "home = /.//")),
    ("run:site.ENABLE_USER_SITE", lambda env: replace(
        env + "/pyvenv.cfg", "= false", "= TRUE")),
]


@scenario("a change is seen")
def change(case):
    ours, theirs = case.ours(), case.theirs()
    for row, act in CHANGES:
        act(ours)
        try:
            case.compare(ours, theirs)
        except Failure as failure:
            if row + ": " in str(failure):
                continue
        raise Failure("not seen: " + row)


@scenario("prompts")
def prompts(case):
    for number, prompt in enumerate(PROMPTS):
        name = "env%d" % number
        ours = case.ours("--prompt", prompt, name=name)
        theirs = case.theirs("--prompt", prompt, name=name)
        # nothing else depends on it but the activators
        case.compare_tables(*[
            {"cfg:prompt": compare.config(env).get("cfg:prompt")}
            for env in (ours, theirs)])
        case.starts(ours)


@scenario("base through a link to the program")
def program_link(case):
    # venv records the link and its directory, from where getpath may find the
    # library of another Python (gh-106045): what the program itself makes is
    # right, and has to behave as the other does where that works.
    os.mkdir(case.path("links"))
    os.symlink(case.base.exe, case.path("links", "mypython"))
    link = case.base.at(case.path("links", "mypython"))
    ours = case.ours(base=link)
    case.compare(ours, case.theirs())
    case.compare_behaviour(ours, case.theirs(base=link, side="base"))


@scenario("base through a link to its prefix")
def prefix_link(case):
    exe = case.base.exe
    os.symlink(os.path.dirname(os.path.dirname(exe)), case.path("prefix"))
    link = case.base.at(case.path("prefix", "bin", os.path.basename(exe)))
    case.compare(case.ours(base=link), case.theirs(base=link))


def base_environment(case, *options):
    """An environment to be used as a base."""
    env = case.theirs(*options, name="outer", side="base")
    return case.base.at(env + "/bin/python")


# A venv that is run in an environment makes links to that environment's
# program (3.10 and older, PyPy: the result dies with the environment) or to
# the end of all its links. Ours has to be what the base itself makes, and to
# behave as the other.

@scenario("base is an environment")
def base_venv(case):
    inner = base_environment(case)
    ours = case.ours(base=inner)
    case.compare(ours, case.theirs())
    case.compare_behaviour(ours, case.theirs(base=inner, side="base"))


@scenario("base is an environment of copies")
def base_venv_copies(case):
    if case.base.pypy:
        raise Skip("PyPy's own --copies copies all of /usr/lib")
    inner = base_environment(case, "--copies")
    ours = case.ours(base=inner)
    # a copy does not tell the name it was asked for by, only the program
    (python,) = [target for target in map(os.readlink, glob.glob(
        ours + "/bin/python*")) if os.path.isabs(target)]
    if (os.path.realpath(python) != case.base.real or
            os.path.dirname(python) not in (
                os.path.dirname(case.base.exe),
                os.path.dirname(case.base.real))):
        raise Failure("the base is " + python)
    prefix = os.path.dirname(os.path.dirname(inner.exe))
    with open(prefix + "/pyvenv.cfg") as cfg:
        named = [line.partition("=")[2].strip() for line in cfg
                 if line.startswith("executable ")]
    if named and named != [python]:
        raise Failure("the base is %s, not %s" % (python, named[0]))
    case.compare(ours, case.theirs(base=case.base.at(python)))
    case.compare_behaviour(ours, case.theirs(base=inner, side="base"))


@scenario("base is an environment of ours")
def base_venv_ours(case):
    outer = case.ours("--copies", name="outer")
    inner = case.base.at(outer + "/bin/python")
    env = case.ours(base=inner)
    shutil.rmtree(outer)
    case.starts(env)


@scenario("every name in bin")
def names(case):
    for options in [], ["--copies"]:
        env = case.ours(*options, name="env" + "".join(options))
        for name in case.base.bin_names:
            case.starts(env, name)


@scenario("asked for by its full name")
def full_name(case):
    full = case.base.at(case.base.real)
    case.compare(case.ours(base=full), case.theirs(base=full))


def has_own_library(env):
    """Does the Python of ENV load a library from within ENV?"""
    path = bases.needed_library(env + "/bin/python")[1]
    return os.path.realpath(path).startswith(env + "/")


def origin(case, beside):
    """An interpreter that finds its library by $ORIGIN, copied."""
    if not shutil.which("patchelf"):
        raise Skip("no patchelf")
    base = bases.make_origin_fixture(case.base, case.path("base"), beside)
    if not base:
        raise Skip("the library is in the program")
    links = case.ours(base=base, name="links")
    case.starts(links)
    env = case.ours("--copies", base=base)
    case.starts(env)
    if not has_own_library(env):
        raise Failure("the library of the copy is not in it")
    if not case.base.pypy:
        env = case.theirs("--copies", base=base)
        if has_own_library(env):
            raise Failure("venv copies the library too: compare with it")


@scenario("copies with the library in $ORIGIN/../lib")
def origin_lib(case):
    origin(case, False)


@scenario("copies with the library beside the program")
def origin_beside(case):
    origin(case, True)


@scenario("pip installs a wheel")
def pip(case):
    env = case.ours()
    python = env + "/bin/python"
    try:
        case.run([python, "-c", "import ensurepip"])
    except Failure:
        raise Skip("this Python has no ensurepip") from None
    case.run([python, "-m", "ensurepip", "--default-pip"])
    case.run([python, "-m", "pip", "install", "--no-index", "--no-deps",
              wheel.make(case.top)])
    out = case.run([env + "/bin/vbdemo"])
    if out != env + "\n":
        raise Failure("the script says " + out)
    where = case.run([python, "-c", "import vbdemo; print(vbdemo.__file__)"])
    want = "%s/lib/%s/site-packages/vbdemo.py\n" % (env, case.base.lib_name)
    if where != want:
        raise Failure("the module is in %s and not %s" % (where, want))
