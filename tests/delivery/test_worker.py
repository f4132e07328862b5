"""Sending: workspaces take turns, nobody holds up another, what cannot be sent is on record, and clocks may jump."""

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
from tests.delivery.fake_messenger import MONDAY_NINE, HandClock, PostOffice, delivery, letters, rows, states

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


async def test_workspaces_take_turns_and_each_gets_its_letters_in_order(database: Database) -> None:
    await database.write(letters, ["A", "B", "C"], 5)
    office = PostOffice()

    await delivery(database, office, HandClock()).sweep()

    assert Counter(name for name, _ in office.arrived) == {"A": 5, "B": 5, "C": 5}
    for name in "ABC":
        of_one = [row for workspace, row in office.arrived if workspace == name]
        assert of_one == sorted(of_one)
    # After any number of letters nobody is more than a few ahead.
    for count in range(1, len(office.arrived)):
        got = Counter(name for name, _ in office.arrived[:count])
        assert max(got.values()) - min(got[name] for name in "ABC") <= 2


async def test_one_that_asks_to_wait_or_answers_nothing_delays_no_other(database: Database) -> None:
    await database.write(letters, ["WAITS", "SLOW", "A", "B"], 20)
    hangs = asyncio.Event()
    office = PostOffice(
        before={
            "WAITS": failing(ThrottledError(timedelta(minutes=5))),  # type: ignore[dict-item]
            "SLOW": lambda _letter: hangs.wait(),
        }
    )
    clock = HandClock()

    sweep = asyncio.create_task(delivery(database, office, clock).sweep())
    async with asyncio.timeout(30):
        while Counter(name for name, _ in office.arrived) != {"A": 20, "B": 20}:
            await asyncio.sleep(0.01)
    assert [row.attempts for row in await database.read(rows)] == [0] * 20  # asked once, and it does not count
    hangs.set()
    office.before.clear()
    assert await sweep == clock.now() + timedelta(minutes=5)

    clock.wait(timedelta(minutes=5))
    await delivery(database, office, clock).sweep()
    assert await database.read(states) == {"sent": 80}
    assert set(Counter(office.arrived).values()) == {1}


async def test_a_letter_for_a_workspace_that_comes_while_another_hangs_is_sent(database: Database) -> None:
    await database.write(letters, ["SLOW"], 1)
    hangs = asyncio.Event()
    office = PostOffice(before={"SLOW": lambda _letter: hangs.wait()})
    sweep = asyncio.create_task(delivery(database, office, HandClock()).sweep())

    await database.write(letters, ["NEW"], 1)
    async with asyncio.timeout(30):
        while ("NEW", 2) not in office.arrived:
            await asyncio.sleep(0.01)
    hangs.set()
    await sweep


async def test_a_letter_that_breaks_us_holds_up_nobody_and_ends_on_record(database: Database) -> None:
    await database.write(letters, ["A", "B"], 2)
    office = PostOffice(before={"A": failing(ValueError("a screen that nobody can draw"))})  # type: ignore[dict-item]
    clock = HandClock()

    await delivery(database, office, clock).sweep()
    assert [name for name, _ in office.arrived] == ["B", "B"]
    broken = await database.read(rows)
    assert [(row.state, row.attempts, row.reason) for row in broken] == [
        ("queued", 1, "an error of ours: ValueError")
    ] * 2


async def test_a_row_that_nobody_can_compose_holds_up_nobody(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await database.write(letters, ["A", "B"], 2)
    compose = module.compose.compose

    def broken_for_the_first(session: Session, row: object, *rest: object, **more: object) -> object:
        if row.id == 1:  # type: ignore[attr-defined]
            raise KeyError("nth")
        return compose(session, row, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(module.compose, "compose", broken_for_the_first)
    office = PostOffice()

    await delivery(database, office, HandClock()).sweep()

    assert sorted(row for _, row in office.arrived) == [2, 3, 4]
    broken = (await database.read(rows))[0]
    assert (broken.state, broken.reason) == ("queued", "an error of ours: KeyError")


async def test_where_nobody_may_look_the_message_is_sent_again_rather_than_never(database: Database) -> None:
    await database.write(letters, ["A"], 1)
    office = PostOffice(before={"A": failing(UnreachableError("no answer"), times=1)})  # type: ignore[dict-item]
    clock = HandClock()
    await delivery(database, office, clock).sweep()
    office.hidden = RefusedError("missing_scope")

    clock.wait(timedelta(minutes=1))
    await delivery(database, office, clock).sweep()

    assert (office.asked, office.arrived) == ([1], [("A", 1)])
    assert await database.read(states) == {"sent": 1}


async def test_a_refusal_of_the_whole_workspace_blocks_it(database: Database) -> None:
    await database.write(letters, ["GONE", "A"], 3)
    office = PostOffice(before={"GONE": failing(RefusedError("token_revoked", whole_workspace=True))})  # type: ignore[dict-item]

    assert await delivery(database, office, HandClock()).sweep() is None

    assert await database.read(states) == {"dead": 1, "queued": 2, "sent": 3}
    assert await database.read(lambda session: session.get_one(Tenant, 1).blocked_reason) == "token_revoked"


async def test_a_letter_that_takes_too_long_is_hung_up_on_within_its_lease(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert module.SEND_TIMEOUT * 2 <= LEASE
    monkeypatch.setattr(module, "SEND_TIMEOUT", timedelta(seconds=0.05))
    await database.write(letters, ["A"], 1)
    office = PostOffice(before={"A": lambda _letter: asyncio.sleep(60)})

    async with asyncio.timeout(20):
        await delivery(database, office, HandClock()).sweep()

    (row,) = await database.read(rows)
    assert (row.state, row.attempts) == ("queued", 1)


async def test_a_row_whose_senders_all_end_without_a_word_is_given_up(database: Database) -> None:
    await database.write(letters, ["A"], 1)
    clock = HandClock()

    def die(session: Session) -> bool:
        found = outbox.claim(session, 1, owner="dies", lease=LEASE, now=clock.now())
        return found is not None

    died = 0
    while await database.write(die):
        died += 1
        clock.wait(LEASE)

    assert died == outbox.MAX_ATTEMPTS
    (row,) = await database.read(rows)
    assert (row.state, row.reason) == ("dead", "whoever tried to send it ended without a word")


# --- the machine's clock ---


async def test_a_clock_that_jumps_ahead_takes_nothing_from_a_sender_at_work(database: Database) -> None:
    await database.write(letters, ["A"], 1)
    clock, sends = HandClock(), asyncio.Event()
    office = PostOffice(before={"A": lambda _letter: sends.wait()})
    slow, other = delivery(database, office, clock), delivery(database, office, clock)
    first = asyncio.create_task(slow.sweep())
    async with asyncio.timeout(20):
        while (await database.read(states)).get("claimed") != 1:
            await asyncio.sleep(0.01)

    clock.jump(5 * HOUR)
    await other.sweep()
    clock.wait(A_LITTLE)
    await other.sweep()
    assert office.asked == office.arrived == []  # nobody has taken it over
    sends.set()
    await first
    assert office.arrived == [("A", 1)]
    assert await database.read(states) == {"sent": 1}


@pytest.mark.parametrize("by", [5 * HOUR, -5 * HOUR], ids=["ahead", "back"])
async def test_what_a_dead_sender_left_is_sent_after_any_jump(database: Database, by: timedelta) -> None:
    await database.write(letters, ["A"], 1)
    clock, office = HandClock(), PostOffice()
    sender = delivery(database, office, clock)
    await database.write(lambda session: outbox.claim(session, 1, owner="died", lease=LEASE, now=clock.now()) and None)

    clock.jump(by)
    await sender.sweep()
    assert office.arrived == []
    clock.wait(max(-by, timedelta(0)) + LEASE)
    await sender.sweep()

    assert office.asked == [1]
    assert office.arrived == [("A", 1)]


async def test_jumps_back_and_forth_neither_double_nor_drop(database: Database) -> None:
    await database.write(letters, ["A", "B"], 10)
    await database.write(lambda session: letters(session, ["LATER"], 5, MONDAY_NINE + 2 * HOUR))
    clock, office = HandClock(), PostOffice(after={"A": failing(UnreachableError("no answer"), times=4)})  # type: ignore[dict-item]
    senders = [delivery(database, office, clock) for _ in range(2)]

    for by in (3, -2, 5, -6, 1, -1, 4, -4):
        clock.jump(by * HOUR)
        await asyncio.gather(*(sender.sweep() for sender in senders))
        clock.wait(A_LITTLE)
    clock.wait(4 * HOUR)
    await asyncio.gather(*(sender.sweep() for sender in senders))

    assert await database.read(states) == {"sent": 25}
    assert set(Counter(office.arrived).values()) == {1}
