"""A deal, the messages that reported it, the customer's contacts, and its audit log."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.column_types import LongText
from storage.models.base import EVIDENCE, Base, index_of
from storage.models.workspace import Person
from storage.tenancy import TenantOwned


class Deal(TenantOwned, Base):
    """One customer's order and its progress in the alignment. `stage` is a stage of METHOD's life of a deal.

    Amounts are integer minor units with an ISO 4217 code; `currency` is null if no message named one.
    """

    __tablename__ = "deals"
    __table_args__ = (
        CheckConstraint("amount_minor IS NULL OR amount_minor >= 0", name="amount_not_negative"),
        CheckConstraint("(stage = 'scheduled') = (call_at IS NOT NULL)", name="a_scheduled_call_has_a_time"),
        Index(None, "tenant_id", "owner_id", "stage"),
        Index(None, "tenant_id", "stage", "closed_at"),
        index_of("ix_deals_covered", "tenant_id", "covered_by_id", "stage", only="covered_by_id IS NOT NULL"),
        Index(None, "tenant_id", "customer_key", "heard_at"),
        Index(None, "tenant_id", "heard_at"),
        Index(None, "tenant_id", "closed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    """The rep who makes the call."""
    covered_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    """Who stands in for the rep now; null if nobody does."""
    owner_known: Mapped[bool] = mapped_column(default=True)
    """False if the owner is unknown: `owner_id` is then the person who is asked whose deal it is."""
    customer: Mapped[str] = mapped_column(LongText)
    customer_key: Mapped[str]
    """The customer's name normalized for comparison: without case, accents and legal forms."""
    amount_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str | None]
    period: Mapped[str | None]
    """What the amount covers: `year`, `month`, `quarter`, `total`; null if unknown."""
    kind: Mapped[str | None]
    """`new`, `renewal`, `expansion` or `partner`; null if no message told and nobody said."""
    stage: Mapped[str]
    stage_since: Mapped[datetime]
    call_at: Mapped[datetime | None]
    """When the rep will call; set only in the stage `scheduled`."""
    snoozed_until: Mapped[datetime | None]
    """When to remind the rep of the call again; null once the stage has changed."""
    reminded: Mapped[bool] = mapped_column(default=True)
    """False if the rep turned off this deal's reminders."""
    closed_at: Mapped[datetime]
    heard_at: Mapped[datetime]
    close_date: Mapped[date | None]
    """The close date that a message names; null if none does."""
    term_months: Mapped[int | None]
    """The contract term that a message names; null if none does."""
    next_step: Mapped[str | None] = mapped_column(LongText)
    """The next step that the customer and the rep agreed on, in the rep's words (M9.1)."""
    next_step_on: Mapped[date | None]
    """The day of the next step; null if there is none, or if it has no day."""
    obstacle: Mapped[str | None] = mapped_column(LongText)
    """What could still stop it, and what is done about it (M10.3); null until the rep says."""
    value_on: Mapped[date | None]
    """The day of the customer's first result, as the rep said (M10.4); null if unknown."""
    refunded_at: Mapped[datetime | None]
    """When the rep said that the order was refunded; null if it was not."""
    helped_by: Mapped[list[str]] = mapped_column(JSON, default=list)
    """The people whom the messages name besides the rep: the platform's ids or plain names, as written."""
    split: Mapped[str | None]
    """How the team shares the win, as the rep noted it ("60/40"); read by people only, never counted."""
    record_url: Mapped[str | None] = mapped_column(LongText)
    """The deal's http(s) URL in a CRM, from a message."""
    doubt: Mapped[str | None]
    """`deleted` or `retracted` if its first message is gone and the rep has not answered yet; otherwise null."""
    sellers: Mapped[int | None]
    """How many competing sellers, at least, the customer talked to (M1.4); null until the rep says."""
    suggested: Mapped[str | None]
    """What the coach suggested to ask about when the list was one-sided (M3.1): once per deal; null until then."""
    on_the_phone: Mapped[str | None]
    """The role of the contact on this call; null until the rep says, and again once the call is done."""
    card_channel: Mapped[str | None]
    card_ts: Mapped[str | None]
    """Where the deal card is on the platform; null until it is sent."""

    owner: Mapped[Person] = relationship(lazy="joined", innerjoin=True, foreign_keys=[owner_id])
    covered_by: Mapped[Person | None] = relationship(foreign_keys=[covered_by_id])
    sightings: Mapped[list[Sighting]] = relationship(order_by="Sighting.id")
    contacts: Mapped[list[Contact]] = relationship(order_by="Contact.id")

    @property
    def current_rep(self) -> Person:
        """Who does the rep's work now, and gets the card and the reminders: the stand-in, else the rep."""
        return self.owner if self.covered_by_id is None or self.covered_by is None else self.covered_by

    @property
    def current_rep_id(self) -> int:
        """The id of `current_rep`."""
        return self.owner_id if self.covered_by_id is None else self.covered_by_id


class Sighting(TenantOwned, Base):
    """A message that reported a deal. No other message is ever stored (data rule 10).

    A message that reports several deals has a sighting of each.
    """

    __tablename__ = "sightings"
    __table_args__ = (
        UniqueConstraint("tenant_id", "channel", "message_ts", "position"),
        Index(None, "tenant_id", "channel", "seen_at"),
        Index(None, "tenant_id", "deal_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    deal_id: Mapped[int] = mapped_column(ForeignKey("deals.id"))
    channel: Mapped[str]
    message_ts: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)
    """Counts the deals of the message from 0, in the order in which they were first reported. An edit moves none."""
    author: Mapped[str | None]
    """The author's id on the platform; null for an app without one."""
    app: Mapped[str | None]
    """The name of the app that posted it, empty if it has none; null if a person posted it."""
    link: Mapped[str | None] = mapped_column(LongText)
    """The message's http(s) permalink; null once it is deleted, or if the platform gave none."""
    text: Mapped[str] = mapped_column(LongText)
    """Empty once the rep has said "not a deal" (data rule 10)."""
    read_as: Mapped[dict[str, Any]]
    """The detector's result: decision, confidence, fields, cues."""
    seen_at: Mapped[datetime]


class DismissedShape(TenantOwned, Base):
    """How often reps dismissed messages of one shape (names of cues, kind of author; never a word) as "not a deal"."""

    __tablename__ = "dismissed_shapes"
    __table_args__ = (
        CheckConstraint("count >= 0", name="count_not_negative"),
        UniqueConstraint("tenant_id", "shape"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    shape: Mapped[str] = mapped_column(LongText)
    count: Mapped[int]


class Contact(TenantOwned, Base):
    """A person at the customer. `role` is `decision_maker` or `functional_decision_maker` (M2.1)."""

    __tablename__ = "contacts"
    __table_args__ = (UniqueConstraint("deal_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    deal_id: Mapped[int] = mapped_column(ForeignKey("deals.id"), index=True)
    role: Mapped[str]
    name: Mapped[str]
    phone: Mapped[str | None]
    """As it was written, at most 40 characters; null if unknown, as the following are."""
    email: Mapped[str | None]
    channel: Mapped[str | None]
    """How they want to be reached: `phone`, `email`, `video` or `visit`."""
    zone: Mapped[str | None]
    """Their IANA time zone, as the rep said or their number tells."""
    updated_at: Mapped[datetime]


class AuditEntry(TenantOwned, Base):
    """One entry of a deal's timeline: who did what and when. Never changed."""

    __tablename__ = "audit_log"
    __table_args__ = (Index(None, "tenant_id", "deal_id"), {"info": EVIDENCE})

    id: Mapped[int] = mapped_column(primary_key=True)
    deal_id: Mapped[int | None] = mapped_column(ForeignKey("deals.id"), index=True)
    """Indexed by itself, too: the database looks for the entries of each deal that an import takes out again."""
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    """Null if FirstCall itself acted."""
    action: Mapped[str]
    detail: Mapped[dict[str, Any]]
    at: Mapped[datetime]
