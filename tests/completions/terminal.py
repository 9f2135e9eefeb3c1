"""usage: terminal.py DIR LINE OUT START SHELL [ARG ...]

Type into SHELL, on a pseudo-terminal, as a person does: the line START, and then,
in every directory DIR/NUMBER, the text LINE. What that runs makes the file OUT,
which becomes DIR/NUMBER.got.
"""
import os
import pty
import select
import sys
import time


class Terminal:
    def __init__(self, argv):
        self.seen = b""
        pid, self.fd = pty.fork()
        if pid == 0:
            os.execvp(argv[0], argv)

    def wait(self, done, seconds=10):
        end = time.time() + seconds
        while not done():
            try:
                if select.select([self.fd], [], [], 0.005)[0]:
                    self.seen += os.read(self.fd, 65536)
            except OSError:
                end = 0
            if time.time() > end:
                sys.exit("waited for nothing after %r" % self.seen[-2000:])

    def type(self, text):
        os.write(self.fd, text.encode() + b"\n")


def main(where, line, out, start, argv):
    terminal = Terminal(argv)
    terminal.type(start + "; echo REA''DY")
    terminal.wait(lambda: b"READY\r" in terminal.seen)
    where = os.path.abspath(where)
    for number in sorted(int(n) for n in os.listdir(where) if n.isdigit()):
        terminal.type(" cd %s/%d" % (where, number))
        terminal.type(" " + line)
        terminal.wait(lambda: os.path.exists(out))
        os.rename(out, "%s/%d.got" % (where, number))


main(*sys.argv[1:5], sys.argv[5:])
