"""`script/chaos path`: people report deals and make their calls while the bot is killed, and submit again."""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode

import aiohttp
from sqlalchemy.orm import Session

from bot.ui.ids import ActionId, ModalState, ViewId
from handlers import export
from prompts.playbook import playbook
from sandbox.delivery import signature_headers
from sandbox.server import running
from script.forked_bot import ForkedBot
from storage.database import Database
from storage.migrate import upgrade
from tests.patient_slack import patient_slack
from tests.sandbox.user_driver import ADA, BRUNO, MARIT

Json = dict[str, Any]
TEAM, CHANNEL = "T0BRIGHTSD", "C0000002BA"
PEOPLE = (ADA, BRUNO, MARIT)
SLACK_WAITS = 3.0
"""Seconds until Slack says "Try again?"."""
REQUESTS_OF_A_CALL = 14
ANSWER_TAKES = 0.04
"""Seconds, about; a kill comes at any moment of a request."""
SAME, ADDED, CHANGED = "same", "added", "changed"
SECONDS_FOR_A_ROUND = 600.0
SECONDS_TO_TRY_AGAIN = 0.2
MOST_LINES = 9


@dataclass
class Answered:
    """What one person entered about one deal, as it was last answered with 200."""

    customer: str
    person: str
    expectations: list[str] = field(default_factory=list)
    agreed: set[str] = field(default_factory=set)
    referral: tuple[str, int] | None = None
    recap: str | None = None


@dataclass
class Tally:
    """How much was done, and how often something had to be sent again."""

    kills: int = 0
    requests: int = 0
    failed: int = 0
    again: Counter[str] = field(default_factory=Counter)


class Slack:
    """Sends what people do to the bot, as Slack does, and counts the requests: one of them meets the kill."""

    def __init__(self, bot: ForkedBot, secret: str, http: aiohttp.ClientSession, tally: Tally) -> None:
        self._bot = bot
        self._secret = secret
        self._http = http
        self._tally = tally
        self._until_kill = 0
        self._kill_after = 0.0
        self._killing: asyncio.Task[None] | None = None

    def kill_at(self, request: int, after: float) -> None:
        """Kill the bot that many seconds after the beginning of that request from now on, and start it again."""
        self._until_kill, self._kill_after = request, after

    async def send(self, payload: Json, *, event: bool = False) -> Json | None:
        """Send it once; returns the body of an answer of 200, None for any other, or for no answer within 3 s."""
        self._tally.requests += 1
        self._until_kill -= 1
        if self._until_kill == 0:
            self._killing = asyncio.create_task(self._kill())
        text = json.dumps(payload) if event else urlencode({"payload": json.dumps(payload)})
        if "command" in payload:
            text = urlencode(payload)
        body = text.encode()
        kind = "application/json" if event else "application/x-www-form-urlencoded"
        headers = {"Content-Type": kind, **signature_headers(self._secret, body)}
        try:
            async with asyncio.timeout(SLACK_WAITS):
                async with self._http.post(f"{self._bot.url}/slack/events", data=body, headers=headers) as answer:
                    found = await answer.text()
                    if answer.status == 200:
                        return cast(Json, json.loads(found)) if found.startswith("{") else {}
        except (aiohttp.ClientError, OSError, TimeoutError):
            pass
        self._tally.failed += 1
        await asyncio.sleep(SECONDS_TO_TRY_AGAIN)
        return None

    async def until_answered(self, payload: Json, *, event: bool = False) -> Json:
        """Send it until it is answered with 200: the same request, as Slack retries an event and a person a button."""
        while (answer := await self.send(payload, event=event)) is None:
            pass
        return answer

    async def rest(self) -> None:
        """Wait until the killed bot is there again; without a kill, do it now."""
        if self._killing is None:
            self._killing = asyncio.create_task(self._kill())
        await self._killing
        self._killing = None

    async def _kill(self) -> None:
        await asyncio.sleep(self._kill_after)
        self._tally.kills += 1
        await self._bot.end(signal.SIGKILL)
        await self._bot.start()


class Rep:
    """One person who reports a deal and makes its call."""

    def __init__(self, slack: Slack, database: Database, answered: Answered, rng: random.Random, tally: Tally) -> None:
        self._slack = slack
        self._database = database
        self._answered = answered
        self._rng = rng
        self._tally = tally
        self._numbers: Iterator[int] = itertools.count(rng.getrandbits(40))
        self._captured: list[str] = []
        self._who = answered.person
        """Who submits and clicks."""

    async def make_the_call(self) -> None:
        """From the message in the channel to the recap, each form submitted until it is answered."""
        await self._report()
        deal = (await self._deal())["id"]
        await self._form(ViewId.CHECKLIST, ModalState(deal), self._checklist, self._remember_list)
        self._captured = list(self._answered.expectations)
        await self._form(ViewId.ADD, ModalState(deal), self._statement, self._remember_added)
        await self._form(ViewId.EDIT, await self._newest(deal), self._statement, self._remember_edited)
        await self._read_back(deal)
        await self._form(ViewId.WRAP_UP, ModalState(deal), self._wrap_up, self._remember_referral)
        await self._form(ViewId.RECAP, ModalState(deal, hints_seen=True), self._recap, self._remember_recap)

    async def _report(self) -> None:
        if self._rng.random() < 0.5:
            message = {
                "type": "message",
                "channel": CHANNEL,
                "user": self._answered.person,
                "ts": f"{time.time():.6f}",
                "text": f"Just closed {self._answered.customer}! $45k ARR",
            }
            payload = {"type": "event_callback", "team_id": TEAM, "event_id": self._id("Ev"), "event": message}
            authorization = {"team_id": TEAM, "enterprise_id": None, "user_id": "U0FIRSTCAL", "is_bot": True}
            await self._slack.until_answered({**payload, "authorizations": [authorization]}, event=True)
        else:
            command = {"command": "/firstcall", "text": f"won {self._answered.customer} $45k", "team_id": TEAM}
            who = {"user_id": self._answered.person, "channel_id": CHANNEL, "trigger_id": self._id("t")}
            await self._slack.until_answered({**command, **who})

    async def _form(self, view: ViewId, state: ModalState, fill: Any, remember: Any) -> None:
        """Submit a form until it is answered, with changed entries in some tries; and now and then once more."""
        submitted = {"id": self._id("V"), "hash": self._id("h"), "callback_id": view, "type": "modal"}
        submitted |= {"private_metadata": state.to_text(), "team_id": TEAM}
        entries = fill(SAME, None)
        tries = 0
        while True:
            answer = await self._slack.send(self._submission(submitted, entries))
            tries += 1
            if answer is not None:
                assert answer.get("response_action") in ("update", "clear", None), (view, entries, answer)
                remember(entries)
                if tries > 1 or self._rng.random() < 0.6:
                    return
            how = self._rng.choice((SAME, ADDED, CHANGED))
            self._tally.again[how] += 1
            entries = fill(how, entries)

    def _submission(self, view: Json, entries: dict[str, str | list[str]]) -> Json:
        values = {name: {name: _entry(value)} for name, value in entries.items()}
        user = {"id": self._who, "team_id": TEAM}
        blocks = [{"type": "input", "block_id": name, "element": {"action_id": name}} for name in entries]
        whole = {**view, "blocks": blocks, "state": {"values": values}}
        return {
            "type": "view_submission",
            "team": {"id": TEAM},
            "user": user,
            "trigger_id": self._id("t"),
            "view": whole,
        }

    def _checklist(self, how: str, before: Json | None) -> Json:
        lines = before["expectations"].split("\n") if before else [self._line(), self._line()]
        if how == ADDED and len(lines) < MOST_LINES:
            lines = [*lines, self._line()]
        elif how != SAME:
            lines = [*lines[:-1], self._line()]
        return {"reached": "Dana", "steps": ["M2.1"], "expectations": "\n".join(lines), "priorities": ""}

    def _statement(self, how: str, before: Json | None) -> Json:
        wording = before["wording"] if before and how == SAME else self._line()
        return {"wording": wording, "kind": "expectation", "target": "", "rank": ""}

    def _wrap_up(self, how: str, before: Json | None) -> Json:
        number = before["number"] if before and how == SAME else str(self._rng.randint(1, 50))
        objectives = [item.rule for item in playbook().objectives]
        return {"objectives": objectives, "outcome": "agreed", "number": number, "definition": "A clinic like yours"}

    def _recap(self, how: str, before: Json | None) -> Json:
        return {"body": before["body"] if before and how == SAME else f"Dear Dana, {self._line()}."}

    def _remember_list(self, entries: Json) -> None:
        self._answered.expectations = entries["expectations"].split("\n")

    def _remember_added(self, entries: Json) -> None:
        self._answered.expectations = [*self._captured, entries["wording"]]

    def _remember_edited(self, entries: Json) -> None:
        self._answered.expectations[-1] = entries["wording"]

    def _remember_referral(self, entries: Json) -> None:
        self._answered.referral = (entries["outcome"], int(entries["number"]))

    def _remember_recap(self, entries: Json) -> None:
        self._answered.recap = entries["body"]

    async def _newest(self, deal: int) -> ModalState:
        statement = (await self._deal())["statements"][-1]
        return ModalState(deal, statement["id"], statement["current_version"])

    async def _read_back(self, deal: int) -> None:
        """The customer agrees to each statement; the click is repeated until it is answered."""
        for statement in (await self._deal())["statements"]:
            if not statement["on_list"]:
                continue
            version = statement["current_version"]
            state = ModalState(deal, statement["id"], version)
            await self._click(ActionId.READ_AGREED, f"{statement['id']}:{version}", ViewId.READ_BACK, state)
            self._answered.agreed.add(statement["versions"][-1]["wording"])

    async def _click(self, action_id: ActionId, value: str, view_id: ViewId, state: ModalState, times: int = 1) -> None:
        """Click a button of a modal until it is answered; the click is sent so many `times`."""
        action = {"type": "button", "action_id": action_id, "block_id": "answers", "value": value}
        action["action_ts"] = self._id("")
        view = {"id": self._id("V"), "hash": self._id("h"), "type": "modal", "callback_id": view_id}
        view |= {"private_metadata": state.to_text(), "team_id": TEAM}
        user = {"id": self._who, "team_id": TEAM}
        click = {"type": "block_actions", "team": {"id": TEAM}, "user": user, "trigger_id": self._id("t")}
        click |= {"container": {"type": "view", "view_id": view["id"]}, "view": view, "actions": [action]}
        for _ in range(times):
            await self._slack.until_answered(click)

    async def _deal(self) -> Json:
        """The rep's deal as it is stored."""
        found = [each for each in await stored(self._database) if each["customer"] == self._answered.customer]
        assert found, f"{self._answered.customer} was answered 200, and is not stored"
        return found[0]

    def _line(self) -> str:
        return f"A call on day {next(self._numbers)} of the project"

    def _id(self, prefix: str) -> str:
        return f"{prefix}{next(self._numbers)}"


def _entry(value: str | list[str]) -> Json:
    if isinstance(value, list):
        return {"type": "checkboxes", "selected_options": [{"value": each} for each in value]}
    return {"type": "plain_text_input", "value": value}


async def stored(database: Database) -> list[Json]:
    """Every deal, as exported."""
    return await database.read(_all_deals)


def _all_deals(session: Session) -> list[Json]:
    deals: list[Json] = []
    for workspace in export.workspaces(session):
        while page := export.page(session, workspace, after=deals[-1]["id"] if deals else 0):
            deals += page
    return deals


async def run(folder: Path, url: str, *, rounds: int, rng: random.Random, seconds: float = 900.0) -> bool:
    """Run the rounds, or as many as fit into `seconds`; False if an answered entry is missing, or anything is twice."""
    begun = time.perf_counter()
    config = patient_slack()
    upgrade(url)
    database, tally, answered = Database(url), Tally(), list[Answered]()
    customers = itertools.count(1)
    done = 0
    async with running(config) as sandbox, aiohttp.ClientSession() as http:
        bot = ForkedBot(folder, sandbox.api_url, config, url)
        slack = Slack(bot, config.signing_secret, http, tally)
        try:
            await bot.start()
            while done < rounds and time.perf_counter() - begun < seconds:
                reps = rng.sample(PEOPLE, 2)
                slack.kill_at(rng.randint(1, REQUESTS_OF_A_CALL * len(reps)), rng.random() * ANSWER_TAKES)
                async with asyncio.timeout(SECONDS_FOR_A_ROUND), asyncio.TaskGroup() as group:
                    for person in reps:
                        answered.append(Answered(f"{customer_name(next(customers))} Holdings", person))
                        rep = Rep(slack, database, answered[-1], random.Random(rng.random()), tally)
                        group.create_task(rep.make_the_call())
                await slack.rest()
                done += 1
        finally:
            await bot.close()
    found = await stored(database)
    await database.close()
    return _report(database.url.get_backend_name(), found, answered, tally, done, time.perf_counter() - begun)


def customer_name(number: int) -> str:
    """A customer's name that resembles no other."""
    letters = "bdfgklmnprstvz"
    first, second, third = number % 14, number // 14 % 14, (number * 5 + 3) % 14
    return f"{letters[first]}a{letters[second]}o{letters[third]}i{letters[(number * 3) % 14]}ex{number}".capitalize()


def _report(kind: str, found: list[Json], answered: list[Answered], tally: Tally, rounds: int, took: float) -> bool:
    missing: list[str] = []
    twice: list[str] = []
    for one in answered:
        deals = [deal for deal in found if deal["customer"] == one.customer]
        if len(deals) != 1:
            (twice if deals else missing).append(f"{one.customer}: {len(deals)} deals")
            continue
        _compare(one, deals[0], missing, twice)
    extra = len(found) - len(answered)
    print(
        f"{kind}: {rounds} rounds, {tally.kills} kills, {tally.requests:,} requests, {tally.failed} without an answer, "
        f"submitted again: {dict(tally.again)} ({took:.0f} s)\n"
        f"  {len(answered)} deals; answered and missing {len(missing)}, twice {len(twice)}, never reported {extra}"
    )
    for line in (*missing[:10], *twice[:10]):
        print(f"  {line}")
    return not (missing or twice or extra)


def _compare(one: Answered, deal: Json, missing: list[str], twice: list[str]) -> None:
    """Compare what was answered about a deal with what is stored of it."""
    statements = [
        (statement["versions"][-1]["wording"], statement) for statement in deal["statements"] if statement["on_list"]
    ]
    listed = Counter(wording for wording, _ in statements)
    wanted = Counter(one.expectations)
    missing += [f"{one.customer}: {wording}" for wording in wanted - listed]
    twice += [f"{one.customer}: {wording}" for wording in listed - wanted]
    for wording, statement in statements:
        agreed = [
            each for each in statement["confirmations"] if each["wording"] == wording and each["said"] == "agreed"
        ]
        if wording in one.agreed and not agreed:
            missing.append(f"{one.customer}: agreement to {wording}")
        if len(agreed) > 1:
            twice.append(f"{one.customer}: agreement to {wording}")
    referral = deal["referral_agreements"][-1:]
    if [(each["outcome"], each["referrals"]) for each in referral] != ([] if one.referral is None else [one.referral]):
        missing.append(f"{one.customer}: referral {one.referral}, stored {referral}")
    recap = deal["recaps"][-1]["body"] if deal["recaps"] else None
    if one.recap is not None and recap != one.recap:
        missing.append(f"{one.customer}: recap {one.recap!r}, stored {recap!r}")
