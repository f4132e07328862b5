"""What was said on the call: statements with their versions, the customer's word on each, and what followed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.column_types import LongText
from storage.models.base import EVIDENCE, Base
from storage.tenancy import TenantOwned


class Statement(TenantOwned, Base):
    """An expectation of the sale or a priority of the product (M3). What it says lives in its versions."""

    __tablename__ = "statements"

    id: Mapped[int] = mapped_column(primary_key=True)
    deal_id: Mapped[int] = mapped_column(ForeignKey("deals.id"), index=True)
    current_version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]

    versions: Mapped[list[StatementVersion]] = relationship(order_by="StatementVersion.version")
    confirmations: Mapped[list[Confirmation]] = relationship(order_by="Confirmation.id")


class StatementVersion(TenantOwned, Base):
    """What a statement says, as it is read back: a change of any of it is a new version, to be agreed to anew (M4.3).

    `position` is its place in the read-back; for a priority its rank.
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
    """What makes it measurable in the rep's words (M3.5); null: what the wording itself says."""
    measures: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """What could be read from the target, else from the wording: `handlers.method.measure.Measure`, as JSON."""
    on_list: Mapped[bool]
    """False: with this version the rep took it off the list. The customer said nothing."""
    written_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]


class StatementDetails(TenantOwned, Base):
    """What the rep notes beside a statement. The newest row counts; no agreement depends on it (M4.3)."""

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
    """A topic of the coach, or the rep's own word."""
    owner: Mapped[str | None]
    """Who has to keep it; null while nobody said."""
    source: Mapped[str | None]
    """The customer's own words, or what the rep assumes (M3.4); null while nobody said."""
    promised_by: Mapped[str]
    """Whose promise it was: what a competitor promised has to be reset (M1.2)."""
    written_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]


class CoachedVersion(TenantOwned, Base):
    """What the coach asked about one version of a statement, and what the rep did with it. It is not asked again."""

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
    """What the rep read."""
    answer: Mapped[str]
    answered_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]


class Confirmation(TenantOwned, Base):
    """What the customer said to one version: `agreed`, `corrected` or `withdrawn` (M4.2). Evidence: only ever added."""

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
    """The name of who said it at the customer, as it was known then."""
    manner: Mapped[str]
    """`each`: recorded for this statement by itself. `read_all`: by one act for all that had just been read aloud."""
    recorded_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]


class Attestation(TenantOwned, Base):
    """The rep ticks, or takes back, a step or an objective of the call (`item` is its rule: `M2.1` ... `M2.c`)."""

    __tablename__ = "attestations"
    __table_args__ = ({"info": EVIDENCE},)

    id: Mapped[int] = mapped_column(primary_key=True)
    deal_id: Mapped[int] = mapped_column(ForeignKey("deals.id"), index=True)
    item: Mapped[str]
    holds: Mapped[bool]
    attested_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]


class ReferralAgreement(TenantOwned, Base):
    """What the customer answered to the referral ask (M5.1): `agreed`, `not_now` or `declined`. The newest counts."""

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
    """How many agreed statements of each kind the promise was given for."""
    recorded_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]


class Recap(TenantOwned, Base):
    """A version of the recap mail (M6). The rep sends it from their own mail; `sent_at` is when they said so."""

    __tablename__ = "recaps"
    __table_args__ = (UniqueConstraint("deal_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    deal_id: Mapped[int] = mapped_column(ForeignKey("deals.id"), index=True)
    version: Mapped[int]
    body: Mapped[str] = mapped_column(LongText)
    written_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
