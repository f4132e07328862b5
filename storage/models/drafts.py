"""What people have typed into forms that they have not submitted: the customer's words, so it goes with the form."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.column_types import LongText
from storage.models.base import Base
from storage.tenancy import TenantOwned


class Draft(TenantOwned, Base):
    """The newest entries of one person in one form of a deal. It is no evidence: it changes with each keystroke."""

    __tablename__ = "drafts"
    __table_args__ = (
        UniqueConstraint("tenant_id", "person_id", "deal_id", "form", "statement_id"),
        Index(None, "typed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    deal_id: Mapped[int] = mapped_column(ForeignKey("deals.id"), index=True)
    form: Mapped[str]
    """The view id of the form."""
    statement_id: Mapped[int] = mapped_column(default=0)
    """The statement that the form is about; 0 for a form about the whole deal."""
    state: Mapped[str] = mapped_column(LongText)
    """What the form carried, as text: among others, which versions of the statements it showed."""
    entries: Mapped[dict[str, Any]]
    """By field: a text, or the list of ticked boxes."""
    typed_at: Mapped[datetime]
    """When it was typed, by the platform's clock."""
