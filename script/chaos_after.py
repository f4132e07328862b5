"""`script/chaos after`: people keep their promises, from the recap to the referrals, while the bot is killed."""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.ui.ids import ActionId, ModalState, PromiseValue, ViewId
from handlers.method.challenges import Step
from sandbox.server import running
from script.chaos_path import (
    ADDED,
    ANSWER_TAKES,
    PEOPLE,
    SAME,
    SECONDS_FOR_A_ROUND,
    Answered,
    Rep,
    Slack,
    Tally,
    customer_name,
    stored,
)
from script.forked_bot import ForkedBot
from storage.database import Database
from storage.migrate import upgrade
from storage.models import Challenge, Handoff, Referral
from storage.tenancy import ALL_TENANTS
from tests.patient_slack import patient_slack
from tests.sandbox.user_driver import BOT, People
from tests.wording import wording

Json = dict[str, Any]
DEEPAK = "U0DEEPAKR"
"""He takes every deal over."""
REQUESTS_AFTER_THE_RECAP = 36
MOST_NAMES = 6
SENT_TWICE = 0.3
"""How many of the clicks Slack sends a second time, although they were answered."""


@dataclass
class Kept(Answered):
    """What was entered about one deal after its recap, as it was last answered with 200."""

    owner: str = ""
    what: str = ""
    solution: str = ""
    updates: list[str] = field(default_factory=list)
    amount: str = ""
    names: list[str] = field(default_factory=list)
    praise: str = ""
    done: bool = False


class Keeper(Rep):
    """One person who made the call, and keeps what was promised; a colleague takes the deal over in the middle."""

    def __init__(self, slack: Slack, database: Database, answered: Kept, rng: random.Random, tally: Tally) -> None:
        super().__init__(slack, database, answered, rng, tally)
        self._kept = answered
        self._deal_id = 0

    async def keep_the_promises(self, taker: str) -> None:
        """From the handoff to the last referral. `taker` is the rep who takes the deal over."""
        self._deal_id = (await self._deal())["id"]
        await self._hand_to_delivery()
        await self._miss_the_first()
        await self._own_it()
        await self._fill(ViewId.ORDER, self._order, "amount", ModalState(self._deal_id))
        await self._pass_on(taker)
        await self._keep_all()
        await self._fill(ViewId.PRAISE, self._praise, "praise", ModalState())
        await self._board(ActionId.PROMISES_COMPLETE, str(self._deal_id))
        await self._fill(ViewId.REFERRAL_ASKED, self._names, "names", ModalState(self._deal_id))
        await self._follow_the_referrals()
        self._kept.done = True

    async def _hand_to_delivery(self) -> None:
        """The rep hands the deal to delivery, who reads each promise back and says hello to the customer."""
        await self._form(ViewId.HANDOFF, ModalState(self._deal_id), lambda *_: {"receiver": DEEPAK}, _nothing)
        handoff = (await self._rows(Handoff))[-1].id
        agreed = [each for each in (await self._deal())["statements"] if each["on_list"]]
        seen = tuple((each["id"], each["current_version"]) for each in agreed)
        words = {f"words_{each['id']}": f"{self._line()}, as I said to them" for each in agreed}
        rep, self._who = self._who, DEEPAK
        state = ModalState(statement_id=handoff, seen=seen)
        await self._form(ViewId.HANDOFF_READ, state, lambda *_: words, _nothing)
        await self._tap(ActionId.HANDOFF_INTRODUCED, str(handoff), ViewId.NOTICE, ModalState())
        self._who = rep

    async def _miss_the_first(self) -> None:
        first = (await self._promises())[0]
        await self._board(ActionId.PROMISES_MISSED, first)
        await self._board(ActionId.PROMISES_DELIVERY, first)
        await self._board(ActionId.PROMISES_TAKE_BACK, first)

    async def _own_it(self) -> None:
        """A challenge: logged, told, updated, solved, confirmed."""
        logged = ModalState(unkept_deal_id=self._deal_id)
        await self._fill(ViewId.CHALLENGE_LOG, self._challenge, "what", logged)
        challenge = (await self._rows(Challenge))[-1].id
        shown = ModalState(challenge_id=challenge)
        await self._tap(ActionId.CHALLENGE_PHONE, str(challenge), ViewId.CHALLENGE, shown)
        update = ModalState(challenge_id=challenge, role=Step.UPDATED)
        await self._fill(ViewId.CHALLENGE_STEP, self._step, "update", update)
        solve = ModalState(challenge_id=challenge, role=Step.SOLVED)
        await self._fill(ViewId.CHALLENGE_STEP, self._step, "solution", solve)
        await self._tap(ActionId.CHALLENGE_CONFIRM, str(challenge), ViewId.CHALLENGE, shown)

    async def _pass_on(self, taker: str) -> None:
        """Another rep takes the deal over, and goes on with it."""
        entries = {"giver": "", "taker": taker, "customers": self._kept.customer}
        await self._form(ViewId.HANDOVER, ModalState(), lambda *_: entries, _nothing)
        self._who = self._kept.owner = taker

    async def _keep_all(self) -> None:
        for promise in await self._promises():
            await self._board(ActionId.PROMISES_KEPT, promise)
            await self._board(ActionId.PROMISES_THEY_SAID_SO, promise)

    async def _follow_the_referrals(self) -> None:
        for step in ("introduced", "met", "won"):
            for row in await self._rows(Referral):
                state = ModalState(self._deal_id)
                await self._tap(ActionId.REFERRALS_STEP, f"{row.id}:{step}", ViewId.REFERRALS, state)

    async def _board(self, action_id: ActionId, value: str) -> None:
        await self._tap(action_id, value, ViewId.PROMISES, ModalState(self._deal_id))

    async def _promises(self) -> list[str]:
        """What the buttons of each agreed promise carry."""
        agreed = [each for each in (await self._deal())["statements"] if each["on_list"]]
        return [PromiseValue(self._deal_id, each["id"], each["current_version"], 1).to_text() for each in agreed]

    async def _tap(self, action_id: ActionId, value: str, view: ViewId, state: ModalState) -> None:
        """Click a button; the platform sends some clicks twice."""
        times = 2 if self._rng.random() < SENT_TWICE else 1
        await self._click(action_id, value, view, state, times=times)

    async def _fill(self, view: ViewId, fill: Any, about: str, state: ModalState) -> None:
        """Submit a form, and remember what was last answered."""
        await self._form(view, state, fill, lambda entries: self._remember(about, entries))

    def _remember(self, about: str, entries: Json) -> None:
        match about:
            case "update":
                self._kept.updates = [entries["words"]]
            case "solution":
                self._kept.solution = entries["words"]
            case "praise":
                self._kept.praise = entries["words"]
            case "what":
                self._kept.what = entries["what"]
            case "amount":
                self._kept.amount = entries["amount"]
            case _:
                self._kept.names = entries["names"].split("\n")

    def _challenge(self, how: str, before: Json | None) -> Json:
        what = before["what"] if before and how == SAME else f"It failed: {self._line()}"
        return {"what": what, "severity": "2", "whose": "ours", "when": ""}

    def _step(self, how: str, before: Json | None) -> Json:
        words = before["words"] if before and how == SAME else f"Done: {self._line()}"
        return {"how": "phone", "words": words, "when": ""}

    def _order(self, how: str, before: Json | None) -> Json:
        amount = before["amount"] if before and how == SAME else f"${self._rng.randint(50, 900)}k a year"
        return {"change": "amount_changed", "amount": amount, "owner": "", "reason": ""}

    def _praise(self, how: str, before: Json | None) -> Json:
        words = before["words"] if before and how == SAME else f"They like it: {self._line()}"
        return {"deal": str(self._deal_id), "words": words, "contact": "Dana", "when": ""}

    def _names(self, how: str, before: Json | None) -> Json:
        names = before["names"].split("\n") if before else [self._person() for _ in range(3)]
        if how == ADDED and len(names) < MOST_NAMES:
            names = [*names, self._person()]
        elif how != SAME:
            names = [*names[:-1], self._person()]
        return {"answer": "names", "names": "\n".join(names)}

    def _person(self) -> str:
        return f"Jo {customer_name(next(self._numbers) % 2_000)}"

    async def _rows(self, model: type[Any]) -> list[Any]:
        """The rows of a table about the deal, the oldest first."""

        def read(session: Session) -> list[Any]:
            rows = select(model).where(model.deal_id == self._deal_id).order_by(model.id)
            return list(session.scalars(rows, execution_options={ALL_TENANTS: True}))

        return await self._database.read(read)


def _nothing(_: Json) -> None:
    """What was entered is always the same."""


async def run(folder: Path, url: str, *, rounds: int, rng: random.Random, seconds: float = 900.0) -> bool:
    """Run the rounds, or as many as fit into `seconds`; False if an answered entry is missing, or anything is twice."""
    begun = time.perf_counter()
    config = patient_slack()
    upgrade(url)
    database, tally, answered = Database(url), Tally(), list[Kept]()
    customers = itertools.count(1)
    done = 0
    async with running(config) as sandbox, aiohttp.ClientSession() as http:
        bot = ForkedBot(folder, sandbox.api_url, config, url)
        slack = Slack(bot, config.signing_secret, http, tally)
        try:
            await bot.start()
            while done < rounds and time.perf_counter() - begun < seconds:
                first, second, taker = rng.sample(PEOPLE, 3)
                new = [Kept(f"{customer_name(next(customers))} Holdings", each) for each in (first, second)]
                answered += new
                reps = [Keeper(slack, database, each, random.Random(rng.random()), tally) for each in new]
                async with asyncio.timeout(SECONDS_FOR_A_ROUND):
                    await asyncio.gather(*(rep.make_the_call() for rep in reps))
                    slack.kill_at(rng.randint(1, REQUESTS_AFTER_THE_RECAP * len(reps)), rng.random() * ANSWER_TAKES)
                    await asyncio.gather(*(rep.keep_the_promises(taker) for rep in reps))
                await slack.rest()
                done += 1
            people = People(sandbox.url, http)
            offered = Counter(message["text"] for message in await people.reads(BOT, who=DEEPAK))
        finally:
            await bot.close()
    found = await stored(database)
    await database.close()
    missing, twice = compare(found, answered)
    twice += [
        f"{one.customer}: the handoff was sent {times} times"
        for one in answered
        if (times := sum(n for text, n in offered.items() if _is_offer(text, one.customer))) > 1
    ]
    print(
        f"{database.url.get_backend_name()}: {done} rounds, {tally.kills} kills, {tally.requests:,} requests, "
        f"{tally.failed} without an answer, submitted again: {dict(tally.again)} "
        f"({time.perf_counter() - begun:.0f} s)\n"
        f"  {len(answered)} deals from the recap to the referrals; answered and missing {len(missing)}, "
        f"twice or never entered {len(twice)}"
    )
    for line in (*missing[:10], *twice[:10]):
        print(f"  {line}")
    return not (missing or twice)


def _is_offer(text: str, customer: str) -> bool:
    return text.startswith(wording("handoff.offer_title", customer=customer))


def compare(found: list[Json], answered: list[Kept]) -> tuple[list[str], list[str]]:
    """What was answered and is missing, and what is there twice."""
    missing: list[str] = []
    twice: list[str] = []
    for one in answered:
        deals = [deal for deal in found if deal["customer"] == one.customer]
        if len(deals) != 1:
            (twice if deals else missing).append(f"{one.customer}: {len(deals)} deals")
            continue
        for name, wanted, stored_now in _facts(one, deals[0]):
            lost, extra = list(Counter(wanted) - Counter(stored_now)), list(Counter(stored_now) - Counter(wanted))
            missing += [f"{one.customer}: {name} {each!r}" for each in lost]
            twice += [f"{one.customer}: {name} {each!r}" for each in extra]
    return missing, twice


def _facts(one: Kept, deal: Json) -> list[tuple[str, list[Any], list[Any]]]:
    """Of each kind: what was answered, and what is stored."""
    kept = [("kept", "us", None), ("kept", "customer", None)]
    missed = [("missed", "us", None), ("missed", "us", "delivery"), ("pending", "us", None)]
    statements = [each for each in deal["statements"] if each["on_list"]]
    outcomes = [
        [(row["state"], row["said_by"], row["reason"]) for row in statement["outcomes"]] for statement in statements
    ]
    wanted_outcomes = [[*missed, *kept], *([kept] * (len(statements) - 1))]
    steps = [(step["step"], step["words"] or "") for each in deal["challenges"] for step in each["steps"]]
    wanted_steps = [("told", ""), *(("updated", each) for each in one.updates), ("solved", one.solution)]
    actions = Counter(entry["action"] for entry in deal["timeline"])
    once = ("handed_to_delivery", "handoff_introduced", "handed_over", "completed", "challenge_logged", "complimented")
    return [
        ("stage", ["completed"], [deal["stage"]]),
        ("rep", [one.owner], [deal["rep"]["id"]]),
        ("amount", [one.amount], [f"${float(deal['amount'] or 0) / 1000:.0f}k a year"]),
        ("outcomes", [str(each) for each in wanted_outcomes], [str(each) for each in outcomes]),
        ("challenge", [one.what], [each["what"] for each in deal["challenges"]]),
        ("step of the challenge", [*wanted_steps, ("confirmed", "")], steps),
        ("compliment", [one.praise], [each["words"] for each in deal["compliments"]]),
        ("handoff", ["taken"], [each["state"] for each in deal["handoffs"]]),
        (
            "read back",
            [each["id"] for each in statements],
            [r["statement"] for h in deal["handoffs"] for r in h["read_back"]],
        ),
        ("referral", ["won"] * len(one.names), [each["step"] for each in deal["introductions"]]),
        ("in the timeline", list(once), [each for each in once for _ in range(actions[each])]),
    ]
