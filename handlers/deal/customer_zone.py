"""The time zone of the customer who is called: reminders, tries and offered times respect it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from handlers.method.time_zones import known_zone
from storage.models import Deal


def customer_zone(deal: Deal) -> ZoneInfo | None:
    """The zone of the contact on the call, else the decision maker's, else the other one's; None if none is known."""
    known = sorted(
        (contact for contact in deal.contacts if contact.zone),
        key=lambda each: (each.role != deal.on_the_phone, each.role != "decision_maker"),
    )
    return known_zone(known[0].zone or "") if known else None
