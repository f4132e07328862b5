"""Pieces as Adaptive Cards 1.5: a message in a chat, a sheet in a dialog or in the chat, each within Teams' limits.

in a chat     buttons are `Action.Execute`: Teams puts the card that we answer with into the card's place;
              a button that opens a sheet asks for a dialog (`task/fetch`)
in a dialog   buttons are `Action.Submit` (`task/submit`), the only one that Teams has there
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.interactions.interaction import FormValues
from bot.teams.card_text import runs, unmarked
from bot.ui.components import (
    ActionRow,
    Button,
    Checkbox,
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
    clip,
)
from bot.ui.ids import ActionId

Card = dict[str, Any]
Element = dict[str, Any]

LARGEST = 24_000
"""Bytes of a card; Teams refuses more than 25 KB."""
TITLE_LIMIT = 60
"""What is left of a button's text. Teams shows about as much."""
LABEL_LIMIT = 300
EXAMPLE_LIMIT = 150
CARRIED = "firstcall"
"""Where the data of an action holds what is ours; beside it are the fields."""
_SEVERAL = "[]"
"""What the id of a field ends with that takes several values: they come back as one text."""
KEEP_VALUES = frozenset({ActionId.COACH_MOVE, ActionId.COACH_SAID_SO, ActionId.COACH_COMPETITOR})
"""Buttons that need what stands in the fields of their sheet. To all others half-filled fields are no hindrance."""


class Surface(StrEnum):
    """The surface that a sheet is drawn on."""

    CHAT = "chat"
    DIALOG = "dialog"


@dataclass(frozen=True, slots=True)
class Refresh:
    """Teams asks for the card anew whenever its reader looks at it: for what changed with time, or elsewhere."""

    reader: str
    """Teams' own id of the person."""
    what: str
    """What is asked for (`bot.teams.card_refresh`)."""


@dataclass(frozen=True, slots=True)
class CardOptions:
    """What a card needs beside what it shows.

    `nonce` is another one each time that something is drawn anew: with it a tap counts once. `people` are those that
    can be picked, `needed` stands below a field that was left empty, `pick` on the button of a menu of people.
    """

    nonce: str
    needed: str
    pick: str
    people: Sequence[Option] = ()
    dialogs: Collection[str] = ()
    """The taps that open a sheet; those of a message do so in a dialog."""
    values: FormValues | None = None
    """What the fields hold instead of what the sheet says: what was typed before it was refused."""
    errors: Mapping[str, str] = field(default_factory=dict)
    """What is wrong with what was typed, by field."""
    refresh: Refresh | None = None
    """For a message that its reader may see again much later."""


def message_card(drawn: Message, options: CardOptions) -> Card:
    """The card of a message. Text that has no room any more ends with what the excerpt says of that."""
    pen = _CardBuilder(options, surface=None, modal=None)
    card = _card(pen.elements(drawn.components), unmarked(drawn.text))
    return card if options.refresh is None else {**card, "refresh": _refreshed(options.refresh, options.nonce)}


def modal_card(drawn: Modal, where: Surface, options: CardOptions) -> Card:
    """The card of a sheet. In the chat it begins with its title, and has a button to leave it."""
    pen = _CardBuilder(options, surface=where, modal=drawn)
    head = [_heading(drawn.title, "Large")] if where is Surface.CHAT else []
    body = pen.elements(drawn.components, ending=drawn.ending, left_out=drawn.left_out)
    return _card([*head, *body], drawn.title, pen.buttons())


def card_bytes(card: Card) -> int:
    """The size of a card in bytes, as Teams counts it."""
    return len(json.dumps(card, ensure_ascii=False).encode())


@dataclass(frozen=True, slots=True)
class _CardBuilder:
    """Draws pieces for one surface. `where` and `sheet` are None for a message."""

    options: CardOptions
    surface: Surface | None
    modal: Modal | None

    def elements(
        self, pieces: Iterable[Component], *, ending: Iterable[Component] = (), left_out: Component | None = None
    ) -> list[Element]:
        """The elements of as many pieces as there is room for, and of the ending."""
        last = self._elements(ending)
        instead = self._elements([left_out]) if left_out is not None else []
        room = LARGEST - card_bytes({"body": [*last, *instead]})
        body: list[Element] = []
        for piece in pieces:
            if isinstance(piece, Excerpt):
                made, whole = self._excerpt(piece, room)
            else:
                made, whole = self._elements([piece]), True
                if card_bytes({"body": made}) > room:
                    return [*body, *instead, *last]
            body += made
            room -= card_bytes({"body": made})
            if not whole:
                break
        return _parted([*body, *last])

    def buttons(self) -> list[Element]:
        """The buttons below a sheet: to save it, and in the chat to leave it."""
        if self.modal is None:
            return []
        made = []
        if self.modal.submit is not None:
            made.append(self._action(self.modal.submit, {"save": True}, style="positive", entries=True))
        if self.surface is Surface.CHAT:
            made.append(self._action(self.modal.close, {"leave": True}, entries=False))
        return made

    def _elements(self, pieces: Iterable[Component]) -> list[Element]:
        return [element for piece in pieces for element in self._piece(piece)]

    def _piece(self, component: Component) -> list[Element]:
        match component:
            case Heading():
                made = [_heading(component.text, "Medium")]
            case Paragraph():
                made = _text(component.text)
            case ContextText():
                made = [element for line in component.lines for element in _text(line, size="Small", isSubtle=True)]
            case Divider():
                made = [_LINE]
            case Excerpt():
                made, _ = self._excerpt(component, LARGEST)
            case ActionRow():
                made = [{"type": "ActionSet", "actions": [self._element(each) for each in component.elements]}]
            case _:
                made = [*self._problem(component.name), self._field(component), *_below(component)]
        return made

    def _excerpt(self, excerpt: Excerpt, room: int) -> tuple[list[Element], bool]:
        """As many paragraphs as there is room for; whether that is all of them."""
        more = _text(excerpt.more, size="Small", isSubtle=True)
        made: list[Element] = []
        for paragraph in excerpt.paragraphs:
            following = _text(paragraph)
            if card_bytes({"body": [*made, *following, *more]}) > room:
                return [*made, *more], False
            made += following
        return made, True

    def _element(self, element: Button | UserSelect) -> Element:
        if isinstance(element, UserSelect):
            return self._people(element)
        return self._action(
            element.text,
            {"tap": element.action_id, "value": element.value},
            style={"primary": "positive", "danger": "destructive"}.get(element.style or ""),
            label=element.accessible_name,
            entries=element.action_id in KEEP_VALUES,
            asks_dialog=self.surface is None and element.action_id in self.options.dialogs,
        )

    def _people(self, menu: UserSelect) -> Element:
        """A button that unfolds the people to pick from: no choice in a card acts by itself."""
        name = f"picked:{menu.action_id}:{menu.value}"
        choices = [{"title": each.text, "value": each.value} for each in self.options.people]
        field: Element = {
            "type": "Input.ChoiceSet",
            "id": name,
            "label": menu.text,
            "choices": choices,
            "isRequired": True,
            "errorMessage": self.options.needed,
        }
        data = {"tap": menu.action_id, "value": menu.value, "picks": name}
        unfolded = {"type": "AdaptiveCard", "body": [field], "actions": [self._action(self.options.pick, data)]}
        return {"type": "Action.ShowCard", "title": clip(menu.text, TITLE_LIMIT), "card": unfolded}

    def _action(
        self,
        title: str,
        data: Mapping[str, Any],
        *,
        style: str | None = None,
        label: str = "",
        entries: bool = True,
        asks_dialog: bool = False,
    ) -> Element:
        """A button. `entries`: what stands in the fields comes with it, and must be complete."""
        carried: dict[str, Any] = {"nonce": self.options.nonce, **data}
        if self.modal is not None:
            carried["form"] = self.modal.view
            carried["place"] = "" if self.modal.state is None else self.modal.state.to_text()
            carried["where"] = self.surface
        executes = self.surface is not Surface.DIALOG and not asks_dialog
        made: Element = {"type": "Action.Execute" if executes else "Action.Submit", "title": clip(title, TITLE_LIMIT)}
        if executes:
            made["verb"] = str(data.get("tap") or ("save" if "save" in data else "leave"))
        made["data"] = {CARRIED: carried, **({"msteams": {"type": "task/fetch"}} if asks_dialog else {})}
        if label:
            made["tooltip"] = clip(label, LABEL_LIMIT)
        if style is not None:
            made["style"] = style
        if not entries:
            made["associatedInputs"] = "none"
        return made

    def _problem(self, name: str) -> list[Element]:
        """What is wrong with a field, said in words: a colour alone tells nothing to who cannot see it."""
        wrong = self.options.errors.get(name)
        return [] if wrong is None else _text(wrong, color="Attention", weight="Bolder")

    def _field(self, piece: Field) -> Element:
        typed = self.options.values
        match piece:
            case TextField():
                made = _text_field(piece, piece.value if typed is None else typed.value(piece.name))
            case Checkboxes():
                preset = frozenset(box.value for box in piece.options if box.ticked)
                made = _ticks(piece, preset if typed is None else typed.ticked(piece.name))
            case RadioGroup() | Select():
                made = _choice(piece, piece.chosen if typed is None else typed.value(piece.name))
            case UserField():
                people = (Option(each.value, each.text) for each in self.options.people)
                chosen = piece.chosen if typed is None else typed.value(piece.name)
                made = _choice(Select(piece.name, piece.label, tuple(people), chosen, ""), chosen)
        needed = not (isinstance(piece, Select) or (not isinstance(piece, UserField) and piece.optional))
        return {**made, "isRequired": True, "errorMessage": self.options.needed} if needed else made


def _refreshed(refresh: Refresh, nonce: str) -> Element:
    """It keeps its nonce: a button pressed in both drawings counts once."""
    data = {CARRIED: {"nonce": nonce, "shows": refresh.what}}
    return {"action": {"type": "Action.Execute", "verb": "refresh", "data": data}, "userIds": [refresh.reader]}


_LINE: Element = {"type": "TextBlock", "text": " ", "separator": True, "spacing": "Medium"}


def _card(body: Sequence[Element], text: str, actions: Sequence[Element] = ()) -> Card:
    made: Card = {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.5",
        "fallbackText": clip(text, LABEL_LIMIT),
        "body": list(body),
    }
    return {**made, "actions": list(actions)} if actions else made


def _parted(elements: Iterable[Element]) -> list[Element]:
    """A line belongs to what stands below it."""
    made: list[Element] = []
    line = False
    for element in elements:
        if element is _LINE:
            line = True
            continue
        made.append({**element, "separator": True, "spacing": "Medium"} if line else element)
        line = False
    return made


def _heading(text: str, size: str) -> Element:
    """Bold and large. (A heading proper, `TextBlock`, would read what is in a customer's name as Markdown.)"""
    return {
        "type": "RichTextBlock",
        "inlines": [{"type": "TextRun", "text": text, "size": size, "weight": "Bolder"}],
        "spacing": "Medium",
    }


def _text(marked: str, **look: Any) -> list[Element]:
    """Marked-up text, a block a line: clients part the lines of one block in ways of their own."""
    lines = [line for line in marked.split("\n") if line.strip()]
    made = []
    for number, line in enumerate(lines):
        block: Element = {"type": "RichTextBlock", "inlines": runs(line, **look)}
        made.append(block if number == 0 else {**block, "spacing": "Small"})
    return made


def _below(piece: Field) -> list[Element]:
    """The hint of a field, and the boxes whose text was shortened."""
    hint = piece.hint if isinstance(piece, TextField | UserField) else ""
    return [{**each, "spacing": "None"} for each in _text(hint, size="Small", isSubtle=True)] if hint else []


def _text_field(piece: TextField, value: str) -> Element:
    made: Element = {
        "type": "Input.Text",
        "id": piece.name,
        "label": piece.label,
        "isMultiline": piece.multiline,
        "maxLength": piece.max_length,
    }
    if value:
        made["value"] = value
    if piece.placeholder:
        made["placeholder"] = clip(piece.placeholder, EXAMPLE_LIMIT)
    return made


def _ticks(piece: Checkboxes, ticked: Collection[str]) -> Element:
    made: Element = {
        "type": "Input.ChoiceSet",
        "id": f"{piece.name}{_SEVERAL}",
        "label": piece.label,
        "isMultiSelect": True,
        "style": "expanded",
        "wrap": True,
        "choices": [{"title": _box(box), "value": box.value} for box in piece.options],
    }
    preset = ",".join(box.value for box in piece.options if box.value in ticked)
    return {**made, "value": preset} if preset else made


def _box(box: Checkbox) -> str:
    """All of it: a choice wraps."""
    text = unmarked(box.in_full) or box.text
    return f"{text} – {box.about}" if box.about else text


def _choice(piece: RadioGroup | Select, chosen: str | None) -> Element:
    made: Element = {
        "type": "Input.ChoiceSet",
        "id": piece.name,
        "label": piece.label,
        "style": "compact" if isinstance(piece, Select) else "expanded",
        "wrap": True,
        "choices": [{"title": option.text, "value": option.value} for option in piece.options],
    }
    if isinstance(piece, Select) and piece.placeholder:
        made["placeholder"] = piece.placeholder
    return {**made, "value": chosen} if chosen in {option.value for option in piece.options} else made


def form_values(data: Mapping[str, Any]) -> FormValues:
    """What stood in the fields of the card that a button came from."""
    return FormValues(dict(_value(data)))


def _value(data: Mapping[str, Any]) -> Iterator[tuple[str, str | frozenset[str]]]:
    for name, value in data.items():
        if name.endswith(_SEVERAL):
            yield name.removesuffix(_SEVERAL), frozenset(filter(None, str(value).split(",")))
        elif name not in (CARRIED, "msteams"):
            yield name, str(value)
