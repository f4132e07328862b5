"""Deliver events to the bot, with Slack's retries: at once, after one minute and after five (workspace time)."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import secrets
from dataclasses import dataclass, field
from typing import Any

from sandbox.clock import WorkspaceClock
from sandbox.delivery import EVENT, BotClient, BotResponse, wait_for_event
from sandbox.faults import Faults
from sandbox.workspace import Workspace

Json = dict[str, Any]
RETRY_AFTER = (0.0, 60.0, 300.0)
MAX_CONCURRENT = 32
MAX_QUEUED_RETRIES = 10_000
SWAP_WITHIN = 0.3
MAX_SLEEP = 3_600.0
CHANNEL_TYPES = {"channel": "message.channels", "group": "message.groups", "im": "message.im"}


@dataclass(order=True, slots=True)
class Retry:
    """An event to deliver again at a moment of workspace time."""

    at: float
    order: int
    envelope: Json = field(compare=False)
    attempt: int = field(compare=False)
    reason: str = field(compare=False)


class Events:
    """The Events API of one app: subscriptions, envelopes, retries, and duplicated or reordered events on request."""

    def __init__(
        self,
        workspace: Workspace,
        clock: WorkspaceClock,
        bot_client: BotClient,
        faults: Faults,
        subscribed: frozenset[str],
    ) -> None:
        self.workspace = workspace
        self._clock = clock
        self._bot_client = bot_client
        self._faults = faults
        self._subscribed = subscribed
        self._due: list[Retry] = []
        self._order = itertools.count()
        self._woken = asyncio.Event()
        self._slots = asyncio.Semaphore(MAX_CONCURRENT)
        self._tasks: set[asyncio.Task[Any]] = set()
        self._held: Json | None = None
        self._retrying: asyncio.Task[None] | None = None
        self._stopping = False
        clock.listeners.append(self._on_clock_moved)

    async def start(self) -> None:
        """Start the task that delivers retries."""
        self._retrying = asyncio.create_task(self._retry_forever())

    async def close(self) -> None:
        """Drop pending events and stop."""
        self._stopping = True
        tasks = [*self._tasks, *([self._retrying] if self._retrying else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def forget(self) -> None:
        """Drop every event that is held back or waits for a retry."""
        self._due.clear()
        self._held = None

    @property
    def waiting(self) -> int:
        """How many events wait for a retry."""
        return len(self._due)

    def _on_clock_moved(self, seconds: float) -> None:
        """Wake the retries. If the clock goes back, they move with it: a one-minute retry never takes a day."""
        if seconds < 0:
            for each in self._due:
                each.at += seconds
        self._woken.set()

    async def idle(self) -> None:
        """Wait until no event is being delivered; retries that are due later do not count."""
        while self._tasks or (self._due and self._due[0].at <= self._clock.now()):
            if self._tasks:
                await asyncio.wait(set(self._tasks))
            await asyncio.sleep(0)

    def publish(self, event: Json, channel_kind: str | None = None) -> None:
        """Send an event to the bot if the app is subscribed to it; `channel_kind` is for messages."""
        kind = CHANNEL_TYPES[channel_kind] if event["type"] == "message" and channel_kind else event["type"]
        if kind not in self._subscribed or not self._bot_client.reachable or self._stopping:
            return
        envelope = self.envelope(event)
        if self._faults.out_of_order and self._held is None:
            self._held = envelope
            self._spawn(self._release_held(envelope))
            return
        held, self._held = self._held, None
        self._start_delivery(envelope)
        if self._faults.take_duplicate():
            self._start_delivery(envelope)
        if held is not None:
            self._start_delivery(held)

    async def publish_and_wait(self, event: Json) -> BotResponse | None:
        """Send an event and wait for the first response; None if the app is not subscribed to it."""
        if event["type"] not in self._subscribed or not self._bot_client.reachable:
            return None
        return await self._deliver(self.envelope(event), 1, "")

    def envelope(self, event: Json) -> Json:
        """The event as Slack sends it. Of a shared channel, `team_id` is the workspace that created the channel."""
        workspace = self.workspace
        team_id, bot_user_id = workspace.team_id, workspace.bot_user_id
        channel = workspace.channels.get(str(event.get("channel")))
        shared = channel is not None and bool(channel.shared_with)
        return {
            "token": "sandbox-verification-token",
            "team_id": team_id if channel is None or channel.host is None else channel.host,
            "context_team_id": team_id,
            "context_enterprise_id": workspace.enterprise_id,
            "api_app_id": self.workspace.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": f"Ev{secrets.token_hex(6).upper()}",
            "event_time": int(self._clock.now()),
            "authorizations": [
                {
                    "enterprise_id": workspace.enterprise_id,
                    "team_id": team_id,
                    "user_id": bot_user_id,
                    "is_bot": True,
                    "is_enterprise_install": workspace.is_enterprise_install,
                }
            ],
            "is_ext_shared_channel": shared,
            "event_context": f"4-{secrets.token_hex(12)}",
        }

    def _spawn(self, work: Any) -> None:
        task: asyncio.Task[Any] = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _start_delivery(self, envelope: Json, attempt: int = 1, reason: str = "") -> None:
        self._spawn(self._deliver(envelope, attempt, reason))

    async def _release_held(self, envelope: Json) -> None:
        """Send an event that was held back for reordering, if no other event has come in time."""
        await asyncio.sleep(SWAP_WITHIN)
        if self._held is envelope:
            self._held = None
            self._start_delivery(envelope)

    async def _deliver(self, envelope: Json, attempt: int, reason: str) -> BotResponse:
        async with self._slots:
            answer = await self._bot_client.send(EVENT, envelope["event"]["type"], envelope, attempt, reason)
        if answer.error is None or answer.headers.get("x-slack-no-retry") == "1" or attempt > len(RETRY_AFTER):
            return answer
        if len(self._due) >= MAX_QUEUED_RETRIES:
            heapq.heappop(self._due)
        due = self._clock.now() + RETRY_AFTER[attempt - 1]
        heapq.heappush(self._due, Retry(due, next(self._order), envelope, attempt + 1, answer.reason))
        self._woken.set()
        return answer

    async def _retry_forever(self) -> None:
        while True:
            self._woken.clear()
            while self._due and self._due[0].at <= self._clock.now():
                ready = heapq.heappop(self._due)
                self._start_delivery(ready.envelope, ready.attempt, ready.reason)
            nap = self._due[0].at - self._clock.now() if self._due else MAX_SLEEP
            await wait_for_event(self._woken, min(max(nap, 0.001), MAX_SLEEP))
