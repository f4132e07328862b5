"""One statement is changed, added, taken off the list, or gets its details: the rep's list is never final (M4.3)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.call.card_actions import DealRequest
from handlers.call.statement_changes import Change, changeable, check_lists, checked_wording, details_of, keep
from handlers.call.statement_list import list_screen, listed, page_of
from handlers.call.undo import UndoRequest
from handlers.call.undo import undo as take_back
from handlers.deal.facts import facts, owned, statements_of
from handlers.errors import InvalidEntryError, NoSuchDealError
from handlers.method.details import Details, Owner, PromisedBy, Source
from handlers.method.measurables import measure_rules
from handlers.method.measure import measurable_text
from handlers.method.statement_capture import MAX_STATEMENT_LENGTH, normalize_statement
from handlers.method.statement_lists import add_statement, move_statement, remove_statement, rerank_statement
from handlers.method.statements import Kind, Statement, active_statements
from handlers.method.vagueness import rules
from handlers.requests import Caller, open_request
from handlers.screens.call import DetailsForm, ListScreen, StatementForm
from storage.models import Deal

LONGEST_CATEGORY = 60


@dataclass(frozen=True, slots=True)
class StatementRequest:
    """The rep taps a statement of the list, in the version that they saw."""

    caller: Caller
    deal_id: int
    statement_id: int
    version: int


@dataclass(frozen=True, slots=True)
class StatementEdited:
    """The form of one statement is saved. `kind` is one of `Kind`; `rank` and `target` are as typed, may be empty."""

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
    """The form of a new statement is saved; the fields mean the same as in `StatementEdited`."""

    caller: Caller
    deal_id: int
    wording: str
    kind: str
    target: str


@dataclass(frozen=True, slots=True)
class DetailsNoted:
    """The details of a statement are saved. `own_category` is typed and counts before `category`, a topic.

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
    # Nobody but the customer can have told us what another seller promised.
    "competitor": (Source.CUSTOMER, PromisedBy.COMPETITOR),
}
"""Where a statement comes from, as one question to the rep."""


def ask_edit(session: Session, request: StatementRequest, now: datetime) -> StatementForm:
    """The form of a statement. Changes nothing."""
    arrival = open_request(session, request.caller, now)
    deal = changeable(owned(session, arrival, request.deal_id))
    return _form(session, deal, _find(session, deal, request.statement_id))


def ask_new(session: Session, request: DealRequest, now: datetime) -> StatementForm:
    """The empty form. Changes nothing."""
    arrival = open_request(session, request.caller, now)
    return StatementForm(facts(changeable(owned(session, arrival, request.deal_id))), None)


def ask_details(session: Session, request: StatementRequest, now: datetime) -> DetailsForm:
    """The form of what is noted beside a statement. Changes nothing."""
    arrival = open_request(session, request.caller, now)
    deal = owned(session, arrival, request.deal_id)
    return _details_form(session, deal, _find(session, deal, request.statement_id))


def edit(session: Session, request: StatementEdited, now: datetime) -> ListScreen | StatementForm:
    """Save what was changed of wording, list, rank and measure as one new version, to be read back again (M4.3).

    A priority that takes another rank moves those between, which are read back again too. When the statement was
    changed elsewhere meanwhile nothing is overwritten: the form comes again. Raises `InvalidEntryError` for an entry
    that cannot be taken.
    """
    arrival = open_request(session, request.caller, now)
    deal = changeable(owned(session, arrival, request.deal_id))
    statement = _find(session, deal, request.statement_id)
    if arrival.repeated:
        return list_screen(session, deal, page_of(session, deal, statement.id))
    if statement.version != request.version:
        return replace(_form(session, deal, statement), changed=True)
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
    keep(session, deal, current, wanted, Change(action, arrival.person.id, now))
    return list_screen(session, deal, page_of(session, deal, statement.id))


def add(session: Session, request: StatementAdded, now: datetime) -> DetailsForm | ListScreen:
    """Put one more statement on the list, and go on to its details."""
    arrival = open_request(session, request.caller, now)
    deal = changeable(owned(session, arrival, request.deal_id))
    if arrival.repeated:
        return list_screen(session, deal)
    wording = checked_wording("wording", request.wording)
    current = statements_of(session, deal.id)
    wanted = add_statement(current, _kind(request.kind), wording, _target(request.target, wording, None))
    check_lists("wording", wanted)
    ids = keep(session, deal, current, wanted, Change("added", arrival.person.id, now))
    return _details_form(session, deal, _find(session, deal, ids[wanted[-1].id]))


def remove(session: Session, request: StatementRequest, now: datetime) -> ListScreen | StatementForm:
    """The rep takes the statement off the list. It stays on record; the customer has not withdrawn it.

    A version that the rep did not see is not taken off: its form is shown instead.
    """
    arrival = open_request(session, request.caller, now)
    deal = changeable(owned(session, arrival, request.deal_id))
    if arrival.repeated:
        return list_screen(session, deal)
    statement = _find(session, deal, request.statement_id)
    if statement.version != request.version:
        return replace(_form(session, deal, statement), changed=True)
    page = page_of(session, deal, statement.id)
    current = statements_of(session, deal.id)
    wanted = remove_statement(current, statement.id)
    keep(session, deal, current, wanted, Change("taken_off", arrival.person.id, now))
    return list_screen(session, deal, page)


def note_details(session: Session, request: DetailsNoted, now: datetime) -> ListScreen:
    """Note the details. The customer's agreement is not touched by them."""
    arrival = open_request(session, request.caller, now)
    deal = changeable(owned(session, arrival, request.deal_id))
    statement = _find(session, deal, request.statement_id)
    if not arrival.repeated:
        before = details_of(session, deal.id).get(statement.id, Details())
        source, promised_by = ORIGINS.get(request.origin, (before.source, before.promised_by))
        noted = Details(
            category=_category(request) or None,
            owner=Owner(request.owner) if request.owner in set(Owner) else before.owner,
            source=source,
            promised_by=promised_by,
        )
        current = statements_of(session, deal.id)
        by = arrival.person.id
        keep(session, deal, current, current, Change("noted", by, now), noted={statement.id: noted})
    return list_screen(session, deal, page_of(session, deal, statement.id))


def undo(session: Session, request: UndoRequest, now: datetime) -> ListScreen:
    """Take back the rep's last change of the statements, and show the list as it is then."""
    return list_screen(session, take_back(session, request, now))


def origin_of(details: Details) -> str | None:
    """Where a statement comes from: the name in `ORIGINS`, None while nobody said."""
    if details.promised_by is PromisedBy.COMPETITOR:
        return "competitor"
    return None if details.source is None else details.source.value


def _form(session: Session, deal: Deal, statement: Statement) -> StatementForm:
    details = details_of(session, deal.id).get(statement.id)
    priorities = len(active_statements(statements_of(session, deal.id), Kind.PRIORITY))
    return StatementForm(facts(deal), listed(statement, details), priorities)


def _details_form(session: Session, deal: Deal, statement: Statement) -> DetailsForm:
    topics = tuple(topic.name for topic in rules().book.topics if topic.kind == statement.kind)
    return DetailsForm(facts(deal), listed(statement, details_of(session, deal.id).get(statement.id)), topics)


def _find(session: Session, deal: Deal, statement_id: int) -> Statement:
    """A statement of the deal that stands. Raises `NoSuchDealError` for any other."""
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
    """What the rep put down as the measure; None when it is what the wording says by itself.

    A field that was left as it was goes with the wording, unless it held the rep's own words.
    """
    target = normalize_statement(typed)
    if len(target) > MAX_STATEMENT_LENGTH:
        raise InvalidEntryError("target", "refusal.statement_too_long", most=MAX_STATEMENT_LENGTH)
    said = {"", measurable_text(wording, measure_rules())}
    if before is not None and before.target is None:
        said.add(measurable_text(before.wording, measure_rules()))
    return None if target in said else target


def _rank(typed: str, priorities: list[Statement]) -> int | None:
    """The rank as typed; None for none. Raises `InvalidEntryError` when there is no such rank."""
    if not typed.strip():
        return None
    if not typed.strip().isdecimal() or not 1 <= int(typed) <= len(priorities):
        raise InvalidEntryError("rank", "refusal.rank", most=len(priorities))
    return int(typed)


def _category(request: DetailsNoted) -> str:
    own = normalize_statement(request.own_category)
    if len(own) > LONGEST_CATEGORY:
        raise InvalidEntryError("own_category", "refusal.category_too_long", most=LONGEST_CATEGORY)
    return own or request.category[:255]
