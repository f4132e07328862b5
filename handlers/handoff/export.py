"""What `firstcall export` writes about delivery: what it was asked and said, and who took the deal over."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import handoffs
from storage.models import FeasibilityAnswer, FeasibilityAsk, Handoff, HandoffReading, Statement

Exported = dict[str, Any]
People = Mapping[int, dict[str, str | None]]


def export_delivery(session: Session, deal_ids: Collection[int], people: People) -> Mapping[int, Exported]:
    """By deal id: `feasibility`, a list of questions with their answers, and `handoffs`, the oldest first."""
    found = handoffs.history(session, deal_ids)
    deal_of = dict(
        session.execute(select(Statement.id, Statement.deal_id).where(Statement.deal_id.in_(deal_ids))).all()
    )
    answers = {row.ask_id: row for row in found.answers}
    return {
        deal_id: {
            "feasibility": [
                _asked(row, answers.get(row.id), people) for row in found.asks if deal_of[row.statement_id] == deal_id
            ],
            "handoffs": [
                _handoff(row, [each for each in found.readings if each.handoff_id == row.id], people)
                for row in found.handoffs
                if row.deal_id == deal_id
            ],
        }
        for deal_id in deal_ids
    }


def _asked(row: FeasibilityAsk, answer: FeasibilityAnswer | None, people: People) -> Exported:
    return {
        "statement": row.statement_id,
        "version": row.version,
        "asked": None if row.person_id is None else people[row.person_id],
        "channel": row.channel,
        "asked_by": people[row.asked_by],
        "asked_at": row.at.isoformat(),
        "answer": None if answer is None else answer.answer,
        "reason": None if answer is None else answer.reason,
        "answered_by": None if answer is None else people[answer.answered_by],
        "answered_at": None if answer is None else answer.at.isoformat(),
    }


def _handoff(row: Handoff, readings: Collection[HandoffReading], people: People) -> Exported:
    return {
        "receiver": people[row.receiver_id],
        "sent_by": people[row.sent_by],
        "state": row.state,
        "sent_at": row.sent_at.isoformat(),
        "settled_at": _time(row.settled_at),
        "reason": row.reason,
        "introduced_at": _time(row.introduced_at),
        "kickoff_on": None if row.kickoff_on is None else row.kickoff_on.isoformat(),
        "read_back": [
            {
                "statement": each.statement_id,
                "version": each.version,
                "said": each.said,
                "words": each.words,
                "by": people[each.recorded_by],
                "at": each.at.isoformat(),
            }
            for each in readings
        ],
    }


def _time(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
