"""The client for Slack's Web API: slack_sdk's, with limits on each call, and answers that are checked before use.

slack_sdk ignores `timeout` on a shared session, follows redirects, and raises a different error for each kind of answer
that is not Slack's.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from aiohttp import ClientSession
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.file_upload_v2_result import FileUploadV2Result

from bot.ports.http_calls import HttpAnswer, HttpCalls
from bot.ports.messenger import RefusedError, UnreachableError
from bot.ports.retry_after import retry_after

REQUEST_ARGUMENTS = ("headers", "params", "data", "json", "ssl")
"""What slack_sdk prepares for aiohttp, but its proxy. The others of its arguments are empty for our calls."""
LOOKUPS = frozenset(
    {
        "chat.getPermalink",
        "conversations.history",
        "conversations.info",
        "conversations.members",
        "dnd.info",
        "users.info",
        "users.list",
    }
)
"""Methods that only read."""
REQUIRED: dict[str, dict[str, type]] = {
    "apps.connections.open": {"url": str},
    "auth.test": {"team_id": str, "team": str, "user_id": str},
    "chat.getPermalink": {"permalink": str},
    "chat.postEphemeral": {"message_ts": str},
    "chat.postMessage": {"channel": str, "ts": str},
    "chat.update": {"channel": str, "ts": str},
    "conversations.history": {"messages": list},
    "conversations.info": {"channel": dict},
    "conversations.members": {"members": list},
    "conversations.open": {"channel": dict, "channel/id": str},
    "dnd.info": {"dnd_enabled": bool},
    "files.completeUploadExternal": {"files": list, "files/0": dict, "files/0/id": str},
    "files.getUploadURLExternal": {"upload_url": str, "file_id": str},
    "users.info": {"user": dict},
    "users.list": {"members": list},
    "views.open": {"view": dict},
    "views.publish": {"view": dict},
    "views.push": {"view": dict},
    "views.update": {"view": dict},
}
"""Fields that the answer of a method has when Slack says `ok`. Without one of them it is not Slack's answer."""
OPTIONAL: dict[str, type] = {"response_metadata": dict, "user/profile": dict}


class SlackWebClient(AsyncWebClient):
    """Calls the Web API as `HttpCalls` does. It never retries: a post whose answer is missing may have arrived.

    Each method raises `SlackApiError` if Slack says no, and `UnreachableError` if there is no answer of Slack's.
    """

    def __init__(self, token: str, base_url: str, session: ClientSession) -> None:
        super().__init__(token=token, base_url=base_url, session=session, retry_handlers=[])
        self._calls = HttpCalls(session)

    async def _request(self, *, http_verb: str, api_url: str, req_args: dict[str, Any]) -> dict[str, Any]:
        """Every method of slack_sdk's client ends here."""
        method = api_url.rpartition("/")[2]
        request = {name: req_args[name] for name in REQUEST_ARGUMENTS if req_args.get(name) is not None}
        answer = await self._calls.send(http_verb, api_url, kind=method, reads=method in LOOKUPS, **request)
        return {"data": _read(answer, method), "headers": answer.headers, "status_code": answer.status}

    async def _upload_file(self, *, url: str, data: bytes, **_settings: Any) -> FileUploadV2Result:
        """The second step of an upload, to an address that Slack has just named."""
        if not urlsplit(url).scheme.startswith("http"):
            raise UnreachableError("the address for the file could not be read")
        answer = await self._calls.send("POST", url, kind="upload", data=data)
        if answer.status != 200 or not answer.body.startswith(b"OK"):  # Slack says "OK - 42"
            raise UnreachableError(f"Slack did not take the file: {answer.kind}")
        return FileUploadV2Result(answer.status, "")

    async def respond(self, response_url: str, **message: Any) -> None:
        """Answer an interaction at its response_url.

        Raises `RefusedError` if Slack says no, such as half an hour later, and `UnreachableError`.
        """
        answer = await self._calls.send("POST", response_url, kind="response_url", json=message)
        if answer.status == 200 and (answer.body.strip() == b"ok" or _object(answer).get("ok") is True):
            return
        refused = _object(answer).get("error")
        if isinstance(refused, str) and refused and answer.status != 429:
            raise RefusedError(refused)
        raise unreadable(answer, "response_url")


def unreadable(answer: HttpAnswer, kind: str) -> UnreachableError:
    """The error for an answer that is not the platform's: a page of a proxy, or a part of an answer."""
    wait = retry_after(answer.headers.get("Retry-After")) if answer.status in (429, 503) else None
    return UnreachableError(f"{kind}: the answer could not be read ({answer.kind})", wait)


def _read(answer: HttpAnswer, method: str) -> dict[str, Any]:
    """The answer's JSON object: `ok`, and either an `error` or all that the method's answer has."""
    data = _object(answer)
    if data.get("ok") is True and answer.status == 200:
        required = all(_holds(data, path, kind) for path, kind in REQUIRED.get(method, {}).items())
        if required and all(_at(data, path) is None or _holds(data, path, kind) for path, kind in OPTIONAL.items()):
            return data
    elif data.get("ok") is False and _holds(data, "error", str):
        return data
    elif answer.status == 429:
        return {"ok": False, "error": "ratelimited"}  # Slack has said it in plain text, too
    raise unreadable(answer, method)


def _holds(data: dict[str, Any], path: str, kind: type) -> bool:
    value = _at(data, path)
    return isinstance(value, kind) and value != ""


def _object(answer: HttpAnswer) -> dict[str, Any]:
    """The JSON object, whatever its content type says; an empty one if there is none."""
    try:
        data = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def _at(data: Any, path: str) -> Any:
    """The value at a path such as `files/0/id`; None if there is none."""
    for step in path.split("/"):
        if isinstance(data, list):
            data = data[int(step)] if step.isdecimal() and int(step) < len(data) else None
        else:
            data = data.get(step) if isinstance(data, dict) else None
    return data
