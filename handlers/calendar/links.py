"""The secret link to a person's calendar feed: made, replaced and turned off by the person alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.requests import Caller, open_request
from handlers.screens.calendar import CalendarLinkScreen
from storage import personal_links

PURPOSE = "calendar"


@dataclass(frozen=True, slots=True)
class CalendarRequest:
    """Someone asks for their calendar link."""

    caller: Caller


def show(session: Session, request: CalendarRequest, now: datetime) -> CalendarLinkScreen:
    """The person's link, made now if they have none. One that was made before cannot be shown again."""
    person = open_request(session, request.caller, now).person
    known = personal_links.find(session, person.id, PURPOSE)
    if known is not None:
        return CalendarLinkScreen(None, known.made_at)
    return CalendarLinkScreen(personal_links.make(session, person.id, PURPOSE, now), now)


def renew(session: Session, request: CalendarRequest, now: datetime) -> CalendarLinkScreen:
    """A new link. The old one is dead from now on."""
    person = open_request(session, request.caller, now).person
    return CalendarLinkScreen(personal_links.make(session, person.id, PURPOSE, now), now)


def turn_off(session: Session, request: CalendarRequest, now: datetime) -> CalendarLinkScreen:
    """Revoke the link, if there is one."""
    personal_links.revoke(session, open_request(session, request.caller, now).person.id, PURPOSE)
    return CalendarLinkScreen(None, None)
