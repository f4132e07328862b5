"""What to do when the call gets hard: one click shows it above what was typed, which stays (M9.2, M9.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.call.call_screens import checklist_screen
from handlers.deal.deal_playbook import playbook_of
from handlers.deal.facts import owned_deal
from handlers.method.statements import Kind
from handlers.method.urgency import Sellers
from handlers.requests import Caller, open_request
from handlers.screens.call import ChecklistScreen
from prompts.playbook import SituationName


@dataclass(frozen=True, slots=True)
class SituationAsked:
    """The rep asks what to do, with what they have typed into the checklist so far.

    `lists` has the text of each list that the form shows whole; `seen` are the statements that it was filled with.
    """

    caller: Caller
    deal_id: int
    name: SituationName
    reached: str
    ticked: frozenset[str]
    sellers: str
    lists: Mapping[Kind, str]
    seen: tuple[tuple[int, int], ...]


def show(session: Session, request: SituationAsked, now: datetime) -> ChecklistScreen:
    """The checklist as it was typed, with what to do in this situation. Changes nothing."""
    opened = open_request(session, request.caller, now)
    deal = owned_deal(session, opened, request.deal_id)
    screen = checklist_screen(session, deal, now)
    found = next(each for each in playbook_of(session, deal).situations if each.name is request.name)
    return replace(
        screen,
        steps=tuple(replace(step, holds=step.rule in request.ticked) for step in screen.steps),
        reached=request.reached,
        expectations=_lines(request.lists.get(Kind.EXPECTATION), screen.expectations),
        priorities=_lines(request.lists.get(Kind.PRIORITY), screen.priorities),
        seen=request.seen,
        sellers=Sellers(request.sellers) if request.sellers in tuple(Sellers) else None,
        help=replace(screen.help, situation=found),
    )


def _lines(typed: str | None, stored: tuple[str, ...]) -> tuple[str, ...]:
    """What was typed, line by line as it was typed; the stored list where the form only added to it."""
    return stored if typed is None else tuple(typed.split("\n"))
