"""The rep agrees on the next step with the customer, does it, or moves it (M9.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from handlers.call.deal_search import find_by_customer
from handlers.call.name_and_time import split_name
from handlers.deal.deal_access import owned_deal
from handlers.deal.facts import facts
from handlers.deal.next_steps import LONGEST_STEP, finish_step, set_step
from handlers.deal.planning import plan_messages
from handlers.deal.reminder_facts import working_time
from handlers.errors import InvalidEntryError, NotNowError
from handlers.method.customers import customer_key
from handlers.method.next_step import STEPPED, day_in, hour_in, on_another_day
from handlers.method.time_parsing.resolve import resolve_day
from handlers.requests import Caller, DealRequest, OpenedRequest, open_request
from handlers.screens.deals import DealChoice
from handlers.screens.orders import StepForm, StepSet
from storage import deals, orders
from storage.models import Deal


@dataclass(frozen=True, slots=True)
class StepDone:
    """The rep did the step of a reminder. `entry_id` is that of the step's entry: an old button does no newer step."""

    caller: Caller
    deal_id: int
    entry_id: int


@dataclass(frozen=True, slots=True)
class StepTyped:
    """The submitted form: what, and when. Without `when`, the day is read from the words of the step."""

    caller: Caller
    deal_id: int
    step: str
    when: str = ""


@dataclass(frozen=True, slots=True)
class StepCommand:
    """The rep typed a part of a customer's name, and the next step with its day."""

    caller: Caller
    typed: str


def show_form(session: Session, request: DealRequest, now: datetime) -> StepForm:
    """The form, with the step that is agreed. Changes nothing. Raises `NotNowError` if the deal needs none now."""
    opened = open_request(session, request.caller, now)
    return _form(_require_stepped(owned_deal(session, opened, request.deal_id)))


def ask_new_day(session: Session, request: DealRequest, now: datetime) -> StepForm:
    """The form that moves the step to another day. Changes nothing."""
    opened = open_request(session, request.caller, now)
    deal = _require_stepped(owned_deal(session, opened, request.deal_id))
    return StepForm(facts(deal), deal.next_step or "", moving=deal.next_step is not None)


def mark_done(session: Session, request: StepDone, now: datetime) -> StepForm:
    """Record that the step was done, and ask for the following one."""
    opened = open_request(session, request.caller, now)
    deal = _require_stepped(owned_deal(session, opened, request.deal_id))
    if not opened.repeated and orders.latest_step_id(session, deal.id) == request.entry_id:
        finish_step(session, deal, opened.person.id, now)
    return StepForm(facts(deal), deal.next_step or "", done=deal.next_step is None)


def save(session: Session, request: StepTyped, now: datetime) -> StepSet:
    """Make this the next step.

    Raises `InvalidEntryError` if the step or its day is missing or cannot be read, `NotNowError` if the deal needs none
    now.
    """
    opened = open_request(session, request.caller, now)
    deal = owned_deal(session, opened, request.deal_id)
    if not opened.repeated:
        _require_stepped(deal)
        _set(session, opened, deal, request.step, request.when, now)
    return StepSet(facts(deal), deal.next_step or "", deal.next_step_on)


def step_command(session: Session, request: StepCommand, now: datetime) -> StepForm | StepSet | DealChoice:
    """Set the next step of the matching deal; without one, show the form. Raises as `save`."""
    opened = open_request(session, request.caller, now)
    known = {customer_key(deal.customer) for deal in deals.of_rep(session, opened.person.id, STEPPED)}
    name, typed = split_name(request.typed, known)
    found = find_by_customer(session, opened, name, STEPPED)
    if not isinstance(found, Deal):
        return DealChoice(name, "step", found, typed)
    deal = owned_deal(session, opened, found.id)
    if not typed:
        return _form(deal)
    if not opened.repeated:
        _set(session, opened, deal, typed, "", now)
    return StepSet(facts(deal), deal.next_step or "", deal.next_step_on)


def _form(deal: Deal) -> StepForm:
    return StepForm(facts(deal), deal.next_step or "")


def _set(session: Session, opened: OpenedRequest, deal: Deal, typed: str, when: str, now: datetime) -> None:
    step = " ".join(typed.split())
    if not step:
        raise InvalidEntryError("step", "refusal.step_missing")
    if len(step) > LONGEST_STEP:
        raise InvalidEntryError("step", "refusal.text_too_long", most=LONGEST_STEP)
    day = _day(opened, when or step, now)
    if day is None and when:  # says why it cannot be read
        day = resolve_day(when, now, working_time(opened.person, opened.tenant), opened.tenant.locale, or_today=True)
    if day is None and not when and step == deal.next_step:
        day = deal.next_step_on
    if day is None:
        raise InvalidEntryError("when", "refusal.step_when")
    moved = bool(when) and step == deal.next_step
    if when:
        hour = hour_in(when, now, working_time(opened.person, opened.tenant), opened.tenant.locale)
        if moved or hour is not None:
            step = on_another_day(step, day, hour, opened.tenant.locale)
    if set_step(session, deal, step, day, opened.person.id, now, moved=moved):
        plan_messages(session, deal, now)


def _day(opened: OpenedRequest, text: str, now: datetime) -> date | None:
    return day_in(text, now, working_time(opened.person, opened.tenant), opened.tenant.locale)


def _require_stepped(deal: Deal) -> Deal:
    if deal.stage not in STEPPED:
        raise NotNowError("refusal.not_at_this_stage", customer=deal.customer)
    return deal
