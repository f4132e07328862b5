"""What the call of a deal lacks, from its rows, and the rep's reason (M2, M3)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from handlers.method.alignment import MISSING_ACTIONS, Missing, WhyMissing, missing
from handlers.method.statements import Statement, agreed_counts
from prompts.playbook import playbook
from storage import audit_log, statements
from storage.models import Deal


def call_gaps(session: Session, deal: Deal, current: list[Statement]) -> tuple[Missing, ...]:
    """What the call lacks by now. `current` are the deal's statements."""
    reached = next((contact.name for contact in deal.contacts if contact.name), "")
    done = statements.attested(session, deal.id) & {step.rule for step in playbook().steps}
    return missing(reached, done, agreed_counts(current))


def reason_of_gaps(session: Session, deal: Deal) -> WhyMissing | None:
    """The rep's latest reason, or None."""
    entry = audit_log.latest(session, deal.id, MISSING_ACTIONS.values())
    reasons = {action: why for why, action in MISSING_ACTIONS.items()}
    return None if entry is None else reasons[entry.action]
