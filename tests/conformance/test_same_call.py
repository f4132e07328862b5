"""The same answers leave the same rows on every platform: one scenario, call.toml, run on each."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.conftest import PLATFORMS
from tests.conformance.platform import Entry, PlatformUnderTest, Shown, exported

pytestmark = pytest.mark.both_databases

Json = dict[str, Any]
STEPS = tomllib.loads((Path(__file__).parent / "call.toml").read_text("utf-8"))["step"]
DIFFERS = frozenset(
    {
        "id",
        "workspace",
        "rep",
        "by",
        "written_by",
        "recorded_by",
        "noted_by",
        "actor",
        "heard_in",
        "body",
        "detail",
        "answered_by",
    }
)
"""People and places differ by platform, and the wording of wording of by deal. Times differ by run."""


async def play(platform: PlatformUnderTest) -> Json:
    """Play the scenario from the first step to the last; gives the deal as it is stored, without people and times."""
    shown = Shown("")
    for step in STEPS:
        match step:
            case {"command": text}:
                shown = await platform.command(text)
            case {"click": action_id}:
                shown = await platform.click(shown, action_id)
            case {"submit": entries}:
                shown = await platform.submit(shown, by_field(entries, shown))
    [deal] = await exported(platform)
    stored = comparable(deal)
    assert isinstance(stored, dict)
    return stored


def by_field(entries: Json, modal: Shown) -> dict[str, Entry]:
    """The entries by the name of their field. `instead_of` finds the field by the text that it holds."""
    if "instead_of" not in entries:
        return entries
    instead = entries["instead_of"]
    return {name: instead[held] for name, held in (modal.fields or {}).items() if held in instead}


def comparable(value: Any) -> Any:
    """Without what differs by platform and by run."""
    if isinstance(value, list):
        return [comparable(each) for each in value]
    if not isinstance(value, dict):
        return value
    kept = {name: comparable(each) for name, each in value.items() if name not in DIFFERS}
    return {name: each for name, each in kept.items() if not (name == "at" or name.endswith(("_at", "_since")))}


async def test_the_same_answers_leave_the_same_rows(database_url: str) -> None:
    """In one database: a company on several platforms has a workspace on each, and none sees another's deals."""
    played = {}
    for name, running in PLATFORMS.items():
        async with running(database_url) as platform:
            played[name] = await play(platform)
    first = played["typewriter"]
    assert played == dict.fromkeys(PLATFORMS, first)
    assert first["stage"] == "recapped"
    assert (first["sellers"], first["close_to_call"]) == (2, {"tries": 1})
    assert [(each["name"], each["phone"]) for each in first["contacts"]] == [("Dana Whitfield", "+1 303 499 7111")]
    said = [[c["said"] for c in statement["confirmations"]] for statement in first["statements"]]
    assert said == [["agreed"], ["corrected", "agreed"], ["withdrawn"], ["agreed"], ["agreed"]]
