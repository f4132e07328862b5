"""A team's own playbook, and the words that people say in place of the playbook's. Both only grow."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.column_types import LongText
from storage.models.base import EVIDENCE, Base
from storage.tenancy import TenantOwned


class PlaybookVersion(TenantOwned, Base):
    """What a workspace's playbook changes in the one that FirstCall ships. The newest version applies."""

    __tablename__ = "playbook_versions"
    __table_args__ = (UniqueConstraint("tenant_id", "version"), {"info": EVIDENCE})

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int]
    """From 1."""
    changes: Mapped[str] = mapped_column(LongText)
    """TOML with the tables of `playbook.toml`; empty for the playbook as it is shipped."""
    at: Mapped[datetime]


class OwnWords(TenantOwned, Base):
    """What a person, or a whole team, says at a step or objective. The newest row of each applies."""

    __tablename__ = "own_words"
    __table_args__ = (Index(None, "tenant_id", "person_id"), {"info": EVIDENCE})

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    """Whose words they are; null for everybody in the workspace."""
    rule: Mapped[str]
    """The step or objective (`M2.3`)."""
    kind: Mapped[str | None]
    """The kind of order for which it is said; null if the deal had none."""
    words: Mapped[str] = mapped_column(LongText)
    """A template; empty for the playbook's own words."""
    written_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
