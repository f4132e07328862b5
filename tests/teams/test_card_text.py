"""What people typed is shown as they typed it, and is never markup."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.teams.card_text import TeamsMarkup, runs, unmarked

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def markup() -> TeamsMarkup:
    return TeamsMarkup({"u1": "Ada *Kemp*", "c1": "Wins"}, ZoneInfo("Europe/Oslo"))


@given(st.text())
def test_typed_text_becomes_one_plain_run(typed: str) -> None:
    escaped = TeamsMarkup.escape(typed)
    assert "".join(run["text"] for run in runs(escaped)) == escaped
    assert all(set(run) == {"type", "text"} for run in runs(escaped))


@pytest.mark.parametrize(
    "typed", ["*b* _i_ [x](https://evil.example) <at>all</at>", "{{DATE(2017-02-14)}}", "\\ # - 1. x"]
)
def test_markup_is_shown_as_it_is(typed: str) -> None:
    assert TeamsMarkup.escape(typed) == typed


def test_typed_text_cannot_contain_the_markup(markup: TeamsMarkup) -> None:
    typed = str(markup.link("https://evil.example", "click"))
    assert runs(markup.escape(typed)) == [{"type": "TextRun", "text": "https://evil.exampleclick"}]


def test_people_and_channels_are_shown_by_name(markup: TeamsMarkup) -> None:
    said = f"Heard from {markup.mention('u1')} in {markup.channel('c1')}, not {markup.person('Jo')}"
    assert unmarked(said) == "Heard from Ada *Kemp* in Wins, not Jo"
    assert runs(said)[1] == {"type": "TextRun", "text": "Ada *Kemp*", "weight": "Bolder"}


def test_a_link_has_its_url_and_a_notification_its_label(markup: TeamsMarkup) -> None:
    said = f"{markup.link('https://crm.example/1', 'Open in CRM')} now"
    link, rest = runs(said, size="Small")
    assert link["selectAction"] == {"type": "Action.OpenUrl", "url": "https://crm.example/1"}
    assert (link["text"], rest["text"], rest["size"]) == ("Open in CRM", " now", "Small")
    assert unmarked(said) == "Open in CRM now"


def test_a_time_is_shown_in_the_readers_zone(markup: TeamsMarkup) -> None:
    assert markup.moment(NOON) == "Mon 2 Mar 13:00"
    assert runs(str(markup.quote(markup.moment(NOON))))[0]["italic"] is True
