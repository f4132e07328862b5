"""Who at the customer is on the call: if two people are known, the rep chooses (M2.1, M4.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.call.contacts import ROLES
from handlers.deal.deal_access import owned_deal
from handlers.errors import NotNowError
from handlers.requests import Caller, open_request
from handlers.screens.call import CallContact
from storage.models import Deal


@dataclass(frozen=True, slots=True)
class ContactChosen:
    """The rep says who is on the call, by the contact's role."""

    caller: Caller
    deal_id: int
    role: str


def choose_contact(session: Session, request: ContactChosen, now: datetime) -> None:
    """Store who answers from now on, until the call ends. Earlier answers keep their contact.

    Raises `NotNowError` if no contact with that role is known.
    """
    opened = open_request(session, request.caller, now)
    deal = owned_deal(session, opened, request.deal_id)
    if request.role not in _known_contacts(deal):
        raise NotNowError("refusal.old_button")
    if not opened.repeated:
        deal.on_the_phone = request.role


def contact_on_call(deal: Deal) -> str | None:
    """The name of the contact on the call: the chosen one, else the only one known, else None (never guessed)."""
    known = _known_contacts(deal)
    only = next(iter(known.values())) if len(known) == 1 else None
    return known.get(deal.on_the_phone or "", only)


def contact_choices(deal: Deal) -> tuple[CallContact, ...]:
    """The contacts to choose from; empty if there is no choice."""
    known = _known_contacts(deal)
    if len(known) < len(ROLES):
        return ()
    return tuple(CallContact(role, name, chosen=role == deal.on_the_phone) for role, name in known.items())


def _known_contacts(deal: Deal) -> dict[str, str]:
    names = {contact.role: contact.name for contact in deal.contacts}
    return {role: names[role] for role in ROLES if names.get(role)}
