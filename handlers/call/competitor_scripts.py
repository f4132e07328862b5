"""Promises that a competitor made: which of a deal's statements they are, and what the rep says about them (M1.2)."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from handlers.method.competitor_promise import Parties, competitors_named, reset_script
from handlers.method.details import PromisedBy
from handlers.method.statements import Statement
from handlers.method.vagueness import rules
from storage import briefs, statements
from storage.models import Deal, Tenant


def parties(session: Session, deal: Deal) -> Parties:
    """The names known of a deal: the competitors that its posts and its brief name, and everybody who is none."""
    tenant = session.get_one(Tenant, deal.tenant_id)
    people = [contact.name for contact in deal.contacts]
    names = (deal.customer, *people, deal.owner.name, deal.current_rep.name, tenant.name, *deal.helped_by)
    own = Parties(own=tuple(name for name in names if name))
    brief = briefs.latest(session, deal.id)
    texts = [sighting.text for sighting in deal.sightings]
    if brief is not None:
        texts += [brief.elephant, brief.notes, *(each.commitment or each.need for each in brief.requirements)]
    named = (name for text in texts for name in competitors_named(text, rules().competitors, own))
    return Parties(tuple(dict.fromkeys(named)), own.own)


def promised_by_competitor(session: Session, deal_id: int) -> frozenset[int]:
    """The ids of the statements that are marked as a competitor's promise. Nobody can agree to them."""
    noted = statements.details(session, deal_id)
    return frozenset(each for each, details in noted.items() if details.promised_by == PromisedBy.COMPETITOR)


def competitor_scripts(session: Session, deal: Deal, read: Iterable[Statement]) -> dict[int, str]:
    """The script for each unsettled statement of `read` that a competitor promised, by statement id."""
    theirs = [s for s in read if not s.settled and s.id in promised_by_competitor(session, deal.id)]
    known = parties(session, deal) if theirs else Parties()
    return {s.id: reset_script(s.wording, deal.customer, rules().competitors, known) for s in theirs}
