"""An office: the real bot and the simulated Slack around it, and what its people do there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.app import Running
from handlers import export
from sandbox.server import Sandbox
from tests.patience import PATIENCE
from tests.sandbox.user_driver import ADA, BOT, Json, People


@dataclass(frozen=True, slots=True)
class Office:
    """Drives the people's side; every wait ends as soon as its condition holds."""

    bot: Running
    sandbox: Sandbox
    people: People

    async def post(self, text: str, *, who: str = ADA, channel: str = "#wins", **more: Any) -> Json:
        """A person posts a message; returns once the bot has answered."""
        return await self.people.says(text, channel=channel, who=who, **more)

    async def dm(self, who: str = ADA) -> list[Json]:
        """The bot's DMs to a person."""
        return [m for m in await self.people.reads(BOT, who=who) if m.get("bot_id")]

    async def dms(self, count: int, who: str = ADA) -> list[Json]:
        """Wait until a person has that many DMs from the bot."""
        return await self.until(lambda found: len(found) >= count, lambda: self.dm(who))

    async def card(self, saying: str, who: str = ADA) -> Json:
        """Wait for a DM from the bot with this text."""
        found = await self.until(lambda messages: any(saying in str(m) for m in messages), lambda: self.dm(who))
        return next(m for m in found if saying in str(m))

    async def until(self, holds: Callable[[Any], bool], look: Callable[[], Any]) -> Any:
        """Wait until `holds` accepts what `look` returns; a failure shows the last look."""
        found = None
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    found = await look()
                    if holds(found):
                        return found
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise AssertionError(f"timed out; the last look returned {found}") from None

    async def tap(self, message: Json, tap: str, who: str = ADA, **changed: Any) -> Json:
        """Click a button of a message; returns its delivery to the bot."""
        block, element = _element(message["blocks"], tap)
        container = {"type": "message", "channel": message["channel"], "ts": message["ts"]}
        return await self._act(who, container, block, element, changed)

    async def tap_in_view(self, tap: str, who: str = ADA, *, carrying: str = "", **changed: Any) -> Json:
        """Click a button of the top modal, the first or the one `carrying` this; returns once the modal is updated."""
        view = await self.view(who)
        block, element = _element(view["blocks"], tap, carrying)
        delivery = await self._act(who, {"type": "view", "view_id": view["id"]}, block, element, changed)
        await self.people.idle()
        return delivery

    async def _act(self, who: str, container: Json, block: Json, element: Json, changed: Json) -> Json:
        answer = await self.people.post(
            "actions",
            **{
                "as_": who,
                "container": container,
                "block_id": block["block_id"],
                "action_id": element["action_id"],
                "value": {name: element.get(name) for name in ("value", "selected_option") if name in element},
                **changed,
            },
        )
        delivery: Json = answer["delivery"]
        return delivery

    async def views(self, who: str = ADA) -> list[Json]:
        """A person's open modals, the top one last."""
        found: list[Json] = (await self.people.get("views", as_=who))["views"]
        return found

    async def view(self, who: str = ADA) -> Json:
        """The top modal."""
        return (await self.views(who))[-1]

    async def submit(self, who: str = ADA, **entries: Any) -> Json:
        """Submit the top modal. A text is typed, a list ticked, a one-tuple selected; other fields stay unchanged."""
        view = await self.view(who)
        state = {
            block["block_id"]: {name: _entered(block["element"], entries.get(name))}
            for block in view["blocks"]
            if block["type"] == "input"
            for name in [block["element"]["action_id"]]
        }
        return await self.people.post("views/submit", as_=who, view_id=view["id"], state=state)

    async def types(self, field: str, text: str | None, who: str = ADA, **entries: Any) -> Json:
        """Type into a field of the top modal that sends entries as they are made; `entries` are in other fields."""
        view = await self.view(who)
        inputs = {block["element"]["action_id"]: block for block in view["blocks"] if block["type"] == "input"}
        state = {
            block["block_id"]: {name: _entered(block["element"], entries.get(name))} for name, block in inputs.items()
        }
        value = {"type": "plain_text_input", "value": text}
        state[inputs[field]["block_id"]][field] = value
        container = {"type": "view", "view_id": view["id"]}
        return await self._act(
            who, container, inputs[field], inputs[field]["element"], {"value": value, "state": state}
        )

    async def close(self, who: str = ADA) -> None:
        """Close all modals with the x."""
        await self.people.post("views/close", as_=who, view_id=(await self.view(who))["id"], clear=True)

    async def command(self, text: str, who: str = ADA, channel: str = "#wins") -> str:
        """Type a command; returns the ephemeral answer, or an empty string if a modal opened."""
        answer = await self.people.post("commands", as_=who, channel=channel, text=text)
        assert answer["delivery"]["status"] == 200, answer
        seen = [m for m in await self.people.reads(channel, who=who) if m.get("ephemeral_to") == who]
        return f"{seen[-1]['text']}\n{seen[-1].get('blocks')}" if seen else ""

    async def later(self, by: timedelta) -> None:
        """Move the clock of the workspace and of the bot."""
        await self.people.post("clock", move=f"+{int(by.total_seconds() // 60)}m")

    async def monday_morning(self, after: timedelta) -> None:
        """Move the clock in one step to the first Monday, 9:00 in London, that is at least `after` away.

        One step, because the bot may act on each: a stop on the way could be in working hours, when reminders are sent.
        """
        now = datetime.fromisoformat((await self.people.get("clock"))["now"]).astimezone(ZoneInfo("Europe/London"))
        monday = (now + after).replace(hour=9, minute=0, second=0, microsecond=0)
        while monday.weekday() != 0 or monday < now + after:
            monday += timedelta(days=1)
        await self.later(monday.astimezone(UTC) - now.astimezone(UTC) + timedelta(minutes=1))

    async def export(self) -> list[Json]:
        """Every deal as `firstcall export` writes it."""
        (workspace,) = await self.bot.database.read(export.workspaces)
        return await self.bot.database.read(export.page, workspace)

    async def refused(self) -> list[Json]:
        """The bot's requests that Slack refused."""
        requests = (await self.people.get("requests"))["requests"]
        return [r for r in requests if r["direction"] == "to_slack" and r["refused"]]

    async def capture(self, expectations: str, priorities: str, who: str = ADA, *, coached: bool = True) -> None:
        """Submit the checklist with everything ticked, and skip the coach's questions if `coached`."""
        await self.submit(
            who,
            reached="Dana Whitfield",
            steps=["M2.1", "M2.2", "M2.3", "M2.4"],
            expectations=expectations,
            priorities=priorities,
        )
        while coached and (await self.view(who))["callback_id"] == "coaching":
            await self.submit(who)


def _element(blocks: list[Json], action_id: str, carrying: str = "") -> tuple[Json, Json]:
    """The button or menu with that id; for a button behind "…", the menu with the option that stands for it.

    `carrying` tells buttons with one id apart.
    """
    for block in blocks:
        for element in block.get("elements", ()):
            if element.get("action_id") == action_id and carrying in ("", element.get("value")):
                return block, element
            for option in element.get("options", ()) if element["type"] == "overflow" else ():
                if option["value"].split("|")[1] == action_id:
                    return block, {**element, "selected_option": option}
    raise AssertionError(f"there is no {action_id} in {blocks}")


def _entered(element: Json, entry: Any) -> Json:
    match element["type"]:
        case "plain_text_input":
            typed = element.get("initial_value") if entry is None else entry
            return {"type": "plain_text_input", "value": typed or None}
        case "checkboxes":
            options = element["options"]
            ticked = (
                element.get("initial_options", [])
                if entry is None
                else [option for option in options if option["value"] in entry]
            )
            return {"type": "checkboxes", "selected_options": ticked}
        case "radio_buttons":
            chosen = (
                element.get("initial_option")
                if entry is None
                else next(option for option in element["options"] if option["value"] == entry[0])
            )
            return {"type": "radio_buttons", "selected_option": chosen}
        case "static_select":
            picked = (
                element.get("initial_option")
                if entry is None
                else next(option for option in element["options"] if option["value"] == entry[0])
            )
            return {"type": "static_select", "selected_option": picked}
        case "users_select":
            return {"type": "users_select", "selected_user": entry or element.get("initial_user")}
        case other:
            raise AssertionError(f"cannot fill {other}")
