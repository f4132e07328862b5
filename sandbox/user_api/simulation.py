"""Control the simulation: clock, faults, raw requests, reset, inspector."""

from __future__ import annotations

import asyncio
from typing import Any

from sandbox.errors import BadInputError
from sandbox.user_api.request import UserRequest

Json = dict[str, Any]
MAX_WAIT = 30.0


async def clock(request: UserRequest) -> Json:
    """`GET /sandbox/clock`."""
    return {"now": request.sim.clock.iso(), "offset_seconds": request.sim.clock.offset}


async def move_clock(request: UserRequest) -> Json:
    """`POST /sandbox/clock`: moves the workspace's clock, then the bot's."""
    request.sim.clock.move(request.text("move"))
    return await _clock_moved(request)


async def _clock_moved(request: UserRequest) -> Json:
    now = await clock(request)
    if request.sim.bot_clock_url is not None:
        complaint = await request.sim.bot_client.post_clock(request.sim.bot_clock_url, now)
        if complaint is not None:
            request.sim.live.notice(f"The bot's clock could not be moved: {complaint}")
            now["bot_clock_error"] = complaint
    request.sim.live.publish({"type": "clock", **now})
    return now


async def faults(request: UserRequest) -> Json:
    """`GET /sandbox/faults`."""
    return request.sim.faults.shown()


async def set_faults(request: UserRequest) -> Json:
    """`POST /sandbox/faults`."""
    request.sim.faults.change(request.args)
    return request.sim.faults.shown()


async def bot(request: UserRequest) -> Json:
    """`POST /sandbox/bot`: set the bot's URLs (`url`, `clock_url`), for a bot that starts after the sandbox."""
    for name in ("url", "clock_url"):
        value = request.maybe(name)
        if value is not None and not value.startswith(("http://127.0.0.1", "http://localhost", "http://[::1]")):
            raise BadInputError(f"{name} is an address on this machine.")
    if "url" in request.args:
        request.sim.bot_client.bot_url = request.maybe("url")
    if "clock_url" in request.args:
        request.sim.bot_clock_url = request.maybe("clock_url")
    return {
        "url": request.sim.bot_client.bot_url,
        "clock_url": request.sim.bot_clock_url,
        "socket_connections": request.sim.sockets.connected,
    }


async def deliver(request: UserRequest) -> Json:
    """`POST /sandbox/deliver`: send any request to the bot, with a valid signature unless `sign` is false."""
    bot_url = request.sim.bot_client.bot_url
    if bot_url is None:
        raise BadInputError("No address of the bot is known.")
    path = request.maybe("path")
    if path is not None:
        if not path.startswith("/"):
            raise BadInputError("path starts with a slash.")
        bot_url = "/".join(bot_url.split("/")[:3]) + path
    body, headers, signed_at = (
        request.args.get("body", ""),
        request.args.get("headers", {}),
        request.args.get("signed_at"),
    )
    if not isinstance(body, str) or not isinstance(headers, dict):
        raise BadInputError("body is a text and headers an object.")
    if signed_at is not None and type(signed_at) is not int:
        raise BadInputError("signed_at is real time in whole seconds.")
    return await request.sim.bot_client.send_raw(
        bot_url,
        body.encode(),
        {str(name): str(value) for name, value in headers.items()},
        signed_at,
        request.args.get("sign", True) is not False,
    )


async def reset(request: UserRequest) -> Json:
    """`POST /sandbox/reset`."""
    request.sim.reset()
    await _clock_moved(request)
    request.sim.live.publish({"type": "conversations"})
    return {}


async def requests(request: UserRequest) -> Json:
    """`GET /sandbox/requests`."""
    after = request.maybe("after") or "0"
    if not after.isdecimal():
        raise BadInputError("after is the id of a request.")
    return {"requests": [each.shown() for each in request.sim.log.after(int(after))]}


async def idle(request: UserRequest) -> Json:
    """`GET /sandbox/idle`: waits (`timeout` seconds, by default 5) until no event is being delivered."""
    timeout = request.maybe("timeout") or "5"
    try:
        seconds = min(float(timeout), MAX_WAIT)
    except ValueError:
        raise BadInputError("timeout is a number of seconds.") from None
    try:
        await asyncio.wait_for(request.sim.events.idle(), seconds)
    except TimeoutError:
        return {"idle": False, "waiting": request.sim.events.waiting}
    return {"idle": True, "waiting": request.sim.events.waiting}


async def disconnect(request: UserRequest) -> Json:
    """`POST /sandbox/socket/disconnect`: disconnect Socket Mode clients, or only warn them (`warn`)."""
    await request.sim.sockets.disconnect(
        "warning" if request.args.get("warn") else "refresh_requested", warn_only=bool(request.args.get("warn"))
    )
    return {}
