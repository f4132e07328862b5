"""Fault injection: the next calls are refused, answered slowly, or not answered at all."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass


@dataclass(slots=True)
class Fault:
    """One fault of the next `count` calls whose path contains `path`.

    `status` 0 breaks the connection. With `after`, it applies after the call has had its effect. It delays the response
    by `seconds`, or until `until` is set.
    """

    status: int = 200
    code: str = "ServiceError"
    path: str = ""
    count: int = 1
    retry_after: int | None = None
    seconds: float = 0.0
    until: asyncio.Event | None = None
    after: bool = False


class Faults:
    """The active faults, oldest first."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Activate a fault."""
        self._faults.append(fault)

    def next(self, path: str, *, after: bool) -> Fault | None:
        """The fault that applies to this call, with its count decreased; None if there is none."""
        for fault in self._faults:
            if fault.count > 0 and fault.after is after and fault.path in path:
                fault.count -= 1
                return fault
        return None
