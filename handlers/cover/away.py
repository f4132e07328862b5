"""A rep who is away for more than a working day is asked once who covers: per absence, however often it is seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from handlers.cover.asking import ask_about, open_deals
from handlers.deal.covering import WHO, send
from handlers.deal.facts import facts
from handlers.deal.reminder_facts import working_time
from handlers.errors import InvalidEntryError, NotNowError
from handlers.requests import Caller, Profile, apply_profile, open_request
from handlers.screens.cover import CoverAnswered, CoverWho
from storage import covers, workspaces
from storage.models import Deal, OutboxRow, Person, Tenant

ONE_ABSENCE = timedelta(days=2)
"""An absence that is seen again so soon after its end is still the same one: somebody moved the end."""


@dataclass(frozen=True, slots=True)
class StandInPicked:
    """The rep who is away picks a colleague (the platform's id) for all deals that nobody covers."""

    caller: Caller
    stand_in: str
    profile: Profile | None
    until: date | None


@dataclass(frozen=True, slots=True)
class NobodyCovers:
    """The rep says that the deals can wait."""

    caller: Caller


def ask_who_covers(session: Session, person: Person, tenant: Tenant, back_on: date | None, now: datetime) -> None:
    """Ask the rep who covers, if they are away for more than a working day and have open deals that nobody covers.

    `back_on` is the day of their return, in their zone; None if they are away and nobody knows until when.
    """
    work = replace(working_time(person, tenant), away_until=None)
    today = now.astimezone(work.local).date()
    if back_on is not None and work.on(back_on, work.hours.starts) <= work.on(
        work.day_after(today, 1), work.hours.starts
    ):
        return
    if not person.reminded or not _uncovered(session, person):
        return
    seen_until = (back_on or today).isoformat()
    until = None if back_on is None else back_on.isoformat()
    last = covers.latest_message(session, person.id, WHO)
    if last is not None and date.fromisoformat(last.payload["seen_until"]) + ONE_ABSENCE >= today:
        last.payload = {**last.payload, "until": until, "seen_until": max(seen_until, last.payload["seen_until"])}
        return
    key = f"{WHO}:{person.id}:{now.isoformat()}"
    send(session, WHO, key, person, now, at_once=True, until=until, seen_until=seen_until)


def compose_who(session: Session, row: OutboxRow) -> CoverWho | None:
    """The question; None if there is nobody to ask, `total` 0 once it is answered."""
    person = None if row.person_id is None else session.get(Person, row.person_id)
    if person is None:
        return None
    found = [] if row.payload.get("settled") else _uncovered(session, person)
    until = row.payload["until"]
    day = None if until is None else date.fromisoformat(until)
    return CoverWho(day, facts(found[0]) if found else None, len(found))


def pick(session: Session, request: StandInPicked, now: datetime) -> CoverAnswered:
    """Ask the colleague about every open deal that nobody covers. Raises `NotNowError` if there is none."""
    opened = open_request(session, request.caller, now)
    rep = opened.person
    if request.stand_in == rep.external_id:
        raise InvalidEntryError("stand_in", "cover.not_yourself")
    stand_in = workspaces.get_or_create_person(session, request.stand_in, now)
    if request.profile is not None:
        apply_profile(session, opened.tenant, stand_in, request.profile, now)
    found = _uncovered(session, rep)
    if not found:
        raise NotNowError("cover.over")
    return ask_about(session, rep, stand_in, found, request.until, now)


def nobody(session: Session, request: NobodyCovers, now: datetime) -> None:
    """The deals wait until the rep is back. They are not asked again in this absence."""
    opened = open_request(session, request.caller, now)
    last = covers.latest_message(session, opened.person.id, WHO)
    if last is not None:
        last.payload = {**last.payload, "settled": True}


def _uncovered(session: Session, person: Person) -> Sequence[Deal]:
    return [deal for deal in open_deals(session, person) if covers.standing(session, deal.id) is None]
