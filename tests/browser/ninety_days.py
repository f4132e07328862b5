"""Ninety days of one deal on a phone: from the message to three referrals and the next order, as the rep taps them.

The test checks each station, `script/screenshots` takes its picture.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from playwright.async_api import Locator, Page, ViewportSize, expect

from tests.browser.conftest import NewPage
from tests.sandbox.user_driver import ADA, BOT, People
from tests.wording import fixed_part, wording

PHONE: ViewportSize = {"width": 390, "height": 780}
DEEPAK = "U0DEEPAKR"
"""He delivers."""
CUSTOMER = "Northwind Dental"
CALLS, TOLD, IMPORT, CHECK_IN = (
    "A call from me every Friday until go-live",
    "Problems told within 4 hours, by phone",
    "The first 8,000 records imported within 5 days",
    "Check-in in under 2 minutes",
)
IMPORT_AGAIN = "All 12,000 records imported within 14 days"
OWN_WORDS = (
    "Ada calls them on Fridays, I tell her the news by Thursday",
    "I phone them within 4 hours of finding out",
    "I import the first 8,000 by Friday",
    "I time the check-in at their desk",
)
NAMED = ("Jo Miller", "Kim Okoro", "Lea Brandt")

CLIPPED = """() => [...document.querySelectorAll("button, [role=button], a.button")]
    .filter(each => each.offsetParent !== null && each.clientWidth > 0)
    .filter(each => each.scrollWidth > each.clientWidth + 1 || each.getBoundingClientRect().right > innerWidth + 1)
    .map(each => each.innerText)"""
"""The buttons whose text does not fit, or that reach over the edge of the screen."""

Station = Callable[[Page, str], Awaitable[None]]


@dataclass(frozen=True)
class Walk:
    """A workspace whose bot runs, and what happens at each station: it gets the page and the station's name."""

    url: str
    people: People
    new_page: NewPage
    station: Station

    async def look(self, who: str, channel: str = BOT) -> Page:
        """A phone's page on a channel."""
        page = await self.new_page(f"{self.url}/?as={who}&channel={channel}", screen=PHONE)
        await page.set_viewport_size(PHONE)
        return page

    async def move(self, by: str) -> None:
        """Move the clock of the workspace and the bot, and wait until nothing is on its way to the bot."""
        await self.people.post("clock", move=by)
        await self.people.idle()

    async def walk(self) -> None:
        """All ninety days."""
        await self.move("next monday 9:00")
        page = await self.look(ADA, await self.people.channel_id("wins"))
        box = page.get_by_role("textbox", name="Message #wins")
        await box.fill(f"Just closed {CUSTOMER}! $45k ARR :tada:")
        await box.press("Enter")
        rep = Phone(await self.look(ADA), self.station)
        await rep.sees("card.title_open")
        await rep.at("card")
        await rep.make_the_call()
        delivery = Phone(await self.look(DEEPAK), self.station)
        await self._hand_over(rep, delivery)
        await self._miss_one(rep)
        await self._tell_and_solve(rep)
        await self._agree_anew(rep)
        await self._keep_all(rep)
        await self._ask_for_referrals(rep)
        await self._look_back(rep)

    async def _hand_over(self, rep: Phone, delivery: Phone) -> None:
        dialog = rep.dialog
        await rep.command(f"handoff {CUSTOMER}")
        await dialog.get_by_role("combobox", name=wording("handoff.receiver")).fill("dee")
        await dialog.get_by_role("option", name="Deepak Rao").click()
        await rep.at("handoff")
        await rep.submit(wording("handoff.submit"))
        await rep.close()

        await delivery.sees("handoff.offer_title")
        await delivery.at("delivery-gets-it")
        await delivery.tap(wording("handoff.label_take", customer=CUSTOMER))
        words = delivery.dialog.get_by_label(wording("handoff.own"))
        await expect(words).to_have_count(4)
        for number in range(4):
            await words.nth(number).fill(OWN_WORDS[number])
        await delivery.at("delivery-reads-back")
        await delivery.submit(wording("handoff.read_submit"))
        await expect(delivery.dialog.get_by_text(fixed_part("handoff.done"))).to_be_visible()
        await delivery.close()
        await delivery.tap(wording("handoff.label_introduced", customer=CUSTOMER))
        await expect(delivery.page.get_by_text("You introduced yourself.")).to_be_visible()
        await delivery.at("delivery-took-it")

    async def _miss_one(self, rep: Phone) -> None:
        await self.move("next monday 10:00")
        await rep.at("after-a-week")
        await rep.command(f"promises {CUSTOMER}")
        await expect(rep.dialog.get_by_text("Northwind Dental: 4 open").first).to_be_visible()
        await rep.at("board")
        await rep.tap(wording("promises.label_missed", wording=IMPORT))
        await expect(rep.dialog.get_by_text(wording("promises.ask_why")).first).to_be_visible()
        await rep.at("why")
        await rep.tap(wording("promises.reason_delivery"))

    async def _tell_and_solve(self, rep: Phone) -> None:
        await expect(rep.dialog.get_by_text(wording("promises.own_it")).first).to_be_visible()
        await rep.at("own-it")
        await rep.dialog.get_by_role("button", name=wording("card.label_challenge", customer=CUSTOMER)).click()
        await rep.dialog.get_by_label(wording("challenge.what")).fill("The import stopped at 5,000 records")
        await rep.dialog.get_by_role("radio", name=wording("challenge.whose_ours"), exact=True).check()
        await rep.at("log-a-challenge")
        await rep.submit(wording("challenge.submit"))
        await expect(rep.dialog.get_by_text(fixed_part("challenge.tell_by")).first).to_be_visible()
        await rep.at("challenge")
        await rep.tap(wording("challenge.label_phone", customer=CUSTOMER))
        await expect(rep.dialog.get_by_text(fixed_part("challenge.state_told")).first).to_be_visible()
        await rep.at("told")
        await rep.tap(wording("challenge.label_solve", customer=CUSTOMER))
        await rep.dialog.get_by_label(wording("challenge.words_solved")).fill("We import the open cases first")
        await rep.submit(wording("challenge.submit"))
        await rep.tap(wording("challenge.label_confirm", customer=CUSTOMER))
        await expect(rep.dialog.get_by_text(fixed_part("challenge.state_confirmed")).first).to_be_visible()
        await rep.at("solved")
        await rep.close()

    async def _agree_anew(self, rep: Phone) -> None:
        await rep.tap(wording("card.label_corrected", customer=CUSTOMER))
        await rep.dialog.get_by_role("checkbox", name=IMPORT).check()
        await rep.submit(wording("reopen.submit"))
        await rep.tap(wording("readback.label_correct", wording=IMPORT))
        await rep.dialog.get_by_label(wording("correction.wording")).fill(IMPORT_AGAIN)
        await rep.submit(wording("correction.submit"))
        await rep.tap(wording("readback.label_agree", wording=IMPORT_AGAIN))
        await rep.wrap_up()

    async def _keep_all(self, rep: Phone) -> None:
        await self.move("+30d")
        await self.move("next monday 10:00")
        await rep.command(f"promises {CUSTOMER}")
        for each in (CALLS, TOLD, IMPORT_AGAIN, CHECK_IN):
            await rep.tap(wording("promises.label_kept", wording=each))
            await rep.answer(wording("promises.label_they_said_so", wording=each))
        await expect(rep.dialog.get_by_text("Northwind Dental: 4 kept").first).to_be_visible()
        await expect(rep.dialog.get_by_text(fixed_part("promises.said_us"))).to_have_count(0)
        await rep.at("kept")
        await rep.tap(wording("promises.label_complete", customer=CUSTOMER))
        await expect(rep.dialog.get_by_text(wording("promises.completed", customer=CUSTOMER)).first).to_be_visible()
        await rep.at("complete")
        await rep.close()

    async def _ask_for_referrals(self, rep: Phone) -> None:
        await self.move("+2d")
        await expect(rep.page.get_by_text(fixed_part("nudge.referral_due")).first).to_be_visible()
        await rep.at("earned")
        await rep.tap(wording("referrals.label_plan", customer=CUSTOMER))
        await rep.at("plan")
        await rep.dialog.get_by_label(wording("schedule.when")).fill("tomorrow 10:00")
        await rep.submit(wording("referrals.meeting_submit"))
        await expect(rep.dialog.get_by_text(fixed_part("referrals.say")).first).to_be_visible()
        await rep.at("planned")
        await rep.close()
        await self.move("+1d")
        await self.move("+1h")
        await expect(rep.page.get_by_text(fixed_part("nudge.referral_over")).first).to_be_visible()
        await rep.at("asked")
        await rep.tap(wording("referrals.label_asked", customer=CUSTOMER))
        await rep.dialog.get_by_role("radio", name=wording("referrals.answer_names")).check()
        await rep.dialog.get_by_label(wording("referrals.names")).fill("\n".join(NAMED))
        await rep.submit(wording("referrals.save"))
        await expect(rep.dialog.get_by_text("Named: 3").first).to_be_visible()
        await rep.at("named")
        for step in ("introduced", "met", "won"):
            for name in NAMED:
                await rep.answer(wording(f"referrals.label_step_{step}", name=name))
        await expect(rep.dialog.get_by_text("Won: 3").first).to_be_visible()
        await rep.at("won")
        await rep.close()

    async def _look_back(self, rep: Phone) -> None:
        await self.move("+52d")
        await self.move("next monday 10:00")
        days = f"{CUSTOMER}: 90 days since your recap"
        await expect(rep.page.get_by_text(days).first).to_be_visible()
        await rep.at("look-back")
        await rep.tap(wording("promises.label_talked", customer=CUSTOMER))
        await expect(
            rep.page.get_by_role("button", name=wording("promises.label_talked", customer=CUSTOMER))
        ).to_have_count(0)
        await rep.at("next-order")


class Phone:
    """A person's page, 390 pixels wide."""

    def __init__(self, page: Page, station: Station) -> None:
        self.page = page
        self.dialog = page.get_by_role("dialog")
        self._station = station

    async def at(self, name: str) -> None:
        """A station: nothing reaches over the edge, no button's text is clipped."""
        wide = await self.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= PHONE["width"], f"{name}: {wide} pixels wide"
        assert await self.page.evaluate(CLIPPED) == [], name
        if await self.dialog.count():
            assert await self.dialog.last.evaluate("each => each.scrollWidth <= each.clientWidth"), name
        await self._station(self.page, name)

    async def sees(self, key: str) -> None:
        """Wait until the text is there."""
        await expect(self.page.get_by_text(wording(key, customer=CUSTOMER)).first).to_be_visible()

    async def tap(self, name: str) -> None:
        """Tap the newest button with this accessible name."""
        inside: Locator | Page = self.dialog.last if await self.dialog.count() else self.page
        await inside.get_by_role("button", name=name, exact=True).last.click()

    async def answer(self, name: str) -> None:
        """Tap a button, and wait until the modal is drawn without it."""
        await self.tap(name)
        await expect(self.dialog.last.get_by_role("button", name=name, exact=True)).to_have_count(0)

    async def submit(self, name: str) -> None:
        """Tap the button that submits the modal."""
        await self.dialog.last.get_by_role("button", name=name, exact=True).click()

    async def close(self) -> None:
        """Close what is open."""
        while await self.dialog.count():
            await self.page.keyboard.press("Escape")

    async def command(self, text: str) -> None:
        """Type a command."""
        await self.page.get_by_role("textbox", name="Message FirstCall").fill(f"/firstcall {text}")
        await self.page.keyboard.press("Enter")
        await expect(self.dialog).to_be_visible()

    async def make_the_call(self) -> None:
        """The checklist, the read-back, the wrap-up and the recap."""
        dialog = self.dialog
        await self.tap(wording("card.label_start", customer=CUSTOMER))
        await dialog.get_by_label("Who did you reach?").fill("Dana Whitfield")
        for box in await dialog.get_by_role("group", name="The four steps").get_by_role("checkbox").all():
            await box.check()
        await dialog.get_by_label("What they expect from us").fill("\n".join((CALLS, TOLD, IMPORT)))
        await dialog.get_by_label("What the product must do for them").fill(CHECK_IN)
        await self.at("checklist")
        await self.submit("Read back")
        await expect(dialog.get_by_text(CALLS)).to_be_visible()
        await self.at("read-back")
        for each in (CALLS, TOLD, IMPORT, CHECK_IN):
            await self.answer(wording("readback.label_agree", wording=each))
        await self.wrap_up()

    async def wrap_up(self) -> None:
        """Attest the objectives, note the referral promise, and confirm that the recap was sent."""
        dialog = self.dialog
        await expect(dialog.get_by_role("heading", name="Wrap up")).to_be_visible()
        for box in await dialog.get_by_role("checkbox").all():
            await box.check()
        await dialog.get_by_role("radio", name="Yes", exact=True).check()
        await self.at("wrap-up")
        await self.submit("Save")
        await expect(dialog.get_by_role("button", name="I sent it")).to_be_visible()
        await self.at("recap")
        await self.submit("I sent it")
        await expect(dialog).to_have_count(0)
        await self.sees("card.title_recapped")
        await self.at("recapped")
