"""A later message by the same author corrects the amount of a deal, or takes deals back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from handlers.deal.deleted_messages import raise_doubt
from handlers.deal.planning import refresh_card
from handlers.deal.posted_wins import put_right
from handlers.detection import Amendment, AmendmentKind, find_typed_amount
from handlers.intake.corrections import correct_amount
from handlers.intake.same_deal import SAME_DEAL_WINDOW
from handlers.method import money
from handlers.method.customers import customer_key, short_names
from handlers.method.stages import ALIGNED_OR_LATER, CALL_NOT_MADE, NOT_STOOD_BY, Doubt, Stage
from handlers.requests import Caller, open_request
from handlers.team import channels
from handlers.workspace.channel_purpose import Purpose
from storage import audit_log, deals, workspaces
from storage.models import Deal

FOLLOW_UP_WINDOW = timedelta(hours=24)
"""How long after a message a follow-up can amend it."""


@dataclass(frozen=True, slots=True)
class FollowUpMessage:
    """A message that amends another. `thread_ts` is the message it replies to, None outside a thread."""

    caller: Caller
    channel: str
    thread_ts: str | None
    amendment: Amendment


def concerns_a_deal(session: Session, request: FollowUpMessage, now: datetime) -> bool:
    """Whether the message amends a deal; most do not. Reads only. Always False in an excluded channel."""
    if workspaces.scope_to(session, request.caller.platform, request.caller.workspace) is None:
        return False
    if channels.chosen_purpose(session, request.channel) is Purpose.EXCLUDED:
        return False
    return bool(_amended_deals(session, request, now))


def apply_follow_up(session: Session, request: FollowUpMessage, now: datetime) -> None:
    """Correct the amount or, if deals were taken back, ask the rep whether each still is one. Stores no text."""
    opened = open_request(session, request.caller, now)
    found = [] if opened.repeated else _amended_deals(session, request, now)
    for deal in [deals.lock(session, each.id) for each in found]:
        if deal is None:
            continue
        if request.amendment.amends is AmendmentKind.TAKEN_BACK:
            raise_doubt(session, deal, Doubt.RETRACTED, now)
        else:
            _correct_amount(session, deal, request.amendment, opened.person.id, now)


def _correct_amount(session: Session, deal: Deal, amendment: Amendment, actor_id: int, now: datetime) -> None:
    found = find_typed_amount(amendment.sum_written)
    if found is not None and money.is_storable(found.amount) and correct_amount(deal, found):
        audit_log.record(session, deal.id, actor_id, "amount_corrected", now)
        refresh_card(session, deal, now)
        put_right(session, deal, now)


def _amended_deals(session: Session, request: FollowUpMessage, now: datetime) -> list[Deal]:
    """The deals that the message amends: the one whose customer it names, else those of the newest possible message.

    A reply in a thread amends the message it replies to. Outside a thread the message must be explicit, or name the
    customer or the wrong amount. A message that names the customer of another deal amends none of the author's. If a
    message reported several deals, all of them may be taken back at once, but a sum is corrected only if it is clear
    whose.
    """
    amendment = request.amendment
    sightings = deals.reported_by(session, request.caller.person, request.channel, now - FOLLOW_UP_WINDOW)
    if request.thread_ts is not None:
        sightings = [sighting for sighting in sightings if sighting.message_ts == request.thread_ts]
    known = deals.find_all(session, {sighting.deal_id for sighting in sightings})
    found = [(sighting, known[sighting.deal_id]) for sighting in sightings]
    theirs = [(s, deal) for s, deal in found if _may_be_amended(deal, request.caller.person, amendment)]
    words = f" {customer_key(amendment.text)} "
    named = _named_in(words, [deal for _, deal in theirs])
    if named is not None:
        return [named]
    says_enough = request.thread_ts or amendment.outright or amendment.instead_of is not None
    if not theirs or not says_enough:
        return []
    heard = deals.heard_since(session, now - SAME_DEAL_WINDOW)
    if any(deal.customer and f" {customer_key(deal.customer)} " in words for deal in heard):
        return []
    newest = theirs[0][0].message_ts
    meant = [deal for sighting, deal in theirs if sighting.message_ts == newest]
    return meant if len(meant) == 1 or amendment.amends is AmendmentKind.TAKEN_BACK else []


def _named_in(words: str, possible: list[Deal]) -> Deal | None:
    """The first deal whose customer is in the text, else the only one of which a short form is ("Acme")."""
    for deal in possible:
        if deal.customer and f" {customer_key(deal.customer)} " in words:
            return deal
    short = {deal.id: deal for deal in possible if _is_named_short(deal, words)}
    return next(iter(short.values())) if len(short) == 1 else None


def _is_named_short(deal: Deal, words: str) -> bool:
    return any(f" {name} " in words for name in short_names(customer_key(deal.customer)))


def _may_be_amended(deal: Deal, person: str, amendment: Amendment) -> bool:
    """Whether the person owns or announced the deal, and the amount called wrong, if any, is the deal's."""
    if person not in (deal.owner.external_id, deal.sightings[0].author):
        return False
    if amendment.amends is AmendmentKind.TAKEN_BACK:
        return deal.stage in CALL_NOT_MADE
    if deal.stage in ALIGNED_OR_LATER or deal.stage in NOT_STOOD_BY - {Stage.SIGHTED}:
        return False
    wrong = amendment.instead_of
    return wrong is None or deal.amount_minor is None or money.to_minor(wrong, deal.currency) == deal.amount_minor
