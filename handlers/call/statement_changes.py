"""Stores a change of the statements as one unit: new versions, new details, one audit entry that can be undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.call.call_contact import contact_on_call
from handlers.deal.planning import advance, refresh_card
from handlers.errors import InvalidEntryError, NotNowError
from handlers.method.details import Details, Owner, PromisedBy, Source
from handlers.method.measurables import measure_rules
from handlers.method.measure import measurable_parts
from handlers.method.stages import ALIGNED_OR_LATER, CALL_UNDER_WAY, Stage
from handlers.method.statement_capture import MAX_STATEMENT_LENGTH, MAX_STATEMENTS, normalize_statement
from handlers.method.statement_lists import differs, in_ranks
from handlers.method.statements import Kind, Said, Statement, active_statements
from handlers.method.time_zones import zone
from storage import audit_log, statements
from storage.models import Deal, StatementDetails, Tenant
from storage.statements import Content


@dataclass(frozen=True, slots=True)
class Change:
    """Who did what and when: the audit log's action, the id of the person, the time."""

    name: str
    by: int
    at: datetime


def apply_change(
    session: Session,
    deal: Deal,
    before: Sequence[Statement],
    wanted: Sequence[Statement],
    change: Change,
    noted: Mapping[int, Details] | None = None,
) -> dict[int, int]:
    """Store `wanted` and the details `noted`, and record the change in the audit log.

    A statement that differs gets a new version, which nobody has agreed to yet (M4.3), and the call is reopened. Gaps
    in the ranks are closed first. Details do not affect an agreement, except that nobody can agree to a competitor's
    promise: once marked, an agreed one gets a new version. If nothing differs, nothing is written. Returns the stored
    id for each id in `wanted`: new statements come with negative ids.
    """
    by, now = change.by, change.at
    theirs = {each for each, details in (noted or {}).items() if details.promised_by is PromisedBy.COMPETITOR}
    known = {s.id: s for s in before}
    ids: dict[int, int] = {}
    versions: dict[str, list[int]] = {}
    for statement in in_ranks(wanted):
        old = known.get(statement.id)
        ids[statement.id] = statement.id
        if old is None:
            says = _content(session, deal, statement, now)
            ids[statement.id] = statements.add(session, deal_id=deal.id, says=says, by=by, now=now).id
            versions[str(ids[statement.id])] = [0, 1]
        elif differs(old, statement) or (old.said is Said.AGREED and statement.id in theirs):
            versions[str(old.id)] = [old.version, _revise(session, deal, statement, by, now)]
    rows = {
        str(ids[each]): _save_details(session, ids[each], values, by, now) for each, values in (noted or {}).items()
    }
    details = {each: [was, became] for each, (was, became) in rows.items() if was != became}
    if not versions and not details:
        return ids
    if versions and deal.stage != Stage.IN_CALL:
        advance(session, deal, Stage.IN_CALL, by, now)
    audit_log.record(session, deal.id, by, change.name, now, versions=versions, details=details)
    session.flush()
    refresh_card(session, deal, now)
    return ids


def _revise(session: Session, deal: Deal, statement: Statement, by: int, now: datetime) -> int:
    """Add a version of the statement, with its measures; returns the version's number."""
    says = _content(session, deal, statement, now)
    return statements.revise(session, statement_id=statement.id, says=says, by=by, now=now)


def correct_statement(
    session: Session, deal: Deal, statement: Statement, *, wording: str | None = None, by: int, now: datetime
) -> None:
    """Confirm the current version as corrected and add the next one, which nobody has agreed to yet (M4.3).

    Args:
        session: scoped to the deal's tenant.
        deal: whose statement it is.
        statement: as it is now.
        wording: what the customer said instead; None while it is not known, which keeps wording and measure.
        by: id of the person who records the correction.
        now: aware.
    """
    statements.confirm(
        session,
        statement_id=statement.id,
        version=statement.version,
        said=Said.CORRECTED,
        contact=contact_on_call(deal),
        by=by,
        now=now,
    )
    corrected = statement if wording is None else replace(statement, wording=wording, target=None)
    _revise(session, deal, corrected, by, now)
    details = details_of(session, deal.id).get(statement.id)
    if wording is not None and details is not None and details.promised_by is PromisedBy.COMPETITOR:
        # What was said instead is our promise, and can be agreed.
        _save_details(session, statement.id, replace(details, promised_by=PromisedBy.US), by, now)


def details_of(session: Session, deal_id: int) -> dict[int, Details]:
    """The newest details of each statement that has any."""
    return {each: details_from(row) for each, row in statements.details(session, deal_id).items()}


def details_from(row: StatementDetails) -> Details:
    """The details that a row stores."""
    return Details(
        category=row.category,
        owner=None if row.owner is None else Owner(row.owner),
        source=None if row.source is None else Source(row.source),
        promised_by=PromisedBy(row.promised_by),
    )


def require_changeable(deal: Deal) -> Deal:
    """The deal. Raises `NotNowError` if its statements cannot be changed at this stage."""
    if deal.stage not in CALL_UNDER_WAY | ALIGNED_OR_LATER:
        raise NotNowError("refusal.not_at_this_stage", customer=deal.customer)
    return deal


def checked_wording(field: str, typed: str) -> str:
    """The wording as it is stored. Raises `InvalidEntryError` on `field` if it is empty or overlong."""
    wording = normalize_statement(typed)
    if not wording:
        raise InvalidEntryError(field, "refusal.statement_empty")
    if len(wording) > MAX_STATEMENT_LENGTH:
        raise InvalidEntryError(field, "refusal.statement_too_long", most=MAX_STATEMENT_LENGTH)
    return wording


def check_lists(field: str, wanted: Sequence[Statement]) -> None:
    """Raise `InvalidEntryError` on `field` if a list is too long or has a duplicate."""
    for kind in Kind:
        wordings = [s.wording.casefold() for s in active_statements(wanted, kind)]
        if len(wordings) > MAX_STATEMENTS:
            raise InvalidEntryError(field, "refusal.too_many_statements", most=MAX_STATEMENTS, found=len(wordings))
        if len(wordings) > len(set(wordings)):
            raise InvalidEntryError(field, "refusal.statement_twice")


def _content(session: Session, deal: Deal, statement: Statement, now: datetime) -> Content:
    local = zone(deal.current_rep.zone, session.get_one(Tenant, deal.tenant_id).zone)
    return Content(
        kind=statement.kind,
        wording=statement.wording,
        position=statement.position,
        target=statement.target,
        measures=measurable_parts(statement.wording, statement.target, measure_rules(), now.astimezone(local).date()),
        on_list=statement.on_list,
        baseline=statement.baseline,
    )


def _save_details(session: Session, statement_id: int, details: Details, by: int, now: datetime) -> list[int]:
    """The ids of the previous and the current row, 0 for none; the same id twice if nothing changed."""
    before = statements.latest_details(session, statement_id)
    before_id = 0 if before is None else before.id
    values = asdict(details)
    if values == ({name: getattr(before, name) for name in values} if before else asdict(Details())):
        return [before_id, before_id]
    row = StatementDetails(statement_id=statement_id, **values, written_by=by, at=now)
    session.add(row)
    session.flush()
    return [before_id, row.id]
