"""A challenge on every platform: from the command to the customer's word that it is solved, and a compliment."""

from __future__ import annotations

from typing import Any

import pytest

from bot.ui.ids import ActionId, ViewId
from tests.conformance.platform import PlatformUnderTest, exported
from tests.conformance.test_same_call import play
from tests.wording import wording

pytestmark = pytest.mark.both_databases


async def test_m7_1_m7_2_m10_9_m10_10_a_challenge_is_logged_told_and_solved_by_tapping(
    platform: PlatformUnderTest,
) -> None:
    await play(platform)
    form = await platform.command("challenge northwind the scanner is two days late")
    assert form.view == ViewId.CHALLENGE_LOG
    assert (form.fields or {})["what"] == "the scanner is two days late"

    shown = await platform.submit(form, {"severity": "2", "whose": "ours"})
    assert shown.view == ViewId.CHALLENGE
    shown = await platform.click(shown, ActionId.CHALLENGE_PHONE)
    for action_id, words in (
        (ActionId.CHALLENGE_UPDATE, "It ships tonight"),
        (ActionId.CHALLENGE_SOLVE, "A spare one is there"),
    ):
        step = await platform.click(shown, action_id)
        assert step.view == ViewId.CHALLENGE_STEP
        shown = await platform.submit(step, {"words": words})
    shown = await platform.click(shown, ActionId.CHALLENGE_CONFIRM)
    assert ActionId.CHALLENGE_CONFIRM not in dict(shown.clickable)

    praise = await platform.command("praise northwind best crew we've had")
    assert praise.view == ViewId.PRAISE
    await platform.submit(praise, {"contact": "Dana Whitfield"})

    [deal] = await exported(platform)
    stored: Any = deal
    [challenge] = stored["challenges"]
    assert [(step["step"], step["how"], step["words"]) for step in challenge["steps"]] == [
        ("told", "phone", None),
        ("updated", "phone", "It ships tonight"),
        ("solved", None, "A spare one is there"),
        ("confirmed", None, None),
    ]
    assert (challenge["what"], challenge["state"], challenge["told_in_time"]) == (
        "the scanner is two days late",
        "confirmed",
        True,
    )
    assert challenge["agreed_in"] is not None  # "Problems told within 2 hours, by phone"
    assert [(each["contact"], each["words"]) for each in stored["compliments"]] == [
        ("Dana Whitfield", "best crew we've had")
    ]
    listed = await platform.command("challenges")
    assert wording("challenge.none", command=platform.texts.command) in listed.text
