"""Parses a rep's report of a deal: `Northwind Dental $45k` is a customer and an amount."""

from __future__ import annotations

import re
from dataclasses import replace

from handlers.detection import TypedAmount, find_shared_credit
from handlers.intake.reports import DealReported
from handlers.intake.typed_entries import typed_amount
from handlers.requests import Caller

_PUNCTUATION = " \t,;:–—-()[]{}=→|•·‣▪（）"
_LEADS_TO_NAME = re.compile(
    r"(?:(?:an?|the|our)\s+)?(?:new\s+)?(?:deal\s+)?(?:with|for|from|at|mit|bei|von|für|avec|chez|pour)\s+(?=\S)"
)
"""`with` in `$45k with Fourth Coffee`. In small letters only: `For All Mankind` is a name."""
_LABEL = re.compile(r"(?:(?:an?|the|our|new)\s+)*(?:deal|customer|client|account)\s*:\s*", re.IGNORECASE)
_NO_NAME = re.compile(r"(?:(?:an?|the|our|another|new)\s+)*(?:deal|order|contract|renewal|customer)", re.IGNORECASE)
"""`a deal` in `a deal worth $45k with Fourth Coffee`."""
_LEADS_TO_AMOUNT = re.compile(r"(?<=\S)\s+\(?(?:for|at|worth|of|with|für|über|pour|@|/|[-=]*>)\s*\Z")
"""`for` in `Fourth Coffee for $45k`, and what some write instead: `@`, `/`, `=>`."""
_QUOTED_LINE = re.compile(r"\A>\s+")
_EMOJI = (
    r"(?::[a-z0-9_+'-]+:(?::skin-tone-\d:)?"
    r"|[\uFE0E\uFE0F]|[\U0001F000-\U0001FAFF\u2300-\u23FF\u25A0-\u27BF\u2B00-\u2BFF][\uFE0F\u200D\U0001F3FB-\U0001F3FF]*)"
)
_EMOJI_AROUND = re.compile(rf"\A(?:{_EMOJI}\s*)+|(?:\s*{_EMOJI})+\Z")
"""A name is decorated with them, as text or as Slack names them: `:tada: Kestrel Foods :tada:`."""
_MARKS = frozenset("*_~`\"'“”‘’«»")
"""Quotation marks, and those of bold, italic and struck text and of code."""
_QUOTES = {
    '"': '"', "“": "”", "”": "”", "„": "“”", "‟": "‟”", "″": "″", "❝": "❞", "〝": "〞〟",
    "«": "»", "»": "«", "‹": "›", "›": "‹", "＂": "＂",
    "「": "」", "『": "』", "《": "》", "〈": "〉", "【": "】",
    "'": "'’", "‘": "’", "‚": "‘’", "‛": "’‛", "´": "´'’", "`": "`'", "*": "*", "_": "_", "~": "~",
}  # fmt: skip
"""What ends a quotation, by what begins it; also the marks of code and bold text, which are pasted with a name."""
_PAIRS = (("(", ")"), ("[", "]"), ("{", "}"), ("（", "）"))
_ALSO_APOSTROPHES = "'‘‚‛´`*_~"
"""`'t Hoekje` begins with no quotation."""


def parse_report(caller: Caller, customer: str, amount: str) -> DealReported:
    """The report from the form's two fields. An unreadable amount is left out.

    Raises `InvalidEntryError` for an amount that is too large.
    """
    return _report(caller, customer, typed_amount(amount))


def read_report(caller: Caller, typed: str) -> DealReported:
    """The report from the text after the command: the amount is cut out, the rest is the customer.

    So is who closed it, if that was a team or several people: `the team signed Kestrel $40k`. Raises
    `InvalidEntryError` for an amount that is too large.
    """
    shared = find_shared_credit(typed)
    if shared is not None:
        start, end = shared
        report = read_report(caller, f"{typed[:start]} {typed[end:]}")
        return replace(report, customer=report.customer.rstrip("!. "), owner_known=False)
    found = typed_amount(typed)
    if found is None:
        return _report(caller, _name(typed), None)
    start, end = found.start, found.end
    while start and typed[start - 1] in _MARKS and typed[end : end + 1] in _MARKS:  # *$45k*
        start, end = start - 1, end + 1
    before = _LEADS_TO_AMOUNT.sub("", _undecorated(typed[:start]))
    after = _name(typed[end:])
    return _report(caller, after if after and _NO_NAME.fullmatch(before) else _name(before) or after, found)


def _name(typed: str) -> str:
    """The customer's name without what surrounds it: a preposition, quotation marks, emoji."""
    text = _undecorated(typed)
    for lead in (_LEADS_TO_NAME, _LABEL):
        text = lead.sub("", text, count=1) if lead.match(text) else text
    return _stripped(_unquoted(text))


def _undecorated(text: str) -> str:
    """The text without emoji and punctuation around it; two apostrophes are a quotation mark."""
    return _stripped(_EMOJI_AROUND.sub("", _QUOTED_LINE.sub("", text.strip()).replace("''", '"')))


def _stripped(text: str) -> str:
    """The text without punctuation around it, but with pairs of parentheses whole: `Smith (London)`, `(株)アクメ`."""
    bare = text.strip(_PUNCTUATION)
    start = text.find(bare)
    before, after = text[:start][-1:], text[start + len(bare) :][:1]
    for opening, closing in _PAIRS:
        if before == opening and bare.count(closing) > bare.count(opening):
            return before + bare
        if after == closing and bare.count(opening) > bare.count(closing):
            return bare + after
    return bare


def _unquoted(text: str) -> str:
    """The text without quotation marks around all of it. One that the amount was cut from has lost its end."""
    ends = _QUOTES.get(text[:1], "")
    inside = text[1:]
    if not ends or (closed := next((at for at, mark in enumerate(inside) if mark in ends), None)) is None:
        return inside if ends and text[0] not in _ALSO_APOSTROPHES else text
    return inside[:-1] if closed == len(inside) - 1 else text


def _report(caller: Caller, customer: str, found: TypedAmount | None) -> DealReported:
    if found is None:
        return DealReported(caller, customer, None, None)
    return DealReported(caller, customer, found.amount, found.currency, found.period)
