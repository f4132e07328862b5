"""Buttons inside the call's form: what to do when it gets hard, how many sellers there were. What was typed stays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.call.call_screens import checklist_screen
from handlers.deal.deal_access import owned_deal
from handlers.deal.deal_playbook import playbook_of
from handlers.deal.planning import plan_messages
from handlers.method.statements import Kind
from handlers.method.urgency import Sellers
from handlers.requests import Caller, open_request
from handlers.screens.call import ChecklistScreen
from prompts.playbook import SituationName
from storage.models import Deal


@dataclass(frozen=True, slots=True)
class TypedSoFar:
    """What the checklist's form holds and nobody has saved.

    `lists` has the text of each list that the form shows whole; `seen` are the statements that it was filled with.
    """

    reached: str = ""
    ticked: frozenset[str] = frozenset()
    lists: Mapping[Kind, str] | None = None
    seen: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class SituationAsked:
    """The rep asks what to do."""

    caller: Caller
    deal_id: int
    name: SituationName
    typed: TypedSoFar


@dataclass(frozen=True, slots=True)
class SellersAnswered:
    """The rep says how many other sellers the customer talked to."""

    caller: Caller
    deal_id: int
    sellers: Sellers
    typed: TypedSoFar


def show(session: Session, request: SituationAsked, now: datetime) -> ChecklistScreen:
    """The checklist as it was typed, with what to do in this situation. Changes nothing."""
    opened = open_request(session, request.caller, now)
    deal = owned_deal(session, opened, request.deal_id)
    screen = _as_typed(session, deal, request.typed, now)
    found = next(each for each in playbook_of(session, deal).situations if each.name is request.name)
    return replace(screen, help=replace(screen.help, situation=found))


def answer_sellers(session: Session, request: SellersAnswered, now: datetime) -> ChecklistScreen:
    """Store the number, which urgency follows from now on; then the checklist as it was typed."""
    opened = open_request(session, request.caller, now)
    deal = owned_deal(session, opened, request.deal_id)
    if not opened.repeated:
        deal.sellers = request.sellers.fewest
        plan_messages(session, deal, now)
    return _as_typed(session, deal, request.typed, now)


def _as_typed(session: Session, deal: Deal, typed: TypedSoFar, now: datetime) -> ChecklistScreen:
    screen = checklist_screen(session, deal, now)
    lists = typed.lists or {}
    return replace(
        screen,
        steps=tuple(replace(step, holds=step.rule in typed.ticked) for step in screen.steps),
        reached=typed.reached,
        expectations=_lines(lists.get(Kind.EXPECTATION), screen.expectations),
        priorities=_lines(lists.get(Kind.PRIORITY), screen.priorities),
        seen=typed.seen,
    )


def _lines(typed: str | None, stored: tuple[str, ...]) -> tuple[str, ...]:
    """What was typed, line by line as it was typed; the stored list where the form only added to it."""
    return stored if typed is None else tuple(typed.split("\n"))
