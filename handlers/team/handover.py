"""A rep's open deals pass to somebody else in one step, each with its whole context (M9.4).

What is private to the rep (their words, their settings) stays with them. All of it is one transaction: a handover that
is interrupted has not happened.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.deal.facts import facts
from handlers.deal.planning import hand_over_all
from handlers.deal.reminder_facts import working_time
from handlers.errors import InvalidEntryError, NotNowError
from handlers.method.customers import customer_key
from handlers.method.stages import ENDED, Stage
from handlers.requests import Caller, Profile, apply_profile, open_request
from handlers.screens.team import DealsHandedOver, DealsReceived, HandoverForm
from storage import deals, outbox, workspaces
from storage.models import Deal, OutboxRow, Person, Tenant

KIND = "handover"
"""The kind of the message that tells the new rep what they have taken over."""
PASSED_ON = frozenset(Stage) - ENDED
"""The stages of deals that pass to another rep."""
MOST_LISTED = 20


@dataclass(frozen=True, slots=True)
class HandoverAsked:
    """Somebody wants to hand deals over. `customers` is what they typed, empty for all."""

    caller: Caller
    customers: str
    is_admin: bool


@dataclass(frozen=True, slots=True)
class HandoverFilled:
    """The submitted form. `giver` and `taker` are the platform's ids; an empty `giver` is the caller.

    `customers` are names, separated by commas or lines; empty for all open deals. `is_admin`: the caller administers
    the workspace, and may hand over the deals of others.
    """

    caller: Caller
    giver: str
    taker: str
    taker_profile: Profile | None
    customers: str
    is_admin: bool


def ask(session: Session, request: HandoverAsked, now: datetime) -> HandoverForm:
    """The form, with the number of the caller's open deals. Changes nothing."""
    opened = open_request(session, request.caller, now)
    own = deals.of_owner(session, opened.person.id, PASSED_ON)
    return HandoverForm(opened.person.external_id, len(own), request.customers, for_others=request.is_admin)


def hand_over_deals(session: Session, request: HandoverFilled, now: datetime) -> DealsHandedOver:
    """Hand the deals over, and plan one message that tells the new rep of them.

    Raises `NotNowError` if the caller may not, or if there is nothing to hand over; `InvalidEntryError` for an entry
    that cannot be, such as a customer without an open deal. Nothing is handed over then.
    """
    opened = open_request(session, request.caller, now)
    giver = opened.person
    if request.giver and request.giver != opened.person.external_id:
        if not request.is_admin:
            raise NotNowError("refusal.handover_of_others")
        giver = workspaces.find_person(session, request.giver) or giver
        if giver is opened.person:
            raise InvalidEntryError("giver", "refusal.handover_nothing")
    if request.taker == giver.external_id:
        raise InvalidEntryError("taker", "refusal.handover_to_self")
    taker = workspaces.get_or_create_person(session, request.taker, now)
    if request.taker_profile is not None:
        apply_profile(session, opened.tenant, taker, request.taker_profile, now)
    if opened.repeated:
        return DealsHandedOver(giver.external_id, taker.external_id, ())
    chosen = _chosen(session, giver, request.customers, asks_whose=request.is_admin)
    locked = deals.lock_all(session, [deal.id for deal in chosen])
    hand_over_all(session, [deal for deal in locked if deal.owner_id == giver.id], taker, opened.person.id, now)
    _tell(session, opened.tenant, giver, taker, chosen, now)
    return DealsHandedOver(giver.external_id, taker.external_id, tuple(facts(deal) for deal in chosen))


def _chosen(session: Session, giver: Person, customers: str, *, asks_whose: bool) -> Sequence[Deal]:
    """The rep's open deals with these customers; all of them if none is named."""
    found = deals.of_owner(session, giver.id, PASSED_ON)
    if not found and asks_whose:
        raise InvalidEntryError("giver", "refusal.handover_nothing")
    if not found:
        raise NotNowError("refusal.no_deals")
    names = [name.strip() for line in customers.splitlines() for name in line.split(",") if name.strip()]
    if not names:
        return found
    chosen: dict[int, Deal] = {}
    for name in names:
        wanted = customer_key(name)
        fitting = [deal for deal in found if wanted and wanted in customer_key(deal.customer)]
        if not fitting:
            raise InvalidEntryError("customers", "refusal.handover_unknown", customer=name)
        chosen |= {deal.id: deal for deal in fitting}
    return sorted(chosen.values(), key=lambda deal: (deal.closed_at, deal.id))


def _tell(
    session: Session, tenant: Tenant, giver: Person, taker: Person, chosen: Sequence[Deal], now: datetime
) -> None:
    work = working_time(taker, tenant)
    outbox.enqueue(
        session,
        kind=KIND,
        dedupe_key=f"{KIND}:{giver.id}:{taker.id}:{now.isoformat()}",
        due_at=now,
        zone=work.local.key,
        person_id=taker.id,
        payload={"from": giver.external_id, "deals": [deal.id for deal in chosen]},
        now=now,
    )


def compose_received(session: Session, row: OutboxRow) -> DealsReceived | None:
    """What the new rep is told; None if none of the deals is theirs any more."""
    found = [deals.find(session, deal_id) for deal_id in row.payload["deals"]]
    theirs = [deal for deal in found if deal is not None and deal.owner_id == row.person_id]
    if not theirs:
        return None
    shown = tuple(facts(deal) for deal in theirs[:MOST_LISTED])
    return DealsReceived(str(row.payload["from"]), shown, total=len(theirs))
