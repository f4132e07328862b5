"""files.*: the upload in three steps (URL, bytes, completion), and file info."""

from __future__ import annotations

import mimetypes
from typing import Any

from sandbox import message_events
from sandbox.errors import SlackRefusal
from sandbox.uploads import Upload
from sandbox.webapi.call import Call, Method
from sandbox.workspace import Message

Json = dict[str, Any]


def file_object(call: Call, upload: Upload) -> Json:
    """Slack's file object."""
    mimetype = mimetypes.guess_type(upload.name)[0] or "application/octet-stream"
    return {
        "id": upload.id,
        "created": upload.created,
        "timestamp": upload.created,
        "name": upload.name,
        "title": upload.title,
        "mimetype": mimetype,
        "filetype": upload.name.rpartition(".")[2] if "." in upload.name else "binary",
        "size": len(upload.content or b""),
        "user": call.sim.workspace.bot_user_id,
        "mode": "hosted",
        "url_private": f"{call.base_url}/files/{upload.id}",
        "url_private_download": f"{call.base_url}/files/{upload.id}",
        "permalink": f"{call.base_url}/files/{upload.id}",
    }


def get_upload_url(call: Call) -> Json:
    """files.getUploadURLExternal."""
    name = call.required("filename")
    length = call.number("length", 0, 1 << 62)
    upload = Upload(call.sim.workspace.serial("F"), name, length, name, int(call.sim.clock.now()))
    call.sim.uploads.announce(upload)
    return {"upload_url": f"{call.base_url}/upload/{upload.id}", "file_id": upload.id}


def complete(call: Call) -> Json:
    """files.completeUploadExternal: sets the titles and shares the files in a conversation."""
    files = call.structured("files", "invalid_arguments")
    if not isinstance(files, list) or not files or not all(isinstance(each, dict) for each in files):
        raise SlackRefusal("invalid_arguments", messages=["missing required field: files"])
    uploads = []
    for each in files:
        upload = call.sim.uploads.get(str(each.get("id")))
        if upload is None or upload.content is None:
            raise SlackRefusal("file_not_found")
        upload.title = str(each.get("title") or upload.name)
        uploads.append(upload)
    shown = [file_object(call, each) for each in uploads]
    if call.text("channel_id"):
        channel = call.channel("channel_id", for_writing=True)
        if call.sim.workspace.bot_user_id not in channel.members:
            raise SlackRefusal("not_in_channel")
        body = message_events.bot_body(call.sim, call.text("initial_comment") or "", None, None)
        body |= {"files": shown, "upload": True, "subtype": "file_share"}
        body |= message_events.thread_fields(channel, call.text("thread_ts"))
        message_events.post(call.sim, Message(channel.id, body))
    for upload in uploads:
        upload.shared = True
    return {"files": shown}


def info(call: Call) -> Json:
    """files.info."""
    upload = call.sim.uploads.get(call.required("file"))
    if upload is None or not upload.shared:
        raise SlackRefusal("file_not_found")
    return {"file": file_object(call, upload)}


def delete(call: Call) -> Json:
    """files.delete: a file of the bot. A message that shared it stays, and shows that the file was deleted."""
    upload = call.sim.uploads.get(call.required("file"))
    if upload is None or not upload.shared:
        raise SlackRefusal("file_not_found")
    call.sim.uploads.remove(upload.id)
    return {}


METHODS = {
    "files.getUploadURLExternal": Method(get_upload_url, "files:write", tier=4),
    "files.completeUploadExternal": Method(complete, "files:write", tier=4),
    "files.delete": Method(delete, "files:write"),
    "files.info": Method(info, "files:read", tier=4),
}
