"""The customer's person in a message about a deal: their name, number and address, if it labels them or they are sure.

A number or an address that might be a colleague's is left alone.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from functools import cache

from handlers.call.contacts import LONGEST_NAME, fill_contact
from handlers.detection.placeholders import is_placeholder
from handlers.intake.reports import DealMessage
from handlers.method.contact_details import ContactDetails, read_contact, read_email, read_phone
from handlers.method.stages import ALIGNED_OR_LATER, Stage
from prompts.detection import table
from storage.models import Deal

MOST_READ = 12_000
"""Characters of a message that are read."""
LONGEST_LABEL = 40
FEWEST_ALIKE = 4
"""Letters in which a domain and the customer's name must agree."""

_FIELD = re.compile(
    rf"^[\W_]{{0,8}}(?P<label>[^\W\d_][^:：=\n]{{0,{LONGEST_LABEL}}}?)[\s*_]{{0,4}}[:：=][\s*_]{{0,4}}(?P<value>\S.*)$"
)
_SEPARATORS = re.compile(r"\n|\s\|\s|\s[•·]\s|(?<=[.!?])\s(?=[^\n:：]{1,40}[:：])")
_ASIDE = re.compile(r"\([^()]*\)")
_EMAIL = re.compile(r"(?<![\w.+-])([\w+-]{2,30})\.([\w+-]{2,30})@([\w-]{2,63})((?:\.[\w-]{2,24}){1,3})(?![\w@-])")
_NO_NAME = re.compile(r"[@\d<>#]|https?:")


def fill_from_message(deal: Deal, message: DealMessage, now: datetime) -> bool:
    """Fill gaps in the deal's contact from a message that reports this deal alone. Returns whether that added any."""
    if len(message.found) != 1 or deal.stage == Stage.DISMISSED or deal.stage in ALIGNED_OR_LATER:
        return False
    return fill_contact(deal, contact_in(message.text, deal.customer), now)


def contact_in(text: str, customer: str) -> ContactDetails:
    """The customer's person in the text; without a name if there is none that is sure.

    Reads `Contact: Hannah Berg, +49 30 1234567`, the fields of CRM cards, and an address at the customer's own domain.
    """
    found, loose = ContactDetails(), ContactDetails()
    for part in _SEPARATORS.split(text[:MOST_READ]):
        field = _FIELD.match(part.strip())
        if field is None:
            continue
        label = " ".join(_ASIDE.sub(" ", field["label"]).replace("_", " ").split()).casefold().strip(" *#.")
        value = field["value"].strip(" *_")
        if is_placeholder(value):
            continue
        if label in _labels("name"):
            found = _with(found, _person(value))
        elif label in _labels("phone") or label in _sure_labels("phone"):
            sure = label in _sure_labels("phone")
            found, loose = _take(found, loose, ContactDetails(phone=_read(value, "phone")), sure=sure)
        elif label in _labels("email") or label in _sure_labels("email"):
            sure = label in _sure_labels("email")
            found, loose = _take(found, loose, ContactDetails(email=_read(value, "email")), sure=sure)
    if found.name:
        found = _with(found, loose)
    return _with(found, _at_their_domain(text[:MOST_READ], customer))


def _take(
    found: ContactDetails, loose: ContactDetails, read: ContactDetails, *, sure: bool
) -> tuple[ContactDetails, ContactDetails]:
    return (_with(found, read), loose) if sure else (found, _with(loose, read))


def _with(known: ContactDetails, more: ContactDetails) -> ContactDetails:
    """What is known, with its gaps filled; the details of another person fill none."""
    if known.name and more.name and known.name != more.name:
        return known
    return replace(
        known, name=known.name or more.name, phone=known.phone or more.phone, email=known.email or more.email
    )


def _person(value: str) -> ContactDetails:
    read = read_contact(value)
    name = read.name.partition(",")[0].strip()
    if not name or len(name) > LONGEST_NAME or _NO_NAME.search(name) or not any(map(str.isalpha, name)):
        return replace(read, name="")
    return replace(read, name=name)


def _read(value: str, kind: str) -> str:
    try:
        return read_phone(value) if kind == "phone" else read_email(value)
    except ValueError:
        return ""


def _at_their_domain(text: str, customer: str) -> ContactDetails:
    """A person with an address like `first.last@customer.com`, if the text has one only."""
    wanted = "".join(character for character in customer.casefold() if character.isalnum())
    people = {match[0].casefold(): match for match in _EMAIL.finditer(text) if _alike(match[3], wanted)}
    if len(people) != 1:
        return ContactDetails()
    (match,) = people.values()
    return ContactDetails(f"{match[1].capitalize()} {match[2].capitalize()}", email=match[0])


def _alike(domain: str, customer: str) -> bool:
    bare = domain.casefold().replace("-", "")
    shorter = min(len(bare), len(customer))
    return shorter >= FEWEST_ALIKE and (customer.startswith(bare) or bare.startswith(customer))


@cache
def _labels(of: str) -> frozenset[str]:
    return frozenset(table("contacts")[of])


@cache
def _sure_labels(of: str) -> frozenset[str]:
    return frozenset(f"{whose} {label}" for whose in table("contacts")["whose"] for label in table("contacts")[of])
