"""Submit and close modals, and apply the bot's response to them."""

from __future__ import annotations

from typing import Any

from sandbox import inputs, payloads
from sandbox.delivery import INTERACTIVE
from sandbox.errors import BadInputError, SlackRefusal
from sandbox.user_api import results
from sandbox.user_api.request import UserRequest
from sandbox.webapi.views import check_view
from sandbox.workspace import Person

Json = dict[str, Any]
TROUBLE = "We had some trouble connecting. Try again?"


def _open_view(request: UserRequest, person: Person) -> Json:
    view = request.sim.views.get(request.text("view_id"))
    if view is None or view["type"] != "modal" or request.sim.views.owner(view["id"]) != person.id:
        raise BadInputError("That view is not open.")
    return view


async def submit(request: UserRequest) -> Json:
    """`POST /sandbox/views/submit`. The client's own checks run first; `force` skips them, like a forged request."""
    person = request.person()
    view = _open_view(request, person)
    if request.maybe("hash") not in {None, view["hash"]}:
        raise BadInputError("The view has changed meanwhile.")
    state = request.sim.views.remember(view, inputs.read(view["blocks"], request.args.get("state")))
    errors = {} if request.args.get("force") else inputs.client_errors(view["blocks"], state)
    if errors:
        return {"delivery": None, "errors": errors}
    payload = payloads.view_submission(request.sim, person, view)
    answer = await request.sim.bot_client.send(INTERACTIVE, "view_submission", payload)
    if answer.error is not None:
        request.sim.live.notice(TROUBLE, person.id)
        return {"delivery": answer.shown()}
    try:
        errors = _apply_response_action(request, person, view, answer.body if isinstance(answer.body, dict) else {})
    except SlackRefusal as refusal:
        answer = results.refused(request, results.to_log("view_submission", answer), refusal, answer)
        return {"delivery": results.delivery(request, person, answer)}
    return {"delivery": answer.shown(), **({"errors": errors} if errors else {})}


def _apply_response_action(request: UserRequest, person: Person, view: Json, answer: Json) -> dict[str, str]:
    """Apply the bot's `response_action`; returns the errors to show."""
    action = answer.get("response_action")
    views = request.sim.views
    if views.get(view["id"]) is None:
        return {}  # closed before the bot responded
    if action == "errors":
        return _shown_errors(view, answer.get("errors"))
    if action in {"update", "push"}:
        new = check_view(request.sim.block_kit, answer.get("view"), "modal")
        views.update(view, new) if action == "update" else views.push(person.id, new)
    elif action in {"clear", None}:
        views.close(person.id, view["id"], whole_stack=action == "clear")
    else:
        raise SlackRefusal("invalid_arguments", messages=[f"unknown response_action: {action}"])
    request.sim.live.publish({"type": "view", "view_id": view["id"]}, {person.id})
    return {}


def _shown_errors(view: Json, errors: Any) -> dict[str, str]:
    inputs_of_view = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors:
        raise SlackRefusal("invalid_arguments", messages=["missing required field: errors"])
    unknown = sorted(str(each) for each in errors.keys() - inputs_of_view)
    if unknown:
        raise SlackRefusal("invalid_arguments", messages=[f"no input block is called {unknown[0]}"])
    return {block_id: str(text) for block_id, text in errors.items()}


async def close(request: UserRequest) -> Json:
    """`POST /sandbox/views/close`.

    The app is told of the view that was cancelled; of a whole stack that was closed, only of its first view.
    """
    person = request.person()
    view = _open_view(request, person)
    clear = bool(request.args.get("clear")) or bool(view["clear_on_close"])
    closed = request.sim.views.close(person.id, view["id"], whole_stack=clear)
    request.sim.live.publish({"type": "view", "view_id": view["id"]}, {person.id})
    told_of = closed[-1]
    if told_of["notify_on_close"]:
        payload = payloads.view_closed(request.sim, person, told_of, is_cleared=clear)
        await request.sim.bot_client.send(INTERACTIVE, "view_closed", payload)
    return {}


async def views(request: UserRequest) -> Json:
    """`GET /sandbox/views`."""
    return {"views": request.sim.views.stack(request.person().id)}
