"""Screens of announced wins: the form, the post, and the word to somebody who said thanks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from handlers.screens.deals import DealFacts


class FormNote(StrEnum):
    """What the form says first: nothing yet is posted, the post can be changed, or it was posted meanwhile."""

    NEW = "new"
    CHANGE = "change"
    ALREADY = "already"


@dataclass(frozen=True, slots=True)
class WinsChannel:
    """A channel in which wins are posted: the platform's id, and its name, empty if unknown."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class AnnounceForm:
    """Asks where and how a win is announced. `team` and `deal.owner` are who is named, by the platform's ids.

    `channel` is the one that is chosen, or where the post is.
    """

    deal: DealFacts
    channels: tuple[WinsChannel, ...]
    channel: str
    team: tuple[str, ...]
    note: str
    shows_amount: bool
    says: FormNote = FormNote.NEW


@dataclass(frozen=True, slots=True)
class WinPost:
    """The post. `deal.amount` is None if it is hidden: then nothing else may tell of it, `tier` neither (it is 0).

    `over`: the deal is no win any more. `thanks` counts those who said it, `thanked_by` are the first of them, by the
    platform's ids.
    """

    announcement_id: int
    deal: DealFacts
    team: tuple[str, ...]
    note: str
    tier: int
    over: bool = False
    thanks: int = 0
    thanked_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Thanked:
    """Tells somebody that their thanks count. `again`: they had said it before."""

    deal: DealFacts
    again: bool


@dataclass(frozen=True, slots=True)
class TiersScreen:
    """From which amounts, formatted, wins get another headline in a channel; empty for the workspace."""

    channel: str
    starts: tuple[str, ...]
