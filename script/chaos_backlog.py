"""`script/chaos backlog`: thousands of messages due at once in many workspaces, some of which are rate-limited."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.ports.clock import Clock
from bot.ports.messenger import ThrottledError
from handlers.reminders.compose import OutboundMessage
from storage.database import Database
from storage.migrate import upgrade
from tests.delivery.fake_messenger import MONDAY_NINE, FakeMessenger, make_worker, queue_messages, states

THROTTLED_EVERY = 10
"""One workspace in ten responds 429 to everything, all the time."""
WARM_UP_ROUNDS = 2
"""The first measurement of memory is after two messages per workspace, when all per-workspace state exists."""
MAX_GROWTH = 20.0
"""MB that the process may grow by from then on."""
MAX_LEAD = 3
"""How many messages one workspace may be ahead of another that is not rate-limited."""


async def run(url: str, *, messages: int, workspaces: int, seconds: float) -> bool:
    """Drain the backlog for at most `seconds`, and print rate, memory and fairness; False if a limit is exceeded."""
    upgrade(url)
    database = Database(url)
    each = messages // workspaces
    names = [f"W{number:04}" for number in range(workspaces)]
    for first in range(0, workspaces, 100):
        await database.write(queue_messages, names[first : first + 100], each)
    throttled = frozenset(names[::THROTTLED_EVERY])
    fairness = _Fairness(workspaces - len(throttled))

    def throttle(_message: OutboundMessage) -> None:
        raise ThrottledError(timedelta(hours=6))

    messenger = FakeMessenger(
        before=dict.fromkeys(throttled, throttle), after=dict.fromkeys(set(names) - throttled, fairness.count)
    )
    clock = Clock(offset=MONDAY_NINE + timedelta(seconds=1) - datetime.now(UTC))
    begun = time.perf_counter()
    sender = make_worker(database, messenger, clock)
    asyncio.get_running_loop().call_later(seconds, sender.stop)
    await sender.sweep()
    took = time.perf_counter() - begun
    found = await database.read(states)
    await database.close()

    sent = found.get("sent", 0)
    growth = _resident() - fairness.memory
    print(
        f"{database.url.get_backend_name()}: {sent:,} of {messages:,} messages of {workspaces:,} workspaces "
        f"in {took:.0f} s, "
        f"{sent / took:.0f} per second; {found.get('queued', 0):,} queued, {len(throttled)} workspaces rate-limited\n"
        f"  memory after two rounds {fairness.memory:.0f} MB, grown by {growth:.1f} MB since; "
        f"largest lead over the slowest workspace: {fairness.lead} messages"
    )
    once = len(set(messenger.delivered)) == len(messenger.delivered) == sent
    return once and growth <= MAX_GROWTH and fairness.lead <= MAX_LEAD


class _Fairness:
    """Counts the messages per workspace, as a histogram, so its memory does not grow with the messages."""

    def __init__(self, workspaces: int) -> None:
        self._workspaces = workspaces
        self.lead = 0
        self.memory = 0.0
        self._counts: dict[str, int] = {}
        self._histogram: list[int] = [workspaces]
        self._lowest = self._total = 0

    def count(self, message: OutboundMessage) -> None:
        """Count a message that has arrived."""
        count = self._counts[message.workspace] = self._counts.get(message.workspace, 0) + 1
        if count == len(self._histogram):
            self._histogram.append(0)
        self._histogram[count - 1] -= 1
        self._histogram[count] += 1
        while self._lowest < count and not self._histogram[self._lowest]:
            self._lowest += 1
        self.lead = max(self.lead, count - self._lowest)
        self._total += 1
        if self._total == WARM_UP_ROUNDS * self._workspaces:
            self.memory = _resident()


def _resident() -> float:
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024
