"""What a person did, parsed from any platform's payload: an action, a submission or a command."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.ui.ids import ModalState
from bot.ui.numbers import read_number
from handlers.call.coaching import BASELINE_PREFIX, FIELD_PREFIX
from handlers.requests import Caller

DIGEST_LENGTH = 32


@dataclass(frozen=True, slots=True)
class FormValues:
    """The values of a form by field name: text, an option's value, or a user id; for checkboxes, the ticked values.

    A field that was shown but left empty is included.
    """

    values: Mapping[str, str | frozenset[str]]

    @property
    def digest(self) -> str:
        """Differs if a value differs: tells a form that was sent again from one that was changed first."""
        entered = {name: value if isinstance(value, str) else sorted(value) for name, value in self.values.items()}
        return digest_of(json.dumps(entered, sort_keys=True))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the fields that were shown."""
        return tuple(self.values)

    def value(self, name: str) -> str:
        """What was typed or selected; empty if nothing was."""
        found = self.values.get(name, "")
        return found if isinstance(found, str) else ""

    def ticked(self, *names: str) -> frozenset[str]:
        """The values of the boxes ticked in these fields."""
        found = (self.values.get(name) for name in names)
        return frozenset(value for values in found if isinstance(values, frozenset) for value in values)


@dataclass(frozen=True, slots=True)
class Interaction:
    """An action (a button or a user select), or the submission of a modal."""

    viewer: Caller
    """The person without an event key, for requests that change nothing and may be repeated."""
    actor: Caller
    """The same person with the event key, so that a change is applied once."""
    action_id: str = ""
    """Empty for a submission."""
    view: str = ""
    """The id of the modal that was submitted or that contains the button; empty for a message."""
    value: str = ""
    """The value of the button or the menu."""
    selected_user: str = ""
    """The platform's id of the user selected in the menu."""
    state: ModalState = field(default_factory=ModalState)
    values: FormValues = field(default_factory=lambda: FormValues({}))
    channel: str = ""
    """The platform's id of the conversation with the button's message."""
    message: str = ""
    """The id of that message, unique on the platform."""
    is_direct: bool = False
    """In a direct message to the bot."""

    @property
    def number(self) -> int:
        """The number that the button carries, mostly an id; 0, which is no id, if it carries none."""
        return read_number(self.value) or 0

    @property
    def numbers(self) -> tuple[int, int]:
        """The one or two numbers that it carries, such as a statement and its version; 0 for one that is missing."""
        first, _, second = self.value.partition(":")
        return read_number(first) or 0, read_number(second) or 0


@dataclass(frozen=True, slots=True)
class Command:
    """A command. `is_direct`: typed in a direct message to the bot; `viewer` and `actor` as in `Interaction`."""

    viewer: Caller
    actor: Caller
    text: str
    """Everything after the name of the app's command."""
    channel: str
    is_direct: bool
    is_message: bool = False
    """Written as a message to the bot, which may be no command at all."""
    mentions: Mapping[str, str] = field(default_factory=dict)
    """Whom the text mentions: what stands for them in it, and by what `Directory.find_person` finds them."""
    opens_modals: bool = True
    """Whether a modal can be opened in response; Slack opens none in response to a message."""


def digest_of(entered: str) -> str:
    """A short digest of what was entered or selected; empty if nothing was."""
    return hashlib.sha256(entered.encode("utf-8", "surrogatepass")).hexdigest()[:DIGEST_LENGTH] if entered else ""


def typed_wordings(values: FormValues) -> dict[int, str]:
    """The values of the coach's fields by statement id."""
    return numbered_values(values, FIELD_PREFIX)


def typed_baselines(values: FormValues) -> dict[int, str]:
    """The values of the coach's fields for today's value, by statement id."""
    return numbered_values(values, BASELINE_PREFIX)


def numbered_values(values: FormValues, prefix: str) -> dict[int, str]:
    """The values of the fields that are named by a prefix and a number, by that number."""
    numbers = {name: read_number(name.removeprefix(prefix)) for name in values.names if name.startswith(prefix)}
    return {number: values.value(name) for name, number in numbers.items() if number is not None}
