"""Become a command that ends when its starter ends: ``python -I tether.py STARTER_PID USER|- SIGNAL COMMAND ...``.

A suite that is killed with -9 cannot stop its servers; the kernel does it then, by the parent death signal. Changing
user clears that signal, so this process changes user first, asks for the signal, and only then becomes the command.
"""

import ctypes
import os
import pwd
import signal
import sys

PR_SET_PDEATHSIG = 1


def become(starter: int, user: str, death_signal: int, command: list[str]) -> None:
    if user != "-":
        entry = pwd.getpwnam(user)
        os.setgroups([])
        os.setgid(entry.pw_gid)
        os.setuid(entry.pw_uid)
        os.environ["HOME"] = "/"
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, death_signal)
    if os.getppid() == starter:
        os.execv(command[0], command)


if __name__ == "__main__":
    become(int(sys.argv[1]), sys.argv[2], signal.Signals[sys.argv[3]], sys.argv[4:])
