"""Errors and refusals: one friendly sentence for the person, the cause for the log."""

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
    """Handle the errors of all listeners."""
    app.error(partial(handle_error, slack=slack))


async def handle_error(
    error: Exception, body: Payload, ack: AsyncAck, client: AsyncWebClient, slack: SlackContext
) -> BoltResponse:
    """Answer the person. Any error but a refusal is logged with its cause, under a reference that the person gets.

    A failed event is answered with 500, so that Slack delivers it again.
    """
    if body.get("type") == "event_callback" and isinstance(error, DeliveryError):
        log.warning("event put off: Slack could not be asked", event_id=body.get("event_id"), reason=str(error))
        return BoltResponse(status=500, body="")
    refusal = error if isinstance(error, Refusal) else _unexpected(error, body)
    if body.get("type") == "view_submission":
        return await _answer_submission(refusal, body, ack, slack)
    if "command" in body:
        return await ack(text=refusal.sentence(slack.context.texts.rich), response_type="ephemeral")
    if body.get("type") == "event_callback":
        return BoltResponse(status=500, body="")
    await show_refusal(slack, client, body, refusal)
    return await ack()


async def show_refusal(slack: SlackContext, client: AsyncWebClient, body: Payload, refusal: Refusal) -> None:
    """Show a refusal in a small modal, on top of the open one if there is one."""
    if not body.get("trigger_id"):  # a dialog of the old kind
        log.info("refusal not shown", refusal=refusal.key, reason="the payload has no trigger")
        return
    view = _notice(refusal, slack)
    trigger = str(body["trigger_id"])
    in_modal = isinstance(body.get("view"), dict) and body["view"].get("type") == "modal"
    try:
        await call_slack(
            client.views_push(trigger_id=trigger, view=view)
            if in_modal
            else client.views_open(trigger_id=trigger, view=view)
        )
    except DeliveryError as error:
        log.warning("refusal not shown", refusal=refusal.key, reason=str(error))


def _notice(refusal: Refusal, slack: SlackContext) -> blocks.Block:
    texts = slack.context.texts
    return blocks.modal(notice(refusal.sentence(texts.rich), texts))


async def _answer_submission(refusal: Refusal, body: Payload, ack: AsyncAck, slack: SlackContext) -> BoltResponse:
    """Below the field if it is about one, which keeps the values; otherwise in a modal of its own."""
    view: dict[str, Any] = body.get("view") or {}
    inputs = [block for block in view.get("blocks") or () if block.get("type") == "input"]
    fields = {(block.get("element") or {}).get("action_id"): block.get("block_id") for block in inputs}
    if isinstance(refusal, InvalidEntryError):
        for name in (refusal.field, f"{refusal.field}{modal_state(view).suffix}"):
            if name in fields:
                return await ack(
                    response_action="errors", errors={fields[name]: refusal.sentence(slack.context.texts.plain)}
                )
    return await ack(response_action="push", view=_notice(refusal, slack))


def _unexpected(error: Exception, body: Payload) -> Refusal:
    reference = secrets.token_hex(4)
    if isinstance(error, DeliveryError):  # such as a button whose answer came too late to open a modal
        log.warning("Slack could not be called", reference=reference, kind=body.get("type"), reason=str(error))
        return NotNowError("refusal.trouble", reference=reference)
    log.error("request failed", reference=reference, kind=body.get("type"), error=type(error).__name__, exc_info=error)
    return NotNowError("refusal.trouble", reference=reference)
