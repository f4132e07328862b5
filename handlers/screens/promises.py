"""Screens of the promises after the call: the board, one promise that was answered, and two small forms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from handlers.method.details import Owner
from handlers.method.promise_outcomes import DealOutcome, MissReason, TrackedPromise
from handlers.method.statements import Kind, Statement
from handlers.screens.deals import DealFacts


@dataclass(frozen=True, slots=True)
class NoteLine:
    """A note beside a promise; ids are the platform's. `told` is empty if nobody was."""

    text: str
    by: str
    at: datetime
    told: str = ""


@dataclass(frozen=True, slots=True)
class BoardPromise:
    """An agreed statement on the board: who keeps it, by when, what became of it, and who says so.

    `kept_by` is who keeps it by name, by the platform's id; empty if nobody is named.

    `measure` is what makes it measurable, or empty. `evidence` and `contact` are empty if unknown. Of a promise that
    recurs, `made` of the `occasions` so far were kept; `occasions` is 0 for any other.
    """

    tracked: TrackedPromise
    statement: Statement
    keeper: Owner
    measure: str
    overdue: bool
    contact: str = ""
    evidence: str = ""
    reason: MissReason | None = None
    recorded_at: datetime | None = None
    made: int = 0
    occasions: int = 0
    may_settle: bool = True
    """Whether the person who looks says what became of it."""
    notes: tuple[NoteLine, ...] = ()
    """The newest first."""
    by: str = ""
    """The platform's id of the person who recorded it, unless that is the one who looks."""
    kept_by: str = ""


class BoardNote(StrEnum):
    """What the board says of the last tap."""

    CHANGED = "changed"
    """The promise was reworded since the person saw it: nothing was recorded."""
    ANSWERED = "answered"
    """Somebody else has answered already: nothing was recorded."""
    NOT_TOLD = "not_told"
    """The note is stored, but the colleague does not see the deal: they were not told."""
    NOT_YET = "not_yet"
    """The deal cannot be completed: something is open."""


@dataclass(frozen=True, slots=True)
class BoardScreen:
    """A page of the promises of a deal. Once the deal is completed, a summary.

    `outcome` and `lists` (met or not, by kind) are of all promises, `open_wordings` those of the pending ones.
    `value_day` is the day of the customer's first result, formatted. `asks`: they can be settled at this stage.
    """

    deal: DealFacts
    promises: tuple[BoardPromise, ...]
    page: int
    pages: int
    total: int
    outcome: DealOutcome
    lists: Mapping[Kind, bool]
    open_wordings: tuple[str, ...]
    value_day: str | None
    asks: bool
    note: BoardNote | None = None
    own: bool = True
    """Whether the reader acts as the deal's rep."""
    assigns: bool = False
    """There is a team, so the reader may say who of it keeps a promise."""


@dataclass(frozen=True, slots=True)
class PromiseAnswered:
    """One promise after a tap. A missed one asks for its reason (M8.1); `changed`: it was reworded, and asks again.

    `already`: somebody else had answered, so nothing was recorded. `own`: the deal's rep looks.
    """

    deal: DealFacts
    promise: BoardPromise
    page: int = 1
    changed: bool = False
    already: bool = False
    own: bool = True
    """Whether the reader acts as the deal's rep."""


@dataclass(frozen=True, slots=True)
class EvidenceForm:
    """The form that asks who says so, and for a sentence or a link."""

    deal: DealFacts
    promise: BoardPromise
    page: int = 1


@dataclass(frozen=True, slots=True)
class ValueDayForm:
    """The form for the day of the customer's first result (M10.4). `day` is the known one, formatted."""

    deal: DealFacts
    day: str | None
    zone: str


@dataclass(frozen=True, slots=True)
class RenegotiateForm:
    """Delivery can't keep a promise as agreed: the reason, for the rep."""

    deal: DealFacts
    promise: BoardPromise


@dataclass(frozen=True, slots=True)
class RepAsked:
    """The rep was asked to talk to the customer about a promise again."""

    deal: DealFacts


@dataclass(frozen=True, slots=True)
class NoteForm:
    """A note beside a promise, and whom to tell."""

    deal: DealFacts
    promise: BoardPromise


@dataclass(frozen=True, slots=True)
class NoteTold:
    """The message to a colleague who was named in a note. `by` is the platform's id."""

    deal: DealFacts
    wording: str
    text: str
    by: str


PromisesScreen = BoardScreen | PromiseAnswered | EvidenceForm | ValueDayForm | RenegotiateForm | RepAsked | NoteForm
"""What a button or a form of the promises can show."""
