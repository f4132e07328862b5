"""A change of the statements is written down as one: new versions, new details, and a line that can be taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.deal.planning import advance, refresh_card
from handlers.errors import InvalidEntryError, NotNowError
from handlers.method.details import Details, Owner, PromisedBy, Source
from handlers.method.measurables import measure_rules
from handlers.method.measure import measurable_parts
from handlers.method.stages import ALIGNED_OR_LATER, CALL_UNDER_WAY, Stage
from handlers.method.statement_capture import MAX_STATEMENT_LENGTH, MAX_STATEMENTS, normalize_statement
from handlers.method.statement_lists import differs, in_ranks
from handlers.method.statements import Kind, Statement, active_statements
from handlers.method.time_zones import zone
from storage import audit_log, statements
from storage.models import Deal, StatementDetails, Tenant
from storage.statements import Content


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody did: its name in the timeline, who (our id of a person), when."""

    name: str
    by: int
    at: datetime


def keep(
    session: Session,
    deal: Deal,
    before: Sequence[Statement],
    wanted: Sequence[Statement],
    act: Change,
    noted: Mapping[int, Details] | None = None,
) -> dict[int, int]:
    """Make the statements read `wanted`, note the details, and write the act into the timeline with what it changed.

    Whatever differs gets a new version, which nobody has agreed to yet (M4.3), and the call is open again; ranks are
    closed first. Details change no agreement. Nothing differs: nothing is written. Gives the id under which each
    statement of `wanted` is kept: that of a new one is negative before.
    """
    by, now = act.by, act.at
    known = {s.id: s for s in before}
    ids: dict[int, int] = {}
    versions: dict[str, list[int]] = {}
    for statement in in_ranks(wanted):
        old = known.get(statement.id)
        ids[statement.id] = statement.id
        if old is None:
            says = _says(session, deal, statement, now)
            ids[statement.id] = statements.add(session, deal_id=deal.id, says=says, by=by, now=now).id
            versions[str(ids[statement.id])] = [0, 1]
        elif differs(old, statement):
            versions[str(old.id)] = [old.version, revise(session, deal, statement, by, now)]
    rows = {str(ids[each]): _note(session, ids[each], told, by, now) for each, told in (noted or {}).items()}
    details = {each: [was, became] for each, (was, became) in rows.items() if was != became}
    if not versions and not details:
        return ids
    if versions and deal.stage != Stage.IN_CALL:
        advance(session, deal, Stage.IN_CALL, by, now)
    audit_log.record(session, deal.id, by, act.name, now, versions=versions, details=details)
    session.flush()
    refresh_card(session, deal, now)
    return ids


def revise(session: Session, deal: Deal, statement: Statement, by: int, now: datetime) -> int:
    """A new version of one statement, with what is measurable in it; returns its number."""
    says = _says(session, deal, statement, now)
    return statements.revise(session, statement_id=statement.id, says=says, by=by, now=now)


def details_of(session: Session, deal_id: int) -> dict[int, Details]:
    """The newest details of each statement that has any."""
    return {each: details_from(row) for each, row in statements.details(session, deal_id).items()}


def details_from(row: StatementDetails) -> Details:
    """What a row notes."""
    return Details(
        category=row.category,
        owner=None if row.owner is None else Owner(row.owner),
        source=None if row.source is None else Source(row.source),
        promised_by=PromisedBy(row.promised_by),
    )


def changeable(deal: Deal) -> Deal:
    """The deal. Raises `NotNowError` when its statements can be changed no more, or not yet."""
    if deal.stage not in CALL_UNDER_WAY | ALIGNED_OR_LATER:
        raise NotNowError("refusal.not_at_this_stage", customer=deal.customer)
    return deal


def checked_wording(field: str, typed: str) -> str:
    """A statement as it is kept. Raises `InvalidEntryError` on `field` for an empty or overlong one."""
    wording = normalize_statement(typed)
    if not wording:
        raise InvalidEntryError(field, "refusal.statement_empty")
    if len(wording) > MAX_STATEMENT_LENGTH:
        raise InvalidEntryError(field, "refusal.statement_too_long", most=MAX_STATEMENT_LENGTH)
    return wording


def check_lists(field: str, wanted: Sequence[Statement]) -> None:
    """Raises `InvalidEntryError` on `field` when a list is too long, or says the same twice."""
    for kind in Kind:
        wordings = [s.wording.casefold() for s in active_statements(wanted, kind)]
        if len(wordings) > MAX_STATEMENTS:
            raise InvalidEntryError(field, "refusal.too_many_statements", most=MAX_STATEMENTS, found=len(wordings))
        if len(wordings) > len(set(wordings)):
            raise InvalidEntryError(field, "refusal.statement_twice")


def _says(session: Session, deal: Deal, statement: Statement, now: datetime) -> Content:
    local = zone(deal.owner.zone, session.get_one(Tenant, deal.tenant_id).zone)
    return Content(
        kind=statement.kind,
        wording=statement.wording,
        position=statement.position,
        target=statement.target,
        measures=measurable_parts(statement.wording, statement.target, measure_rules(), now.astimezone(local).date()),
        on_list=statement.on_list,
    )


def _note(session: Session, statement_id: int, details: Details, by: int, now: datetime) -> list[int]:
    """The ids of the rows that held before and hold now, 0 for none; the same twice when nothing was to be noted."""
    before = statements.latest_details(session, statement_id)
    held = 0 if before is None else before.id
    values = asdict(details)
    if values == ({name: getattr(before, name) for name in values} if before else asdict(Details())):
        return [held, held]
    row = StatementDetails(statement_id=statement_id, **values, written_by=by, at=now)
    session.add(row)
    session.flush()
    return [held, row.id]
