"""When something cannot be done or went wrong: one friendly sentence to the person, the cause to the log."""

from __future__ import annotations

import secrets
from functools import partial
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.ports.messenger import DeliveryError
from bot.slack import blocks
from bot.slack.context import SlackContext
from bot.slack.payload import Payload, modal_state
from bot.slack.web_api import call_slack
from bot.views.notices import notice
from handlers.errors import InvalidEntryError, NotNowError, Refusal

log = structlog.stdlib.get_logger(__name__)


def register(app: AsyncApp, slack: SlackContext) -> None:
    """Hear of every listener that failed."""
    app.error(partial(handle_error, slack=slack))


async def handle_error(
    error: Exception, body: Payload, ack: AsyncAck, client: AsyncWebClient, slack: SlackContext
) -> BoltResponse:
    """Answer the person. A refusal is an answer; anything else is logged with its cause, under a reference they get.

    An event that failed is answered with 500: Slack delivers it again, and it is applied then.
    """
    refusal = error if isinstance(error, Refusal) else _trouble(error, body)
    if body.get("type") == "view_submission":
        return await _form_error(refusal, body, ack, slack)
    if "command" in body:
        return await ack(text=refusal.sentence(slack.context.texts.rich), response_type="ephemeral")
    if body.get("type") == "event_callback":
        return BoltResponse(status=500, body="")
    await tell_person(slack, client, body, refusal)
    return await ack()


async def tell_person(slack: SlackContext, client: AsyncWebClient, body: Payload, refusal: Refusal) -> None:
    """Say a refusal to whoever tapped something, in a small modal, on top of the one they are in."""
    view = _notice(refusal, slack)
    trigger = str(body.get("trigger_id"))
    inside = isinstance(body.get("view"), dict) and body["view"].get("type") == "modal"
    try:
        await call_slack(
            client.views_push(trigger_id=trigger, view=view)
            if inside
            else client.views_open(trigger_id=trigger, view=view)
        )
    except DeliveryError as error:
        log.warning("refusal not shown", refusal=refusal.key, reason=str(error))


def _notice(refusal: Refusal, slack: SlackContext) -> blocks.Block:
    words = slack.context.texts
    return blocks.modal(notice(refusal.sentence(words.rich), words))


async def _form_error(refusal: Refusal, body: Payload, ack: AsyncAck, slack: SlackContext) -> BoltResponse:
    """Below the field that it is about, so that what was typed stays; on a screen of its own when it is about none."""
    view: dict[str, Any] = body.get("view") or {}
    inputs = [block for block in view.get("blocks") or () if block.get("type") == "input"]
    fields = {block["element"]["action_id"]: block["block_id"] for block in inputs}
    if isinstance(refusal, InvalidEntryError):
        for name in (refusal.field, f"{refusal.field}{modal_state(view).suffix}"):
            if name in fields:
                return await ack(
                    response_action="errors", errors={fields[name]: refusal.sentence(slack.context.texts.plain)}
                )
    return await ack(response_action="push", view=_notice(refusal, slack))


def _trouble(error: Exception, body: Payload) -> Refusal:
    reference = secrets.token_hex(4)
    log.error(
        "a request failed", reference=reference, kind=body.get("type"), error=type(error).__name__, exc_info=error
    )
    return NotNowError("refusal.trouble", reference=reference)
