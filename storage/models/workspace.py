"""The tenant (one Slack workspace or Entra tenant), its people and its channels."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.column_types import LongText
from storage.models.base import Base
from storage.tenancy import TenantOwned


class Tenant(Base):
    """One workspace. `platform` is `slack` or `teams`, `external_id` is the platform's id."""

    __tablename__ = "tenants"
    __table_args__ = (UniqueConstraint("platform", "external_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    platform: Mapped[str]
    external_id: Mapped[str]
    name: Mapped[str | None]
    zone: Mapped[str] = mapped_column(default="UTC")
    """IANA time zone for the team's calendar, and for people without one of their own."""
    referral_definition: Mapped[str | None] = mapped_column(LongText)
    """The team's definition of a quality referral, as a rep last worded it."""
    locale: Mapped[str] = mapped_column(default="en")
    cadence: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """The workspace's overrides of `prompts/locales/<locale>/cadence.toml`: some of its tables."""
    trade: Mapped[str | None]
    """The trade whose talk track its reps get (`trades` of the playbook); null for none in particular."""
    paused_until: Mapped[datetime | None]
    """The platform rate-limited the app (429): nothing is sent to this workspace before then."""
    blocked_reason: Mapped[str | None]
    """Why nothing can be sent to the workspace (the app was removed, the token was revoked); null if it can."""
    created_at: Mapped[datetime]


class Person(TenantOwned, Base):
    """A known member of the workspace: a rep, a manager, somebody in delivery."""

    __tablename__ = "people"
    __table_args__ = (UniqueConstraint("tenant_id", "external_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    external_id: Mapped[str]
    name: Mapped[str | None]
    zone: Mapped[str | None]
    """IANA time zone from the platform's profile; if null, the tenant's applies."""
    locale: Mapped[str | None]
    """The locale from the platform's profile, as Babel writes it (`en_GB`); null if the platform never said."""
    referral_definition: Mapped[str | None] = mapped_column(LongText)
    """The rep's definition of a quality referral (M5.1), as they last worded it."""
    introduced_with: Mapped[int | None]
    """The deal whose card introduced the bot to this person; not a foreign key, because deals refer to people."""
    hours: Mapped[str | None]
    """Their working hours (`08:30-18:00`); if null, the workspace's apply."""
    days: Mapped[str | None]
    """Their working days (`mon tue wed`); if null, the workspace's apply."""
    away_until: Mapped[date | None]
    """The first day on which they want reminders again."""
    reminded: Mapped[bool] = mapped_column(default=True)
    """False if they turned off all reminders."""
    reminder_profile: Mapped[str | None]
    """`light`, `standard` or `active`: how many reminders they want; null until they choose, which is standard."""
    self_checked: Mapped[bool] = mapped_column(default=True)
    """False if they turned off the monthly self-check."""
    quiet_until: Mapped[datetime | None]
    """Until when their platform says that they take no messages (a vacation, do not disturb), if it says so."""
    left_at: Mapped[datetime | None]
    """When their account was found to be deactivated; null while it is active."""
    replan_after: Mapped[int | None]
    """Deals with a larger id must still be planned again with the new hours or cadence; null if there are none."""
    created_at: Mapped[datetime]


class Channel(TenantOwned, Base):
    """A channel that the bot was invited to, found a deal in, or posts to."""

    __tablename__ = "channels"
    __table_args__ = (
        UniqueConstraint("tenant_id", "external_id"),
        CheckConstraint("summary_span IN ('day', 'week', 'month')", name="summary_span"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    external_id: Mapped[str]
    name: Mapped[str | None]
    purpose: Mapped[str] = mapped_column(default="unset")
    """`wins`, `listen` or `excluded` once somebody has set it; `unset` before, and then its name decides."""
    shared_externally: Mapped[bool] = mapped_column(default=False)
    """Whether people of another company read it, as the platform last said."""
    external_wins: Mapped[bool] = mapped_column(default=False)
    """Whether an admin has allowed wins there, knowing that people of another company read them."""
    trade: Mapped[str | None]
    """The trade of the team whose wins are posted here; null for the workspace's."""
    keeper_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    """The person who invited the bot; asked about this channel's deals whose owner is unknown."""
    blocked_reason: Mapped[str | None]
    """Why nothing can be posted there: `archived`, `deleted` or `left` (the bot was removed); null if it can."""
    summary_span: Mapped[str | None]
    """How often its win summary is posted: `day`, `week` or `month`; null until somebody says, which is weekly."""
    summary_day: Mapped[int | None]
    """The weekday (0 is Monday) of a weekly summary, the day (1 to 28) of a monthly one; null for the first."""
    summary_hour: Mapped[int | None]
    """The hour (0 to 23) at which it is posted; null for 9."""
    summary_zone: Mapped[str | None]
    """The IANA zone of that hour and of the days that it covers; null for the workspace's."""
    created_at: Mapped[datetime]

    keeper: Mapped[Person | None] = relationship()
