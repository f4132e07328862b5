"""How to reach a contact: phone numbers, email addresses and time zones, as people write and paste them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from urllib.parse import quote
from zoneinfo import ZoneInfo

from babel.core import get_global

from handlers.method.time_zones import canonical_name, known_zone

LONGEST_PHONE = 40
LONGEST_EMAIL = 254
"""RFC 5321."""
FEWEST_DIGITS, MOST_DIGITS = 5, 15
"""Of a number without its extension; E.164 allows no more."""
DAY_STARTS, DAY_ENDS = time(9, 0), time(18, 0)
"""When a customer can be called, in their own time."""

_EXTENSION = r"(?:[\s,;]{0,3}(?:extension|ext\.?|durchwahl|x|#)[\s.:]{0,2}(?P<extension>\d{1,7}))?"
_PHONE = re.compile(
    rf"(?<![\w.+@/:=-])(?:tel:)?(?P<number>(?:\+|\(\+?\d{{1,4}}\)|\d)[\d\s().\-/\u00a0\u2009\u2011\u2013]{{3,30}}\d){_EXTENSION}(?![\w@])",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+'-]{1,64}@(?:[\w-]{1,63}\.){1,5}[a-z]{2,24}(?![\w@-])", re.IGNORECASE)
_SLACK_LINK = re.compile(r"<(?:mailto|tel):([^<>|?]{1,300})[^<>]{0,300}>")
_DATE = re.compile(r"\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{4}")
_TRUNK_ZERO = re.compile(r"(?<=\d)\s{0,2}\(0\)")
"""Dialled only within the country: +41 (0)31 123."""
_PIECES = re.compile(r"[\n,;|<>()]+|\s[-\u2013\u2014\u00b7]\s")


class Channel(StrEnum):
    """How a contact wants to be reached."""

    PHONE = "phone"
    EMAIL = "email"
    VIDEO = "video"
    VISIT = "visit"


@dataclass(frozen=True, slots=True)
class ContactDetails:
    """What is known of a contact besides their role. A text is empty if it is unknown."""

    name: str = ""
    phone: str = ""
    email: str = ""
    channel: Channel | None = None
    zone: str = ""
    """An IANA name."""


def read_phone(typed: str) -> str:
    """Return the phone number on one line, as it is shown. Raises `ValueError` if it is none, or is too long."""
    text = " ".join(_without_links(typed).split()).removeprefix("tel:")
    match = _PHONE.fullmatch(text)
    if match is None or len(text) > LONGEST_PHONE or _DATE.fullmatch(text):
        raise ValueError("no phone number")
    if not FEWEST_DIGITS <= _digits(match["number"]) <= MOST_DIGITS:
        raise ValueError("no phone number")
    return text


def read_email(typed: str) -> str:
    """Return the address in `Hannah <hannah@example.com>`, `mailto:...` or alone.

    Raises `ValueError` for anything else.
    """
    found = list(dict.fromkeys(_EMAIL.findall(_without_links(typed).replace("mailto:", " "))))
    if len(found) != 1 or len(found[0]) > LONGEST_EMAIL:
        raise ValueError("no email address")
    return str(found[0])


def read_contact(typed: str) -> ContactDetails:
    """Read a name with a phone number and an email address, in any order: a line, or a pasted signature.

    The name is the first piece that is neither; without a number or an address the whole line is the name.
    """
    text = _without_links(typed).replace("mailto:", " ")
    email = next(iter(_EMAIL.findall(text)), "")
    text = _EMAIL.sub("\n", text) if email else text
    phone = ""
    for match in _PHONE.finditer(text):
        sure = FEWEST_DIGITS + 2 <= _digits(match["number"]) <= MOST_DIGITS and not _DATE.fullmatch(match[0])
        if sure and len(match[0]) <= LONGEST_PHONE:
            phone = " ".join(match[0].split()).removeprefix("tel:")
            text = text.replace(match[0], "\n", 1)
            break
    if not (email or phone):
        return ContactDetails(name=" ".join(typed.split()))
    pieces = [" ".join(piece.split()).strip(" :.-") for piece in _PIECES.split(text)]
    name = next((piece for piece in pieces if any(map(str.isalpha, piece)) and piece.casefold() not in _LABELS), "")
    return ContactDetails(name, phone, email)


_LABELS = frozenset(
    {"phone", "mobile", "cell", "tel", "email", "e-mail", "mail", "contact", "direct", "m", "t", "p", "e"}
)


def phone_url(phone: str) -> str:
    """Return a `tel:` link (RFC 3966): digits only, the extension as a parameter; empty if it cannot be dialled."""
    match = _PHONE.fullmatch(phone)
    if match is None:
        return ""
    number = _TRUNK_ZERO.sub("", match["number"])
    plus = "+" if number.lstrip("(").startswith(("+", "00")) else ""
    digits = re.sub(r"\D", "", number)
    if plus and digits.startswith("00"):
        digits = digits[2:]
    extension = f";ext={match['extension']}" if match["extension"] else ""
    return f"tel:{plus}{digits}{extension}"


def email_url(email: str) -> str:
    """Return a `mailto:` link to the address; empty without one."""
    return f"mailto:{quote(email, safe='@')}" if email else ""


def read_zone(typed: str) -> str:
    """Return the IANA zone of a name or a city (`Europe/Berlin`, `berlin`, `New York`, `CET`, `Pacific`).

    Empty for nothing. Raises `ValueError` for an unknown one.
    """
    wanted = " ".join(typed.split()).casefold()
    if not wanted:
        return ""
    name = _places().get(wanted) or canonical_name(wanted) or (typed.strip() if "/" in wanted else None)
    found = known_zone(name) if name else None
    if found is None:
        raise ValueError("no time zone")
    return found.key


def reachable(at: datetime, local: ZoneInfo) -> bool:
    """Whether a customer in this zone can be called then: a weekday, not before their 9:00, not after their 18:00."""
    there = at.astimezone(local)
    return there.weekday() < SATURDAY and DAY_STARTS <= there.time() < DAY_ENDS


SATURDAY = 5


def _digits(number: str) -> int:
    return sum(character.isdigit() for character in _TRUNK_ZERO.sub("", number))


def _without_links(text: str) -> str:
    """Slack's links to addresses and numbers as where they lead: `<tel:+15551234567|555-1234>` is the whole number."""
    return _SLACK_LINK.sub(lambda match: match[1], text)


@cache
def _places() -> Mapping[str, str]:
    """Zones by the name of their city, and by what people call them."""
    names: dict[str, str] = {}
    for zone in get_global("zone_territories"):
        area, _, city = zone.rpartition("/")
        if area and not area.startswith(("Etc", "SystemV", "US", "posix")):
            names.setdefault(city.replace("_", " ").casefold(), zone)
    return MappingProxyType(names | _CALLED)


_CALLED = {
    "eastern": "America/New_York",
    "est": "America/New_York",
    "et": "America/New_York",
    "edt": "America/New_York",
    "central": "America/Chicago",
    "cst": "America/Chicago",
    "ct": "America/Chicago",
    "mountain": "America/Denver",
    "mst": "America/Denver",
    "mt": "America/Denver",
    "pacific": "America/Los_Angeles",
    "pst": "America/Los_Angeles",
    "pt": "America/Los_Angeles",
    "pdt": "America/Los_Angeles",
    "san francisco": "America/Los_Angeles",
    "boston": "America/New_York",
    "washington": "America/New_York",
    "cet": "Europe/Paris",
    "cest": "Europe/Paris",
    "munich": "Europe/Berlin",
    "uk": "Europe/London",
    "gmt": "Europe/London",
    "bst": "Europe/London",
    "india": "Asia/Kolkata",
    "ist": "Asia/Kolkata",
    "mumbai": "Asia/Kolkata",
    "jst": "Asia/Tokyo",
}
"""What people call a zone, where it is no city of the time zone database. In the season that a zone has."""
