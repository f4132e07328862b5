"""The leash of `firstcall demo`: ends its process group when the writer of its standard input is gone.

A program of its own, because a process that was killed with SIGKILL can do nothing for its children any more. The end
of a pipe is seen on every Unix; `PR_SET_PDEATHSIG` is Linux's own.
"""

from __future__ import annotations

import os
import signal
import sys
import time

GRACE_SECONDS = 10.0
"""Seconds between the request to end and the end."""


def main() -> None:
    """Wait for the end of standard input, then for the group to end, then end it. Must lead its process group."""
    # The first request goes to the whole group, and this process has to stay for the second one.
    for request in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(request, signal.SIG_IGN)
    sys.stdin.buffer.read()
    os.killpg(0, signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main()
