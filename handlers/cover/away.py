"""A rep who is away for more than a working day is asked once who covers: per absence, however often it is seen.

What becomes of covers when an absence changes is decided in `handlers.deal.absence`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from handlers.cover.asking import ask_about, asked_before, colleague
from handlers.cover.rep_deals import uncovered
from handlers.deal.absence import Absence, absence_of, covers_follow
from handlers.deal.covering import WHO, redraw_who, send
from handlers.deal.facts import facts
from handlers.deal.reminder_facts import working_time
from handlers.errors import NotNowError
from handlers.method.working_time import A_DAY
from handlers.requests import Caller, Profile, open_request
from handlers.screens.cover import CoverAnswered, CoverWho
from storage import covers
from storage.models import OutboxRow, Person, Tenant

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


def absence_changed(
    session: Session, person: Person, tenant: Tenant, before: Absence | None, after: Absence | None, now: datetime
) -> None:
    """The person's absence was `before` and is `after` now: covers follow it, and the rep is asked who covers.

    What was asked about an absence that ended early is over.
    """
    if before == after:
        return
    covers_follow(session, person, before, after, now)
    if after is not None and after.long:
        _ask_who_covers(session, person, tenant, after.back_on, now)
    elif after is None and before is not None:
        _settle_who(session, person, tenant, now)


def _ask_who_covers(session: Session, person: Person, tenant: Tenant, back_on: date | None, now: datetime) -> None:
    """Ask the rep who covers, if they have open deals that nobody covers.

    `back_on` is the day of their return, in their zone; None if they are away and nobody knows until when.
    """
    if not person.reminded or not uncovered(session, person):
        return
    today = now.astimezone(working_time(person, tenant).local).date()
    seen_until = (back_on or today).isoformat()
    until = None if back_on is None else back_on.isoformat()
    last = covers.latest_message(session, person.id, WHO)
    if last is not None and date.fromisoformat(last.payload["seen_until"]) + ONE_ABSENCE >= today:
        moved = last.payload["until"] != until
        last.payload = {**last.payload, "until": until, "seen_until": max(seen_until, last.payload["seen_until"])}
        if moved:
            redraw_who(session, person, now)
        return
    key = f"{WHO}:{person.id}:{now.isoformat()}"
    send(session, WHO, key, person, now, at_once=True, until=until, seen_until=seen_until)


def _settle_who(session: Session, person: Person, tenant: Tenant, now: datetime) -> None:
    """The rep is back: the question is over. If they are back early, their next absence is another one."""
    last = covers.latest_message(session, person.id, WHO)
    today = now.astimezone(working_time(person, tenant).local).date()
    if last is None:
        return
    if date.fromisoformat(last.payload["seen_until"]) >= today:
        last.payload = {**last.payload, "seen_until": (today - ONE_ABSENCE - A_DAY).isoformat()}
    if not last.payload.get("settled"):
        last.payload = {**last.payload, "settled": True}
        redraw_who(session, person, now)


def compose_who(session: Session, row: OutboxRow) -> CoverWho | None:
    """The question; None if there is nobody to ask, `total` 0 once it is answered."""
    person = None if row.person_id is None else session.get(Person, row.person_id)
    if person is None:
        return None
    found = [] if row.payload.get("settled") else uncovered(session, person)
    until = row.payload["until"]
    day = None if until is None else date.fromisoformat(until)
    return CoverWho(day, facts(found[0]) if found else None, len(found))


def pick(session: Session, request: StandInPicked, now: datetime) -> CoverAnswered:
    """Ask the colleague about every open deal that nobody covers, until the rep is back.

    A day on the button counts only if the rep has no other one by now. Raises `NotNowError` if there is no such deal,
    or the day has passed.
    """
    opened = open_request(session, request.caller, now)
    rep = opened.person
    stand_in = colleague(session, opened, request.stand_in, request.profile, now)
    if opened.repeated:
        return asked_before(session, rep, stand_in, now)
    away = absence_of(rep, opened.tenant, now)
    if away is not None and request.until is None and not away.long:
        away = Absence(None, long=True)  # the button is of a status without an end, which is seen anew each day
    until = request.until if away is None else away.back_on
    today = now.astimezone(working_time(rep, opened.tenant).local).date()
    if until is not None and until <= today:
        raise NotNowError("cover.who_over")
    found = uncovered(session, rep)
    if not found:
        raise NotNowError("cover.over")
    return ask_about(session, rep, stand_in, found, until, now, away=away)


def nobody(session: Session, request: NobodyCovers, now: datetime) -> None:
    """The deals wait until the rep is back. They are not asked again in this absence."""
    opened = open_request(session, request.caller, now)
    last = covers.latest_message(session, opened.person.id, WHO)
    if last is not None:
        last.payload = {**last.payload, "settled": True}
