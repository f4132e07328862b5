"""`script/bench growth`: what everyday operations cost with few deals, and what with many, at the handlers."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, event

from handlers import export, retention
from handlers.call import deal_search
from handlers.call.deal_search import DealSearch
from handlers.detection import Post, find_amendment
from handlers.intake import follow_up_messages
from handlers.intake.follow_up_messages import FollowUpMessage
from handlers.reminders import lost_digests, my_reminders, replanning
from handlers.reminders.my_reminders import RemindersRequest
from handlers.review import self_check
from handlers.team import summaries, wins
from handlers.team.wins import TeamRequest
from script import history
from storage import outbox, workspaces
from storage.database import Database
from storage.migrate import upgrade
from storage.planner_statistics import update_statistics
from tests.handlers.world import WINS, World

SIZES = tuple(int(each) for each in os.environ.get("FIRSTCALL_BENCH_DEALS", "10000 100000").split())
ROUNDS = 15
AT_MOST = 1.2
"""How much more an operation may cost with the most deals than with the fewest."""
RECENT_WINS = 10
TOO_SHORT = 0.002
"""Seconds of CPU: below, the clock and the machine's noise decide."""

Work = Callable[[], object]


def compare() -> bool:
    """Print the table; False if an operation costs more than `AT_MOST` times as much with the most deals."""
    costs: dict[int, dict[str, tuple[float, int]]] = {}
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder, _world(folder) as world:
            begun = time.perf_counter()
            written = history.write(world, size)
            print(f"{written:,} deals written in {time.perf_counter() - begun:.0f} s", flush=True)
            costs[size] = {name: _measure(work) for name, work in operations(world)}
    few, many = SIZES[0], SIZES[-1]
    print(f"\n{'operation':34}" + "".join(f"{size:>14,}" for size in SIZES) + f"{'ratio':>8}{'statements':>12}")
    grew = False
    for name, (least, statements) in costs[few].items():
        most = costs[many][name][0]
        ratio = max(most, TOO_SHORT) / max(least, TOO_SHORT)
        grew |= ratio > AT_MOST
        shown = "".join(f"{costs[size][name][0] * 1000:>11.1f} ms" for size in SIZES)
        print(f"{name:34}{shown}{ratio:>8.2f}{statements:>6}{costs[many][name][1]:>6}")
    return not grew


@contextmanager
def _world(folder: str) -> Iterator[World]:
    """A new database: a file in `folder`, or the empty one that FIRSTCALL_BENCH_DATABASE_URL names."""
    url = os.environ.get("FIRSTCALL_BENCH_DATABASE_URL") or f"sqlite:///{Path(folder) / 'firstcall.db'}"
    upgrade(url)
    database = Database(url)
    try:
        yield World(database, now=datetime(2026, 3, 2, 12, tzinfo=UTC))
    finally:
        database.close_sync()


def operations(world: World) -> Iterator[tuple[str, Work]]:
    """Each operation with its name, in a world with a history and a few deals of this week."""
    world.advance(days=1)
    world.database.write_sync(update_statistics)
    for number in range(RECENT_WINS):
        world.a_recapped_deal(f"Recent {number}")
    read, write, now = world.database.read_sync, world.database.write_sync, lambda: world.now
    tenant_id = read(lambda session: workspaces.unblocked_tenants(session)[0])
    said = find_amendment(Post(text="Correction: it's 50k, not 45k"))
    assert said is not None

    names = (f"New {number}" for number in range(10_000))
    yield (
        "a message that may correct a deal",
        lambda: read(follow_up_messages.concerns_a_deal, FollowUpMessage(world.caller(), WINS, None, said), now()),
    )
    yield "a new deal heard", lambda: world.detect(next(names))
    yield "the team's wins", lambda: write(wins.team_wins, TeamRequest(world.caller()), now())
    yield "the rep's deals", lambda: write(deal_search.my_deals, DealSearch(world.caller()), now())
    yield (
        "a rep with a long history",
        lambda: write(deal_search.my_deals, DealSearch(world.caller(history.REPS[0])), now()),
    )
    yield "the rep's reminders", lambda: write(my_reminders.show, RemindersRequest(world.caller()), now())
    yield (
        "what is due (an empty sweep)",
        lambda: read(lambda s: (outbox.tenants_due(s, now()), outbox.next_due(s, now()))),
    )
    yield (
        "the hourly jobs",
        lambda: (
            write(summaries.plan_next, tenant_id, now()),
            write(self_check.plan_checks, tenant_id, now()),
            write(replanning.replan_next_batch, tenant_id, now()),
            write(lost_digests.plan_again, tenant_id, now()),
            write(lost_digests.plan_missing_digests, tenant_id, 0, now()),
        ),
    )
    yield "deleting what has expired", lambda: write(retention.delete_expired, now())
    workspace = read(export.workspaces)[0]
    middle = SIZES[0] // 2
    yield "a page of the export", lambda: read(lambda s: export.page(s, workspace, after=middle))


def _measure(work: Work) -> tuple[float, int]:
    """The median of CPU seconds of a run, and the statements of the last."""
    counted = [0]

    def count(*_: object) -> None:
        counted[0] += 1

    event.listen(Engine, "before_cursor_execute", count)
    taken = []
    try:
        for _ in range(ROUNDS):
            counted[0] = 0
            begun = time.process_time()
            work()
            taken.append(time.process_time() - begun)
    finally:
        event.remove(Engine, "before_cursor_execute", count)
    return statistics.median(taken), counted[0]
