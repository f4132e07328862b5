"""Submitting and closing modals, and what the bot's answer does to them."""

from __future__ import annotations

from typing import Any

from sandbox import inputs, payloads
from sandbox.delivery import INTERACTIVE
from sandbox.errors import BadInputError, SlackRefusal
from sandbox.user_api import results
from sandbox.user_api.request import Asked
from sandbox.webapi.views import check_view
from sandbox.workspace import Person

Json = dict[str, Any]
TROUBLE = "We had some trouble connecting. Try again?"


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
        answer = results.refused(asked, results.to_log("view_submission", answer), refusal, answer)
        return {"delivery": results.delivery(asked, person, answer)}
    return {"delivery": answer.shown(), **({"errors": errors} if errors else {})}


def _carry_out(asked: Asked, person: Person, view: Json, answer: Json) -> dict[str, str]:
    """Do what the bot's `response_action` says; gives the errors to show."""
    wish = answer.get("response_action")
    views = asked.sim.views
    if views.get(view["id"]) is None:
        return {}  # it was closed while the bot was thinking
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
