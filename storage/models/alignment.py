"""What was said on the call: statements with their versions, the customer's word on each, and what followed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.models.base import EVIDENCE, Base
from storage.tenancy import TenantOwned
from storage.texts import LongText


class Statement(TenantOwned, Base):
    """An expectation of the sale or a priority of the product (M3). Its words live in its versions."""

    __tablename__ = "statements"
    __table_args__ = (CheckConstraint("kind IN ('expectation', 'priority')", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    deal_id: Mapped[int] = mapped_column(ForeignKey("deals.id"), index=True)
    kind: Mapped[str]
    current_version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]

    versions: Mapped[list[StatementVersion]] = relationship(order_by="StatementVersion.version")
    confirmations: Mapped[list[Confirmation]] = relationship(order_by="Confirmation.id")


class StatementVersion(TenantOwned, Base):
    """One wording and place of a statement. `position` is its place in the read-back; for a priority its rank."""

    __tablename__ = "statement_versions"
    __table_args__ = (UniqueConstraint("statement_id", "version"), {"info": EVIDENCE})

    id: Mapped[int] = mapped_column(primary_key=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("statements.id"))
    version: Mapped[int]
    wording: Mapped[str] = mapped_column(LongText)
    position: Mapped[int]
    written_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
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
