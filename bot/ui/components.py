"""What a surface is made of, whatever platform shows it: text, buttons, fields; a message, a sheet, a file.

A text is plain but where it says "marked-up": then it is in the markup of the platform that will show it, made with
`bot.ui.texts`. What a platform cannot take whole (a long paragraph, a long label) its renderer splits or shortens.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Self

from bot.ui.ids import ActionId, ModalState, ViewId

BUTTON_SHOWN = 24
"""What a phone shows of a button's text; the platforms themselves take more."""
MOST_CHECKBOXES = 10
"""So many boxes in one field are still looked through; a platform may refuse more."""
LONGEST_ENTRY = 3000
"""What a field holds. Longer text is shown, not put into a field."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A title above what follows."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Marked-up text, of any length."""

    text: str


@dataclass(frozen=True, slots=True)
class ContextText:
    """Small grey lines of marked-up text."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Divider:
    """A thin line between what is above and what is below."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Marked-up paragraphs, of which a message holds as many as a platform allows; `more` says that there are more."""

    paragraphs: tuple[str, ...]
    more: str


@dataclass(frozen=True, slots=True)
class Button:
    """A button. `value` comes back with the tap; `label` is what a screen reader says instead of `text`."""

    text: str
    action_id: ActionId
    value: str
    accessible_name: str
    style: Literal["primary", "danger"] | None = None


@dataclass(frozen=True, slots=True)
class UserSelect:
    """A menu of the members that acts as soon as one is picked. `text` is what it says before; `value` comes back."""

    text: str
    action_id: ActionId
    value: str


@dataclass(frozen=True, slots=True)
class ActionRow:
    """Buttons and menus side by side.

    `name` is the row's own on its surface; in `kind:value` the value is that of a menu in it.
    """

    name: str
    elements: tuple[Button | UserSelect, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose."""

    value: str
    text: str


@dataclass(frozen=True, slots=True)
class Checkbox:
    """One thing to tick. `in_full` is marked-up text to stand below the field when `text` had to be shortened."""

    value: str
    text: str
    about: str = ""
    ticked: bool = False
    in_full: str = ""


@dataclass(frozen=True, slots=True)
class TextField:
    """A field to type in, at most `most` characters. `lines`: of several lines; `example` stands in the empty one."""

    name: str
    label: str
    value: str = ""
    hint: str = ""
    placeholder: str = ""
    multiline: bool = False
    optional: bool = False
    max_length: int = LONGEST_ENTRY


@dataclass(frozen=True, slots=True)
class Checkboxes:
    """Boxes to tick, at most `MOST_BOXES`.

    `attests` is what a tick would say yes to: when that has changed, it is another field, and no tick is taken over.
    """

    name: str
    label: str
    options: tuple[Checkbox, ...]
    optional: bool = False
    attests: str | None = None


@dataclass(frozen=True, slots=True)
class RadioGroup:
    """One of several, all in sight. Nothing is preset unless `chosen` was answered before."""

    name: str
    label: str
    options: tuple[Option, ...]
    chosen: str | None
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Select:
    """One of many, or none. `placeholder` is what it says before."""

    name: str
    label: str
    options: tuple[Option, ...]
    chosen: str | None
    placeholder: str


@dataclass(frozen=True, slots=True)
class UserField:
    """A member to choose, by the platform's id."""

    name: str
    label: str
    chosen: str
    hint: str = ""


Field = TextField | Checkboxes | RadioGroup | Select | UserField
"""What is filled in; `name` is what its entry goes by."""

Component = Heading | Paragraph | ContextText | Divider | Excerpt | ActionRow | Field


@dataclass(frozen=True, slots=True)
class Message:
    """A message: its pieces, and marked-up text that makes sense alone (notifications, screen readers)."""

    text: str
    components: tuple[Component, ...]

    @classmethod
    def saying(cls, text: str) -> Self:
        """A message of one marked-up sentence."""
        return cls(text, (Paragraph(text),))


@dataclass(frozen=True, slots=True)
class Modal:
    """What opens above the conversation: a modal, a dialog. Without `submit` it has no button to save: its buttons do.

    Where a platform takes only so many pieces, the last of `pieces` give way to `left_out`; the `ending` stays.
    """

    view: ViewId
    title: str
    components: tuple[Component, ...]
    state: ModalState | None
    close: str
    submit: str | None = None
    ending: tuple[Component, ...] = ()
    left_out: Component | None = None


@dataclass(frozen=True, slots=True)
class File:
    """A file for a conversation. `name` is the same whenever this very file is made; `title` is what people read."""

    name: str
    title: str
    content: bytes
    comment: str
    """Marked-up text that stands above it."""


def clip(text: str, most: int) -> str:
    """`text`, or its beginning with an ellipsis when it is longer than `most` characters. For text not yet escaped."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
