"""`/sandbox/...`: reads the call, answers JSON, says in one sentence what is wrong; and the live socket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web

from sandbox import body
from sandbox.errors import BadInputError
from sandbox.people import actions, commands, controls, home, modals, talk
from sandbox.people.asked import Asked
from sandbox.simulation import Simulation

Json = dict[str, Any]
Answerer = Callable[[Asked], Awaitable[Json]]

CALLS: dict[tuple[str, str], Answerer] = {
    ("GET", "workspace"): talk.workspace,
    ("GET", "conversations"): talk.conversations,
    ("GET", "messages"): talk.messages,
    ("POST", "messages"): talk.send,
    ("POST", "messages/edit"): talk.edit,
    ("POST", "messages/delete"): talk.delete,
    ("POST", "reactions"): talk.react,
    ("POST", "join"): talk.join,
    ("POST", "invite"): talk.invite,
    ("POST", "commands"): commands.command,
    ("POST", "shortcuts"): commands.shortcut,
    ("POST", "actions"): actions.action,
    ("POST", "views/submit"): modals.submit,
    ("POST", "views/close"): modals.close,
    ("GET", "views"): modals.views,
    ("GET", "home"): home.home,
    ("POST", "home/open"): home.open_home,
    ("GET", "options"): actions.options,
    ("GET", "clock"): controls.clock,
    ("POST", "clock"): controls.move_clock,
    ("GET", "faults"): controls.faults,
    ("POST", "faults"): controls.set_faults,
    ("POST", "bot"): controls.bot,
    ("POST", "deliver"): controls.deliver,
    ("POST", "reset"): controls.reset,
    ("GET", "requests"): controls.requests,
    ("GET", "idle"): controls.idle,
    ("POST", "socket/disconnect"): controls.disconnect,
}


class PeopleSide:
    """The people side of one sandbox."""

    def __init__(self, sim: Simulation) -> None:
        self._sim = sim
        self._pages: set[web.WebSocketResponse] = set()

    async def close(self) -> None:
        """Say good-bye to the open pages; for the end of the sandbox."""
        for page in list(self._pages):
            await page.close(code=WSCloseCode.GOING_AWAY)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one call: 200 with an object, or 400 with `{"error": sentence}`."""
        answerer = CALLS.get((request.method, request.match_info["call"]))
        if answerer is None:
            return web.json_response({"error": "There is no such call."}, status=404)
        try:
            arguments = dict(request.query) if request.method == "GET" else await _object(request)
            return web.json_response(await answerer(Asked(self._sim, arguments, f"http://{request.host}")))
        except BadInputError as error:
            return web.json_response({"error": str(error)}, status=400)

    async def live(self, request: web.Request) -> web.StreamResponse:
        """`GET /sandbox/live`: one JSON object a change until the page goes away."""
        user_id = request.query.get("as")
        socket = web.WebSocketResponse(heartbeat=30)
        await socket.prepare(request)
        self._pages.add(socket)
        with self._sim.live.listening(user_id) as changes:
            sender = asyncio.create_task(_forward(changes, socket))
            try:
                async for message in socket:
                    if message.type is WSMsgType.ERROR:
                        break
            finally:
                sender.cancel()
                self._pages.discard(socket)
        return socket


async def _forward(changes: asyncio.Queue[Json], socket: web.WebSocketResponse) -> None:
    while not socket.closed:
        change = await changes.get()
        try:
            await socket.send_str(json.dumps(change))
        except ConnectionError:
            return


async def _object(request: web.Request) -> Json:
    try:
        arguments = body.parsed(await body.read(request) or b"{}")
    except body.UnreadableBody as unreadable:
        raise BadInputError(str(unreadable)) from None
    if not isinstance(arguments, dict):
        raise BadInputError("The body is a JSON object.")
    return arguments
