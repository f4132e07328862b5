"""views.*: open, push, update, publish."""

from __future__ import annotations

import json
from typing import Any

from sandbox import limits
from sandbox.blocks import BlockKit
from sandbox.errors import SlackRefusal
from sandbox.webapi.call import Call, Method

Json = dict[str, Any]


def check_view(kit: BlockKit, view: Any, kind: str | None = None) -> Json:
    """The view, if Slack accepts it; refuses `invalid_arguments` (with JSON pointers) or `view_too_large`."""
    if isinstance(view, dict) and len(json.dumps(view)) > limits.VIEW_BYTES:
        raise SlackRefusal("view_too_large")
    problems = kit.view_problems(view)
    if not problems and kind is not None and view["type"] != kind:
        problems = [("/type", f"must be {kind}")]
    if problems:
        messages = [f"{what} [json-pointer:/view{where}]" for where, what in problems]
        raise SlackRefusal("invalid_arguments", messages=messages)
    checked: Json = view
    return checked


def _view(call: Call, kind: str | None = None) -> Json:
    view = call.structured("view", "invalid_arguments")
    if view is None:
        raise SlackRefusal("invalid_arguments", messages=["missing required field: view"])
    return check_view(call.sim.block_kit, view, kind)


def _trigger_id(call: Call) -> str:
    value = call.text("trigger_id") or call.text("interactivity_pointer")
    if value is None:
        raise SlackRefusal("invalid_arguments", messages=["missing required field: trigger_id"])
    return value


def open_view(call: Call) -> Json:
    """views.open: a new modal for the person of the trigger."""
    view = _view(call, "modal")
    trigger = call.sim.triggers.redeem(_trigger_id(call))
    shown = call.sim.views.open(trigger.user_id, view)
    call.sim.live.publish({"type": "view", "view_id": shown["id"]}, {trigger.user_id})
    return {"view": shown}


def push(call: Call) -> Json:
    """views.push: a modal on top of the trigger's one."""
    view = _view(call, "modal")
    trigger = call.sim.triggers.redeem(_trigger_id(call))
    if trigger.view_id is None:
        raise SlackRefusal("not_enabled")
    shown = call.sim.views.push(trigger.user_id, view)
    call.sim.live.publish({"type": "view", "view_id": shown["id"]}, {trigger.user_id})
    return {"view": shown}


def update(call: Call) -> Json:
    """views.update: by `view_id` or `external_id`, guarded by `hash` if given."""
    view_id, external_id = call.text("view_id"), call.text("external_id")
    if view_id is None and external_id is None:
        raise SlackRefusal("invalid_arguments", messages=["missing required field: view_id or external_id"])
    view = _view(call)
    known = call.sim.views.find(view_id, external_id)
    shown = call.sim.views.update(known, view, call.text("hash"))
    kind = "home" if shown["type"] == "home" else "view"
    call.sim.live.publish({"type": kind, "view_id": shown["id"]}, {call.sim.views.owner(shown["id"])})
    return {"view": shown}


def publish(call: Call) -> Json:
    """views.publish: a person's App Home."""
    person = call.person("user_id")
    view = _view(call, "home")
    shown = call.sim.views.publish(person.id, view, call.text("hash"))
    call.sim.live.publish({"type": "home", "view_id": shown["id"]}, {person.id})
    return {"view": shown}


METHODS = {
    "views.open": Method(open_view, tier=4),
    "views.push": Method(push, tier=4),
    "views.update": Method(update, tier=4),
    "views.publish": Method(publish, tier=4),
}
