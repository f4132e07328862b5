"""Microsoft's Adaptive Cards renderer shows every surface at a phone's width, without errors or missing parts."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page

from sandbox.teams.chats import ADA
from storage.migrate import upgrade
from tests.browser.axe import grave_findings
from tests.browser.conftest import NewPage
from tests.browser.npm_packages import fetched
from tests.teams.card_driver import CardDriver
from tests.teams.teams_driver import WINS, at_work
from tests.teams.test_activity_handler import call_in_dialogs
from tests.teams.test_adaptive_cards import SURFACES, drawn

pytestmark = pytest.mark.asyncio(loop_scope="session")

PHONE = 390
NOT_OF_THE_CARD = ("color-contrast", "document-title", "html-has-lang", "aria-prohibited-attr", "label")
"""The colours and the page around a card are its client's. This renderer labels no list that filters: see `unnamed`."""
DRAW = """
card => {
  const drawn = new AdaptiveCards.AdaptiveCard();
  const context = new AdaptiveCards.SerializationContext(AdaptiveCards.Versions.v1_5);
  drawn.parse(card, context);
  const complaints = [];
  for (let number = 0; number < context.eventCount; number++) complaints.push(context.getEventAt(number).message);
  // It counts the actions of the menu too, but draws all of them: see `buttons`.
  const counted = AdaptiveCards.ValidationEvent.TooManyActions;
  for (const failure of drawn.validateProperties().validationEvents)
    if (failure.event !== counted) complaints.push(failure.message);
  document.body.replaceChildren(drawn.render());
  const { innerText, scrollWidth } = document.body;
  const pushed = [...document.querySelectorAll("button.ac-pushButton")];
  const buttons = pushed.map(button => button.innerText.trim());
  // The secondary actions are in the menu of "...".
  for (const dots of pushed.filter(button => button.innerText.trim() === "...")) {
    dots.click();
    const items = [...document.querySelectorAll("[role=menuitem]")];
    buttons.push(...items.map(item => item.innerText.trim()));
    items[0].dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
    if (document.querySelector("[role=menuitem]")) complaints.push("the menu stays open");
  }
  // The renderer never connects the label of a choice that it searches for; Teams' own clients do.
  const fields = "input:not([class*=choiceSetInput-filtered]), textarea, select";
  const unnamed = [...document.querySelectorAll(fields)].filter(
    field => !(field.labels?.length || field.getAttribute("aria-label") || field.getAttribute("aria-labelledby")),
  ).length;
  return { complaints, innerText, scrollWidth, buttons, unnamed };
}
"""


@pytest.fixture(scope="session")
def renderer() -> Path:
    """The renderer's script."""
    return fetched("renderer") / "adaptivecards" / "dist" / "adaptivecards.js"


async def blank(new_page: NewPage, renderer: Path) -> Page:
    """A page of a phone's size with only the renderer."""
    page = await new_page("about:blank")
    await page.set_viewport_size({"width": PHONE, "height": 800})
    await page.set_content("<body style='margin: 0; width: 100%; font: 14px sans-serif'></body>")
    await page.add_script_tag(path=renderer)
    return page


async def is_drawn_whole(page: Page, at: CardDriver, name: str) -> None:
    """Check that it renders without errors, fits a phone's width, and has all buttons and a name for each field."""
    found: dict[str, Any] = await page.evaluate(DRAW, at.content)
    assert found["complaints"] == [], name
    assert found["scrollWidth"] <= PHONE, name
    assert [title for title in at.titles if title not in found["buttons"]] == [], name
    assert found["unnamed"] == 0, name
    assert await grave_findings(page, *NOT_OF_THE_CARD) == [], name


async def test_every_surface_is_rendered_completely(new_page: NewPage, renderer: Path) -> None:
    page = await blank(new_page, renderer)
    for name, surface in SURFACES:
        for card in drawn(surface):
            await is_drawn_whole(page, CardDriver(card), name)


async def test_the_dialogs_of_a_call_are_rendered_from_the_invoke_responses(
    new_page: NewPage, renderer: Path, tmp_path: Path
) -> None:
    """The playground has no dialogs: this posts the invokes and renders their responses."""
    url = f"sqlite:///{tmp_path / 'firstcall.db'}"
    await asyncio.to_thread(upgrade, url)
    page = await blank(new_page, renderer)
    async with at_work(url) as company:
        company.teams.chats.add(WINS, "channel", ADA)
        drawn_dialogs = 0
        async for dialog in call_in_dialogs(company):
            await is_drawn_whole(page, dialog, dialog.text)
            drawn_dialogs += 1
    assert drawn_dialogs == 5


async def test_a_customers_name_is_rendered_as_text(new_page: NewPage, renderer: Path) -> None:
    page = await blank(new_page, renderer)
    name = "**Acme** [x](https://evil.example) <img src=x onerror=alert(1)> - 1. \u202eabc"
    card = {
        "type": "AdaptiveCard",
        "version": "1.5",
        "body": [{"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": name}]}],
    }
    found = await page.evaluate(DRAW, card)
    assert name in found["innerText"]
    assert await page.locator("a, img").count() == 0
