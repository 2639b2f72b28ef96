"""Runs a command with a pseudo-terminal as its stdin and stderr, and its stdout on a pipe.

    terminal.py CUES COMMAND...

CUES is a JSON array of texts: each time that the terminal shows the next of them, Ctrl-C is typed; where it is {"close": TEXT}, the terminal is
closed instead. Prints {"code", "stdout", "terminal"} as JSON.
"""
import json
import os
import pty
import select
import subprocess
import sys

cues, command = json.loads(sys.argv[1]), sys.argv[2:]
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
    if not cues:
        continue
    closes = isinstance(cues[0], dict)
    cue = (cues[0]["close"] if closes else cues[0]).encode()
    at = output[master].find(cue, seen)
    if at < 0:
        continue
    cues.pop(0)
    seen = at + len(cue)
    if closes:
        os.close(master)
        waiting.discard(master)
    else:
        os.write(master, b"\x03")
print(json.dumps({"code": child.wait(), "stdout": output[child.stdout.fileno()].decode(), "terminal": output[master].decode()}))
