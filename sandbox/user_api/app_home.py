"""The App Home."""

from __future__ import annotations

from typing import Any

from sandbox.user_api import results
from sandbox.user_api.request import Asked

Json = dict[str, Any]


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
    return {"delivery": None if answer is None else results.delivery(asked, person, answer)}
