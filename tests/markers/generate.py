"""Made-up markers and facts."""

TEXTS = {
    "os_name": ["posix", "nt", "java", ""],
    "sys_platform": ["linux", "win32", "darwin", "linux2", "cygwin"],
    "platform_machine": ["x86_64", "aarch64", "AMD64", "arm64", "i686", ""],
    "platform_python_implementation": ["CPython", "PyPy", "Jython"],
    "platform_release": ["6.1.0-18-amd64", "5.4", "10", "6.8.0", "",
                         "5.15.0-91-generic", "22.6.0", "2012ServerR2"],
    "platform_system": ["Linux", "Windows", "Darwin"],
    "platform_version": ["#1 SMP Debian 6.1.76-1", "10.0.19045", "",
                         "Darwin Kernel Version 22.6.0: x"],
    "python_version": ["3.%d" % n for n in range(3, 17)] + ["2.7", "4.0"],
    "python_full_version": ["3.8.0", "3.9.18", "3.10.0rc1", "3.12.5",
                            "3.13.0", "3.15.0a1", "3.15.0a1+local",
                            "3.14.0b2", "3.11"],
    "implementation_name": ["cpython", "pypy", "graalpy"],
    "implementation_version": ["3.13.0", "7.3.13", "3.10.0c1", "3.15.0a1",
                               "0", "7.3.17.final.0"],
}
VERSIONED = ["platform_release", "python_version", "python_full_version",
             "implementation_version"]
EXTRAS = ["", "x", "X.y", "test", "a__b", "dev-1", "x_Y"]
OLD = {"os_name": "os.name", "sys_platform": "sys.platform",
       "platform_version": "platform.version",
       "platform_machine": "platform.machine"}
OPERATORS = ["<", "<=", "==", "!=", ">=", ">"] * 3 + ["in", "not in"] * 2 + [
    "~=", "===", "not  in", "not\tin"]
TOKENS = list("()'\"=<>!~ \t.*,;#\\\x0b\u00e9-_+") + [
    "and", "or", "not", "in", "==", "~=", "===", "os_name", "extra", "os.name",
    "python_version", "python_implementation", "platform.release", "'3.9'"]


def version(random):
    """A text that is a version or nearly so."""
    if random.random() < 0.5:
        return random.choice(random.choice(
            [TEXTS[name] for name in VERSIONED]))
    text = random.choice(["", "", "", "", "v", "1!", "0!"])
    text += ".".join(str(random.choice([0, 1, 2, 3, 3, 3, 8, 9, 10, 12, 13]))
                     for _ in range(random.randint(1, 4)))
    for suffix in (["a1", ".alpha", "b2", "rc1", "c1", "-pre_2"],
                   [".post1", "-1", "rev2"], [".dev0", "dev3"],
                   ["+local", "+1.a"], [".*", ".*", ".*", "x", "*"]):
        if random.random() < 0.1:
            text += random.choice(suffix)
    return text


def literal(random, name):
    """A text that NAME may be compared with, in quotes."""
    kind = random.random()
    if name in ("extra", "extras", "dependency_groups"):
        text = random.choice(EXTRAS)
    elif name in VERSIONED and kind < 0.85:
        text = version(random)
    elif kind < 0.9:
        text = random.choice(TEXTS[name])
    else:
        text = random.choice(random.choice(list(TEXTS.values())))
    if random.random() < 0.08:
        text = ", ".join([text, version(random), "linux", "3.1"])
    if random.random() < 0.05:
        at = random.randint(0, len(text))
        text = text[:at] + random.choice(TOKENS) + text[at:]
    if random.random() < 0.03:
        text = random.choice([" ", "=", "==", "\t"]) + text
    if random.random() < 0.03:
        text += random.choice([" ", "\t", " \t ", "  "])
    if random.random() < 0.03:
        text = text[1:]
    quote = random.choice("'\"")
    return quote + text.replace(quote, "") + quote


def comparison(random):
    """A comparison, seldom one without sense."""
    name = random.choice(list(TEXTS) + VERSIONED * 2 + ["extra"] * 2 +
                         ["extras", "dependency_groups"])
    operator = random.choice(OPERATORS)
    if name in ("extras", "dependency_groups") and random.random() < 0.9:
        operator = random.choice(["in", "not in"])
    word = name
    if random.random() < 0.1:
        word = OLD.get(name, name)
        if name == "platform_python_implementation":
            word = random.choice(["platform.python_implementation",
                                  "python_implementation"])
    sides = [word, literal(random, name)]
    if name in ("extras", "dependency_groups") or random.random() < 0.2:
        sides.reverse()
    if random.random() < 0.01:
        sides[0] = sides[1]
    if random.random() < 0.01:
        sides[1] = random.choice(list(TEXTS))
    blank = random.choice([" ", " ", " ", "", "\t", "  "])
    if operator[0] in "in":
        blank = blank or " "
    return sides[0] + blank + operator + blank + sides[1]


def expression(random, depth=0):
    """A marker."""
    terms = []
    for _ in range(random.choice([1, 1, 2, 2, 3])):
        if depth < 4 and random.random() < 0.25:
            blank = random.choice(["", " "])
            terms.append("(" + blank + expression(random, depth + 1) + blank +
                         ")")
        else:
            terms.append(comparison(random))
        terms.append(random.choice([" and ", " or ", " and\t", "  or "]))
    return "".join(terms[:-1])


def marker(random):
    """A marker, or what is left of it after a few changes."""
    text = expression(random)
    while random.random() < 0.15:
        at = random.randrange(len(text) + 1)
        text = (text[:at] + random.choice(TOKENS + [""] * 8) +
                text[at + random.choice([0, 0, 1, 1, 2]):])
    return text


def facts(random):
    """Values for all variables, now and then without those for extras."""
    made = {name: version(random)
            if name in VERSIONED and random.random() < 0.5
            else random.choice(values) for name, values in TEXTS.items()}
    for name in ("extras", "dependency_groups"):
        made[name] = random.sample(EXTRAS[1:], random.randint(0, 3))
    made["extra"] = random.choice(EXTRAS)
    for name in ("extra", "extras", "dependency_groups"):
        if random.random() < 0.05:
            del made[name]
    return made


def name(random):
    """The name of a project or an extra, or nearly one."""
    return random.choice(["a", "A.b", "x_y", "b--c", "python3", "1a", "a_",
                          "a", "b", "c"] * 4 + ["-a", "a-", ".", "a b", ""])


def specifier(random):
    """A version specifier, or nearly one."""
    text = random.choice(["==", "!=", ">=", "<=", ">", "<", "~="] * 6 +
                         ["===", "=", "<>", ""])
    return text + random.choice(["", "", " ", "\t"]) + version(random)


def dependency(random):
    """A dependency specifier, or what is left of it after a few changes."""
    blanks = ["", "", " ", " \t"]
    text = name(random) + random.choice(blanks)
    if random.random() < 0.3:
        text += "[%s]" % random.choice([",", " , "]).join(
            name(random) for _ in range(random.randint(0, 3)))
    text += random.choice(blanks)
    if random.random() < 0.15:
        text += "@%s%s%s" % (random.choice(blanks), random.choice(
            ["file:///x.whl", "https://h/a;b", "", "u"]),
            random.choice(["", " ", " "]))
    else:
        many = random.choice([",", ", ", " ,", ",\t"]).join(
            specifier(random) for _ in range(random.choice([0, 1, 1, 2, 3])))
        text += random.choice(["%s"] * 8 + ["(%s)", "( %s )", "%s,", "(%s"]
                              ) % many
    if random.random() < 0.4:
        text += random.choice(blanks) + ";" + random.choice(blanks)
        text += marker(random)
    while random.random() < 0.1:
        at = random.randrange(len(text) + 1)
        text = (text[:at] + random.choice(TOKENS + list("[](),;@")) +
                text[at + random.choice([0, 0, 1]):])
    return text
