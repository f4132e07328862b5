"""Send requests to the bot: one signed HTTP request or Socket Mode envelope, Slack's timeout, and the response."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import aiohttp

from sandbox.faults import Faults
from sandbox.json_body import UnreadableBody, parsed
from sandbox.requestlog import Exchange, RequestLog
from sandbox.signing import signature_headers
from sandbox.socket_mode import SocketMode

Json = dict[str, Any]
MAX_RESPONSE_BYTES = 1_000_000
EVENT, COMMAND, INTERACTIVE = "events_api", "slash_commands", "interactive"


@dataclass(frozen=True, slots=True)
class BotResponse:
    """The bot's response to a request.

    `status` is None without a response, `error` is a sentence if it failed, `text` is the raw body and `body` the JSON
    in it (an empty object for an empty text), `reason` is Slack's name of the failure.
    """

    id: int
    status: int | None
    took_ms: float
    error: str | None
    body: Any = None
    text: str = ""
    reason: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def shown(self) -> Json:
        """The `delivery` object of the user API."""
        return {"id": self.id, "status": self.status, "took_ms": round(self.took_ms, 2), "error": self.error}


@dataclass(frozen=True, slots=True)
class Failure:
    """No response: Slack's retry reason, and a sentence."""

    reason: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt: its name, its number, when it started (`time.perf_counter`), its size in bytes."""

    name: str
    attempt: int
    started: float
    size: int


Outcome = tuple[int, str, dict[str, str]] | Failure
"""Status, body and headers, or the failure."""


class BotClient:
    """Sends requests to the bot over HTTP, or over Socket Mode while a connection is open."""

    def __init__(
        self, bot_url: str | None, secret: str, patience: float, faults: Faults, log: RequestLog, sockets: SocketMode
    ) -> None:
        self.bot_url = bot_url
        self._secret = secret
        self._patience = patience
        self._faults = faults
        self._log = log
        self._sockets = sockets
        self._session: aiohttp.ClientSession | None = None

    @property
    def reachable(self) -> bool:
        """Whether there is a bot URL or an open Socket Mode connection."""
        return self.bot_url is not None or self._sockets.connected > 0

    async def start(self) -> None:
        """Open the HTTP client."""
        self._session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=self._patience), connector=aiohttp.TCPConnector(limit=64)
        )

    async def close(self) -> None:
        """Close the HTTP client."""
        if self._session is not None:
            await self._session.close()

    async def send(self, kind: str, name: str, payload: Json, attempt: int = 1, reason: str = "") -> BotResponse:
        """Send one request and log it. Never raises: the response carries the failure."""
        started = time.perf_counter()
        body, headers = _encoded(kind, payload)
        if not self._faults.deliver:
            outcome: Outcome = Failure("connection_failed", "The bot is switched off: nothing was delivered.")
        elif self._sockets.connected:
            outcome = await self._by_socket(kind, payload, attempt, reason)
        elif self.bot_url is None:
            outcome = Failure("connection_failed", "No bot is connected: start it, or give its address.")
        else:
            if attempt > 1:
                headers |= {"X-Slack-Retry-Num": str(attempt - 1), "X-Slack-Retry-Reason": reason}
            outcome = await self._by_http(self.bot_url, body, headers | signature_headers(self._secret, body))
        return self._record(payload, outcome, Attempt(name, attempt, started, len(body)))

    async def send_raw(self, url: str, body: bytes, headers: dict[str, str], signed_at: int | None, sign: bool) -> Json:
        """Send any request to the bot, even a forged or malformed one; returns status, headers and body as text."""
        if sign:
            headers = headers | signature_headers(self._secret, body, signed_at)
        sent = Attempt("raw", 1, time.perf_counter(), len(body))
        outcome = await self._by_http(url, body, headers)
        answer = self._record(body.decode(errors="replace"), outcome, sent)
        return {
            "status": answer.status,
            "headers": answer.headers,
            "body": answer.text,
            "error": answer.error,
        }

    async def post_clock(self, url: str, body: Json) -> str | None:
        """Set the bot's development clock to the workspace clock; returns a sentence if that failed."""
        outcome = await self._by_http(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
        if isinstance(outcome, Failure):
            return outcome.sentence
        return None if 200 <= outcome[0] < 300 else f"The bot's clock answered {outcome[0]}."

    async def _by_socket(self, kind: str, payload: Json, attempt: int, reason: str) -> Outcome:
        try:
            payload = await self._sockets.send(kind, payload, attempt, reason, self._patience)
            return 200, json.dumps(payload), {}
        except TimeoutError:
            return self._timed_out()
        except ConnectionError as error:
            return Failure("connection_failed", f"The bot cannot be reached: {error}.")

    async def _by_http(self, url: str, body: bytes, headers: dict[str, str]) -> Outcome:
        if self._session is None:
            return Failure("connection_failed", "The sandbox is not running.")
        try:
            async with self._session.post(
                url, data=body, headers={"User-Agent": "Slackbot 1.0"} | headers, allow_redirects=False
            ) as response:
                text = await _read_text(response)
                return response.status, text, {name.lower(): value for name, value in response.headers.items()}
        except TimeoutError:
            return self._timed_out()
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return Failure("connection_failed", f"The bot cannot be reached: {error}.")

    def _timed_out(self) -> Failure:
        return Failure("http_timeout", f"The bot did not answer within {self._patience:g} seconds.")

    def _record(self, request: Json | str, outcome: Outcome, sent: Attempt) -> BotResponse:
        took_ms = (time.perf_counter() - sent.started) * 1_000
        exchange = Exchange("to_bot", sent.name, None, took_ms, request, None, attempt=sent.attempt, size=sent.size)
        if isinstance(outcome, Failure):
            exchange.answer, exchange.refused = outcome.sentence, outcome.reason
            entry = self._log.add(exchange)
            return BotResponse(entry.id, None, took_ms, outcome.sentence, reason=outcome.reason)
        status, text, headers = outcome
        body = _decoded(text)
        fine = 200 <= status < 300
        exchange.status, exchange.answer = status, body
        exchange.refused = None if fine else "http_error"
        entry = self._log.add(exchange)
        error = None if fine else f"The bot answered with HTTP status {status}."
        return BotResponse(entry.id, status, took_ms, error, body, text, exchange.refused or "", headers)


def _encoded(kind: str, payload: Json) -> tuple[bytes, dict[str, str]]:
    if kind == EVENT:
        return json.dumps(payload).encode(), {"Content-Type": "application/json"}
    form = payload if kind == COMMAND else {"payload": json.dumps(payload)}
    return urlencode(form).encode(), {"Content-Type": "application/x-www-form-urlencoded"}


async def _read_text(response: aiohttp.ClientResponse) -> str:
    """The body of a response; raises `ValueError` if it is larger than a megabyte."""
    content = bytearray()
    async for chunk in response.content.iter_any():
        content += chunk
        if len(content) > MAX_RESPONSE_BYTES:
            raise ValueError("its answer is larger than a megabyte")
    return content.decode(errors="replace")


def _decoded(text: str) -> Any:
    if not text:
        return {}
    try:
        return parsed(text)
    except UnreadableBody:
        return text


async def wait_for_event(moment: asyncio.Event, seconds: float) -> None:
    """Wait for an event, `seconds` (real) at most."""
    # Not `wait_for`: before Python 3.12 it loses a cancellation that comes together with the event.
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await moment.wait()
