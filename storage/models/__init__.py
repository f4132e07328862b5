"""All tables. They use METHOD.md's terms: deal, statement, confirmation, referral agreement, recap, brief."""

from storage.models.base import EVIDENCE, Base
from storage.models.brief import Brief, Requirement
from storage.models.conversations import ConversationReference
from storage.models.deals import AuditEntry, Contact, Deal, DismissedShape, Sighting
from storage.models.drafts import Draft
from storage.models.handoff import DeliveryContact, FeasibilityAnswer, FeasibilityAsk, Handoff, HandoffReading
from storage.models.messages import InboundEvent, MessageVersion, OutboxRow
from storage.models.playbook import OwnWords, PlaybookVersion
from storage.models.promises import PromiseOutcome
from storage.models.statements import (
    Attestation,
    CoachedVersion,
    Confirmation,
    Recap,
    ReferralAgreement,
    Statement,
    StatementDetails,
    StatementVersion,
)
from storage.models.workspace import Channel, Person, Tenant

__all__ = [
    "EVIDENCE",
    "Attestation",
    "AuditEntry",
    "Base",
    "Brief",
    "Channel",
    "CoachedVersion",
    "Confirmation",
    "Contact",
    "ConversationReference",
    "Deal",
    "DeliveryContact",
    "DismissedShape",
    "Draft",
    "FeasibilityAnswer",
    "FeasibilityAsk",
    "Handoff",
    "HandoffReading",
    "InboundEvent",
    "MessageVersion",
    "OutboxRow",
    "OwnWords",
    "Person",
    "PlaybookVersion",
    "PromiseOutcome",
    "Recap",
    "ReferralAgreement",
    "Requirement",
    "Sighting",
    "Statement",
    "StatementDetails",
    "StatementVersion",
    "Tenant",
]
