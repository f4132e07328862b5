"""The App Home."""

from __future__ import annotations

from typing import Any

from sandbox.user_api import results
from sandbox.user_api.request import UserRequest

Json = dict[str, Any]


async def home(request: UserRequest) -> Json:
    """`GET /sandbox/home`."""
    return {"view": request.sim.views.home(request.person().id)}


async def open_home(request: UserRequest) -> Json:
    """`POST /sandbox/home/open`: waits until the bot has got the event."""
    person = request.person()
    workspace = request.sim.workspace
    channel, _ = workspace.dm(person.id, workspace.bot_user_id)
    event: Json = {
        "type": "app_home_opened",
        "user": person.id,
        "channel": channel.id,
        "tab": "home",
        "event_ts": request.sim.clock.ts(),
    }
    view = request.sim.views.home(person.id)
    if view is not None:
        event["view"] = dict(view)
    answer = await request.sim.events.publish_and_wait(event)
    return {"delivery": None if answer is None else results.delivery(request, person, answer)}
