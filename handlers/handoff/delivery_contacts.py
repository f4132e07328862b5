"""Who delivers: the workspace's rules, shown and set by an admin or the manager of a channel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.deal.facts import statements_of
from handlers.errors import InvalidEntryError
from handlers.method.handoff import DeliveryRule, fitting_rule
from handlers.requests import Caller, Profile, apply_profile, open_request
from handlers.screens.handoff import DeliveryEntry, DeliveryForm, DeliveryScreen
from storage import audit_log, handoffs, workspaces
from storage.models import Deal, DeliveryContact

LONGEST_PRODUCT = 60
DELIVERY_SET = "delivery_set"
"""The action in the audit log."""


@dataclass(frozen=True, slots=True)
class DeliveryRequest:
    """Someone asks who delivers. `channel` is where they ask, by the platform's id; None in private."""

    caller: Caller
    channel: str | None


@dataclass(frozen=True, slots=True)
class DeliverySaved:
    """The submitted form of a rule. `person` is the platform's id, empty for nobody; so is `channel`."""

    caller: Caller
    asked_in: str | None
    person: str
    channel: str
    product: str
    profile: Profile | None = None


@dataclass(frozen=True, slots=True)
class DeliveryRemoved:
    """Someone removes a rule."""

    caller: Caller
    contact_id: int
    channel: str | None


def show(session: Session, request: DeliveryRequest, now: datetime) -> DeliveryScreen:
    """Who delivers. Changes nothing."""
    open_request(session, request.caller, now)
    return _screen(session, request.channel)


def ask(session: Session, request: DeliveryRequest, now: datetime) -> DeliveryForm:
    """The form of a new rule. Changes nothing."""
    open_request(session, request.caller, now)
    return DeliveryForm(request.channel)


def save(session: Session, request: DeliverySaved, now: datetime) -> DeliveryScreen:
    """Add the rule. It takes the place of the one for the same product.

    Raises `InvalidEntryError` if it names neither a person nor a channel, or if the product is too long.
    """
    opened = open_request(session, request.caller, now)
    product = " ".join(request.product.split())
    if len(product) > LONGEST_PRODUCT:
        raise InvalidEntryError("product", "refusal.text_too_long", most=LONGEST_PRODUCT)
    if not request.person and not request.channel:
        raise InvalidEntryError("receiver", "delivery.nobody")
    if opened.repeated:
        return _screen(session, request.asked_in)
    person = workspaces.get_or_create_person(session, request.person, now) if request.person else None
    if person is not None and request.profile is not None:
        apply_profile(session, opened.tenant, person, request.profile, now)
    for known in handoffs.contacts(session):
        if (known.product or "").casefold() == product.casefold():
            session.delete(known)
    session.flush()
    session.add(
        DeliveryContact(
            product=product or None,
            person_id=None if person is None else person.id,
            channel=request.channel or None,
            added_by=opened.person.id,
            at=now,
        )
    )
    audit_log.record(session, None, opened.person.id, DELIVERY_SET, now)
    session.flush()
    return _screen(session, request.asked_in)


def remove(session: Session, request: DeliveryRemoved, now: datetime) -> DeliveryScreen:
    """Remove the rule. What was asked by it stays."""
    opened = open_request(session, request.caller, now)
    known = handoffs.contact(session, request.contact_id)
    if known is not None and not opened.repeated:
        session.delete(known)
        audit_log.record(session, None, opened.person.id, DELIVERY_SET, now)
        session.flush()
    return _screen(session, request.channel)


def delivery_contact(session: Session, deal: Deal) -> DeliveryContact | None:
    """Who delivers this deal: the first rule that fits its statements or its kind, or None."""
    texts = [s.wording for s in statements_of(session, deal.id) if s.active]
    if deal.kind is not None:
        texts.append(deal.kind)
    known = {each.id: each for each in handoffs.contacts(session)}
    fitting = fitting_rule((DeliveryRule(each.id, each.product) for each in known.values()), texts)
    return None if fitting is None else known[fitting.id]


def _screen(session: Session, channel: str | None) -> DeliveryScreen:
    ordered = sorted(handoffs.contacts(session), key=lambda each: (each.product is None, each.id))
    return DeliveryScreen(
        tuple(
            DeliveryEntry(
                each.id, each.product or "", None if each.person is None else each.person.external_id, each.channel
            )
            for each in ordered
        ),
        channel,
    )
