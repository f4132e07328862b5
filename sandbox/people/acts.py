"""Commands, shortcuts, actions and modals as a person does them."""

from __future__ import annotations

from typing import Any

from sandbox import inputs, payloads
from sandbox.delivery import COMMAND, INTERACTIVE, Answer
from sandbox.errors import BadInputError, SlackRefusal
from sandbox.mrkdwn import escape, escape_mentions
from sandbox.people.asked import Asked
from sandbox.requestlog import Exchange
from sandbox.webapi.responses import respond
from sandbox.webapi.views import check_view
from sandbox.workspace import Channel, Message, Person

Json = dict[str, Any]
TROUBLE = "We had some trouble connecting. Try again?"


def _shown(asked: Asked, person: Person, answer: Answer) -> Json:
    if answer.error is not None:
        asked.sim.live.notice(answer.error, person.id)
    return answer.shown()


# --- commands and shortcuts -------------------------------------------------------------------------------------


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
    return {"delivery": _shown(asked, person, answer)}


def _answer_to_command(asked: Asked, name: str, key: str, answer: Answer) -> Answer:
    """Show what the bot answered directly; what Slack would refuse stands in the log like any refusal."""
    content = answer.body if isinstance(answer.body, dict) else {"text": str(answer.body)}
    exchange = Exchange("to_slack", f"{name} (answer)", answer.status, answer.took_ms, content, "ok")
    try:
        exchange.rang = respond(asked.sim, key, content, counted=False)
    except SlackRefusal as refusal:
        return _refused(asked, exchange, refusal, answer)
    asked.sim.log.add(exchange)
    return answer


def _refused(asked: Asked, exchange: Exchange, refusal: SlackRefusal, answer: Answer) -> Answer:
    exchange.answer, exchange.refused = refusal.answer(), refusal.error
    entry = asked.sim.log.add(exchange)
    return Answer(entry.id, answer.status, answer.took_ms, f"The bot's answer was refused: {refusal.error}.")


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
    return {"delivery": _shown(asked, person, answer)}


# --- actions ----------------------------------------------------------------------------------------------------


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
            action["confirm" if name == "confirm" else name] = element[name]
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
    return {"delivery": _shown(asked, person, answer)}


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
        exchange = Exchange("to_slack", "block_suggestion (answer)", answer.status, answer.took_ms, found, None)
        _shown(asked, person, _refused(asked, exchange, refusal, answer))
        offered = {}
    return {"options": [], "option_groups": [], **offered}


# --- modals -----------------------------------------------------------------------------------------------------


def _open_view(asked: Asked, person: Person) -> Json:
    view = asked.sim.views.get(asked.text("view_id"))
    if view is None or view["type"] != "modal" or asked.sim.views.owner(view["id"]) != person.id:
        raise BadInputError("That view is not open.")
    return view


async def submit(asked: Asked) -> Json:
    """`POST /sandbox/views/submit`. The client's own checks come first; `force` skips them, as a forger would."""
    person = asked.person()
    view = _open_view(asked, person)
    if asked.maybe("hash") not in {None, view["hash"]}:
        raise BadInputError("The view has changed meanwhile.")
    state = asked.sim.views.remember(view, inputs.read(view["blocks"], asked.args.get("state")))
    errors = {} if asked.args.get("force") else inputs.client_errors(view["blocks"], state)
    if errors:
        return {"delivery": None, "errors": errors}
    payload = payloads.view_submission(asked.sim, person, view)
    answer = await asked.sim.line.send(INTERACTIVE, "view_submission", payload)
    if answer.error is not None:
        asked.sim.live.notice(TROUBLE, person.id)
        return {"delivery": answer.shown()}
    try:
        errors = _carry_out(asked, person, view, answer.body if isinstance(answer.body, dict) else {})
    except SlackRefusal as refusal:
        exchange = Exchange("to_slack", "view_submission (answer)", answer.status, answer.took_ms, answer.body, None)
        answer = _refused(asked, exchange, refusal, answer)
        return {"delivery": _shown(asked, person, answer)}
    return {"delivery": answer.shown(), **({"errors": errors} if errors else {})}


def _carry_out(asked: Asked, person: Person, view: Json, answer: Json) -> dict[str, str]:
    """Do what the bot's `response_action` says; gives the errors to show."""
    wish = answer.get("response_action")
    views = asked.sim.views
    if wish == "errors":
        return _shown_errors(view, answer.get("errors"))
    if wish in {"update", "push"}:
        new = check_view(asked.sim.block_kit, answer.get("view"), "modal")
        views.update(view, new) if wish == "update" else views.push(person.id, new)
    elif wish in {"clear", None}:
        views.close(person.id, view["id"], whole_stack=wish == "clear")
    else:
        raise SlackRefusal("invalid_arguments", messages=[f"unknown response_action: {wish}"])
    asked.sim.live.tell({"type": "view", "view_id": view["id"]}, {person.id})
    return {}


def _shown_errors(view: Json, errors: Any) -> dict[str, str]:
    inputs_of_view = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors:
        raise SlackRefusal("invalid_arguments", messages=["missing required field: errors"])
    strangers = sorted(str(each) for each in errors.keys() - inputs_of_view)
    if strangers:
        raise SlackRefusal("invalid_arguments", messages=[f"no input block is called {strangers[0]}"])
    return {block_id: str(text) for block_id, text in errors.items()}


async def close(asked: Asked) -> Json:
    """`POST /sandbox/views/close`."""
    person = asked.person()
    view = _open_view(asked, person)
    clear = bool(asked.args.get("clear")) or bool(view["clear_on_close"])
    closed = asked.sim.views.close(person.id, view["id"], whole_stack=clear)
    asked.sim.live.tell({"type": "view", "view_id": view["id"]}, {person.id})
    for each in closed:
        if each["notify_on_close"]:
            payload = payloads.view_closed(asked.sim, person, each, is_cleared=clear)
            await asked.sim.line.send(INTERACTIVE, "view_closed", payload)
    return {}


async def views(asked: Asked) -> Json:
    """`GET /sandbox/views`."""
    return {"views": asked.sim.views.stack(asked.person().id)}


# --- App Home ---------------------------------------------------------------------------------------------------


async def home(asked: Asked) -> Json:
    """`GET /sandbox/home`."""
    return {"view": asked.sim.views.home(asked.person().id)}


async def open_home(asked: Asked) -> Json:
    """`POST /sandbox/home/open`: waits until the bot has heard of it."""
    person = asked.person()
    workspace = asked.sim.workspace
    channel, _ = workspace.dm(person.id, workspace.bot_user_id)
    event: Json = {
        "type": "app_home_opened",
        "user": person.id,
        "channel": channel.id,
        "tab": "home",
        "event_ts": asked.sim.clock.ts(),
    }
    view = asked.sim.views.home(person.id)
    if view is not None:
        event["view"] = dict(view)
    answer = await asked.sim.events.publish_and_wait(event)
    return {"delivery": None if answer is None else _shown(asked, person, answer)}
