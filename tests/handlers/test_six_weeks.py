"""Six weeks of two reps: few messages, none missing that the method asks for, no line said again and again."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest

from handlers.method.reminder_profiles import ReminderProfile
from script import simulate
from script.simulate import Sent
from tests.handlers.world import ANNA, BEN

pytestmark = [pytest.mark.xdist_group("six weeks"), pytest.mark.unmeasured]
"""Played by one worker, once."""


@pytest.fixture(scope="module")
def played() -> dict[ReminderProfile, list[Sent]]:
    return simulate.play_all()


def messages(sent: list[Sent], person: str, kind: str | None = None) -> list[Sent]:
    """The messages that notified the person, of that kind if given."""
    return [each for each in sent if each.person == person and not each.updates and kind in (None, each.kind)]


def test_the_page_of_the_docs_is_current(played: dict[ReminderProfile, list[Sent]]) -> None:
    """If not: script/simulate."""
    assert simulate.page(played) == simulate.PAGE.read_text("utf-8")


@pytest.mark.parametrize("profile", ReminderProfile)
def test_a_busy_rep_and_an_idle_one_get_few_messages(
    played: dict[ReminderProfile, list[Sent]], profile: ReminderProfile
) -> None:
    sent = played[profile]
    assert len(messages(sent, ANNA)) <= (41 if profile is ReminderProfile.ACTIVE else 40)
    assert len(messages(sent, ANNA, "digest")) <= 8
    assert len(messages(sent, BEN)) <= 8


@pytest.mark.parametrize("profile", ReminderProfile)
def test_no_list_says_a_line_on_three_days(played: dict[ReminderProfile, list[Sent]], profile: ReminderProfile) -> None:
    """But for an update that a customer was promised every week."""
    lists = [each for each in played[profile] if each.lines[0].startswith("Today:") and not each.updates]
    assert lists
    days = Counter(line for each in lists for line in {*each.lines[1:]} if "You promised" not in line)
    assert [line for line, count in days.items() if count > 2] == []


@pytest.mark.parametrize("profile", ReminderProfile)
def test_what_the_method_asks_for_is_never_missing(
    played: dict[ReminderProfile, list[Sent]], profile: ReminderProfile
) -> None:
    """M1.1: the first prompt, and a reminder; the call's time. M6.1: the recap, on its day. M7.1: promised updates."""
    sent = messages(played[profile], ANNA)
    assert len([each for each in sent if each.kind == "card"]) == 7
    assert {"Lumen", "Stellar", "Orion", "Vega"} <= {line.split()[0] for each in sent for line in each.lines}
    assert len([each for each in sent if each.kind == "call_soon"]) == 3
    assert [f"{each.at:%a %H:%M}" for each in sent if each.kind == "recap_due"] == ["Wed 17:00"]
    updates = [
        each.at.date()
        for each in sent
        if not each.updates and any("You promised" in line and "Northwind" in line for line in each.lines)
    ]
    assert len(updates) >= 5
    # Good Friday is a day off.
    assert {(later - earlier).days for earlier, later in pairwise(updates)} <= {6, 7, 8}


@pytest.mark.parametrize("profile", ReminderProfile)
def test_an_old_deal_is_never_a_matter_of_today(
    played: dict[ReminderProfile, list[Sent]], profile: ReminderProfile
) -> None:
    late = [each for each in played[profile] if each.person == BEN and (each.at - simulate.FIRST_DAY).days >= 7]
    assert late
    assert [line for each in late for line in each.lines if "today" in line.replace("Today: ", "")] == []


def test_six_reschedules_leave_one_calendar_file(played: dict[ReminderProfile, list[Sent]]) -> None:
    """What stands in the chat at the end: each file takes the place of the one before."""
    invites = [
        each for each in played[ReminderProfile.STANDARD] if each.kind == "invite" and "Stellar" in each.lines[0]
    ]
    assert [each.replaces is not None for each in invites] == [False, True, True, True]


@pytest.mark.parametrize("profile", ReminderProfile)
@pytest.mark.parametrize("person", [ANNA, BEN])
def test_the_offer_to_ask_a_colleague_is_a_line_of_the_mornings_list(
    played: dict[ReminderProfile, list[Sent]], profile: ReminderProfile, person: str
) -> None:
    sent = messages(played[profile], person)
    offering = [each for each in sent if any("ask a colleague" in line for line in each.lines)]
    assert [each.kind for each in offering] == ["digest"]
    assert {"Ask a colleague ▾", "No, I'll call"} <= set(offering[0].buttons)
