"""
Made-up problems for the resolver, and their text for our probe.

A problem is a dictionary: projects (name: {version: {extra or "-": [need]}}), roots and
constraints (lists of needs), and installed, unusable (sets of (name, version)), pre,
all_releases, only_final (sets of names). A need is (project, extras, specifiers, file),
where the file is a version or None.
"""

FINAL = ["0.9", "1.0", "1.0.post1", "1.1", "1.10", "2.0", "2.1", "3.0", "1!0.5",
         "1.1+loc.2"]
EARLY = ["1.0a1", "1.1.dev2", "2.0rc1", "3.0b2", "2.0.dev1", "4.0a1",
         "1.0.post1.dev3"]

KINDS = {
    # probabilities: early = a version is a pre-release; any = no specifiers
    "mixed": dict(projects=(3, 8), versions=(2, 6), early=.35, any=.45,
                  needs=[0, 1, 1, 2], extras=[0, 0, 0, 1, 2], roots=(1, 3),
                  constraints=[0, 0, 1, 2], odd=.1, exact=.15),
    "dense": dict(projects=(4, 7), versions=(3, 5), early=.1, any=.1,
                  needs=[1, 2, 2, 3], extras=[0], roots=(1, 3),
                  constraints=[0, 0, 1], odd=.0, exact=.4),
    "pre-releases": dict(projects=(2, 5), versions=(2, 6), early=.7, any=.3,
                         needs=[0, 1, 1, 2], extras=[0, 0, 1], roots=(1, 3),
                         constraints=[0, 0, 1, 2], odd=.4, exact=.1),
    "extras": dict(projects=(2, 5), versions=(2, 4), early=.1, any=.4,
                   needs=[0, 0, 1], extras=[1, 2, 3], roots=(1, 3),
                   constraints=[0, 0, 1], odd=.1, exact=.2),
    "pairs": dict(projects=(5, 9), versions=(2, 3), early=.0, any=.0,
                  needs=[1, 2, 3, 4], extras=[0, 0, 0, 1], roots=(2, 4),
                  constraints=[0], odd=.0, exact=.3),
}


def specifier(source, versions, how):
    """Make a specifier that some of VERSIONS may satisfy."""
    version = source.choice(versions)
    public = version.partition("+")[0]
    release = public.partition("!")[2] or public
    numbers = []
    for part in release.split("."):
        digits = part[:len(part) - len(part.lstrip("0123456789"))]
        if digits:
            numbers.append(digits)
        if digits != part:
            break
    release = public[:-len(release)] + ".".join(numbers)
    if source.random() < how["exact"]:
        return source.choice(["==", "==", "==", "==="]) + version
    operator = source.choice([">=", ">=", "<", "<", "<=", ">", "!=", "!=", "==*",
                              "!=*", "~="])
    if operator == "~=":
        return "~=" + (release if "." in release else release + ".0")
    if operator.endswith("*"):
        return operator[:2] + release + ".*"
    return operator + (version if operator == "!=" else public)


def need(source, problem, asker, how):
    """A need of ASKER (a project's name, or None)."""
    names = sorted(problem["projects"])
    project = source.choice([name for name in names if name != asker] or names)
    if asker and source.random() < .05 + (len(how["extras"]) == 3) * .2:
        project = asker
    extras = source.choice([(), (), (), ("x",), ("x", "y"), ("z",)])
    if source.random() < .01:
        project = "missing"
        return project, extras, "", None
    versions = sorted(problem["projects"][project])
    if source.random() < how["odd"] / 10:
        return project, extras, "", source.choice(versions)
    specifiers = []
    while source.random() > how["any"] and len(specifiers) < 3:
        specifiers.append(specifier(source, versions, how))
        if source.random() < .7:
            break
    return project, extras, ",".join(specifiers), None


def problem(source, kind):
    """Make a problem."""
    how = KINDS[kind]
    names = ["p" + chr(97 + i) for i in range(source.randint(*how["projects"]))]
    made = {"projects": {}, "roots": [], "constraints": [], "installed": set(),
            "unusable": set(), "pre": False, "all_releases": set(),
            "only_final": set()}
    for name in names:
        versions = set()
        while len(versions) < source.randint(*how["versions"]):
            versions.add(source.choice(
                EARLY if source.random() < how["early"] else FINAL))
        made["projects"][name] = {version: {} for version in versions}
    for name in names:
        for version in sorted(made["projects"][name]):
            of = made["projects"][name][version]
            for _ in range(source.choice(how["needs"])):
                of.setdefault("-", []).append(need(source, made, name, how))
            for _ in range(source.choice(how["extras"])):
                of.setdefault(source.choice("xyz"), []).append(
                    need(source, made, name, how))
            if source.random() < how["odd"] / 2:
                made["unusable"].add((name, version))
        if source.random() < how["odd"]:
            made["installed"].add((name, source.choice(
                sorted(made["projects"][name]))))
        if source.random() < how["odd"] / 2:
            made[source.choice(["all_releases", "only_final"])].add(name)
    made["pre"] = source.random() < how["odd"] / 4
    for _ in range(source.randint(*how["roots"])):
        made["roots"].append(need(source, made, None, how))
    for _ in range(source.choice(how["constraints"])):
        project, _, specifiers, file = need(source, made, None, how)
        made["constraints"].append((project, (), specifiers, file))
    return made


def words(one):
    """A need in the probe's form."""
    project, extras, specifiers, file = one
    return "%s %s %s%s" % (project, ",".join(extras) or "-", specifiers or "-",
                           " " + file if file else "")


def text(made, newest_first):
    """A problem as the probe reads it. NEWEST_FIRST sorts versions."""
    lines = ["root r.txt:%d %s" % (i + 1, words(one))
             for i, one in enumerate(made["roots"])]
    lines += ["constraint c.txt:%d %s" % (i + 1, words(one))
              for i, one in enumerate(made["constraints"])]
    lines += ["pre"] * made["pre"]
    lines += ["all-releases " + name for name in sorted(made["all_releases"])]
    lines += ["only-final " + name for name in sorted(made["only_final"])]
    for name, versions in sorted(made["projects"].items()):
        lines.append("project " + name)
        for version in newest_first(versions):
            lines.append("version " + version +
                         " installed" * ((name, version) in made["installed"]) +
                         " unusable" * ((name, version) in made["unusable"]))
            for extra, needs in sorted(versions[version].items()):
                lines += ["need %s %s" % (extra, words(one)) for one in needs]
    return "\n".join(lines + ["solve", ""])
