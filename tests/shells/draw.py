"""usage: draw.py DIR PROMPT SOURCE SHELL [ARG ...]

Start SHELL on a pseudo-terminal, where the command PROMPT makes a prompt that
ends in "READY> ", and for each DIR/NUMBER.act read it there by the command
SOURCE, in which %s is the file, look at the prompt that is then drawn, twice,
and leave again. The name in DIR/NUMBER.name must be in front of it, in
parentheses, unless the environment variable UNNAMED is set; numbers in the
prompt may differ. Prints what was drawn otherwise; the status is 1 then.
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
        """Return the drawing up to the end of PATTERN, since the last call."""
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


def drawn(terminal, line):
    """The prompt that is drawn after LINE, as text."""
    terminal.type(line + b"; echo DO''NE")
    terminal.until(b"DONE\r+\n")
    text = terminal.until(b"READY> ")
    # what is not text: colours, to column 0, bracketed paste, the cursor's place
    text = re.sub(rb"\x1b\[[?0-9;]*[A-Za-z]|\x1b\(B|\x1b[=>]", b"", text)
    text = re.sub(rb"\r+\n", b"\n", text)
    return re.sub(rb"[^\n]*\r", b"", text).lstrip(b"\n")


def main(where, prompt, source, argv):
    terminal = Terminal(argv)
    drawn(terminal, prompt.encode())
    plain = drawn(terminal, b":")
    wrong = 0
    numbers = sorted(int(f[:-4]) for f in os.listdir(where) if f[-4:] == ".act")
    for number in numbers:
        base = "%s/%d" % (where, number)
        name = b"(%s) " % open(base + ".name", "rb").read()
        if "UNNAMED" in os.environ:
            name = b""
        for line, front in (
            ((source % (base + ".act")).encode(), name),
            (b":", name),
            (b"deactivate", b""),
        ):
            got = drawn(terminal, line)
            same = got.startswith(front) and re.sub(
                rb"\d+", b"0", got[len(front):]) == re.sub(rb"\d+", b"0", plain)
            if not same:
                wrong = 1
                print("drawn %r, wanted %r" % (got, front + plain))
    return wrong


sys.exit(main(*sys.argv[1:4], sys.argv[4:]))
