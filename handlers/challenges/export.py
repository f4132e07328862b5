"""Challenges and compliments as the export writes them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from handlers.deal.open_challenges import challenge_of
from storage import challenges
from storage.models import Challenge, ChallengeStep, Compliment

Json = dict[str, Any]
People = Mapping[int, Mapping[str, str | None]]
"""People by their database id, as the export writes them."""


def exported_challenges(session: Session, deal_ids: Collection[int], people: People) -> Mapping[int, list[Json]]:
    """The challenges with their steps, the oldest first, by deal id."""
    found: defaultdict[int, list[Json]] = defaultdict(list)
    for row in challenges.of_deals(session, deal_ids):
        found[row.deal_id].append(_challenge(row, people))
    return found


def exported_compliments(session: Session, deal_ids: Collection[int], people: People) -> Mapping[int, list[Json]]:
    """The compliments, the oldest first, by deal id."""
    found: defaultdict[int, list[Json]] = defaultdict(list)
    for row in challenges.compliments(session, deal_ids):
        found[row.deal_id].append(_compliment(row, people))
    return found


def _challenge(row: Challenge, people: People) -> Json:
    challenge = challenge_of(row)
    return {
        "what": row.what,
        "severity": row.severity,
        "whose": row.whose,
        "statement": row.statement_id,
        "discovered_at": _time(row.discovered_at),
        "tell_by": _time(row.tell_by),
        "agreed_in": row.agreed_in,
        "state": challenge.state.value,
        "told_in_time": challenge.told_in_time,
        "recorded_by": people[row.recorded_by],
        "at": _time(row.at),
        "steps": [_step(step, people) for step in row.steps],
    }


def _step(step: ChallengeStep, people: People) -> Json:
    return {
        "step": step.step,
        "how": step.how,
        "words": step.words,
        "happened_at": _time(step.happened_at),
        "recorded_by": people[step.recorded_by],
        "at": _time(step.at),
    }


def _compliment(row: Compliment, people: People) -> Json:
    return {
        "contact": row.contact,
        "words": row.words,
        "said_at": _time(row.said_at),
        "recorded_by": people[row.recorded_by],
        "at": _time(row.at),
    }


def _time(moment: datetime) -> str:
    return moment.isoformat()
