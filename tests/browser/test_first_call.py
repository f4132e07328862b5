"""The main path of a rep in a real browser: from the message to the recap, with crashes, and on a phone."""

from __future__ import annotations

import re
import shutil
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, ViewportSize, expect

from bot.app import running as bot_running
from bot.slack.manifest import manifest
from sandbox.config import SandboxConfig, with_manifest
from sandbox.server import Sandbox, running
from tests.bot_program import BotProgram
from tests.browser.conftest import PATIENCE_MS, NewPage
from tests.patient_slack import patient_slack
from tests.running_bot import slack_settings
from tests.sandbox.user_driver import ADA, BOT, Json, People
from tests.wording import fixed_part, wording

pytestmark = pytest.mark.asyncio(loop_scope="session")
expect.set_options(timeout=PATIENCE_MS)

PHONE: ViewportSize = {"width": 390, "height": 780}


@dataclass(frozen=True)
class Floor:
    """The workspace in the browser, and the bot."""

    url: str
    people: People
    new_page: NewPage

    async def look(self, channel: str = BOT, **options: object) -> Page:
        """A page on a channel, as the rep."""
        place = channel if channel == BOT else await self.people.channel_id(channel)
        return await self.new_page(f"{self.url}/?as={ADA}&channel={place}", **options)

    async def written(self, channel: str = BOT) -> list[Json]:
        """What the bot wrote there."""
        return [m for m in await self.people.reads(channel) if m.get("bot_id")]


@dataclass(frozen=True)
class FloorWithProgram(Floor):
    """The same with the bot as its own process, which can be killed."""

    bot: BotProgram


@asynccontextmanager
async def opened(config: SandboxConfig) -> AsyncIterator[tuple[Sandbox, People]]:
    """The workspace and its people. At the end, checks that Slack refused none of the bot's requests."""
    async with running(config) as sandbox, aiohttp.ClientSession() as http:
        people = People(sandbox.url, http)
        yield sandbox, people
        refused = [r for r in (await people.get("requests"))["requests"] if r["refused"]]
        # The only allowed failure is that the bot did not respond while it was killed.
        assert [r for r in refused if r["direction"] == "to_slack"] == []


@pytest_asyncio.fixture(loop_scope="session")
async def floor(tmp_path: Path, sqlite_template: Path, new_page: NewPage) -> AsyncIterator[Floor]:
    """With the bot in this process, which starts at once."""
    shutil.copyfile(sqlite_template, tmp_path / "firstcall.db")
    config = replace(patient_slack(), rate_limits=True)
    async with opened(config) as (sandbox, people):
        settings = slack_settings(f"sqlite:///{tmp_path / 'firstcall.db'}", config, sandbox.api_url)
        async with bot_running(settings) as bot:
            await people.post("bot", url=f"{bot.url}/slack/events", clock_url=f"{bot.url}/dev/clock")
            yield Floor(sandbox.url, people, new_page)
            await people.idle()


@pytest_asyncio.fixture(loop_scope="session")
async def floor_with_program(tmp_path: Path, new_page: NewPage) -> AsyncIterator[FloorWithProgram]:
    """As in production, with Slack's three seconds."""
    config = with_manifest(SandboxConfig(port=0, seed="small"), manifest(request_url="https://bot.example"))
    async with opened(config) as (sandbox, people):
        bot = BotProgram(tmp_path, sandbox.api_url, config)
        await people.post("bot", url=f"{bot.url}/slack/events", clock_url=f"{bot.url}/dev/clock")
        await bot.start()
        try:
            yield FloorWithProgram(sandbox.url, people, new_page, bot)
        finally:
            await bot.end(signal.SIGTERM)


async def say(page: Page, channel: str, text: str) -> None:
    box = page.get_by_role("textbox", name=f"Message {channel}")
    await box.fill(text)
    await box.press("Enter")


async def capture(dialog: Locator, expectations: list[str], priorities: list[str]) -> None:
    await dialog.get_by_label("Who did you reach?").fill("Dana Whitfield")
    for box in await dialog.get_by_role("group", name="The four steps").get_by_role("checkbox").all():
        await box.check()
    await dialog.get_by_label("What they expect from us").fill("\n".join(expectations))
    await dialog.get_by_label("What the product must do for them").fill("\n".join(priorities))
    await dialog.get_by_role("button", name="Read back", exact=True).click()


async def agree(dialog: Locator, wording: str) -> None:
    """Check the statement in the modal, and click that the customer agreed."""
    await dialog.get_by_role("button", name=f"The customer agreed to: {wording}").click()


async def the_mail_is_there(dialog: Locator) -> None:
    """The link opens the email, and what is edited is what opens."""
    assert (await linked(dialog)).startswith("Hi Dana,\n\n")
    await dialog.get_by_role("button", name="Edit the recap email to Northwind Dental").click()
    mail = await dialog.get_by_label("Your email").input_value()
    assert mail.endswith("\n\nBest,\nAda")
    assert (
        "a call from me every Friday, no invoice before go-live, and problems told within two hours, by phone." in mail
    )
    assert "check-in under two minutes, and then no lost letters.\n\n" in mail
    await dialog.get_by_label("Your email").fill(mail.replace("Hi Dana", "Dear Dana"))
    await dialog.get_by_role("button", name="Save", exact=True).click()
    await expect(dialog.get_by_text("Dear Dana")).to_be_visible()
    assert await linked(dialog) == mail.replace("Hi Dana", "Dear Dana")


async def linked(dialog: Locator) -> str:
    """The email that the link opens."""
    link = await dialog.get_by_role("link", name="Open in my email").get_attribute("href")
    return parse_qs(urlsplit(str(link)).query)["body"][0].replace("\r\n", "\n")


@pytest.mark.parametrize("size", [{"width": 1280, "height": 900}, PHONE], ids=["desktop", "phone"])
async def test_from_the_message_to_the_recap_with_crashes(
    floor_with_program: FloorWithProgram, size: ViewportSize
) -> None:
    floor = floor_with_program
    page = await floor.look("wins", screen=size)
    await page.set_viewport_size(size)
    await say(page, "#wins", "Just closed Northwind Dental! $45k ARR")
    await say(page, "#wins", "Just closed Harbor Point Hotels! $120k ARR")

    page = await floor.look()
    await page.set_viewport_size(size)
    await expect(page.get_by_role("button", name="Start the call with Harbor Point Hotels")).to_be_visible()
    await page.get_by_role("button", name="Start the call with Northwind Dental").click()
    dialog = page.get_by_role("dialog")
    await capture(
        dialog,
        ["A call every Friday", "Problems told within 4 hours", "No invoice before go-live"],
        ["Check-in under 2 minutes", "No lost letters"],
    )
    await agree(dialog, "A call every Friday")
    await dialog.get_by_role("button", name="The customer corrected: Problems told within 4 hours").click()
    await dialog.get_by_label("What they said instead").fill("Problems told within 2 hours, by phone")
    await dialog.get_by_role("button", name="Read back again").click()
    await agree(dialog, "Problems told within 2 hours, by phone")
    await agree(dialog, "No invoice before go-live")
    await expect(dialog.get_by_text("Check-in under 2 minutes")).to_be_visible()

    # The bot is killed; the answers are stored, and "Continue" leads to the exact statement.
    await floor.bot.end(signal.SIGKILL)
    before = await floor.written()
    await floor.bot.start()
    # If it was updating the card, no other sender may update it before the lease expires.
    await floor.people.post("clock", move="+3m")
    await dialog.get_by_role("button", name="Later").click()
    await page.get_by_role("button", name="Continue the call with Northwind Dental").click()
    await agree(dialog, "Check-in under 2 minutes")
    await agree(dialog, "No lost letters")

    await expect(dialog.get_by_role("heading", name="Wrap up")).to_be_visible()
    for box in await dialog.get_by_role("checkbox").all():
        await box.check()
    await dialog.get_by_role("radio", name="Yes", exact=True).check()
    await dialog.get_by_role("button", name="Save", exact=True).click()
    await the_mail_is_there(dialog)
    await dialog.get_by_role("button", name="I sent it").click()
    await expect(page.get_by_text(wording("card.title_recapped", customer="Northwind Dental"))).to_be_visible()
    assert len(await floor.written()) == len(before) == 2  # one card per deal, despite the crash

    # The other deal's call was not made, so its reminder is sent; and on Monday the week's wins.
    await floor.people.post("clock", move="+3d")
    await floor.people.post(
        "clock", move="next monday 9:00"
    )  # after three days it may be night, when no reminder is sent
    await expect(page.get_by_text(wording("reminder.title_2", customer="Harbor Point Hotels"))).to_be_visible()
    wins = await floor.look("wins")
    await expect(wins.get_by_role("heading", name="Wins of the week")).to_be_visible()

    # Killed and restarted again: nothing is lost, nothing is sent twice.
    dms, posts = await floor.written(), await floor.written("#wins")
    await floor.bot.end(signal.SIGKILL)
    await floor.bot.start()
    await floor.people.post("clock", move="+1m")
    await floor.people.idle()
    assert [m["ts"] for m in await floor.written()] == [m["ts"] for m in dms]
    assert [m["ts"] for m in await floor.written("#wins")] == [m["ts"] for m in posts]
    await page.get_by_role("button", name="Show the record of Northwind Dental").first.click()
    await expect(dialog.get_by_text("Problems told within 2 hours, by phone", exact=False).first).to_be_visible()


async def test_a_double_click_and_a_later_return(floor: Floor) -> None:
    page = await floor.look("wins")
    await say(page, "#wins", "Just closed Northwind Dental! $45k ARR")
    page = await floor.look()
    await page.get_by_role("button", name="Start the call with Northwind Dental").dblclick()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_have_count(1)
    await dialog.get_by_role("button", name="Read back", exact=True).click()
    await expect(dialog.get_by_text("Write down at least one expectation or priority")).to_be_visible()
    await dialog.get_by_label("What they expect from us").fill("A call every Friday\nA mail every Monday")
    await dialog.get_by_role("button", name="Read back", exact=True).click()
    await dialog.get_by_role("button", name="The customer agreed to: A call every Friday").dblclick()
    await expect(dialog.get_by_role("button", name="The customer agreed to: A mail every Monday")).to_be_visible()


@pytest.mark.parametrize("size", [{"width": 1280, "height": 900}, PHONE], ids=["desktop", "phone"])
async def test_a_brief_is_prepared_printed_and_starts_the_call(floor: Floor, size: ViewportSize) -> None:
    page = await floor.look("wins", screen=size)
    await say(page, "#wins", "Just closed Northwind Dental! $45k ARR")
    page = await floor.look()
    await page.set_viewport_size(size)
    await page.get_by_role("button", name="Prepare the call with Northwind Dental").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Who decides?").fill("Dana Whitfield")
    await dialog.get_by_role("radio", name="2-3").check()
    await dialog.get_by_label("What do they need?").fill("Check-in under 2 minutes\n40 seats by March")
    await dialog.get_by_role("button", name="Next").click()
    await dialog.get_by_label("Our promise").first.fill("Under 90 seconds, measured at their desk")
    await dialog.get_by_role("button", name="Next").click()
    await expect(dialog.get_by_label("Begin with")).to_have_value(re.compile("^Hi Dana, "))
    await dialog.get_by_label("The elephant in the room").fill("The price is above what they planned")
    await dialog.get_by_label("Link to the final proposal").fill("https://example.com/proposal/7")
    await dialog.get_by_label("From the customer record").fill("12 May: Olga asked about the old data")
    await dialog.get_by_role("button", name="Save").click()
    await dialog.get_by_role("button", name=wording("brief.label_send", customer="Northwind Dental")).click()
    await expect(dialog.get_by_text(wording("brief.sent"))).to_be_visible()
    await dialog.get_by_role("button", name="Go to the call with Northwind Dental").click()
    await expect(dialog.get_by_text("The price is above what they planned")).to_be_visible()
    await dialog.get_by_role("button", name="Cancel").click()

    printed = page.get_by_role("link", name="https://example.com/proposal/7")
    await expect(printed).to_have_attribute("href", "https://example.com/proposal/7")
    await page.get_by_role("button", name="Prepare the call with Northwind Dental").last.click()
    await expect(dialog.get_by_text("Under 90 seconds, measured at their desk")).to_be_visible()
    wide = await page.evaluate("document.documentElement.scrollWidth")
    assert wide <= size["width"]


class Counted:
    """A rep whose taps are counted, and apart from them the fields that they fill in."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.dialog = page.get_by_role("dialog")
        self.taps = self.fields = 0

    async def tap(self, name: str, *, exact: bool = False) -> None:
        await self.page.get_by_role("button", name=name, exact=exact).click()
        self.taps += 1

    async def type(self, label: str, *lines: str) -> None:
        await self.dialog.get_by_label(label).fill("\n".join(lines))
        self.fields += 1

    async def tick(self, what: Locator) -> None:
        await what.check()
        self.taps += 1


@pytest.mark.parametrize("closed", [False, True], ids=["in one go", "closed in the middle"])
async def test_from_the_prompt_to_the_recap_in_twelve_taps_on_a_phone(floor: Floor, closed: bool) -> None:
    """A form that is closed in the middle costs opening it again, and no word."""
    page = await floor.look("wins")
    await say(page, "#wins", "Just closed Northwind Dental! $45k ARR")
    page = await floor.look(screen=PHONE)
    await page.set_viewport_size(PHONE)
    rep, dialog = Counted(page), page.get_by_role("dialog")

    await rep.tap("Start the call with Northwind Dental")
    await rep.type(
        "What they expect from us", "A call every Friday", "Problems told in 4 hours", "No invoice before go-live"
    )
    await rep.type("What the product must do for them", "Check-in under 2 minutes", "No lost letters")
    if closed:
        await floor.people.idle()
        await page.keyboard.press("Escape")
        await expect(dialog).to_have_count(0)
        await page.get_by_role("button", name="Start the call with Northwind Dental").click()
        await expect(dialog.get_by_text(fixed_part("draft.continued"))).to_be_visible()
        await expect(dialog.get_by_label("What the product must do for them")).to_have_value(re.compile("No lost"))
        assert await dialog.evaluate("dialog => dialog.scrollWidth <= dialog.clientWidth")
    await rep.tap("Read back", exact=True)
    await rep.tap("Read all that wait on one screen")
    await expect(dialog.get_by_text("No lost letters")).to_be_visible()
    assert await dialog.evaluate("dialog => dialog.scrollWidth <= dialog.clientWidth")
    # The first expectation and the first priority are agreed one by one, and no tick includes them: two more taps.
    box = dialog.get_by_role("checkbox", name=wording("readall.all_read", count=3))
    for agreed, statement in enumerate(("A call every Friday", "Check-in under 2 minutes"), start=1):
        await rep.tap(wording("readback.label_agree", wording=statement))
        await expect(dialog.get_by_text(wording("readall.where", settled=agreed, total=5))).to_be_visible()
    await expect(box).not_to_be_checked()
    await rep.tick(box)
    await rep.tap("All agreed", exact=True)
    await expect(dialog.get_by_role("heading", name="Wrap up")).to_be_visible()
    for objective in await dialog.get_by_role("checkbox").all():
        await rep.tick(objective)
    await rep.tick(dialog.get_by_role("radio", name="They had no time"))  # nobody was noted as reached
    await rep.tick(dialog.get_by_role("radio", name="Yes", exact=True))
    await rep.tap("Save", exact=True)

    assert "no lost letters" in await linked(dialog)
    assert (rep.taps, rep.fields) <= (12, 2)


async def test_a_tick_for_five_statements_is_not_kept_for_four(floor: Floor) -> None:
    page = await floor.look("wins")
    await say(page, "#wins", "Just closed Northwind Dental! $45k ARR")
    page = await floor.look(screen=PHONE)
    await page.set_viewport_size(PHONE)
    dialog = page.get_by_role("dialog")
    await page.get_by_role("button", name="Start the call with Northwind Dental").click()
    await dialog.get_by_label("What they expect from us").fill(
        "A call every Friday\nA mail every Monday\nProblems told in 4 hours\nNo invoice before go-live\nA test in March"
    )
    await dialog.get_by_role("button", name="Read back", exact=True).click()
    await dialog.get_by_role("button", name="Read all that wait on one screen").click()
    await dialog.get_by_role("checkbox", name=wording("readall.all_read", count=3)).check()
    await dialog.get_by_role("button", name="The customer withdrew: Problems told in 4 hours").click()
    await expect(dialog.get_by_text("Expectation · withdrawn")).to_be_visible()

    await expect(dialog.get_by_role("checkbox", name=wording("readall.all_read", count=2))).not_to_be_checked()
    await dialog.get_by_role("button", name="All agreed", exact=True).click()
    await expect(dialog.get_by_text("Please complete this required field.")).to_be_visible()
    await dialog.get_by_role("button", name="One by one").click()
    await expect(dialog.get_by_role("button", name="The customer agreed to: A call every Friday")).to_be_visible()
