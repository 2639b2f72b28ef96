"""Runs a command with a pseudo-terminal as its stdin and stderr, and its stdout on a pipe.

    terminal.py INTERRUPT_AFTER COMMAND...

Types Ctrl-C once the terminal shows INTERRUPT_AFTER (never, if that is empty). Prints {"code", "stdout", "terminal"} as JSON.
"""
import json
import os
import pty
import select
import subprocess
import sys

interrupt_after, command = sys.argv[1].encode(), sys.argv[2:]
master, slave = pty.openpty()


def own_terminal():
    os.setsid()
    import fcntl, termios

    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)


child = subprocess.Popen(command, stdin=slave, stdout=subprocess.PIPE, stderr=slave, preexec_fn=own_terminal)
os.close(slave)
output = {master: b"", child.stdout.fileno(): b""}
interrupted = interrupt_after == b""
waiting = set(output)
while waiting:
    for fd in select.select(list(waiting), [], [])[0]:
        try:
            data = os.read(fd, 65536)
        except OSError:  # EIO: the last holder of the terminal is gone
            data = b""
        output[fd] += data
        if not data:
            waiting.discard(fd)
    if not interrupted and interrupt_after in output[master]:
        os.write(master, b"\x03")
        interrupted = True
print(json.dumps({"code": child.wait(), "stdout": output[child.stdout.fileno()].decode(), "terminal": output[master].decode()}))
