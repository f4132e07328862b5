"""Actions on elements of messages, modals and the App Home."""

from __future__ import annotations

from typing import Any

from sandbox import inputs, payloads
from sandbox.delivery import INTERACTIVE
from sandbox.errors import BadInputError, SlackRefusal
from sandbox.user_api import results
from sandbox.user_api.request import UserRequest
from sandbox.workspace import Channel, Message, Person

Json = dict[str, Any]


def _container(request: UserRequest, person: Person) -> tuple[Channel, Message] | Json:
    """Where the person acted: a message with its conversation, or a view."""
    container = request.args.get("container")
    if not isinstance(container, dict):
        raise BadInputError("container is missing.")
    kind = container.get("type")
    if kind == "message":
        inner = UserRequest(request.sim, container, request.base_url)
        channel = inner.channel(person)
        return channel, inner.message(person, channel)
    view = request.sim.views.home(person.id) if kind == "home" else request.sim.views.get(container.get("view_id"))
    if view is None or request.sim.views.owner(view["id"]) != person.id:
        raise BadInputError("That view is not open.")
    return view


def _action(request: UserRequest, element: Json, fields: Json) -> Json:
    action: Json = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": request.args["block_id"],
        "action_ts": request.sim.clock.ts(),
        **fields,
    }
    for name in ("text", "url", "style", "placeholder", "confirm"):
        if name in element:
            action[name] = element[name]
    return action


async def action(request: UserRequest) -> Json:
    """`POST /sandbox/actions`."""
    person = request.person()
    where = _container(request, person)
    blocks = where["blocks"] if isinstance(where, dict) else _blocks_of(where[1])
    element = inputs.find_element(blocks, request.args.get("block_id"), request.args.get("action_id"))
    _require_dispatch_action(blocks, request.args["block_id"])
    fields = inputs.fields_of(element, request.args.get("value"))
    entered = inputs.read(blocks, request.args.get("state"))
    if element["type"] in inputs.FIELDS:
        entered.setdefault(request.args["block_id"], {})[element["action_id"]] = fields
    done = _action(request, element, fields)
    if isinstance(where, dict):
        request.sim.views.remember(where, entered)
        payload = payloads.view_action(request.sim, person, where, done)
    else:
        channel, message = where
        payload = payloads.message_action(
            request.sim,
            person,
            channel,
            message,
            action=done,
            state=inputs.values(blocks, entered),
            response_url=request.response_url(person, channel, message),
        )
    answer = await request.sim.bot_client.send(INTERACTIVE, "block_actions", payload)
    return {"delivery": results.delivery(request, person, answer)}


def _require_dispatch_action(blocks: list[Json], block_id: str) -> None:
    """Refuse an action in an input block without `dispatch_action`: its value is only sent with the submission."""
    block = next(each for each in blocks if each.get("block_id") == block_id)
    if block["type"] == "input" and not block.get("dispatch_action"):
        raise BadInputError("An input without dispatch_action sends nothing before it is submitted.")


def _blocks_of(message: Message) -> list[Json]:
    blocks = list(message.body.get("blocks", []))
    for attachment in message.body.get("attachments", []):
        blocks.extend(attachment.get("blocks") or [])
    return blocks


async def options(request: UserRequest) -> Json:
    """`GET /sandbox/options`: the options of an external select for the typed text."""
    person = request.person()
    if request.maybe("view_id"):
        container: Json = {"type": "view", "view_id": request.text("view_id")}
    elif request.maybe("channel"):
        container = {"type": "message", "channel": request.text("channel"), "ts": request.text("ts")}
    else:
        container = {"type": "home"}
    where = _container(UserRequest(request.sim, {"container": container}, request.base_url), person)
    blocks = where["blocks"] if isinstance(where, dict) else _blocks_of(where[1])
    element = inputs.find_element(blocks, request.text("block_id"), request.text("action_id"))
    payload = payloads.block_suggestion(
        request.sim, person, element, request.text("block_id"), request.maybe("value") or ""
    )
    payload |= {"view": dict(where)} if isinstance(where, dict) else {"message": dict(where[1].body)}
    answer = await request.sim.bot_client.send(INTERACTIVE, "block_suggestion", payload)
    found = answer.body if isinstance(answer.body, dict) else {}
    offered = {name: found[name] for name in ("options", "option_groups") if found.get(name)}
    problems = request.sim.block_kit.option_problems(offered) if offered else []
    if problems:
        refusal = SlackRefusal("invalid_options", messages=[f"{what} [json-pointer:{at}]" for at, what in problems])
        exchange = results.to_log("block_suggestion", answer)
        results.delivery(request, person, results.refused(request, exchange, refusal, answer))
        offered = {}
    return {"options": [], "option_groups": [], **offered}
