"""Run by `script/bench`: medians of interleaved rounds, FirstCall against a baseline in the same process."""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
import os
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from bot.ports.background import BackgroundTasks
from bot.ports.clock import Clock
from bot.ports.context import Context
from bot.slack.app import slack_app
from bot.slack.context import SlackContext
from bot.slack.directory import SlackDirectory
from bot.slack.endpoint import SlackEndpoint
from bot.slack.manifest import COMMAND
from bot.slack.mrkdwn import SlackMarkup
from bot.slack.web_api import web_client
from bot.ui.ids import ActionId, ModalState
from bot.ui.texts import Texts
from handlers.call import checklist
from handlers.call.checklist import ChecklistFilled
from handlers.intake import reported_deal
from handlers.intake.reports import DealReported
from handlers.requests import Caller
from handlers.screens.call import ReadBackScreen
from sandbox.config import SandboxConfig
from sandbox.server import running
from script import bench_growth, bench_peer
from script.bench_teams import AT_MOST_MS, activity
from storage.database import Database
from storage.migrate import upgrade
from tests.bot_program import BotProgram
from tests.detection.cost import LENGTHS, false_alarms, measure, measure_lengths
from tests.sandbox.user_driver import BOT, People

ROUNDS = 7
SECRET = "a-signing-secret"
TEAM, ADA = "T0BRIGHTSD", "U0ADAKEMP"
Once = Callable[[], Awaitable[object]]


async def nothing() -> None:
    """Do nothing."""


async def compare(name: str, ours: Once, floor: Once, each: int, at_most: float, between: Once = nothing) -> bool:
    """Time both in turns and print the medians; True if `ours` takes at most `at_most` times as long as the `floor`.

    `between` is awaited after every call and not timed: work after a response must not slow down the next one.
    """
    medians: dict[str, list[float]] = {"ours": [], "floor": []}
    for number in range(ROUNDS + 1):
        for who, once in (("ours", ours), ("floor", floor)):
            times = []
            for _ in range(each):
                begun = time.perf_counter()
                await once()
                times.append(time.perf_counter() - begun)
                await between()
            if number:  # the first round warms up
                medians[who].append(statistics.median(times) * 1e3)
    ratios = [a / b for a, b in zip(medians["ours"], medians["floor"], strict=True)]
    ratio = statistics.median(ratios)
    print(
        f"{name}: ours p50 {statistics.median(medians['ours']):.3f} ms, floor p50 "
        f"{statistics.median(medians['floor']):.3f} ms, ratio {ratio:.2f} (min {min(ratios):.2f}, "
        f"max {max(ratios):.2f}; at most {at_most}), {ROUNDS} rounds of {each}"
    )
    return ratio <= at_most


@dataclass
class Bench:
    """The Slack endpoint on a new SQLite file, with the sandbox as Slack's Web API. The outbox is not swept."""

    endpoint: SlackEndpoint
    database: Database
    follow_ups: BackgroundTasks
    client: AsyncWebClient

    async def settle(self) -> None:
        """Wait for the views that are updated after the responses."""
        await self.follow_ups.shutdown(5)


@asynccontextmanager
async def bench() -> AsyncIterator[Bench]:
    """Build the app as the composition root does."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.db"
        upgrade(url)
        database = Database(url)
        config = SandboxConfig(port=0, seed="small", rate_limits=False)
        async with running(config) as sandbox, aiohttp.ClientSession() as session:
            client = web_client(config.bot_token, sandbox.api_url, session)
            follow_ups = BackgroundTasks()
            directory = SlackDirectory(client)
            context = Context(database, Clock(), lambda: None, directory, Texts(SlackMarkup(), COMMAND), BOT)
            slack_context = SlackContext(context, directory, follow_ups)
            yield Bench(SlackEndpoint(slack_app(slack_context, client), SECRET), database, follow_ups, client)
            await follow_ups.shutdown(5)
        await database.close()


def signed(body: str, kind: str) -> tuple[bytes, dict[str, str]]:
    """A request as Slack would post it."""
    timestamp = str(int(time.time()))
    signature = SignatureVerifier(SECRET).generate_signature(timestamp=timestamp, body=body)
    return body.encode(), {
        "Content-Type": kind,
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": signature or "",
    }


async def stock(app: AsyncApp, body: bytes, headers: dict[str, str]) -> None:
    """Send one request through a stock Bolt app, which must accept it."""
    answer = await app.async_dispatch(AsyncBoltRequest(body=body.decode(), headers=headers))  # type: ignore[arg-type]
    assert answer.status == 200, answer.body


async def dispatch() -> bool:
    """A message that is not a deal, against bare Bolt with one empty listener."""

    requests = itertools.cycle([_message(number, line) for number, line in enumerate(CHATTER)])
    floor_requests = itertools.cycle([_message(number, line) for number, line in enumerate(CHATTER)])
    async with bench() as ours:
        bare = AsyncApp(client=ours.client, signing_secret=SECRET, process_before_response=True)

        @bare.event("message")
        async def empty() -> None:
            pass

        async def our_call() -> None:
            answer = await ours.endpoint.answer(*next(requests))
            assert answer.status == 200, answer.body

        async def floor_call() -> None:
            await stock(bare, *next(floor_requests))

        return await compare("a message that is not a deal", our_call, floor_call, 300, 1.5)


def _message(number: int, text: str) -> tuple[bytes, dict[str, str]]:
    event = {"type": "message", "channel": "C1", "user": ADA, "text": text, "ts": f"{number}.1"}
    body = {"type": "event_callback", "team_id": TEAM, "api_app_id": "A1", "event_id": f"Ev{number}", "event": event}
    return signed(json.dumps(body), "application/json")


CHATTER = (
    "morning all, coffee is on the second floor today",
    "does anybody have the slides from yesterday?",
    "the noodle place has a queue again, so maybe the other one around the corner",
    "can somebody look at the staging server, it is slow since lunch",
    "haha yes",
    "thanks! that helped a lot",
    "the review moves to Thursday 10:00, same room",
    "who took the good umbrella?",
    "I will be ten minutes late, train is stuck",
    "+1",
    "we close the ticket once the customer has tested it",
    "happy birthday Bruno, there is cake in the kitchen",
    "is the deal desk open on Friday?",
    "nice one",
    "pushed a fix, the build is green again",
    "what is the wifi password for guests?",
)
"""Usual messages of a channel; two of them contain a word that also occurs in deals."""


async def clicks() -> bool:
    """A click that commits a confirmation (SQLite, synchronous=FULL), against stock Bolt's empty `ack()`."""
    async with bench() as ours:
        buttons = iter(await ours.database.write(_statements, (ROUNDS + 1) * CLICKS))
        bare = AsyncApp(client=ours.client, signing_secret=SECRET)

        @bare.action("nothing")
        async def empty_ack(ack: Any) -> None:
            await ack()

        empty, empty_headers = signed(_click("nothing", "1", ModalState()), "application/x-www-form-urlencoded")

        async def our_call() -> None:
            answer = await ours.endpoint.answer(*prepared.pop())
            assert answer.status == 200, answer.body

        prepared: list[tuple[bytes, dict[str, str]]] = [
            signed(_click(ActionId.READ_AGREED, value, state), "application/x-www-form-urlencoded")
            for value, state in buttons
        ]
        prepared.reverse()

        async def floor_call() -> None:
            await stock(bare, empty, empty_headers)

        return await compare("a click that commits a confirmation", our_call, floor_call, CLICKS, 0.5, ours.settle)


CLICKS = 60
STATEMENTS_PER_CALL = 5
"""Three expectations and two priorities, as in a usual call."""


def _statements(session: Any, count: int) -> list[tuple[str, ModalState]]:
    """Add `count` statements, five per deal; returns the value of each one's button, and the state of its modal."""
    now = datetime.now(UTC)
    found: list[tuple[str, ModalState]] = []
    while len(found) < count:
        rep = Caller("slack", TEAM, ADA, event_key="")
        number = len(found)
        deal_id = (
            reported_deal.record_reported(session, DealReported(rep, f"Customer {number}", None, None), now).deal_id
            or 0
        )
        wordings = "\n".join(f"Statement {number} {n}" for n in range(STATEMENTS_PER_CALL))
        screen = checklist.save(session, ChecklistFilled(rep, deal_id, "Dana", frozenset(), wordings, ""), now)
        assert isinstance(screen, ReadBackScreen)
        first = screen.statement.id
        found += [(f"{first + n}:1", ModalState(deal_id, first + n, 1)) for n in range(STATEMENTS_PER_CALL)]
    return found[:count]


def _click(action_id: str, value: str, state: ModalState) -> str:
    view = {
        "id": "V1",
        "type": "modal",
        "hash": f"{time.time_ns()}.x",
        "callback_id": "readback",
        "private_metadata": state.to_text(),
        "blocks": [],
        "state": {"values": {}},
    }
    action = {"type": "button", "action_id": action_id, "block_id": "b", "value": value, "action_ts": "1.1"}
    payload = {
        "type": "block_actions",
        "team": {"id": TEAM},
        "user": {"id": ADA, "team_id": TEAM},
        "api_app_id": "A1",
        "trigger_id": f"{time.time_ns()}.1",
        "view": view,
        "actions": [action],
    }
    return urlencode({"payload": json.dumps(payload)})


def _resident(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


async def memory() -> bool:
    """Resident memory of `firstcall run` with Slack only, after 2,000 messages and 20 deals."""
    async with _program() as (people, bot):
        for number in range(2_000):
            await people.post("messages", as_=ADA, channel="#wins", text=f"lunch at {number}? the queue is long today")
        for number in range(20):
            await people.post(
                "messages", as_=ADA, channel="#wins", text=f"Just closed Customer{number} Dental! $45k ARR"
            )
        await people.idle()
        resident = _resident(bot.pid)
    print(f"resident memory of `firstcall run`: {resident:.0f} MB (at most 150)")
    return resident <= 150


async def prompt() -> bool:
    """The time from a post in the channel to the card in the rep's DM, over real HTTP."""
    times = []
    async with _program() as (people, _bot):
        for number in range(20):
            begun = time.perf_counter()
            await people.post(
                "messages", as_=ADA, channel="#wins", text=f"Just closed Customer{number} Dental! $45k ARR"
            )
            async with asyncio.timeout(10):
                while len([m for m in await people.reads(BOT) if m.get("bot_id")]) <= number:
                    pass  # `reads` yields to the event loop
            times.append(time.perf_counter() - begun)
    print(
        f"from the post to the DM: p50 {statistics.median(times) * 1e3:.0f} ms, slowest {max(times) * 1e3:.0f} ms "
        "(at most 2000)"
    )
    return max(times) <= 2


@asynccontextmanager
async def _program() -> AsyncIterator[tuple[People, BotProgram]]:
    config = SandboxConfig(port=0, seed="small", rate_limits=False)
    with tempfile.TemporaryDirectory() as folder:
        async with running(config) as sandbox, aiohttp.ClientSession() as http:
            bot = BotProgram(Path(folder), sandbox.api_url, config)
            people = People(sandbox.url, http)
            await people.post("bot", url=f"{bot.url}/slack/events", clock_url=f"{bot.url}/dev/clock")
            await bot.start()
            try:
                yield people, bot
            finally:
                await bot.end(signal.SIGTERM)


async def detect() -> bool:
    """The detector's cost per message, which must be linear in the length, and its false alarms in real chat."""
    passed = []
    for kind, cost, at_most in zip(("without any cue", "that is a candidate"), measure(ROUNDS), (15, 400), strict=True):
        print(
            f"a message {kind}: ours p50 {cost.ours:.1f} us (at most {at_most}), floor p50 {cost.floor:.2f} us, "
            f"ratio {cost.ratio:.1f}, {ROUNDS} rounds of {cost.count:,}"
        )
        passed.append(cost.ours <= at_most)
    by_length = measure_lengths(ROUNDS)
    each = ", ".join(
        f"{length // 1000} kB {spent / 1e3:.2f} ms ({spent / length * 1e3:.0f} us per kB)"
        for length, spent in by_length.items()
    )
    print(f"a candidate by its length: {each}")
    passed += [
        by_length[longer] / by_length[shorter] <= LINEAR * longer / shorter
        for shorter, longer in itertools.pairwise(LENGTHS)
    ]
    alarms, lines = false_alarms()
    print(f"false alarms in a wins channel: {alarms} in {lines:,} lines of real chat (at most {lines // 20_000})")
    return all([*passed, alarms * 20_000 <= lines])


async def teams() -> bool:
    """A Teams activity in this process, against the SDK's stock adapter."""
    ours, stock = await activity(ROUNDS)
    print(
        f"an activity from Teams: ours p50 {ours:.3f} ms (at most {AT_MOST_MS}), the stock CloudAdapter p50 "
        f"{stock:.3f} ms, ratio {ours / stock:.3f}, {ROUNDS} rounds"
    )
    return ours <= AT_MOST_MS


LINEAR = 1.5
"""How much more than proportionally a longer message may cost; quadratic code would cost ten times as much."""


async def growth() -> bool:
    """What operations cost with few deals and with many."""
    return await asyncio.to_thread(bench_growth.compare)


BENCHES = {
    "dispatch": dispatch,
    "clicks": clicks,
    "memory": memory,
    "prompt": prompt,
    "detect": detect,
    "teams": teams,
    "growth": growth,
}


def main() -> int:
    """Run the chosen benchmarks; returns 1 if one misses its figure.

    `detect --peer` compares the detector with a stock classifier instead.
    """
    if sys.argv[1:] == ["detect", "--peer"]:
        for line in bench_peer.compare():
            print(line)
        return 0
    names = sys.argv[1:] or list(BENCHES)
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        print(f"there is no benchmark {unknown[0]}: choose from {', '.join(BENCHES)}", file=sys.stderr)
        return 2
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    load = os.getloadavg()[0]
    if load > 1.5:
        print(f"the machine is busy (load {load:.1f}); trust the ratios more than the milliseconds")
    begun = time.perf_counter()
    sum(range(10_000_000))
    print(f"to compare machines: ten million additions take {(time.perf_counter() - begun) * 1e3:.0f} ms on this one")
    passed = [asyncio.run(BENCHES[name]()) for name in names]  # all of them, even after a miss
    return 0 if all(passed) else 1


if __name__ == "__main__":
    raise SystemExit(main())
