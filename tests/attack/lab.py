"""A place for attacks at a fixed point: a run of pyvenv is stopped after a
system call, somebody else acts, and the run goes on. Nothing depends on time."""

import collections
import contextlib
import hashlib
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../wheels"))
import wheel_bytes  # noqa: E402 pylint: disable=wrong-import-position

NOBODY = 65534
HOOKS = os.environ.get("ATTACK_HOOKS") == "1"
ALL = os.environ.get("ATTACK_ALL") == "1"
GUARD = 300  # seconds after which a run hangs
SEARCH = "/usr/bin:/bin:/usr/local/bin"
STRACE = shutil.which("strace", path=SEARCH) or "strace"
# no leaks: that is looked for elsewhere, and LeakSanitizer refuses to be traced
ENVIRON = {"PATH": SEARCH, "LC_ALL": "C.UTF-8", "TZ": "UTC",
           "ASAN_OPTIONS": "detect_leaks=0"}
NEVER = {"execve", "exit", "exit_group"}
NAME = "e"  # of ENV_DIR in the tests
RENAMES = {"rename", "renameat", "renameat2"}
OPENS = {"open", "openat", "openat2"}

Result = collections.namedtuple("Result", "code stderr calls reached")
Call = collections.namedtuple("Call", "name number line")


class Tap:
    """Results of tests, printed as TAP."""

    def __init__(self):
        self.count = self.failed = 0
        self.how = ""

    def result(self, title, failures, shots=None):
        """FAILURES: lines that tell what went wrong."""
        self.count += 1
        self.failed += bool(failures)
        many = f", {shots} times" if shots is not None else ""
        print(f"{'not ok' if failures else 'ok'} {self.count} - {title}{many}{self.how}")
        for line in failures[:10]:
            print("#   " + line.replace("\n", " | "))
        if len(failures) > 10:
            print(f"#   and {len(failures) - 10} more")
        sys.stdout.flush()

    def end(self):
        print(f"1..{self.count}")
        return 1 if self.failed else 0


def fnv(name):
    """The hash of NAME in the names of its work directories."""
    value = 0x811c9dc5
    for byte in name.encode():
        value = ((value ^ byte) * 0x01000193) & 0xffffffff
    return f"{value:08x}"


def work_names(directory):
    """The entries of DIRECTORY that are called like work directories."""
    return sorted(n for n in os.listdir(directory) if n.startswith(".venvbox-"))


def litter(top):
    """Paths below TOP that are called like work directories."""
    return [os.path.relpath(os.path.join(where, n), top)
            for where, dirs, files in os.walk(top) for n in dirs + files
            if n.startswith(".venvbox-")]


def identity(path):
    st = os.lstat(path)
    return st.st_dev, st.st_ino


def look(path, skip=()):
    """{relative path: (kind, mode, owner, group, inode, contents or target)}
    of PATH and all below it; entries whose inode is in SKIP are left out."""
    result = {}

    def add(at, name):
        st = os.lstat(at)
        if (st.st_dev, st.st_ino) in skip:
            return
        what = None
        if stat.S_ISREG(st.st_mode):
            with open(at, "rb") as f:
                what = hashlib.sha256(f.read()).hexdigest()
        elif stat.S_ISLNK(st.st_mode):
            what = os.readlink(at)
        result[name] = (stat.S_IFMT(st.st_mode), stat.S_IMODE(st.st_mode),
                        st.st_uid, st.st_gid, st.st_ino, what)
        if stat.S_ISDIR(st.st_mode):
            for entry in sorted(os.listdir(at)):
                add(os.path.join(at, entry), os.path.join(name, entry))

    if os.path.lexists(path):
        add(path, ".")
    return result


def without_inodes(tree):
    return {n: v[:4] + v[5:] for n, v in tree.items()}


def differences(one, two):
    """Return how two trees differ, a few words a path."""
    lines = [("extra " if n not in one else "missing " if n not in two else
              "changed ") + n for n in sorted(one.keys() | two.keys())
             if one.get(n) != two.get(n)]
    return ", ".join(lines[:4] + (["..."] if len(lines) > 4 else []))


def write(path, text, mode=0o644):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    os.chmod(path, mode)


def give(path, uid):
    """Make UID the owner of PATH and all below it."""
    os.chown(path, uid, uid, follow_symlinks=False)
    if os.path.isdir(path) and not os.path.islink(path):
        for entry in os.listdir(path):
            give(os.path.join(path, entry), uid)


def wipe(path):
    if os.path.islink(path) or os.path.isfile(path):
        os.unlink(path)
    elif os.path.isdir(path):
        shutil.rmtree(path)


@contextlib.contextmanager
def as_user(uid):
    """Act with the rights of UID."""
    os.setegid(uid)
    os.seteuid(uid)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


def make_wheel(directory, version, *more, name="demo"):
    """A wheel of five files and those in MORE: its path."""
    path = os.path.join(directory, f"{name}-{version}-py3-none-any.whl")
    members = [wheel_bytes.Member(f, f"# {version}\n") for f in more]
    made = wheel_bytes.demo(
        *members, info=f"{name}-{version}.dist-info/", module=name,
        metadata=wheel_bytes.METADATA.replace("demo", name).replace(
            "n: 1.0", "n: " + version))
    with open(path, "wb") as f:
        f.write(wheel_bytes.archive(made))
    return path


def inject(call, number, what):
    return f"{call}:{what}:when={number}"


class Lab:
    """A private directory, with the program in it."""

    def __init__(self, top, binary):
        self.top, self.binary = top, binary
        self.program = os.path.join(top, "pyvenv")
        # the same with hooks in it, where strace may not trace
        self.hooked = None
        self.stopped = 0  # the process that is, while another one acts

    def plain(self, *args, cwd=None, uid=0):
        """A run that nobody attacks: exit code and standard error."""
        run = subprocess.run(
            [self.program, *args], env=ENVIRON, cwd=cwd or self.top,
            user=uid or None, group=uid or None,
            extra_groups=[] if uid else None, check=False, timeout=GUARD,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True)
        return run.returncode, run.stderr

    def made(self, *args, **how):
        """The same; it has to succeed."""
        code, stderr = self.plain(*args, **how)
        if code != 0:
            raise RuntimeError(f"pyvenv {' '.join(args)}: {code}: {stderr}")

    def hooks(self):
        """The program with hooks in it."""
        path = os.path.join(self.top, "hooks", "pyvenv")
        if not os.path.exists(path):
            os.mkdir(os.path.dirname(path))
            shutil.copy(os.path.join(os.path.dirname(self.binary), "hooked"),
                        path)
        return path

    def watched(self, output, calls, faults):
        """A command, its last word the program, that writes CALLS to OUTPUT and
        has FAULTS; and its environment."""
        if self.hooked:
            return [self.hooked], {**ENVIRON, "HOOKS": " ".join(faults),
                                   "HOOKS_TRACE": output}
        words = [w for f in faults for w in ("-e", "inject=" + f)]
        return [STRACE, "-f", "-y", "-qqq", "-o", output, "-e",
                "trace=" + calls, *words, self.program], ENVIRON

    def traced(self, *args, stop=None, act=None, faults=(), cwd=None, uid=0,
               calls="all", by=()):
        """A run under strace, or with hooks, with FAULTS. After the call STOP,
        (name, number), or each in a list of successive ones, it is stopped,
        ACT() is called, and it goes on. BY: starts it."""
        reader, writer = os.pipe()
        faults = list(faults)
        if stop:
            stops = [stop] if isinstance(stop, tuple) else stop
            for name in {n for n, _ in stops}:
                numbers = [str(n) for other, n in stops if other == name]
                faults.append(inject(name, "..".join(numbers), "signal=SIGSTOP"))
            calls = stops[0][0]
        if faults and calls != "all":
            calls = ",".join({calls, *(f.split(":")[0] for f in faults)})
        command, env = self.watched(f"/dev/fd/{writer}", calls, faults)
        lines, reached = [], False
        with subprocess.Popen(
                [*command[:-1], *by, command[-1], *args],
                env=env, cwd=cwd or self.top, pass_fds=[writer],
                user=uid or None, group=uid or None,
                extra_groups=[] if uid else None, stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                text=True, start_new_session=True) as run:
            os.close(writer)
            with open(reader, encoding="utf-8", errors="replace") as trace:
                for line in trace:
                    lines.append(line)
                    if "--- stopped by SIGSTOP" in line:
                        reached = True
                        self.stopped = int(line.split()[0])
                        try:
                            wait_stopped(self.stopped)
                            act()
                        finally:
                            os.kill(self.stopped, signal.SIGCONT)
            try:
                _, stderr = run.communicate(timeout=GUARD)
            except subprocess.TimeoutExpired:
                os.killpg(run.pid, signal.SIGKILL)
                stderr = "it hangs"
        return Result(run.returncode, stderr, parse(lines), reached)


def wait_stopped(pid):
    """The process PID has announced that it stops: return when it has."""
    while True:
        with open(f"/proc/{pid}/stat", encoding="ascii") as f:
            if f.read().rpartition(")")[2].split()[0] in "Tt":
                return


def parse(lines):
    """The calls in a trace, each with its number among those of its name."""
    seen = collections.Counter()
    calls = []
    for line in lines:
        match = re.match(r"\d+ +(\w+)\(", line)
        if match and match[1] not in NEVER:
            seen[match[1]] += 1
            calls.append(Call(match[1], seen[match[1]], line))
    return calls


def calls_from(calls, text):
    """CALLS from the first that names TEXT on."""
    start = next((i for i, c in enumerate(calls) if text in c.line), 0)
    return calls[start:]


def reason_to_skip():
    if os.geteuid() != 0:
        return "not root"
    if subprocess.run(["unshare", "-m", "-p", "-f", "--mount-proc", "true"],
                      check=False,
                      stderr=subprocess.DEVNULL).returncode != 0:
        return "no mount or process namespaces"
    return None


def may_trace():
    return subprocess.run([STRACE, "-o", "/dev/null", "true"], check=False,
                          stderr=subprocess.DEVNULL).returncode == 0


def main(tests, binary, pattern=""):
    """Run each of TESTS, which take a Lab and a Tap, in a mount namespace and a
    file system of its own."""
    reason = reason_to_skip()
    if reason:
        for i, test in enumerate(tests, 1):
            title = " ".join((test.__doc__ or test.__name__).split())
            print(f"ok {i} - {title} # skip {reason}")
        print(f"1..{len(tests)}")
        return 0
    if "ATTACK_INSIDE" not in os.environ:
        top = tempfile.mkdtemp(prefix="venvbox-attack.")
        # whoever ends this program ends the runs that it has stopped
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        try:
            return subprocess.run(
                ["unshare", "-m", "-p", "-f", "--kill-child", "--mount-proc",
                 sys.executable, *sys.argv], check=False,
                env={**os.environ, "ATTACK_INSIDE": top}).returncode
        finally:
            os.rmdir(top)
    top = os.path.realpath(os.environ["ATTACK_INSIDE"])
    subprocess.run(["mount", "--make-rprivate", "/"], check=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", top],
                   check=True)
    os.umask(0o022)
    shutil.copy(binary, os.path.join(top, "pyvenv"))
    os.chmod(os.path.join(top, "pyvenv"), 0o755)
    lab, tap = Lab(top, binary), Tap()
    if HOOKS or not may_trace():
        lab.hooked = lab.hooks()
        tap.how = ", by hooks"
    for test in tests:
        if pattern in test.__name__:
            test(lab, tap)
    return tap.end()
