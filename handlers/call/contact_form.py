"""The form of a contact: phone, email, how they want to be reached, and their time zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.call.contacts import (
    LONGEST_NAME,
    ROLES,
    contact_details,
    normalized_name,
    put_contact,
    reachable_contact,
)
from handlers.deal.deal_access import owned_deal
from handlers.deal.facts import facts
from handlers.deal.planning import plan_messages
from handlers.errors import InvalidEntryError, NotNowError
from handlers.method.contact_details import Channel, ContactDetails, read_contact, read_zone
from handlers.requests import Caller, open_request
from handlers.screens.call import ContactForm, ContactKept
from storage import audit_log


@dataclass(frozen=True, slots=True)
class ContactRequest:
    """The rep opens the form of the contact with this role."""

    caller: Caller
    deal_id: int
    role: str


@dataclass(frozen=True, slots=True)
class ContactSaved:
    """The submitted form, as typed."""

    caller: Caller
    deal_id: int
    role: str
    name: str
    reach: str
    """Their phone number and email address, in any order."""
    channel: str
    zone: str


def show(session: Session, request: ContactRequest, now: datetime) -> ContactForm:
    """The form of a contact. Changes nothing. Raises `NotNowError` for an unknown role."""
    opened = open_request(session, request.caller, now)
    deal = owned_deal(session, opened, request.deal_id)
    if request.role not in ROLES:
        raise NotNowError("refusal.old_button")
    return ContactForm(facts(deal), request.role, contact_details(deal, request.role))


def save(session: Session, request: ContactSaved, now: datetime) -> ContactKept:
    """Store how to reach a contact; what their time zone changes is planned anew.

    Raises `InvalidEntryError` for a number, an address or a zone that is none; what was typed stays in the form.
    """
    opened = open_request(session, request.caller, now)
    deal = owned_deal(session, opened, request.deal_id)
    if request.role not in ROLES:
        raise NotNowError("refusal.old_button")
    details = _checked(request)
    if not opened.repeated and put_contact(deal, request.role, details, now):
        audit_log.record(session, deal.id, opened.person.id, "contact_noted", now)
        plan_messages(session, deal, now)
    return ContactKept(facts(deal), reachable_contact(request.role, details, now))


def _checked(request: ContactSaved) -> ContactDetails:
    name = normalized_name(request.name)
    if not name:
        raise InvalidEntryError("name", "refusal.contact_name_missing")
    if len(name) > LONGEST_NAME:
        raise InvalidEntryError("name", "refusal.name_too_long", most=LONGEST_NAME)
    typed = request.reach.strip()
    reach = read_contact(typed)
    if typed and (reach.name or not (reach.phone or reach.email)):
        raise InvalidEntryError("reach", "refusal.no_reach")
    try:
        zone = read_zone(request.zone)
    except ValueError as error:
        raise InvalidEntryError("zone", "refusal.no_zone") from error
    channel = Channel(request.channel) if request.channel in tuple(Channel) else None
    return ContactDetails(name, reach.phone, reach.email, channel, zone)
