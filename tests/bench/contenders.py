"""The programs that tests/bench/peers compares, and their commands."""

import os
import shutil
import subprocess
import sys

import measure

sys.path.append(os.path.join(os.path.dirname(measure.HERE), "wheels"))

import bundled

SITE = "lib/python%d.%d/site-packages" % sys.version_info[:2]
# rounds of slow contenders
PIP_ROUNDS = 3
VENV_ROUNDS = 12
WHEELS_BAR = 1.3
TREE_BAR = 1.7
PIP_BAR = 12


class Bar:
    """A limit of the design for the ratio of two contenders' figures."""

    def __init__(self, figure, over, under, limit, strict=True, at_most=False):
        self.figure = figure  # wall or cpu
        self.over = over      # the ratio is OVER / UNDER
        self.under = under
        self.limit = limit
        self.strict = strict
        self.at_most = at_most

    def met(self, ratio):
        """Return whether RATIO keeps to this bar."""
        if self.at_most:
            return ratio <= self.limit
        return ratio > self.limit if self.strict else ratio >= self.limit

    def __str__(self):
        sign = "<=" if self.at_most else ">" if self.strict else ">="
        return "%s %s / %s %s %g" % (
            {"wall": "wall", "cpu": "processor"}[self.figure], self.over,
            self.under, sign, self.limit)


def floor_bar(limit):
    """The bar for a floor program: its time, LIMIT times."""
    return Bar("wall", "pyvenv", "floor", limit, at_most=True)


class Contender:
    """A way to make an environment: COMMANDS(env) are run one by one."""

    def __init__(self, name, commands, bars=(), rounds=None, prepare=None,
                 **environ):
        self.name = name
        self.commands = commands
        self.bars = list(bars)
        self.rounds = rounds    # takes part in so many; None: in all
        self.prepare = prepare  # called with env before a run, not timed
        self.environ = environ


class Tools:
    """The programs of others: where they are, and their versions."""

    def __init__(self, build):
        self.build = build
        self.directory = os.path.join(build, "bench/tools")
        self.python = os.path.join(self.directory, "bin/python")
        self.site = os.path.join(self.directory, SITE)
        self.fetched = self.fetch()
        if self.fetched:
            self.pip, self.pip_environ = [self.python, "-m", "pip"], {}
            self.uv = os.path.join(self.directory, "bin/uv")
            self.virtualenv = [self.python, "-m", "virtualenv"]
        else:
            self.use_the_system()
        self.unzip = shutil.which("unzip")

    def fetch(self):
        """Install the newest of each from the registry, once."""
        done = self.directory + ".done"
        if os.path.exists(done):
            return True
        subprocess.run([measure.PYTHON, "-m", "venv", "--clear",
                        "--without-pip", self.directory], check=True)
        got = subprocess.run(
            [self.python, "-m", "pip", "install", "-q", "--retries", "1",
             "--timeout", "10", "--only-binary", ":all:", "pip", "uv",
             "virtualenv"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL, text=True, check=False,
            env=dict(os.environ, PYTHONPATH=measure.bundled_pip()))
        if got.returncode:
            print("uv, virtualenv and the newest pip could not be had: "
                  + (got.stdout.strip().splitlines() or ["?"])[-1])
            return False
        with open(done, "w", encoding="utf-8"):
            return True

    def use_the_system(self):
        """Take the pip that comes with Python, and what is on PATH."""
        pip = bundled.Pip(measure.bundled_pip(), self.build + "/bench")
        subprocess.run([measure.PYTHON, "-m", "compileall", "-q",
                        pip.directory], check=False,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.pip = [measure.PYTHON, "-m", "pip"]
        self.pip_environ = {"PYTHONPATH": pip.directory}
        self.uv = shutil.which("uv")
        found = shutil.which("virtualenv")
        self.virtualenv = [found] if found else None

    def fetcher(self):
        """Return what wheel_sets() wants: a pip that reaches a registry."""
        return (self.python, self.site) if self.fetched else None

    def versions(self):
        """Return the first line that each says of its version."""
        commands = {"pyvenv": [self.build + "/pyvenv", "--version"],
                    "python": [measure.PYTHON, "--version"],
                    "uv": self.uv and [self.uv, "--version"],
                    "pip": [*self.pip, "--version"],
                    "virtualenv": self.virtualenv and [*self.virtualenv,
                                                       "--version"],
                    "unzip": self.unzip and [self.unzip, "-v"]}
        found = {}
        for name, command in commands.items():
            if not command:
                print(name + " is not on this machine: not compared")
                continue
            out = subprocess.run(command, check=True, text=True,
                                 stdout=subprocess.PIPE,
                                 env={**os.environ, **self.pip_environ}).stdout
            line = out.splitlines()[0]
            found[name] = line.split(" from ")[0].split(",")[0]
        return found


def for_wheels(tools, floor, top, wheel_set):
    """Return the contenders that install WHEEL_SET in a directory of TOP."""
    wheels = wheel_set.wheels
    slower = [Bar(figure, "uv", "pyvenv", 1) for figure in ("wall", "cpu")]
    cold, warm = top + "/uv-cold", top + "/uv-warm"

    def install_floor(env):
        return [measure.pyvenv(tools.build, env),
                [floor, os.path.join(env, SITE), *wheels]]

    def install(env):
        return [measure.pyvenv(tools.build, env, wheels)]

    def install_uv(*options):
        return lambda env: [
            [tools.uv, "venv", "-q", "-p", measure.PYTHON, env],
            [tools.uv, "pip", "install", "-q", "-p", env + "/bin/python",
             "--no-index", "--no-deps", *options, *wheels]]

    def install_pip(env):
        return [[measure.PYTHON, "-m", "venv", "--without-pip", env],
                [*tools.pip, "--python", env, "install", "-q", "--no-deps",
                 "--no-index", "--no-compile", *wheels]]

    def unzip(env):
        return [[tools.unzip, "-q", wheel, "-d", os.path.join(env, SITE)]
                for wheel in wheels]

    found = [Contender("floor", install_floor, [floor_bar(WHEELS_BAR)]),
             Contender("pyvenv", install)]
    if tools.uv:
        found += [
            Contender("uv, cold cache", install_uv(), slower,
                      prepare=lambda env: shutil.rmtree(cold, True),
                      UV_CACHE_DIR=cold),
            Contender("uv, warm, copies", install_uv("--link-mode", "copy"),
                      [] if wheel_set.largest else slower, UV_CACHE_DIR=warm),
            Contender("uv, warm, hard links",
                      install_uv("--link-mode", "hardlink"),
                      UV_CACHE_DIR=warm)]
    found.append(Contender("pip", install_pip, [Bar(
        "cpu", "pip", "pyvenv", PIP_BAR, strict=False)], rounds=PIP_ROUNDS,
                           **tools.pip_environ))
    if tools.unzip:
        found.append(Contender(
            "unzip, one thread", unzip,
            prepare=lambda env: os.makedirs(os.path.join(env, SITE))))
    return found


def for_lock(tools, top, lock):
    """Return the contenders that install what LOCK names, from its directory
    of wheels and with its hashes, in a directory of TOP."""
    cold, warm = top + "/uv-cold", top + "/uv-warm"
    words = ["install", "-q", "--no-index", "--find-links", lock.directory,
             "--require-hashes", "-r", lock.requirements]

    def install(env):
        return [[tools.build + "/pyvenv", "-q", "-p", measure.PYTHON,
                 "--find-links", lock.directory, "--lock", lock.pylock, env]]

    def install_uv(*options):
        return lambda env: [
            [tools.uv, "venv", "-q", "-p", measure.PYTHON, env],
            [tools.uv, "pip", *words, *options, "-p", env + "/bin/python"]]

    def install_pip(env):
        return [[measure.PYTHON, "-m", "venv", "--without-pip", env],
                [*tools.pip, "--python", env, *words, "--no-compile"]]

    found = [Contender("pyvenv", install)]
    if tools.uv:
        found += [
            Contender("uv, cold cache", install_uv(),
                      prepare=lambda env: shutil.rmtree(cold, True),
                      UV_CACHE_DIR=cold),
            Contender("uv, warm, copies", install_uv("--link-mode", "copy"),
                      UV_CACHE_DIR=warm),
            Contender("uv, warm, hard links",
                      install_uv("--link-mode", "hardlink"),
                      UV_CACHE_DIR=warm)]
    found.append(Contender("venv and pip", install_pip, rounds=PIP_ROUNDS,
                           **tools.pip_environ))
    return found


def for_no_wheels(tools, floor, top):
    """Return the contenders that make an environment without wheels."""
    found = [
        Contender("floor", lambda env: [[floor, env]], [floor_bar(TREE_BAR)]),
        Contender("pyvenv", lambda env: [measure.pyvenv(tools.build, env)])]
    if tools.uv:
        found.append(Contender(
            "uv venv", lambda env: [[tools.uv, "venv", "-q", "-p",
                                     measure.PYTHON, env]],
            UV_CACHE_DIR=top + "/uv-warm"))
    found.append(Contender(
        "python -m venv", lambda env: [[measure.PYTHON, "-m", "venv",
                                        "--without-pip", env]],
        rounds=VENV_ROUNDS))
    if tools.virtualenv:
        found.append(Contender(
            "virtualenv", lambda env: [
                [*tools.virtualenv, "-q", "--without-pip",
                 "--no-periodic-update", "--app-data", top + "/app-data",
                 "-p", measure.PYTHON, env]], rounds=VENV_ROUNDS))
    return found
