"""The installation that the bot's token belongs to: it alone decides whose workspace a payload is about.

In a shared channel (Slack Connect) and on Enterprise Grid the ids in a payload name other workspaces, too: the one that
created the channel, the one that a person belongs to, the organization. A bot has one token, so every payload is of
that token's workspace, or of another installation of the app.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from slack_bolt.authorization import AuthorizeResult

from bot.ports.affiliation import Affiliation

Payload = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Installation:
    """Where the app is installed, as `auth.test` says."""

    team_id: str
    team: str
    bot_user: str
    enterprise_id: str | None = None
    """The organization that the workspace belongs to, on Enterprise Grid."""
    org_wide: bool = False
    """Whether the app is installed for the whole organization."""
    bot_id: str | None = None

    @property
    def workspace(self) -> str:
        """The id under which everything of this installation is stored."""
        return self.enterprise_id if self.org_wide and self.enterprise_id else self.team_id

    @classmethod
    def from_auth_test(cls, answer: Mapping[str, Any]) -> Self:
        """The installation of a token, by the answer of `auth.test`."""
        return cls(
            team_id=str(answer["team_id"]),
            team=str(answer["team"]),
            bot_user=str(answer["user_id"]),
            enterprise_id=answer.get("enterprise_id") or None,
            org_wide=bool(answer.get("is_enterprise_install")),
            bot_id=answer.get("bot_id"),
        )

    def authorization(self, bot_token: str) -> AuthorizeResult:
        """What Bolt wants to know of each request."""
        return AuthorizeResult(
            enterprise_id=self.enterprise_id,
            team_id=self.team_id,
            bot_user_id=self.bot_user,
            bot_id=self.bot_id,
            bot_token=bot_token,
        )

    def receives(self, body: Payload) -> bool:
        """Whether a payload was sent to this installation of the app, and not to one in another workspace.

        Of a channel that both workspaces share, Slack sends one event and names either installation.
        """
        if body.get("is_ext_shared_channel"):
            return True
        authorizations = body.get("authorizations")
        if isinstance(authorizations, list) and authorizations:
            named = [each for each in authorizations if isinstance(each, dict)]
            return any(self._is_own(each.get("team_id"), each.get("enterprise_id")) for each in named)
        view = body.get("view")
        installed = view.get("app_installed_team_id") if isinstance(view, dict) else None
        told = installed or body.get("context_team_id")
        return not told or self._is_own(told, body.get("context_enterprise_id") or told)

    def _is_own(self, team_id: object, enterprise_id: object) -> bool:
        return team_id == self.team_id or (self.org_wide and enterprise_id == self.enterprise_id)

    def includes(self, home: str | None) -> bool | None:
        """Whether a workspace or organization is the company's own; None if that cannot be told.

        A workspace's id does not say which organization it belongs to.
        """
        if not home:
            return None
        if not self.team_id:  # it is not known
            return True
        if home in (self.team_id, self.enterprise_id):
            return True
        return None if self.enterprise_id and not home.startswith("E") else False

    def affiliation_of(self, user: Payload) -> Affiliation:
        """Where a person belongs, by Slack's user object."""
        if user.get("is_stranger"):
            return Affiliation.EXTERNAL
        grid = user.get("enterprise_user") or {}
        homes = [user.get("team_id"), grid.get("enterprise_id"), *(grid.get("teams") or ())]
        known = [str(home) for home in homes if home]
        if known and not any(self.includes(home) for home in known):
            return Affiliation.EXTERNAL
        # Slack sets it for single-channel guests, too.
        return Affiliation.GUEST if user.get("is_restricted") else Affiliation.COLLEAGUE
