"""What came of a request to the bot, told to the person who caused it."""

from __future__ import annotations

from typing import Any

from sandbox.delivery import Answer
from sandbox.errors import SlackRefusal
from sandbox.requestlog import Exchange
from sandbox.user_api.request import Asked
from sandbox.workspace import Person

Json = dict[str, Any]


def delivery(asked: Asked, person: Person, answer: Answer) -> Json:
    """The `delivery` of an answer; a failure is a notice on the person's page too."""
    if answer.error is not None:
        asked.sim.live.notice(answer.error, person.id)
    return answer.shown()


def to_log(name: str, answer: Answer) -> Exchange:
    """What the bot put into its answer, as an entry of the log: it is held to the same rules as a call."""
    return Exchange("to_slack", f"{name} (answer)", answer.status, answer.took_ms, answer.body, "ok")


def refused(asked: Asked, exchange: Exchange, refusal: SlackRefusal, answer: Answer) -> Answer:
    """Log what Slack would not take; gives the answer as the failure that it then is."""
    exchange.answer, exchange.refused = refusal.answer(), refusal.error
    entry = asked.sim.log.add(exchange)
    return Answer(entry.id, answer.status, answer.took_ms, f"The bot's answer was refused: {refusal.error}.")
