"""The people whom the customer named: who they are, and how far each introduction has come (M10.8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.call.referral import MOST_REFERRALS
from handlers.deal.facts import facts
from handlers.deal.planning import plan_reminders
from handlers.deal.referral_counts import dates_of
from handlers.errors import InvalidEntryError, NotNowError
from handlers.method.referral_names import clean_name, name_key, read_names
from handlers.method.referrals import ReferralDates, ReferralStep, advanced, taken_back
from handlers.referrals.page import deal_with_referrals, page_of
from handlers.requests import Caller, DealRequest, OpenedRequest, open_request
from handlers.screens.referrals import ReferralForm, ReferralsScreen
from storage import audit_log, referrals
from storage.models import Deal, Referral

LONGEST_NAME = 120
LONGEST_NOTE = 500


@dataclass(frozen=True, slots=True)
class ReferralRequest:
    """The rep opens the form of a referral."""

    caller: Caller
    deal_id: int
    referral_id: int


@dataclass(frozen=True, slots=True)
class ReferralMove:
    """The rep says that a step of an introduction was made, or takes it back."""

    caller: Caller
    deal_id: int
    referral_id: int
    step: ReferralStep


@dataclass(frozen=True, slots=True)
class ReferralSaved:
    """The submitted form, as typed. `referral_id` is 0 for a new one."""

    caller: Caller
    deal_id: int
    referral_id: int
    name: str
    how_known: str
    introduction: str


def ask_new(session: Session, request: DealRequest, now: datetime) -> ReferralForm:
    """The form for one more person."""
    opened = open_request(session, request.caller, now)
    return ReferralForm(facts(deal_with_referrals(session, opened, request.deal_id)))


def ask_edit(session: Session, request: ReferralRequest, now: datetime) -> ReferralForm:
    """The form of a person. Raises `NotNowError` if they were removed."""
    opened = open_request(session, request.caller, now)
    deal = deal_with_referrals(session, opened, request.deal_id)
    row = _found(session, deal, request.referral_id)
    return ReferralForm(
        facts(deal), row.id, row.name, row.how_known or "", row.introduction or "", is_open=dates_of(row).is_open
    )


def save(session: Session, request: ReferralSaved, now: datetime) -> ReferralsScreen:
    """Save the form. An emptied name removes the person and all that is kept of them.

    Raises `InvalidEntryError` for a new person without a name, for one who is there already, and for a text that is too
    long.
    """
    opened = open_request(session, request.caller, now)
    deal = deal_with_referrals(session, opened, request.deal_id)
    if opened.repeated:
        return page_of(session, deal, now)
    name = clean_name(request.name)
    forget_earlier(session, opened, deal)
    row = _found(session, deal, request.referral_id) if request.referral_id else None
    if not name and row is not None:
        session.delete(row)
        audit_log.record(session, deal.id, opened.person.id, "referral_removed", now, referral=row.id)
        session.flush()
        plan_reminders(session, deal, now)
        return page_of(session, deal, now)
    _check_name(name, _others(session, deal, row))
    notes = {field: " ".join(getattr(request, field).split()) or None for field in ("how_known", "introduction")}
    for field, note in notes.items():
        if note is not None and len(note) > LONGEST_NOTE:
            raise InvalidEntryError(field, "refusal.text_too_long", most=LONGEST_NOTE)
    if row is None:
        _require_room("name", len(referrals.of_deals(session, [deal.id])) + 1)
        _add(session, opened, Referral(deal_id=deal.id, name=name, named_at=now, **notes))
    else:
        row.name, row.how_known, row.introduction = name, notes["how_known"], notes["introduction"]
    session.flush()
    plan_reminders(session, deal, now)
    return page_of(session, deal, now)


def move(session: Session, request: ReferralMove, now: datetime) -> ReferralsScreen:
    """A step of an introduction was made. A step that was made already changes nothing."""
    return _move(session, request, now, back=False)


def take_back(session: Session, request: ReferralMove, now: datetime) -> ReferralsScreen:
    """The last step was not made after all."""
    return _move(session, request, now, back=True)


def checked_names(typed: str) -> list[str]:
    """The names of the field `names`, one a line. Raises `InvalidEntryError` for one that is too long, and for many."""
    names = read_names(typed)
    if any(len(name) > LONGEST_NAME for name in names):
        raise InvalidEntryError("names", "refusal.name_too_long", most=LONGEST_NAME)
    _require_room("names", len(names))
    return names


def forget_earlier(session: Session, opened: OpenedRequest, deal: Deal) -> None:
    """Delete whom an earlier submission of the same form added, if they have not moved on: this one replaces it."""
    for row in referrals.of_deals(session, [deal.id]):
        if row.named_at in opened.earlier and dates_of(row).step is ReferralStep.NAMED:
            session.delete(row)
    session.flush()


def add_names(session: Session, opened: OpenedRequest, deal: Deal, names: Sequence[str], now: datetime) -> None:
    """Add the people who are not there yet. Raises `InvalidEntryError` if there are too many then."""
    known = _others(session, deal, None)
    new = [name for name in names if name_key(name) not in known]
    _require_room("names", len(known) + len(new))
    for name in new:
        _add(session, opened, Referral(deal_id=deal.id, name=name, named_at=now))


def _add(session: Session, opened: OpenedRequest, row: Referral) -> None:
    session.add(row)
    session.flush()
    audit_log.record(session, row.deal_id, opened.person.id, "referral_named", row.named_at, referral=row.id)


def _require_room(field: str, total: int) -> None:
    if total > MOST_REFERRALS:
        raise InvalidEntryError(field, "refusal.too_many_names", most=MOST_REFERRALS)


def _move(session: Session, request: ReferralMove, now: datetime, *, back: bool) -> ReferralsScreen:
    opened = open_request(session, request.caller, now)
    deal = deal_with_referrals(session, opened, request.deal_id)
    row = _found(session, deal, request.referral_id)
    before = dates_of(row)
    after = taken_back(before, request.step) if back else advanced(before, request.step, now)
    if not opened.repeated and after != before:
        _store(row, after)
        detail = {"referral": row.id, "step": request.step.value}
        if back:
            audit_log.record(session, deal.id, opened.person.id, "referral_step_undone", now, **detail)
        else:
            audit_log.record(session, deal.id, opened.person.id, "referral_step", now, **detail)
        session.flush()
        plan_reminders(session, deal, now)
    return page_of(session, deal, now)


def _store(row: Referral, dates: ReferralDates) -> None:
    row.introduced_at, row.met_at, row.won_at = dates.introduced_at, dates.met_at, dates.won_at
    row.dropped_at = dates.dropped_at


def _found(session: Session, deal: Deal, referral_id: int) -> Referral:
    row = referrals.find(session, deal.id, referral_id)
    if row is None:
        raise NotNowError("refusal.no_such_referral")
    return row


def _others(session: Session, deal: Deal, row: Referral | None) -> set[str]:
    return {name_key(each.name) for each in referrals.of_deals(session, [deal.id]) if each is not row}


def _check_name(name: str, others: set[str]) -> None:
    if not name:
        raise InvalidEntryError("name", "refusal.contact_name_missing")
    if len(name) > LONGEST_NAME:
        raise InvalidEntryError("name", "refusal.name_too_long", most=LONGEST_NAME)
    if name_key(name) in others:
        raise InvalidEntryError("name", "refusal.referral_twice")
