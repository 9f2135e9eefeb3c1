"""The guides, doc/*.7: each display is an example, and the examples of a page are
run in their order, as they stand, in one root.

A display is a transcript for bash: after "$ " a command, below it, if the page shows
it, what the command prints. A command that prints an error has to fail, any other
has to succeed. Comments above a display change that:

    .\\" first: COMMAND    run COMMAND before it
    .\\" then: COMMAND     run COMMAND after it
    .\\" as: dockerfile    do what RUN, COPY, ADD, ENV, ENTRYPOINT and CMD do
    .\\" as: unit          verify it, and run what ExecStart= and ExecStartPre= start
    .\\" as: crontab       run what its lines start
    .\\" as: SHELL         it is for SHELL, and python is then that of .venv
    .\\" file: NAME        it is the text of the file NAME
    .\\" skip: REASON      it cannot be run here; only its syntax is checked
"""

import glob
import json
import os
import re
import shlex
import shutil
import subprocess

import wheel_bytes  # pylint: disable=import-error

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
BUILD = os.environ.get("BUILD", os.path.join(ROOT, "build"))
# how each shell runs a file; bash starts it
SHELLS = {"sh": ["bash"], "fish": ["fish", "-N"], "tcsh": ["tcsh", "-f"],
          "elvish": ["elvish", "-norc"], "xonsh": ["xonsh", "--no-rc"],
          "nu": ["nu", "-n"], "powershell": ["pwsh", "-File"]}
WINDOWS = '. "$BATS_TEST_DIRNAME/trees.bash" && windows_python "$1" 3.12.4'
WHICH = "python -c \"import sys; print('in', sys.prefix)\"\n"
ERROR = re.compile(r"(?:pyvenv|activate-print|activate-run|deactivate): (?!warning:)"
                   r"|/\S+: ")


class Example:
    """A display of a page, and the comments above it."""

    def __init__(self, line, text, marks):
        self.line, self.text = line, text
        self.marks = dict(marks)
        self.first = [value for key, value in marks if key == "first"]
        self.then = []

    def title(self):
        return self.text.strip().splitlines()[0].rstrip(" \\")

    def skip(self, path):
        """Return why it cannot be run with the programs of PATH, or None."""
        shell = self.marks.get("as")
        if "skip" in self.marks:
            return self.marks["skip"]
        if shell in SHELLS and not shutil.which(SHELLS[shell][0], path=path):
            return "no " + SHELLS[shell][0]
        if shell == "unit" and not shutil.which("systemd-analyze", path=path):
            return "no systemd-analyze"
        if os.getuid() != 0 and "chown" in "".join(self.first):
            return "it needs root"
        return None

    def check_syntax(self):
        """Fail if commands for bash cannot be parsed."""
        if "as" not in self.marks and self.text.startswith("$ "):
            done = subprocess.run(["bash", "-n"], input=commands(self.text),
                                  check=False, text=True, stderr=subprocess.PIPE)
            assert done.returncode == 0, f"{self.line}: {done.stderr}"

    def steps(self):
        """Yield (command, what it prints or None)."""
        yield from ((command, None) for command in self.first)
        kind = self.marks.get("as", "transcript")
        if "file" in self.marks:
            name = shlex.quote(self.marks["file"])
            yield f"mkdir -p $(dirname {name}); " \
                f"printf %s {shlex.quote(self.text)} >{name}", None
        elif kind == "dockerfile":
            yield from ((command, None) for command in dockerfile(self.text))
        elif kind == "unit":
            yield f"mkdir -p /run/systemd; printf %s {shlex.quote(self.text)} " \
                ">/tmp/x.service; test -z \"$(systemd-analyze verify --man=no " \
                "/tmp/x.service 2>&1 | tee /dev/stderr)\"", None
            for found in re.finditer(r"^Exec\w+=-?(.*)", joined(self.text), re.M):
                yield found[1], None
        elif kind == "crontab":
            for found in re.finditer(r"^(?:\S+ ){5}(.*)", self.text, re.M):
                yield found[1], None
        elif kind in SHELLS:
            yield f"printf %s {shlex.quote(commands(self.text) + WHICH)} " \
                f">/tmp/script; {shlex.join(SHELLS[kind])} /tmp/script", \
                "in /work/.venv"
        else:
            yield from transcript(self.text)
        yield from ((command, None) for command in self.then)


def joined(text):
    return text.replace("\\\n", "")


def commands(text):
    return re.sub(r"^[$>] ", "", text, flags=re.M)


def transcript(text):
    """Yield each command of TEXT, with what it prints if that is shown."""
    assert text.startswith("$ "), f"no command and no mark: {text}"
    for part in re.split(r"^\$ ", text, flags=re.M)[1:]:
        command, shown = re.match(r"((?:.*\\\n)*.*\n)(?s:(.*))", part).groups()
        yield command, shown or None


def as_command(words):
    """Return the command of a RUN, ENTRYPOINT or CMD, for bash."""
    return shlex.join(json.loads(words)) if words.startswith("[") else words


def dockerfile(text):
    """Yield commands that do the same as the Dockerfile TEXT, all stages in one root.
    Distributions' packages are there, and so is what comes from an earlier stage."""
    for line in joined(text).splitlines():
        word, _, rest = line.partition(" ")
        if word in ("RUN", "ENTRYPOINT", "CMD") and "apt-get" not in rest:
            yield as_command(rest)
        elif word == "ENV":
            yield "export " + rest
        elif word == "COPY" and rest.startswith("--from"):
            yield "ls -d " + rest.split()[1]
        elif word in ("COPY", "ADD"):
            *sources, target = rest.split()
            if sources[0] in ("pyvenv", "activate-run"):
                yield "type " + sources[0]
            elif sources[0].endswith(".tar"):
                yield f"tar -C {target} -xf {sources[0]}"
            else:
                yield f"mkdir -p $(dirname {target}x); cp -r {rest}"
        else:
            assert not word or word in ("FROM", "RUN"), line


def examples(page):
    """Return the examples of PAGE, in order."""
    with open(page, encoding="utf-8") as f:
        lines = f.read().splitlines()
    found, marks, number = [], [], 0
    while number < len(lines):
        line = lines[number]
        number += 1
        mark = re.match(r'\.\\" (\w+): (.*)', line)
        if mark and mark[1] == "then":
            found[-1].then.append(mark[2])
        elif mark:
            assert mark[1] in ("first", "as", "file", "skip"), line
            marks.append(mark.groups())
        elif re.match(r"\.(Dl|Bd) ", line):
            start = number
            if line.startswith(".Dl "):
                # mandoc takes these for the end of a sentence
                assert not re.search(r" [.,:;)\]?!]( |$)", line), line
                text = line[4:] + "\n"
            else:
                number = lines.index(".Ed", number) + 1
                text = "\n".join(lines[start:number - 1]) + "\n"
            text = text.replace("\\(dq", '"').replace("\\&", "")
            found.append(Example(start, text.replace("\\e", "\\"), marks))
            marks = []
    assert not marks, marks
    return found


def same(shown, printed):
    """Compare the words, wherever lines end."""
    return shown.split() == printed.split()


def flaws(place, page, which):
    """Run the examples WHICH of PAGE in PLACE; yield what is wrong."""
    steps = [(example, *step) for example in which for step in example.steps()]
    script, last = ["set +e"], None
    for number, (example, command, _) in enumerate(steps):
        if example is not last:
            script.append(("" if last is None else ")\n") + "(")
            last = example
        script.append("{ :\n%s\n} </dev/null >/tmp/said 2>&1\n"
                      "printf '\\036%d\\037%%s\\037' $?; cat /tmp/said" %
                      (command.rstrip("\n"), number))
    text = place.run("\n".join([*script, ")", "exit 0"]), env=(
        ("GITHUB_ENV", "/work/github"), ("GITHUB_PATH", "/work/github")))
    done = {int(n): (int(status), said) for n, status, said in
            (part.split("\037", 2) for part in text.split("\036")[1:])}
    for number, (example, command, shown) in enumerate(steps):
        where = f"{os.path.basename(page)}:{example.line}: {command.strip()}"
        if number not in done:
            yield f"{where}: was not run"
            continue
        status, said = done[number]
        if bool(status) != bool(shown and ERROR.match(shown)):
            yield f"{where}: exit code {status}\n{said}"
        elif shown and not same(shown, said):
            yield f"{where}: prints\n{said}and not\n{shown}"


def prepare(place, page):
    """Put into PLACE what readers of the guides have. Return the examples of PAGE that
    can be run, and those that cannot: (title, reason)."""
    top, tests = place.top, os.path.join(ROOT, "tests")
    shutil.copytree(os.path.join(ROOT, "dist/examples/update"), top + "/gauge")
    os.mkdir(top + "/winwheels")
    for command in (["python3", "-B", top + "/gauge/wheels.py", top + "/gauge"],
                    ["bash", "-c", WINDOWS, "-", top + "/winpy"],
                    ["python3", "-B", tests + "/windows/make_wheels.py",
                     top + "/winwheels"]):
        subprocess.run(command, check=True, env={
            **os.environ, "BATS_TEST_DIRNAME": tests + "/windows"})
    shutil.copy(os.path.join(ROOT, "dist/initramfs/initramfs-files"), top)
    with open(top + "/wheels/hello-1.0-py3-none-any.whl", "wb") as f:
        f.write(wheel_bytes.project("hello"))
    for nu in glob.glob(BUILD + "/npm/node_modules/@nushell/*/bin/nu"):
        shutil.copy(nu, top + "/bin")
    run, skipped = [], []
    for example in examples(page):
        why = example.skip(top + "/bin:/usr/bin")
        if not why:
            run.append(example)
            continue
        example.check_syntax()
        skipped.append((f"{os.path.basename(page)}: {example.title()}", why))
    return run, skipped


def references(page):
    """Yield what is wrong in SEE ALSO of PAGE: a page is not there, or does not refer
    to PAGE."""
    name = os.path.basename(page)[:-2]
    with open(page, encoding="utf-8") as f:
        text = f.read()
    found = re.findall(r"^\.Xr (\S+) ([17])", text[text.index(".Sh SEE ALSO"):], re.M)
    for other, section in found:
        path = os.path.join(ROOT, "applets" if section == "1" else "doc",
                            f"{other}.{section}")
        if not os.path.exists(path):
            yield f"{name}: there is no page {other}({section})"
            continue
        with open(path, encoding="utf-8") as f:
            if f".Xr {name} 7" not in f.read():
                yield f"{other}({section}) does not refer to {name}(7)"
