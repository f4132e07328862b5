"""What the conformance suite needs of a platform: people who post, type, click and fill in forms, and what they see.

To put a platform under test, implement `PlatformUnderTest` beside `invented_platform.py`, which is the smallest one,
and add it to `PLATFORMS` in `conftest.py`. docs/platforms.md lists the order in which to build a platform.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from bot.ui.texts import Texts
from handlers import export
from storage.database import Database

Entry = str | list[str]
"""A text that is typed, the value of an option that is chosen, or the values of the boxes that are ticked."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What one person sees of a message or a modal.

    `view` is the id of the modal, empty for a message. `clickable` holds an action id and a value for each button and
    menu. `fields` holds each text field with the text in it.
    """

    text: str
    view: str = ""
    clickable: tuple[tuple[str, str], ...] = ()
    fields: Mapping[str, str] | None = None
    boxes: Mapping[str, tuple[str, ...]] | None = None
    """The values of the boxes of each group."""
    source: object = None
    """The platform's own form of it, to click and submit in."""

    def value(self, action_id: str) -> str:
        """What the first button with this action id carries."""
        return next(value for name, value in self.clickable if name == action_id)


NOTHING = Shown("")
"""A click that only changes a card, or a modal that closed."""


class PlatformUnderTest(Protocol):
    """A running bot on one platform, and its people. `who` is the rep, who acts if it is empty, or the colleague."""

    name: str
    database: Database
    texts: Texts
    """As the platform renders them, to compare what is shown with a wording by its key."""
    rep: str
    colleague: str

    async def introduce(self, who: str) -> None:
        """Make somebody known to the bot, if the platform can only then reach them."""

    async def post(self, text: str, *, times: int = 1) -> None:
        """The rep posts in the wins channel, and the bot has handled it. `times`: the event is delivered repeatedly."""

    async def message(self, saying: str, who: str = "") -> Shown:
        """The newest direct message of the bot that says this, once there is one."""

    async def command(self, text: str, *, in_channel: bool = False) -> Shown:
        """The rep types a command, to the bot alone or in the wins channel; gives the answer."""

    async def click(self, shown: Shown, action_id: str, *, value: str = "", user: str = "", who: str = "") -> Shown:
        """Click the button, or pick `user` in its menu. Without `value` the first with that action id is meant."""

    async def click_again(self) -> Shown:
        """Deliver the last click a second time; gives what is shown afterwards."""

    async def click_unknown(self) -> Shown:
        """Click a button with an action id that no version of the bot has."""

    async def submit(self, shown: Shown, entries: Mapping[str, Entry], *, who: str = "") -> Shown:
        """Submit the modal with these entries; fields that are not named keep what they hold. `NOTHING`: it closed."""


async def exported(platform: PlatformUnderTest) -> list[dict[str, object]]:
    """Every deal of the platform's workspace as `firstcall export` writes it."""
    found = [each for each in await platform.database.read(export.workspaces) if each.platform == platform.name]
    return [deal for workspace in found for deal in await platform.database.read(export.page, workspace)]
