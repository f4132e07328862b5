"""users.*: people, their profiles and the bot's conversations."""

from __future__ import annotations

from typing import Any

from sandbox.errors import SlackRefusal
from sandbox.webapi import conversations
from sandbox.webapi.call import Call, Method
from sandbox.webapi.paging import page
from sandbox.workspace import Person, Workspace, tz_offset

Json = dict[str, Any]
EMAIL_DOMAIN = "brightside.example"


def profile_object(person: Person, *, with_email: bool) -> Json:
    """Slack's profile object."""
    first, _, last = person.real_name.partition(" ")
    profile: Json = {
        "title": person.title,
        "phone": "",
        "real_name": person.real_name,
        "real_name_normalized": person.real_name,
        "display_name": person.display_name,
        "display_name_normalized": person.display_name,
        "first_name": first,
        "last_name": last,
        "status_text": person.status_text,
        "status_emoji": person.status_emoji,
        "status_expiration": person.status_expiration,
        "avatar_hash": person.color,
        "team": "",
    }
    if person.bot_id is not None:
        profile["bot_id"] = person.bot_id
    elif with_email:
        profile["email"] = f"{person.name}@{EMAIL_DOMAIN}"
    return profile


def user_object(workspace: Workspace, person: Person, *, with_email: bool, with_locale: bool) -> Json:
    """Slack's user object."""
    user: Json = {
        "id": person.id,
        "team_id": workspace.team_of(person.id),
        "name": person.name,
        "deleted": person.deleted,
        "color": person.color,
        "real_name": person.real_name,
        "tz": person.tz,
        "tz_label": person.tz_label,
        "tz_offset": tz_offset(person, workspace.clock.now()),
        "profile": profile_object(person, with_email=with_email) | {"team": workspace.team_of(person.id)},
        "is_admin": person.is_admin,
        "is_owner": person.is_admin,
        "is_primary_owner": False,
        "is_restricted": person.is_guest,
        "is_ultra_restricted": False,
        "is_bot": person.is_bot,
        "is_app_user": False,
        "updated": int(workspace.clock.now()),
        "is_email_confirmed": not person.is_bot,
    }
    if with_locale:
        user["locale"] = person.locale
    if person.team_id is not None:
        user["is_stranger"] = person.is_stranger
        for name in ("is_admin", "is_owner", "is_primary_owner", "is_restricted", "is_ultra_restricted"):
            del user[name]  # Slack sends no roles of other workspaces
    return user


def _shown(call: Call, person: Person) -> Json:
    return user_object(
        call.sim.workspace,
        person,
        with_email="users:read.email" in call.sim.config.scopes,
        with_locale=call.flag("include_locale"),
    )


def info(call: Call) -> Json:
    """users.info."""
    return {"user": _shown(call, call.person())}


def list_(call: Call) -> Json:
    """users.list: the people of the workspace; external members of shared channels are not in it."""
    members = [each for each in call.sim.workspace.people.values() if each.team_id is None]
    people, cursor = page(call, members, default=200)
    return {
        "members": [_shown(call, each) for each in people],
        "cache_ts": int(call.sim.clock.now()),
        "response_metadata": {"next_cursor": cursor},
    }


def lookup_by_email(call: Call) -> Json:
    """users.lookupByEmail."""
    wanted = call.required("email").lower()
    for person in call.sim.workspace.people.values():
        if not person.is_bot and wanted == f"{person.name}@{EMAIL_DOMAIN}":
            return {"user": _shown(call, person)}
    raise SlackRefusal("users_not_found")


def profile_get(call: Call) -> Json:
    """users.profile.get."""
    person = call.person() if call.text("user") else call.sim.workspace.bot
    return {"profile": profile_object(person, with_email="users:read.email" in call.sim.config.scopes)}


def conversations_(call: Call) -> Json:
    """users.conversations: the conversations of a person, by default the bot."""
    workspace = call.sim.workspace
    user_id = call.person().id if call.text("user") else workspace.bot_user_id
    return conversations.listed(call, [each for each in workspace.channels.values() if user_id in each.members])


def dnd_info(call: Call) -> Json:
    """dnd.info. Of another user Slack tells the next pause only, not whether they set it for once."""
    person = call.person()
    if not person.dnd_until:
        return {"dnd_enabled": False, "next_dnd_start_ts": 1, "next_dnd_end_ts": 1}
    now = int(call.sim.clock.now())
    return {"dnd_enabled": True, "next_dnd_start_ts": min(now, person.dnd_until), "next_dnd_end_ts": person.dnd_until}


METHODS = {
    "dnd.info": Method(dnd_info, "dnd:read"),
    "users.info": Method(info, "users:read", tier=4),
    "users.list": Method(list_, "users:read", tier=2),
    "users.lookupByEmail": Method(lookup_by_email, "users:read.email"),
    "users.profile.get": Method(profile_get, "users.profile:read", tier=4),
    "users.conversations": Method(conversations_),
}
