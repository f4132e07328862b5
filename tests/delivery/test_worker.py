"""The delivery worker: workspaces take turns, none blocks another, failures are recorded, and clocks may jump."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from bot.delivery import worker as module
from bot.delivery.worker import LEASE
from bot.ports.messenger import RefusedError, ThrottledError, UnreachableError
from handlers.reminders.compose import OutboundMessage
from storage import outbox
from storage.database import Database
from storage.models import Tenant
from tests.delivery.fake_messenger import (
    MONDAY_NINE,
    FakeMessenger,
    ManualClock,
    make_worker,
    queue_messages,
    rows,
    states,
)
from tests.patience import PATIENCE

pytestmark = pytest.mark.both_databases

HOUR = timedelta(hours=1)
A_LITTLE = timedelta(seconds=10)


def failing(error: Exception, times: int = 1_000) -> object:
    left = [times]

    def fail(_letter: OutboundMessage) -> None:
        if left[0]:
            left[0] -= 1
            raise error

    return fail


async def test_workspaces_take_turns_and_each_keeps_its_order(database: Database) -> None:
    await database.write(queue_messages, ["A", "B", "C"], 5)
    messenger = FakeMessenger()

    await make_worker(database, messenger, ManualClock()).sweep()

    assert Counter(name for name, _ in messenger.delivered) == {"A": 5, "B": 5, "C": 5}
    for name in "ABC":
        of_one = [row for workspace, row in messenger.delivered if workspace == name]
        assert of_one == sorted(of_one)
    # At any point, no workspace is more than two messages ahead.
    for count in range(1, len(messenger.delivered)):
        got = Counter(name for name, _ in messenger.delivered[:count])
        assert max(got.values()) - min(got[name] for name in "ABC") <= 2


async def test_a_throttled_or_hanging_workspace_delays_no_other(database: Database) -> None:
    await database.write(queue_messages, ["WAITS", "SLOW", "A", "B"], 20)
    hangs = asyncio.Event()
    messenger = FakeMessenger(
        before={
            "WAITS": failing(ThrottledError(timedelta(minutes=5))),  # type: ignore[dict-item]
            "SLOW": lambda _letter: hangs.wait(),
        }
    )
    clock = ManualClock()

    sweep = asyncio.create_task(make_worker(database, messenger, clock).sweep())
    async with asyncio.timeout(PATIENCE):
        while Counter(name for name, _ in messenger.delivered) != {"A": 20, "B": 20}:
            await asyncio.sleep(0.01)
    assert [row.attempts for row in await database.read(rows)] == [0] * 20  # tried once, which does not count
    hangs.set()
    messenger.before.clear()
    assert await sweep == clock.now() + timedelta(minutes=5)

    clock.advance(timedelta(minutes=5))
    await make_worker(database, messenger, clock).sweep()
    assert await database.read(states) == {"sent": 80}
    assert set(Counter(messenger.delivered).values()) == {1}


async def test_a_message_queued_while_another_workspace_hangs_is_sent(database: Database) -> None:
    await database.write(queue_messages, ["SLOW"], 1)
    hangs = asyncio.Event()
    messenger = FakeMessenger(before={"SLOW": lambda _letter: hangs.wait()})
    sweep = asyncio.create_task(make_worker(database, messenger, ManualClock()).sweep())

    await database.write(queue_messages, ["NEW"], 1)
    async with asyncio.timeout(PATIENCE):
        while ("NEW", 2) not in messenger.delivered:
            await asyncio.sleep(0.01)
    hangs.set()
    await sweep


async def test_a_message_that_cannot_be_rendered_blocks_no_other_and_is_recorded(database: Database) -> None:
    await database.write(queue_messages, ["A", "B"], 2)
    messenger = FakeMessenger(before={"A": failing(ValueError("a screen that nobody can draw"))})  # type: ignore[dict-item]
    clock = ManualClock()

    await make_worker(database, messenger, clock).sweep()
    assert [name for name, _ in messenger.delivered] == ["B", "B"]
    broken = await database.read(rows)
    assert [(row.state, row.attempts, row.reason) for row in broken] == [
        ("queued", 1, "an error of ours: ValueError")
    ] * 2


async def test_a_row_that_cannot_be_composed_blocks_no_other(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await database.write(queue_messages, ["A", "B"], 2)
    compose = module.compose.compose

    def broken_for_the_first(session: Session, row: object, *rest: object, **more: object) -> object:
        if row.id == 1:  # type: ignore[attr-defined]
            raise KeyError("nth")
        return compose(session, row, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(module.compose, "compose", broken_for_the_first)
    messenger = FakeMessenger()

    await make_worker(database, messenger, ManualClock()).sweep()

    assert sorted(row for _, row in messenger.delivered) == [2, 3, 4]
    broken = (await database.read(rows))[0]
    assert (broken.state, broken.reason) == ("queued", "an error of ours: KeyError")


async def test_a_message_that_cannot_be_searched_for_is_sent_again(database: Database) -> None:
    await database.write(queue_messages, ["A"], 1)
    messenger = FakeMessenger(before={"A": failing(UnreachableError("no answer"), times=1)})  # type: ignore[dict-item]
    clock = ManualClock()
    await make_worker(database, messenger, clock).sweep()
    messenger.search_error = RefusedError("missing_scope")

    clock.advance(timedelta(minutes=1))
    await make_worker(database, messenger, clock).sweep()

    assert (messenger.searched, messenger.delivered) == ([1], [("A", 1)])
    assert await database.read(states) == {"sent": 1}


async def test_a_refusal_of_the_whole_workspace_blocks_it(database: Database) -> None:
    await database.write(queue_messages, ["GONE", "A"], 3)
    messenger = FakeMessenger(before={"GONE": failing(RefusedError("token_revoked", whole_workspace=True))})  # type: ignore[dict-item]

    assert await make_worker(database, messenger, ManualClock()).sweep() is None

    assert await database.read(states) == {"queued": 3, "sent": 3}  # it waits with the others
    assert await database.read(lambda session: session.get_one(Tenant, 1).blocked_reason) == "token_revoked"


async def test_a_slow_send_times_out_within_its_lease(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    assert module.SEND_TIMEOUT * 2 <= LEASE
    monkeypatch.setattr(module, "SEND_TIMEOUT", timedelta(seconds=0.05))
    await database.write(queue_messages, ["A"], 1)
    messenger = FakeMessenger(before={"A": lambda _letter: asyncio.sleep(2 * PATIENCE)})

    async with asyncio.timeout(PATIENCE):
        await make_worker(database, messenger, ManualClock()).sweep()

    (row,) = await database.read(rows)
    assert (row.state, row.attempts) == ("queued", 1)


async def test_a_row_whose_senders_all_die_ends_as_dead(database: Database) -> None:
    await database.write(queue_messages, ["A"], 1)
    clock = ManualClock()

    def die(session: Session) -> bool:
        found = outbox.claim(session, 1, owner="dies", lease=LEASE, now=clock.now())
        return found is not None

    died = 0
    while await database.write(die):
        died += 1
        clock.advance(LEASE)

    assert died == outbox.MAX_ATTEMPTS
    (row,) = await database.read(rows)
    assert (row.state, row.reason) == ("dead", "whoever tried to send it ended without a word")


# --- the machine's clock ---


async def test_no_lease_is_taken_over_when_the_clock_jumps_ahead(database: Database) -> None:
    await database.write(queue_messages, ["A"], 1)
    clock, sends = ManualClock(), asyncio.Event()
    messenger = FakeMessenger(before={"A": lambda _letter: sends.wait()})
    slow, other = make_worker(database, messenger, clock), make_worker(database, messenger, clock)
    first = asyncio.create_task(slow.sweep())
    async with asyncio.timeout(PATIENCE):
        while (await database.read(states)).get("claimed") != 1:
            await asyncio.sleep(0.01)

    clock.jump(5 * HOUR)
    await other.sweep()
    clock.advance(A_LITTLE)
    await other.sweep()
    assert messenger.searched == messenger.delivered == []  # it was not taken over
    sends.set()
    await first
    assert messenger.delivered == [("A", 1)]
    assert await database.read(states) == {"sent": 1}


@pytest.mark.parametrize("by", [5 * HOUR, -5 * HOUR], ids=["ahead", "back"])
async def test_a_dead_senders_row_is_sent_after_any_clock_jump(database: Database, by: timedelta) -> None:
    await database.write(queue_messages, ["A"], 1)
    clock, messenger = ManualClock(), FakeMessenger()
    sender = make_worker(database, messenger, clock)
    await database.write(lambda session: outbox.claim(session, 1, owner="died", lease=LEASE, now=clock.now()) and None)

    clock.jump(by)
    await sender.sweep()
    assert messenger.delivered == []
    clock.advance(max(-by, timedelta(0)) + LEASE)
    await sender.sweep()

    assert messenger.searched == [1]
    assert messenger.delivered == [("A", 1)]


async def test_clock_jumps_neither_duplicate_nor_lose_messages(database: Database) -> None:
    await database.write(queue_messages, ["A", "B"], 10)
    await database.write(lambda session: queue_messages(session, ["LATER"], 5, MONDAY_NINE + 2 * HOUR))
    clock, messenger = ManualClock(), FakeMessenger(after={"A": failing(UnreachableError("no answer"), times=4)})  # type: ignore[dict-item]
    senders = [make_worker(database, messenger, clock) for _ in range(2)]

    for by in (3, -2, 5, -6, 1, -1, 4, -4):
        clock.jump(by * HOUR)
        await asyncio.gather(*(sender.sweep() for sender in senders))
        clock.advance(A_LITTLE)
    clock.advance(4 * HOUR)
    await asyncio.gather(*(sender.sweep() for sender in senders))

    assert await database.read(states) == {"sent": 25}
    assert set(Counter(messenger.delivered).values()) == {1}
