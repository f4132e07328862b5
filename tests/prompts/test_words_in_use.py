"""The texts and the code match: no key without a text, no text without a use, no missing value.

A key is any string `table.name` of the code whose table is one in words.toml. Keys that are put together are known by
their form, `card.title_{stage}`, and what may stand in the gap is listed here.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import NamedTuple, get_args

from bot.interactions.commands import VERBS
from bot.ports.pins import Pinned
from bot.views.deal_lists import COMMANDS
from bot.views.referrals import _ANSWERS
from handlers.call.attempts import Attempt
from handlers.call.contacts import ROLES
from handlers.call.referral import OUTCOMES
from handlers.call.statement_editing import ORIGINS
from handlers.call.undo import CHANGES, UNDONE
from handlers.challenges.steps import ACTIONS as CHALLENGE_ACTIONS
from handlers.challenges.steps import NEEDS_WORDS
from handlers.deal.covering import KINDS as ABOUT_COVER
from handlers.deal.covering import CoverState, Why
from handlers.deal.delivery import KEPT_ANYWAY
from handlers.deal.delivery import KINDS as ABOUT_DELIVERY
from handlers.deal.next_steps import STEP_ACTIONS
from handlers.deal.team import KINDS as ABOUT_TEAM
from handlers.detection import DealKind, Period
from handlers.handoff.feasibility import ANSWERED
from handlers.method import reminders_due
from handlers.method.alignment import MISSING_ACTIONS, Missing, WhyMissing
from handlers.method.challenges import SETTLED, ChallengeState, How, Step, Whose
from handlers.method.contact_details import Channel
from handlers.method.details import Owner
from handlers.method.handoff import Feasible
from handlers.method.offered_times import Snooze
from handlers.method.order_changes import OrderChangeKind
from handlers.method.promise_outcomes import MissReason, PromiseState, SaidBy
from handlers.method.recap import VARIANTS
from handlers.method.recap_lint import Rule
from handlers.method.referrals import ANSWERS as REFERRAL_ANSWERS
from handlers.method.referrals import FORWARD, AskState, ReferralStep
from handlers.method.reminder_profiles import ReminderProfile
from handlers.method.self_check import HIGHEST, LOWEST, Question, Trend
from handlers.method.stages import Stage
from handlers.method.statements import Kind, Said
from handlers.method.summary_periods import Span
from handlers.method.team_roles import TeamRole
from handlers.method.urgency import SENTENCES, Sellers
from handlers.method.win_figures import LeftOut, Milestone, Over
from handlers.method.working_time import TimeOff
from handlers.screens.deals import Passed
from handlers.screens.promises import BoardNote
from handlers.screens.reminders import DigestStep, OccasionOutcome
from handlers.team.closed_channels import Closed
from handlers.workspace.channel_purpose import CHOICES
from prompts.cadence import WEEKDAYS
from prompts.playbook import SituationName, playbook
from prompts.templates import placeholders_in
from prompts.wording import raw_words

GAP = re.compile(r"\{[^{}]+\}")
ROOT = Path(__file__).parents[2]
WORDS = raw_words("en")
TABLES = {key.split(".")[0] for key in WORDS}
IDS = {"ids.py", "manifest.py"}
"""Files whose strings of this form are ids, not keys."""

BUTTONS = {
    "start",
    "schedule",
    "brief",
    "reschedule",
    "continue",
    "recap",
    "record",
    "corrected",
    "not_a_deal",
    "still_a_deal",
    "fix",
    "add_customer",
    "add_amount",
    "another",
    "yes_closed",
    "undo",
    "hand_on",
    "drop",
    "challenge",
    "open_challenge",
    "praise",
    "promises",
    "complete",
    "unchanged",
    "step",
    "order",
    "referrals",
    "review",
    "to_delivery",
    "team",
    "helpers",
    "more",
}
CHALLENGE_BUTTONS = {
    *How,
    "told_earlier",
    "update",
    "solve",
    "confirm",
    "not_yet",
    "withdraw",
    "edit",
    "promise",
    "show",
}
ANSWERS = {"agree", "correct", "withdraw"}
HANDOFF_BUTTONS = {"take", "read", "send_back", "introduced", "kickoff", "answer"}
ACTIONS = (
    {"cover_asked", "cover_accepted", "cover_declined", "cover_ended", "cover_moved"}
    | {"cover_offered", "cover_not_needed", "manager_told"}
    | {"heard", "reported", "another_order", "bettered", "message_edited", "captured", "corrected"}
    | {
        "amount_corrected",
        "fixed",
        "handed_over",
        "doubted",
        "stood_by",
        "scheduled",
        "rescheduled",
        "unscheduled",
        "snoozed",
        "snooze_changed",
        "reminders_off",
        "reminders_on",
        "coached",
        "reopened",
        "prepared",
        "read_all",
        "promise_done",
        "promise_moved",
    }
    | {"resumed", "refunded", "not_refunded", "amount_changed", "still_on"}
    | {"step_agreed", "step_moved", "step_dropped", "step_done"}
    | {*MISSING_ACTIONS.values()}
    | {"promise_missed", "outcome_kept", "outcome_exceeded", "outcome_missed", "outcome_taken_back", "renegotiated"}
    | {"no_corrections", "next_order_talked", "next_order_not_now", "value_day_set", "obstacle_noted"}
    | {"contact_noted", "words_changed", "words_of_team"}
    | {
        f"referral_{each}"
        for each in ("planned", "cleared", "asked", "named", "removed", "step", "step_undone", "rested")
    }
    | {"feasibility_asked", *ANSWERED.values(), KEPT_ANYWAY}
    | {"handed_to_delivery", "handoff_withdrawn", "handoff_taken", "handoff_sent_back", "handoff_answered"}
    | {"handoff_introduced", "kickoff_set", "brief_posted", "brief_pinned", "note_added"}
    | {"team_added", "team_role", "team_removed", "team_left", "split_noted", "keeper_named"}
    | set(Attempt)
    | {"challenge_logged", "challenge_corrected", "complimented", *CHALLENGE_ACTIONS.values(), *STEP_ACTIONS.values()}
    | CHANGES
    | {UNDONE, "reranked"}
)
STEPS = set(CHALLENGE_ACTIONS.values())
REFUSED_TIMES = {"missing", "unreadable", "no_time", "past", "too_far", "skipped", "other_weekday"} | {
    "unreadable_past",
    "to_come",
    "long_ago",
    "no_past_time",
    "now",
    "vague",
    "which_day",
    "which_unit",
    "two_times",
    "two_dates",
    "weekend",
    "their_time",
    "no_hour",
    "no_such_day",
    "day_unreadable",
    "day_today",
}
SETTLES = {PromiseState.KEPT, PromiseState.EXCEEDED, PromiseState.MISSED}
REFERRAL_BUTTONS = {name for answers in _ANSWERS.values() for name, _ in answers} | {"asked", "plan", "clear", "add"}
REFERRAL_STEPS = {*(f"step_{step}" for step in FORWARD), "back", "drop"}


RECAP_PARTS = {
    "liked_more",
    *(f"{part}{more}" for part in ("asked_me", "asked_us", "fact", "words") for more in ("", "_more")),
    "words_next",
    "priority_more_fact",
    "priority_words",
    "priority_words_more",
}


def _variants(*parts: str) -> set[str]:
    """The variants of parts of the recap."""
    return {f"{part}_{number}" for part in parts for number in range(1, VARIANTS + 1)}


ENDINGS = {"cancelled", "refunded"}
GAPS: dict[str, set[str]] = {
    "order.choice_{kind}": set(OrderChangeKind),
    "order.ask_{screen.kind}": ENDINGS,
    "order.yes_{screen.kind}": ENDINGS,
    "order.reported_{screen.kind}": set(OrderChangeKind),
    "order.so_{screen.kind}": set(OrderChangeKind),
    "order.not_so_{screen.kind}": set(OrderChangeKind),
    "step.{intro}": {"intro", "done", "moving"},
    "step.card_{_state(card.step)}": {"none", "undated", "over", "planned"},
    "figures.promise_{state}": set(PromiseState) - {PromiseState.PENDING},
    "figures.referral_{step}": {"named", "won"},
    "figures.without_{reason}": set(LeftOut),
    "figures.kind_{kind}": {"unsaid", *DealKind},
    "figures.before_{screen.span}": set(Span),
    "figures.compared_{difference}": {"more", "fewer", "same"},
    "figures.span_{unit}": {"minutes", "hours", "days"},
    "figures.{each.milestone}": set(Milestone),
    "figures.sum_{each.over}": set(Over),
    "posting.{chosen.span}": set(Span),
    "since.{name}": {"cancelled", "refunded", "amounts"},
    "stage.{stage}": set(Stage),
    "stage.{deal.stage}": set(Stage),
    "stage.{card.deal.stage}": set(Stage),
    "amount.{period}": set(get_args(Period)),
    "challenge.severity_{shown.severity}": {"1", "2", "3"},
    "challenge.severity_{each}": {"1", "2", "3"},
    "challenge.mistake_{shown.whose}": set(Whose),
    "challenge.whose_{whose}": set(Whose),
    "challenge.state_{shown.state}": set(ChallengeState) - {ChallengeState.TO_TELL},
    "challenge.is_{each.state}": set(ChallengeState),
    "challenge.card_{state}": {"overdue", *ChallengeState} - SETTLED,
    "challenge.remind_{state}": {"overdue", *ChallengeState},
    "challenge.by_{step.how}": set(How),
    "challenge.did_{step.step}": set(Step),
    "challenge.way_{how}": set(How),
    "challenge.{name}": CHALLENGE_BUTTONS,
    "challenge.label_{name}": CHALLENGE_BUTTONS,
    "challenge.words_{step}": set(NEEDS_WORDS),
    "challenge.form_{step}": {Step.TOLD, Step.UPDATED, Step.SOLVED},
    "urgency.{name}": {f"{reason}_{number}" for reason, most in SENTENCES.items() for number in range(1, most + 1)},
    "record.asked_{answer.outcome}": set(OUTCOMES),
    "card.title_{name}": {"settled", Stage.IN_CALL, Stage.ALIGNED, Stage.RECAPPED, Stage.DISMISSED},
    "card.title_{_call_state(card)}": {"open", "open_nameless", "open_late", "scheduled", "call_over"},
    "card.kind_{deal.kind}": set(DealKind) - {DealKind.NEW},
    "fix.kind_{kind}": set(DealKind),
    "card.title_{_doubt_state(card)}": {"deleted_own", "deleted_other", "retracted_own", "retracted_other"},
    "card.referral_{card.referral.outcome}": set(OUTCOMES),
    "card.{name}": BUTTONS,
    "draft.{name}": {"start_over", "discard"},
    "card.label_{name}": BUTTONS,
    "reminder.title_{min(screen.nth, 2)}": {"1", "2"},
    "attempt.{attempt}": set(Attempt),
    "attempt.label_{attempt}": set(Attempt),
    "attempt.logged_{screen.attempt}": set(Attempt),
    "contact.is_{contact.role}": set(ROLES),
    "contact.edit_{contact.role}": set(ROLES),
    "contact.label_edit_{contact.role}": set(ROLES),
    "contact.by_{details.channel}": set(Channel),
    "contact.channel_{channel}": set(Channel),
    "contact.intro_{screen.role}": set(ROLES),
    "talk.trade_{trade}": set(playbook().trades),
    "talk.{name}": set(SituationName),
    "talk.label_{name}": set(SituationName),
    "talk.{shown.situation.name}": set(SituationName),
    "checklist.{field}": {"expectations", "priorities"},
    "checklist.{field}_hint": {"expectations", "priorities"},
    "checklist.{field}_example": {"expectations", "priorities"},
    "coach.{name}": {"said_so", "competitor", "ours", *(f"move_{kind}" for kind in Kind)},
    "coach.label_{name}": {"said_so", "competitor", "ours", *(f"move_{kind}" for kind in Kind)},
    "statements.{name}": {"edit", "details"},
    "statements.label_{name}": {"edit", "details"},
    "statements.{action}": {"add", "text", "undo"},
    "statements.label_{action}": {"add", "text", "undo"},
    "statements.{direction}": {"earlier", "further"},
    "statements.label_{direction}": {"earlier", "further"},
    "statement.kind_{kind}": set(Kind),
    "details.owner_{details.owner}": set(Owner),
    "details.owner_{owner}": set(Owner),
    "details.origin_{origin}": set(ORIGINS),
    "timeline.{screen.undo_action}": set(CHANGES),
    "readback.{statement.kind}": set(Kind),
    "readback.{statement.kind}_kind": set(Kind),
    "readback.{name}": ANSWERS,
    "readback.label_{name}": ANSWERS,
    "readall.said_{statement.said}": {Said.AGREED, Said.WITHDRAWN},
    "readall.{name}": {"each", "edit_list"},
    "readall.label_{name}": {"each", "edit_list"},
    "wrapup.{each}": set(OUTCOMES),
    "wrapup.counts_{name}": {"expectations", "priorities"},
    "wrapup.missing_{missing[0]}": set(Missing),
    "wrapup.missing_{each}": set(Missing),
    "wrapup.why_{why}": set(WhyMissing),
    "recap.{thanks}": _variants("thanks"),
    "recap.thanks_{n}": {"1", "2", "3"},
    "recap.{invitation}": _variants("invitation"),
    "recap.invitation_{n}": {"1", "2", "3"},
    "recap.{key}": {*RECAP_PARTS, *_variants("liked", "priority", "priority_more")},
    "recap.to_{one.adverb}": {"not", "never", "always"},
    "lint.{finding.rule}": set(Rule),
    "reopen.{kind}": set(Kind),
    "record.{name}": {"brief", "promises", "edit_list", "corrected"},
    "sellers.{sellers}": set(Sellers),
    "sellers.{known.sellers}": set(Sellers),
    "brief.{name}": {"go_on", "send", "change"},
    "brief.label_{name}": {"go_on", "send", "change"},
    "record.why_{screen.why_missing}": set(WhyMissing),
    "record.said_{statement.said or 'open'}": {Said.AGREED, Said.WITHDRAWN, "open"},
    "timeline.{entry.action}": set(Stage) | ACTIONS,
    "snooze.{name}": {*Snooze, "other", "stop"},
    "snooze.label_{name}": {*Snooze, "other", "stop"},
    "snoozed.{moved.why}": set(TimeOff),
    "nudge.{name}": {*reminders_due.Kind}
    - {*reminders_due.OF_A_PERSON, reminders_due.Kind.CALL_SOON, reminders_due.Kind.UPDATE}
    - reminders_due.CHALLENGE_KINDS
    | {"outcome_settled"}
    | {
        f"digest_{stage}_{step}"
        for stage in (Stage.OPEN, Stage.SCHEDULED, Stage.IN_CALL, Stage.ALIGNED)
        for step in DigestStep
    }
    | {f"digest_{Stage.DELIVERING}_{step}" for step in DigestStep if step is not DigestStep.WAITS},
    "reminders.{name}": {"change", "opt_out", "opt_in"},
    "reminders.label_{name}": {"change", "opt_out", "opt_in"},
    "reminders.profile_{screen.profile}": set(ReminderProfile),
    "reminders.{profile}": set(ReminderProfile),
    "reminders.label_{profile}": set(ReminderProfile),
    "reminders.{wish}": {"stop", "resume"},
    "reminders.label_{wish}": {"stop", "resume"},
    "reminders.kind_{each.kind}": set(reminders_due.Kind),
    "reminders.why_{each.why}": set(reminders_due.DueReason),
    "promise.{rule.means or 'other'}": {"call", "email", "message", "meeting", "report", "update", "other"},
    "promise.often_{rule.unit}": {"day", "week", "month"},
    "promise.{name}": {"they_called", "late", "missed", "tomorrow"},
    "promise.done_{means}": {"call", "email", "message", "meeting", "report", "update", "other"},
    "promise.label_{name}": {"done", "they_called", "late", "missed", "tomorrow"},
    "promise.{screen.outcome}_text": set(OccasionOutcome),
    "promises.{state}": SETTLES,
    "promises.label_{state}": SETTLES,
    "promises.{name}": {"open", "go_through", "why", "they_said_so", "evidence", "take_back"},
    "promises.label_{name}": {"why", "they_said_so", "evidence", "take_back"},
    "promises.{step}": {"value_day", "complete"},
    "promises.label_{step}": {"value_day", "complete"},
    "promises.{answer}": {"talked", "not_now"},
    "promises.label_{answer}": {"talked", "not_now"},
    "promises.word_{each}": set(SaidBy),
    "promises.note_{screen.note}": set(BoardNote),
    "promises.list_{kind}": set(Kind),
    "promises.state_{name}": {"pending", "overdue", *SETTLES},
    "promises.keeper_{promise.keeper}": set(Owner),
    "delivered.keeper_{promise.keeper}": {Owner.REP, Owner.DELIVERY},
    "pin.{outcome}": set(Pinned),
    "promises.because_{promise.reason}": set(MissReason),
    "promises.reason_{reason}": set(MissReason),
    "cover.ask_{screen.state}": {*CoverState, "over"},
    "cover.rep_{screen.state}": {*CoverState, *Why} - {Why.AWAY},
    "cover.moved_{key}": {"left", "standing", "over"},
    "cover.card_{screen.passed}": {Passed.COVERED, Passed.RETURNED},
    "cover.button_{name}": {"accept", "decline", "back", "nobody", "ask", "myself"},
    "stage.{each.deal.stage}": set(Stage),
    "timeline.{action}": ACTIONS,
    "undelivered.{each.kind}": {
        "order_question",
        "summary_update",
        "card",
        "handed",
        "invite",
        "brief",
        "summary",
        "channel_closed",
        "handover",
        "rep_left",
        "shared_channel",
        "retired",
        *ABOUT_DELIVERY,
        *ABOUT_COVER,
        *ABOUT_TEAM,
    },
    "undelivered.{name}": {"retry", "cancel"},
    "undelivered.label_{name}": {"retry", "cancel"},
    "weekday.{day}": set(WEEKDAYS),
    "weekday.{WEEKDAYS[day]}": set(WEEKDAYS),
    "refusal.when_{why}": REFUSED_TIMES,
    "hello.{tone}": {"greeting", "thanks", "help", "other"},
    "hello.{tone}_words": {"greeting", "thanks", "other"},
    "deals.{name}": {"earlier", "further"},
    "places.{name}": {"here", "off"},
    "help.{name}": set(VERBS) - {"", "help"},
    "help.of_{group}": set(COMMANDS),
    "channel.{purpose}": set(CHOICES),
    "channel.{each.purpose}": set(CHOICES),
    "channel.about_{purpose}": set(CHOICES),
    "channel.settled_{screen.purpose}": set(CHOICES),
    "channel.closed_{screen.closed}": set(Closed),
    "referrals.state_{state}": {*AskState, "planned_over", "nothing"},
    "referrals.gap_{gap.state}": set(PromiseState),
    "referrals.on_{name}": set(ReferralStep) - {ReferralStep.NAMED},
    "referrals.{name}": REFERRAL_BUTTONS,
    "referrals.label_{name}": REFERRAL_BUTTONS,
    "referrals.{tap}": REFERRAL_STEPS,
    "referrals.label_{tap}": REFERRAL_STEPS,
    "referrals.answer_{each}": set(REFERRAL_ANSWERS),
    "review.{name}": {"did", "more", "without_us"},
    "review.{name}_hint": {"did", "more", "without_us"},
    "selfcheck.score_{score}": {str(score) for score in range(LOWEST, HIGHEST + 1)},
    "selfcheck.{each}": set(Question),
    "selfcheck.short_{each.question}": set(Question),
    "selfcheck.trend_{each.trend}": set(Trend),
    "selfcheck.{name}": {"start", "stop", "monthly"},
    "selfcheck.label_{name}": {"start", "stop", "monthly"},
    "delivery.where_{each}": {"here", "direct"},
    "feasibility.{answer}": set(Feasible),
    "feasibility.label_{answer}": set(Feasible),
    "feasibility.said_{word.answer}": set(Feasible),
    "feasibility.title_{screen.answer}": {Feasible.AT_RISK, Feasible.CANNOT},
    "dealteam.choice_{each}": set(TeamRole),
    "dealteam.role_{screen.role}": set(TeamRole),
    "dealteam.role_{member.role}": set(TeamRole),
    "dealteam.can_{can}": {"co_owner", "member"},
    "handoff.{name}": HANDOFF_BUTTONS,
    "handoff.label_{name}": HANDOFF_BUTTONS,
    "handoff.keeper_{each.keeper}": set(Owner),
    "handoff.nudge_{screen.what}": {"introduction", "kickoff", "answered", "changed", "ended"},
    "handoff.late_{screen.what}": {"introduction", "kickoff"},
    "handoff.late_{screen.what}_over": {"introduction", "kickoff"},
}


class Use(NamedTuple):
    """A use of a key, or a form of keys, in the code, with the values given; None when they are unknown."""

    where: str
    form: str
    given: set[str] | None


def form_of(node: ast.expr) -> str | None:
    """The key or form of keys of an expression."""
    match node:
        case ast.Constant(value=str(text)):
            pass
        case ast.JoinedStr(values=parts):
            text = "".join(
                f"{{{ast.unparse(part.value)}}}" if isinstance(part, ast.FormattedValue) else str(part.value)
                for part in parts
                if isinstance(part, ast.FormattedValue | ast.Constant)
            )
        case _:
            return None
    found = re.fullmatch(rf"([a-z]+)\.(?:[a-z0-9_]|{GAP.pattern})+", text)
    return text if found and found[1] in TABLES else None


def uses() -> Iterator[Use]:
    for path in sorted(chain((ROOT / "bot").rglob("*.py"), (ROOT / "handlers").rglob("*.py"))):
        if path.name in IDS:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        called: set[ast.expr] = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                given = {keyword.arg for keyword in node.keywords}
                for argument in node.args:
                    if form := form_of(argument):
                        called.add(argument)
                        names = None if None in given else {name for name in given if name}
                        yield Use(f"{path.relative_to(ROOT)}:{node.lineno}", form, names)
        inside = {part for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
        for node in ast.walk(tree):
            if isinstance(node, ast.expr) and node not in called | inside and (form := form_of(node)):
                yield Use(f"{path.relative_to(ROOT)}:{node.lineno}", form, None)


USES = tuple(uses())


def keys(form: str) -> set[str]:
    """The keys of a form."""
    return {GAP.sub(part, form) for part in GAPS[form]} if form in GAPS else {form}


def needed(key: str) -> set[str]:
    """The values that a text needs."""
    return set(placeholders_in(WORDS[key]))


def test_the_listed_gaps_are_those_in_the_code() -> None:
    assert {use.form for use in USES if GAP.search(use.form)} == set(GAPS)


def test_every_key_in_the_code_has_a_wording() -> None:
    missing = {(use.where, key) for use in USES for key in keys(use.form) if key not in WORDS}

    assert not missing


def test_every_wording_is_used() -> None:
    used = set().union(*(keys(use.form) for use in USES))

    assert not set(WORDS) - used


def test_the_code_gives_every_value_that_the_wording_needs() -> None:
    calls = [(use, use.given) for use in USES if use.given is not None]
    assert calls
    assert [(use.where, key) for use, given in calls for key in keys(use.form) if not needed(key) <= given] == []


def test_every_value_given_is_used() -> None:
    for use in USES:
        if use.given is not None:
            taken = set().union(*(needed(key) for key in keys(use.form)))
            assert use.given <= taken, use


def test_every_action_of_a_timeline_has_a_text() -> None:
    """A deal's stages are written down as actions, too; and so are acts, which `statement_changes` writes down."""
    named = {"record": 3, "Change": 0}
    written = set()
    for path in (ROOT / "handlers").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                at = named.get(ast.unparse(node.func).rpartition(".")[2])
                inside = () if at is None else ast.walk(node.args[at])
                written |= {part.value for part in inside if isinstance(part, ast.Constant)}

    # Which act a choice is, undo, and why something is missing, are named by the code that chooses.
    chosen = {"edited", "moved", "noted", "resumed", UNDONE, *MISSING_ACTIONS.values(), *STEP_ACTIONS.values()}
    answered = {*ANSWERED.values(), KEPT_ANYWAY}
    assert written | chosen | answered | STEPS | set(Attempt) == ACTIONS
