"""What the rep says at the read-back about a promise that a competitor made (M1.2)."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from handlers.method.details import PromisedBy
from handlers.method.statements import Statement
from handlers.method.vagueness import reset_script, rules
from storage import statements
from storage.models import Deal


def competitor_scripts(session: Session, deal: Deal, read: Iterable[Statement]) -> dict[int, str]:
    """The script for each unsettled statement of `read` that a competitor promised, by statement id."""
    noted = statements.details(session, deal.id)
    return {
        s.id: reset_script(s.wording, deal.customer, rules())
        for s in read
        if not s.settled and s.id in noted and noted[s.id].promised_by == PromisedBy.COMPETITOR
    }
