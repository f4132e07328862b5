"""The self-check: a rep answers three questions about themselves, and alone sees what becomes of it (M7.4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from handlers.deal.reminder_facts import working_time
from handlers.deal.sent_reminders import ANSWERED, retire_self_checks
from handlers.errors import InvalidEntryError, NotNowError
from handlers.method.reminder_profiles import ReminderProfile, known_profile
from handlers.method.reminders_due import DueReason, Kind
from handlers.method.self_check import HIGHEST, LOWEST, MOST_SHOWN, Question, next_check, standing, trend
from handlers.method.stages import ALIGNED_OR_LATER
from handlers.requests import Caller, open_request
from handlers.screens.review import MonthlyChosen, Scores, SelfCheckForm, SelfCheckSaved
from storage import outbox, outbox_reminders, review
from storage.models import Person, SelfCheck, Tenant
from storage.tenancy import scope

MOST_READ = 50
"""Self-checks, with those that were corrected."""
AT_WORK = timedelta(days=92)
"""Whoever had no call for a quarter of a year is not asked."""


@dataclass(frozen=True, slots=True)
class SelfCheckRequest:
    """A rep opens the self-check, or says whether they want to be asked every month."""

    caller: Caller


@dataclass(frozen=True, slots=True)
class SelfCheckFilled:
    """The submitted answers, as typed: from 1 to 5 by question."""

    caller: Caller
    answers: dict[Question, str]


def show(session: Session, request: SelfCheckRequest, now: datetime) -> SelfCheckForm:
    """The questions, with the person's own answers so far. Changes nothing."""
    person = open_request(session, request.caller, now).person
    return SelfCheckForm(history_of(session, person), is_asked_monthly(person))


def save(session: Session, request: SelfCheckFilled, now: datetime) -> SelfCheckSaved:
    """Keep the answers. Raises `InvalidEntryError` for one that is missing."""
    opened = open_request(session, request.caller, now)
    scores = {question: _score(question, request.answers.get(question, "")) for question in Question}
    if not opened.repeated:
        session.add(SelfCheck(person_id=opened.person.id, at=now, **scores))
        session.flush()
        retire_self_checks(session, opened.person.id, ANSWERED, now)
    return SelfCheckSaved(history_of(session, opened.person), is_asked_monthly(opened.person))


def stop_asking(session: Session, request: SelfCheckRequest, now: datetime) -> MonthlyChosen:
    """Ask no more. The self-check itself stays where it is."""
    opened = open_request(session, request.caller, now)
    opened.person.self_checked = False
    waiting = outbox_reminders.queued_for(session, opened.person.id, (Kind.SELF_CHECK,))
    outbox_reminders.cancel(session, waiting, reason="the rep wants no self-check", now=now)
    retire_self_checks(session, opened.person.id, ANSWERED, now)
    return MonthlyChosen(monthly=False)


def ask_monthly(session: Session, request: SelfCheckRequest, now: datetime) -> MonthlyChosen:
    """Ask every month. Raises `NotNowError` for a person whose reminders are off or light."""
    opened = open_request(session, request.caller, now)
    opened.person.self_checked = True
    if not is_asked_monthly(opened.person):
        raise NotNowError("refusal.self_check_quiet")
    plan_check(session, opened.person, opened.tenant, now)
    return MonthlyChosen(monthly=True)


def is_asked_monthly(person: Person) -> bool:
    """Whether the person is asked: they want reminders, more than the fewest, and did not turn this off."""
    light = known_profile(person.reminder_profile) is ReminderProfile.LIGHT
    return person.reminded and person.self_checked and not light


def plan_checks(session: Session, tenant_id: int, now: datetime) -> None:
    """Bind the session to the workspace, and plan next month's question for each rep who had a call lately."""
    scope(session, tenant_id)
    tenant = session.get_one(Tenant, tenant_id)
    reps = review.people_to_ask(
        session, Kind.SELF_CHECK, ALIGNED_OR_LATER, now - AT_WORK, without=(ReminderProfile.LIGHT,)
    )
    for person in reps:
        plan_check(session, person, tenant, now)


def plan_check(session: Session, person: Person, tenant: Tenant, now: datetime) -> None:
    """Plan the next question, at the start of the person's first working day of next month. Once a month."""
    work = working_time(person, tenant)
    due_at = next_check(now, work)
    month = f"self_check:{person.id}:{due_at.astimezone(work.local):%Y-%m}"
    number, state = 1, "cancelled"
    while state == "cancelled":  # planned before, and turned off since
        row = outbox.enqueue(
            session,
            kind=Kind.SELF_CHECK.value,
            dedupe_key=month if number == 1 else f"{month}:{number}",
            due_at=due_at,
            zone=work.local.key,
            person_id=person.id,
            payload={"why": DueReason.MONTHLY.value},
            now=now,
        )
        number, state = number + 1, row.state


def _score(question: Question, typed: str) -> int:
    if typed not in {str(score) for score in range(LOWEST, HIGHEST + 1)}:
        raise InvalidEntryError(question.value, "refusal.score_missing")
    return int(typed)


def history_of(session: Session, person: Person) -> tuple[Scores, ...]:
    """The person's own answers to each question, for nobody else."""
    answered = review.latest_checks(session, person.id, MOST_READ)
    checks = [answered[number] for number in standing([check.at for check in answered])][-MOST_SHOWN:]
    found = []
    for question in Question:
        scores = tuple(int(getattr(check, question)) for check in checks)
        found.append(Scores(question, scores, trend(scores) if scores else None))
    return tuple(found)
