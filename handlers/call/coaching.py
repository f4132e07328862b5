"""Before the read-back: suggests once how a statement could become measurable; the rep decides (M1.2, M3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.call.call_screens import next_screen
from handlers.call.statement_changes import (
    Change,
    apply_change,
    check_lists,
    checked_wording,
    details_of,
    require_changeable,
)
from handlers.deal.facts import facts, owned_deal, statements_of
from handlers.method.coaching_advice import Advice, advice, worst_first
from handlers.method.details import Details, PromisedBy, Source
from handlers.method.statement_lists import move_statement
from handlers.method.statements import Kind, Statement, in_reading_order
from handlers.method.vagueness import Reason, reset_script, rules
from handlers.requests import Caller, OpenedRequest, open_request
from handlers.screens.call import CallScreen, CoachedStatement, CoachingScreen
from storage import statements
from storage.models import CoachedVersion, Deal

FIELD_PREFIX = "wording_"
"""The prefix of the field names; the statement's id follows."""
MOST_ASKED = 4
"""Questions per screen, the worst statements first. More would not fit a phone."""


@dataclass(frozen=True, slots=True)
class CoachingAnswered:
    """The rep goes on to the read-back. `seen` has the version of each statement, `wordings` what its field says."""

    caller: Caller
    deal_id: int
    seen: Mapping[int, int]
    wordings: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class CoachingRequest:
    """The rep accepts a suggestion for one statement of the screen; `wordings` is what the fields contain so far."""

    caller: Caller
    deal_id: int
    statement_id: int
    seen: Mapping[int, int]
    wordings: Mapping[int, str]


def next_before_read_back(session: Session, deal: Deal, now: datetime) -> CallScreen:
    """The coaching screen if there are new questions about statements to read back, else the next step.

    Each version is asked about once; settled statements are not asked about.
    """
    current = statements_of(session, deal.id)
    known = statements.coached(session, deal.id)
    details = details_of(session, deal.id)
    found = [
        (statement, hint)
        for statement in in_reading_order(current)
        if not statement.settled and (statement.id, statement.version) not in known
        if (hint := advice(statement, details.get(statement.id, Details()), rules())) is not None
    ]
    if not found:
        return next_screen(session, deal, now, current)
    return CoachingScreen(
        facts(deal), tuple(_coached_statement(deal, s, hint, s.wording) for s, hint in worst_first(found)[:MOST_ASKED])
    )


def save(session: Session, request: CoachingAnswered, now: datetime) -> CallScreen:
    """Store the changed wordings, record that the others were asked about, and go on to the read-back.

    If a statement was changed elsewhere in the meantime, nothing is overwritten: the screen is shown again with what
    was typed. Raises `InvalidEntryError` for a wording that is empty, overlong, or on the list already.
    """
    opened = open_request(session, request.caller, now)
    deal = require_changeable(owned_deal(session, opened, request.deal_id))
    current = statements_of(session, deal.id)
    if opened.repeated:
        return next_screen(session, deal, now, current)
    seen = request.seen
    if opened.earlier:  # what this form made of them before was theirs, too
        own = statements.versions_written(session, deal.id, opened.person.id, opened.earlier)
        seen = {each: own.get(each, version) for each, version in seen.items()}
    shown = _statements_shown(current, seen)
    if any(s.version != seen[s.id] for s in shown):
        return _same_screen(session, deal, seen, request.wordings, changed=True)
    sharpened: dict[int, str] = {}
    for statement in shown:
        wording = checked_wording(field_name(statement.id), request.wordings.get(statement.id, statement.wording))
        if wording != statement.wording:
            sharpened[statement.id] = wording
    wanted = [replace(s, wording=sharpened[s.id], target=None) if s.id in sharpened else s for s in current]
    if sharpened:
        check_lists(field_name(next(iter(sharpened))), wanted)
    for statement in shown:
        _record_coached(session, opened, deal, statement, "sharpened" if statement.id in sharpened else "kept", now)
    apply_change(session, deal, current, wanted, Change("sharpened", opened.person.id, now))
    return next_screen(session, deal, now)


def move_to_other_list(session: Session, request: CoachingRequest, now: datetime) -> CallScreen:
    """Move the statement to the suggested list; its new version is read back there."""
    return _resolve(session, request, now, "moved")


def keep_as_said(session: Session, request: CoachingRequest, now: datetime) -> CallScreen:
    """The customer said it in these words: record that and keep the wording (M3.4)."""
    return _resolve(session, request, now, "said_so")


def mark_competitor(session: Session, request: CoachingRequest, now: datetime) -> CallScreen:
    """A competitor promised it: record that, so that the rep resets it on the call (M1.2)."""
    return _resolve(session, request, now, "competitor")


def field_name(statement_id: int) -> str:
    """The name of the field that holds a statement's wording."""
    return f"{FIELD_PREFIX}{statement_id}"


def _resolve(session: Session, request: CoachingRequest, now: datetime, answer: str) -> CallScreen:
    opened = open_request(session, request.caller, now)
    deal = require_changeable(owned_deal(session, opened, request.deal_id))
    current = statements_of(session, deal.id)
    statement = next((s for s in _statements_shown(current, request.seen) if s.id == request.statement_id), None)
    stale = statement is None or statement.version != request.seen[statement.id]
    if opened.repeated or statement is None or stale:
        return _same_screen(session, deal, request.seen, request.wordings, changed=stale and not opened.repeated)
    hint = advice(statement, details_of(session, deal.id).get(statement.id, Details()), rules())
    wanted, noted = current, {}
    if answer == "moved" and hint is not None and hint.other_list is not None:
        wanted = move_statement(current, statement.id, hint.other_list)
        check_lists(field_name(statement.id), wanted)
    elif answer != "moved":
        before = details_of(session, deal.id).get(statement.id, Details())
        by_competitor = replace(before, source=Source.CUSTOMER, promised_by=PromisedBy.COMPETITOR)
        noted = {statement.id: replace(before, source=Source.CUSTOMER) if answer == "said_so" else by_competitor}
    _record_coached(session, opened, deal, statement, answer, now)
    apply_change(session, deal, current, wanted, Change(_ACTIONS[answer], opened.person.id, now), noted=noted)
    versions = {s.id: s.version for s in statements_of(session, deal.id)}
    seen = {each: versions[each] if each == statement.id else version for each, version in request.seen.items()}
    return _same_screen(session, deal, seen, request.wordings)


_ACTIONS = {"moved": "moved", "said_so": "noted", "competitor": "noted"}
"""The audit log's action for each answer."""


def _same_screen(
    session: Session, deal: Deal, seen: Mapping[int, int], wordings: Mapping[int, str], *, changed: bool = False
) -> CoachingScreen:
    """The same screen with the current statements and what was typed."""
    details = details_of(session, deal.id)
    asked: list[CoachedStatement] = []
    done: list[Statement] = []
    for statement in _statements_shown(statements_of(session, deal.id), seen):
        hint = advice(statement, details.get(statement.id, Details()), rules())
        typed = wordings.get(statement.id, statement.wording)
        if hint is None and typed == statement.wording:
            done.append(statement)
        else:
            asked.append(_coached_statement(deal, statement, hint or Advice(None, None), typed))
    return CoachingScreen(facts(deal), tuple(asked), tuple(done), changed)


def _statements_shown(current: Sequence[Statement], seen: Mapping[int, int]) -> list[Statement]:
    """The statements of the screen that still stand, in the screen's order."""
    known = {s.id: s for s in current if s.active}
    return [known[statement_id] for statement_id in seen if statement_id in known]


def _coached_statement(deal: Deal, statement: Statement, hint: Advice, typed: str) -> CoachedStatement:
    competitor = hint.coaching is not None and hint.coaching.reason is Reason.COMPETITOR
    return CoachedStatement(
        statement=statement,
        reason=None if hint.coaching is None else hint.coaching.reason,
        question=None if hint.coaching is None else hint.coaching.sentence,
        script=reset_script(statement.wording, deal.customer, rules()) if competitor else None,
        other_list=hint.other_list,
        suggestion=_suggestion(hint.other_list),
        typed=typed,
    )


def _suggestion(other: Kind | None) -> str | None:
    sentences = rules().book.sentences
    return other and {Kind.EXPECTATION: sentences.to_expectation, Kind.PRIORITY: sentences.to_priority}[other]


def _sentences(hint: Advice) -> list[str]:
    """What the rep was shown."""
    return [each for each in (hint.coaching and hint.coaching.sentence, _suggestion(hint.other_list)) if each]


def _record_coached(
    session: Session, opened: OpenedRequest, deal: Deal, statement: Statement, answer: str, now: datetime
) -> None:
    """Record what was asked about this version, so that it is not asked again."""
    if (statement.id, statement.version) in statements.coached(session, deal.id):
        return
    hint = advice(statement, details_of(session, deal.id).get(statement.id, Details()), rules())
    session.add(
        CoachedVersion(
            statement_id=statement.id,
            version=statement.version,
            question="" if hint is None else " ".join(_sentences(hint)),
            answer=answer,
            answered_by=opened.person.id,
            at=now,
        )
    )
    session.flush()
