"""`script/chaos backlog`: thousands of messages due at once, in many workspaces, some of which ask us to wait."""

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

ASK_TO_WAIT = 10
"""One workspace in so many answers 429 to everything for the whole time."""
TURNS_FIRST = 2
"""After so many turns the memory is looked at first: what is kept for each workspace is there."""
MOST_MEMORY = 20.0
"""MB that the process may grow by from then on."""
TURNS_AHEAD = 3
"""How many letters one workspace may be ahead of another that takes messages."""


async def run(url: str, *, messages: int, workspaces: int, seconds: float) -> bool:
    """Drain the backlog, for so long at most, and print rate, memory and fairness; False when one of the two is bad."""
    upgrade(url)
    database = Database(url)
    each = messages // workspaces
    names = [f"W{number:04}" for number in range(workspaces)]
    for first in range(0, workspaces, 100):
        await database.write(queue_messages, names[first : first + 100], each)
    waiting = frozenset(names[::ASK_TO_WAIT])
    watch = _Watch(workspaces - len(waiting))

    def wait(_letter: OutboundMessage) -> None:
        raise ThrottledError(timedelta(hours=6))

    office = FakeMessenger(before=dict.fromkeys(waiting, wait), after=dict.fromkeys(set(names) - waiting, watch.note))
    clock = Clock(offset=MONDAY_NINE + timedelta(seconds=1) - datetime.now(UTC))
    begun = time.perf_counter()
    sender = make_worker(database, office, clock)
    asyncio.get_running_loop().call_later(seconds, sender.stop)
    await sender.sweep()
    took = time.perf_counter() - begun
    found = await database.read(states)
    await database.close()

    sent = found.get("sent", 0)
    grown = _resident() - watch.early
    print(
        f"{database.url.get_backend_name()}: {sent:,} of {messages:,} messages of {workspaces:,} workspaces "
        f"in {took:.0f} s, "
        f"{sent / took:.0f} a second; {found.get('queued', 0):,} wait, and {len(waiting)} workspaces asked us to\n"
        f"  memory after two turns {watch.early:.0f} MB, grown by {grown:.1f} MB since; "
        f"furthest ahead of the slowest: {watch.ahead} letters"
    )
    once = len(set(office.delivered)) == len(office.delivered) == sent
    return once and grown <= MOST_MEMORY and watch.ahead <= TURNS_AHEAD


class _Watch:
    """Counts what each workspace has, in levels, so that it needs no more memory as letters arrive."""

    def __init__(self, workspaces: int) -> None:
        self._workspaces = workspaces
        self.ahead = 0
        self.early = 0.0
        self._had: dict[str, int] = {}
        self._at: list[int] = [workspaces]
        self._lowest = self._count = 0

    def note(self, letter: OutboundMessage) -> None:
        """A letter has arrived."""
        had = self._had[letter.workspace] = self._had.get(letter.workspace, 0) + 1
        if had == len(self._at):
            self._at.append(0)
        self._at[had - 1] -= 1
        self._at[had] += 1
        while self._lowest < had and not self._at[self._lowest]:
            self._lowest += 1
        self.ahead = max(self.ahead, had - self._lowest)
        self._count += 1
        if self._count == TURNS_FIRST * self._workspaces:
            self.early = _resident()


def _resident() -> float:
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024
