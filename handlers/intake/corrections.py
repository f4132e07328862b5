"""Before the call the rep corrects what was detected: the customer, the amount, the owner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.deal.deal_access import acts_as_rep, owned_deal
from handlers.deal.facts import card, facts
from handlers.deal.planning import accept_deal, hand_over, refresh_card
from handlers.deal.posted_wins import put_right
from handlers.detection import DealKind, TypedAmount
from handlers.errors import InvalidEntryError, NotNowError
from handlers.intake.typed_entries import customer_named, typed_amount
from handlers.method import money
from handlers.method.customers import customer_key
from handlers.method.stages import CALL_NOT_MADE
from handlers.requests import Caller, DealRequest, OpenedRequest, Profile, apply_profile, open_request
from handlers.screens.deals import CorrectDealScreen, DealCard, HandedOver
from storage import audit_log, deals, workspaces
from storage.models import Deal, Tenant

_KINDS = frozenset(kind.value for kind in DealKind)


@dataclass(frozen=True, slots=True)
class DealCorrected:
    """The submitted form. `amount` is as typed, empty for none; `owner` is the platform's id of a person."""

    caller: Caller
    deal_id: int
    customer: str
    amount: str
    owner: str
    owner_profile: Profile | None = None
    kind: str | None = None
    """A `DealKind`, empty for none chosen; None if the form did not ask."""


@dataclass(frozen=True, slots=True)
class OwnerPicked:
    """Someone picks the owner on the card. `owner` is the platform's id of a person."""

    caller: Caller
    deal_id: int
    owner: str
    owner_profile: Profile | None = None


def show_form(session: Session, request: DealRequest, now: datetime) -> CorrectDealScreen:
    """The prefilled form. Changes nothing. Raises `NotNowError` once the call has begun."""
    opened = open_request(session, request.caller, now)
    deal = _require_before_call(owned_deal(session, opened, request.deal_id))
    return CorrectDealScreen(facts(deal), amount=_amount_as_typed(deal))


def save(session: Session, request: DealCorrected, now: datetime) -> None:
    """Store the entries. A rep who keeps the deal thereby confirms it; a new owner is asked with a card.

    A currency or period that the amount does not name stays as it was. Raises `InvalidEntryError` for an invalid entry,
    `NotNowError` once the call has begun.
    """
    opened = open_request(session, request.caller, now)
    if opened.repeated:
        return
    deal = _require_before_call(_own_or_just_handed_over(session, opened, request.deal_id))
    customer = customer_named(request.customer)
    found = _amount(request.amount)
    if not request.owner:
        raise InvalidEntryError("owner", "refusal.owner_missing")

    before = (deal.customer, deal.amount_minor, deal.currency, deal.period, deal.kind)
    deal.customer, deal.customer_key = customer, customer_key(customer)
    if found is None:
        deal.amount_minor = deal.currency = deal.period = None
    elif request.amount.strip() != _amount_as_typed(deal):
        correct_amount(deal, found)
    if request.kind is not None:
        deal.kind = request.kind if request.kind in _KINDS else None
    if (deal.customer, deal.amount_minor, deal.currency, deal.period, deal.kind) != before:
        audit_log.record(session, deal.id, opened.person.id, "fixed", now)
        refresh_card(session, deal, now)
        put_right(session, deal, now)
    if request.owner == deal.owner.external_id:
        if acts_as_rep(session, opened.person, deal):
            accept_deal(session, deal, opened.person.id, now)
        return
    _hand_over(session, deal, request.owner, request.owner_profile, opened.person.id, now)


def pick_owner(session: Session, request: OwnerPicked, now: datetime) -> DealCard | HandedOver | None:
    """Hand the deal to its owner. Someone who picks themselves keeps it, and thereby confirms it.

    If the owner was unknown, the pick confirms the deal: the new owner is asked to call at once. Returns what the card
    shows now, None if the pick was applied before. Raises `NotNowError` once the call has begun.
    """
    opened = open_request(session, request.caller, now)
    if opened.repeated:
        return None
    deal = _require_before_call(_own_or_just_handed_over(session, opened, request.deal_id))
    if request.owner == deal.owner.external_id and acts_as_rep(session, opened.person, deal):
        accept_deal(session, deal, opened.person.id, now)
        return card(session, deal, now)
    vouched = not deal.owner_known
    _hand_over(session, deal, request.owner, request.owner_profile, opened.person.id, now)
    if vouched:
        accept_deal(session, deal, opened.person.id, now)
    return HandedOver(facts(deal), to=request.owner)


def _own_or_just_handed_over(session: Session, opened: OpenedRequest, deal_id: int) -> Deal:
    """The caller's own deal, or the one that they handed over by this very form, before they chose somebody else."""
    if deal_id == audit_log.deal_of(session, opened.person.id, opened.earlier, ("handed_over",)):
        deal = deals.lock(session, deal_id)
        if deal is not None:
            return deal
    return owned_deal(session, opened, deal_id)


def _hand_over(session: Session, deal: Deal, owner: str, profile: Profile | None, actor_id: int, now: datetime) -> None:
    to = workspaces.get_or_create_person(session, owner, now)
    if profile is not None:
        apply_profile(session, session.get_one(Tenant, deal.tenant_id), to, profile, now)
    hand_over(session, deal, to, actor_id, now)


def correct_amount(deal: Deal, found: TypedAmount) -> bool:
    """Overwrite the amount; a currency or period that it does not name stays. Returns whether anything changed."""
    before = (deal.amount_minor, deal.currency, deal.period)
    deal.currency = found.currency or deal.currency
    deal.period = found.period or deal.period
    deal.amount_minor = money.to_minor(found.amount, deal.currency)
    return (deal.amount_minor, deal.currency, deal.period) != before


def _require_before_call(deal: Deal) -> Deal:
    if deal.stage not in CALL_NOT_MADE:
        raise NotNowError("refusal.not_at_this_stage", customer=deal.customer)
    return deal


def _amount(typed: str) -> TypedAmount | None:
    found = typed_amount(typed)
    if found is None and typed.strip():
        raise InvalidEntryError("amount", "refusal.amount_unreadable")
    return found


def _amount_as_typed(deal: Deal) -> str:
    return "" if deal.amount_minor is None else money.as_typed(deal.amount_minor, deal.currency)
