"""What a person is shown, as plain data: the platforms turn these into Block Kit or Adaptive Cards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from handlers.method import due
from handlers.method.brief import Prepared, Requirement
from handlers.method.details import Details
from handlers.method.offered_times import Offered, Snooze
from handlers.method.recap_lint import Finding
from handlers.method.stages import Doubt, Stage
from handlers.method.statements import AgreedCounts, Kind, Progress, Statement
from handlers.method.urgency import Urgency
from handlers.purposes import Purpose


@dataclass(frozen=True, slots=True)
class DealFacts:
    """What every screen says of a deal. `amount` is ready to read (`$45,000`), `owner` the platform's id of the rep.

    `owner_known` is False while the owner is only who is asked whose deal it is.
    """

    id: int
    customer: str
    amount: str | None
    period: str | None
    stage: Stage
    owner: str
    close_date: date | None = None
    helped_by: tuple[str, ...] = ()
    """Platform's ids, or plain names."""
    record_url: str | None = None
    """Where a CRM has the deal: http(s)."""
    owner_known: bool = True
    term_months: int | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """The message that told of the deal. `app` is the name of the app that posted it, empty for one without a name."""

    author: str | None
    channel: str
    message_ts: str
    app: str | None = None
    link: str | None = None
    """Where the platform shows the message: http(s)."""


@dataclass(frozen=True, slots=True)
class ReferralAnswer:
    """What the customer answered to the referral ask, and to how many referrals."""

    outcome: str
    number: int


@dataclass(frozen=True, slots=True)
class CallTime:
    """When the rep said that they would call, and whether that time is over."""

    at: datetime
    is_over: bool


@dataclass(frozen=True, slots=True)
class ReferralAsk:
    """One time that the referral was asked for: the answer, what a quality one is, who noted it and when."""

    answer: ReferralAnswer
    definition: str
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DealCard:
    """The living card in the rep's DM: one a deal, it shows where the deal stands and leads to the next step."""

    deal: DealFacts
    heard: Heard | None
    urgency: Urgency
    progress: Progress
    counts: AgreedCounts
    referral: ReferralAnswer | None
    recap_sent_at: datetime | None
    doubt: Doubt | None = None
    """Why the rep is asked whether it still is a deal."""
    call: CallTime | None = None
    """The call has a time, and nothing was recorded of it yet."""
    introduces: bool = False
    """It is the first that this rep ever gets from us: it says what we do, and who sees what."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A step or objective of the call with its rule, its words, and whether the rep attests it."""

    rule: str
    text: str
    why: str
    holds: bool


@dataclass(frozen=True, slots=True)
class ChecklistScreen:
    """The call's checklist (M2) and the two lists of statements (M3), one a line."""

    deal: DealFacts
    steps: tuple[Tick, ...]
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
    asked: tuple[CoachedStatement, ...]
    done: tuple[Statement, ...] = ()
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


@dataclass(frozen=True, slots=True)
class BriefScreen:
    """The whole brief: to look at, and to print. `sent`: it was just asked for as a message."""

    card: DealCard
    prepared: Prepared
    opening: str
    """The rep's own line or the suggested one (M9.1)."""
    no_decision_maker: str
    no_functional_decision_maker: str
    """What it costs not to know them (M2.1)."""
    questions: tuple[str, ...]
    sent: bool = False


@dataclass(frozen=True, slots=True)
class BriefWhoScreen:
    """The first step of the brief: who decides, who works with it, who else sold to them, what they need."""

    deal: DealFacts
    prepared: Prepared
    no_decision_maker: str
    no_functional_decision_maker: str


@dataclass(frozen=True, slots=True)
class NumberedRequirement:
    """A requirement with its number, from 1."""

    number: int
    requirement: Requirement


@dataclass(frozen=True, slots=True)
class CommitmentsScreen:
    """Our commitments on some of the requirements of a version of the brief (M2.3)."""

    deal: DealFacts
    version: int
    requirements: tuple[NumberedRequirement, ...]
    total: int


@dataclass(frozen=True, slots=True)
class BriefWordsScreen:
    """The last step of the brief: how to begin, the elephant, the proposal, notes."""

    deal: DealFacts
    prepared: Prepared
    opening: str
    """To start from."""


BriefStep = BriefScreen | BriefWhoScreen | CommitmentsScreen | BriefWordsScreen
"""What preparing a call shows."""


Seen = tuple[tuple[int, int], ...]
"""What the rep has before them: ids of statements, each with its version."""


@dataclass(frozen=True, slots=True)
class OnThePhone:
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
    people: tuple[OnThePhone, ...] = ()
    """Whom the rep may choose from; empty when there is no choice."""
    reset: str = ""
    """A competitor promised it: what the rep says to reset that (M1.2)."""


@dataclass(frozen=True, slots=True)
class ReadAllScreen:
    """Several statements to read to the customer, on one screen (M4.1). What was answered on it stays in its place."""

    deal: DealFacts
    statements: tuple[Statement, ...]
    progress: Progress
    reached: str
    """Who answers, or empty."""
    people: tuple[OnThePhone, ...] = ()
    changed: frozenset[int] = frozenset()
    """Ids of those that read otherwise than what the rep had before them: they are to be read again."""
    later: int = 0
    """How many more wait, on the screens after this one."""
    resets: Mapping[int, str] = field(default_factory=dict)
    """What the rep says to reset a competitor's promise (M1.2), by the statement's id."""


@dataclass(frozen=True, slots=True)
class CorrectionScreen:
    """The customer corrected a statement: the field for its new wording, which is then read back (M4.3)."""

    deal: DealFacts
    statement: Statement
    seen: Seen = ()
    """The screen of several statements that leads here, and that comes next."""


@dataclass(frozen=True, slots=True)
class WrapUpScreen:
    """The end of the call: the three objectives (M2.a - M2.c), then the referral ask (M5.1)."""

    deal: DealFacts
    objectives: tuple[Tick, ...]
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


@dataclass(frozen=True, slots=True)
class DealList:
    """A rep's deals in which something is theirs to do, the most urgent first. `total` counts all of them.

    `typed` is what was typed of a customer's name, empty for all deals.
    """

    deals: tuple[DealCard, ...]
    total: int
    typed: str = ""


@dataclass(frozen=True, slots=True)
class DealChoice:
    """Several deals fit what was typed: which one is meant? `then` is the command: `show`, `call` or `snooze`."""

    typed: str
    then: str
    deals: tuple[DealFacts, ...]


@dataclass(frozen=True, slots=True)
class FixScreen:
    """What was heard of a deal, to be put right before the call. `amount` is as one could have typed it, or empty."""

    deal: DealFacts
    amount: str


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What is left of a card whose deal went to another rep, by the platform's id."""

    deal: DealFacts
    to: str


@dataclass(frozen=True, slots=True)
class ScheduleScreen:
    """When will the call be? `planned` is the time that it has, ready to read; `zone` the one that it is typed in."""

    deal: DealFacts
    offers: tuple[Offered, ...]
    planned: str | None
    zone: str


@dataclass(frozen=True, slots=True)
class ChannelScreen:
    """What a channel is for, one of `purposes.CHOICES`. `zone` is the IANA zone of the summaries' Monday morning."""

    purpose: Purpose
    zone: str


@dataclass(frozen=True, slots=True)
class CallPlanned:
    """What the rep said of the call's time was understood: `at` in their zone, ready to read, None for no time."""

    deal: DealFacts
    at: str | None


@dataclass(frozen=True, slots=True)
class CallReminder:
    """A nudge to make the call that has not been made. `nth` counts from 1; `coaches` answers the fear of it (M1.1)."""

    card: DealCard
    nth: int
    coaches: bool = False
    snoozes: tuple[Snooze, ...] = ()


@dataclass(frozen=True, slots=True)
class ReminderPutOff:
    """The rep will be reminded again. `coaches` answers the fear of the call (M1.1)."""

    deal: DealFacts
    until: datetime
    coaches: bool


@dataclass(frozen=True, slots=True)
class SnoozeScreen:
    """Until when shall the reminder be put off? `zone` is the IANA name of the rep's."""

    deal: DealFacts
    zone: str


@dataclass(frozen=True, slots=True)
class Planned:
    """A reminder that waits: of which deal, or None for the digest; when, and why just then."""

    deal: DealFacts | None
    kind: due.Kind
    why: due.Why
    at: datetime


@dataclass(frozen=True, slots=True)
class RemindersScreen:
    """What a rep will be reminded of, the next first, and what they want.

    `hours` and `days` are as `prompts.cadence` reads them; `away_until` is the day on which they are back, ready to
    read. `stopped` are the deals that they want no reminder of; `total` counts the reminders that are not shown, too.
    """

    planned: tuple[Planned, ...]
    total: int
    reminded: bool
    hours: str
    days: str
    away_until: str | None
    zone: str
    stopped: tuple[DealFacts, ...]


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A message that could not be delivered. `kind` is the outbox's; it was for a person or for a channel."""

    row_id: int
    kind: str
    person: str | None
    channel: str | None
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class UndeliveredScreen:
    """What an admin sees of delivery: why nothing can be sent at all, and what was given up, `total` of it.

    It names no customer and shows no text.
    """

    blocked: str | None
    given_up: tuple[GivenUp, ...]
    total: int


@dataclass(frozen=True, slots=True)
class CallSoon:
    """The planned call is about to begin. `opening` is what to say first (M9.1)."""

    card: DealCard
    opening: str


@dataclass(frozen=True, slots=True)
class CallOver:
    """The time of the planned call is over, and nothing was recorded of it."""

    card: DealCard


@dataclass(frozen=True, slots=True)
class Nudge:
    """One deal of which something is due. `wording` is that of the promise, `days` since the recap of a look back."""

    card: DealCard
    kind: due.Kind
    wording: str = ""
    days: int = 0


@dataclass(frozen=True, slots=True)
class Digest:
    """What is open of several deals, in one message. `total` counts those that are not shown, too."""

    items: tuple[Nudge, ...]
    total: int


@dataclass(frozen=True, slots=True)
class CallInvite:
    """The planned call for the rep's own calendar, in UTC. `revision` counts the times that it was given, from 0."""

    deal: DealFacts
    workspace: str
    at: datetime
    revision: int
    made_at: datetime
    opening: str
    """What to say first (M9.1)."""


@dataclass(frozen=True, slots=True)
class Win:
    """One deal of a summary."""

    deal: DealFacts
    counts: AgreedCounts
    aligned: bool


@dataclass(frozen=True, slots=True)
class WinSummary:
    """The team's wins of `[start, end)`, with the totals by currency ready to read."""

    start: datetime
    end: datetime
    wins: tuple[Win, ...]
    totals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TeamScreen:
    """What the team has won in the running week, and in the one before."""

    this_week: WinSummary
    last_week: WinSummary


@dataclass(frozen=True, slots=True)
class KeptChannel:
    """A channel that somebody keeps, by the platform's id, and what it is for: one of `purposes.CHOICES`."""

    channel: str
    purpose: Purpose


@dataclass(frozen=True, slots=True)
class SettingsScreen:
    """What holds for somebody: how they are reminded, and the channels that they keep; `total` counts all of those."""

    reminders: RemindersScreen
    channels: tuple[KeptChannel, ...]
    total: int


OutgoingScreen = (
    DealCard | CallReminder | CallSoon | CallOver | CallInvite | Nudge | Digest | BriefScreen | HandedOver | WinSummary
)
"""What the outbox can hand to a messenger."""
