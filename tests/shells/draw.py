"""usage: draw.py DIR SOURCE SHELL [ARG ...]

Start SHELL on a pseudo-terminal, and for each DIR/NUMBER.act read it there by
the command SOURCE, in which %s is the file, look at the prompt that is then drawn, and
leave again. The name in DIR/NUMBER.name must be in it, in parentheses. Prints
what was drawn otherwise; the status is 1 then.
"""
import os
import pty
import re
import select
import sys
import time


class Terminal:
    def __init__(self, argv):
        self.seen = b""
        self.at = 0
        pid, self.fd = pty.fork()
        if pid == 0:
            os.execvp(argv[0], argv)

    def until(self, pattern, seconds=5):
        """What was drawn up to the end of PATTERN, since the last call."""
        end = time.time() + seconds
        while True:
            found = re.compile(pattern).search(self.seen, self.at)
            if found:
                text = self.seen[self.at:found.end()]
                self.at = found.end()
                return text
            ready = select.select([self.fd], [], [], 0.1)[0]
            try:
                self.seen += os.read(self.fd, 65536) if ready else b""
            except OSError:
                ready = None
            if ready is None or time.time() > end:
                sys.exit("no %r after %r" % (pattern, self.seen[self.at:]))

    def type(self, line):
        os.write(self.fd, line + b"\n")


def main(where, source, argv):
    terminal = Terminal(argv)
    if source.startswith("source"):
        terminal.type(b"set prompt = 'READY> '; echo DO''NE")
    else:
        terminal.type(b"PS1='READY> '; echo DO''NE")
    terminal.until(b"DONE\r")
    terminal.until(b"READY> ")
    wrong = 0
    numbers = sorted(int(f[:-4]) for f in os.listdir(where) if f[-4:] == ".act")
    for number in numbers:
        base = "%s/%d" % (where, number)
        name = open(base + ".name", "rb").read()
        for line, want in (
            ((source % (base + ".act")).encode(), b"(%s) READY> " % name),
            (b"deactivate", b"READY> "),
        ):
            terminal.type(line + b"; echo DO''NE")
            terminal.until(b"DONE\r+\n")
            drawn = terminal.until(b"READY> ")
            # what is not text: to column 0, bracketed paste, where the cursor is
            drawn = re.sub(rb"\x1b\[[?0-9;]*[A-Za-z]|\x1b=|[^\n]*\r|\n", b"", drawn)
            if drawn != want:
                wrong = 1
                print("drawn %r, wanted %r" % (drawn, want))
    return wrong


sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
