"""The rep logs a challenge or corrects one: what went wrong, how bad, since when, whose mistake (M7.2, M10.10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.challenges.meant_deals import MeantDeals, meant_by, named_in, with_deal
from handlers.challenges.shown import challenge_facts
from handlers.challenges.steps import ChallengeRequest, owned_challenge
from handlers.deal.deal_access import owned_deal
from handlers.deal.deal_playbook import playbook_of
from handlers.deal.planning import plan_messages
from handlers.deal.reminder_facts import agreed_statements, working_time
from handlers.errors import InvalidEntryError, NoSuchDealError, NotNowError
from handlers.method.challenge_clock import TellBy, agreed_spans, tell_by
from handlers.method.challenges import SEVERITIES, Whose
from handlers.method.measurables import measure_rules
from handlers.method.reminders_due import AGREED
from handlers.method.time_parsing.resolve import format_moment, resolve_past_time
from handlers.requests import Caller, DealRequest, OpenedRequest, open_request
from handlers.screens.challenges import ChallengeForm, ChallengeScreen, TouchedPromiseForm
from storage import audit_log, challenges
from storage.models import Challenge, Deal

LONGEST_WHAT = 1000
MOST_STATEMENTS = 100


@dataclass(frozen=True, slots=True)
class ChallengeTyped:
    """The rep typed a command: a part of a customer's name and what happened, both optional."""

    caller: Caller
    typed: str


@dataclass(frozen=True, slots=True)
class ChallengeInMessage:
    """The rep wants to log what a message says. Nothing of it is stored before they confirm it."""

    caller: Caller
    text: str


@dataclass(frozen=True, slots=True)
class ChallengeLogged:
    """The submitted form, as typed. `challenge_id` is that of the challenge to correct, 0 for a new one."""

    caller: Caller
    deal_id: int
    what: str
    severity: str
    whose: str
    when: str
    challenge_id: int = 0


@dataclass(frozen=True, slots=True)
class PromiseTouched:
    """The rep says which promise the challenge touches; 0 for none."""

    caller: Caller
    challenge_id: int
    statement_id: int


def ask(session: Session, request: DealRequest, now: datetime) -> ChallengeForm:
    """The form for this deal. Raises `NotNowError` before its call and after its end."""
    opened = open_request(session, request.caller, now)
    deal = owned_deal(session, opened, request.deal_id)
    _require_agreed(deal)
    return _form(opened, with_deal(session, opened, deal, AGREED))


def ask_typed(session: Session, request: ChallengeTyped, now: datetime) -> ChallengeForm:
    """The form, filled with what was typed. If several deals match, the rep chooses in it."""
    opened = open_request(session, request.caller, now)
    return _form(opened, meant_by(session, opened, request.typed, AGREED))


def ask_about_message(session: Session, request: ChallengeInMessage, now: datetime) -> ChallengeForm:
    """The form, filled with the message; the deal is chosen if the message names its customer."""
    opened = open_request(session, request.caller, now)
    return _form(opened, named_in(session, opened, request.text, AGREED))


def ask_correction(session: Session, request: ChallengeRequest, now: datetime) -> ChallengeForm:
    """The form with the challenge as it is on record."""
    opened = open_request(session, request.caller, now)
    deal, row = owned_challenge(session, opened, request.challenge_id)
    local = working_time(deal.current_rep, opened.tenant).local
    return ChallengeForm(
        deals=with_deal(session, opened, deal, frozenset()).deals,
        deal_id=deal.id,
        zone=local.key,
        what=row.what,
        severity=row.severity,
        whose=Whose(row.whose),
        when=format_moment(row.discovered_at.astimezone(local)),
        challenge_id=row.id,
    )


def ask_promise(session: Session, request: ChallengeRequest, now: datetime) -> TouchedPromiseForm:
    """The form with the deal's agreed statements."""
    opened = open_request(session, request.caller, now)
    deal, row = owned_challenge(session, opened, request.challenge_id)
    shown = challenge_facts(session, deal, row, now)
    return TouchedPromiseForm(shown, _statements(session, deal), row.statement_id or 0)


def save_promise(session: Session, request: PromiseTouched, now: datetime) -> ChallengeScreen:
    """Note which promise the challenge touches. One that is no longer agreed counts as none."""
    opened = open_request(session, request.caller, now)
    deal, row = owned_challenge(session, opened, request.challenge_id)
    known = {statement_id for statement_id, _ in _statements(session, deal)}
    touched = request.statement_id if request.statement_id in known else None
    if not opened.repeated and row.statement_id != touched:
        row.statement_id = touched
        audit_log.record(session, deal.id, opened.person.id, "challenge_corrected", now, challenge=row.id)
        session.flush()
    return ChallengeScreen(challenge_facts(session, deal, row, now))


def save(session: Session, request: ChallengeLogged, now: datetime) -> ChallengeScreen:
    """Log the challenge or correct it, and plan its reminders.

    Raises `InvalidEntryError` for an invalid entry, `NotNowError` before the call and after the end of the deal.
    """
    opened = open_request(session, request.caller, now)
    if not request.deal_id:
        raise InvalidEntryError("deal", "refusal.challenge_deal")
    deal = owned_deal(session, opened, request.deal_id)
    row = _row(session, opened, deal, request)
    if row is None or not opened.repeated:
        _require_agreed(deal)
        row = _write(session, opened, deal, request, row, now)
    return ChallengeScreen(challenge_facts(session, deal, row, now))


def _row(session: Session, opened: OpenedRequest, deal: Deal, request: ChallengeLogged) -> Challenge | None:
    """The challenge to correct: the one that the form shows, or that the same form made before. None for a new one."""
    if request.challenge_id:
        row = challenges.find(session, request.challenge_id)
        if row is None or row.deal_id != deal.id:
            raise NoSuchDealError
        return row
    if opened.repeated:
        own = [row for row in challenges.of_deals(session, [deal.id]) if row.recorded_by == opened.person.id]
        return own[-1] if own else None
    return challenges.recorded_at(session, deal.id, opened.person.id, opened.earlier)


def _write(
    session: Session,
    opened: OpenedRequest,
    deal: Deal,
    request: ChallengeLogged,
    row: Challenge | None,
    now: datetime,
) -> Challenge:
    what = request.what.strip()
    if not what or len(what) > LONGEST_WHAT:
        raise InvalidEntryError("what", "refusal.challenge_what", most=LONGEST_WHAT)
    if request.severity not in [str(each) for each in SEVERITIES]:
        raise InvalidEntryError("severity", "refusal.challenge_severity")
    if request.whose not in tuple(Whose):
        raise InvalidEntryError("whose", "refusal.challenge_whose")
    severity, discovered_at = int(request.severity), _discovered_at(opened, deal, request, row, now)
    first_told = next((step.happened_at for step in row.steps), None) if row is not None else None
    if first_told is not None and first_told < discovered_at:
        raise InvalidEntryError("when", "refusal.challenge_after_told")
    due = _tell_by(session, opened, deal, severity, discovered_at)
    entries = {
        "what": what,
        "severity": severity,
        "whose": request.whose,
        "discovered_at": discovered_at,
        "tell_by": due.at,
        "agreed_in": due.agreed_in,
    }
    if row is None:
        row = Challenge(deal_id=deal.id, recorded_by=opened.person.id, at=now, steps=[], **entries)
        session.add(row)
        session.flush()
        audit_log.record(session, deal.id, opened.person.id, "challenge_logged", now, challenge=row.id)
    elif any(getattr(row, name) != value for name, value in entries.items()):
        before = {"discovered_at": row.discovered_at.isoformat(), "tell_by": row.tell_by.isoformat()}
        audit_log.record(session, deal.id, opened.person.id, "challenge_corrected", now, challenge=row.id, **before)
        for name, value in entries.items():
            setattr(row, name, value)
    session.flush()
    plan_messages(session, deal, now)
    return row


def _discovered_at(
    opened: OpenedRequest, deal: Deal, request: ChallengeLogged, row: Challenge | None, now: datetime
) -> datetime:
    """The typed time. What the form showed of the stored one means that one, to the second."""
    work = working_time(deal.current_rep, opened.tenant)
    typed = request.when.strip()
    if row is not None and typed in ("", format_moment(row.discovered_at.astimezone(work.local))):
        return row.discovered_at
    return resolve_past_time(typed, now, work)


def _tell_by(session: Session, opened: OpenedRequest, deal: Deal, severity: int, discovered_at: datetime) -> TellBy:
    """By what the customer agreed to, else by the playbook."""
    rules = playbook_of(session, deal).challenges
    agreed = [(each.id, f"{each.wording}. {each.target or ''}") for each in agreed_statements(session, deal)]
    spans = agreed_spans(agreed, rules, measure_rules())
    return tell_by(discovered_at, severity, spans, rules, working_time(deal.current_rep, opened.tenant))


def _require_agreed(deal: Deal) -> None:
    if deal.stage not in AGREED:
        raise NotNowError("refusal.not_at_this_stage", customer=deal.customer)


def _form(opened: OpenedRequest, found: MeantDeals) -> ChallengeForm:
    return ChallengeForm(
        deals=found.deals,
        deal_id=0 if found.meant is None else found.meant.id,
        zone=working_time(opened.person, opened.tenant).local.key,
        what=found.words.strip()[:LONGEST_WHAT],
    )


def _statements(session: Session, deal: Deal) -> tuple[tuple[int, str], ...]:
    return tuple((each.id, each.wording) for each in agreed_statements(session, deal)[:MOST_STATEMENTS])
