"""Screens of the call's steps, and of the deal's record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from handlers.method.alignment import Missing, WhyMissing
from handlers.method.contact_details import ContactDetails
from handlers.method.details import Details
from handlers.method.recap_lint import Finding
from handlers.method.referrals import ReferralCounts
from handlers.method.statements import AgreedCounts, Kind, Progress, Statement
from handlers.screens.challenges import ChallengeOnRecord, PraiseShown
from handlers.screens.deals import DealCard, DealFacts, DeliveryWord, ReferralAsk
from prompts.playbook import Item, Situation


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """A step or objective of the call: its rule, its text, and whether the rep attests it."""

    rule: str
    text: str
    why: str
    holds: bool


@dataclass(frozen=True, slots=True)
class TalkLine:
    """What the rep can say at a step or objective (`rule`), filled in."""

    rule: str
    words: str


@dataclass(frozen=True, slots=True)
class ReachableContact:
    """A contact and how to reach them. `there` is their local time, without a zone; None if their zone is unknown.

    `can_be_called` is False before their 9:00, after their 18:00 and at their weekend.
    """

    role: str
    details: ContactDetails
    there: datetime | None = None
    can_be_called: bool = True


@dataclass(frozen=True, slots=True)
class CallHelp:
    """What helps on the call besides the checklist: whom to call, what to say, and what to do when it gets hard."""

    contacts: tuple[ReachableContact, ...] = ()
    talk: tuple[TalkLine, ...] = ()
    """One for each step that has words."""
    proposal: str = ""
    """The proposal's http(s) URL, for the step that reviews it (M2.4)."""
    voicemail: str = ""
    """What to leave on their voicemail; empty once somebody was reached."""
    listening: tuple[str, ...] = ()
    silence: str = ""
    """What keeps the customer talking, and when to say nothing (M4.4)."""
    attempts: bool = False
    """Whether a failed attempt to reach them can be logged: nothing of the call is on record yet."""
    asks_sellers: bool = False
    """Whether the number of other sellers is still unknown (M1.4)."""
    situation: Situation | None = None
    """The one whose button was clicked."""


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
    help: CallHelp = field(default_factory=CallHelp)


@dataclass(frozen=True, slots=True)
class CoachedStatement:
    """A statement that could be clearer. `typed` is what its field contains; `reason` is one of `vagueness.Reason`.

    `question` is one sentence, `script` what the rep can say to reset a competitor's promise (M1.2), `other_list` the
    list that it seems to belong to (M3.1, M3.2). `baseline` asks for today's value (M10.7); None if it is known or
    there is no target.
    """

    statement: Statement
    reason: str | None
    question: str | None
    script: str | None
    other_list: Kind | None
    suggestion: str | None
    """The sentence that suggests moving it to the other list."""
    typed: str
    baseline: str | None = None
    typed_baseline: str = ""


@dataclass(frozen=True, slots=True)
class CoachingScreen:
    """Before the read-back: a round of what could be made measurable (M3.5)."""

    deal: DealFacts
    unanswered: tuple[CoachedStatement, ...]
    answered: tuple[Statement, ...] = ()
    """Answered by a button on this screen."""
    changed: bool = False
    """A statement was changed elsewhere in the meantime."""
    more: int = 0
    """How many statements follow in later rounds."""


@dataclass(frozen=True, slots=True)
class ListedStatement:
    """A statement on the list. `measure` is what makes it measurable, as text, or empty."""

    statement: Statement
    details: Details
    measure: str
    delivery: DeliveryWord | None = None
    """What delivery says to it; None if it was not asked about this wording."""


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
    """What the rep says to reset a competitor's promise (M1.2), or empty. With one, the statement cannot be agreed."""
    kept: int = 0
    """How many statements the rep has just left as they are, without a look at the coach's questions."""
    suggestion: str = ""
    """What the one-sided list lacks, said once per deal; usually empty."""
    delivery: DeliveryWord | None = None
    """What delivery says to it, if it was asked."""


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
    one_by_one: frozenset[int] = frozenset()
    """Ids of statements that the tick for all leaves out: the two that matter most, and competitors' promises."""
    competitor_scripts: Mapping[int, str] = field(default_factory=dict)
    """What the rep says to reset a competitor's promise (M1.2), by statement id."""
    delivery: Mapping[int, DeliveryWord] = field(default_factory=dict)
    """What delivery says to the statements that it was asked about, by statement id."""


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
    asks_obstacle: bool = True
    """Nobody has said yet what could still stop it (M10.3): it is asked once."""
    talk: tuple[TalkLine, ...] = ()
    """What the rep can say for each objective."""
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
    recipient: str = ""
    """The email address of the contact who was on the call; empty if it is unknown."""
    next_step: str = ""
    next_step_on: date | None = None
    """The next step, and the day that was read from it (M9.1)."""
    asks_obstacle: bool = False
    """The rep can note what could still stop it (M10.3), as long as nobody has."""


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
    """Oldest first."""
    referrals: tuple[ReferralAsk, ...] = ()
    """Every answer to the referral ask, the newest first."""
    missing: tuple[Missing, ...] = ()
    """What an aligned deal lacks, and the rep's reason."""
    why_missing: WhyMissing | None = None
    next_step: str = ""
    """The next step that was agreed, in the rep's words (M9.1)."""
    obstacle: str = ""
    """What could still stop it, and what is done about it (M10.3)."""
    may_ask_again: bool = False
    """The customer said "not now" to the referral ask, and can be asked again."""
    hours_to_call: int | None = None
    """From the close to the call; None if it is not made yet."""
    tries: int = 0
    """How often the rep tried before, and did not reach the customer."""
    challenges: tuple[ChallengeOnRecord, ...] = ()
    praise: tuple[PraiseShown, ...] = ()
    """Both the oldest first."""
    referral_counts: ReferralCounts = field(default_factory=ReferralCounts)
    """What was agreed, and what came of it (M5.2)."""
    delivery: Mapping[int, DeliveryWord] = field(default_factory=dict)
    """What delivery says to the statements that it was asked about, by statement id."""
    acts: bool = True
    """Whether the reader acts as the deal's rep."""


@dataclass(frozen=True, slots=True)
class ContactForm:
    """The form of the contact with this role, filled with what is known."""

    deal: DealFacts
    role: str
    details: ContactDetails


@dataclass(frozen=True, slots=True)
class ContactKept:
    """Confirms a contact."""

    deal: DealFacts
    contact: ReachableContact


@dataclass(frozen=True, slots=True)
class TalkForm:
    """The form to change what is said at the `items` of a page, from 1. `words` are templates, by rule.

    `team`: what everybody in the team says. `may_change_team`: the person may go there.
    """

    deal: DealFacts
    items: tuple[Item, ...]
    words: Mapping[str, str]
    page: int
    team: bool = False
    may_change_team: bool = False
    trades: tuple[str, ...] = ()
    """The trades to choose from, and the team's; empty on a page that does not ask."""
    trade: str | None = None


@dataclass(frozen=True, slots=True)
class AttemptLogged:
    """A try to reach the customer that failed. `tries` counts all of them; `next_at` is when the rep is reminded."""

    deal: DealFacts
    attempt: str
    tries: int
    next_at: datetime
    contacts: tuple[ReachableContact, ...] = ()


CallScreen = (
    ChecklistScreen | CoachingScreen | ReadBackScreen | ReadAllScreen | WrapUpScreen | RecapScreen | RecordScreen
)
"""A step of the call. "Start the call" and "Continue" open the next one."""


StatementScreen = ListScreen | StatementForm | DetailsForm
"""The screens for editing statements outside the steps of the call."""
