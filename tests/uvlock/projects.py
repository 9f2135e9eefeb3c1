"""Made-up wheels, and projects that depend on them."""

import hashlib
import os
import zipfile

NAMES = ["aa", "bb", "c-c", "dd", "ee", "ff", "gg", "hh"]
VERSIONS = ["1.0", "1.5", "2.0"]
EXTRAS = ["x", "y-z"]
OWN_EXTRAS = ["pg", "my-sql", "doc"]
OWN_GROUPS = ["dev", "prod", "lint", "t-1"]
MARKERS = ["sys_platform == 'win32'", "sys_platform == 'linux'",
           "python_version < '3.12'", "python_full_version >= '3.11.5'",
           "platform_machine != 'x86_64'", "os_name == 'posix'",
           "implementation_name == 'pypy'",
           "sys_platform != 'darwin' and python_version >= '3.10'"]
PLATFORMS = ["sys_platform == 'linux'", "sys_platform == 'darwin'",
             "sys_platform == 'win32'"]


def chance(random, probability):
    """True as often as PROBABILITY."""
    return random.random() < probability


def specifier(random):
    """A requirement's specifier; often none."""
    return random.choice(["", "", "", ">=1.0", "<2", "==1.0", ">=1.5", "!=1.5",
                          ">=2", "<3"])


def requirement(random, names, marker=0.4):
    """A requirement of one of NAMES."""
    extra = ("[%s]" % random.choice(EXTRAS + [",".join(EXTRAS)])
             if chance(random, 0.25) else "")
    text = random.choice(names) + extra + specifier(random)
    return text + ("; " + random.choice(MARKERS)
                   if chance(random, marker) else "")


def with_extra(text, extra):
    """The value of Requires-Dist for a requirement of an extra."""
    plain, _, marker = text.partition("; ")
    marker = "(%s) and " % marker if marker else ""
    return '%s; %sextra == "%s"' % (plain, marker, extra)


def write_wheel(directory, name, version, lines):
    """A wheel with the LINES in its METADATA; its file name."""
    stem = "%s-%s" % (name.replace("-", "_"), version)
    info = stem + ".dist-info/"
    members = {
        info + "METADATA": "\n".join(["Metadata-Version: 2.1",
                                      "Name: " + name, "Version: " + version,
                                      *lines, ""]),
        info + "WHEEL": "Wheel-Version: 1.0\nGenerator: x\n"
                        "Root-Is-Purelib: true\nTag: py3-none-any\n",
        info + "RECORD": "%sMETADATA,,\n%sWHEEL,,\n%sRECORD,,\n" % (
            info, info, info)}
    path = os.path.join(directory, stem + "-py3-none-any.whl")
    with zipfile.ZipFile(path, "w") as archive:
        for member, text in members.items():
            archive.writestr(member, text)
    return path


def write_wheels(random, directory):
    """Wheels of all names in a new directory. Those of a name depend on later
    names, and now and then on an earlier one."""
    os.makedirs(directory)
    for at, name in enumerate(NAMES):
        for version in VERSIONS:
            later = NAMES[at + 1:] or NAMES[:1]
            if chance(random, 0.1):
                later = NAMES
            lines = ["Provides-Extra: " + extra for extra in EXTRAS]
            lines += ["Requires-Dist: " + requirement(random, later)
                      for _ in range(random.choice([0, 1, 1, 2]))]
            for extra in EXTRAS:
                lines += ["Requires-Dist: " + with_extra(
                    requirement(random, later), extra)
                    for _ in range(random.choice([0, 1, 1, 2]))]
            write_wheel(directory, name, version, lines)


def write_index(directory, wheels):
    """An index of the WHEELS, with hashes, in a new directory (PEP 503)."""
    for name in NAMES:
        top = os.path.join(directory, name)
        os.makedirs(top)
        lines = []
        for file in sorted(os.listdir(wheels)):
            if not file.startswith(name.replace("-", "_") + "-"):
                continue
            with open(os.path.join(wheels, file), "rb") as wheel:
                digest = hashlib.sha256(wheel.read()).hexdigest()
            lines.append('<a href="%s/%s#sha256=%s">%s</a>' % (
                os.path.relpath(wheels, top), file, digest, file))
        with open(os.path.join(top, "index.html"), "w",
                  encoding="utf-8") as page:
            page.write("<html>%s</html>" % "\n".join(lines))


# ---- projects ---------------------------------------------------------------

def quoted(values):
    """A list of TOML."""
    return "[%s]" % ", ".join('"%s"' % value for value in values)


def requirements(random, names, most=3):
    """Some requirements."""
    return [requirement(random, names)
            for _ in range(random.randint(0, most))]


def group(random, names, earlier, extras):
    """A dependency group, which may include an EARLIER one, or the project
    with one of its EXTRAS."""
    items = ['"%s"' % one for one in requirements(random, names, 2)]
    if earlier and chance(random, 0.3):
        items.append('{include-group = "%s"}' % random.choice(earlier))
    if extras and chance(random, 0.2):
        items.append('"app[%s]"' % random.choice(extras))
    return "[%s]" % ", ".join(items)


def conflicts(random, extras, groups):
    """Sets of extras and groups that conflict."""
    items = (['{ extra = "%s" }' % one for one in extras] +
             ['{ group = "%s" }' % one for one in groups])
    found = []
    for _ in range(random.choice([1, 1, 2])):
        if len(items) >= 2:
            found.append("[%s]" % ", ".join(random.sample(
                items, random.choice([2, 2, min(3, len(items))]))))
    return found


def settings(random, extras, groups, members):
    """The table tool.uv."""
    lines = []
    if chance(random, 0.25):
        lines.append("package = true")
    if chance(random, 0.5):
        lines.append("conflicts = [%s]" % ", ".join(
            conflicts(random, extras, groups)))
    if chance(random, 0.25):
        lines.append("override-dependencies = " + quoted(
            [requirement(random, NAMES)]))
    if chance(random, 0.15):
        lines.append("exclude-dependencies = " + quoted(
            [random.choice(NAMES)]))
    if chance(random, 0.15):
        lines.append("constraint-dependencies = " + quoted(
            [random.choice(NAMES) + "<2"]))
    if chance(random, 0.2):
        lines.append("environments = " + quoted(random.sample(
            PLATFORMS, random.choice([1, 2]))))
    if chance(random, 0.3):
        lines.append('fork-strategy = "fewest"')
    text = "[tool.uv]\n" + "\n".join(lines) + "\n"
    if members:
        text += "[tool.uv.workspace]\nmembers = %s\n" % quoted(members)
    sources = ["%s = { workspace = true }" % one for one in members]
    if chance(random, 0.15):
        sources.append('hh = { path = "../wheels/hh-1.5-py3-none-any.whl" }')
    return text + "[tool.uv.sources]\n" + "\n".join(sources) + "\n"


def member(random, name, names):
    """The pyproject.toml of a member of the workspace."""
    return ('[project]\nname = "%s"\nversion = "0.%d"\n'
            'requires-python = ">=3.9"\ndependencies = %s\n'
            '[project.optional-dependencies]\nx = %s\n'
            '[dependency-groups]\ndev = %s\n'
            '[tool.uv]\npackage = %s\n' % (
                name, random.randint(1, 9), quoted(requirements(random, names)),
                quoted(requirements(random, names)),
                quoted(requirements(random, names)),
                random.choice(["true", "true", "false"])))


def root(random, members, extras, groups):
    """The pyproject.toml of the project."""
    names = NAMES + members * 3
    lines = ['[project]', 'name = "app"', 'version = "3.1"',
             'requires-python = "%s"' % random.choice(
                 [">=3.9", ">=3.9", ">=3.10", ">=3.9,<3.14"]),
             "dependencies = " + quoted(requirements(random, names, 4)),
             "[project.optional-dependencies]"]
    for one in extras:
        own = requirements(random, names)
        if one == "doc" and chance(random, 0.3):
            own.append("app[%s]" % random.choice(extras))
        lines.append("%s = %s" % (one, quoted(own)))
    lines.append("[dependency-groups]")
    for at, one in enumerate(groups):
        lines.append("%s = %s" % (one, group(random, names, groups[:at],
                                             extras)))
    return "\n".join(lines) + "\n" + settings(random, extras, groups, members)


def files(random):
    """The files of a project, a text for each path; its extras, its groups."""
    members = random.choice([[], [], [], ["m-a"], ["m-a", "m-b"]])
    extras = [one for one in OWN_EXTRAS if chance(random, 0.6)]
    groups = [one for one in OWN_GROUPS if chance(random, 0.5)]
    made = {"pyproject.toml": root(random, members, extras, groups)}
    if members and chance(random, 0.2):
        # a workspace whose root is no project
        made["pyproject.toml"] = (
            "[tool.uv.workspace]\nmembers = %s\n[tool.uv.sources]\n%s\n"
            "[dependency-groups]\nlint = %s\n" % (
                quoted(members),
                "\n".join("%s = { workspace = true }" % m for m in members),
                quoted(requirements(random, NAMES))))
        extras, groups = ["x"], ["dev", "lint"]
    for at, name in enumerate(members):
        made[name + "/pyproject.toml"] = member(
            random, name, NAMES + members[at + 1:])
    if len(members) == 2:
        made["m-a/pyproject.toml"] += (
            "[tool.uv.sources]\nm-b = { workspace = true }\n")
    return made, extras, groups


def selections(random, extras, groups):
    """Extras and groups that are asked for; whether without the defaults."""
    yield [], [], False
    for _ in range(4):
        yield (random.sample(extras, random.randint(0, min(2, len(extras)))),
               random.sample(groups, random.randint(0, min(2, len(groups)))),
               chance(random, 0.3))
    yield random.choice([(["none"], [], False), ([], ["none"], False),
                         (extras, [], True), ([], groups, True)])
