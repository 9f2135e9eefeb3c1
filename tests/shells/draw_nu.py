"""usage: draw_nu.py DIR NU [ARG ...]

Start Nushell on a pseudo-terminal, and for each DIR/NUMBER.nu read it there,
look at the prompt that is then drawn, and leave again. The name in
DIR/NUMBER.name must be in it, in parentheses. Prints what was drawn otherwise,
then "N cells, N wrong, 0 refused"; the status is 1 if there was a wrong one.
"""
import os
import pty
import re
import select
import sys
import time

# what reedline writes around the prompt, for terminals that know it
PROMPT = re.compile(rb"\x1b\]133;A[^\x1b]*\x1b\\(.*?)\x1b\]133;B", re.S)
# colours, the right prompt (which is empty), where the cursor is
CONTROL = re.compile(rb"\x1b\[[?0-9;]*[A-Za-z]|\x1b\]133;P[^\x1b]*\x1b\\|\x1b[78]")


class Terminal:
    def __init__(self, argv):
        pid, self.fd = pty.fork()
        if pid == 0:
            os.execvp(argv[0], argv)

    def prompt(self, mark):
        """The prompt that is drawn after MARK."""
        end, seen = time.time() + 20, b""
        while time.time() < end:
            if not select.select([self.fd], [], [], 0.5)[0]:
                continue
            data = os.read(self.fd, 65536)
            seen += data
            # reedline waits until it is told where the cursor is
            for _ in range(data.count(b"\x1b[6n")):
                os.write(self.fd, b"\x1b[1;1R")
            found = PROMPT.search(seen, seen.find(mark) + 1)
            if mark in seen and found:
                return CONTROL.sub(b"", found[1]).replace(b"\r\n", b"\n")
        sys.exit("no prompt in %r" % seen)

    def run(self, line):
        """The prompt that is drawn after LINE."""
        os.write(self.fd, line + b"; print (['DO' 'NE'] | str join)\r")
        return self.prompt(b"DONE\r\n")


def main(where, argv):
    terminal = Terminal(argv)
    terminal.prompt(b"")
    terminal.run(b"$env.PROMPT_COMMAND = {|| 'READY' }; "
                 b"$env.PROMPT_COMMAND_RIGHT = ''; "
                 b"$env.PROMPT_INDICATOR = '> '")
    numbers = sorted(int(f[:-3]) for f in os.listdir(where) if f[-3:] == ".nu")
    wrong = 0
    for number in numbers:
        base = "%s/%d" % (where, number)
        with open(base + ".name", "rb") as file:
            name = file.read()
        how = b"source" if number % 2 else b"overlay use"
        for line, want in (
            (how + b" " + os.fsencode(base + ".nu"), b"(%s) READY> " % name),
            (b"deactivate", b"READY> "),
        ):
            drawn = terminal.run(line)
            if drawn != CONTROL.sub(b"", want):
                wrong += 1
                print("drawn %r, wanted %r" % (drawn, want))
    print("%d cells, %d wrong, 0 refused" % (len(numbers), wrong))
    return bool(wrong)


sys.exit(main(sys.argv[1], sys.argv[2:]))
