"""The read-back on one screen over real HTTP: few clicks, nothing agreed unseen, nothing lost."""

from __future__ import annotations

from collections import Counter
from typing import Any

from bot.ui.ids import ActionId
from handlers.call import read_back
from handlers.call.contacts import FUNCTIONAL_DECISION_MAKER
from handlers.call.read_back import StatementCorrected
from handlers.call.wrap_up import ALL_OBJECTIVES
from handlers.requests import Caller
from storage.models import Contact, Deal
from storage.tenancy import scope
from tests.sandbox.user_driver import ADA, Json
from tests.slack.slack_driver import Office
from tests.wording import fixed_part, wording

OBJECTIVES = [ALL_OBJECTIVES]
EXPECTATIONS = "A call every Friday\nProblems told within 4 hours\nNo invoice before go-live"
PRIORITIES = "Check-in under 2 minutes\nNo lost letters"
FIRST, SECOND = "A call every Friday", "Problems told within 4 hours"
TOP = "Check-in under 2 minutes"
"""FIRST and TOP matter most: the tick for the others leaves them out."""


async def to_the_read_back(office: Office) -> None:
    await office.post("Just closed Northwind Dental! $45k ARR")
    await office.tap(await office.card("Northwind Dental"), ActionId.CARD_GO_ON)
    await office.capture(EXPECTATIONS, PRIORITIES)


async def tap_on(office: Office, wording: str, tap: str) -> None:
    """Tap one of the answers of a statement on the screen."""
    blocks = (await office.view())["blocks"]
    place = next(n for n, block in enumerate(blocks) if f"“{wording}”" in str(block.get("text")))
    row = blocks[place + 1]
    element = next(each for each in row["elements"] if each["action_id"] == tap)
    await office.tap_in_view(tap, block_id=row["block_id"], value={"value": element["value"]})


async def said(office: Office) -> Counter[tuple[str, str, str | None]]:
    (deal,) = await office.export()
    return Counter((c["said"], c["manner"], c["said_by"]) for s in deal["statements"] for c in s["confirmations"])


def box(view: Json) -> Json:
    """The box to tick."""
    block: Json = next(block for block in view["blocks"] if str(block.get("block_id")).startswith("read_all:"))
    return block


async def submit_all(office: Office) -> Json:
    """Tick "I read all aloud", and submit."""
    view = await office.view()
    block = box(view)
    state = {
        block["block_id"]: {
            "read_all": {"type": "checkboxes", "selected_options": block["element"]["options"]},
        }
    }
    return await office.people.post("views/submit", as_=ADA, view_id=view["id"], state=state)


async def test_from_the_prompt_to_the_recap_in_few_interactions(office: Office) -> None:
    """A tap is an interaction, and so is a form that is filled in and sent: 12 at most for 3 + 2 statements."""
    interactions = 0
    await office.post("Just closed Northwind Dental! $45k ARR")
    card = await office.card("Northwind Dental")
    for step in (
        lambda: office.tap(card, ActionId.CARD_GO_ON),
        lambda: office.capture(EXPECTATIONS, PRIORITIES),
        lambda: office.tap_in_view(ActionId.READ_ALL),
        lambda: tap_on(office, FIRST, ActionId.READ_AGREED),
        lambda: tap_on(office, TOP, ActionId.READ_AGREED),
        lambda: submit_all(office),
        lambda: office.submit(objectives=OBJECTIVES, outcome=("agreed",)),
        office.submit,
    ):
        await step()
        interactions += 1

    await office.card(fixed_part("card.title_recapped"))
    assert interactions <= 12
    assert await said(office) == {
        ("agreed", "each", "Dana Whitfield"): 2,
        ("agreed", "read_all", "Dana Whitfield"): 3,
    }


async def test_statements_are_marked_one_by_one_and_the_rest_at_once(office: Office) -> None:
    await to_the_read_back(office)
    await office.tap_in_view(ActionId.READ_ALL)
    view = await office.view()
    assert view["callback_id"] == "readall"
    assert box(view)["element"]["options"][0]["text"]["text"] == wording("readall.all_read", count=3)
    assert wording("readall.said_matters") in str(view["blocks"])
    assert "initial_options" not in box(view)["element"]

    await tap_on(office, FIRST, ActionId.READ_AGREED)
    await tap_on(office, TOP, ActionId.READ_WITHDRAWN)
    await tap_on(office, SECOND, ActionId.READ_CORRECTED)
    await office.submit(wording="Problems told within 2 hours")
    view = await office.view()
    assert view["callback_id"] == "readall"
    assert wording("readall.said_changed") in str(view["blocks"])
    assert wording("readall.all_read", count=3) in str(box(view))

    await submit_all(office)
    assert (await office.view())["callback_id"] == "wrapup"
    assert await said(office) == {
        ("agreed", "each", "Dana Whitfield"): 1,
        ("withdrawn", "each", "Dana Whitfield"): 1,
        ("corrected", "each", "Dana Whitfield"): 1,
        ("agreed", "read_all", "Dana Whitfield"): 3,
    }


async def test_a_competitors_promise_has_no_agreed_button(office: Office) -> None:
    await office.post("Just closed Northwind Dental! $45k ARR")
    await office.tap(await office.card("Northwind Dental"), ActionId.CARD_GO_ON)
    await office.capture(f"Globex told us we'd be live in two weeks\n{EXPECTATIONS}", PRIORITIES, coached=False)
    view = await office.view()
    assert "Globex" in str(view["blocks"])
    await office.tap_in_view(ActionId.COACH_COMPETITOR)
    await office.submit()
    for action, callback in ((None, "readback"), (ActionId.READ_ALL, "readall")):
        if action:
            await office.tap_in_view(action)
        view = await office.view()
        assert view["callback_id"] == callback
        row = next(block for block in view["blocks"] if str(block.get("block_id")).startswith("answer:"))
        assert [each["action_id"] for each in row["elements"]] == [ActionId.READ_CORRECTED, ActionId.READ_WITHDRAWN]
        assert "we haven't agreed that you'd be live in two weeks" in str(view["blocks"])


async def test_without_its_checkbox_nothing_is_agreed(office: Office) -> None:
    await to_the_read_back(office)
    await office.tap_in_view(ActionId.READ_ALL)
    view = await office.view()

    await office.people.post("views/submit", as_=ADA, view_id=view["id"], state={})

    assert (await office.view())["callback_id"] == "readall"
    assert not await said(office)


async def test_two_quick_answers_are_both_stored_and_shown(office: Office) -> None:
    await to_the_read_back(office)
    await office.tap_in_view(ActionId.READ_ALL)
    view = await office.view()
    rows = [block for block in view["blocks"] if str(block.get("block_id")).startswith("answer:")][:2]
    for row in rows:
        await office.people.post(
            "actions",
            as_=ADA,
            container={"type": "view", "view_id": view["id"]},
            block_id=row["block_id"],
            action_id=ActionId.READ_AGREED,
            value={"value": row["elements"][0]["value"]},
        )
    await office.people.idle()

    assert await said(office) == {("agreed", "each", "Dana Whitfield"): 2}
    view = await office.view()
    assert view["callback_id"] == "readall"
    assert wording("readall.all_read", count=2) in str(box(view))


async def test_switching_the_read_back_takes_one_click_and_closing_loses_nothing(office: Office) -> None:
    await to_the_read_back(office)
    await office.tap_in_view(ActionId.READ_ALL)
    await tap_on(office, FIRST, ActionId.READ_AGREED)
    await office.tap_in_view(ActionId.READ_EACH)
    view = await office.view()
    assert (view["callback_id"], f"“{SECOND}”" in str(view["blocks"])) == ("readback", True)
    await office.tap_in_view(ActionId.READ_ALL)
    view = await office.view()
    await office.people.post("views/close", as_=ADA, view_id=view["id"])

    await office.tap(await office.card(wording("card.progress", settled=1, total=5)), ActionId.CARD_GO_ON)
    assert f"“{SECOND}”" in str((await office.view())["blocks"])


async def test_a_statement_changed_on_another_device_is_shown_again_and_not_agreed(office: Office) -> None:
    await to_the_read_back(office)
    await office.tap_in_view(ActionId.READ_ALL)
    (deal,) = await office.export()
    statement = deal["statements"][0]["id"]
    other_device = Caller("slack", deal["workspace"]["id"], ADA, "another device")
    correction = StatementCorrected(other_device, deal["id"], statement, 1, "A call on Mondays")
    await office.bot.database.write(read_back.correct, correction, office.bot.clock.now())
    await submit_all(office)

    assert (await said(office))[("agreed", "read_all", "Dana Whitfield")] == 3
    view = await office.view()
    assert "A call on Mondays" in str(view["blocks"])
    assert wording("readall.said_changed") in str(view["blocks"])


async def test_the_contact_on_the_phone_is_set_with_one_click(office: Office) -> None:
    await to_the_read_back(office)

    def knows_another(session: Any, _request: None, now: Any) -> None:
        scope(session, 1)
        (deal,) = session.query(Deal).all()
        session.add(Contact(deal_id=deal.id, role=FUNCTIONAL_DECISION_MAKER, name="Ivan Marsh", updated_at=now))

    await office.bot.database.write(knows_another, None, office.bot.clock.now())
    await office.tap_in_view(ActionId.READ_ALL)
    assert wording("readall.who", name="") in str((await office.view())["blocks"])
    await office.tap_in_view(ActionId.ON_THE_PHONE_TOO)
    view = await office.view()
    assert view["callback_id"] == "readall"
    assert wording("readall.intro", name="Ivan Marsh") in str(view["blocks"])
    await tap_on(office, FIRST, ActionId.READ_AGREED)
    await office.tap_in_view(ActionId.READ_EACH)
    assert "On the phone: Ivan Marsh" in str((await office.view())["blocks"])
    await office.tap_in_view(ActionId.ON_THE_PHONE)
    await office.tap_in_view(ActionId.READ_AGREED)

    assert await said(office) == {("agreed", "each", "Ivan Marsh"): 1, ("agreed", "each", "Dana Whitfield"): 1}
