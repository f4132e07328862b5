"""A card as a person sees it: its text, its fields, and its buttons, clicked as Teams' clients do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(slots=True)
class CardDriver:
    """`content` is the Adaptive Card; `filled` has the values entered into its fields, by id."""

    content: Json
    filled: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """All text, one line per block."""
        return "\n".join(_texts(self.content))

    @property
    def titles(self) -> list[str]:
        """The titles of the buttons."""
        return [action["title"] for action in _actions(self.content)]

    @property
    def fields(self) -> dict[str, Json]:
        """The inputs by id, in order."""
        return {each["id"]: each for each in _elements(self.content) if each["type"].startswith("Input.")}

    def fill(self, label: str, value: str) -> None:
        """Enter a value into the field with that label."""
        [name] = [name for name, each in self.fields.items() if each.get("label") == label]
        self.filled[name] = value

    def tick_all(self) -> None:
        """Tick every checkbox."""
        for name, each in self.fields.items():
            if each.get("isMultiSelect"):
                self.filled[name] = ",".join(choice["value"] for choice in each["choices"])

    def button(self, title: str, about: str = "") -> Json:
        """The first button with that title whose tooltip contains `about`."""
        buttons = [a for a in _actions(self.content) if a["title"] == title and about in a.get("tooltip", "")]
        assert buttons, f"there is no {title!r} among {self.titles}:\n{self.text}"
        return buttons[0]

    def pressed(self, title: str, about: str = "") -> Json:
        """What a client sends when the button is clicked: its data and the values of the fields.

        Fails while a required field is empty.
        """
        button = self.button(title, about)
        data: Json = dict(button["data"])
        if button.get("associatedInputs") == "none":
            return data
        for name, each in self.fields.items():
            value = self.filled.get(name, each.get("value", ""))
            assert value or not each.get("isRequired"), f"{each.get('label')} must be filled in"
            data[name] = value
        return data


def _elements(holder: Any) -> Iterator[Json]:
    yield from holder.get("body", ())


def _texts(content: Json) -> Iterator[str]:
    for element in _elements(content):
        match element["type"]:
            case "RichTextBlock":
                yield "".join(run["text"] for run in element["inlines"])
            case "TextBlock":
                yield element["text"]
            case kind if kind.startswith("Input."):
                yield str(element.get("label"))
                yield str(element.get("value", ""))


def _actions(content: Json) -> Iterator[Json]:
    for element in _elements(content):
        if element["type"] == "ActionSet":
            yield from element["actions"]
    yield from content.get("actions", ())
