"""The sandbox's page, used like a chat client: by mouse, by keyboard and on a phone."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, Route, ViewportSize, expect
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.config import SandboxConfig
from sandbox.message_events import post_as_person
from sandbox.server import Sandbox
from sandbox.server import running as running_sandbox
from tests.browser.card_bot import CardBot, plain
from tests.browser.card_bot import running as running_bot
from tests.browser.conftest import PATIENCE_MS, NewPage
from tests.patient_slack import PATIENCE

pytestmark = pytest.mark.asyncio(loop_scope="session")
expect.set_options(timeout=PATIENCE_MS)

ADA, BRUNO = "U0ADAKEMP", "U0BRUNOSV"
TROUBLE = "We had some trouble connecting. Try again?"
PHONE: ViewportSize = {"width": 390, "height": 780}


@dataclass(frozen=True)
class Scene:
    """A small workspace with the card bot, and pages that show it."""

    sandbox: Sandbox
    bot: CardBot
    new_page: NewPage

    async def look(self, as_: str = ADA, channel: str = "wins", query: str = "", **options: Any) -> Page:
        """A page on a channel (or the DM with a user id)."""
        place = self.sandbox.state.workspace.channel_by_name(channel)
        return await self.new_page(
            f"{self.sandbox.url}/?as={as_}&channel={place.id if place else channel}{query}", **options
        )

    def channel(self, name: str) -> str:
        place = self.sandbox.state.workspace.channel_by_name(name)
        assert place is not None
        return place.id

    async def heard(self, find: Callable[[], list[dict[str, Any]]], count: int = 1) -> list[dict[str, Any]]:
        """Wait until the bot has heard that many; then gives them."""
        async with asyncio.timeout(PATIENCE_MS / 1000):
            while len(find()) < count:
                await asyncio.sleep(0.01)
        return find()

    async def acted(self, action_id: str, count: int = 1) -> dict[str, Any]:
        """The action as the bot heard it the last time."""
        payloads = await self.heard(lambda: self.bot.actions(action_id), count)
        action: dict[str, Any] = payloads[-1]["actions"][0]
        return action


@pytest_asyncio.fixture(loop_scope="session")
async def scene(new_page: NewPage) -> AsyncIterator[Scene]:
    bot = CardBot()
    async with running_bot(bot) as bot_url:
        config = SandboxConfig(
            port=0,
            seed="small",
            bot_url=bot_url,
            rate_limits=False,
            answer_within=PATIENCE,  # Slack's three seconds may be too short on a busy machine
            trigger_lifetime=PATIENCE,
        )
        async with running_sandbox(config) as sandbox:
            bot.client = AsyncWebClient(token=config.bot_token, base_url=sandbox.api_url)
            yield Scene(sandbox, bot, new_page)


def composer(page: Page, place: str = "#wins") -> Locator:
    return page.get_by_role("textbox", name=f"Message {place}")


def messages(page: Page) -> Locator:
    return page.get_by_role("log", name="Messages in").get_by_role("article")


async def say(page: Page, text: str, place: str = "#wins") -> Locator:
    """Type and send; returns the message once the conversation shows it."""
    await expect(page.get_by_role("log", name="Messages in")).to_have_attribute("aria-busy", "false")
    before = await messages(page).count()
    await composer(page, place).fill(text)
    await composer(page, place).press("Enter")
    await expect(messages(page)).to_have_count(before + 1)
    return messages(page).nth(before)


def choice(page: Page, name: str | re.Pattern[str]) -> Locator:
    """The options of the open list (not the native list of "View as")."""
    return page.get_by_role("listbox").get_by_role("option", name=name)


async def open_order(page: Page) -> Locator:
    await composer(page).fill("/firstcall modal")
    await composer(page).press("Enter")
    dialog = page.get_by_role("dialog", name="Order")
    await expect(dialog).to_be_visible()
    return dialog


# --- messages ---------------------------------------------------------------------------------------------------


async def test_enter_sends_a_message_and_others_see_it_at_once(scene: Scene) -> None:
    ada, bruno = await scene.look(ADA), await scene.look(BRUNO, "random")
    await composer(ada).press_sequentially("first line")
    await composer(ada).press("Shift+Enter")
    await composer(ada).press_sequentially("second line")
    await composer(ada).press("Enter")
    await expect(messages(ada).last).to_have_accessible_name(re.compile("Ada Kemp"))
    await expect(messages(ada).last.locator("br")).to_have_count(1)
    await expect(composer(ada)).to_have_value("")

    wins = bruno.get_by_role("link", name="wins")
    await expect(wins).to_have_accessible_name(re.compile("1 unread"))
    await wins.click()
    await expect(messages(bruno).last).to_contain_text("second line")
    await expect(wins).not_to_have_accessible_name(re.compile("unread"))
    events = await scene.heard(lambda: scene.bot.of_type("message"))
    assert events[0]["text"] == "first line\nsecond line"


async def test_markup_in_a_message_is_shown_as_text(scene: Scene) -> None:
    page = await scene.look()
    attack = '<img src=x onerror="window.hit=1"><script>window.hit=1</script> &amp; <b>bold</b>'
    message = await say(page, attack)
    await expect(message).to_contain_text(attack)
    await expect(message.locator("img, script, b")).to_have_count(0)
    assert await page.evaluate("window.hit") is None


async def test_mrkdwn_mentions_links_and_emoji_are_rendered(scene: Scene) -> None:
    page = await scene.look()
    message = await say(
        page, "*bold* _it_ ~no~ `a*b*` @bruno #general https://example.com/a?b=1 :tada:\n> said\n```\n*raw*\n```"
    )
    for tag, text in {"strong": "bold", "em": "it", "s": "no", "blockquote": "said", "pre": "*raw*"}.items():
        await expect(message.locator(tag)).to_have_text(text)
    await expect(message.locator("code").first).to_have_text("a*b*")
    await expect(message.get_by_role("link", name="https://example.com/a?b=1")).to_have_attribute(
        "rel", re.compile("noopener")
    )
    await expect(message.locator(".mention").first).to_have_text("@Bruno Silva")
    await expect(message.get_by_role("img", name="tada")).to_have_text("🎉")
    await message.get_by_role("link", name="#general").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("#general")


MRKDWN = {
    "*b* _i_ ~s~ `*c*`": "<strong>b</strong> <em>i</em> <s>s</s> <code>*c*</code>",
    "*b _i_ b*": "<strong>b <em>i</em> b</strong>",
    "2*3*4 snake_case_name * b * ~": "2*3*4 snake_case_name * b * ~",
    "*not\nover lines*": "*not<br>over lines*",
    "&lt;b&gt; &amp;amp; <b>": "&lt;b&gt; &amp;amp; &lt;b&gt;",
    "&gt; said\n&gt; twice\nthen": "<blockquote>said<br>twice</blockquote>then",
    "```\n*raw* &lt;x&gt; <https://x.example|x>\n```after": "<pre><code>*raw* &lt;x&gt; x</code></pre>after",
    "<javascript:alert(1)|click>": "&lt;javascript:alert(1)|click&gt;",
    "<@U0BRUNOSV> <@U404> <!here>": "<span>@Bruno Silva</span> <span>@U404</span> <span>@here</span>",
    ":tada: :nonsense: 10:30:45": "<span>🎉</span> :nonsense: 10:30:45",
    "<mailto:a@b.example|a@b.example>": '<a href="mailto:a@b.example">a@b.example</a>',
    "see https://x.example/a_b_c?d=*e*.": 'see <a href="https://x.example/a_b_c?d=*e*">https://x.example/a_b_c?d=*e*</a>.',
    "<!date^0^{date_num} {time}|never>": "<time>1970-01-01 1:00</time>",
    "<!date^x^{date}|never>": "never",
}
"""Slack's mrkdwn and its HTML, without classes and the like. London was an hour ahead in 1970."""

DRAW = """async (text) => {
  const { renderMrkdwn } = await import("/sandbox/static/mrkdwn.js");
  const { Workspace } = await import("/sandbox/static/workspace.js");
  const context = { workspace: await Workspace.load(), reader: { id: "U1", zone: "Europe/London", locale: "en-GB" } };
  const box = document.createElement("div");
  box.append(...renderMrkdwn(text, context));
  for (const node of box.querySelectorAll("*")) {
    for (const { name } of [...node.attributes]) if (name !== "href") node.removeAttribute(name);
  }
  return box.innerHTML;
}"""


async def test_mrkdwn_is_parsed_as_in_slack(scene: Scene) -> None:
    page = await scene.look()
    drawn = {text: await page.evaluate(DRAW, text) for text in MRKDWN}
    assert drawn == MRKDWN


async def test_local_times_are_converted_correctly_in_summer_and_winter(scene: Scene) -> None:
    page = await scene.look()
    instants = """async (cases) => {
      const { fromLocalInput, toLocalInput } = await import("/sandbox/static/times.js");
      return cases.map(([text, zone]) => {
        const date = fromLocalInput(text, zone);
        return [date.toISOString(), toLocalInput(date, zone) === text];
      });
    }"""
    cases = [
        ["2026-01-15T09:00", "America/New_York"],
        ["2026-07-15T09:00", "America/New_York"],
        ["2026-03-29T03:30", "Europe/Berlin"],
        ["2026-10-25T04:00", "Europe/Berlin"],
        ["2026-05-01T00:15", "Asia/Kolkata"],
    ]
    assert await page.evaluate(instants, cases) == [
        ["2026-01-15T14:00:00.000Z", True],
        ["2026-07-15T13:00:00.000Z", True],
        ["2026-03-29T01:30:00.000Z", True],
        ["2026-10-25T03:00:00.000Z", True],
        ["2026-04-30T18:45:00.000Z", True],
    ]


async def test_very_long_and_right_to_left_texts_do_not_overflow(scene: Scene) -> None:
    page = await scene.look()
    await say(page, "ab *c " * 6_000 + "x" * 4_000)
    await say(page, "שלום *עולם* 👩‍👩‍👧‍👦 مرحبا")
    assert await page.evaluate("document.documentElement.scrollWidth") == 1280
    assert await page.get_by_role("log").evaluate("log => log.scrollWidth <= log.clientWidth")


async def test_a_reply_is_shown_in_its_thread_and_counted_in_the_channel(scene: Scene) -> None:
    page = await scene.look()
    message = await say(page, "Northwind signed")
    await message.hover()
    await message.get_by_role("button", name="Reply in thread").click()
    reply = page.get_by_role("textbox", name="Reply in thread")
    await expect(reply).to_be_focused()
    await reply.fill("Congratulations!")
    await reply.press("Enter")
    thread = page.get_by_role("complementary", name="Thread")
    await expect(thread.get_by_role("article")).to_have_count(2)
    await expect(messages(page)).to_have_count(1)
    await reply.press("Escape")
    await expect(thread).to_have_count(0)
    await message.get_by_role("button", name="1 reply").click()
    await expect(thread.get_by_role("article").last).to_contain_text("Congratulations!")


async def test_a_person_can_edit_and_delete_their_messages(scene: Scene) -> None:
    page = await scene.look()
    message = await say(page, "Northwnd <3 @bruno")

    async def choose(name: str) -> None:
        await message.hover()
        await message.get_by_role("button", name="More actions").click()
        await page.get_by_role("menuitem", name=name).click()

    await choose("Edit message")
    field = message.get_by_role("textbox", name="Edit message")
    await expect(field).to_have_value("Northwnd <3 @bruno")
    await field.fill("Northwind <3 @bruno")
    await field.press("Enter")
    await expect(message).to_contain_text("Northwind <3 @Bruno Silva (edited)")
    await choose("Delete message")
    await page.get_by_role("alertdialog").get_by_role("button", name="Keep it").click()
    await expect(message).to_be_visible()
    await choose("Delete message")
    await page.get_by_role("alertdialog").get_by_role("button", name="Delete").click()
    await expect(messages(page)).to_have_count(0)
    kinds = [event.get("subtype") for event in await scene.heard(lambda: scene.bot.of_type("message"), 3)]
    assert kinds == [None, "message_changed", "message_deleted"]


async def test_messages_of_others_can_be_reacted_to_but_not_edited(scene: Scene) -> None:
    ada, bruno = await scene.look(ADA), await scene.look(BRUNO)
    await say(ada, "signed")
    message = messages(bruno).last
    await message.hover()
    await message.get_by_role("button", name="More actions").click()
    await expect(bruno.get_by_role("menuitem", name="Edit message")).to_have_count(0)
    await bruno.get_by_role("menuitem", name="Add reaction").click()
    await bruno.get_by_role("searchbox", name="Find an emoji").fill("tad")
    await bruno.keyboard.press("Enter")
    reaction = messages(ada).last.get_by_role("button", name="tada, 1")
    await expect(reaction).to_have_attribute("aria-pressed", "false")
    await reaction.click()
    await expect(messages(bruno).last.get_by_role("button", name="tada, 2")).to_have_attribute("aria-pressed", "true")
    await messages(ada).last.get_by_role("button", name="tada, 2").click()
    await expect(messages(ada).last.get_by_role("button", name="tada, 1")).to_be_visible()


async def test_a_long_conversation_initially_shows_its_newest_part(scene: Scene) -> None:
    place = scene.sandbox.state.workspace
    random = place.channels[scene.channel("random")]
    for number in range(210):
        post_as_person(scene.sandbox.state, place.people[BRUNO], random, {"text": f"message {number}"})
    page = await scene.look(channel="random")
    await expect(messages(page)).to_have_count(200)
    await expect(messages(page).last).to_be_in_viewport()
    await page.get_by_role("button", name="Show earlier messages").click()
    await expect(messages(page)).to_have_count(210)
    await expect(page.get_by_role("button", name="Show earlier messages")).to_have_count(0)


def says(scene: Scene, channel: str, text: str, **more: str) -> str:
    """Post as Bruno; returns the message's ts."""
    place = scene.sandbox.state.workspace
    body = {"text": text, "raw": True, **more}
    said = post_as_person(scene.sandbox.state, place.people[BRUNO], place.channels[scene.channel(channel)], body)
    return said.ts


async def test_a_permalink_opens_its_message(scene: Scene) -> None:
    ts = says(scene, "random", "the one")
    for number in range(230):
        says(scene, "random", f"message {number}")
    place = f"{scene.sandbox.url}/archives/{scene.channel('random')}"
    link = f"{place}/p{ts.replace('.', '')}"
    says(scene, "general", f"see <{link}|this> and <{place}/p1000000|that>")

    page = await scene.look(channel="general")
    await page.get_by_role("link", name="this").click()
    found = messages(page).filter(has_text="the one")
    await expect(found).to_be_focused()
    await expect(found).to_be_in_viewport()
    assert "message=" not in page.url

    await page.go_back()
    await page.get_by_role("link", name="that").click()
    await expect(page.get_by_text("That message is not here any more.")).to_be_visible()

    fresh = await scene.new_page(link)
    await expect(messages(fresh).filter(has_text="the one")).to_be_focused()


async def test_a_permalink_of_a_reply_opens_its_thread(scene: Scene) -> None:
    parent = says(scene, "random", "who was it?")
    reply = says(scene, "random", "it was Ada", thread_ts=parent)
    channel = scene.channel("random")
    path = f"/archives/{channel}/p{reply.replace('.', '')}?thread_ts={parent}&cid={channel}"

    page = await scene.new_page(scene.sandbox.url + path)
    await expect(page.get_by_role("article").filter(has_text="it was Ada")).to_be_focused()


async def test_joining_a_channel_and_inviting_the_app(scene: Scene) -> None:
    sales = scene.sandbox.state.workspace.channels[scene.channel("sales-emea")]
    page = await scene.look(BRUNO, "sales-emea")
    await expect(composer(page, "#sales-emea")).to_have_count(0)
    await page.get_by_role("button", name="Join the channel").click()
    await composer(page, "#sales-emea").fill("/invite @firstcall")
    await composer(page, "#sales-emea").press("Enter")
    await expect(page.get_by_text("FirstCall is in the channel now.")).to_be_visible()
    assert {BRUNO, scene.sandbox.state.workspace.bot_user_id} <= sales.members


# --- commands and shortcuts -------------------------------------------------------------------------------------


async def test_a_command_is_completed_and_run_with_an_ephemeral_response(scene: Scene) -> None:
    page, other = await scene.look(ADA), await scene.look(BRUNO)
    await composer(page).press_sequentially("/fi")
    await expect(choice(page, "firstcall")).to_be_visible()
    await composer(page).press("Tab")
    await expect(composer(page)).to_have_value("/firstcall ")
    await composer(page).press_sequentially("hello & <you>")
    await composer(page).press("Enter")
    answer = messages(page).filter(has_text="Only visible to you")
    await expect(answer).to_contain_text("You said: hello & <you>")
    await say(other, "somebody else")
    await expect(messages(other)).to_have_count(1)
    await answer.get_by_role("button", name="Dismiss").click()
    await expect(answer).to_have_count(0)


async def test_a_failed_command_shows_the_error_and_restores_the_text(scene: Scene) -> None:
    page = await scene.look()
    await composer(page).fill("/firstcall break")
    await composer(page).press("Enter")
    await expect(page.get_by_role("alert").filter(has_text="/firstcall failed:")).to_be_visible()
    await expect(composer(page)).to_have_value("/firstcall break")
    await composer(page).fill("/nonsense")
    await composer(page).press("Enter")
    await expect(page.get_by_role("alert").filter(has_text="/nonsense is not a command")).to_be_visible()


async def test_the_menus_contain_the_apps_shortcuts(scene: Scene) -> None:
    page = await scene.look()
    message = await say(page, "Just closed Northwind")
    shortcut = next(each for each in scene.sandbox.state.config.shortcuts if each.type == "message")
    await message.hover()
    await message.get_by_role("button", name="More actions").click()
    await page.get_by_role("menuitem", name=shortcut.name).click()
    await expect(page.get_by_role("dialog", name="Order")).to_be_visible()
    payload = (await scene.heard(lambda: scene.bot.of_type("message_action")))[0]
    assert payload["callback_id"] == shortcut.callback_id
    assert payload["message"]["text"] == "Just closed Northwind"


# --- elements ---------------------------------------------------------------------------------------------------


async def test_every_element_sends_its_value_in_slacks_format(scene: Scene) -> None:
    await scene.bot.post_card(scene.channel("wins"))
    page = await scene.look()
    card = messages(page).last

    async def pick(field: str, *names: str, words: str | None = None) -> None:
        box = card.get_by_role("combobox", name=field, exact=True)
        for name in names:
            await box.click()
            if words:
                await box.fill(words)
            await choice(page, name).click()

    await card.get_by_role("button", name="Plain for readers").click()
    button = await scene.acted("plain")
    assert (button["type"], button["block_id"], button["value"]) == ("button", "every", "v1")

    await pick("A colour", "Green")
    green = (await scene.acted("colour"))["selected_option"]
    assert (green["value"], green["text"]["type"], green["text"]["text"]) == ("green", "plain_text", "Green")
    await pick("Colours", "Red", "Blue")
    assert [each["value"] for each in (await scene.acted("colours", 2))["selected_options"]] == ["red", "blue"]
    await pick("A person", "Bruno Silva")
    assert (await scene.acted("person"))["selected_user"] == BRUNO
    await pick("People", "Bruno Silva", "Ada Kemp")
    assert (await scene.acted("persons", 2))["selected_users"] == [BRUNO, ADA]
    await pick("A channel", "#general")
    assert (await scene.acted("channel"))["selected_channel"] == scene.channel("general")
    await pick("A conversation", "#wins")
    assert (await scene.acted("place"))["selected_conversation"] == scene.channel("wins")
    await pick("An account", "Alpine Tools", words="al")
    assert (await scene.acted("account"))["selected_option"]["value"] == "alpine_tools"

    await card.get_by_role("button", name="More options").click()
    await page.get_by_role("menuitem", name="Copy").click()
    assert (await scene.acted("more"))["selected_option"]["value"] == "copy"

    await card.get_by_label("A day").fill("2026-12-24")
    assert (await scene.acted("date"))["selected_date"] == "2026-12-24"
    await card.get_by_label("A time").fill("09:30")
    assert (await scene.acted("time"))["selected_time"] == "09:30"
    await card.get_by_label("Date and time").fill("2026-07-01T12:00")
    assert (await scene.acted("moment"))["selected_date_time"] == 1782903600  # noon in London, in summer

    await card.get_by_role("radio", name="Large").check()
    assert (await scene.acted("size"))["selected_option"]["value"] == "large"
    await card.get_by_role("checkbox", name="Travel").check()
    await scene.acted("extras")
    await card.get_by_role("checkbox", name="Training").check()
    last = await scene.heard(lambda: scene.bot.actions("extras"), 2)
    assert [each["value"] for each in last[-1]["actions"][0]["selected_options"]] == ["training", "travel"]

    values = last[-1]["state"]["values"]
    assert values["every"]["date"] == {"type": "datepicker", "selected_date": "2026-12-24"}
    assert values["every"]["persons"] == {"type": "multi_users_select", "selected_users": [BRUNO, ADA]}
    assert values["choose"]["size"]["selected_option"]["value"] == "large"


async def test_a_typed_date_is_sent_once(scene: Scene) -> None:
    await scene.bot.post_card(scene.channel("wins"))
    page = await scene.look()
    field = messages(page).last.get_by_label("A day")
    await field.focus()
    for _ in ("December", "January"):
        await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Enter")
    assert (await scene.acted("date"))["selected_date"] == "2026-01-20"
    await field.blur()
    assert len(scene.bot.actions("date")) == 1


async def test_a_confirm_dialog_is_shown_before_the_action(scene: Scene) -> None:
    await scene.bot.post_card(scene.channel("wins"))
    page = await scene.look()
    remove = messages(page).last.get_by_role("button", name="Remove")
    await remove.click()
    dialog = page.get_by_role("alertdialog", name="Really?")
    await expect(dialog).to_contain_text("It cannot be undone.")
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await expect(remove).to_be_focused()
    assert scene.bot.actions("sure") == []
    await remove.click()
    await dialog.get_by_role("button", name="Do it").click()
    await scene.acted("sure")


async def test_an_update_of_a_card_keeps_values_and_focus(scene: Scene) -> None:
    ts = await scene.bot.post_card(scene.channel("wins"))
    page = await scene.look()
    box = messages(page).last.get_by_role("combobox", name="A colour")
    await box.click()
    await choice(page, "Blue").click()
    assert scene.bot.client is not None
    card = await scene.bot.client.conversations_history(channel=scene.channel("wins"), limit=1)
    blocks = [{"type": "header", "text": plain("Northwind, renamed")}, *card["messages"][0]["blocks"][1:]]
    await scene.bot.client.chat_update(channel=scene.channel("wins"), ts=ts, text="x", blocks=blocks)
    await expect(page.get_by_role("heading", name="Northwind, renamed")).to_be_visible()
    await expect(box).to_have_value("Blue")
    await expect(box).to_be_focused()


async def test_an_unknown_block_is_shown_with_its_type(scene: Scene) -> None:
    page = await scene.look()
    address = "https://example.com/film"
    film = {
        "type": "video",
        "title": plain("Film"),
        "alt_text": "A film",
        "video_url": address,
        "thumbnail_url": address,
    }
    await scene.bot.post_card(scene.channel("wins"), [film])
    await expect(page.get_by_role("note")).to_have_text("Unsupported block: video")


async def test_attachments_of_other_apps_are_rendered(scene: Scene) -> None:
    page = await scene.look()
    attachment = {
        "color": "#2e9e6b",
        "pretext": "From the CRM",
        "title": "Northwind Dental",
        "title_link": "https://example.com/d/1",
        "text": "*Closed won*",
        "fields": [{"title": "Amount", "value": "$45,000", "short": True}],
        "footer": "CRM",
    }
    posting = {
        "as": ADA,
        "channel": scene.channel("wins"),
        "text": "",
        "attachments": [attachment, {"fallback": "Only a fallback"}],
        "bot_profile": {"name": "Pipeline"},
        "subtype": "bot_message",
    }
    await page.evaluate("body => fetch('/sandbox/messages', {method: 'POST', body: JSON.stringify(body)})", posting)
    message = messages(page).last
    await expect(message).to_have_accessible_name(re.compile("^Pipeline"))
    for text in ("From the CRM", "Closed won", "Amount", "$45,000", "Only a fallback", "APP"):
        await expect(message).to_contain_text(text)
    await expect(message.get_by_role("link", name="Northwind Dental")).to_be_visible()
    edge = await message.locator(".attachment").first.evaluate(
        "box => getComputedStyle(box, '::before').backgroundColor"
    )
    assert edge == "rgb(46, 158, 107)"


# --- modals -----------------------------------------------------------------------------------------------------


async def test_a_modal_shows_errors_under_its_inputs_until_they_are_valid(scene: Scene) -> None:
    page = await scene.look()
    dialog = await open_order(page)
    customer = dialog.get_by_role("textbox", name="Customer")
    await expect(customer).to_be_focused()
    await dialog.get_by_role("button", name="Save").click()
    await expect(customer).to_have_attribute("aria-invalid", "true")
    await expect(customer).to_be_focused()
    assert scene.bot.of_type("view_submission") == []

    await customer.fill("Nobody")
    await dialog.get_by_role("textbox", name="Seats").fill("12")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_contain_text("We have no such customer.")
    await expect(customer).to_have_accessible_description(re.compile("We have no such customer. As on the order"))
    await expect(customer).to_have_value("Nobody")

    await customer.fill("Northwind Dental")
    await dialog.get_by_role("textbox", name="Notes").fill("two\nlines")
    await dialog.get_by_role("combobox", name="Owner").fill("bru")
    await page.keyboard.press("Enter")
    await dialog.get_by_role("combobox", name="Colour").click()
    await choice(page, "Green").click()
    await dialog.get_by_label("Due").fill("2026-12-01")
    await dialog.get_by_role("radiogroup", name="Size").get_by_label("Large").check()
    await dialog.get_by_role("group", name="Extras").get_by_label("Support").check()
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_have_count(0)

    values = scene.bot.of_type("view_submission")[-1]["view"]["state"]["values"]
    given = {block: fields[block] for block, fields in values.items()}
    assert given["customer"] == {"type": "plain_text_input", "value": "Northwind Dental"}
    assert given["notes"]["value"] == "two\nlines"
    assert given["seats"] == {"type": "number_input", "value": "12"}
    assert given["mail"] == {"type": "email_text_input", "value": None}
    assert given["owner"] == {"type": "users_select", "selected_user": BRUNO}
    assert given["colour"]["selected_option"]["value"] == "green"
    assert given["due"] == {"type": "datepicker", "selected_date": "2026-12-01"}
    assert given["size"]["selected_option"]["value"] == "large"
    assert [each["value"] for each in given["extras"]["selected_options"]] == ["support"]


async def test_update_and_push_keep_the_input(scene: Scene) -> None:
    page = await scene.look()
    dialog = await open_order(page)
    await dialog.get_by_role("textbox", name="Customer").fill("Northwind")
    await dialog.get_by_role("combobox", name="Owner").click()
    await choice(page, "Bruno Silva").click()
    await dialog.get_by_role("button", name="Add a line").click()
    longer = page.get_by_role("dialog", name="Order, longer")
    await expect(longer.get_by_role("textbox", name="Line")).to_be_visible()
    await expect(longer.get_by_role("textbox", name="Customer")).to_have_value("Northwind")
    await expect(longer.get_by_role("combobox", name="Owner")).to_have_value("Bruno Silva")
    await expect(longer.get_by_role("button", name="Add a line")).to_be_focused()
    state = scene.bot.actions("add")[0]["view"]["state"]["values"]
    assert state["customer"]["customer"]["value"] == "Northwind"

    await longer.get_by_role("textbox", name="Line").fill("40 seats")
    await longer.get_by_role("button", name="Details").click()
    details = page.get_by_role("dialog", name="Details")
    await details.get_by_role("textbox", name="Detail").fill("by Friday")
    await details.get_by_role("button", name="Done").click()
    await expect(longer.get_by_role("textbox", name="Customer")).to_be_focused()
    await expect(longer.get_by_role("textbox", name="Line")).to_have_value("40 seats")
    await expect(longer.get_by_role("textbox", name="Customer")).to_have_value("Northwind")


async def test_closing_a_modal_closes_one_view_or_all(scene: Scene) -> None:
    page = await scene.look()
    dialog = await open_order(page)
    await dialog.get_by_role("button", name="Details").click()
    details = page.get_by_role("dialog", name="Details")
    await expect(details).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(dialog).to_be_visible()
    assert scene.bot.of_type("view_closed") == []
    await dialog.get_by_role("button", name="Details").click()
    await details.get_by_role("button", name="Close").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    closed = await scene.heard(lambda: scene.bot.of_type("view_closed"))
    assert closed[-1]["is_cleared"] is True


async def test_a_failed_submission_shows_an_error_and_keeps_the_input(scene: Scene) -> None:
    page = await scene.look()
    dialog = await open_order(page)
    await dialog.get_by_role("textbox", name="Customer").fill("Breakage")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog.get_by_role("alert")).to_have_text(TROUBLE)
    await expect(dialog.get_by_role("textbox", name="Customer")).to_have_value("Breakage")
    await dialog.get_by_role("textbox", name="Customer").fill("Northwind")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_have_count(0)


async def test_a_second_click_on_submit_is_ignored_during_the_first(scene: Scene) -> None:
    page = await scene.look()
    dialog = await open_order(page)
    await dialog.get_by_role("textbox", name="Customer").fill("Northwind")
    released = asyncio.Event()
    await page.route("**/sandbox/views/submit", hold_until(released))
    save = dialog.get_by_role("button", name="Save")
    await save.click()
    await expect(save).to_have_attribute("aria-busy", "true")
    await dialog.locator("form").evaluate("form => form.requestSubmit()")
    released.set()
    await expect(dialog).to_have_count(0)
    assert len(scene.bot.of_type("view_submission")) == 1


def hold_until(released: asyncio.Event) -> Callable[[Any], Awaitable[None]]:
    async def hold(route: Any) -> None:
        await released.wait()
        await route.continue_()

    return hold


# --- locations --------------------------------------------------------------------------------------------------


async def test_the_home_tab_is_published_and_its_buttons_work(scene: Scene) -> None:
    page = await scene.look(channel="U0FIRSTCAL")
    await page.get_by_role("tab", name="Messages").press("ArrowLeft")
    await expect(page.get_by_role("tab", name="Home")).to_be_focused()
    await expect(page.get_by_role("tabpanel", name="Home").get_by_role("heading", name="Your deals")).to_be_visible()
    assert "tab=home" in page.url
    await page.get_by_role("button", name="New order").click()
    await expect(page.get_by_role("dialog", name="Order")).to_be_visible()


async def test_the_viewer_can_be_switched_and_is_kept_in_the_url(scene: Scene) -> None:
    page = await scene.look(ADA)
    await say(page, "from Ada")
    await page.get_by_role("combobox", name="View as").select_option(BRUNO)
    await expect(page).to_have_url(re.compile(f"as={BRUNO}"))
    await say(page, "from Bruno")
    await expect(messages(page).last).to_have_accessible_name(re.compile("^Bruno Silva"))
    await page.reload()
    await expect(page.get_by_role("combobox", name="View as")).to_have_value(BRUNO)
    await page.go_back()
    await expect(page.get_by_role("combobox", name="View as")).to_have_value(ADA)


async def test_the_first_message_to_a_person_opens_the_dm(scene: Scene) -> None:
    ada, bruno = await scene.look(ADA), await scene.look(BRUNO)
    await ada.get_by_role("link", name="Bruno Silva").click()
    await say(ada, "Lunch?", "Bruno Silva")
    await expect(bruno.get_by_role("link", name="Ada Kemp")).to_have_accessible_name(re.compile("1 unread"))


async def test_the_clock_can_be_moved_and_reset(scene: Scene) -> None:
    page = await scene.look()
    clock = page.get_by_role("group", name="Workspace clock")
    await clock.get_by_role("button", name="+1 day").click()
    await expect(clock.get_by_role("status")).to_contain_text("1 d ahead")
    await clock.get_by_role("button", name="+1 h").click()
    await expect(clock.get_by_role("status")).to_contain_text("1 d 1 h ahead")
    await clock.get_by_role("button", name="Next Monday 9:00").click()
    await expect(clock.get_by_role("status")).to_contain_text(re.compile(r"Mon.*(0?9:00)"))
    message = await say(page, "on Monday")
    await expect(message).to_contain_text(re.compile("0?9:00"))
    await clock.get_by_role("button", name="Reset").click()
    await expect(clock.get_by_role("status")).not_to_contain_text("ahead")


async def test_times_are_in_the_viewers_time_zone(scene: Scene) -> None:
    await scene.bot.post_card(scene.channel("wins"))
    ada, bruno = await scene.look(ADA), await scene.look(BRUNO)
    await expect(messages(ada).last.locator("time", has_text="21 Nov 2026 at 10:00")).to_be_visible()
    await expect(messages(bruno).last.locator("time", has_text="Nov 21, 2026 at 5:00 AM")).to_be_visible()


# --- inspector, faults and connection ---------------------------------------------------------------------------


async def test_the_inspector_shows_requests_in_both_directions_and_refusals(scene: Scene) -> None:
    page = await scene.look()
    await page.get_by_role("link", name="Inspector").click()
    inspector = page.get_by_role("complementary", name="Inspector")
    await say(page, "for the log")
    entry = inspector.locator("details.request").first
    await expect(entry).to_contain_text("message")
    await entry.locator("summary").click()
    await expect(entry).to_contain_text('"text": "for the log"')

    with pytest.raises(SlackApiError):
        await scene.bot.post_card("C404")
    await expect(entry).to_contain_text("chat.postMessage")
    await expect(entry).to_contain_text("channel_not_found")
    await inspector.get_by_role("combobox", name="Show").select_option("refused")
    await expect(inspector.locator("details.request")).to_have_count(1)
    await inspector.get_by_role("combobox", name="Show").select_option("all")
    await inspector.get_by_role("searchbox", name="Filter requests").fill("for the LOG")
    await expect(inspector.locator("details.request")).to_have_count(1)
    await expect(entry).to_contain_text("message")


async def test_faults_can_be_switched_on_and_off(scene: Scene) -> None:
    page = await scene.look(query="&panel=inspector")
    inspector = page.get_by_role("complementary", name="Inspector")
    await inspector.get_by_text("Fault switches").click()
    await inspector.get_by_role("switch", name="Deliver to the bot").uncheck()
    await expect(inspector.get_by_text("1 in force")).to_be_visible()
    await composer(page).fill("/firstcall hello")
    await composer(page).press("Enter")
    await expect(page.get_by_role("alert").filter(has_text="/firstcall failed")).to_be_visible()
    form = inspector.get_by_role("form", name="Make a method fail")
    await form.get_by_label("Method").fill("chat.postMessage")
    await form.get_by_label("What goes wrong").select_option("429")
    await form.get_by_label("Seconds or error name").fill("7")
    await form.get_by_role("button", name="Make it fail").click()
    await expect(inspector.get_by_text("HTTP 429, ratelimited, retry after 7 s, 1 left")).to_be_visible()
    assert scene.sandbox.state.faults.rules[0].retry_after == 7
    await inspector.get_by_role("button", name="Clear all faults").click()
    await expect(inspector.get_by_role("switch", name="Deliver to the bot")).to_be_checked()
    assert scene.sandbox.state.faults.rules == []


async def test_the_delivery_switch_is_on_before_the_response_arrives(scene: Scene) -> None:
    page = await scene.look(query="&panel=inspector")
    inspector = page.get_by_role("complementary", name="Inspector")
    await page.route("**/faults", lambda route: None)  # never responds
    await inspector.get_by_text("Fault switches").click()
    deliver = inspector.get_by_role("switch", name="Deliver to the bot")
    await expect(deliver).to_be_checked()
    await expect(deliver).to_be_disabled()


async def test_a_late_response_does_not_undo_a_switch(scene: Scene) -> None:
    page = await scene.look(query="&panel=inspector")
    inspector = page.get_by_role("complementary", name="Inspector")
    switches = inspector.get_by_text("Fault switches")
    await switches.click()
    deliver = inspector.get_by_role("switch", name="Deliver to the bot")
    await expect(deliver).to_be_enabled()
    await switches.click()
    asked, released = asyncio.Event(), asyncio.Event()

    async def late(route: Route) -> None:
        if route.request.method != "GET":
            await route.continue_()
            return
        answer = await route.fetch()
        asked.set()
        await released.wait()
        await route.fulfill(response=answer)

    await page.route("**/faults", late)
    await switches.click()
    await asyncio.wait_for(asked.wait(), PATIENCE_MS / 1000)
    await deliver.uncheck()
    await expect(inspector.get_by_text("1 in force")).to_be_visible()
    async with page.expect_response(lambda answer: answer.url.endswith("/faults")) as coming:
        released.set()
    await (await coming.value).finished()
    await page.evaluate("() => new Promise((done) => setTimeout(done, 50))")
    await page.unroute("**/faults", late)
    await expect(deliver).not_to_be_checked()
    await expect(inspector.get_by_text("1 in force")).to_be_visible()


async def test_a_restart_of_the_sandbox_is_noticed(scene: Scene) -> None:
    async with running_sandbox(SandboxConfig(port=0, seed="small")) as first:
        page = await scene.new_page(f"{first.url}/?as={ADA}")
        await say(page, "before", "#general")
        port = int(first.url.rpartition(":")[2])
    banner = page.get_by_text("The sandbox is away.")
    await expect(banner).to_be_visible()
    await composer(page, "#general").fill("while it is away")
    await composer(page, "#general").press("Enter")
    await expect(page.get_by_role("alert").filter(has_text="The sandbox cannot be reached.")).to_be_visible()
    await expect(composer(page, "#general")).to_have_value("while it is away")
    async with running_sandbox(SandboxConfig(port=port, seed="small")):
        await expect(banner).to_be_hidden()
        await expect(messages(page)).to_have_count(0)
        await say(page, "after", "#general")


# --- accessibility ----------------------------------------------------------------------------------------------


async def test_a_call_can_be_made_with_the_keyboard_alone(scene: Scene) -> None:
    await scene.bot.post_card(scene.channel("wins"))
    page = await scene.look()
    await expect(composer(page)).to_be_focused()
    await page.keyboard.press("Shift+Tab")
    for _ in range(60):
        if await page.evaluate("document.activeElement.dataset.actionId") == "open":
            break
        await page.keyboard.press("Shift+Tab")
    await page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Order")
    await expect(dialog.get_by_role("textbox", name="Customer")).to_be_focused()
    await page.keyboard.type("Northwind")
    await page.keyboard.press("Shift+Tab")
    await page.keyboard.press("Shift+Tab")
    await expect(dialog.get_by_role("button", name="Save")).to_be_focused()
    await page.keyboard.press("Tab")
    await expect(dialog.get_by_role("button", name="Close")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await expect(page.get_by_role("button", name="Open the modal")).to_be_focused()


async def test_arrow_keys_move_between_messages_and_open_their_menu(scene: Scene) -> None:
    page = await scene.look()
    await say(page, "one")
    last = await say(page, "two")
    await last.focus()
    await page.keyboard.press("ArrowUp")
    await expect(messages(page).first).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("menuitem", name="Add reaction")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("searchbox", name="Find an emoji")).to_be_focused()
    await page.keyboard.type("rocket")
    await page.keyboard.press("Enter")
    await expect(messages(page).first.get_by_role("button", name="rocket, 1")).to_be_visible()
    await expect(messages(page).first).to_be_focused()
    await page.keyboard.press("Enter")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("textbox", name="Reply in thread")).to_be_focused()


async def test_every_interactive_element_has_an_accessible_name(scene: Scene) -> None:
    await scene.bot.post_card(scene.channel("wins"))
    page = await scene.look(query="&panel=inspector")
    await expect(messages(page)).to_have_count(1)
    await page.get_by_text("Fault switches").click()
    await expect(page.get_by_role("button", name="Clear all faults")).to_be_visible()
    assert await nameless(page) == []
    await page.get_by_role("button", name="Open the modal").click()
    await expect(page.get_by_role("dialog", name="Order")).to_be_visible()
    assert await nameless(page) == []
    assert await page.evaluate("document.documentElement.lang") == "en"


async def nameless(page: Page) -> list[str]:
    """The roles of interactive elements without an accessible name."""
    session = await page.context.new_cdp_session(page)
    tree = await session.send("Accessibility.getFullAXTree")
    usable = {
        "button",
        "link",
        "textbox",
        "searchbox",
        "combobox",
        "checkbox",
        "radio",
        "tab",
        "menuitem",
        "switch",
        "dialog",
    }
    return [
        node["role"]["value"]
        for node in tree["nodes"]
        if not node["ignored"] and node["role"]["value"] in usable and not node.get("name", {}).get("value")
    ]


async def test_a_phone_shows_one_pane_at_a_time(scene: Scene) -> None:
    await scene.bot.post_card(scene.channel("wins"))
    page = await scene.look()
    await page.set_viewport_size(PHONE)
    sidebar = page.get_by_role("navigation", name="Workspace")
    await expect(sidebar).to_be_hidden()
    await page.get_by_role("button", name="Open the sidebar").click()
    await sidebar.get_by_role("link", name="general").click()
    await expect(sidebar).to_be_hidden()
    await expect(page.get_by_role("heading", level=1)).to_have_text("#general")
    await page.go_back()
    card = messages(page).last
    await expect(card.get_by_role("heading", name="Northwind Dental")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert await page.get_by_role("log").evaluate("log => log.scrollWidth <= log.clientWidth")
    await card.get_by_role("button", name="Open the modal").click()
    dialog = page.get_by_role("dialog", name="Order")
    await expect(dialog.get_by_role("button", name="Save")).to_be_in_viewport()
    box = await dialog.bounding_box()
    assert box is not None
    assert (box["x"], box["width"]) == (0, PHONE["width"])
    await dialog.get_by_role("button", name="Not now").click()
    await card.click(position={"x": 8, "y": 8})
    await card.get_by_role("button", name="Reply in thread").click()
    await expect(page.get_by_role("textbox", name="Reply in thread")).to_be_visible()
    await expect(composer(page)).to_be_hidden()
