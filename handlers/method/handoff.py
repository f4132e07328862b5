"""The handoff to delivery: who is asked, whether a promise can be kept, and who reads what back until it counts.

    offered --every promise confirmed--> taken
       |-- sent back, with a reason --> sent_back
       '-- handed to somebody else ---> withdrawn

A promise is confirmed in the receiver's own words, or unclear with a question that the rep answers (M10.1). What the
customer changes afterwards is read back anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from handlers.method.working_time import WorkingTime

FEWEST_WORDS = 3
"""In a read-back: a "yes" proves nothing."""


class Feasible(StrEnum):
    """What delivery says to a promise (M8.2)."""

    CAN_DO = "can_do"
    AT_RISK = "at_risk"
    CANNOT = "cannot"


class HandoffState(StrEnum):
    """Where a handoff stands."""

    OFFERED = "offered"
    TAKEN = "taken"
    SENT_BACK = "sent_back"
    WITHDRAWN = "withdrawn"


STANDING = frozenset({HandoffState.OFFERED, HandoffState.TAKEN})
"""The receiver has the deal, or is about to take it."""


class Said(StrEnum):
    """What was said about one promise of a handoff: by the receiver, and by the rep (`ANSWERED`)."""

    CONFIRMED = "confirmed"
    UNCLEAR = "unclear"
    ANSWERED = "answered"


class Risk(StrEnum):
    """Why a promise of a handoff needs a look first, the gravest first."""

    CANNOT = "cannot"
    AT_RISK = "at_risk"
    RESET = "reset"
    UNMEASURED = "unmeasured"


@dataclass(frozen=True, slots=True)
class DeliveryRule:
    """Who delivers. `product`: a word that must stand in the deal; None for every deal."""

    id: int
    product: str | None


def fitting_rule(rules: Iterable[DeliveryRule], texts: Iterable[str]) -> DeliveryRule | None:
    """The first rule that fits what the deal says. One without a product comes after all others."""
    said = [text.casefold() for text in texts]

    def fits(rule: DeliveryRule) -> bool:
        if rule.product is None:
            return True
        word = re.compile(rf"(?<!\w){re.escape(rule.product.casefold())}(?!\w)")
        return any(word.search(text) for text in said)

    ordered = sorted(rules, key=lambda rule: (rule.product is None, rule.id))
    return next((rule for rule in ordered if fits(rule)), None)


def to_read(promises: Iterable[int], said: Mapping[int, Said]) -> list[int]:
    """The promises that the receiver still has to read back: new ones, and those whose question was answered."""
    return [each for each in promises if said.get(each) not in (Said.CONFIRMED, Said.UNCLEAR)]


def unclear(promises: Iterable[int], said: Mapping[int, Said]) -> list[int]:
    """The promises that wait for the rep's answer."""
    return [each for each in promises if said.get(each) is Said.UNCLEAR]


def state_after_reading(state: HandoffState, promises: Iterable[int], said: Mapping[int, Said]) -> HandoffState:
    """Taken once every promise is confirmed. What is taken, sent back or withdrawn stays so."""
    listed = list(promises)
    complete = bool(listed) and all(said.get(each) is Said.CONFIRMED for each in listed)
    return HandoffState.TAKEN if state is HandoffState.OFFERED and complete else state


def may_answer(state: HandoffState) -> bool:
    """Whether the receiver can still read back, and so take the deal or what has changed of it."""
    return state in STANDING


def may_send_back(state: HandoffState) -> bool:
    """Whether the receiver can still decline."""
    return state is HandoffState.OFFERED


def risk_of(answer: Feasible | None, *, by_competitor: bool, measured: bool) -> Risk | None:
    """Why a promise is risky; None if nothing speaks against it."""
    if answer is Feasible.CANNOT:
        return Risk.CANNOT
    if answer is Feasible.AT_RISK:
        return Risk.AT_RISK
    if by_competitor:
        return Risk.RESET
    return None if measured else Risk.UNMEASURED


def risk_rank(risk: Risk | None) -> int:
    """The place of a promise with this risk: the gravest first, those without one last."""
    return len(Risk) if risk is None else list(Risk).index(risk)


def says_little(words: str, wording: str) -> bool:
    """Whether a read-back is too short, or only copies the wording."""
    return len(re.findall(r"\w+", words)) < FEWEST_WORDS or _bare(words) == _bare(wording)


def _bare(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


@dataclass(frozen=True, slots=True)
class Clock:
    """When the receiver is reminded, and when the rep hears that it was missed. In UTC, in the working time of each."""

    remind_at: datetime
    late_at: datetime


def clock(start: datetime, hours: int, receiver: WorkingTime, rep: WorkingTime) -> Clock:
    """What is due `hours` after `start`. The reminder comes at half time, in the receiver's working time.

    Where a weekend swallows the rest of the time, the receiver has a working day after the reminder.
    """
    span = timedelta(hours=hours)
    remind_at, end = receiver.next(start + span / 2), receiver.next(start + span)
    return Clock(remind_at, rep.next(end if end > remind_at else receiver.morning_after(remind_at)))
