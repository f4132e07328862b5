"""Builds what screens show of a challenge from its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.call.talk import known_of
from handlers.deal.deal_playbook import playbooks_of
from handlers.deal.facts import facts
from handlers.deal.open_challenges import challenge_of
from handlers.method.challenges import ChallengeState, How, Step, Whose, most_urgent_first
from handlers.method.talk_track import KnownOfDeal, fill
from handlers.screens.challenges import ChallengeFacts, ChallengeLine, StepShown
from prompts.challenge_rules import ChallengeScript
from prompts.playbook import Playbook
from storage import challenges, statements, workspaces
from storage import deals as loaded
from storage.models import Challenge, Deal

LONGEST_THING = 200
"""Characters of what went wrong within a sentence that the rep says."""


def challenge_facts(session: Session, deal: Deal, row: Challenge, now: datetime) -> ChallengeFacts:
    """The challenge as it stands, with what to say next."""
    return challenges_shown(session, [(deal, row)], now)[0]


def challenges_shown(
    session: Session, found: Sequence[tuple[Deal, Challenge]], now: datetime
) -> tuple[ChallengeFacts, ...]:
    """The same for several challenges, each with its deal: as many statements as for one."""
    known = {deal.id: deal for deal, _ in found}
    loaded.load_around(session, known.values())
    books = playbooks_of(session, tuple(known.values()))
    current = statements.current_of(session, known)
    wordings = {each.id: each.wording for some in current.values() for each in some}
    actors = workspaces.external_ids(session, {step.recorded_by for _, row in found for step in row.steps})
    return tuple(_shown(deal, row, books[deal.id], wordings, actors, now) for deal, row in found)


def _shown(
    deal: Deal,
    row: Challenge,
    book: Playbook,
    wordings: Mapping[int, str],
    actors: Mapping[int, str],
    now: datetime,
) -> ChallengeFacts:
    challenge = challenge_of(row)
    return ChallengeFacts(
        id=row.id,
        deal=facts(deal),
        what=row.what,
        severity=row.severity,
        whose=Whose(row.whose),
        state=challenge.state,
        discovered_at=row.discovered_at,
        tell_by=row.tell_by,
        touches=wordings.get(row.statement_id or 0, ""),
        agreed=wordings.get(row.agreed_in or 0, ""),
        told_in_time=challenge.told_in_time,
        overdue=challenge.is_overdue(now),
        line=_line(book, deal, row, challenge.state),
        steps=tuple(
            StepShown(
                Step(step.step),
                None if step.how is None else How(step.how),
                step.words or "",
                step.happened_at,
                actors[step.recorded_by],
            )
            for step in row.steps
        ),
    )


def open_rows(session: Session, deals: Sequence[Deal]) -> list[Challenge]:
    """The open challenges of these deals, the most urgent first."""
    rows = {row.id: row for row in challenges.of_deals(session, [deal.id for deal in deals])}
    found = [challenge_of(row) for row in rows.values()]
    return [rows[each.id] for each in most_urgent_first([each for each in found if each.is_open])]


def _line(book: Playbook, deal: Deal, row: Challenge, state: ChallengeState) -> ChallengeLine | None:
    scripts = book.challenges.scripts
    match state:
        case ChallengeState.TO_TELL:
            script = scripts[row.whose]
        case ChallengeState.TOLD | ChallengeState.REOPENED:
            script = scripts["update"]
        case ChallengeState.SOLVED:
            script = scripts["call_back"]
        case ChallengeState.CONFIRMED | ChallengeState.WITHDRAWN:
            return None
    return ChallengeLine(script.advice, _say(deal, row.what, script))


def _say(deal: Deal, what: str, script: ChallengeScript) -> str:
    known = known_of(deal, None)
    with_thing = KnownOfDeal(name=known.name, rep=known.rep, customer=known.customer, thing=_within_a_sentence(what))
    return fill(script.say, with_thing) or fill(script.say_nobody, with_thing) or script.say_nobody


def _within_a_sentence(what: str) -> str:
    """On one line, without the full stop, and short enough to be said."""
    line = " ".join(what.split()).rstrip(".!;, ")
    return line if len(line) <= LONGEST_THING else f"{line[: LONGEST_THING - 1].rstrip()}…"
