#!/usr/bin/env python3
"""usage: kills.py BINARY [TEST]

Runs that are killed, that meet an error while they undo another one, and that
work on one ENV_DIR at the same time. Speaks TAP.
"""

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time

import lab as bench
from lab import NAME, differences, look, without_inodes, write

OLD_FILES = "demo/a.py", "demo/sub/b.py", "gone/c.py"
NEW_FILES = "demo/a.py", "demo/sub/b.py", "demo/sub/d.py"
STEP = 1 if bench.ALL else 4


def state(env):
    """ENV_DIR without what depends on the run: inodes, the command."""
    tree = without_inodes(look(env))
    cfg = os.path.join(env, "pyvenv.cfg")
    if "pyvenv.cfg" in {os.path.normpath(n) for n in tree}:
        with open(cfg, encoding="utf-8") as f:
            text = re.sub("(?m)^command = .*$", "command", f.read())
        name = next(n for n in tree if os.path.normpath(n) == "pyvenv.cfg")
        tree[name] = tree[name][:4] + (text,)
    return tree


class Scene:
    def __init__(self, lab, *options):
        self.lab = lab
        self.box = os.path.join(lab.top, "box")
        self.env = os.path.join(self.box, NAME)
        wheels = os.path.join(lab.top, "wheels")
        os.makedirs(wheels, exist_ok=True)
        self.new = bench.make_wheel(wheels, "2.0", *NEW_FILES)
        self.old = bench.make_wheel(wheels, "1.0", *OLD_FILES)
        names = {"NEW": self.new, "WHEELS": wheels}
        self.options = [names.get(o, o) for o in options]
        old = ["--wheel", self.old]
        new = ["--wheel", self.new]
        if "--sync" in options:
            # what goes, and where the new one is found
            old += ["--wheel", bench.make_wheel(wheels, "1.0",
                                                name="surplus")]
            new = self.options[2:]
        self.model = os.path.join(lab.top, "model")
        bench.wipe(self.model)
        self.clean()
        lab.made(*new, self.env)
        self.fresh = state(self.env)
        self.clean()
        lab.made(*old, self.env)
        write(f"{self.site()}/gone/__pycache__/c.cpython-311.pyc", "compiled")
        os.rename(self.env, self.model)
        self.clean()

    def site(self):
        lib = os.path.join(self.env, "lib")
        return f"{lib}/{os.listdir(lib)[0]}/site-packages"

    def clean(self):
        bench.wipe(self.box)
        os.mkdir(self.box)

    def set_up(self):
        self.clean()
        shutil.copytree(self.model, self.env, symlinks=True)
        self.before = state(self.env)

    def where(self, place):
        """Arguments and working directory: in ENV_DIR, or outside of it."""
        return ([*self.options, "."], self.env) if place == "." else \
            ([*self.options, self.env], self.box)


KILLED = (
    (("--upgrade", "--wheel", "NEW"), ""),
    (("--upgrade", "--wheel", "NEW"), "."),
    (("--clear", "--wheel", "NEW"), ""),
    (("--clear", "--wheel", "NEW"), "."),
    (("--exist-ok", "--wheel", "NEW"), ""),
    (("--exist-ok", "--sync", "--find-links", "WHEELS", "--install", "demo>=2"),
     ""),
)


def kill_at(scene, place, call):
    """Kill a run at CALL, and run the same command again: what is wrong."""
    scene.set_up()
    args, cwd = scene.where(place)
    result = scene.lab.traced(
        *args, cwd=cwd, calls=call.name,
        faults=[bench.inject(call.name, call.number, "signal=SIGKILL")])
    if result.code == 0:
        return ""  # there are fewer calls: a listing has another order
    if result.code != -signal.SIGKILL:
        return f"exit code {result.code}: {result.stderr}"
    if place == "." and not os.path.isdir(scene.env):
        return "ENV_DIR is gone"
    args, cwd = scene.where(place)
    code, stderr = scene.lab.plain(*args, cwd=cwd)
    if code != 0:
        return f"again: exit code {code}: {stderr}"
    return differences(scene.fresh, state(scene.env)) or \
        ", ".join(bench.litter(scene.box))


def test_kill_and_repeat(lab, tap):
    """killed at a call, the same command makes what a new run makes"""
    for options, place in KILLED:
        scene = Scene(lab, *options)
        scene.set_up()
        args, cwd = scene.where(place)
        result = lab.traced(*args, cwd=cwd)
        failures, shots = [], 0
        if result.code != 0:
            failures.append(f"a clean run: {result.code}: {result.stderr}")
        for k, call in enumerate(result.calls):
            if call.name in bench.RENAMES or k % (STEP * 4) == 0 or \
                    "upgrade" in options[0] and not place and k % STEP == 0:
                shots += 1
                wrong = kill_at(scene, place, call)
                if wrong:
                    failures.append(f"{call.line.strip()}: {wrong}")
        tap.result(f"{options[0]} {options[1]}{' in place' if place else ''}: "
                   f"{test_kill_and_repeat.__doc__}", failures, shots)


FAULTY = (
    (("--upgrade", "--wheel", "NEW"), "", ""),
    (("--upgrade", "--wheel", "NEW"), ".", ""),
    (("--clear", "--wheel", "NEW"), "", ""),
    (("--clear", "--wheel", "NEW"), "", "renameat2:error=EINVAL"),
    (("--clear", "--wheel", "NEW"), ".", ""),
    (("--exist-ok", "--wheel", "NEW"), "", ""),
)
# the numbers of the renames that fail after the first one
SPANS = "{0}..{1}", "{0}..{3}", "{0}..{4}", "{0}+"
UNDOING = {"renameat", "renameat2"}


def double_fault(scene, place, call, span, error, more):
    scene.set_up()
    args, cwd = scene.where(place)
    n = call.number
    when = span.format(n, n + 1, n + 2, n + 3, n + 6)
    faults = [f"{call.name}:error={error}:when={when}", *more]
    result = scene.lab.traced(*args, cwd=cwd, faults=faults, calls=call.name)
    now = state(scene.env)
    if result.code not in (0, 1):
        return f"exit code {result.code}: {result.stderr}"
    litter = bench.litter(scene.box)
    inside = {n for n in now if n.startswith("./.venvbox-")}
    plain = {n: v for n, v in now.items() if n not in inside}
    if result.code == 0:
        wrong = differences(scene.fresh, plain)
        return wrong or unsaid(litter, result.stderr)
    changed = [n for n in {**plain, **scene.before}
               if plain.get(n) != scene.before.get(n)]
    lost = missing_contents(scene)
    if lost:
        return f"nowhere any more: {lost}: {result.stderr}"
    if changed:
        silent = [n for n in changed if not is_named(n, result.stderr)]
        if silent and "more paths of" not in result.stderr:
            return (f"changed without a word: {', '.join(sorted(silent)[:4])}: "
                    f"{result.stderr}")
        return ""
    return unsaid(litter, result.stderr)


def unsaid(litter, stderr):
    tops = {re.sub(r"(\.venvbox-[0-9a-f]+).*", r"\1", n) for n in litter}
    quiet = [n for n in tops if os.path.basename(n) not in stderr]
    return f"left without a word: {quiet}: {stderr}" if quiet else ""


def is_named(name, stderr):
    """An alarm names this path, one above it, or ENV_DIR itself."""
    path = os.path.normpath(name)
    while path:
        if f"/{path}'" in stderr:
            return True
        path = os.path.dirname(path)
    return re.search(r"cannot (put|take) back '[^']*/e'", stderr) is not None


def missing_contents(scene):
    """Old files whose contents are not to be found below the box."""
    have = {v[4] for n, v in without_inodes(look(scene.box)).items()}
    want = {v[4]: n for n, v in without_inodes(look(scene.model)).items()
            if v[4]}
    return [n for what, n in want.items() if what not in have]


def test_double_fault(lab, tap):
    """an error while an error is undone: the old state or the new one, or an
    alarm names each path"""
    title = " ".join(test_double_fault.__doc__.split())
    for options, place, base in FAULTY:
        scene = Scene(lab, *options)
        scene.set_up()
        args, cwd = scene.where(place)
        result = lab.traced(*args, cwd=cwd)
        failures, shots = [], 0
        calls = [c for c in result.calls if c.name in UNDOING]
        for call in calls[:None if bench.ALL else 24]:
            for span in SPANS:
                for error in ("EIO", "ENOSPC", "EINVAL") if bench.ALL \
                        else ("EIO",):
                    more = [base] if base and call.name not in base else []
                    if base and call.name in base:
                        error = "EINVAL"
                    shots += 1
                    wrong = double_fault(scene, place, call, span, error, more)
                    if wrong:
                        failures.append(f"{call.line.strip()} {span} {error}: "
                                        + wrong)
        how = " in place" if place else ""
        how += f", {base}" if base else ""
        tap.result(f"{options[0]} --wheel{how}: {title}", failures, shots)


def start(scene, mode, call, dice):
    """A run, of which half are killed: at a call, or from outside."""
    command = [scene.lab.program, *mode, "--wheel", scene.new, scene.env]
    env, how = bench.ENVIRON, dice.randrange(4)
    if how == 0:
        watched, env = scene.lab.watched("/dev/null", call.name, [
            bench.inject(call.name, call.number, "signal=SIGKILL")])
        command[:1] = watched
    run = subprocess.Popen(  # pylint: disable=consider-using-with
        command, env=env, cwd=scene.box, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if how == 1:
        time.sleep(dice.uniform(0, 0.01))
        run.kill()
    return run, how


def together(scene, calls, seed):
    """50 runs at once, then one alone: what is wrong."""
    dice = random.Random(seed)
    scene.clean()
    modes = [], ["--exist-ok"], ["--upgrade"], ["--clear"]
    runs = [start(scene, dice.choice(modes), dice.choice(calls), dice)
            for _ in range(50)]
    problems = []
    for run, how in runs:
        try:
            _, stderr = run.communicate(timeout=bench.GUARD)
        except subprocess.TimeoutExpired:
            run.kill()
            problems.append("it hangs")
            continue
        if run.returncode not in (0, 1, -signal.SIGKILL):
            problems.append(f"exit code {run.returncode}: {stderr}")
    code, stderr = scene.lab.plain("--upgrade", "--wheel", scene.new, scene.env)
    if code != 0:
        problems.append(f"the last run: {code}: {stderr}")
    code, stderr = scene.lab.plain("--check", scene.env)
    if code != 0:
        problems.append(f"--check: {code}: {stderr}")
    wrong = differences(scene.fresh, state(scene.env))
    problems += [wrong] if wrong else []
    problems += [f"left behind: {n}" for n in bench.litter(scene.box)]
    return [f"seed {seed}: {p}" for p in problems]


def test_together(lab, tap):
    """50 runs at once, half of them killed, then one: as a new one, nothing is
    left behind"""
    scene = Scene(lab)
    scene.set_up()
    calls = lab.traced("--upgrade", "--wheel", scene.new, scene.env).calls
    calls = bench.calls_from(calls, scene.box)
    failures = []
    rounds = 40 if bench.ALL else 4
    for seed in range(rounds):
        failures += together(scene, calls, seed)
    tap.result(" ".join(test_together.__doc__.split()), failures, rounds)


if __name__ == "__main__":
    sys.exit(bench.main([test_kill_and_repeat, test_double_fault,
                         test_together], *sys.argv[1:]))
