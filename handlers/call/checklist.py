"""The call's checklist: who was reached, the four steps, and the customer's statements, one per line (M2, M3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.call.call_screens import checklist_screen, next_screen
from handlers.call.coaching import next_before_read_back
from handlers.call.contacts import DECISION_MAKER, set_contact
from handlers.call.statement_changes import Change, apply_change, require_changeable
from handlers.deal.deal_access import owned_deal
from handlers.deal.facts import statements_of
from handlers.deal.planning import advance, plan_messages
from handlers.errors import InvalidEntryError
from handlers.method.stages import CALL_TO_MAKE, Stage
from handlers.method.statement_capture import MAX_STATEMENT_LENGTH, MAX_STATEMENTS, split_statements
from handlers.method.statement_lists import reword_statement
from handlers.method.statements import Kind, Statement, active_statements
from handlers.requests import Caller, OpenedRequest, open_request
from handlers.screens.call import CallScreen
from prompts.playbook import playbook
from storage import statements
from storage.models import Deal

FIELDS = {Kind.EXPECTATION: "expectations", Kind.PRIORITY: "priorities"}
"""The form field of each list."""

SeenVersions = frozenset[tuple[int, int]]
"""The statements that a screen showed, as (id, version)."""


@dataclass(frozen=True, slots=True)
class ChecklistFilled:
    """The rep submits the checklist. Texts have one statement per line, `ticked` has rule ids of the steps.

    `seen` are the statements that the form was filled with; None if nobody else can have changed them.
    """

    caller: Caller
    deal_id: int
    reached: str
    ticked: frozenset[str]
    expectations: str
    priorities: str
    adding: frozenset[str] = frozenset()
    """The kinds whose list was too long for its field: the entries are appended to the list."""
    seen: SeenVersions | None = None


def save(session: Session, request: ChecklistFilled, now: datetime) -> CallScreen:
    """Store what was captured and go on to the coaching questions, if there are any, then to the read-back.

    Saving agrees to nothing (M4.2). If the list was changed elsewhere since the rep saw it, nothing is overwritten: the
    checklist is shown again with what was typed and what is new. Raises `InvalidEntryError` for an empty list or an
    overlong line; what was typed stays in the form.
    """
    opened = open_request(session, request.caller, now)
    deal = owned_deal(session, opened, request.deal_id)
    if opened.repeated:
        return next_screen(session, deal, now)
    require_changeable(deal)
    current = statements_of(session, deal.id)
    typed = {Kind.EXPECTATION: request.expectations, Kind.PRIORITY: request.priorities}
    wanted = current
    for kind, field in FIELDS.items():
        kept = [s.wording for s in active_statements(current, kind)] if kind in request.adding else []
        wanted = reword_statement(wanted, kind, _checked_lines(field, kept, typed[kind]))
    if not any(s.active for s in wanted):
        raise InvalidEntryError("expectations", "refusal.no_statement")
    if request.seen is not None and wanted != current:
        own = statements.versions_written(session, deal.id, opened.person.id, opened.earlier)
        newer, outdated = _changed_since_seen(current, _with_own(request.seen, own), request.adding)
        if newer or outdated:
            together = {kind: _append_lines(typed[kind], [s.wording for s in newer if s.kind is kind]) for kind in Kind}
            screen = checklist_screen(session, deal, now)
            steps = tuple(replace(step, holds=step.rule in request.ticked) for step in screen.steps)
            return replace(screen, steps=steps, typed=together, reached=request.reached)
    if request.reached.strip():  # an empty field keeps the known name (M2.1)
        set_contact(session, deal, DECISION_MAKER, request.reached, now)
    record_ticks(session, opened, deal, request.ticked, now, among=frozenset(item.rule for item in playbook().steps))
    by = opened.person.id
    apply_change(
        session, deal, current, wanted, Change("taken_off" if _only_removed(current, wanted) else "captured", by, now)
    )
    if deal.stage in CALL_TO_MAKE:
        advance(session, deal, Stage.IN_CALL, by, now)
    session.flush()
    plan_messages(session, deal, now)
    return next_before_read_back(session, deal, now)


def record_ticks(
    session: Session,
    opened: OpenedRequest,
    deal: Deal,
    ticked: frozenset[str],
    now: datetime,
    among: frozenset[str],
) -> None:
    """Record which of the steps or objectives `among` changed."""
    holds = statements.attested(session, deal.id)
    for rule in sorted(among):
        if (rule in ticked) != (rule in holds):
            statements.attest(session, deal_id=deal.id, item=rule, holds=rule in ticked, by=opened.person.id, now=now)


def _checked_lines(field: str, kept: list[str], typed: str) -> list[str]:
    found = split_statements("\n".join([*kept, typed]))
    if len(found) > MAX_STATEMENTS:
        raise InvalidEntryError(field, "refusal.too_many_statements", most=MAX_STATEMENTS, found=len(found))
    if any(len(line) > MAX_STATEMENT_LENGTH for line in found):
        raise InvalidEntryError(field, "refusal.statement_too_long", most=MAX_STATEMENT_LENGTH)
    return found


def _only_removed(current: Sequence[Statement], wanted: Sequence[Statement]) -> bool:
    """Whether the only change is that lines were removed."""
    before = {s.id: s for s in current}
    written = any(s.id not in before or s.wording != before[s.id].wording for s in wanted)
    return not written and any(s.on_list != before[s.id].on_list for s in wanted)


def _changed_since_seen(
    current: Sequence[Statement], seen: SeenVersions, adding: frozenset[str]
) -> tuple[list[Statement], SeenVersions]:
    """The current statements that the rep did not see, and the versions they saw that are outdated.

    Leaves out lists that are only appended to: nothing in them is overwritten.
    """
    listed = {(s.id, s.version): s for s in current if s.active}
    newer = [s for pair, s in listed.items() if pair not in seen and s.kind not in adding]
    left_out = {s.id for s in current if s.kind in adding}
    return newer, frozenset(pair for pair in seen if pair not in listed and pair[0] not in left_out)


def _with_own(seen: SeenVersions, own: Mapping[int, int]) -> SeenVersions:
    """What the rep saw, and what an earlier submission of the same form made of it: that was theirs, too."""
    return frozenset({**dict(seen), **own}.items())


def _append_lines(typed: str, newer: Sequence[str]) -> str:
    """What was typed, followed by the new lines that it lacks."""
    known = {line.casefold() for line in split_statements(typed)}
    return "\n".join([typed.rstrip(), *(line for line in newer if line.casefold() not in known)]).strip("\n")
