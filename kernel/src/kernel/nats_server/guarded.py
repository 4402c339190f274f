"""Runs a program that must not outlive the process that started it.

Started as `python -I -S guarded.py PARENT_PID[:UID:GID] PROGRAM ARGUMENT...`: asks the kernel to be
told when the parent dies, then becomes PROGRAM, as another user if one is named. A small
interpreter of its own does this because code run between fork and exec in a process full of threads
may hang. Standard library only.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Bind this process to its parent's life and become the program."""
    parent, *account = [int(part) for part in sys.argv[1].split(":")]
    if account:  # user and group id: before the request below, which a change of user undoes
        os.setgroups([])
        os.setgid(account[1])
        os.setuid(account[0])
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:  # it died before we could ask
        sys.exit(1)
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606  # the program is ours; no shell wanted


if __name__ == "__main__":
    main()
