"""The customer's contacts on a deal, by role (M2.1)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from storage.models import Contact, Deal

DECISION_MAKER = "decision_maker"
FUNCTIONAL_DECISION_MAKER = "functional_decision_maker"
"""The person who will implement, manage or use the product."""
LONGEST_NAME = 150


def contact_name(deal: Deal, role: str) -> str:
    """The name of the contact with that role, or an empty string."""
    return next((contact.name for contact in deal.contacts if contact.role == role), "")


def set_contact(session: Session, deal: Deal, role: str, name: str, now: datetime) -> None:
    """Store the contact with that role. An empty name removes the contact."""
    name = normalized_name(name)
    known = next((contact for contact in deal.contacts if contact.role == role), None)
    if known is None and name:
        deal.contacts.append(Contact(role=role, name=name, updated_at=now))
    elif known is not None and not name:
        deal.contacts.remove(known)
        session.delete(known)
    elif known is not None and known.name != name:
        known.name, known.updated_at = name, now


def normalized_name(typed: str) -> str:
    """A name as it is stored: on one line, trimmed, no longer than its column."""
    return " ".join(typed.split())[:255]
