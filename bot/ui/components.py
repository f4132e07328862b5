"""Platform-independent UI components: text, buttons and fields, and the message, modal or file that holds them.

Text is plain unless it is called "marked-up": then it is in the markup of the platform that will show it, made with
`bot.ui.texts`. The platform's renderer splits or shortens what exceeds the platform's limits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Self

from bot.ui.ids import ActionId, ModalState, ViewId

BUTTON_SHOWN = 24
"""How many characters of a button's text a phone shows; the platforms accept more."""
MOST_CHECKBOXES = 10
"""Boxes in one field: Slack accepts no more, and people would not read more."""
MOST_BEHIND_DOTS = 5
"""Options of Slack's overflow menu."""
LONGEST_ENTRY = 3000
"""Characters that a field can hold. Longer text is shown as a paragraph instead."""


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
    """Lines of marked-up text in small grey letters."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Divider:
    """A thin horizontal line."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Marked-up paragraphs. A message shows as many as a platform allows, then `more` if any are hidden."""

    paragraphs: tuple[str, ...]
    more: str


@dataclass(frozen=True, slots=True)
class Button:
    """A button. `value` comes back with the action; a screen reader says `spoken` instead of `text`."""

    text: str
    action_id: ActionId
    value: str
    accessible_name: str
    """What the button does, with what: "Edit: A call every Friday"."""
    style: Literal["primary", "danger"] | None = None

    @property
    def spoken(self) -> str:
        """The accessible name. It contains the text, which people say to press a button by voice (WCAG 2.5.3)."""
        if self.text.casefold() in self.accessible_name.casefold():
            return self.accessible_name
        return f"{self.text}: {self.accessible_name}"


@dataclass(frozen=True, slots=True)
class UserSelect:
    """A menu of members that acts on selection. `text` is its placeholder; `value` comes back with the action."""

    text: str
    action_id: ActionId
    value: str


@dataclass(frozen=True, slots=True)
class ActionRow:
    """Buttons and menus side by side. `more` are buttons behind "…", at most `MOST_BEHIND_DOTS`; in messages only."""

    name: str
    elements: tuple[Button | UserSelect, ...]
    more: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a radio group or a select."""

    value: str
    text: str


@dataclass(frozen=True, slots=True)
class Checkbox:
    """One box. `in_full` is marked-up text to show below the field if `text` has to be shortened."""

    value: str
    text: str
    about: str = ""
    ticked: bool = False
    in_full: str = ""


@dataclass(frozen=True, slots=True)
class TextField:
    """A text input."""

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
    """Up to `MOST_CHECKBOXES` boxes.

    `attests` identifies what a tick confirms; if it changes, earlier ticks are discarded.
    """

    name: str
    label: str
    options: tuple[Checkbox, ...]
    optional: bool = False
    attests: str | None = None


@dataclass(frozen=True, slots=True)
class RadioGroup:
    """One of several options, all visible. `chosen` is the earlier answer; without one, nothing is preselected."""

    name: str
    label: str
    options: tuple[Option, ...]
    chosen: str | None
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Select:
    """One of many options in a drop-down menu; none, if it is optional."""

    name: str
    label: str
    options: tuple[Option, ...]
    chosen: str | None
    placeholder: str
    optional: bool = True


@dataclass(frozen=True, slots=True)
class UserField:
    """A member to select. `chosen` is the platform's id, empty for nobody yet."""

    name: str
    label: str
    chosen: str = ""
    hint: str = ""
    optional: bool = False


Field = TextField | Checkboxes | RadioGroup | Select | UserField
"""An input; its value comes back under `name`."""

Component = Heading | Paragraph | ContextText | Divider | Excerpt | ActionRow | Field


@dataclass(frozen=True, slots=True)
class Message:
    """A message: its components, and marked-up text that makes sense alone (notifications, screen readers).

    If a platform limits what a message can show, `left_out` replaces the last of `components`.
    """

    text: str
    components: tuple[Component, ...]
    left_out: Component | None = None

    @classmethod
    def saying(cls, text: str) -> Self:
        """A message with one paragraph of marked-up text."""
        return cls(text, (Paragraph(text),))


@dataclass(frozen=True, slots=True)
class Modal:
    """A modal (Slack) or dialog (Teams). Without `submit` it has no button to save.

    If a platform limits the number of components, `left_out` replaces the last of `components`; `ending` always stays.
    """

    view: ViewId
    title: str
    components: tuple[Component, ...]
    state: ModalState | None
    close: str
    submit: str | None = None
    ending: tuple[Component, ...] = ()
    left_out: Component | None = None
    notes: tuple[Component, ...] = ()
    """Shown above the components: what is kept of the form (`bot.interactions.drafts`)."""
    redrawn: bool = False
    """The fields replace those of the same form in the same window, so no platform may keep the old content."""

    @property
    def fields(self) -> tuple[Field, ...]:
        """Its inputs, in order."""
        return tuple(each for each in self.components if isinstance(each, Field))

    @property
    def keeps_typing(self) -> bool:
        """Whether what is typed is kept while the form is open: one about a deal in which people write at length."""
        about_deal = self.state is not None and self.state.deal_id
        return bool(about_deal) and any(isinstance(each, TextField) and each.multiline for each in self.fields)


@dataclass(frozen=True, slots=True)
class File:
    """A file to post. `name` is the same each time the same file is made; `title` is shown to people."""

    name: str
    title: str
    content: bytes
    comment: str
    """Marked-up text shown above it."""
