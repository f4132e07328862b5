"""Views: trigger ids, the stack, hashes, external ids, App Home, and refusals."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.config import SandboxConfig
from sandbox.server import Sandbox, running
from tests.sandbox.block_kit import actions, button, home, input_block, modal, plain, section, text_input
from tests.sandbox.fake_bot import FakeBot
from tests.sandbox.refusals import refusal, refused
from tests.sandbox.user_driver import ADA, BRUNO, People


async def trigger(people: People, bot: FakeBot) -> str:
    """A new trigger id from a command."""
    await people.post("commands", as_=ADA, channel="#wins", text="/firstcall call")
    return str(bot.last["trigger_id"])


async def press(people: People, bot: FakeBot, view: dict[str, Any]) -> str:
    """A trigger id from a button in a modal."""
    where = {"type": "view", "view_id": view["id"]}
    await people.post("actions", as_=ADA, container=where, block_id="a", action_id="go")
    return str(bot.last["trigger_id"])


async def test_a_modal_opens_for_the_person_of_the_trigger(slack: AsyncWebClient, people: People, bot: FakeBot) -> None:
    opened = (await slack.views_open(trigger_id=await trigger(people, bot), view=modal(section())))["view"]
    assert opened["id"].startswith("V")
    assert (opened["root_view_id"], opened["previous_view_id"]) == (opened["id"], None)
    assert opened["state"] == {"values": {}}
    assert [each["id"] for each in (await people.get("views", as_=ADA))["views"]] == [opened["id"]]
    assert (await people.get("views", as_=BRUNO))["views"] == []


async def test_a_trigger_works_once(slack: AsyncWebClient, people: People, bot: FakeBot) -> None:
    trigger_id = await trigger(people, bot)
    await slack.views_open(trigger_id=trigger_id, view=modal())
    assert await refusal(slack.views_open(trigger_id=trigger_id, view=modal())) == "exchanged_trigger_id"
    assert await refusal(slack.views_open(trigger_id="1.2.x", view=modal())) == "invalid_trigger_id"


async def test_a_trigger_expires(config: SandboxConfig, bot: FakeBot, people: People) -> None:
    async with running(replace(config, trigger_lifetime=0.0)) as sandbox:
        slack = AsyncWebClient(token="xoxb-sandbox", base_url=sandbox.api_url)
        trigger_id = await trigger(People(sandbox.url, people.http), bot)
        assert await refusal(slack.views_open(trigger_id=trigger_id, view=modal())) == "trigger_expired"


async def test_an_invalid_view_does_not_use_up_the_trigger(slack: AsyncWebClient, people: People, bot: FakeBot) -> None:
    trigger_id = await trigger(people, bot)
    answer = await refused(slack.views_open(trigger_id=trigger_id, view=modal(section("x" * 3_001))))
    assert answer["error"] == "invalid_arguments"
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] must be less than 3001 characters [json-pointer:/view/blocks/0/text/text]"
    ]
    assert (await slack.views_open(trigger_id=trigger_id, view=modal()))["ok"]


@pytest.mark.parametrize(
    ("view", "error"),
    [
        ("{", "invalid_arguments"),
        (None, "invalid_arguments"),
        (home(), "invalid_arguments"),
        (modal(*[section("x" * 2_900) for _ in range(90)]), "view_too_large"),
    ],
)
async def test_a_view_that_slack_would_refuse(
    slack: AsyncWebClient, people: People, bot: FakeBot, view: Any, error: str
) -> None:
    arguments = {"trigger_id": await trigger(people, bot), "view": view}
    assert await refusal(slack.api_call("views.open", json=arguments)) == error


async def test_a_trigger_id_is_required(slack: AsyncWebClient) -> None:
    assert await refusal(slack.api_call("views.open", json={"view": modal()})) == "invalid_arguments"


async def test_at_most_three_modals(slack: AsyncWebClient, people: People, bot: FakeBot) -> None:
    blocks = [actions(button(), block_id="a")]
    view = (await slack.views_open(trigger_id=await trigger(people, bot), view=modal(*blocks)))["view"]
    first = view
    for _ in range(2):
        pushed = await slack.views_push(trigger_id=await press(people, bot, view), view=modal(*blocks))
        assert pushed["view"]["previous_view_id"] == view["id"]
        assert pushed["view"]["root_view_id"] == first["id"]
        view = pushed["view"]
    fourth = slack.views_push(trigger_id=await press(people, bot, view), view=modal(*blocks))
    assert await refusal(fourth) == "push_limit_reached"
    assert await refusal(slack.views_push(trigger_id=await trigger(people, bot), view=modal())) == "not_enabled"
    await people.post("views/close", as_=ADA, view_id=view["id"])
    assert len((await people.get("views", as_=ADA))["views"]) == 2
    await people.post("views/close", as_=ADA, view_id=first["id"], clear=True)
    assert (await people.get("views", as_=ADA))["views"] == []


async def test_an_update_needs_the_current_hash(slack: AsyncWebClient, people: People, bot: FakeBot) -> None:
    view = (await slack.views_open(trigger_id=await trigger(people, bot), view=modal(external_id="mine")))["view"]
    updated = await slack.views_update(view_id=view["id"], hash=view["hash"], view=modal(section("2")))
    assert updated["view"]["hash"] != view["hash"]
    assert updated["view"]["id"] == view["id"]
    old = slack.views_update(view_id=view["id"], hash=view["hash"], view=modal())
    assert await refusal(old) == "hash_conflict"
    assert (await slack.views_update(view_id=view["id"], view=modal(external_id="mine")))["ok"]
    assert (await slack.views_update(external_id="mine", view=modal(external_id="mine")))["view"]["id"] == view["id"]
    assert await refusal(slack.views_update(external_id="other", view=modal())) == "not_found"
    assert await refusal(slack.api_call("views.update", json={"view": modal()})) == "invalid_arguments"
    assert await refusal(slack.views_update(view_id=view["id"], view=home())) == "invalid_arguments"
    await people.post("views/close", as_=ADA, view_id=view["id"])
    assert await refusal(slack.views_update(view_id=view["id"], view=modal())) == "not_found"


async def test_an_external_id_is_unique(slack: AsyncWebClient, people: People, bot: FakeBot) -> None:
    await slack.views_publish(user_id=BRUNO, view=home(external_id="mine"))
    taken = slack.views_open(trigger_id=await trigger(people, bot), view=modal(external_id="mine"))
    assert await refusal(taken) == "duplicate_external_id"


async def test_opening_a_modal_replaces_the_open_ones(slack: AsyncWebClient, people: People, bot: FakeBot) -> None:
    first = (await slack.views_open(trigger_id=await trigger(people, bot), view=modal()))["view"]
    second = (await slack.views_open(trigger_id=await trigger(people, bot), view=modal()))["view"]
    assert [each["id"] for each in (await people.get("views", as_=ADA))["views"]] == [second["id"]]
    assert await refusal(slack.views_update(view_id=first["id"], view=modal())) == "not_found"


async def test_the_home_is_published_and_opened(slack: AsyncWebClient, people: People, bot: FakeBot) -> None:
    assert (await people.get("home", as_=ADA))["view"] is None
    opened = await people.post("home/open", as_=ADA)
    assert opened["delivery"]["status"] == 200
    event = bot.events("app_home_opened")[0]
    assert (event["user"], event["tab"]) == (ADA, "home")
    assert "view" not in event
    published = (await slack.views_publish(user_id=ADA, view=home(section("Deals"))))["view"]
    assert (await people.get("home", as_=ADA))["view"]["blocks"][0]["text"]["text"] == "Deals"
    again = await slack.views_publish(user_id=ADA, hash=published["hash"], view=home(section("None")))
    assert again["view"]["id"] == published["id"]
    old = slack.views_publish(user_id=ADA, hash=published["hash"], view=home())
    assert await refusal(old) == "hash_conflict"
    assert await refusal(slack.views_publish(user_id="U0NONE", view=home())) == "user_not_found"
    assert await refusal(slack.views_publish(user_id=ADA, view=modal())) == "invalid_arguments"
    await people.post("home/open", as_=ADA)
    assert bot.events("app_home_opened")[1]["view"]["id"] == published["id"]


async def test_typed_text_survives_an_update(
    slack: AsyncWebClient, people: People, bot: FakeBot, sandbox: Sandbox
) -> None:
    blocks = [input_block(text_input(), "name"), actions(button(), block_id="a")]
    view = (await slack.views_open(trigger_id=await trigger(people, bot), view=modal(*blocks)))["view"]
    await people.post(
        "actions",
        as_=ADA,
        container={"type": "view", "view_id": view["id"]},
        block_id="a",
        action_id="go",
        state={"name": {"typed": {"value": "Ada"}}},
    )
    assert bot.last["view"]["state"]["values"]["name"]["typed"]["value"] == "Ada"
    updated = await slack.views_update(view_id=view["id"], view=modal(*blocks, section("More")))
    assert updated["view"]["state"]["values"]["name"]["typed"] == {"type": "plain_text_input", "value": "Ada"}
    await slack.views_update(view_id=view["id"], view=modal(input_block(text_input(), "other"), title=plain("New")))
    shown = sandbox.state.views.stack(ADA)[0]
    assert shown["state"]["values"] == {"other": {"typed": {"type": "plain_text_input", "value": None}}}
