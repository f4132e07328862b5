"""Screens of the call's steps, and of the deal's record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from handlers.method.alignment import Missing, WhyMissing
from handlers.method.details import Details
from handlers.method.recap_lint import Finding
from handlers.method.statements import AgreedCounts, Kind, Progress, Statement
from handlers.screens.deals import DealCard, DealFacts, ReferralAsk


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """A step or objective of the call: its rule, its text, and whether the rep attests it."""

    rule: str
    text: str
    why: str
    holds: bool


@dataclass(frozen=True, slots=True)
class ChecklistScreen:
    """The call's checklist (M2) and the two lists of statements (M3)."""

    deal: DealFacts
    steps: tuple[ChecklistItem, ...]
    reached: str
    """The contact who was reached, or empty."""
    expectations: tuple[str, ...]
    priorities: tuple[str, ...]
    opening: str = ""
    """The opening line (M9.1), and the elephant to name first (M9.2), from the brief; empty without one."""
    elephant: str = ""
    seen: tuple[tuple[int, int], ...] = ()
    """The statements that the lists show, as (id, version)."""
    typed: Mapping[Kind, str] | None = None
    """Set if the lists were changed elsewhere: what the rep typed, followed by what is new."""


@dataclass(frozen=True, slots=True)
class CoachedStatement:
    """A statement that could be clearer. `typed` is what its field contains; `reason` is one of `vagueness.Reason`.

    `question` is one sentence, `script` what the rep can say to reset a competitor's promise (M1.2), `other_list` the
    list that it seems to belong to (M3.1, M3.2).
    """

    statement: Statement
    reason: str | None
    question: str | None
    script: str | None
    other_list: Kind | None
    suggestion: str | None
    """The sentence that suggests moving it to the other list."""
    typed: str


@dataclass(frozen=True, slots=True)
class CoachingScreen:
    """Before the read-back: what could be made measurable (M3.5)."""

    deal: DealFacts
    unanswered: tuple[CoachedStatement, ...]
    answered: tuple[Statement, ...] = ()
    """Answered by a button on this screen."""
    changed: bool = False
    """A statement was changed elsewhere in the meantime."""


@dataclass(frozen=True, slots=True)
class ListedStatement:
    """A statement on the list. `measure` is what makes it measurable, as text, or empty."""

    statement: Statement
    details: Details
    measure: str


@dataclass(frozen=True, slots=True)
class ListScreen:
    """A page of the statements, each editable. `undo` is the id of the change that can be undone."""

    deal: DealFacts
    listed: tuple[ListedStatement, ...]
    page: int
    """From 1."""
    pages: int
    total: int
    undo: int | None
    undo_action: str | None
    """The audit log's action for that change."""


@dataclass(frozen=True, slots=True)
class StatementForm:
    """The form to change a statement, or to add one if `listed` is None. `changed`: it was changed elsewhere."""

    deal: DealFacts
    listed: ListedStatement | None
    priorities: int = 0
    """The number of priorities, for the rank."""
    changed: bool = False
    typed: tuple[str, str] | None = None
    """The wording and the measure that were typed before it turned out to be changed."""


@dataclass(frozen=True, slots=True)
class DetailsForm:
    """The form for a statement's details. `categories` are the coaching topics for its kind."""

    deal: DealFacts
    listed: ListedStatement
    categories: tuple[str, ...]


ShownVersions = tuple[tuple[int, int], ...]
"""The statements on the rep's screen, as (id, version)."""


@dataclass(frozen=True, slots=True)
class CallContact:
    """A contact who may be on the call. `chosen`: the rep says that they are."""

    role: str
    name: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class ReadBackScreen:
    """One statement to read to the customer (M4.1). `changed`: it differs from what the rep just answered."""

    deal: DealFacts
    statement: Statement
    progress: Progress
    reached: str
    """The contact who answers, or empty."""
    changed: bool = False
    people: tuple[CallContact, ...] = ()
    """The contacts to choose from; empty if there is no choice."""
    competitor_script: str = ""
    """What the rep says to reset a competitor's promise (M1.2), or empty."""


@dataclass(frozen=True, slots=True)
class ReadAllScreen:
    """Several statements to read to the customer on one screen (M4.1). Answered ones keep their place."""

    deal: DealFacts
    statements: tuple[Statement, ...]
    progress: Progress
    reached: str
    """The contact who answers, or empty."""
    people: tuple[CallContact, ...] = ()
    changed: frozenset[int] = frozenset()
    """Ids of statements that differ from what the rep saw: they must be read again."""
    later: int = 0
    """How many unsettled statements follow on later screens."""
    competitor_scripts: Mapping[int, str] = field(default_factory=dict)
    """What the rep says to reset a competitor's promise (M1.2), by statement id."""


@dataclass(frozen=True, slots=True)
class CorrectionScreen:
    """The form for a corrected statement's new wording, which is then read back (M4.3)."""

    deal: DealFacts
    statement: Statement
    seen: ShownVersions = ()
    """The statements of the screen that opened this form, and to which it returns."""


@dataclass(frozen=True, slots=True)
class WrapUpScreen:
    """The wrap-up: the three objectives (M2.a - M2.c), then the referral ask (M5.1)."""

    deal: DealFacts
    objectives: tuple[ChecklistItem, ...]
    reached: str
    """The contact who is asked, or empty."""
    counts: AgreedCounts
    number: int
    definition: str
    outcome: str | None
    missing: tuple[Missing, ...] = ()
    """What the call lacks: the rep is asked why."""
    why_missing: WhyMissing | None = None
    """The reason that was given before."""
    next_step: str = ""
    """The next step that was agreed, with its date, in the rep's words (M9.1)."""
    asks_definition: bool = False
    """Nobody of the team has said yet what a quality referral is."""


@dataclass(frozen=True, slots=True)
class ReferralScreen:
    """The referral ask after a "not now" (M5.1). `reached` is the contact who is asked, or empty."""

    deal: DealFacts
    reached: str
    counts: AgreedCounts
    number: int
    definition: str


@dataclass(frozen=True, slots=True)
class RecapScreen:
    """The recap email, for the rep to open in their mail program (M6). `editing`: it is shown to be changed."""

    deal: DealFacts
    body: str
    sent_at: datetime | None
    findings: tuple[Finding, ...] = ()
    """What the rep may want to check before it counts as sent, the gravest first."""
    editing: bool = False


@dataclass(frozen=True, slots=True)
class ReopenScreen:
    """The form to tick which agreed statements the customer corrected after the recap (M6.3)."""

    deal: DealFacts
    statements: tuple[Statement, ...]
    """In reading order."""


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """An event in the timeline. `actor` is the platform's id of the person, None for FirstCall itself."""

    action: str
    actor: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class RecordScreen:
    """Everything on record about a deal."""

    card: DealCard
    statements: tuple[Statement, ...]
    reached: str
    recap: str | None
    timeline: tuple[TimelineEntry, ...]
    referrals: tuple[ReferralAsk, ...] = ()
    """Every answer to the referral ask, the newest first."""
    missing: tuple[Missing, ...] = ()
    """What an aligned deal lacks, and the rep's reason."""
    why_missing: WhyMissing | None = None
    next_step: str = ""
    """The next step that was agreed, in the rep's words (M9.1)."""
    may_ask_again: bool = False
    """The customer said "not now" to the referral ask, and can be asked again."""


CallScreen = (
    ChecklistScreen | CoachingScreen | ReadBackScreen | ReadAllScreen | WrapUpScreen | RecapScreen | RecordScreen
)
"""A step of the call. "Start the call" and "Continue" open the next one."""


StatementScreen = ListScreen | StatementForm | DetailsForm
"""The screens for editing statements outside the steps of the call."""
