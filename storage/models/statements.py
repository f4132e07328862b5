"""The results of the call: statements and their versions, the customer's answer to each, and what followed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.column_types import LongText
from storage.models.base import EVIDENCE, Base
from storage.tenancy import TenantOwned


class Statement(TenantOwned, Base):
    """An expectation of the sale or a priority of the product (M3). Its content is in its versions."""

    __tablename__ = "statements"

    id: Mapped[int] = mapped_column(primary_key=True)
    deal_id: Mapped[int] = mapped_column(ForeignKey("deals.id"), index=True)
    current_version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]

    versions: Mapped[list[StatementVersion]] = relationship(order_by="StatementVersion.version")
    confirmations: Mapped[list[Confirmation]] = relationship(order_by="Confirmation.id")


class StatementVersion(TenantOwned, Base):
    """The content of a statement. Any change is a new version, which the customer must agree to again (M4.3).

    `position` is its place in the read-back; for a priority, its rank.
    """

    __tablename__ = "statement_versions"
    __table_args__ = (
        UniqueConstraint("statement_id", "version"),
        CheckConstraint("kind IN ('expectation', 'priority')", name="kind"),
        {"info": EVIDENCE},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("statements.id"))
    version: Mapped[int]
    kind: Mapped[str]
    wording: Mapped[str] = mapped_column(LongText)
    position: Mapped[int]
    target: Mapped[str | None] = mapped_column(LongText)
    """What makes it measurable, in the rep's words (M3.5); null if the wording itself says it."""
    baseline: Mapped[str | None] = mapped_column(LongText)
    """Today's value beside the target, in the rep's words (M10.7); null if unknown."""
    measures: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """The measures found in the target, or else in the wording: `handlers.method.measure.Measure` as JSON."""
    on_list: Mapped[bool]
    """False if this version takes the statement off the list. The customer said nothing."""
    written_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]


class StatementDetails(TenantOwned, Base):
    """The rep's notes on a statement. The newest row counts; no agreement depends on it (M4.3)."""

    __tablename__ = "statement_details"
    __table_args__ = (
        CheckConstraint("owner IN ('rep', 'delivery', 'customer')", name="owner"),
        CheckConstraint("source IN ('customer', 'assumption')", name="source"),
        CheckConstraint("promised_by IN ('us', 'competitor')", name="promised_by"),
        {"info": EVIDENCE},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("statements.id"), index=True)
    category: Mapped[str | None]
    """One of the coach's topics, or the rep's own word."""
    owner: Mapped[str | None]
    """Who has to keep it; null if unknown."""
    source: Mapped[str | None]
    """The customer's own words, or the rep's assumption (M3.4); null if unknown."""
    promised_by: Mapped[str]
    """Whose promise it was. A competitor's promise has to be reset (M1.2)."""
    written_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]


class CoachedVersion(TenantOwned, Base):
    """The coach's question about one version of a statement, and the rep's answer. It is never asked again."""

    __tablename__ = "coached_versions"
    __table_args__ = (
        UniqueConstraint("statement_id", "version"),
        CheckConstraint("answer IN ('kept', 'sharpened', 'moved', 'said_so', 'competitor')", name="answer"),
        {"info": EVIDENCE},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("statements.id"))
    version: Mapped[int]
    question: Mapped[str] = mapped_column(LongText)
    """The question as the rep read it."""
    answer: Mapped[str]
    answered_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]


class Confirmation(TenantOwned, Base):
    """The customer's answer to one version: `agreed`, `corrected` or `withdrawn` (M4.2). Evidence: append-only."""

    __tablename__ = "confirmations"
    __table_args__ = (
        CheckConstraint("said IN ('agreed', 'corrected', 'withdrawn')", name="said"),
        CheckConstraint("manner IN ('each', 'read_all')", name="manner"),
        {"info": EVIDENCE},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("statements.id"), index=True)
    version: Mapped[int]
    said: Mapped[str]
    contact: Mapped[str | None]
    """The name of the customer's contact who said it, as known at that time."""
    manner: Mapped[str]
    """`each`: recorded for this statement alone. `read_all`: recorded at once for all statements just read aloud."""
    recorded_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]


class Attestation(TenantOwned, Base):
    """The rep ticks or unticks a step or an objective of the call (`item` is its rule: `M2.1` ... `M2.c`)."""

    __tablename__ = "attestations"
    __table_args__ = ({"info": EVIDENCE},)

    id: Mapped[int] = mapped_column(primary_key=True)
    deal_id: Mapped[int] = mapped_column(ForeignKey("deals.id"), index=True)
    item: Mapped[str]
    holds: Mapped[bool]
    attested_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]


class ReferralAgreement(TenantOwned, Base):
    """The customer's answer to the referral ask (M5.1): `agreed`, `not_now` or `declined`. The newest counts."""

    __tablename__ = "referral_agreements"
    __table_args__ = (
        CheckConstraint("outcome IN ('agreed', 'not_now', 'declined')", name="outcome"),
        {"info": EVIDENCE},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    deal_id: Mapped[int] = mapped_column(ForeignKey("deals.id"), index=True)
    outcome: Mapped[str]
    number: Mapped[int]
    definition: Mapped[str] = mapped_column(LongText)
    expectations: Mapped[int]
    priorities: Mapped[int]
    """The number of agreed statements of each kind at the time of the answer."""
    recorded_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]


class Recap(TenantOwned, Base):
    """A version of the recap mail (M6). The rep sends it from their own mailbox; `sent_at` is when they said so."""

    __tablename__ = "recaps"
    __table_args__ = (UniqueConstraint("deal_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    deal_id: Mapped[int] = mapped_column(ForeignKey("deals.id"), index=True)
    version: Mapped[int]
    body: Mapped[str] = mapped_column(LongText)
    written_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
