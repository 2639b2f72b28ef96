"""Runs a command with a pseudo-terminal as its stdin and stderr, and its stdout on a pipe.

    terminal.py CUES COMMAND...

CUES is a JSON array of texts: each time that the terminal shows the next of them, Ctrl-C is typed. Prints {"code", "stdout", "terminal"} as JSON.
"""
import json
import os
import pty
import select
import subprocess
import sys

cues, command = [cue.encode() for cue in json.loads(sys.argv[1])], sys.argv[2:]
master, slave = pty.openpty()


def own_terminal():
    os.setsid()
    import fcntl, termios

    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)


child = subprocess.Popen(command, stdin=slave, stdout=subprocess.PIPE, stderr=slave, preexec_fn=own_terminal)
os.close(slave)
output = {master: b"", child.stdout.fileno(): b""}
waiting = set(output)
seen = 0
while waiting:
    for fd in select.select(list(waiting), [], [])[0]:
        try:
            data = os.read(fd, 65536)
        except OSError:  # EIO: the last holder of the terminal is gone
            data = b""
        output[fd] += data
        if not data:
            waiting.discard(fd)
    at = output[master].find(cues[0], seen) if cues else -1
    if at >= 0:
        seen = at + len(cues.pop(0))
        os.write(master, b"\x03")
print(json.dumps({"code": child.wait(), "stdout": output[child.stdout.fileno()].decode(), "terminal": output[master].decode()}))
