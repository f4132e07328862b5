"""The views that people see: each person's stack of modals and their App Home."""

from __future__ import annotations

import secrets
from typing import Any

from sandbox import inputs, limits
from sandbox.blocks import fill_ids
from sandbox.errors import SlackRefusal
from sandbox.workspace import Workspace

Json = dict[str, Any]


class OpenViews:
    """Open modals and published App Homes, as Slack's view objects. A view's hash changes with every update."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._views: dict[str, Json] = {}
        self._owners: dict[str, str] = {}
        self._stacks: dict[str, list[str]] = {}
        self._homes: dict[str, str] = {}
        self.entered: dict[str, Json] = {}

    # --- reading ------------------------------------------------------------------------------------------------

    def stack(self, user_id: str) -> list[Json]:
        """A person's open modals, top last."""
        return [self._views[each] for each in self._stacks.get(user_id, [])]

    def home(self, user_id: str) -> Json | None:
        """The view published to a person's App Home, or None."""
        view_id = self._homes.get(user_id)
        return None if view_id is None else self._views[view_id]

    def get(self, view_id: Any) -> Json | None:
        """The open view with this id, or None."""
        return self._views.get(view_id) if isinstance(view_id, str) else None

    def owner(self, view_id: str) -> str:
        """The id of the person who sees the view."""
        return self._owners[view_id]

    def find(self, view_id: str | None, external_id: str | None) -> Json:
        """The open view with this id or external id; refuses `not_found`."""
        for view in self._views.values():
            if view["id"] == view_id or (external_id and view["external_id"] == external_id):
                return view
        raise SlackRefusal("not_found")

    # --- changing -----------------------------------------------------------------------------------------------

    def open(self, user_id: str, view: Json) -> Json:
        """Open a modal; it replaces all modals that the person had open."""
        self._unique(view)
        for each in self._stacks.pop(user_id, []):
            self._drop(each)
        return self._show(user_id, view)

    def push(self, user_id: str, view: Json) -> Json:
        """Push a modal on the person's stack; refuses `push_limit_reached` beyond three."""
        if len(self._stacks.get(user_id, [])) >= limits.OPEN_VIEWS:
            raise SlackRefusal("push_limit_reached")
        self._unique(view)
        return self._show(user_id, view)

    def update(self, known: Json, view: Json, old_hash: str | None = None) -> Json:
        """Replace a view; refuses `hash_conflict` if `old_hash` is not its current hash."""
        if old_hash is not None and old_hash != known["hash"]:
            raise SlackRefusal("hash_conflict")
        if known["type"] != view["type"]:
            raise SlackRefusal("invalid_arguments", messages=["view type cannot change [json-pointer:/view/type]"])
        self._unique(view, but=known["id"])
        body = self._body(view, known["id"], known["root_view_id"], known["previous_view_id"])
        self._views[known["id"]] = body
        return body

    def publish(self, user_id: str, view: Json, old_hash: str | None = None) -> Json:
        """Set a person's App Home."""
        known = self.home(user_id)
        if known is not None:
            return self.update(known, view, old_hash)
        self._unique(view)
        view_id = self._workspace.serial("V")
        body = self._body(view, view_id, view_id, None)
        self._views[view_id] = body
        self._owners[view_id] = user_id
        self._homes[user_id] = view_id
        return body

    def close(self, user_id: str, view_id: str, *, whole_stack: bool) -> list[Json]:
        """Close a modal and those above it, or all; returns the closed ones, top first."""
        stack = self._stacks.get(user_id, [])
        if view_id not in stack:
            return []
        first = 0 if whole_stack else stack.index(view_id)
        closed = [self._views[each] for each in reversed(stack[first:])]
        for each in stack[first:]:
            self._drop(each)
        del stack[first:]
        return closed

    def remember(self, view: Json, entered: Json) -> Json:
        """Store what a person has entered so far; returns the view's `state.values`."""
        kept = self.entered.setdefault(view["id"], {})
        for block_id, actions in entered.items():
            kept.setdefault(block_id, {}).update(actions)
        values = inputs.values(view["blocks"], kept)
        view["state"] = {"values": values}
        return values

    # --- inside -------------------------------------------------------------------------------------------------

    def _unique(self, view: Json, but: str | None = None) -> None:
        external_id = view.get("external_id")
        if external_id and any(
            each["external_id"] == external_id and each["id"] != but for each in self._views.values()
        ):
            raise SlackRefusal("duplicate_external_id")

    def _show(self, user_id: str, view: Json) -> Json:
        stack = self._stacks.setdefault(user_id, [])
        view_id = self._workspace.serial("V")
        body = self._body(view, view_id, stack[0] if stack else view_id, stack[-1] if stack else None)
        self._views[view_id] = body
        self._owners[view_id] = user_id
        stack.append(view_id)
        return body

    def _drop(self, view_id: str) -> None:
        for table in (self._views, self._owners, self.entered):
            table.pop(view_id, None)

    def _body(self, view: Json, view_id: str, root: str, previous: str | None) -> Json:
        fill_ids(view["blocks"])
        values = inputs.values(view["blocks"], self.entered.get(view_id, {}))
        return {
            "id": view_id,
            "team_id": self._workspace.team_id,
            "type": view["type"],
            "blocks": view["blocks"],
            "private_metadata": view.get("private_metadata", ""),
            "callback_id": view.get("callback_id", ""),
            "state": {"values": values},
            "hash": f"{self._workspace.clock.ts()}.{secrets.token_urlsafe(6)}",
            "title": view.get("title"),
            "clear_on_close": view.get("clear_on_close", False),
            "notify_on_close": view.get("notify_on_close", False),
            "close": view.get("close"),
            "submit": view.get("submit"),
            "previous_view_id": previous,
            "root_view_id": root,
            "app_id": self._workspace.app_id,
            "external_id": view.get("external_id", ""),
            "app_installed_team_id": self._workspace.team_id,
            "bot_id": self._workspace.bot_id,
        }
