"""The endpoint of the user API, `/sandbox/...`: JSON in and out, one sentence for an error; and the live socket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web

from sandbox import json_body
from sandbox.errors import BadInputError
from sandbox.simulation import Simulation
from sandbox.user_api import actions, app_home, commands, lifecycle, messages, modals, profiles, simulation
from sandbox.user_api.request import UserRequest

Json = dict[str, Any]
Handler = Callable[[UserRequest], Awaitable[Json]]

CALLS: dict[tuple[str, str], Handler] = {
    ("GET", "workspace"): messages.workspace,
    ("GET", "conversations"): messages.conversations,
    ("GET", "messages"): messages.messages,
    ("POST", "messages"): messages.send,
    ("POST", "messages/edit"): messages.edit,
    ("POST", "messages/delete"): messages.delete,
    ("POST", "reactions"): messages.react,
    ("POST", "join"): messages.join,
    ("POST", "invite"): messages.invite,
    ("POST", "share"): messages.share,
    ("POST", "channels/archive"): lifecycle.archive,
    ("POST", "channels/unarchive"): lifecycle.unarchive,
    ("POST", "channels/rename"): lifecycle.rename,
    ("POST", "channels/delete"): lifecycle.delete,
    ("POST", "channels/remove"): lifecycle.remove,
    ("POST", "app/uninstall"): lifecycle.uninstall,
    ("POST", "app/install"): lifecycle.install,
    ("POST", "commands"): commands.command,
    ("POST", "shortcuts"): commands.shortcut,
    ("POST", "actions"): actions.action,
    ("POST", "views/submit"): modals.submit,
    ("POST", "views/close"): modals.close,
    ("GET", "views"): modals.views,
    ("GET", "home"): app_home.home,
    ("POST", "home/open"): app_home.open_home,
    ("GET", "options"): actions.options,
    ("POST", "profile"): profiles.change,
    ("GET", "clock"): simulation.clock,
    ("POST", "clock"): simulation.move_clock,
    ("GET", "faults"): simulation.faults,
    ("POST", "faults"): simulation.set_faults,
    ("POST", "bot"): simulation.bot,
    ("POST", "deliver"): simulation.deliver,
    ("POST", "reset"): simulation.reset,
    ("GET", "requests"): simulation.requests,
    ("GET", "idle"): simulation.idle,
    ("POST", "socket/disconnect"): simulation.disconnect,
}


class UserApi:
    """The user API of one sandbox."""

    def __init__(self, sim: Simulation) -> None:
        self._sim = sim
        self._pages: set[web.WebSocketResponse] = set()

    async def close(self) -> None:
        """Close the sockets of the open pages, when the sandbox stops."""
        for page in list(self._pages):
            await page.close(code=WSCloseCode.GOING_AWAY)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Handle one call: 200 with an object, or 400 with `{"error": sentence}`."""
        handler = CALLS.get((request.method, request.match_info["call"]))
        if handler is None:
            return web.json_response({"error": "There is no such call."}, status=404)
        try:
            arguments = dict(request.query) if request.method == "GET" else await _object(request)
            return web.json_response(await handler(UserRequest(self._sim, arguments, f"http://{request.host}")))
        except BadInputError as error:
            return web.json_response({"error": str(error)}, status=400)

    async def live(self, request: web.Request) -> web.StreamResponse:
        """`GET /sandbox/live`: one JSON object per change, until the page disconnects."""
        user_id = request.query.get("as")
        socket = web.WebSocketResponse(heartbeat=30)
        await socket.prepare(request)
        self._pages.add(socket)
        with self._sim.live.subscribe(user_id) as changes:
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
        arguments = json_body.parsed(await json_body.read(request) or b"{}")
    except json_body.UnreadableBody as unreadable:
        raise BadInputError(str(unreadable)) from None
    if not isinstance(arguments, dict):
        raise BadInputError("The body is a JSON object.")
    return arguments
