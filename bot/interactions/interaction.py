"""What a person did, read from any platform's payload: a tap, a form saved, a command typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.ui.ids import ModalState
from handlers.call.coaching import FIELD_PREFIX
from handlers.requests import Caller


@dataclass(frozen=True, slots=True)
class FormValues:
    """What was entered, by the name of the field: a text, the value of an option, a person's id; or the ticked boxes.

    A field that was shown and left empty has its name here, too.
    """

    values: Mapping[str, str | frozenset[str]]

    @property
    def names(self) -> tuple[str, ...]:
        """The fields that were shown."""
        return tuple(self.values)

    def value(self, name: str) -> str:
        """What was typed, chosen or picked; empty for nothing."""
        found = self.values.get(name, "")
        return found if isinstance(found, str) else ""

    def ticked(self, *names: str) -> frozenset[str]:
        """The values of the boxes that are ticked in these fields."""
        found = (self.values.get(name) for name in names)
        return frozenset(value for values in found if isinstance(values, frozenset) for value in values)


@dataclass(frozen=True, slots=True)
class Interaction:
    """A tap on a button or in a menu, or a form that was saved."""

    viewer: Caller
    """Who did it, without a key: opening a screen changes nothing, and may be repeated."""
    actor: Caller
    """The same person with the key that makes what they said count once."""
    action_id: str = ""
    """Which button or menu; none when a form was saved."""
    view: str = ""
    """The sheet that was saved, or that the button stands in; none in a message."""
    value: str = ""
    """What the button, or the menu, carries."""
    selected_user: str = ""
    """Who was picked in the menu, by the platform's id."""
    state: ModalState = field(default_factory=ModalState)
    """What the sheet carries."""
    values: FormValues = field(default_factory=lambda: FormValues({}))
    channel: str = ""
    """The conversation of the message that the button stands in, by the platform's id."""
    message: str = ""
    """That message, unlike any other on the platform."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command. `in_person`: typed in the conversation with the bot alone; `looking` and `acting` as for an `Act`."""

    viewer: Caller
    actor: Caller
    text: str
    """What came after the command's own name."""
    channel: str
    is_direct: bool


def parse_number(value: str, max_digits: int = 17) -> int:
    """The number that a button carries, of so many digits at most; 0 for what we never wrote."""
    return int(value) if value.isdecimal() and len(value) <= max_digits else 0


def typed_wordings(values: FormValues) -> dict[int, str]:
    """What stands in the coach's fields, by the statement that each is about."""
    return {
        int(name.removeprefix(FIELD_PREFIX)): values.value(name)
        for name in values.names
        if name.startswith(FIELD_PREFIX) and name.removeprefix(FIELD_PREFIX).isdecimal()
    }
