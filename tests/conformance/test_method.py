"""Rules of the method that the other scenarios of this room do not show, on every platform, each named after its rules.

One call is played as far as a rule needs it, so that the end of one is the beginning of the next.
"""

from __future__ import annotations

from bot.ui.ids import ActionId, ViewId
from handlers.call.coaching import BASELINE_PREFIX
from prompts.playbook import playbook
from tests.conformance.platform import PlatformUnderTest, Shown
from tests.conformance.test_platforms import the_card
from tests.conformance.test_promises import outcomes, recapped, stored
from tests.wording import wording

WORDS = {"opening": "Hi Dana", "elephant": "You pay more than before", "proposal": "", "notes": ""}


async def the_brief_is_filled(platform: PlatformUnderTest, shown: Shown) -> Shown:
    """The brief from its first step to its end: the elephant in the room is noted."""
    while shown.view != ViewId.BRIEF:
        entries = WORDS if shown.view == ViewId.BRIEF_WORDS else {}
        shown = await platform.submit(shown, entries)
    return shown


async def test_m7_5_m9_2_m9_3_m10_7_the_call_is_prepared_and_said_up_front(platform: PlatformUnderTest) -> None:
    """What could hurt is named before they do; a target gets today's value beside it; a try that failed is no end."""
    await the_brief_is_filled(platform, await platform.click(await the_card(platform), ActionId.CARD_BRIEF))
    tried = await platform.click(await platform.command("call northwind"), ActionId.ATTEMPT_LEFT_MESSAGE)
    assert tried.view == ViewId.ATTEMPT

    shown = await platform.command("call northwind")

    assert shown.view == ViewId.CHECKLIST
    assert WORDS["elephant"] in shown.text
    assert playbook().up_front in shown.text
    priorities = "Cut check-in to under 2 minutes"
    entries = {"reached": "Dana", "steps": [], "expectations": "", "priorities": priorities}
    coach = await platform.submit(shown, entries)
    assert coach.view == ViewId.COACHING
    baseline = next(name for name in coach.fields or {} if name.startswith(BASELINE_PREFIX))
    await platform.submit(coach, {baseline: "nine minutes"})
    [statement] = (await stored(platform))["statements"]
    assert "nine minutes" in str(statement)


async def test_m5_1_m6_1_m6_2_m10_3_the_call_ends_with_what_could_still_stop_it(platform: PlatformUnderTest) -> None:
    """The referral is asked for once all is settled, the email is a short note, and the obstacle stays on record."""
    modal = await platform.click(await the_card(platform), ActionId.CARD_GO_ON)
    modal = await platform.submit(
        modal, {"reached": "Dana", "steps": ["M2.1"], "expectations": "Go-live by 1 May", "priorities": "40 seats"}
    )
    while modal.view != ViewId.WRAP_UP:
        assert wording("wrapup.ask") not in modal.text  # not before every statement is settled (M5.1)
        agree = modal.view == ViewId.READ_BACK
        modal = await (platform.click(modal, ActionId.READ_AGREED) if agree else platform.submit(modal, {}))
    answers = {"objectives": [*(modal.boxes or {})["objectives"]], "outcome": "agreed"}
    assert wording("wrapup.obstacle_say") in modal.text
    recap = await platform.submit(modal, answers)

    assert recap.view == ViewId.RECAP
    assert not any(sign in recap.text for sign in ("1. ", "<b>", "| "))  # it doesn't look like documentation (M6.2)
    told = "Their old supplier calls, and Dana says no"
    await platform.submit(recap, {"obstacle": told})
    deal = await stored(platform)
    assert (deal["obstacle"], deal["stage"], deal["recaps"][-1]["sent_at"] is not None) == (told, "recapped", True)
    assert told in (await platform.command("show northwind")).text


async def test_m6_3_m9_4_a_correction_is_read_again_and_the_deal_passes_on(platform: PlatformUnderTest) -> None:
    """What comes back on the recap reopens its statement; then all of it passes to a colleague in one step."""
    await platform.introduce(platform.colleague)
    await recapped(platform)
    form = await platform.command("log northwind")
    assert form.view == ViewId.REOPEN
    name, values = next(iter((form.boxes or {}).items()))
    again = await platform.submit(form, {name: [values[0]]})
    assert again.view == ViewId.READ_BACK
    assert [each["said"] for each in (await stored(platform))["statements"][0]["confirmations"]][-1] != "agreed"

    form = await platform.command("handover northwind")
    assert form.view == ViewId.HANDOVER
    await platform.submit(form, {"taker": platform.colleague})
    assert (await stored(platform))["rep"] != platform.rep
    assert (await platform.command("show northwind")).view == ""


async def test_m1_3_what_was_inflated_and_missed_comes_first(platform: PlatformUnderTest) -> None:
    """Too much had been expected of the second one: it weighs twice, and stands above the other."""
    await recapped(platform)
    shown = await platform.command("promises northwind")
    for reason in (ActionId.PROMISES_DELIVERY, ActionId.PROMISES_EXPECTATIONS):
        why = await platform.click(shown, ActionId.PROMISES_MISSED)
        told = await platform.click(why, reason)
        shown = await platform.click(told, ActionId.PROMISES_OPEN)

    assert [state[-1][0] for state in await outcomes(platform)] == ["missed", "missed"]
    assert shown.text.index("40 seats") < shown.text.index("Go-live by 1 May")
    assert (await stored(platform))["stage"] == "delivering"


async def test_m10_5_a_touch_is_planned_for_the_dip(platform: PlatformUnderTest) -> None:
    await recapped(platform)
    planned = await platform.command("reminders")
    assert wording("reminders.kind_dip") in planned.text
