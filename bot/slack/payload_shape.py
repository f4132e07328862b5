"""The shape of Slack's payloads, as far as the listeners read them: anything else is rejected at the edge.

Only types are checked, the ids without which nothing can be stored, and what Slack sends with every view and option.
What is not read here may have any shape.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.http.surrogates import replace_surrogates

Json = dict[str, Any]
Id = Annotated[str, Field(min_length=1, max_length=255)]
Text = str | None


class UnknownShapeError(ValueError):
    """The payload is not one of Slack's. The text says where and why, and quotes no value."""


class _Shape(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore")


class _Named(_Shape):
    """A person, a workspace or a channel."""

    id: Text = None
    team_id: Text = None
    enterprise_id: Text = None


class _Option(_Shape):
    value: str


class _Entry(_Shape):
    """What is in one field of a form, or what was clicked."""

    type: Text = None
    action_id: Text = None
    block_id: Text = None
    action_ts: Text = None
    value: Text = None
    selected_user: Text = None
    selected_option: _Option | None = None
    selected_options: list[_Option] | None = None


class _Action(_Entry):
    action_id: Id


class _State(_Shape):
    values: dict[str, dict[str, _Entry]] | Annotated[list[Any], Field(max_length=0)] | None = None
    """Slack has sent an empty list for an empty object."""


class _Field(_Shape):
    action_id: Text = None


class _Block(_Shape):
    type: Text = None
    block_id: Text = None
    element: _Field | None = None


class _View(_Named):
    type: Text = None
    hash: Text = None
    callback_id: Text = None
    private_metadata: Text = None
    app_installed_team_id: Text = None
    state: _State | None = None
    blocks: list[_Block] | None = None


class _OpenView(_View):
    id: Id
    hash: Id


class _SubmittedView(_OpenView):
    callback_id: Id


class _Container(_Shape):
    type: Text = None
    channel_id: Text = None
    message_ts: Text = None
    view_id: Text = None


class _Profile(_Shape):
    name: Text = None


class _Edited(_Shape):
    user: Text = None
    ts: Text = None


class _Message(_Shape):
    type: Text = None
    subtype: Text = None
    ts: Text = None
    thread_ts: Text = None
    text: Text = None
    user: Text = None
    bot_id: Text = None
    username: Text = None
    bot_profile: _Profile | None = None
    edited: _Edited | None = None
    blocks: list[Any] | None = None
    attachments: list[Any] | None = None


class _MessageEvent(_Message):
    channel: Id
    deleted_ts: Text = None
    message: _Message | None = None
    previous_message: _Message | None = None


class _Event(_Shape):
    """What Bolt reads of any event."""

    type: Id
    channel: str | Json | None = None
    channel_id: Text = None
    user: str | Json | None = None
    user_id: Text = None
    team: Text = None
    user_team: Text = None
    ts: Text = None
    thread_ts: Text = None
    item: Json | None = None


class _HomeOpened(_Shape):
    user: Id
    tab: Text = None


class _ChannelJoined(_Shape):
    user: Id
    channel: Id
    inviter: Text = None


class _Objects(_Shape):
    """What Bolt takes for an object, or for an id, wherever it finds it."""

    view: Json | None = None
    container: Json | None = None
    message: Json | None = None
    previous_message: Json | None = None
    item: Json | None = None
    assistant_thread: Json | None = None
    function_data: Json | None = None
    inputs: Json | None = None
    response_urls: list[Json] | None = None
    function_execution_id: Text = None
    bot_access_token: Text = None
    thread_ts: Text = None


class _Envelope(_Shape):
    """What every payload may have."""

    type: Text = None
    team_id: Text = None
    enterprise_id: Text = None
    context_team_id: Text = None
    event_id: Text = None
    trigger_id: Text = None
    callback_id: Text = None
    response_url: Text = None
    user_id: Text = None
    channel_id: Text = None
    text: Text = None
    team: str | _Named | None = None
    enterprise: str | _Named | None = None
    user: str | _Named | None = None
    channel: str | Json | None = None
    authorizations: list[_Named] | None = None
    event: Any = None


class _EventCallback(_Envelope):
    event_id: Id
    event: Json


class _Person(_Named):
    id: Id


class _BlockActions(_Envelope):
    user: _Person
    actions: Annotated[list[_Action], Field(min_length=1)]
    view: _OpenView | None = None
    container: _Container | None = None


class _ViewSubmission(_Envelope):
    user: _Person
    view: _SubmittedView


class _ViewClosed(_Envelope):
    user: _Person
    view: _SubmittedView


class _Shortcut(_Envelope):
    user: _Person
    message: _Message | None = None


class _Command(_Envelope):
    command: Id
    user_id: Id
    channel_id: Id


_PAYLOADS: dict[str, type[_Envelope]] = {
    "event_callback": _EventCallback,
    "block_actions": _BlockActions,
    "view_submission": _ViewSubmission,
    "view_closed": _ViewClosed,
    "message_action": _Shortcut,
    "shortcut": _Shortcut,
}
_EVENTS: dict[str, type[_Shape]] = {
    "message": _MessageEvent,
    "app_home_opened": _HomeOpened,
    "member_joined_channel": _ChannelJoined,
}


def read_payload(payload: object) -> Json:
    """The payload, with a replacement character for each half surrogate pair.

    Raises `UnknownShapeError` unless it has the shape that Slack gives to those of its type.
    """
    if not isinstance(payload, dict):
        raise UnknownShapeError("not an object")
    try:
        read: Json = replace_surrogates(payload)
    except RecursionError:
        raise UnknownShapeError("nested too deeply") from None
    _check_shape(read)
    return read


def _check_shape(payload: Json) -> None:
    kind = payload.get("type")
    shape = _PAYLOADS.get(kind, _Envelope) if isinstance(kind, str) else _Envelope
    if "command" in payload:
        shape = _Command
    _check(_Objects, payload)
    _check(shape, payload)
    event = payload.get("event")
    if event is not None:
        if not isinstance(event, dict):
            raise UnknownShapeError("event: dict_type")
        for each in (_Objects, _Event):
            _check(each, event)
        _check(_EVENTS.get(event["type"], _Event), event)


def _check(shape: type[_Shape], payload: Json) -> None:
    try:
        shape.model_validate(payload)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"] if str(part).isidentifier())
        raise UnknownShapeError(f"{where[:100]}: {first['type']}") from None
