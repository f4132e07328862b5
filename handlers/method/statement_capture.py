"""Parse a rep's notes into statements, one per line, and compare an edited list with the stored one (M3.4, M4.3)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from handlers.method.statements import Kind, Statement, active_statements

MAX_STATEMENT_LENGTH = 1000
MAX_STATEMENTS = 20
"""Per kind. A customer has several, not forty, and a screen has limits."""

# Prefixes from dictation or pasting: bullets, dashes, "1." and "2)", also several in a row.
_LEAD = re.compile(r"^(?:(?:[-*•–—·]+|\d{1,2}[.)])(?:\s+|$))+")


def normalize_statement(text: str) -> str:
    """Return the statement as it is stored: on one line, trimmed, without a bullet."""
    return _LEAD.sub("", " ".join(text.split()))


def split_statements(text: str) -> list[str]:
    """Return the statements of a multi-line field, in order, without empty or repeated lines."""
    seen: dict[str, str] = {}
    for raw in text.splitlines():
        line = normalize_statement(raw)
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
    """The statement `id` gets a new version, with another wording or rank, and is read back again."""

    id: int
    wording: str
    position: int


@dataclass(frozen=True, slots=True)
class Dropped:
    """The statement `id` was removed from the list."""

    id: int


Edit = Added | Changed | Dropped


def edits(kind: Kind, wordings: Sequence[str], statements: Sequence[Statement]) -> list[Edit]:
    """Return the edits that turn the list of a kind into `wordings`.

    An unchanged line is the same statement. New lines are matched, in order, with statements whose line is gone: those
    were reworded. The rest were added or dropped. A priority that moved gets a new version, because an agreement to
    another order does not carry over (M4.3); an expectation has no rank, so moving it changes nothing.
    """
    gone = active_statements(statements, kind)
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
