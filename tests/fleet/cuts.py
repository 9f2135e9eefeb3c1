#!/usr/bin/env python3
"""usage: cuts.py calls|times|power TOP COMMAND...

Cut short an update in TOP, and repeat it: COMMAND, whose first word is the program
and whose last one ENV_DIR, makes release 1 there if TOP/release leads to TOP/1, and
release 2 if it leads to TOP/2.

calls: kill it at its system calls. times: kill it at any time. power: stop the
file system of TOP, an ext4 that is mounted from TOP.image, and mount it again.

Fails unless the environment is then the old one, the new one, or one that --check
reports; and unless COMMAND then makes of it what it makes where nothing is.
"""

import fcntl
import os
import random
import shutil
import signal
import struct
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "../attack"))
import lab as bench  # noqa: E402 pylint: disable=wrong-import-position
from lab import differences, look  # noqa: E402 pylint: disable=wrong-import-position

SHOTS = 40  # at random
STEP = 25  # of the calls that publish nothing, one in so many
SHUTDOWN = 0x8004587d  # EXT4_IOC_SHUTDOWN
LOG, NO_LOG = 1, 2  # write the journal first, or not
PUBLISHES = {*bench.RENAMES, "syncfs"}


def state(env):
    return bench.without_inodes(look(env))


class Update:
    def __init__(self, top, command):
        self.top, self.args = top, command[1:]
        self.env = command[-1]
        self.lab = bench.Lab(os.path.dirname(top), command[0])
        self.lab.program = command[0]
        self.random = random.Random(1)
        self.seen = {"old": 0, "new": 0, "mixture": 0}
        self.release(2)
        self.run()
        self.fresh = state(self.env)
        bench.wipe(self.env)
        self.release(1)
        self.run()
        # as after years of use: compiled code is there
        subprocess.run([os.path.join(self.env, "bin/gauge")], check=True,
                       stdout=subprocess.DEVNULL)
        self.before = state(self.env)
        self.model = os.path.join(top, "model")
        os.rename(self.env, self.model)
        self.release(2)

    def release(self, number):
        link = os.path.join(self.top, "release")
        bench.wipe(link)
        os.symlink(str(number), link)

    def run(self):
        self.lab.made(*self.args)

    def set_up(self):
        bench.wipe(self.env)
        for name in bench.work_names(self.top):
            bench.wipe(os.path.join(self.top, name))
        shutil.copytree(self.model, self.env, symlinks=True)

    def now(self):
        """The environment without a work directory that is left in it."""
        return {n: v for n, v in state(self.env).items()
                if not n.startswith("./.venvbox-")}

    def judge(self):
        """Count the state that a cut has left, and repeat: what is wrong."""
        now = self.now()
        code, _ = self.lab.plain("--check", self.env)
        kind = "old" if now == self.before else \
            "new" if now == self.fresh else "mixture"
        self.seen[kind] += 1
        if kind == "mixture" and code != 1:
            return "--check does not report a mixture: " + \
                differences(self.before, now)
        code, stderr = self.lab.plain(*self.args)
        if code != 0:
            return f"again: exit code {code}: {stderr}"
        return differences(self.fresh, state(self.env)) or \
            ", ".join(bench.litter(self.top))

    def calls(self):
        """The calls of an update that are worth a cut."""
        self.set_up()
        result = self.lab.traced(*self.args)
        if result.code != 0:
            raise RuntimeError(result.stderr)
        calls = bench.calls_from(result.calls, self.env)
        return [c for i, c in enumerate(calls)
                if c.name in PUBLISHES or i % STEP == 0]


def killed_at_calls(update):
    for call in update.calls():
        update.set_up()
        result = update.lab.traced(
            *update.args, calls=call.name,
            faults=[bench.inject(call.name, call.number, "signal=SIGKILL")])
        # a worker may have fewer calls this time
        if result.code not in (0, -signal.SIGKILL):
            yield call.line, f"exit code {result.code}: {result.stderr}"
        elif result.code != 0:
            yield call.line, update.judge()


def killed_at_times(update):
    update.set_up()
    start = time.monotonic()
    update.run()
    length = time.monotonic() - start
    for _ in range(SHOTS):
        update.set_up()
        delay = update.random.uniform(0, length)
        with subprocess.Popen([update.lab.program, *update.args],
                              env=bench.ENVIRON,
                              stderr=subprocess.DEVNULL) as run:
            time.sleep(delay)
            run.kill()
        yield f"after {delay:.4f} s", update.judge()


class Disk:
    """The file system of TOP."""

    def __init__(self, top):
        self.top = top

    def stop(self, flag):
        """Lose all that is not on the disk."""
        fd = os.open(self.top, os.O_RDONLY)
        fcntl.ioctl(fd, SHUTDOWN, struct.pack("I", flag))
        os.close(fd)

    def start(self):
        subprocess.run(["umount", self.top], check=True)
        subprocess.run(["mount", "-o", "loop", self.top + ".image", self.top],
                       check=True)


def without_power(update):
    disk = Disk(update.top)
    for call in update.calls():
        for flag in (LOG, NO_LOG) if call.name in PUBLISHES else ():
            update.set_up()
            os.sync()
            update.lab.traced(*update.args, stop=(call.name, call.number),
                              act=lambda flag=flag: disk.stop(flag))
            disk.start()
            yield f"{call.line.strip()}, {flag}", update.judge()
    for flag in LOG, NO_LOG:
        update.set_up()
        os.sync()
        update.run()
        disk.stop(flag)
        disk.start()
        now = differences(update.fresh, update.now())
        yield f"the end, {flag}", now or update.judge()


HOWS = {"calls": killed_at_calls, "times": killed_at_times,
        "power": without_power}


def main(how, top, *command):
    update = Update(top, list(command))
    shots, wrong = 0, []
    for where, what in HOWS[how](update):
        shots += 1
        if what:
            wrong.append(f"{where}: {what}")
    # one at a time hardly meets the few milliseconds
    missed = ["no cut left a mixture"] if how != "times" and \
        update.seen["mixture"] == 0 else []
    print(f"{how}: {shots} cuts: {update.seen}", *wrong[:10], *missed, sep="\n")
    return bool(wrong or missed)


if __name__ == "__main__":
    if len(sys.argv) < 4 or sys.argv[1] not in HOWS:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
