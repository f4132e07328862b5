"""The steps of the call on screen, and the record that they leave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from handlers.method.details import Details
from handlers.method.recap_lint import Finding
from handlers.method.statements import AgreedCounts, Kind, Progress, Statement
from handlers.screens.deals import DealCard, DealFacts, ReferralAsk


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """A step or objective of the call with its rule, its words, and whether the rep attests it."""

    rule: str
    text: str
    why: str
    holds: bool


@dataclass(frozen=True, slots=True)
class ChecklistScreen:
    """The call's checklist (M2) and the two lists of statements (M3), one a line."""

    deal: DealFacts
    steps: tuple[ChecklistItem, ...]
    reached: str
    """Who was reached at the customer, or empty."""
    expectations: tuple[str, ...]
    priorities: tuple[str, ...]
    opening: str = ""
    """What to begin with (M9.1), and what to name first (M9.2), from the brief; empty without one."""
    elephant: str = ""
    seen: tuple[tuple[int, int], ...] = ()
    """The statements that the lists show: (id, version)."""
    typed: Mapping[Kind, str] | None = None
    """The lists were changed elsewhere meanwhile: what the rep had typed, with what is new behind it."""


@dataclass(frozen=True, slots=True)
class CoachedStatement:
    """A statement that could be clearer. `typed` is what stands in its field; `reason` one of vagueness.Reason.

    `question` is one sentence, `script` what the rep can say to reset a competitor's promise (M1.2), `other_list` where
    it sounds as if it belonged (M3.1, M3.2).
    """

    statement: Statement
    reason: str | None
    question: str | None
    script: str | None
    other_list: Kind | None
    suggestion: str | None
    """The sentence that suggests the other list."""
    typed: str


@dataclass(frozen=True, slots=True)
class CoachingScreen:
    """Before the read-back: what could be made measurable (M3.5)."""

    deal: DealFacts
    unanswered: tuple[CoachedStatement, ...]
    answered: tuple[Statement, ...] = ()
    """Answered by a tap on this very screen."""
    changed: bool = False
    """A statement was changed elsewhere meanwhile."""


@dataclass(frozen=True, slots=True)
class ListedStatement:
    """A statement on the list. `measure` is what makes it measurable, in words, or empty."""

    statement: Statement
    details: Details
    measure: str


@dataclass(frozen=True, slots=True)
class ListScreen:
    """The statements, a page at a time, each to be changed. `undo` is the change that can be taken back, by its id."""

    deal: DealFacts
    listed: tuple[ListedStatement, ...]
    page: int
    """From 1."""
    pages: int
    total: int
    undo: int | None
    undo_action: str | None
    """What was done, as the timeline calls it."""


@dataclass(frozen=True, slots=True)
class StatementForm:
    """One statement to change, or to add while it has none. `changed`: it was changed elsewhere meanwhile."""

    deal: DealFacts
    listed: ListedStatement | None
    priorities: int = 0
    """How many priorities there are to rank it among."""
    changed: bool = False


@dataclass(frozen=True, slots=True)
class DetailsForm:
    """What is noted beside a statement. `categories` are the coach's topics for its kind."""

    deal: DealFacts
    listed: ListedStatement
    categories: tuple[str, ...]


ShownVersions = tuple[tuple[int, int], ...]
"""What the rep has before them: ids of statements, each with its version."""


@dataclass(frozen=True, slots=True)
class CallContact:
    """Somebody at the customer who may be the one who answers. `chosen`: the rep says that it is them."""

    role: str
    name: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class ReadBackScreen:
    """One statement to read to the customer (M4.1). `changed` says that it is not what the rep just answered to."""

    deal: DealFacts
    statement: Statement
    progress: Progress
    reached: str
    """Who answers, or empty."""
    changed: bool = False
    people: tuple[CallContact, ...] = ()
    """Whom the rep may choose from; empty when there is no choice."""
    competitor_script: str = ""
    """A competitor promised it: what the rep says to reset that (M1.2)."""


@dataclass(frozen=True, slots=True)
class ReadAllScreen:
    """Several statements to read to the customer, on one screen (M4.1). What was answered on it stays in its place."""

    deal: DealFacts
    statements: tuple[Statement, ...]
    progress: Progress
    reached: str
    """Who answers, or empty."""
    people: tuple[CallContact, ...] = ()
    changed: frozenset[int] = frozenset()
    """Ids of those that read otherwise than what the rep had before them: they are to be read again."""
    later: int = 0
    """How many more wait, on the screens after this one."""
    competitor_scripts: Mapping[int, str] = field(default_factory=dict)
    """What the rep says to reset a competitor's promise (M1.2), by the statement's id."""


@dataclass(frozen=True, slots=True)
class CorrectionScreen:
    """The customer corrected a statement: the field for its new wording, which is then read back (M4.3)."""

    deal: DealFacts
    statement: Statement
    seen: ShownVersions = ()
    """The screen of several statements that leads here, and that comes next."""


@dataclass(frozen=True, slots=True)
class WrapUpScreen:
    """The end of the call: the three objectives (M2.a - M2.c), then the referral ask (M5.1)."""

    deal: DealFacts
    objectives: tuple[ChecklistItem, ...]
    reached: str
    """Who is asked, or empty."""
    counts: AgreedCounts
    number: int
    definition: str
    outcome: str | None


@dataclass(frozen=True, slots=True)
class RecapScreen:
    """The recap mail for the rep to copy into their own mail program (M6)."""

    deal: DealFacts
    body: str
    sent_at: datetime | None
    findings: tuple[Finding, ...] = ()
    """What the rep may want to look at once more before it counts as sent."""


@dataclass(frozen=True, slots=True)
class ReopenScreen:
    """The customer answered the recap: which of the agreed statements did they correct (M6.3)?"""

    deal: DealFacts
    statements: tuple[Statement, ...]
    """In reading order."""


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One line of what happened. `actor` is the platform's id of who did it, None for FirstCall itself."""

    action: str
    actor: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class RecordScreen:
    """Everything that is on record of a deal."""

    card: DealCard
    statements: tuple[Statement, ...]
    reached: str
    recap: str | None
    timeline: tuple[TimelineEntry, ...]
    referrals: tuple[ReferralAsk, ...] = ()
    """Every answer to the referral ask, the newest first."""


CallScreen = (
    ChecklistScreen | CoachingScreen | ReadBackScreen | ReadAllScreen | WrapUpScreen | RecapScreen | RecordScreen
)
"""A step of the call. "Start the call" and "Continue" open the one that is next."""


StatementScreen = ListScreen | StatementForm | DetailsForm
"""What a rep sees of the statements beside the steps of the call."""
