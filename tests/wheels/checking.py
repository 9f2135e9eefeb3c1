"""
What `pyvenv --check` says of requirements is what `pip check` says of the same
environment: in made-up universes of projects, and with the base's packages.
WHEELS_SEED chooses other universes.
"""

import os
import random
import re
import shutil

import bench
import wheel_bytes
from scenarios import newest
from tap import Skip, want

SEED = os.environ.get("WHEELS_SEED", "1")
NAMES = ["a", "b-b", "C.c", "d_D", "e", "f1", "g", "h--h", "i", "j"]
VERSIONS = ["0.1", "1.0", "1.0a1", "1.0.post1", "1.0.dev3", "1.1", "1.10", "2",
            "2.0rc1", "2.0+local.1", "1!0.5", "3.1.4", "v2.1-beta"]
EXTRAS = ["x", "Y_y"]
FALSE = ['os_name == "nt"', "sys_platform != 'linux'", 'extra=="x"',
         "python_version<'3'", "'win' in sys_platform",
         "extra == 'x' or (extra == 'y-y')"]
TRUE = ["os.name=='posix'", 'python_version >= "3"', "extra != 'x'",
        'python_full_version>"3.0.1"', "'nu' in platform_system",
        "(implementation_name!='x')", "platform_machine != 'none'",
        "python_implementation not in 'x'"]
TAGS = ["py3-none-any", "py2.py3-none-any", "cp27-cp27m-win32",
        "py3-none-win_amd64", "py3-none-linux_s390x",
        "py3-none-manylinux_2_5_x86_64.manylinux1_x86_64"]
# the first pip that looks at the tags
LOOKS_AT_TAGS = (24, 1)


# ---- what both say -----------------------------------------------------------

def ours(b):
    """Our lines of findings of other kinds than pip knows, and of its kinds."""
    status = None
    out = b.run([bench.PROGRAM, "pyvenv", "--check", b.env], status=status)
    lines = [line[len(b.env) + 2:] for line in out.splitlines()]
    known = {line for line in lines if re.search(
        r" requires .*, which is not installed\.$| has requirement .*, but "
        r"you have .*\.$| is not supported on this platform$", line)}
    return set(lines) - known, known


def theirs(b, pip):
    """The lines of PIP."""
    status, out = b.ask_pip(pip, "--isolated", "check")
    lines = set(out.splitlines()) - {"No broken requirements found."}
    want(status == bool(lines), "pip check fails: %d" % status, out)
    return lines


def compare(b, pip):
    """Fail unless both say the same; the lines. Old versions of PIP do not look
    at tags."""
    others, mine = ours(b)
    want(not others, "other findings", *sorted(others))
    if pip.version < LOOKS_AT_TAGS:
        mine = {line for line in mine if "not supported on" not in line}
    its = theirs(b, pip)
    want(mine == its, "pip check differs",
         *sorted("ours:  " + line for line in mine - its),
         *sorted("pip's: " + line for line in its - mine))
    return its


def pips(b):
    """The pips that see what Python sees: those of 3.11 and newer."""
    found = []
    if b.base.minor >= (3, 11):
        found.append(b.pip())
    try:
        found.append(newest(b))
    except Skip:
        pass
    found = [pip for pip in found if pip.version >= (23,)]
    if not found:
        raise Skip("there is no pip of 23 or newer")
    return found


# ---- universes ---------------------------------------------------------------

def marker(source):
    """A marker that every pip reads alike."""
    terms = [source.choice(source.choice([TRUE, TRUE, FALSE]))
             for _ in range(source.choice([1, 1, 2, 3]))]
    if len(terms) == 3 and source.random() < 0.5:
        return "%s and (%s or %s)" % tuple(terms)
    return source.choice([" and ", "  or "]).join(terms)


def requirement(source):
    """A requirement of a name that is there or not, in any spelling."""
    name = source.choice(NAMES + ["gone", "No_one"])
    if source.random() < 0.3:
        name = re.sub("[-_.]+", source.choice(["-", "_", ".", "--"]), name)
        name = source.choice([name.upper(), name.lower()])
    if source.random() < 0.2:
        name += source.choice(["[x]", " [Y_y, x]", "[]"])
    if source.random() < 0.1:
        text = name + " @ https://host.invalid/x-1.0.tar.gz"
    else:
        operators = source.sample(["<", ">", "<=", ">=", "!=", "==", "~="],
                                  source.choice([0, 0, 1, 1, 2]))
        text = source.choice([",", ", "]).join(
            specifier(source, operator) for operator in operators)
        text = name + source.choice(["%s", " %s", " (%s)"]) % text
    if source.random() < 0.4:
        # it would be a part of the URL
        text += source.choice(["; ", " ;"][" @ " in text:]) + marker(source)
    return text


def specifier(source, operator):
    """A specifier with this operator."""
    version = source.choice(VERSIONS + ["1.0-2"])
    if operator in ("==", "!=") and source.random() < 0.5:
        return operator + source.choice(["1.*", "2.*", "0.1.*"])
    if operator == "~=":
        version = source.choice(["1.0", "2.0rc1", "1.0.post1"])
    if operator in "<>":
        # before packaging 26, 1.0a1 was not in <1.0.post1, nor 1.0.post1 and
        # 1.0+local in >1.0a1
        version = source.choice(["1.0", "1.1", "2", "1!0.5"])
    if operator not in ("==", "!="):
        version = version.partition("+")[0]
    return operator + source.choice(["", " "]) + version


def metadata(name, version, requirements):
    """METADATA or PKG-INFO."""
    lines = ["Metadata-Version: 2.1", "Name: " + name, "Version: " + version]
    lines += ["Provides-Extra: " + extra for extra in EXTRAS]
    lines += ["Requires-Dist: " + text for text in requirements]
    return "\n".join(lines) + "\n\nRequires-Dist: is-a-description\n"


def write(path, text):
    """Write TEXT to the new file PATH."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def wheel(b, source, name, version, requirements):
    """A wheel, built by hand; its path."""
    escaped = re.sub("[-_.]+", "_", name)
    info = "%s-%s.dist-info/" % (escaped, version.replace("-", "_"))
    path = b.path("wheels", info[:-len(".dist-info/")] + "-py3-none-any.whl")
    members = wheel_bytes.demo(
        module=escaped, info=info, metadata=metadata(name, version,
                                                     requirements))
    source.shuffle(members)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(wheel_bytes.archive(members))
    return path


def legacy(source, top, name, version, requirements):
    """Make what setuptools left of a project: a file, or a directory whose
    requirements are in METADATA or in requires.txt."""
    kind = source.choice(["file", "metadata", "requires"])
    path = "%s/%s%s.egg-info" % (top, re.sub("[-_.]+", "_", name),
                                 source.choice(["", "-" + version.replace(
                                     "-", "_")]))
    if kind == "file":
        write(path, metadata(name, version, requirements))
        return
    write(path + "/PKG-INFO", metadata(
        name, version, requirements if kind == "metadata" else []))
    if kind == "requires":
        plain = [text for text in requirements if ";" not in text]
        write(path + "/requires.txt", "\n".join(
            plain[:2] + ["", "[x]", "never>1", "[:os_name == 'posix']"] +
            plain[2:] + ["[:os_name == 'nt']", "nor-this"]) + "\n")


def universe(b, source):
    """An environment with some of the projects."""
    shutil.rmtree(b.env, ignore_errors=True)
    shutil.rmtree(b.path("wheels"), ignore_errors=True)
    wheels, rest = [], []
    for name in source.sample(NAMES, source.randint(4, len(NAMES))):
        project = (name, source.choice(VERSIONS), [
            requirement(source) for _ in range(source.choice([0, 1, 3, 6]))])
        if source.random() < 0.8:
            wheels.append(wheel(b, source, *project))
        else:
            rest.append(project)
    b.make(wheels)
    top = b.run([b.python, "-c", "import sysconfig; "
                 "print(sysconfig.get_path('purelib'))"]).strip()
    for project in rest:
        legacy(source, top, *project)
    for directory in os.listdir(top):
        file = os.path.join(top, directory, "WHEEL")
        if os.path.exists(file) and source.random() < 0.2:
            write(file, "Wheel-Version: 1.0\n" + "".join(
                "Tag: %s\n" % tag for tag in source.sample(
                    TAGS, source.choice([1, 1, 2]))))


def universes(b, count):
    """COUNT made-up environments."""
    found = pips(b)
    source = random.Random(SEED + b.base.label)
    b.commands.append("WHEELS_SEED=" + SEED)
    lines = [0, 0, 0]
    for _ in range(count):
        universe(b, source)
        for pip in found:
            for line in compare(b, pip):
                lines[0] += " requires " in line
                lines[1] += " has requirement " in line
                lines[2] += " not supported " in line
    want(min(lines[:2]) > count, "pip finds too little", lines)


def with_base(b):
    """An environment that sees the packages of the base."""
    found = pips(b)
    b.make([], "--system-site-packages")
    for pip in found:
        compare(b, pip)


ONCE = [("--check says what pip check says", lambda b: universes(b, 10))]
SOME = [("--check with the base's packages, as pip check", with_base)]
MORE = [("--check says what pip check says, 300 times",
         lambda b: universes(b, 300))]
