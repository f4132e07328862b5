"""A deal, the messages that it was heard in, and the customer's people on it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.column_types import LongText
from storage.models.base import EVIDENCE, Base
from storage.models.workspace import Person
from storage.tenancy import TenantOwned


class Deal(TenantOwned, Base):
    """One customer's order and how far its alignment has come. `stage` is one of METHOD's life of a deal.

    Money is integer minor units with an ISO 4217 code; an amount whose currency nobody named keeps `currency` null.
    """

    __tablename__ = "deals"
    __table_args__ = (
        CheckConstraint("amount_minor IS NULL OR amount_minor >= 0", name="amount_not_negative"),
        CheckConstraint("(stage = 'scheduled') = (call_at IS NOT NULL)", name="a_scheduled_call_has_a_time"),
        Index(None, "tenant_id", "owner_id", "stage"),
        Index(None, "tenant_id", "customer_key", "heard_at"),
        Index(None, "tenant_id", "heard_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    """The rep who makes the call."""
    owner_known: Mapped[bool] = mapped_column(default=True)
    """False while nobody could tell whose deal it is: the owner is then only who is asked about that."""
    customer: Mapped[str] = mapped_column(LongText)
    customer_key: Mapped[str]
    """The customer's name folded for comparing: case, marks and legal forms do not count."""
    amount_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str | None]
    period: Mapped[str | None]
    """What the amount is for: `year`, `month`, `quarter`, `total`; null when nobody said."""
    stage: Mapped[str]
    stage_since: Mapped[datetime]
    call_at: Mapped[datetime | None]
    """When the rep will call; only while the stage is `scheduled`."""
    snoozed_until: Mapped[datetime | None]
    """When the rep wants to be reminded of the call again; null once that has changed its stage."""
    reminded: Mapped[bool] = mapped_column(default=True)
    """False: its rep wants no reminder of it."""
    closed_at: Mapped[datetime]
    heard_at: Mapped[datetime]
    close_date: Mapped[date | None]
    """The day that a message names as the close date; null when none does."""
    term_months: Mapped[int | None]
    """For how long the customer signed, as a message told it."""
    helped_by: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Whom the messages name besides the rep: the platform's ids, or plain names, as they stand there."""
    record_url: Mapped[str | None] = mapped_column(LongText)
    """Where a CRM has the deal: an http(s) address from a message."""
    doubt: Mapped[str | None]
    """`deleted` or `retracted`: the message that it was made from is gone, and its rep did not answer yet."""
    sellers: Mapped[int | None]
    """How many competing sellers the customer talked to (M1.4): at least so many; null until asked."""
    on_the_phone: Mapped[str | None]
    """The role of the contact who answers on this call; null until the rep said, and again once the call is done."""
    card_channel: Mapped[str | None]
    card_ts: Mapped[str | None]
    """Where the living card stands on the platform; null until it was sent."""

    owner: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
    sightings: Mapped[list[Sighting]] = relationship(order_by="Sighting.id")
    contacts: Mapped[list[Contact]] = relationship(order_by="Contact.id")


class Sighting(TenantOwned, Base):
    """A message that told of a deal. Only a message that is a deal is ever kept (DESIGN, data rule 10)."""

    __tablename__ = "sightings"
    __table_args__ = (UniqueConstraint("tenant_id", "channel", "message_ts"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    deal_id: Mapped[int] = mapped_column(ForeignKey("deals.id"), index=True)
    channel: Mapped[str]
    message_ts: Mapped[str]
    author: Mapped[str | None]
    """The platform's id of who wrote it; null for an app without one."""
    app: Mapped[str | None]
    """What the app that posted it calls itself, empty when it has no name; null when a person did."""
    link: Mapped[str | None] = mapped_column(LongText)
    """Where the platform shows the message: http(s); null once it was deleted, and where the platform gave none."""
    text: Mapped[str] = mapped_column(LongText)
    """Empty once the rep has said that it is no deal (DESIGN, data rule 10)."""
    read_as: Mapped[dict[str, Any]]
    """What the detector made of it: decision, confidence, fields, cues."""
    seen_at: Mapped[datetime]


class DismissedShape(TenantOwned, Base):
    """How often reps said "not a deal" to messages of one shape: names of cues, kind of author, never a word."""

    __tablename__ = "dismissed_shapes"
    __table_args__ = (
        CheckConstraint("count >= 0", name="count_not_negative"),
        UniqueConstraint("tenant_id", "shape"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    shape: Mapped[str] = mapped_column(LongText)
    count: Mapped[int]


class Contact(TenantOwned, Base):
    """Somebody at the customer. `role` is `decision_maker` or `functional_decision_maker` (M2.1)."""

    __tablename__ = "contacts"
    __table_args__ = (UniqueConstraint("deal_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    deal_id: Mapped[int] = mapped_column(ForeignKey("deals.id"), index=True)
    role: Mapped[str]
    name: Mapped[str]
    updated_at: Mapped[datetime]


class AuditEntry(TenantOwned, Base):
    """One line of a deal's timeline: who did what, when. Never changed afterwards."""

    __tablename__ = "audit_log"
    __table_args__ = (Index(None, "tenant_id", "deal_id"), {"info": EVIDENCE})

    id: Mapped[int] = mapped_column(primary_key=True)
    deal_id: Mapped[int | None] = mapped_column(ForeignKey("deals.id"))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    """Null when FirstCall itself acted."""
    action: Mapped[str]
    detail: Mapped[dict[str, Any]]
    at: Mapped[datetime]
