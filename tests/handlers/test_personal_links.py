"""The secret links: to a person's calendar feed, which they can revoke, and to their export, which works once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy.orm import Session

from bot.views.calendar import calendar_feed
from handlers import own_export
from handlers.calendar import links
from handlers.calendar.feed import feed
from handlers.calendar.links import CalendarRequest
from handlers.csv_export import csv_rows
from handlers.own_export import ExportRequest
from handlers.screens.calendar import CalendarFeed
from prompts.wording import Wording
from storage import workspaces
from storage.models import Deal, DealMember, PersonalLink
from tests.handlers.world import ANNA, BEN, ELSEWHERE, World


def link(world: World, person: str = ANNA) -> str:
    screen = world.do(links.renew, CalendarRequest(world.caller(person)))
    assert screen.token is not None
    return screen.token


def dates(world: World, token: str) -> CalendarFeed | None:
    return world.database.read_sync(feed, token, world.now)


def shown(world: World, token: str) -> list[str]:
    """The summaries of the feed as a calendar reads it."""
    found = dates(world, token)
    assert found is not None
    calendar = Calendar.from_ical(calendar_feed(found, Wording()))
    return sorted(str(event["SUMMARY"]) for event in calendar.walk("VEVENT"))


def with_a_step(world: World, deal: int, step: str, day: date) -> None:
    def write(session: Session) -> None:
        row = session.get_one(Deal, deal)
        row.next_step, row.next_step_on = step, day

    world.write(write)


def test_it_shows_the_owners_dates_and_nobody_elses(world: World) -> None:
    day = world.now.date() + timedelta(days=3)
    with_a_step(world, world.an_aligned_deal("Northwind, Inc; “Süd”"), "Kickoff; bring\nthe plan", day)
    scheduled = world.a_deal("Harbor Lights")
    world.schedule(scheduled, "tomorrow 10:00")
    assert shown(world, link(world)) == [
        "First call: Harbor Lights",
        "Northwind, Inc; “Süd”: Kickoff; bring\nthe plan",
    ]
    assert shown(world, link(world, BEN)) == []


def test_an_unchanged_feed_is_the_same_and_a_moved_date_keeps_its_uid(world: World) -> None:
    deal = world.a_deal("Harbor Lights")
    world.schedule(deal, "tomorrow 10:00")
    token = link(world)
    first = dates(world, token)
    assert first is not None
    world.advance(minutes=30)
    again = dates(world, token)
    assert again is not None
    assert calendar_feed(first, Wording()) == calendar_feed(again, Wording())
    world.schedule(deal, "tomorrow 11:00")
    moved = dates(world, token)
    assert moved is not None
    assert (moved.dates[0].uid, moved.dates[0].sequence) == (first.dates[0].uid, first.dates[0].sequence + 1)


def test_an_empty_feed_is_valid(world: World) -> None:
    found = dates(world, link(world))
    assert found is not None
    assert Calendar.from_ical(calendar_feed(found, Wording())).subcomponents


def test_a_link_that_was_replaced_turned_off_or_whose_person_left_is_dead(world: World) -> None:
    old = link(world)
    new = link(world)
    assert dates(world, old) is None
    assert dates(world, new) is not None
    assert world.do(links.show, CalendarRequest(world.caller())).token is None, "it is shown only once"
    assert {new} & {row.token_hash for row in world.all(PersonalLink)} == set(), "only its hash is stored"
    world.do(links.turn_off, CalendarRequest(world.caller()))
    assert dates(world, new) is None
    last = link(world)

    def leave(session: Session) -> None:
        person = workspaces.find_person(session, ANNA)
        assert person is not None
        person.left_at = world.now

    world.write(leave)
    assert dates(world, last) is None
    assert dates(world, "0" * 64) is None


def test_links_of_other_workspaces_and_purposes_open_nothing(world: World) -> None:
    world.a_deal("Harbor Lights")
    world.schedule(1, "tomorrow 10:00")
    elsewhere = world.do(links.renew, CalendarRequest(world.caller(workspace=ELSEWHERE))).token
    assert elsewhere is not None
    assert shown(world, elsewhere) == []
    assert not world.database.read_sync(own_export.is_open, elsewhere, world.now)


def test_the_export_works_once_within_ten_minutes(world: World) -> None:
    world.a_deal("=cmd|' /C calc'!A0")
    world.a_deal("Harbor Lights", person=BEN)
    made = world.do(own_export.make_link, ExportRequest(world.caller()))
    assert world.database.read_sync(own_export.is_open, made.token, world.now), "looking does not use it up"
    own = world.database.write_sync(own_export.use_link, made.token, world.now)
    assert own is not None
    assert world.database.write_sync(own_export.use_link, made.token, world.now) is None
    rows = "".join(csv_rows(deal) for deal in world.database.read_sync(own_export.page, own, 0))
    assert ",'=cmd|' /C calc'!A0," in rows
    assert "Harbor" not in rows
    late = world.do(own_export.make_link, ExportRequest(world.caller()))
    world.advance(minutes=10)
    assert world.database.write_sync(own_export.use_link, late.token, world.now) is None


@pytest.mark.parametrize("member", [True, False])
def test_a_co_owner_exports_the_deal_while_they_are_on_its_team(world: World, member: bool) -> None:
    deal = world.a_deal("Harbor Lights")
    world.caller(BEN)
    made = world.do(own_export.make_link, ExportRequest(world.caller(BEN)))

    def join(session: Session) -> None:
        ben = workspaces.find_person(session, BEN)
        assert ben is not None
        row = DealMember(deal_id=deal, person_id=ben.id, role="co_owner", added_by=ben.id, added_at=world.now)
        row.removed_at = None if member else world.now
        session.add(row)

    world.write(join)
    own = world.database.write_sync(own_export.use_link, made.token, world.now)
    assert own is not None
    assert len(world.database.read_sync(own_export.page, own, 0)) == member
