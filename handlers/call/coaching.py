"""Before the read-back: asks in rounds how each statement could become measurable; the rep decides (M1.2, M3)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.call.call_screens import next_screen
from handlers.call.competitor_scripts import parties
from handlers.call.statement_changes import (
    Change,
    apply_change,
    check_lists,
    checked_wording,
    details_of,
    require_changeable,
)
from handlers.deal.deal_access import owned_deal
from handlers.deal.facts import facts, statements_of
from handlers.errors import InvalidEntryError
from handlers.method.coaching_advice import Advice, advice, missing_subject, worst_first
from handlers.method.competitor_promise import Parties, reset_script
from handlers.method.details import Details, PromisedBy, Source
from handlers.method.statement_capture import normalize_statement
from handlers.method.statement_lists import move_statement
from handlers.method.statements import Kind, Statement, in_reading_order
from handlers.method.vagueness import Reason, rules
from handlers.requests import Caller, OpenedRequest, open_request
from handlers.screens.call import CallScreen, CoachedStatement, CoachingScreen, ReadBackScreen
from storage import statements
from storage.models import CoachedVersion, Deal

FIELD_PREFIX = "wording_"
"""The prefix of the field names; the statement's id follows."""
BASELINE_PREFIX = "today_"
"""The same for the fields of today's values."""
LONGEST_BASELINE = 150
MOST_ASKED = 4
"""Questions per round, the worst statements first. More would not fit a phone."""


@dataclass(frozen=True, slots=True)
class CoachingAnswered:
    """The rep goes on. `seen` has the version of each statement, `wordings` and `baselines` what its fields say.

    `later`: what is not on this screen stays as it is.
    """

    caller: Caller
    deal_id: int
    seen: Mapping[int, int]
    wordings: Mapping[int, str]
    baselines: Mapping[int, str] = field(default_factory=dict)
    later: bool = False


@dataclass(frozen=True, slots=True)
class CoachingRequest:
    """The rep accepts a suggestion for one statement of the screen; the rest is what the fields contain so far."""

    caller: Caller
    deal_id: int
    statement_id: int
    seen: Mapping[int, int]
    wordings: Mapping[int, str]
    baselines: Mapping[int, str] = field(default_factory=dict)


def next_before_read_back(session: Session, deal: Deal, now: datetime) -> CallScreen:
    """The first round of questions if there are new ones about statements to read back, else the next step.

    Each version is asked about once; settled statements are not asked about.
    """
    found = _questions(session, deal)
    return _round(session, deal, found) if found else _to_read_back(session, deal, now)


def save(session: Session, request: CoachingAnswered, now: datetime) -> CallScreen:
    """Store what was changed, record that the others were asked about, and go on to the next round or the read-back.

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
        return _same_screen(session, deal, seen, request.wordings, request.baselines, changed=True)
    sharpened: dict[int, Statement] = {}
    for statement in shown:
        typed = request.wordings.get(statement.id, statement.wording)
        if request.later and not typed.strip():
            typed = statement.wording  # a button works while a field is empty
        wording = checked_wording(field_name(statement.id), typed)
        baseline = _checked_baseline(statement.id, request.baselines.get(statement.id, "")) or statement.baseline
        if (wording, baseline) != (statement.wording, statement.baseline):
            target = statement.target if wording == statement.wording else None
            sharpened[statement.id] = replace(statement, wording=wording, target=target, baseline=baseline)
    wanted = [sharpened.get(s.id, s) for s in current]
    if sharpened:
        check_lists(field_name(next(iter(sharpened))), wanted)
    for statement in shown:
        _record_coached(session, opened, deal, statement, "sharpened" if statement.id in sharpened else "kept", now)
    apply_change(session, deal, current, wanted, Change("sharpened", opened.person.id, now))
    rest = [
        (s, hint) for s, hint in _questions(session, deal) if _is_new(s, hint, statements.coached(session, deal.id))
    ]
    return (
        _to_read_back(session, deal, now, kept=len(rest)) if request.later or not rest else _round(session, deal, rest)
    )


def _questions(session: Session, deal: Deal) -> list[tuple[Statement, Advice]]:
    """The statements to ask about, the worst first."""
    coached, details = statements.coached(session, deal.id), details_of(session, deal.id)
    named = parties(session, deal)
    return worst_first(
        (statement, hint)
        for statement in in_reading_order(statements_of(session, deal.id))
        if not statement.settled and (statement.id, statement.version) not in coached
        if (hint := advice(statement, details.get(statement.id, Details()), rules(), named)) is not None
    )


def _is_new(statement: Statement, hint: Advice, coached: Collection[tuple[int, int]]) -> bool:
    """Whether to ask in the next round. What the rep has just sharpened is only asked for today's value (M10.7)."""
    return (hint.baseline and hint.coaching is None) or all(each != statement.id for each, _ in coached)


def _round(session: Session, deal: Deal, found: Sequence[tuple[Statement, Advice]]) -> CoachingScreen:
    named = parties(session, deal)
    asked = tuple(_coached_statement(deal, s, hint, s.wording, named) for s, hint in found[:MOST_ASKED])
    return CoachingScreen(facts(deal), asked, more=len(found) - len(asked))


def _to_read_back(session: Session, deal: Deal, now: datetime, *, kept: int = 0) -> CallScreen:
    """The next step, with what a one-sided list lacks, if the coach has not said anything like it on this deal yet."""
    current = statements_of(session, deal.id)
    screen = next_screen(session, deal, now, current)
    if not isinstance(screen, ReadBackScreen):
        return screen
    missing = missing_subject(current, rules()) if deal.suggested is None else None
    if missing is None:
        return replace(screen, kept=kept)
    deal.suggested = missing.name
    session.flush()
    return replace(screen, kept=kept, suggestion=missing.say)


def _checked_baseline(statement_id: int, typed: str) -> str:
    """Today's value as it is stored. Raises `InvalidEntryError` if it is overlong."""
    baseline = normalize_statement(typed)
    if len(baseline) > LONGEST_BASELINE:
        raise InvalidEntryError(baseline_field(statement_id), "refusal.text_too_long", most=LONGEST_BASELINE)
    return baseline


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


def baseline_field(statement_id: int) -> str:
    """The name of the field that holds today's value."""
    return f"{BASELINE_PREFIX}{statement_id}"


def _resolve(session: Session, request: CoachingRequest, now: datetime, answer: str) -> CallScreen:
    opened = open_request(session, request.caller, now)
    deal = require_changeable(owned_deal(session, opened, request.deal_id))
    current = statements_of(session, deal.id)
    statement = next((s for s in _statements_shown(current, request.seen) if s.id == request.statement_id), None)
    stale = statement is None or statement.version != request.seen[statement.id]
    if opened.repeated or statement is None or stale:
        changed = stale and not opened.repeated
        return _same_screen(session, deal, request.seen, request.wordings, request.baselines, changed=changed)
    hint = _advice(session, deal, statement)
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
    return _same_screen(session, deal, seen, request.wordings, request.baselines)


_ACTIONS = {"moved": "moved", "said_so": "noted", "competitor": "noted"}
"""The audit log's action for each answer."""


def _same_screen(
    session: Session,
    deal: Deal,
    seen: Mapping[int, int],
    wordings: Mapping[int, str],
    baselines: Mapping[int, str],
    *,
    changed: bool = False,
) -> CoachingScreen:
    """The same screen with the current statements and what was typed."""
    named = parties(session, deal)
    asked: list[CoachedStatement] = []
    done: list[Statement] = []
    for statement in _statements_shown(statements_of(session, deal.id), seen):
        hint = _advice(session, deal, statement)
        typed = wordings.get(statement.id, statement.wording)
        if hint is None and typed == statement.wording:
            done.append(statement)
        else:
            item = _coached_statement(deal, statement, hint or Advice(None, None), typed, named)
            asked.append(replace(item, typed_baseline=baselines.get(statement.id, "")))
    more = sum(s.id not in seen for s, _ in _questions(session, deal))
    return CoachingScreen(facts(deal), tuple(asked), tuple(done), changed, more)


def _statements_shown(current: Sequence[Statement], seen: Mapping[int, int]) -> list[Statement]:
    """The statements of the screen that still stand, in the screen's order."""
    known = {s.id: s for s in current if s.active}
    return [known[statement_id] for statement_id in seen if statement_id in known]


def _coached_statement(deal: Deal, statement: Statement, hint: Advice, typed: str, named: Parties) -> CoachedStatement:
    competitor = hint.coaching is not None and hint.coaching.reason is Reason.COMPETITOR
    return CoachedStatement(
        statement=statement,
        reason=None if hint.coaching is None else hint.coaching.reason,
        question=None if hint.coaching is None else hint.coaching.sentence,
        script=reset_script(statement.wording, deal.customer, rules().competitors, named) if competitor else None,
        other_list=hint.other_list,
        suggestion=_suggestion(hint.other_list),
        typed=typed,
        baseline=rules().book.sentences.baseline if hint.baseline else None,
    )


def _suggestion(other: Kind | None) -> str | None:
    sentences = rules().book.sentences
    return other and {Kind.EXPECTATION: sentences.to_expectation, Kind.PRIORITY: sentences.to_priority}[other]


def _sentences(hint: Advice) -> list[str]:
    """What the rep was shown."""
    baseline = rules().book.sentences.baseline if hint.baseline else None
    return [each for each in (hint.coaching and hint.coaching.sentence, _suggestion(hint.other_list), baseline) if each]


def _advice(session: Session, deal: Deal, statement: Statement) -> Advice | None:
    details = details_of(session, deal.id).get(statement.id, Details())
    return advice(statement, details, rules(), parties(session, deal))


def _record_coached(
    session: Session, opened: OpenedRequest, deal: Deal, statement: Statement, answer: str, now: datetime
) -> None:
    """Record what was asked about this version, so that it is not asked again."""
    if (statement.id, statement.version) in statements.coached(session, deal.id):
        return
    hint = _advice(session, deal, statement)
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
