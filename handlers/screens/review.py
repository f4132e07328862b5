"""Screens of the deal review and of the self-check: what a rep answers about themselves, for nobody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from handlers.method.self_check import Question, Trend
from handlers.screens.deals import DealFacts


@dataclass(frozen=True, slots=True)
class ReviewForm:
    """The three questions about a deal (M7.6), filled with the person's last answers about it, if any."""

    deal: DealFacts
    did: str = ""
    more: str = ""
    without_us: str = ""
    answered_at: datetime | None = None
    """When they last answered about this deal."""
    last_time: str = ""
    """What more they could have done, as they last said of another deal."""
    last_customer: str = ""


@dataclass(frozen=True, slots=True)
class ReviewSaved:
    """Thanks the person for an honest look."""

    deal: DealFacts


@dataclass(frozen=True, slots=True)
class Scores:
    """A person's answers to one question, oldest first; empty if there are none."""

    question: Question
    scores: tuple[int, ...]
    trend: Trend | None


@dataclass(frozen=True, slots=True)
class SelfCheckForm:
    """The three questions (M7.4), and the person's answers so far. `monthly`: they are asked every month."""

    history: tuple[Scores, ...]
    monthly: bool


@dataclass(frozen=True, slots=True)
class SelfCheckSaved:
    """What becomes of the answers, with the newest. `monthly` as in the form."""

    history: tuple[Scores, ...]
    monthly: bool


@dataclass(frozen=True, slots=True)
class SelfCheckAsk:
    """Asks for the month's self-check."""


@dataclass(frozen=True, slots=True)
class SelfCheckDone:
    """Takes the place of that question once it was answered. `newer`: the next month's follows."""

    newer: bool = False


@dataclass(frozen=True, slots=True)
class MonthlyChosen:
    """Confirms whether the person is asked every month."""

    monthly: bool
