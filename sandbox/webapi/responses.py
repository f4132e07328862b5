"""`/response/<id>`: what the bot sends to a response address, and what it answers a command with."""

from __future__ import annotations

import json
import time
from typing import Any

from aiohttp import web

from sandbox import posting
from sandbox.errors import SlackRefusal
from sandbox.response_urls import ResponseUrl
from sandbox.simulation import Simulation
from sandbox.webapi.call import Call
from sandbox.webapi.chat import content
from sandbox.workspace import Channel, Message

Json = dict[str, Any]


def respond(sim: Simulation, key: str, body: Json, *, counted: bool = True) -> list[str]:
    """Carry out an answer: whisper, post, replace or delete. Gives who it rang; refuses like the Web API.

    The direct answer to a command is not `counted` as a use.
    """
    target = sim.response_urls.use(key) if counted else sim.response_urls.peek(key)
    channel = sim.workspace.channels[target.channel_id]
    original = _original(channel, target)
    if body.get("delete_original"):
        if original is not None:
            posting.delete(sim, channel, original)
        return []
    call = Call(sim, body, "")
    text, blocks, attachments = content(call)
    replaces = body.get("replace_original", False) and str(body["replace_original"]).lower() != "false"
    if replaces and original is not None:
        changes: Json = {"text": text, "blocks": blocks, "attachments": attachments}
        posting.edit(sim, channel, original, changes, sim.workspace.bot_user_id)
        return call.rang
    message = posting.bot_body(sim, text, blocks, attachments)
    message |= posting.thread_fields(channel, call.text("thread_ts") or target.thread_ts)
    if body.get("response_type") == "in_channel":
        posting.post(sim, Message(channel.id, message))
    else:
        posting.whisper(sim, channel, target.user_id, message)
    return call.rang


def _original(channel: Channel, target: ResponseUrl) -> Message | None:
    if target.message_ts is None:
        return None
    return channel.messages.get(target.message_ts) or channel.ephemerals.get(target.message_ts)


class ResponseEndpoint:
    """The HTTP face of response addresses."""

    def __init__(self, sim: Simulation) -> None:
        self._sim = sim

    async def handle(self, request: web.Request) -> web.Response:
        """Answer `ok`, or Slack's error name with status 400 or 404."""
        started = time.perf_counter()
        refused, rang, status, body = None, [], 200, {}
        try:
            body = await _body(request)
            rang = respond(self._sim, request.match_info["key"], body)
        except SlackRefusal as refusal:
            refused, status = refusal.error, refusal.status if refusal.status != 200 else 400
        self._sim.log.add(
            "to_slack",
            "response_url",
            status=status,
            took_ms=(time.perf_counter() - started) * 1_000,
            request=body,
            answer=refused or "ok",
            refused=refused,
            rang=rang,
        )
        if refused is None:
            return web.Response(text="ok")
        return web.json_response({"ok": False, "error": refused}, status=status)


async def _body(request: web.Request) -> Json:
    try:
        if request.content_type == "application/json":
            body = json.loads(await request.read())
        else:
            body = json.loads(str((await request.post()).get("payload", "")))
    except ValueError:
        raise SlackRefusal("invalid_payload", status=400) from None
    if not isinstance(body, dict):
        raise SlackRefusal("invalid_payload", status=400)
    return body
