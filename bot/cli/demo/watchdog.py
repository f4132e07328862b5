"""The watchdog of `firstcall demo`: ends its process group when its parent, the writer of its standard input, is gone.

It is a separate program, because a parent killed with SIGKILL cannot end its children. The end of a pipe works on
every Unix; `PR_SET_PDEATHSIG` works only on Linux.
"""

from __future__ import annotations

import os
import signal
import sys
import time

GRACE_SECONDS = 10.0
"""Seconds between SIGTERM and SIGKILL."""


def main() -> None:
    """Wait for the end of standard input, then terminate the group, then kill it. Must lead its process group."""
    # SIGTERM goes to the whole group, and this process must survive it to send SIGKILL.
    for signal_number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(signal_number, signal.SIG_IGN)
    sys.stdin.buffer.read()
    os.killpg(0, signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main()
