"""Batches of imported deals: what is known already, bulk inserts, and what people have done with a batch since."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from storage.models import AuditEntry, Base, Contact, Deal, ImportBatch, ImportedDeal, Person

AT_ONCE = 500
"""Deals per statement: no database's limit of parameters is near."""


class KnownClose(NamedTuple):
    """A deal that the workspace has: what tells whether a row of a file is the same one."""

    customer_key: str
    closed_at: datetime
    amount_minor: int | None
    source_id: str | None


def known_source_ids(session: Session, source_ids: Collection[str]) -> set[str]:
    """Those of the ids that were imported before and are still there."""
    statement = select(ImportedDeal.source_id).where(ImportedDeal.source_id.in_(source_ids))
    return {found for found in session.scalars(statement) if found is not None}


def known_closes(session: Session, customer_keys: Collection[str]) -> list[KnownClose]:
    """The deals of these customers, heard or imported."""
    statement = (
        select(Deal.customer_key, Deal.closed_at, Deal.amount_minor, ImportedDeal.source_id)
        .outerjoin(ImportedDeal, ImportedDeal.deal_id == Deal.id)
        .where(Deal.customer_key.in_(customer_keys))
    )
    return [KnownClose(*row) for row in session.execute(statement)]


def people(session: Session) -> list[tuple[int, str, str | None]]:
    """Everybody in the workspace: id, the platform's id, and the name if it is known."""
    return [(row[0], row[1], row[2]) for row in session.execute(select(Person.id, Person.external_id, Person.name))]


def add_batch(session: Session, file: str, at: datetime) -> ImportBatch:
    """Add an empty batch."""
    batch = ImportBatch(file=file, deals=0, at=at)
    session.add(batch)
    session.flush()
    return batch


def add_deals(
    session: Session,
    batch: ImportBatch,
    deals: Sequence[dict[str, Any]],
    contacts: Sequence[str],
    source_ids: Sequence[str | None],
) -> None:
    """Insert the deals with what belongs to each; the three sequences are in step, and a contact may be empty."""
    ids = session.scalars(insert(Deal).returning(Deal.id, sort_by_parameter_order=True), list(deals)).all()
    session.execute(
        insert(ImportedDeal),
        [
            {"batch_id": batch.id, "deal_id": deal_id, "source_id": source_id}
            for deal_id, source_id in zip(ids, source_ids, strict=True)
        ],
    )
    entry = {"actor_id": None, "action": "imported", "detail": {"batch": batch.id}, "at": batch.at}
    session.execute(insert(AuditEntry), [{"deal_id": deal_id, **entry} for deal_id in ids])
    named = [
        {"deal_id": deal_id, "role": "decision_maker", "name": name, "updated_at": batch.at}
        for deal_id, name in zip(ids, contacts, strict=True)
        if name
    ]
    if named:
        session.execute(insert(Contact), named)
    batch.deals += len(ids)


def find_batch(session: Session, batch_id: int) -> ImportBatch | None:
    """The workspace's batch with this id, or None."""
    return session.scalar(select(ImportBatch).where(ImportBatch.id == batch_id))


def batches(session: Session) -> list[tuple[ImportBatch, int]]:
    """Each batch with the number of its deals that are still there, newest first."""
    left = (
        select(func.count(ImportedDeal.id))
        .where(ImportedDeal.batch_id == ImportBatch.id)
        .correlate(ImportBatch)
        .scalar_subquery()
    )
    statement = select(ImportBatch, left).order_by(ImportBatch.id.desc())
    return [(row[0], row[1]) for row in session.execute(statement)]


def deals_of(session: Session, batch_id: int) -> Iterator[list[int]]:
    """The ids of the batch's deals, `AT_ONCE` at a time, in order; those of earlier lists may be deleted meanwhile."""
    last = 0
    while True:
        statement = select(ImportedDeal.deal_id).where(ImportedDeal.batch_id == batch_id, ImportedDeal.deal_id > last)
        found = list(session.scalars(statement.order_by(ImportedDeal.deal_id).limit(AT_ONCE)))
        if not found:
            return
        yield found
        last = found[-1]


def worked_on(session: Session, deal_ids: Collection[int], batch: ImportBatch) -> set[int]:
    """Those of the deals of which anything is stored that the import did not store itself.

    Each table that refers to deals counts, so a later one does without being named here.
    """
    own = (Contact, AuditEntry, ImportedDeal)
    found: set[int] = set()
    for mapper in Base.registry.mappers:
        model = cast("Any", mapper.class_)
        if "deal_id" in mapper.columns and model not in own:
            found |= set(session.scalars(select(model.deal_id).where(model.deal_id.in_(deal_ids)).distinct()))
    entries = select(AuditEntry.deal_id).where(AuditEntry.deal_id.in_(deal_ids), AuditEntry.action != "imported")
    changed = select(Contact.deal_id).where(Contact.deal_id.in_(deal_ids), Contact.updated_at != batch.at)
    found |= {deal_id for deal_id in session.scalars(entries.distinct()) if deal_id is not None}
    return found | set(session.scalars(changed))


def delete_deals(session: Session, deal_ids: Collection[int]) -> None:
    """Delete imported deals that nobody has worked on, with everything that the import stored of them."""
    unsynchronized = {"synchronize_session": False}
    for model in (Contact, AuditEntry, ImportedDeal):
        statement = delete(model).where(cast("Any", model).deal_id.in_(deal_ids))
        session.execute(statement, execution_options=unsynchronized)
    session.execute(delete(Deal).where(Deal.id.in_(deal_ids)), execution_options=unsynchronized)


def names_of(session: Session, deal_ids: Collection[int]) -> list[tuple[int, str]]:
    """The deals' ids and customers, by id."""
    statement = select(Deal.id, Deal.customer).where(Deal.id.in_(deal_ids)).order_by(Deal.id)
    return [(row[0], row[1]) for row in session.execute(statement)]
