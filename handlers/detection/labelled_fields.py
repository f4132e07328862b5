"""Read labelled fields, such as `Amount: $5k | Owner: Jo` or `Customer = Acme` in CRM cards and forms."""

from __future__ import annotations

import re
from dataclasses import dataclass

from handlers.detection.field_labels import label_role
from handlers.detection.lexicon import Lexicon
from handlers.detection.markup import BOLD, QUOTE_LINE
from handlers.detection.name_ends import name_end, without_end_marks, without_record_code
from handlers.detection.placeholders import is_placeholder

UNNAMED_CUSTOMER = "unnamed customer"
"""The role of a field that would name the customer, but has no value, or a placeholder for one."""


@dataclass(frozen=True, slots=True)
class Field:
    """A labelled value: the role of its label (`customer`, `amount`, ...), the label, and its position in the text."""

    role: str
    label: str
    start: int
    end: int


_EMOJI = "\u2190-\u21ff\u2300-\u23ff\u2460-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff\ufe0f"
# A label opens a line or follows a separator; its length is bounded, so the search is linear.
_LABEL = re.compile(
    rf"(?:^|[|•·\n;()\[\]{_EMOJI}{BOLD}{QUOTE_LINE}]|[-–—>]|[ \u3000](?=[\u3040-\u9fff])|[,.!?](?=[ \t{BOLD}]))"
    rf"[ \t{BOLD}{QUOTE_LINE}]{{0,6}}"
    rf"(?P<label>[^\W\d_][^\n:：=|{BOLD}•]{{0,38}}?)[ \t{BOLD}]{{0,4}}[:：=](?![=>])[ \t{BOLD}]{{0,4}}",
    re.MULTILINE,
)
_LABEL_ALONE = re.compile(
    rf"(?:^|\n)[ \t{BOLD}{_EMOJI}]{{0,6}}(?P<label>[^\W\d_][^\n:：{BOLD}]{{0,38}}?)[ \t]{{0,3}}{BOLD}[ \t]{{0,4}}(?=\n)"
)
_SHORT_NAME = re.compile(r":[a-z0-9_+'-]{1,50}:")
_BEFORE_VALUE = f"\n {BOLD}"
_ENDS = re.compile(r"[\n|•·]|[;,]\s{1,3}[^\W\d_][^\n:：=|;,]{0,30}?\s?[:：=]\s")
_LONGEST_NAME = 160


def read_fields(text: str, lexicon: Lexicon) -> list[Field]:
    """Return the values of known labels, in order."""
    if ":" not in text and "：" not in text and "=" not in text and BOLD not in text:
        return []
    text = _SHORT_NAME.sub(lambda match: " " * len(match.group()), text)
    labels = _labels(text, lexicon)
    if not labels:
        return []
    limits = [*(start for start, *_ in labels[1:]), len(text)]
    fields: list[Field] = []
    for (_, value, label, role), limit in zip(labels, limits, strict=True):
        start, stop = _value(text, value, max(limit, value))
        if role == "customer":
            start = stop - len(without_record_code(text[start:stop]))
            stop = name_end(text, start, min(stop, start + _LONGEST_NAME))
        if not is_placeholder(text[start:stop]):
            fields.append(Field(role, label, start, stop))
        elif role in ("customer", "deal", "contact"):
            fields.append(Field(UNNAMED_CUSTOMER, label, start, stop))
    return fields


def _labels(text: str, lexicon: Lexicon) -> list[tuple[int, int, str, str]]:
    """The start of each label, the earliest start of its value, the label, and its role."""
    found: list[tuple[int, int, str, str]] = []
    at = 0
    while match := _LABEL.search(text, at):
        label = match["label"].strip().lower()
        if role := label_role(label, lexicon):
            start = match.start() + (text[match.start()] == ".")  # it may belong to the name: "Bodega S.L. Amount: 5"
            found.append((start, match.end(), label, role))
            at = match.end()
        else:
            at = max(match.start(), at) + 1
    if BOLD in text:
        for match in _LABEL_ALONE.finditer(text):
            label = match["label"].strip().lower()
            if role := label_role(label, lexicon):
                found.append((match.start(), match.end(), label, role))
        found.sort()
    return found


def _value(text: str, start: int, limit: int) -> tuple[int, int]:
    """Trim the value between a label and the next one; it ends at the end of the line or at a separator."""
    while start < limit and text[start] in _BEFORE_VALUE:
        start += 1
    end = _ENDS.search(text, start, limit)
    stop = end.start() if end else limit
    return start, without_end_marks(text, start, stop)
