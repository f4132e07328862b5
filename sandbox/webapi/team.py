"""auth.test, team.info, bots.info, apps.connections.open, oauth.v2.access and api.test."""

from __future__ import annotations

from typing import Any

from sandbox.errors import SlackRefusal
from sandbox.webapi.call import Call, Method

Json = dict[str, Any]


def api_test(call: Call) -> Json:
    """api.test: returns its arguments."""
    if call.text("error"):
        raise SlackRefusal(str(call.text("error")))
    return {"args": call.args}


def auth_test(call: Call) -> Json:
    """auth.test."""
    workspace = call.sim.workspace
    return {
        "url": f"{call.base_url}/",
        "team": workspace.team_name,
        "user": workspace.bot.name,
        "team_id": workspace.team_id,
        "user_id": workspace.bot_user_id,
        "bot_id": workspace.bot_id,
        "enterprise_id": workspace.enterprise_id,
        "is_enterprise_install": workspace.is_enterprise_install,
    }


def team_info(call: Call) -> Json:
    """team.info."""
    workspace = call.sim.workspace
    return {
        "team": {
            "id": workspace.team_id,
            "name": workspace.team_name,
            "url": f"{call.base_url}/",
            "domain": workspace.team_domain,
            "email_domain": "brightside.example",
            "icon": {"image_default": True},
        }
    }


def bots_info(call: Call) -> Json:
    """bots.info."""
    workspace = call.sim.workspace
    wanted = call.text("bot") or workspace.bot_id
    if wanted != workspace.bot_id:
        raise SlackRefusal("bot_not_found")
    return {
        "bot": {
            "id": workspace.bot_id,
            "deleted": False,
            "name": workspace.app_name,
            "updated": 0,
            "app_id": workspace.app_id,
            "user_id": workspace.bot_user_id,
            "icons": {},
        }
    }


def connections_open(call: Call) -> Json:
    """apps.connections.open: a URL for one Socket Mode WebSocket."""
    address = call.base_url.replace("http", "ws", 1)
    return {"url": f"{address}/socket/{call.sim.sockets.ticket()}"}


def oauth_access(call: Call) -> Json:
    """oauth.v2.access: exchange a code for the bot's token."""
    config, workspace = call.sim.config, call.sim.workspace
    if call.text("client_id") != config.client_id:
        raise SlackRefusal("invalid_client_id")
    if call.text("client_secret") != config.client_secret:
        raise SlackRefusal("bad_client_secret")
    code = call.sim.oauth_codes.exchange(call.required("code", "invalid_code"), call.text("redirect_uri"))
    installer = next((each for each in workspace.people.values() if each.is_admin), workspace.bot)
    return {
        "app_id": workspace.app_id,
        "authed_user": {"id": installer.id},
        "scope": code.scopes or ",".join(sorted(config.scopes)),
        "token_type": "bot",
        "access_token": config.bot_token,
        "bot_user_id": workspace.bot_user_id,
        "team": {"id": workspace.team_id, "name": workspace.team_name},
        "enterprise": None,
        "is_enterprise_install": False,
    }


METHODS = {
    "api.test": Method(api_test, tier=4, token="none"),  # noqa: S106 - the kind of token
    "auth.test": Method(auth_test, tier=None),
    "team.info": Method(team_info, "team:read"),
    "bots.info": Method(bots_info, "users:read"),
    "apps.connections.open": Method(connections_open, tier=2, token="app"),  # noqa: S106 - Slack allows bursts here
    "oauth.v2.access": Method(oauth_access, tier=4, token="none"),  # noqa: S106
}
