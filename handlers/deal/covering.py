"""Somebody stands in for a deal's rep: the end of it, and the messages about it that follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from handlers.deal.reminder_facts import cadence_for, working_time
from handlers.screens.deals import Passed
from storage import audit_log, covers, outbox
from storage.models import Cover, Deal, OutboxRow, Person, Tenant

ASK, ANSWERED, BACK, WHO, REDRAWN = "cover", "cover_answered", "cover_back", "cover_who", "cover_redrawn"
OFFER, TOLD = "cover_offer", "call_waits"
MOVED = "cover_moved"
"""The stand-in hears that the rep is away for longer."""
KINDS = frozenset({ASK, ANSWERED, BACK, WHO, OFFER, TOLD, MOVED, REDRAWN})
"""The kinds of messages about cover. `REDRAWN` updates one of the others in place."""


class CoverState(StrEnum):
    """The state of a cover. The values are stored."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    RETURNED = "returned"


class Why(StrEnum):
    """What the rep did not bring about themselves, and is told with a button. The values are stored."""

    UNANSWERED = "unanswered"
    GIVEN_BACK = "given_back"
    LEFT = "left"
    AWAY = "away"


def passed_on(session: Session, deal: Deal, holder_id: int | None) -> Passed:
    """How the deal came from `holder_id` to who has it now."""
    if holder_id == deal.owner_id:
        return Passed.COVERED
    stood_in = any(
        each.stand_in_id == holder_id and each.rep_id == deal.owner_id for each in covers.of_deals(session, [deal.id])
    )
    return Passed.RETURNED if stood_in and deal.covered_by_id is None else Passed.HANDED


def end_cover(session: Session, deal: Deal, actor_id: int | None, now: datetime, *, why: Why | None = None) -> bool:
    """Nobody is asked to stand in on the deal any more, or does. Returns whether somebody did or was asked.

    Rep and stand-in are told what happened meanwhile, if they still work here; of a question that ended without an
    answer, the rep is told `why`. The card is the caller's to move.
    """
    cover = covers.standing(session, deal.id)
    if cover is None:
        return False
    did = cover.state == CoverState.ACCEPTED
    if actor_id == cover.stand_in_id:
        why = Why.GIVEN_BACK
    cover.state, cover.ended_at = CoverState.RETURNED, now
    audit_log.record(session, deal.id, actor_id, "cover_ended", now, cover=cover.id)
    session.flush()
    redraw(session, cover, now)
    if not did:
        if why is not None:
            tell_rep(session, cover, why, now)
        return True
    first = first_of(session, cover)
    for person in (cover.rep, cover.stand_in):
        if person.left_at is not None or (why is Why.LEFT and person is cover.stand_in):
            continue
        key = f"{BACK}:{first.id}:{person.id}:{now.isoformat()}"
        if why is not None and person is cover.rep:
            due_at = _despite_absence(session, person, now)
            send(
                session,
                BACK,
                key,
                person,
                now,
                due_at=due_at,
                at_once=True,
                cover=first.id,
                ended=now.isoformat(),
                why=why,
            )
        else:
            send(session, BACK, key, person, now, cover=first.id, ended=now.isoformat())
    return True


def tell_rep(session: Session, cover: Cover, why: Why, now: datetime) -> None:
    """Tell the rep what became of the question or of who covers, once for each `why`."""
    first = first_of(session, cover)
    if cover.rep.left_at is None:
        due_at = _despite_absence(session, cover.rep, now)
        key = f"{ANSWERED}:{first.id}:{why}"
        send(session, ANSWERED, key, cover.rep, now, due_at=due_at, at_once=True, cover=first.id, why=why)


def _despite_absence(session: Session, rep: Person, now: datetime) -> datetime:
    """The rep's next working hours, as if they were not away: their deals need somebody."""
    return replace(working_time(rep, session.get_one(Tenant, rep.tenant_id)), away_until=None).next(now)


def follow_absence(session: Session, cover: Cover) -> None:
    """From now on the cover is one of the rep's absence: it ends when the rep is back."""
    row = covers.message(session, f"{ASK}:{first_of(session, cover).id}")
    if row is not None:
        row.payload = {**row.payload, "follows": True}


def follows_absence(session: Session, cover: Cover) -> bool:
    """Whether it ends when the rep is back."""
    row = covers.message(session, f"{ASK}:{first_of(session, cover).id}")
    return row is not None and row.payload.get("follows") is True


def time_question(session: Session, cover: Cover, now: datetime) -> None:
    """Queue the end of the question: the colleague has as many working days for the answer as the rep for a call."""
    tenant = session.get_one(Tenant, cover.tenant_id)
    work = working_time(cover.stand_in, tenant)
    day = work.day_after(now.astimezone(work.local).date(), cadence_for(tenant).patience_days)
    first = first_of(session, cover)
    key, due_at = f"{BACK}:{first.id}:unanswered", work.on(day, work.hours.starts)
    send(session, BACK, key, cover.rep, now, due_at=due_at, at_once=True, cover=first.id, unanswered=True)


def time_end(session: Session, cover: Cover, now: datetime) -> None:
    """Queue the end of the cover, or of the question, on its day. An earlier timer waits for the new day."""
    morning = morning_of(session, cover)
    if morning is not None:
        first = first_of(session, cover)
        key = f"{BACK}:{first.id}:ends:{cover.until}"
        send(session, BACK, key, cover.rep, now, due_at=morning, at_once=True, cover=first.id)


def morning_of(session: Session, cover: Cover) -> datetime | None:
    """When the rep has the deals back: the start of work on the day, whatever day off they planned until then."""
    if cover.until is None:
        return None
    work = replace(working_time(cover.rep, session.get_one(Tenant, cover.tenant_id)), away_until=None)
    return work.on(cover.until, work.hours.starts)


def first_of(session: Session, cover: Cover) -> Cover:
    """The first of those that were asked together: it names them all."""
    return covers.together(session, cover)[0]


def redraw(session: Session, cover: Cover, now: datetime) -> None:
    """Have the messages about it show where the cover stands: what is over has no buttons."""
    first = first_of(session, cover)
    for row in covers.sent_to(session, (cover.rep_id, cover.stand_in_id), (ASK, ANSWERED, MOVED, BACK)):
        if row.payload["cover"] == first.id:
            _redraw(session, row, now)


def redraw_who(session: Session, rep: Person, now: datetime) -> None:
    """The rep asked somebody: the question who covers shows what is left of it."""
    row = covers.latest_message(session, rep.id, WHO)
    if row is not None and row.state == "sent":
        _redraw(session, row, now)


def redraw_offer(session: Session, deal: Deal, now: datetime) -> None:
    """The call was made, or the offer to ask somebody was answered: it loses its buttons."""
    for row in covers.of_deal(session, deal.id, OFFER):
        _redraw(session, row, now)


def _redraw(session: Session, row: OutboxRow, now: datetime) -> None:
    outbox.enqueue(
        session,
        kind=REDRAWN,
        dedupe_key=f"{REDRAWN}:{row.id}:{now.isoformat()}",
        due_at=now,
        zone=row.zone,
        deal_id=row.deal_id,
        person_id=row.person_id,
        payload={"row": row.id},
        now=now,
    )


def send(  # noqa: PLR0913 (a message, by name)
    session: Session,
    kind: str,
    key: str,
    person: Person,
    now: datetime,
    *,
    due_at: datetime | None = None,
    at_once: bool = False,
    deal: Deal | None = None,
    **payload: Any,
) -> OutboxRow:
    """Queue a message about cover, once per `key`, in the person's working hours unless `at_once`."""
    work = working_time(person, session.get_one(Tenant, person.tenant_id))
    at = due_at or now
    return outbox.enqueue(
        session,
        kind=kind,
        dedupe_key=key,
        due_at=at if at_once else work.next(at),
        zone=work.local.key,
        deal_id=None if deal is None else deal.id,
        person_id=person.id,
        payload=payload,
        now=now,
    )


def listed(session: Session, cover: Cover, states: Sequence[CoverState]) -> list[Cover]:
    """Those asked together that are in one of these states."""
    return [each for each in covers.together(session, cover) if each.state in states]
