"""Read labelled fields: the `Amount: $5k | Owner: Jo` of CRM cards, forms and people who write like them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from handlers.detection.lexicon import Lexicon
from handlers.detection.markup import BOLD, QUOTE_LINE


@dataclass(frozen=True, slots=True)
class Field:
    """A labelled value: the role of its label (`customer`, `amount`, ...), the label, and where the value stands in the text."""

    role: str
    label: str
    start: int
    end: int


# A label opens a line or follows a separator; its length is bounded, so the search is linear.
_LABEL = re.compile(
    rf"(?:^|[|•·\n;,.{BOLD}{QUOTE_LINE}]|[-–—>])[ \t{BOLD}{QUOTE_LINE}]{{0,6}}"
    rf"(?P<label>[^\W\d_][^\n:：|{BOLD}•]{{0,38}}?)[ \t{BOLD}]{{0,4}}[:：][ \t{BOLD}]{{0,4}}",
    re.MULTILINE,
)
_LABEL_ALONE = re.compile(
    rf"(?:^|\n)[ \t{BOLD}]{{0,4}}(?P<label>[^\W\d_][^\n:：{BOLD}]{{0,38}}?)[ \t]{{0,3}}{BOLD}[ \t]{{0,4}}(?=\n)"
)
_SHORT_NAME = re.compile(r":[a-z0-9_+'-]{1,50}:")
_ENDS = re.compile(r"[\n|•·]")


def read_fields(text: str, lexicon: Lexicon) -> list[Field]:
    """Return the labelled values whose labels the lexicon knows, in order."""
    if ":" not in text and "：" not in text and BOLD not in text:
        return []
    text = _SHORT_NAME.sub(lambda match: " " * len(match.group()), text)
    labels: list[tuple[int, int, str, str]] = []
    at = 0
    while match := _LABEL.search(text, at):
        label = match["label"].strip().lower()
        role = lexicon.fields.get(label)
        if role:
            labels.append((match.start(), match.end(), role, label))
            at = match.end()
        else:
            at = match.start() + 1 if match.start() >= at else at + 1
    if BOLD in text:
        for match in _LABEL_ALONE.finditer(text):
            role = lexicon.fields.get(match["label"].strip().lower())
            if role:
                labels.append((match.start(), match.end(), role, match["label"].strip().lower()))
        labels.sort()
    fields: list[Field] = []
    for index, (_, start, role, label) in enumerate(labels):
        limit = labels[index + 1][0] if index + 1 < len(labels) else len(text)
        while start < limit and text[start] in f"\n {BOLD}":
            start += 1
        end = _ENDS.search(text, start, max(limit, start))
        stop = end.start() if end else max(limit, start)
        while stop > start and text[stop - 1] in f" \t{BOLD},;.":
            stop -= 1
        if stop > start:
            fields.append(Field(role, label, start, stop))
    return fields
