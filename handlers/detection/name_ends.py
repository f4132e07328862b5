"""Find where a name ends in the text behind a label: `Quill Inc., $5k`, `Quill - 3 years`, `Quill. Owner is Jo`."""

from __future__ import annotations

import re

from handlers.detection.markup import BOLD, MENTION_OPEN
from handlers.detection.placeholders import BLANK

_AFTER_NAME = f" \t{BOLD},;."
_LONGEST_FORM = 16
_FORM = (
    r"inc|l\.?l\.?c|ltd|limited|llp|lp|plc|corp|co|gmbh|ag|kg|e\.?\s?k|ug|se|s\.?\s?a|s\.?\s?l|s\.?\s?r\.?\s?l|s\.?\s?c"
    r"|s\.?\s?p\.?\s?a|sas|sarl|b\.?v|n\.?v|a/?s|aps|ab|asa|oy|sp\. z o\.o|sp|p\.?c|pllc|pty|pvt|lda|jr|sr|md|dds"
)
_LEGAL_FORM = re.compile(rf"[\s,]{{0,3}}(?:{_FORM})\b", re.IGNORECASE)
_LEGAL_END = re.compile(rf"\s(?:{_FORM})\.?$", re.IGNORECASE)
_END = re.compile(
    rf"\s[-–—→]+\s|[.!?]\s+(?=[^\Wa-z])"
    rf"|[,;]\s+(?=[\d$€£¥@#{MENTION_OPEN}{BLANK}]|[^\W\d_A-Z]|[A-Z]{{2,3}}[$€£]?\s?\d)"
)
# A number in front of a name: "0001007731 Quill AG", "Lead-5512 Quill".
_RECORD_CODE = re.compile(r"^(?:#?0\d{3,}|#\d+|№\s?\d+|#?\d{6,}|[A-Za-z]{1,5}-\d{2,})\b[\s:–—-]*(?=[^\W\d_])")
_COMMA = re.compile(r",\s+(?=[A-Z])")
_PARTNERS = re.compile(r"[&+]|\b(?:and|und|et|y)\b")
_ABBREVIATED = re.compile(r"\b(?:\w|st|dr|mrs?|mt|ft|pvt|pty|sp|sta|sto|no|gebr|fa)$", re.IGNORECASE)
_DOTTED = re.compile(r"(?:\b\w{1,2}\.[ ]?){1,3}\w$|\b(?:inc|ltd|co|corp|bros|jr|sr|pvt|pty|dr|st)$", re.IGNORECASE)


def without_record_code(name: str) -> str:
    """Return the name without a number of the tool in front: `0001007731 Quill AG`, `Lead-5512 Quill`."""
    return _RECORD_CODE.sub("", name)


def name_end(text: str, start: int, stop: int) -> int:
    """Return the end of the name that begins at `start` of `text` and ends at `stop` at the latest."""
    at = start
    while match := _END.search(text, at, stop):
        if text[match.start()] == ".":
            ending = text[max(start, match.start() - _LONGEST_FORM) : match.start()]
            if _ABBREVIATED.search(ending) or _LEGAL_FORM.match(text, match.end(), stop):
                at = match.end()
                continue
            if keeps_period(f"{ending}."):
                return match.start() + 1
        stop = match.start()
        break
    for match in _COMMA.finditer(text, start, stop):
        if not _LEGAL_FORM.match(text, match.end(), stop) and not _PARTNERS.search(text, match.end(), stop):
            return match.start()
    return without_end_marks(text, start, stop)


def without_end_marks(text: str, start: int, stop: int) -> int:
    """Return the end without the marks behind a value, unless they belong to it: `Quill Inc.`"""
    while (
        stop > start
        and text[stop - 1] in _AFTER_NAME
        and not keeps_period(text[max(start, stop - _LONGEST_FORM) : stop])
    ):
        stop -= 1
    return stop


def keeps_period(name: str) -> bool:
    """Whether the period at the end belongs to the name: `Quill Inc.`, `Bodega S.L.`"""
    return name.endswith(".") and bool(_DOTTED.search(name[-_LONGEST_FORM:-1]))


def has_legal_form(name: str) -> bool:
    """Whether a name ends with the form of a company: `Quill GmbH`."""
    return bool(_LEGAL_END.search(name))
