"""The challenges of a deal, read from their rows for the rules of the method, the card and the record."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.orm import Session

from handlers.method.challenges import Challenge, Step, StepTaken, most_urgent_first
from handlers.screens.challenges import ChallengeOnRecord, PraiseShown
from storage import challenges
from storage.models import Challenge as ChallengeRow
from storage.models import Deal


def challenge_of(row: ChallengeRow) -> Challenge:
    """The row and its steps, without texts."""
    steps = tuple(StepTaken(Step(step.step), step.happened_at) for step in row.steps)
    return Challenge(row.id, row.severity, row.discovered_at, row.tell_by, steps)


def open_challenges(session: Session, deal: Deal) -> list[Challenge]:
    """The deal's challenges that are not settled yet, the most urgent first."""
    return open_challenges_of(session, [deal.id]).get(deal.id, [])


def open_challenges_of(session: Session, deal_ids: Collection[int]) -> dict[int, list[Challenge]]:
    """The same for several deals, by deal id; without the deals that have none."""
    found: dict[int, list[Challenge]] = {}
    for row in challenges.of_deals(session, deal_ids):
        challenge = challenge_of(row)
        if challenge.is_open:
            found.setdefault(row.deal_id, []).append(challenge)
    return {deal_id: most_urgent_first(some) for deal_id, some in found.items()}


def challenges_on_record(session: Session, deal: Deal) -> tuple[ChallengeOnRecord, ...]:
    """All challenges of the deal, the oldest first."""
    rows = challenges.of_deals(session, [deal.id])
    return tuple(
        ChallengeOnRecord(row.id, row.what, each.state, row.discovered_at, row.tell_by, each.told_in_time)
        for row, each in ((row, challenge_of(row)) for row in rows)
    )


def praise_on_record(session: Session, deal: Deal) -> tuple[PraiseShown, ...]:
    """What the customer praised, the oldest first."""
    rows = challenges.compliments(session, [deal.id])
    return tuple(PraiseShown(row.contact or "", row.words, row.said_at) for row in rows)
