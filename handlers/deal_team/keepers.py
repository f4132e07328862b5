"""Who of a deal's team keeps a promise by name: chosen by the rep on the board."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.deal.deal_access import owned_deal
from handlers.deal.facts import facts, statements_of, team_of
from handlers.deal.keepers import named_keepers
from handlers.deal.planning import plan_messages
from handlers.errors import InvalidEntryError, NotNowError
from handlers.method.reminders_due import AGREED
from handlers.method.statements import Said, Statement
from handlers.promises.board import board_screen, require_promises
from handlers.promises.settle import PromiseRequest
from handlers.requests import OpenedRequest, open_request
from handlers.screens.deal_team import KeeperForm
from handlers.screens.promises import BoardNote, BoardScreen
from storage import audit_log
from storage.models import Deal, PromiseKeeper


@dataclass(frozen=True, slots=True)
class KeeperChosen:
    """The submitted form. `person` is the platform's id; empty if the rep keeps the promise."""

    promise: PromiseRequest
    person: str


def ask(session: Session, request: PromiseRequest, now: datetime) -> KeeperForm | BoardScreen:
    """The form; the board, if the customer does not agree to the promise any more. Changes nothing."""
    _, deal, statement = _open(session, request, now)
    members = team_of(session, deal)
    if statement is None or not members:
        return board_screen(session, deal, now, request.page, BoardNote.CHANGED)
    keeper = named_keepers(session, deal).get(statement.id)
    return KeeperForm(facts(deal), statement, "" if keeper is None else keeper.external_id, members, request.page)


def assign(session: Session, request: KeeperChosen, now: datetime) -> BoardScreen:
    """Store who keeps the promise; they are reminded of it from now on, and settle it. The board follows.

    Raises `InvalidEntryError` for somebody who is not on the team.
    """
    wanted = request.promise
    opened, deal, statement = _open(session, wanted, now)
    if statement is None:
        return board_screen(session, deal, now, wanted.page, BoardNote.CHANGED)
    before = named_keepers(session, deal).get(statement.id)
    known = {each.person: each for each in team_of(session, deal)}
    if request.person and request.person not in known:
        raise InvalidEntryError("keeper", "dealteam.keeper_missing")
    if not opened.repeated and request.person != ("" if before is None else before.external_id):
        person_id = known[request.person].person_id if request.person else None
        by = opened.person.id
        session.add(PromiseKeeper(statement_id=statement.id, person_id=person_id, assigned_by=by, at=now))
        audit_log.record(session, deal.id, by, "keeper_named", now, statement=statement.id, person=person_id)
        session.flush()
        plan_messages(session, deal, now)
    return board_screen(session, deal, now, wanted.page)


def _open(session: Session, request: PromiseRequest, now: datetime) -> tuple[OpenedRequest, Deal, Statement | None]:
    """The request, its deal, and the statement if the customer agrees to it now.

    Raises `NotNowError` once the deal is completed.
    """
    opened = open_request(session, request.caller, now)
    deal = require_promises(owned_deal(session, opened, request.deal_id))
    if deal.stage not in AGREED:
        raise NotNowError("refusal.deal_completed", customer=deal.customer)
    current = next((each for each in statements_of(session, deal.id) if each.id == request.statement_id), None)
    agreed = current is not None and current.on_list and current.said is Said.AGREED
    return opened, deal, current if agreed else None
