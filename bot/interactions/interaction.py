"""What a person did, read from any platform's payload: a tap, a form saved, a command typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.ui.ids import Place
from handlers.call.coaching import FIELD
from handlers.requests import Caller


@dataclass(frozen=True, slots=True)
class Entries:
    """What was entered, by the name of the field: a text, the value of an option, a person's id; or the ticked boxes.

    A field that was shown and left empty has its name here, too.
    """

    entered: Mapping[str, str | frozenset[str]]

    @property
    def names(self) -> tuple[str, ...]:
        """The fields that were shown."""
        return tuple(self.entered)

    def value(self, name: str) -> str:
        """What was typed, chosen or picked; empty for nothing."""
        found = self.entered.get(name, "")
        return found if isinstance(found, str) else ""

    def ticked(self, *names: str) -> frozenset[str]:
        """The values of the boxes that are ticked in these fields."""
        found = (self.entered.get(name) for name in names)
        return frozenset(value for values in found if isinstance(values, frozenset) for value in values)


@dataclass(frozen=True, slots=True)
class Act:
    """A tap on a button or in a menu, or a form that was saved."""

    looking: Caller
    """Who did it, without a key: opening a screen changes nothing, and may be repeated."""
    acting: Caller
    """The same person with the key that makes what they said count once."""
    tap: str = ""
    """Which button or menu; none when a form was saved."""
    form: str = ""
    """The sheet that was saved, or that the button stands in; none in a message."""
    value: str = ""
    """What the button, or the menu, carries."""
    picked: str = ""
    """Who was picked in the menu, by the platform's id."""
    place: Place = field(default_factory=Place)
    """What the sheet carries."""
    entries: Entries = field(default_factory=lambda: Entries({}))
    channel: str = ""
    """The conversation of the message that the button stands in, by the platform's id."""
    message: str = ""
    """That message, unlike any other on the platform."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A command. `in_person`: typed in the conversation with the bot alone; `looking` and `acting` as for an `Act`."""

    looking: Caller
    acting: Caller
    text: str
    """What came after the command's own name."""
    channel: str
    in_person: bool


def number(value: str, digits: int = 17) -> int:
    """The number that a button carries, of so many digits at most; 0 for what we never wrote."""
    return int(value) if value.isdecimal() and len(value) <= digits else 0


def typed_wordings(entries: Entries) -> dict[int, str]:
    """What stands in the coach's fields, by the statement that each is about."""
    return {
        int(name.removeprefix(FIELD)): entries.value(name)
        for name in entries.names
        if name.startswith(FIELD) and name.removeprefix(FIELD).isdecimal()
    }
