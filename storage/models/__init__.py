"""All tables. They use METHOD.md's terms: deal, statement, confirmation, referral agreement, recap, brief."""

from storage.models.announcements import Announcement, Thanks
from storage.models.base import EVIDENCE, Base
from storage.models.brief import Brief, Requirement
from storage.models.challenges import Challenge, ChallengeStep, Compliment
from storage.models.conversations import ConversationReference
from storage.models.cover import Cover
from storage.models.deal_team import DealMember, PromiseKeeper
from storage.models.deals import AuditEntry, Contact, Deal, DismissedShape, Sighting
from storage.models.drafts import Draft
from storage.models.handoff import DeliveryContact, FeasibilityAnswer, FeasibilityAsk, Handoff, HandoffReading
from storage.models.imports import ImportBatch, ImportedDeal
from storage.models.links import PersonalLink
from storage.models.messages import InboundEvent, MessageVersion, OutboxRow
from storage.models.orders import NextStep, OrderChange
from storage.models.playbook import OwnWords, PlaybookVersion
from storage.models.promises import PromiseOutcome, StatementNote
from storage.models.referrals import Referral, ReferralAsk
from storage.models.review import DealReview, SelfCheck
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
    "Announcement",
    "Attestation",
    "AuditEntry",
    "Base",
    "Brief",
    "Challenge",
    "ChallengeStep",
    "Channel",
    "CoachedVersion",
    "Compliment",
    "Confirmation",
    "Contact",
    "ConversationReference",
    "Cover",
    "Deal",
    "DealMember",
    "DealReview",
    "DeliveryContact",
    "DismissedShape",
    "Draft",
    "FeasibilityAnswer",
    "FeasibilityAsk",
    "Handoff",
    "HandoffReading",
    "ImportBatch",
    "ImportedDeal",
    "InboundEvent",
    "MessageVersion",
    "NextStep",
    "OrderChange",
    "OutboxRow",
    "OwnWords",
    "Person",
    "PersonalLink",
    "PlaybookVersion",
    "PromiseKeeper",
    "PromiseOutcome",
    "Recap",
    "Referral",
    "ReferralAgreement",
    "ReferralAsk",
    "Requirement",
    "SelfCheck",
    "Sighting",
    "Statement",
    "StatementDetails",
    "StatementNote",
    "StatementVersion",
    "Tenant",
    "Thanks",
]
