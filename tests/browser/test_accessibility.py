"""For people who see no screen, use no mouse or lose their place: axe-core, the keyboard, and the focus."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.axe import grave_findings
from tests.browser.conftest import PATIENCE_MS
from tests.browser.test_first_call import PHONE, Floor, floor, say
from tests.wording import fixed_part, wording

__all__ = ["floor"]

pytestmark = pytest.mark.asyncio(loop_scope="session")
expect.set_options(timeout=PATIENCE_MS)

EXPECTATIONS = "A call every Friday\nProblems told in 4 hours\nNo invoice before go-live"
NORTHWIND = "Northwind Dental"
PRIORITIES = "Check-in under 2 minutes\nNo lost letters"


async def type_into(page: Page, label: str, text: str) -> None:
    """Tab to the field, and type."""
    await tab_to(page, label)
    for number, line in enumerate(text.split("\n")):
        if number:
            await page.keyboard.press("Enter")
        await page.keyboard.type(line)


async def tab_to(page: Page, name: str) -> None:
    """Press Tab until an element with that name has the focus."""
    for _ in range(80):
        if name in await focused(page):
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {name!r}")


async def focused(page: Page) -> str:
    """The accessible name of the element with the focus, as far as this page gives names."""
    return str(
        await page.evaluate(
            """() => {
              const node = document.activeElement;
              const by = node.getAttribute("aria-labelledby")?.split(" ").map((id) => document.getElementById(id));
              return (
                node.getAttribute("aria-label") ??
                (by ?? [...(node.labels ?? [])]).map((each) => each?.textContent ?? "").join(" ") ??
                ""
              ) || node.textContent;
            }"""
        )
    )


async def press(page: Page, name: str) -> None:
    await tab_to(page, name)
    await page.keyboard.press("Enter")


async def space_on(page: Page, box: Locator) -> None:
    """Tab to the checkbox, and tick it."""
    await expect(box).to_be_attached()
    while not await box.evaluate("box => box === document.activeElement"):
        await page.keyboard.press("Tab")
    await page.keyboard.press("Space")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_nothing_on_the_way_to_the_recap_keeps_anybody_out(floor: Floor, scheme: str) -> None:
    """The conversation, the card, Home and every modal of the call."""
    page = await floor.look("wins", color_scheme=scheme)
    await say(page, "#wins", "Just closed Northwind Dental! $45k ARR")
    grave = {"channel": await grave_findings(page)}
    page = await floor.look(color_scheme=scheme)
    start = page.get_by_role("button", name=wording("card.label_start", customer=NORTHWIND))
    await expect(start).to_be_visible()
    grave["card"] = await grave_findings(page)
    await page.get_by_role("tab", name="Home").click()
    await expect(page.get_by_role("tabpanel", name="Home").get_by_role("heading", level=2).first).to_be_visible()
    grave["Home"] = await grave_findings(page)
    await page.get_by_role("tab", name="Messages").click()
    await page.get_by_role("button", name=wording("card.label_brief", customer=NORTHWIND)).click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_be_visible()
    grave["brief"] = await grave_findings(page)
    await dialog.get_by_role("button", name="Close").click()
    await start.click()
    await dialog.get_by_role("button", name=wording("checklist.submit"), exact=True).click()
    await expect(dialog.locator(".input-error")).to_be_visible()
    grave["checklist"] = await grave_findings(page)
    await dialog.get_by_label(wording("checklist.expectations")).fill("A call every Friday\nReplies soon")
    await dialog.get_by_role("button", name=wording("checklist.submit"), exact=True).click()
    await expect(dialog.locator(".input-error")).to_have_count(0)
    await expect(dialog.get_by_role("heading", name=wording("coach.title"))).to_be_visible()
    grave["coach"] = await grave_findings(page)
    await dialog.get_by_role("button", name=wording("coach.submit"), exact=True).click()
    await expect(dialog.get_by_role("button", name=re.compile(fixed_part("readback.label_agree")))).to_be_visible()
    grave["read-back"] = await grave_findings(page)
    for said in ("A call every Friday", "Replies soon"):
        await dialog.get_by_role("button", name=wording("readback.label_agree", wording=said)).click()
    await expect(dialog.get_by_role("heading", name=wording("wrapup.title"))).to_be_visible()
    grave["wrap-up"] = await grave_findings(page)
    for box in await dialog.get_by_role("checkbox").all():
        await box.check()
    for answer in ("wrapup.why_no_time", "wrapup.agreed"):
        await dialog.get_by_role("radio", name=wording(answer), exact=True).check()
    await dialog.get_by_role("button", name=wording("wrapup.submit"), exact=True).click()
    await expect(dialog.get_by_role("link", name=wording("recap.open_mail"))).to_be_visible()
    grave["recap"] = await grave_findings(page)
    await dialog.get_by_role("button", name=wording("recap.submit"), exact=True).click()
    await expect(dialog).to_have_count(0)
    await page.get_by_role("button", name=wording("card.label_record", customer=NORTHWIND)).click()
    await expect(dialog.get_by_role("heading", name=wording("record.title"))).to_be_visible()
    grave["record"] = await grave_findings(page)
    assert "\n".join(f"{where}: {each}" for where, found in grave.items() for each in found) == ""
    assert len(grave) == 10


async def test_a_call_is_made_with_the_keyboard_alone(floor: Floor) -> None:
    page = await floor.look("wins")
    await tab_to(page, "Message #wins")
    await page.keyboard.type("Just closed Northwind Dental! $45k ARR")
    await page.keyboard.press("Enter")
    page = await floor.look()
    await expect(page.get_by_role("button", name=wording("card.label_start", customer=NORTHWIND))).to_be_visible()
    await press(page, wording("card.label_start", customer=NORTHWIND))
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_be_visible()
    await type_into(page, wording("checklist.reached"), "Dana Whitfield")
    await space_on(page, dialog.get_by_role("group", name=wording("checklist.steps")).get_by_role("checkbox").first)
    await type_into(page, wording("checklist.expectations"), EXPECTATIONS)
    await type_into(page, wording("checklist.priorities"), PRIORITIES)
    await press(page, wording("checklist.submit"))
    for said in (*EXPECTATIONS.split("\n"), *PRIORITIES.split("\n")):
        await expect(dialog.get_by_role("button", name=wording("readback.label_agree", wording=said))).to_be_visible()
        await press(page, wording("readback.label_agree", wording=said))
    await expect(dialog.get_by_role("heading", name=wording("wrapup.title"))).to_be_visible()
    for box in await dialog.get_by_role("checkbox").all():
        await space_on(page, box)
    await page.keyboard.press("Tab")
    await page.keyboard.press("Space")
    await press(page, wording("wrapup.submit"))
    await expect(dialog.get_by_role("link", name=wording("recap.open_mail"))).to_be_visible()
    await press(page, wording("recap.label_edit", customer=NORTHWIND))
    await type_into(page, wording("recap.body"), "PS: ")
    await press(page, wording("recap.save"))
    await expect(dialog.get_by_text("PS: ").last).to_be_visible()
    await press(page, wording("recap.submit"))
    await expect(dialog).to_have_count(0)


async def test_the_focus_is_where_the_next_answer_is_and_a_step_starts_at_its_top(floor: Floor) -> None:
    page = await floor.look("wins")
    await say(page, "#wins", "Just closed Northwind Dental! $45k ARR")
    page = await floor.look()
    await page.set_viewport_size(PHONE)
    await page.get_by_role("button", name=wording("card.label_start", customer=NORTHWIND)).click()
    dialog = page.get_by_role("dialog")
    body = dialog.locator(".modal-body")
    await expect(dialog.get_by_label(wording("checklist.reached"))).to_be_focused()
    await dialog.get_by_role("button", name=wording("checklist.submit"), exact=True).click()
    wrong = dialog.get_by_label(wording("checklist.expectations"))
    await expect(wrong).to_be_focused()
    await expect(wrong).to_have_attribute("aria-invalid", "true")
    await wrong.press_sequentially("A call")
    await expect(dialog.locator(".input-error")).to_have_count(0)
    await expect(wrong).not_to_have_attribute("aria-invalid", "true")
    await wrong.fill(EXPECTATIONS)
    await body.evaluate("body => { body.scrollTop = body.scrollHeight }")
    await dialog.get_by_role("button", name=wording("checklist.submit"), exact=True).click()
    for said in EXPECTATIONS.split("\n")[:2]:
        agreed = dialog.get_by_role("button", name=wording("readback.label_agree", wording=said))
        await expect(agreed).to_be_visible()
        assert await body.evaluate("body => body.scrollTop") == 0
        await agreed.click()
    await expect(
        dialog.get_by_role("button", name=wording("readback.label_agree", wording="No invoice before go-live"))
    ).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name=wording("card.label_continue", customer=NORTHWIND))).to_be_visible()
