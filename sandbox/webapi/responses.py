"""The endpoint of response URLs, `/response/<id>`, and the direct response to a command."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from sandbox import json_body, message_events
from sandbox.errors import SlackRefusal
from sandbox.requestlog import Exchange
from sandbox.response_urls import ResponseUrl
from sandbox.simulation import Simulation
from sandbox.webapi.call import Call
from sandbox.webapi.chat import content
from sandbox.workspace import Channel, Message

Json = dict[str, Any]


def respond(sim: Simulation, key: str, answer: Json, *, counted: bool = True) -> list[str]:
    """Apply a response: post (ephemeral or not), replace or delete. Returns its broadcast mentions.

    Refuses like the Web API. The direct response to a command is not `counted` as a use.
    """
    target = sim.response_urls.use(key) if counted else sim.response_urls.peek(key)
    channel = sim.workspace.channels[target.channel_id]
    original = _original(channel, target)
    if answer.get("delete_original"):
        if original is not None:
            message_events.delete(sim, channel, original)
        return []
    call = Call(sim, answer, "")
    text, blocks, attachments = content(call)
    replaces = answer.get("replace_original", False) and str(answer["replace_original"]).lower() != "false"
    if replaces and original is not None:
        changes: Json = {"text": text, "blocks": blocks, "attachments": attachments}
        message_events.edit(sim, channel, original, changes, sim.workspace.bot_user_id)
        return call.broadcasts
    message = message_events.bot_body(sim, text, blocks, attachments)
    message |= message_events.thread_fields(channel, call.text("thread_ts") or target.thread_ts)
    if answer.get("response_type") == "in_channel":
        message_events.post(sim, Message(channel.id, message))
    else:
        message_events.post_ephemeral(sim, channel, target.user_id, message)
    return call.broadcasts


def _original(channel: Channel, target: ResponseUrl) -> Message | None:
    if target.message_ts is None:
        return None
    return channel.messages.get(target.message_ts) or channel.ephemerals.get(target.message_ts)


class ResponseEndpoint:
    """The HTTP endpoint of response URLs."""

    def __init__(self, sim: Simulation) -> None:
        self._sim = sim

    async def handle(self, request: web.Request) -> web.Response:
        """Respond `ok`, or Slack's error name with status 400 or 404."""
        exchange = Exchange("to_slack", "response_url", 200, 0, None, "ok", size=request.content_length or 0)
        started = time.perf_counter()
        try:
            exchange.request = await _payload(request)
            exchange.broadcasts = respond(self._sim, request.match_info["key"], exchange.request)
        except SlackRefusal as refusal:
            exchange.refused = exchange.answer = refusal.error
            exchange.status = refusal.status if refusal.status != 200 else 400
        exchange.took_ms = (time.perf_counter() - started) * 1_000
        self._sim.log.add(exchange)
        if exchange.refused is None:
            return web.Response(text="ok")
        return web.json_response({"ok": False, "error": exchange.refused}, status=exchange.status or 400)


async def _payload(request: web.Request) -> Json:
    try:
        content: Any = await json_body.read(request)
        if request.content_type != "application/json":
            content = dict(parse_qsl(content.decode())).get("payload", "")
        payload = json_body.parsed(content)
    except (ValueError, web.HTTPRequestEntityTooLarge):
        raise SlackRefusal("invalid_payload", status=400) from None
    if not isinstance(payload, dict):
        raise SlackRefusal("invalid_payload", status=400)
    return payload
