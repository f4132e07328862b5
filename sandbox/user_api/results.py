"""Show the result of a request to the bot to the person who caused it."""

from __future__ import annotations

from typing import Any

from sandbox.delivery import BotResponse
from sandbox.errors import SlackRefusal
from sandbox.requestlog import Exchange
from sandbox.user_api.request import UserRequest
from sandbox.workspace import Person

Json = dict[str, Any]


def delivery(request: UserRequest, person: Person, answer: BotResponse) -> Json:
    """The `delivery` object of a response; a failure also appears as a notice on the person's page."""
    if answer.error is not None:
        request.sim.live.notice(answer.error, person.id)
    return answer.shown()


def to_log(name: str, answer: BotResponse) -> Exchange:
    """A log entry for the content of the bot's response, which is validated like a Web API call."""
    return Exchange("to_slack", f"{name} (answer)", answer.status, answer.took_ms, answer.body, "ok")


def refused(request: UserRequest, exchange: Exchange, refusal: SlackRefusal, answer: BotResponse) -> BotResponse:
    """Log a response that Slack would refuse; returns it as a failure."""
    exchange.answer, exchange.refused = refusal.answer(), refusal.error
    entry = request.sim.log.add(exchange)
    return BotResponse(entry.id, answer.status, answer.took_ms, f"The bot's answer was refused: {refusal.error}.")
