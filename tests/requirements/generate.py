"""Made-up requirements files, and the directory in which they are read."""

import os
import re

NAMES = ["aa", "bb", "A.b_c", "zope.interface", "x", "Foo-Bar", "a1", "py__z"]
SPECS = ["==1.0", ">=1", "~=1.4.2", "!=2.*", "===1.0-x", "<2,>1", "== 1.0",
         "(>=1,<2)", " >1 , <3 ", ">1,", "==1.0+l.1", "<=2!1.0rc1", "==1.*",
         ">=1.*", "=1", "~=1", "1.0", ">=1.0+l", "==", "==1 >2", "<>1", ">=x"]
EXTRAS = ["[x]", "[X.y, z_Z]", "[]", "[ a , b ]", "[x,x]", "[x,]", "[x y]",
          "[x", "[-]"]
MARKERS = ["os_name == 'posix'", 'sys_platform=="win32"', "extra == 'x'",
           "python_version < '3.9' and os_name != 'nt'", "os.name=='x'",
           "(python_full_version>='3.8')", "'linux' in sys_platform",
           "python_version not  in '3.9, 3.10'", "platform_release >= '5.4'",
           "os_name", "os_name = 'x'", "foo == 'x'", "'a' == 'a'",
           "os_name == platform_system", "os_name == 'a\\\\b'", "",
           "sys_platform == 'x' or (os_name=='a' and extra!='B')"]
SHA256 = ["%064x" % (n * 0x1234567) for n in range(1, 5)]
SHA512 = "%0128x" % 77
SHA384 = "%096x" % 78
HASHES = ["sha256:" + one for one in SHA256] + [
    "sha512:" + SHA512, "sha384:" + SHA384, "sha256:" + SHA256[0].upper(),
    "sha256:" + "F" * 64]
BAD_HASHES = ["md5:" + "0" * 32, "sha256:abc", "sha256:" + "g" * 64,
              "sha256", "SHA256:" + SHA256[0], "sha256:", "sha1:" + "0" * 40,
              "sha512:" + SHA256[0], "blake2b:00", ":", "sha256:" + "0" * 65]
# what is in the current directory; a name that ends in a slash is a directory
WORLD = ["aa-1.0-py3-none-any.whl", "bb-2.0-py3-none-any.whl",
         "A_B_c-1.0.0_1-1x-py2.py3-none-any.whl", "aa-1.0.tar.gz", "x.zip",
         "a b/aa-1.0-py3-none-any.whl", "u@v/aa-1.0-py3-none-any.whl",
         "src/pyproject.toml", "bare/", "wheels/bb-1.0-py3-none-any.whl",
         "UP-1.0-py3-none-any.WHL", "broken.whl", "aa@bb.whl", "dir.whl/",
         "é/aa-1.0-py3-none-any.whl"]
PATHS = ["./aa-1.0-py3-none-any.whl", "aa-1.0-py3-none-any.whl",
         "./missing-2.0-py3-none-any.whl", "no/bb-2.0-cp39-abi3-x_y.whl",
         "./A_B_c-1.0.0_1-1x-py2.py3-none-any.whl", "@WORLD@/x.zip",
         "@WORLD@/bb-2.0-py3-none-any.whl", "./aa-1.0.tar.gz", "x.zip",
         "a b/aa-1.0-py3-none-any.whl", "u@v/aa-1.0-py3-none-any.whl",
         "u@w/aa-1.0-py3-none-any.whl", "./src", "src/", "./bare", "src", ".",
         "..", "UP-1.0-py3-none-any.WHL", "broken.whl", "aa@bb.whl",
         "aa@cc.whl", "./dir.whl", "é/aa-1.0-py3-none-any.whl", "./no-dir",
         "wheels/../aa-1.0-py3-none-any.whl", "x.tar.whl", "./x.tar.GZ",
         "aa-1.0.tbz", "a//./aa-1.0-py3-none-any.whl", "./.whl",
         "aa-1.0-py3-none-any.whl/", "c:aa-1.0-py3-none-any.whl"]
URLS = ["file://@WORLD@/aa-1.0-py3-none-any.whl",
        "file:@WORLD@/bb-2.0-py3-none-any.whl",
        "file:aa-1.0-py3-none-any.whl", "file:./no/bb-2-py3-none-any.whl",
        "file://localhost@WORLD@/aa-1.0-py3-none-any.whl",
        "file://host/aa-1.0-py3-none-any.whl",
        "file://@WORLD@/wheels/../aa-1.0-py3-none-any.whl",
        "file://@WORLD@/%61%61-1.0-py3-none-any.whl",
        "file://@WORLD@/a%20b/aa-1.0-py3-none-any.whl",
        "file:///x%2Faa-1.0-py3-none-any%2Ewhl", "file:///%zz/%2",
        "file://@WORLD@/src", "file:///x/aa-1.0.tar.gz", "FILE:///x.whl",
        "file:///x/aa-1.0-py3-none-any.whl?q", "file:///x/broken.whl",
        "https://h/p/aa-1.0-py3-none-any.whl", "http://h/aa-1.0.tar.gz",
        "https://u:p@h:1/aa-1.0+l-cp310-cp310-linux_x86_64.whl",
        "git+https://h/aa.git@v1", "git+ssh://git@h/aa", "hg+http://h/x",
        "svn+svn://h/x", "git://h/x", "ftp://h/aa-1.0-py3-none-any.whl",
        "https://h/aa-1.0-py3-none-any.whl;x", "foo://x", "file:",
        "file:///é/aa-1.0-py3-none-any.whl"]
FRAGMENTS = ["#sha256=" + SHA256[0], "#egg=aa", "#egg=aa&sha512=" + SHA512,
             "#sha256=abc", "#md5=" + "0" * 32, "#egg=aa[x]", "#", "#x#y",
             "#subdirectory=s&egg=bb", "#sha256=" + SHA256[1].upper(),
             "#sha1=0&sha256=" + SHA256[0]]
VALUES = {"A": "aa", "V_1": "1.0", "WORLD": "@WORLD@", "EMPTY": "",
          "OPTION": "aa --pre", "BLANKS": "  bb ", "SHARP": "aa #c",
          "TAB": "aa\t==1.0", "1": "bb", "BELL": "a\x07"}
OPTIONS = ["--pre", "--no-index", "--prefer-binary", "--require-hashes",
           "--no-require-hashes", "--pr", "--pref", "--no-ind", "--no-",
           "--no", "--require-h", "--re", "-U", "--upgrade", "--no-deps",
           "--group x", "--global-option=x", "--pre=1", "--hash", "--", "-",
           "--trusted-host h", "--use-feature fast-deps", "--use-feature=x",
           "--use-f fast-deps", "-C a=b", "-Ca=b", "--config-settings a",
           "--config-settings=a=b", "-i https://h/simple", "-ihttps://h",
           "--index-url=https://h", "--pypi-url https://h", "--i https://h",
           "--extra-index-url https://h/s", "--extra https://h", "-h",
           "--index-url file://@WORLD@/wheels", "-i file:wheels", "-i .",
           "--extra-index-url file:///x", "--extra-index-url ./wheels",
           "-f wheels", "-f ./case", "-fwheels", "--find-links=a\\ b",
           "--find-links 'a b'", '-f "a b"', "-f 'a b", "-f a\\", "-f ''",
           "-f file://@WORLD@/wheels", "-f https://h/x.html", "-f none",
           "-f r.txt", "-f @WORLD@/wheels -f bare", "--find", "--find-l x",
           "-f", "-r", "--only-binary :all:", "--no-binary :all:",
           "--no-binary aa,B_b", "--only-binary=aa,:none:,bb",
           "--no-binary :none:", "--no-binary=aa --only-binary aa",
           "--no-binary :all:,aa", "--no-binary :all:,:none:,aa",
           "--no-binary=aa,:all:,bb,:none:,cc", "--no-binary -x",
           "--no-binary ''", "--all-releases aa,bb", "--all-releases :all:",
           "--only-final A.a", "--only-final :all:", "--only-final :none:",
           "--all-r bb", "--only-f bb", "--only x", "--all-releases=-x",
           "--hash sha256:" + SHA256[0], "foo", "'", "\"x\\y\"", "--he\"ll\"o",
           "\"--pre\"", "--p'r'e", "-e src", "-e ./src", "-e .", "-e src[x]",
           "-e none", "-esrc", "--editable=src", "-e git+https://h/x#egg=x",
           "-e file://@WORLD@/src", "-e 'aa @ file:src'", "-e x.zip",
           "--edit src", "-r https://h/r.txt", "-c http://h/c.txt"]
NESTED = ["sub.txt", "./sub.txt", "deep/c.txt", "r.txt", "none.txt",
          "'s p.txt'", "\"s p.txt\"", "s\\ p.txt", "../r.txt", "deep/../sub.txt",
          "../sub.txt", "file://@CASE@/sub.txt", "@CASE@/deep/c.txt", "deep",
          ".", "''"]
# the cases of the specification, each a file
CASES = [
    "aa\\\n==1.0", "aa==1.0 \\ \n", "aa==1.0 \\", "aa==1.0#c", "aa ==1.0 # c",
    "aa==1.0 \\\n# c\n--hash=sha256:" + SHA256[0], "${A}==${V_1}\n${UNSET}",
    "$A ${a}", "--no-ind\naa", "aa\t--hash=sha256:" + SHA256[0], "aa --pre",
    "aa --hash sha256:" + SHA256[0], "-rsub.txt", "-r sub.txt -r deep/c.txt",
    "aa --foo", "--process-dependency-links", "-U", "--group x", "--no-deps",
    "aa 1.0", "aa=1.0", "aa==1.0 bb", "aa>=1.*", "aa~=1", "aa>=1.0+l", '"aa"',
    "aa;", "aa; extra=='x'", "aa[]", "aa (>=1,<2)", "aa>=1,", "aa [ x ] >= 1",
    "aa@file:///x/aa-1.0-py3-none-any.whl", "aa @ ./aa-1.0-py3-none-any.whl",
    "aa @ file:aa-1.0-py3-none-any.whl ; os_name == 'nt'",
    "aa @ file:///aa-1.0-py3-none-any.whl;os_name=='nt'",
    "file:///aa-1.0-py3-none-any.whl; os_name == 'nt'",
    "file:///aa-1.0-py3-none-any.whl;os_name=='nt'",
    "./aa-1.0-py3-none-any.whl[x] ; os_name == 'nt'", "./src", "aa-1.0.tar.gz",
    "bb @ file:///x/aa-1.0-py3-none-any.whl", "aa\naa==1.0\naa[x]\n", "# c\n",
    "aa --hash=sha256:" + SHA256[0].upper(), "aa --hash=sha256:ab",
    "aa==1.0\naa==2.0", "-e .", "-e src", "-c sub.txt\n-r deep/c.txt",
    "-r r.txt", "-r sub.txt\n-r sub.txt\n", "-r 's p.txt'", "-f wheels",
    "aa>=1.0 --hash=sha256:%s --hash=sha256:%s" % (SHA256[0], SHA256[1]),
    "aa @ https://h/aa-1.0-py3-none-any.whl#sha256=" + SHA256[0],
    "lock-version = '1.0'\ncreated-by = 'uv'\n", "aa\x0cbb", "aa\u2028bb",
]
FILES = ["sub.txt", "deep/c.txt", "s p.txt"]
PIECES = [" ", "\t", "#", " #", "\\", "\\\n", "\n", "\r", ";", "; ", "@", "-",
          "--", " -", " --pre", "'", '"', "[", "]", "[x]", "=", "==1", ",",
          "${A}", "${", "}", "$", ":", "/", "./", ".", "aa", "file:", "%20",
          "\x00", "\x0c", "\x0b", "\x1c", "\x7f", "\x85", "\u2028", "\xa0",
          "\u3000", "\ufeff", "é", "(", ")", "&", "?", "!", "~", "<", "*",
          " --hash=sha256:" + SHA256[1], " -r sub.txt", "\x07", "\\\\", ".whl"]


def make_world(top):
    """Make the current directory TOP."""
    for name in WORLD:
        path = os.path.join(top, name)
        if name.endswith("/"):
            os.makedirs(path)
            continue
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb"):
            pass


def some(source, chance, pool):
    """Choose from POOL, or nothing."""
    return source.choice(pool) if source.random() < chance else ""


def marker(source):
    """A marker, with its semicolon."""
    sign = source.choice([";", "; ", " ;", " ; ", " ; "])
    return sign + source.choice(MARKERS)


def hashes(source):
    """Options of hashes."""
    text = ""
    for _ in range(source.choice([0, 0, 0, 1, 1, 2, 3])):
        pool = HASHES if source.random() < 0.93 else BAD_HASHES
        text += source.choice([" ", " ", " ", "  ", " \\\n    ", "\t"]
                              if source.random() < 0.2 else [" "])
        text += source.choice(["--hash=", "--hash ", "--hash=", "--ha="])
        text += source.choice(pool)
    return text


def specifier(source):
    """A name with its versions."""
    good = SPECS[:13] if source.random() < 0.9 else SPECS
    extras = EXTRAS[:5] if source.random() < 0.9 else EXTRAS
    return (source.choice(NAMES) + some(source, 0.1, [" ", "\t"]) +
            some(source, 0.2, extras) + some(source, 0.8, good))


def url(source):
    """A URL."""
    return source.choice(URLS) + some(source, 0.3, FRAGMENTS)


def requirement(source):
    """A requirement."""
    kind = source.random()
    if kind < 0.6:
        text = specifier(source)
    elif kind < 0.72:
        text = source.choice(PATHS) + some(source, 0.2, EXTRAS)
    elif kind < 0.82:
        text = url(source)
    else:
        text = (source.choice(NAMES) + some(source, 0.2, EXTRAS) +
                source.choice([" @ ", "@", " @", "@ "]) + url(source))
        text += some(source, 0.05, [" x", "[x]", " "])
    if source.random() < 0.35:
        text += marker(source)
    return text


def option(source):
    """A line of options."""
    if source.random() < 0.3:
        return (source.choice(["-r ", "-c ", "-r", "--requirement=",
                               "--constraint ", "--req ", "--con=", "-c "]) +
                source.choice(NESTED) + some(source, 0.03, [" -r sub.txt"]))
    text = source.choice(OPTIONS)
    if source.random() < 0.1:
        text += source.choice([" ", "  ", "\t"]) + source.choice(OPTIONS)
    return text


def continued(source, text):
    """TEXT on two physical lines."""
    at = source.randrange(len(text) + 1)
    between = source.choice(["\\\n", "\\\n", "\\\r\n", "\\\\\n", "\\ \n",
                             "\\\n\\\n", "\\\n# comment\n", "\\\n\n"])
    return text[:at] + between + text[at:]


def with_variables(source, text):
    """TEXT with a variable in it."""
    if source.random() < 0.5:
        text = re.sub("aa", "${A}", text, count=1)
        return text.replace("1.0", "${V_1}", 1)
    at = source.randrange(len(text) + 1)
    name = source.choice([*VALUES, "UNSET", "lower", ""])
    return text[:at] + source.choice(["${%s}", "${%s}", "$%s", "${%s"]) % (
        name) + text[at:]


def line(source):
    """A logical line."""
    kind = source.random()
    if kind < 0.06:
        return source.choice(["", " ", "# comment", "  # c \\", "\t", "#",
                              "    # via aa", "# -*- coding: utf-8 -*-"])
    if kind < 0.75:
        text = requirement(source) + hashes(source)
        text += some(source, 0.02, [" --pre", " -r sub.txt", " -C a=b",
                                    " foo", " --foo", " --no-binary aa"])
    else:
        text = option(source)
    if source.random() < 0.08:
        text = continued(source, text)
    if source.random() < 0.08:
        text = with_variables(source, text)
    if source.random() < 0.1:
        text += source.choice([" # c", "#c", "\t#c", " #", "  ", " # a # b",
                               " #\\", "\\"])
    return some(source, 0.05, [" ", "\t", "  "]) + text


def good_line(source):
    """A line that is probably accepted."""
    kind = source.random()
    if kind < 0.8:
        text = source.choice(NAMES) + source.choice(SPECS[:10])
        if source.random() < 0.1:
            text = source.choice(PATHS[:3] + URLS[:3])
        if source.random() < 0.3:
            text += " ; " + source.choice(MARKERS[:6])
        return text + "".join(" \\\n  --hash=" + source.choice(HASHES)
                              for _ in range(source.choice([0] * 9 + [1, 2])))
    return source.choice(["# c", "--pre", "-f wheels", "--no-index", "",
                          "-r sub.txt", "-c deep/c.txt", "-i https://h",
                          "-r 's p.txt'", "--only-binary :all:"])


def encoded(source, text):
    """TEXT as bytes."""
    kind = source.random()
    if kind < 0.9:
        return text.encode("utf-8", "surrogatepass")
    encoding = source.choice(["utf-8-sig", "utf-16", "utf-16-be", "utf-16-le",
                              "latin-1", "utf-32"])
    if encoding in ("utf-16-be", "utf-16-le"):
        text = "\ufeff" + text
    return text.encode(encoding, "replace")


def text(source, maker, count):
    """Lines of MAKER."""
    end = source.choice(["\n", "\n", "\n", "\r\n", "\r"])
    lines = [maker(source).replace("\n", end) for _ in range(count)]
    return end.join(lines) + some(source, 0.8, [end])


def mutate(source, data):
    """DATA with some changes."""
    for _ in range(source.choice([1, 1, 2, 3])):
        at = source.randrange(len(data) + 1)
        end = min(len(data), at + source.choice([0, 0, 1, 1, 2, 8]))
        kind = source.random()
        piece = b""
        if kind < 0.6:
            piece = source.choice(PIECES).encode()
        elif kind < 0.75 and data:
            start = source.randrange(len(data))
            piece = data[start:start + source.randrange(30)]
        elif kind < 0.78:
            piece = bytes([source.randrange(256)])
        data = data[:at] + piece + data[end:]
    return data


def case(source, kind):
    """The files of a case: {name: bytes}. The first is r.txt."""
    if kind == "lines":
        maker = good_line if source.random() < 0.3 else line
        top = encoded(source, text(source, maker, source.randrange(1, 4)))
    else:
        top = text(source, good_line, source.randrange(1, 8)).encode()
        top = mutate(source, top)
    files = {"r.txt": top}
    for name in FILES:
        bad = source.random() < 0.2
        files[name] = text(source, line if bad else good_line,
                           source.randrange(3)).encode("utf-8",
                                                       "surrogatepass")
    return files
