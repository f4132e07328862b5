"""What the rep does about a challenge: tell the customer, update them, solve it, call back (M7.1, M7.2, M10.9)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from handlers.challenges.shown import challenge_facts
from handlers.deal.deal_access import owned_deal
from handlers.deal.open_challenges import challenge_of
from handlers.deal.planning import plan_messages
from handlers.deal.reminder_facts import working_time
from handlers.errors import InvalidEntryError, NoSuchDealError, NotNowError
from handlers.method.challenges import How, Step, steps_from
from handlers.method.reminders_due import AGREED
from handlers.method.time_parsing.resolve import resolve_past_time
from handlers.requests import Caller, OpenedRequest, open_request
from handlers.screens.challenges import ChallengeScreen, ChallengeStepForm
from storage import audit_log, challenges
from storage.models import Challenge, ChallengeStep, Deal

LONGEST_WORDS = 500
ACTIONS = {
    Step.TOLD: "challenge_told",
    Step.UPDATED: "challenge_updated",
    Step.SOLVED: "challenge_solved",
    Step.CONFIRMED: "challenge_confirmed",
    Step.REOPENED: "challenge_reopened",
    Step.WITHDRAWN: "challenge_withdrawn",
}
"""The action of each step in the audit log."""
NEEDS_HOW = frozenset({Step.TOLD, Step.UPDATED})
NEEDS_WORDS = frozenset({Step.UPDATED, Step.SOLVED})


@dataclass(frozen=True, slots=True)
class ChallengeRequest:
    """Someone opens a challenge, or acts on it with one tap."""

    caller: Caller
    challenge_id: int


@dataclass(frozen=True, slots=True)
class StepRequest:
    """A step with one tap, done just now. `how` is for the customer who was told."""

    caller: Caller
    challenge_id: int
    step: Step
    how: How | None = None


@dataclass(frozen=True, slots=True)
class StepSaved:
    """The submitted form of a step, as typed. An empty `when` is now."""

    caller: Caller
    challenge_id: int
    step: Step
    how: str = ""
    words: str = ""
    when: str = ""


def owned_challenge(session: Session, opened: OpenedRequest, challenge_id: int) -> tuple[Deal, Challenge]:
    """The challenge and its deal, locked for a change.

    Raises `NoSuchDealError` if the workspace has no such challenge, `NotYoursError` if the deal is somebody else's.
    """
    row = challenges.find(session, challenge_id)
    if row is None:
        raise NoSuchDealError
    return owned_deal(session, opened, row.deal_id), row


def show(session: Session, request: ChallengeRequest, now: datetime) -> ChallengeScreen:
    """The challenge. Changes nothing."""
    opened = open_request(session, request.caller, now)
    deal, row = owned_challenge(session, opened, request.challenge_id)
    return ChallengeScreen(challenge_facts(session, deal, row, now))


def ask(session: Session, request: StepRequest, now: datetime) -> ChallengeStepForm | ChallengeScreen:
    """The form of the step; the challenge as it is, if the step cannot follow any more."""
    opened = open_request(session, request.caller, now)
    deal, row = owned_challenge(session, opened, request.challenge_id)
    shown = challenge_facts(session, deal, row, now)
    if request.step not in steps_from(shown.state):
        return ChallengeScreen(shown)
    return ChallengeStepForm(shown, request.step, working_time(deal.current_rep, opened.tenant).local.key)


def take(session: Session, request: StepRequest, now: datetime) -> ChallengeScreen:
    """Record a step that was done just now. One that was taken already, by another of its buttons, changes nothing.

    Raises `NotNowError` once the deal has ended.
    """
    opened = open_request(session, request.caller, now)
    deal, row = owned_challenge(session, opened, request.challenge_id)
    if not opened.repeated and request.step in steps_from(challenge_of(row).state):
        _record(session, opened, row, _Done(deal, request.step, request.how, "", now), now)
    return ChallengeScreen(challenge_facts(session, deal, row, now))


def save(session: Session, request: StepSaved, now: datetime) -> ChallengeScreen:
    """Record a step with its words and its time. A form that was changed and sent again replaces what it recorded.

    Once something has followed, that stays as it is. Raises `InvalidEntryError` for an invalid entry, `NotNowError`
    once the deal has ended.
    """
    opened = open_request(session, request.caller, now)
    deal, row = owned_challenge(session, opened, request.challenge_id)
    own = _recorded_before(row, opened)
    before = challenge_of(row)
    if own is not None:
        before = replace(before, steps=before.steps[:-1])
    too_late = bool(opened.earlier) and own is None
    if opened.repeated or too_late or request.step not in steps_from(before.state):
        return ChallengeScreen(challenge_facts(session, deal, row, now))
    how, words = _how(request), " ".join(request.words.split())
    if (request.step in NEEDS_WORDS and not words) or len(words) > LONGEST_WORDS:
        raise InvalidEntryError("words", "refusal.challenge_words", most=LONGEST_WORDS)
    at = resolve_past_time(request.when, now, working_time(deal.current_rep, opened.tenant))
    earliest = max([row.discovered_at, *(step.at for step in before.steps)])
    if at.replace(second=59, microsecond=999999) < earliest:
        raise InvalidEntryError("when", "refusal.challenge_too_early")
    if own is not None:
        row.steps.remove(own)
        session.delete(own)
    done = _Done(deal, request.step, how, words, max(at, earliest), again=own is not None)
    _record(session, opened, row, done, now)
    return ChallengeScreen(challenge_facts(session, deal, row, now))


def _recorded_before(row: Challenge, opened: OpenedRequest) -> ChallengeStep | None:
    """The newest step, if an earlier submission of the same form recorded it."""
    newest = row.steps[-1] if row.steps else None
    if newest is None or newest.recorded_by != opened.person.id or newest.at not in opened.earlier:
        return None
    return newest


def _how(request: StepSaved) -> How | None:
    if request.step not in NEEDS_HOW:
        return None
    if request.how not in tuple(How):
        raise InvalidEntryError("how", "refusal.challenge_how")
    return How(request.how)


class _Done(NamedTuple):
    """A step as it is to be recorded, and the deal that it is about."""

    deal: Deal
    step: Step
    how: How | None
    words: str
    at: datetime
    again: bool = False
    """It takes the place of what the same form recorded before."""


def _record(session: Session, opened: OpenedRequest, row: Challenge, done: _Done, now: datetime) -> None:
    deal = done.deal
    if deal.stage not in AGREED:
        raise NotNowError("refusal.not_at_this_stage", customer=deal.customer)
    by = opened.person.id
    taken = ChallengeStep(
        step=done.step, how=done.how, words=done.words or None, happened_at=done.at, recorded_by=by, at=now
    )
    row.steps.append(taken)
    session.flush()
    if done.again:
        audit_log.record(session, deal.id, by, "challenge_corrected", now, challenge=row.id, step=taken.id)
    else:
        audit_log.record(session, deal.id, by, ACTIONS[done.step], now, challenge=row.id, step=taken.id)
    session.flush()
    plan_messages(session, deal, now)
