"""Somebody goes away, comes back, or leaves: what becomes of covers and open questions is decided here alone.

    the rep is back        ->  the covers of that absence end at once, and so do its open questions
    the rep's day moves    ->  those covers end on the new day; if that is later, the stand-in is told, with a button
    the rep leaves         ->  open questions end; who covers goes on until somebody takes the deals over
    the stand-in is away   ->  the rep is told once, with a button: ask somebody else, or take the deals back
    the stand-in leaves    ->  the deals are back with the rep, who is told, with a button to ask somebody else

A longer absence does not wait for the stand-in's consent: deals that come back to somebody who is away are nobody's.
The stand-in hears of it at once, and gives the deals back with one tap. A cover that was agreed on for other days than
those of the absence stays as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from handlers.deal.covering import (
    MOVED,
    CoverState,
    Why,
    end_cover,
    first_of,
    follow_absence,
    follows_absence,
    listed,
    redraw,
    send,
    tell_rep,
    time_end,
)
from handlers.deal.planning import plan_messages, return_to_rep
from handlers.deal.reminder_facts import working_time
from storage import audit_log, covers, deals
from storage.models import Cover, Deal, Person, Tenant


@dataclass(frozen=True, slots=True)
class Absence:
    """`back_on` is the day of the return, in the person's zone; None: nobody knows. `long`: over a working day."""

    back_on: date | None
    long: bool


def absence_of(person: Person, tenant: Tenant, now: datetime, *, open_ended: bool = False) -> Absence | None:
    """The person's absence, by their pause and by what the platform says; None if they are here.

    `open_ended`: the platform says that they are away, but not until when.
    """
    work = replace(working_time(person, tenant), away_until=None)
    today = now.astimezone(work.local).date()
    days = [person.away_until] if person.away_until is not None and person.away_until > today else []
    if open_ended and not days:
        return Absence(None, long=True)
    if person.quiet_until is not None and person.quiet_until > now:
        days.append(work.next(person.quiet_until).astimezone(work.local).date())
    if not days:
        return None
    back_on, tomorrow = max(days), work.day_after(today, 1)
    return Absence(back_on, work.on(back_on, work.hours.starts) > work.on(tomorrow, work.hours.starts))


def covers_follow(
    session: Session, person: Person, before: Absence | None, after: Absence | None, now: datetime
) -> None:
    """The person's absence was `before` and is `after` now: move or end what depends on it."""
    for group in _questions(session, person.id):
        cover = group[0]
        if cover.rep_id == person.id:
            _follow(session, group, before, after, now)
        elif after is not None and after.long:
            tell_rep(session, cover, Why.AWAY, now)


def person_left(session: Session, person: Person, now: datetime) -> None:
    """The person's account is deactivated."""
    for group in _questions(session, person.id):
        cover = group[0]
        if cover.stand_in_id == person.id:
            end_covers(session, _deals(session, group), None, now, why=Why.LEFT)
            continue
        end_covers(session, _deals(session, [each for each in group if each.state == CoverState.ASKED]), None, now)
        if cover.state == CoverState.ACCEPTED:
            follow_absence(session, cover)
            move_end(session, group, None, now, tell=False)
            send(session, MOVED, f"{MOVED}:{first_of(session, cover).id}:left", cover.stand_in, now, cover=cover.id)


def move_end(session: Session, group: Sequence[Cover], until: date | None, now: datetime, *, tell: bool = True) -> None:
    """These covers, asked together, end on another day. Who stands in is told if it is later than they agreed to."""
    before = group[0].until
    if before == until:
        return
    for each in group:
        each.until = until
        day = None if until is None else until.isoformat()
        audit_log.record(session, each.deal_id, None, "cover_moved", now, cover=each.id, until=day)
    session.flush()
    cover = group[0]
    time_end(session, cover, now)
    redraw(session, cover, now)
    later = before is not None and (until is None or until > before)
    if tell and later and cover.state == CoverState.ACCEPTED:
        key = f"{MOVED}:{first_of(session, cover).id}:{now.isoformat()}"
        send(session, MOVED, key, cover.stand_in, now, cover=cover.id, until=None if until is None else str(until))


def end_covers(
    session: Session, locked: Collection[Deal], actor_id: int | None, now: datetime, *, why: Why | None = None
) -> None:
    """Nobody stands in on these deals any more. `why`: the rep did not end it, and is told what did."""
    for deal in locked:
        if end_cover(session, deal, actor_id, now, why=why) and deal.covered_by_id is not None:
            return_to_rep(session, deal, now)
            plan_messages(session, deal, now)


def asked_together(rows: Sequence[Cover]) -> list[list[Cover]]:
    """The covers, by the message in which they were asked about."""
    found: dict[tuple[int, int, datetime], list[Cover]] = {}
    for each in rows:
        found.setdefault((each.rep_id, each.stand_in_id, each.asked_at), []).append(each)
    return list(found.values())


def _questions(session: Session, person_id: int) -> list[list[Cover]]:
    """What stands for the person, as the rep or the stand-in, with its deals locked."""
    standing = covers.standing_of(session, person_id)
    deals.lock_all(session, [each.deal_id for each in standing])
    for each in standing:
        session.refresh(each)
    return asked_together(covers.standing_of(session, person_id))


def _follow(
    session: Session, group: Sequence[Cover], before: Absence | None, after: Absence | None, now: datetime
) -> None:
    cover = group[0]
    follows = follows_absence(session, cover)
    if after is None:
        if follows:
            end_covers(session, _deals(session, group), None, now)
        return
    was_known = before is not None and cover.until == before.back_on
    starts = after.long and cover.until in (None, after.back_on)
    longer = follows and (cover.until is None or was_known)
    shorter = follows and cover.until is not None and after.back_on is not None and after.back_on < cover.until
    if starts or longer or shorter:
        follow_absence(session, cover)
        move_end(session, group, after.back_on, now)


def _deals(session: Session, group: Sequence[Cover]) -> Sequence[Deal]:
    return deals.lock_all(session, [each.deal_id for each in group])


def standing_with(session: Session, cover: Cover) -> list[Cover]:
    """Those asked together with this one that are not over."""
    return listed(session, cover, (CoverState.ASKED, CoverState.ACCEPTED))
