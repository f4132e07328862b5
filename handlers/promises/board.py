"""The board of a deal's promises: each with its keeper, its day, what became of it, and who says so (M7.3, M8.4)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from handlers.call.deal_search import DealSearch, find_by_customer, on_teams
from handlers.call.statement_changes import details_of
from handlers.call.statement_list import PAGE_SIZE
from handlers.deal.deal_access import acts_as_rep, kept_by, promised_deal
from handlers.deal.facts import facts, statements_of
from handlers.deal.keepers import keepers_of
from handlers.deal.reminder_facts import agreed_statements, recurring_promises, working_time
from handlers.deal.tracked_promises import today, tracked_promises
from handlers.errors import NoSuchDealError, NotNowError
from handlers.method.details import Details, Owner
from handlers.method.measurables import measure_rules
from handlers.method.measure import measurable_text
from handlers.method.promise_outcomes import MET, MissReason, TrackedPromise, is_overdue, lists_met, outcome_of
from handlers.method.recurrence import occasions
from handlers.method.reminders_due import AGREED
from handlers.method.stages import RECAPPED_OR_LATER, Stage
from handlers.method.statements import Statement
from handlers.method.time_parsing.resolve import format_day
from handlers.requests import Caller, open_request
from handlers.screens.deals import DealChoice
from handlers.screens.promises import BoardNote, BoardPromise, BoardScreen, NoteLine
from storage import deal_members, handoffs, promise_notes, promises, workspaces
from storage.models import Deal, Person, PromiseOutcome, Tenant
from storage.promises import Occasion

SHOWN = AGREED | {Stage.COMPLETED}
"""The stages in which a deal has promises."""


@dataclass(frozen=True, slots=True)
class BoardRequest:
    """Somebody opens a page of the board, from 1; a page that does not exist gives the nearest one."""

    caller: Caller
    deal_id: int
    page: int = 1


@dataclass(frozen=True, slots=True)
class _Recorded:
    """What the rep recorded of a deal's promises: the newest outcome of each, and how many occasions were kept."""

    outcomes: dict[int, PromiseOutcome]
    occasions: dict[int, tuple[int, int]]
    """By statement id: kept ones, and all so far."""


def show(session: Session, request: BoardRequest, now: datetime) -> BoardScreen:
    """The page, for the rep or who has taken the deal. Changes nothing. Raises `NotNowError` if nothing is agreed."""
    opened = open_request(session, request.caller, now)
    deal = require_promises(promised_deal(session, opened, request.deal_id))
    return board_screen(session, deal, now, request.page, viewer=opened.person)


def find(session: Session, request: DealSearch, now: datetime) -> BoardScreen | DealChoice:
    """The board of the named deal; without a name, of the only one after its recap. Deals that were taken count."""
    opened = open_request(session, request.caller, now)
    stages = frozenset(Stage) if request.typed else RECAPPED_OR_LATER - {Stage.COMPLETED}
    also = (*on_teams(session, opened), *handoffs.received_by(session, opened.person.id))
    found = find_by_customer(session, opened, request.typed, stages, also)
    if not isinstance(found, Deal):
        return DealChoice(request.typed, "promises", found)
    return show(session, BoardRequest(replace(request.caller, event_key=""), found.id), now)


def require_promises(deal: Deal) -> Deal:
    """The deal. Raises `NotNowError` at a stage in which it has no promises."""
    if deal.stage not in SHOWN:
        raise NotNowError("refusal.no_promises_yet", customer=deal.customer)
    return deal


def board_screen(
    session: Session,
    deal: Deal,
    now: datetime,
    page: int = 1,
    note: BoardNote | None = None,
    *,
    viewer: Person | None = None,
) -> BoardScreen:
    """A page of the deal's board as it is now, as `viewer` sees it: the rep, unless it is somebody else."""
    who = viewer or deal.current_rep
    own = acts_as_rep(session, who, deal)
    tracked = tracked_promises(session, deal, now)
    pages = max(1, -(-len(tracked) // PAGE_SIZE))
    page = min(max(1, page), pages)
    return BoardScreen(
        deal=facts(deal),
        promises=tuple(_rows(session, deal, tracked[(page - 1) * PAGE_SIZE : page * PAGE_SIZE], who, now)),
        page=page,
        pages=pages,
        total=len(tracked),
        outcome=outcome_of(tracked),
        lists=lists_met(tracked),
        open_wordings=tuple(each.wording for each in tracked if not each.settled),
        value_day=None if deal.value_on is None else format_day(deal.value_on),
        asks=deal.stage in AGREED,
        note=note,
        own=own,
        assigns=own and deal.stage in AGREED and bool(deal_members.of_deal(session, deal.id)),
    )


def board_promise(
    session: Session, deal: Deal, statement_id: int, now: datetime, *, viewer: Person | None = None
) -> BoardPromise:
    """One promise of the deal, as `viewer` sees it. Raises `NoSuchDealError` if it is not agreed to now."""
    found = [each for each in tracked_promises(session, deal, now) if each.statement_id == statement_id]
    if not found:
        raise NoSuchDealError
    return _rows(session, deal, found, viewer or deal.current_rep, now)[0]


def _rows(
    session: Session, deal: Deal, tracked: list[TrackedPromise], viewer: Person, now: datetime
) -> list[BoardPromise]:
    tenant = session.get_one(Tenant, deal.tenant_id)
    on = today(deal, tenant, now)
    recorded = _Recorded(promises.outcomes(session, deal.id), _occasions(session, deal, tenant, on))
    details = details_of(session, deal.id)
    current = {each.id: each for each in statements_of(session, deal.id)}
    names = workspaces.external_ids(session, {each.recorded_by for each in recorded.outcomes.values()})
    keepers = {each: who.external_id for each, who in keepers_of(session, deal).items()}
    theirs = None if acts_as_rep(session, viewer, deal) else kept_by(session, viewer, deal)
    notes = _notes(session, deal)
    rows = []
    for each in tracked:
        row = _row(each, current[each.statement_id], details.get(each.statement_id, Details()), recorded, on)
        outcome = recorded.outcomes.get(each.statement_id)
        by = "" if outcome is None or outcome.recorded_by == viewer.id else names[outcome.recorded_by]
        rows.append(
            replace(
                row,
                may_settle=theirs is None or each.statement_id in theirs,
                kept_by=keepers.get(each.statement_id, ""),
                by=by,
                notes=notes.get(each.statement_id, ()),
            )
        )
    return rows


def _notes(session: Session, deal: Deal) -> dict[int, tuple[NoteLine, ...]]:
    """By statement id, the newest first."""
    rows = promise_notes.of_deals(session, [deal.id])
    people = {row.written_by for row in rows} | {row.mentioned_id for row in rows if row.mentioned_id is not None}
    names = workspaces.external_ids(session, people)
    found: dict[int, tuple[NoteLine, ...]] = {}
    for row in rows:
        told = "" if row.mentioned_id is None else names[row.mentioned_id]
        line = NoteLine(row.text, names[row.written_by], row.at, told)
        found[row.statement_id] = (line, *found.get(row.statement_id, ()))
    return found


def _row(
    tracked: TrackedPromise, statement: Statement, details: Details, recorded: _Recorded, on: date
) -> BoardPromise:
    outcome = recorded.outcomes.get(statement.id)
    made, so_far = recorded.occasions.get(statement.id, (0, 0))
    target = statement.target
    return BoardPromise(
        tracked,
        statement,
        details.owner or Owner.REP,
        measurable_text(statement.wording, measure_rules()) if target is None else target,
        is_overdue(tracked, on),
        contact="" if outcome is None else outcome.contact or "",
        evidence="" if outcome is None else outcome.evidence or "",
        reason=None if outcome is None or outcome.reason is None else MissReason(outcome.reason),
        recorded_at=None if outcome is None else outcome.at,
        made=made,
        occasions=so_far,
    )


def _occasions(session: Session, deal: Deal, tenant: Tenant, on: date) -> dict[int, tuple[int, int]]:
    """How many occasions of each promise that recurs were kept, and how many there were up to `on`."""
    recorded = promises.occasions(session, deal.id)
    work = working_time(deal.current_rep, tenant)
    found: dict[int, tuple[int, int]] = {}
    for promise in recurring_promises(session, deal, agreed_statements(session, deal), tenant):
        days = set(promise.done)
        for day in occasions(promise.rule, promise.agreed_on, promise.recap_on, work, promise.agreed_on):
            if day > on:
                break
            days.add(day)
        kept = sum(_was_kept(recorded, Occasion(promise.statement_id, promise.number, day)) for day in promise.done)
        made, so_far = found.get(promise.statement_id, (0, 0))
        found[promise.statement_id] = (made + kept, so_far + len(days))
    return found


def _was_kept(recorded: dict[Occasion, PromiseOutcome], occasion: Occasion) -> bool:
    """Whether a settled occasion was kept. One that was settled before outcomes were recorded was."""
    outcome = recorded.get(occasion)
    return outcome is None or outcome.state in MET
