"""`script/fuzz requests`: recorded requests of both platforms, mutated, over every endpoint of a running bot."""

from __future__ import annotations

import asyncio
import contextlib
import copy
import gzip
import hashlib
import hmac
import json
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, cast
from urllib.parse import quote, urlencode, urlsplit

import aiohttp

from bot.app import Running
from bot.teams.card_inputs import CARD_DATA
from bot.ui.ids import ActionId
from sandbox.config import SandboxConfig
from sandbox.server import running as slack_running
from sandbox.teams.chats import ADA as ADA_ON_TEAMS
from sandbox.teams.chats import BRUNO, CARLA
from sandbox.teams.server import TeamsSandbox
from sandbox.teams.server import running as teams_running
from script.forked_bot import ForkedBot
from storage.migrate import upgrade
from tests.patient_slack import patient_slack
from tests.running_bot import APP_ID, PASSWORD, TENANT
from tests.sandbox.user_driver import ADA, People
from tests.slack.slack_driver import Office
from tests.teams.teams_driver import TEAM, WINS, Company

Json = dict[str, Any]
SLACK, TEAMS = "/slack/events", "/api/messages"
OTHER_PATHS = (
    "/healthz",
    "/readyz",
    "/",
    "/slack/events/",
    "/api",
    "/dev/clock",
    "/%zz",
    "/..%2f",
    "/\x00",
    "/" + "x" * 9_000,
)
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
AT_ONCE = 8
CHECK_EVERY = 500
WARM_UP = 3_000
"""The requests after which memory is measured for the first time: by then every cache has its size."""
LARGEST = 900_000
"""Bytes of the requests that are sent before all others, several at once. The heap keeps the size that these need:
without them, each request that is larger than those before would look like lost memory."""
MAX_GROWTH = 20.0
"""MB that the bot may grow by from then on."""
SECONDS = 30.0
"""For one request, on a busy machine."""


class Bot(Protocol):
    """A bot that listens."""

    @property
    def url(self) -> str:
        """Where it listens."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A good request: where it is sent, what it says, and as what."""

    path: str
    payload: Json
    content_type: str


@dataclass(slots=True)
class Findings:
    """What came back. A status of 0: the connection was closed without an answer."""

    statuses: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Senders:
    """The secrets of both platforms, with which a mutated request is signed."""

    slack: SandboxConfig
    company: Company

    def headers(self, path: str, body: bytes, content_type: str) -> dict[str, str]:
        """The headers that the platform would send with this body."""
        if path != SLACK:
            return {"Content-Type": content_type, "Authorization": f"Bearer {self.company.token()}"}
        now = str(int(time.time()))
        mac = hmac.new(self.slack.signing_secret.encode(), f"v0:{now}:".encode() + body, hashlib.sha256).hexdigest()
        return {
            "Content-Type": content_type,
            "X-Slack-Request-Timestamp": now,
            "X-Slack-Signature": f"v0={mac}",
        }


async def record(office: Office, company: Company) -> list[Recorded]:
    """Have people use the bot on both platforms; what the platforms sent for it is recorded."""
    message = await office.post("Just closed Northwind Dental! $45k ARR")
    where = {"as_": ADA, "channel": message["channel"], "ts": message["ts"]}
    await office.people.post("messages/edit", **where, text="Just closed Northwind Dental! $54k ARR")
    for text in ("won Fourth Coffee $9k", "list", "won", "reminders", "channel", "snooze northwind in 2 hours"):
        await office.command(f"/firstcall {text}")
    await office.people.post("home/open", as_=ADA)
    card = await office.card("Northwind Dental")
    await office.tap(card, ActionId.CARD_GO_ON)
    await office.capture("A call every Friday\nBetter communication", "40 seats")
    await office.tap_in_view(ActionId.READ_AGREED)
    await office.people.post("messages/delete", **where)
    await office.people.idle()
    requests = [each for each in (await office.people.get("requests"))["requests"] if each["direction"] == "to_bot"]
    return [*_of_slack(requests), *_of_teams(company)]


def _of_slack(requests: list[Json]) -> Iterator[Recorded]:
    for each in requests:
        payload = each["request"]
        if payload.get("type") == "event_callback":
            yield Recorded(SLACK, payload, JSON)
        else:
            yield Recorded(SLACK, payload, FORM)


def _of_teams(company: Company) -> Iterator[Recorded]:
    ours = {"nonce": "0123456789abcdef", "tap": ActionId.CARD_GO_ON, "value": "1", "place": '{"deal_id": 1}'}
    entries = {"expectations": "A call every Friday", "steps[]": "M2.1,M2.2", "reached": "Dana"}
    form = {CARD_DATA: {**ours, "form": "checklist", "save": True, "where": "chat"}, **entries}
    pick = {CARD_DATA: {**ours, "tap": ActionId.CARD_OWNER, "picks": "to"}, "to": BRUNO.person}
    for data in ({CARD_DATA: ours}, form, pick):
        action = {"action": {"type": "Action.Execute", "data": data}, "trigger": "manual"}
        yield Recorded(TEAMS, company.activity("invoke", name="adaptiveCard/action", value=action), JSON)
        yield Recorded(TEAMS, company.activity("invoke", name="task/submit", value={"data": data}), JSON)
    html = {"contentType": "text/html", "content": "<p>Just closed <b>Harper Logistics</b>! $30k</p>"}
    mention = {"type": "mention", "text": "<at>FirstCall</at>", "mentioned": {"id": f"28:{APP_ID}"}}
    yield Recorded(TEAMS, company.activity(text="won Northwind Dental $45k"), JSON)
    yield Recorded(TEAMS, company.activity(channel=WINS, text="Just closed Harper! $30k", attachments=[html]), JSON)
    yield Recorded(TEAMS, company.activity(channel=WINS, text="<at>FirstCall</at> list", entities=[mention]), JSON)
    yield Recorded(
        TEAMS,
        company.activity("messageUpdate", channel=WINS, text="Closed!", channelData={"eventType": "editMessage"}),
        JSON,
    )
    yield Recorded(TEAMS, company.activity("installationUpdate", action="add"), JSON)
    yield Recorded(
        TEAMS, company.activity("conversationUpdate", channel=WINS, membersAdded=[{"id": f"28:{APP_ID}"}]), JSON
    )
    fetch = {"commandId": "closedDeal", "messagePayload": {"body": {"content": "<p>Closed Vale & Co</p>"}}}
    yield Recorded(TEAMS, company.activity("invoke", name="composeExtension/fetchTask", value=fetch), JSON)
    saved = {"commandId": "closedDeal", "data": {"customer": "Vale & Co", "amount": "$5k"}}
    yield Recorded(TEAMS, company.activity("invoke", name="composeExtension/submitAction", value=saved), JSON)


# --- mutations ---

VALUES: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1.5,
    1e308,
    2**31,
    2**63,
    10**400,
    "",
    "x",
    "x" * 5_000,
    [],
    {},
    [[]],
    [None],
    {"a": {"a": {}}},
    "\x00",
    "\ud800",
    "😀" * 300,
    "\u202eabc",
    "<!channel>",
    "١٢٣",
    "Infinity",
    "../../etc/passwd",
    "' OR 1=1 --",
    "{{ 7 * 7 }}",
)


def mutated(payload: Json, rng: random.Random) -> Json:
    """The payload with one to four of its values removed, retyped, nested, multiplied or exchanged."""
    changed = copy.deepcopy(payload)
    for _ in range(rng.randint(1, 4)):
        places = list(_places(changed))
        if not places:
            break
        holder, key = rng.choice(places)
        match rng.randrange(6):
            case 0:
                del holder[key]
            case 1 | 2:
                holder[key] = copy.deepcopy(rng.choice(VALUES))
            case 3:
                holder[key] = _nested(holder[key], rng.choice((1, 3, 200)))
            case 4:
                holder[key] = [copy.deepcopy(holder[key]) for _ in range(rng.choice((1, 2, 200)))]
            case _:
                other, name = rng.choice(places)
                with contextlib.suppress(KeyError, IndexError):
                    holder[key] = copy.deepcopy(other[name])
    return changed


def _places(holder: Any, depth: int = 0) -> Iterator[tuple[Any, Any]]:
    keys = holder.keys() if isinstance(holder, dict) else range(len(holder)) if isinstance(holder, list) else ()
    for key in list(keys)[:50]:
        yield holder, key
        if depth < 12:
            yield from _places(holder[key], depth + 1)


def _nested(value: Any, depth: int) -> Any:
    for _ in range(depth):
        value = {"a": value}
    return value


def _as_new(payload: Json, rng: random.Random) -> Json:
    """The payload with other ids of the event, so that it is no repetition of the recorded one."""
    text = json.dumps(payload)
    for name in ("event_id", "trigger_id", "action_ts", "hash", "id", "nonce", "event_ts"):
        if isinstance(payload.get(name), str):
            text = text.replace(json.dumps(payload[name]), json.dumps(f"{rng.getrandbits(64):016x}"))
    return cast(Json, json.loads(text))


def _encoded(recorded: Recorded, payload: Json, rng: random.Random) -> bytes:
    try:
        text = json.dumps(payload)
    except RecursionError:
        text = "[" * 5_000
    if rng.random() < 0.05:
        text = text.replace("{", '{"type": "message", "type": null, ', rng.randint(1, 3))
    if recorded.content_type == JSON:
        return text.encode("utf-8", "surrogatepass")
    if "command" in recorded.payload:
        return urlencode({str(name): str(value) for name, value in payload.items()}, errors="replace").encode()
    return f"payload={quote(text, errors='replace')}".encode()


def _broken(body: bytes, rng: random.Random) -> bytes:  # noqa: PLR0911 (one way each)
    match rng.randrange(7):
        case 0:
            return body[: rng.randrange(len(body) + 1)]
        case 1:
            return body + rng.randbytes(20)
        case 2:
            return body.decode("utf-8", "replace").encode("utf-16")
        case 3:
            return b"\xef\xbb\xbf" + body
        case 4:
            at = rng.randrange(len(body) + 1)
            return body[:at] + rng.choice((b"\x00", b"\xff", b"%zz", b"\r\n\r\n", b'"')) + body[at:]
        case 5:
            return rng.randbytes(200)
        case _:
            return b"[" * rng.choice((10, 3_000, 100_000))


HEADERS: tuple[Callable[[bytes, random.Random], dict[str, str | bytes]], ...] = (
    lambda _body, _rng: {"Content-Type": "text/plain"},
    lambda _body, _rng: {"Content-Type": ""},
    lambda _body, _rng: {"Content-Type": "application/json; charset=klingon"},
    lambda _body, rng: {"Content-Encoding": rng.choice(("gzip", "deflate", "br", "zstd", "identity", "rot13"))},
    lambda body, rng: {"Content-Length": str(max(0, len(body) - rng.randrange(1, 9)))},
    lambda _body, _rng: {"Content-Length": "many"},
    lambda _body, _rng: {"Transfer-Encoding": "chunked"},
    lambda _body, _rng: {"X-Slack-Request-Timestamp": "9" * 5_000},
    lambda _body, _rng: {"X-Slack-Signature": "v0=ü".encode()},
    lambda _body, _rng: {"Authorization": b"Bearer \xff.\xfe.\xfd"},
    lambda _body, _rng: {"Authorization": "Bearer " + "a." * 3_000},
    lambda _body, rng: {f"X-{number}": "x" for number in range(rng.choice((5, 500)))},
    lambda _body, _rng: {"X-Long": "x" * 20_000},
    lambda _body, _rng: {"X-Null": b"a\x00b"},
    lambda _body, _rng: {"X-Slack-Bolt-Lazy-Only": "1", "X-Slack-Bolt-Lazy-Function-Name": "x"},
    lambda _body, _rng: {"X-Slack-Retry-Num": "one", "X-Slack-Retry-Reason": "\t"},
    lambda _body, _rng: {"Expect": "a miracle"},
    lambda _body, _rng: {"Host": ""},
)


def request_of(recorded: Recorded, senders: Senders, rng: random.Random) -> bytes:
    """One mutated request as it goes over the wire, with a good signature or token in most cases."""
    payload = _as_new(recorded.payload, rng) if rng.random() < 0.5 else recorded.payload
    body = _encoded(recorded, mutated(payload, rng) if rng.random() < 0.9 else payload, rng)
    if rng.random() < 0.1:
        body = _broken(body, rng)
    signed = body
    headers: dict[str, str | bytes] = dict(senders.headers(recorded.path, signed, recorded.content_type))
    if rng.random() < 0.03:
        body, headers["Content-Encoding"] = gzip.compress(body), "gzip"
    if rng.random() < 0.1:
        headers |= rng.choice(HEADERS)(body, rng)
    if rng.random() < 0.05:
        headers.pop(rng.choice(list(headers)))
    path, method = recorded.path, "POST"
    if rng.random() < 0.05:
        path = rng.choice((*OTHER_PATHS, SLACK, TEAMS))
        method = rng.choice(("GET", "POST", "PUT", "OPTIONS", "HEAD", "DELETE", "BREW"))
    return on_the_wire(method, path, headers, body)


def _large(recorded: Recorded, senders: Senders) -> bytes:
    """The recorded request with so many copies of itself in it that it is almost as large as the bot takes."""
    copies = LARGEST // len(_encoded(recorded, recorded.payload, random.Random(0)))
    body = _encoded(recorded, {**recorded.payload, "copies": [recorded.payload] * copies}, random.Random(0))
    return on_the_wire("POST", recorded.path, dict(senders.headers(recorded.path, body, recorded.content_type)), body)


def on_the_wire(method: str, path: str, headers: dict[str, str | bytes], body: bytes) -> bytes:
    """A request, in bytes."""
    sent: dict[str, str | bytes] = {"Host": "bot", **headers, "Connection": "close"}
    if "Transfer-Encoding" in sent:
        body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    elif "Content-Length" not in sent:
        sent["Content-Length"] = str(len(body))
    lines = [
        f"{name}: ".encode() + (value if isinstance(value, bytes) else value.encode()) for name, value in sent.items()
    ]
    return b"\r\n".join([f"{method} {path} HTTP/1.1".encode(), *lines, b"", body])


async def status_of(url: str, request: bytes) -> int:
    """Send it; returns the status of the answer, 0 if the connection was closed without one."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    try:
        async with asyncio.timeout(SECONDS):
            with contextlib.suppress(ConnectionError):
                writer.write(request)
                await writer.drain()
            line = await reader.readline()
        return int(line.split()[1]) if line else 0
    except ConnectionError:
        return 0
    finally:
        writer.close()


async def bombard(
    bot: Bot,
    recorded: list[Recorded],
    senders: Senders,
    count: int,
    rng: random.Random,
    after_each_check: Callable[[int], None] = lambda _sent: None,
) -> Findings:
    """Send that many mutated requests, several at once. In between, good ones must be answered 200."""
    found = Findings()
    sent = 0

    async def send(request: bytes) -> None:
        status = await status_of(bot.url, request)
        found.statuses[status] += 1
        if status >= 500 and b"GET /readyz" not in request[:20]:
            found.wrong.append(f"{status} to {request[:3_000]!r}")

    for each in recorded:
        await asyncio.gather(*(send(_large(each, senders)) for _ in range(AT_ONCE)))
    while sent < count:
        requests = [request_of(rng.choice(recorded), senders, rng) for _ in range(min(CHECK_EVERY, count - sent))]
        for first in range(0, len(requests), AT_ONCE):
            await asyncio.gather(*(send(request) for request in requests[first : first + AT_ONCE]))
        sent += len(requests)
        for path in (SLACK, TEAMS):
            good = next(each for each in recorded if each.path == path)
            body = _encoded(good, good.payload, random.Random(0))
            status = await status_of(
                bot.url, on_the_wire("POST", path, dict(senders.headers(path, body, good.content_type)), body)
            )
            if status != 200:
                found.wrong.append(f"{status} to a good request to {path} after {sent}")
        after_each_check(sent)
    return found


# --- the whole run ---


async def run(requests: int, rng: random.Random) -> bool:
    """Start a bot on both platforms, send it the requests, and print what came back; False if something was wrong."""
    begun = time.perf_counter()
    config = patient_slack()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/firstcall.db"
        upgrade(url)
        async with (
            slack_running(config) as slack,
            teams_running(APP_ID, PASSWORD, TENANT) as teams,
            aiohttp.ClientSession() as http,
        ):
            teams.chats.add_channel(TEAM, WINS, "wins", ADA_ON_TEAMS, BRUNO, CARLA)
            bot = ForkedBot(Path(folder), slack.api_url, config, url, teams_environment(teams))
            try:
                await bot.start()
                people = People(slack.url, http)
                await people.post("bot", url=f"{bot.url}{SLACK}", clock_url=f"{bot.url}/dev/clock")
                senders = Senders(config, Company(cast(Running, bot), teams, http))
                recorded = await record(Office(cast(Running, bot), slack, people), senders.company)
                memory: dict[int, float] = {}

                def measure(sent: int) -> None:
                    memory[sent] = _resident(bot.pid)

                found = await bombard(bot, recorded, senders, requests, rng, measure)
            finally:
                await bot.close()
            log = bot.log
    return _report(found, memory, log, requests, time.perf_counter() - begun)


def teams_environment(teams: TeamsSandbox) -> dict[str, str]:
    """The settings of a bot on the simulated Teams."""
    return {
        "MICROSOFT_APP_ID": APP_ID,
        "MICROSOFT_APP_PASSWORD": PASSWORD,
        "MICROSOFT_APP_TENANT_ID": TENANT,
        "FIRSTCALL_TEAMS_SANDBOX": teams.url,
    }


def _resident(pid: int) -> float:
    """The resident memory of a process, in MB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


def errors_in(log: str) -> Counter[str]:
    """The errors in a log of JSON lines, by what happened and where; whatever is no JSON is a traceback."""
    errors: Counter[str] = Counter()
    for line in log.splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            entry = {"level": "error", "event": line[:200]}
        if entry["level"] in ("error", "critical") or "exception" in entry:
            trace = str(entry.get("exception", "")).splitlines()
            where = [each.strip() for each in trace if "/bot/" in each or "/handlers/" in each or "/storage/" in each]
            errors[f"{entry['event']}: {' '.join((trace or [''])[-1:])[:200]} {' '.join(where[-1:])}"] += 1
    return errors


def _report(found: Findings, memory: dict[int, float], log: str, requests: int, took: float) -> bool:
    errors = errors_in(log)
    last = list(memory.values())[-1]
    warm = next((size for sent, size in memory.items() if sent >= WARM_UP), last)
    growth = last - warm
    answers = ", ".join(f"{count:,} x {status}" for status, count in sorted(found.statuses.items()))
    print(
        f"{requests:,} requests in {took:.0f} s: {answers} (0: closed without an answer)\n"
        f"  {len(found.wrong)} wrong answers, {errors.total()} errors in the log; "
        f"memory after {WARM_UP:,}: {warm:.0f} MB, grown by {growth:.1f} MB since"
    )
    for line in (*found.wrong[:5], *(f"{count} x {error}" for error, count in errors.most_common(20))):
        print(f"  {line}")
    return not found.wrong and not errors and growth <= MAX_GROWTH
