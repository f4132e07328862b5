"""Read labelled fields, such as `Amount: $5k | Owner: Jo` in CRM cards and forms."""

from __future__ import annotations

import re
from dataclasses import dataclass

from handlers.detection.lexicon import Lexicon
from handlers.detection.markup import BOLD, QUOTE_LINE
from handlers.detection.name_words import ends_with_abbreviation


@dataclass(frozen=True, slots=True)
class Field:
    """A labelled value: the role of its label (`customer`, `amount`, ...), the label, and its position in the text."""

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
_BEFORE_VALUE = f"\n {BOLD}"
_AFTER_VALUE = f" \t{BOLD},;."
_ENDS = re.compile(r"[\n|•·]")


def read_fields(text: str, lexicon: Lexicon) -> list[Field]:
    """Return the values of known labels, in order."""
    if ":" not in text and "：" not in text and BOLD not in text:
        return []
    text = _SHORT_NAME.sub(lambda match: " " * len(match.group()), text)
    labels = _labels(text, lexicon)
    if not labels:
        return []
    limits = [*(start for start, _, _ in labels[1:]), len(text)]
    fields: list[Field] = []
    for (_, value, label), limit in zip(labels, limits, strict=True):
        start, stop = _value(text, value, max(limit, value))
        if stop > start:
            fields.append(Field(lexicon.fields[label], label, start, stop))
    return fields


def _labels(text: str, lexicon: Lexicon) -> list[tuple[int, int, str]]:
    """The start of each label, the earliest start of its value, and the label."""
    found: list[tuple[int, int, str]] = []
    at = 0
    while match := _LABEL.search(text, at):
        label = match["label"].strip().lower()
        if label in lexicon.fields:
            found.append((match.start(), match.end(), label))
            at = match.end()
        else:
            at = max(match.start(), at) + 1
    if BOLD in text:
        alone = ((match.start(), match.end(), match["label"].strip().lower()) for match in _LABEL_ALONE.finditer(text))
        found += [label for label in alone if label[2] in lexicon.fields]
        found.sort()
    return found


def _value(text: str, start: int, limit: int) -> tuple[int, int]:
    """Trim the value between a label and the next one; it ends at the end of the line or at a separator."""
    while start < limit and text[start] in _BEFORE_VALUE:
        start += 1
    end = _ENDS.search(text, start, limit)
    stop = end.start() if end else limit
    while stop > start and text[stop - 1] in _AFTER_VALUE:
        if text[stop - 1] == "." and ends_with_abbreviation(text[start : stop - 1]):
            break
        stop -= 1
    return start, stop
