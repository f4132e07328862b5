"""All tables. METHOD.md's words are theirs: deal, statement, confirmation, referral agreement, recap."""

from storage.models.alignment import (
    Attestation,
    CoachedVersion,
    Confirmation,
    Recap,
    ReferralAgreement,
    Statement,
    StatementDetails,
    StatementVersion,
)
from storage.models.base import EVIDENCE, Base
from storage.models.deals import AuditEntry, Contact, Deal, DismissedShape, Sighting
from storage.models.messages import InboundEvent, OutboxRow
from storage.models.workspace import Channel, Person, Tenant

__all__ = [
    "EVIDENCE",
    "Attestation",
    "AuditEntry",
    "Base",
    "Channel",
    "CoachedVersion",
    "Confirmation",
    "Contact",
    "Deal",
    "DismissedShape",
    "InboundEvent",
    "OutboxRow",
    "Person",
    "Recap",
    "ReferralAgreement",
    "Sighting",
    "Statement",
    "StatementDetails",
    "StatementVersion",
    "Tenant",
]
