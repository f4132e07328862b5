"""A platform that nobody has, in memory: the smallest implementation of every port, and a model for a real one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count

from bot.delivery.worker import DeliveryWorker
from bot.interactions import actions, commands, messages, submissions
from bot.interactions.actions import DealChanged, OpenModal, ReplaceMessage
from bot.interactions.interaction import Command, FormValues, Interaction
from bot.interactions.messages import IncomingMessage
from bot.ports.affiliation import Affiliation
from bot.ports.clock import Clock
from bot.ports.context import Context, Member
from bot.ports.messenger import Receipt
from bot.ui.components import (
    ActionRow,
    Checkboxes,
    ContextText,
    File,
    Heading,
    Message,
    Modal,
    Paragraph,
    RadioGroup,
    Select,
    TextField,
)
from bot.ui.texts import Texts
from bot.views import render
from handlers.detection import Post
from handlers.errors import Refusal
from handlers.reminders.compose import OutboundMessage
from handlers.requests import Caller, Profile
from handlers.workspace.installed import WorkspaceInstalled, workspace_installed
from prompts.wording import Ready
from storage.database import Database
from storage.outbox import Tries
from tests.conformance.platform import NOTHING, Entry, Shown

NAME, WORKSPACE = "typewriter", "W1"
ANNA, BEN = "U_ANNA", "U_BEN"
GONE = "U_GONE"
ROOM = "R_WINS"
MONDAY_NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


class TypewriterMarkup:
    """Markup for paper."""

    @staticmethod
    def escape(text: str) -> str:
        return text.replace("_", "-")

    def mention(self, person: str) -> Ready:
        return Ready(f"@{person}")

    def person(self, named: str) -> Ready:
        return Ready(self.escape(named))

    def channel(self, channel: str) -> Ready:
        return Ready(f"room {channel}")

    def is_direct(self, channel: str) -> bool:
        return channel != ROOM

    def link(self, url: str, label: str) -> Ready:
        return Ready(f"{self.escape(label)} ({url})")

    def address(self, url: str) -> Ready:
        return Ready(url)

    def bold(self, marked: str) -> Ready:
        return Ready(f"__{marked}__")

    def quote(self, marked: str) -> Ready:
        return Ready(f"  {marked}")

    def moment(self, at: datetime) -> Ready:
        return Ready(f"{at:%d %b %H:%M} UTC")


class PhoneBook:
    """A `MessageDirectory`. Everybody exists and is active, except for one; the bot is in one room."""

    async def profile(self, user_id: str) -> Profile | None:
        return Profile(user_id.title(), "Europe/Berlin")

    async def member(self, user_id: str) -> Member | None:
        return Member(Profile(user_id.title(), "Europe/Berlin"), active=user_id != GONE)

    async def channel_name(self, channel_id: str) -> str | None:
        return channel_id.removeprefix("R_").lower()

    async def ask_channel_name(self, channel: str) -> str | None:
        return await self.channel_name(channel)

    async def affiliation(self, user_id: str, home: str | None = None) -> Affiliation:
        return Affiliation.COLLEAGUE

    async def shared_externally(self, channel_id: str) -> bool | None:
        return False

    async def maybe_shared(self, channel: str) -> bool:
        return False

    async def is_in_channel(self, channel_id: str) -> bool:
        return channel_id == ROOM

    async def exists(self, user_id: str) -> bool | None:
        return bool(user_id)

    async def shares_channel(self, user_id: str, channel_id: str) -> bool | None:
        return bool(user_id) and channel_id == ROOM

    async def find_person(self, written: str) -> str | None:
        return None

    async def channel_creator(self, channel: str) -> str | None:
        return ANNA

    async def can_see(self, person: str, channel: str) -> bool:
        return True

    async def permalink(self, channel: str, message: str) -> str | None:
        return None

    async def make_reachable(self, person: str) -> Profile | None:
        return await self.profile(person)


@dataclass
class Mailboxes:
    """A `Messenger`: each person has a box, and each message its number in it."""

    texts: Texts
    boxes: dict[str, dict[str, Message]] = field(default_factory=dict)

    async def deliver(self, letter: OutboundMessage) -> Receipt:
        rendered = render.message(letter.screen, self.texts)
        message = Message.saying(rendered.comment) if isinstance(rendered, File) else rendered
        box, number = letter.replaces or (letter.channel or letter.person or "", str(letter.row_id))
        self.boxes.setdefault(box, {})[number] = message
        return Receipt(box, number)

    async def find(self, letter: OutboundMessage, tries: Tries) -> Receipt | None:
        box = letter.channel or letter.person or ""
        return Receipt(box, str(letter.row_id)) if str(letter.row_id) in self.boxes.get(box, {}) else None


class InventedPlatform:
    """A `PlatformUnderTest` without a network: the interactions are called as a real platform's listeners call them."""

    name = NAME
    rep, colleague = ANNA, BEN

    def __init__(self, database: Database) -> None:
        self.database = database
        clock = Clock(wall=lambda: MONDAY_NOON)
        self.texts = Texts(TypewriterMarkup(), "coach")
        self.context = Context(database, clock, lambda: None, PhoneBook(), self.texts, "U_BOT")
        self._mailboxes = Mailboxes(self.texts)
        self._worker = DeliveryWorker(database, {NAME: self._mailboxes}, clock)
        self._numbers = count(1)
        self._last = Interaction(self._caller(), self._caller())

    async def introduce(self, who: str) -> None:
        """Everybody can be reached."""

    async def post(self, text: str, *, times: int = 1) -> None:
        number = next(self._numbers)
        caller = replace(self._caller(), event_key=f"message:{number}")
        message = IncomingMessage(caller, ROOM, str(number), Post(text=text), text, MONDAY_NOON)
        for _ in range(times):
            await messages.handle_message(self.context, PhoneBook(), message)

    async def message(self, saying: str, who: str = "") -> Shown:
        await self._worker.sweep()
        box = self._mailboxes.boxes.get(who or self.rep, {})
        for message in reversed(box.values()):
            if saying in text_of(message):
                return shown(message)
        raise AssertionError(f"no message says {saying!r}: {box}")

    async def command(self, text: str, *, in_channel: bool = False) -> Shown:
        caller = self._caller()
        key = replace(caller, event_key=f"command:{next(self._numbers)}")
        try:
            answer = await commands.run_command(
                self.context, Command(caller, key, text, ROOM if in_channel else "", is_direct=not in_channel)
            )
        except Refusal as refusal:
            return self._refused(refusal)
        return shown(answer)

    async def click(self, shown: Shown, action_id: str, *, value: str = "", user: str = "", who: str = "") -> Shown:
        caller = self._caller(who)
        modal = shown.source if isinstance(shown.source, Modal) else None
        self._last = Interaction(
            caller,
            replace(caller, event_key=f"click:{next(self._numbers)}"),
            action_id=action_id,
            view=shown.view,
            value=value or shown.value(action_id),
            selected_user=user,
            channel=ROOM,
            message="" if modal else f"message:{next(self._numbers)}",
        )
        if modal is not None and modal.state is not None:
            self._last = replace(self._last, state=modal.state)
        return await self.click_again()

    async def click_again(self) -> Shown:
        try:
            outcome = await actions.run_action(self.context, self._last)
        except Refusal as refusal:
            return self._refused(refusal)
        match outcome:
            case OpenModal(modal):
                return shown(modal)
            case ReplaceMessage(message):
                return shown(message)
            case DealChanged(summary):
                return Shown(summary)

    async def click_unknown(self) -> Shown:
        self._last = replace(self._last, action_id="card.of_the_past")
        return await self.click_again()

    async def submit(self, shown_modal: Shown, entries: Mapping[str, Entry], *, who: str = "") -> Shown:
        modal = shown_modal.source
        assert isinstance(modal, Modal)
        caller = self._caller(who)
        chosen = {each.name: each.chosen or "" for each in modal.fields if isinstance(each, RadioGroup | Select)}
        entered = {name: frozenset(each) if isinstance(each, list) else each for name, each in entries.items()}
        interaction = Interaction(
            caller,
            replace(caller, event_key=f"form:{next(self._numbers)}"),
            view=modal.view,
            values=FormValues({**chosen, **(shown_modal.fields or {}), **entered}),
        )
        if modal.state is not None:
            interaction = replace(interaction, state=modal.state)
        try:
            following = await submissions.save_submission(self.context, interaction)
        except Refusal as refusal:
            return self._refused(refusal)
        return NOTHING if following is None else shown(following)

    def _caller(self, who: str = "") -> Caller:
        return Caller(NAME, WORKSPACE, who or self.rep, "")

    def _refused(self, refusal: Refusal) -> Shown:
        return Shown(refusal.sentence(self.texts.rich))


@asynccontextmanager
async def invented_platform(url: str) -> AsyncIterator[InventedPlatform]:
    """The bot on the invented platform, with its workspace installed."""
    database = Database(url)
    try:
        await database.write(workspace_installed, WorkspaceInstalled(NAME, WORKSPACE, "Paper"), MONDAY_NOON)
        yield InventedPlatform(database)
    finally:
        await database.close()


def text_of(rendered: Message | Modal) -> str:
    """What can be read of it."""
    head = rendered.title if isinstance(rendered, Modal) else rendered.text
    texts = [each.text for each in rendered.components if isinstance(each, Heading | Paragraph)]
    small = [line for each in rendered.components if isinstance(each, ContextText) for line in each.lines]
    return "\n".join([head, *texts, *small])


def shown(rendered: Message | Modal) -> Shown:
    """What a person sees of a message or a modal."""
    rows = [each for each in rendered.components if isinstance(each, ActionRow)]
    return Shown(
        text_of(rendered),
        rendered.view if isinstance(rendered, Modal) else "",
        tuple((each.action_id, each.value) for row in rows for each in (*row.elements, *row.more)),
        {each.name: each.value for each in rendered.components if isinstance(each, TextField)},
        {
            each.name: tuple(box.value for box in each.options)
            for each in rendered.components
            if isinstance(each, Checkboxes)
        },
        rendered,
    )
