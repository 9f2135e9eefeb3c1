"""forms.py FORM[:READER] PROGRAM: every name as path, as prompt and as both, through
activate-print -s FORM and what reads that form. Names and prompts come on
stdin, each ended by a NUL, an empty field between the two lists. A cell is
wrong if what the reader got is not what was meant, or if a value was refused
that the form can hold, or one taken that it cannot.
"""
import http.server
import json
import os
import random
import re
import socketserver
import subprocess
import sys
import threading

reader, program = sys.argv[1:]
form = reader.partition(":")[0]
OUTER = b"/out er/$PATH/%h:/usr/bin"
DICE = b"aEOF_=<#%h$(){}\\\\\\'\"\" \t\x01`!*x09"
NAMES = [b"VIRTUAL_ENV", b"VIRTUAL_ENV_PROMPT", b"PATH", b"PYTHONHOME"]


class Cell:
    """A run; GOT is what the reader of the form makes of its output."""

    def __init__(self, directory, prompt):
        self.want = {
            b"VIRTUAL_ENV": directory,
            b"VIRTUAL_ENV_PROMPT": prompt,
            b"PATH": directory + b"/bin:" + OUTER,
            b"PYTHONHOME": None,
        }
        run = subprocess.run(
            [program, "-s", form, "--prompt", prompt, "--", directory],
            env={b"PATH": OUTER, b"PYTHONHOME": b"/home of python"},
            capture_output=True)
        self.status, self.out, self.err = run.returncode, run.stdout, run.stderr
        self.got = None

    def __repr__(self):
        return ascii([self.want[b"VIRTUAL_ENV"],
                      self.want[b"VIRTUAL_ENV_PROMPT"]])


def is_text(s):
    try:
        s.decode()
    except UnicodeDecodeError:
        return False
    return True


def has_noncharacter(s):
    return re.search("[\ufdd0-\ufdef\ufffe\uffff]", s.decode(errors="replace"))


def pairs(strings):
    return dict(s.split(b"=", 1) for s in strings)


def is_name(s):
    return re.fullmatch(rb"[A-Z_]+", s)


def read_env0(cells):
    for c in cells:
        got = subprocess.run(["xargs", "-0", "env", "-0"], input=c.out,
                             capture_output=True, check=True).stdout
        c.got = pairs(got.split(b"\0")[:-1])


def read_json(cells):
    def put(value):
        return None if value is None else os.fsencode(value)

    for c in cells:
        assert c.out.endswith(b"}\n") and c.out.count(b"\n") == 1
        c.got = {k.encode(): put(v) for k, v in json.loads(c.out).items()}


def read_jq(cells):
    """It puts U+FFFD for the lone surrogates that stand for other bytes."""
    keys = ", ".join(f".{n.decode()} // null" for n in NAMES)
    got = subprocess.run(["jq", "-c", f"[{keys}]"], capture_output=True,
                         input=b"".join(c.out for c in cells), check=True)
    for c, line in zip(cells, got.stdout.splitlines(), strict=True):
        c.got = {n: v if v is None else v.encode()
                 for n, v in zip(NAMES, json.loads(line), strict=True)}
        for n, v in c.want.items():
            if v and not is_text(v):
                assert "\ufffd".encode() in c.got[n]
                c.got[n] = c.want[n] = None


def env_file(text):
    """docker run --env-file, by its documentation and by what it does: lines
    without the CR at their end, a BOM before the first, blanks before a name,
    comments; the value is all after the first '='."""
    got = []
    lines = text.split(b"\n")
    assert lines.pop() == b""
    for i, line in enumerate(lines):
        line = line.removesuffix(b"\r").decode()
        if i == 0:
            line = line.removeprefix("\ufeff")
        line = line.lstrip()
        if not line or line.startswith("#"):
            continue
        name, equals, value = line.partition("=")
        assert is_name(name.encode()) and equals, line
        got.append(f"{name}={value}".encode())
    return pairs(got)


def read_env(cells):
    for c in cells:
        c.got = env_file(c.out)


class Daemon(http.server.BaseHTTPRequestHandler):
    """As much of docker's daemon as `docker create` talks to."""

    env = []

    def answer(self, code, body):
        self.send_response(code)
        self.send_header("Api-Version", "1.41")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_HEAD(self):
        self.answer(200, b"")

    def do_GET(self):
        self.answer(200, b"{}")

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        Daemon.env += json.loads(body)["Env"]
        self.answer(201, b'{"Id": "x", "Warnings": []}')

    def address_string(self):
        return ""

    def log_message(self, *args):
        pass


def read_docker_cli(cells):
    """The program docker reads all files, and says so to a daemon of ours."""
    options = []
    for i, c in enumerate(cells):
        with open(f"{i}.env", "wb") as f:
            f.write(c.out)
        options += ["--env-file", f"{i}.env"]
    address = os.path.realpath("daemon")
    with socketserver.UnixStreamServer(address, Daemon) as daemon:
        threading.Thread(target=daemon.serve_forever, daemon=True).start()
        subprocess.run(["docker", "-H", f"unix://{address}", "create",
                        *options, "image"], check=True, timeout=300,
                       stdout=subprocess.DEVNULL)
        daemon.shutdown()
    env = [s.encode() for s in Daemon.env]
    assert len(env) == 4 * len(cells), len(env)
    for i, c in enumerate(cells):
        c.got = pairs(env[4 * i:4 * i + 4])


def read_github(cells):
    """The runner's rules: the first of '=' and '<<' says which form it is."""
    for c in cells:
        c.got = {}
        lines = c.out.decode().split("\n")
        assert lines.pop() == ""
        lines = iter(lines)
        for line in lines:
            equals, here = line.find("="), line.find("<<")
            if line == "":
                continue
            if here < 0 or 0 <= equals < here:
                name, equals, value = line.partition("=")
                assert equals, line
            else:
                name, _, end = line.partition("<<")
                assert end, line
                value = []
                for part in lines:
                    if part == end:
                        break
                    value.append(part)
                else:
                    raise AssertionError("no end")
                value = "\n".join(value)
            assert is_name(name.encode()), line
            c.got[name.encode()] = value.encode()


def read_github_path(cells):
    """.NET's lines end with CR, LF or both; each is an entry of PATH."""
    for c in cells:
        lines = re.split(b"\r\n|\n|\r", c.out)
        assert lines.pop() == b""
        c.got = {b"PATH": b":".join(lines + [OUTER])}


def read_docker(cells):
    """All cells in one build, each with a prefix of its own to the names."""
    buildah = ["buildah", "--root", "storage", "--runroot", "run",
               "--storage-driver", "vfs"]
    os.mkdir("context")
    with open("context/Dockerfile", "wb") as f:
        f.write(b"FROM scratch\nENV PATH=/builder\n")
        for i, c in enumerate(cells):
            lines = c.out.split(b"\n")
            assert lines.pop() == b""
            assert [w[:w.find(b"=")] for w in lines] == \
                [b"ENV " + n for n in NAMES[:3]], lines
            for line in lines:
                f.write(b"ENV C%d_%s\n" % (i, line[4:]))
        f.write(cells[0].out)
    subprocess.run([*buildah, "bud", "-q", "--isolation", "chroot", "-t", "x",
                    "context"], check=True, stdout=subprocess.DEVNULL)
    image = json.loads(subprocess.run(
        [*buildah, "inspect", "--type", "image", "x"], check=True,
        stdout=subprocess.PIPE).stdout)
    env = pairs(map(os.fsencode, image["OCIv1"]["config"]["Env"]))
    for i, c in enumerate(cells):
        c.got = {n: env.get(b"C%d_%s" % (i, n)) for n in NAMES[:3]}
        assert c.got[b"PATH"].endswith(b"/bin:/builder"), c.got
        c.want[b"PATH"] = c.want[b"VIRTUAL_ENV"] + b"/bin:/builder"
    assert {n: env.get(n) for n in NAMES[:3]} == cells[0].got


def read_systemd(cells):
    """All cells in one dump of the manager, a unit each; each value is printed
    as it is, so the dump is cut at what can be no value."""
    os.mkdir("units")
    for i, c in enumerate(cells):
        with open(f"units/c{i}.service", "wb") as f:
            f.write(b"[Service]\nExecStart=/bin/true\n" + c.out)
    with open("units/all.target", "w") as f:
        f.write("[Unit]\nDefaultDependencies=no\nWants=" +
                " ".join(f"c{i}.service" for i in range(len(cells))) + "\n")
    dump = subprocess.run(
        ["bwrap", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc",
         "--tmpfs", "/run", "--tmpfs", "/tmp", "--ro-bind", "units", "/tmp/u",
         "--setenv", "SYSTEMD_UNIT_PATH", "/tmp/u:", "--unshare-all",
         "--uid", "1000", "--gid", "1000", "--setenv", "LC_ALL", "C.UTF-8",
         "/lib/systemd/systemd", "--test", "--system", "--unit=all.target",
         "--log-target=console", "--log-level=debug"],
        check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout
    units = re.split(rb"\n\t-> Unit (\S+):\n", dump)
    found = {}
    for name, text in zip(units[1::2], units[2::2]):
        found.setdefault(name, text)
    for i, c in enumerate(cells):
        text = found[b"c%d.service" % i]
        words = re.split(rb"\n\t\t(Environment|UnsetEnvironment|"
                         rb"RuntimeDirectoryPreserve): ", text)
        c.got = pairs(v for k, v in zip(words[1::2], words[2::2])
                      if k == b"Environment")
        c.got.update((v, None) for k, v in zip(words[1::2], words[2::2])
                     if k == b"UnsetEnvironment")


# what reads it; which bytes no value can have; True if all values are text
FORMS = {
    "docker": (read_docker, b"\n", True),
    "env": (read_env, b"\r\n", True),
    "env:docker": (read_docker_cli, b"\r\n", True),
    "env0": (read_env0, b"", False),
    "json": (read_json, b"", False),
    "json:jq": (read_jq, b"", False),
    "systemd": (read_systemd, b"", True),
    "github": (read_github, b"", True),
    "github-path": (read_github_path, b"\r\n", True),
}
# the variables that each says, and how it says that one is unset
SAYS = {
    "docker": NAMES[:3],
    "github": [NAMES[0], NAMES[1], NAMES[3]],
    "github-path": NAMES[2:3],
}
UNSET = {"env": b"", "env0": b"", "github": b""}


def make_cells():
    lists = sys.stdin.buffer.read().split(b"\0")[:-1]
    names, prompts = lists[:lists.index(b"")], lists[lists.index(b"") + 1:]
    top = os.path.realpath(os.fsencode(os.getcwd())) + b"/e/"
    os.makedirs(top)
    assert len(names) > 24 and len(prompts) > 2
    for name in names:
        os.mkdir(top + name)
        with open(top + name + b"/pyvenv.cfg", "w") as f:
            f.write("home = /usr/bin\n")
    cells = [(top + n, b"plain") for n in names]
    cells += [(top + names[0], n) for n in names + prompts]
    cells += [(top + n, n) for n in names]
    chance = random.Random(1)
    cells += [(top + names[0], bytes(chance.choices(DICE, k=k % 8 + 2)))
              for k in range(200)]
    return [Cell(*c) for c in cells]


def main():
    read, ends, text_only = FORMS[reader]
    wrong = []
    taken = []
    refused = 0
    for c in make_cells():
        values = [v for k, v in c.want.items() if v is not None and
                  (form != "github-path" or k == b"PATH")]
        fits = not any(set(v) & set(ends) or text_only and not is_text(v) or
                       form == "systemd" and has_noncharacter(v)
                       for v in values)
        if fits and c.status == 0 and c.err == b"":
            taken.append(c)
        elif (not fits and c.status == 1 and c.out == b"" and
              re.fullmatch(rb"activate-print: cannot write .*, which .*\n"
                           rb"hint: .*\n", c.err)):
            refused += 1
        else:
            wrong.append((c, c.status, c.out, c.err))
    read(taken)
    for c in taken:
        want = {n: UNSET.get(form) if c.want[n] is None else c.want[n]
                for n in SAYS.get(form, NAMES)}
        if {n: c.got[n] for n in c.got if n in NAMES} != want:
            wrong.append((c, c.out, c.got, want))
    for w in wrong:
        print("wrong:", *w)
    print(f"{reader}: {len(taken)} right, {refused} refused, {len(wrong)} wrong")
    sys.exit(bool(wrong))


main()
