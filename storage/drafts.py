"""Drafts: what a person has typed into a form and not submitted. The newest entries of each form are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storage.insert_or_ignore import insert_or_ignore
from storage.models import Draft
from storage.tenancy import ALL_TENANTS

Entries = Mapping[str, str | list[str]]
"""By field: a text, or the ticked boxes."""


@dataclass(frozen=True, slots=True)
class FormOf:
    """A form of a person about a deal, or about one of its statements (0 for none). `form` is its view id."""

    person_id: int
    deal_id: int
    form: str
    statement_id: int = 0


def find(session: Session, form: FormOf) -> Draft | None:
    """What the person has typed into the form."""
    return session.scalar(
        select(Draft).where(
            Draft.person_id == form.person_id,
            Draft.deal_id == form.deal_id,
            Draft.form == form.form,
            Draft.statement_id == form.statement_id,
        )
    )


def save(session: Session, form: FormOf, state: str, entries: Entries, typed_at: datetime) -> bool:
    """Keep the entries, unless newer ones of the form are kept: requests may overtake each other."""
    row = find(session, form)
    if row is None:
        unique = ("tenant_id", "person_id", "deal_id", "form", "statement_id")
        new = {name: getattr(form, name) for name in unique if name != "tenant_id"}
        values = {**new, "state": state, "entries": dict(entries), "typed_at": typed_at}
        if insert_or_ignore(session, Draft, unique, **values) is not None:
            return True
        row = find(session, form)
    if row is None or row.typed_at > typed_at:
        return False
    row.state, row.entries, row.typed_at = state, dict(entries), typed_at
    return True


def drop(session: Session, form: FormOf) -> None:
    """Delete what the person has typed into the form."""
    row = find(session, form)
    if row is not None:
        session.delete(row)


def drop_of_deal(session: Session, deal_id: int) -> None:
    """Delete all drafts of a deal."""
    session.execute(delete(Draft).where(Draft.deal_id == deal_id))


def forget_drafts(session: Session, before: datetime) -> int:
    """Delete what was typed before `before`, in all tenants; returns how many drafts."""
    statement = delete(Draft).where(Draft.typed_at < before).returning(Draft.id)
    return len(session.scalars(statement, execution_options={ALL_TENANTS: True}).all())
