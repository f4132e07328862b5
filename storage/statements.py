"""Queries for statements with their current version and the customer's latest answer; adding new evidence."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, func, insert, select
from sqlalchemy.orm import Session, aliased

from storage.models import (
    Attestation,
    CoachedVersion,
    Confirmation,
    Recap,
    ReferralAgreement,
    Statement,
    StatementDetails,
    StatementVersion,
)


class CurrentStatement(NamedTuple):
    """A statement with its current version. `said` is the customer's latest answer to that version, or None."""

    id: int
    kind: str
    version: int
    wording: str
    position: int
    said: str | None
    target: str | None
    on_list: bool
    baseline: str | None


class Agreement(NamedTuple):
    """When the customer first agreed to a statement as it is worded now, and the contact who said so last."""

    at: datetime
    contact: str | None


class Content(NamedTuple):
    """The content of a statement's version, named as the columns of `StatementVersion`."""

    kind: str
    wording: str
    position: int
    target: str | None
    measures: list[dict[str, Any]]
    on_list: bool = True
    baseline: str | None = None


_LATEST_ANSWER = (
    select(Confirmation.said)
    .where(Confirmation.statement_id == Statement.id, Confirmation.version == Statement.current_version)
    .order_by(Confirmation.id.desc())
    .limit(1)
    .correlate(Statement)
    .scalar_subquery()
)
_CURRENT_OF_ANY = (
    select(
        Statement.id,
        StatementVersion.kind,
        Statement.current_version,
        StatementVersion.wording,
        StatementVersion.position,
        _LATEST_ANSWER,
        StatementVersion.target,
        StatementVersion.on_list,
        StatementVersion.baseline,
    )
    .join(
        StatementVersion,
        and_(StatementVersion.statement_id == Statement.id, StatementVersion.version == Statement.current_version),
    )
    .order_by(Statement.id)
)
# Built once: every interaction runs these.
_CURRENT = _CURRENT_OF_ANY.where(Statement.deal_id == bindparam("deal_id"))
_NOW = aliased(StatementVersion)
_AGREEMENTS = (
    select(Statement.id, Confirmation.at, Confirmation.contact)
    .join(_NOW, and_(_NOW.statement_id == Statement.id, _NOW.version == Statement.current_version))
    .join(StatementVersion, StatementVersion.statement_id == Statement.id)
    .join(
        Confirmation,
        and_(Confirmation.statement_id == Statement.id, Confirmation.version == StatementVersion.version),
    )
    .where(
        Statement.deal_id == bindparam("deal_id"),
        Confirmation.said == "agreed",
        StatementVersion.wording == _NOW.wording,
        StatementVersion.target.is_not_distinct_from(_NOW.target),
    )
    .order_by(Confirmation.id)
)
_MEASURES = (
    select(Statement.id, StatementVersion.measures)
    .join(
        StatementVersion,
        and_(StatementVersion.statement_id == Statement.id, StatementVersion.version == Statement.current_version),
    )
    .where(Statement.deal_id == bindparam("deal_id"))
)
_DETAILS = select(StatementDetails).where(
    StatementDetails.id.in_(
        select(func.max(StatementDetails.id))
        .join(Statement, Statement.id == StatementDetails.statement_id)
        .where(Statement.deal_id == bindparam("deal_id"))
        .group_by(StatementDetails.statement_id)
    )
)
_ATTESTED = (
    select(Attestation.item, Attestation.holds)
    .where(Attestation.deal_id == bindparam("deal_id"))
    .order_by(Attestation.id)
)
_REFERRAL = (
    select(ReferralAgreement)
    .where(ReferralAgreement.deal_id == bindparam("deal_id"))
    .order_by(ReferralAgreement.id.desc())
    .limit(1)
)
_LATEST_RECAP = select(Recap).where(Recap.deal_id == bindparam("deal_id")).order_by(Recap.version.desc()).limit(1)
_RECAPS_SENT = (
    select(Recap.sent_at)
    .where(Recap.deal_id == bindparam("deal_id"), Recap.sent_at.is_not(None))
    .order_by(Recap.sent_at)
)


def agreements(session: Session, deal_id: int) -> dict[int, Agreement]:
    """The agreements to the deal's statements, by statement id. A change of place or list is no new wording."""
    found: dict[int, Agreement] = {}
    for statement_id, at, contact in session.execute(_AGREEMENTS, {"deal_id": deal_id}):
        first = found.get(statement_id)
        found[statement_id] = Agreement(at if first is None else first.at, contact)
    return found


def measures(session: Session, deal_id: int) -> dict[int, list[dict[str, Any]]]:
    """The measures of the current version of each of the deal's statements, by statement id."""
    return dict(session.execute(_MEASURES, {"deal_id": deal_id}).all())


def current(session: Session, deal_id: int) -> list[CurrentStatement]:
    """All statements of a deal with their current version, in one query, by id."""
    return [CurrentStatement(*row) for row in session.execute(_CURRENT, {"deal_id": deal_id})]


def current_of_deals(session: Session, deal_ids: Collection[int]) -> dict[int, list[CurrentStatement]]:
    """The same for several deals, by deal id; without the deals that have no statements."""
    found: dict[int, list[CurrentStatement]] = {}
    wanted = _CURRENT_OF_ANY.add_columns(Statement.deal_id).where(Statement.deal_id.in_(deal_ids))
    for *row, deal_id in session.execute(wanted):
        found.setdefault(deal_id, []).append(CurrentStatement(*row))
    return found


def version(session: Session, statement_id: int, number: int) -> Content:
    """The content of a statement's version. Raises `NoResultFound` if there is no such version."""
    row = session.scalars(
        select(StatementVersion).where(
            StatementVersion.statement_id == statement_id, StatementVersion.version == number
        )
    ).one()
    return Content(row.kind, row.wording, row.position, row.target, row.measures, row.on_list, row.baseline)


def versions_written(session: Session, deal_id: int, by: int, times: Collection[datetime]) -> dict[int, int]:
    """The newest version of each of the deal's statements that this person wrote at one of these times, by id."""
    if not times:
        return {}
    written = (
        select(StatementVersion.statement_id, func.max(StatementVersion.version))
        .join(Statement, Statement.id == StatementVersion.statement_id)
        .where(Statement.deal_id == deal_id, StatementVersion.written_by == by, StatementVersion.at.in_(times))
        .group_by(StatementVersion.statement_id)
    )
    return dict(session.execute(written).all())


def add(session: Session, *, deal_id: int, says: Content, by: int, now: datetime) -> Statement:
    """Add a statement with its first version."""
    statement = Statement(deal_id=deal_id, current_version=1, created_at=now)
    session.add(statement)
    session.flush()
    session.add(StatementVersion(statement_id=statement.id, version=1, **says._asdict(), written_by=by, at=now))
    return statement


def revise(session: Session, *, statement_id: int, says: Content, by: int, now: datetime) -> int:
    """Add a version to a statement; older versions and the answers to them stay (M4.3). Returns its number."""
    statement = session.get_one(Statement, statement_id)
    statement.current_version += 1
    session.add(
        StatementVersion(
            statement_id=statement_id,
            version=statement.current_version,
            **says._asdict(),
            written_by=by,
            at=now,
        )
    )
    return statement.current_version


def details(session: Session, deal_id: int) -> dict[int, StatementDetails]:
    """The newest details of each statement of a deal that has any, by statement id."""
    return {row.statement_id: row for row in session.scalars(_DETAILS, {"deal_id": deal_id})}


def latest_details(session: Session, statement_id: int) -> StatementDetails | None:
    """The newest details of a statement, or None."""
    return session.scalar(
        select(StatementDetails)
        .where(StatementDetails.statement_id == statement_id)
        .order_by(StatementDetails.id.desc())
        .limit(1)
    )


def details_row(session: Session, row_id: int) -> StatementDetails:
    """The details with this id. Raises `NoResultFound` if there are none."""
    return session.scalars(select(StatementDetails).where(StatementDetails.id == row_id)).one()


def coached(session: Session, deal_id: int) -> set[tuple[int, int]]:
    """The versions that the coach has already asked about: (statement, version)."""
    rows = session.execute(
        select(CoachedVersion.statement_id, CoachedVersion.version)
        .join(Statement, Statement.id == CoachedVersion.statement_id)
        .where(Statement.deal_id == deal_id)
    )
    return {(statement_id, number) for statement_id, number in rows}


_CONFIRM = insert(Confirmation)


def confirm(  # noqa: PLR0913 (a row's columns, by name)
    session: Session,
    *,
    statement_id: int,
    version: int,
    said: str,
    contact: str | None,
    by: int,
    now: datetime,
    manner: str = "each",
) -> None:
    """Record the customer's answer to a version (M4.2); `manner` is `each`, or `read_all` if all were read aloud."""
    session.execute(
        _CONFIRM,
        {
            "statement_id": statement_id,
            "version": version,
            "said": said,
            "contact": contact,
            "manner": manner,
            "recorded_by": by,
            "at": now,
        },
    )


def attested(session: Session, deal_id: int) -> set[str]:
    """The steps and objectives that the rep currently attests."""
    holds = dict(session.execute(_ATTESTED, {"deal_id": deal_id}).all())
    return {item for item, value in holds.items() if value}


def attested_of_deals(session: Session, deal_ids: Collection[int]) -> dict[int, set[str]]:
    """The same for several deals, by deal id."""
    rows = session.execute(
        select(Attestation.deal_id, Attestation.item, Attestation.holds)
        .where(Attestation.deal_id.in_(deal_ids))
        .order_by(Attestation.id)
    )
    holds: dict[int, dict[str, bool]] = {}
    for deal_id, item, value in rows:
        holds.setdefault(deal_id, {})[item] = value
    return {deal_id: {item for item, value in items.items() if value} for deal_id, items in holds.items()}


def attest(session: Session, *, deal_id: int, item: str, holds: bool, by: int, now: datetime) -> None:
    """Record that the rep ticked an item, or unticked it."""
    session.add(Attestation(deal_id=deal_id, item=item, holds=holds, attested_by=by, at=now))


def referral(session: Session, deal_id: int) -> ReferralAgreement | None:
    """The newest answer to the referral ask, or None."""
    return session.scalar(_REFERRAL, {"deal_id": deal_id})


def referrals(session: Session, deal_id: int) -> Sequence[ReferralAgreement]:
    """Every answer to the referral ask, oldest first."""
    statement = select(ReferralAgreement).where(ReferralAgreement.deal_id == deal_id).order_by(ReferralAgreement.id)
    return session.scalars(statement).all()


def latest_recap(session: Session, deal_id: int) -> Recap | None:
    """The newest version of the recap mail, or None."""
    return session.scalar(_LATEST_RECAP, {"deal_id": deal_id})


def recaps_sent(session: Session, deal_id: int) -> list[datetime]:
    """When recap mails were sent, the first one first."""
    return [at for at in session.scalars(_RECAPS_SENT, {"deal_id": deal_id}) if at is not None]
