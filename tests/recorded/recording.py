"""A recorded payload: what a platform sends, where its shape comes from, and what the bot must make of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

Json = dict[str, Any]
Told = Mapping[str, tuple[str, ...]]
"""Keys of words.toml by the id of the person who reads the text, in the order of the messages."""

FOLDER = Path(__file__).parent
PLATFORMS = ("slack", "teams")
SENT_AS = ("json", "form", "payload")
_PLACEHOLDER = re.compile(r"\{\{(.+?)([+-]\d+)?\}\}")


@dataclass(frozen=True, slots=True)
class Expected:
    """What can be seen of a replay. Nothing may happen that is not named: nobody else is told anything."""

    status: int = 200
    answer: str | None = None
    """The key of a text in the response; None for a response without a body."""
    body: Any = None
    """The whole body of the response, instead of `answer`."""
    deals: tuple[Json, ...] = ()
    """Every deal in the end, with the fields of the export that matter here."""
    told: Told = field(default_factory=dict)
    """What the bot wrote to people in private."""
    shown: Told = field(default_factory=dict)
    """What it showed to people in a channel, to them alone (Slack)."""
    posted: Told = field(default_factory=dict)
    """What it posted for everybody, by the name of the channel."""
    updated: Told = field(default_factory=dict)
    """What messages say that were there before and were replaced, by the person who sees them."""
    opened: Mapping[str, str] = field(default_factory=dict)
    """The id of the modal that opened, by person (Slack)."""
    home: tuple[str, ...] = ()
    """Whose Home tab was published (Slack)."""
    refused: tuple[str, ...] = ()
    """The errors that the platform answers to questions which the bot rightly asks."""

    @classmethod
    def read(cls, expected: Json) -> Self:
        """From the JSON of a file. An unknown name is a `TypeError`."""
        return cls(**{name: value if name == "body" else _frozen(value) for name, value in expected.items()})


@dataclass(frozen=True, slots=True)
class Recording:
    """One file. `before` names the recordings that come before it, oldest first."""

    platform: str
    name: str
    about: str
    sources: tuple[str, ...]
    payload: Json
    expect: Expected
    sent_as: str = "json"
    """`json`, or `form` for a form, or `payload` for JSON in the only field of a form."""
    headers: Mapping[str, str] = field(default_factory=dict)
    before: tuple[str, ...] = ()
    xfail: str | None = None
    """What the bot still does wrong; the expectation is what is right."""


def read_recording(platform: str, name: str) -> Recording:
    """The recording in `tests/recorded/PLATFORM/NAME.json`."""
    content = json.loads((FOLDER / platform / f"{name}.json").read_text("utf-8"))
    expect = Expected.read(content.pop("expect"))
    before, sources = tuple(content.pop("before", ())), tuple(content.pop("sources"))
    return Recording(platform, name, expect=expect, before=before, sources=sources, **content)


def recordings() -> list[Recording]:
    """Every recording, by platform and name."""
    found = [(platform, path.stem) for platform in PLATFORMS for path in (FOLDER / platform).glob("*.json")]
    return [read_recording(platform, name) for platform, name in sorted(found)]


@dataclass(frozen=True, slots=True)
class Placeholders:
    """What stands for `{{name}}` in a payload: `values` by name, and times (`{{ts-60}}`: a minute ago) by format."""

    now: datetime
    values: Mapping[str, Callable[[], Any]]
    times: Mapping[str, Callable[[datetime], Any]]

    def fill(self, value: Any) -> Any:
        """The payload with real values. A text that is one placeholder becomes its value, of whatever type."""
        match value:
            case dict():
                return {name: self.fill(each) for name, each in value.items()}
            case list():
                return [self.fill(each) for each in value]
            case str() if whole := _PLACEHOLDER.fullmatch(value):
                return self._value(whole)
            case str():
                return _PLACEHOLDER.sub(lambda found: str(self._value(found)), value)
        return value

    def _value(self, found: re.Match[str]) -> Any:
        name, seconds = found[1], int(found[2] or 0)
        if name in self.times:
            return self.times[name](self.now + timedelta(seconds=seconds))
        return self.values[name]()


def iso(moment: datetime) -> str:
    """As Teams writes times."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _frozen(value: Any) -> Any:
    match value:
        case list():
            return tuple(value)
        case dict():
            return {name: tuple(each) if isinstance(each, list) else each for name, each in value.items()}
    return value
