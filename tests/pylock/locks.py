"""Made-up locks, and what is asked of them."""

import copy
import json

import generate

HASH = {"sha256": 64, "sha384": 96, "sha512": 128}
NAMES = ["aa", "b-c", "d2", "e", "zz-top"]
EXTRAS = ["x", "test", "a-b"]
GROUPS = ["dev", "docs", "Dev_Tools"]
VERSIONS = ["1.0", "2", "1.0.post1", "3.1rc1", "1!2.0", "1.0+local.1", "0.0.0"]
SPECIFIERS = [">=3.8", "<4", "==3.*", "~=3.9", "", ">=3.9,!=3.14.2"]
ODD_SPECIFIERS = [">=3.12", "<3.13", ">=3.9,!=3.12.5", ">=3.15", ">=3.15.0a1",
                  ">=3.8.*", "3", ",", ">=3.8,,<4", "(>=3)"]
MARKERS = """
sys_platform == 'linux'|sys_platform != 'win32'|python_version >= '3.10'
python_full_version < '3.13.0'|python_full_version >= '3.12.4'
os_name == 'nt' or os_name == 'posix'
'x' in extras|'A.b' in extras|'dev' in dependency_groups
'docs' not in dependency_groups|'dev-tools' in dependency_groups
implementation_name == 'cpython' and platform_machine == 'x86_64'
('x' in extras and sys_platform == 'linux') or 'docs' in dependency_groups
""".replace("\n", "|").strip("|").split("|")
ODD_MARKERS = ["extra == 'x'", "", "sys_platform", "'x' == extras",
               "os_name ~= '1'", "'x' in extras and", "python_version ~= '3'",
               "os_name == os_name"]
ODD = ["", "x", "-", "1.0", " 1.0 ", "\t", "\0", "a\x7f\u2028", 0, -1, 7,
       2 ** 63, 1.5, True, [], ["x"], [{}], {}, {"path": "x"}, {"sha256": "0"}]


class Time(str):
    """A date and time, as TOML has it."""


def pick(random, usual, odd):
    """Choose from USUAL; in a lock that may have flaws now and then from ODD."""
    return random.choice(odd if random.random() < random.flaws else usual)


# ---- writing TOML -----------------------------------------------------------

def text(value):
    """A string of TOML."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")


def inline(value):
    """A value of TOML in one line."""
    if isinstance(value, Time):
        return value
    if isinstance(value, dict):
        return "{%s}" % ", ".join("%s = %s" % (text(key), inline(one))
                                  for key, one in value.items())
    if isinstance(value, list):
        return "[%s]" % ", ".join(inline(one) for one in value)
    if isinstance(value, str):
        return text(value)
    return repr(value).lower()


def tables(value, name):
    """The table VALUE, with a header for each table in it."""
    simple, below = [], []
    for key, one in value.items():
        path = name + [key]
        if isinstance(one, dict) and one:
            below += ["[%s]" % ".".join(path), *tables(one, path)]
        elif isinstance(one, list) and one and all(
                isinstance(x, dict) for x in one):
            for element in one:
                below += ["[[%s]]" % ".".join(path), *tables(element, path)]
        else:
            simple.append("%s = %s" % (text(key), inline(one)))
    return simple + below


def document(random, lock):
    """LOCK as text."""
    if random.random() < 0.5:
        return "\n".join(tables(lock, [])) + "\n"
    return "".join("%s = %s\n" % (key, inline(one))
                   for key, one in lock.items())


# ---- locks ------------------------------------------------------------------

def marker(random):
    """A marker, mostly one that tools write."""
    return pick(random, MARKERS, ODD_MARKERS + [generate.comparison(random)])


def hashes(random):
    """Hashes, mostly strong ones."""
    kinds = pick(random, [["sha256"], ["sha512", "sha256"], ["sha384"],
                          ["blake3", "sha256"]], [["md5"], []])
    made = {kind: "".join(random.choice("0123456789abcdef")
                          for _ in range(HASH.get(kind, 32)))
            for kind in kinds}
    if made and random.random() < random.flaws:
        key = random.choice(list(made))
        made[key] = random.choice([made[key].upper(), made[key][1:], "",
                                   made[key][:-1] + "g"])
    return made


def located(random, name):
    """The members that a file with NAME has."""
    place = random.choice(["https://h/p/%s", "https://h/%s#sha256=0",
                           "https://h/%s?x=/y", "file:///d/%s"])
    made = random.choice([
        {"url": place % name}, {"url": place % name, "name": name},
        {"path": "./w/" + name}, {"path": "w\\" + name},
        {"path": "x", "name": name}, {"url": "https://h/", "path": name},
        {"url": place % name.replace("+", "%2B").replace("a", "%61")}])
    made["hashes"] = hashes(random)
    if random.random() < 0.5:
        made["size"] = random.choice([0, 1, 12345, 2 ** 40])
    if random.random() < 0.5:
        made["upload-time"] = Time(pick(
            random, ["2024-01-02T03:04:05Z", "2024-01-02T03:04:05.123456Z",
                     "2024-01-02 03:04:05"], ["2024-01-02", "03:04:05"]))
    return made


def wheel(random, name, version):
    """An entry of wheels, seldom of another project or version."""
    spelt = name.replace("-", "_")
    spelt = pick(random, [spelt, spelt.upper(), spelt.replace("_", ".")],
                 ["other", name + "_", name])
    version = pick(random, [version], [version + ".0", "v" + version, "9"])
    return located(random, "%s-%s-%s.whl" % (spelt, version, pick(
        random, ["py3-none-any", "cp312-cp312-manylinux_2_17_x86_64",
                 "1-py3-none-any", "py2.py3-none-any", "CP39-abi3-win_amd64"],
        ["py3-none", "x-py3-none-any", "py3-none-any-", "py3..py2-none-any"])))


def source(random, name, version):
    """The members that tell where a package comes from."""
    kind = random.random()
    sdist = located(random, "%s-%s%s" % (
        name.replace("-", "_"), version,
        pick(random, [".tar.gz", ".zip"], [".tgz"])))
    if kind < 0.7:
        made = {"wheels": [wheel(random, name, version)
                           for _ in range(pick(random, [1, 1, 2, 5], [0]))]}
        if random.random() < 0.3:
            made["sdist"] = sdist
        return made
    if kind < 0.77:
        return {"sdist": sdist}
    if kind < 0.84:
        made = {"path": random.choice([".", "../x", ""])}
        made.update(random.choice([{}, {"editable": True},
                                   {"subdirectory": "s"}]))
        return {"directory": made}
    if kind < 0.9:
        return {"vcs": {"type": "git", "commit-id": "0123",
                        random.choice(["url", "path"]): "https://h/r.git"}}
    return {"archive": random.choice([
        wheel(random, name, version), sdist,
        dict(sdist, subdirectory="s")])}


def package(random, name):
    """An entry of packages."""
    version = random.choice(VERSIONS)
    made = {"name": pick(random, [name], [name + "--x", "Aa", name + "-"])}
    if random.random() < 0.8:
        made["version"] = version
    if random.random() < 0.5:
        made["marker"] = marker(random)
    if random.random() < 0.2:
        made["requires-python"] = pick(random, SPECIFIERS, ODD_SPECIFIERS)
    if random.random() < 0.2:
        made["index"] = "https://pypi.org/simple"
    if random.random() < 0.2:
        made["dependencies"] = [{"name": "e"}]
    if random.random() < 0.1:
        made["attestation-identities"] = [{"kind": "x", "y": 1}]
    made.update(source(random, name, version))
    return made


def change(random, value):
    """Change a random place of VALUE, a table or array."""
    while True:
        keys = list(value) if isinstance(value, dict) else range(len(value))
        if not keys:
            return
        key = random.choice(keys)
        inner = value[key]
        if isinstance(inner, (dict, list)) and inner and random.random() < 0.8:
            value = inner
            continue
        kind = random.random()
        if kind < 0.3:
            del value[key]
        elif kind < 0.4 and isinstance(value, list):
            value.append(copy.deepcopy(inner))
        elif kind < 0.5 and isinstance(inner, str) and inner:
            at = random.randrange(len(inner))
            value[key] = inner[:at] + random.choice(
                ["", "-", "_", "%", "/", "X", " "]) + inner[at + 1:]
        elif kind < 0.6 and isinstance(value, dict):
            value[random.choice(["vcs", "name", "path", "sdist", "unknown",
                                 "wheels", "archive"])] = (
                                     copy.deepcopy(inner))
        else:
            value[key] = copy.deepcopy(random.choice(ODD))
        return


def changed(random, lock):
    """The document LOCK, as tomllib read it, after a change or several."""
    def plain(value):
        if isinstance(value, dict):
            return {key: plain(one) for key, one in value.items()}
        if isinstance(value, list):
            return [plain(one) for one in value]
        if hasattr(value, "isoformat"):
            return Time(value.isoformat())
        return value
    made = plain(lock)
    change(random, made)
    while random.random() < 0.2:
        change(random, made)
    return document(random, made)


def lock(random):
    """A lock, or what is left of it after a few changes."""
    random.flaws = random.choice([0, 0, 0.03, 0.1])
    made = {"lock-version": pick(random, ["1.0", "1", "1.1", "1.0.post1"],
                                 ["2.0", "0.9", "1.0rc1", "2.0.dev1", "x"]),
            "created-by": "x"}
    if random.random() < 0.4:
        made["requires-python"] = pick(random, SPECIFIERS, ODD_SPECIFIERS)
    if random.random() < 0.2:
        made["environments"] = [
            pick(random, MARKERS[:6], [generate.comparison(random)])
            for _ in range(pick(random, [3, 4], [0, 1, 2]))]
    if random.random() < 0.8:
        made["extras"] = random.sample(EXTRAS, random.randint(1, 3))
    if random.random() < 0.7:
        made["dependency-groups"] = random.sample(GROUPS, random.randint(1, 3))
    if random.random() < 0.5:
        made["default-groups"] = random.sample(GROUPS, random.randint(1, 2))
    names = random.sample(NAMES, random.choice([0, 1, 1, 2, 3, 4]))
    names += pick(random, [[]], [names[:1]])
    made["packages"] = [package(random, name) for name in names]
    if random.random() < 0.1:
        made["tool"] = {"x": {"y": 1}}
    while random.random() < random.flaws * 4:
        change(random, made)
    return document(random, made)


# ---- requests ---------------------------------------------------------------

def environment(version, **more):
    """The facts of a Python."""
    made = {
        "os_name": "posix", "sys_platform": "linux",
        "platform_machine": "x86_64", "platform_system": "Linux",
        "platform_python_implementation": "CPython",
        "platform_release": "6.1.0-18-amd64",
        "platform_version": "#1 SMP Debian 6.1.76-1",
        "python_version": ".".join(version.split(".")[:2]),
        "python_full_version": version, "implementation_name": "cpython",
        "implementation_version": version}
    made.update(more)
    return made


ENVIRONMENTS = [
    environment("3.12.5"), environment("3.9.18", platform_machine="aarch64"),
    environment("3.13.0", os_name="nt", sys_platform="win32",
                platform_machine="AMD64", platform_system="Windows",
                platform_release="10", platform_version="10.0.19045"),
    environment("3.15.0a1"),
    environment("3.11.13", sys_platform="darwin", platform_system="Darwin",
                platform_machine="arm64", implementation_name="pypy",
                platform_python_implementation="PyPy",
                implementation_version="7.3.20"),
]


def request(random):
    """Make a request: a Python, extras and groups."""
    return {
        "environment": random.choice(ENVIRONMENTS),
        "extras": random.sample(["X", "x", "test", "a_b", "none"],
                                random.choice([0, 0, 0, 0, 1, 2])),
        "groups": random.sample(["dev", "DOCS", "dev-tools", "none"],
                                random.choice([0, 0, 0, 0, 1, 2])),
        "no_default": random.random() < 0.2}
