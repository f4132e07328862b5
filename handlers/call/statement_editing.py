"""Edits one statement: change, add, take off the list, note details. The rep's list is never final (M4.3)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.call.statement_changes import (
    Change,
    apply_change,
    check_lists,
    checked_wording,
    details_of,
    require_changeable,
)
from handlers.call.statement_list import list_screen, listed_statement, page_of
from handlers.call.undo import UndoRequest, undo_last_change
from handlers.deal.deal_access import owned_deal
from handlers.deal.delivery import words_of_delivery
from handlers.deal.facts import facts, statements_of
from handlers.errors import InvalidEntryError, NoSuchDealError
from handlers.method.details import Details, Owner, PromisedBy, Source
from handlers.method.measurables import measure_rules
from handlers.method.measure import measurable_text
from handlers.method.statement_capture import MAX_STATEMENT_LENGTH, normalize_statement
from handlers.method.statement_lists import add_statement, move_statement, remove_statement, rerank_statement
from handlers.method.statements import Kind, Statement, active_statements
from handlers.method.vagueness import rules
from handlers.requests import Caller, DealRequest, OpenedRequest, open_request
from handlers.screens.call import DetailsForm, ListScreen, StatementForm
from storage import statements
from storage.models import Deal

LONGEST_CATEGORY = 60
RANK_DIGITS = 3


@dataclass(frozen=True, slots=True)
class StatementRequest:
    """The rep clicks a statement of the list, in the version that they saw."""

    caller: Caller
    deal_id: int
    statement_id: int
    version: int


@dataclass(frozen=True, slots=True)
class StatementEdited:
    """The submitted form of one statement. `kind` is one of `Kind`; `rank` and `target` are as typed, may be empty."""

    caller: Caller
    deal_id: int
    statement_id: int
    version: int
    wording: str
    kind: str
    rank: str
    target: str


@dataclass(frozen=True, slots=True)
class StatementAdded:
    """The submitted form of a new statement; fields as in `StatementEdited`."""

    caller: Caller
    deal_id: int
    wording: str
    kind: str
    target: str


@dataclass(frozen=True, slots=True)
class DetailsNoted:
    """The submitted details of a statement. `own_category` is typed and takes precedence over `category`, a topic.

    `owner` is one of `Owner`, `origin` one of `ORIGINS`; each may be empty.
    """

    caller: Caller
    deal_id: int
    statement_id: int
    category: str
    own_category: str
    owner: str
    origin: str


ORIGINS: dict[str, tuple[Source, PromisedBy]] = {
    "customer": (Source.CUSTOMER, PromisedBy.US),
    "assumption": (Source.ASSUMPTION, PromisedBy.US),
    # Only the customer can have said what another seller promised.
    "competitor": (Source.CUSTOMER, PromisedBy.COMPETITOR),
}
"""Where a statement comes from: the rep answers one question, which sets two fields."""


def ask_edit(session: Session, request: StatementRequest, now: datetime) -> StatementForm:
    """The form of one statement. Changes nothing."""
    opened = open_request(session, request.caller, now)
    deal = require_changeable(owned_deal(session, opened, request.deal_id))
    return _form(session, deal, _find(session, deal, request.statement_id))


def ask_new(session: Session, request: DealRequest, now: datetime) -> StatementForm:
    """The empty form. Changes nothing."""
    opened = open_request(session, request.caller, now)
    return StatementForm(facts(require_changeable(owned_deal(session, opened, request.deal_id))), None)


def ask_details(session: Session, request: StatementRequest, now: datetime) -> DetailsForm:
    """The form for a statement's details. Changes nothing."""
    opened = open_request(session, request.caller, now)
    deal = owned_deal(session, opened, request.deal_id)
    return _details_form(session, deal, _find(session, deal, request.statement_id))


def edit(session: Session, request: StatementEdited, now: datetime) -> ListScreen | StatementForm:
    """Store the changes of wording, list, rank and measure as one new version, to be read back again (M4.3).

    A priority that changes rank moves those in between, which are read back again too. If the statement was changed
    elsewhere in the meantime, nothing is overwritten: the form is shown again. Raises `InvalidEntryError` for an
    invalid entry.
    """
    opened = open_request(session, request.caller, now)
    deal = require_changeable(owned_deal(session, opened, request.deal_id))
    statement = _find(session, deal, request.statement_id)
    if opened.repeated:
        return list_screen(session, deal, page_of(session, deal, statement.id))
    own = statements.versions_written(session, deal.id, opened.person.id, opened.earlier)
    if statement.version != own.get(statement.id, request.version):
        return replace(_form(session, deal, statement), changed=True, typed=(request.wording, request.target))
    _apply_edit(session, opened, deal, statement, request, now)
    return list_screen(session, deal, page_of(session, deal, statement.id))


def _apply_edit(
    session: Session, opened: OpenedRequest, deal: Deal, statement: Statement, request: StatementEdited, now: datetime
) -> None:
    """Store the entries as the statement's next version. Raises `InvalidEntryError` for an invalid entry."""
    wording = checked_wording("wording", request.wording)
    kind = _kind(request.kind)
    target = _target(request.target, wording, statement)
    current = statements_of(session, deal.id)
    wanted = [replace(s, wording=wording, target=target) if s.id == statement.id else s for s in current]
    if kind is not statement.kind:
        wanted = move_statement(wanted, statement.id, kind)
    rank = _rank(request.rank, active_statements(wanted, Kind.PRIORITY)) if kind is Kind.PRIORITY else None
    if rank is not None and (kind is not statement.kind or rank != statement.position):
        wanted = rerank_statement(wanted, statement.id, rank)
    check_lists("wording", wanted)
    action = "moved" if kind is not statement.kind else "edited"
    apply_change(session, deal, current, wanted, Change(action, opened.person.id, now))


def add(session: Session, request: StatementAdded, now: datetime) -> DetailsForm | ListScreen:
    """Add a statement to the list, and go on to its details.

    If the same form has added one before, with other entries, that one gets the new ones.
    """
    opened = open_request(session, request.caller, now)
    deal = require_changeable(owned_deal(session, opened, request.deal_id))
    if opened.repeated:
        return list_screen(session, deal)
    own = statements.versions_written(session, deal.id, opened.person.id, opened.earlier)
    added = next((s for s in statements_of(session, deal.id) if s.active and own.get(s.id) == s.version), None)
    if added is not None:
        entries = StatementEdited(
            request.caller, deal.id, added.id, added.version, request.wording, request.kind, "", request.target
        )
        _apply_edit(session, opened, deal, added, entries, now)
        return _details_form(session, deal, _find(session, deal, added.id))
    wording = checked_wording("wording", request.wording)
    current = statements_of(session, deal.id)
    wanted = add_statement(current, _kind(request.kind), wording, _target(request.target, wording, None))
    check_lists("wording", wanted)
    ids = apply_change(session, deal, current, wanted, Change("added", opened.person.id, now))
    return _details_form(session, deal, _find(session, deal, ids[wanted[-1].id]))


def remove(session: Session, request: StatementRequest, now: datetime) -> ListScreen | StatementForm:
    """Take the statement off the list. It stays on record, and the customer has not withdrawn it.

    If the rep saw an outdated version, nothing changes: the statement's form is shown instead.
    """
    opened = open_request(session, request.caller, now)
    deal = require_changeable(owned_deal(session, opened, request.deal_id))
    if opened.repeated:
        return list_screen(session, deal)
    statement = _find(session, deal, request.statement_id)
    if statement.version != request.version:
        return replace(_form(session, deal, statement), changed=True)
    page = page_of(session, deal, statement.id)
    current = statements_of(session, deal.id)
    wanted = remove_statement(current, statement.id)
    apply_change(session, deal, current, wanted, Change("taken_off", opened.person.id, now))
    return list_screen(session, deal, page)


def note_details(session: Session, request: DetailsNoted, now: datetime) -> ListScreen:
    """Store the details. They do not affect the customer's agreement."""
    opened = open_request(session, request.caller, now)
    deal = require_changeable(owned_deal(session, opened, request.deal_id))
    statement = _find(session, deal, request.statement_id)
    if not opened.repeated:
        before = details_of(session, deal.id).get(statement.id, Details())
        source, promised_by = ORIGINS.get(request.origin, (before.source, before.promised_by))
        noted = Details(
            category=_category(request) or None,
            owner=Owner(request.owner) if request.owner in set(Owner) else before.owner,
            source=source,
            promised_by=promised_by,
        )
        current = statements_of(session, deal.id)
        by = opened.person.id
        apply_change(session, deal, current, current, Change("noted", by, now), noted={statement.id: noted})
    return list_screen(session, deal, page_of(session, deal, statement.id))


def undo(session: Session, request: UndoRequest, now: datetime) -> ListScreen:
    """Undo the rep's last change of the statements, and show the list."""
    return list_screen(session, undo_last_change(session, request, now))


def origin_of(details: Details) -> str | None:
    """Where a statement comes from: the name in `ORIGINS`, None if unknown."""
    if details.promised_by is PromisedBy.COMPETITOR:
        return "competitor"
    return None if details.source is None else details.source.value


def _form(session: Session, deal: Deal, statement: Statement) -> StatementForm:
    details = details_of(session, deal.id).get(statement.id)
    priorities = len(active_statements(statements_of(session, deal.id), Kind.PRIORITY))
    return StatementForm(facts(deal), listed_statement(statement, details), priorities)


def _details_form(session: Session, deal: Deal, statement: Statement) -> DetailsForm:
    topics = tuple(topic.name for topic in rules().book.topics if topic.kind == statement.kind)
    word = words_of_delivery(session, deal.id).get(statement.id)
    listed = listed_statement(statement, details_of(session, deal.id).get(statement.id), word)
    return DetailsForm(facts(deal), listed, topics)


def _find(session: Session, deal: Deal, statement_id: int) -> Statement:
    """The deal's standing statement with that id. Raises `NoSuchDealError` if there is none."""
    for statement in statements_of(session, deal.id):
        if statement.id == statement_id and statement.active:
            return statement
    raise NoSuchDealError


def _kind(chosen: str) -> Kind:
    try:
        return Kind(chosen)
    except ValueError:
        raise InvalidEntryError("kind", "refusal.kind_missing") from None


def _target(typed: str, wording: str, before: Statement | None) -> str | None:
    """The measure that the rep typed; None if it is what the wording itself says.

    An unchanged field follows the wording, unless it held the rep's own text.
    """
    target = normalize_statement(typed)
    if len(target) > MAX_STATEMENT_LENGTH:
        raise InvalidEntryError("target", "refusal.statement_too_long", most=MAX_STATEMENT_LENGTH)
    implied = {"", measurable_text(wording, measure_rules())}
    if before is not None and before.target is None:
        implied.add(measurable_text(before.wording, measure_rules()))
    return None if target in implied else target


def _rank(typed: str, priorities: list[Statement]) -> int | None:
    """The typed rank; None if empty. Raises `InvalidEntryError` if there is no such rank."""
    text = typed.strip()
    if not text:
        return None
    if not (text.isdecimal() and len(text) <= RANK_DIGITS and 1 <= int(text) <= len(priorities)):
        raise InvalidEntryError("rank", "refusal.rank", most=len(priorities))
    return int(text)


def _category(request: DetailsNoted) -> str:
    own = normalize_statement(request.own_category)
    if len(own) > LONGEST_CATEGORY:
        raise InvalidEntryError("own_category", "refusal.category_too_long", most=LONGEST_CATEGORY)
    return own or request.category[:255]
