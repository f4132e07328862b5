"""Commands, shortcuts, actions and submissions: the bot's requests, and the effect of its responses."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from sandbox.config import Command, SandboxConfig, Shortcut
from sandbox.server import running
from tests.sandbox.block_kit import (
    actions,
    button,
    choice,
    home,
    input_block,
    modal,
    options,
    plain,
    section,
    text_input,
)
from tests.sandbox.fake_bot import FakeBot
from tests.sandbox.user_driver import ADA, BOT, BRUNO, People

Json = dict[str, Any]


async def run(people: People, text: str = "/firstcall list", **more: Any) -> Json:
    delivery: Json = (await people.post("commands", **{"as_": ADA, "channel": "#wins", "text": text, **more}))[
        "delivery"
    ]
    return delivery


async def open_modal(slack: AsyncWebClient, people: People, bot: FakeBot, *blocks: Json, **more: Any) -> Json:
    await run(people)
    opened = await slack.views_open(trigger_id=bot.last["trigger_id"], view=modal(*blocks, **more))
    return dict(opened["view"])


async def submit(people: People, view: Json, state: Json | None = None, **more: Any) -> Json:
    return await people.post("views/submit", as_=ADA, view_id=view["id"], state=state or {}, **more)


# --- commands ---------------------------------------------------------------------------------------------------


async def test_a_command_arrives_as_a_signed_form(people: People, bot: FakeBot) -> None:
    delivery = await run(people, "/firstcall won R&D <3 with @bruno")
    assert (delivery["status"], delivery["error"]) == (200, None)
    assert bot.received[0].signed
    form = bot.last
    assert form["command"] == "/firstcall"
    assert form["text"] == f"won R&amp;D &lt;3 with <@{BRUNO}|bruno>"
    assert (form["channel_name"], form["user_id"], form["user_name"]) == ("wins", ADA, "ada")
    assert form["trigger_id"]
    assert "/response/" in form["response_url"]
    assert "is not a valid command" in await people.refusal("commands", as_=ADA, channel="#wins", text="/other")


async def test_a_command_without_escaping_keeps_names(config: SandboxConfig, people: People, bot: FakeBot) -> None:
    async with running(replace(config, commands=(Command("/plain", ""),))) as sandbox:
        await run(People(sandbox.url, people.http), "/plain @bruno & co")
    assert bot.last["text"] == "@bruno &amp; co"


async def test_a_direct_response_is_posted_or_ephemeral(people: People, bot: FakeBot) -> None:
    bot.respond_with({"text": "Only you"})
    await run(people)
    assert (await people.reads("#wins"))[-1]["ephemeral_to"] == ADA
    bot.respond_with({"response_type": "in_channel", "text": "All"})
    await run(people)
    assert (await people.reads("#wins", BRUNO))[-1]["text"] == "All"
    bot.answer = lambda _: web.Response(text="Just words")
    await run(people)
    assert (await people.reads("#wins"))[-1]["text"] == "Just words"
    bot.answer = lambda _: web.Response(text="[" * 30_000)
    assert (await run(people))["error"] is None
    bot.respond_with({"blocks": [{"type": "nonsense"}]})
    delivery = await run(people)
    assert delivery["error"] == "The bot's answer was refused: invalid_blocks."
    assert (await people.get("requests"))["requests"][-1]["refused"] == "invalid_blocks"


async def test_a_command_without_a_response_fails(config: SandboxConfig, people: People, bot: FakeBot) -> None:
    async with running(replace(config, answer_within=0.05)) as sandbox:
        bot.block_until = asyncio.Event()
        delivery = await run(People(sandbox.url, people.http))
    assert delivery["status"] is None
    assert delivery["error"] == "The bot did not answer within 0.05 seconds."
    assert len(bot.received) == 1


async def test_an_error_of_the_bot_is_shown(people: People, bot: FakeBot) -> None:
    bot.fail_with(500)
    delivery = await run(people)
    assert (delivery["status"], delivery["error"]) == (500, "The bot answered with HTTP status 500.")


# --- response addresses -----------------------------------------------------------------------------------------


async def test_a_response_url_has_five_uses(people: People, bot: FakeBot) -> None:
    await run(people)
    webhook = AsyncWebhookClient(bot.last["response_url"])
    answers = [await webhook.send(text=f"Answer {number}") for number in range(6)]
    assert [each.status_code for each in answers] == [200] * 5 + [404]
    assert answers[0].body == "ok"
    assert "used_url" in answers[5].body
    seen = [each for each in await people.reads("#wins") if each.get("ephemeral_to") == ADA]
    assert [each["text"] for each in seen] == [f"Answer {number}" for number in range(5)]


async def test_a_response_url_expires_after_half_an_hour(people: People, bot: FakeBot) -> None:
    await run(people)
    webhook = AsyncWebhookClient(bot.last["response_url"])
    await people.post("clock", move="+29m")
    assert (await webhook.send(text="In time")).status_code == 200
    await people.post("clock", move="+2m")
    late = await webhook.send(text="Late")
    assert (late.status_code, "expired_url" in late.body) == (404, True)


async def test_a_response_can_replace_and_delete_the_original(
    slack: AsyncWebClient, people: People, bot: FakeBot
) -> None:
    posted = await slack.chat_postMessage(channel="#wins", text="Old", blocks=[actions(button(), block_id="a")])
    where = {"type": "message", "channel": posted["channel"], "ts": posted["ts"]}
    await people.post("actions", as_=ADA, container=where, block_id="a", action_id="go")
    webhook = AsyncWebhookClient(bot.last["response_url"])
    await webhook.send(text="New", replace_original=True)
    assert (await people.reads("#wins"))[-1]["text"] == "New"
    await webhook.send(text="All", response_type="in_channel", replace_original=False)
    assert (await people.reads("#wins"))[-1]["text"] == "All"
    await webhook.send(delete_original=True)
    assert all(each["ts"] != posted["ts"] for each in await people.reads("#wins"))
    refused = await webhook.send(blocks=[{"type": "nonsense"}])
    assert (refused.status_code, "invalid_blocks" in refused.body) == (400, True)
    async with people.http.post(webhook.url, data=b"{") as response:
        assert response.status == 400
    unknown = await AsyncWebhookClient(webhook.url.rpartition("/")[0] + "/none").send(text="x")
    assert unknown.status_code == 404


async def test_broadcast_mentions_of_a_response_are_logged(people: People, bot: FakeBot) -> None:
    bot.respond_with({"text": "<!channel>"})
    await run(people)
    await AsyncWebhookClient(bot.last["response_url"]).send(text="<!here>")
    rang = [each["rang"] for each in (await people.get("requests"))["requests"] if each["rang"]]
    assert rang == [["channel"], ["here"]]


# --- shortcuts --------------------------------------------------------------------------------------------------


async def test_a_message_shortcut(people: People, bot: FakeBot) -> None:
    message = await people.says("Just closed Northwind")
    where = {"channel": message["channel"], "ts": message["ts"]}
    answer = await people.post("shortcuts", as_=BRUNO, callback_id="closed_deal", **where)
    assert answer["delivery"]["status"] == 200
    payload = bot.last
    assert (payload["type"], payload["callback_id"]) == ("message_action", "closed_deal")
    assert payload["message"]["text"] == "Just closed Northwind"
    assert payload["user"]["id"] == BRUNO
    assert payload["message_ts"] == message["ts"]
    assert "no message shortcut" in await people.refusal("shortcuts", as_=ADA, callback_id="other", **where)
    assert "no global shortcut" in await people.refusal("shortcuts", as_=ADA, callback_id="closed_deal")


async def test_a_global_shortcut(config: SandboxConfig, people: People, bot: FakeBot) -> None:
    shortcuts = (Shortcut("global", "Report a deal", "report"),)
    async with running(replace(config, shortcuts=shortcuts)) as sandbox:
        await People(sandbox.url, people.http).post("shortcuts", as_=ADA, callback_id="report")
        slack = AsyncWebClient(token="xoxb-sandbox", base_url=sandbox.api_url)
        assert (bot.last["type"], bot.last["callback_id"]) == ("shortcut", "report")
        assert (await slack.views_open(trigger_id=bot.last["trigger_id"], view=modal()))["ok"]


# --- actions ----------------------------------------------------------------------------------------------------

ELEMENTS: list[tuple[Json, Any, Json]] = [
    (button(value="7"), None, {"value": "7"}),
    (choice("static_select"), {"selected_option": options(3)[1]}, {"selected_option": options(3)[1]}),
    (choice("radio_buttons"), "2", {"selected_option": options(3)[2]}),
    (choice("overflow"), "0", {"selected_option": options(3)[0]}),
    (choice("checkboxes"), {"selected_options": ["0", "2"]}, {"selected_options": [options(3)[0], options(3)[2]]}),
    ({"type": "users_select", "action_id": "u"}, {"selected_user": ADA}, {"selected_user": ADA}),
    ({"type": "datepicker", "action_id": "d"}, {"selected_date": "2026-01-02"}, {"selected_date": "2026-01-02"}),
    ({"type": "timepicker", "action_id": "t"}, "09:30", {"selected_time": "09:30"}),
    ({"type": "datetimepicker", "action_id": "dt"}, 1_700_000_000, {"selected_date_time": 1_700_000_000}),
    ({"type": "multi_users_select", "action_id": "m"}, {"selected_users": [ADA]}, {"selected_users": [ADA]}),
]


@pytest.mark.parametrize(("element", "value", "fields"), ELEMENTS, ids=[each[0]["type"] for each in ELEMENTS])
async def test_every_element_sends_its_own_fields(
    slack: AsyncWebClient, people: People, bot: FakeBot, element: Json, value: Any, fields: Json
) -> None:
    posted = await slack.chat_postMessage(channel="#wins", text="x", blocks=[actions(element, block_id="a")])
    where = {"type": "message", "channel": posted["channel"], "ts": posted["ts"]}
    action_id = element["action_id"]
    await people.post("actions", as_=ADA, container=where, block_id="a", action_id=action_id, value=value)
    payload = bot.last
    action = payload["actions"][0]
    assert (action["type"], action["block_id"], action["action_id"]) == (element["type"], "a", action_id)
    assert fields.items() <= action.items()
    assert action["action_ts"]
    assert payload["container"] == {
        "type": "message",
        "message_ts": posted["ts"],
        "channel_id": posted["channel"],
        "is_ephemeral": False,
    }
    assert payload["message"]["ts"] == posted["ts"]
    stateful = element["type"] not in {"button", "overflow"}
    expected = {"a": {action_id: {"type": element["type"], **fields}}} if stateful else {}
    assert payload["state"]["values"] == expected


async def test_an_action_in_a_dm_names_the_channel_directmessage(
    slack: AsyncWebClient, people: People, bot: FakeBot
) -> None:
    posted = await slack.chat_postMessage(channel=ADA, text="x", blocks=[section(block_id="s", accessory=button())])
    where = {"type": "message", "channel": posted["channel"], "ts": posted["ts"]}
    await people.post("actions", as_=ADA, container=where, block_id="s", action_id="go")
    assert bot.last["channel"] == {"id": posted["channel"], "name": "directmessage"}
    stranger = await people.refusal("actions", as_=BRUNO, container=where, block_id="s", action_id="go")
    assert "sees no conversation" in stranger


async def test_an_action_on_an_ephemeral_message(slack: AsyncWebClient, people: People, bot: FakeBot) -> None:
    blocks = [actions(button(), block_id="a")]
    whispered = await slack.chat_postEphemeral(channel="#wins", user=ADA, text="x", blocks=blocks)
    where = {"type": "message", "channel": "#wins", "ts": whispered["message_ts"]}
    await people.post("actions", as_=ADA, container=where, block_id="a", action_id="go")
    assert bot.last["container"]["is_ephemeral"]
    stranger = await people.refusal("actions", as_=BRUNO, container=where, block_id="a", action_id="go")
    assert "no message" in stranger
    await AsyncWebhookClient(bot.last["response_url"]).send(delete_original=True)
    assert await people.reads("#wins") == []


async def test_an_action_in_the_home(slack: AsyncWebClient, people: People, bot: FakeBot) -> None:
    await slack.views_publish(user_id=ADA, view=home(actions(button(), block_id="a")))
    await people.post("actions", as_=ADA, container={"type": "home"}, block_id="a", action_id="go")
    assert bot.last["view"]["type"] == "home"
    assert (await slack.views_open(trigger_id=bot.last["trigger_id"], view=modal()))["ok"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"action_id": "other"}, "nothing called other"),
        ({"block_id": "other"}, "nothing called choose"),
        ({"value": "9"}, "not among the options"),
        ({"value": {"selected_option": {"value": {}}}}, "not among the options"),
        ({"container": {"type": "message", "channel": "#wins", "ts": "1.1"}}, "no message 1.1"),
        ({"container": {"type": "view", "view_id": "V0"}}, "not open"),
        ({"container": {"type": "view", "view_id": ["V0"]}}, "not open"),
        ({"container": {"type": "home"}}, "not open"),
        ({"container": "x"}, "container is missing"),
        ({"as": BOT}, "Nobody here"),
        ({"as": "U0NONE"}, "Nobody here"),
        ({"state": "x"}, "state is an object"),
        ({"state": {"a": {"other": {}}}}, "nothing called other"),
    ],
)
async def test_an_impossible_action_is_refused(
    slack: AsyncWebClient, people: People, changes: Json, sentence: str
) -> None:
    blocks = [actions(choice("static_select"), block_id="a")]
    posted = await slack.chat_postMessage(channel="#wins", text="x", blocks=blocks)
    right = {
        "as": ADA,
        "container": {"type": "message", "channel": posted["channel"], "ts": posted["ts"]},
        "block_id": "a",
        "action_id": "choose",
        "value": "1",
    }
    await people.post("actions", **right)
    assert sentence in await people.refusal("actions", **{**right, **changes})


async def test_an_input_sends_actions_only_with_dispatch_action(
    slack: AsyncWebClient, people: People, bot: FakeBot
) -> None:
    blocks = [input_block(text_input(), "quiet"), input_block(text_input(action_id="t"), "loud", dispatch_action=True)]
    posted = await slack.chat_postMessage(channel="#wins", text="x", blocks=blocks)
    where = {"type": "message", "channel": posted["channel"], "ts": posted["ts"]}
    said = {"as_": ADA, "container": where, "value": {"value": "Hi"}}
    assert "dispatch_action" in await people.refusal("actions", block_id="quiet", action_id="typed", **said)
    await people.post("actions", block_id="loud", action_id="t", **said)
    assert bot.last["actions"][0]["value"] == "Hi"


# --- submissions ------------------------------------------------------------------------------------------------


async def test_a_submission_carries_state_and_hash(slack: AsyncWebClient, people: People, bot: FakeBot) -> None:
    view = await open_modal(
        slack,
        people,
        bot,
        input_block(text_input(), "name"),
        input_block(choice("radio_buttons", initial_option=options(3)[1]), "pick"),
        input_block(choice("checkboxes", action_id="boxes"), "boxes", optional=True),
        actions(choice("static_select", action_id="inner"), block_id="more"),
        callback_id="call",
        private_metadata="deal:7",
    )
    answer = await submit(people, view, {"name": {"typed": {"value": "Northwind"}}})
    assert answer == {"delivery": answer["delivery"]}
    payload = bot.last
    assert payload["type"] == "view_submission"
    assert payload["view"]["hash"] == view["hash"]
    assert (payload["view"]["callback_id"], payload["view"]["private_metadata"]) == ("call", "deal:7")
    assert payload["view"]["state"]["values"] == {
        "name": {"typed": {"type": "plain_text_input", "value": "Northwind"}},
        "pick": {"choose": {"type": "radio_buttons", "selected_option": options(3)[1]}},
        "boxes": {"boxes": {"type": "checkboxes", "selected_options": []}},
        "more": {"inner": {"type": "static_select", "selected_option": None}},
    }
    assert (await people.get("views", as_=ADA))["views"] == []


async def test_the_client_checks_before_it_submits(slack: AsyncWebClient, people: People, bot: FakeBot) -> None:
    number = {"type": "number_input", "action_id": "n", "is_decimal_allowed": False, "min_value": "1", "max_value": "9"}
    view = await open_modal(
        slack,
        people,
        bot,
        input_block(text_input(min_length=3, max_length=5), "name"),
        input_block(number, "number"),
        input_block({"type": "email_text_input", "action_id": "e"}, "mail"),
        input_block({"type": "url_text_input", "action_id": "l"}, "link"),
        input_block(choice("multi_static_select", action_id="ms", max_selected_items=1), "many"),
    )
    before = len(bot.received)

    async def errors(name: Any, amount: str, mail: str, link: str, many: list[str]) -> Json:
        state = {
            "name": {"typed": {"value": name}},
            "number": {"n": {"value": amount}},
            "mail": {"e": {"value": mail}},
            "link": {"l": {"value": link}},
            "many": {"ms": {"selected_options": many}},
        }
        answer = await submit(people, view, state)
        assert answer["delivery"] is None
        return dict(answer["errors"])

    required = "Please complete this required field."
    assert await errors("", "", "", "", []) == dict.fromkeys(["name", "number", "mail", "link", "many"], required)
    assert await errors("ab", "x", "x", "x", ["0", "1"]) == {
        "name": "Please enter at least 3 characters.",
        "number": "Please enter a number.",
        "mail": "Please enter a valid email address.",
        "link": "Please enter a valid link.",
        "many": "Please choose at most 1.",
    }
    fine: Json = {"mail": "a@b.c", "link": "http://x.y", "many": ["1"]}
    assert await errors("abcdef", "1.5", **fine) == {
        "name": "Please enter at most 5 characters.",
        "number": "Please enter a whole number.",
    }
    assert await errors("abc", "0", **fine) == {"number": "Please enter 1 or more."}
    assert await errors("abc", "10", **fine) == {"number": "Please enter 9 or less."}
    assert len(bot.received) == before
    forced = await submit(people, view, {"name": {"typed": {"value": "a"}}}, force=True)
    assert forced["delivery"]["status"] == 200
    assert len(bot.received) == before + 1


async def test_errors_of_the_bot_keep_the_modal_open(slack: AsyncWebClient, people: People, bot: FakeBot) -> None:
    view = await open_modal(slack, people, bot, input_block(text_input(), "name"))
    bot.respond_with({"response_action": "errors", "errors": {"name": "Whose?"}})
    answer = await submit(people, view, {"name": {"typed": "x"}})
    assert answer["errors"] == {"name": "Whose?"}
    assert len((await people.get("views", as_=ADA))["views"]) == 1
    bot.respond_with({"response_action": "errors", "errors": {"other": "Whose?"}})
    answer = await submit(people, view, {"name": {"typed": "x"}})
    assert answer["delivery"]["error"] == "The bot's answer was refused: invalid_arguments."


async def test_a_submission_can_update_push_and_clear(slack: AsyncWebClient, people: People, bot: FakeBot) -> None:
    view = await open_modal(slack, people, bot)
    bot.respond_with({"response_action": "update", "view": modal(section("Two"))})
    await submit(people, view)
    shown = (await people.get("views", as_=ADA))["views"]
    assert (shown[0]["id"], shown[0]["blocks"][0]["text"]["text"]) == (view["id"], "Two")
    assert "changed meanwhile" in await people.refusal("views/submit", as_=ADA, view_id=view["id"], hash=view["hash"])
    bot.respond_with({"response_action": "push", "view": modal(section("Three"))})
    await submit(people, view)
    shown = (await people.get("views", as_=ADA))["views"]
    assert len(shown) == 2
    bot.respond_with({})
    await submit(people, shown[1])
    assert len((await people.get("views", as_=ADA))["views"]) == 1
    bot.respond_with({"response_action": "clear"})
    await submit(people, view)
    assert (await people.get("views", as_=ADA))["views"] == []


async def test_a_long_response_is_read_completely(slack: AsyncWebClient, people: People, bot: FakeBot) -> None:
    view = await open_modal(slack, people, bot)
    long = modal(*[section("x" * 2_900) for _ in range(60)])
    bot.respond_with({"response_action": "update", "view": long})
    assert (await submit(people, view))["delivery"]["error"] is None
    assert len((await people.get("views", as_=ADA))["views"][0]["blocks"]) == 60
    bot.answer = lambda _: web.Response(text="x" * 1_100_000)
    assert "larger than a megabyte" in (await run(people))["error"]


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "update", "view": modal(section("x" * 3_001))},
        {"response_action": "update"},
        {"response_action": "push", "view": home()},
        {"response_action": "dance"},
        {"response_action": "errors"},
    ],
)
async def test_a_response_that_slack_would_refuse(
    slack: AsyncWebClient, people: People, bot: FakeBot, answer: Json
) -> None:
    view = await open_modal(slack, people, bot)
    bot.respond_with(answer)
    said = await submit(people, view)
    assert said["delivery"]["error"] == "The bot's answer was refused: invalid_arguments."
    assert (await people.get("requests"))["requests"][-1]["refused"] == "invalid_arguments"
    assert len((await people.get("views", as_=ADA))["views"]) == 1


async def test_a_failing_bot_leaves_the_modal_open(slack: AsyncWebClient, people: People, bot: FakeBot) -> None:
    view = await open_modal(slack, people, bot)
    bot.fail_with(500)
    assert (await submit(people, view))["delivery"]["status"] == 500
    assert len((await people.get("views", as_=ADA))["views"]) == 1


async def test_closing_sends_view_closed_with_notify_on_close(
    slack: AsyncWebClient, people: People, bot: FakeBot
) -> None:
    view = await open_modal(slack, people, bot, input_block(text_input(initial_value="a")), notify_on_close=True)
    await people.post("views/close", as_=ADA, view_id=view["id"])
    assert (bot.last["type"], bot.last["is_cleared"]) == ("view_closed", False)
    assert bot.last["view"]["state"] == {"values": {}}  # what is in the fields stays with the client
    before = len(bot.received)
    view = await open_modal(slack, people, bot)
    await people.post("views/close", as_=ADA, view_id=view["id"])
    assert len(bot.received) == before + 1
    assert "not open" in await people.refusal("views/close", as_=ADA, view_id=view["id"])


async def test_closing_a_stack_with_the_x_tells_of_its_first_view_alone(
    slack: AsyncWebClient, people: People, bot: FakeBot
) -> None:
    first = await open_modal(slack, people, bot, actions(button(action_id="more")), notify_on_close=True)
    where = {"type": "view", "view_id": first["id"]}
    await people.post("actions", as_=ADA, container=where, block_id=first["blocks"][0]["block_id"], action_id="more")
    pushed = await slack.views_push(trigger_id=bot.last["trigger_id"], view=modal(notify_on_close=True))
    before = len(bot.received)
    await people.post("views/close", as_=ADA, view_id=pushed["view"]["id"], clear=True)
    assert (bot.last["view"]["id"], bot.last["is_cleared"]) == (first["id"], True)
    assert len(bot.received) == before + 1


async def test_a_submission_of_another_persons_modal(slack: AsyncWebClient, people: People, bot: FakeBot) -> None:
    view = await open_modal(slack, people, bot)
    assert "not open" in await people.refusal("views/submit", as_=BRUNO, view_id=view["id"], state={})


# --- external selects -------------------------------------------------------------------------------------------


async def test_the_bot_provides_the_options(slack: AsyncWebClient, people: People, bot: FakeBot) -> None:
    select = {"type": "external_select", "action_id": "deal", "min_query_length": 1}
    view = await open_modal(slack, people, bot, input_block(select, "deal"))
    query = {"as_": ADA, "view_id": view["id"], "block_id": "deal", "action_id": "deal", "value": "nor"}
    bot.respond_with({"options": options(2)})
    assert (await people.get("options", **query))["options"] == options(2)
    assert (bot.last["type"], bot.last["value"], bot.last["action_id"]) == ("block_suggestion", "nor", "deal")
    groups = [{"label": plain("Won"), "options": options(1)}]
    bot.respond_with({"option_groups": groups})
    assert (await people.get("options", **query))["option_groups"] == groups
    bot.respond_with({"options": options(101)})
    assert (await people.get("options", **query))["options"] == []
    assert (await people.get("requests"))["requests"][-1]["refused"] == "invalid_options"
    posted = await slack.chat_postMessage(channel="#wins", text="x", blocks=[actions(select, block_id="a")])
    bot.respond_with({"options": options(1)})
    query = {"as_": ADA, "channel": posted["channel"], "ts": posted["ts"], "block_id": "a", "action_id": "deal"}
    assert (await people.get("options", **query))["options"] == options(1)
    assert bot.last["message"]["ts"] == posted["ts"]
