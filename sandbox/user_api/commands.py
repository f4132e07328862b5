"""Slash commands and shortcuts."""

from __future__ import annotations

from typing import Any

from sandbox import payloads
from sandbox.delivery import COMMAND, INTERACTIVE, Answer
from sandbox.errors import BadInputError, SlackRefusal
from sandbox.mrkdwn import escape, escape_mentions
from sandbox.user_api import results
from sandbox.user_api.request import Asked
from sandbox.webapi.responses import respond

Json = dict[str, Any]


async def command(asked: Asked) -> Json:
    """`POST /sandbox/commands`."""
    person = asked.person()
    channel = asked.channel(person)
    name, _, text = asked.text("text").strip().partition(" ")
    declared = next((each for each in asked.sim.config.commands if each.command == name), None)
    if declared is None:
        raise BadInputError(f"{name} is not a valid command.")
    text = text.strip()
    written = escape_mentions(asked.sim.workspace, text) if declared.should_escape else escape(text)
    response_url = asked.response_url(person, channel)
    form = payloads.command(asked.sim, person, channel, name, written, response_url=response_url)
    answer = await asked.sim.line.send(COMMAND, name, form)
    if answer.error is None and answer.body not in ({}, "", None):
        answer = _answer_to_command(asked, name, response_url.rpartition("/")[2], answer)
    return {"delivery": results.delivery(asked, person, answer)}


def _answer_to_command(asked: Asked, name: str, key: str, answer: Answer) -> Answer:
    """Show what the bot answered directly; what Slack would refuse stands in the log like any refusal."""
    content = answer.body if isinstance(answer.body, dict) else {"text": str(answer.body)}
    exchange = results.to_log(name, answer)
    try:
        exchange.rang = respond(asked.sim, key, content, counted=False)
    except SlackRefusal as refusal:
        return results.refused(asked, exchange, refusal, answer)
    asked.sim.log.add(exchange)
    return answer


async def shortcut(asked: Asked) -> Json:
    """`POST /sandbox/shortcuts`: on a message when `channel` and `ts` are given, else a global one."""
    person = asked.person()
    callback_id = asked.text("callback_id")
    kind = "message" if asked.maybe("ts") else "global"
    if not any(each.callback_id == callback_id and each.type == kind for each in asked.sim.config.shortcuts):
        raise BadInputError(f"The app has no {kind} shortcut {callback_id}.")
    if kind == "global":
        payload = payloads.global_shortcut(asked.sim, person, callback_id)
    else:
        channel = asked.channel(person)
        message = asked.message(person, channel)
        response_url = asked.response_url(person, channel)
        payload = payloads.message_shortcut(asked.sim, person, channel, message, callback_id, response_url=response_url)
    answer = await asked.sim.line.send(INTERACTIVE, payload["type"], payload)
    return {"delivery": results.delivery(asked, person, answer)}
