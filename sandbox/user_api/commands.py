"""Slash commands and shortcuts."""

from __future__ import annotations

from typing import Any

from sandbox import payloads
from sandbox.delivery import COMMAND, INTERACTIVE, BotResponse
from sandbox.errors import BadInputError, SlackRefusal
from sandbox.mrkdwn import escape, escape_mentions
from sandbox.user_api import results
from sandbox.user_api.request import UserRequest
from sandbox.webapi.responses import respond

Json = dict[str, Any]


async def command(request: UserRequest) -> Json:
    """`POST /sandbox/commands`."""
    person = request.person()
    channel = request.channel(person)
    name, *rest = request.text("text").strip().split(maxsplit=1)
    text = "".join(rest)
    declared = next((each for each in request.sim.config.commands if each.command == name), None)
    if declared is None:
        raise BadInputError(f"{name} is not a valid command.")
    written = escape_mentions(request.sim.workspace, text) if declared.should_escape else escape(text)
    response_url = request.response_url(person, channel)
    form = payloads.command(request.sim, person, channel, name, written, response_url=response_url)
    answer = await request.sim.bot_client.send(COMMAND, name, form)
    if answer.error is None and answer.body not in ({}, "", None):
        answer = _answer_to_command(request, name, response_url.rpartition("/")[2], answer)
    return {"delivery": results.delivery(request, person, answer)}


def _answer_to_command(request: UserRequest, name: str, key: str, answer: BotResponse) -> BotResponse:
    """Apply the bot's direct response; the log shows a response that Slack would refuse like any other refusal."""
    content = answer.body if isinstance(answer.body, dict) else {"text": str(answer.body)}
    exchange = results.to_log(name, answer)
    try:
        exchange.broadcasts = respond(request.sim, key, content, counted=False)
    except SlackRefusal as refusal:
        return results.refused(request, exchange, refusal, answer)
    request.sim.log.add(exchange)
    return answer


async def shortcut(request: UserRequest) -> Json:
    """`POST /sandbox/shortcuts`: a message shortcut if `channel` and `ts` are given, or else a global one."""
    person = request.person()
    callback_id = request.text("callback_id")
    kind = "message" if request.maybe("ts") else "global"
    if not any(each.callback_id == callback_id and each.type == kind for each in request.sim.config.shortcuts):
        raise BadInputError(f"The app has no {kind} shortcut {callback_id}.")
    if kind == "global":
        payload = payloads.global_shortcut(request.sim, person, callback_id)
    else:
        channel = request.channel(person)
        message = request.message(person, channel)
        response_url = request.response_url(person, channel)
        payload = payloads.message_shortcut(
            request.sim, person, channel, message, callback_id, response_url=response_url
        )
    answer = await request.sim.bot_client.send(INTERACTIVE, payload["type"], payload)
    return {"delivery": results.delivery(request, person, answer)}
