"""The customer's answer to the referral ask, at the end of the call and later (M5.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.call.call_screens import record_screen, referral_screen
from handlers.deal.deal_access import owned_deal
from handlers.deal.facts import statements_of
from handlers.deal.planning import plan_messages
from handlers.errors import InvalidEntryError
from handlers.method.stages import CORRECTABLE
from handlers.method.statements import Statement, agreed_counts
from handlers.requests import Caller, DealRequest, OpenedRequest, open_request
from handlers.screens.call import RecordScreen, ReferralScreen
from storage import statements
from storage.models import Deal, ReferralAgreement

OUTCOMES = frozenset({"agreed", "not_now", "declined"})
MOST_REFERRALS = 50
LONGEST_DEFINITION = 500


@dataclass(frozen=True, slots=True)
class ReferralAnswered:
    """What the customer says to the second ask. `number` is as typed; `outcome` is one of `OUTCOMES`, or empty."""

    caller: Caller
    deal_id: int
    outcome: str
    number: str
    definition: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A valid answer: one of `OUTCOMES`, and the number and the definition that were agreed or asked for."""

    outcome: str
    number: int
    definition: str


def ask_again(session: Session, request: DealRequest, now: datetime) -> ReferralScreen | RecordScreen:
    """The form with the sentence to say; the record if the last answer is not "not now"."""
    opened = open_request(session, request.caller, now)
    deal = owned_deal(session, opened, request.deal_id)
    if not may_ask_again(session, deal):
        return record_screen(session, deal, now)
    return referral_screen(session, deal, statements_of(session, deal.id))


def save_second_answer(session: Session, request: ReferralAnswered, now: datetime) -> RecordScreen:
    """Record the new answer. After another "not now" the rep is reminded as late as after the first.

    Raises `InvalidEntryError` for an invalid entry.
    """
    opened = open_request(session, request.caller, now)
    deal = owned_deal(session, opened, request.deal_id)
    if not opened.repeated and may_ask_again(session, deal):
        current = statements_of(session, deal.id)
        answer = read_answer(session, deal, current, request.outcome, request.number, request.definition)
        record_answer(session, opened, deal, current, answer, now)
        session.flush()
        plan_messages(session, deal, now)
    return record_screen(session, deal, now)


def may_ask_again(session: Session, deal: Deal) -> bool:
    """Whether the customer said "not now", and promises are still being kept."""
    answered = statements.referral(session, deal.id)
    return answered is not None and answered.outcome == "not_now" and deal.stage in CORRECTABLE


def read_answer(
    session: Session, deal: Deal, current: list[Statement], outcome: str, number: str, definition: str
) -> Answer:
    """Read the entries. Only an agreed referral needs a number; what is left empty holds as it was offered.

    Raises `InvalidEntryError` for an invalid entry.
    """
    if outcome not in OUTCOMES:
        raise InvalidEntryError("outcome", "refusal.outcome_missing")
    offered = referral_screen(session, deal, current)
    definition = " ".join(definition.split()) or offered.definition
    if outcome != "agreed":
        return Answer(outcome, _number(number) or offered.number, definition[:LONGEST_DEFINITION])
    agreed = _number(number)
    if agreed is None:
        raise InvalidEntryError("number", "refusal.referral_number", most=MOST_REFERRALS)
    if len(definition) > LONGEST_DEFINITION:
        raise InvalidEntryError("definition", "refusal.definition", most=LONGEST_DEFINITION)
    return Answer(outcome, agreed, definition)


def record_answer(
    session: Session, opened: OpenedRequest, deal: Deal, current: list[Statement], answer: Answer, now: datetime
) -> None:
    """Add the answer to the record. The definition that was agreed is offered for the next deal."""
    counts = agreed_counts(current)
    session.add(
        ReferralAgreement(
            deal_id=deal.id,
            outcome=answer.outcome,
            number=answer.number,
            definition=answer.definition,
            expectations=counts.expectations,
            priorities=counts.priorities,
            recorded_by=opened.person.id,
            at=now,
        )
    )
    if answer.outcome == "agreed":
        deal.current_rep.referral_definition = opened.tenant.referral_definition = answer.definition


def _number(typed: str) -> int | None:
    try:
        number = int(typed.strip())
    except ValueError:
        return None
    return number if 1 <= number <= MOST_REFERRALS else None
