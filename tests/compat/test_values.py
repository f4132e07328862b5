"""No value that is in the world vanishes or changes: the code against the list of what d13ecdc used (values.toml)."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from bot.ui.ids import ModalState
from storage.migrate import upgrade
from tests.compat.bot_at_work import at_work
from tests.compat.story import MONDAY, PARTS, told
from tests.compat.values import QUERIES, Values, declared, written

FILE = "tests/compat/values.toml"
LISTED: dict[str, dict[str, list[str]]] = tomllib.loads((Path(__file__).parent / "values.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def from_code() -> Values:
    return declared()


@pytest.mark.parametrize("kind", LISTED["declared"])
def test_what_code_declares_is_what_it_was(kind: str, from_code: Values) -> None:
    hold(kind, LISTED["declared"][kind], from_code.get(kind, set()))


def test_every_kind_of_declared_values_is_listed(from_code: Values) -> None:
    assert set(from_code) == set(LISTED["declared"])


@pytest.mark.unmeasured
async def test_what_is_written_down_is_what_it_was(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'firstcall.db'}"
    upgrade(url)
    async with at_work(url, MONDAY) as at:
        left = await told(at, PARTS[:-1])
        rows = {name: at.rows(query) for name, query in QUERIES.items()}
        found = written(rows, at.slack.messages, at.teams.messages(), left.applied_on_teams)
    assert set(found) == set(LISTED["written"])
    for kind, values in found.items():
        hold(kind, LISTED["written"][kind], values)


def hold(kind: str, listed: list[str], found: set[str]) -> None:
    """Fails when a value of the list is gone, and when one is missing in it."""
    gone, new = sorted(set(listed) - found), sorted(found - set(listed))
    assert not gone, f"{kind}: {gone} vanished or changed, and are in sent messages, databases or people's settings"
    assert not new, f"{kind}: {new} are new: add them to {FILE}"


def test_the_list_can_be_looked_through() -> None:
    for kinds in LISTED.values():
        for kind, values in kinds.items():
            assert values == sorted(set(values)), kind


def test_what_a_modal_carries_is_read_as_it_was_written() -> None:
    everything = (
        '{"deal_id":7,"statement_id":3,"version":2,"adding":["priority"],"hints_seen":true,"seen":[[3,2],[4,1]],'
        '"suffix":"_0a1b"}'
    )
    assert ModalState.from_text(everything).to_text() == everything
    assert ModalState.from_text("") == ModalState()
