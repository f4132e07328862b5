"""Who works with us: the tenant (one Slack workspace or Entra tenant), its people and its channels."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.column_types import LongText
from storage.models.base import Base
from storage.tenancy import TenantOwned


class Tenant(Base):
    """One workspace. `platform` is `slack` or `teams`, `external_id` the platform's own id of it."""

    __tablename__ = "tenants"
    __table_args__ = (UniqueConstraint("platform", "external_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    platform: Mapped[str]
    external_id: Mapped[str]
    name: Mapped[str | None]
    zone: Mapped[str] = mapped_column(default="UTC")
    """IANA zone for people who have none of their own, and for the team's calendar."""
    referral_definition: Mapped[str | None] = mapped_column(LongText)
    """What a quality referral is to the team: as whichever rep worded it last."""
    locale: Mapped[str] = mapped_column(default="en")
    cadence: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """What the workspace has in its own way of `prompts/locales/<locale>/cadence.toml`: its tables, in part."""
    paused_until: Mapped[datetime | None]
    """The platform asked us to wait (429): nothing is sent to this workspace before then."""
    blocked_reason: Mapped[str | None]
    """Why nothing can be sent there at all (the app was removed, the token revoked); null while all is well."""
    created_at: Mapped[datetime]


class Person(TenantOwned, Base):
    """A member of the workspace that we have met: a rep, a manager, somebody in delivery."""

    __tablename__ = "people"
    __table_args__ = (UniqueConstraint("tenant_id", "external_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    external_id: Mapped[str]
    name: Mapped[str | None]
    zone: Mapped[str | None]
    """IANA zone from the platform's profile; the tenant's applies when null."""
    referral_definition: Mapped[str | None] = mapped_column(LongText)
    """What a quality referral is to this rep (M5.1), as they last worded it."""
    introduced_with: Mapped[int | None]
    """The deal whose card introduced us to this person; no foreign key, for deals refer to people."""
    hours: Mapped[str | None]
    """Their working hours (`08:30-18:00`); the workspace's when null."""
    days: Mapped[str | None]
    """Their working days (`mon tue wed`); the workspace's when null."""
    away_until: Mapped[date | None]
    """The day from which on they want to be reminded again."""
    reminded: Mapped[bool] = mapped_column(default=True)
    """False: they want no reminder at all."""
    replan_after: Mapped[int | None]
    """Their deals with a larger id are still to be planned anew, in their new hours or cadence; null when none is."""
    created_at: Mapped[datetime]


class Channel(TenantOwned, Base):
    """A channel that we were invited to, have heard a deal in, or post to."""

    __tablename__ = "channels"
    __table_args__ = (UniqueConstraint("tenant_id", "external_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    external_id: Mapped[str]
    name: Mapped[str | None]
    purpose: Mapped[str] = mapped_column(default="unset")
    """`wins`, `listen` or `excluded` as somebody has set it; `unset` until then, and its name decides."""
    keeper_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    """Who is asked about this channel's deals when nobody can tell whose they are: who invited us."""
    created_at: Mapped[datetime]

    keeper: Mapped[Person | None] = relationship()
