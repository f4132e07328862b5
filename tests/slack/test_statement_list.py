"""The list, the coach, the details and undo over real HTTP, as a rep uses them."""

from __future__ import annotations

from typing import Any

import pytest

from bot.ui.ids import ActionId
from tests.sandbox.user_driver import Json
from tests.slack.slack_driver import Office
from tests.wording import fixed_part, wording

LISTS = ("A call every Friday\nkeep me posted", "Check-in under 2 minutes\nNo lost letters\nfriendly service")


async def called(office: Office, *, coached: bool = True) -> None:
    """The checklist was submitted."""
    await office.post("Just closed Northwind Dental! $45k ARR")
    await office.tap(await office.card("Northwind Dental"), ActionId.CARD_GO_ON)
    await office.capture(*LISTS, coached=coached)


async def the_list(office: Office) -> Json:
    await office.tap_in_view(ActionId.CALL_EDIT_LIST)
    view = await office.view()
    assert view["callback_id"] == "list"
    return view


async def statements(office: Office) -> list[tuple[str, str, int, bool]]:
    (deal,) = await office.export()
    current = [s["versions"][-1] for s in deal["statements"]]
    return [(v["kind"], v["wording"], v["position"], v["on_list"]) for v in current]


def field_of(view: Json, wording: str) -> str:
    """The name of the field that holds the wording."""
    return next(b["block_id"] for b in view["blocks"] if b.get("element", {}).get("initial_value") == wording)


async def test_the_coach_asks_once_before_the_read_back(office: Office) -> None:
    await called(office, coached=False)
    view = await office.view()
    assert view["callback_id"] == "coaching"
    assert "Did the customer say so" in str(view["blocks"])
    assert "How often" in str(view["blocks"])
    assert len([b for b in view["blocks"] if b["type"] == "input"]) <= 4

    typed = {field_of(view, "keep me posted"): "A mail every Monday"}
    values = {name: {name: {"type": "plain_text_input", "value": value}} for name, value in typed.items()}
    await office.tap_in_view(ActionId.COACH_SAID_SO, state=values)
    view = await office.view()
    assert fixed_part("coach.done") in str(view["blocks"])
    assert "A mail every Monday" in str(view["blocks"])  # what was typed outlives the tap
    await office.submit()

    assert (await office.view())["callback_id"] == "readback"
    assert ("expectation", "A mail every Monday", 2, True) in await statements(office)
    (deal,) = await office.export()
    assert sorted(c["answer"] for s in deal["statements"] for c in s["coached"])[-2:] == ["said_so", "sharpened"]

    await the_list(office)
    await office.submit()
    assert (await office.view())["callback_id"] == "readback"


async def test_a_statement_is_edited_detailed_removed_and_restored(office: Office) -> None:
    await called(office)
    await the_list(office)
    await office.tap_in_view(ActionId.LIST_EDIT)
    await office.submit(wording="A call every Tuesday", kind=("priority",), target="Tuesday")
    assert ("priority", "A call every Tuesday", 4, True) in await statements(office)
    view = await office.view()
    assert wording("statements.measure", measure="Tuesday") in str(view["blocks"])

    await office.tap_in_view(ActionId.LIST_UNDO)
    assert ("expectation", "A call every Friday", 1, True) in await statements(office)

    await office.tap_in_view(ActionId.LIST_DETAILS)
    await office.submit(category=("billing",), owner=("delivery",), origin=("competitor",))
    view = await office.view()
    assert wording("coach.competitor") in str(view["blocks"])
    (deal,) = await office.export()
    (details,) = deal["statements"][0]["details"]
    assert (details["category"], details["owner"], details["promised_by"]) == ("billing", "delivery", "competitor")

    await office.tap_in_view(ActionId.LIST_EDIT)
    await office.tap_in_view(ActionId.LIST_TAKE_OFF)
    assert ("expectation", "A call every Friday", 1, False) in await statements(office)
    assert (await office.view())["callback_id"] == "list"


async def test_a_statement_is_added_with_its_details(office: Office) -> None:
    await called(office)
    await the_list(office)
    await office.tap_in_view(ActionId.LIST_ADD)
    answer = await office.submit(wording="a call every friday", kind=("expectation",))
    assert wording("refusal.statement_twice") in answer["errors"]["wording"]
    await office.submit(wording="No invoice before go-live", kind=("expectation",))
    assert (await office.view())["callback_id"] == "details"
    await office.submit(own_category="invoices", origin=("assumption",))
    assert (await office.view())["callback_id"] == "list"
    assert ("expectation", "No invoice before go-live", 3, True) in await statements(office)


async def test_a_long_list_has_pages_and_an_outdated_submission_keeps_new_statements(office: Office) -> None:
    await office.post("Just closed Northwind Dental! $45k ARR")
    await office.tap(await office.card("Northwind Dental"), ActionId.CARD_GO_ON)
    await office.capture("\n".join(f"Report {n} by 1 May" for n in range(20)), "\n".join(f"{n} mpg" for n in range(20)))
    await the_list(office)
    for _ in range(4):
        await office.tap_in_view(ActionId.LIST_FURTHER)
    assert wording("statements.page", page=5, pages=5) in str((await office.view())["blocks"])
    await office.tap_in_view(ActionId.LIST_EARLIER)
    await office.tap_in_view(ActionId.LIST_TEXT)
    assert (await office.view())["callback_id"] == "checklist"


@pytest.mark.parametrize("again", ["errors", "saved"])
async def test_two_windows_at_the_same_time(office: Office, again: str) -> None:
    await called(office)
    await the_list(office)
    await office.tap_in_view(ActionId.LIST_TEXT)
    old = await office.view()
    stale: dict[str, Any] = {name: old[name] for name in ("private_metadata", "blocks")}
    # On another device the list is changed meanwhile: the same form, saved with other words.
    await office.submit(expectations=f"{LISTS[0]}\nGo-live by 1 May")
    if (await office.view())["callback_id"] == "coaching":
        await office.submit()
    await the_list(office)
    await office.tap_in_view(ActionId.LIST_TEXT)
    view = await office.view()
    view["private_metadata"], view["blocks"] = stale["private_metadata"], stale["blocks"]
    shown = office.sandbox.state.views.get(view["id"])
    assert shown is not None
    shown.update(stale)
    await office.submit(expectations="A call every Tuesday\nkeep me posted")

    view = await office.view()
    assert view["callback_id"] == "checklist"
    assert fixed_part("checklist.changed") in str(view["blocks"])
    name = next(b["block_id"] for b in view["blocks"] if b["block_id"].startswith("expectations_"))
    (merged,) = [b["element"]["initial_value"] for b in view["blocks"] if b["block_id"] == name]
    assert merged == "A call every Tuesday\nkeep me posted\nGo-live by 1 May"
    if again == "errors":
        answer = await office.submit(**{name: "x" * 1001})
        assert name in answer["errors"]
        return
    await office.submit()
    assert ("expectation", "Go-live by 1 May", 3, True) in await statements(office)


async def test_the_coach_asks_in_rounds_and_a_button_leaves_the_rest(office: Office) -> None:
    vague = ["keep me posted", "regular visits", "tell us about problems", "give us notice", "a fair price"]
    wishes = "fast\neasy to use\nless waste\nCut check-in to under 2 minutes"
    await office.post("Just closed Northwind Dental! $45k ARR")
    await office.tap(await office.card("Northwind Dental"), ActionId.CARD_GO_ON)
    await office.capture("\n".join(vague), wishes, coached=False)
    await office.submit()
    view = await office.view()
    assert (view["callback_id"], wording("coach.more", count=1) in str(view["blocks"])) == ("coaching", True)

    typed = {field_of(view, "fast"): "pages in 2 seconds"}
    values = {name: {name: {"type": "plain_text_input", "value": value}} for name, value in typed.items()}
    await office.tap_in_view(ActionId.COACH_LATER, state=values)

    view = await office.view()
    assert (view["callback_id"], wording("readback.kept", count=1) in str(view["blocks"])) == ("readback", True)
    assert ("priority", "pages in 2 seconds", 1, True) in await statements(office)


async def test_todays_value_is_shown_at_the_read_back(office: Office) -> None:
    await office.post("Just closed Northwind Dental! $45k ARR")
    await office.tap(await office.card("Northwind Dental"), ActionId.CARD_GO_ON)
    await office.capture("", "Cut check-in to under 2 minutes", coached=False)
    (field,) = [b["element"]["action_id"] for b in (await office.view())["blocks"] if b["type"] == "input"]
    await office.submit(**{field: "9 minutes"})
    assert wording("readback.today", baseline="9 minutes") in str((await office.view())["blocks"])


async def test_markup_emoji_and_a_thousand_characters_are_shown_whole_and_harmless(office: Office) -> None:
    await office.post("Just closed Northwind Dental! $45k ARR")
    await office.tap(await office.card("Northwind Dental"), ActionId.CARD_GO_ON)
    long = "the other vendor promised " + "<!channel> & 😀 مرحبا " * 46
    await office.capture(f"{long}\nkeep me *posted* <@U1>", long.replace("😀", "🎉"), coached=False)
    view = await office.view()
    assert view["callback_id"] == "coaching"
    assert "<!channel>" not in str([b.get("text") for b in view["blocks"]])
    await office.tap_in_view(ActionId.COACH_COMPETITOR)
    await office.submit()
    view = await the_list(office)
    assert "<!channel>" not in str([b.get("text") for b in view["blocks"]])
    shown = "".join(b["text"]["text"] for b in view["blocks"] if b["type"] == "section")
    assert shown.count("&lt;!channel&gt;") == 2 * 46
    await office.tap_in_view(ActionId.LIST_DETAILS)
    await office.submit(own_category="<!here>")
    await office.tap_in_view(ActionId.LIST_EDIT)
    await office.submit(target=long)
    assert (await office.view())["callback_id"] == "list"
