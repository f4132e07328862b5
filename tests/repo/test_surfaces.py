"""docs/surfaces.md matches the code: every surface is rendered, and the table lists all its labels and ids."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from itertools import product
from typing import Any

import pytest

from bot.interactions import actions, app_home, commands, submissions
from bot.ports.pins import Pinned
from bot.slack import blocks
from bot.slack.manifest import COMMAND, manifest
from bot.slack.mrkdwn import SlackMarkup
from bot.ui.components import Message, Modal
from bot.ui.ids import ActionId, OverflowValue, ViewId
from bot.ui.texts import Texts
from bot.views import (
    announcements,
    brief,
    calendar,
    call_schedule,
    card,
    challenges,
    channel,
    cover,
    deal_forms,
    deal_lists,
    deal_team,
    delivery,
    draft_notes,
    handoff,
    handoff_views,
    handover,
    manager_view,
    notices,
    orders,
    promised,
    promises,
    reminders,
    render,
    review,
    settings,
    summaries,
    wins,
    wrap_up,
)
from bot.views import home as home_view
from handlers.call.attempts import Attempt
from handlers.call.contacts import DECISION_MAKER, FUNCTIONAL_DECISION_MAKER
from handlers.call.deal_search import ACTIVE
from handlers.deal.announced import KINDS as ABOUT_ANNOUNCEMENT
from handlers.deal.covering import KINDS as ABOUT_COVER
from handlers.deal.delivery import KINDS as ABOUT_DELIVERY
from handlers.deal.team import KINDS as ABOUT_TEAM
from handlers.method import reminders_due
from handlers.method.alignment import Missing
from handlers.method.brief import Prepared, Requirement
from handlers.method.challenges import SETTLED as CHALLENGES_OVER
from handlers.method.challenges import ChallengeState, How, Step, Whose
from handlers.method.contact_details import Channel as ContactChannel
from handlers.method.contact_details import ContactDetails
from handlers.method.details import Details, Owner, PromisedBy, Source
from handlers.method.handoff import Feasible, HandoffState, Risk
from handlers.method.next_step import STEPPED
from handlers.method.offered_times import Offer, OfferedTime, Snooze
from handlers.method.order_changes import OrderChangeKind
from handlers.method.promise_outcomes import (
    MissReason,
    PromiseState,
    SaidBy,
    TrackedPromise,
    lists_met,
    outcome_of,
)
from handlers.method.recap_lint import Finding, Rule
from handlers.method.recurrence import Recurrence
from handlers.method.referrals import AskState, ReferralCounts, ReferralDates, ReferralStep, advanced
from handlers.method.reminder_profiles import ReminderProfile
from handlers.method.self_check import Question, Trend
from handlers.method.stages import KEEPING, RECAPPED_OR_LATER, Doubt, Stage
from handlers.method.statements import AgreedCounts, Kind, Progress, Said, Statement
from handlers.method.summary_periods import Schedule, Span
from handlers.method.team_roles import TeamRole
from handlers.method.urgency import Sellers, urgency
from handlers.method.vagueness import Reason
from handlers.method.win_tiers import MOST_TIERS
from handlers.method.working_time import TimeOff
from handlers.own_export import ExportLink
from handlers.screens.announcements import AnnounceForm, FormNote, Thanked, TiersScreen, WinPost, WinsChannel
from handlers.screens.brief import (
    BriefCommitmentsScreen,
    BriefContactsScreen,
    BriefNotesScreen,
    BriefScreen,
    BriefStep,
    NumberedRequirement,
)
from handlers.screens.calendar import CalendarLinkScreen
from handlers.screens.call import (
    AttemptLogged,
    CallContact,
    CallHelp,
    ChecklistItem,
    ChecklistScreen,
    CoachedStatement,
    CoachingScreen,
    ContactForm,
    ContactKept,
    CorrectionScreen,
    DetailsForm,
    ListedStatement,
    ListScreen,
    ReachableContact,
    ReadAllScreen,
    ReadBackScreen,
    RecapScreen,
    RecordScreen,
    ReferralScreen,
    ReopenScreen,
    StatementForm,
    TalkForm,
    TalkLine,
    TimelineEntry,
    WrapUpScreen,
)
from handlers.screens.challenges import (
    ChallengeFacts,
    ChallengeForm,
    ChallengeLine,
    ChallengeList,
    ChallengeOnRecord,
    ChallengeScreen,
    ChallengeStepForm,
    PraiseForm,
    PraiseShown,
    StepShown,
    TouchedPromiseForm,
)
from handlers.screens.cover import (
    Away,
    CallWaits,
    CoverAnswered,
    CoverAsk,
    CoverBack,
    CoverBrief,
    CoverEnded,
    CoverForm,
    CoverMoved,
    CoverOffer,
    CoverWho,
    Meanwhile,
)
from handlers.screens.crm_note import CrmNote
from handlers.screens.deal_team import DealTeamScreen, KeeperForm, MemberLeft, TeamWelcome
from handlers.screens.deals import (
    CallTime,
    CorrectDealScreen,
    DealCard,
    DealChoice,
    DealFacts,
    DealList,
    DeliveryWord,
    Fear,
    HandedOver,
    HandoffStatus,
    LostQuestion,
    MoreActions,
    OfferedOrder,
    OpenChallenges,
    OtherOrderQuestion,
    PromiseProgress,
    ReferralAnswer,
    ReferralAsk,
    SourceMessage,
    StepOnCard,
    TeamMember,
)
from handlers.screens.handoff import (
    AnswerForm,
    AskDeliveryForm,
    DeliveryDoubt,
    DeliveryEntry,
    DeliveryForm,
    DeliveryScreen,
    DoubtForm,
    FeasibilityQuestion,
    HandedPromise,
    HandoffBrief,
    HandoffForm,
    HandoffLate,
    HandoffNudge,
    HandoffOffer,
    HandoffQuestions,
    HandoffReturned,
    KickoffForm,
    MissReported,
    OpenQuestion,
    PostedBrief,
    PostOffer,
    PromiseToRead,
    ReadBackForm,
    SendBackForm,
)
from handlers.screens.home import DuePromise, Home, HomeFilter, PrivateCorner
from handlers.screens.manager_view import ManagerView, UncalledDeal
from handlers.screens.orders import (
    AmountChanged,
    EndingQuestion,
    OrderForm,
    OrderQuestion,
    StepForm,
    StepSet,
)
from handlers.screens.promises import (
    BoardNote,
    BoardPromise,
    BoardScreen,
    EvidenceForm,
    NoteForm,
    NoteTold,
    PromiseAnswered,
    RenegotiateForm,
    ValueDayForm,
)
from handlers.screens.referrals import (
    ReferralAskedForm,
    ReferralForm,
    ReferralMeetingForm,
    ReferralRow,
    ReferralsScreen,
)
from handlers.screens.reminders import (
    CallInvite,
    CallOver,
    CallPlanned,
    CallReminder,
    CallSoon,
    Digest,
    DigestStep,
    ManagedChannel,
    MovedReminder,
    Nudge,
    OccasionAnswered,
    Planned,
    PromisedOccasion,
    ReminderSnoozed,
    RemindersScreen,
    RetiredReminder,
    ScheduleScreen,
    SettingsScreen,
    SnoozeScreen,
    StoppedReminder,
)
from handlers.screens.review import (
    MonthlyChosen,
    ReviewForm,
    ReviewSaved,
    Scores,
    SelfCheckAsk,
    SelfCheckDone,
    SelfCheckForm,
    SelfCheckSaved,
)
from handlers.screens.team import (
    AskedSummary,
    ChangedSince,
    ChannelScreen,
    ClosedChannel,
    DealsHandedOver,
    DealsReceived,
    HandoverForm,
    Place,
    RepLeft,
    SharedChannel,
    SummariesScreen,
    SummaryPosted,
    SummarySchedule,
    TeamScreen,
    Total,
    UndeliveredMessage,
    UndeliveredScreen,
    Win,
    WinSummary,
)
from handlers.team.closed_channels import Closed
from handlers.workspace.channel_purpose import CHOICES
from prompts.cadence import cadence
from prompts.playbook import playbook
from prompts.wording import raw_words
from tests.repo.tracked import ROOT

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
CUSTOMER = "Northwind Dental"
WORDS = Texts(SlackMarkup(), COMMAND)
TICKS = (ChecklistItem("M2.1", "text", "why", holds=False),)
AGREED = Statement(1, Kind.EXPECTATION, 2, "A call every Friday", 1, Said.AGREED)
OPEN = Statement(2, Kind.PRIORITY, 1, "Check-in in under 2 minutes", 1, None)
LISTED = (
    ListedStatement(AGREED, Details(), "every Friday"),
    ListedStatement(OPEN, Details("price", Owner.REP, Source.CUSTOMER, PromisedBy.COMPETITOR), ""),
)

OCCASION = PromisedOccasion(
    1,
    0,
    NOW.date(),
    Recurrence("every Friday", "week", weekdays=(4,), before=time(12), means="call"),
    "A call every Friday before noon",
    "Hannah",
)
PENDING = [TrackedPromise(1, Kind.EXPECTATION, AGREED.wording, PromiseState.PENDING, due=NOW.date())]
KEPT = [replace(PENDING[0], state=PromiseState.KEPT, said_by=SaidBy.US)]


def promised_to(state: PromiseState, said_by: SaidBy = SaidBy.US, reason: MissReason | None = None) -> BoardPromise:
    tracked = replace(PENDING[0], state=state, said_by=None if state is PromiseState.PENDING else said_by)
    return BoardPromise(tracked, AGREED, Owner.REP, "", False, "Hannah", "By phone", reason, NOW, 5, 6)


STATES = (PromiseState.PENDING, PromiseState.KEPT, PromiseState.EXCEEDED)
SETTLED = tuple(promised_to(state, said_by) for state in STATES for said_by in SaidBy)
MISSED = (promised_to(PromiseState.MISSED), promised_to(PromiseState.MISSED, reason=MissReason.DELIVERY))
OFFERED = tuple(OfferedTime(offer, NOW, days) for days, offer in enumerate(Offer))
TIMES = {"In 1 hour (09:00)", "Mon 2 Mar 09:00", "Today 09:00", "Tomorrow 09:00", "Mon 09:00"}
"""The times that the call schedule offers depend on the day."""


@dataclass(frozen=True)
class Row:
    """A row of the table."""

    kind: str
    labels: list[str]
    ids: list[str]


def table() -> dict[str, Row]:
    lines = (ROOT / "docs" / "surfaces.md").read_text("utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    return {
        name: Row(kind, re.findall(r"\*\*(.+?)\*\*", labels), re.findall(r"`(.+?)`", ids))
        for name, kind, _, labels, ids, _ in cells[1:]
    }


def coached(number: int, reason: str, other: Kind, baseline: str | None) -> CoachedStatement:
    """A statement on the coaching screen; with `baseline`, only today's value is asked for."""
    asked = replace(OPEN, id=number)
    question = None if baseline else "How much?"
    return CoachedStatement(asked, reason, question, "Script", other, "Move it?", asked.wording, baseline)


def facts(stage: Stage = Stage.OPEN, *, owner_known: bool = True) -> DealFacts:
    details = (NOW.date(), ("U07ABC", "Jo"), "https://app.hubspot.com/1")
    return DealFacts(1, CUSTOMER, "$45,000", "year", stage, "U1", *details, owner_known)


def a_card(stage: Stage = Stage.OPEN, doubt: Doubt | None = None, *, owner_known: bool = True) -> DealCard:
    return DealCard(
        deal=facts(stage, owner_known=owner_known),
        source=SourceMessage("U1", "C1", "1.1"),
        urgency=urgency(NOW, NOW, None),
        progress=Progress(1, 2),
        counts=AgreedCounts(1, 1),
        referral=ReferralAnswer("agreed", 5),
        recap_sent_at=NOW,
        doubt=doubt,
        call=CallTime(NOW, is_over=True) if stage is Stage.SCHEDULED else None,
        promises=PromiseProgress(outcome_of(PENDING), NOW.date()) if stage in RECAPPED_OR_LATER else None,
        step=StepOnCard("Kickoff", NOW.date(), is_over=False) if stage in STEPPED else None,
    )


def a_challenge(state: ChallengeState) -> ChallengeFacts:
    told = None if state is ChallengeState.TO_TELL else True
    said = () if told is None else (StepShown(Step.TOLD, How.PHONE, "", NOW, "U1"),)
    line = None if state in CHALLENGES_OVER else ChallengeLine("Say so yourself.", "It is late.")
    whose, what = Whose.OURS, "The scanner is late"
    return ChallengeFacts(
        1, facts(Stage.RECAPPED), what, 2, whose, state, NOW, NOW, "", "Within 4 hours", told, False, line, said
    )


def with_challenge(stage: Stage) -> DealCard:
    """The card of a deal with an open challenge."""
    return replace(a_card(stage), challenges=OpenChallenges(1, 1, ChallengeState.TO_TELL, NOW, overdue=False))


def challenge_form(challenge_id: int = 0) -> ChallengeForm:
    return ChallengeForm((facts(),), challenge_id, "UTC", challenge_id=challenge_id)


CHALLENGES = {
    "A challenge": [render.modal(ChallengeScreen(a_challenge(state)), WORDS) for state in ChallengeState],
    "A challenge to log": [render.modal(challenge_form(number), WORDS) for number in (0, 1)],
    "What was done about it": [
        render.modal(ChallengeStepForm(a_challenge(state), step, "UTC"), WORDS)
        for state, step in (
            (ChallengeState.TO_TELL, Step.TOLD),
            (ChallengeState.TOLD, Step.UPDATED),
            (ChallengeState.TOLD, Step.SOLVED),
        )
    ],
    "The promise that it touches": [
        render.modal(TouchedPromiseForm(a_challenge(ChallengeState.TOLD), ((1, CUSTOMER),), 1), WORDS)
    ],
    "A compliment": [render.modal(PraiseForm((facts(),), 1, "UTC"), WORDS)],
}
CHALLENGE_NUDGES = {
    "The nudge: tell them, half time": (reminders_due.Kind.CHALLENGE_HALF, ChallengeState.TO_TELL),
    "The nudge: tell them, time nearly up": (reminders_due.Kind.CHALLENGE_END, ChallengeState.TO_TELL),
    "The nudge: open challenge": (reminders_due.Kind.CHALLENGE_OPEN, ChallengeState.TOLD),
    "The nudge: is it solved?": (reminders_due.Kind.CHALLENGE_CHECK, ChallengeState.SOLVED),
}


def settled(stage: Stage = Stage.DELIVERING) -> DealCard:
    """The card of a deal whose promises are all settled."""
    return replace(a_card(stage), promises=PromiseProgress(outcome_of(KEPT), None))


def asking(stage: Stage) -> list[DealCard]:
    """The cards that ask for what is missing, and whether a message is about another order."""
    known = a_card(stage)
    return [
        replace(known, deal=replace(known.deal, customer="")),
        replace(known, deal=replace(known.deal, amount=None)),
        replace(known, offered=OfferedOrder("$99,000", None, 7)),
    ]


PEOPLE = (
    CallContact("decision_maker", CUSTOMER, chosen=True),
    CallContact("functional_decision_maker", CUSTOMER, chosen=False),
)
"""With the customer's name for theirs: a name is no label of ours."""
WHOSE = a_card(Stage.SIGHTED, owner_known=False)


def _numbered(card: DealCard, number: int) -> DealCard:
    """The card of another deal."""
    return replace(card, deal=replace(card.deal, id=100 + number))


def in_hand() -> DealList:
    cards = (
        *(a_card(stage) for stage in sorted(ACTIVE)),
        a_card(doubt=Doubt.DELETED),
        WHOSE,
        *asking(Stage.OPEN),
    )
    return DealList(cards, total=len(cards))


def paged() -> DealList:
    return replace(in_hand(), page=2, pages=3)


TEAM_STANDS = ManagerView(
    6,
    3,
    20,
    (UncalledDeal(facts(), 4, opens=True), UncalledDeal(facts(), 1, opens=False)),
    12,
    promises_due=4,
    promises_overdue=1,
    challenges=2,
    challenges_overdue=1,
    without_step=3,
    handoffs_waiting=1,
    kept=20,
    missed=((MissReason.COMMUNICATION, 2), (None, 1)),
    partly=True,
)
ALL_CALLED = replace(TEAM_STANDS, uncalled=(), uncalled_total=0, median_hours=None, missed=(), partly=False)


def a_home(listed: DealList, first: DealCard | ChallengeFacts | DuePromise | None = None) -> Home:
    promise = DuePromise(facts(), "Go-live by 5 March", date(2026, 3, 5), overdue=True)
    counts = {each: 12 for each in HomeFilter if each is not HomeFilter.DONE}
    corner = PrivateCorner(Fear(calls=6, cancelled=0, minutes=9), (Scores(Question.OWNERSHIP, (3, 4), Trend.UP),))
    challenges = (a_challenge(ChallengeState.TOLD),)
    return Home(first, (promise,), 9, challenges, 4, listed, HomeFilter.ALL, counts, corner)


def homes(listed: DealList) -> list[Home]:
    """Home with each kind of thing first, and with each filter."""
    overdue = DuePromise(facts(), "A call every Friday", date(2026, 3, 6), overdue=False)
    firsts = (None, listed.deals[0], a_challenge(ChallengeState.TO_TELL), overdue)
    filtered = [replace(a_home(each), filter=shown) for each in (listed, DealList((), 0)) for shown in HomeFilter]
    return [*(a_home(listed, first) for first in firsts), *filtered]


FEW = tuple(DealList(cards, total=40) for card in (*in_hand().deals, a_card(Stage.OPEN)) for cards in ((), (card,)))
"""Short lists, for the answer to a greeting."""


def choice(texts: Texts, then: str, when: str = "") -> Message:
    return deal_lists.deal_choice(DealChoice("", then, (facts(),), when), texts)


def record() -> RecordScreen:
    asks = tuple(ReferralAsk(ReferralAnswer(each, 5), "Somebody", "U1", NOW) for each in wrap_up.OUTCOMES)
    happened = (TimelineEntry("heard", "U1", NOW),)
    trouble = (ChallengeOnRecord(1, "The scanner is late", ChallengeState.TOLD, NOW, NOW, told_in_time=True),)
    praised = (PraiseShown("Dana", "Best crew", NOW),)
    aligned = RecordScreen(a_card(Stage.ALIGNED), (AGREED, OPEN), "Dana", "Hi", happened, asks, may_ask_again=True)
    return replace(aligned, challenges=trouble, praise=praised)


HANNAH = ReachableContact(
    DECISION_MAKER, ContactDetails("Hannah", "+49 30 1234567", "h@a.example", ContactChannel.PHONE, "UTC"), NOW
)
IVAN = ReachableContact(FUNCTIONAL_DECISION_MAKER, ContactDetails(CUSTOMER))
HELP = CallHelp(
    contacts=(HANNAH,),
    talk=(TalkLine("M2.1", "Who decides?"),),
    proposal="https://a.b",
    voicemail="Call me back.",
    listening=("More?",),
    silence="Wait.",
    attempts=True,
    asks_sellers=True,
    situation=playbook().situations[0],
)
SAID = tuple(replace(item, text=CUSTOMER) for item in playbook().items.values())
"""With the customer's name for the text: it is no label of ours, but of the playbook."""

PREPARED = Prepared("Dana", "Olga", Sellers.TWO_OR_THREE, (Requirement("Fast"),), "Hi", "Cost", "https://a.b", "Notes")
BRIEF = BriefScreen(a_card(), PREPARED, "Hi", "No boss.", "No user.", ("Why us?",), (HANNAH, IVAN))
BRIEF_STEPS: dict[str, BriefStep] = {
    "The brief": BRIEF,
    "The brief: who and what": BriefContactsScreen(facts(), Prepared(), "No boss.", "No user."),
    "The brief: our promises": BriefCommitmentsScreen(facts(), 1, (NumberedRequirement(1, Requirement("Fast")),), 1),
    "The brief: your words": BriefNotesScreen(facts(), PREPARED, "Hi"),
}

NUDGES = (
    ("half-finished read-back", reminders_due.Kind.READ_BACK, Stage.IN_CALL),
    ("recap", reminders_due.Kind.RECAP, Stage.ALIGNED),
    ("corrections", reminders_due.Kind.CORRECTIONS, Stage.RECAPPED),
    ("promise", reminders_due.Kind.PROMISE, Stage.RECAPPED),
    ("update", reminders_due.Kind.UPDATE, Stage.RECAPPED),
    ("next step", reminders_due.Kind.NEXT_STEP, Stage.RECAPPED),
    ("referral", reminders_due.Kind.REFERRAL, Stage.COMPLETED),
    ("referral again", reminders_due.Kind.REFERRAL_AGAIN, Stage.RECAPPED),
    ("look back", reminders_due.Kind.LOOK_BACK, Stage.RECAPPED),
    ("first result", reminders_due.Kind.VALUE_DAY, Stage.DELIVERING),
    ("the dip", reminders_due.Kind.DIP, Stage.RECAPPED),
    ("all kept", reminders_due.Kind.OUTCOME_DUE, Stage.DELIVERING),
    ("before the referral meeting", reminders_due.Kind.REFERRAL_SOON, Stage.COMPLETED),
    ("after the referral meeting", reminders_due.Kind.REFERRAL_OVER, Stage.COMPLETED),
    ("an introduction waits", reminders_due.Kind.REFERRAL_SLOT, Stage.COMPLETED),
)
PLANNED = tuple(
    Planned(facts(), kind, why, NOW) for kind in (reminders_due.Kind.CALL,) for why in reminders_due.DueReason
)
REMINDERS = tuple(
    RemindersScreen(
        PLANNED, len(PLANNED), reminded, "08:30-18:00", "mon tue", "Fri 27 Nov", "UTC", (facts(),), profile, (facts(),)
    )
    for reminded, profile in product((True, False), ReminderProfile)
)

UNDELIVERED = UndeliveredScreen(
    "token_revoked",
    tuple(
        UndeliveredMessage(number, kind, "U1", None, "user_not_found", NOW)
        for number, kind in enumerate(("card", *reminders_due.Kind))
    ),
    total=40,
)


SNOOZED_ELSEWHERE = tuple(
    ReminderSnoozed(
        facts(), NOW, coaches=True, moved=MovedReminder(NOW, why, cadence().hours, NOW.date()), otherwise=NOW
    )
    for why in TimeOff
)
A_WEEK = WinSummary(
    NOW, NOW, tuple(Win(facts(), AgreedCounts(1, 1), aligned) for aligned in (True, False)), (Total("$1"),)
)


def a_nudge(kind: reminders_due.Kind, stage: Stage) -> Nudge:
    occasion = OCCASION if kind is reminders_due.Kind.UPDATE else None
    promise = AGREED if kind is reminders_due.Kind.PROMISE else None
    return Nudge(a_card(stage), kind, "Go-live by 1 May", 30, occasion, promise=promise)


def board(*promises: BoardPromise, stage: Stage = Stage.DELIVERING, page: int = 1, pages: int = 1) -> BoardScreen:
    tracked = [each.tracked for each in promises]
    outcome, lists, wordings = outcome_of(tracked), lists_met(tracked), ("Go-live", "40 seats")
    asks, note = stage is not Stage.COMPLETED, BoardNote.NOT_YET
    return BoardScreen(facts(stage), promises, page, pages, 9, outcome, lists, wordings, "Fri 1 May", asks, note)


HISTORY = tuple(Scores(each, (3, 4), Trend.UP) for each in Question)


def referral_pages() -> Iterator[ReferralsScreen]:
    """Every state of the ask, and every step of an introduction."""
    gaps = tuple(
        TrackedPromise(number, Kind.PRIORITY, "40 seats", state)
        for number, state in enumerate([*PromiseState, *PromiseState])
    )
    named = ReferralDates(NOW)
    dates = [named, *(advanced(named, step, NOW) for step in ReferralStep if step is not ReferralStep.NAMED)]
    rows = tuple(ReferralRow(n, CUSTOMER, "Sisters", "An email", each, "Thanks") for n, each in enumerate(dates))
    for state, over, found in product(AskState, (True, False), ((), rows)):
        counts = ReferralCounts(5, len(found))
        yield ReferralsScreen(
            facts(), state, "Jo", "Who?", "15 minutes?", "Somebody", gaps, counts, found, "Fri 27 Nov 14:30", over, NOW
        )


TEAM = tuple(TeamMember(number, f"U{number}", "", role) for number, role in enumerate(TeamRole, 2))


def team_surfaces(texts: Texts) -> dict[str, list[Message | Modal]]:
    """The surfaces about the team on a deal."""
    screen = DealTeamScreen(facts(), TEAM, "60/40", ("U07ABC",))
    return {
        "The team on a deal": [render.modal(each, texts) for each in (screen, replace(screen, members=(), helpers=()))],
        "A colleague for the team": [deal_team.added(screen, "U2", texts), choice(texts, "with")],
        "On the team": [
            deal_team.message(TeamWelcome(facts(), role, "U1", has_promises), texts)
            for role in TeamRole
            for has_promises in (True, False)
        ],
        "Off the team": [
            deal_team.message(MemberLeft(facts(), "U2", TeamRole.PARTNER, count), texts) for count in (0, 2)
        ],
        "Who keeps a promise": [render.modal(KeeperForm(facts(), AGREED, each, TEAM, 1), texts) for each in ("", "U2")],
    }


def announcement_surfaces(texts: Texts) -> dict[str, list[Message | Modal]]:
    """The win that a rep announces."""
    form = AnnounceForm(facts(), (WinsChannel("C1", "wins"),), "C1", ("U2",), "Great demo", shows_amount=True)
    post = WinPost(1, facts(), ("U2",), "Great demo", 1, thanks=7, thanked_by=("U3",))
    return {
        "The announcement of a win": [render.modal(replace(form, says=each), texts) for each in FormNote],
        "The deal to announce": [choice(texts, "announce")],
        "An announced win": [announcements.post(replace(post, tier=each), texts) for each in range(MOST_TIERS + 1)],
        "An announced win that changed": [
            announcements.post(replace(post, over=each), texts) for each in (False, True)
        ],
        "Thanks for a win": [
            Message.saying(announcements.thanked_text(Thanked(facts(), each), texts)) for each in (False, True)
        ],
        "Tiers of wins": [announcements.tiers(TiersScreen("C1", each), texts) for each in ((), ("$10,000",))],
    }


def cover_surfaces(texts: Texts) -> dict[str, list[Message | Modal]]:
    """Who stands in for a rep."""
    told = CoverBrief(facts(Stage.RECAPPED), ("A call every Friday",), 2, "Kickoff")
    asked = CoverAsk(1, "U1", "asked", NOW.date(), (told,), 3)
    answered = CoverAnswered(1, "U2", "asked", None, (facts(),), 2)
    over = [replace(asked, state=state, briefs=()) for state in ("declined", "returned", "over")]
    return {
        "Who covers": [render.modal(CoverForm(2, "northwind", "Friday", "U2"), texts)],
        "The cover that is typed": [cover.ended(CoverEnded(2), texts)],
        "Will you cover?": [cover.ask(each, texts) for each in (asked, replace(asked, state="accepted"))],
        "What became of the cover": [
            cover.answered(replace(answered, state=state, away=away, asks=asks), texts)
            for state in ("asked", "accepted", "declined", "returned", "unanswered", "given_back", "left")
            for away, asks in ((None, False), (Away(NOW.date()), True), (Away(None), True))
        ],
        "The cover that lasts longer": [
            cover.moved(CoverMoved(1, "U1", until, 2, standing=True, left=left), texts)
            for until, left in ((NOW.date(), False), (None, False), (None, True))
        ],
        "The deals are back": [
            cover.back(CoverBack("U2", to_rep, (Meanwhile(facts(), actions),), 3, 1 if to_rep else None), texts)
            for to_rep in (True, False)
            for actions in ((), ("in_call", "aligned"))
        ],
        "Who covers while you are away?": [
            cover.who(CoverWho(until, facts(), total), texts) for until, total in ((NOW.date(), 3), (None, 1))
        ],
        "Shall I ask somebody?": [
            *(cover.offer(CoverOffer(facts(), who, over=False), texts) for who in ("U2", "")),
            *(cover.offer(CoverOffer(facts(), "", False, "U2", covered), texts) for covered in (True, False)),
        ],
        "The call that waits": [cover.render(CallWaits(facts(), NOW), texts)],
        "The message about cover that is over": [
            *(cover.ask(each, texts) for each in over),
            cover.moved(CoverMoved(1, "U1", None, 2, standing=False, left=False), texts),
            cover.who(CoverWho(None, None, 0), texts),
            cover.offer(CoverOffer(facts(), "", over=True), texts),
        ],
    }


def delivery_surfaces(texts: Texts) -> dict[str, list[Message | Modal]]:
    """The surfaces about delivery."""
    doubted = DeliveryWord(Feasible.AT_RISK, "U2", "no parts")
    question = FeasibilityQuestion(1, CUSTOMER, AGREED.wording, "every Friday", NOW.date(), "U1")
    promise = HandedPromise(AGREED, "", "rep", "Fridays", NOW.date(), True, Risk.AT_RISK, doubted, "Call the rep.")
    handed = HandoffBrief(CUSTOMER, "U1", (HANNAH,), (promise,), ("Free training",), "Kickoff")
    stands = [HandoffStatus("U2", state, 2) for state in HandoffState]
    taken = HandoffStatus("U2", HandoffState.TAKEN)
    asked = HandoffQuestions(1, facts(), "U2", (OpenQuestion(AGREED, "Which?"),))
    entries = (DeliveryEntry(1, "Fleet", "U2", "C1"), DeliveryEntry(2, "", "U2", None))
    drawn = handoff_views
    return {
        "Who delivers": [
            delivery.rules(DeliveryScreen(entries, "C1"), texts),
            delivery.rules(DeliveryScreen((), None), texts),
        ],
        "Who delivers: a rule": [drawn.modal(DeliveryForm(channel), texts) for channel in (None, "C1")],
        "Whom to ask": [drawn.modal(AskDeliveryForm(facts(), AGREED), texts)],
        "Can we keep this?": [
            drawn.message(question, texts),
            drawn.message(replace(question, word=doubted), texts),
            drawn.message(replace(question, mention="U2"), texts),
        ],
        "Why not?": [drawn.modal(DoubtForm(question, each), texts) for each in (Feasible.AT_RISK, Feasible.CANNOT)],
        "Delivery doubts it": [
            drawn.message(DeliveryDoubt(1, facts(stage), AGREED, doubted, "Say it", open=open_), texts)
            for stage in (Stage.IN_CALL, Stage.RECAPPED)
            for open_ in (True, False)
        ],
        "The handoff": [
            drawn.modal(HandoffForm(facts(Stage.RECAPPED), handed, "U2", each), texts) for each in (None, *stands)
        ],
        "The handoff, typed in a channel": [handoff.post_offer(PostOffer(facts(Stage.RECAPPED), "C1"), texts)],
        "The handoff, received": [
            drawn.message(HandoffOffer(1, handed, each, NOW, deal_id=1), texts) for each in (*stands[:2], taken)
        ],
        "The read-back by delivery": [
            drawn.modal(ReadBackForm(1, CUSTOMER, (PromiseToRead(AGREED, ""),), 3, changed), texts)
            for changed in (True, False)
        ],
        "Not taken": [drawn.modal(SendBackForm(1, CUSTOMER), texts)],
        "The kickoff": [drawn.modal(KickoffForm(1, CUSTOMER, NOW.date(), NOW.date()), texts)],
        "Delivery asks": [drawn.message(asked, texts)],
        "The answer to delivery": [drawn.modal(AnswerForm(asked), texts)],
        "Delivery sent it back": [drawn.message(HandoffReturned(facts(), "U2", "No date", over=False), texts)],
        "The nudge to delivery": [
            drawn.message(HandoffNudge(1, CUSTOMER, "U1", what, over=False), texts)
            for what in ("introduction", "kickoff", "answered", "changed", "ended")
        ],
        "Delivery is late": [
            drawn.message(HandoffLate(facts(), "U2", what, over, done), texts)
            for what in ("introduction", "kickoff")
            for over, done in ((True, True), (True, False), (False, False))
        ],
        "Delivery reports a miss": [
            drawn.message(MissReported(facts(), MISSED[0], over, "U2"), texts) for over in (False, True)
        ],
        "A colleague's note": [drawn.message(NoteTold(facts(), "A call", "Ask Kim", "U2"), texts)],
        "The brief to pin": [
            handoff.brief_posted(PostOffer(facts(Stage.RECAPPED), "C1"), texts, may_pin=True),
            *(handoff.brief_pinned(PostOffer(facts(Stage.RECAPPED), "C1"), each, texts) for each in Pinned),
        ],
        "The handoff brief in a channel": [drawn.message(PostedBrief(handed), texts)],
        "The message about delivery that is over": [
            drawn.message(replace(question, over=True), texts),
            drawn.message(replace(asked, questions=()), texts),
            drawn.message(HandoffNudge(1, CUSTOMER, "U1", "changed", over=True), texts),
            drawn.message(HandoffOffer(1, handed, taken, NOW, over=True), texts),
        ],
    }


def rendered(texts: Texts) -> dict[str, list[Message | Modal]]:
    """Every surface by its name in the table, as it is drawn with a platform's words."""
    return {
        "The card": [
            *(card.render(a_card(stage, doubt), texts) for stage in Stage for doubt in (None, *Doubt)),
            card.render(WHOSE, texts),
            *(card.render(each, texts) for each in asking(Stage.OPEN)),
            card.render(with_challenge(Stage.RECAPPED), texts),
            card.render(settled(), texts),
            card.render(replace(a_card(Stage.OPEN), helpers=("U07ABC",), team=TEAM), texts),
        ],
        "More actions": [render.modal(MoreActions(a_card(stage)), texts) for stage in Stage],
        "The reminder": [
            reminders.call_reminder(CallReminder(a_card(stage), nth, coaches=nth > 1, snoozes=tuple(Snooze)), texts)
            for nth, stage in ((1, Stage.OPEN), (2, Stage.SCHEDULED))
        ],
        "The reminder that was put off": [
            *(call_schedule.snoozed(ReminderSnoozed(facts(), NOW, coaches), texts) for coaches in (True, False)),
            *(call_schedule.snoozed(each, texts) for each in SNOOZED_ELSEWHERE),
        ],
        "Before the call": [call_schedule.call_soon(CallSoon(a_card(Stage.SCHEDULED), "Hi"), texts)],
        **{f"The nudge: {name}": [reminders.nudge(a_nudge(kind, stage), texts)] for name, kind, stage in NUDGES},
        **{
            name: [
                reminders.nudge(Nudge(a_card(Stage.RECAPPED), kind, challenge=a_challenge(each)), texts)
                for each in dict.fromkeys((state, *([ChallengeState.TO_TELL] if "open" in name else [])))
            ]
            for name, (kind, state) in CHALLENGE_NUDGES.items()
        },
        **{f"The nudge: {name}": [reminders.nudge(a_nudge(kind, stage), texts)] for name, kind, stage in NUDGES[:-1]},
        "The nudge: all kept": [
            reminders.nudge(Nudge(each, reminders_due.Kind.OUTCOME_DUE), texts)
            for each in (a_card(Stage.DELIVERING), settled())
        ],
        "The promise that was answered": [
            promised.answered(OccasionAnswered(facts(), OCCASION, moved_to, NOW.date()), texts)
            for moved_to in (None, NOW.date())
        ],
        "The promise that was settled": [
            promises.answered(PromiseAnswered(facts(), each, changed=changed), texts)
            for each in (*SETTLED, *MISSED)
            for changed in (True, False)
        ],
        "The digest": [
            reminders.digest(
                Digest(
                    tuple(
                        Nudge(_numbered(a_card(stage), number), reminders_due.Kind.DIGEST, step=step, settled=settled)
                        for number, (stage, step, settled) in enumerate(
                            product((Stage.OPEN, Stage.IN_CALL, Stage.ALIGNED), DigestStep, (False, True))
                        )
                    ),
                    total=30,
                ),
                texts,
            ),
            *(
                reminders.digest(Digest((a_nudge(kind, stage),), total=1), texts)
                for _, kind, stage in NUDGES
                if stage in KEEPING and kind is not reminders_due.Kind.REFERRAL_AGAIN
            ),
            *(
                reminders.digest(Digest((Nudge(each, reminders_due.Kind.DIGEST, step=step),), total=1), texts)
                for each in (a_card(Stage.DELIVERING), settled())
                for step in (DigestStep.ASKS, DigestStep.AGAIN, DigestStep.LAST)
            ),
            reminders.digest(
                Digest(
                    (Nudge(a_card(), reminders_due.Kind.CALL, offer=CoverOffer(facts(), "U2", over=False)),), total=1
                ),
                texts,
            ),
        ],
        "The reminder that is over": [
            reminders.render(screen, texts)
            for screen in (
                RetiredReminder(a_card(Stage.SCHEDULED)),
                RetiredReminder(a_card(), newer=True),
                StoppedReminder(facts()),
                Digest((), 0, replaced=True),
            )
        ],
        "After the call": [call_schedule.call_over(CallOver(a_card(Stage.SCHEDULED)), texts)],
        "The calendar entry": [
            Message.saying(call_schedule.calendar_invite(CallInvite(facts(), "T1", NOW, 0, NOW, "Dana"), texts).comment)
        ],
        "The brief to print": [brief.message(BRIEF, texts)],
        "The card that was handed on": [notices.handed_over(HandedOver(facts(), "U2"), texts)],
        "The deals that were handed to you": [handover.received(DealsReceived("U2", (facts(),), total=2), texts)],
        "The deals of somebody who left": [handover.ask_who(RepLeft("U2", "Ben", (facts(),), total=1), texts)],
        "Wins of the week": [wins.summary(A_WEEK, texts)],
        "Wins on request": [
            summaries.asked(AskedSummary(A_WEEK, "last week", (Place("C1", None),)), texts),
            summaries.asked(AskedSummary(replace(A_WEEK, wins=(), totals=()), "last week", ()), texts),
            *(summaries.posted(SummaryPosted("C1", repeated), texts) for repeated in (False, True)),
        ],
        "When the wins come": [
            summaries.schedule(SummarySchedule("C1", Schedule(span, 1), "UTC", by), texts)
            for span in Span
            for by in (None, "U2")
        ],
        "Wins that changed": [
            wins.summary(replace(A_WEEK, since=ChangedSince(cancelled=1, refunded=1, amounts=1)), texts)
        ],
        "The question about an order": [
            orders.ask_reported(OrderQuestion(facts(), kind, 7, "$52,000", "U2"), texts) for kind in OrderChangeKind
        ],
        "A channel for wins was closed": [
            channel.closed(ClosedChannel("C1", "wins", closed), texts) for closed in Closed
        ],
        "The alignment call": [
            render.modal(ChecklistScreen(facts(), TICKS, "", (), (), typed=typed, help=HELP), texts)
            for typed in (None, dict.fromkeys(Kind, ""))
        ],
        "Make it measurable": [
            render.modal(
                CoachingScreen(
                    facts(),
                    tuple(coached(10 + n, reason, other, baseline) for n, other in enumerate(Kind)),
                    (AGREED,),
                    changed,
                    more=more,
                ),
                texts,
            )
            for reason in Reason
            for changed in (True, False)
            for more, baseline in ((3, "From what today?"), (0, None))
        ],
        "The list of statements": [
            render.modal(ListScreen(facts(), LISTED, page, 3, 20, undo, undo and "captured"), texts)
            for page in (1, 2, 3)
            for undo in (None, 7)
        ],
        "A statement to change": [
            render.modal(StatementForm(facts(), each, 2, changed), texts)
            for each in LISTED
            for changed in (True, False)
        ],
        "A statement to add": [render.modal(StatementForm(facts(), None), texts)],
        "The details": [render.modal(DetailsForm(facts(), each, ("price", "speed")), texts) for each in LISTED],
        "The read-back": [
            render.modal(
                ReadBackScreen(facts(), each, Progress(1, 3), "Dana", True, PEOPLE, kept=kept, suggestion="Ask when."),
                texts,
            )
            for each in (AGREED, replace(OPEN, baseline="9 minutes"))
            for kept in (1, 2)
        ],
        "The read-back on one screen": [
            render.modal(ReadAllScreen(facts(), some, Progress(1, 4), "Dana", PEOPLE, frozenset({2}), later=2), texts)
            for some in ((AGREED, OPEN, replace(OPEN, id=3)),)
        ],
        "The correction": [render.modal(CorrectionScreen(facts(), AGREED), texts)],
        "The wrap-up": [
            render.modal(
                WrapUpScreen(
                    facts(), TICKS, "Dana", AgreedCounts(1, 1), 5, "Somebody", None, missing, asks_definition=is_new
                ),
                texts,
            )
            for missing in ((), tuple(Missing))
            for is_new in (True, False)
        ],
        "The referral ask": [
            render.modal(ReferralScreen(facts(), "Dana", AgreedCounts(1, 1), 5, "Somebody"), texts),
        ],
        "The recap": [
            render.modal(RecapScreen(facts(), body, None, findings, asks_obstacle=True), texts)
            for body in ("Hi", "Hi " * 2000)
            for findings in ((), tuple(map(Finding, Rule)))
        ],
        "The recap to change": [render.modal(RecapScreen(facts(), "Hi", None, editing=True), texts)],
        "Log a correction": [render.modal(ReopenScreen(facts(), (AGREED, OPEN)), texts)],
        "The promises": [render.modal(board(*SETTLED, *MISSED, page=page, pages=3), texts) for page in (1, 2, 3)]
        + [render.modal(board(*SETTLED, stage=Stage.COMPLETED), texts)]
        + [render.modal(replace(board(promised_to(PromiseState.PENDING)), own=False), texts)]
        + [render.modal(replace(board(promised_to(PromiseState.PENDING)), assigns=True), texts)],
        "A new talk": [render.modal(RenegotiateForm(facts(), promised_to(PromiseState.PENDING)), texts)],
        "A note": [render.modal(NoteForm(facts(), promised_to(PromiseState.PENDING)), texts)],
        "One promise": [
            render.modal(PromiseAnswered(facts(), each, changed=changed), texts)
            for each in (*SETTLED, *MISSED)
            for changed in (True, False)
        ],
        "The evidence": [render.modal(EvidenceForm(facts(), promised_to(PromiseState.KEPT)), texts)],
        "The first result": [render.modal(ValueDayForm(facts(), "Fri 1 May", "UTC"), texts)],
        "The record": [
            render.modal(replace(record(), card=a_card(stage)), texts) for stage in (Stage.ALIGNED, Stage.RECAPPED)
        ],
        "The note for the CRM": [
            render.modal(CrmNote(facts(), "Jo", NOW.date(), NOW.date(), NOW.date(), (), "Kickoff", NOW.date()), texts)
        ],
        "A deal closed": [deal_forms.report_deal_form(texts)],
        "The fix": [deal_forms.edit_deal_form(CorrectDealScreen(facts(), "45000 USD"), texts)],
        "The order that changed": [
            render.modal(OrderForm(facts(), choices, None, "45000 USD"), texts)
            for choices in (tuple(OrderChangeKind), (OrderChangeKind.REOPENED,))
        ],
        "The next step": [
            render.modal(StepForm(facts(), done=done, moving=moving), texts)
            for done, moving in ((False, False), (True, False), (False, True))
        ],
        "The schedule": [
            call_schedule.schedule_form(ScheduleScreen(facts(), offered, "Fri 27 Nov 14:30", "Europe/Berlin"), texts)
            for offered in (OFFERED[:3], OFFERED[1:])
        ],
        "The call is scheduled": [
            call_schedule.call_planned(each, texts)
            for each in (
                CallPlanned(facts(), None),
                *(CallPlanned(facts(), "Fri 27 Nov 14:30", NOW, days, OFFERED[0]) for days in (None, 1, 3)),
            )
        ],
        "Another time": [reminders.snooze_form(SnoozeScreen(facts(), "UTC"), texts)],
        "Put off": [call_schedule.snoozed_modal(each, texts) for each in SNOOZED_ELSEWHERE],
        "My reminders": [reminders.my_reminders(screen, texts) for screen in REMINDERS],
        "The team": [wins.team(TeamScreen(A_WEEK, replace(A_WEEK, wins=(), totals=())), texts)],
        "Where the team stands": [manager_view.render(each, texts) for each in (TEAM_STANDS, ALL_CALLED)],
        "My settings": [
            settings.render(SettingsScreen(screen, kept, total=2 * len(kept)), texts)
            for screen in REMINDERS
            for kept in ((), tuple(ManagedChannel("C1", purpose) for purpose in CHOICES))
        ],
        "My calendar link": [
            calendar.calendar_link(each, texts, "https://firstcall.example.com")
            for each in (CalendarLinkScreen("0f", NOW), CalendarLinkScreen(None, NOW), CalendarLinkScreen(None, None))
        ],
        "My deals as a file": [calendar.export_link(ExportLink("0f", NOW), texts, "https://firstcall.example.com")],
        "Hours and pause": [reminders.hours_form(REMINDERS[0], texts)],
        **{name: [brief.render(step, texts)] for name, step in BRIEF_STEPS.items()},
        "A try that failed": [
            render.modal(AttemptLogged(facts(), attempt, 2, NOW, known), texts)
            for attempt, known in (
                (Attempt.NO_ANSWER, ()),
                (Attempt.WRONG_PERSON, ()),
                (Attempt.WRONG_PERSON, (HANNAH,)),
            )
        ],
        "How to reach them": [
            render.modal(ContactForm(facts(), role, HANNAH.details), texts)
            for role in (DECISION_MAKER, FUNCTIONAL_DECISION_MAKER)
        ],
        "The contact is saved": [
            render.modal(ContactKept(facts(stage), HANNAH), texts) for stage in (Stage.OPEN, Stage.IN_CALL)
        ],
        **CHALLENGES,
        "What I say": [
            render.modal(TalkForm(facts(), SAID[:4], {}, 1, may_change_team=True), texts),
            render.modal(TalkForm(facts(), SAID[4:], {}, 2, True, trades=tuple(playbook().trades)), texts),
        ],
        "The brief": [brief.render(each, texts) for each in (BRIEF, replace(BRIEF, contacts=()))],
        "The notice": [notices.notice("No.", texts)],
        "A form that was closed": [
            Message("What was typed is here.", draft_notes.continued(NOW, texts)),
            Message("What was typed is here.", draft_notes.outdated(NOW, [("In their words", "Fast")], texts)),
        ],
        "The Home tab": [
            *(home_view.render(each, texts) for each in homes(paged())),
            home_view.render(a_home(in_hand()), texts, UNDELIVERED),
        ],
        "Help": [
            deal_lists.help_message(texts, unknown="dance"),
            deal_lists.suggestions("shwo", [CUSTOMER], texts),
        ],
        "An answer in the chat": [
            *(deal_lists.hello(each, tone, texts) for tone in ("greeting", "thanks", "help", "other") for each in FEW),
            deal_lists.opened_by_button(render.modal(record(), texts), texts),
            deal_lists.opened_by_button(deal_forms.report_deal_form(texts), texts),
        ],
        "What is next": [
            Message.saying(texts.rich("next.nothing")),
            *(
                deal_lists.answer_first(each, texts)
                for each in (a_card(Stage.SIGHTED), a_card(doubt=Doubt.DELETED), WHOSE, *asking(Stage.SIGHTED)[:2])
            ),
        ],
        "The list": [deal_lists.deal_list(paged(), texts)],
        "The choice to show": [choice(texts, "show")],
        "The choice to call": [choice(texts, "call"), choice(texts, "call", "tomorrow 10")],
        "The choice to put off": [choice(texts, "snooze"), choice(texts, "snooze", "tomorrow 10")],
        "The choice of a brief": [choice(texts, "brief")],
        "The choice of a recap": [choice(texts, "recap")],
        "The choice of promises": [choice(texts, "promises")],
        "The choice to correct": [choice(texts, "log")],
        "The deals to hand over": [render.modal(HandoverForm("U1", 3, "", for_others=True), texts)],
        "The handover": [handover.done(DealsHandedOver("U1", "U2", (facts(),)), texts)],
        "The choice to undo": [
            *(choice(texts, then) for then in ("undo", "restore")),
            deal_lists.answer_first(a_card(Stage.LOST), texts),
        ],
        "The lost deal": [choice(texts, "lost"), deal_lists.ask_lost(LostQuestion(facts()), texts)],
        "The challenge that is typed": [],
        "Open challenges": [
            challenges.challenge_list(
                ChallengeList(tuple(a_challenge(state) for state in ChallengeState if state not in CHALLENGES_OVER), 4),
                texts,
            )
        ],
        "The compliment that is typed": [],
        "The cancelled order": [
            choice(texts, "cancelled"),
            orders.ask_ending(EndingQuestion(facts(), OrderChangeKind.CANCELLED), texts),
        ],
        "The refunded order": [
            choice(texts, "refunded"),
            orders.ask_ending(EndingQuestion(facts(), OrderChangeKind.REFUNDED), texts),
        ],
        "The other amount": [
            *(choice(texts, "amount", when) for when in ("", "52k")),
            *(orders.amount_changed(AmountChanged(facts(), was), texts) for was in (None, "$1", "$45,000")),
        ],
        "The order that is back on": [choice(texts, "reopen"), deal_lists.one_deal(a_card(Stage.RECAPPED), texts)],
        "The step that is set": [
            *(choice(texts, "step", when) for when in ("", "Kickoff")),
            *(
                notices.notice(orders.step_set(StepSet(facts(), "Kickoff", on), texts), texts)
                for on in (None, NOW.date())
            ),
        ],
        "The deal is noted": [
            Message.saying(texts.rich("won.heard", customer=CUSTOMER)),
            deal_forms.ask_other_order(
                OtherOrderQuestion(facts(), "$99,000", 9_900_000, "USD", None, "command:1"), texts
            ),
        ],
        "What a channel is for": [
            message
            for purpose in CHOICES
            for message in (
                channel.purpose_question(ChannelScreen(purpose, "UTC"), texts, "C1", invited=False),
                channel.purpose_chosen(ChannelScreen(purpose, "UTC"), texts),
            )
        ],
        "Wins where another company reads": [
            channel.shared_question(SharedChannel("C1", became), texts) for became in (True, False)
        ],
        "The summary's place": [
            Message.saying(texts.rich("settled.summary_here", zone="Europe/London")),
            *(
                wins.summary_places(SummariesScreen(places, "Europe/London"), texts, here=here)
                for places, here in (((), None), ((), "C1"), (("C1",), "C1"))
            ),
        ],
        **cover_surfaces(texts),
        **delivery_surfaces(texts),
        **team_surfaces(texts),
        **announcement_surfaces(texts),
        "Closed deal": [],
        "Log a challenge": [],
        "The referrals": [render.modal(each, texts) for each in referral_pages()],
        "The referral meeting": [
            render.modal(ReferralMeetingForm(facts(), offered, "Fri 27 Nov 14:30", "UTC"), texts)
            for offered in (OFFERED[:3], OFFERED[1:])
        ],
        "The answer about referrals": [render.modal(ReferralAskedForm(facts(), "Who?"), texts)],
        "One referral": [
            render.modal(ReferralForm(facts(), number, CUSTOMER, is_open=bool(number)), texts) for number in (0, 1)
        ],
        "The choice of referrals": [choice(texts, "referrals")],
        "The deal review": [
            render.modal(ReviewForm(facts(), "I", "Called", "Us", NOW), texts),
            render.modal(ReviewForm(facts(), last_time="Called", last_customer=CUSTOMER), texts),
        ],
        "The deal review is saved": [render.modal(ReviewSaved(facts()), texts)],
        "The choice to review": [choice(texts, "review")],
        "The self-check": [render.modal(SelfCheckForm(HISTORY, monthly), texts) for monthly in (True, False)],
        "The self-check is saved": [render.modal(SelfCheckSaved(HISTORY, monthly), texts) for monthly in (True, False)],
        "The monthly self-check": [
            render.message(SelfCheckAsk(), texts),
            *(render.message(SelfCheckDone(newer), texts) for newer in (True, False)),
            *(review.monthly_chosen(MonthlyChosen(monthly), texts) for monthly in (True, False)),
        ],
        "The self-check in the chat": [review.opened_from_chat(texts)],
    }


RENDERED = rendered(WORDS)


def parts(rendered: Any) -> Iterator[dict[str, Any]]:
    """Every JSON object of a message or view as sent to Slack, at any depth."""
    if isinstance(rendered, Message):
        rendered = blocks.message(rendered)["blocks"]
    if isinstance(rendered, Modal):
        rendered = blocks.modal(rendered)
    if isinstance(rendered, dict):
        yield rendered
    for inner in rendered.values() if isinstance(rendered, dict) else rendered if isinstance(rendered, list) else ():
        yield from parts(inner)


def ids(part: dict[str, Any]) -> list[str]:
    """The callback and action ids, without the suffix of a field's name: its statement, or the version of the form."""
    return [
        re.sub(r"^(wording|today|expectations|priorities|words|question|note)_[0-9a-f]+$", r"\1", part[name])
        for name in ("callback_id", "action_id")
        if name in part
    ] + ([OverflowValue.from_text(each["value"]).action_id for each in part["options"]] if _is_overflow(part) else [])


def _is_overflow(part: dict[str, Any]) -> bool:
    return part.get("type") == "overflow"


def labels(part: dict[str, Any]) -> list[str]:
    """The labels of interactive elements and a modal's title; without running text and checkbox options."""
    match part.get("type"):
        case "modal":
            found = [part[name] for name in ("title", "submit", "close") if name in part]
        case "input":
            found = [part["label"]]
        case "button":
            found = [part["text"]]
        case "users_select" | "static_select" if "placeholder" in part:
            found = [part["placeholder"]]
        case "radio_buttons" | "overflow":
            found = [option["text"] for option in part["options"]]
        case _:
            found = []
    return [text["text"] for text in found]


def test_the_table_lists_exactly_the_surfaces() -> None:
    assert list(table()) == list(RENDERED)


@pytest.mark.parametrize("surface", RENDERED)
def test_a_row_lists_the_ids_and_labels_of_its_surface(surface: str) -> None:
    row = table()[surface]
    found = [part for rendered in RENDERED[surface] for part in parts(rendered)]
    assert sorted(row.ids) == sorted({name for part in found for name in ids(part)})
    assert sorted(row.labels) == sorted({label for part in found for label in labels(part)} - {CUSTOMER} - TIMES)


def test_every_label_is_a_wording() -> None:
    assert {label for row in table().values() for label in row.labels} - set(raw_words("en").values()) == set()


def test_every_button_and_every_modal_has_a_row() -> None:
    listed = {name for row in table().values() for name in row.ids}
    assert {*ActionId, *ViewId} - listed == set()
    assert {f"modal `{form}`" for form in ViewId} == {
        row.kind for row in table().values() if row.kind.startswith("modal")
    }


def test_every_outgoing_message_has_a_row() -> None:
    planned = (
        {
            str(keyword.value.value)
            for path in (ROOT / "handlers").rglob("*.py")
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("outbox.enqueue", "_enqueue_once")
            for keyword in node.keywords
            if keyword.arg == "kind" and isinstance(keyword.value, ast.Constant)
        }
        | {
            "invite",
            "channel_closed",
            "handover",
            "rep_left",
            "retired",
            "order_question",
            "summary_update",
            "summary_schedule",
        }
        | {*reminders_due.Kind, *ABOUT_COVER, *ABOUT_DELIVERY, *ABOUT_TEAM, *ABOUT_ANNOUNCEMENT}
    )
    assert {f"message `{kind}`" for kind in planned} == {
        row.kind for row in table().values() if row.kind.startswith("message")
    }


def test_every_slash_command_has_a_row() -> None:
    listed = {row.kind for row in table().values() if row.kind.startswith("answer to `")}
    assert listed == {f"answer to `{COMMAND} {verb}`" for verb in commands._COMMANDS if verb}


def test_every_shortcut_has_a_row_with_its_name() -> None:
    features: Any = manifest(socket_mode=True)["features"]
    listed = {name: row.kind for name, row in table().items() if row.kind.startswith("shortcut")}
    assert listed == {each["name"]: f"shortcut `{each['callback_id']}`" for each in features["shortcuts"]}


def test_every_action_and_submission_has_a_handler() -> None:
    assert {
        *actions._CHANGES_DEAL,
        *actions._REPLACES_MESSAGE,
        *actions._OPENS_MODAL,
        *actions._SHOWS,
        *app_home.UNDELIVERED_ACTIONS,
        ActionId.DRAFT_START_OVER,
    } == {*ActionId}
    modals = [each for surface in RENDERED.values() for each in surface if isinstance(each, Modal)]
    assert {*submissions._SUBMISSIONS} == {modal.view for modal in modals if modal.submit is not None}
