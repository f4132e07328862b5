"""Weeks of two reps with random events: working hours, limits and order hold, and no reminder is forgotten."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count, pairwise
from typing import NamedTuple, TypeVar

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.deal.reminder_facts import cadence_for, reminders_of_deal, working_time
from handlers.errors import Refusal
from handlers.method.reminders_due import Kind, latest_digest, next_digest
from handlers.method.stages import CALL_UNDER_WAY, Stage
from handlers.reminders import lost_digests, my_reminders, replanning
from handlers.reminders.compose import OutboundMessage
from handlers.reminders.compose_reminder import COUNTED
from handlers.reminders.my_reminders import HoursSaved, RemindersRequest
from handlers.requests import DealRequest
from storage import outbox, outbox_admin, outbox_reminders, workspaces
from storage.database import Database
from storage.models import Deal, OutboxRow, Person, Tenant
from tests.handlers.test_compose import compose_next
from tests.handlers.world import ANNA, BEN, World

pytestmark = pytest.mark.both_databases

T = TypeVar("T")

ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Asia/Tokyo",
    "America/Santiago",
)
NUDGES = tuple(Kind)
OPEN = CALL_UNDER_WAY | {Stage.ALIGNED}
"""The stages in which the rep has something to do, and is reminded until it is done."""


class SentReminder(NamedTuple):
    """A reminder that was sent, and the state of its person at that moment."""

    at: datetime
    row: OutboxRow
    at_work: bool
    wanted: bool
    today: list[str]
    """The kinds of reminders they had on that day, including this one."""
    most: int


@dataclass
class Weeks:
    """A workspace in which time passes, and what was sent in it."""

    world: World
    deals: list[int] = field(default_factory=list)
    sent: list[SentReminder] = field(default_factory=list)

    def read(self, read: Callable[[Session, Tenant], T]) -> T:
        def with_tenant(session: Session) -> T:
            tenant = workspaces.find_tenant(session, "slack", self.world.workspace)
            assert tenant is not None
            return read(session, tenant)

        return self.world.read(with_tenant)

    @property
    def tenant_id(self) -> int:
        return self.read(lambda _session, tenant: tenant.id)

    def rows(self, *states: str) -> list[OutboxRow]:
        wanted = select(OutboxRow).where(OutboxRow.kind.in_(NUDGES)).order_by(OutboxRow.due_at, OutboxRow.id)
        found = self.read(lambda session, _tenant: list(session.scalars(wanted)))
        return [row for row in found if not states or row.state in states]

    def pass_time(self, minutes: int, *, asleep: bool = False) -> None:
        """Advance the clock, sending each message when it is due, unless the bot is `asleep`."""
        until = self.world.now + timedelta(minutes=minutes)
        while self.world.now < until:
            due = self.world.database.read_sync(outbox.next_due, self.world.now) or until
            self.world.now = until if asleep else min(until, max(due, self.world.now + timedelta(minutes=1)))
            self.sweep()
        self.run_hourly_jobs()

    def sweep(self) -> None:
        while (composed := compose_next(self.world)) is not None:
            if isinstance(composed, OutboundMessage):
                row_id = composed.row_id
                self.sent += self.read(lambda session, tenant: self._sent(session, tenant, row_id))  # noqa: B023

    def run_hourly_jobs(self) -> None:
        """Do what the hourly jobs do."""
        while self.world.database.write_sync(replanning.replan_next_batch, self.tenant_id, self.world.now):
            pass
        while self.world.database.write_sync(lost_digests.plan_again, self.tenant_id, self.world.now):
            pass
        after: int | None = 0
        while after is not None:
            after = self.world.database.write_sync(
                lost_digests.plan_missing_digests, self.tenant_id, after, self.world.now
            )

    def _sent(self, session: Session, tenant: Tenant, row_id: int) -> list[SentReminder]:
        row = session.get_one(OutboxRow, row_id)
        if row.kind not in NUDGES or row.person is None:
            return []
        work = working_time(row.person, tenant)
        start, end = work.day_of(self.world.now)
        today = select(OutboxRow.kind).where(
            OutboxRow.person_id == row.person_id,
            OutboxRow.kind.in_(NUDGES),
            OutboxRow.state == "sent",
            OutboxRow.settled_at >= start,
            OutboxRow.settled_at < end,
        )
        deal = session.get(Deal, row.deal_id or 0)
        return [
            SentReminder(
                self.world.now,
                row,
                work.includes(self.world.now),
                row.person.reminded and (deal is None or deal.reminded),
                list(session.scalars(today)),
                cadence_for(tenant).most_a_day,
            )
        ]

    # --- events ---

    def act(self, what: str, which: int) -> None:
        with contextlib.suppress(Refusal):  # refusals are allowed
            getattr(self, f"_{what}")(self.deals[which % len(self.deals)], which)

    def _deal(self, _deal: int, _which: int) -> None:
        self.deals.append(self.world.a_deal(f"Customer {len(self.deals)} Ltd"))

    def _schedule(self, deal: int, which: int) -> None:
        self.world.schedule(deal, f"in {which + 1} hours")

    def _snooze(self, deal: int, _which: int) -> None:
        self.world.snooze(deal)

    def _capture(self, deal: int, _which: int) -> None:
        self.world.capture(deal)

    def _align(self, deal: int, _which: int) -> None:
        self.world.capture(deal, expectations="A call every week\nGo-live by 1 May")
        self.world.agree_to_all(deal)
        self.world.wrap_up(deal)

    def _recap(self, deal: int, which: int) -> None:
        with contextlib.suppress(Refusal):
            self._align(deal, which)
        self.world.send_recap(deal)

    def _dismiss(self, deal: int, _which: int) -> None:
        self.world.dismiss(deal)

    def _hand(self, deal: int, which: int) -> None:
        self.world.correct_deal(deal, owner=BEN if which % 2 else ANNA)

    def _stop(self, deal: int, _which: int) -> None:
        self.world.do(my_reminders.stop, DealRequest(self.world.caller(), deal))

    def _resume(self, deal: int, _which: int) -> None:
        self.world.do(my_reminders.resume, DealRequest(self.world.caller(), deal))

    def _out(self, _deal: int, _which: int) -> None:
        self.world.do(my_reminders.opt_out, RemindersRequest(self.world.caller()))

    def _in(self, _deal: int, _which: int) -> None:
        self.world.do(my_reminders.opt_in, RemindersRequest(self.world.caller()))

    def _pause(self, _deal: int, which: int) -> None:
        self._save(away=f"in {which + 2} days")

    def _hours(self, _deal: int, which: int) -> None:
        """Also at night, when the clocks change."""
        self._save(hours=f"{which:02}:30-{which + 3:02}:00", days="mon wed fri sun" if which % 2 else "tue sat")

    def _usual(self, _deal: int, _which: int) -> None:
        self._save()

    def _save(self, hours: str = "08:30-18:00", days: str = "mon tue wed thu fri", away: str = "") -> None:
        saved = HoursSaved(self.world.caller(), hours, frozenset(days.split()), away)
        self.world.do(my_reminders.save_hours, saved)

    def _travel(self, _deal: int, which: int) -> None:
        zone = (*ZONES, None)[which]
        self.world.write(
            lambda session: setattr(workspaces.get_or_create_person(session, ANNA, self.world.now), "zone", zone)
        )

    def _move(self, _deal: int, which: int) -> None:
        """The platform says that the rep has moved."""
        zone = ZONES[which % len(ZONES)]
        self.world.do(my_reminders.show, RemindersRequest(self.world.caller(zone=zone)))

    def _cadence(self, _deal: int, which: int) -> None:
        own = {"person": {"most_a_day": 1 + which % 3, "holidays": ("zone", "none", "IN", "DE")[which % 4]}}
        self.world.database.write_sync(replanning.set_cadence, self.tenant_id, own)

    def _refuse(self, _deal: int, which: int) -> None:
        """Slack refuses a queued message for good."""
        waiting = self.rows("queued")
        if waiting:
            row_id = waiting[which % len(waiting)].id
            self.world.write(
                lambda session: outbox.settle_dead(
                    session.get_one(OutboxRow, row_id), reason="user_not_found", now=self.world.now
                )
            )

    def _cancel(self, _deal: int, which: int) -> None:
        """An operator cancels a queued message."""
        waiting = self.rows("queued")
        if waiting:
            ids = [waiting[which % len(waiting)].id]
            self.world.database.write_sync(
                outbox_admin.cancel, self.tenant_id, ids=ids, reason="by hand", now=self.world.now
            )

    def _nothing(self, _deal: int, _which: int) -> None:
        pass


CHANGES = ("schedule", "snooze", "capture", "align", "recap", "dismiss", "hand", "stop", "resume")
WISHES = ("out", "in", "pause", "hours", "usual", "travel", "move", "cadence", "refuse", "cancel", "nothing")

workspace_numbers = count(1)
acts = st.lists(
    st.tuples(
        st.sampled_from([*("deal",) * 4, *CHANGES, *WISHES]),
        st.integers(0, 6),
        st.sampled_from([1, 17, 60, 241, 1440, 4321, 20161]),
        st.integers(0, 9).map(lambda number: number == 0),
    ),
    min_size=4,
    max_size=30,
)
CLOCK_CHANGES = [
    datetime(year, month, day, tzinfo=UTC)
    for year in range(2024, 2031)
    for month, day in ((3, 8), (3, 29), (4, 4), (10, 3), (10, 24), (10, 31))
]
starts = st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 1), timezones=st.just(UTC)) | st.builds(  # noqa: DTZ001
    lambda day, hours: day + timedelta(hours=hours), st.sampled_from(CLOCK_CHANGES), st.integers(0, 23)
)


@pytest.mark.timeout(900)  # weeks of a workspace per example, with coverage
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@example(
    acts=[("deal", 0, 4321, True), ("hand", 1, 1, True), ("refuse", 0, 1, True), ("refuse", 0, 20161, True)],
    start=datetime(2024, 1, 1, tzinfo=UTC),
    home="America/New_York",
    team="Europe/Berlin",
)
@given(acts=acts, start=starts, home=st.sampled_from([*ZONES, None]), team=st.sampled_from(ZONES))
def test_reminders_respect_hours_limits_and_order_and_none_is_forgotten(
    database: Database, acts: list[tuple[str, int, int, bool]], start: datetime, home: str | None, team: str
) -> None:
    weeks = Weeks(World(database, now=start, workspace=f"T{next(workspace_numbers)}"))
    weeks.deals.append(weeks.world.a_deal("Customer 0 Ltd", owner_zone=home))
    weeks.world.write(lambda session: setattr(session.get_one(Tenant, weeks.tenant_id), "zone", team))
    for what, which, minutes, asleep in [*acts, *[("nothing", 0, 4321, False)] * 4]:
        weeks.act(what, which)
        weeks.pass_time(minutes, asleep=asleep)

    for each in weeks.sent:
        _check_sent(each)
    _check_order(weeks.sent)
    _check_rows(weeks)
    assert weeks.read(lambda session, tenant: _forgotten(session, tenant, weeks.world.now)) == []
    weeks.world.write(lambda session: setattr(session.get_one(Tenant, weeks.tenant_id), "blocked_reason", "over"))


def _check_sent(sent: SentReminder) -> None:
    assert sent.wanted
    assert sent.today.count(Kind.DIGEST) <= 1
    if sent.row.kind != Kind.CALL_SOON:  # the rep chose its time; limits do not apply
        assert sent.at_work, (sent.at, sent.row.kind)
    if sent.row.kind in COUNTED:
        assert len([kind for kind in sent.today if kind in COUNTED]) <= sent.most, (sent.at, sent.today)


def _check_order(sent: list[SentReminder]) -> None:
    """Reminders of one deal are sent in the order of their planned times."""
    by_deal: dict[int, list[OutboxRow]] = {}
    for each in sent:
        if each.row.deal_id is not None:
            by_deal.setdefault(each.row.deal_id, []).append(each.row)
    for rows in by_deal.values():
        for one, other in pairwise(rows):
            assert one.meant_for <= other.meant_for, (one.kind, one.meant_for, other.kind, other.meant_for)


def _check_rows(weeks: Weeks) -> None:
    by_id = {row.id: row for row in weeks.rows()}
    for row in by_id.values():
        match row.state:
            case "queued":
                assert row.due_at > weeks.world.now, (row.kind, row.due_at)
            case "folded":
                assert row.reason
                assert by_id[row.folded_into or 0].state in ("queued", "sent")
            case "cancelled" | "dead":
                assert row.reason
            case other:
                assert other == "sent"


def _forgotten(session: Session, tenant: Tenant, now: datetime) -> list[int]:
    """Deals that need action but have no queued reminder or digest, and whose last digest was not delivered."""
    waiting = session.scalars(select(OutboxRow).where(OutboxRow.state == "queued", OutboxRow.kind.in_(NUDGES))).all()
    with_reminder = {row.deal_id for row in waiting} - {None}
    with_digest = {row.person_id for row in waiting if row.kind == Kind.DIGEST}
    wanting = select(Deal).join(Person, Person.id == Deal.owner_id).where(Person.reminded, Deal.reminded)
    due = session.scalars(wanting.where(Deal.stage.in_(OPEN), Deal.doubt.is_(None))).all()
    return [
        deal.id
        for deal in due
        if deal.id not in with_reminder
        and deal.owner_id not in with_digest
        and not _was_told_for_the_last_time(session, deal, tenant, now)
    ]


def _was_told_for_the_last_time(session: Session, deal: Deal, tenant: Tenant, now: datetime) -> bool:
    reminders = reminders_of_deal(session, deal, tenant, now)
    last, told = latest_digest(reminders, now), outbox_reminders.last_sent(session, deal.owner_id, Kind.DIGEST)
    # The mornings of a rep who has travelled since, or starts work later, are planned for a later hour of that day.
    return (
        next_digest(reminders, now) is None
        and last is not None
        and told is not None
        and told > last.at - timedelta(days=1)
    )
