"""The ids that tie a button or a form to what it does; a payload brings them back."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Self


class ActionId(StrEnum):
    """What every button, and every menu of persons, does. The part before the dot names the screen."""

    CARD_GO_ON = "card.go_on"
    CARD_RECORD = "card.record"
    CARD_BRIEF = "card.brief"
    CARD_FIX = "card.fix"
    CARD_CORRECTED = "card.corrected"
    CARD_DISMISS = "card.dismiss"
    CARD_STAND_BY = "card.stand_by"
    CARD_OWNER = "card.owner"
    CARD_SCHEDULE = "card.schedule"
    SCHEDULE_HOUR = "schedule.hour"
    SCHEDULE_TODAY = "schedule.today"
    SCHEDULE_MORNING = "schedule.morning"
    SCHEDULE_AFTERNOON = "schedule.afternoon"
    SCHEDULE_OFF = "schedule.off"
    SNOOZE_HOUR = "snooze.hour"
    SNOOZE_AFTERNOON = "snooze.afternoon"
    SNOOZE_TOMORROW = "snooze.tomorrow"
    SNOOZE_OTHER = "snooze.other"
    SNOOZE_STOP = "snooze.stop"
    REMINDERS_CHANGE = "reminders.change"
    REMINDERS_OFF = "reminders.off"
    REMINDERS_ON = "reminders.on"
    REMINDERS_STOP = "reminders.stop"
    REMINDERS_RESUME = "reminders.resume"
    READ_AGREED = "readback.agreed"
    READ_CORRECTED = "readback.corrected"
    READ_WITHDRAWN = "readback.withdrawn"
    READ_ALL = "readback.all"
    READ_EACH = "readback.each"
    ON_THE_PHONE = "readback.decision_maker"
    ON_THE_PHONE_TOO = "readback.functional"
    CALL_EDIT_LIST = "call.edit_list"
    LIST_EDIT = "list.edit"
    LIST_DETAILS = "list.details"
    LIST_ADD = "list.add"
    LIST_TEXT = "list.text"
    LIST_UNDO = "list.undo"
    LIST_EARLIER = "list.earlier"
    LIST_FURTHER = "list.further"
    LIST_TAKE_OFF = "list.take_off"
    COACH_MOVE = "coach.move"
    COACH_SAID_SO = "coach.said_so"
    COACH_COMPETITOR = "coach.competitor"
    BRIEF_SEND = "brief.send"
    BRIEF_CHANGE = "brief.change"
    UNDELIVERED_RETRY = "undelivered.retry"
    UNDELIVERED_CANCEL = "undelivered.cancel"
    UNDELIVERED_UNBLOCK = "undelivered.unblock"
    CHANNEL_WINS = "channel.wins"
    CHANNEL_LISTEN = "channel.listen"
    CHANNEL_EXCLUDED = "channel.excluded"


COMMITMENT_PREFIX = "commitment_"
"""What the field of a commitment is called, before the number of its requirement."""


class ViewId(StrEnum):
    """What every sheet is."""

    CHECKLIST = "checklist"
    COACHING = "coaching"
    LIST = "list"
    EDIT = "edit"
    ADD = "add"
    DETAILS = "details"
    READ_BACK = "readback"
    READ_ALL = "readall"
    CORRECTION = "correction"
    WRAP_UP = "wrapup"
    RECAP = "recap"
    REOPEN = "reopen"
    RECORD = "record"
    WON = "won"
    FIX = "fix"
    SCHEDULE = "schedule"
    SCHEDULED = "scheduled"
    SNOOZE = "snooze"
    SNOOZED = "snoozed"
    HOURS = "hours"
    BRIEF = "brief"
    BRIEF_WHO = "briefwho"
    BRIEF_COMMITMENTS = "briefcommit"
    BRIEF_WORDS = "briefwords"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class ModalState:
    """What a sheet carries: which deal, and which version of which statement it shows."""

    deal_id: int = 0
    statement_id: int = 0
    version: int = 0
    adding: tuple[str, ...] = ()
    """The kinds of statements whose list was too long for a field: the field only adds to it."""
    hints_seen: bool = False
    """The recap is shown with what the linter found: what is submitted now is what was sent."""
    seen: tuple[tuple[int, int], ...] = ()
    """The statements that a screen of several shows: each id with its version."""
    suffix: str = ""
    """What the names of the fields end with: a platform may keep what stood in a field of the same name."""

    def to_text(self) -> str:
        """As text for the platform to keep."""
        return json.dumps({k: v for k, v in asdict(self).items() if v}, separators=(",", ":"))

    @classmethod
    def from_text(cls, text: str) -> Self:
        """From the platform. Raises `ValueError` for what we never packed."""
        try:
            data = json.loads(text or "{}")
            return cls(
                deal_id=int(data.get("deal_id", 0)),
                statement_id=int(data.get("statement_id", 0)),
                version=int(data.get("version", 0)),
                adding=tuple(data.get("adding", ())),
                hints_seen=bool(data.get("hints_seen", False)),
                seen=tuple((int(statement), int(version)) for statement, version in data.get("seen", ())),
                suffix=str(data.get("suffix", "")),
            )
        except (AttributeError, TypeError) as error:
            raise ValueError(text) from error
