"""The cadence file and a workspace's overrides: a mistake is an error with its line."""

from __future__ import annotations

import pytest

from prompts.cadence import (
    cadence,
    cadence_with,
    format_days,
    format_hours,
    parse_days,
    parse_hours,
    read_cadence_overrides,
)
from prompts.errors import PlaybookError


def test_a_workspace_overrides_single_entries() -> None:
    own = read_cadence_overrides("own.toml", '[person]\nmost_a_day = 2\nhours = "09:00-17:00"\n')
    found = cadence_with(own)

    assert (found.most_a_day, format_hours(found.hours)) == (2, "09:00-17:00")
    assert found.recap_due_at == cadence().recap_due_at
    assert cadence_with(None) == cadence()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[person]\nmost_a_day = 0\n", "own.toml:2: most_a_day is not from 1 to 20"),
        ("\n[persons]\n", "own.toml:2: unknown entry 'persons'"),
        ('[person]\nhours = "18:00-08:30"\n', "own.toml:2: hours: '18:00-08:30' cannot be read: the day ends"),
        ('[person]\ndays = "mon someday"\n', "own.toml:2: days: 'mon someday' cannot be read"),
        ('[person]\nholidays = "Germany"\n', "own.toml:2: holidays: 'Germany' cannot be read"),
        ("[recap]\ndue_at = 17\n", "own.toml:2: [recap] due_at is not a text"),
        ("[recap\n", "own.toml:1: this is not TOML"),
        ("person = 3\n", "own.toml:1: [person] days is missing"),
    ],
)
def test_a_mistake_is_an_error_with_its_line(text: str, problem: str) -> None:
    with pytest.raises(PlaybookError) as wrong:
        read_cadence_overrides("own.toml", text)
    assert str(wrong.value).startswith(problem)


@pytest.mark.parametrize(("typed", "kept"), [("8:30-18:00", None), ("08:30 – 18:00", "08:30-18:00"), ("", None)])
def test_hours_are_parsed_and_formatted(typed: str, kept: str | None) -> None:
    if kept is None:
        with pytest.raises(ValueError, match="08:30"):
            parse_hours(typed)
    else:
        assert format_hours(parse_hours(typed)) == kept


def test_days_are_sorted() -> None:
    assert format_days(parse_days("Fri, mon")) == "mon fri"
