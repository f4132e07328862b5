"""A later message by the same author corrects the amount, or takes the deal back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from handlers.deal.deleted_messages import raise_doubt
from handlers.deal.planning import refresh_card
from handlers.detection import Amendment, AmendmentKind, find_typed_amount
from handlers.intake.corrections import correct_amount
from handlers.intake.detected_deal import SAME_DEAL_WINDOW
from handlers.method import money
from handlers.method.customers import customer_key
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
    return _find_deal_id(session, request, now) is not None


def apply_follow_up(session: Session, request: FollowUpMessage, now: datetime) -> None:
    """Correct the amount or, if the deal was taken back, ask the rep whether it still is one. Stores no text."""
    opened = open_request(session, request.caller, now)
    found = _find_deal_id(session, request, now)
    deal = None if found is None or opened.repeated else deals.lock(session, found)
    if deal is None:
        return
    if request.amendment.amends is AmendmentKind.TAKEN_BACK:
        raise_doubt(session, deal, Doubt.RETRACTED, now)
    else:
        _correct_amount(session, deal, request.amendment, opened.person.id, now)


def _correct_amount(session: Session, deal: Deal, amendment: Amendment, actor_id: int, now: datetime) -> None:
    found = find_typed_amount(amendment.sum_written)
    if found is not None and correct_amount(deal, found):
        audit_log.record(session, deal.id, actor_id, "amount_corrected", now)
        refresh_card(session, deal, now)


def _find_deal_id(session: Session, request: FollowUpMessage, now: datetime) -> int | None:
    """The id of the deal that the message amends: the one whose customer it names, else the newest possible one.

    A reply in a thread amends the message it replies to. Outside a thread the message must be explicit, or name the
    customer or the wrong amount. A message that names the customer of another deal amends none of the author's.
    """
    amendment = request.amendment
    sightings = deals.reported_by(session, request.caller.person, request.channel, now - FOLLOW_UP_WINDOW)
    if request.thread_ts is not None:
        sightings = [sighting for sighting in sightings if sighting.message_ts == request.thread_ts]
    found = [deals.find(session, sighting.deal_id) for sighting in sightings]
    theirs = [deal for deal in found if deal and _may_be_amended(deal, request.caller.person, amendment)]
    words = f" {customer_key(amendment.text)} "
    for deal in theirs:
        if f" {customer_key(deal.customer)} " in words:
            return deal.id
    says_enough = request.thread_ts or amendment.outright or amendment.instead_of is not None
    if not theirs or not says_enough:
        return None
    known = deals.customers_since(session, now - SAME_DEAL_WINDOW)
    return None if any(customer and f" {customer_key(customer)} " in words for _, customer in known) else theirs[0].id


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
