"""Reads from a win post how many other sellers the customer talked to: "We beat Salesforce AND HubSpot" (M1.4)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from handlers.method.customers import customer_key

MOST = 9
"""More are a list of something else."""
_BEATEN = re.compile(
    r"\b(?:beat(?:ing)?|outbid(?:ding)?|edg(?:ed|ing) out|knock(?:ed|ing) out|displac(?:ed|ing)"
    r"|won\b[^.!?\n]{0,80}?\sagainst|up against|(?:went|were|was|competing|competed) against"
    r"|ahead of|head[- ]to[- ]head with"
    r"|(?:chose|picked|selected|preferred|took) us (?:over|instead of|rather than|before))\s+(?:out\s+)?(?:both\s+)?",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"[.!?;:()\n\u2013\u2014](?:\s|$)|\n|\s(?:for|with|on|in|at|to|by|after|because|thanks|this|last|yesterday|today|when"
    r"|who|which|so|but|from|as usual)\b",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r",\s?and\b|[,&+/]|\b(?:and|or|as well as|plus)\b", re.IGNORECASE)
_NAME = re.compile(r"[A-Z0-9][\w.'-]*(?: [A-Z0-9][\w.'-]*){0,3}|[a-z]+\.(?:com|io|ai|co)")
_NO_SELLER = re.compile(
    r"\b(?:q[1-4]|quota|targets?|goals?|forecasts?|records?|deadline|clock|odds|plan|budget|number|estimates?)\b"
    r"|\w's \w",
    re.IGNORECASE,
)
_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9}
_COUNTED = re.compile(
    rf"(?P<number>[2-9]|{'|'.join(_NUMBERS)})\s+(?:\w+\s+)?(?:vendors|sellers|competitors|bidders|suppliers|companies|rivals)\b",
    re.IGNORECASE,
)


def count_beaten_sellers(text: str, customer: str | None) -> int | None:
    """How many other sellers a win post names, or says that there were; None if it says nothing of them.

    `text` is the message with or without a platform's markup. The customer is none of them.
    """
    plain = re.sub(r"[*_~]", "", unescape(text))
    found = max((_count(plain[match.end() :], customer) for match in _BEATEN.finditer(plain)), default=0)
    return min(found, MOST) or None


def _count(following: str, customer: str | None) -> int:
    counted = _COUNTED.match(following)
    if counted is not None:
        said = counted["number"].casefold()
        return _NUMBERS.get(said) or int(said)
    end = _ENDS.search(following)
    listed = following if end is None else following[: end.start()]
    return len({customer_key(name) for name in _names(listed)} - {customer_key(customer or "")})


def _names(listed: str) -> Iterator[str]:
    """The names at the start of the list; the first part that is none ends it."""
    for part in map(str.strip, _SEPARATOR.split(listed)):
        if not _NAME.fullmatch(part) or _NO_SELLER.search(part):
            return
        yield part
