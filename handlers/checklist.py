"""The call's checklist: who was reached, the four steps, and the customer's statements (M2, M3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.arrival import Arrival, Caller, arrive
from handlers.call_screens import next_screen
from handlers.contacts import DECISION_MAKER, put_name
from handlers.deal_facts import owned, statements_of
from handlers.errors import InvalidEntryError, NotNowError
from handlers.method.capture import Added, Changed, edits, lines
from handlers.method.stages import ALIGNED_OR_LATER, CALL_UNDER_WAY, Stage
from handlers.method.statements import Kind, Said, Statement, standing
from handlers.planning import advance, plan
from handlers.screens import CallScreen
from prompts.playbook import playbook
from storage import journal, statements
from storage.models import Deal

LONGEST_STATEMENT = 1000
MOST_STATEMENTS = 20
"""Of each kind. A customer has several, nobody has forty; and a screen has an end."""


@dataclass(frozen=True, slots=True)
class ChecklistFilled:
    """The rep submits the checklist. Texts hold one statement a line, `ticked` rule ids of steps."""

    caller: Caller
    deal_id: int
    reached: str
    ticked: frozenset[str]
    expectations: str
    priorities: str
    adding: frozenset[str] = frozenset()
    """The kinds whose list was too long for its field: what was entered is added to it."""


def save(session: Session, request: ChecklistFilled, now: datetime) -> CallScreen:
    """Keep what was captured and go on to the read-back. Nothing is agreed by it (M4.2).

    Raises `InvalidEntryError` for an empty list or an overlong line; what was typed stays on the screen.
    """
    arrival = arrive(session, request.caller, now)
    deal = owned(session, arrival, request.deal_id)
    if arrival.repeated:
        return next_screen(session, deal, now)
    if deal.stage not in CALL_UNDER_WAY | ALIGNED_OR_LATER:
        raise NotNowError("refusal.not_at_this_stage", customer=deal.customer)
    current = statements_of(session, deal.id)
    kept = {k: [s.wording for s in standing(current, k)] if k in request.adding else [] for k in Kind}
    wanted = {
        Kind.EXPECTATION: _checked("expectations", kept[Kind.EXPECTATION], request.expectations),
        Kind.PRIORITY: _checked("priorities", kept[Kind.PRIORITY], request.priorities),
    }
    if not any(wanted.values()):
        raise InvalidEntryError("expectations", "refusal.no_statement")
    if request.reached.strip():  # an empty field leaves the known name (M2.1)
        put_name(session, deal, DECISION_MAKER, request.reached, now)
    note_ticks(session, arrival, deal, request.ticked, now, among=frozenset(item.rule for item in playbook().steps))
    changed = sum(_rewrite(session, arrival, deal, kind, wanted[kind], current, now) for kind in Kind)
    if deal.stage != Stage.IN_CALL and (changed or deal.stage in CALL_UNDER_WAY):
        advance(session, deal, Stage.IN_CALL, arrival.person.id, now)
    if changed:
        journal.write_down(session, deal.id, arrival.person.id, "captured", now, changed=changed)
    session.flush()
    plan(session, deal, now)
    return next_screen(session, deal, now)


def note_ticks(
    session: Session,
    arrival: Arrival,
    deal: Deal,
    ticked: frozenset[str],
    now: datetime,
    among: frozenset[str],
) -> None:
    """Record which steps or objectives changed, of those `among` which the screen let choose."""
    holds = statements.attested(session, deal.id)
    for rule in sorted(among):
        if (rule in ticked) != (rule in holds):
            statements.attest(session, deal_id=deal.id, item=rule, holds=rule in ticked, by=arrival.person.id, now=now)


def _checked(field: str, kept: list[str], typed: str) -> list[str]:
    found = lines("\n".join([*kept, typed]))
    if len(found) > MOST_STATEMENTS:
        raise InvalidEntryError(field, "refusal.too_many_statements", most=MOST_STATEMENTS, found=len(found))
    if any(len(line) > LONGEST_STATEMENT for line in found):
        raise InvalidEntryError(field, "refusal.statement_too_long", most=LONGEST_STATEMENT)
    return found


def _rewrite(
    session: Session,
    arrival: Arrival,
    deal: Deal,
    kind: Kind,
    wordings: list[str],
    current: list[Statement],
    now: datetime,
) -> int:
    """Make the list of a kind read `wordings`; returns how many statements changed."""
    by = arrival.person.id
    versions = {s.id: s.version for s in current}
    changes = edits(kind, wordings, current)
    for change in changes:
        if isinstance(change, Added):
            statements.add(
                session,
                deal_id=deal.id,
                kind=kind,
                wording=change.wording,
                position=change.position,
                by=by,
                now=now,
            )
        elif isinstance(change, Changed):
            statements.revise(
                session,
                statement_id=change.id,
                wording=change.wording,
                position=change.position,
                by=by,
                now=now,
            )
        else:
            statements.confirm(
                session,
                statement_id=change.id,
                version=versions[change.id],
                said=Said.WITHDRAWN,
                contact=None,
                by=by,
                now=now,
            )
    return len(changes)
