"""docs/surfaces.md matches the code: every surface is rendered, and the table lists all its labels and ids."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.interactions import actions, app_home, commands, submissions
from bot.slack import blocks
from bot.slack.manifest import COMMAND, manifest
from bot.slack.mrkdwn import SlackMarkup
from bot.ui.components import Message, Modal
from bot.ui.ids import ActionId, ViewId
from bot.ui.texts import Texts
from bot.views import (
    brief,
    call_schedule,
    card,
    channel,
    deal_forms,
    deal_lists,
    notices,
    reminders,
    render,
    settings,
    wins,
    wrap_up,
)
from handlers.call.deal_search import ACTIVE
from handlers.method import reminders_due
from handlers.method.alignment import Missing
from handlers.method.brief import Prepared, Requirement
from handlers.method.details import Details, Owner, PromisedBy, Source
from handlers.method.offered_times import Offer, OfferedTime, Snooze
from handlers.method.recap_lint import Finding, Rule
from handlers.method.stages import Doubt, Stage
from handlers.method.statements import AgreedCounts, Kind, Progress, Said, Statement
from handlers.method.urgency import Sellers, urgency
from handlers.method.vagueness import Reason
from handlers.screens.brief import (
    BriefCommitmentsScreen,
    BriefContactsScreen,
    BriefNotesScreen,
    BriefScreen,
    BriefStep,
    NumberedRequirement,
)
from handlers.screens.call import (
    CallContact,
    ChecklistItem,
    ChecklistScreen,
    CoachedStatement,
    CoachingScreen,
    CorrectionScreen,
    DetailsForm,
    ListedStatement,
    ListScreen,
    ReadAllScreen,
    ReadBackScreen,
    RecapScreen,
    RecordScreen,
    ReferralScreen,
    ReopenScreen,
    StatementForm,
    TimelineEntry,
    WrapUpScreen,
)
from handlers.screens.deals import (
    CallTime,
    CorrectDealScreen,
    DealCard,
    DealChoice,
    DealFacts,
    DealList,
    HandedOver,
    OfferedOrder,
    OtherOrderQuestion,
    ReferralAnswer,
    ReferralAsk,
    SourceMessage,
)
from handlers.screens.reminders import (
    CallInvite,
    CallOver,
    CallPlanned,
    CallReminder,
    CallSoon,
    Digest,
    ManagedChannel,
    Nudge,
    Planned,
    ReminderSnoozed,
    RemindersScreen,
    ScheduleScreen,
    SettingsScreen,
    SnoozeScreen,
)
from handlers.screens.team import (
    ChannelScreen,
    ClosedChannel,
    SharedChannel,
    TeamScreen,
    UndeliveredMessage,
    UndeliveredScreen,
    Win,
    WinSummary,
)
from handlers.team.closed_channels import Closed
from handlers.workspace.channel_purpose import CHOICES
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

OFFERED = tuple(OfferedTime(offer, NOW, days) for days, offer in enumerate(Offer))
TIMES = {"In 1 hour (09:00)", "Today 09:00", "Tomorrow 09:00", "Mon 09:00"}
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
    )


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


def in_hand() -> DealList:
    cards = (
        *(a_card(stage) for stage in sorted(ACTIVE)),
        a_card(doubt=Doubt.DELETED),
        WHOSE,
        *asking(Stage.OPEN),
    )
    return DealList(cards, total=len(cards))


def choice(texts: Texts, then: str) -> Message:
    return deal_lists.deal_choice(DealChoice("", then, (facts(),)), texts)


def record() -> RecordScreen:
    asks = tuple(ReferralAsk(ReferralAnswer(each, 5), "Somebody", "U1", NOW) for each in wrap_up.OUTCOMES)
    happened = (TimelineEntry("heard", "U1", NOW),)
    return RecordScreen(a_card(Stage.ALIGNED), (AGREED, OPEN), "Dana", "Hi", happened, asks, may_ask_again=True)


PREPARED = Prepared("Dana", "Olga", Sellers.TWO_OR_THREE, (Requirement("Fast"),), "Hi", "Cost", "https://a.b", "Notes")
BRIEF = BriefScreen(a_card(), PREPARED, "Hi", "No boss.", "No user.", ("Why us?",))
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
    ("referral", reminders_due.Kind.REFERRAL, Stage.COMPLETED),
    ("referral again", reminders_due.Kind.REFERRAL_AGAIN, Stage.RECAPPED),
    ("look back", reminders_due.Kind.LOOK_BACK, Stage.RECAPPED),
)
PLANNED = tuple(
    Planned(facts(), kind, why, NOW) for kind in (reminders_due.Kind.CALL,) for why in reminders_due.DueReason
)
REMINDERS = tuple(
    RemindersScreen(PLANNED, len(PLANNED), reminded, "08:30-18:00", "mon tue", "Fri 27 Nov", "UTC", (facts(),))
    for reminded in (True, False)
)

UNDELIVERED = UndeliveredScreen(
    "token_revoked",
    tuple(
        UndeliveredMessage(number, kind, "U1", None, "user_not_found", NOW)
        for number, kind in enumerate(("card", *reminders_due.Kind))
    ),
    total=40,
)


A_WEEK = WinSummary(NOW, NOW, tuple(Win(facts(), AgreedCounts(1, 1), aligned) for aligned in (True, False)), ("$1",))


def rendered(texts: Texts) -> dict[str, list[Message | Modal]]:
    """Every surface by its name in the table, as it is drawn with a platform's words."""
    return {
        "The card": [
            *(card.render(a_card(stage, doubt), texts) for stage in Stage for doubt in (None, *Doubt)),
            card.render(WHOSE, texts),
            *(card.render(each, texts) for each in asking(Stage.OPEN)),
        ],
        "The reminder": [
            reminders.call_reminder(CallReminder(a_card(stage), nth, coaches=nth > 1, snoozes=tuple(Snooze)), texts)
            for nth, stage in ((1, Stage.OPEN), (2, Stage.SCHEDULED))
        ],
        "The reminder that was put off": [
            call_schedule.snoozed(ReminderSnoozed(facts(), NOW, coaches), texts) for coaches in (True, False)
        ],
        "Before the call": [call_schedule.call_soon(CallSoon(a_card(Stage.SCHEDULED), "Hi"), texts)],
        **{
            f"The nudge: {name}": [reminders.nudge(Nudge(a_card(stage), kind, "Go-live by 1 May", 30), texts)]
            for name, kind, stage in NUDGES
        },
        "The digest": [
            reminders.digest(
                Digest(
                    tuple(Nudge(a_card(stage), reminders_due.Kind.DIGEST) for stage in (Stage.OPEN, Stage.ALIGNED)),
                    total=3,
                ),
                texts,
            )
        ],
        "After the call": [call_schedule.call_over(CallOver(a_card(Stage.SCHEDULED)), texts)],
        "The calendar entry": [
            Message.saying(call_schedule.calendar_invite(CallInvite(facts(), "T1", NOW, 0, NOW, "Dana"), texts).comment)
        ],
        "The brief to print": [brief.message(BRIEF, texts)],
        "The card that was handed on": [notices.handed_over(HandedOver(facts(), "U2"), texts)],
        "Wins of the week": [wins.summary(A_WEEK, texts)],
        "A channel for wins was closed": [
            channel.closed(ClosedChannel("C1", "wins", closed), texts) for closed in Closed
        ],
        "The alignment call": [
            render.modal(ChecklistScreen(facts(), TICKS, "", (), (), typed=typed), texts)
            for typed in (None, dict.fromkeys(Kind, ""))
        ],
        "Make it measurable": [
            render.modal(
                CoachingScreen(
                    facts(),
                    tuple(
                        CoachedStatement(
                            replace(OPEN, id=10 + n), reason, "How much?", "Script", other, "Move it?", "x"
                        )
                        for n, other in enumerate(Kind)
                    ),
                    (AGREED,),
                    changed,
                ),
                texts,
            )
            for reason in Reason
            for changed in (True, False)
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
            render.modal(ReadBackScreen(facts(), each, Progress(1, 3), "Dana", changed=True, people=PEOPLE), texts)
            for each in (AGREED, OPEN)
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
            render.modal(RecapScreen(facts(), body, None, findings), texts)
            for body in ("Hi", "Hi " * 2000)
            for findings in ((), tuple(map(Finding, Rule)))
        ],
        "The recap to change": [render.modal(RecapScreen(facts(), "Hi", None, editing=True), texts)],
        "They corrected it": [render.modal(ReopenScreen(facts(), (AGREED, OPEN)), texts)],
        "The record": [render.modal(record(), texts)],
        "A deal closed": [deal_forms.report_deal_form(texts)],
        "The fix": [deal_forms.edit_deal_form(CorrectDealScreen(facts(), "45000 USD"), texts)],
        "The schedule": [
            call_schedule.schedule_form(ScheduleScreen(facts(), offered, "Fri 27 Nov 14:30", "Europe/Berlin"), texts)
            for offered in (OFFERED[:3], OFFERED[1:])
        ],
        "The call is scheduled": [
            call_schedule.call_planned(CallPlanned(facts(), at), texts) for at in ("Fri 27 Nov 14:30", None)
        ],
        "Another time": [reminders.snooze_form(SnoozeScreen(facts(), "UTC"), texts)],
        "Put off": [call_schedule.snoozed_modal(ReminderSnoozed(facts(), NOW, coaches=True), texts)],
        "My reminders": [reminders.my_reminders(screen, texts) for screen in REMINDERS],
        "The team": [wins.team(TeamScreen(A_WEEK, replace(A_WEEK, wins=(), totals=())), texts)],
        "My settings": [
            settings.render(SettingsScreen(screen, kept, total=2 * len(kept)), texts)
            for screen in REMINDERS
            for kept in ((), tuple(ManagedChannel("C1", purpose) for purpose in CHOICES))
        ],
        "Hours and pause": [reminders.hours_form(REMINDERS[0], texts)],
        **{name: [brief.render(step, texts)] for name, step in BRIEF_STEPS.items()},
        "The notice": [notices.notice("No.", texts)],
        "The Home tab": [deal_lists.app_home(in_hand(), texts), deal_lists.app_home(in_hand(), texts, UNDELIVERED)],
        "Help": [deal_lists.help_message(texts, unknown="dance")],
        "What is next": [
            Message.saying(texts.rich("next.nothing")),
            *(
                deal_lists.answer_first(each, texts)
                for each in (a_card(Stage.SIGHTED), a_card(doubt=Doubt.DELETED), WHOSE, *asking(Stage.SIGHTED)[:2])
            ),
        ],
        "The list": [deal_lists.deal_list(in_hand(), texts)],
        "The choice to show": [choice(texts, "show")],
        "The choice to call": [choice(texts, "call")],
        "The choice to put off": [choice(texts, "snooze")],
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
        "The summary's place": [Message.saying(texts.rich("settled.summary_here", zone="Europe/London"))],
        "Closed deal": [],
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
        re.sub(r"^(wording|expectations|priorities)_[0-9a-f]+$", r"\1", part[name])
        for name in ("callback_id", "action_id")
        if name in part
    ]


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
        case "radio_buttons":
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
    planned = {
        str(keyword.value.value)
        for path in (ROOT / "handlers").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("outbox.enqueue", "_enqueue_once")
        for keyword in node.keywords
        if keyword.arg == "kind" and isinstance(keyword.value, ast.Constant)
    } | {"invite", "channel_closed", *reminders_due.Kind}
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
        *app_home.UNDELIVERED_ACTIONS,
    } == {*ActionId}
    modals = [each for surface in RENDERED.values() for each in surface if isinstance(each, Modal)]
    assert {*submissions._SUBMISSIONS} == {modal.view for modal in modals if modal.submit is not None}
