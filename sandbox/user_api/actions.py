"""Pressing, choosing and typing in messages, modals and the App Home."""

from __future__ import annotations

from typing import Any

from sandbox import inputs, payloads
from sandbox.delivery import INTERACTIVE
from sandbox.errors import BadInputError, SlackRefusal
from sandbox.user_api import results
from sandbox.user_api.request import Asked
from sandbox.workspace import Channel, Message, Person

Json = dict[str, Any]


def _container(asked: Asked, person: Person) -> tuple[Channel, Message] | Json:
    """What the person acted in: a message with its conversation, or a view."""
    container = asked.args.get("container")
    if not isinstance(container, dict):
        raise BadInputError("container is missing.")
    kind = container.get("type")
    if kind == "message":
        inner = Asked(asked.sim, container, asked.base_url)
        channel = inner.channel(person)
        return channel, inner.message(person, channel)
    view = asked.sim.views.home(person.id) if kind == "home" else asked.sim.views.get(container.get("view_id"))
    if view is None or asked.sim.views.owner(view["id"]) != person.id:
        raise BadInputError("That view is not open.")
    return view


def _action(asked: Asked, element: Json, fields: Json) -> Json:
    action: Json = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": asked.args["block_id"],
        "action_ts": asked.sim.clock.ts(),
        **fields,
    }
    for name in ("text", "url", "style", "placeholder", "confirm"):
        if name in element:
            action[name] = element[name]
    return action


async def action(asked: Asked) -> Json:
    """`POST /sandbox/actions`."""
    person = asked.person()
    where = _container(asked, person)
    blocks = where["blocks"] if isinstance(where, dict) else _blocks_of(where[1])
    element = inputs.find_element(blocks, asked.args.get("block_id"), asked.args.get("action_id"))
    _must_speak_up(blocks, asked.args["block_id"])
    fields = inputs.fields_of(element, asked.args.get("value"))
    entered = inputs.read(blocks, asked.args.get("state"))
    if element["type"] in inputs.FIELDS:
        entered.setdefault(asked.args["block_id"], {})[element["action_id"]] = fields
    done = _action(asked, element, fields)
    if isinstance(where, dict):
        asked.sim.views.remember(where, entered)
        payload = payloads.view_action(asked.sim, person, where, done)
    else:
        channel, message = where
        payload = payloads.message_action(
            asked.sim,
            person,
            channel,
            message,
            action=done,
            state=inputs.values(blocks, entered),
            response_url=asked.response_url(person, channel, message),
        )
    answer = await asked.sim.line.send(INTERACTIVE, "block_actions", payload)
    return {"delivery": results.delivery(asked, person, answer)}


def _must_speak_up(blocks: list[Json], block_id: str) -> None:
    """An input block keeps what is entered for the submission, unless it asked for `dispatch_action`."""
    block = next(each for each in blocks if each.get("block_id") == block_id)
    if block["type"] == "input" and not block.get("dispatch_action"):
        raise BadInputError("An input without dispatch_action sends nothing before it is submitted.")


def _blocks_of(message: Message) -> list[Json]:
    blocks = list(message.body.get("blocks", []))
    for attachment in message.body.get("attachments", []):
        blocks.extend(attachment.get("blocks") or [])
    return blocks


async def options(asked: Asked) -> Json:
    """`GET /sandbox/options`: what an external select offers for the typed text."""
    person = asked.person()
    if asked.maybe("view_id"):
        container: Json = {"type": "view", "view_id": asked.text("view_id")}
    elif asked.maybe("channel"):
        container = {"type": "message", "channel": asked.text("channel"), "ts": asked.text("ts")}
    else:
        container = {"type": "home"}
    where = _container(Asked(asked.sim, {"container": container}, asked.base_url), person)
    blocks = where["blocks"] if isinstance(where, dict) else _blocks_of(where[1])
    element = inputs.find_element(blocks, asked.text("block_id"), asked.text("action_id"))
    payload = payloads.block_suggestion(asked.sim, person, element, asked.text("block_id"), asked.maybe("value") or "")
    payload |= {"view": dict(where)} if isinstance(where, dict) else {"message": dict(where[1].body)}
    answer = await asked.sim.line.send(INTERACTIVE, "block_suggestion", payload)
    found = answer.body if isinstance(answer.body, dict) else {}
    offered = {name: found[name] for name in ("options", "option_groups") if found.get(name)}
    problems = asked.sim.block_kit.option_problems(offered) if offered else []
    if problems:
        refusal = SlackRefusal("invalid_options", messages=[f"{what} [json-pointer:{at}]" for at, what in problems])
        exchange = results.to_log("block_suggestion", answer)
        results.delivery(asked, person, results.refused(asked, exchange, refusal, answer))
        offered = {}
    return {"options": [], "option_groups": [], **offered}
