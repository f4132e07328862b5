"""From the rep's notes to statements: one a line, and what an edited list means for those that exist (M3.4, M4.3)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from handlers.method.statements import Kind, Statement, standing

LONGEST_STATEMENT = 1000
MOST_STATEMENTS = 20
"""Of each kind. A customer has several, nobody has forty; and a screen has an end."""

# What a dictation or a paste puts before a line: bullets, dashes, "1." and "2)", also one behind the other.
_LEAD = re.compile(r"^(?:(?:[-*•–—·]+|\d{1,2}[.)])(?:\s+|$))+")


def one_line(text: str) -> str:
    """A statement as it is kept, wherever it was typed: on one line, trimmed, without a bullet."""
    return _LEAD.sub("", " ".join(text.split()))


def lines(text: str) -> list[str]:
    """The statements in a multi-line field, in order, without empty or repeated lines."""
    seen: dict[str, str] = {}
    for raw in text.splitlines():
        line = one_line(raw)
        if line:
            seen.setdefault(line.casefold(), line)
    return list(seen.values())


@dataclass(frozen=True, slots=True)
class Added:
    """A new statement at `position`."""

    wording: str
    position: int


@dataclass(frozen=True, slots=True)
class Changed:
    """The statement `id` gets a new version: another wording or rank. It is read back again."""

    id: int
    wording: str
    position: int


@dataclass(frozen=True, slots=True)
class Dropped:
    """The statement `id` was taken off the list."""

    id: int


Edit = Added | Changed | Dropped


def edits(kind: Kind, wordings: Sequence[str], statements: Sequence[Statement]) -> list[Edit]:
    """What changes when the list of a kind shall read `wordings`.

    A line that reads as before is the same statement. New lines are matched in order with statements whose line is
    gone: that is a rewording. What is left over was added or dropped. A priority that moved gets a new version, for
    an agreement on another order does not carry over (M4.3); an expectation has no rank, so moving one changes nothing.
    """
    gone = standing(statements, kind)
    places: list[tuple[str, Statement | None]] = []
    for wording in wordings:
        same = next((s for s in gone if s.wording.casefold() == wording.casefold()), None)
        if same is not None:
            gone.remove(same)
        places.append((wording, same))
    result: list[Edit] = []
    for position, (wording, found) in enumerate(places, start=1):
        same = found or (gone.pop(0) if gone else None)
        if same is None:
            result.append(Added(wording, position))
        elif same.wording != wording or (kind is Kind.PRIORITY and same.position != position):
            result.append(Changed(same.id, wording, position))
    result.extend(Dropped(s.id) for s in gone)
    return result
