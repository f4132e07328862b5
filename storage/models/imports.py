"""Deals of the past that were imported from a file, by batch."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base
from storage.tenancy import TenantOwned


class ImportBatch(TenantOwned, Base):
    """One `firstcall import --apply`: all its deals were stored in one transaction, and can be taken out together."""

    __tablename__ = "import_batches"
    __table_args__ = (CheckConstraint("deals >= 0", name="deals_not_negative"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    file: Mapped[str]
    """The file's name, without its folder."""
    deals: Mapped[int]
    """How many deals it stored."""
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    """When it was last undone; null if never. Deals that somebody had worked on stayed."""


class ImportedDeal(TenantOwned, Base):
    """A deal of a batch that is still there."""

    __tablename__ = "imported_deals"
    __table_args__ = (
        UniqueConstraint("tenant_id", "source_id"),
        UniqueConstraint("deal_id"),
        Index(None, "batch_id", "deal_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batches.id"))
    deal_id: Mapped[int] = mapped_column(ForeignKey("deals.id"))
    source_id: Mapped[str | None]
    """The deal's id in the system that the file comes from; null if the file has none."""
