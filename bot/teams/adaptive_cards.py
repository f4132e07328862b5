"""UI components as Adaptive Cards 1.5: a message in a chat, a modal in a dialog or a chat, each within Teams' limits.

in a chat     buttons are `Action.Execute`: Teams replaces the card with the one in the response;
              a button that opens a modal requests a dialog (`task/fetch`)
in a dialog   buttons are `Action.Submit` (`task/submit`), the only action that Teams supports there
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.interactions.interaction import FormValues
from bot.teams.card_inputs import CARD_DATA, Element, checkboxes_input, choice_input, people_input, text_input
from bot.teams.card_text import runs, unmarked
from bot.ui.clipping import clip
from bot.ui.components import (
    ActionRow,
    Button,
    Checkboxes,
    Component,
    ContextText,
    Divider,
    Excerpt,
    Field,
    Heading,
    Message,
    Modal,
    Option,
    Paragraph,
    RadioGroup,
    Select,
    TextField,
    UserField,
    UserSelect,
)
from bot.ui.ids import ActionId

Card = dict[str, Any]

CARD_LIMIT = 24_000
"""Bytes of a card; Teams refuses more than 25 KB."""
TITLE_LIMIT = 60
"""Characters of a button's text; Teams shows about that many."""
LABEL_LIMIT = 300
KEEP_VALUES = frozenset({ActionId.COACH_MOVE, ActionId.COACH_SAID_SO, ActionId.COACH_COMPETITOR, ActionId.COACH_LATER})
"""Buttons that need the values of their modal's fields. All others work while required fields are empty."""


class Surface(StrEnum):
    """The surface that a modal is drawn on."""

    CHAT = "chat"
    DIALOG = "dialog"


@dataclass(frozen=True, slots=True)
class Refresh:
    """Teams requests the card again whenever its reader looks at it, because its content may have changed."""

    reader: str
    """The reader's Teams id."""
    shows: str
    """What to show then (`bot.teams.card_refresh`)."""


@dataclass(frozen=True, slots=True)
class CardOptions:
    """What a card needs besides its components.

    `nonce` is new for each drawing, so that a click counts once. `people` can be selected in a user field, `needed` is
    the error below an empty required field, `pick` the label of the button that selects a user.
    """

    nonce: str
    needed: str
    pick: str
    people: Sequence[Option] = ()
    search: str = ""
    """What is shown in the field of a person while it is empty, if there are too many people for a list."""
    searches: bool = True
    """Whether the client can ask the bot for people (`bot.teams.people_search`)."""
    left_out: str = ""
    """The last line of a card that cannot show everything."""
    dialogs: Collection[str] = ()
    """The action ids of a message's buttons that open a dialog."""
    save: str = ""
    """The label of the button that saves what is typed in a form, and goes on with it."""
    forgets: str = ""
    """What stands in a form in which people write: Teams keeps nothing of it when it is closed."""
    values: FormValues | None = None
    """Replaces the values in the modal's fields, after an invalid entry."""
    errors: Mapping[str, str] = field(default_factory=dict)
    """The errors of the values, by field."""
    refresh: Refresh | None = None
    """For a message whose content changes with time."""


def message_card(message: Message, options: CardOptions) -> Card:
    """The card of a message. An excerpt that is too long ends with its own note about that."""
    builder = _CardBuilder(options, surface=None, modal=None)
    card = _card(builder.elements(message.components, left_out=message.left_out), unmarked(message.text))
    return card if options.refresh is None else {**card, "refresh": _refresh(options.refresh, options.nonce)}


def modal_card(modal: Modal, surface: Surface, options: CardOptions) -> Card:
    """The card of a modal. In a chat it starts with the title, and has a button to close it."""
    builder = _CardBuilder(options, surface=surface, modal=modal)
    title = [_heading(modal.title, "Large")] if surface is Surface.CHAT else []
    notes = modal.notes or ((ContextText((options.forgets,)),) if modal.keeps_typing else ())
    body = builder.elements((*notes, *modal.components), ending=modal.ending, left_out=modal.left_out)
    return _card([*title, *body], modal.title, builder.buttons())


def card_bytes(card: Card) -> int:
    """The size of a card in bytes, as Teams counts it."""
    return len(json.dumps(card, ensure_ascii=False).encode())


@dataclass(frozen=True, slots=True)
class _CardBuilder:
    """Draws the components of one card. `surface` and `modal` are None for a message."""

    options: CardOptions
    surface: Surface | None
    modal: Modal | None

    def elements(
        self, components: Iterable[Component], *, ending: Iterable[Component] = (), left_out: Component | None = None
    ) -> list[Element]:
        """As many components as fit, then `left_out` or the card's own note if some did not, then the ending."""
        last = self._elements(ending)
        note = self._elements([left_out or ContextText((self.options.left_out,))])
        room = CARD_LIMIT - card_bytes({"body": [*last, *note], "actions": self.buttons()})
        body: list[Element] = []
        for component in components:
            if isinstance(component, Excerpt):
                elements, complete = self._excerpt(component, room)
            else:
                elements, complete = self._elements([component]), True
                if card_bytes({"body": elements}) > room:
                    return _with_separators([*body, *note, *last])
            body += elements
            room -= card_bytes({"body": elements})
            if not complete:
                break
        return _with_separators([*body, *last])

    def buttons(self) -> list[Element]:
        """The buttons below a modal: submit, save for later if people write in it, and in a chat also close."""
        if self.modal is None:
            return []
        buttons = []
        if self.modal.submit is not None:
            buttons.append(self._action(self.modal.submit, {"save": True}, style="positive", with_values=True))
        if self.modal.keeps_typing:
            buttons.append(self._action(self.options.save, {"keep": True}))
        if self.surface is Surface.CHAT:
            buttons.append(self._action(self.modal.close, {"leave": True}, with_values=False))
        return buttons

    def _elements(self, components: Iterable[Component]) -> list[Element]:
        return [element for component in components for element in self._component(component)]

    def _component(self, component: Component) -> list[Element]:
        match component:
            case Heading():
                elements = [_heading(component.text, "Medium")]
            case Paragraph():
                elements = _text(component.text)
            case ContextText():
                elements = [element for line in component.lines for element in _text(line, size="Small", isSubtle=True)]
            case Divider():
                elements = [_DIVIDER]
            case Excerpt():
                elements, _ = self._excerpt(component, CARD_LIMIT)
            case ActionRow():
                behind_dots = [{**self._row_action(each), "mode": "secondary"} for each in component.more]
                shown = [self._row_action(each) for each in component.elements]
                elements = [{"type": "ActionSet", "actions": [*shown, *behind_dots]}]
            case _:
                elements = [*self._error(component.name), self._field(component), *_hint(component)]
        return elements

    def _excerpt(self, excerpt: Excerpt, room: int) -> tuple[list[Element], bool]:
        """As many paragraphs as fit, and whether those are all of them."""
        more = _text(excerpt.more, size="Small", isSubtle=True)
        elements: list[Element] = []
        for paragraph in excerpt.paragraphs:
            following = _text(paragraph)
            if card_bytes({"body": [*elements, *following, *more]}) > room:
                return [*elements, *more], False
            elements += following
        return elements, True

    def _row_action(self, element: Button | UserSelect) -> Element:
        if isinstance(element, UserSelect):
            return self._user_select(element)
        return self._action(
            element.text,
            {"tap": element.action_id, "value": element.value},
            style={"primary": "positive", "danger": "destructive"}.get(element.style or ""),
            label=element.spoken,
            with_values=element.action_id in KEEP_VALUES,
            opens_dialog=self.surface is None and element.action_id in self.options.dialogs,
        )

    def _user_select(self, menu: UserSelect) -> Element:
        """A button that unfolds a list of people: in a card, selecting an option alone triggers no action."""
        name = f"picked:{menu.action_id}:{menu.value}"
        field = self._required(self._person(name, menu.text, ""))
        data = {"tap": menu.action_id, "value": menu.value, "picks": name}
        inner_card = {"type": "AdaptiveCard", "body": [field], "actions": [self._action(self.options.pick, data)]}
        return {"type": "Action.ShowCard", "title": clip(menu.text, TITLE_LIMIT), "card": inner_card}

    def _action(
        self,
        title: str,
        data: Mapping[str, Any],
        *,
        style: str | None = None,
        label: str = "",
        with_values: bool = True,
        opens_dialog: bool = False,
    ) -> Element:
        """A button. `with_values`: it sends the values of the fields, and required fields must be filled in."""
        card_data: dict[str, Any] = {"nonce": self.options.nonce, **data}
        if self.modal is not None:
            card_data["form"] = self.modal.view
            card_data["place"] = "" if self.modal.state is None else self.modal.state.to_text()
            card_data["where"] = self.surface
        executes = self.surface is not Surface.DIALOG and not opens_dialog
        action: Element = {"type": "Action.Execute" if executes else "Action.Submit", "title": clip(title, TITLE_LIMIT)}
        if executes:
            action["verb"] = str(data.get("tap") or next(iter(data)))
        action["data"] = {CARD_DATA: card_data, **({"msteams": {"type": "task/fetch"}} if opens_dialog else {})}
        if label:
            action["tooltip"] = clip(label, LABEL_LIMIT)
        if style is not None:
            action["style"] = style
        if not with_values:
            action["associatedInputs"] = "none"
        return action

    def _error(self, name: str) -> list[Element]:
        """The error of a field as text: color alone is not accessible."""
        error = self.options.errors.get(name)
        return [] if error is None else _text(error, color="Attention", weight="Bolder")

    def _field(self, field: Field) -> Element:
        values = self.options.values
        match field:
            case TextField():
                element = text_input(field, field.value if values is None else values.value(field.name))
            case Checkboxes():
                preset = frozenset(box.value for box in field.options if box.ticked)
                element = checkboxes_input(field, preset if values is None else values.ticked(field.name))
            case RadioGroup() | Select():
                element = choice_input(field, field.chosen if values is None else values.value(field.name))
            case UserField():
                chosen = field.chosen if values is None else values.value(field.name)
                element = self._person(field.name, field.label, chosen)
        return element if field.optional else self._required(element)

    def _person(self, name: str, label: str, chosen: str) -> Element:
        options = self.options
        return people_input(name, label, options.people, chosen, search=options.searches, placeholder=options.search)

    def _required(self, element: Element) -> Element:
        """Teams takes a person who was found by a search for an empty field: then the bot itself insists on one."""
        if "choices.data" in element:
            return element
        return {**element, "isRequired": True, "errorMessage": self.options.needed}


def _refresh(refresh: Refresh, nonce: str) -> Element:
    """The refreshed card keeps the nonce: a button that is clicked in both drawings counts once."""
    data = {CARD_DATA: {"nonce": nonce, "shows": refresh.shows}}
    return {"action": {"type": "Action.Execute", "verb": "refresh", "data": data}, "userIds": [refresh.reader]}


_DIVIDER: Element = {"type": "TextBlock", "text": " ", "separator": True, "spacing": "Medium"}


def _card(body: Sequence[Element], text: str, actions: Sequence[Element] = ()) -> Card:
    card: Card = {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.5",
        "fallbackText": clip(text, LABEL_LIMIT),
        "body": list(body),
    }
    return {**card, "actions": list(actions)} if actions else card


def _with_separators(elements: Iterable[Element]) -> list[Element]:
    """Each divider becomes the separator of the element below it."""
    separated: list[Element] = []
    divider = False
    for element in elements:
        if element is _DIVIDER:
            divider = True
            continue
        separated.append({**element, "separator": True, "spacing": "Medium"} if divider else element)
        divider = False
    return separated


def _heading(text: str, size: str) -> Element:
    """Bold and large text. (A real heading is a `TextBlock`, which would read a customer's name as Markdown.)"""
    return {
        "type": "RichTextBlock",
        "inlines": [{"type": "TextRun", "text": text, "size": size, "weight": "Bolder"}],
        "spacing": "Medium",
    }


def _text(marked: str, **style: Any) -> list[Element]:
    """Marked-up text, one block per line: clients differ in how they show several lines in one block."""
    lines = [line for line in marked.split("\n") if line.strip()]
    blocks = []
    for number, line in enumerate(lines):
        block: Element = {"type": "RichTextBlock", "inlines": runs(line, **style)}
        blocks.append(block if number == 0 else {**block, "spacing": "Small"})
    return blocks


def _hint(field: Field) -> list[Element]:
    hint = field.hint if isinstance(field, TextField | UserField) else ""
    return [{**each, "spacing": "None"} for each in _text(hint, size="Small", isSubtle=True)] if hint else []
