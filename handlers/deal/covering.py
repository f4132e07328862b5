"""Somebody stands in for a deal's rep: the end of it, and the messages about it that follow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from handlers.deal.reminder_facts import working_time
from handlers.screens.deals import Passed
from storage import audit_log, covers, outbox
from storage.models import Cover, Deal, OutboxRow, Person, Tenant

ASK, ANSWERED, BACK, WHO, REDRAWN = "cover", "cover_answered", "cover_back", "cover_who", "cover_redrawn"
OFFER, TOLD = "cover_offer", "call_waits"
KINDS = frozenset({ASK, ANSWERED, BACK, WHO, OFFER, TOLD, REDRAWN})
"""The kinds of messages about cover. `REDRAWN` updates one of the others in place."""


class CoverState(StrEnum):
    """The state of a cover. The values are stored."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    RETURNED = "returned"


def passed_on(session: Session, deal: Deal, holder_id: int | None) -> Passed:
    """How the deal came from `holder_id` to who has it now."""
    if holder_id == deal.owner_id:
        return Passed.COVERED
    stood_in = any(
        each.stand_in_id == holder_id and each.rep_id == deal.owner_id for each in covers.of_deals(session, [deal.id])
    )
    return Passed.RETURNED if stood_in and deal.covered_by_id is None else Passed.HANDED


def end_cover(session: Session, deal: Deal, actor_id: int | None, now: datetime) -> bool:
    """Nobody is asked to stand in on the deal any more, or does. Returns whether somebody did or was asked.

    Rep and stand-in are told what happened meanwhile. The card is the caller's to move.
    """
    cover = covers.standing(session, deal.id)
    if cover is None:
        return False
    did = cover.state == CoverState.ACCEPTED
    cover.state, cover.ended_at = CoverState.RETURNED, now
    audit_log.record(session, deal.id, actor_id, "cover_ended", now, cover=cover.id)
    session.flush()
    redraw(session, cover, now)
    if did:
        first = first_of(session, cover)
        for person in (cover.rep, cover.stand_in):
            key = f"{BACK}:{first.id}:{person.id}:{now.isoformat()}"
            send(session, BACK, key, person, now, cover=first.id, ended=now.isoformat())
    return True


def first_of(session: Session, cover: Cover) -> Cover:
    """The first of those that were asked together: it names them all."""
    return covers.together(session, cover)[0]


def redraw(session: Session, cover: Cover, now: datetime) -> None:
    """Have the question and its answer show where the cover stands: what is over has no buttons."""
    first = first_of(session, cover)
    for row in covers.messages(session, (f"{ASK}:{first.id}", f"{ANSWERED}:{first.id}")):
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
