"""The customer's contacts on a deal, by role (M2.1), and how to reach them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from difflib import SequenceMatcher

from sqlalchemy.orm import Session

from handlers.method.contact_details import Channel, ContactDetails, reachable, read_contact
from handlers.method.time_zones import known_zone
from handlers.screens.call import ReachableContact
from storage.models import Contact, Deal

DECISION_MAKER = "decision_maker"
FUNCTIONAL_DECISION_MAKER = "functional_decision_maker"
"""The person who will implement, manage or use the product."""
LONGEST_NAME = 150
SAME_SPELLING = 0.8
"""From which likeness on two names are one with a slip of the pen."""


ROLES = (DECISION_MAKER, FUNCTIONAL_DECISION_MAKER)


def find_contact(deal: Deal, role: str) -> Contact | None:
    """The contact with that role, or None."""
    return next((contact for contact in deal.contacts if contact.role == role), None)


def contact_name(deal: Deal, role: str) -> str:
    """The name of the contact with that role, or an empty string."""
    known = find_contact(deal, role)
    return "" if known is None else known.name


def contact_details(deal: Deal, role: str) -> ContactDetails:
    """What is known of the contact with that role."""
    known = find_contact(deal, role)
    if known is None:
        return ContactDetails()
    channel = None if known.channel is None else Channel(known.channel)
    return ContactDetails(known.name, known.phone or "", known.email or "", channel, known.zone or "")


def set_contact(session: Session, deal: Deal, role: str, typed: str, now: datetime) -> None:
    """Store the contact with that role. An empty text removes the contact.

    A phone number or an email address beside the name is stored as such. Another name is another person: how to reach
    the first one is forgotten, unless the new name only adds to it.
    """
    read = read_contact(typed)
    known = find_contact(deal, role)
    name = normalized_name(read.name) or (known.name if known is not None and (read.phone or read.email) else "")
    if not name:
        if known is not None:
            deal.contacts.remove(known)
            session.delete(known)
        return
    before = contact_details(deal, role)
    if not _same_person(before.name, name):
        before = ContactDetails()
    put_contact(
        deal, role, replace(before, name=name, phone=read.phone or before.phone, email=read.email or before.email), now
    )


def put_contact(deal: Deal, role: str, details: ContactDetails, now: datetime) -> bool:
    """Store all that is known of the contact with that role. Returns whether that changed anything."""
    known = find_contact(deal, role)
    if known is None:
        known = Contact(role=role)
        deal.contacts.append(known)
    elif contact_details(deal, role) == details:
        return False
    known.name, known.updated_at = details.name, now
    known.phone, known.email = details.phone or None, details.email or None
    known.channel, known.zone = details.channel, details.zone or None
    return True


def fill_contact(deal: Deal, found: ContactDetails, now: datetime) -> bool:
    """Fill gaps in the decision maker from what a message tells; never overwrite. Returns whether anything was new."""
    before = contact_details(deal, DECISION_MAKER)
    if before.name and found.name and not _same_person(before.name, found.name):
        return False
    name = before.name or normalized_name(found.name)
    if not name:
        return False
    after = replace(before, name=name, phone=before.phone or found.phone, email=before.email or found.email)
    return after != before and put_contact(deal, DECISION_MAKER, after, now)


def email_on_call(deal: Deal) -> str:
    """The email address of the contact on the call, else of the only one whose address is known; empty if none is."""
    known = {contact.role: contact.email for contact in deal.contacts if contact.email}
    return known.get(deal.on_the_phone or DECISION_MAKER) or (next(iter(known.values())) if len(known) == 1 else "")


def reachable_contacts(deal: Deal, now: datetime) -> tuple[ReachableContact, ...]:
    """The contacts of the deal, the decision maker first."""
    known = [(role, contact_details(deal, role)) for role in ROLES]
    return tuple(reachable_contact(role, details, now) for role, details in known if details.name)


def reachable_contact(role: str, details: ContactDetails, now: datetime) -> ReachableContact:
    """The contact with their time of day, if their zone is known."""
    local = known_zone(details.zone)
    there = None if local is None else now.astimezone(local)
    return ReachableContact(
        role,
        details,
        there=None if there is None else there.replace(tzinfo=None),
        can_be_called=local is None or reachable(now, local),
    )


def _same_person(before: str, name: str) -> bool:
    """Whether one name adds to the other or mends its spelling: `Hannah`, `Hannah Berg`, `Hanna Berg`."""
    one, other = before.casefold(), name.casefold()
    words, others = set(one.split()), set(other.split())
    if words and others and (words <= others or others <= words):
        return True
    return SequenceMatcher(None, one, other).ratio() >= SAME_SPELLING


def normalized_name(typed: str) -> str:
    """A name as it is stored: on one line, trimmed, no longer than its column."""
    return " ".join(typed.split())[:255]
