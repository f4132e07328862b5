"""Ports for programs that a test starts: free now, and of those that the system gives to nobody by itself."""

from __future__ import annotations

import random
import socket

LOWEST, HIGHEST = 20_000, 32_000
"""Below the ports that the system hands out. One of those could be taken before the program listens; and who knocks at
its own port too early can be given just that port to knock from, is connected with itself, and reads its own request.
"""


def free_ports(count: int) -> int:
    """The first of `count` neighbouring ports on loopback that are free now."""
    while True:
        first = random.randrange(LOWEST, HIGHEST - count)
        try:
            for port in range(first, first + count):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return first
