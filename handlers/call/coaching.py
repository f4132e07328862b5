"""Between the list and the read-back: what could be made measurable is asked once, and the rep decides (M1.2, M3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.call.call_screens import next_screen
from handlers.call.statement_changes import Change, changeable, check_lists, checked_wording, details_of, keep
from handlers.deal.facts import facts, owned, statements_of
from handlers.method.coaching_advice import Advice, advice, worst_first
from handlers.method.details import Details, PromisedBy, Source
from handlers.method.statement_lists import move_statement
from handlers.method.statements import Kind, Statement, in_reading_order
from handlers.method.vagueness import Reason, reset_script, rules
from handlers.requests import Caller, OpenedRequest, open_request
from handlers.screens.call import CallScreen, CoachedStatement, CoachingScreen
from storage import statements
from storage.models import CoachedVersion, Deal

FIELD = "wording_"
"""What the names of the fields begin with; the statement's id follows."""
MOST_ASKED = 4
"""At once: the worst ones. More would be an exam, and no phone shows them."""


@dataclass(frozen=True, slots=True)
class CoachingAnswered:
    """The rep goes on to the read-back. `seen` holds the version of each statement, `wordings` what its field says."""

    caller: Caller
    deal_id: int
    seen: Mapping[int, int]
    wordings: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class CoachingRequest:
    """The rep takes up a suggestion for one statement of the screen; `wordings` is what stands in the fields so far."""

    caller: Caller
    deal_id: int
    statement_id: int
    seen: Mapping[int, int]
    wordings: Mapping[int, str]


def next_before_read_back(session: Session, deal: Deal, now: datetime) -> CallScreen:
    """The coach's screen when there is something that it has not asked yet about a statement to be read; else what is
    next. A version is asked about once, and what the customer has settled not at all."""
    current = statements_of(session, deal.id)
    known = statements.coached(session, deal.id)
    details = details_of(session, deal.id)
    found = [
        (statement, say)
        for statement in in_reading_order(current)
        if not statement.settled and (statement.id, statement.version) not in known
        if (say := advice(statement, details.get(statement.id, Details()), rules())) is not None
    ]
    if not found:
        return next_screen(session, deal, now, current)
    return CoachingScreen(
        facts(deal), tuple(_asked(deal, s, say, s.wording) for s, say in worst_first(found)[:MOST_ASKED])
    )


def save(session: Session, request: CoachingAnswered, now: datetime) -> CallScreen:
    """Keep what was sharpened, note that the rest was asked, and go on to the read-back.

    When a statement was changed elsewhere meanwhile, nothing is overwritten: the screen comes again with what was
    typed. Raises `InvalidEntryError` for an empty or overlong wording, or one that is on the list already.
    """
    arrival = open_request(session, request.caller, now)
    deal = changeable(owned(session, arrival, request.deal_id))
    current = statements_of(session, deal.id)
    if arrival.repeated:
        return next_screen(session, deal, now, current)
    shown = _shown(current, request.seen)
    if any(s.version != request.seen[s.id] for s in shown):
        return _again(session, deal, request.seen, request.wordings, changed=True)
    sharpened: dict[int, str] = {}
    for statement in shown:
        wording = checked_wording(field(statement.id), request.wordings.get(statement.id, statement.wording))
        if wording != statement.wording:
            sharpened[statement.id] = wording
    wanted = [replace(s, wording=sharpened[s.id], target=None) if s.id in sharpened else s for s in current]
    if sharpened:
        check_lists(field(next(iter(sharpened))), wanted)
    for statement in shown:
        _note(session, arrival, deal, statement, "sharpened" if statement.id in sharpened else "kept", now)
    keep(session, deal, current, wanted, Change("sharpened", arrival.person.id, now))
    return next_screen(session, deal, now)


def move_to_other_list(session: Session, request: CoachingRequest, now: datetime) -> CallScreen:
    """Put the statement into the list where it sounds as if it belonged; its new version is read back there."""
    return _resolve(session, request, now, "moved")


def keep_as_said(session: Session, request: CoachingRequest, now: datetime) -> CallScreen:
    """The customer said so in these words: that is noted, and it stays as it is (M3.4)."""
    return _resolve(session, request, now, "said_so")


def mark_competitor(session: Session, request: CoachingRequest, now: datetime) -> CallScreen:
    """A competitor promised it: that is noted, and the rep resets it on the call (M1.2)."""
    return _resolve(session, request, now, "competitor")


def field(statement_id: int) -> str:
    """The name of the field that holds a statement's wording."""
    return f"{FIELD}{statement_id}"


def _resolve(session: Session, request: CoachingRequest, now: datetime, answer: str) -> CallScreen:
    arrival = open_request(session, request.caller, now)
    deal = changeable(owned(session, arrival, request.deal_id))
    current = statements_of(session, deal.id)
    statement = next((s for s in _shown(current, request.seen) if s.id == request.statement_id), None)
    stale = statement is None or statement.version != request.seen[statement.id]
    if arrival.repeated or statement is None or stale:
        return _again(session, deal, request.seen, request.wordings, changed=stale and not arrival.repeated)
    say = advice(statement, details_of(session, deal.id).get(statement.id, Details()), rules())
    wanted, noted = current, {}
    if answer == "moved" and say is not None and say.other_list is not None:
        wanted = move_statement(current, statement.id, say.other_list)
        check_lists(field(statement.id), wanted)
    elif answer != "moved":
        before = details_of(session, deal.id).get(statement.id, Details())
        by_competitor = replace(before, source=Source.CUSTOMER, promised_by=PromisedBy.COMPETITOR)
        noted = {statement.id: replace(before, source=Source.CUSTOMER) if answer == "said_so" else by_competitor}
    _note(session, arrival, deal, statement, answer, now)
    keep(session, deal, current, wanted, Change(_ACTIONS[answer], arrival.person.id, now), noted=noted)
    versions = {s.id: s.version for s in statements_of(session, deal.id)}
    seen = {each: versions[each] if each == statement.id else version for each, version in request.seen.items()}
    return _again(session, deal, seen, request.wordings)


_ACTIONS = {"moved": "moved", "said_so": "noted", "competitor": "noted"}
"""How the timeline calls what a tap does."""


def _again(
    session: Session, deal: Deal, seen: Mapping[int, int], wordings: Mapping[int, str], *, changed: bool = False
) -> CoachingScreen:
    """The same screen with its statements as they are now, and what was typed."""
    details = details_of(session, deal.id)
    asked: list[CoachedStatement] = []
    done: list[Statement] = []
    for statement in _shown(statements_of(session, deal.id), seen):
        say = advice(statement, details.get(statement.id, Details()), rules())
        typed = wordings.get(statement.id, statement.wording)
        if say is None and typed == statement.wording:
            done.append(statement)
        else:
            asked.append(_asked(deal, statement, say or Advice(None, None), typed))
    return CoachingScreen(facts(deal), tuple(asked), tuple(done), changed)


def _shown(current: Sequence[Statement], seen: Mapping[int, int]) -> list[Statement]:
    """The statements of the screen that still stand, in its order."""
    known = {s.id: s for s in current if s.active}
    return [known[statement_id] for statement_id in seen if statement_id in known]


def _asked(deal: Deal, statement: Statement, say: Advice, typed: str) -> CoachedStatement:
    competitor = say.coaching is not None and say.coaching.reason is Reason.COMPETITOR
    return CoachedStatement(
        statement=statement,
        reason=None if say.coaching is None else say.coaching.reason,
        question=None if say.coaching is None else say.coaching.sentence,
        script=reset_script(statement.wording, deal.customer, rules()) if competitor else None,
        other_list=say.other_list,
        suggestion=_suggestion(say.other_list),
        typed=typed,
    )


def _suggestion(other: Kind | None) -> str | None:
    sentences = rules().book.sentences
    return other and {Kind.EXPECTATION: sentences.to_expectation, Kind.PRIORITY: sentences.to_priority}[other]


def _sentences(say: Advice) -> list[str]:
    """What the rep read."""
    return [each for each in (say.coaching and say.coaching.sentence, _suggestion(say.other_list)) if each]


def _note(
    session: Session, arrival: OpenedRequest, deal: Deal, statement: Statement, answer: str, now: datetime
) -> None:
    """Remember what was asked about this version, so that it is not asked again."""
    if (statement.id, statement.version) in statements.coached(session, deal.id):
        return
    say = advice(statement, details_of(session, deal.id).get(statement.id, Details()), rules())
    session.add(
        CoachedVersion(
            statement_id=statement.id,
            version=statement.version,
            question="" if say is None else " ".join(_sentences(say)),
            answer=answer,
            answered_by=arrival.person.id,
            at=now,
        )
    )
    session.flush()
