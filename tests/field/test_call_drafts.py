"""Nothing typed is lost: a form that is closed, by whatever means, offers what was typed when it is opened again."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from bot.slack import payload
from bot.slack.payload_shape import read_payload
from bot.ui.ids import ActionId
from handlers import retention
from handlers.call.drafts import FormRequest, FormTyped, drop, find, keep
from handlers.retention import DRAFTS_KEPT
from sandbox import payloads
from sandbox.delivery import INTERACTIVE
from storage.database import Database
from storage.models import Draft
from storage.tenancy import ALL_TENANTS
from tests.handlers.world import World
from tests.sandbox.user_driver import ADA, BRUNO, Json
from tests.slack.slack_driver import Office
from tests.slack.test_recap import aligned, draft_of, read_to_the_end
from tests.teams.card_driver import CardDriver
from tests.teams.teams_driver import Company
from tests.teams.test_activity_handler import card, invoke, open_dialog, press, say, stored, submit, won
from tests.wording import fixed_part, wording

EXPECTATIONS = "A call every Friday\nNo invoice before go-live"
SECRET = "Their controller, Mr. Ostrowski, must never hear of it"


async def drafts(office: Office) -> list[Draft]:
    """All that are kept."""
    return await office.bot.database.read(
        lambda session: list(session.scalars(select(Draft), execution_options={ALL_TENANTS: True}))
    )


async def checklist(office: Office, who: str = ADA) -> Json:
    """The call's form, just opened."""
    await office.tap(await office.card("Northwind Dental", who), ActionId.CARD_GO_ON, who)
    return await office.view(who)


async def started(office: Office) -> Json:
    await office.post("Just closed Northwind Dental! $45k ARR")
    return await checklist(office)


def held(view: Json) -> dict[str, object]:
    """What the fields of a modal hold."""
    elements = [block["element"] for block in view["blocks"] if block["type"] == "input"]
    return {
        each["action_id"]: [option["value"] for option in each.get("initial_options", ())]
        if each["type"] == "checkboxes"
        else each.get("initial_value") or each.get("initial_option", {}).get("value")
        for each in elements
    }


def says(view: Json, key: str) -> bool:
    return fixed_part(key) in str(view["blocks"])


def entry_payload(office: Office, view: Json, text: str) -> Json:
    """What Slack sends while somebody types, to be delivered later."""
    state = office.sandbox.state
    person = state.workspace.people[view.get("owner", ADA)]
    block = next(each for each in view["blocks"] if each.get("block_id") == "expectations")
    typed = {"type": "plain_text_input", "value": text}
    action = {"block_id": "expectations", "action_id": "expectations", "action_ts": state.clock.ts(), **typed}
    assert block["dispatch_action"]
    values = {"expectations": {"expectations": typed}, "priorities": {"priorities": {**typed, "value": None}}}
    return payloads.view_action(state, person, {**view, "state": {"values": values}}, action)


@pytest.mark.both_databases
@pytest.mark.reported(
    "own trial: the call form closed by Esc after typing", "CopilotKit/OpenTag#54", "danny-avila/LibreChat#10160"
)
async def test_a_closed_form_offers_what_was_typed(office: Office) -> None:
    view = await started(office)
    delivery = await office.types("expectations", EXPECTATIONS, reached="Dana", steps=["M2.1"])
    assert (delivery["status"], delivery["error"]) == (200, None)
    assert (await office.view())["hash"] == view["hash"]  # typing redraws nothing
    await office.close()

    again = await checklist(office)
    assert held(again) == {
        "reached": "Dana",
        "steps": ["M2.1"],
        "expectations": EXPECTATIONS,
        "priorities": None,
    }
    assert says(again, "draft.continued")
    await office.submit()
    assert (await office.view())["callback_id"] in ("readback", "coaching")
    assert await drafts(office) == []


@pytest.mark.reported("slackapi/bolt-js#290")
async def test_starting_over_empties_the_fields_that_slack_would_keep(office: Office) -> None:
    await started(office)
    await office.types("expectations", EXPECTATIONS)
    await office.close()
    await checklist(office)
    await office.types("expectations", EXPECTATIONS + "\nA third")

    await office.tap_in_view(ActionId.DRAFT_START_OVER)
    view = await office.view()
    assert held(view)["expectations"] is None
    assert [each for block in view["state"]["values"].values() for each in block.values() if each.get("value")] == []
    assert not says(view, "draft.continued")
    assert await drafts(office) == []
    await office.types("expectations", "Another")
    await office.submit(expectations="")
    assert (await office.view())["callback_id"] == "checklist"  # the error is at its field
    await office.submit(expectations="A call every Friday")
    assert (await office.view())["callback_id"] == "readback"


@pytest.mark.reported("own trial: the last keystroke arrives after the submission, and two overtake each other")
async def test_requests_that_overtake_each_other_lose_and_revive_nothing(office: Office) -> None:
    view = await started(office)
    early, late = (entry_payload(office, view, text) for text in ("A call", "A call every Friday"))
    client = office.sandbox.state.bot_client
    for each in (late, early):
        await client.send(INTERACTIVE, "block_actions", each)
    assert [draft.entries["expectations"] for draft in await drafts(office)] == ["A call every Friday"]

    await office.submit(expectations="A call every Friday")
    answer = await client.send(INTERACTIVE, "block_actions", late)
    assert answer.error is None
    assert await drafts(office) == []


@pytest.mark.reported("slackapi/bolt-python#624", "slackapi/bolt-js#1309")
async def test_a_closed_form_whose_content_slack_sends_is_kept_unless_something_newer_is(office: Office) -> None:
    view = await started(office)
    state, person = office.sandbox.state, office.sandbox.state.workspace.people[ADA]
    assert view["notify_on_close"]

    async def closed(text: str | None) -> None:
        values = {"expectations": {"expectations": {"type": "plain_text_input", "value": text}}}
        body = payloads.view_closed(state, person, view, is_cleared=True)
        body["view"]["state"] = {"values": values if text else {}}
        assert (await state.bot_client.send(INTERACTIVE, "view_closed", body)).error is None

    for sent, kept in ((None, []), ("From the closing", ["From the closing"]), ("Older", ["From the closing"])):
        await closed(sent)
        assert [draft.entries["expectations"] for draft in await drafts(office)] == kept


@pytest.mark.reported("own trial: the form's list changed between closing and opening it")
async def test_what_changed_meanwhile_is_noticed_and_neither_side_is_lost(office: Office) -> None:
    await started(office)
    await office.submit(expectations="A call every Friday")
    await office.tap_in_view(ActionId.CALL_EDIT_LIST)
    await office.tap_in_view(ActionId.LIST_TEXT)
    await office.types("expectations", "A call every Friday\nNo surprises")
    await office.close()
    await checklist(office)
    await office.tap_in_view(ActionId.CALL_EDIT_LIST)
    await office.tap_in_view(ActionId.LIST_ADD)
    await office.submit(wording="Replies within 4 hours", kind=("expectation",))
    await office.close()

    await checklist(office)
    await office.tap_in_view(ActionId.CALL_EDIT_LIST)
    await office.tap_in_view(ActionId.LIST_TEXT)
    assert held(await office.view())["expectations"] == "A call every Friday\nNo surprises"
    await office.submit()
    merged = await office.view()
    assert says(merged, "checklist.changed")
    assert "No surprises" in str(held(merged))
    assert "Replies within 4 hours" in str(held(merged))
    await office.close()  # it is not stored yet, so it is still kept
    assert ["No surprises" in str(draft.entries) for draft in await drafts(office)] == [True]


@pytest.mark.reported("own trial: the recap was edited and closed, then a statement was corrected")
async def test_an_old_draft_is_shown_beside_what_the_form_holds_by_now(office: Office) -> None:
    await aligned(office)
    await office.tap_in_view(ActionId.RECAP_EDIT)
    await office.types("body", "Dear Dana & team, an older mail.")
    await office.close()

    card = await office.card(wording("card.corrected"))
    await office.tap(card, ActionId.CARD_CORRECTED)
    fields = [block["element"] for block in (await office.view())["blocks"] if block["type"] == "input"]
    await office.submit(statements=[fields[0]["options"][0]["value"]])
    await office.tap_in_view(ActionId.READ_CORRECTED)
    await office.submit(wording="A call every Monday")
    await read_to_the_end(office)
    await office.tap_in_view(ActionId.RECAP_EDIT)
    view = await office.view()
    assert "every Monday" in draft_of(view)
    assert says(view, "draft.outdated")
    assert "Dear Dana &amp; team, an older mail." in str(view["blocks"])
    await office.tap_in_view(ActionId.DRAFT_START_OVER)
    assert (await office.view())["callback_id"] == "recap"
    assert await drafts(office) == []


@pytest.mark.reported("own trial: each form in which people write")
async def test_every_form_about_a_deal_in_which_people_write_keeps_what_they_do(office: Office) -> None:
    await office.post("Just closed Northwind Dental! $45k ARR")
    card = await office.card("Northwind Dental")
    reopened = {}
    await office.tap(card, ActionId.CARD_BRIEF)
    for field, text in (("requirements", "40 seats by March"), ("commitment_1", "By May"), ("notes", "12 May: Olga")):
        await office.types(field, text)
        reopened[(await office.view())["callback_id"]] = (field, text)
        await office.submit(**{field: text})
    await office.close()
    assert await drafts(office) == []

    await checklist(office)
    await office.submit(expectations="A call every Friday")
    await office.tap_in_view(ActionId.READ_CORRECTED)
    await office.types("wording", "A call every Monday")
    await office.close()
    await checklist(office)
    await office.tap_in_view(ActionId.READ_CORRECTED)
    assert held(await office.view()) == {"wording": "A call every Monday"}
    assert reopened.keys() == {"briefwho", "briefcommit", "briefwords"}


@pytest.mark.reported("own trial: another rep's form, and an id that is none")
async def test_nothing_is_kept_for_anybody_but_the_deals_rep(office: Office) -> None:
    view = await started(office)
    body = entry_payload(office, view, SECRET)
    body["user"] = {**body["user"], "id": BRUNO}
    for metadata in (view["private_metadata"], '{"deal_id":999}', "{}", "no JSON"):
        body["view"]["private_metadata"] = metadata
        answer = await office.sandbox.state.bot_client.send(INTERACTIVE, "block_actions", body)
        assert answer.error is None
    assert await office.views(BRUNO) == []  # nobody who types is interrupted
    assert await drafts(office) == []


@pytest.mark.reported("own trial: 14 days, a dismissed deal, and the log")
async def test_a_draft_goes_with_its_deal_and_its_time_and_is_in_no_log(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    await started(office)
    await office.types("expectations", SECRET)
    (exported,) = await office.export()
    assert [(each["form"], each["entries"]["expectations"]) for each in exported["drafts"]] == [("checklist", SECRET)]
    now = datetime.now(UTC)
    await office.bot.database.write(retention.delete_expired, now + DRAFTS_KEPT - timedelta(hours=1))
    assert len(await drafts(office)) == 1
    await office.tap(await office.card("Northwind Dental"), ActionId.CARD_DISMISS)
    assert await drafts(office) == []
    await office.types("expectations", SECRET)
    assert await drafts(office) == []
    await office.tap(await office.card(fixed_part("card.title_dismissed")), ActionId.CARD_STAND_BY)
    await office.types("expectations", SECRET)
    assert len(await drafts(office)) == 1
    await office.bot.database.write(retention.delete_expired, now + DRAFTS_KEPT + timedelta(hours=1))
    assert await drafts(office) == []
    written = capsys.readouterr()
    assert "Ostrowski" not in written.out + written.err


@pytest.mark.reported("slack-go/slack#943")
def test_slacks_empty_list_is_an_empty_form() -> None:
    view = {"id": "V1", "hash": "1.a", "callback_id": "checklist", "type": "modal", "state": {"values": []}}
    body = {"type": "view_submission", "user": {"id": ADA}, "view": view}
    assert payload.form_values(read_payload(body)["view"]).names == ()


# --- Teams ------------------------------------------------------------------------------------------------------------


async def living_card(company: Company) -> CardDriver:
    return (await card(company, fixed_part("card.title_open")))[1]


@pytest.mark.both_databases
@pytest.mark.reported(
    "MicrosoftDocs/msteams-docs#1368", "MicrosoftDocs/msteams-docs#8176", "microsoft/AdaptiveCards#5515"
)
async def test_a_dialog_says_what_teams_forgets_and_can_be_saved_for_later(company: Company) -> None:
    """Teams tells no bot that a dialog was closed, nor what was in it."""
    await won(company)
    sheet = await open_dialog(company, await living_card(company), wording("card.start"))
    assert wording("draft.forgets") in sheet.text
    sheet.fill(wording("checklist.expectations"), EXPECTATIONS)
    sheet.tick_all()
    sheet = await submit(company, sheet, wording("draft.save"))
    assert fixed_part("draft.saved").strip() in sheet.text
    assert EXPECTATIONS in sheet.text
    sheet.fill(wording("checklist.priorities"), "Check-in under 2 minutes")
    sheet = await submit(company, sheet, wording("draft.save"))
    assert sheet.text.count(fixed_part("draft.saved").strip()) == 1
    assert (await stored(company))["statements"] == []

    again = await open_dialog(company, await living_card(company), wording("card.start"))
    assert fixed_part("draft.continued").strip() in again.text
    assert "Check-in under 2 minutes" in again.text
    assert await submit(company, again, wording("checklist.submit"))
    deal = await stored(company)
    assert (len(deal["statements"]), deal["drafts"]) == (3, [])
    assert len(deal["attestations"]) == 4


@pytest.mark.reported("MicrosoftDocs/msteams-docs#733", "MicrosoftDocs/msteams-docs#4863")
async def test_a_form_in_the_chat_can_be_saved_and_started_over(company: Company) -> None:
    await won(company)
    sheet = await say(company, "call northwind")
    sheet.fill(wording("checklist.expectations"), EXPECTATIONS)
    sheet = await press(company, sheet, wording("draft.save"))
    assert EXPECTATIONS in sheet.text
    sheet = await press(company, sheet, wording("checklist.close"))
    assert sheet.text == wording("teams.left")

    sheet = await say(company, "call northwind")
    assert EXPECTATIONS in sheet.text
    sheet = await press(company, sheet, wording("draft.start_over"))
    assert EXPECTATIONS not in sheet.text
    assert (await stored(company))["drafts"] == []


@pytest.mark.reported("own trial: a saved form that was submitted in another window")
async def test_a_form_that_was_submitted_is_not_saved_again(company: Company) -> None:
    await won(company)
    sheet = await open_dialog(company, await living_card(company), wording("card.start"))
    sheet.fill(wording("checklist.expectations"), EXPECTATIONS)
    await submit(company, sheet, wording("checklist.submit"))
    answer = await invoke(company, "task/submit", {"data": sheet.pressed(wording("draft.save"))})
    assert answer["task"] == {"type": "message", "value": wording("refusal.old_button")}
    assert (await stored(company))["drafts"] == []


@pytest.mark.reported("own trial: a form that was refused, and then closed")
async def test_what_a_refused_submission_had_is_kept(company: Company) -> None:
    await won(company)
    sheet = await open_dialog(company, await living_card(company), wording("card.start"))
    sheet.fill(wording("checklist.expectations"), "\n".join(f"Promise number {n}" for n in range(30)))
    refused = await submit(company, sheet, wording("checklist.submit"))
    assert fixed_part("refusal.too_many_statements") in refused.text
    again = await open_dialog(company, await living_card(company), wording("card.start"))
    assert "Promise number 29" in again.text


# --- in any order -----------------------------------------------------------------------------------------------------

SUBMISSION = -1


@pytest.mark.reported("own trial: requests that arrive in any order")
def test_in_any_order_the_newest_entry_is_kept_and_none_after_the_submission(database: Database) -> None:
    world = World(database)
    deal_id = world.detect().deal_id
    forms = itertools.count(1)

    @given(st.permutations([*range(5), SUBMISSION]), st.booleans())
    def rule(arriving: list[int], submitted: bool) -> None:
        form = FormRequest(world.caller(event=""), deal_id, "edit", next(forms))
        key = f"form:{form.statement_id}"
        for each in arriving:
            if each != SUBMISSION:
                typed_at = world.now + timedelta(seconds=each)
                world.do(keep, FormTyped(form, "{}", {"wording": f"typed {each}"}, typed_at, key))
            elif submitted:
                world.do(drop, replace(form, caller=world.caller(event=key)))
        found = database.read_sync(find, form)
        assert (found and found.entries) == (None if submitted else {"wording": "typed 4"})

    rule()
